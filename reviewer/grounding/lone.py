"""Times of a drug that stands alone with them: two that can be of nothing else are its start and its stop."""

from __future__ import annotations

from typing import Literal, NamedTuple

from reviewer.grounding.links import Own
from reviewer.grounding.page import Anchor, Page
from reviewer.grounding.roles import of_signing
from reviewer.language.clock import FoundClock
from reviewer.language.lone_times import FAR, lone_pair, stretch


class Lone(NamedTuple):
    """The drug that a clock stands alone with, and which of its two times it is."""

    anchor: Anchor
    role: Literal["start", "stop"]


def clocks_of(page: Page) -> tuple[FoundClock, ...]:
    """Every clock of a note, in order."""
    found: list[FoundClock] = []
    place = 0
    while place <= len(page.text):
        found.extend(page.clocks(place))
        place = page.line(place)[1] + 1
    return tuple(found)


def lone(page: Page, place: int, own: Own) -> Lone | None:
    """The own mention that the clock at a place stands alone with; None where another drug or time comes between."""
    if page.row(place) is not None or of_signing(page, place):
        return None
    everyone = [anchor for anchor in page.anchors if anchor.aside != "fluid"]
    for index, anchor in enumerate(everyone):
        if not own(anchor) or anchor.aside or not anchor.start - FAR <= place <= anchor.end + FAR:
            continue
        before = next((a.end for a in reversed(everyone[:index]) if a.key != anchor.key), 0)
        following = next((a.start for a in everyone[index + 1 :] if a.key != anchor.key), len(page.text))
        span = stretch(page.text, anchor.start, anchor.end, before, following)
        if not span[0] <= place < span[1] or page.cue(anchor.start, anchor.end) != "none":
            continue
        pair = lone_pair(page.text, clocks_of(page), span, (anchor.start, anchor.end))
        if pair is not None and place in (pair.start.start, pair.stop.start):
            return Lone(anchor, "start" if place == pair.start.start else "stop")
    return None
