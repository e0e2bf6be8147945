"""A passage that a note holds twice, word for word: pasted again, it tells of the same administrations once more."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from reviewer.language.dates import find_dates
from reviewer.language.sentences import Span, lines

_LEAST = 80
"""Characters of a passage; a short line may well stand twice because something was done twice."""
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-4]):?[0-5]\d(?!\d)")
_AMOUNT = re.compile(r"\d[ ]?(?:mg|mcg|gm?|units?|meq|m?l)\b", re.IGNORECASE)


class Copy(NamedTuple):
    """A passage at start..end, with the numbers of its lines and of those it repeats (from 1, both ends included)."""

    start: int
    end: int
    lines: tuple[int, int]
    of: tuple[int, int]


@lru_cache(maxsize=64)
def copies(text: str) -> tuple[Copy, ...]:
    """Every passage with a time and an amount that stands in the note before, under the same date. Linear."""
    every = lines(text)
    told = [(number, words) for number, line in enumerate(every) if (words := _plain(text, line))]
    first: dict[str, int] = {}
    found: list[Copy] = []
    place = 0
    while place < len(told):
        words = told[place][1]
        before = first.setdefault(words, place)
        length = 0
        while before + length < place < len(told) - length and told[before + length][1] == told[place + length][1]:
            length += 1
        if length and _tells(told[place : place + length]):
            copy = _copy(every, told, before, place, length)
            if _same_day(text, every[copy.of[0] - 1].start, copy.start):
                found.append(copy)
                place += length
                continue
        place += 1
    return tuple(found)


def _plain(text: str, line: Span) -> str:
    return " ".join(text[line.start : line.end].split())


def _tells(passage: list[tuple[int, str]]) -> bool:
    words = "\n".join(words for _, words in passage)
    return len(words) >= _LEAST and _CLOCK.search(words) is not None and _AMOUNT.search(words) is not None


def _copy(every: tuple[Span, ...], told: list[tuple[int, str]], before: int, place: int, length: int) -> Copy:
    start, end = told[place][0], told[place + length - 1][0]
    of = told[before][0] + 1, told[before + length - 1][0] + 1
    return Copy(every[start].start, every[end].end, (start + 1, end + 1), of)


def _same_day(text: str, one: int, other: int) -> bool:
    """Whether no other date leads one of two places than the other."""
    days = [found for found in find_dates(text) if found.start < other]
    above = [found.on for found in days if found.start < one]
    between = {found.on for found in days if found.start >= one}
    return not above or between <= {*above[-1:]} or not between
