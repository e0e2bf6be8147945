"""Times that the record leaves open, as ranges: what bounds each, and the minutes at which an answer can change.

All minutes here are local: day ordinal x 1440 + minute of the day, without a zone. Both ends of a range are allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from validator.events import NO_NEEDLE, PUSH_LIMIT, PUSH_TECHNIQUES
from validator.facts import CONFLICTING, Administration, Encounter, Fact, Pump, Service
from validator.frozen import frozen
from validator.times import DAY, Span, absolute, at_minute, subtract, total, union

VESSELS = ("intravenous", "intra_arterial")
UNTIMED_ROUTES = (*NO_NEEDLE, "intradermal", "other")
INFUSION = 16
PAST_THE_HOUR = 30
APART = 30


@frozen
class Unknown:
    """One time that is not documented, or documented in several ways.

    `low` and `high` bound it; `choices` are the documented readings, where it has any: then it is one of them.
    `far` is the other end of the same stretch of time, when that is documented.
    """

    path: str
    low: int
    high: int
    choices: tuple[int, ...] = ()
    far: int | None = None


def clock_of(minute: int) -> str:
    """The ISO local date and time of a minute."""
    return moment_of(minute).isoformat(timespec="minutes")


def moment_of(minute: int) -> datetime:
    """The local date and time of a minute."""
    day, rest = divmod(minute, DAY)
    return datetime.combine(date.fromordinal(day), datetime.min.time()).replace(hour=rest // 60, minute=rest % 60)


def known_minute(fact: Fact[Any], on: date) -> int | None:
    """The local minute of a clock fact that may be relied on."""
    value = fact.get()
    return None if value is None else absolute(str(value), on)


def readings_of(fact: Fact[Any], on: date) -> tuple[int, ...]:
    """The local minutes of the documented readings of a contradictory clock, each once."""
    if fact.standing is not CONFLICTING or len(fact.readings) < 2:
        return ()
    return tuple(sorted({absolute(str(reading), on) for reading in fact.readings}))


def was_given(administration: Administration) -> bool:
    """Whether it was given as far as the record says."""
    if administration.status.standing == "not_stated":
        return True
    return administration.status.get() in ("given", "stopped_early")


def unknown_times(encounter: Encounter, on: date) -> tuple[Unknown, ...]:
    """Every open time that can matter to a code: drugs, pauses, services, and the bounds of a second visit."""
    found: list[Unknown] = []
    for administration in encounter.administrations:
        if was_given(administration):
            found += _of_administration(encounter, administration, on)
    for service in encounter.services:
        if service.kind in ("transfusion", "scalp_cooling"):
            low, high = bounds(encounter, None, on)
            found += _ends(f"services.{service.id}", service, on, low, high)
    found += _of_visits(encounter, on)
    return tuple(sorted(found, key=lambda u: u.path))


def _of_administration(encounter: Encounter, a: Administration, on: date) -> Iterator[Unknown]:
    path, route, technique = f"administrations.{a.id}", a.route.get(), a.technique.get()
    if route in UNTIMED_ROUTES or a.purpose.get() in ("flush", "keep_open") or _told_by_another(encounter, a):
        return
    low, high = bounds(encounter, a.visit.get(), on)
    pushed = technique in PUSH_TECHNIQUES or (route is not None and route not in (*VESSELS, "subcutaneous"))
    if pushed:
        yield from _start_of_push(encounter, a, on, low, high)
        return
    if technique == "pump" and not _on_a_pole(encounter, a) and (_planned(encounter, a) or a.start.known):
        yield from (u for u in _ends(path, a, on, low, high) if u.path.endswith(".start"))
        return
    yield from _ends(path, a, on, low, high)
    begin, end = known_minute(a.start, on), known_minute(a.stop, on)
    if begin is not None and end is not None and begin < end:
        for number, pause in enumerate(a.interruptions):
            yield from _ends(f"{path}.interruptions.{number}", pause, on, begin, end)


def _told_by_another(encounter: Encounter, a: Administration) -> bool:
    """Drugs of one bag share its times: only the first of them has times of its own to ask for."""
    return any(
        a.id in other.mixed_with or other.id in a.mixed_with for other in encounter.administrations if other.id < a.id
    )


def _planned(encounter: Encounter, a: Administration) -> bool:
    pump = _pump_of(encounter, a)
    return pump is not None and pump.planned_hours.known


def _on_a_pole(encounter: Encounter, a: Administration) -> bool:
    """Whether its pump stays with the patient in the room, so that its hours are counted by the clock (TIME-8)."""
    pump = _pump_of(encounter, a)
    return pump is not None and pump.kind.get() == "stationary"


def _pump_of(encounter: Encounter, a: Administration) -> Pump | None:
    return next((p for p in encounter.pumps if p.id == a.pump.get()), None)


def _start_of_push(encounter: Encounter, a: Administration, on: date, low: int, high: int) -> Iterator[Unknown]:
    """A push has no length to ask for (TIME-11); when it was given counts only beside others of its drug."""
    drug = str(a.drug.get() or "").casefold()
    others = (o for o in encounter.administrations if o.id != a.id and was_given(o))
    if not any(str(o.drug.get() or "").casefold() == drug for o in others):
        return
    stop = known_minute(a.stop, on)
    if stop is not None:
        low, high = max(low, stop - PUSH_LIMIT), stop - 1
    yield from (u for u in _ends(f"administrations.{a.id}", a, on, low, high) if u.path.endswith(".start"))


def _ends(path: str, entry: Any, on: date, low: int, high: int) -> Iterator[Unknown]:
    """The open ends of one stretch of time. Two ends in the wrong order contradict each other: both are open."""
    start, stop = known_minute(entry.start, on), known_minute(entry.stop, on)
    least = 0 if ".interruptions." in path else 1
    if start is not None and stop is not None:
        if stop - start >= least:
            return
        start = stop = None
    first, last = readings_of(entry.start, on), readings_of(entry.stop, on)
    if start is None:
        top = high - least if stop is None else stop - least
        yield _unknown(f"{path}.start", min(low, top), top, first, stop)
    if stop is None:
        bottom = low + least if start is None else start + least
        yield _unknown(f"{path}.stop", bottom, max(high, bottom), last, start)


def _unknown(path: str, low: int, high: int, choices: tuple[int, ...], far: int | None) -> Unknown:
    """Where there are documented readings, they are what bounds the time."""
    return Unknown(path, choices[0], choices[-1], choices, far) if choices else Unknown(path, low, high, (), far)


def _of_visits(encounter: Encounter, on: date) -> Iterator[Unknown]:
    """Leaving and coming back count once there are two visits: that they are told, not when (DOC-40)."""
    if len(encounter.visits) < 2:
        return
    for visit in encounter.visits:
        times = [t for a in encounter.administrations if a.visit.get() == visit.id for t in _told(a, on)]
        low, high = bounds(encounter, None, on)
        for name, at in (("arrived", min(times, default=low)), ("left", max(times, default=high))):
            if not getattr(visit, name).known:
                yield Unknown(f"visits.{visit.id}.{name}", at, at)


def bounds(encounter: Encounter, visit: str | None, on: date) -> Span:
    """First and last minute of a time about which nothing is told: the visit, else the documented days.

    The days are the date of service and every date that a documented time of the encounter falls on.
    """
    entries: tuple[Administration | Service, ...] = (*encounter.administrations, *encounter.services)
    told = [t for entry in entries for t in _told(entry, on)]
    days = {on.toordinal(), *((t - 1) // DAY if t % DAY == 0 else t // DAY for t in told)}
    low, high = min(days) * DAY, (max(days) + 1) * DAY
    stay = [v for v in encounter.visits if v.id == visit or (visit is None and len(encounter.visits) == 1)]
    for v in stay:
        arrived, left = known_minute(v.arrived, on), known_minute(v.left, on)
        begin, end = low if arrived is None else arrived, high if left is None else left
        if begin < end:
            low, high = begin, end
    return low, high


def _told(entry: Administration | Service, on: date) -> Iterator[int]:
    pauses = entry.interruptions if isinstance(entry, Administration) else ()
    for part in (entry, *pauses):
        for fact in (part.start, part.stop):
            minute = known_minute(fact, on)
            yield from readings_of(fact, on) if minute is None else (minute,)


def deciding_minutes(encounter: Encounter, unknown: Unknown, on: date) -> tuple[int, ...]:
    """The minutes of the range at which an answer can begin or cease to hold, with its ends, in order."""
    if unknown.choices:
        return unknown.choices
    points = {unknown.low, unknown.high}
    for point in _turning_points(encounter, unknown, on):
        points.update((point - 1, point, point + 1))
    return tuple(sorted(p for p in points if unknown.low <= p <= unknown.high))


def _turning_points(encounter: Encounter, unknown: Unknown, on: date) -> Iterator[int]:
    owner = unknown.path.rsplit(".", 1)[0].split(".interruptions.")[0]
    stretches = list(_stretches(encounter, on))
    others = [spans for path, spans in stretches if path != owner]
    for number, spans in enumerate(others):
        rest = [s for place, them in enumerate(others) if place != number for s in them]
        yield from _within(spans)
        if rest:
            yield from _within(subtract(spans, rest))
    yield from _within(union(s for path, spans in stretches if _is_fluid(encounter, path) for s in spans))
    yield from _from_far_end(unknown, [total(spans) for spans in others])
    for administration in encounter.administrations:
        start = known_minute(administration.start, on)
        if start is not None:
            yield from (start, start - APART, start + APART)
    yield from (day * DAY for day in range(unknown.low // DAY, unknown.high // DAY + 1))


def _within(spans: tuple[Span, ...]) -> Iterator[int]:
    """Where minutes counted from either end of a stretch reach a threshold."""
    length = total(spans)
    if not length:
        return
    for start, stop in spans:
        yield from (start, stop)
    for least in thresholds(length):
        yield at_minute(spans, least)
        yield at_minute(spans, length - least)


def thresholds(length: int) -> Iterator[int]:
    """Minutes up to a length at which a unit begins: an infusion, then each further hour and hydration unit."""
    if length >= INFUSION:
        yield INFUSION
    yield from range(PAST_THE_HOUR, length + 1, 60)


def _from_far_end(unknown: Unknown, lengths: list[int]) -> Iterator[int]:
    if unknown.far is None:
        return
    sign = 1 if unknown.path.endswith("stop") else -1
    for length in (PUSH_LIMIT, *thresholds(unknown.high - unknown.low + 1), *lengths, 8 * 60):
        yield unknown.far + sign * length


def _stretches(encounter: Encounter, on: date) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """The documented stretches of time, each with its path, pauses taken out."""
    parts: dict[str, Iterable[Any]] = {"administrations": encounter.administrations, "services": encounter.services}
    for section, entries in parts.items():
        for entry in entries:
            start, stop = known_minute(entry.start, on), known_minute(entry.stop, on)
            if start is None or stop is None or stop <= start:
                continue
            pauses = [
                (begun, ended)
                for pause in getattr(entry, "interruptions", ())
                if (begun := known_minute(pause.start, on)) is not None
                and (ended := known_minute(pause.stop, on)) is not None
            ]
            yield f"{section}.{entry.id}", subtract(((start, stop),), pauses)


def _is_fluid(encounter: Encounter, path: str) -> bool:
    return any(path == f"administrations.{a.id}" and a.purpose.get() == "hydration" for a in encounter.administrations)
