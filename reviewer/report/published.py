"""The review as published JSON: the contract's fields in the contract's order, the same bytes every time."""

from __future__ import annotations

import json
import re
from typing import Any

from reviewer.review import Review

ORDER = (
    "schema_version",
    "encounter",
    "assessed",
    "codes",
    "not_supported",
    "missing",
    "fixes",
    "outlook",
    "needs_human",
    "not_coded",
    "conflicts",
    "ungrounded",
    "billed",
    "comparison",
    "notes_on_scope",
    "readings",
    "rulebook",
    "provenance",
    "facts",
)
ON_REQUEST = frozenset({"comparison"})
"""Fields that stand in the JSON only where somebody asked for them."""

# Characters that are legal in JSON text but would hide or reorder what a person reads there.
_HIDDEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


def published(review: Review) -> str:
    """`review` as JSON that validates back to an equal `Review`. Facts that nobody stated are left out."""
    text = json.dumps(published_values(review), indent=2, ensure_ascii=False)
    return _HIDDEN.sub(_escaped, text) + "\n"


def published_values(review: Review) -> dict[str, Any]:
    """The values of that JSON, in its order, for what goes on with them: to write and read it takes milliseconds."""
    unasked = {name for name in ON_REQUEST if getattr(review, name) is None}
    values: dict[str, Any] = review.model_dump(mode="json", exclude={"facts", *unasked})
    values["facts"] = _with_match(review.facts.model_dump(mode="json", exclude_defaults=True))
    if review.provenance.seal is None:
        del values["provenance"]["seal"]
    ordered = {name: values.pop(name) for name in ORDER if name in values}
    return {**ordered, **values}


def _with_match(value: Any) -> Any:
    """Facts with `match` in every evidence, which the contract names although it has a default."""
    if isinstance(value, list):
        return [_with_match(item) for item in value]
    if not isinstance(value, dict):
        return value
    whole = {key: _with_match(item) for key, item in value.items()}
    return {**whole, "match": whole.get("match", "exact")} if "note_id" in whole else whole


def _escaped(found: re.Match[str]) -> str:
    """A character as JSON escapes; such characters stand inside strings only."""
    return json.dumps(found[0])[1:-1]
