"""What was not read: each trace of the facts stands for a person in its words, and beside the codes it could take."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.language.as_read import plain
from reviewer.verify.problems import Problem, differences
from reviewer.verify.records import Plain, Records

RULE, FLAG = "reading.unread", "unread_service"
_FAMILIES = {
    "therapeutic": ("96374", "96360"),
    "antiemetic": ("96374", "96360"),
    "hormonal": ("96374", "96360"),
    "blood": ("96360",),
    "hydration": (),
}
_ANY = ("96360", "96365", "96374", "96409")
_SHOWN = "the note shows "


def check(review: Plain, records: Records) -> Iterator[Problem]:
    """The matters for a person that traces make, exactly and in their order; and that a trace is what it says."""
    for one in review["facts"].get("unread", ()):
        yield from _trace(f"facts.unread.{one['id']}", one, records)
    wanted = [_matter(one) for one in _open(review, records)]
    yield from differences("needs_human", [m for m in review["needs_human"] if m["rule"] == RULE], wanted)
    for place, matter in enumerate(review["needs_human"]):
        if matter["near"] and matter["rule"] != RULE:
            yield Problem(f"needs_human[{place}].near", "are words of something that was read")


def flags(review: Plain, records: Records, *, timed: bool = False) -> frozenset[str]:
    """The codes whose lines say that something not read could take them; `timed` ones do not stand for it."""
    taken: set[str] = set()
    for one in _open(review, records):
        if timed and not (one.get("timed") and one.get("known")):
            continue
        rows = records.drug(one["may_be"]).rows if one.get("known") else ()
        classes = {row["admin_class"] for row in rows}
        sure = bool(classes) and classes <= _FAMILIES.keys()
        if one.get("by_vein", True):
            taken |= {code for name in classes for code in _FAMILIES[name]} if sure else set(_ANY)
    return frozenset(taken)


def _open(review: Plain, records: Records) -> list[Plain]:
    """The traces that no person settled."""
    facts = review["facts"]
    entered = [
        one["drug"].get("value") or ""
        for one in facts.get("administrations", ())
        if one.get("drug", {}).get("standing") == "entered"
    ]
    settled = {name.casefold() for name in entered}
    settled |= {row["ingredient"].casefold() for name in entered for row in records.drug(name).rows}
    return [
        one
        for one in facts.get("unread", ())
        if one.get("given", {}).get("standing") != "denied"
        and not settled & {one[key].casefold() for key in ("named", "may_be") if one.get(key)}
    ]


def _trace(at: str, one: Plain, records: Records) -> Iterator[Problem]:
    named, may_be = one.get("named"), one.get("may_be")
    words = [plain(span["text"]) for span in one["evidence"]]
    if named and not any(named in text for text in words):
        yield Problem(f"{at}.named", "does not stand in its words")
    known = {row["ingredient"] for row in records.drug(named).rows} if named else set()
    if one.get("known", False) != (may_be is not None and may_be in known):
        yield Problem(f"{at}.known", "is not so by the drug table")
    if may_be and not records.drug(may_be).rows:
        yield Problem(f"{at}.may_be", "is no drug of the table")


def _matter(one: Plain) -> Plain:
    return {
        "code": None,
        "subject": one.get("named") or "a drug that is not named",
        "reason": _reason(one),
        "administrations": [],
        "services": [],
        "rule": RULE,
        "near": one["evidence"],
    }


def _reason(one: Plain) -> str:
    if one.get("known"):
        rest = "it given, and it was not read as given: whether, how and when is to be found out"
    elif one.get("may_be"):
        rest = f"a drug given that is in no table; it may be {one['may_be']}: its name is to be found out"
    elif one.get("named"):
        rest = "a drug given that is in no table and was not read: its name is to be found out"
    else:
        rest = "something given without its drug, and it was not read: which drug is to be found out"
    return _SHOWN + rest
