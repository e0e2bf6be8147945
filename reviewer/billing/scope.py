"""Which billed codes can be judged here at all, and why a code is not supported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from reviewer.review import Review
from validator.findings import MissingElement
from validator.rulebook import Rulebook
from validator.rules.drug_products import UNBILLED

_FAMILIES_NOT_JUDGED = frozenset(
    {"visit", "vascular", "radiopharmaceutical", "cellular", "vaccine", "implant", "legacy"}
)
_PART_OF_ADMINISTRATION = frozenset({"36000", "36410"})
_VENIPUNCTURE = "36415"
_ELSEWHERE = "outside what this rulebook judges"
_NOT_KNOWN = "not a code of this rulebook"
_NOT_IN_FORCE = "not a code of this rulebook on that date"
NOT_DOCUMENTED = "nothing documented in this encounter supports it"


class Grounds(NamedTuple):
    """Why a code, or some units of it, are not supported. `units` is how many more the elements would give."""

    reason: str
    rule: str = ""
    missing: tuple[str, ...] = ()
    missing_ids: tuple[str, ...] = ()
    units: int = 0


def not_judged(code: str, on: date | None, review: Review, rulebook: Rulebook) -> str:
    """Why a billed code is not assessed; empty where it is."""
    if not review.assessed:
        return "this encounter was not assessed"
    told = {line.code for line in review.codes} | {lost.code for lost in review.not_supported}
    if code in told:
        return ""
    record = rulebook.codes.get(code)
    if record is not None:
        if record.role == "unlisted":
            return next(
                (f"for a person to decide: {h.reason}" for h in review.needs_human if h.code == code), _ELSEWHERE
            )
        if record.family in _FAMILIES_NOT_JUDGED or code == _VENIPUNCTURE:
            return _ELSEWHERE
        return "" if rulebook.code(code, on or rulebook.default_date) else _NOT_IN_FORCE
    drug = rulebook.drug_of_code(code)
    if drug is None:
        return _NOT_KNOWN
    # No rule gives these a drug line, so a charge for one is neither supported nor refused.
    return _ELSEWHERE if drug.admin_class in UNBILLED else ""


def grounds(code: str, review: Review) -> Grounds:
    """Why the review does not support a code, from its own findings, the most telling first."""
    return next(_found(code, review), Grounds(NOT_DOCUMENTED))


def held_back(code: str, review: Review) -> Grounds | None:
    """What would support more units of a code that is supported with fewer; None where nothing would."""
    return next(_lost(code, review), None)


def _found(code: str, review: Review) -> Iterator[Grounds]:
    yield from _lost(code, review)
    for matter in review.needs_human:
        if matter.code == code:
            yield Grounds(f"for a person to decide: {matter.reason}", matter.rule)
    for never in review.not_coded:
        if never.subject == code:
            yield Grounds(never.reason, never.rule)
    if code in _PART_OF_ADMINISTRATION:
        yield Grounds("part of the administration, never reported beside it", "never.included")
    blocking = [gap for gap in review.missing if code in gap.affects and gap.effect in ("blocks", "downgrades")]
    if blocking:
        yield Grounds(
            f"not supported without: {_joined(blocking)}",
            blocking[0].requirement,
            tuple(dict.fromkeys(gap.element for gap in blocking)),
            tuple(gap.id for gap in blocking),
        )


def _lost(code: str, review: Review) -> Iterator[Grounds]:
    lost = [item for item in review.not_supported if item.code == code]
    if lost:
        elements = tuple(dict.fromkeys(element for item in lost for element in item.missing))
        ids = tuple(dict.fromkeys(one for item in lost for one in item.missing_ids))
        reason = "; ".join(dict.fromkeys(item.reason for item in lost))
        yield Grounds(reason, lost[0].rule, elements, ids, sum(item.units for item in lost))


def _joined(gaps: list[MissingElement]) -> str:
    return ", ".join(dict.fromkeys(gap.element.replace("_", " ") for gap in gaps))
