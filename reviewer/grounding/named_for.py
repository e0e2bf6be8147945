"""What a drug is named for, where it is not told as started: what somebody came for today, or what only ended."""

from __future__ import annotations

import re

from reviewer.grounding.page import Anchor, Page
from reviewer.grounding.roles import START_WORDS, STOP_WORDS
from reviewer.language.lazy import Lazy

_ANOTHER_DAY = Lazy(
    r"\b(?:next|tomorrow|return\w*|will|rtc|follow-?up|future|plan(?:s|ned)?|in \d+ (?:days|weeks)|due|schedul\w+)\b",
    re.IGNORECASE,
)
_CAME_FOR = Lazy(r"\bfor (?:(?!\d)[\w/'’-]+ ){0,5}\Z", re.IGNORECASE)


def is_todays(page: Page, anchor: Anchor, standing: str) -> bool:
    """Whether a drug is what the patient came for today, not one for another visit."""
    return standing == "plan" and not _ANOTHER_DAY.search(page.text, *page.sentence(anchor.start))


def only_stops(page: Page, anchor: Anchor) -> bool:
    """Whether a mention tells only that its drug ended ("Cytoxan complete")."""
    first, last = page.clause(anchor.start)
    if _CAME_FOR.search(page.text, first, anchor.start):
        first = anchor.end  # "dropped off at 0750 for X": what leads is of who came for it
    words = page.text[first:last]
    return bool(STOP_WORDS.search(words)) and not START_WORDS.search(words)
