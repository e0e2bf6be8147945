"""The documentation requirements over one coded encounter: which are not met, and how to ask about them.

`requirements.toml` holds the records (DOC-01 to DOC-54); `requirement_conditions.py` and
`requirement_checks.py` hold the functions they name. The coding rules raise the requirements of tier `code`;
those are only worded here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from validator.facts import CONFLICTING, Evidence, Standing
from validator.findings import MissingElement, stated
from validator.frozen import frozen
from validator.gaps import Gap
from validator.records import Requirement
from validator.requirement_checks import CHECKS, Check
from validator.requirement_conditions import BY_CODING, CONDITIONS, Condition
from validator.requirement_view import RequirementContext, RequirementSource, View

__all__ = [
    "RequirementContext",
    "RequirementSource",
    "check_registry",
    "documentation_gaps",
    "missing_from_gaps",
    "withholding",
]

_TIERS = {"code": 0, "payment": 1, "safety": 2}
_WITHHOLDING = frozenset({"order.signed", "diagnosis.stated"})
_About = tuple[str, str | None, str | None]
"""An element of an administration, of a service or, with neither, of the encounter."""
_WEIGHT = {Standing.CONFLICTING: 0, Standing.DENIED: 1, Standing.UNGROUNDED: 2}


@frozen
class _Group:
    """One condition, evaluated once, with the requirements that hang on it and their checks."""

    condition: Condition
    requirements: tuple[tuple[Requirement, Check], ...]


@frozen
class _Day:
    """The groups with only what is in force on a date of service, and the ids of all that may be asked then."""

    groups: tuple[_Group, ...]
    asked: frozenset[str]


class _Wording(NamedTuple):
    """One requirement, ready to be asked. `place` is where its entries stand among those of the others.

    `blank` are the values of an entry before it has a subject; `question` is split where the drug is named.
    """

    place: int
    element: str
    decides: bool
    blank: dict[str, Any]
    question: tuple[str, ...]


@frozen
class _Plan:
    """The records of one rulebook, made ready.

    `records` is kept so that its identity stays taken; `days` is filled as dates of service are met.
    """

    records: tuple[Requirement, ...]
    wordings: dict[str, _Wording]
    groups: tuple[_Group, ...]
    days: dict[date, _Day]

    def on(self, on: date) -> _Day:
        """What is in force on a date of service."""
        found = self.days.get(on)
        if found is None:
            if len(self.days) >= _DATES_KEPT:
                self.days.clear()
            asked = frozenset(record.id for record in self.records if record.tier == "code" or _in_force(record, on))
            kept = (_Group(g.condition, tuple(r for r in g.requirements if r[0].id in asked)) for g in self.groups)
            found = self.days[on] = _Day(tuple(group for group in kept if group.requirements), asked)
        return found


_DATES_KEPT = 512
_plans: dict[int, _Plan] = {}


def check_registry(records: Iterable[Requirement]) -> None:
    """Check that records and registered functions fit. Raises ValueError naming the one that does not."""
    used: set[str] = set()
    for record in records:
        if record.tier == "code" and record.when != BY_CODING:
            raise ValueError(f"requirement `{record.id}`: what decides a code is `{BY_CODING}`; correct `when`")
        if record.when != BY_CODING and record.when not in CONDITIONS:
            raise ValueError(f"requirement `{record.id}`: no condition `{record.when}` is registered")
        if record.check not in CHECKS:
            raise ValueError(f"requirement `{record.id}`: no check `{record.check}` is registered")
        used |= {f"condition {record.when}", f"check {record.check}"}
    registered = {f"condition {name}" for name in CONDITIONS} | {f"check {name}" for name in CHECKS}
    if idle := sorted(registered - used):
        raise ValueError(f"no requirement uses the {idle[0]}")


def _plan(rulebook: RequirementSource) -> _Plan:
    """The plan of a rulebook, made once. Records are immutable, so identity stands for content."""
    records = rulebook.requirements
    plan = _plans.get(id(records))
    if plan is None:
        if len(_plans) >= 8:
            _plans.clear()
        plan = _plans[id(records)] = _make_plan(records)
    return plan


def _make_plan(records: tuple[Requirement, ...]) -> _Plan:
    by_condition: dict[str, list[tuple[Requirement, Check]]] = {}
    for record in records:
        if record.when != BY_CODING:
            by_condition.setdefault(record.when, []).append((record, CHECKS[record.check]))
    ordered = sorted(records, key=lambda record: (_TIERS[record.tier], record.id))
    return _Plan(
        records=records,
        wordings={
            record.id: _Wording(
                place,
                record.element,
                record.tier == "code",
                _blank(record).__dict__,
                tuple(record.question.split("{drug}")),
            )
            for place, record in enumerate(ordered)
        },
        groups=tuple(_Group(CONDITIONS[name], tuple(group)) for name, group in by_condition.items()),
        days={},
    )


def _blank(record: Requirement) -> MissingElement:
    """The entry of a requirement without its subject; every entry starts as a copy."""
    return MissingElement(
        id=record.element,
        element=record.element,
        requirement=record.id,
        tier=record.tier,
        effect=record.effect,
        question=record.question,
        fixable_by=record.fixable_by,
        curable=record.curable,
        citations=record.cite,
    )


def _in_force(requirement: Requirement, on: date) -> bool:
    return requirement.since <= on and (requirement.until is None or on < requirement.until)


def withholding(requirement: Requirement) -> bool:
    """Whether `strict_payment` withholds the codes while this is missing: it is an order or a diagnosis."""
    return requirement.id in _WITHHOLDING


def documentation_gaps(context: RequirementContext) -> tuple[Gap, ...]:
    """The requirements of tier `payment` and `safety` that are not met, grouped by their condition.

    A requirement of scope `encounter` is asked once, for all drugs it concerns; the others once per drug.
    """
    if not context.lines and not context.events:
        return ()
    view = View(context)
    gaps: list[Gap] = []
    for group in _plan(context.rulebook).on(context.on).groups:
        subjects = group.condition(view)
        if not subjects:
            continue
        for requirement, check in group.requirements:
            identity, element, found = requirement.id, requirement.element, len(gaps)
            for subject in subjects:
                lack = check(view, subject, element)
                if lack is not None:
                    affects, administration, service, name, _, _ = subject
                    gaps.append(Gap(identity, administration, service, name, affects, *lack))
            if len(gaps) - found > 1 and requirement.scope == "encounter":
                gaps[found:] = [_asked_together(requirement, gaps[found:])]
    return tuple(gaps)


def _asked_together(requirement: Requirement, gaps: list[Gap]) -> Gap:
    names = sorted({gap.subject for gap in gaps if gap.subject})
    return Gap(
        requirement.id,
        subject=" and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names),
        affects=tuple(dict.fromkeys([code for gap in gaps for code in gap.affects])),
        standing=min([gap.standing for gap in gaps], key=_weight),
        near=tuple(dict.fromkeys([span for gap in gaps for span in gap.near])),
    )


def _weight(standing: Standing) -> int:
    return _WEIGHT.get(standing, 3)


def missing_from_gaps(gaps: Iterable[Gap], rulebook: RequirementSource, on: date) -> tuple[MissingElement, ...]:
    """The gaps in words: each once, ordered by tier, requirement and subject, with ids that do not change.

    What already decides a code is not asked again for a lesser reason. The order of the gaps does not matter.
    Raises KeyError for a requirement that does not exist.
    """
    plan = _plan(rulebook)
    wordings, asked = plan.wordings, plan.on(on).asked
    merged: dict[tuple[int, str, str, str], tuple[_Wording, Gap]] = {}
    for gap in gaps:
        name, administration, service, subject, _, _, _ = gap
        wording = wordings[name]
        if name not in asked:
            continue
        if administration or service:
            subject = ""
        key = (wording.place, administration or "", service or "", subject)
        earlier = merged.get(key)
        merged[key] = wording, gap if earlier is None else _merge(earlier[1], gap)
    decided: dict[_About, set[str]] = {}
    ids: set[str] = set()
    missing = []
    for key in sorted(merged):
        wording, gap = merged[key]
        _, element, decides, _, _ = wording
        about = element, gap.administration, gap.service
        if decides:
            decided.setdefault(about, set()).update(gap.affects)
        elif about in decided and decided[about].issuperset(gap.affects):
            continue
        if element in ids:
            element = _new_id(element, gap, ids)
        ids.add(element)
        missing.append(_worded(wording, gap, element))
    return tuple(missing)


def _merge(one: Gap, other: Gap) -> Gap:
    first, second = sorted((one, other), key=lambda gap: (_weight(gap.standing), gap.subject))
    return Gap(
        first.requirement,
        first.administration,
        first.service,
        first.subject or second.subject,
        tuple(dict.fromkeys(first.affects + second.affects)),
        first.standing,
        tuple(dict.fromkeys(first.near + second.near)),
    )


def _new_id(element: str, gap: Gap, ids: set[str]) -> str:
    """The element's name for an entry that is not its first: with the administration or service, then numbered."""
    subject = gap.administration or gap.service
    name = stem = f"{element}.{subject}" if subject else element
    number = 2
    while name in ids:
        name, number = f"{stem}-{number}", number + 1
    return name


def _worded(wording: _Wording, gap: Gap, missing_id: str) -> MissingElement:
    _, administration, service, subject, affects, standing, near = gap
    *parts, question = wording.question
    if parts:
        # "the {drug} infusion" with "the drug" or "the pump refill" has one article, not two.
        name = subject or "the drug"
        bare = name.removeprefix("the ")
        for part in reversed(parts):
            question = f"{part}{bare if part.endswith('the ') else name}{question}"
    if standing is CONFLICTING:
        question = f"The records differ here. {question}"
    return stated(
        MissingElement,
        {
            **wording.blank,
            "id": missing_id,
            "affects": tuple(sorted(affects)) if len(affects) > 1 else affects,
            "administration": administration,
            "service": service,
            "standing": standing,
            "question": question,
            "near": tuple(sorted(near, key=_place)) if near else (),
        },
    )


def _place(span: Evidence) -> tuple[str, int, int]:
    return span.note_id, span.start, span.end
