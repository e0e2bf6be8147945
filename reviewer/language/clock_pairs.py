"""Which two clocks of a text are one range ("0910-1115", "9:00 to 10:00 AM"), and what only looks like one."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy

STARTED_BY_RATES = r"(?<![\w.])\d+[ ]?m[lL]/hr?(?=[ ]?(?:->|→|>)[ ]?(?:\Z|(?:[01]\d|2[0-3]):?[0-5]\d[ ]\d))"
"""The first step of a ladder of rates, at which a bag began ("0905 10 mL/h -> 0920 20 -> 0935 40")."""
STARTED_BY_ARROW = r"(?<!rate)(?<!rate )↑(?=[ ]?(?:@[ ]?)?(?:\Z|(?:\d{4}|\d{1,2}:\d\d)\b(?![ ]?m[lg])))"
STOPPED_BY_ARROW = STARTED_BY_ARROW.replace("↑", "↓")
"""A bag up or down by an arrow before its time: "↑0930 ... ↓1247"; an arrow behind "rate" is that of the rate."""


class Token(NamedTuple):
    """A clock before ranges are resolved: `half` is "a" or "p", or "" when the words leave it open."""

    start: int
    end: int
    hour: int
    minute: int
    half: str
    bare: bool
    weak: bool
    next_day: bool = False
    on: date | None = None

    @property
    def total(self) -> int:
        """The minute of the day."""
        return self.hour * 60 + self.minute


CUE = (
    r"(?:[|\t@]|[ ]{2,}|\b(?:at|from|to|until|till|thru|through|start(?:ed|s)?|begun|began|commenc(?:ed|ing)"
    r"|stop(?:ped)?|end(?:ed)?|off|done|finished|"
    r"complete[d]?|ceased|conclud(?:ed|ing)|hung|given|time|infus(?:ed|ing|ion)|ran|pump|iv|ivpb|ivp|push|im|"
    r"sq|subq|sub-q|subcut|sc"
    r"|restarted|resumed|paused|held|by|and|am|pm|bolus|again|up(?=[ ]\Z)|down(?=[ ]\Z))[ \t:=,]*|[:=(\[][ \t]*"
    r"|[-–—/][ \t]*)$"
)
CUED = Lazy(CUE, re.IGNORECASE)
_DOSED = Lazy(r"\b(?:pre|post|ns|d5w|lr|\d+[ ]?(?:mg|mcg|g|gm|units?|ml|cc|meq))[ \t]*\Z", re.IGNORECASE)
_BESIDE = 60
_SENTENCE_END = Lazy(r"\n|[.!?](?:\s|\Z)(?<![ap]\.m\.\s)(?<![ap]m\.\s)", re.IGNORECASE)
CONNECTOR = Lazy(
    r"[ \t]*(?:-{1,4}>?|={0,2}>{1,3}|→|–|—|/|to|thru|through|until|till|til|and)[ \t]*(?:@[ \t]*|at[ \t]+)?",
    re.IGNORECASE,
)
_BAG_ON = Lazy(r"\b(?P<how>on|in|up|hung)[ \t]*[:@=]?[ \t]*(?:at[ \t]+)?\Z", re.IGNORECASE)
_BAG_OFF = Lazy(
    r"[ \t]*(?:hrs?\b|h\b)?[ \t]*[.,;/|]?[ \t]*(?:and[ \t]+)?"
    r"(?P<how>off|out|down|completed?|done|finished|ended)[ \t]*[:@=]?[ \t]*(?:at[ \t]+)?",
    re.IGNORECASE,
)
_ENDS = {
    "on": ("off",),
    "in": ("out", "complete", "completed", "done", "finished", "ended"),
    "up": ("down", "off"),
    "hung": ("down", "off", "out"),
}
AND = expression(r"\s*and\b", re.IGNORECASE)
_BETWEEN = Lazy(
    r"\b(?:between|start(?:ing)? and (?:stop(?:ping)?|end(?:ing)?)(?: times?)?"
    r"(?: (?:are|were|of|as|at|(?:charted|documented|recorded|written) as))?:?)[ \t]*\Z",
    re.IGNORECASE,
)
"""What "and" needs to make a range: "at 0730 and at 0825" are two times."""
_RECENT_YEAR = 2035


def could_be_year(token: Token, last: int) -> bool:
    """Whether four bare digits may be a year, up to `last`."""
    return token.weak and token.end - token.start == 4 and 1930 <= token.hour * 100 + token.minute <= last


def joined(text: str, first: Token, second: Token) -> bool:
    """Whether nothing but what joins a range stands between two clocks."""
    between = text[first.end : second.start]
    if told_on_and_off(text[max(0, first.start - 12) : first.start], between):
        return True
    link = CONNECTOR.fullmatch(between)
    if not link or (AND.match(link[0]) and not _BETWEEN.search(text, max(0, first.start - 48), first.start)):
        return False
    years = could_be_year(first, _RECENT_YEAR) and could_be_year(second, _RECENT_YEAR)
    return not years or bool(CUED.search(text[max(0, first.start - 16) : first.start]))


def told_on_and_off(before: str, between: str) -> bool:
    """Whether two clocks are those of "On: 1415 Off: 1450", "in 2:15 pm, out 2:32 pm", "Hung 0900. Down 0945"."""
    off = _BAG_OFF.fullmatch(between)
    on = _BAG_ON.search(before) if off else None
    return on is not None and off is not None and off["how"].lower() in _ENDS[on["how"].lower()]


def settle(first: Token, second: Token) -> tuple[Token, Token]:
    """Give the half of the day that one end of a range says to the end that leaves it open."""
    if first.half == "" and second.half in ("a", "p"):
        same = first.hour % 12 + (12 if second.half == "p" else 0)
        other = first.hour % 12 + (0 if second.half == "p" else 12)
        hour = same if same * 60 + first.minute <= second.total else other
        return first._replace(hour=hour, half="24"), second
    if second.half == "" and first.half in ("a", "p"):
        same = second.hour % 12 + (12 if first.half == "p" else 0)
        other = second.hour % 12 + (0 if first.half == "p" else 12)
        hour = same if same * 60 + second.minute > first.total else other
        return first, second._replace(hour=hour, half="24")
    if first.half == second.half == "" and _past_noon(first, second):
        return first, second._replace(hour=second.hour + 12, half="24")
    return first, second


def _past_noon(first: Token, second: Token) -> bool:
    """Whether a range of a clock of twelve hours ends in the afternoon ("12:25-1:30"); "01:30" counts 24 hours."""
    one_digit = second.end - second.start <= 4 and second.hour < 10
    return 7 <= first.hour <= 12 and one_digit and second.hour < 7 and second.total < first.total


def settle_beside(text: str, tokens: list[Token]) -> None:
    """Give a clock that leaves its half of the day open that of its neighbour: "started 1:05 finished 1:38 PM"."""
    for index, token in enumerate(tokens):
        if token.half or text[token.start] == "0":  # "02:05" is of a clock that counts 24 hours
            continue
        for other in (*tokens[index + 1 : index + 2], *tokens[max(0, index - 1) : index]):
            between = text[min(token.end, other.end) : max(token.start, other.start)]
            lettered = other.half in ("a", "p") and text[other.end - 1 : other.end].lower() not in "nt"
            if lettered and len(between) <= _BESIDE and not _SENTENCE_END.search(between):
                hours = (token.hour % 12, token.hour % 12 + 12)
                hour = min(hours, key=lambda hour: abs(hour * 60 + token.minute - other.total))
                tokens[index] = token._replace(hour=hour, half="p" if hour >= 12 else "a")
                break


def three_digits_alone(text: str, first: Token, second: Token) -> bool:
    """Whether a range leans on three digits ("555-0910") without words that make it a time."""
    if first.end - first.start != 3 and second.end - second.start != 3:
        return False
    if "." in text[first.start : first.end] or not (first.bare and second.bare):
        return False
    before = text[max(0, first.start - 16) : first.start]
    return not (CUED.search(before) or (_DOSED.search(before) and first.total < second.total))


def is_dose(text: str, first: Token, second: Token, third: Token | None = None) -> bool:
    """Whether bare digits before a clock or a range are the dose ("Alimta 950 -- 1002a to 1013a")."""
    if not first.bare or text[first.start] == "0":
        return False
    apart = second.half in ("a", "p") and text[first.end : second.start].strip(" ") in ("-", "--", "–", "—")
    spaced = text[first.end] == " " and text[second.start - 1] == " "
    return (apart and spaced) or (third is not None and joined(text, second, third))
