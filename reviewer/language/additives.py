"""Electrolytes and vitamins that ride in a bag of fluid: "0.9% NaCl + 20 KCl + 1 g Mg premix" is one fluid (HYD-5)."""

from __future__ import annotations

import re

from reviewer.language.lazy import Lazy

ADDITIVES = frozenset(
    ("potassium chloride", "magnesium sulfate", "potassium phosphate", "sodium bicarbonate", "multivitamin")
)
AS_MAGNESIUM = (
    r"[ ](?:\d[\d.]*[ ]?(?:g|gm|gms|grams?)\b(?![ ]?/[ ]?(?:d?l|kg|m2)\b)|"
    r"(?:in(?![ ]\d)|done|completed?|finished|off|down|up|hung|started|stopped|IVPB|rider|drip|infusion|bag)\b)"
)
"""What makes the element's symbol "Mg" the drug: grams, or what was done with its bag; else it is a unit or a value."""
_AMOUNT = r"[ \t]*\d[\d.]*[ ]?(?:meq|mmol|g|gm|mg)?(?:/L)?[ \t]*(?:of[ ])?"
_JOINT = Lazy(
    rf"[^|\t\n;]{{0,40}}?(?:\bwith|\bw/|(?<=[ ])c(?=[ ]\d)|\+|\bplus|\bcontaining)(?:{_AMOUNT}|[ \t]+)"
    rf"(?:[A-Za-z][A-Za-z\d]{{0,9}}(?:[ ][A-Za-z]{{1,10}})?(?:[ ]\d[\d.]*[ ]?(?:meq|mmol|g|gm|mg))?"
    rf"[ ]?(?:\+|,[ ]?and|,|/|and|&)(?:{_AMOUNT}|[ \t]+))*\Z",
    re.IGNORECASE,
)
_OWN_WAY = Lazy(r"[^|\t\n;+]{0,20}?\b(?:ivpb|piggy-?back|separate|own bag|rider|over \d|ivp|iv push)\b", re.IGNORECASE)


def rides_along(ingredient: str, between: str, after: str) -> bool:
    """Whether an additive named after a fluid is part of its bag, by the words between them and after it."""
    return ingredient in ADDITIVES and bool(_JOINT.match(between)) and not _OWN_WAY.match(after)


_FURTHER = Lazy(
    rf"(?:{_AMOUNT})?(?:kcl|k\+|kphos|potassium\w*|mg(?:so4)?|mag\w*|ca(?:lcium)?|nahco3|bicarb\w*|mvi)\b",
    re.IGNORECASE,
)


def goes_on_with_additive(words: str) -> bool:
    """Whether words go on naming what rides in a bag of fluid: "1 g Mg pre-hydration" behind "NS 1 L w/ 20 KCl and"."""
    return bool(_FURTHER.match(words.lstrip()))


_AFTER_DOSE = Lazy(r"\d[\d.,]*[ ]?(?:mg|mcg|g|gm|units?|iu|meq)[ \t]*(?:in[ \t]+|/[ \t]*|=[ \t]*)?\Z", re.IGNORECASE)
_BAG_SIZE = Lazy(r"[ \t]*(?:50|100|150|250|500|1,?000)\b(?:[ ]?(?:m?l|cc)\b)?(?!\w)", re.IGNORECASE)
_MADE_UP = Lazy(
    r"\b(?:reconstituted|diluted|mixed|recon)[ \t]+(?:with|w/|in)[ \t]*(?:\d[\d.,]*[ ]?(?:ml|cc)[ \t]+(?:of[ \t]+)?)?"
    r"(?:sterile[ \t]+|pf[ \t]+)?\Z",
    re.IGNORECASE,
)


def carries(admin_class: str, before: str, after: str) -> bool:
    """Whether a fluid is only what a drug was made up with: "330 mg D5W 500", "1 g reconstituted w/ lidocaine 1%"."""
    if admin_class in ("hydration", "flush"):
        return bool(_AFTER_DOSE.search(before) and _BAG_SIZE.match(after)) or bool(_MADE_UP.search(before))
    return admin_class == "local_anaesthetic" and bool(_MADE_UP.search(before))
