"""Regular expressions that are compiled only when a text holds words without which they cannot match.

Most of the several hundred wordings never occur in one note, and compiling them all would take longer than the
review itself. The result of every call is the one `re` gives.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

from reviewer.language.folding import folded, lowered, matched, matches, replaced
from reviewer.language.kept import expression, worked_out
from reviewer.language.leading import letters_first, letters_told
from validator.late import late

Words = tuple[str, ...]
Branch = tuple[Words, ...]
Sets = list[tuple[float, Words]]
"""Sets of words, each with the chance that a text holds one of them anyhow."""

_TOKENS = late(
    # what is passed over: escapes, classes, counts; then the tokens: literal text, brackets, bars
    r"\\[0-9]+|\\(?s:.)|\[\^?\]?(?:\\(?s:.)|[^\]\\])*\]|\{[0-9,]*\}|"
    r"([A-Za-z0-9 '/-]{2,}(?![?*+{])|\((?:\?(?:P<\w+>|<[=!]|-?i:|[:=!]|))?|\)(?:[?*]|\{0*,[0-9]*\}|\{0+\})?|\|)"
)
_ODD_ESCAPES = late(r"\\[xuUN]")
_PLAIN_GROUP = late(r"\((?:\?(?:P<\w+>|:|-?i:))?\Z")
_LOOKS = frozenset(("(?=", "(?!", "(?<=", "(?<!"))
_CHANCE = (2.0, 2.0, 0.3, 0.05, 0.01, 0.003)  # of a run of so many letters to stand in a note without meaning
_USELESS = 2.0
_MOST_SETS = 4
_WINDOW = 8_000


class Lazy:
    """A regular expression with the methods of `re.Pattern[str]` that are used here; not yet compiled.

    One that ignores case is run, where that can be, in lower case on the text in lower case.
    """

    __slots__ = ("_branches", "_folds", "_plain", "_regex", "flags", "pattern")

    def __init__(self, pattern: str, flags: re.RegexFlag | int = 0) -> None:
        self.pattern = pattern
        self.flags = flags
        self._regex: re.Pattern[str] | None = None
        self._plain: re.Pattern[str] | None = None  # the same, where it is run on any text and as it is
        self._folds = False
        self._branches: tuple[Branch, ...] | None = None

    def search(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        if self._plain is not None:
            return self._plain.search(text, pos, endpos)
        low = lowered(text)
        if self._branches != () and not self.may_match(low, pos, endpos):
            return None
        regex = self._regex or self._compiled()
        if not self._folds:
            return regex.search(text, pos, endpos)
        found = regex.search(low, pos, endpos)
        return matched(found, text) if found else None

    def match(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        regex = self._regex
        if regex is None:
            if not self.may_match(lowered(text), pos, endpos):
                return None
            regex = self._compiled()
        if not self._folds:
            return regex.match(text, pos, endpos)
        found = regex.match(lowered(text), pos, endpos)
        return matched(found, text) if found else None

    def fullmatch(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None:
        """As `re.Pattern.fullmatch`."""
        if self._regex is None and not self.may_match(lowered(text), pos, endpos):
            return None
        regex = self._regex or self._compiled()
        if not self._folds:
            return regex.fullmatch(text, pos, endpos)
        found = regex.fullmatch(lowered(text), pos, endpos)
        return matched(found, text) if found else None

    def finditer(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        if self._plain is not None:
            return self._plain.finditer(text, pos, endpos)
        low = lowered(text)
        if self._branches != () and not self.may_match(low, pos, endpos):
            return iter(())
        regex = self._regex or self._compiled()
        return matches(regex, low, text, pos, endpos) if self._folds else regex.finditer(text, pos, endpos)

    def within(self, low: str, text: str) -> Iterator[re.Match[str]]:
        """As `finditer`, where `may_match` was asked about this text before; `low` is the text in lower case."""
        regex = self._regex or self._compiled()
        return matches(regex, low, text, 0, sys.maxsize) if self._folds else regex.finditer(text)

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str) -> str:
        """As `re.Pattern.sub`; `new` refers to no group."""
        return self.subn(new, text)[0]

    def subn(self, new: str | Callable[[re.Match[str]], str], text: str) -> tuple[str, int]:
        """As `re.Pattern.subn`; `new` refers to no group."""
        low = lowered(text)
        if not self.may_match(low):
            return text, 0
        regex = self._regex or self._compiled()
        return replaced(regex, low, text, new) if self._folds else regex.subn(new, text)

    def _compiled(self) -> re.Pattern[str]:
        if self._regex is None:
            source, self._folds = worked_out("source", self.pattern, self.flags, _source)
            self._regex = expression(source, self._plain_flags if self._folds else self.flags)
            if not self._folds and self._branches == ():
                self._plain = self._regex
        return self._regex

    @property
    def _plain_flags(self) -> int:
        return int(self.flags) & ~int(re.IGNORECASE)

    def may_match(self, low: str, pos: int = 0, endpos: int = sys.maxsize) -> bool:
        """Whether low[pos:endpos] of a text in lower case (`lowered`) holds words that every match holds."""
        branches = self._branches
        if branches is None:
            branches = self._branches = worked_out("words", self.pattern, self.flags, needed_words)
        if not branches:
            return True
        if pos or endpos < len(low):
            # A window over most of a long text is not copied: somebody may be walking along the text with it.
            if min(endpos, len(low)) - pos > _WINDOW:
                return True
            low = low[pos:endpos]
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


def _source(pattern: str, flags: int) -> tuple[str, bool]:
    """What is compiled, and whether it is in lower case, for a text in lower case."""
    if flags & re.VERBOSE:
        return pattern, False
    if not flags & re.IGNORECASE:
        return letters_first(pattern), False
    low = folded(pattern)
    return (letters_told(pattern), False) if low is None else (letters_first(low), True)


def needed_words(pattern: str, flags: re.RegexFlag | int = 0) -> tuple[Branch, ...]:
    """What a text must hold for the expression to match: of one branch, from each set a word (in lower case).

    () when no such words are found.
    """
    if flags & re.VERBOSE or _ODD_ESCAPES.search(pattern):
        return ()
    # Of the group that is read, or the whole expression: the branches so far, the sets of the present one, and
    # whether a branch needs no words or the group takes no part in the match. On the stack the groups around it.
    # All of it in one function, as it looks at some ten thousand tokens while a program starts.
    stack: list[tuple[list[Sets], Sets, bool]] = []
    branches: list[Sets] = []
    sets: Sets = []
    free = False
    for token in _TOKENS.findall(pattern):
        if not token:
            continue
        first = token[0]
        if first == "(":
            looks = token in _LOOKS
            if not looks and token != "(?:" and not _PLAIN_GROUP.match(token):
                return ()
            stack.append((branches, sets, free))
            branches, sets, free = [], [], looks
        elif first == "|":
            branches.append(sets)
            free = free or not sets
            if free and not stack:
                return ()
            sets = []
        elif first == ")":
            if not stack:
                return ()
            branches.append(sets)
            ended, needless = branches, free or not sets
            branches, sets, free = stack.pop()
            if token == ")" and not needless:
                _offer(sets, [word for one in ended for word in (one[0] if len(one) == 1 else min(one))[1]])
        else:
            length = len(token)
            sets.append((_CHANCE[length] if length < 5 else _CHANCE[5], (token.lower(),)))
    branches.append(sets)
    if stack or free or not sets:
        return ()
    return tuple([tuple([_shortest(words) for _, words in sorted(sets)[:_MOST_SETS]]) for sets in branches])


def _offer(sets: Sets, words: list[str]) -> None:
    chance = 0.0
    for word in words:
        length = len(word)
        chance += _CHANCE[length] if length < 5 else _CHANCE[5]
    if chance < _USELESS:
        sets.append((chance, tuple(words)))


def _shortest(words: Words) -> Words:
    """The words without those that hold another of them."""
    if len(words) == 1:
        return words
    kept: list[str] = []
    for word in sorted(sorted(set(words)), key=len):
        for part in kept:
            if part in word:
                break
        else:
            kept.append(word)
    return tuple(kept)
