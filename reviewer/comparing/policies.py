"""Judges the same facts by several policies and finds, by toggling, which switch decided each difference.

A pack is judged in its own setting. From the first policy, the switches that the other sets differently are changed
alone and together; the smallest set that gives the other's answer decided the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Any

from reviewer.agreement.ceiling import RULE as UNTIL_BOTH_AGREE
from reviewer.comparing.outcomes import KINDS, NOTHING, Outcome, Point, outcomes
from reviewer.pipeline import WITHHELD
from reviewer.review import ComparedPolicy, Comparison, Decider, Difference, Review
from validator import validate
from validator.facts import Encounter, Fact, Standing
from validator.findings import Citation
from validator.records import Policy
from validator.rulebook import Rulebook, SwitchValue

SETTING, PAYER = "setting", "payer"
_ENTERED_BY = "comparison of policies"
_ALL_SIZES = 9
_LARGEST_SIZE = 3
_KEPT_BACK = frozenset({WITHHELD, UNTIL_BOTH_AGREE})
_NOT_COMPARED = "the review keeps codes for a person, so policies are not compared"
_NOT_SOURCED = (Citation(source="project-decisions", at="decision 14"),)

Values = dict[str, SwitchValue]
Outcomes = dict[Point, Outcome]


def compare(encounter: Encounter, rulebook: Rulebook, policies: tuple[str, ...]) -> Comparison:
    """The first policy against each other one, on the same facts.

    Switches that the encounter sets count under every policy. Raises what `validate` raises.
    """
    packs = [rulebook.policies[one] for one in policies]
    first, *others = (_Side(encounter, rulebook, pack) for pack in packs)
    return Comparison(
        policies=_compared(packs),
        differences=tuple(difference for other in others for difference in _differences(first, other)),
        remarks=tuple(_remarks(encounter, packs)),
    )


def compared(review: Review, rulebook: Rulebook, policies: tuple[str, ...]) -> Review:
    """A review with the comparison of its facts; where it keeps codes for a person, nothing is compared."""
    if any(matter.rule in _KEPT_BACK for matter in review.needs_human):
        packs = [rulebook.policies[one] for one in policies]
        comparison = Comparison(compared=False, policies=_compared(packs), remarks=(_NOT_COMPARED,))
    else:
        comparison = compare(review.facts, rulebook, policies)
    return review.model_copy(update={"comparison": comparison})


def _compared(packs: list[Policy]) -> tuple[ComparedPolicy, ...]:
    return tuple(ComparedPolicy(id=pack.id, title=pack.title, setting=pack.setting) for pack in packs)


class _Side:
    """One policy as the facts are judged by it."""

    def __init__(self, encounter: Encounter, rulebook: Rulebook, pack: Policy) -> None:
        self.encounter = encounter
        self.rulebook = rulebook
        self.pack = pack
        self.values: Values = {
            **pack.switches,
            **encounter.encounter.switches,
            SETTING: pack.setting,
            PAYER: _payer(pack),
        }

    def changed(self, other: _Side, names: frozenset[str]) -> Outcomes:
        """The outcomes of this policy with the named values taken from the other one."""
        values = {**self.values, **{name: other.values[name] for name in names}}
        base = other.pack if PAYER in names else self.pack
        return _judged(self.encounter, self.rulebook, base, values)


def _payer(pack: Policy) -> str:
    """The payer that a pack stands for where the facts name none."""
    return pack.payers[0] if pack.payers else "not stated"


def _judged(encounter: Encounter, rulebook: Rulebook, pack: Policy, values: Values) -> Outcomes:
    info = encounter.encounter
    setting: Fact[Any] = type(info.setting)(value=values[SETTING], standing=Standing.ENTERED, by=_ENTERED_BY)
    switches = {name: value for name, value in values.items() if name not in (SETTING, PAYER)}
    stated = info.model_copy(update={"setting": setting, "switches": switches})
    return outcomes(validate(encounter.model_copy(update={"encounter": stated}), rulebook, policy=pack.id))


def _differences(first: _Side, other: _Side) -> Iterator[Difference]:
    factors = tuple(name for name in first.values if first.values[name] != other.values[name])
    known: dict[frozenset[str], Outcomes] = {}

    def after(names: frozenset[str]) -> Outcomes:
        if names not in known:
            known[names] = first.changed(other, names)
        return known[names]

    before, target = after(frozenset()), after(frozenset(factors))
    for point in sorted(dict.fromkeys((*before, *target)), key=lambda one: KINDS.index(one.kind)):
        here, there = before.get(point, NOTHING), target.get(point, NOTHING)
        if here != there:
            deciding = _smallest(factors, partial(_gives, after, point, there))
            yield _difference(point, here, there, first, other, deciding)


def _gives(after: Callable[[frozenset[str]], Outcomes], point: Point, wanted: Outcome, names: frozenset[str]) -> bool:
    return after(names).get(point, NOTHING) == wanted


def _smallest(factors: tuple[str, ...], gives: Callable[[frozenset[str]], bool]) -> list[tuple[str, ...]]:
    """Every smallest set of factors that gives the other answer; with many factors, one that nothing can leave."""
    largest = len(factors) if len(factors) <= _ALL_SIZES else _LARGEST_SIZE
    for size in range(1, largest + 1):
        found = [names for names in combinations(factors, size) if gives(frozenset(names))]
        if found:
            return found
    kept = list(factors)
    for name in factors:
        if gives(frozenset(kept) - {name}):
            kept.remove(name)
    return [tuple(kept)]


def _difference(
    point: Point, here: Outcome, there: Outcome, first: _Side, other: _Side, deciding: list[tuple[str, ...]]
) -> Difference:
    sides = {first.pack.id: here, other.pack.id: there}
    counted = point.kind in ("code", "not_supported")
    return Difference(
        kind=point.kind,
        code=point.code or None,
        subject=point.subject,
        administration=point.administration,
        units={key: side.units for key, side in sides.items()} if counted else {},
        modifiers={key: side.modifiers for key, side in sides.items()} if point.kind == "code" else {},
        says={key: side.says for key, side in sides.items()} if here.says != there.says else {},
        decided_by=tuple(_decider(name, first, other) for name in deciding[0]),
        or_by=tuple(deciding[1:]),
    )


def _decider(name: str, first: _Side, other: _Side) -> Decider:
    sides = (first, other)
    return Decider(
        switch=name,
        kind="setting" if name == SETTING else "payer" if name == PAYER else "switch",
        values={side.pack.id: side.values[name] for side in sides},
        citations={side.pack.id: _cited(name, side) for side in sides},
    )


def _cited(name: str, side: _Side) -> tuple[Citation, ...]:
    """Who takes this side: the pack's own word for it first, then the positions of the switch's record."""
    if name in (SETTING, PAYER):
        return _NOT_SOURCED
    value = side.values[name]
    own = _own_word(side.pack, name, value, side.rulebook.policies)
    return tuple(dict.fromkeys((*own, *side.rulebook.switches[name].said_by(value))))


def _own_word(pack: Policy, name: str, value: SwitchValue, known: Mapping[str, Policy]) -> tuple[Citation, ...]:
    """The citation of the pack, or of the pack it inherits, that states this value."""
    for one in pack.deviates:
        if one.switch == name:
            return (one.cite,) if one.value == value else ()
    return _own_word(known[pack.inherits], name, value, known) if pack.inherits else ()


def _remarks(encounter: Encounter, packs: list[Policy]) -> Iterator[str]:
    stated = encounter.encounter.setting.get()
    for pack in packs:
        if stated is not None and pack.setting != stated:
            yield f"{pack.id} is for the setting {pack.setting} and was judged in it; the facts say {stated}"
