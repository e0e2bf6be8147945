"""Amounts with units as notes write them: 1,000 mg, 0,25 mg, 85mg/m2=150mg, 1000cc, 2.5 mill units, 125 mL/h.

Units come out in one spelling (mg, g, mcg, units, iu, mL, L, mg/m2, mL/h ...). Needle gauges (20g Huber) and
sides (L forearm) are not amounts.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from reviewer.language.additives import AS_MAGNESIUM
from reviewer.language.folding import lowered
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from validator.facts import Quantity


class FoundQuantity(NamedTuple):
    """An amount at text[start:end], with its unit in our spelling."""

    start: int
    end: int
    amount: Decimal
    unit: str


_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[ ]\d/\d|\d+/\d+|\d*[½¼¾]|\d+,\d{1,2}(?!\d)|\d+(?:\.\d+)?|\.\d+"
_BASES = {
    "mcg": r"mcgs?|µg|μg|ug|micrograms?",
    "mg": r"mgs?|milligrams?",
    "kg": r"kgs?|kilos?|kilograms?",
    "g": r"gms?|gr?|grams?",
    "ng": r"ng|nanograms?",
    "mL": r"mls?|ccs?|millilit(?:er|re)s?",
    "L": r"l|lit(?:er|re)s?",
    # "1035 unit 2 complete" numbers a unit of blood.
    "units": r"unit(?:s|(?![ \t]*#?[ \t]?[1-9](?!\w|[.,]\d|[ \t]*(?:m|cc|g\b|x))))|u",
    "iu": r"i\.?u\.?|international[ ]units?",
    "MU": r"(?:million|mill|mil)[ ]?(?:units?|u|iu)|miu|mu",
    "meq": r"meqs?|milliequivalents?",
    "mmol": r"mmols?",
    "mCi": r"mci|millicuries?",
    "GBq": r"gbq",
    "MBq": r"mbq",
    "lb": r"lbs?|pounds?",
    "gtt": r"gtts?|drops?",
    "vial": r"vials?",
    "tablet": r"tab(?:let)?s?",
    "capsule": r"cap(?:sule)?s?",
    "%": r"%",
}
_PER = {
    "m2": r"m2|m²|m\^2|sq[ ]?m|bsa",
    "kg": r"kg",
    "h": r"hr?|hours?",
    "min": r"min(?:ute)?s?",
    "day": r"d(?:ay)?|24[ ]?h(?:rs?)?",
    "mL": r"ml|cc",
    "L": r"l",
    "dL": r"dl",
    "dose": r"dose",
    "week": r"w(?:ee)?k",
}
_BASE = "|".join(f"(?P<{'pc' if unit == '%' else unit}>{form})" for unit, form in _BASES.items())
_PER_ANY = "|".join(_PER.values())
_QUANTITY = expression(
    rf"(?=[\d½¼¾.])(?<![\w.])(?<!\d,)(?<!\d/)(?P<low>(?:{_NUMBER})[ ]?(?:-|–|to)[ ]?)?(?P<n>{_NUMBER})"
    rf"(?:[ \t]{{0,3}}|-)(?:{_BASE})(?P<per>(?:[ ]?(?:/|per["
    rf" ])[ ]?(?:{_PER_ANY})(?![\w²]))*)(?![a-z²]|\d)",
)
"""In lower case, for a text in lower case; `_heeded` looks at what means something else in capitals."""
_UNIT = expression(rf"[ \t-]*(?:{_BASE})", re.IGNORECASE)
_MAGNESIUM = expression(rf"(?-i:Mg){AS_MAGNESIUM}", re.IGNORECASE)
_AUC = Lazy(r"\bAUC[ \t]*(?:of|=|:)?[ \t]*(\d{1,2}(?:\.\d+)?)", re.IGNORECASE)
_BODY = Lazy(
    r"[ \t]+(?:fore?arm|arm|hand|ac\b|fa\b|chest|wrist|leg|upper|lower|ante|ue\b|le\b|eye|side|thigh"
    r"|delt|glut|abd|port|pic|iv\b|"
    r"sub|ij\b|fem|rad|bas|ceph|breast|hip|flank|lateral|mediport|medi)",
    re.IGNORECASE,
)
_GAUGE_AFTER = Lazy(
    r"[ \t]*(?:,|x|[¾½1-3/.\"”'’-]|in(?:ch)?\b|[ \t])*(?:huber|p\.?iv\b|peripheral|needle|angio\w*"
    r"|cath\w*|cannula|insyte|butterfly|"
    r"gripper|safe\w*|port|non-?coring|saline|intima|nexiva|jelco|to[ \t]|[RL][ \t]|right|left|inserted"
    r"|placed|power)",
    re.IGNORECASE,
)
_PLACE_BEFORE = Lazy(
    r"\b(?:(?-i:R|L)|rt|lt|right|left)[ ](?:fore-?arm|hand|wrist|arm|(?-i:AC|FA)|antecub\w*)[ ,]*\Z", re.IGNORECASE
)
_GAUGE_IV = Lazy(r"[ \t]*iv\b", re.IGNORECASE)
_NAMED_BEFORE = Lazy(
    r"(?:^|[.;,:|(\n]|\b(?:a|an|with|new|using|second|separate|start(?:ed)?|w/|#)|\b\d{4})[ \t]*$",
    re.IGNORECASE,
)
_INITIALS = expression(r"[ \t]+(?:ML|MG|CC|GM|MCG)(?![A-Za-z/])")
_RANGE_BEFORE = expression(r"(?<!\d)(?:[01]\d|2[0-3])[0-5]\d[ ]?(?:-|–|to)[ ]?\Z")
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_ABSOLUTE = ("mg", "g", "mcg", "ng", "units", "iu", "meq", "mmol", "mCi", "GBq", "MBq")


def _amount(text: str) -> Decimal | None:
    if text[-1] in _FRACTIONS:
        return Decimal(text[:-1] or "0") + Decimal(_FRACTIONS[text[-1]])
    if "/" in text:
        whole, _, rest = text.rpartition(" ")
        over, under = rest.split("/")
        if not int(under):
            return None
        return Decimal(whole or "0") + Decimal(over) / Decimal(under)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        return Decimal(text.replace(",", ""))
    return Decimal(text.replace(",", "."))


@lru_cache(maxsize=256)
def _rest(per: str) -> str:
    names = []
    for part in re.split(r"/|per[ ]", per, flags=re.IGNORECASE)[1:]:
        names.append(next(name for name, form in _PER.items() if re.fullmatch(form, part.strip(), re.IGNORECASE)))
    return "".join(f"/{name}" for name in names)


def _is_gauge(text: str, found: re.Match[str]) -> bool:
    if not found["n"].isdigit() or not 14 <= int(found["n"]) <= 27 or found["g"] is None or len(found["g"]) > 1:
        return False
    if _GAUGE_AFTER.match(text, found.end()) or _PLACE_BEFORE.search(text, max(0, found.start() - 16), found.start()):
        return True
    return bool(_GAUGE_IV.match(text, found.end()) and _NAMED_BEFORE.search(text[: found.start()]))


def _is_side(text: str, found: re.Match[str]) -> bool:
    return found["L"] is not None and len(found["L"]) == 1 and bool(_BODY.match(text, found.end()))


def is_initialled(text: str, start: int, end: int) -> bool:
    """Whether digits with capitals behind are a time with somebody's initials: "0910 ML", "1000-1105 ML"."""
    if end - start != 4 or not _INITIALS.match(text, end):
        return False
    return text[start] == "0" or bool(_RANGE_BEFORE.search(text, max(0, start - 8), start))


def _in_units(amount: Decimal, unit: str) -> tuple[Decimal, str]:
    if unit == "MU":
        amount, unit = amount * 1_000_000, "units"
    whole = amount.to_integral_value()
    return (whole if amount == whole else amount), unit


def _heeded(text: str, found: re.Match[str], unit: str) -> bool:
    """Whether the capitals of a unit are those of a unit: "Mg" is magnesium before a salt, "mu" no million units."""
    if unit == "Mg":
        return _MAGNESIUM.match(text, found.start("per") - len(unit)) is None
    return unit.casefold() not in ("mu", "miu") or unit.isupper()


@lru_cache(maxsize=512)
def _unit_named(words: str) -> str:
    """The unit whose words stand between an amount and what it is per."""
    found = _UNIT.fullmatch(words)
    return next((name for name in _BASES if found and name != "%" and found[name]), "%")


@lru_cache(maxsize=256)
def find_quantities(text: str) -> tuple[FoundQuantity, ...]:
    """Every amount with its unit, in order. A range ("5-10 mg") gives both ends with the one unit."""
    out: list[FoundQuantity] = []
    for found in _QUANTITY.finditer(lowered(text)):
        words = text[found.end("n") : found.start("per")]
        unit = _unit_named(words)
        if not _heeded(text, found, words.strip(" \t-")):
            continue
        amount = _amount(found["n"])
        if amount is None or _is_gauge(text, found) or _is_side(text, found):
            continue
        if is_initialled(text, *found.span("n")):
            continue
        amount, unit = _in_units(amount, unit)
        unit += _rest(found["per"])
        if found["low"]:
            low = re.match(_NUMBER, found["low"])
            lower = _amount(low[0]) if low else None
            if low and lower is not None:
                out.append(FoundQuantity(found.start(), found.start() + low.end(), lower, unit))
        out.append(FoundQuantity(found.start("n"), found.end(), amount, unit))
    out.extend(FoundQuantity(f.start(), f.end(), Decimal(f[1]), "AUC") for f in _AUC.finditer(text))
    return tuple(sorted(out))


def read_quantity(text: str) -> Quantity | None:
    """The one amount that the text states, else None (none, a range, or several that differ).

    Of "85 mg/m2 = 150 mg" the absolute amount is read; of "5 mg/100 mL" the drug, not the fluid.
    """
    distinct = list(dict.fromkeys((found.amount, found.unit) for found in find_quantities(text)))
    absolute = [one for one in distinct if one[1] in _ABSOLUTE]
    chosen = absolute or distinct
    if len(chosen) != 1:
        return None
    return Quantity(amount=chosen[0][0], unit=chosen[0][1])
