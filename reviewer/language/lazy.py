"""Regular expressions that are compiled only when a text holds words without which they cannot match.

Most of the several hundred wordings never occur in one note, and compiling them all would take longer than the
review itself. The result of every call is the one `re` gives.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

Words = tuple[str, ...]
Branch = tuple[Words, ...]

_TOKENS = re.compile(
    r"(\\[0-9]{1,3}|\\(?s:.)|\[\^?\]?(?:\\(?s:.)|[^\]\\])*\]|\(\?(?:P<\w+>|<[=!]|-?[a-z]+:|[:=!])?|[()|]|"
    r"[A-Za-z0-9 '/_,:;#@&%=!<>\"~-]+(?![?*+{])|(?s:.))([?*+][?+]?|\{[0-9]*,?[0-9]*\}[?+]?)?"
)
_OPTIONAL = re.compile(r"[?*]|\{0?,|\{0\}")
_PLAIN_GROUP = re.compile(r"\((?:\?(?:P<\w+>|:|-?i:))?\Z")
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_ODD_LETTERS = ("\u0130", "\u0131", "\u017f")  # `re` takes these for i and s, `str.lower` does not
_CHANCE = (2.0, 2.0, 0.3, 0.05, 0.01, 0.003)  # of a run of so many letters to stand in a note without meaning
_USELESS = 2.0
_MOST_SETS = 4
_WINDOW = 8_000

_Tokens = list[tuple[str, str]]


class _UnreadError(Exception):
    """The expression uses something that is not understood here."""


class Lazy:
    """A regular expression with the methods of `re.Pattern[str]` that are used here; not yet compiled."""

    __slots__ = ("_branches", "_regex", "flags", "pattern")

    def __init__(self, pattern: str, flags: re.RegexFlag | int = 0) -> None:
        self.pattern = pattern
        self.flags = flags
        self._regex: re.Pattern[str] | None = None
        self._branches: tuple[Branch, ...] | None = None

    def search(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return None if self._absent(text, pos, endpos) else (self._regex or self._compiled()).search(text, pos, endpos)

    def match(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        if self._regex is None and self._absent(text, pos, endpos):
            return None
        return (self._regex or self._compiled()).match(text, pos, endpos)

    def fullmatch(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        if self._regex is None and self._absent(text, pos, endpos):
            return None
        return (self._regex or self._compiled()).fullmatch(text, pos, endpos)

    def finditer(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        if self._absent(text, pos, endpos):
            return iter(())
        return (self._regex or self._compiled()).finditer(text, pos, endpos)

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str) -> str:
        """As `re.Pattern.sub`."""
        return text if self._absent(text) else self._compiled().sub(new, text)

    def subn(self, new: str | Callable[[re.Match[str]], str], text: str) -> tuple[str, int]:
        """As `re.Pattern.subn`."""
        return (text, 0) if self._absent(text) else self._compiled().subn(new, text)

    def _compiled(self) -> re.Pattern[str]:
        if self._regex is None:
            self._regex = re.compile(self.pattern, self.flags)
        return self._regex

    def _absent(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> bool:
        """Whether text[pos:endpos] lacks words that every match holds."""
        branches = self._branches
        if branches is None:
            branches = self._branches = needed_words(self.pattern, self.flags)
        if not branches:
            return False
        if pos or endpos < len(text):
            # A window over most of a long text is not copied: somebody may be walking along the text with it.
            if min(endpos, len(text)) - pos > _WINDOW:
                return False
            text = text[pos:endpos]
        low = text.lower()
        if not low.isascii() and any(letter in text for letter in _ODD_LETTERS):
            return False
        return not _holds_any(low, branches)


def _holds_any(low: str, branches: tuple[Branch, ...]) -> bool:
    # Loops in place of any() and all(): their generators would cost more than what they look at.
    for branch in branches:
        for words in branch:
            for word in words:
                if word in low:
                    break
            else:
                break
        else:
            return True
    return False


def needed_words(pattern: str, flags: re.RegexFlag | int = 0) -> tuple[Branch, ...]:
    """What a text must hold for the expression to match: of one branch, from each set a word (in lower case).

    () when no such words are found.
    """
    if flags & re.VERBOSE:
        return ()
    tokens: _Tokens = _TOKENS.findall(pattern)
    branches = []
    at = -1
    try:
        while at < len(tokens):
            sets, at = _sequence(tokens, at + 1)
            if not sets or (at < len(tokens) and tokens[at][0] == ")"):
                return ()
            branches.append(tuple(_shortest(words) for _, words in sorted(sets)[:_MOST_SETS]))
    except _UnreadError:
        return ()
    return tuple(branches)


def _shortest(words: Words) -> Words:
    """The words without those that hold another of them."""
    kept: list[str] = []
    for word in sorted(set(words), key=len):
        if not any(part in word for part in kept):
            kept.append(word)
    return tuple(kept)


def _sequence(tokens: _Tokens, at: int) -> tuple[list[tuple[float, Words]], int]:
    """The sets of words that one branch needs, rarest not yet first, and the place of what ends the branch."""
    sets: list[tuple[float, Words]] = []
    run = ""
    while at < len(tokens):
        token, repeat = tokens[at]
        if token in ("|", ")"):
            break
        at += 1
        words: Words = ()
        if token[0] == "(":
            words, at, repeat = _group(token, tokens, at)
            literal = ""
        else:
            literal = token.lower() if token[0].isalnum() and token.isascii() else _literal(token)
        optional = repeat != "" and _OPTIONAL.match(repeat) is not None
        if literal and not optional:
            run += literal
        if run and (repeat or not literal):
            _offer(sets, (run,))
            run = ""
        if words and not optional:
            _offer(sets, words)
    if run:
        _offer(sets, (run,))
    return sets, at


def _offer(sets: list[tuple[float, Words]], words: Words) -> None:
    chance = sum([_CHANCE[min(len(word), 5)] for word in words])
    if chance < _USELESS:
        sets.append((chance, words))


def _group(token: str, tokens: _Tokens, at: int) -> tuple[Words, int, str]:
    """The words needed by the group whose inside begins at `at`, where it has ended, and how it is repeated."""
    if token not in _LOOKS and not _PLAIN_GROUP.match(token):
        raise _UnreadError
    words: Words = ()
    free = token in _LOOKS
    while True:
        sets, at = _sequence(tokens, at)
        free = free or not sets
        if not free:
            words += min(sets)[1]
        if at == len(tokens):
            raise _UnreadError
        end, repeat = tokens[at]
        at += 1
        if end == ")":
            return (() if free else words), at, repeat


def _literal(token: str) -> str:
    """The text that the token stands for; "" for a class, an anchor, or letters beyond ASCII."""
    if token[0] == "\\":
        if token[1] in "xuUN":
            raise _UnreadError
        return "" if token[1].isalnum() or not token.isascii() else token[1]
    return "" if token[0] == "[" or token in (".", "^", "$") or not token.isascii() else token.lower()
