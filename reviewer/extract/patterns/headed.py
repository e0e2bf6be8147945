"""The way that a heading tells once for every drug of the list under it ("IV push:", "... given by IV:")."""

from __future__ import annotations

import re

from reviewer.extract.patterns.details import read_way
from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.zones import Zone
from reviewer.language.headed import heading_over
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import Span
from reviewer.language.vocabulary import read_route, read_technique

_PLACE = Lazy(
    r"\binfusion[ ](?:center|centre|clinic|suite|room|unit|dep(?:artmen)?t|area|visit|nurse|therapy|services?|chair)\b",
    re.IGNORECASE,
)
"""Where drugs are infused is not how one was given."""


def heading_of(page: Page, place: int) -> Span | None:
    """The heading over the list in which a drug is named at a place; one that names a drug itself is none."""
    over = heading_over(page.text, place)
    return over if over is not None and not within(page.mentions, *over) else None


def take_heading(page: Page, draft: Draft) -> None:
    """Give a draft the route and the technique of its list's heading, where its own words tell none."""
    if draft.fate != "given" or (draft.route is not None and draft.technique is not None):
        return
    over = heading_of(page, draft.place)
    if over is None:
        return
    words = _PLACE.sub(" ", page.text[slice(*over)])
    head = Draft(draft.source, draft.note_id, draft.place, draft.ingredient, draft.drugs)
    read_way(page, Zone(*over, -1, -1), head)
    if read_route(words) != head.route or (draft.route is not None and head.route not in (None, draft.route)):
        return
    if draft.route is None and head.route is not None:
        draft.route = head.route
        draft.told["route"] = head.told["route"]
    if draft.technique is None and head.technique is not None and read_technique(words) == head.technique:
        if head.technique == "push" and any(draft.zone[0] <= start < draft.zone[1] for start in page.ranges):
            return  # what ran from one time to another was not what the heading means
        draft.technique = head.technique
        draft.told["technique"] = head.told["technique"]
