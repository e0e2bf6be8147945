"""Words about a dose beside the dose: vials opened, strength by volume, who supplied the drug, measures of the body.

All places are code points. Amounts are exact decimals in the spelling of `quantity` (mg, g, mcg, units ...).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.quantity import find_quantities, read_quantity
from validator.facts import Quantity


class FoundVials(NamedTuple):
    """`number` containers of one size, told at text[start:end]."""

    start: int
    end: int
    number: int
    size: Quantity


class FoundWords(NamedTuple):
    """A value told at text[start:end]: who supplied the drug."""

    start: int
    end: int
    value: str


class FoundMeasure(NamedTuple):
    """A measure of the body told at text[start:end]."""

    start: int
    end: int
    name: str
    value: Quantity


_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_COUNT = r"(?:\d{1,2}|an?|one|two|three|four|five|six|seven|eight)"
_SIZE = r"\d[\d,]*(?:\.\d+)?[ -]?(?:mg|mcg|gm?|units?|iu)(?: ?/ ?\d+(?:\.\d+)? ?mL)?"
_KIND = r"(?:(?:single|multi(?:ple)?)[ -](?:dose|use)|SDV|MDV|partial)"
_VIALS = Lazy(
    rf"(?<![\w.,-])(?:(?P<n1>{_COUNT})(?:[ ]?[x×]|[ ](?:of[ ](?:the[ ])?)?|[ ]?[x×][ ])[ ]?(?P<q1>{_SIZE})[ -]?"
    rf"(?:{_KIND}[ -])?(?:vials?|SDVs?|MDVs?)\b"
    rf"|(?P<n2>{_COUNT})[ ](?:{_KIND}[ -])?vials?[ ](?:of[ ]|@[ ]?|\()(?P<q2>{_SIZE})"
    rf"|(?P<q3>{_SIZE})[ -](?:{_KIND}[ -])?vials?[ ]?(?:[x×][ ]?|\([x×]?[ ]?)(?P<n3>\d{{1,2}})(?![\d.,/])"
    rf"|(?:vials?(?:[ ](?:used|opened))?[ ]?[:=][ ]?)(?P<n4>\d{{1,2}})[ ]?[x×][ ]?(?P<q4>{_SIZE}))",
    re.IGNORECASE,
)
_MORE_VIALS = Lazy(rf"(?:,| and| \+| plus|&)[ ]+(?P<n>\d{{1,2}})[ ]?[x×][ ]?(?P<q>{_SIZE})", re.IGNORECASE)
_STRENGTH = Lazy(
    r"(?P<over>\d[\d,]*(?:\.\d+)?)[ ]?(?P<unit>mg|mcg|g|units?|meq|mmol)[ ]?/[ ]?(?P<under>\d+(?:\.\d+)?)?[ ]?mL\b",
    re.IGNORECASE,
)
_DRUG = r"(?:drugs?|med(?:ication)?s?|vials?|syringes?|supply|dose|product|injection)"
_SUPPLIERS: tuple[tuple[str, Lazy], ...] = (
    (
        "patient",
        Lazy(
            r"\b(?:patient|pt)(?:'s)?[ -](?:supplied|provided|owned|purchased|own (?:supply|med\w*|drug|vials?))\b"
            r"|\b(?:supplied|provided|purchased|brought in|brought from home) by (?:the )?(?:patient|pt|family)\b"
            rf"|\b(?:patient|pt) brought (?:in )?(?:(?:his|her|their|own|the) ){{0,2}}{_DRUG}\b"
            r"|\bbrown[ -]?bag(?:ged|ging)?\b|\bown supply\b",
            re.IGNORECASE,
        ),
    ),
    (
        "specialty_pharmacy",
        Lazy(
            r"\b(?:white|clear)[ -]?bag(?:ged|ging)?\b"
            r"|\b(?:specialty pharmacy|payer|insurance)[ -](?:supplied|provided)\b"
            r"|\b(?:supplied|provided|shipped|delivered|sent|received) (?:by|from) (?:the |an? |(?:patient|pt)'?s )?"
            r"(?:outside |external )?specialty pharmacy\b",
            re.IGNORECASE,
        ),
    ),
    (
        "manufacturer",
        Lazy(
            r"\bmanufacturer[ -](?:supplied|provided)\b|\b(?:free|no[ -]cost) (?:drug|goods)\b|\bfree of charge\b"
            r"|\b(?:supplied|provided) (?:free )?by (?:the )?(?:manufacturer|drug company)\b|\bcompassionate[ -]use\b"
            r"|\b(?:patient assistance|free[ -]drug|drug replacement) program\b"
            r"|\b(?:replacement|foundation) (?:drug|supply)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "sponsor",
        Lazy(
            r"\b(?:sponsor|study|trial)[ -](?:supplied|provided)\b"
            r"|\b(?:supplied|provided) (?:free )?by (?:the )?(?:study |trial )?(?:sponsor|study|trial)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "sample",
        Lazy(
            r"\b(?:drug|office|clinic|manufacturer'?s?|medication) samples?\b|\bfrom samples?\b"
            r"|\bsample (?:vial|syringe|pack|dose|supply|pen|drug)s?\b",
            re.IGNORECASE,
        ),
    ),
    (
        "clinic",
        Lazy(
            r"\bbuy[ -]and[ -]bill\b|\b(?:clinic|hospital|pharmacy|facility)[ -](?:stock|supply|supplied|provided)\b",
            re.IGNORECASE,
        ),
    ),
)
_STEMS = (
    *("suppl", "provid", "bag", "sample", "free", "cost", "brought", "own", "replacement", "compassionate", "bill"),
    *("purchas", "shipped", "deliver", "sent", "received", "stock", "assistance", "foundation"),
)
_NOT = expression(r"\b(?:not?|non|never|without|isn't|wasn't|n't)[ -](?:(?:a|an|the|from)[ ])?$", re.IGNORECASE)
_MEASURES: tuple[tuple[str, Lazy, str], ...] = (
    ("weight", Lazy(r"\b(?:wt|weight)\b\.?[ ]?[:=]?[ ]?(?:is |was |of )?(\d{2,3}(?:\.\d+)?)[ ]?(kg|lbs?)\b", re.I), ""),
    ("height", Lazy(r"\b(?:ht|height)\b\.?[ ]?[:=]?[ ]?(?:is |was |of )?(\d{2,3}(?:\.\d+)?)[ ]?(cm|in)\b", re.I), ""),
    ("body_surface_area", Lazy(r"\bBSA\b[ ]?[:=]?[ ]?(?:is |was |of )?(\d\.\d{1,2})()(?![\d.])", re.I), "m2"),
    (
        "creatinine_clearance",
        Lazy(
            r"\b(?:CrCl|creatinine clearance)\b[ ]?[:=]?[ ]?(?:is |was |of )?(\d{2,3}(?:\.\d+)?)()(?![\d.]|[ ]?%)", re.I
        ),
        "mL/min",
    ),
)


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _COUNTS[text.lower()]


@lru_cache(maxsize=64)
def find_vials(text: str) -> tuple[FoundVials, ...]:
    """Every statement of how many containers of what size were opened: two 100 mg vials, 400 mg vial x 1."""
    found: list[FoundVials] = []
    if "vial" not in (low := text.lower()) and "sdv" not in low and "mdv" not in low:
        return ()
    for match in _VIALS.finditer(text):
        number = next(n for n in "1234" if match[f"n{n}"])
        parts = [(match.start(), match.end(), match[f"n{number}"], match[f"q{number}"])]
        while number == "4" and (more := _MORE_VIALS.match(text, parts[-1][1])):
            parts.append((more.start("n"), more.end(), more["n"], more["q"]))
        for start, end, count, words in parts:
            size = read_quantity(words.replace("-", " "))
            if size is not None and _count(count) > 0 and size.amount > 0:
                found.append(FoundVials(start, end, _count(count), size))
    return tuple(found)


@lru_cache(maxsize=64)
def find_strengths(text: str) -> tuple[FoundMeasure, ...]:
    """Every strength by volume as an amount for each mL: 20 mg/mL, 100 mg/5 mL. None that has no finite decimal."""
    found = []
    for match in _STRENGTH.finditer(text):
        read = read_quantity(f"{match['over']} {match['unit']}")
        under = Decimal(match["under"] or 1)
        if read is None or not under:
            continue
        amount = read.amount / under
        if amount * under == read.amount:
            size = Quantity(amount=Decimal(format(amount, "f")), unit=f"{read.unit}/mL")
            found.append(FoundMeasure(match.start(), match.end(), "concentration", size))
    return tuple(found)


@lru_cache(maxsize=64)
def find_ordered(text: str) -> tuple[FoundMeasure, ...]:
    """Every amount by body size or as an AUC: 175 mg/m2, 5 mg/kg, AUC 5."""
    return tuple(
        FoundMeasure(one.start, one.end, "ordered_dose", Quantity(amount=one.amount, unit=one.unit))
        for one in find_quantities(text)
        if one.unit == "AUC" or (one.unit.count("/") == 1 and one.unit.endswith(("/kg", "/m2")))
    )


@lru_cache(maxsize=64)
def find_suppliers(text: str) -> tuple[FoundWords, ...]:
    """Every statement of who supplied a drug, unless the words before it deny it."""
    low = text.lower()
    if not any(stem in low for stem in _STEMS):
        return ()
    found = [
        FoundWords(match.start(), match.end(), value)
        for value, form in _SUPPLIERS
        for match in form.finditer(text)
        if not _NOT.search(text, max(0, match.start() - 16), match.start())
    ]
    return tuple(sorted(found))


@lru_cache(maxsize=64)
def find_measures(text: str) -> tuple[FoundMeasure, ...]:
    """Every weight (kg, lb), height (cm, in), body surface (m2) and creatinine clearance (mL/min), in order."""
    found = []
    for name, form, unit in _MEASURES:
        for match in form.finditer(text):
            written = unit or match[2].lower().removesuffix("s")
            value = Quantity(amount=Decimal(match[1]), unit=written)
            found.append(FoundMeasure(match.start(), match.end(), name, value))
    return tuple(sorted(found, key=lambda one: one.start))
