"""Lengths of time as notes write them: over 90 min, x30min, over 30", 1/2 hr, 1.5 hours, 46-h, 1 h 30 min.

`stated` tells a length that the words say has passed ("ran 75 minutes", "0933-1215 (162 min)") from one that
is ordered, planned or left open ("over 90 min", "to run 46 hours"); only the first documents (TIME-19).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from reviewer.language.folding import lowered
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy


class FoundDuration(NamedTuple):
    """A length of time at text[start:end], in whole minutes."""

    start: int
    end: int
    minutes: int
    stated: bool


_NUMBER = r"\d+[ ]\d/\d|\d/\d|\d+[½¼¾]|[½¼¾]|\d{1,3}(?:[.,]\d+)?|\.\d+"
_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "ten": 10, "twelve": 12, "fourteen": 14,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "sixty": 60, "ninety": 90,
    "twenty-four": 24, "forty-six": 46, "forty-eight": 48,
}  # fmt: skip
_NAMED = "|".join(sorted(_WORDS, key=len, reverse=True))
_HOURS = r"h(?:rs?|ours?)?\b\.?"
_MINUTES = r"m(?:in(?:ute)?s?)?\b\.?"
_LEADS = "over|x|for|in|ran|during"
_DURATION = expression(
    rf"(?<![\w/:.,$])(?=[\d½¼¾.]|{_LEADS}|an?[ ]|half|{_NAMED})(?P<lead>(?:{_LEADS})[ \t]?)?(?<![/:.])(?:"
    rf"(?P<hm>(?P<h1>{_NUMBER})[ -]?{_HOURS}[ ,]*(?:and[ ])?(?P<m1>\d{{1,2}})[ -]?(?:{_MINUTES}|(?!\w)))"
    rf"|(?P<h4>\d{{1,2}})h(?P<m4>[0-5]\d)(?!\w)"
    rf"|(?P<h2>{_NUMBER})(?P<range>[ ]?(?:-|to)[ ]?\d+(?:\.\d+)?)?[ -]?(?:{_HOURS})(?![ ]*\d{{1,2}}[ ]?min)"
    rf"|(?P<m2>{_NUMBER})(?P<mrange>[ ]?(?:-|to)[ ]?\d+)?[ -]?min(?:ute)?s?\b\.?"
    rf"|(?P<m3>\d{{1,3}})[ ]?[\"”″'’′](?!\w)"
    rf"|(?P<d1>\d{{1,2}}|{_NAMED})[ -]?(?P<du>days?|weeks?)\b"
    rf"|(?P<half>(?:a[ ])?half[ -](?:an?[ ])?hour\b|1/2[ ]?(?:{_HOURS}))"
    rf"|(?P<hhalf>(?:an|one)[ ]hour[ ]and[ ]a[ ]half\b)"
    rf"|(?P<w>{_NAMED})[ -](?P<wu>hours?|minutes?|hrs?|mins?)\b)"
)
"""In lower case, for a text in lower case; what it begins with is told first, so that most places fail at once."""
_RATE_BEFORE = Lazy(r"(?:/|\bper|\bq|\bevery|\beach|\bprior|\bage[d]?|\bcycle|\bweek)[ \t]*$", re.IGNORECASE)
_NOT_LENGTH_AFTER = Lazy(r"[ \t]*(?:ago|old)\b", re.IGNORECASE)
_OPEN_AFTER = Lazy(r"[ \t]*(?:prior|before|after|later|post|pre)\b|-?(?:pre|post)", re.IGNORECASE)
_PASSED = Lazy(
    r"\b(?:ran|infused|given|administered|pushed|took|lasted|finished|completed?|instilled|injected"
    r"|delivered|received|"
    r"total(?:[ ]\w+){0,2}|duration|elapsed|exactly|actual(?:[ ]\w+)?)\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
_PLANNED = Lazy(
    r"\b(?:to[ ](?:run|infuse|be|go|give|continue)|infuse|give|run|order(?:ed|s)?|plan(?:ned)?|will"
    r"|start(?:ed)?|hung|begin|"
    r"administer|set|programmed|rate|scheduled|expected|goal|protocol|per)\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
_AFTER_RANGE = Lazy(r"\d{2}(?:[ ]?[ap]\.?m\.?)?[ ]?[,(=|][ ]?\(?$", re.IGNORECASE)
_LENGTH_BEFORE = Lazy(r"(?:\(|\b(?:total|duration|elapsed|length|lasted|took|over|of)\b[^\d\n]{0,8})$", re.IGNORECASE)
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}


def _amount(text: str) -> Decimal:
    if text[-1] in _FRACTIONS:
        return Decimal(text[:-1] or "0") + Decimal(_FRACTIONS[text[-1]])
    if "/" in text:
        whole, _, rest = text.rpartition(" ")
        over, under = rest.split("/")
        return Decimal(whole or "0") + (Decimal(over) / Decimal(under) if int(under) else Decimal(0))
    return Decimal(text.replace(",", "."))


def _named(found: re.Match[str]) -> Decimal:
    amount = Decimal(_WORDS[found["w"].lower()])
    return amount * 60 if found["wu"][0].lower() == "h" else amount


def _minutes(found: re.Match[str]) -> Decimal | None:
    if found["hm"]:
        return _amount(found["h1"]) * 60 + Decimal(found["m1"])
    if found["h4"]:
        return Decimal(found["h4"]) * 60 + Decimal(found["m4"])
    if found["half"]:
        return Decimal(30)
    if found["hhalf"]:
        return Decimal(90)
    if found["w"]:
        return _named(found)
    if found["range"] or found["mrange"]:
        return None
    if found["h2"]:
        return _amount(found["h2"]) * 60
    if found["m2"]:
        return _amount(found["m2"])
    if found["m3"]:
        return Decimal(found["m3"]) if (found["lead"] or "").strip().lower() in ("over", "x", "for") else None
    if not found["lead"] and "-" not in found[0]:
        return None
    days = found["d1"] if found["d1"].isdigit() else _WORDS[found["d1"].lower()]
    return Decimal(days) * (1440 if found["du"][0].lower() == "d" else 7 * 1440)


def _stated(text: str, found: re.Match[str]) -> bool:
    if (found["lead"] or "").strip().lower() == "x" or _OPEN_AFTER.match(text, found.end()):
        return False
    if (found["lead"] or "").strip().lower() == "ran":
        return True
    before = text[max(0, found.start() - 60) : found.start()]
    if _AFTER_RANGE.search(before):
        return True
    passed, planned = _PASSED.search(before), _PLANNED.search(before)
    if planned:
        return passed is not None and passed.start() > planned.start()
    return passed is not None or (before.endswith("(") and text[found.end() : found.end() + 1] == ")")


def _is_clock(text: str, found: re.Match[str]) -> bool:
    """Whether "08h55" is a time of day: two digits, and no word or bracket that makes it a length."""
    four = found["h4"] is not None and len(found["h4"]) == 2 and not found["lead"]
    return four and _LENGTH_BEFORE.search(text, max(0, found.start() - 24), found.start()) is None


@lru_cache(maxsize=256)
def find_durations(text: str) -> tuple[FoundDuration, ...]:
    """Every length of time in the text, in order. Rates (mL/h), intervals (q4h) and ages are not lengths."""
    out = []
    for found in _DURATION.finditer(lowered(text)):
        before = text[max(0, found.start() - 10) : found.start()]
        if _RATE_BEFORE.search(before) or _NOT_LENGTH_AFTER.match(text, found.end()) or _is_clock(text, found):
            continue
        minutes = _minutes(found)
        if minutes and minutes == minutes.to_integral_value():
            out.append(FoundDuration(found.start(), found.end(), int(minutes), _stated(text, found)))
    return tuple(out)
