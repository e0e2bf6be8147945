"""How a documentation element is worded, and what a match of the wording says: stated, denied, or unclear.

An element's wordings are tried in order and the first to claim a stretch keeps it, so denials and look-alikes are
listed before the plain statement. Wordings are compiled when their first trigger word is met in a note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import ClassVar, Literal

from reviewer.extract.patterns.elements_scope import Scope, relative, scope
from reviewer.extract.patterns.elements_sentences import Sentence, Stretches
from reviewer.extract.wire import Said, WireElement
from reviewer.language.lazy import Lazy
from validator.frozen import frozen

Turn = Literal["denied", "unclear", "stated", "drop"]
Guard = Callable[[Sentence, "re.Match[str]"], bool]

MACROS = {
    "<DATE>": r"(?:\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{2,4})?)",
    "<TIME>": r"(?:\d{1,2}:?\d{2}\s*(?:am|pm|hrs?)?)",
    "<WORD>": r"(?:[\w/'’.+-]{1,40})",
    "<NAME>": r"(?-i:[A-Z]['’]?[A-Za-z][A-Za-z'’-]*)",
    "<PERSON>": r"(?:(?-i:[A-Z]\.\s?|[A-Z]['’]?[A-Za-z'’-]+\s)(?-i:[A-Z]['’]?[A-Za-z'’-]+)?)",
    "<DR>": r"(?:\bDrs?\.?(?:\s+(?-i:(?:[A-Z]\.\s?)?(?!VSS|The|Then|No|Pt|Patient|Consent|"
    r"Order)[A-Z]['’]?[A-Za-z'’-]*[a-z][A-Za-z'’-]*))?)",
    "<PROVIDER>": r"(?:\bDrs?\.?(?:\s+(?-i:(?:[A-Z]\.\s?)?[A-Z]['’]?[A-Za-z'’-]*[a-z][A-Za-z'’-]*))?|"
    r"\b(?-i:MDs?|NP|"
    r"PA(?:-C)?|DO|APRN|APP|CRNA)\b|"
    r"\b(?:physician|provider|oncologist|hematologist|neurologist|rheumatologist|"
    r"radiologist|attending|practitioner|surgeon)(?:\s+assistant)?\b)",
    "<GAP>": r"(?:[^|\n]{0,40}?)",
}


def expand(source: str) -> str:
    """The pattern with its macros written out."""
    for name, pattern in MACROS.items():
        source = source.replace(name, pattern)
    return source


@cache
def compiled(source: str) -> Lazy:
    """The pattern, compiled at most once."""
    return Lazy(expand(source), re.IGNORECASE)


@frozen
class Hit:
    """What one wording found: places are offsets in the sentence."""

    start: int
    end: int
    said: bool | None
    text: str


@frozen
class Wording:
    """One way of saying, denying or leaving open an element.

    The group `v` (`w`, `u` in further alternatives), where there is one, is the value; else the whole match is.
    `text` replaces the value. `denied`, `planned` and `past` tell what becomes of the match under such a cue;
    "stated" takes no notice of it. `own` wordings do not count when told of a relative.
    `weak` wordings count only where nothing else in the sentence speaks of the element. `lead` is what a long pattern
    begins with: it is looked for first, and mostly spares compiling the rest.
    """

    pattern: str
    said: bool | None = True
    text: str | None = None
    denied: Turn = "denied"
    planned: Turn = "drop"
    past: Turn = "drop"
    own: bool = False
    weak: bool = False
    unless: Guard | None = None
    lead: str = ""

    @property
    def first(self) -> str:
        """What is looked for before anything else."""
        return self.lead or self.pattern

    def find(self, sentence: Sentence, first: Lazy) -> Iterator[Hit]:
        """Every match in the sentence with what it says there; `first` is `self.first`, which may match there."""
        if self.lead:
            if next(first.within(sentence.low, sentence.text), None) is None:
                return
            matches = compiled(self.pattern).finditer(sentence.text)
        else:
            matches = first.within(sentence.low, sentence.text)
        for found in matches:
            if self.unless and self.unless(sentence, found):
                continue
            if self.own and relative(sentence, _value_start(found)):
                continue
            hit = self._judge(sentence, found)
            if hit:
                yield hit

    def _judge(self, sentence: Sentence, found: re.Match[str]) -> Hit | None:
        over = scope(sentence, found.start(), found.end())
        value = next((found[name] for name in _VALUES if name in found.re.groupindex and found[name]), found[0])
        plain = Hit(found.start(), found.end(), self.said, self.text or value.strip())
        if over.standing == "plain":
            return plain
        if over.standing == "blank":
            return self._turned(sentence, over, "unclear")
        turn: Turn = {"denied": self.denied, "planned": self.planned, "past": self.past}.get(over.standing, "drop")
        return plain if turn == "stated" else self._turned(sentence, over, turn)

    @staticmethod
    def _turned(sentence: Sentence, over: Scope, turn: Turn) -> Hit | None:
        if turn == "drop":
            return None
        words = " ".join(sentence.text[over.start : over.end].split())
        return Hit(over.start, over.end, False if turn == "denied" else None, words)


_VALUES = ("v", "w", "u")


def _value_start(found: re.Match[str]) -> int:
    starts = [found.start(name) for name in _VALUES if name in found.re.groupindex]
    return max([found.start(), *starts])


_BLANK_VALUE = Lazy(
    r"(?:[\s_*.\-–—?/]*|@\w+@|\{[^}]*\}|<[^>]*>|\[\s*\]|\(\s*\)|[☐□◻⬜]|tbd|n/?a|"
    r"not\s+applicable|unknown|pending|see\s+(?:chart|note|emr|above|below|order|"
    r"media)[\w ]*|"
    r"not\s+(?:documented|recorded|stated|specified)|unspecified|"
    r"(?:[☐□◻⬜]|\[\s*\])(?!\s*(?:y|yes|n|no|not)\b)[^☑☒✓\[]*|"
    r"(?:[☐□◻⬜]|\[\s*\]|\(\s*\))?\s*(?:y|yes)\s*/?\s*(?:[☐□◻⬜]|\[\s*\]|\(\s*\))?\s*(?:n|"
    r"no)(?:\s*/?\s*(?:[☐□◻⬜]|\[\s*\])?\s*n/?a)?)[\s.,]*\Z",
    re.IGNORECASE,
)
_TICKED = r"(?:\[\s?[xX✓✔]\s?\]|\(\s?[xX]\s?\)|[☑☒✓✔])"
_YES_VALUE = Lazy(
    r"(?:" + _TICKED + r"\s*(?!no\b|not\b|n\b)|.{0,12}" + _TICKED + r"\s*y(?:es)?\b|"
    r"(?:y|yes|done|signed|obtained|on\s+(?:file|chart)|in\s+chart|verified|complete[d]?|"
    r"confirmed|reviewed|given|true|x|ok|wnl|"
    r"provided|checked|current|scanned|active|received|met|present)\b(?!\s*/))",
    re.IGNORECASE,
)
_NO_VALUE = Lazy(
    r"(?:.{0,12}" + _TICKED + r"\s*(?:no|not|n)\b|(?:n|no|none|not|never|declined|refused|unsigned|absent|missing|"
    r"unable|denies|denied|false|nil|negative|neg)\b)",
    re.IGNORECASE,
)
_UNSURE_VALUE = Lazy(r"(?:r/o|rule\s+out|possible|probable|suspected|questionable|\?)", re.IGNORECASE)
_EMPTY_BOX = Lazy(r"[☐□◻⬜]|\[\s*\]")
_VALUE_END = Lazy(
    r"[|;\n\t]|\s{3,}|(?<![\s.(][A-Z])(?<!\bDr)(?<!\bSt)\.(?=\s|\Z)|"
    r"\s+(?=(?:[A-Z][A-Za-z/#]{1,20}(?: [A-Za-z/#]{1,14}){0,2})\s?:(?!\d))"
)
_LABEL_AFTER = r"\s*(?:\([^)\n]{0,20}\)\s*)?(?P<sep>[:=]|\||(?=[☐☑☒□]|\[[ xX]?\]))[ \t]*"
_VALUE_LIMIT = 160


def value_end(text: str, start: int) -> int:
    """Where the value that begins at `start` ends: at a cell, sentence, line or the next label."""
    limit = min(len(text), start + _VALUE_LIMIT)
    found = _VALUE_END.search(text, start, limit)
    end = found.start() if found else limit
    while end > start and text[end - 1] in " \t,.\r\n-–":
        end -= 1
    return end


@frozen
class Label:
    """A heading with its value: "Consent: signed", "Dx: ____", "Reaction: N".

    `free` labels carry a value of their own (a diagnosis); others carry yes, no or a blank, and any further wording
    is left to the element's wordings. `no` is the text of a "no" that states something (no reaction = "none").
    """

    names: str
    free: bool = False
    no: str | None = None
    weak: ClassVar[bool] = False

    @property
    def pattern(self) -> str:
        """The label with what separates it from its value."""
        return r"(?<![\w@])(?:" + self.names + r")" + _LABEL_AFTER

    @property
    def first(self) -> str:
        """What is looked for before anything else."""
        return self.pattern

    def find(self, sentence: Sentence, first: Lazy) -> Iterator[Hit]:
        """Every occurrence of the label with what its value says; `first` is `self.first`, which may match there."""
        for found in first.within(sentence.low, sentence.text):
            hit = self._judge(sentence.text, found)
            if hit:
                yield hit

    def _judge(self, text: str, found: re.Match[str]) -> Hit | None:
        start, end = found.start(), value_end(text, found.end())
        value = text[found.end() : end].strip()
        if self.free and found["sep"] == "|":
            return None
        if _BLANK_VALUE.match(value):
            table_head = found["sep"] == "|" and not value
            return (
                None
                if table_head
                else Hit(start, max(end, found.end() - 1), None, text[start : max(end, found.end())].strip())
            )
        if _NO_VALUE.match(value):
            return self._no(start, end, value)
        if self.free:
            return Hit(start, end, None if _UNSURE_VALUE.match(value) else True, value)
        if _YES_VALUE.match(value):
            other_box = _EMPTY_BOX.search(text, found.end() + 1, end)
            chosen = text[start : other_box.start() if other_box else end].rstrip()
            return Hit(start, start + len(chosen), True, chosen)
        return None

    def _no(self, start: int, end: int, value: str) -> Hit:
        return Hit(start, end, True, self.no) if self.no else Hit(start, end, False, value)


Rule = Wording | Label


class ElementRules:
    """All wordings of one element. Without one of the `triggers` (lower case) in a sentence none is tried."""

    def __init__(self, element: str, triggers: tuple[str, ...], rules: tuple[Rule, ...]) -> None:
        self.element = element
        self.triggers = triggers
        self.rules = rules

    @cached_property
    def _looks(self) -> tuple[tuple[Lazy, Rule], ...]:
        """Each wording with the expression that has to match first."""
        return tuple((compiled(rule.first), rule) for rule in self.rules)

    def read(self, note: Stretches) -> list[WireElement]:
        """What the stretches of a note say of the element, in the order of the words."""
        return [element for piece in note.holding(self.triggers) for element in self._read_piece(piece)]

    def _read_piece(self, sentence: Sentence) -> Iterator[WireElement]:
        claimed = bytearray(len(sentence.text) + 1)
        hits: list[Hit] = []
        for first, rule in self._looks:
            if not first.may_match(sentence.low) or (hits and rule.weak):
                continue
            for hit in rule.find(sentence, first):
                if not any(claimed[hit.start : hit.end]):
                    claimed[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
                    hits.append(hit)
        hits.sort(key=lambda hit: hit.start)
        for hit in hits:
            element = as_element(self.element, sentence, hit)
            if element:
                yield element


def as_element(name: str, sentence: Sentence, hit: Hit) -> WireElement | None:
    """The hit with its verbatim quote, trimmed of the space and punctuation around it."""
    start, end = hit.start, hit.end
    while start < end and (sentence.text[start].isspace() or sentence.text[start] in ",;|"):
        start += 1
    while end > start and (sentence.text[end - 1].isspace() or sentence.text[end - 1] in ",;|"):
        end -= 1
    if start == end:
        return None
    said = Said(
        text=hit.text or sentence.text[start:end],
        quote=sentence.text[start:end],
        note_id=sentence.note_id,
        at=sentence.start + start,
    )
    return WireElement(element=name, said=hit.said, words=said)
