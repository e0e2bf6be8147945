"""One encounter's labels against what a reader read: each fact right, wrong, omitted or invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from reviewer.evaluate.entries import Found, Sheet, Value, Wanted, found, labelled
from reviewer.evaluate.labels import ExpectedLine, Labels
from validator.facts import Encounter
from validator.findings import CodeLine
from validator.rulebook import Rulebook

Verdict = Literal["right", "wrong", "omitted", "invented"]
_WEIGHTS = {"drug": 16, "start": 8, "dose": 4, "stop": 2, "status": 2, "route": 1, "technique": 1, "site": 1}
Pair = tuple[Wanted | None, Found | None]


class Difference(NamedTuple):
    """One fact compared. `entry` is its administration, pump or service; `wanted` and `read` are the values."""

    kind: str
    entry: str
    verdict: Verdict
    wanted: tuple[Value, ...] = ()
    read: Value | None = None


class Codes(NamedTuple):
    """Reported lines against the expected ones. Units count by code; `exact` asks for modifiers as well."""

    exact: bool
    over_coded: Mapping[str, int]
    missed: Mapping[str, int]


def compare_facts(labels: Labels, encounter: Encounter, rulebook: Rulebook) -> tuple[Difference, ...]:
    """Every labelled or read fact with its verdict; facts that the labels leave open are not among them.

    Administrations are paired by drug, then by start and dose: one entry is right for one entry.
    """
    wanted = labelled(labels, rulebook)
    scored = labels.documentation.said + labels.documentation.denied + labels.documentation.absent
    return tuple(_differences(wanted, found(encounter, scored, rulebook), labels))


def omitted_facts(labels: Labels, rulebook: Rulebook) -> tuple[Difference, ...]:
    """The comparison of an encounter that could not be read: everything labelled is omitted."""
    nothing = found(Encounter(), (), rulebook)
    return tuple(_differences(labelled(labels, rulebook), nothing, labels))


def _differences(wanted: Sheet[Wanted], read: Sheet[Found], labels: Labels) -> Iterator[Difference]:
    sorts: tuple[tuple[str, str, list[Pair]], ...] = (
        ("administration", "administration", _pairs(wanted.administrations, read.administrations)),
        ("pump", "pump", _in_order(wanted.pumps, read.pumps, "pump_action")),
        ("service", "", _in_order(wanted.services, read.services, "service")),
    )
    for sort, kind, pairs in sorts:
        for number, (one, other) in enumerate(pairs, 1):
            if one is not None or sort not in labels.open:
                yield from _entry(kind, f"{sort} {number}", one, other)
    facts = read.encounter.facts
    if labels.date_of_service is None:
        facts = {kind: value for kind, value in facts.items() if kind != "date_of_service"}
    yield from _facts("encounter", wanted.encounter, facts)


def _pairs(wanted: Sequence[Wanted], read: Sequence[Found]) -> list[Pair]:
    """Pairs of one administration, best first; what has no counterpart stands alone. In order of the labels."""
    scores = sorted(
        (
            (-score, one.optional, i, j)
            for i, one in enumerate(wanted)
            for j, other in enumerate(read)
            if (score := _likeness(one, other))
        ),
    )
    chosen: dict[int, int] = {}
    for _, _, i, j in scores:
        if i not in chosen and j not in chosen.values():
            chosen[i] = j
    made: list[Pair] = [(one, read[chosen[i]] if i in chosen else None) for i, one in enumerate(wanted)]
    return made + [(None, other) for j, other in enumerate(read) if j not in chosen.values()]


def _likeness(one: Wanted, other: Found) -> int:
    """How surely two entries are the same administration; 0 when they are not.

    The same drug, or a drug that one side leaves unnamed, or else the same dose at the same time.
    """
    same = {kind for kind, value in other.facts.items() if value in one.facts.get(kind, ())}
    unnamed = "drug" not in one.facts or "drug" not in other.facts
    if not ("drug" in same or {"start", "dose"} <= same or (unnamed and same & {"start", "dose"})):
        return 0
    return sum(_WEIGHTS.get(kind, 0) for kind in same)


def _in_order(wanted: Sequence[Wanted], read: Sequence[Found], key: str) -> list[Pair]:
    """Pairs with the same `key` in their order, then the rest in order."""
    left = list(read)
    made: list[Pair] = []
    waiting = []
    for one in wanted:
        same = next((other for other in left if other.facts.get(key) in one.facts.get(key, ())), None)
        if same is None:
            waiting.append(one)
        else:
            left.remove(same)
            made.append((one, same))
    # Two services of different kinds are two services; a pump with another action is still that pump.
    for one in waiting:
        made.append((one, left.pop(0) if left and key != "service" else None))
    return made + [(None, other) for other in left]


def _entry(name: str, place: str, wanted: Wanted | None, read: Found | None) -> Iterator[Difference]:
    """The verdicts on one entry; on the entry as such under `name`, where it has one."""
    if wanted is None:
        if read is not None and not read.passing:
            if name:
                yield Difference(name, place, "invented")
            yield from (Difference(kind, place, "invented", (), value) for kind, value in read.facts.items())
        return
    if wanted.optional:
        return
    if name:
        yield Difference(name, place, "omitted" if read is None else "right")
    yield from _facts(place, wanted, read.facts if read else {})


def _facts(place: str, wanted: Wanted, read: Mapping[str, Value]) -> Iterator[Difference]:
    for kind in sorted((set(wanted.facts) | set(read)) - wanted.open):
        right, value = wanted.facts.get(kind, ()), read.get(kind)
        if value is None:
            yield Difference(kind, place, "omitted", right)
        elif not right:
            yield Difference(kind, place, "invented", (), value)
        else:
            yield Difference(kind, place, "right" if value in right else "wrong", right, value)


def compare_codes(
    expected: Sequence[ExpectedLine], optional: Sequence[ExpectedLine], reported: Sequence[CodeLine]
) -> Codes:
    """Reported against expected lines. Drug lines count only for codes that the expectation names."""
    named = {line.code for line in (*expected, *optional)}
    lines = [
        (line.code, line.units, tuple(sorted(line.modifiers)))
        for line in reported
        if line.kind != "drug" or line.code in named
    ]
    wanted = [(line.code, line.units, tuple(sorted(line.modifiers))) for line in expected]
    allowed = [(line.code, line.units, tuple(sorted(line.modifiers))) for line in optional]
    spare = [line for line in allowed if line in lines]
    got, due, may = _units(lines), _units(wanted), _units(allowed)
    return Codes(
        exact=sorted(lines) == sorted([*wanted, *spare]),
        over_coded={code: n - most for code, n in got.items() if n > (most := due.get(code, 0) + may.get(code, 0))},
        missed={code: n - got.get(code, 0) for code, n in due.items() if n > got.get(code, 0)},
    )


def _units(lines: Sequence[tuple[str, int, tuple[str, ...]]]) -> dict[str, int]:
    units: dict[str, int] = {}
    for code, count, _ in lines:
        units[code] = units.get(code, 0) + count
    return units
