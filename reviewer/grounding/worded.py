"""What the words at a spot are worth: a dose, a volume, a rate, a length of time, a technique, a container."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from reviewer.grounding.claims import Spot
from reviewer.language.columns import heading_unit
from reviewer.language.durations import find_durations
from reviewer.language.lazy import Lazy
from reviewer.language.quantity import find_quantities, read_quantity
from reviewer.language.vocabulary import read_technique
from validator.facts import Quantity

_WASTE = Lazy(r"wast|discard|residual|remain", re.IGNORECASE)
_NO_WASTE = Lazy(
    r"\bno (?:drug )?wast(?:e|age)\b|\bnothing (?:was )?(?:wasted|discarded)\b"
    r"|\b(?:waste|wastage|wasted|discarded)[ :=]+(?:none|zero|nil|0(?![.,\d]))\b",
    re.IGNORECASE,
)
_NOTHING = frozenset({"none", "no", "0", "zero", "nil"})
_NDC = Lazy(r"\b\d{4,5}-\d{3,4}-\d{1,2}\b|\b\d{11}\b")
_SINGLE_DOSE = Lazy(r"\b(?:single[- ](?:dose|use)|sdv)\b", re.IGNORECASE)
_MULTI_DOSE = Lazy(r"\b(?:multi(?:ple)?[- ](?:dose|use)|mdv)\b", re.IGNORECASE)


def dose(spot: Spot) -> Quantity | None:
    """An amount that was given; none of a rate, of what was wasted, or under a heading of what is due."""
    words = spot.words
    read = read_quantity(words)
    row = spot.page.row(spot.start)
    if row is not None and row.at(spot.start).kind == "due":
        return None
    if read is None and row is not None and (unit := heading_unit(row.at(spot.start).heading)):
        read = read_quantity(f"{words} {unit}")
    if read is None or re.search(r"/(?:h|min|day|mL|L|dL)\b", read.unit):
        return None
    first, last = spot.page.clause(spot.start)
    near = spot.page.text[max(first, spot.start - 18) : min(last, spot.end + 12)]
    return None if _WASTE.search(near) else read


def discarded(spot: Spot) -> Quantity | None:
    """An amount whose own words, or whose column, say that it was thrown away."""
    row = spot.page.row(spot.start)
    span = row.at(spot.start)[:2] if row else spot.page.clause(spot.start)
    header = row.at(spot.start).heading if row else ""
    if not _WASTE.search(spot.page.text, *span) and not _WASTE.search(header):
        return None
    read = read_quantity(spot.words)
    none = _NO_WASTE.search(spot.words) or (row is not None and spot.words.strip().lower() in _NOTHING)
    return Quantity(amount=Decimal(0), unit="mg") if read is None and none else read


def volume(spot: Spot) -> Quantity | None:
    """The one volume in mL or L that the words name."""
    found = {(q.amount, q.unit) for q in find_quantities(spot.words) if q.unit in ("mL", "L")}
    if len(found) != 1:
        return None
    amount, unit = found.pop()
    return Quantity(amount=amount, unit=unit)


def rate(spot: Spot) -> Quantity | None:
    """The one amount per time that the words name."""
    found = {(q.amount, q.unit) for q in find_quantities(spot.words) if "/" in q.unit}
    if len(found) != 1:
        return None
    amount, unit = found.pop()
    return Quantity(amount=amount, unit=unit)


def minutes(spot: Spot) -> tuple[int, bool] | None:
    """A length of time, and whether the words say that it has passed."""
    row = spot.page.row(spot.start)
    for first, last, kind, _ in row.cells if row else ():
        cell = spot.page.text[first:last]
        if first < spot.end and spot.start < last and kind == "minutes" and cell.isdigit():
            return int(cell), True
    start, end = spot.page.sentence(spot.start)
    for found in find_durations(spot.page.text[start:end]):
        if found.start + start < spot.end and spot.start < found.end + start:
            return found.minutes, found.stated
    return None


def technique(spot: Spot) -> str | None:
    """How it was given; a bolus of fluid runs in, whatever the word alone may say."""
    read = read_technique(spot.words)
    if read == "push" and "bolus" in spot.words.lower():
        around = spot.page.text[slice(*spot.page.clause(spot.start))]
        return read_technique(around) or read
    return read


def of_words(term: Callable[[str], Any]) -> Callable[[Spot], Any]:
    """A reader of plain words as a reader of a spot."""
    return lambda spot: term(spot.words)


def length(text: str) -> int | None:
    """The one length of time that the words name, in minutes."""
    found = {one.minutes for one in find_durations(text)}
    return found.pop() if len(found) == 1 else None


def container(words: str) -> str | None:
    """A vial or syringe for one dose or for several; None when the words say neither, or both."""
    single, multi = _SINGLE_DOSE.search(words), _MULTI_DOSE.search(words)
    if bool(single) == bool(multi):
        return None
    return "single_dose" if single else "multi_dose"


def ndc(words: str) -> str | None:
    """The national drug code that the words hold."""
    found = _NDC.search(words)
    return found[0] if found else None


def text(spot: Spot) -> str | None:
    """The words themselves, on one line."""
    return " ".join(spot.words.split()) or None
