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
from reviewer.grounding.page import Page
from reviewer.grounding.sites import VENOUS, Site, Sites
from reviewer.language.access import BLADDER
from reviewer.language.lazy import Lazy
from validator.facts import Evidence, Fact, Standing
from validator.rulebook import Rulebook

_PUSHABLE = ("therapeutic", "antiemetic", "chemo")
_OTHER_ROUTE = Lazy(
    r"\b(?:intra-?arterial\w*|arter(?:y|ies|ial)|hepatic pump|hai|tace|intra-?thecal\w*|lumbar puncture|ommaya"
    r"|intra-?ventricular\w*|intra-?peritoneal\w*|peritone\w+|intra-?pleural\w*|pleur\w+|chest tube|intra-?vesical\w*"
    r"|" + BLADDER + r"|intra-?lesional\w*|lesions?|sub-?cut\w*|sc|sq|subq|im|intra-?muscular\w*|oral\w*|po"
    r"|by mouth)\b",
    re.IGNORECASE,
)
_RAN = Lazy(
    r"\b(?:infus\w+|ivpb|piggyback|drip|gtt|bag|hung|hangs|ran|runs|running|bolus|iv)\b",
    re.IGNORECASE,
)
_DRIP = Lazy(r"\bdrip\b", re.IGNORECASE)
"""A drip goes into a vein; other ways in its sentence are those of what came after it."""
_PUSHED = Lazy(r"\bpush(?:ed|es|ing)?\b", re.IGNORECASE)
_VEIN = Lazy(
    r"\b(?:(?-i:IV|intravenous) (?:access|line|catheter|cannula)|(?:same|main) line|vein|y-?site)\b", re.IGNORECASE
)
_CLYSIS = Lazy(r"\b(?:hypodermo)?clysis\b|\bsub-?cut\w* (?:fluids?|infusions?)\b", re.IGNORECASE)
_IV_WORD = Lazy(r"\b(?:IV|IVP|IVPB|PIV|intravenous\w*)\b", re.IGNORECASE)
_ELBOW = Lazy(r"(?:^|[.;,\n][ ]?)(?-i:R|L)[ ](?-i:AC|FA)(?:[ ]#?(?:1[68]|2[0246])[ ]?g?)?[ ]*[.;,\n]", re.IGNORECASE)
"""A place that stands alone, as that of a line does: "R AC."."""
_GAUGE = Lazy(r"\b(?:1[68]|2[0246])[ -]?(?:g|ga|gauge)\b(?! (?:needle|syringe|spinal|huber))", re.IGNORECASE)
_ELSEWHERE = Lazy(
    r"\b(?:neb\w*|inhal\w*|aerosol\w*|epidural\w*|nerve block|nasal\w*|n-?g tube|g-?tube|peg|irrigat\w*|topical\w*|"
    r"ophthal\w*|intra-?articular\w*|intra-?osseous|enema)\b",
    re.IGNORECASE,
)
"""Other ways than into a vein by which a drug may take its time."""
_ARM = Lazy(r"\b(?:(?-i:R|L)|rt|lt|right|left)[ ](?:(?-i:AC|FA)|antecub\w*|fore-?arm|hand|wrist)\b", re.IGNORECASE)
_WORN = Lazy(
    r"\b(?:cadd\S*|ambulatory|portable|elastomeric|take-?home|infusor|home(?: infusion)? pump|easypump|homepump)\b"
    r"(?![^.;]*\b(?:implant\w*|hai)\b)",
    re.IGNORECASE,
)
_CAVITY = Lazy(
    r"\b(?:intra-?arterial\w*|arter(?:y|ies|ial)|hepatic pump|hai|tace|intra-?thecal\w*|lumbar puncture|ommaya"
    r"|intra-?ventricular\w*|intra-?peritoneal\w*|peritone\w+|(?-i:IP)|intra-?pleural\w*|pleur\w+|chest tube"
    r"|intra-?vesical\w*|" + BLADDER + r"|intra-?lesional\w*)\b",
    re.IGNORECASE,
)
_BAG = Lazy(
    r"(?P<words>(?<=\w)[ ]in[ ]?(?:(?:(?-i:NS|D5W|LR)|(?:normal )?saline|dextrose)[ ])?"
    r"(?:50|100|150|250|500|1000|1,000)\b(?![.,/]\d)"
    r"|\d+[ ]?m[lL]/(?:h|hr|hour)\b|\bover[ ]\d+(?:\.\d)?[ -]?(?:min\w*|h(?:ou)?rs?)\b"
    r"|\b(?:own|separate|sep\.?) bag\b"
    r"|\bthe bag (?:was |ran )?(?:dry|empty|hung|spiked|up|down)\b)",
    re.IGNORECASE,
)
_LETTERED = Lazy(r"(?P<words>\bbag (?-i:[A-D]|#?[1-4])\b)", re.IGNORECASE)
_TITLED = Lazy(
    r"\W*(?:[^\n]{0,40}\b)??(?P<words>infusion[ -]{1,3}(?:\w+ ){0,2}?(?:record|report|log|note|flow ?sheet"
    r"|administration))\b",
    re.IGNORECASE,
)


def route(given: Given, values: dict[str, Any], book: Book, sites: Sites, rulebook: Rulebook) -> Fact[Any]:
    """The route as stated, else `intravenous` where the line in use or the word "infused" carries it."""
    stated: Fact[Any] = values["route"]
    claimed = stated.standing is Standing.UNGROUNDED and stated.value == "intravenous"
    if not (claimed or stated.standing is Standing.NOT_STATED) or not _may_be_venous(given, values, rulebook):
        return stated
    places = [(book.pages[anchor.note_id], anchor.start) for anchor in given.anchors]
    drip = any(_DRIP.search(evidence.text) for evidence in values["technique"].evidence)
    line = sites.known(values["access_site"].get())
    ran = line is not None and line.kind in VENOUS and values["technique"].get() == "infusion"
    narrow = drip or (ran and not _may_be_subcutaneous(given, rulebook))  # "Flomax PO, then Rocephin infused via L AC"
    if any(
        _OTHER_ROUTE.search(page.text, *(page.clause if narrow else page.sentence)(start)) for page, start in places
    ):
        return stated
    if values["technique"].get() == "injection" and any(_CAVITY.search(page.text) for page, _ in places):
        return stated
    line = line or sites.in_use("intravenous", given.anchors) or _any_of(sites, places)
    if line is not None and line.kind in VENOUS:
        return Fact[Any](value="intravenous", standing=Standing.GROUNDED, evidence=(line.evidence,))
    technique: Fact[Any] = values["technique"]
    other = _OTHER_ROUTE if _may_be_subcutaneous(given, rulebook) else _CAVITY
    alone = drip or not any(other.search(page.text) for page, _ in places)
    shown = _RAN if technique.get() == "infusion" else _WORN
    if alone and technique.get() in ("infusion", "pump") and any(shown.search(e.text) for e in technique.evidence):
        return Fact[Any](value="intravenous", standing=Standing.GROUNDED, evidence=technique.evidence)
    if alone and technique.get() == "push" and _pushed_in_vein(given, places, technique):
        return Fact[Any](value="intravenous", standing=Standing.GROUNDED, evidence=technique.evidence)
    if (told := _ran_where_iv_is_told(given, values, places, rulebook)) is not None:
        return Fact[Any](value="intravenous", standing=Standing.GROUNDED, evidence=(told,))
    carried = next((e for page, start in places if (e := _ran_as_infusion(page, start))), None)
    if carried is None or technique.get() is not None or not _ran_into_vein_only(given, values, places, rulebook):
        return stated
    return Fact[Any](value="intravenous", standing=Standing.GROUNDED, evidence=(carried,))


def _any_of(sites: Sites, places: list[tuple[Page, int]]) -> Site | None:
    """One of the lines of a visit that has only lines into veins: whichever it was, the drug went into a vein."""
    if any(_CAVITY.search(page.text) for page, _ in places):
        return None
    return next(iter(sites.all_venous()), None)


def worn_into_vein(given: Given, book: Book, words: tuple[Evidence, ...]) -> bool:
    """Whether a drug is chemotherapy for a vein in a pump whose words say that it is worn, and nothing speaks else."""
    if not given.anchors or any(not anchor.admin_class.startswith("chemo") for anchor in given.anchors):
        return False
    pages = [book.pages[anchor.note_id] for anchor in given.anchors]
    elsewhere = any(_OTHER_ROUTE.search(page.text) for page in pages)
    return not elsewhere and any(_WORN.search(evidence.text) for evidence in words)


def _pushed_in_vein(given: Given, places: list[tuple[Page, int]], technique: Fact[Any]) -> bool:
    """Whether a drug was pushed in a note that speaks of a line, and of no artery or cavity."""
    if any(anchor.admin_class not in _PUSHABLE for anchor in given.anchors) or not any(
        _PUSHED.search(evidence.text) for evidence in technique.evidence
    ):
        return False
    chemo = any(anchor.admin_class.startswith("chemo") for anchor in given.anchors)
    told = _VEIN if chemo else _IV_WORD  # a push is no route: for chemotherapy the line itself has to be spoken of
    return all(
        (_VEIN.search(page.text) or told.search(page.text) or (not chemo and _ELBOW.search(page.text)))
        and not _CAVITY.search(page.text)
        for page, _ in places
    )


def _ran_where_iv_is_told(
    given: Given, values: dict[str, Any], places: list[tuple[Page, int]], rulebook: Rulebook
) -> Evidence | None:
    """The words for a vein: of a bag of fluid in a note of intravenous care; of the arm that an infusion ran into.

    A fluid runs under the skin only where words say so (hypodermoclysis), and nobody infuses into a bare arm else.
    """
    start, stop = values["start"].get(), values["stop"].get()
    if start is None or stop is None or start == stop or any(_CAVITY.search(page.text) for page, _ in places):
        return None
    if (told := _ran_in_note_of_veins(given, places, rulebook)) is not None:
        return told
    fluid = all(anchor.admin_class == "hydration" for anchor in given.anchors)
    only = all(drug.routes == ("intravenous",) for drug in rulebook.find_drug(given.wire.drug[0].text))
    if not fluid and not only and values["technique"].get() != "infusion":
        return None
    for page, place in places:
        span = (0, len(page.text)) if fluid else page.line(place)
        if _CLYSIS.search(page.text):
            continue
        found = (_IV_WORD.search(page.text, *span) if fluid else None) or _ARM.search(page.text, *span)
        if found is not None:
            return Evidence(note_id=page.note.id, start=found.start(), end=found.end(), text=found[0], match="exact")
    return None


def _ran_in_note_of_veins(given: Given, places: list[tuple[Page, int]], rulebook: Rulebook) -> Evidence | None:
    """The words for a vein in the note of a drug that ran from a start to a stop, and never does so elsewhere."""
    if _may_be_subcutaneous(given, rulebook):
        return None
    for page, _ in places:
        if _ELSEWHERE.search(page.text):
            return None
        words = _VEIN.search(page.text) or _IV_WORD.search(page.text) or _GAUGE.search(page.text)
        if words is not None:
            return Evidence(note_id=page.note.id, start=words.start(), end=words.end(), text=words[0], match="exact")
    return None


def _ran_into_vein_only(
    given: Given, values: dict[str, Any], places: list[tuple[Page, int]], rulebook: Rulebook
) -> bool:
    """Whether a drug that nobody infuses under the skin ran from a start to a stop, and no note names a cavity."""
    start, stop = values["start"].get(), values["stop"].get()
    if start is None or stop is None or start == stop or any(_CAVITY.search(page.text) for page, _ in places):
        return False
    return not _may_be_subcutaneous(given, rulebook)


def _may_be_subcutaneous(given: Given, rulebook: Rulebook) -> bool:
    return any("subcutaneous" in drug.routes for drug in rulebook.find_drug(given.wire.drug[0].text))


def _ran_as_infusion(page: Page, place: int) -> Evidence | None:
    """What shows an infusion without saying so: the bag that a drug was in, else the note's title."""
    sentence = page.sentence(place)
    found = _BAG.search(page.text, place, sentence[1]) or _LETTERED.search(page.text, sentence[0], place)
    found = found or _TITLED.match(page.text)
    if found is None:
        return None
    start, end = found.span("words")
    return Evidence(note_id=page.note.id, start=start, end=end, text=page.text[start:end], match="exact")


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
