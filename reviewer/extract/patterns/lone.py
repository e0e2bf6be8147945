"""The times of a drug that stands alone with them, where no known words gave them to it."""

from __future__ import annotations

from bisect import bisect_left

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page
from reviewer.extract.patterns.telling import Telling, is_instant, set_start, set_stop
from reviewer.language.lone_times import LonePair, lone_pair, stretch

_CARRIERS = ("hydration", "flush")


def take_lone_times(page: Page, telling: Telling) -> None:
    """Give each infusion that lacks a start or a stop the two times that stand beside it and no other drug."""
    open_ones = [draft for draft in telling.drafts if _lacks_time(draft)]
    for draft in open_ones:
        pair = _pair(page, telling, draft)
        if pair is not None:
            _put(page, draft, pair)


def _lacks_time(draft: Draft) -> bool:
    if is_instant(draft) or draft.route == "oral" or draft.pauses or draft.pump is not None:
        return False
    if draft.fate != "given" and (draft.fate != "spoken_of" or not draft.has("dose")):
        return False
    return (draft.start is None or draft.stop is None) and not draft.never_by_vein


def _pair(page: Page, telling: Telling, draft: Draft) -> LonePair | None:
    places = sorted({other.place for other in telling.drafts} | _named(page, draft))
    index = bisect_left(places, draft.place)
    if index >= len(places) or places[index] != draft.place:
        return None
    name = next((m for m in page.mentions if m.start == draft.place), None)
    end = name.end if name else draft.place + 1
    before = places[index - 1] + 1 if index else 0  # within the name, so that a sentence that begins with it is cut
    following = places[index + 1] if index + 1 < len(places) else len(page.text)
    span = stretch(page.text, draft.place, end, before, following)
    pair = lone_pair(page.text, page.clocks, span, (draft.place, end))
    if pair is None:
        return None
    its = (None, pair.start.clock, pair.stop.clock)
    return pair if draft.start in its and draft.stop in its else None


def _named(page: Page, draft: Draft) -> set[int]:
    """Where other drugs are named that no fluid is, which may only carry this one."""
    return {
        mention.start
        for mention in page.mentions
        if mention.ingredient != draft.ingredient and not (mention.drugs and mention.drugs[0].admin_class in _CARRIERS)
    }


def _put(page: Page, draft: Draft, pair: LonePair) -> None:
    """Their order tells more than words that nobody knows: what the times were taken for before is dropped."""
    draft.fate, draft.start, draft.stop = "given", None, None
    draft.told["start"], draft.told["stop"], draft.stamped = [], [], False
    places = draft.place, *pair.start[:2], *pair.stop[:2]
    first, last = min(places), max(places)
    set_start(draft, pair.start.clock, page.said(page.text[pair.start.start : pair.start.end], first, last))
    set_stop(draft, pair.stop.clock, page.said(page.text[pair.stop.start : pair.stop.end], first, last))
