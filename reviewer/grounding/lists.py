"""Drugs listed in one breath, for which what is said once after the last of them holds for all."""

from __future__ import annotations

import re
from collections.abc import Callable

from reviewer.grounding.page import Anchor, Page

_ITEM = re.compile(
    r"(?:[\s,+&/()]|\d[\d.,]*[ ]?(?:m[gl]|mcg|g|gm|units?|iu|meq|cc)\b(?:/m2|/kg)?"
    r"|\b(?:and|plus|with|then|followed by|of|in|pf|preservative[- ]free|ns|d5w|saline|swfi)\b)*",
    re.IGNORECASE,
)
_ENDS_LIST = re.compile(
    r"(?:\b(?:and|plus|with|then|followed by)|[+&/])[ \t]*(?:\d[\d.,]*[ ]?(?:m[gl]|mcg|g"
    r"|units?)[ ]?(?:of )?)?$",
    re.IGNORECASE,
)
_IN_TURN = re.compile(r"\b(?:then|followed by)\b", re.IGNORECASE)
_EVERY_ONE = re.compile(r"[^.;]*?,[ ]*(?:both|each|all)\b", re.IGNORECASE)
_FAR_IN_LIST = 60


def shared_by(page: Page, last: Anchor, place: int, own: Callable[[Anchor], bool]) -> Anchor | None:
    """The own mention in the list that a drug ends, where the place stands after that list ("A 8 mg and B 4 mg IVP").

    Between the names stand nothing but amounts and what joins a list; a word of its own makes each its own statement.
    """
    if place < last.end or not _ENDS_LIST.search(page.text[max(0, last.start - 24) : last.start]):
        return None
    after = last
    for anchor in page.before(last.start):
        if anchor.aside == "fluid":
            continue
        between = page.text[anchor.end : after.start]
        if len(between) > _FAR_IN_LIST or not _ITEM.fullmatch(between):
            return None
        if _IN_TURN.search(between) and not _EVERY_ONE.match(page.text, last.end, page.sentence(last.end - 1)[1]):
            return None
        if own(anchor):
            return anchor
        after = anchor
    return None
