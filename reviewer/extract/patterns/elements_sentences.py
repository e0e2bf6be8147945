"""A note cut into the stretches in which words bear on each other: sentences, table lines, headed sections.

A stretch ends at a line end, a semicolon or a full stop that is not part of an abbreviation ("Dr. Marsh", "L. Tran").
A wide gap (a table column) ends one too. A hard-wrapped line is joined to the next. Offsets are code points in the
note's text; nothing is rewritten.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from reviewer.language.folding import lowered
from reviewer.language.lazy import Lazy
from reviewer.notes.note import Note

Section = Literal["", "plan", "history", "course", "family", "allergies", "education"]

_WRAP_FROM = 45
_ABBREVIATION = Lazy(
    r"(?:(?<![\w])(?:Drs?|Mrs?|Ms|St|vs|approx|appt|e\.g|i\.e|y\.o|Jr|Sr|no|resp|temp|wt|ht)|"
    r"(?<![\w.])(?<!Y / )[A-Z]|(?<!\w)[TV]\.O)\Z",
    re.IGNORECASE,
)
_AFTER_TITLE = Lazy(
    r"\s+(?:[a-z(]|(?!(?:VSS|The|This|Pt|Patient|She|He|They|Consent|Order|Vitals?|No|"
    r"Labs?|Line|PIV|Port|Tolerated|Will|"
    r"Then|Right|Left|At|On|All|Treatment|Chemo\w*|Infusion)\b)(?:[A-Z]\.\s?)?[A-Z]['’]?[A-Za-z]*[a-z])"
)
_AFTER_INITIAL = Lazy(
    r"\s+(?!(?:VSS|The|This|Pt|Patient|She|He|Consent|Order|Vitals?|No|Labs?|Tolerated|"
    r"Will|Then|Right|Left|NKDA|ID|PIV|IV|NS)\b)[A-Z]['’]?[A-Za-z'’-]+"
)
# One class of characters comes first: `re` then finds the few places that begin so, and fast.
_BREAK = Lazy(r"[\s;.!?](?:(?<=[\n;])|(?<=[^\S\n])[^\S\n]{29,}|(?<=[.!?])(?=[)\"”’']?(?:\s|$)))")
_HEADING = Lazy(r"[ \t]*(?:[-*#•]+[ \t]*)?(?P<name>[A-Z][A-Za-z /&'’()-]{1,40}?)[ \t]*(?::|$)", re.MULTILINE)
_SECTIONS: tuple[tuple[Section, Lazy], ...] = (
    ("family", Lazy(r"\A(?:family (?:history|hx)|fhx?|fam hx)\Z", re.IGNORECASE)),
    (
        "history",
        Lazy(
            r"\A(?:(?:past )?(?:medical|surgical|social) (?:history|"
            r"hx)|pmhx?|pshx?|"
            r"prior (?:treatments?|therapy)|history|past history|problem list)\Z",
            re.IGNORECASE,
        ),
    ),
    (
        "course",
        Lazy(
            r"\A(?:(?:oncologic|oncology|cancer|treatment|interval) (?:history|hx)|"
            r"history of present illness|hpi|"
            r"interval events|subjective)\Z",
            re.IGNORECASE,
        ),
    ),
    (
        "plan",
        Lazy(
            r"\A(?:(?:treatment )?plan|plan of care|follow[- ]?up(?: plan)?|recommendations?|"
            r"next (?:visit|cycle|steps)|to[- ]?do|"
            r"instructions? (?:to|for) (?:the )?(?:nurse|nursing|rn|staff)|nursing orders?|"
            r"future appointments?)\Z",
            re.IGNORECASE,
        ),
    ),
    ("allergies", Lazy(r"\A(?:allerg(?:y|ies)(?: list)?|adverse drug reactions?)\Z", re.IGNORECASE)),
    (
        "education",
        Lazy(
            r"\A(?:(?:patient |pt |discharge )?(?:education|teaching|instructions)|when to call|" r"side effects)\Z",
            re.IGNORECASE,
        ),
    ),
)


_COMMON = "qzxj+#/'—kvw.ybgfpmhcudlrsonaiet -0123456789"
"""Characters of notes, the rare ones first."""


class Sentence(NamedTuple):
    """A stretch of a note: `text` begins at code point `start`; `section` is the heading it stands under.

    `low` is the text in lower case.
    """

    note_id: str
    start: int
    text: str
    low: str
    section: Section
    first: bool


@cache
def _with_rarest(words: frozenset[str]) -> tuple[tuple[str, frozenset[str]], ...]:
    """Words, each with the neighbouring letters of it that fewest notes hold; they are found sooner than the word."""
    return tuple((word, frozenset(sorted(map("".join, pairwise(word)), key=_commonness)[:1])) for word in sorted(words))


def _commonness(letters: str) -> int:
    return sum(map(_COMMON.find, letters))


class Stretches:
    """The stretches of one note, and in which of them each of `words` (lower case, without line ends) stands.

    `low` is the whole note in lower case. It is searched for each word once: asking every stretch for the words of
    every element takes longer than reading the elements.
    """

    def __init__(self, pieces: tuple[Sentence, ...], words: frozenset[str]) -> None:
        self.pieces = pieces
        self.low = low = "\n".join(piece.low for piece in pieces)
        self._ends = list(accumulate(len(piece.low) + 1 for piece in pieces))
        pairs = {a + b for a, b in pairwise(low)}
        self._numbers = {
            word: self._holding(word) for word, rare in _with_rarest(words) if rare <= pairs and word in low
        }

    def holding(self, words: Iterable[str]) -> list[Sentence]:
        """The stretches that hold one of the words, in order."""
        known = self._numbers
        found = [known[word] for word in words if word in known]
        if len(found) == 1:
            return [self.pieces[number] for number in found[0]]
        return [self.pieces[number] for number in sorted({number for numbers in found for number in numbers})]

    def _holding(self, word: str) -> list[int]:
        found = []
        place = self.low.find(word)
        while place >= 0:
            number = bisect_right(self._ends, place)
            found.append(number)
            place = self.low.find(word, self._ends[number])
        return found


def _is_abbreviation(text: str, dot: int) -> bool:
    found = _ABBREVIATION.search(text[max(0, dot - 8) : dot]) if text[dot - 1 : dot].isalpha() else None
    if not found:
        return False
    after = text[dot + 1 : dot + 40]
    if found[0].lower() in {"dr", "drs"}:
        return bool(_AFTER_TITLE.match(after))
    if len(found[0]) == 1:
        return bool(_AFTER_INITIAL.match(after))
    return bool(re.match(r"\s+[a-z0-9(]|\s+[A-Z]", after))


def _is_wrap(text: str, end: int, line_start: int) -> bool:
    """Whether the line end at `end` only folds a sentence: a long line going on in lower case."""
    if end - line_start < _WRAP_FROM or text[end - 1] in ".:;|!?":
        return False
    return text[end + 1 : end + 2].islower()


def _cuts(text: str) -> Iterator[int]:
    line_start = 0
    for found in _BREAK.finditer(text):
        place = found.start()
        if found[0] == "\n":
            wrapped = _is_wrap(text, place, line_start)
            line_start = place + 1
            if not wrapped:
                yield place + 1
        elif found[0].isspace():
            yield from (place + 1, found.end())
        elif found[0] != "." or not _is_abbreviation(text, place):
            yield place + 1


def _section(sentence: str, current: Section) -> Section:
    """The section after this stretch's opening words; any other heading, or a blank line, ends one."""
    if not sentence.strip():
        return ""
    found = _HEADING.match(sentence)
    if not found or (
        not sentence[found.start() : found.end()].endswith(":") and len(sentence.strip()) > len(found["name"])
    ):
        return current
    name = " ".join(found["name"].split())
    return next((section for section, words in _SECTIONS if words.match(name)), "")


@lru_cache(maxsize=64)
def sentences(note: Note) -> tuple[Sentence, ...]:
    """The note's stretches in order, blank ones left out."""
    text = note.text
    found: list[Sentence] = []
    section: Section = ""
    start = 0
    for cut in (*_cuts(text), len(text)):
        piece = text[start:cut]
        section = _section(piece, section)
        if piece.strip():
            found.append(Sentence(note.id, start, piece, lowered(piece), section, not found))
        start = cut
    return tuple(found)
