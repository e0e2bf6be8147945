"""Whether the notes are of one patient and one date. Alarms name no patient and quote nothing."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations

from reviewer.extract.wire import Said
from reviewer.grounding.claims import Book
from reviewer.language.clock import find_dates
from reviewer.language.kept import expression
from validator.frozen import frozen

OTHER_PATIENT = "the notes name different patients"
OTHER_DATE = "the notes name different dates of service"
_NUMBER = expression(r"\b(?:mrn|csn|acct|account|id|medical record)\D{0,14}(\d[\d\-]{3,})", re.IGNORECASE)
_AGE = expression(
    r"\b(\d{1,3})[ -]?(?:y(?:/?o|r|ear)?s?(?:[ -]old)?)?[ /,]*(m(?:ale|an)?|f(?:emale)?"
    r"|woman)\b",
    re.IGNORECASE,
)
_BIRTH = expression(r"\b(?:dob|born|birth\w*)\b", re.IGNORECASE)
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
_WORD = expression(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


_LABEL = expression(r"[A-Za-z][A-Za-z .]*")
_OF_ANOTHER_TIME_OR_PLACE = expression(
    r"\b(?:old|former(?:ly)?|previous|prior|external|outside|alias|aka|merged|donor\w*|mother|father|spouse|emergency)\b"
    r"[^;.\n]{0,24}$",
    re.IGNORECASE,
)
_DEVICE = expression(
    r"[ ]*(?:foley|cath\w*|needle|tube|sheath|introducer|huber|trocar|drain|dilator|angio\w*)", re.IGNORECASE
)


@frozen
class _Told:
    """What one place of a note says of who the patient is, by kind of mark. `sure`: not said of somebody else."""

    note_id: str
    marks: dict[str, object]
    label: str
    sure: bool


def _told(book: Book, said: Said) -> _Told | None:
    spots = book.spots(said, value_in_quote=False)
    if isinstance(spots, str):
        return None
    text, start, end = spots[0].page.text, spots[0].quote.start, spots[0].quote.end
    label = _LABEL.match(said.quote)
    sure = not _OF_ANOTHER_TIME_OR_PLACE.search(text[max(0, start - 40) : start]) and not _DEVICE.match(text, end)
    return _Told(said.note_id, _marks(said), label[0].strip(" .").lower() if label else "", sure)


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


def _are_two(one: _Told, other: _Told) -> bool:
    """Whether two places tell of two patients. Within one note more is asked: a note may name others beside its own."""
    kinds = one.marks.keys() & other.marks.keys()
    differing = {kind for kind in kinds if _differ(kind, one.marks[kind], other.marks[kind])}
    if one.note_id != other.note_id:
        return bool(differing)
    if not (one.sure and other.sure):
        return False
    if "number" in differing and one.label != other.label:
        differing.discard("number")
    return bool(differing - {"age", "sex"}) or {"age", "sex"} <= differing


def _differ(kind: str, one: object, other: object) -> bool:
    if kind == "age" and isinstance(one, int) and isinstance(other, int):
        return abs(one - other) > 1
    if kind == "name" and isinstance(one, frozenset) and isinstance(other, frozenset):
        return not _same_name(one, other)
    return one != other


def _same_name(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two names can be one person's: the shorter's words occur in the longer, initials and one slip allowed."""
    return _shortens(one, other) or _shortens(other, one)


def _shortens(short: frozenset[str], long: frozenset[str]) -> bool:
    if len(short) > len(long):
        return False
    full = [word for word in short if len(word) > 1]
    initials = [word for word in short if len(word) == 1]
    slips = [word for word in full if word not in long]
    if not full or not all(any(word.startswith(i) for word in long) for i in initials):
        return False
    return not slips or (len(slips) == 1 < len(full) and any(_one_slip(slips[0], word) for word in long - short))


def _one_slip(one: str, other: str) -> bool:
    """Whether two words of four letters or more differ by one letter wrong, missing, doubled or swapped."""
    short, long = sorted((one, other), key=len)
    if len(short) < 4 or len(long) - len(short) > 1:
        return False
    lead = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[lead:] == long[lead + 1 :]
    swapped = short[lead + 1 : lead + 2] + short[lead : lead + 1] + short[lead + 2 :]
    return short[lead + 1 :] == long[lead + 1 :] or swapped == long[lead:]


def alarms(book: Book, patients: tuple[Said, ...], dates: dict[str, set[date]]) -> tuple[str, ...]:
    """Why these notes may not be one encounter; () when nothing speaks against it."""
    found = []
    told = [one for said in patients if (one := _told(book, said)) is not None and one.marks]
    if any(_are_two(one, other) for one, other in combinations(told, 2)):
        found.append(OTHER_PATIENT)
    for (_, one_days), (_, other_days) in combinations(sorted(dates.items()), 2):
        if not one_days & other_days:
            found.append(OTHER_DATE)
            break
    return tuple(found)
