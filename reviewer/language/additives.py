"""Electrolytes and vitamins that ride in a bag of fluid: "0.9% NaCl + 20 KCl + 1 g Mg premix" is one fluid (HYD-5)."""

from __future__ import annotations

import re

ADDITIVES = frozenset(
    ("potassium chloride", "magnesium sulfate", "potassium phosphate", "sodium bicarbonate", "multivitamin")
)
_AMOUNT = r"[ \t]*\d[\d.]*[ ]?(?:meq|mmol|g|gm|mg)?(?:/L)?[ \t]*(?:of[ ])?"
_JOINT = re.compile(
    rf"[^|\t\n;]{{0,40}}?(?:\bwith|\bw/|\+|\bplus|\bcontaining){_AMOUNT}"
    rf"(?:[A-Za-z]{{1,10}}(?:[ ][A-Za-z]{{1,10}})?[ ]?(?:\+|,|and|&){_AMOUNT})*\Z",
    re.IGNORECASE,
)
_OWN_WAY = re.compile(
    r"[^|\t\n;+]{0,20}?\b(?:ivpb|piggy-?back|separate|own bag|rider|over \d|ivp|iv push)\b", re.IGNORECASE
)


def rides_along(ingredient: str, between: str, after: str) -> bool:
    """Whether an additive named after a fluid is part of its bag, by the words between them and after it."""
    return ingredient in ADDITIVES and bool(_JOINT.match(between)) and not _OWN_WAY.match(after)
