"""A route that nobody spelled out but the words still carry: a drug infused through the visit's line into a vein.

Charting rarely says "intravenous" of a bag hung on a port. The words that carry the route are then those of the one
venous line in use, or, where no line is described, the word "infused" itself, or that of the pump worn home. An
artery, a cavity, the spinal canal or the skin is never assumed away: wherever the notes speak of such a route for the
drug, nothing is filled in (ROUTE-2).
"""

from __future__ import annotations

import re
from typing import Any

from reviewer.grounding.administrations import Given
from reviewer.grounding.claims import Book
from reviewer.grounding.sites import Sites
from validator.facts import Fact, Standing
from validator.rulebook import Rulebook

VENOUS = frozenset({"peripheral_iv", "midline", "picc", "central_line", "implanted_port"})
_OTHER_ROUTE = re.compile(
    r"\b(?:intra-?arterial\w*|arter(?:y|ies|ial)|hepatic pump|hai|tace|intra-?thecal\w*|lumbar puncture|ommaya"
    r"|intra-?ventricular\w*|intra-?peritoneal\w*|peritone\w+|intra-?pleural\w*|pleur\w+|chest tube|intra-?vesical\w*"
    r"|bladder|intra-?lesional\w*|lesions?|sub-?cut\w*|sc|sq|subq|im|intra-?muscular\w*|oral\w*|po|by mouth)\b",
    re.IGNORECASE,
)
_RAN = re.compile(
    r"\b(?:infus\w+|ivpb|piggyback|drip|gtt|bag|hung|ran|running|bolus|iv)\b",
    re.IGNORECASE,
)
_WORN = re.compile(
    r"\b(?:cadd\S*|ambulatory|portable|elastomeric|take-?home|infusor|home(?: infusion)? pump|easypump|homepump)\b"
    r"(?![^.;]*\b(?:implant\w*|hai)\b)",
    re.IGNORECASE,
)


def route(given: Given, values: dict[str, Any], book: Book, sites: Sites, rulebook: Rulebook) -> Fact[Any]:
    """The route as stated, else `intravenous` where the line in use or the word "infused" carries it."""
    stated: Fact[Any] = values["route"]
    claimed = stated.standing is Standing.UNGROUNDED and stated.value == "intravenous"
    if not (claimed or stated.standing is Standing.NOT_STATED) or not _may_be_venous(given, values, rulebook):
        return stated
    places = [(book.pages[anchor.note_id], anchor.start) for anchor in given.anchors]
    if any(_OTHER_ROUTE.search(page.text, *page.sentence(start)) for page, start in places):
        return stated
    line = sites.known(values["access_site"].get()) or sites.in_use("intravenous", given.anchors)
    if line is not None and line.kind in VENOUS:
        return Fact[Any](value="intravenous", standing=Standing.GROUNDED, evidence=(line.evidence,))
    technique: Fact[Any] = values["technique"]
    alone = not any(_OTHER_ROUTE.search(page.text) for page, _ in places)
    shown = _RAN if technique.get() == "infusion" else _WORN
    if alone and technique.get() in ("infusion", "pump") and any(shown.search(e.text) for e in technique.evidence):
        return Fact[Any](value="intravenous", standing=Standing.GROUNDED, evidence=technique.evidence)
    return stated


def _may_be_venous(given: Given, values: dict[str, Any], rulebook: Rulebook) -> bool:
    """Whether the drug is one for a vein, and its words tell of an infusion, a push, or a start and a stop."""
    drugs = rulebook.find_drug(given.wire.drug[0].text) if given.wire.drug else ()
    if not drugs or not any("intravenous" in drug.routes for drug in drugs):
        return False
    if values["technique"].get() in ("infusion", "push", "pump"):
        return True
    if values["start"].known and values["stop"].known:
        return True
    return all(drug.routes == ("intravenous",) for drug in drugs)
