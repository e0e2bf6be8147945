"""A query as the linter reads it: folded to plain characters, cut into sentences, its record quotes set apart.

Everything keeps its way back to the file: a place in the folded text names a line and the words as written.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

QUOTED = "\x01"
"""What stands for each character of a quotation in `Query.own`: the record's words are not the writer's."""

_PLAIN = str.maketrans(
    "“”„‟«»‘’‚‛‐‑‒–—―−аеорсухіѕјԁАВЕНКМОРСТХ\u00a0\u2028\u2029\x0b\x0c\x85",
    '""""""\'\'\'\'-------aeopcyxisjdABEHKMOPCTX \n\n   ',
)
_BOX = re.compile(r"[☐□◻○◯]")
_TICKED = re.compile(r"[☑☒■◼●✓✔✗✘]")
_TOKEN = re.compile(
    r"(?P<as_it_is>[^&<*_`\\\r\x80-\U0010ffff]+)|(?P<entity>&(?:[a-zA-Z]{2,8}|#[0-9]{1,6}|#x[0-9a-fA-F]{1,5});)|"
    r"(?P<tag></?[a-zA-Z][^<>\n]{0,200}>)"
    r"|(?P<emphasis>\*\*|(?<!_)__(?!_)|`|\\(?=[\\`*_\[\]|~$#.()+=-]))|(?P<char>(?s:.))"
)
_BREAKING_TAG = re.compile(r"(?i)</?(?:p|br|div|li|tr|h\d|ul|ol|table)\b")
_QUOTE_TAG = re.compile(r"(?i)</?q\b")
_REPLY_MARK = re.compile(r"(?m)^(?:> ?)+")
_QUOTATION = re.compile(r'"[^"]{1,600}"|(?<![\w\'])\'[^\'\n]{2,200}\'(?!\w)')
_ADDRESSED = re.compile(r"(?i)\byou(?:r|'re)?\b")
_BREAK = re.compile(
    r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bvs)(?<!\bNo)(?<!\bno)(?<!\bpt)(?<!\be\.g)(?<!\bi\.e)"
    r"(?<=[.!?])[\"')\]]*\s+|\n[ \t]*\n\s*|"
    r"\n(?=[ \t]*(?:[-*•+]\s|o\s+[A-Z]|\[|\(|#|\||\d{1,2}[.)]\s|[a-z][.)]\s|[A-Z][\w ]{0,30}:))"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or list item in the folded text: its words on one line, and where it begins."""

    text: str
    start: int


class Query:
    """One query. `text` is folded; `own` is the same without what it quotes; both have the same places."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.text, self._origins = _folded(written)
        self.own = _without_quotations(self.text)
        self._line_starts = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", written))]

    def line(self, place: int) -> int:
        """The line of the file, from 1, of a place in the folded text."""
        return bisect_right(self._line_starts, self._origin(place))

    def words(self, start: int, end: int) -> str:
        """The words as written between two places, on one line, not endless."""
        raw = self.written[self._origin(start) : self._origin(end - 1) + 1] if end > start else ""
        shown = " ".join("".join(char if char.isprintable() else " " for char in raw).split())
        return shown if len(shown) <= 160 else shown[:157] + "..."

    def _origin(self, place: int) -> int:
        return self._origins[min(place, len(self._origins) - 1)] if self._origins else 0

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The writer's own sentences; a quotation keeps its marks but not its words."""
        return _sentences(self.own)

    @cached_property
    def full_sentences(self) -> tuple[Sentence, ...]:
        """The same cut of the text with the quoted words in place."""
        return tuple(Sentence(_one_line(self.text[s.start : s.start + len(s.text)]), s.start) for s in self.sentences)

    def sentence_at(self, place: int) -> Sentence | None:
        """The own sentence around a place."""
        index = bisect_right(self.sentences, place, key=lambda sentence: sentence.start) - 1
        return self.sentences[index] if index >= 0 else None


def _without_quotations(text: str) -> str:
    """The text with quoted words blanked; what asks the reader something in quotes is a script, not a quotation."""

    def blanked(found: re.Match[str]) -> str:
        said = found[0]
        if "?" in said and _ADDRESSED.search(said):
            return said[0] + _without_quotations(said[1:-1]) + said[-1]
        end = said[-2] if said[-2] in ".?!" else QUOTED  # where the quotation ends a sentence, the sentence ends
        return said[0] + QUOTED * (len(said) - 3) + end + said[-1]

    return _QUOTATION.sub(blanked, text)


def _sentences(text: str) -> tuple[Sentence, ...]:
    cuts = [0, *(found.end() for found in _BREAK.finditer(text)), len(text)]
    return tuple(
        Sentence(_one_line(text[start:end]), start) for start, end in pairwise(cuts) if text[start:end].strip()
    )


def _one_line(text: str) -> str:
    return text.replace("\n", " ").replace("\t", " ")


def _folded(written: str) -> tuple[str, list[int]]:
    """The text without tags, emphasis and invisible characters, in plain letters, and where each one was."""
    chars: list[str] = []
    origins: list[int] = []
    for found in _TOKEN.finditer(written):
        if found["as_it_is"]:
            chars.append(found[0])
            origins.extend(range(found.start(), found.end()))
            continue
        new = _plain(found)
        chars.append(new)
        origins.extend([found.start()] * len(new))
    text = "".join(chars)
    return _REPLY_MARK.sub(lambda mark: " " * len(mark[0]), text), origins


def _plain(found: re.Match[str]) -> str:
    token = found[0]
    if found["emphasis"]:
        return ""
    if found["tag"]:
        return "\n" if _BREAKING_TAG.match(token) else '"' if _QUOTE_TAG.match(token) else ""
    if found["entity"]:
        token = html.unescape(token)
    if token.isascii():
        return "\n" if token == "\r" and not found.string.startswith("\n", found.end()) else token.replace("\r", "")
    if len(token) == 1:
        token = _TICKED.sub("[x]", _BOX.sub("[ ]", token))
    token = unicodedata.normalize("NFKC", token.translate(_PLAIN)).translate(_PLAIN)
    return "".join(char for char in token if unicodedata.category(char) not in ("Cf", "Mn", "Cc") or char in "\n\t ")
