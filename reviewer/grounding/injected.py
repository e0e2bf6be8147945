"""A route that an injection's words carry without naming it: a muscle, or the skin for a drug that goes nowhere else.

"Injection in the left deltoid" is into that muscle. A drug whose every product is given under the skin only, told as
injected into an arm, a thigh or the belly, went under the skin there; one that has a single way beside the vein went
that way where no vein is (a thigh, a buttock). Lesions that are counted were injected themselves. Any other drug's way
is asked for (ROUTE-1, ROUTE-9).
"""

from __future__ import annotations

import re
from typing import Any

from reviewer.grounding.administrations import Given
from reviewer.grounding.claims import Book
from reviewer.grounding.page import Anchor, Page, Span
from reviewer.language.lazy import Lazy
from validator.facts import Evidence, Fact, Standing
from validator.rulebook import Rulebook

_INJECTED = r"(?:injections?|injected|shots?)\b"
_SIDE = r"(?:right|left|rt|lt|(?-i:R|L)|each|both|bilateral)[ ](?:(?:upper|lower|outer|lateral|mid|posterior)[ ])*"
_MUSCLE = r"(?:deltoids?|(?:ventro|dorso)?-?glut(?:e|es|eal|eus)?|vastus)\b"
_SKIN = r"(?:arms?|thighs?|abd(?:omen)?|belly)\b"
_TOLD = {
    place: Lazy(rf"\b{_INJECTED}[^.;\n]{{0,60}}?\b{_SIDE}{words}|\b{_SIDE}{words}[^.;\n]{{0,30}}?\b{_INJECTED}", re.I)
    for place, words in (("intramuscular", _MUSCLE), ("subcutaneous", _SKIN))
}
_NO_VEIN = Lazy(
    rf"\b{_INJECTED}[^.;\n]{{0,60}}?\b(?:thighs?|buttocks?|hips?|"
    r"abd(?:omen)?|belly|stomach|(?:ventro|dorso)?-?glut(?:e|es|eal|eus)?)\b",
    re.IGNORECASE,
)
"""Where a needle finds no vein."""
_LESIONS = Lazy(
    r"\binject(?:ed|s)[ ](?:all[ ]|each[ ]of[ ])?(?:the[ ])?"
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[ ]"
    r"(?:[\w-]+[ ]){0,3}?(?:lesions?|nodules?|keloids?|plaques?|warts?|metastas[ei]s)\b",
    re.IGNORECASE,
)
"""So many lesions that were injected themselves."""
_NAMED = Lazy(
    r"\b(?:iv|ivp|ivpb|intra\w+|im|sq|sc|sub-?[ ]?q|sub-?cut\w*|oral\w*|po|joint|knee|bursa|trigger|epidural)\b",
    re.IGNORECASE,
)


def route(given: Given, values: dict[str, Any], book: Book, rulebook: Rulebook) -> Fact[Any]:
    """The route as stated, else the one that the place of an injection carries for this drug."""
    stated: Fact[Any] = values["route"]
    drugs = rulebook.find_drug(given.wire.drug[0].text) if given.wire.drug else ()
    if stated.standing is not Standing.NOT_STATED or not drugs or values["technique"].get() != "injection":
        return stated
    ways = {way for drug in drugs for way in drug.routes}
    for anchor in given.anchors:
        page = book.pages[anchor.note_id]
        words = _own_words(page, anchor)
        lesions = "intralesional" in ways or all(drug.admin_class in ("chemo", "chemo_biologic") for drug in drugs)
        counted = _LESIONS.search(page.text, *words) if lesions else None
        if counted is not None and values["lesions"].standing is Standing.GROUNDED:
            return _carried(page, "intralesional", counted)
        if _NAMED.search(page.text, *words):
            continue
        for place, form in _TOLD.items():
            carried = place in ways if place == "intramuscular" else ways == {place}
            if carried and (found := form.search(page.text, *words)) is not None:
                return _carried(page, place, found)
        if (
            len(only := ways - {"intravenous", "oral"}) == 1
            and (found := _NO_VEIN.search(page.text, *words)) is not None
        ):
            return _carried(page, only.pop(), found)
    return stated


def _own_words(page: Page, anchor: Anchor) -> Span:
    """The words of a drug's sentence from the end of the drug before it to the next one."""
    first, last = page.sentence(anchor.start)
    others = [one for one in page.within((first, last)) if one.key != anchor.key]
    before = [one.end for one in others if one.end <= anchor.start]
    after = [one.start for one in others if one.start >= anchor.end]
    return max([first, *before]), min([last, *after])


def _carried(page: Page, way: str, found: re.Match[str]) -> Fact[Any]:
    told = Evidence(note_id=page.note.id, start=found.start(), end=found.end(), text=found[0], match="exact")
    return Fact[Any](value=way, standing=Standing.GROUNDED, evidence=(told,))
