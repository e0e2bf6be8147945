"""A change of bag: one ends and the next goes up at one time, and the infusion goes on."""

from __future__ import annotations

import re

from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.segments import Statement
from reviewer.extract.patterns.telling import Telling
from reviewer.language.lazy import Lazy

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
