"""Where a note shows a drug given that no fact took: not planned, held or of another day, and in words of giving."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reviewer.grounding.page import Anchor, Page, Span
from reviewer.language.additives import ADDITIVES
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.vocabulary import read_route, tells_giving
from reviewer.unread.again import further, repeated
from reviewer.unread.heads import NAMELESS, Head, heads
from reviewer.unread.names import Names
from reviewer.unread.sheet import WAY, Sheet
from reviewer.unread.told import Told
from validator.evidence import Evidence

_LONGEST = 160
_APART = 30
_BY_MOUTH = Lazy(
    r"(?<![\w])(?:p\.?o\.?|by mouth|oral(?:ly)?|tabs?|tablets?|caps(?:ules?)?|pills?|swallow\w*|odt|"
    r"chew\w*|sublingual|SL(?= \d)|nebs?|nebuli\w+|inhal\w+|puffs?|topical(?:ly)?|patch(?:es)?|cream|"
    r"suppositor\w+)(?![\w])",
    re.IGNORECASE,
)
_FILLED = Lazy(r"\b(?:re-?)?fill(?:ed)?\b[^.;\n]{0,30}\bwith\b", re.IGNORECASE)
_IN_A_FILL = ("heparin", "dexamethasone")
_TAKEN_OUT = Lazy(r"\b(?:drained|withdrawn|removed|collected|aspirated|voided?|urine|emesis|sent for)\b", re.IGNORECASE)
_PREPARED = Lazy(
    r"\b(?:verif\w+|second check|2nd check|double[- ]check\w*|calc(?:ulation)? ok|released|dispensed|compounded"
    r"|prepared|beyond use)\b",
    re.IGNORECASE,
)
"""What a pharmacy does with a drug, where no word says that it was given."""
_LOCK = Lazy(r"\b(?:flush\w*|lock\w*|de-?access\w*|to port|patency|rinse)\b", re.IGNORECASE)
_RAN = expression(
    r"[^.;\n]{0,60}(?:\b(?:up|on|hung|start(?:ed)?|began)[ :@]{1,3}\d{1,2}:?\d\d\b[^.;\n]{0,40}"
    r"\b(?:down|off|stop(?:ped)?|done|end(?:ed)?|complete)[ :@]{1,3}\d{1,2}:?\d\d\b"
    r"|:[ ]\d{1,2}:?\d\d[ ]?(?:-|–|to)[ ]?\d{1,2}:?\d\d\b)",
    re.IGNORECASE,
)
_DENIED_AFTER = expression(
    r"[ \t:,-]*(?:not\b|none\b|no sorry\b|no wait\b|n/a\b|\d+ ?m?L (?:if|prn)\b|rinse\b|hs\b|qhs\b|at home\b)",
    re.IGNORECASE,
)
_FURTHER = expression(r"[ ]([A-Za-z]{3,})\b(?=[ ][a-z\d])")
_AT_HOME = expression(r"\[(?:home|prn|allerg\w*|plan|hx|next)[^\]\n]*\][^\n\[]*\Z", re.IGNORECASE)
_CARRIED = expression(
    r"\b(?:through|thru|via|in|into|with|w/|diluent[ \t]*:)[ \t]+(?:[\w%.-]+[ \t]+){0,3}\Z", re.IGNORECASE
)


class Sighting(NamedTuple):
    """One place where a giving shows. `key` is one for each drug, `name` the drug as written ("" for none); a `timed`
    one tells two times of a known drug.
    """

    key: str
    name: str
    evidence: Evidence
    by_vein: bool
    timed: bool = False


def sightings(page: Page, told: Told, names: Names) -> Iterator[Sighting]:
    """The places of a note that show a giving which no fact has; those with a name first."""
    sheet = Sheet(page, told, names)
    seen: list[Span] = []
    for head in heads(sheet):
        place = head.start, head.end
        if head.kind in NAMELESS and any(first <= head.start < last for first, last in seen):
            continue
        if place in seen or _is_over(sheet, head):
            continue
        sighting = _sighting(sheet, head)
        if sighting is not None:
            seen += [place, (sighting.evidence.start, sighting.evidence.end)]
            yield sighting
    yield from _further(sheet)


def _further(sheet: Sheet) -> Iterator[Sighting]:
    """The places that show a second giving of a drug of which only another one was read."""
    for one in (*further(sheet), *repeated(sheet)):
        head = Head(one.anchor.start, one.anchor.end, "known", one.anchor.key, one.anchor.admin_class)
        words = sheet.text[one.start : one.end]
        if _DENIED_AFTER.match(sheet.text, head.end) or _BY_MOUTH.search(words) or _LOCK.search(words):
            continue
        if _rides_along(sheet, head, one.start, words):
            continue
        name, vein = sheet.text[head.start : head.end], read_route(words) in (None, "intravenous")
        yield Sighting(head.key, name, _quote(sheet, (one.start, one.end), head), vein)


def _is_over(sheet: Sheet, head: Head) -> bool:
    """Whether words over or behind a head say that it was not given here and now."""
    over = sheet.page.cue(head.start, head.end)
    if over in ("order", "plan") and _RAN.match(sheet.text, head.end):
        over = "none"  # an order that tells when its bag was up and down was carried out
    if over != "none" or _DENIED_AFTER.match(sheet.text, head.end):
        return True
    return bool(_AT_HOME.search(sheet.text, sheet.page.line(head.start)[0], head.start))


def _sighting(sheet: Sheet, head: Head) -> Sighting | None:
    whole = sheet.zone(head.start)
    own = _own(sheet, head, *whole)
    words = sheet.text[slice(*own)]
    if _BY_MOUTH.search(sheet.text, max(own[0], sheet.page.clause(head.start)[0]), own[1]):
        return None
    if _rides_along(sheet, head, whole[0], words) or not _shows(sheet, head, own, whole):
        return None
    name = "" if head.kind in NAMELESS else sheet.text[head.start : _name_end(sheet, head)]
    return Sighting(head.key, name, _quote(sheet, own, head), read_route(words) in (None, "intravenous"))


def _name_end(sheet: Sheet, head: Head) -> int:
    """Where a name ends that has a further word of its own ("Amino acid")."""
    more = _FURTHER.match(sheet.text, head.end)
    return more.end() if more and head.kind != "known" and not sheet.names.is_plain(more[1]) else head.end


def _rides_along(sheet: Sheet, head: Head, start: int, words: str) -> bool:
    """Whether a drug is told as part of what another one's words tell: a pump's fill, a carrier, a lock of a line."""
    if head.key in _IN_A_FILL and _FILLED.search(sheet.text, start, head.start):
        return True
    if head.key == "heparin" and _LOCK.search(words):
        return True
    if head.key in ADDITIVES and any(
        start <= one.start < head.start and one.admin_class == "hydration" for one in sheet.page.anchors
    ):
        return True
    return head.admin_class == "hydration" and bool(_CARRIED.search(sheet.text, start, head.start))


def _own(sheet: Sheet, head: Head, start: int, end: int) -> Span:
    """The stretch of a head's row or sentence up to the drugs named beside it."""
    beside = [a for a in sheet.page.anchors if start <= a.start < end and not _is_part(a, head)]
    before = [a.end for a in beside if a.end <= head.start]
    after = [a.start for a in beside if head.end <= a.start]
    return max([start, *before]), min([end, *after])


def _is_part(anchor: Anchor, head: Head) -> bool:
    """Whether a word that only looks like a drug is part of the name that a head is."""
    near = head.start - _APART <= anchor.start <= head.end + _APART
    return anchor.key == head.key or (anchor.key.startswith("?") and near)


def _shows(sheet: Sheet, head: Head, own: Span, whole: Span) -> bool:
    """Whether the words around a head show a giving."""
    mine, everything = sheet.text[slice(*own)], sheet.text[slice(*whole)]
    ways, giving = bool(WAY.search(mine)), tells_giving(mine)
    if _PREPARED.search(mine) and not giving:
        return False
    stamped = sheet.page.stamp(head.start) is not None
    timed = stamped or sheet.has_clock(own)
    if head.kind in NAMELESS:
        beside = any(whole[0] <= a.start < whole[1] for a in sheet.page.anchors)
        return not beside and (ways or giving) and timed
    if sheet.has_dose(own):
        known = head.kind == "known"
        return not known or timed or bool(WAY.search(everything) or tells_giving(everything))
    if head.admin_class == "hydration":
        return sheet.has_volume(own) and (stamped or sheet.has_clock((head.start, own[1])))
    if head.kind == "event":
        return True
    if sheet.has_volume(own) and _TAKEN_OUT.search(mine):
        return False
    if sheet.has_range(own):
        return True
    if head.kind == "near" and WAY.search(everything) and (stamped or sheet.has_clock(whole)):
        return True
    if sheet.has_volume(own) and (timed or sheet.has_clock(whole)):
        return True
    return (ways and (timed or giving)) or (timed and giving)


def _quote(sheet: Sheet, own: Span, head: Head) -> Evidence:
    start, end = own
    if end - start > _LONGEST:
        start = max(start, head.start - _LONGEST // 4)
        end = min(end, start + _LONGEST)
    words = sheet.text[start:end]
    start += len(words) - len(words.lstrip(" \t\n,;:|.-•*"))
    end = start + len(sheet.text[start:end].rstrip(" \t\n,;:|"))
    return Evidence(note_id=sheet.note_id, start=start, end=end, text=sheet.text[start:end])
