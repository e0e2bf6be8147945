"""Billed lines as the queue keeps them: code, units, modifiers, date. No amount of money, name or account."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from reviewer.billing.columns import values_of
from reviewer.billing.comparing import compared
from reviewer.billing.rows import Row, UnreadableError, code_of, units_of
from reviewer.errors import InputError
from reviewer.review import Review
from validator.rulebook import Rulebook

_BETWEEN = re.compile(r"[;\n|]+")
_UNITS = re.compile(r"(?P<code>.+?)\s*(?:[x×*:]\s*(?P<units>-?\d+))?", re.IGNORECASE)


def stored(row: Row) -> dict[str, Any]:
    """A line as plain values; what says whose claim it is stays behind."""
    line: dict[str, Any] = {"line": row.line, "code": row.code, "units": row.units, "modifiers": list(row.modifiers)}
    if row.date is not None:
        line["date"] = row.date.isoformat()
    if row.why_not:
        line["why_not"] = row.why_not
    if row.setting:
        line["setting"] = row.setting
    return line


def rows(lines: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Stored lines as `reviewer.billing.compared` takes them."""
    return tuple(
        Row(
            line=line["line"],
            code=line["code"],
            units=line["units"],
            modifiers=tuple(line["modifiers"]),
            date=dt.date.fromisoformat(line["date"]) if "date" in line else None,
            why_not=line.get("why_not", ""),
            setting=line.get("setting", ""),
        )
        for line in lines
    )


def of_text(text: str, first: int = 1) -> tuple[Row, ...]:
    """Lines in one cell: `96413; 96415 x2; 96375-59 x1`. Without a number it is one unit."""
    found = []
    for number, part in enumerate((one.strip() for one in _BETWEEN.split(text) if one.strip()), first):
        split = _UNITS.fullmatch(part)
        if split is None:
            raise UnreadableError("should be lines such as 96413; 96415 x2")
        code, modifiers = code_of(split["code"])
        found.append(Row(str(number), code, units_of(split["units"] or "1"), modifiers))
    return tuple(found)


def of_objects(value: object) -> tuple[Row, ...]:
    """Lines in a JSON list: objects with code, units and modifiers, or texts as in a cell."""
    if isinstance(value, str):
        return of_text(value)
    if not isinstance(value, list):
        raise UnreadableError("should be a list of billed lines")
    found: list[Row] = []
    for number, entry in enumerate(value, 1):
        if isinstance(entry, str):
            found += of_text(entry, number)
        elif isinstance(entry, dict):
            columns, cells = values_of(entry)
            if columns.missing:
                raise UnreadableError(f"line {number} has no {columns.missing[0]}")
            found.append(columns.row(cells, str(number)))
        else:
            raise UnreadableError(f"line {number} is no billed line")
    return tuple(found)


def with_billed(review: Review, lines: Iterable[Mapping[str, Any]] | None, rulebook: Rulebook) -> Review:
    """The review with stored lines compared; as it is where there are none, or where they contradict themselves."""
    if not lines:
        return review
    try:
        return compared(review, rows(lines), rulebook)
    except InputError as problem:
        said = (*review.notes_on_scope, f"not compared: {problem}")
        return review.model_copy(update={"notes_on_scope": said})
