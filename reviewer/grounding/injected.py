"""A route that an injection's words carry without naming it: a muscle, or the skin for a drug that goes nowhere else.

"Injection in the left deltoid" is into that muscle. A drug whose every product is given under the skin only, told as
injected into an arm, a thigh or the belly, went under the skin there. Any other drug's way is asked for (ROUTE-1).
"""

from __future__ import annotations

import re
from typing import Any

from reviewer.grounding.administrations import Given
from reviewer.grounding.claims import Book
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
        sentence = page.sentence(anchor.start)
        if len({one.key for one in page.within(sentence)}) != 1 or _NAMED.search(page.text, *sentence):
            continue
        for place, form in _TOLD.items():
            carried = place in ways if place == "intramuscular" else ways == {place}
            found = form.search(page.text, *sentence) if carried else None
            if found is not None:
                told = Evidence(
                    note_id=page.note.id, start=found.start(), end=found.end(), text=found[0], match="exact"
                )
                return Fact[Any](value=place, standing=Standing.GROUNDED, evidence=(told,))
    return stated
