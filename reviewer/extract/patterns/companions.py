"""Drugs that are named only as what another ran beside: given too, with nothing else told of them (decision 1)."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.language.companions import ran_beside
from reviewer.language.cues import cue
from reviewer.language.drugs import DrugMention
from reviewer.language.sentences import sentence_at

_ELSEWHERE_TOLD = ("given", "held", "refused")
_CARRIERS = ("hydration", "flush", "blood")
_WAYS = (None, "intravenous", "intra_arterial")


def companions(pages: Sequence[Page], tellings: Sequence[Sequence[Draft]]) -> list[Draft]:
    """A draft for each drug that a given one is said to have run beside and that no draft tells of otherwise."""
    drafts = [draft for telling in tellings for draft in telling]
    known = {draft.ingredient for draft in drafts if draft.fate in _ELSEWHERE_TOLD}
    found: list[Draft] = []
    for page in pages:
        given = [d for d in drafts if d.note_id == page.note.id and d.fate == "given" and d.route in _WAYS]
        for mention in page.mentions if given else ():
            if mention.ingredient not in known and _ran(page, mention) and _leads(page, mention, given):
                known.add(mention.ingredient)
                found.append(_draft(page, mention))
    return found


def _ran(page: Page, mention: DrugMention) -> bool:
    if not mention.drugs or mention.drugs[0].admin_class in _CARRIERS:
        return False
    first = page.text.rfind("\n", 0, mention.start) + 1
    before = within(page.mentions, first, mention.start)
    return (
        ran_beside(page.text, first, mention.start, mention.end, before[-1].end if before else None)
        and cue(page.text, mention.start, mention.end) == "none"
    )


def _leads(page: Page, mention: DrugMention, given: list[Draft]) -> bool:
    """Whether a given drug is the one told of: named in the sentence, or before it when the sentence names no other."""
    start, end = sentence_at(page.text, mention.start)
    if all(other.ingredient == mention.ingredient for other in within(page.mentions, start, end)):
        return any(draft.place < start for draft in given)
    named = [said.at for draft in given for said in draft.told.get("drug", ()) if said.note_id == page.note.id]
    return any(at is not None and start <= at < end for at in named)


def _draft(page: Page, mention: DrugMention) -> Draft:
    draft = Draft(f"{page.note.id}#beside", page.note.id, mention.start, mention.ingredient, mention.drugs, "given")
    draft.add("drug", page.said(mention.text, mention.start, mention.end))
    draft.zone = mention.start, mention.end
    return draft
