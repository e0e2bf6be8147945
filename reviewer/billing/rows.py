"""One billed line as a file states it, and the reading of its single values."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

_CODE = re.compile(r"([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})(?:\.0)?")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_BETWEEN = re.compile(r"[\s,;:/|+-]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_MOST_UNITS = 10_000_000
_ISO = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_AMERICAN = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?:[T ].*)?")
_CENTURY = 2000


class UnreadableError(ValueError):
    """A value that is not what its column or element promises. The message never holds the value."""


class Row(NamedTuple):
    """One line: `line` is where it stands (row number, LX). Without a code, `code` is empty and `why_not` says why.

    `why_not` is set where the line cannot be compared at all; `claim` is what the file calls its claim, `setting` the
    one that its kind of claim is for.
    """

    line: str
    code: str
    units: int
    modifiers: tuple[str, ...] = ()
    date: dt.date | None = None
    why_not: str = ""
    claim: str = ""
    setting: Literal["facility", "physician", ""] = ""


def code_of(text: str) -> tuple[str, tuple[str, ...]]:
    """A code with the modifiers written behind it: `96413`, `96413-59`, `96413 59 JZ`."""
    first, *rest = _BETWEEN.split(text.strip().upper())
    found = _CODE.fullmatch(first)
    if found is None or not all(_MODIFIER.fullmatch(part) for part in rest):
        raise UnreadableError("the code is not five characters such as 96413")
    return found[1], tuple(rest)


def modifiers_of(text: str) -> tuple[str, ...]:
    """Modifiers of one cell: `59`, `59, JZ`, `59 JZ`; numbers as spreadsheets write them (`59.0`)."""
    parts = [part.removesuffix(".0") for part in _BETWEEN.split(text.strip().upper()) if part]
    if not all(_MODIFIER.fullmatch(part) for part in parts):
        raise UnreadableError("a modifier is not two characters such as 59")
    return tuple(parts)


def units_of(text: str) -> int:
    """Units as a whole number; a negative one takes a charge back."""
    try:
        number = Decimal(_THOUSANDS.sub("", text.strip()))
    except InvalidOperation:
        raise UnreadableError("the units are not a number") from None
    if not number.is_finite() or abs(number) > _MOST_UNITS or number != int(number):
        raise UnreadableError("the units are not a whole number")
    return int(number)


def date_of(text: str) -> dt.date:
    """A date as 2026-03-14, 20260314 or 03/14/2026, with or without a time behind it."""
    text = text.strip()
    try:
        if iso := _ISO.fullmatch(text):
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        if american := _AMERICAN.fullmatch(text):
            year = int(american[3])
            return dt.date(year if year > 99 else _CENTURY + year, int(american[1]), int(american[2]))
    except ValueError:
        pass
    raise UnreadableError("the date is not one such as 2026-03-14 or 03/14/2026")
