"""The drawn timeline: a drawing per access site, a lane per administration, all geometry done in Python.

All x and y are SVG user units; minutes count from 00:00 on the date of service and may run past 1440.
"""

# Annotations stay evaluated here: from text, NamedTuple would compile each one while the program starts.
from datetime import date, timedelta
from typing import NamedTuple

from reviewer.report.given import (
    DAY,
    NOT_GIVEN,
    UNPLACED,
    instant,
    minute,
    name_and_dose,
    planned_hours,
    times,
)
from reviewer.report.visible import clip, shortened, shown
from reviewer.report.words import site_kind
from validator.facts import Administration, Encounter

_LABEL_WIDTH = 224
_WIDTH = 740
_RIGHT = 24
_TOP = 46
_LANE = 38
_BAR = 14
_NAME_LENGTH = 26
_TIMES_LENGTH = 33
_HOUR_LABEL_ROOM = 30
_AXIS_LABEL_ROOM = 46
_MIDNIGHT_ROOM = 64
_DATED_ROOM = 150
_STEPS = (15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10080)
_LONGEST = 14 * DAY


class Bar(NamedTuple):
    """A stretch of running time. `hatched`: one of its ends is not documented."""

    x: float
    width: float
    hatched: bool


class Mark(NamedTuple):
    """A vertical mark at x with an optional short text, anchored so that it stays inside the drawing."""

    x: float
    text: str = ""
    anchor: str = "middle"


class Lane(NamedTuple):
    """One administration (its id): its two label lines, its bars, pauses, ticks, hour marks."""

    y: float
    name: str
    times: str
    full: str
    bars: tuple[Bar, ...]
    pauses: tuple[Bar, ...]
    ticks: tuple[Mark, ...]
    hours: tuple[Mark, ...]
    continues: float | None
    not_given: bool
    administration: str


class Drawing(NamedTuple):
    """One access site: lanes over a shared axis. `midnights` carry the date that begins there."""

    id: str
    title: str
    description: str
    width: int
    height: int
    axis_x: int
    axis_end: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Mark, ...]
    midnights: tuple[Mark, ...]


class _Run(NamedTuple):
    """An administration in minutes."""

    facts: Administration
    start: int | None
    stop: int | None
    pauses: tuple[tuple[int, int], ...]
    beyond: int | None
    when: str


def draw(facts: Encounter) -> tuple[Drawing, ...]:
    """One drawing per access site (or route, where no site is involved); none when no time is documented."""
    day = facts.encounter.date_of_service.get()
    runs = [_run(item, facts, day) for item in facts.administrations]
    if all(run.start is None and run.stop is None for run in runs):
        return ()
    axis = _axis(runs)
    groups: dict[str, list[_Run]] = {}
    for run in runs:
        groups.setdefault(_place(run.facts, facts), []).append(run)
    return tuple(
        _drawing(f"timeline-{i}", title, group, axis, day) for i, (title, group) in enumerate(groups.items(), 1)
    )


def _place(item: Administration, facts: Encounter) -> str:
    site = next((s for s in facts.access_sites if s.id == item.access_site.value), None)
    if site:
        location = f", {clip(shown(site.location.value), 60)}" if site.location.value else ""
        kind = site_kind(site.kind.value)
        return f"{kind[:1].upper()}{kind[1:]}{location}"
    return UNPLACED.get(item.route.value or "", "Access site not documented")


def _run(item: Administration, facts: Encounter, day: date | None) -> _Run:
    start, stop = minute(item.start.get(), day), minute(item.stop.get(), day)
    stated = item.duration_minutes.get()
    if start is not None and stop is None and stated:
        stop = start + stated
    planned = planned_hours(item, facts)
    beyond = start + int(planned * 60) if start is not None and stop is None and planned else None
    when = times(item, day, planned)
    return _Run(item, start, stop, _pauses(item, start, stop, day), beyond, when)


def _pauses(item: Administration, start: int | None, stop: int | None, day: date | None) -> tuple[tuple[int, int], ...]:
    """The documented pauses inside the run, in order, overlapping ones joined."""
    if start is None or stop is None:
        return ()
    pauses: list[tuple[int, int]] = []
    ends = ((minute(p.start.get(), day), minute(p.stop.get(), day)) for p in item.interruptions)
    for left, right in sorted((a, b) for a, b in ends if a is not None and b is not None):
        left, right = max(left, start), min(right, stop)
        if pauses and left <= pauses[-1][1]:
            pauses[-1] = (pauses[-1][0], max(right, pauses[-1][1]))
        elif left < right:
            pauses.append((left, right))
    return tuple(pauses)


def _axis(runs: list[_Run]) -> tuple[int, int]:
    """First and last minute of the axis, on whole hours. A pump that runs for days does not stretch it."""
    known = [m for run in runs for m in (run.start, run.stop) if m is not None and abs(m) < _LONGEST]
    known = known or [8 * 60]
    first, last = min(known), max(known)
    if any((run.start is None) != (run.stop is None) and not instant(run.facts) for run in runs):
        last += 60
    low = first // 60 * 60
    return low, max(-(-(last + 1) // 60) * 60, low + 120)


class _Scale:
    def __init__(self, axis: tuple[int, int]) -> None:
        self.low, self.high = axis
        self._per_minute = (_WIDTH - _LABEL_WIDTH - _RIGHT) / (self.high - self.low)

    def x(self, at: int) -> float:
        return round(_LABEL_WIDTH + (min(max(at, self.low), self.high) - self.low) * self._per_minute, 1)

    def bar(self, left: int, right: int, hatched: bool = False) -> Bar:
        x = self.x(left)
        return Bar(x, round(max(self.x(right) - x, 1.5), 1), hatched)

    def room(self, minutes: int) -> float:
        return minutes * self._per_minute


def _drawing(name: str, title: str, runs: list[_Run], axis: tuple[int, int], day: date | None) -> Drawing:
    scale = _Scale(axis)
    lanes = tuple(_lane(run, scale, _TOP + i * _LANE) for i, run in enumerate(runs))
    step = next((s for s in _STEPS if scale.room(s) >= _AXIS_LABEL_ROOM), _STEPS[-1])
    first = -(-scale.low // step) * step
    ticks = tuple(Mark(scale.x(at), _hour(at)) for at in range(first, scale.high + 1, step))
    midnights = tuple(
        _midnight(at, scale, day)
        for at in range(-(-scale.low // DAY) * DAY, scale.high + 1, DAY)
        if scale.low < at <= scale.high
    )
    described = "; ".join(f"{lane.full}: {lane.times}" for lane in lanes)
    height = _TOP + len(lanes) * _LANE + 6
    return Drawing(
        id=name,
        title=title,
        description=f"{title}. {described}.",
        width=_WIDTH,
        height=height,
        axis_x=_LABEL_WIDTH,
        axis_end=_WIDTH - _RIGHT,
        lanes=lanes,
        ticks=ticks,
        midnights=midnights,
    )


def _midnight(at: int, scale: _Scale, day: date | None) -> Mark:
    x, room = scale.x(at), scale.room(DAY)
    text = "midnight" if room >= _MIDNIGHT_ROOM else ""
    if day and room >= _DATED_ROOM:
        text = f"midnight, {day + timedelta(days=at // DAY)}"
    anchor = "end" if x > _WIDTH - _DATED_ROOM else "start" if x < _LABEL_WIDTH + _DATED_ROOM else "middle"
    return Mark(x, text, anchor)


def _hour(at: int) -> str:
    return f"{at // 60 % 24:02d}:{at % 60:02d}"


def _lane(run: _Run, scale: _Scale, y: float) -> Lane:
    item = run.facts
    full = shown(name_and_dose(item))
    status = item.status.value
    not_given = status in NOT_GIVEN
    when = f"{status}, {run.when}" if not_given and status else run.when
    if run.start is not None and run.stop is not None and run.stop < run.start:
        when = f"{when} (contradictory)"
    bars, continues = _bars(run, scale)
    return Lane(
        y=y,
        name=shortened(full, _NAME_LENGTH),
        times=shortened(shown(when), _TIMES_LENGTH),
        full=clip(full, 120),
        bars=() if not_given else bars,
        pauses=tuple(scale.bar(left, right) for left, right in run.pauses),
        ticks=_ticks(run, scale),
        hours=_hour_marks(run, scale),
        continues=continues,
        not_given=not_given,
        administration=item.id,
    )


def _ticks(run: _Run, scale: _Scale) -> tuple[Mark, ...]:
    """A tick for what takes no time of its own."""
    return (Mark(scale.x(run.start)),) if run.start is not None and instant(run.facts) else ()


def _bars(run: _Run, scale: _Scale) -> tuple[tuple[Bar, ...], float | None]:
    """The bars of one administration, and the x where it runs on past the axis."""
    start, stop = run.start, run.stop
    if instant(run.facts) and (stop is None or stop == start):
        return (), None
    if start is None:
        return (() if stop is None else (scale.bar(scale.low, stop, hatched=True),)), None
    if stop is None:
        if run.beyond is None:
            return (scale.bar(start, scale.high, hatched=True),), None
        return (scale.bar(start, run.beyond),), scale.x(scale.high) if run.beyond > scale.high else None
    if stop < start:
        return (scale.bar(start, start + 1, hatched=True), scale.bar(stop, stop + 1, hatched=True)), None
    edges = [start, *(at for pause in run.pauses for at in pause), stop]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple(scale.bar(left, right) for left, right in pairs if left < right), None


def _hour_marks(run: _Run, scale: _Scale) -> tuple[Mark, ...]:
    """A mark after each full hour of running time (pauses not counted), with `1 h` where there is room."""
    if run.start is None or run.stop is None or instant(run.facts):
        return ()
    marks = []
    roomy = scale.room(60) >= _HOUR_LABEL_ROOM
    running, at = 60, run.start
    for _ in range((min(run.stop, run.start + _LONGEST) - run.start) // 60):
        at, running = _after(run.start, running, run.pauses), running + 60
        if at >= run.stop:
            break
        marks.append(Mark(scale.x(at), f"{running // 60 - 1} h" if roomy else ""))
    return tuple(marks)


def _after(start: int, running: int, pauses: tuple[tuple[int, int], ...]) -> int:
    """The minute at which `running` minutes have run since `start`."""
    end = start + running
    for left, right in pauses:
        if left < end and right > start:
            end += right - left
    return end
