"""A charting system's lines under a drug: "Action: New Bag | Performed: 03/02/2026 0931 | Dose: 240 mg"."""

from __future__ import annotations

import re

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.moments import Role
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.segments import Fragment
from reviewer.extract.patterns.telling import Telling
from reviewer.language.cues import cue
from reviewer.language.lazy import Lazy

_ACTION = Lazy(
    r"\W*(?:(?:mar )?action[ :|]+(?:new bag|given|started|stopped|restarted|paused|held)\b|"
    r"(?:new bag|(?:bag |infusion )?(?:given|(?:re)?started|stopped|complete[d]?))[ ]*\|)",
    re.IGNORECASE,
)


_CHARTED = Lazy(
    r"\W*(?:new bag|bag hung|hung|beg[aiu]n(?: bag)?|(?:bag |infusion |pump )?started|given)\b", re.IGNORECASE
)
"""How a line of a drug's record begins that tells its giving, under the line of its order."""


GIVEN_FIELD = Lazy(
    r"\W*(?P<verb>given|administered|instilled|injected|infused|delivered|pushed)\b[ :]{1,3}(?:slow(?:ly)? )?"
    r"(?:over|at|by|via|into|through|iv|im|sq|intra-?\w+|in(?= the\b))",
    re.IGNORECASE,
)
"""What a line or sentence right behind a drug with its dose tells of it: "Given: over 5 min into the reservoir"."""


def is_action(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] begins as such a line does."""
    return bool(_ACTION.match(text, start, end))


def acted_on(page: Page, telling: Telling, piece: Fragment, role: Role) -> list[Draft]:
    """The order that a line of a beginning was charted under."""
    draft = telling.last[-1] if telling.last else None
    if role not in ("start", "range") or draft is None or draft.fate not in ("spoken_of", "ordered"):
        return []
    if _ACTION.match(page.text, piece.start, piece.end):
        return [draft]
    charted = draft.has("dose") and _CHARTED.match(page.text, piece.start, piece.end)
    return [draft] if charted and _is_right_under(page, draft, piece) else []


def _is_right_under(page: Page, draft: Draft, piece: Fragment) -> bool:
    """Whether a line stands under the line that names a drug for today, with no blank line or other drug between."""
    line = page.text.rfind("\n", 0, piece.start) + 1
    if draft.place >= line or page.text.find("\n\n", draft.place, line) >= 0:
        return False
    head = page.text.find("\n", draft.place)
    if within(page.mentions, head, piece.start):
        return False
    return cue(page.text, draft.place, draft.place + 1) in ("none", "order")
