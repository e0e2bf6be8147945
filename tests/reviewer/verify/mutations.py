"""Every way in which one field of a stored review is changed, by the kind of the field (its path without numbers)."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
OTHERS: dict[str, tuple[str, ...]] = {
    "standing": ("grounded", "entered", "denied", "ungrounded", "not_stated", "conflicting"),
    "kind": ("administration", "drug", "service", "picc", "implanted_port", "peripheral_iv", "portable", "port_flush"),
    "tier": ("code", "payment", "safety"),
    "effect": ("blocks", "downgrades", "at_risk", "advisory"),
    "fixable_by": ("nurse", "prescriber", "pharmacy", "registration"),
    "curable": ("late_entry", "attestation", "not_curable"),
    "setting": ("facility", "physician"),
    "extractor": ("patterns", "llm", "both", "none"),
    "code": ("96413", "96415", "96417", "96411", "96365", "96367", "96374", "J9045", "J1100"),
    "rule": ("infusion.first-hour", "push.up-to-15", "never.included", "route.family", "drug.billing-units"),
    "requirement": ("order.signed", "diagnosis.stage", "infusion.stop-time", "consent.before-treatment"),
    "policy": ("medicare-opps", "commercial-facility", "medicare-physician"),
}


class Mutation(NamedTuple):
    """One change: what was done, to which kind of field, and the review that came of it."""

    what: str
    kind: str
    at: str
    review: dict[str, Any]


def kind_of(path: Path) -> str:
    """A path without positions; the facts of drugs, sites and elements without their ids, which are positions."""
    names = [str(part) for part in path if not isinstance(part, int)]
    if names[:2] == ["facts", "documentation"]:
        names[2:3] = ["*"]
    return ".".join(names)


def places(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value inside a review with its path, but the seal, which every mutation computes again."""
    if path == ("provenance", "seal"):
        return
    if path:
        yield path, node
    if isinstance(node, dict):
        for name, one in node.items():
            yield from places(one, (*path, name))
    elif isinstance(node, list):
        for number, one in enumerate(node):
            yield from places(one, (*path, number))


def ways(path: Path, value: Any) -> Iterator[str]:
    """What can be done to a value: changed, deleted, and for a list's entries doubled or put in another order."""
    if not isinstance(value, (dict, list)):
        yield "change"
    if isinstance(path[-1], int):
        yield from ("delete", "double", "swap")
    elif path[0] == "facts" and len(path) > 2:
        yield "delete"


def mutated(review: dict[str, Any], path: Path, way: str, random: Random) -> Mutation | None:
    """One mutation; None where it would change nothing, such as a swap of equals."""
    made: dict[str, Any] = json.loads(json.dumps(review))  # a fifth of the time of `deepcopy`
    parent = made
    for part in path[:-1]:
        parent = parent[part]  # type: ignore[index]
    last = path[-1]
    if way == "change":
        parent[last] = other(str(last if isinstance(last, str) else path[-2]), parent[last], random)  # type: ignore[index]
    elif way == "delete":
        del parent[last]  # type: ignore[arg-type]
    elif way == "double":
        parent.insert(last, copy.deepcopy(parent[last]))  # type: ignore[attr-defined, index]
    elif isinstance(parent, list) and isinstance(last, int):
        beside = (last + 1) % len(parent)
        parent[last], parent[beside] = parent[beside], parent[last]
    if made == review:
        return None
    return Mutation(way, kind_of(path), ".".join(map(str, path)), made)


def other(name: str, value: Any, random: Random) -> Any:
    """Another value of the same sort."""
    if name in OTHERS and isinstance(value, str):
        return random.choice([one for one in OTHERS[name] if one != value])
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + random.choice((1, -1)) if value else value + 1
    if value is None:
        return "a1" if name in ("administration", "service") else "changed"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return (date.fromisoformat(value) + timedelta(days=random.choice((1, -1)))).isoformat()
    if found := re.fullmatch(r"(.*?)(\d\d):(\d\d)", value):
        return f"{found[1]}{found[2]}:{(int(found[3]) + 7) % 60:02}"
    if name in ("sha256", "prompt_fingerprint"):
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    if found := re.fullmatch(r"([a-z]+)(\d+)", value):
        return f"{found[1]}{int(found[2]) + 1}"
    return value + "x" if random.random() < 0.5 or len(value) < 3 else value[:-1]
