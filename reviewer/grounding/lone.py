"""Times of a drug that stands alone with them: two that can be of nothing else are its start and its stop."""

from __future__ import annotations

from typing import Literal, NamedTuple

from reviewer.grounding.links import Own
from reviewer.grounding.page import Anchor, Page
from reviewer.grounding.roles import of_signing
from reviewer.language.ends_beside import ends_other_thing, told_of
from reviewer.language.folding import lowered
from reviewer.language.lone_times import FAR, lone_pair, stretch
from reviewer.language.sentences import Span


class Lone(NamedTuple):
    """The drug that a clock stands alone with, and which of its two times it is."""

    anchor: Anchor
    role: Literal["start", "stop"]


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
        pair = lone_pair(page.text, page.every_clock, span, (anchor.start, anchor.end))
        if pair is not None and place in (pair.start.start, pair.stop.start):
            return Lone(anchor, "start" if place == pair.start.start else "stop")
    return None


def ends_another_thing(page: Page, start: int, anchor: Anchor) -> bool:
    """Whether the words of an end at a clock, apart from those of its drug, are of another thing ("EKG done 0936")."""
    clock, low = page.clock(start, start + 1), lowered(page.text)
    if clock is None:
        return False
    stamp = page.stamp(start)
    if stamp is not None and stamp.start <= start < stamp.end:
        entry = page.entry(start)
        inside = entry[0] <= anchor.start < entry[1]
        return not inside and ends_other_thing(low[stamp.end : entry[1]])
    sentence = page.sentence(start)
    first = anchor.end if sentence[0] <= anchor.start < start else sentence[0]
    if page.within((first, sentence[1])):
        return False
    words = told_of(low, Span(first, sentence[1]), clock, page.clocks(start))
    return ends_other_thing(words, low[sentence[0] : start])
