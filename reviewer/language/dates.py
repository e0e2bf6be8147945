"""Calendar dates as notes write them: 03/14/2026, 3/14/26, 2026-03-14, 14 Mar 2026, March 14, 2026, 3/14.

A date without a year takes the year it is given, else the year of the text's first full date, else it is left
out. Slashes mean month/day unless the first number can only be a day.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from reviewer.language.folding import lowered
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = expression(
    r"(?=[\djfmasond])"  # the letters are those that a month begins with
    r"(?:(?<![\w/.\-])(?<!\d:)|(?<=/\d\d/\d\d-)|(?<=/\d/\d\d-)|(?<=/20\d\d-))(?:"
    r"(?P<y1>(?:19|20)\d\d)(?P<s1>[-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})"
    r"|(?P<m2>\d{1,2})(?P<s2>[-/.])(?P<d2>\d{1,2})(?P=s2)(?P<y2>(?:19|20)\d\d|\d\d)"
    r"|" + _MONTH.format("m3") + r"[ \t]*(?P<d3>\d{1,2})(?:st|nd|rd|th)?(?:,?[ \t]*(?P<y3>(?:19|20)\d\d))?"
    r"|(?P<d4>\d{1,2})[- ]?" + _MONTH.format("m4") + r"[- ,]*(?P<y4>(?:19|20)\d\d|\d\d(?![\d:]))?"
    r"|(?P<m5>\d{1,2})/(?P<d5>\d{1,2})(?!:\d\d)"
    r")(?![\d/]|\.\d|-(?!(?(y2)(?:[01]\d|2[0-3]):?[0-5]\d\b|(?!)))\d(?!\d?/\d\d?/\d\d)|\w*[%])(?=t\d|\b)"
)
"""In lower case, for a text in lower case."""
_PER = Lazy(
    r"\s*(?:mg|mcg|ml|cc|g\b|hr?\b|hours?|min|units?|strength|normal|ns\b|inch|[\"”″]|huber|lesions?|pain|x\b|%)",
    re.IGNORECASE,
)
_PART = Lazy(
    r"\s*(?:of\b|(?:the |a )?(?:bag|bottle|dose|volume|vial|syringe|way|cup|tab\w*|pill|lit(?:er|re)|amount)\b"
    r"|full\b|empty\b"
    r"|remain\w*|left\b(?! (?:at|via|by|the|for|am\w*|home))|infused|gone\b|through\b|done\b|in\b(?= *[.,;)]))",
    re.IGNORECASE,
)
_FRACTIONS = frozenset({("1", "2"), ("1", "3"), ("2", "3"), ("1", "4"), ("3", "4")})
"""What part of a bag had run: "1/3 of the bag remaining"."""
_SCALE = Lazy(
    r"(?:pain|score|scale|grade|strength|reflex(?:es)?|bp|nitrite|rated?|cycle|day|dose|page|pg|#)[ :=]*\Z",
    re.IGNORECASE,
)
_OF_TEN = Lazy(
    r"\b(?:h/?a|(?:head|back|belly|tooth|stomach)?-?aches?|pain\w*|nausea|cramp\w*|discomfort|itch\w*|sore(?:ness)?"
    r"|spasms?"
    r"|migraine|fatigue|anxiety|dyspnea|sob|pressure|tightness|burning)\b[^.;\n]{0,24}\Z",
    re.IGNORECASE,
)
"""What is told on a scale of ten: "HA 6/10", "cramping now 3 -> 2/10"."""
_DAY_BEFORE = Lazy(
    r"(?:\A|\n|[(\[|@-]|[–—]|\d{1,2}:?\d\d|\b(?:on|by|since|until|till|thru|and|dated?|day|dos|next|last|due|back|"
    r"return\w*|rtc|appt|visit|note|seen|sched\w*|start\w*|due|d/?c'?d?|re-?check|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|"
    r"sat(?:ur)?|sun)(?:day)?)\b)[.,:]?[ \t]*\Z",
    re.IGNORECASE,
)
"""What stands right before the tenth of a month."""
_DAY_AFTER = Lazy(
    r"(?:[ ,@]+|[ ]at[ ]|[ ]?[-–—][ ]?)(?:[01]?\d|2[0-4]):?[0-5]\d(?!\d)|[ ]*[-–—:|][ ]?|[ ]?T\d", re.IGNORECASE
)
_STAY = Lazy(
    r"\s*(?:(?:(?:@|at)?\s*\d{1,2}:?\d\d(?:\s?h(?:rs?)?)?|evening|afternoon|morning|night|noc(?:te|s)?|[ap]m)\s*)?,?\s*"
    r"(?:->?|→|–|to|through|thru|(?P<next>/|and|&|into|overnight\s+(?:to|"
    r"into)))\s*(?:the\s+(?:early\s+)?morning\s+of\s+)?",
    re.IGNORECASE,
)
_ENDED_ON = Lazy(
    r"\b(?:off|down|dn|done|stop(?:ped)?|end(?:ed)?|complete[d]?|finished|until|d/?c'?d?|home|left|discharged?)\b[ @:]*"
    r"(?:on |at )?\Z",
    re.IGNORECASE,
)
_PIVOT = 50


class FoundDate(NamedTuple):
    """A date at text[start:end]."""

    start: int
    end: int
    on: date


class DateSpan(NamedTuple):
    """A date's place and parts; `year` is None when the words give none."""

    start: int
    end: int
    year: int | None
    month: int
    day: int

    def on(self, year: int | None) -> date | None:
        """The calendar date, with `year` where the words have none; None when there is no such day."""
        full = self.year or year
        if full is None:
            return None
        try:
            return date(full, self.month, self.day)
        except ValueError:
            return None


def _year(text: str | None) -> int | None:
    if not text:
        return None
    number = int(text)
    if number > 99:
        return number
    return number + (2000 if number < _PIVOT else 1900)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS.index(text[:3].lower()) + 1


def _parts(found: re.Match[str]) -> tuple[int | None, int, int] | None:
    for form in "12345":
        if found[f"m{form}"]:
            month, day = _month(found[f"m{form}"]), int(found[f"d{form}"])
            year = _year(found[f"y{form}"]) if form != "5" else None
            if form == "2" and month > 12 >= day:
                month, day = day, month
            return (year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None
    return None


def _is_fraction(text: str, found: re.Match[str]) -> bool:
    """Whether "3/14" is something else: a half hour, a pain score, a reflex grade."""
    if not found["m5"]:
        return False
    if found["d5"] == "10" and not _is_tenth_day(text, found):
        return True
    if (found["m5"], found["d5"]) in _FRACTIONS and _PART.match(text, found.end()):
        return True
    return bool(_PER.match(text, found.end()) or _SCALE.search(text, max(0, found.start() - 12), found.start()))


def _is_tenth_day(text: str, found: re.Match[str]) -> bool:
    """Whether "4/10" is the tenth of a month: words of a day or a clock stand beside it, or it leads its line.

    Anything else of ten ("relief to 4/10", "HA 6/10") is on a scale.
    """
    if _OF_TEN.search(text, max(0, found.start() - 36), found.start()):
        return False
    before = text[max(0, found.start() - 16) : found.start()]
    return bool(_DAY_BEFORE.search(before) or _DAY_AFTER.match(text, found.end()))


@lru_cache(maxsize=1024)
def date_spans(text: str) -> tuple[DateSpan, ...]:
    """Every date in the text, in order, with or without a year."""
    spans = []
    for found in _DATE.finditer(lowered(text)):
        parts = _parts(found)
        if parts and not _is_fraction(text, found):
            spans.append(DateSpan(found.start(), found.end(), *parts))
    return tuple(spans)


def find_dates(text: str, year: int | None = None) -> tuple[FoundDate, ...]:
    """Every date whose year is known, in order. `year` completes dates written without one."""
    spans = date_spans(text)
    known = year or next((span.year for span in spans if span.year), None)
    found = ((span, span.on(known)) for span in spans)
    return tuple(FoundDate(span.start, span.end, on) for span, on in found if on)


def one_stay(text: str, first: FoundDate, last: FoundDate) -> bool:
    """Whether two dates are the first and the last day of one stay; after "into" or "and" only the day after is."""
    told = _STAY.fullmatch(text, first.end, last.start)
    return told is not None and (told["next"] is None or last.on - first.on == timedelta(days=1))


def ends_stay(text: str, first: FoundDate, later: FoundDate) -> bool:
    """Whether a date is the day after another one, told for an end or a leaving ("up 3/30 2140, off 3/31 0225")."""
    return later.on - first.on == timedelta(days=1) and bool(
        _ENDED_ON.search(text, max(0, later.start - 24), later.start)
    )
