"""What an assessment says, cut into single points that two policies can agree or differ on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

from validator.findings import Assessment, CodeLine

Kind = Literal["code", "not_supported", "needs_human", "missing"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Point(NamedTuple):
    """What a statement is about. `code` is empty where it is about no code."""

    kind: Kind
    code: str
    subject: str = ""
    administration: str | None = None


class Outcome(NamedTuple):
    """What is stated about a point; two outcomes are the same when they are equal."""

    units: int = 0
    modifiers: tuple[str, ...] = ()
    says: str = ""


NOTHING = Outcome()


def outcomes(assessment: Assessment) -> dict[Point, Outcome]:
    """Every point of an assessment with its outcome, in the order of the report."""
    found: dict[Point, Outcome] = {}
    for point, outcome in _stated(assessment):
        held = found.get(point)
        found[point] = outcome if held is None else _both(held, outcome)
    return found


def _stated(assessment: Assessment) -> Iterator[tuple[Point, Outcome]]:
    for line in assessment.codes:
        yield Point("code", line.code), Outcome(line.units, line.modifiers, _flags(line))
    for lost in assessment.not_supported:
        says = ", ".join(element.replace("_", " ") for element in lost.missing)
        yield Point("not_supported", lost.code), Outcome(lost.units, says=says)
    for matter in assessment.needs_human:
        yield (
            Point("needs_human", matter.code or "", "" if matter.code else matter.subject),
            Outcome(says=matter.reason),
        )
    for gap in assessment.missing:
        about = gap.administration or gap.service
        yield Point("missing", "", gap.element, about), Outcome(says=f"{gap.tier}: {gap.effect}")


def _flags(line: CodeLine) -> str:
    return ", ".join(line.flags)


def _both(one: Outcome, other: Outcome) -> Outcome:
    """Two statements about one point: units add up, words stand side by side."""
    says = [text for text in dict.fromkeys((one.says, other.says)) if text]
    return Outcome(one.units + other.units, (*one.modifiers, *other.modifiers), "; ".join(says))
