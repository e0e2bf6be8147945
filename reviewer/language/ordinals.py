"""A drug told by its place in a list: "the first from 0830 to 0855 and the second ...", "the latter ran ..."."""

from __future__ import annotations

import re

from reviewer.language.lazy import Lazy

_ORDINAL = Lazy(
    r"(?<!infused )(?<!given )(?<!hung )(?<!ran )(?<!went )(?<!run )(?<!started )(?<!pushed )"
    r"\b(?:the[ ])?(?P<place>first|former|second|latter|third)"
    r"(?:[ ](?:drug|agent|medication|medicine|antibiotic|antiemetic|infusion|one"
    r"|of[ ](?:these|them|the[ ](?:two|three))))?"
    r"(?=,?[ ]+(?:was|were|is|ran|runs|running|infus(?:ed|ing|es)|from|at|over|for|went|goes|going|start(?:ed|ing|s)"
    r"|began|begins|beginning|hung|given|push(?:ed|es)|injected|finish\w*|end(?:ed|ing|s)|stopp\w*|complet\w*|up"
    r"|last(?:ed|ing|s)|took|after(?:wards)?|then|next|before|beforehand|between|[(@]|\d{1,2}:?\d\d)(?!\w))",
    re.IGNORECASE,
)
_PLACES = {"first": 1, "former": 1, "second": 2, "latter": 2, "third": 3}


def find_ordinals(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Each place in a list that text[start:end] speaks of: where the words begin, and the place counted from 1."""
    return [(found.start(), _PLACES[found["place"].lower()]) for found in _ORDINAL.finditer(text, start, end)]
