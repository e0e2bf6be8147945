"""What stands over words in their sentence: a denial, a plan, the past, a relative, an empty box or blank.

Every look is a bounded window around the words, so the cost does not grow with the line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.language.lazy import Lazy

Standing = Literal["plain", "denied", "planned", "past", "relative", "blank"]

_BEFORE = 100
_AFTER = 60
_CLAUSE = Lazy(
    r"[,:|()\t]|\s[-–—]+\s|\b(?:but|however|although|though|then|whereas|now|here|presents|presented)\b|\s{2,}",
    re.IGNORECASE,
)
# Each way begins with a letter, not with a look behind: `re` then finds the few places that begin so, and fast.
_SENTENCE_PART = Lazy(
    r"\||\t|but\b(?<!\wbut)|however\b(?<!\whowever)|now\b(?<!\wnow)",
    re.IGNORECASE,
)
_HARMLESS = (
    r"(?!\s+(?:changes?|further|doubt|new|longer|issues?|complaints?|concerns?|questions?|"
    r"problems?|difficult\w+|distress|other|additional|only)\b)"
)
_CONNECTIVE = (
    r"(?:and|with|after|before|during|per|to|on|at|while|until|due|as|for|but|because|" r"since|prior|despite|today)\b"
)
_NEGATOR = (
    r"(?<![\w-])(?:no"
    + _HARMLESS
    + r"|not"
    + _HARMLESS
    + r"|without|w/o|never|den(?:y|ies|ied)|neither|nor|lack(?:s|ed|ing)?(?:\s+of)?|"
    r"absen(?:t|ce\s+of)|unable\s+to|failed\s+to|cannot|could\s+not|did\s+not|does\s+not|"
    r"has\s+not|\w+n['’]t|"
    r"declin(?:es|ed|ing)(?:\s+to)?|refus(?:es|ed|ing)(?:\s+to)?)"
)
_DENIED_BEFORE = Lazy(
    _NEGATOR
    + r"(?:\s+[\w/'’+-]+\s*(?:\s(?:and|or|nor)|/)(?=\s))?(?:\s+(?!"
    + _CONNECTIVE
    + r")[\w/'’+.-]+){0,3}\s*[\"“‘']?\Z",
    re.IGNORECASE,
)
_DENIED_INSIDE = Lazy(r"\b(?:not|never|\w+n['’]t|without)\b(?!\s+only)", re.IGNORECASE)
_DENIED_AFTER = Lazy(
    r"\s*(?:[-–—:]\s*)?(?:(?:was|were|is|are|has|have|had|been|be|could|can)\s+){0,3}"
    r"(?:not\b(?!\s+only)|never\b|deferred\b|declined\b|refused\b|unavailable\b|missing\b|"
    r"absent\b|incomplete\b|lacking\b|omitted\b)",
    re.IGNORECASE,
)
_PLAN = (
    r"(?:will(?!ing)|would|should|shall|must|to\s+be|needs?|needed|plan(?:s|ned|"
    r"ning)?(?:\s+(?:to|for))?|pending|await(?:s|ing)?|schedul\w+|"
    r"recommend\w*|advis\w+|remind\w*|anticipat\w+|consider(?:ing)?|request\w*|"
    r"due\s+(?:for|on)|return(?:s|ing)?\s+(?:for|to)|RTC|f/u|please|"
    r"upcoming|future|tomorrow|next\s+(?:visit|cycle|week|month|appointment|appt|dose|"
    r"treatment|infusion)|"
    r"in\s+case\s+of|in\s+the\s+event|watch\s+for|monitor(?:ing)?\s+for|signs?\s+of|"
    r"risks?\s+(?:of|for|includ\w+)|possible|potential)"
)
_PLANNED_CLAUSE = Lazy(
    r"\b(?:" + _PLAN + r"|if|once|unless|until|whether|before\s+(?:starting|giving))\b", re.IGNORECASE
)
_PLANNED_INSIDE = Lazy(r"\b(?:will|to\s+be|should|must|shall|if)\b", re.IGNORECASE)
_PLANNED_LEAD = Lazy(
    r"\A\W*(?:\d+[.)]\s*)?(?:(?:nursing|rn|nurse|staff|instructions?)\s*:\s*)?(?:plan|"
    r"will|needs?|please|must|should|pending|schedul\w+|"
    r"obtain|verify|check|monitor|provide|"
    r"review(?!\s+of)|ensure|assess|confirm|document|instruct|notify|call|observe|record|"
    r"draw|teach|educate|repeat|have)\b(?!\s*:)",
    re.IGNORECASE,
)
_PLANNED_AFTER = Lazy(
    r"\s*(?:[-–—:]\s*)?(?:(?:is|are|was|were|still)\s+){0,2}"
    r"(?:pending|to\s+be\b|needed|required|due\b|tomorrow|scheduled|planned|(?:at|before|"
    r"with|prior\s+to|for)\s+(?:the\s+)?next\b|"
    r"next\s+(?:visit|cycle|week)|will\s+be|if\b|once\b|when\b(?=\s+\w+\s+(?:arriv|"
    r"availab|return)))",
    re.IGNORECASE,
)
_PAST = Lazy(
    r"\b(?:(?:history|hx)\s+(?:of|significant)|h/o|previous(?:ly)?|prior(?!\s+to)|"
    r"last\s+(?:cycle|visit|week|month|year|time|treatment|infusion|dose|admission)|"
    r"past\b|in\s+(?:19|20)\d\d|yesterday|(?:\d+|two|three|several|few)\s+(?:days?|weeks?|"
    r"months?|years?)\s+ago|"
    r"formerly|after\s+(?:cycle|last|first|prior|C\d)|at\s+(?:the\s+)?(?:outside|"
    r"other)\s+(?:hospital|facility))",
    re.IGNORECASE,
)
_PAST_AFTER = Lazy(
    r"[^,;|.]{0,25}?\b(?:(?:with|during|after|on)\s+)?(?:(?:her|his|the)\s+)?(?:(?:last|"
    r"previous|prior|first)\s+(?:cycle|visit|week|month|year|time|treatment|infusion|dose|"
    r"admission)|"
    r"yesterday|in\s+(?:19|20)\d\d|(?:\d+|two|three|several|few)\s+(?:days?|weeks?|"
    r"months?|years?)\s+ago|in\s+the\s+past)",
    re.IGNORECASE,
)
_PAST_INSIDE = Lazy(
    r"\b(?:last|previous|prior)\s+(?:cycle|visit|week|month|time|treatment|infusion|dose)\b", re.IGNORECASE
)
_RELATIVE = Lazy(
    r"\b(?:family\s+(?:history|hx)|fhx?|mother|father|mom|dad|sister|brother|aunt|uncle|"
    r"cousin|grand(?:mother|father|parent)|daughter|son|wife|husband|spouse)\b",
    re.IGNORECASE,
)
_EMPTY_BOX = r"(?:\[\s{0,3}\]|\(\s{1,3}\)|[☐□◻⬜])"
_TICKED_BOX = r"(?:\[\s?[xX✓✔]\s?\]|\(\s?[xX]\s?\)|[☑☒✓✔🗹])"
_BOX_BEFORE = Lazy(r"(?:(?P<empty>" + _EMPTY_BOX + r")|(?P<ticked>" + _TICKED_BOX + r"))\s*(?:[\w'’.-]+\s+){0,3}\Z")
_BOX_AFTER = Lazy(r"\s*[:\-–]?\s*(?:(?P<empty>" + _EMPTY_BOX + r")|(?P<ticked>" + _TICKED_BOX + r"))")
_BOX_LEADS = Lazy(r"\W{0,4}(?:" + _EMPTY_BOX + r"|" + _TICKED_BOX + r")")
_HOLES = ("__", "***", "@", "{", ".....")
_BLANK = Lazy(r"_{2,}|\*{3}|@[A-Z][A-Z_0-9]+@|\{[^}\n]{0,40}\}|\.{5,}")


class Scope(NamedTuple):
    """What stands over words, and the part of the sentence that shows it (offsets in the sentence)."""

    standing: Standing
    start: int
    end: int


@lru_cache(maxsize=64)
def _tail(text: str, breaks: Lazy) -> tuple[str, int]:
    """The part of `text` after its last break, and where it begins."""
    start = 0
    for found in breaks.finditer(text):
        start = found.end()
    return text[start:], start


def _denied(text: str, start: int, end: int) -> Scope | None:
    from_ = max(0, start - _BEFORE)
    clause, offset = _tail(text[from_:start], _CLAUSE)
    found = _DENIED_BEFORE.search(clause)
    if found:
        return Scope("denied", from_ + offset + found.start(), end)
    if _DENIED_INSIDE.search(text, start, min(end, start + 2 * _BEFORE)):
        return Scope("denied", start, end)
    after = _DENIED_AFTER.match(text, end, end + _AFTER)
    return Scope("denied", start, after.end()) if after else None


def _planned(sentence: Sentence, start: int, end: int) -> Scope | None:
    text = sentence.text
    if sentence.section == "plan":
        return Scope("planned", start, end)
    if _PLANNED_INSIDE.search(text, start, min(end, start + 2 * _BEFORE)):
        return Scope("planned", start, end)
    from_ = max(0, start - _BEFORE)
    part, part_at = _tail(text[from_:start], _SENTENCE_PART)
    clause, clause_at = _tail(text[from_:start], _CLAUSE)
    found = _PLANNED_CLAUSE.search(clause)
    if found:
        return Scope("planned", from_ + clause_at + found.start(), end)
    lead = _PLANNED_LEAD.match(part) if from_ + part_at == 0 else None
    if lead:
        return Scope("planned", lead.start(), end)
    after = _PLANNED_AFTER.match(text, end, end + _AFTER)
    return Scope("planned", start, after.end()) if after else None


def _past(sentence: Sentence, start: int, end: int) -> Scope | None:
    if sentence.section == "history" or _PAST_INSIDE.search(sentence.text, start, min(end, start + 2 * _BEFORE)):
        return Scope("past", start, end)
    from_ = max(0, start - _BEFORE)
    clause, offset = _tail(sentence.text[from_:start], _CLAUSE)
    found = _PAST.search(clause)
    if found:
        return Scope("past", from_ + offset + found.start(), end)
    after = _PAST_AFTER.match(sentence.text, end, end + _AFTER)
    return Scope("past", start, after.end()) if after else None


def _blank(text: str, start: int, end: int) -> Scope | None:
    if "[" in text or "(" in text or not text.isascii():
        from_ = max(0, start - 60)
        before = _BOX_BEFORE.search(text[from_:start])
        if before and before["empty"]:
            return Scope("blank", from_ + before.start(), end)
        if not before and not _BOX_LEADS.match(text):
            after = _BOX_AFTER.match(text, end, end + 12)
            if after and after["empty"]:
                return Scope("blank", start, after.end())
    if not any(mark in text for mark in _HOLES):
        return None
    hole = _BLANK.search(text, start, min(len(text), end + 12))
    return Scope("blank", start, hole.end()) if hole else None


def relative(sentence: Sentence, start: int) -> bool:
    """Whether a family member stands in the clause before, so that the words are not about the patient."""
    clause, _ = _tail(sentence.text[max(0, start - _BEFORE) : start], _CLAUSE)
    return sentence.section == "family" or bool(_RELATIVE.search(clause))


def scope(sentence: Sentence, start: int, end: int) -> Scope:
    """What stands over sentence.text[start:end]: a blank first, then a denial, a plan, the past."""
    return (
        _blank(sentence.text, start, end)
        or _denied(sentence.text, start, end)
        or _planned(sentence, start, end)
        or _past(sentence, start, end)
        or Scope("plain", start, end)
    )
