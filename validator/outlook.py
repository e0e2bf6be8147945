"""What open times leave of each code: certain, possible or impossible under every timeline the record allows.

A timeline fills each open time with a minute of its range (`timelines.py`). Its full answer is what the documentation
would support with these times in it. Certain is what the administrations whose times are documented earn in every one
of them, and what is reported (decision 11 of `docs/decisions`). Nothing here changes what `validate` answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import reduce
from itertools import chain, pairwise

from validator.assessing import validate
from validator.ceiling import GROUPS, ceiling
from validator.events import PUSH_TECHNIQUES
from validator.facts import Encounter
from validator.filling import filled
from validator.findings import Assessment, Outlook, Period
from validator.frozen import frozen
from validator.rulebook import Rulebook
from validator.supposing import Supposed
from validator.timelines import Unknown, clock_of, deciding_minutes, moment_of, unknown_times

MOST_TIMELINES = 40_000
"""More pairs of minutes than this are not tried, whatever the patience."""
SAMPLES = 5
CHECK = 8
ADD_ON = {"96413": "96417", "96409": "96411", "96365": "96367", "96374": "96375", "96360": "96361"}
"""Each initial code, and what the same service is when another is the initial (HIER-FAC)."""

Units = Counter[str]


@frozen
class _Timeline:
    """Minutes for the open times by position, and the full answer."""

    at: tuple[int, ...]
    full: Units


def outlook(encounter: Encounter, rulebook: Rulebook, policy: str | None = None) -> tuple[Outlook, ...]:
    """Each code and what the open times leave of it; () when no time is open, or nothing was assessed.

    Exact with one or two open times; beyond them never certain or impossible without being so. Raises what
    `validate` raises.
    """
    assessment = validate(encounter, rulebook, policy=policy)
    return outlook_of(assessment, encounter, rulebook)


def outlook_of(
    assessment: Assessment,
    encounter: Encounter,
    rulebook: Rulebook,
    patience: int = MOST_TIMELINES,
    supposed: Supposed | None = None,
) -> tuple[Outlook, ...]:
    """The same for an encounter that was assessed already, trying at most `patience` timelines; bounds beyond them.

    `supposed` of the same encounter and assessment knows what others have tried.
    """
    on = assessment.encounter.date_of_service or rulebook.default_date
    unknown = unknown_times(encounter, on) if assessment.assessed else ()
    if not unknown:
        return ()
    supposed = supposed or Supposed(encounter, assessment, rulebook, assessment.encounter.policy)
    return _Study(assessment, encounter, supposed, unknown, on).answer(min(patience, MOST_TIMELINES))


class _Study:
    """One encounter with open times, and everything tried on it."""

    def __init__(
        self, assessment: Assessment, encounter: Encounter, supposed: Supposed, unknown: tuple[Unknown, ...], on: date
    ) -> None:
        self.assessment, self.encounter, self.supposed = assessment, encounter, supposed
        self.unknown, self.on = unknown, on
        self.codes = _units(assessment)
        self.tried: dict[tuple[int, ...], _Timeline] = {}

    def answer(self, patience: int) -> tuple[Outlook, ...]:
        exact = len(self.unknown) <= 2 and self._try_all(patience)
        if not exact:
            self._sample()
        lines = list(self.tried.values())
        certain = self._certain(lines) if exact else self.codes
        most = reduce(lambda one, other: one | other, (line.full for line in lines), Counter(certain))
        if not exact:
            bound = self._ceiling()
            most |= Counter({code: bound[code] for group in GROUPS for code in group})
        hanging = self._hanging(lines)
        return tuple(self._one(code, certain[code], most[code], hanging, exact) for code in self._concerned(most))

    def _one(self, code: str, certain: int, possible: int, hanging: dict[str, set[str]], exact: bool) -> Outlook:
        more = possible > certain
        paths = tuple(u.path for u in self.unknown if u.path in hanging.get(code, ()))
        if more and not paths:
            paths = tuple(u.path for u in self.unknown)
        return Outlook(
            code=code,
            certain=certain,
            possible=possible,
            standing="possible" if more else "certain" if certain else "impossible",
            hangs_on=paths if more else (),
            when=self._when(code) if more and exact and len(self.unknown) == 1 else (),
            exact=exact,
        )

    def _concerned(self, most: Units) -> list[str]:
        """The codes there are, and those of every family and route that an open time or a missing element touches."""
        near = {b.code for b in self.assessment.not_supported} | set(most)
        groups = {
            code for group in GROUPS if near & set(group) and self._decided_by_time(group, near) for code in group
        }
        return sorted(code for code in near & _countable(self.assessment) | set(+most) | groups)

    def _decided_by_time(self, group: tuple[str, ...], near: set[str]) -> bool:
        return any(len({line.full[c] for line in self.tried.values()}) > 1 or c in near for c in group)

    # --- trying timelines ---------------------------------------------------------------------------------

    def _try_all(self, patience: int) -> bool:
        """Every combination of deciding minutes; False when there are too many to try."""
        first = self.unknown[0]
        if len(self.unknown) == 1:
            for minute in deciding_minutes(self.encounter, first, self.on):
                self._try((minute,))
            self._find_edges()
            return True
        other = self.unknown[1]
        pairs: set[tuple[int, int]] = set()
        for pair in chain(self._pairs(first, other), ((x, y) for y, x in self._pairs(other, first))):
            pairs.add(pair)
            if len(pairs) > patience:
                return False
        for pair in sorted(pairs):
            self._try(pair)
        return True

    def _pairs(self, first: Unknown, other: Unknown) -> Iterator[tuple[int, int]]:
        for x in deciding_minutes(self.encounter, first, self.on):
            known = filled(self.encounter, first.path, moment_of(x))
            then = _after(other, first, x)
            if then is not None:
                yield from ((x, y) for y in deciding_minutes(known, then, self.on))

    def _find_edges(self) -> None:
        """Between two tried minutes with different answers: the very minute at which one becomes the other."""
        tried = sorted(self.tried)
        for (low,), (high,) in pairwise(tried):
            while (
                high - low > 1 and self.tried[(low,)].full != self.tried[(high,)].full and not self.unknown[0].choices
            ):
                middle = (low + high) // 2
                if self._try((middle,)).full == self.tried[(low,)].full:
                    low = middle
                else:
                    high = middle

    def _sample(self) -> None:
        """A few timelines along each open time, to see which codes it moves."""
        middle: list[int] = []
        for one in self.unknown:
            bounded = self._bounded(one, middle)
            minutes = deciding_minutes(self.encounter, bounded, self.on)
            middle.append(minutes[len(minutes) // 2])
        for number, one in enumerate(self.unknown):
            minutes = deciding_minutes(self.encounter, one, self.on)
            step = max(1, len(minutes) // SAMPLES)
            for minute in {*minutes[::step], minutes[-1]}:
                at = (*middle[:number], minute, *middle[number + 1 :])
                if self._possible(at):
                    self._try(at)

    def _bounded(self, one: Unknown, chosen: list[int]) -> Unknown:
        for before, minute in zip(self.unknown, chosen, strict=False):
            one = _after(one, before, minute) or one
        return one

    def _possible(self, at: tuple[int, ...]) -> bool:
        ends = dict(zip((u.path for u in self.unknown), at, strict=True))
        return all(ends[path] < ends.get(_stop_of(path), ends[path] + 1) for path in ends if path.endswith(".start"))

    def _try(self, at: tuple[int, ...]) -> _Timeline:
        found = self.tried.get(at)
        if found is None:
            times = tuple((one.path, moment_of(minute)) for one, minute in zip(self.unknown, at, strict=True))
            found = self.tried[at] = _Timeline(at, self.supposed.at(times))
        return found

    def _earned(self, line: _Timeline) -> Units:
        """What the documented administrations earn beside those of unknown extent, had these run as in a timeline."""
        earned = self.encounter
        for one, minute in zip(self.unknown, line.at, strict=True):
            if one.choices:
                earned = filled(earned, one.path, moment_of(minute))
            elif _by_vein(self.encounter, one.path):
                earned = _unplaced(filled(earned, one.path, moment_of(minute)), _entry(one.path))
        return self.codes if earned is self.encounter else self.supposed.units(earned)

    def _certain(self, lines: list[_Timeline]) -> Units:
        """What holds in all timelines. It is never less than what is reported, so looking stops where it is no more."""
        found: list[tuple[Units, Units]] = []
        for number, line in enumerate(lines):
            found.append((line.full, self._earned(line)))
            if number % CHECK == 0 and _certain(self.codes, found) == self.codes:
                found += [(other.full, self.codes) for other in lines[number + 1 :]]
                break
        return _certain(self.codes, found)

    # --- reading them -------------------------------------------------------------------------------------

    def _when(self, code: str) -> tuple[Period, ...]:
        """The stretches of the one open time, with the units of the code in each."""
        found: list[Period] = []
        path = self.unknown[0].path
        for (minute,) in sorted(self.tried):
            units, at = self.tried[(minute,)].full[code], clock_of(minute)
            if found and found[-1].units == units and not self.unknown[0].choices:
                found[-1] = found[-1].model_copy(update={"latest": at})
            else:
                found.append(Period(path=path, earliest=at, latest=at, units=units))
        return tuple(found)

    def _hanging(self, lines: list[_Timeline]) -> dict[str, set[str]]:
        """For each code the open times that change it while the others stay."""
        hanging: dict[str, set[str]] = {}
        for number, one in enumerate(self.unknown):
            beside: dict[tuple[int, ...], Units] = {}
            for line in lines:
                rest = (*line.at[:number], *line.at[number + 1 :])
                first = beside.setdefault(rest, line.full)
                for code in {*first, *line.full}:
                    if first[code] != line.full[code]:
                        hanging.setdefault(code, set()).add(one.path)
        return hanging

    def _ceiling(self) -> Units:
        longest: dict[str, int] = {}
        events = self.supposed.tally.events(self.encounter)
        entries = {_entry(u.path).partition(".")[2]: u for u in self.unknown if u.path.startswith("administrations.")}
        for event in events:
            for member in event.members:
                if member.id in entries:
                    longest[event.id] = self._room(member.id)
        return ceiling(events, longest)

    def _room(self, identity: str) -> int:
        """The most minutes between two open or documented ends of an administration."""
        here = [u for u in self.unknown if _entry(u.path) == f"administrations.{identity}"]
        ends = [m for u in here for m in (u.low, u.high, *((u.far,) if u.far is not None else ()))]
        return int(max(ends) - min(ends))


def _units(assessment: Assessment) -> Units:
    found: Units = Counter()
    for line in assessment.codes:
        if line.kind != "drug":
            found[line.code] += line.units
    return found


def _countable(assessment: Assessment) -> set[str]:
    return {code for group in GROUPS for code in group} | set(_units(assessment))


def _certain(codes: Units, held: list[tuple[Units, Units]]) -> Units:
    """What holds in all timelines, each the full answer and what is earned: what is earned or reported, as far as full.

    An initial and its add-on are one service: which of the two it is called is left open, the number is not.
    """
    least: Units = Counter()
    for code in {*codes, *(c for _, earned in held for c in earned)} - set(ADD_ON) - set(ADD_ON.values()):
        least[code] = min(min(max(earned[code], codes[code]), full[code]) for full, earned in held)
    for initial, add_on in ADD_ON.items():
        reported = codes[initial] + codes[add_on]
        services = min(
            min(max(earned[initial] + earned[add_on], reported), full[initial] + full[add_on]) for full, earned in held
        )
        called = codes[initial] or min(min(earned[initial], full[initial]) for full, earned in held)
        least[initial] = min(called, services)
        least[add_on] = min(services - least[initial], min(full[add_on] for full, _ in held))
    return +least


def _entry(path: str) -> str:
    return path.rsplit(".", 1)[0].split(".interruptions.")[0]


def _stop_of(path: str) -> str:
    return path.removesuffix("start") + "stop"


def _by_vein(encounter: Encounter, path: str) -> bool:
    """Whether the time is that of an infusion by vein, which can be kept running without a line of its own."""
    if ".interruptions." in path:
        return False
    found = next((a for a in encounter.administrations if f"administrations.{a.id}" == _entry(path)), None)
    if found is None or found.technique.get() in (*PUSH_TECHNIQUES, "pump"):
        return False
    return found.route.get() in ("intravenous", None)


def _unplaced(encounter: Encounter, entry: str) -> Encounter:
    """The encounter in which a bag runs and has no line, as its route is not told."""
    bag = {a.id for a in encounter.administrations if f"administrations.{a.id}" == entry}
    grown = True
    while grown:
        mates = {a.id for a in encounter.administrations if a.id in bag or bag & set(a.mixed_with)}
        mates |= {other for a in encounter.administrations if a.id in bag for other in a.mixed_with}
        grown, bag = mates != bag, mates
    for identity in bag & {a.id for a in encounter.administrations}:
        encounter = filled(encounter, f"administrations.{identity}.route", None)
    return encounter


def _after(other: Unknown, first: Unknown, minute: int) -> Unknown | None:
    """What an open time may still be once another is filled: a stop follows its start; None when nothing is left."""
    if other.path.rsplit(".", 1)[0] != first.path.rsplit(".", 1)[0] or not other.path.endswith(("start", "stop")):
        return other
    least = 0 if ".interruptions." in other.path else 1
    if other.path.endswith("stop"):
        then = replace(other, low=max(other.low, minute + least), far=minute)
        left = tuple(c for c in other.choices if c >= minute + least)
    else:
        then = replace(other, high=min(other.high, minute - least), far=minute)
        left = tuple(c for c in other.choices if c <= minute - least)
    if then.low > then.high or (other.choices and not left):
        return None
    return replace(then, choices=left)
