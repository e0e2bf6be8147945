"""Words that name a drug only as what another ran beside: "Y-sited with oxaliplatin", "with 5-FU via Y-site"."""

from __future__ import annotations

import re

from reviewer.language.lazy import Lazy

_BACK = 48
_AHEAD = 24
_BESIDE = Lazy(
    r"\b(?:concurrent(?:ly)?|simultaneous(?:ly)?|along(?:side)?|together|y-?[ ]?site[ds]?|y['’]d|piggy-?backed"
    r"|same[ ](?:start[ ])?time|co-?infus(?:ed|ing|ion)|in[ ]parallel|side[ ]by[ ]side)"
    r"[ ]?\b(?:with|w/|to|into|onto|as|in|of)?[ ]?(?<=[ /])(?:(?:the|her|his|a|running|main|infusing|ongoing)[ ])*$",
    re.IGNORECASE,
)
_WITH = Lazy(r"(?:\bwith|\bw/)[ ]?(?:the[ ])?$", re.IGNORECASE)
_AFTER = Lazy(
    r"[ ](?:via|at|by|through|thru|in|on)?[ ]?(?:the[ ]|a[ ])?"
    r"(?:y-?[ ]?site\b|y-?port\b|concurrent|simultaneous|same[ ]time|parallel)",
    re.IGNORECASE,
)
_NOT_RUN = Lazy(
    r"(?:(?:\b(?:not|never|nor|cannot)|n['’]t)(?:[ ]\w+){0,2}"
    r"|\b(?:no|without|avoid\w*|instead[ ]of|rather[ ]than))[ ]*$"
    r"|\b(?:may|might|can|could|should|would|must|will|usually|normally|typically|if|to[ ]be|to[ ]run"
    r"|compatib\w+[ ](?:if|when|for|via|at|to)|(?<!as )(?:ordered|planned|scheduled)"
    r"|(?:last|next|prior|previous)[ ](?:cycle|visit|time|week|treatment|infusion)|previously)\b[^,.;\n]{0,40}$",
    re.IGNORECASE,
)


def is_companion(text: str, first: int, start: int, end: int) -> bool:
    """Whether text[start:end], on the line from `first` on, names a drug as what another is told beside."""
    return _beside(text, first, start, end) is not None


def ran_beside(text: str, first: int, start: int, end: int) -> bool:
    """Whether a companion's words say that it did run: not denied, of another day, or only possible or planned."""
    words = _beside(text, first, start, end)
    return words is not None and not _NOT_RUN.search(text[max(first, words - 2 * _BACK) : words])


def _beside(text: str, first: int, start: int, end: int) -> int | None:
    """Where the words begin that make a drug a companion."""
    back = max(first, start - _BACK)
    before = text[back:start]
    found = _BESIDE.search(before)
    if found is None and _AFTER.match(text, end, end + _AHEAD):
        found = _WITH.search(before)
    return None if found is None else back + found.start()
