"""Ordered premedication that one sentence says was given, for drugs of which nothing else was charted."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.language.premeds import given_as_ordered, ordered_as_premed


def carry_out(pages: Sequence[Page], drafts: Sequence[Draft]) -> None:
    """Make given, at the time that is told, each ordered premedication that no words of its own chart."""
    told = [(page, span) for page in pages for span in given_as_ordered(page.text)]
    if not told:
        return
    page, (start, end) = told[0]
    texts = {one.note.id: one.text for one in pages}
    for draft in drafts:
        text = texts[draft.note_id]
        if draft.fate != "ordered" or not ordered_as_premed(text, draft.place, _named_to(draft)):
            continue
        draft.fate = "given"
        draft.told["status"] = [page.said("given", start, end)]
        for clock in within(page.clocks, start, end)[:1]:
            draft.start = clock.clock
            draft.told["start"] = [page.said(page.text[clock.start : clock.end], start, end)]


def _named_to(draft: Draft) -> int:
    """Where the name that an order gives the drug ends."""
    return draft.place + max((len(said.text) for said in draft.told.get("drug", [])), default=0)
