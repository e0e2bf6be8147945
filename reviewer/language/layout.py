"""The rows and cells that a table is made of, whatever its layout."""

from __future__ import annotations

import re
from typing import NamedTuple

from reviewer.language.columns import (
    TIMES,
    ColumnKind,
    Sheet,
    among,
    clock_words,
    has_clock,
    is_blank,
    not_given,
    suits,
)
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import Span

ROUTE_FIELD = Lazy(r"(?:[ ]{2,}|[|;\t][ ]*)(?:admin(?:istration)? )?(?:route|rte):[ ]*(?=[A-Za-z])", re.IGNORECASE)
"""The field of the way among others of an order's line: "Order 8832   Freq: once   Route: IV push"."""


def is_route_field(text: str, line: tuple[int, int], place: int) -> bool:
    """Whether a place of a line is the value of its field of the way."""
    field = ROUTE_FIELD.search(text, *line)
    return field is not None and field.end() == place


class Cell(NamedTuple):
    """One cell at text[start:end], what its column holds, and the heading over it ("" without one)."""

    start: int
    end: int
    kind: ColumnKind
    heading: str = ""


class Row(NamedTuple):
    """One row of a table, or one record; `table` numbers the table; in a `labelled` record each cell has a label."""

    start: int
    end: int
    cells: tuple[Cell, ...]
    table: int
    has_header: bool
    labelled: bool = False

    def of(self, *kinds: ColumnKind) -> tuple[Cell, ...]:
        """The cells of some kinds that hold anything."""
        return tuple(cell for cell in self.cells if cell.kind in kinds and cell.end > cell.start)

    def at(self, place: int) -> Cell:
        """The cell at a place of the text; the one before it where the place is in none."""
        begun = [cell for cell in self.cells if cell.start <= place]
        return max(begun, key=lambda cell: cell.start) if begun else self.cells[0]


class Tables(NamedTuple):
    """The rows of a note, and the numbers of all lines that belong to tables."""

    rows: tuple[Row, ...]
    taken: frozenset[int]


class Block(NamedTuple):
    """A table found: its rows, the lines it takes, and the line to read on from."""

    rows: list[Row]
    taken: set[int]
    after: int


def _ends(row: Row) -> tuple[Cell, Cell]:
    """The start and the stop cell of a row, empty ones where it has none."""
    nothing = (Cell(row.start, row.start, "other"),)
    return (row.of("start") or nothing)[0], (row.of("stop") or nothing)[0]


def says_not_given(text: str, row: Row) -> bool:
    """Whether a cell of a row says that its drug was not given."""
    ran = all(any(c.isdigit() for c in text[cell.start : cell.end]) for cell in _ends(row))
    return any(
        not_given(text[c.start : c.end], ran=ran)
        for c in row.of("status", "other", "time", "span", "start", "dose", "route")
    )


def timed(sheet: Sheet, cells: list[Span], kinds: list[ColumnKind]) -> bool:
    """Name the time cells of a row without headings: two clocks are start and stop, one is a time. False for more."""
    single = [i for i, kind in enumerate(kinds) if kind == "time" and len(among(sheet.clocks, cells[i])) == 1]
    told = [clock_words(sheet, cells[i]) for i in single]
    if len(single) == 2:
        for index, role, plain in zip(single, told, ("start", "stop"), strict=True):
            kinds[index] = role or ("stop" if plain == "stop" else "start")
    return len(single) <= 2 and len(set(told) - {None}) == len([role for role in told if role])


def takes(sheet: Sheet, cell: Span, kind: ColumnKind) -> bool:
    """Whether a cell may stand in a column: empty, or of the column's kind where that can be told."""
    if is_blank(sheet.words(cell)):
        return True
    if kind in TIMES:
        return has_clock(sheet, cell) or not_given(sheet.words(cell))
    if kind == "dose":
        return any(c.isdigit() for c in sheet.words(cell)) or not_given(sheet.words(cell))
    return not suits(sheet, cell, "time")
