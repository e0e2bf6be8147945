"""Drugs that no fact has as given, beside two times that no fact took: they may be infusions that were not read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from reviewer.grounding.page import Anchor, Page, Span
from reviewer.language.lone_times import own_times
from reviewer.language.vocabulary import read_route
from reviewer.unread.names import Names
from reviewer.unread.times import LEAST, MOST, NEVER_FIRST, taken_places, told_of
from validator.facts import Encounter

_MAY_BE_GIVEN = frozenset(("none", "plan", "order", "education", "conditional"))
"""What stands over words that may tell of a giving all the same, since they tell when it was."""


def timed(page: Page, encounter: Encounter, names: Names) -> Iterator[tuple[Anchor, Span]]:
    """The known drugs of a note that were not read as given, each with the stretch that tells two times of it."""
    given = set(_given(encounter, names))
    open_ones = [anchor for anchor in page.anchors if _may_be_given(page, anchor, given)]
    taken = set(taken_places(encounter, page)) if open_ones else set()
    for anchor in open_ones:
        span = told_of(page, anchor.start, anchor.end, anchor.key)
        free = [told.clock for told in own_times(page.text, page.every_clock, span) if told.clock.start not in taken]
        minutes = [clock.clock.minute for clock in free]
        ran = any(LEAST <= later - minute <= MOST for minute, later in pairwise(minutes))
        if ran and read_route(page.text[slice(*span)]) in (None, "intravenous"):
            yield anchor, (min(anchor.start, free[0].start), max(anchor.end, free[-1].end))


def _may_be_given(page: Page, anchor: Anchor, given: set[str]) -> bool:
    if anchor.aside or not anchor.admin_class or anchor.admin_class in NEVER_FIRST or anchor.key in given:
        return False
    return page.row(anchor.start) is None and page.cue(anchor.start, anchor.end) in _MAY_BE_GIVEN


def _given(encounter: Encounter, names: Names) -> Iterator[str]:
    """The ingredients that facts have as given, or as held or refused in words that were believed."""
    for one in encounter.administrations:
        if one.status.get() not in (None, "planned"):
            said = (one.drug.value, *one.drug.readings, *(words.text for words in one.drug.evidence))
            yield from (mention.ingredient for name in said if name for mention in names.find(name))
