"""Documented statements that disagree, spelled out: a line stands only if every reading gives it (decision 2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import product
from typing import Any

from validator.facts import CONFLICTING, UNGROUNDED, Encounter, Evidence, Fact, Frozen, Standing
from validator.findings import Ungrounded
from validator.frozen import frozen
from validator.times import absolute, daylight_saving_shift

MOST = 64
"""More combinations than this are not spelled out; the facts then count as unknown, which earns no more."""

PARTS = ("administrations", "access_sites", "pumps", "services", "visits")
US_ZONE = "America/New_York"


@frozen
class Disagreement:
    """One fact with several documented values, or with one that may be none. `path` leads to it from the encounter."""

    path: tuple[str | int, ...]
    readings: tuple[Any, ...]
    evidence: tuple[Evidence, ...]

    @property
    def ways(self) -> int:
        """In how many ways it is read: one reading may be the fact's, or that of something else (decision 19)."""
        return max(2, len(self.readings))

    @property
    def dotted(self) -> str:
        """The path in the words of the facts JSON, with ids in place of positions."""
        return ".".join(str(part) for part in self.path)


@frozen
class Reading:
    """One way to read the record: the value chosen for each disagreement, by position."""

    choice: tuple[int, ...]
    encounter: Encounter


@frozen
class Unsettled:
    """What the facts leave open: `disagreements` with their readings, conflicts without any, and unproven claims."""

    disagreements: tuple[Disagreement, ...]
    unread: tuple[Disagreement, ...]
    claims: tuple[Ungrounded, ...]


_SETTLED = Unsettled((), (), ())


def unsettled(encounter: Encounter) -> Unsettled:
    """Every fact outside the documentation list that is conflicting or ungrounded, by its path."""
    conflicting: list[Disagreement] = []
    claims: list[Ungrounded] = []
    for path, fact in _open_facts(encounter):
        if fact.standing is CONFLICTING:
            conflicting.append(Disagreement(path, fact.readings, fact.evidence))
        else:
            claims.append(_claim(path, fact))
    if not conflicting and not claims:
        return _SETTLED
    conflicting.sort(key=lambda d: tuple(str(p) for p in d.path))
    return Unsettled(
        tuple(d for d in conflicting if d.readings),
        tuple(d for d in conflicting if not d.readings),
        tuple(sorted(claims, key=lambda c: c.path)),
    )


def _claim(path: tuple[str | int, ...], fact: Fact[Any]) -> Ungrounded:
    return Ungrounded(
        path=".".join(str(part) for part in path),
        administration=str(path[1]) if path[0] == "administrations" else None,
        claim="" if fact.value is None else str(getattr(fact.value, "amount", fact.value)),
        quote=fact.evidence[0].text if fact.evidence else "",
        reason="the facts say that no words of a note carry it",
    )


def _open_facts(encounter: Encounter) -> Iterator[tuple[tuple[str | int, ...], Fact[Any]]]:
    for name, fact in _facts(encounter.encounter):
        yield ("encounter", name), fact
    parts = encounter.__dict__
    for part in PARTS:
        for entry in parts[part]:
            for name, fact in _facts(entry):
                yield (part, entry.id, name), fact
    for administration in encounter.administrations:
        for number, pause in enumerate(administration.interruptions):
            for name, fact in _facts(pause):
                yield ("administrations", administration.id, "interruptions", number, name), fact


def _facts(entry: Frozen) -> Iterable[tuple[str, Fact[Any]]]:
    # A fact that was never set is not stated, so only those that were are looked at.
    values, found = entry.__dict__, []
    for name in _fact_names(type(entry)) & entry.__pydantic_fields_set__:
        standing = values[name].standing
        if standing is CONFLICTING or standing is UNGROUNDED:
            found.append(name)
    return [(name, values[name]) for name in type(entry).model_fields if name in found] if found else ()


@cache
def _fact_names(kind: type[Frozen]) -> frozenset[str]:
    """The fields of a part of the encounter that hold one fact each."""
    return frozenset(name for name, field in kind.model_fields.items() if isinstance(field.default, Fact))


def readings(encounter: Encounter, found: tuple[Disagreement, ...]) -> tuple[Reading, ...]:
    """The encounter once for each combination of documented values; just itself when nothing disagrees."""
    counts = [range(d.ways) for d in found]
    combinations = 1
    for count in counts:
        combinations *= len(count)
    if not found or combinations > MOST:
        return (Reading((), encounter),)
    return tuple(Reading(choice, _resolve(encounter, found, choice)) for choice in product(*counts))


def _resolve(encounter: Encounter, found: tuple[Disagreement, ...], choice: tuple[int, ...]) -> Encounter:
    for disagreement, number in zip(found, choice, strict=True):
        readings = disagreement.readings if len(disagreement.readings) > 1 else (None, *disagreement.readings)
        if readings[number] is not None:
            encounter = _replace(encounter, disagreement.path, readings[number])
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


def other_clock(encounter: Encounter, on: date) -> Encounter | None:
    """The encounter on a clock that changed during one of its infusions, when no zone is documented (TIME-26)."""
    if encounter.encounter.timezone is not None:
        return None
    for a in encounter.administrations:
        start, stop = a.start.get(), a.stop.get()
        if start is not None and stop is not None and daylight_saving_shift(absolute(start, on), absolute(stop, on)):
            info = encounter.encounter.model_copy(update={"timezone": US_ZONE})
            return encounter.model_copy(update={"encounter": info})
    return None
