"""As many times behind a list as it has drugs: "A and B pushed 0840, 0844", "... 0905-1008 and 1015-1118".

Or as words tell of each by its place: "the first from 0905 to 1008 and the second from 1015".
"""

from __future__ import annotations

import re
from itertools import pairwise

from reviewer.extract.patterns.details import amounts_in, is_dose
from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.segments import Statement
from reviewer.extract.patterns.subjects import Subject
from reviewer.extract.patterns.telling import Telling
from reviewer.language.clock import FoundClock
from reviewer.language.kept import expression
from reviewer.language.ordinals import find_ordinals

_JOINT = expression(r"[ ,;&/]*(?:and|then)?[ ,;&/]*(?:from |at |@ ?)?", re.IGNORECASE)
_LONGEST_LIST = 120
"""How far the drugs of one list may stand apart, in code points."""
Times = list[tuple[FoundClock, FoundClock | None]]


def respectively(page: Page, telling: Telling, statement: Statement, named: list[Subject], made: list[Draft]) -> bool:
    """Give each drug of a list its own of the times behind it; whether there were as many as drugs."""
    if len(made) != len(named) or len(made) < 2 or made[-1].fate != "given":
        return False
    if len({draft.ingredient for draft in made}) < len(made) or not all(d.fate in ("given", "spoken_of") for d in made):
        return False
    times = _times(page, statement, named)
    if times is None:
        return False
    telling.drafts[:] = [d for d in telling.drafts if d in made or not statement.start <= d.place < statement.end]
    for draft, time in zip(made, times, strict=True):
        _put(page, draft, time, draft.place)
    _part_doses(page, statement, named, made)
    return True


def told_by_place(page: Page, telling: Telling, statement: Statement) -> bool:
    """Give drugs listed before the times of a sentence that tells of them by their place; whether it does."""
    times = _by_place(page, statement.start, statement.end)
    given = [draft for draft in telling.last if draft.fate in ("given", "spoken_of")]
    if not times or len({draft.ingredient for draft in given}) < 2 or max(times) > len(given):
        return False
    for place, time in times.items():
        _put(page, given[place - 1], time, statement.start)
    return True


def _put(page: Page, draft: Draft, time: tuple[FoundClock, FoundClock | None], begin: int) -> None:
    first, last = time
    draft.fate, draft.stamped = "given", False
    end = (last or first).end
    draft.start = first.clock
    draft.told["start"] = [page.said(page.text[first.start : first.end], begin, end)]
    if last is not None:
        draft.stop = last.clock
        draft.told["stop"] = [page.said(page.text[last.start : last.end], begin, end)]


def _by_place(page: Page, start: int, end: int) -> dict[int, tuple[FoundClock, FoundClock | None]]:
    """The times of each place in a list that words between two places tell of; none where one is told twice."""
    spoken = find_ordinals(page.text, start, end)
    found: dict[int, tuple[FoundClock, FoundClock | None]] = {}
    for (begins, place), (until, _) in pairwise([*spoken, (end, 0)]):
        clocks = within(page.clocks, begins, until)
        pair = page.ranges.get(clocks[0].start) if clocks else None
        if place in found or not clocks or len(clocks) > 2:
            return {}
        if pair is not None and len(clocks) == 2:
            found[place] = pair
        elif len(clocks) == 1:
            found[place] = clocks[0], None
        elif "stop" in {word.kind for word in within(page.events, clocks[0].end, clocks[1].start)}:
            found[place] = clocks[0], clocks[1]
        else:
            return {}
    return found


def _times(page: Page, statement: Statement, named: list[Subject]) -> Times | None:
    first, last = named[0].zone.drug_start, named[-1].zone
    if within(page.clocks, first, last.drug_end) or last.drug_end - first > _LONGEST_LIST:
        return None
    if placed := _by_place(page, last.drug_end, statement.end):
        return [placed[n + 1] for n in range(len(named))] if set(placed) == set(range(1, len(named) + 1)) else None
    clocks = within(page.clocks, last.drug_end, statement.end)
    ranged = [clock for clock in clocks if clock.start in page.ranges]
    if len(ranged) == len(named) and len(clocks) == 2 * len(named):
        return _of_ranges(page, ranged)
    if ranged:
        return None
    if len(clocks) == len(named):
        return [(clock, None) for clock in clocks] if _joined(page, clocks) else None
    return _of_both(page, clocks, last.drug_end) if len(clocks) == 2 * len(named) else None


def _of_ranges(page: Page, ranged: list[FoundClock]) -> Times | None:
    """ "0905-1008 and 1015-1118": one drug after the other, else the ranges may contradict each other."""
    pairs = [page.ranges[clock.start] for clock in ranged]
    for (_, before), (after, _) in pairwise(pairs):
        if not _JOINT.fullmatch(page.text, before.end, after.start):
            return None
    return list(pairs)


def _of_both(page: Page, clocks: list[FoundClock], place: int) -> Times | None:
    """ "starting at 9:05 and 10:15 and finishing at 10:08 and 11:18"."""
    half = len(clocks) // 2
    starts, stops = clocks[:half], clocks[half:]
    if not (_joined(page, starts) and _joined(page, stops)):
        return None
    begun = {word.kind for word in within(page.events, place, starts[0].start)}
    ended = {word.kind for word in within(page.events, starts[-1].end, stops[0].start)}
    return list(zip(starts, stops, strict=True)) if "start" in begun and "stop" in ended else None


def _joined(page: Page, clocks: list[FoundClock]) -> bool:
    return all(_JOINT.fullmatch(page.text, one.end, other.start) for one, other in pairwise(clocks))


def _part_doses(page: Page, statement: Statement, named: list[Subject], made: list[Draft]) -> None:
    """Doses listed behind the names are not all the last drug's ("A and B, 20 mg and 25 mg"): it is open."""
    if find_ordinals(page.text, named[-1].zone.drug_end, statement.end):
        made[-1].told["duration"] = []
    doses = [item for item in amounts_in(page, named[-1].zone.drug_end, statement.end) if is_dose(item)]
    if len(doses) == len(made):
        made[-1].told["dose"], made[-1].amount = [], None
