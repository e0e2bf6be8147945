"""The comparison of policies, as the report shows it: what differs, gathered by what decided it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from reviewer.report import words
from reviewer.report.names import Names
from reviewer.review import Comparison, Decider, Difference, Review
from validator.facts import Administration

_SAME = "the same codes and the same missing elements"
_WHAT = {"setting": "The setting that the policy is for.", "payer": "The payer that the policy stands for."}


class Side(NamedTuple):
    """What one policy holds of a switch, and who says so."""

    policy: str
    value: str
    sources: tuple[str, ...]


class Deciding(NamedTuple):
    """A switch, the setting or the payer that decided, with its sides."""

    switch: str
    what: str
    sides: tuple[Side, ...]


class Contrast(NamedTuple):
    """One thing that differs: what it is, and what each policy makes of it."""

    subject: str
    sides: tuple[tuple[str, str], ...]


class Group(NamedTuple):
    """Everything that the same changes decided, and other changes that would do the same."""

    title: str
    deciders: tuple[Deciding, ...]
    otherwise: str
    contrasts: tuple[Contrast, ...]


class Contrasts(NamedTuple):
    """The section: who was compared, remarks (also on pairs that do not differ), and what differs."""

    policies: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    groups: tuple[Group, ...]


def contrasts(review: Review, comparison: Comparison, names: Names) -> Contrasts:
    """The section of a review on its comparison."""
    given = {item.id: item for item in review.facts.administrations}
    return Contrasts(
        policies=tuple((pack.id, f"{pack.title} ({pack.setting})") for pack in comparison.policies),
        remarks=(*comparison.remarks, *_same(comparison)),
        groups=tuple(_groups(comparison, names, given)),
    )


def _same(comparison: Comparison) -> Iterator[str]:
    """A sentence for each policy that gives what the first gives. Nothing where nothing was compared."""
    first, *others = (pack.id for pack in comparison.policies)
    differing = {
        policy for difference in comparison.differences for one in difference.decided_by for policy in one.values
    }
    for other in others:
        if comparison.compared and other not in differing:
            yield f"{first} and {other}: {_SAME}"


def _groups(comparison: Comparison, names: Names, given: dict[str, Administration]) -> Iterator[Group]:
    found: dict[tuple[object, ...], list[Difference]] = {}
    for difference in comparison.differences:
        switches = tuple(decider.switch for decider in difference.decided_by)
        between = tuple(difference.decided_by[0].values) if difference.decided_by else ()
        found.setdefault((between, switches, difference.or_by), []).append(difference)
    for group in found.values():
        first = group[0]
        yield Group(
            title=f"Decided by {words.joined([decider.switch for decider in first.decided_by])}",
            deciders=tuple(_deciding(decider, names) for decider in first.decided_by),
            otherwise="; ".join(words.joined(other) for other in first.or_by),
            contrasts=tuple(_contrast(difference, given) for difference in group),
        )


def _deciding(decider: Decider, names: Names) -> Deciding:
    return Deciding(
        switch=decider.switch,
        what=_WHAT.get(decider.kind) or names.switch(decider.switch),
        sides=tuple(
            Side(policy, _value(value), names.citations(decider.citations.get(policy, ())))
            for policy, value in decider.values.items()
        ),
    )


def _value(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _contrast(difference: Difference, given: dict[str, Administration]) -> Contrast:
    policies = [policy for decider in difference.decided_by[:1] for policy in decider.values]
    return Contrast(_subject(difference, given), tuple((policy, _says(difference, policy)) for policy in policies))


def _subject(difference: Difference, given: dict[str, Administration]) -> str:
    if difference.kind == "missing":
        about = given.get(difference.administration or "")
        drug = f" ({about.drug.value})" if about and about.drug.value else ""
        return f"{words.element(difference.subject)}{drug}"
    if difference.kind == "not_supported":
        return f"{difference.code}, but for a missing element"
    if difference.kind == "needs_human":
        return f"{difference.code or difference.subject}, for a person to decide"
    return difference.code or ""


def _says(difference: Difference, policy: str) -> str:
    says, units = difference.says.get(policy, ""), difference.units.get(policy, 0)
    if difference.kind == "code":
        modifiers = "".join(f"-{one}" for one in difference.modifiers.get(policy, ()))
        flags = f", {', '.join(words.flag(flag) for flag in says.split(', '))}" if says else ""
        return f"{difference.code}{modifiers} x{units}{flags}" if units else "no line"
    if difference.kind == "not_supported":
        return f"x{units}, missing: {says}" if units else "not held back"
    if difference.kind == "needs_human":
        return says or "not for a person"
    tier, _, effect = says.partition(": ")
    return f"asked for: {words.TIERS.get(tier, tier)}, {words.spaced(effect)}" if says else "not asked for"
