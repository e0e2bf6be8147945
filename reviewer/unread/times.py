"""Times that nobody took, beside an infusion that lacks one: they may be its start or its stop, or of something else.

Such a time earns nothing. But what would take its place if there were none (a push as the initial) earns nothing
either: the fact holds the time as its one reading, and a line stands only where both ways of reading give it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from reviewer.grounding.administrations import written
from reviewer.grounding.page import Page
from reviewer.grounding.roles import another_act, of_signing
from reviewer.language.clock import FoundClock
from reviewer.language.companions import is_to_come
from reviewer.language.lone_times import denies_time, is_else, stretch, tells_end, with_words
from reviewer.unread.names import Names
from validator.evidence import Evidence
from validator.facts import CONFLICTING, UNGROUNDED, Administration, Clock, Encounter, Fact

_LASTING = ("infusion", None)
_BY_VEIN = ("intravenous", "intra_arterial", None)
NEVER_FIRST = frozenset(("hydration", "flush", "blood", "local_anaesthetic", "contrast", "vaccine"))
LEAST, MOST = 16, 16 * 60
"""Minutes between a start and a stop that make an infusion, and more than any runs in a visit."""
_MOST_OPEN = 2
"""Infusions told so of one encounter: each time doubles the ways to read it, and one already takes the initial."""


Changes = dict[str, dict[str, Fact[Any]]]


def open_times(encounter: Encounter, pages: Iterable[Page], names: Names, day: date) -> Changes:
    """The times beside infusions that no fact has, as times they may be: facts by name, by administration.

    Deterministic; every place is one of what was read.
    """
    lacking = [one for one in encounter.administrations if _lacks_time(one, names)]
    if not lacking:
        return {}
    by_id = {page.note.id: page for page in pages}
    taken = {(page.note.id, place) for page in by_id.values() for place in taken_places(encounter, page)}
    found = ((one.id, _of(one, by_id, taken, day, names)) for one in lacking)
    return dict([(name, facts) for name, facts in found if facts][:_MOST_OPEN])


def _lacks_time(one: Administration, names: Names) -> bool:
    if one.status.get() not in ("given", "stopped_early") or one.pump.get() is not None or one.interruptions:
        return False
    if one.technique.get() not in _LASTING or one.route.get() not in _BY_VEIN:
        return False
    if not _untold(one.start) and not _untold(one.stop) and not _may_go_on(one):
        return False
    classes = {drug.admin_class for drug in names.drugs(one.drug.value or "")}
    return not classes & NEVER_FIRST


def _may_go_on(one: Administration) -> bool:
    """Whether its stop may be where a pause began that was read as the end."""
    return one.technique.get() == "infusion" and one.start.get() is not None and one.stop.get() is not None


def _untold(fact: Fact[Any]) -> bool:
    """Whether no time of a note is believed to be the fact's; several that disagree are."""
    return fact.get() is None and fact.standing is not CONFLICTING


def _has_begun(one: Administration) -> bool:
    return one.technique.get() == "infusion" and one.start.get() is not None


def _of(
    one: Administration, pages: dict[str, Page], taken: set[tuple[str, int]], day: date, names: Names
) -> dict[str, Fact[Any]]:
    """A time of its neighbourhood in place of each that it lacks; none where there is none to take."""
    if _runs(one, names) and (claim := _claimed(one, pages, taken)) is not None:
        return {"stop": claim}
    for words in one.drug.evidence:
        page = pages.get(words.note_id)
        if page is not None and _may_go_on(one):
            if changes := _gone_on(one, page, taken, day):
                return changes
            continue
        free = list(_free(page, words, taken)) if page is not None else []
        free += _ends_elsewhere(page, taken) if page is not None and not free and _has_begun(one) else []
        if page is not None and free and (changes := _changes(one, page, free, day)):
            return changes
    return {}


def _changes(one: Administration, page: Page, free: list[FoundClock], day: date) -> dict[str, Fact[Any]]:
    start, stop = _minute(one.start), _minute(one.stop)
    if start is not None and _untold(one.stop):
        later = [clock for clock in free if LEAST <= clock.clock.minute - start <= MOST]
        return {"stop": _open(page, later[-1], day)} if later else {}
    if stop is not None and _untold(one.start):
        earlier = [clock for clock in free if LEAST <= stop - clock.clock.minute <= MOST]
        return {"start": _open(page, earlier[0], day)} if earlier else {}
    first, last = free[0], free[-1]
    if start is not None or stop is not None or not LEAST <= last.clock.minute - first.clock.minute <= MOST:
        return {}
    return {"start": _open(page, first, day), "stop": _open(page, last, day)}


def _minute(fact: Fact[Any]) -> int | None:
    """The minute of its day that a clock fact gives; of several readings the first."""
    value = fact.get() or (min(fact.readings) if fact.standing is CONFLICTING and fact.readings else None)
    return None if value is None else _minute_of(value)


def _minute_of(value: str) -> int:
    return int(value[-5:-3]) * 60 + int(value[-2:])


def _open(page: Page, clock: FoundClock, day: date) -> Fact[Any]:
    value = written(clock.clock, day)
    evidence = Evidence(note_id=page.note.id, start=clock.start, end=clock.end, text=page.text[clock.start : clock.end])
    return Fact[Clock](value=value, standing=CONFLICTING, evidence=(evidence,), readings=(value,))


def _free(page: Page, words: Evidence, taken: set[tuple[str, int]]) -> Iterator[FoundClock]:
    """The times beside a drug's name that no fact has, and that are of nothing else, in order."""
    span = _around(page, words)
    told = with_words(page.text, page.every_clock, span)
    for clock in () if denies_time(page.text, span) else (one.clock for one in told if not is_else(one.words)):
        if (page.note.id, clock.start) in taken:
            continue
        if is_to_come(page.text, clock.start) or of_signing(page, clock.start) or another_act(page, clock.start):
            continue
        if page.cue(clock.start, clock.end) == "none":
            yield clock


def _runs(one: Administration, names: Names) -> bool:
    """Whether it has begun, and is an infusion by its words or by its drug, which nobody swallows."""
    if one.start.get() is None:
        return False
    routes = {way for drug in names.drugs(one.drug.value or "") for way in drug.routes}
    return one.technique.get() == "infusion" or (bool(routes) and "oral" not in routes)


def _claimed(one: Administration, pages: dict[str, Page], taken: set[tuple[str, int]]) -> Fact[Any] | None:
    """The stop that the reader claimed and its words did not carry, where the time is nobody else's."""
    stop, value = one.stop, one.stop.value
    if stop.standing is not UNGROUNDED or value is None or (_minute_of(value) <= (_minute(one.start) or 0)):
        return None
    for words in stop.evidence:
        page = pages.get(words.note_id)
        at = [c for c in page.every_clock if words.start <= c.start and c.end <= words.end] if page is not None else []
        mine = [c for c in at if c.clock.minute == _minute_of(value) and (words.note_id, c.start) not in taken]
        if page is None or not mine or is_to_come(page.text, mine[-1].start):
            continue
        if page.cue(mine[-1].start, mine[-1].end) == "none":  # of a condition or a plan it is no time of today
            return Fact[Clock](value=value, standing=CONFLICTING, evidence=stop.evidence, readings=(value,))
    return None


def _gone_on(one: Administration, page: Page, taken: set[tuple[str, int]], day: date) -> dict[str, Fact[Any]]:
    """A later end that nobody took, as a second one: the stop may have been that of a pause ("Empty 1356")."""
    at = max((words.end for words in one.stop.evidence if words.note_id == page.note.id), default=len(page.text))
    last = _minute(one.stop) or 0
    later = [clock for clock in _ends_elsewhere(page, taken) if clock.start > at and clock.clock.minute > last]
    if not later:
        return {}
    other, stop = _open(page, later[-1], day), one.stop
    readings = (str(stop.value), *other.readings)
    evidence = (*stop.evidence, *other.evidence)
    return {"stop": Fact[Clock](value=readings[0], standing=CONFLICTING, evidence=evidence, readings=readings)}


def _ends_elsewhere(page: Page, taken: set[tuple[str, int]]) -> list[FoundClock]:
    """The times of words that tell the end of something, in an entry or sentence without a drug ("12:31 all in")."""
    found = []
    for told in with_words(page.text, page.every_clock, (0, len(page.text))):
        place = told.clock.start
        if (page.note.id, place) in taken or not tells_end(told.words) or is_to_come(page.text, place):
            continue
        clause = min(told.begin, place), told.clock.end
        if not page.named(clause) and page.row(place) is None and page.cue(place, told.clock.end) == "none":
            found.append(told.clock)
    return found


def _around(page: Page, words: Evidence) -> tuple[int, int]:
    row = page.row(words.start)
    if row is not None:
        return row.start, row.end
    key = next((anchor.key for anchor in page.anchors if anchor.start == words.start), None)
    return told_of(page, words.start, words.end, key)


def told_of(page: Page, start: int, end: int, key: str | None) -> tuple[int, int]:
    """The stretch that tells of the drug named at start..end, as far as no drug of another key is named."""
    others = [anchor for anchor in page.anchors if anchor.key != key and anchor.aside != "fluid"]
    before = max((anchor.end for anchor in others if anchor.end <= start), default=0)
    following = min((anchor.start for anchor in others if anchor.start >= end), default=len(page.text))
    return stretch(page.text, start, end, before, following)


def taken_places(encounter: Encounter, page: Page) -> Iterator[int]:
    """Where the times stand that a fact has."""
    facts = list(_facts(encounter))
    for clock in page.every_clock:
        minute = f"{clock.clock.minute // 60:02}:{clock.clock.minute % 60:02}"
        for values, evidence in facts:
            if any(value.endswith(minute) for value in values) and any(
                words.note_id == page.note.id and words.start <= clock.start and clock.end <= words.end
                for words in evidence
            ):
                yield clock.start
                break


def _facts(encounter: Encounter) -> Iterator[tuple[tuple[str, ...], tuple[Evidence, ...]]]:
    """The times of every entry, as written, with their words. A push's far end is not taken: a push has none."""
    for one in encounter.administrations:
        start, stop = one.start, one.stop
        if stop.get() is None and start.standing is CONFLICTING:
            yield (min(start.readings, default=""),), start.evidence
        else:
            yield _values(start), start.evidence
        if one.technique.get() != "push" or (_minute(stop) or 0) - (_minute(start) or 0) < LEAST:
            yield _values(stop), stop.evidence
        for pause in one.interruptions:
            yield from ((_values(fact), fact.evidence) for fact in (pause.start, pause.stop))
    for entry in (*encounter.visits, *encounter.services):
        for fact in entry.__dict__.values():
            if isinstance(fact, Fact):
                yield _values(fact), fact.evidence


def _values(fact: Fact[Any]) -> tuple[str, ...]:
    if fact.standing is CONFLICTING:
        return tuple(str(reading) for reading in fact.readings)
    value = fact.get()
    return () if value is None else (str(value),)
