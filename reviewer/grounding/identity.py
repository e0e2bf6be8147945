"""Whether the notes are of one patient and one date. Alarms name no patient and quote nothing."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations

from reviewer.extract.wire import Said
from reviewer.grounding.claims import Book
from reviewer.language.clock import find_dates

OTHER_PATIENT = "the notes name different patients"
OTHER_DATE = "the notes name different dates of service"
_NUMBER = re.compile(r"\b(?:mrn|csn|acct|account|id|medical record)\D{0,14}(\d[\d\-]{3,})", re.IGNORECASE)
_AGE = re.compile(
    r"\b(\d{1,3})[ -]?(?:y(?:/?o|r|ear)?s?(?:[ -]old)?)?[ /,]*(m(?:ale|an)?|f(?:emale)?"
    r"|woman)\b",
    re.IGNORECASE,
)
_BIRTH = re.compile(r"\b(?:dob|born|birth\w*)\b", re.IGNORECASE)
_NOT_NAME = frozenset(
    [
        "patient",
        "pt",
        "name",
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "is",
        "the",
        "a",
        "an",
        "of",
        "for",
        "dob",
        "mrn",
        "male",
        "female",
        "man",
        "woman",
        "yo",
        "year",
        "old",
        "age",
        "years",
        "and",
        "m",
        "f",
    ]
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def _marks(said: Said) -> dict[str, object]:
    """What a note says of who the patient is, by kind of mark."""
    words = f"{said.text}"
    marks: dict[str, object] = {}
    if number := _NUMBER.search(words) or _NUMBER.search(said.quote):
        marks["number"] = number[1].replace("-", "").lstrip("0")
    if _BIRTH.search(said.quote) or _BIRTH.search(words):
        born = find_dates(words)
        if born:
            marks["born"] = born[0].on
    if age := _AGE.search(words):
        marks["age"] = int(age[1])
        marks["sex"] = "f" if age[2][0].lower() in "fw" else "m"
    names = frozenset(w.lower() for w in _WORD.findall(words) if w.lower() not in _NOT_NAME)
    if names and not marks:
        marks["name"] = names
    return marks


def _differ(kind: str, one: object, other: object) -> bool:
    if kind == "age" and isinstance(one, int) and isinstance(other, int):
        return abs(one - other) > 1
    if kind == "name" and isinstance(one, frozenset) and isinstance(other, frozenset):
        return not _same_name(one, other)
    return one != other


def _same_name(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two names can be one person's: all words of t"
    "he shorter occur in the longer, initials allowed."""
    short, long = sorted((one, other), key=len)
    full = [word for word in short if len(word) > 1]
    initials = [word for word in short if len(word) == 1]
    return (
        bool(full) and all(w in long for w in full) and all(any(word.startswith(i) for word in long) for i in initials)
    )


def alarms(book: Book, patients: tuple[Said, ...], dates: dict[str, set[date]]) -> tuple[str, ...]:
    """Why these notes may not be one encounter; () when nothing speaks against it."""
    found = []
    told = [
        (said.note_id, _marks(said)) for said in patients if not isinstance(book.spots(said, value_in_quote=False), str)
    ]
    for (one_id, one), (other_id, other) in combinations(told, 2):
        if one_id != other_id and any(_differ(kind, one[kind], other[kind]) for kind in one.keys() & other.keys()):
            found.append(OTHER_PATIENT)
            break
    for (_, one_days), (_, other_days) in combinations(sorted(dates.items()), 2):
        if not one_days & other_days:
            found.append(OTHER_DATE)
            break
    return tuple(found)
