"""Where a quote stands in a note: exactly, else after normalising both; never by resemblance.

Normalising folds case, compatibility forms, white space, quote marks and dashes, and drops characters that have no
shape (zero-width, direction marks). Every place comes back as a span of the note's own characters.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from reviewer.language.kept import expression

Match = Literal["exact", "normalised"]

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
_SINGLE = "\u2018\u2019\u201a\u201b\u2032\u00b4\u0060"
_DOUBLE = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
_FOLD = (
    dict.fromkeys(map(ord, _DASHES), "-")
    | dict.fromkeys(map(ord, _SINGLE), "'")
    | dict.fromkeys(map(ord, _DOUBLE), '"')
    | {0x2044: "/", 0x03BC: "u", 0x00B5: "u"}
)
_PLAIN_BREAKS = "/"
_CLOCK_BEFORE = expression(r"(?<!\d)(?:\d{1,2}:\d\d|\d{4})\Z")
_CLOCK_AFTER = expression(r"(?:\d{1,2}:\d\d|\d{4})(?!\d)")


class Place(NamedTuple):
    """text[start:end] of a note, and how the words were found there."""

    start: int
    end: int
    match: Match


@lru_cache(maxsize=4096)
def _character(char: str) -> str:
    """The comparable form of one character: "" for a shapeless one, " " for any white space."""
    if char.isspace():
        return " "
    if unicodedata.category(char) in ("Cf", "Cc"):
        return ""
    wide = unicodedata.normalize("NFKC", char.translate(_FOLD))
    if len(wide) > 1 and "\u2044" in wide:
        wide = " " + wide  # 1½ is one and a half, not eleven halves
    return wide.translate(_FOLD).casefold()


@lru_cache(maxsize=8)
def normalised(text: str) -> tuple[str, tuple[int, ...]]:
    """The comparable form of a text, and for each of its characters the index it came from."""
    folded: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        for piece in _character(char):
            if piece == " " and (not folded or folded[-1] == " "):
                continue
            folded.append(piece)
            origin.append(index)
    return "".join(folded), tuple(origin)


def _cuts(text: str, start: int, end: int) -> bool:
    """Whether the span begins or ends inside a word or a number ("0 mg" in "10 mg", "5 mg" in "2.5 mg")."""
    return _joined(text, start - 1, start, -1) or _joined(text, end - 1, end, 1)


def _joined(text: str, left: int, right: int, outward: int) -> bool:
    if left < 0 or right >= len(text):
        return False
    a, b = text[left], text[right]
    if a == " " or b == " ":
        return False
    if (a.isdigit() and b.isdigit()) or (a.isalpha() and b.isalpha()):
        return True
    outer, inner, beyond = (a, b, left - 1) if outward < 0 else (b, a, right + 1)
    if not inner.isdigit() or outer not in ".,:/" or not 0 <= beyond < len(text) or not text[beyond].isdigit():
        return False
    if outer == "," and _parts_clocks(text, left if a == "," else right):
        return False
    return outer not in _PLAIN_BREAKS or _short_number(text, left, right)


_CLOCKS_APART = expression(r":[0-5]\d/(?:[01]?\d|2[0-4]):[0-5]\d(?!\d)")
"""A slash between two times, each with its colon ("10:05/10:37")."""


def _parts_clocks(text: str, comma: int) -> bool:
    """Whether a comma between digits stands between two times of a listing ("08:45,09:05", "0845,0905")."""
    return bool(_CLOCK_BEFORE.search(text[max(0, comma - 6) : comma]) or _CLOCK_AFTER.match(text, comma + 1))


def _short_number(text: str, left: int, right: int) -> bool:
    """Whether the numbers on both sides of a slash are short: 1/2 and 120/80 are one thing, 0910/1115 two."""
    slash = left if text[left] == "/" else right
    if text[slash] == "/" and _CLOCKS_APART.match(text, max(0, slash - 3)):
        return False
    before = after = 0
    while slash - before > 0 and text[slash - before - 1].isdigit():
        before += 1
    while slash + after + 1 < len(text) and text[slash + after + 1].isdigit():
        after += 1
    return max(before, after) < 4


def _occurrences(text: str, words: str) -> list[int]:
    found, place = [], text.find(words)
    while place >= 0:
        found.append(place)
        place = text.find(words, place + 1)
    return found


def places(text: str, quote: str) -> tuple[Place, ...]:
    """Every place of the quote in the text; () when it is not there, or when it says nothing at all."""
    words = quote.strip()
    if not words:
        return ()
    exact = [Place(at, at + len(words), "exact") for at in _occurrences(text, words)]
    whole = tuple(place for place in exact if not _cuts(text, place.start, place.end))
    if whole:
        return whole
    wanted = normalised(words)[0].strip()
    if not wanted:
        return ()
    folded, origin = normalised(text)
    found = []
    for at in _occurrences(folded, wanted):
        start, end = origin[at], origin[at + len(wanted) - 1] + 1
        if not _cuts(folded, at, at + len(wanted)):
            found.append(Place(start, end, "normalised"))
    return tuple(found)


def place_at(text: str, quote: str, at: int) -> Place | None:
    """The quote at the place a reader inside this program gave, when the note's characters there are the quote."""
    words = quote.strip()
    start = at + len(quote) - len(quote.lstrip())
    if words and text.startswith(words, start) and start >= 0:
        return Place(start, start + len(words), "exact")
    return next((place for place in places(text, quote) if place.start == at), None)


def within(text: str, outer: Place, words: str) -> tuple[tuple[int, int], ...]:
    """Where the words stand inside a place already found, as spans of the same text."""
    inside = text[outer.start : outer.end]
    return tuple((outer.start + place.start, outer.start + place.end) for place in places(inside, words))
