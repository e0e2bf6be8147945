"""Bags told by what was done with them: one ends as the next goes up; one was named before it was started."""

from __future__ import annotations

import re

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.moments import Role
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.segments import Fragment, Statement
from reviewer.extract.patterns.telling import Telling
from reviewer.language.cues import cue
from reviewer.language.lazy import Lazy

_STARTS = Lazy(r"\W*(?:infusion )?(?:start(?:ed)?|begun|began|hung|on)\b", re.IGNORECASE)
_NEAR = 90

_OVER = r"(?:is |was |all )?(?:complete[d]?|finished|done|in|empty|down|dry|infused)"
_CHANGED = Lazy(
    rf"\b(?:bag|bottle|lit(?:er|re)|load(?:ing dose)?|bolus)(?: ?#? ?\d)? {_OVER}\b[,&]? ?(?:and |then |& )?"
    r"(?:(?:next|new|second|2nd|third|3rd|last) )?(?:bag|bottle|lit(?:er|re)|maintenance|#\d)\b[^.;\n]{0,30}?"
    r"\b(?:up|hung|started|spiked|begun|on)\b",
    re.IGNORECASE,
)


def changes_bag(page: Page, telling: Telling, statement: Statement, ingredient: str | None) -> bool:
    """Whether one bag ends and the next goes up at one time: the one infusion that runs goes on (TIME-13)."""
    found = _CHANGED.search(page.text, statement.start, statement.end)
    clocks = within(page.clocks, statement.start, statement.end)
    if found is None or statement.stamp is None or statement.stamp.second is not None or clocks:
        return False
    running = [draft for draft in telling.open_ones() if ingredient in (None, draft.ingredient)]
    return len(running) == 1 and (ingredient is not None or len(telling.open_ones()) == 1)


def dosed_before(page: Page, telling: Telling, piece: Fragment, role: Role) -> list[Draft]:
    """The drug that the sentence right before names with its dose ("Gammagard 40 g, L FA PIV. Start 0930")."""
    draft = telling.last[-1] if telling.last else None
    if role != "start" or draft is None or draft.fate != "spoken_of" or not draft.has("dose") or draft.start:
        return []
    between = page.text[draft.place : piece.start]
    near = len(between) < _NEAR and "\n\n" not in between and _STARTS.match(page.text, piece.start, piece.end)
    return [draft] if near and cue(page.text, draft.place, draft.place + 1) == "none" else []
