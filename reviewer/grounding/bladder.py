"""A route that only the title of a procedure's sheet spells out: a drug instilled into the bladder.

An intravesical sheet says so once, at its head, and below only "instilled" and "cath". The title counts where that is
the one drug of the note, its own words say that it was instilled, and no line into a vein is named (ROUTE-1).
"""

from __future__ import annotations

import re
from typing import Any

from reviewer.grounding.administrations import Given
from reviewer.grounding.claims import Book
from reviewer.language.access import VENOUS_DEVICES, devices_in
from reviewer.language.kept import expression
from validator.facts import Evidence, Fact, Standing

_TITLE = expression(
    r"\b(?:intra-?vesical|bladder[ ](?:instillation|chemo(?:therapy)?|treatment|therapy|wash))\b", re.IGNORECASE
)
_INSTILLED = expression(r"\binstill", re.IGNORECASE)
_HEAD = 3
_BESIDES = frozenset({"hydration", "flush", "local_anaesthetic"})


def route(given: Given, values: dict[str, Any], book: Book) -> Fact[Any]:
    """The route as stated, else `intravesical` where the note's title says so of the one drug that was instilled."""
    stated: Fact[Any] = values["route"]
    technique: Fact[Any] = values["technique"]
    if stated.standing is not Standing.NOT_STATED or not given.anchors or technique.get() != "injection":
        return stated
    page = book.pages[given.anchors[0].note_id]
    end = len("\n".join(page.text.split("\n")[:_HEAD]))
    title = _TITLE.search(page.text, 0, end)
    if title is None or not any(_INSTILLED.search(one.text) for one in technique.evidence):
        return stated
    drugs = {anchor.key for anchor in page.anchors if anchor.admin_class not in _BESIDES}
    if drugs != {given.key} or devices_in(page.text) & (VENOUS_DEVICES | {"peripheral_iv"}):
        return stated
    evidence = Evidence(note_id=page.note.id, start=title.start(), end=title.end(), text=title[0], match="exact")
    return Fact[Any](value="intravesical", standing=Standing.GROUNDED, evidence=(evidence,))
