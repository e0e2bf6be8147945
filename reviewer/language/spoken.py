"""Clock times spelled out, as dictation leaves them: "oh nine forty", "thirteen ten", "one oh five p.m."."""

from __future__ import annotations

from typing import NamedTuple

from reviewer.language.lazy import Lazy


class Spoken(NamedTuple):
    """A time at text[start:end]; `half` is "a" or "p", "24" where the hour tells it, "" where nothing does."""

    start: int
    end: int
    hour: int
    minute: int
    half: str


_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_UNIT = "|".join(_ONES[1:10])
_TEEN = "|".join(_ONES[10:])
_MINUTE = rf"(?:(?:oh|o|zero)[ -](?:{_UNIT})|(?:{'|'.join(_TENS)})(?:[ -](?:{_UNIT}))?|{_TEEN})"
_HUNDRED = r"hundred(?=[ ]hours\b|[ ]*[,.;)]|[ ](?:to|until)\b|\s*\Z)"
_LATE = rf"(?:{'|'.join(_ONES[10:])}|twenty(?:[ -](?:one|two|three))?)"
_HOUR = rf"(?:{'|'.join(_ONES[1:])}|twenty(?:[ -](?:one|two|three))?)"
_NO_UNIT = (
    r"(?![ -](?:milli|micro|mg|mcg|grams?|units?|minutes?|hours?\b(?<!hundred hours)|percent|cc|ml|days?|weeks?))"
)
_SPOKEN = Lazy(
    r"\b(?=[efnostz])(?:"
    rf"(?P<early>(?:oh|zero)[ -](?P<eh>{_UNIT})[ -](?P<em>{_MINUTE}|{_HUNDRED})\b(?![ -](?:twenty|oh|nineteen)\b))"
    rf"|(?P<half>(?P<hh>{_UNIT}|ten|eleven|twelve)(?:[ -](?P<hm>{_MINUTE})|[ ]o['’]?clock)?[ ]"
    rf"(?P<hp>[ap])(?:\.[ ]?m\.|m\b))"
    rf"|(?:(?<=\bat )|(?<=\bfrom )|(?<=\bto )|(?<=\buntil )|(?<=\btill )|(?<=\bby ))"
    rf"(?:(?P<ch>{_HOUR})[ -](?P<cm>{_MINUTE})|(?P<th>{_LATE})[ -](?P<tm>{_HUNDRED}))\b{_NO_UNIT})(?:[ ]hours\b)?",
)
"""In lower case, for a text in lower case."""


def find_spoken(low: str) -> list[Spoken]:
    """The times spelled out in a text in lower case, in order."""
    found = []
    for match in _SPOKEN.finditer(low):
        name = "e" if match["early"] else "h" if match["half"] else "c" if match["ch"] else "t"
        hour, minute = _number(match[f"{name}h"]), _number(match[f"{name}m"] or "")
        half = "24" if name == "e" else match["hp"] or ""
        if name == "h":
            hour = hour % 12 + (12 if half == "p" else 0)
        elif hour > 12:
            half = "24"
        if hour < 24:
            found.append(Spoken(match.start(), match.end(), hour, minute, half))
    return found


def _number(words: str) -> int:
    total = 0
    for word in words.replace("-", " ").split():
        total += _TENS[word] if word in _TENS else _ONES.index(word) if word in _ONES else 0
    return total
