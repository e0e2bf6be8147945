"""A charting system's lines under a drug: "Action: New Bag | Performed: 03/02/2026 0931 | Dose: 240 mg"."""

from __future__ import annotations

import re

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.moments import Role
from reviewer.extract.patterns.telling import Telling
from reviewer.language.lazy import Lazy

_ACTION = Lazy(
    r"\W*(?:(?:mar )?action[ :|]+(?:new bag|given|started|stopped|restarted|paused|held)\b|"
    r"(?:new bag|(?:bag |infusion )?(?:given|(?:re)?started|stopped|complete[d]?))[ ]*\|)",
    re.IGNORECASE,
)


def is_action(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] begins as such a line does."""
    return bool(_ACTION.match(text, start, end))


def acted_on(telling: Telling, text: str, role: Role) -> list[Draft]:
    """The order that a line of a beginning was charted under."""
    begun = role == "start" and _ACTION.match(text)
    return [draft for draft in telling.last[-1:] if draft.fate in ("spoken_of", "ordered")] if begun else []
