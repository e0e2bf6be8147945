"""Documented statements that disagree, spelled out: a line stands only if every reading gives it (decision 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from validator.facts import Encounter, Evidence, Fact, Frozen, Standing
from validator.times import absolute, daylight_saving_shift

MOST = 64
"""More combinations than this are not spelled out; the facts then count as unknown, which earns no more."""

PARTS = ("administrations", "access_sites", "pumps", "services", "visits")
US_ZONE = "America/New_York"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One fact with several documented values. `path` leads to it from the encounter."""

    path: tuple[str | int, ...]
    readings: tuple[Any, ...]
    evidence: tuple[Evidence, ...]

    @property
    def dotted(self) -> str:
        """The path in the words of the facts JSON, with ids in place of positions."""
        return ".".join(str(part) for part in self.path)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the record: the value chosen for each disagreement, by position."""

    choice: tuple[int, ...]
    encounter: Encounter


def disagreements(encounter: Encounter) -> tuple[Disagreement, ...]:
    """Every fact outside the documentation list that is conflicting and says which values it has."""
    found = [Disagreement(("encounter", name), f.readings, f.evidence) for name, f in _facts(encounter.encounter)]
    for part in PARTS:
        for entry in getattr(encounter, part):
            for name, fact in _facts(entry):
                found.append(Disagreement((part, entry.id, name), fact.readings, fact.evidence))
            for number, pause in enumerate(getattr(entry, "interruptions", ())):
                for name, fact in _facts(pause):
                    path = (part, entry.id, "interruptions", number, name)
                    found.append(Disagreement(path, fact.readings, fact.evidence))
    return tuple(sorted(found, key=lambda d: tuple(str(p) for p in d.path)))


def _facts(entry: Frozen) -> Iterator[tuple[str, Fact[Any]]]:
    for name, value in entry.__dict__.items():
        if getattr(value, "standing", None) is Standing.CONFLICTING and len(value.readings) > 1:
            yield name, value


def readings(encounter: Encounter, found: tuple[Disagreement, ...]) -> tuple[Reading, ...]:
    """The encounter once for each combination of documented values; just itself when nothing disagrees."""
    counts = [range(len(d.readings)) for d in found]
    combinations = 1
    for count in counts:
        combinations *= len(count)
    if not found or combinations > MOST:
        return (Reading((), encounter),)
    return tuple(Reading(choice, _resolve(encounter, found, choice)) for choice in product(*counts))


def _resolve(encounter: Encounter, found: tuple[Disagreement, ...], choice: tuple[int, ...]) -> Encounter:
    for disagreement, number in zip(found, choice, strict=True):
        encounter = _replace(encounter, disagreement.path, disagreement.readings[number])
    return encounter


def _replace(entry: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy of the entry with the fact at the path believed to have the value."""
    name, *rest = path
    current = getattr(entry, str(name))
    if isinstance(current, Fact):
        standing = Standing.GROUNDED if current.evidence else Standing.ENTERED
        return entry.model_copy(
            update={name: current.model_copy(update={"value": value, "standing": standing, "readings": ()})}
        )
    if isinstance(current, tuple):
        key, *deeper = rest
        items = tuple(
            _replace(item, tuple(deeper), value) if (number if isinstance(key, int) else item.id) == key else item
            for number, item in enumerate(current)
        )
        return entry.model_copy(update={name: items})
    return entry.model_copy(update={name: _replace(current, tuple(rest), value)})


def other_clock(encounter: Encounter, on: Any) -> Encounter | None:
    """The encounter on a clock that changed during one of its infusions, when no zone is documented (TIME-26)."""
    if encounter.encounter.timezone is not None:
        return None
    for a in encounter.administrations:
        start, stop = a.start.get(), a.stop.get()
        if start is None or stop is None:
            continue
        if daylight_saving_shift(absolute(start, on), absolute(stop, on)):
            info = encounter.encounter.model_copy(update={"timezone": US_ZONE})
            return encounter.model_copy(update={"encounter": info})
    return None
