"""A passage that a note holds twice, word for word: pasted again, it tells of the same administrations once more."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from reviewer.language.dates import find_dates
from reviewer.language.kept import expression
from reviewer.language.sentences import Span, lines

_LEAST = 80
"""Characters of a passage; a short line may well stand twice because something was done twice."""
_BASE, _MODULUS = 1_000_003, 2**61 - 1
_CLOCK = expression(r"(?<!\d)(?:[01]?\d|2[0-4]):?[0-5]\d(?!\d)")
_AMOUNT = expression(r"\d[ ]?(?:mg|mcg|gm?|units?|meq|m?l)\b", re.IGNORECASE)


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
    page = _Page([words for _, words in told])
    first: dict[str, int] = {}
    found: list[Copy] = []
    place = 0
    while place < len(told):
        before = first.setdefault(told[place][1], place)
        length = page.alike(before, place)
        if length and page.tells(place, place + length):
            copy = _copy(every, told, before, place, length)
            if _same_day(text, every[copy.of[0] - 1].start, copy.start):
                found.append(copy)
                place += length
                continue
        place += 1
    return tuple(found)


class _Page:
    """Lines of a note that are asked at once how long two passages are alike and what one holds."""

    def __init__(self, told: list[str]) -> None:
        self._told = told
        self._letters = _sums(len(words) + 1 for words in told)
        self._clocks = _sums(_CLOCK.search(words) is not None for words in told)
        self._amounts = _sums(_AMOUNT.search(words) is not None for words in told)
        numbers: dict[str, int] = {}
        self._digests = [0]
        self._powers = [1]
        for words in told:
            number = numbers.setdefault(words, len(numbers) + 1)
            self._digests.append((self._digests[-1] * _BASE + number) % _MODULUS)
            self._powers.append(self._powers[-1] * _BASE % _MODULUS)

    def alike(self, before: int, place: int) -> int:
        """How many lines from one place on are those from a later one on, which they do not reach."""
        most = min(place - before, len(self._told) - place)
        length = bisect_left(range(1, most + 1), True, key=lambda n: self._digest(before, n) != self._digest(place, n))
        return length if self._told[before : before + length] == self._told[place : place + length] else 0

    def _digest(self, start: int, length: int) -> int:
        """A number that is the same for passages of the same lines, and hardly ever for others."""
        return (self._digests[start + length] - self._digests[start] * self._powers[length]) % _MODULUS

    def tells(self, start: int, end: int) -> bool:
        """Whether a passage is long enough and holds a time and an amount."""
        letters, clocks, amounts = (all_[end] - all_[start] for all_ in (self._letters, self._clocks, self._amounts))
        return letters > _LEAST and clocks > 0 and amounts > 0


def _sums(values: Iterable[int]) -> list[int]:
    return list(accumulate(values, initial=0))


def _plain(text: str, line: Span) -> str:
    return " ".join(text[line.start : line.end].split())


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
