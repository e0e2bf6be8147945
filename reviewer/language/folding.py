"""Matching without regard to case, done on a text in lower case by an expression in lower case.

`re.IGNORECASE` folds every character of a text at every place it tries and finds no short cut to a first letter: such
an expression takes twice as long to compile, and to run, as the same one on text that is in lower case already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import cast

from validator.late import late

_ODD = {0x0130: "i", 0x0131: "i", 0x017F: "s"}
"""Letters that `re` takes for i and s and `str.lower` does not, or not for one letter."""
_ODD_LETTERS = tuple(map(chr, _ODD))
_LONG = 256
_TOKEN = late(r"\\.|\(\?P[<=]\w+|\[\^?\]?(?:\\.|[^\]\\])*\]|[A-Z]+", re.DOTALL)
_OPEN_RANGE = late(r"[^a-zA-Z]-[a-zA-Z]|[a-zA-Z]-[^a-zA-Z\]]|[A-Z]-[a-z]")
_OTHER_RANGE = late(r"[^\x00-\x7f]-[^\x00-\x7f]")
_UNFOLDABLE = late(r"\\[xuUN]|\(\?-?[a-zA-Z]+[:)-]")

_last = ("", "")


def lowered(text: str) -> str:
    """The text in lower case, of the same length, with every letter as `re.IGNORECASE` takes it."""
    global _last
    if len(text) < _LONG:
        return text.lower() if text.isascii() else _lower(text)
    known = _last
    if known[0] is not text:  # a note is asked for many expressions, one after the other
        known = _last = (text, _lower(text))
    return known[1]


def _lower(text: str) -> str:
    if not text.isascii():
        for letter in _ODD_LETTERS:
            if letter in text:
                return text.translate(_ODD).lower()
    return text.lower()


def folded(pattern: str) -> str | None:
    """The expression in lower case, which matches a text in lower case where `pattern` matches it in any case.

    None when there is none: parts that heed the case, letters beyond a to z, ranges that only touch the letters.
    """
    if _UNFOLDABLE.search(pattern) or not _plain_letters(pattern):
        return None
    for found in _TOKEN.finditer(pattern):
        if found[0][0] == "[" and (_OPEN_RANGE.search(found[0]) or _OTHER_RANGE.search(found[0])):
            return None
    return pattern if pattern == pattern.lower() else _TOKEN.sub(_token, pattern)


def _plain_letters(pattern: str) -> bool:
    return pattern.isascii() or all(c.isascii() or c.lower() == c.upper() for c in pattern)


def _token(found: re.Match[str]) -> str:
    token = found[0]
    if token[0] == "[":
        return re.sub(r"\\.|[A-Z]", lambda one: one[0] if one[0][0] == "\\" else one[0].lower(), token)
    return token if token[0] in "\\(" else token.lower()


class FoldedMatch:
    """A match in the lowered text that speaks of the text itself, as a `re.Match` does."""

    __slots__ = ("_found", "string")

    def __init__(self, found: re.Match[str], string: str) -> None:
        self._found = found
        self.string = string

    def __getitem__(self, group: int | str) -> str | None:
        start, end = self._found.span(group)
        return self.string[start:end] if start >= 0 else None

    def group(self, group: int | str = 0) -> str | None:
        """As `re.Match.group`, of one group."""
        return self[group]

    def groups(self) -> tuple[str | None, ...]:
        """As `re.Match.groups`."""
        return tuple(self[number + 1] for number in range(self._found.re.groups))

    def start(self, group: int | str = 0) -> int:
        """As `re.Match.start`."""
        return self._found.start(group)

    def end(self, group: int | str = 0) -> int:
        """As `re.Match.end`."""
        return self._found.end(group)

    def span(self, group: int | str = 0) -> tuple[int, int]:
        """As `re.Match.span`."""
        return self._found.span(group)

    @property
    def re(self) -> re.Pattern[str]:
        """The expression in lower case; its groups are those of the expression that it stands for."""
        return self._found.re

    @property
    def lastgroup(self) -> str | None:
        """As `re.Match.lastgroup`."""
        return self._found.lastgroup


def matched(found: re.Match[str], text: str) -> re.Match[str]:
    """A match in the lowered text as one in the text; callers ask it no more than what `FoldedMatch` answers."""
    return cast("re.Match[str]", FoldedMatch(found, text))


def matches(regex: re.Pattern[str], low: str, text: str, pos: int, endpos: int) -> Iterator[re.Match[str]]:
    """Every match of a folded expression, as matches in the text."""
    for found in regex.finditer(low, pos, endpos):
        yield matched(found, text)


def replaced(regex: re.Pattern[str], low: str, text: str, new: str | Callable[[re.Match[str]], str]) -> tuple[str, int]:
    """The text with every match of a folded expression replaced by plain words, and how many there were."""
    parts, at, count = [], 0, 0
    for found in regex.finditer(low):
        parts += [text[at : found.start()], new if isinstance(new, str) else new(matched(found, text))]
        at, count = found.end(), count + 1
    return ("".join([*parts, text[at:]]), count) if count else (text, 0)
