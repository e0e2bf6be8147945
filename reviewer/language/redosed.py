"""Words that tell of one more dose of the drug named before: "another 4 mg was pushed", "the dose was repeated"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from reviewer.language.lazy import Lazy

REPEATED = Lazy(
    r"\b(?:another|an additional|a further|a repeat|a second|the same|a third) \d[\d.,]* ?(?:mg|mcg|g|units?)\b|"
    r"\b\d[\d.,]* ?(?:mg|mcg|g|units?) more\b|\b(?:dose|(?:iv )?push|bolus|injection) (?:was |is )?(?:then |again |"
    r"then again )?(?:repeated|given again|re-?administered)\b|\brepeat(?:ed)? (?:the )?(?:dose|push|bolus)\b",
    re.IGNORECASE,
)
"""A push of the drug told last that was given once more ("the dose was repeated at 0825")."""
_NOT_DONE = Lazy(
    r"\b(?:due|offer\w*|declin\w*|refus\w*|may|can|could|should|would|order\w*|if|ask\w*|request\w*|available|want\w*|"
    r"not|no|held|hold|need\w*|next|planned|allow\w*|consider\w*|until|before|call\w*|per)\b",
    re.IGNORECASE,
)


def tells_repeat(words: str) -> bool:
    """Whether words without a verb of giving tell that a dose was given once more ("repeat dose at 0825")."""
    return REPEATED.search(words) is not None and not _NOT_DONE.search(words)


_LEADS = Lazy(
    r"\W*(?:(?:and|then|also|it|this|dose|was|were|the|same|[\d.]+ ?(?:mg|mcg)) ){0,4}"
    r"(?:repeat(?:ed|s)?|rpt['’]?d?|re-?dosed|(?:given|pushed) again|again|"
    r"(?:2nd|second|3rd|third|4th|fourth|another|same|further|repeat) (?:dose|push|[\d.]+ ?(?:mg|mcg)))"
    r"(?: (?:the|dose|push|same|given|pushed|ivp|iv push|iv|x ?\d|[\d.]+ ?(?:mg|mcg)))*[ :,(]*(?:at |@ ?)?",
    re.IGNORECASE,
)
_JOINT = Lazy(r"[ ]*(?:,|;|&|/|and)(?:[ ](?:and|again|then))*[ ]*(?:at |@ ?)?", re.IGNORECASE)
_TAIL = Lazy(
    r"[\s,)]*(?:(?:for|because of|d/t|due to|as) (?:[a-z/' -]+)?(?:\d\d?(?:/10)?)?[a-z ]*)?[.\s)]*\Z", re.IGNORECASE
)
"""Why a dose was repeated; nothing that could be of something else."""


def lists_doses(text: str, start: int, end: int, clocks: Sequence[tuple[int, int]]) -> bool:
    """Whether text[start:end] is a list of the times at which a dose was given again, with at most a reason behind."""
    if not clocks or not _LEADS.fullmatch(text, start, clocks[0][0]):
        return False
    joined = all(_JOINT.fullmatch(text, one[1], other[0]) for one, other in pairwise(clocks))
    return joined and _TAIL.match(text, clocks[-1][1], end) is not None
