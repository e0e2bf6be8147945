"""Billed lines compared with the supported codes, as the report shows them: words and counts, no money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from reviewer.report import words
from reviewer.report.view import Link
from reviewer.review import Billed, Review

_OPEN = ("over", "not_supported", "under", "missing_charge", "not_assessed", "match")


class BilledLine(NamedTuple):
    """One comparison: `coded` is the code with its billed modifiers, `place` the lines of the file it comes from."""

    code: str
    coded: str
    units: int
    supported: str
    date: str
    outcome: str
    reason: str
    rule: str
    place: str
    kind: str
    missing: tuple[Link, ...]


class Charges(NamedTuple):
    """The section: how many lines came out how, and the lines, what asks for more than is supported first."""

    counts: str
    lines: tuple[BilledLine, ...]


def charges(review: Review, anchors: Mapping[str, str]) -> Charges:
    """The section of a review; `anchors` say where the report asks for a missing element, by its id."""
    found = sorted(review.billed, key=lambda line: _OPEN.index(line.outcome) if line.outcome in _OPEN else len(_OPEN))
    counted = Counter(line.outcome for line in found)
    said = [f"{counted[outcome]} {words.spaced(outcome)}" for outcome in counted]
    return Charges(", ".join(said), tuple(_line(line, review, anchors) for line in found))


def _line(line: Billed, review: Review, anchors: Mapping[str, str]) -> BilledLine:
    modifiers = line.supported_modifiers if line.outcome == "missing_charge" else line.modifiers
    judged = line.outcome != "not_assessed"
    asked = {gap.id: words.element(gap.element) for gap in review.missing if gap.id in line.missing_ids}
    other_day = line.date is not None and line.date != review.encounter.date_of_service
    return BilledLine(
        code=line.code or "no code",
        coded="-".join((line.code or "no code", *modifiers)),
        units=line.units,
        supported=str(line.supported) if judged else "",
        date=str(line.date) if other_day else "",
        outcome=words.OUTCOMES.get(line.outcome, line.outcome),
        reason=line.reason,
        rule=line.rule if judged else "",
        place=f"{'line' if len(line.lines) == 1 else 'lines'} {', '.join(line.lines)}" if line.lines else "",
        kind="decides" if line.outcome in ("over", "not_supported") else line.outcome,
        missing=tuple(Link(text, anchors[key]) for key, text in asked.items() if key in anchors),
    )
