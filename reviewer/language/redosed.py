"""Words that tell of one more dose of the drug named before: "another 4 mg was pushed", "the dose was repeated"."""

from __future__ import annotations

import re

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
