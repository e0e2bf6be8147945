"""The seal of a review: a digest of every section, a chain over them, and a signature where there is a key.

A digest shows an accident and lets two copies be compared; who changes a field can compute it again. The signature
(HMAC-SHA256) cannot be computed without the key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reviewer.verify.problems import Problem

if TYPE_CHECKING:
    from reviewer.review import Review

Plain = dict[str, Any]
UNSIGNED = "not signed"


def seal(review: Plain, key: bytes | None) -> Plain:
    """The seal of a review as published JSON values; what seal it has takes no part."""
    sections = {name: _digest(value) for name, value in sorted(_sections(review).items())}
    chain = hashlib.sha256()
    for name, digest in sections.items():
        chain.update(f"{name} {digest}\n".encode())
    signature = hmac.new(key, chain.digest(), hashlib.sha256).hexdigest() if key else UNSIGNED
    return {"sections": sections, "chain": chain.hexdigest(), "signature": signature}


def sealed(review: Review, key: bytes | None) -> Review:
    """The review with its seal, over its published form."""
    from reviewer.report.published import published_values
    from reviewer.review import Seal

    made = Seal.model_validate(seal(published_values(review), key))
    return review.model_copy(update={"provenance": review.provenance.model_copy(update={"seal": made})})


def check(review: Plain, key: bytes | None) -> Iterator[Problem]:
    """Digests, chain and signature. With a key a review without a signature is a problem as well."""
    found = review["provenance"].get("seal")
    if found is None:
        if key:
            yield Problem("provenance.seal", "is missing, and a key is set")
        return
    wanted = seal(review, key)
    for name in sorted(wanted["sections"].keys() | found["sections"].keys()):
        if found["sections"].get(name) != wanted["sections"].get(name):
            yield Problem(f"provenance.seal.sections.{name}", "is not the digest of this section")
    if found["chain"] != wanted["chain"]:
        yield Problem("provenance.seal.chain", "is not the digest of the sections")
    if key and not hmac.compare_digest(found["signature"], wanted["signature"]):
        yield Problem("provenance.seal.signature", "was not made with this key over this review")
    if not key and found["signature"] != UNSIGNED and len(found["signature"]) != 64:
        yield Problem("provenance.seal.signature", "is no signature")


def signed(review: Plain) -> bool:
    """Whether a review has a signature."""
    made = review["provenance"]
    found = (made.get("seal") or {}) if isinstance(made, dict) else {}
    return bool(found.get("signature", UNSIGNED) != UNSIGNED)


def _sections(review: Plain) -> Plain:
    made = {name: value for name, value in review["provenance"].items() if name != "seal"}
    return {**review, "provenance": made}


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
