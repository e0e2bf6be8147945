"""A route that the words before a drug carry: the needle, tube or artery that was just entered, and then "instilled".

A procedure note tells of the way in first and of the drug after it: "a spinal needle was advanced with return of clear
CSF. Methotrexate 15 mg was instilled." The way counts where the drug's table knows it, the drug was instilled,
injected or (into an artery) infused, and no line into a vein is named between (ROUTE-1, ROUTE-2).
"""

from __future__ import annotations

import re
from typing import Any

from reviewer.grounding.administrations import Given
from reviewer.grounding.claims import Book
from reviewer.grounding.page import Anchor, Page
from reviewer.language.access import BLADDER, find_access
from reviewer.language.lazy import Lazy
from validator.facts import Evidence, Fact, Standing
from validator.rulebook import Rulebook

_ROUTE_OF = {
    "spinal_needle": "intrathecal",
    "ommaya_reservoir": "intraventricular",
    "pleural_catheter": "intrapleural",
    "peritoneal_port": "intraperitoneal",
    "peritoneal_catheter": "intraperitoneal",
    "arterial_catheter": "intra_arterial",
}
_CHEMOTHERAPY = ("chemo", "chemo_biologic")
_BACK = 480
"""How far before a drug the way in may be told: three or four sentences of a procedure note."""
_PUT_IN = Lazy(r"\b(?:instill\w*|inject\w*|introduced|put (?:through|into|down|in))\b", re.IGNORECASE)
_INTO_ARTERY = Lazy(r"\b(?:infus\w+|push(?:ed|es)|administered|given|delivered)\b", re.IGNORECASE)
_SLOWLY = Lazy(
    r"\b(?:given|administered|delivered)\b[^.;\n]{0,24}?\b(?:slowly|through the (?:reservoir|needle|ommaya)"
    r"|over (?:about )?(?:\d|two|three|four|five|ten) ?min)",
    re.IGNORECASE,
)
"""As a drug goes into the CSF behind the needle that was just put there."""
_VEIN = Lazy(
    r"\b(?:iv|ivp|ivpb|intra-?venous\w*|po|by mouth|oral\w*|sub-?cut\w*|sq|intra-?muscular\w*|vein|sedation)\b",
    re.IGNORECASE,
)
_BLADDER = Lazy(
    BLADDER
    + r"[ ](?:was[ ]|is[ ])?(?:drained|emptied|catheteri[sz]ed)|\b(?:foley|(?:urinary|urethral|straight)[ ]cath\w*)"
    r"|\bto drain (?:the )?bladder|\b\d+[ ]?(?:ml|cc)(?: of)? urine[ ](?:was[ ])?(?:drained|removed|obtained)",
    re.IGNORECASE,
)
_CATHETER = Lazy(r"\b(?:per|via|through|thru|by) (?:the |a |an )?(?:[\w.-]+ ){0,4}?cath(?:eter)?\b", re.IGNORECASE)
_OMMAYA = Lazy(r"\bommaya\b", re.IGNORECASE)
_RESERVOIR = Lazy(r"\b(?<!ommaya )(?:scalp |ventricular |the )*reservoir\b", re.IGNORECASE)
"""The reservoir of a note that names an Ommaya and no pump."""
_PUMP = Lazy(r"\bpump\b(?!ed)", re.IGNORECASE)
_PLEURA = Lazy(r"\bpleural (?:space|cavity)\b|\bthoracentesis\b", re.IGNORECASE)


def route(given: Given, values: dict[str, Any], book: Book, rulebook: Rulebook) -> Fact[Any]:
    """The route as stated, else the one of the way in that was told last before the drug was put through it."""
    stated: Fact[Any] = values["route"]
    claimed = stated.standing is Standing.UNGROUNDED
    if not (claimed or stated.standing is Standing.NOT_STATED) or not given.anchors:
        return stated
    drugs = rulebook.find_drug(given.wire.drug[0].text) if given.wire.drug else ()
    ways = {way for drug in drugs for way in drug.routes} - {"intravenous", "oral"}
    only_bladder = ways == {"intravesical"}
    if drugs and all(drug.admin_class in _CHEMOTHERAPY for drug in drugs):
        ways |= {"intra_arterial", "intraventricular", "intravesical"}  # uses that a drug's label seldom names
    for anchor in given.anchors:
        page = book.pages[anchor.note_id]
        found = _last_way(page, anchor)
        if found is None and only_bladder:
            found = _by_catheter(page, anchor)
        if found is None or found[0] not in ways:
            continue
        if not _was_put_in(page, anchor, found[0]) or (claimed and stated.value != found[0]):
            continue
        evidence = Evidence(note_id=anchor.note_id, start=found[1], end=found[2], text=page.text[found[1] : found[2]])
        return Fact[Any](value=found[0], standing=Standing.GROUNDED, evidence=(evidence,))
    return stated


def _last_way(page: Page, anchor: Anchor) -> tuple[str, int, int] | None:
    """The way in that is told last before a drug; None where it is a vein, or only planned, or taken out again."""
    first = max(0, anchor.start - _BACK)
    before = page.text[first : anchor.start]
    told = [(start, end, _ROUTE_OF.get(kind, "")) for start, end, kind in find_access(before)]
    told += [(found.start(), found.end(), "intravesical") for found in _BLADDER.finditer(before)]
    told += [(found.start(), found.end(), "intrapleural") for found in _PLEURA.finditer(before)]
    if _OMMAYA.search(page.text) and not _PUMP.search(page.text):
        told += [(found.start(), found.end(), "intraventricular") for found in _RESERVOIR.finditer(before)]
    told = [one for one in told if page.cue(first + one[0], first + one[1]) in ("none", "plan")]
    if not told or any(not way for _, _, way in told):
        return None
    start, end, way = max(told)
    return way, first + start, first + end


def _by_catheter(page: Page, anchor: Anchor) -> tuple[str, int, int] | None:
    """The catheter in the sentence of a drug that goes nowhere but into the bladder."""
    found = _CATHETER.search(page.text, anchor.end, page.sentence(anchor.start)[1])
    return ("intravesical", *found.span()) if found else None


def _was_put_in(page: Page, anchor: Anchor, way: str) -> bool:
    """Whether the drug's own sentence says that it was instilled or injected, and names no other way for it."""
    start, end = page.sentence(anchor.start)
    if _VEIN.search(page.text, start, end) or page.cue(anchor.start, anchor.end) != "none":
        return False
    acts = (_PUT_IN, _INTO_ARTERY) if way == "intra_arterial" else (_PUT_IN,)
    if way in ("intraventricular", "intrathecal"):
        acts = (_PUT_IN, _SLOWLY)
    return any(act.search(page.text, start, end) for act in acts)
