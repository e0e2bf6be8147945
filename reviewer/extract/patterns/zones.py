"""A zone: the stretch of a statement, or the row of a table, that belongs to one drug, and how its words are kept."""

from __future__ import annotations

from typing import NamedTuple

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page


class Zone(NamedTuple):
    """text[start:end], with the drug's name at drug_start..drug_end; both -1 where the drug is named elsewhere."""

    start: int
    end: int
    drug_start: int
    drug_end: int


def quote_span(zone: Zone, start: int, end: int) -> tuple[int, int]:
    """The quote for a value at start..end: from the drug's name to the value, or the whole zone."""
    if zone.drug_start < 0:
        return zone.start, zone.end
    return min(zone.drug_start, start), max(zone.drug_end, end)


def keep(page: Page, zone: Zone, draft: Draft, name: str, text: str, start: int, end: int) -> None:
    """Keep a value told at start..end for a field of the draft."""
    first, last = quote_span(zone, start, end)
    draft.add(name, page.said(text, first, last))
