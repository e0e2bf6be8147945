"""Whether a drug was ordered as premedication, and a sentence says that the premedication was given as ordered."""

from __future__ import annotations

from reviewer.grounding.page import Anchor, Page
from reviewer.language.premeds import given_as_ordered, ordered_as_premed
from reviewer.language.sentences import Span


def carried_out(pages: dict[str, Page], anchors: list[Anchor]) -> tuple[str, Span] | None:
    """The note and the sentence that carry out the order of a drug that stands nowhere but in that order."""
    for anchor in anchors:
        page = pages[anchor.note_id]
        if page.cue(anchor.start, anchor.end) != "order":
            return None
        if not ordered_as_premed(page.text, anchor.start, anchor.end):
            return None
    for name, page in pages.items():
        for span in given_as_ordered(page.text):
            return (name, span) if anchors else None
    return None
