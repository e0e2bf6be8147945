"""The documentation requirements over one coded encounter: which are not met, and how to ask about them.

`requirements.toml` holds the records (DOC-01 to DOC-54); `requirement_conditions.py` and
`requirement_checks.py` hold the functions they name. The coding rules raise the requirements of tier `code`;
those are only worded here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Any

from validator.facts import CONFLICTING, Evidence, Standing
from validator.findings import MissingElement, stated
from validator.frozen import frozen
from validator.gaps import Gap
from validator.records import Requirement
from validator.requirement_checks import CHECKS, Check, Lack
from validator.requirement_conditions import BY_CODING, CONDITIONS, Condition
from validator.requirement_view import RequirementContext, RequirementSource, Subject, View

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


@frozen
class _Plan:
    """The records of one rulebook, made ready. `blanks` are the values of entries before they have a subject.

    `questions` are split where the drug is named. `records` is kept so that its identity stays taken; `days` is filled
    as dates of service are met.
    """

    records: tuple[Requirement, ...]
    by_id: dict[str, Requirement]
    blanks: dict[str, dict[str, Any]]
    questions: dict[str, tuple[str, ...]]
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
    return _Plan(
        records=records,
        by_id={record.id: record for record in records},
        blanks={record.id: _blank(record).__dict__ for record in records},
        questions={record.id: tuple(record.question.split("{drug}")) for record in records},
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
            element, found = requirement.element, len(gaps)
            for subject in subjects:
                lack = check(view, subject, element)
                if lack is not None:
                    gaps.append(_gap(requirement.id, subject, lack))
            if len(gaps) - found > 1 and requirement.scope == "encounter":
                gaps[found:] = [_asked_together(requirement, gaps[found:])]
    return tuple(gaps)


def _gap(requirement: str, subject: Subject, lack: Lack) -> Gap:
    standing, near = lack
    return Gap(requirement, subject.administration, subject.service, subject.name, subject.affects, standing, near)


def _asked_together(requirement: Requirement, gaps: list[Gap]) -> Gap:
    names = list(dict.fromkeys(sorted(gap.subject for gap in gaps if gap.subject)))
    return Gap(
        requirement.id,
        subject=" and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names),
        affects=tuple(dict.fromkeys(code for gap in gaps for code in gap.affects)),
        standing=min((gap.standing for gap in gaps), key=_weight),
        near=tuple(dict.fromkeys(span for gap in gaps for span in gap.near)),
    )


def _weight(standing: Standing) -> int:
    return _WEIGHT.get(standing, 3)


def missing_from_gaps(gaps: Iterable[Gap], rulebook: RequirementSource, on: date) -> tuple[MissingElement, ...]:
    """The gaps in words: each once, ordered by tier, requirement and subject, with ids that do not change.

    What already decides a code is not asked again for a lesser reason. The order of the gaps does not matter.
    Raises KeyError for a requirement that does not exist.
    """
    plan = _plan(rulebook)
    by_id, asked = plan.by_id, plan.on(on).asked
    merged: dict[tuple[int, str, str, str, str], Gap] = {}
    for gap in gaps:
        name, administration, service = gap.requirement, gap.administration, gap.service
        requirement = by_id[name]
        if name not in asked:
            continue
        whole = not administration and not service
        key = (_TIERS[requirement.tier], name, administration or "", service or "", gap.subject if whole else "")
        earlier = merged.get(key)
        merged[key] = gap if earlier is None else _merge(earlier, gap)
    decided: dict[_About, set[str]] = {}
    ids: set[str] = set()
    missing = []
    for key in sorted(merged):
        gap = merged[key]
        requirement = by_id[gap.requirement]
        about = (requirement.element, gap.administration, gap.service)
        if requirement.tier == "code":
            decided.setdefault(about, set()).update(gap.affects)
        elif about in decided and decided[about].issuperset(gap.affects):
            continue
        missing.append(_worded(plan, requirement, gap, _new_id(requirement.element, gap, ids)))
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
    """The element's name for its first entry, then with the administration or service, then numbered."""
    name = element
    if name in ids:
        subject = gap.administration or gap.service
        name = stem = f"{element}.{subject}" if subject else element
        number = 2
        while name in ids:
            name, number = f"{stem}-{number}", number + 1
    ids.add(name)
    return name


def _worded(plan: _Plan, requirement: Requirement, gap: Gap, missing_id: str) -> MissingElement:
    name = gap.subject or "the drug"
    *parts, question = plan.questions[requirement.id]
    if parts:
        # "the {drug} infusion" with "the drug" or "the pump refill" has one article, not two.
        joined = (name.removeprefix("the ") if part.endswith("the ") else name for part in parts)
        question = "".join(chain.from_iterable(zip(parts, joined, strict=True))) + question
    if gap.standing is CONFLICTING:
        question = f"The records differ here. {question}"
    return stated(
        MissingElement,
        {
            **plan.blanks[requirement.id],
            "id": missing_id,
            "affects": tuple(sorted(gap.affects)),
            "administration": gap.administration,
            "service": gap.service,
            "standing": gap.standing,
            "question": question,
            "near": tuple(sorted(gap.near, key=_place)) if gap.near else (),
        },
    )


def _place(span: Evidence) -> tuple[str, int, int]:
    return span.note_id, span.start, span.end
