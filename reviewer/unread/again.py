"""A further giving of a drug that has a fact already: its name beside a time that lies in none of its givings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from reviewer.grounding.page import Anchor, Span
from reviewer.grounding.roles import another_act, of_signing
from reviewer.language.clock import FoundClock
from reviewer.language.companions import is_to_come
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.vocabulary import tells_giving
from reviewer.unread.sheet import WAY, Sheet

_NEVER_CODED = frozenset(("flush", "local_anaesthetic", "contrast", "vaccine", "blood"))
_FAR = 90
_NOT_A_GIVING = Lazy(
    r"\b(?:verif\w+|check\w*|order\w*|prepar\w*|compound\w*|dispens\w*|release\w*|pull\w*|scan\w*|wast\w*|discard\w*"
    r"|due|next|may|available|prn|if|declin\w*|refus\w*|held|hold|not|never|reaction|after|since|post|level|trough|pain"
    r"|rate|titrat\w*|increas\w*|decreas\w*|continu\w*|infusing|running|in progress|tolerat\w*|total|see|per mar"
    r"|document\w*|chart\w*|late entry|addend\w*|correct\w*|error|void\w*|pause\w*|resum\w*|restart\w*|last|prior"
    r"|previous\w*|schedul\w*|plan\w*|return\w*|consent\w*|educat\w*|teach\w*|discuss\w*|chang\w*|switch\w*|before"
    r"|until|during|while|bedside|vitals?|bp|response|relief|effect\w*|complet\w*|finish\w*|stop\w*|end(?:ed)?|off|done"
    r"|down|out|dry|empty|infused by|ran in)\b",
    re.IGNORECASE,
)
"""Words by which a time beside a drug is that of something else, or of the giving that is told already."""


_AND = expression(r"[ ]?(?:h|hrs?|[ap]\.?m\.?)?[ ]*(?:,|&|and|/)[ ]*(?:and[ ])?(?:at[ ]|@[ ]?)?", re.IGNORECASE)


_LEADS = expression(r"[ ]?(?:h|hrs?|[ap]\.?m\.?)?[ \t:|,)\]-]{0,4}(?:(?:gave|hung|given|started)[ ])?", re.IGNORECASE)


_WORN = Lazy(r"\b(?:cadd|pump|elastomeric|medicated|dosed)\b", re.IGNORECASE)
_REPEATED = Lazy(
    r"\b(?P<lead>again|repeat(?:ed)?|another|re-?dosed|(?:second|2nd|third|3rd|additional) (?:dose|push|bag|bottle))\b"
    r"[^.;\n]{0,30}?(?:\bat |@ ?| )(?:[01]?\d|2[0-3]):?[0-5]\d\b(?! ?(?:mg|mcg|g|ml|units?)\b)",
    re.IGNORECASE,
)
_OTHER_REPEAT = Lazy(
    r"\b(?:bp|vitals?|labs?|ekg|ecg|troponin|cbc|bmp|drawn|glucose|level|scan|x-?ray|assess\w*|score|exam|temp\w*"
    r"|asked|wants?|requests?\w*|offered)\b",
    re.IGNORECASE,
)


class Further(NamedTuple):
    """The name of a drug, the time of a giving of it that no fact has, and the stretch that tells both."""

    anchor: Anchor
    start: int
    end: int


def further(sheet: Sheet) -> Iterator[Further]:
    """The givings of a note whose drug has facts, and whose time none of them has."""
    for anchor in sheet.page.anchors:
        if anchor.aside or anchor.admin_class in _NEVER_CODED or anchor.key not in sheet.told.ingredients:
            continue
        own = _own(sheet, anchor)
        clocks = _clocks(sheet, anchor, own)
        fresh = [clock for clock in clocks if not sheet.told.has_time(anchor.key, clock)]
        listed = len(fresh) < len(clocks)  # what was read stands in the same words, so that only a list tells more
        if fresh and (not listed or _is_list(sheet.text, clocks)) and _shows(sheet, anchor, fresh[0], own):
            yield Further(anchor, min(own[0], fresh[0].start), own[1])


def repeated(sheet: Sheet) -> Iterator[Further]:
    """The times at which words of repeating tell a giving of the drug named before, and none of its facts has."""
    for words in _REPEATED.finditer(sheet.text):
        clock = next((c for c in sheet.clocks if words.end("lead") <= c.start < words.end()), None)
        anchor = next((a for a in sheet.page.before(words.start()) if not a.aside), None)
        if clock is None or anchor is None or words.start() - anchor.end > _FAR:
            continue
        if anchor.admin_class in _NEVER_CODED or anchor.key not in sheet.told.ingredients:
            continue
        if sheet.told.has_time(anchor.key, clock) or sheet.page.cue(words.start(), words.end("lead")) != "none":
            continue
        if not _NOT_A_GIVING.search(sheet.text, *words.span()) and not _OTHER_REPEAT.search(
            sheet.text, anchor.end, words.end()
        ):
            yield Further(anchor, anchor.start, clock.end)


def _own(sheet: Sheet, anchor: Anchor) -> Span:
    """The stretch from a drug's name to the next drug of its row or sentence."""
    end = min(sheet.zone(anchor.start)[1], anchor.end + _FAR)
    after = [a.start for a in sheet.page.named((anchor.end, end))]
    return anchor.start, min([end, *after])


def _clocks(sheet: Sheet, anchor: Anchor, own: Span) -> list[FoundClock]:
    """The times of a drug's stretch: the one right before its name, or else its line's, and those behind the name."""
    behind = [clock for clock in sheet.clocks if own[0] <= clock.start < own[1]]
    before = next((c for c in reversed(sheet.clocks) if c.end <= anchor.start), None)
    if before is not None and _LEADS.fullmatch(sheet.text, before.end, anchor.start):
        return [before, *behind]
    stamp = sheet.page.stamp(anchor.start)
    if behind or stamp is None or sheet.page.named((stamp.end, anchor.start)):
        return behind
    between = [clock for clock in sheet.clocks if stamp.end <= clock.start < anchor.start]
    return [] if between and sheet.page.range_end(stamp) is None else [stamp, *between]


def _is_list(text: str, clocks: list[FoundClock]) -> bool:
    """Whether times stand side by side in a list ("0312, 0340 and 0415")."""
    return all(_AND.fullmatch(text, one.end, other.start) for one, other in pairwise(clocks))


def _shows(sheet: Sheet, anchor: Anchor, clock: FoundClock, own: Span) -> bool:
    """Whether a stretch tells that the drug was given at a clock: an amount, and a way or words of giving."""
    words = sheet.text[own[0] : own[1]]
    if sheet.page.cue(anchor.start, anchor.end) != "none" or _NOT_A_GIVING.search(words):
        return False
    if (
        another_act(sheet.page, clock.start)
        or of_signing(sheet.page, clock.start)
        or is_to_come(sheet.text, clock.start)
    ):
        return False
    amount = sheet.has_dose(own) or sheet.has_volume(own)
    return amount and (bool(WAY.search(words) or _WORN.search(words)) or tells_giving(words) or sheet.has_range(own))
