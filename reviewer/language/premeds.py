"""Premedication that was ordered drug by drug and then charted in one breath: "Premeds given as ordered 0900"."""

from __future__ import annotations

import re
from functools import lru_cache

from reviewer.language.cues import cue
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import Span, sentence_at

_PREMEDS = r"pre-?med(?:s|ication|ications)?"
_GIVEN = Lazy(
    rf"\b{_PREMEDS}\b[^.;\n]{{0,30}}?\b(?:given|administered|received)\b[^.;\n]{{0,20}}?"
    r"\b(?:as|per)[ ](?:the[ ]|md[ ]|signed[ ])?(?:order(?:s|ed)?|ordered)\b"
    rf"|\b{_PREMEDS}[ ](?:as|per)[ ](?:the[ ]|md[ ])?(?:order(?:s|ed)?)[ ](?:were[ ])?(?:given|administered)\b",
    re.IGNORECASE,
)
_HEAD = Lazy(rf"\b{_PREMEDS}\b[^;]*\Z", re.IGNORECASE)
_BEHIND = Lazy(rf"[^;,.\n]{{0,40}}\b{_PREMEDS}\b", re.IGNORECASE)


@lru_cache(maxsize=16)
def given_as_ordered(text: str) -> tuple[Span, ...]:
    """The sentences that tell that the ordered premedication was given; none that is planned, denied or past."""
    found = []
    for words in _GIVEN.finditer(text):
        if cue(text, words.start(), words.start() + 6) in ("none", "order"):
            found.append(sentence_at(text, words.start()))
    return tuple(found)


def ordered_as_premed(text: str, start: int, end: int) -> bool:
    """Whether the order names the drug at text[start:end] as premedication."""
    sentence = sentence_at(text, start)
    return bool(_HEAD.search(text, sentence.start, start) or _BEHIND.match(text, end, sentence.end))
