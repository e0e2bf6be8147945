"""Which words are drugs' names, which may be, and which drug a misspelt one is near. Likeness only ever suggests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path

from reviewer.language.drugs import DrugMention, finder
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.once import once
from reviewer.language.vocabulary import tells_giving
from validator.records import Drug
from validator.rulebook import Rulebook

_SHORTEST, _LONG = 5, 8
"""Letters of a word that may be a misspelt name, and of one that may be so by two letters."""
_MOST_KEPT = 20_000
_ENDINGS = Lazy(
    r"(?:ed|ing|ly|tion|sion|ment|ance|ence|ness|ous|ful|able|ible|ity|ism|ists?|ward|ologist|ectomy|oscopy|itis|"
    r"osis|emia|uria|algia|pathy|graphy|gram|logy)\Z",
    re.IGNORECASE,
)
_NUMBERED = expression(r"[A-Za-z]{1,2}\d|.*\d-\d")
_SHORT_WORDS = """
    ac albumin-bound am amp amps an at bp by cc dc fa gm he hr if in is it iu iv md mg ml no of on or po
    preservative-free pt qd rn rx sc sq to tx ug up vs wt
"""
_PLAIN = frozenset(_SHORT_WORDS.split()) | frozenset(
    (Path(__file__).parent / "ordinary_words.txt").read_text(encoding="utf-8").split()
)
"""Ordinary words of notes, as the invented ones of this repository have them, without any drug."""
Shapes = dict[tuple[str, int], tuple[str, ...]]


class Names:
    """The drug table's names, to look up and to be near to."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.finder = finder(rulebook)
        self._nearest: dict[str, str | None] = {}

    def find(self, text: str) -> tuple[DrugMention, ...]:
        """Every drug that a text names."""
        return self.finder.find(text)

    def drugs(self, name: str) -> tuple[Drug, ...]:
        """The drugs of a name as the table has it; none for a name it does not have."""
        return tuple(self.rulebook.find_drug(name))

    def known(self, name: str) -> str | None:
        """The ingredient that a name is known for; None for one that the table does not have, or has for several."""
        found = {drug.ingredient for drug in self.drugs(name)} or {one.ingredient for one in self.find(name)}
        return found.pop() if len(found) == 1 else None

    def near(self, word: str) -> str | None:
        """The name of the table that a word may be a misspelling of; None where none is near, or several are."""
        low = word.casefold()
        if low not in self._nearest:
            if len(self._nearest) > _MOST_KEPT:
                self._nearest.clear()
            self._nearest[low] = _near(low, self._shapes)
        return self._nearest[low]

    def is_plain(self, word: str) -> bool:
        """Whether a word that stands where a drug's name may stand is none: a way, a place, a measure, an act."""
        low = word.casefold()
        return _is_plain(low) or (_ENDINGS.search(low) is not None and self.near(low) is None)

    @cached_property
    def _shapes(self) -> Shapes:
        return _by_shape(self.rulebook.drug_names())


@once
def names_of(rulebook: Rulebook) -> Names:
    """The names of a rulebook, laid out once."""
    return Names(rulebook)


@lru_cache(maxsize=8192)
def _is_plain(word: str) -> bool:
    return word in _PLAIN or bool(_NUMBERED.match(word)) or tells_giving(word)


def _by_shape(names: Iterable[str]) -> Shapes:
    """Names of one word by their first letter and length, and by their last one and length."""
    shapes: dict[tuple[str, int], list[str]] = {}
    for name in names:
        if len(name) >= _SHORTEST and name.isalpha() and name.isascii():
            shapes.setdefault((name[0], len(name)), []).append(name)
            shapes.setdefault((f"{name[-1]}$", len(name)), []).append(name)
    return {shape: tuple(found) for shape, found in shapes.items()}


@lru_cache(maxsize=_MOST_KEPT)  # the table's names come again for every word that may be one of them
def _letters(word: str) -> int:
    """Which letters a word has, as bits: words a step apart differ in two at most."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


def _near(word: str, shapes: Shapes) -> str | None:
    if len(word) < _SHORTEST or not word.isascii() or not word.isalpha():
        return None
    most = 1 if len(word) < _LONG else 2
    mine = _letters(word)
    found: dict[str, int] = {}
    for length in range(len(word) - most, len(word) + most + 1):
        for shape in ((word[0], length), (f"{word[-1]}$", length)):
            for name in shapes.get(shape, ()):
                if (mine ^ _letters(name)).bit_count() <= 2 * most and name not in found:
                    found[name] = _steps(word, name, most)
    least = min(found.values(), default=most + 1)
    nearest = [name for name, steps in found.items() if steps == least]
    return nearest[0] if len(nearest) == 1 and least <= most else None


def _steps(one: str, other: str, most: int) -> int:
    """Letters to change, add, drop or swap from one word to the other; more than `most` is only told as more."""
    one, other = _apart(one, other)
    if not one or not other:
        return len(one) or len(other)
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, row, earlier = row, [most + 1 if i > most else i], before
        for j, mine in enumerate(other, 1):
            if abs(i - j) > most:  # so many letters more or less are as many steps
                row.append(most + 1)
                continue
            steps = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != mine))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == mine:
                steps = min(steps, earlier[j - 2] + 1)
            row.append(steps)
        if min(row) > most:
            return most + 1
        before = last
    return row[-1]


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two words without the letters that they begin with and end with alike, which no step changes."""
    least = min(len(one), len(other))
    first = next((i for i in range(least) if one[i] != other[i]), least)
    one, other, least = one[first:], other[first:], least - first
    last = next((i for i in range(1, least + 1) if one[-i] != other[-i]), least + 1) - 1
    return one[: len(one) - last], other[: len(other) - last]
