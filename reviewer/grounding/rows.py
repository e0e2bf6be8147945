"""What a table's layout says of the words in it: whose row it is, which time a column tells, what was not given."""

from __future__ import annotations

import re
from datetime import date

from reviewer.grounding.page import Anchor, Page
from reviewer.language.columns import TIMES, ColumnKind
from reviewer.language.dates import find_dates
from reviewer.language.kept import expression
from reviewer.language.layout import Cell, Row, says_not_given
from reviewer.language.redosed import lists_doses

_BEGINS = expression(
    r"\b(?:new bag|bag hung|hung|(?:re)?started|start|beg[aiu]n|given|pushed|injected)\b", re.IGNORECASE
)
_ENDS = expression(
    r"\b(?:stop(?:ped)?|end(?:ed)?|complete[d]?|finished|done|off|down|infused|discontinued|disconnected)\b",
    re.IGNORECASE,
)


def is_subject(row: Row, anchor: Anchor) -> bool:
    """Whether a drug is the one its row is about, not one that a comment in it speaks of."""
    cells = row.of("drug")
    return not cells or any(c.start <= anchor.start and anchor.end <= c.end for c in cells)


def column_role(page: Page, start: int) -> str | None:
    """What a column makes of a clock in it: "start", "stop", or None where the row's words must tell."""
    row = page.row(start)
    if row is None:
        return None
    cell = row.at(start)
    if cell.kind in TIMES and (pair := _of_two(page, cell, start)):
        return pair
    if cell.kind in ("start", "stop"):
        return cell.kind
    if cell.kind != "time":
        return None
    kinds: tuple[ColumnKind, ...] = ("status",) if row.has_header else ("status", "drug")
    if row.has_header and not row.of("status"):
        kinds = ("route",) if row.of("drug") else ("status", "other", "rate")
    words = " ".join(page.text[c.start : c.end] for c in row.of(*kinds))
    begins, ends = _BEGINS.search(words), _ENDS.search(words)
    if bool(begins) != bool(ends):
        return "start" if begins else "stop"
    return "start" if row.has_header and not ends and not row.of("status") else None


def _of_two(page: Page, cell: Cell, start: int) -> str | None:
    """Which of two clocks in one cell a place is at, where they are a range or stand under "start/stop"."""
    clocks = [c for c in page.clocks(cell.start) if cell.start <= c.start and c.end <= cell.end]
    if len(clocks) != 2 or not (cell.kind == "span" or page.range_end(clocks[0]) == "start"):
        return None
    return "start" if start <= clocks[0].start else "stop"


def line_over_table(page: Page, row: Row) -> tuple[int, int] | None:
    """The line over a table's headings: that of the drug, where no row names one."""
    line = page.line(row.start)
    while line[0] > 0 and (above := page.row(page.line(line[0] - 1)[0])) is not None and above.table == row.table:
        line = page.line(line[0] - 1)
    heading = page.line(line[0] - 1) if line[0] else line
    return page.line(heading[0] - 1) if 0 < heading[0] < line[0] else None


def given_again(page: Page, start: int) -> bool:
    """Whether a clock stands in a sentence that only lists when a dose was given again ("Repeated 1050, 1130")."""
    first, last = page.sentence(start)
    clocks = [(clock.start, clock.end) for clock in page.clocks(start) if first <= clock.start < last]
    return lists_doses(page.text, first, last, clocks)


def row_date(page: Page, start: int) -> date | None:
    """The date that stands in a cell of its own in the row of a clock ("9/4/26 | 0015 | Zosyn | complete")."""
    row = page.row(start)
    dated = [
        found.on
        for cell in (row.cells if row is not None and row.at(start).kind in TIMES else ())
        for found in find_dates(page.text[cell.start : cell.end], page.year)
        if found.end - found.start == len(page.text[cell.start : cell.end].strip())
    ]
    return dated[0] if len(dated) == 1 else None


def is_planned(page: Page, start: int) -> bool:
    """Whether a cell stands under a heading such as DUE or SCHEDULED."""
    row = page.row(start)
    return row is not None and row.at(start).kind == "due"


def is_timed(page: Page, row: Row) -> bool:
    """Whether a row carries a clock under a heading of actual times."""
    return any(
        column_role(page, clock.start)
        for cell in row.of(*TIMES)
        for clock in page.clocks(cell.start)
        if cell.start <= clock.start and clock.end <= cell.end
    )


def is_denied(page: Page, anchor: Anchor) -> bool:
    """Whether a cell of a drug's own row says that it was not given."""
    row = page.row(anchor.start)
    return row is not None and row.table >= 0 and is_subject(row, anchor) and says_not_given(page.text, row)
