"""Tables pasted as plain text, found by layout alone: pipes, tabs, aligned columns, one cell to a line, labels.

The reader takes its administrations from the rows; grounding, on its own, takes from them which words belong
together. Neither learns from here whether a drug was given.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from reviewer.language.columns import (
    TIMES,
    ColumnKind,
    Sheet,
    among,
    column_kind,
    content_kind,
    has_clock,
    is_blank,
)
from reviewer.language.kept import expression
from reviewer.language.layout import Block, Cell, Row, Tables, timed
from reviewer.language.lone_times import is_else
from reviewer.language.records import close_columns, labelled, stacked
from reviewer.language.sentences import Span
from reviewer.language.vocabulary import read_technique

_RUN = expression(r"\S+(?:[ ]\S+)*")
_RULE_LINE = expression(r"[\s|+\-=_:]+\Z")
_MENTIONS_ONLY = expression(
    r"\b(?:with|w/|after|before|y-?'?(?:site|d)\w*|same|separate|per|for|prior|then|hung|via|pre|post)\b", re.IGNORECASE
)
_EVENT_CELL = expression(
    r"(?:beg[aiu]n|start(?:ed)?|hung|new bag|end(?:ed)?|stop(?:ped)?|finished|done|completed?)\Z", re.IGNORECASE
)
_EVENT_OF_DRUG = expression(
    r"(?:(?:infusion|drip|bag|ivpb|iv)[ ]){0,2}(?:start(?:ed)?|beg[aiu]n|hung|end(?:ed)?|stop(?:ped)?|finish(?:ed)?"
    r"|done|complete[d]?|given|administered)\Z",
    re.IGNORECASE,
)
_LISTING = (";", ",")
_FEWEST_LISTED = 4
_APART = 4
"""How many characters a cell may begin away from its heading and still stand under it."""


class _Columns(NamedTuple):
    spans: list[Span]
    kinds: list[ColumnKind]
    headings: list[str]
    mark: str


def read_tables(sheet: Sheet) -> Tables:
    """Every table of a note."""
    rows: list[Row] = []
    taken: set[int] = set()
    number = table = 0
    while number < len(sheet.lines):
        block = None
        if sheet.words(sheet.lines[number]):
            for find in (_headed, close_columns, stacked, labelled, _headless):
                block = find(sheet, number, table)
                if block is not None:
                    break
        if block is None:
            number += 1
            continue
        rows += block.rows
        taken |= block.taken
        number = block.after
        table += 1
    return Tables(tuple(rows), frozenset(taken))


def mark_of(line: str) -> str:
    """What parts the cells of a line: a pipe, a tab, or wide gaps ("")."""
    return "|" if "|" in line else "\t" if "\t" in line else ""


def split_cells(line: str, offset: int, mark: str | None = None, framed: bool = True) -> list[Span]:
    """The cells of a line: between marks, or wide gaps. `framed`: an outer pipe opens no cell."""
    mark = mark_of(line) if mark is None else mark
    if not mark:
        plain = line.strip()
        if "  " not in plain and plain.isprintable():  # as most lines are: prose, one cell
            start = offset + line.find(plain)
            return [Span(start, start + len(plain))] if plain else []
        return [Span(offset + m.start(), offset + m.end()) for m in _RUN.finditer(line)]
    found, start = [], 0
    for cut in [*(m.start() for m in re.finditer(re.escape(mark), line)), len(line)]:
        piece = line[start:cut]
        lead = len(piece) - len(piece.lstrip())
        found.append(Span(offset + start + lead, offset + start + lead + len(piece.strip())))
        start = cut + 1
    if mark == "|" and framed and line.lstrip().startswith("|"):
        found = found[1:]
    if mark == "|" and framed and line.rstrip().endswith("|"):
        found = found[:-1]
    return found


_INDENTED = 6
"""How far a header stands in that leaves the column of the drugs without a heading."""


def _header(sheet: Sheet, line: Span) -> _Columns | None:
    """The columns of a header line: at least two known headings, one of them for the drug or a time."""
    text = sheet.text[line.start : line.end]
    mark = _listing_mark(text) or mark_of(text)
    cells = split_cells(text, line.start, mark)
    if len(cells) < 2 or "___" in text:  # a form's line that was left empty heads nothing
        return None
    headings = [sheet.text[cell.start : cell.end] for cell in cells]
    kinds = [column_kind(heading) for heading in headings]
    if {"start", "stop"} <= set(kinds) and "drug" not in kinds:  # beside both times "What" is the drug, no event
        kinds = [
            "drug" if heading.strip().lower() == "what" else kind for kind, heading in zip(kinds, headings, strict=True)
        ]
    if (
        not mark
        and "drug" not in kinds
        and {"start", "stop"} <= set(kinds)
        and cells[0].start - line.start >= _INDENTED
    ):
        cells, headings, kinds = [Span(line.start, line.start), *cells], ["", *headings], ["drug", *kinds]
    known = [kind for kind in kinds if kind]
    if len(known) < 2 or len(known) * 2 < len([h for h in headings if h.strip()]):
        return None
    if not set(known) & {"drug", "dose", *TIMES}:
        return None
    if "stop" in kinds and "start" not in kinds and kinds.count("time") == 1:
        kinds[kinds.index("time")] = "start"  # "Given | Stopped"
    return _Columns(cells, [kind or "other" for kind in kinds], headings, mark)


_FIELD = expression(r"\s*[A-Za-z][A-Za-z_]*(?:[ ][a-z_]+)?\s*")


def _listing_mark(text: str) -> str:
    """The semicolon or comma of an exported listing: nothing but headings between them, four of a drug at least."""
    for mark in _LISTING if not mark_of(text) else ():
        words = text.split(mark)
        if len(words) < _FEWEST_LISTED:
            continue
        kinds = [column_kind(word) for word in words]
        if all(kinds):
            return mark
        known = {kind for kind in kinds if kind}
        if (
            len(known) >= _FEWEST_LISTED
            and "drug" in known
            and known & set(TIMES)
            and all(map(_FIELD.fullmatch, words))
        ):
            return mark
    return ""


def _headed(sheet: Sheet, number: int, table: int) -> Block | None:
    columns = _header(sheet, sheet.lines[number])
    if columns is None:
        return None
    rows: list[Row] = []
    taken = {number}
    after, at = number + 1, number + 1
    while at < len(sheet.lines):
        line = sheet.lines[at]
        text = sheet.text[line.start : line.end]
        row = _row(sheet, line, columns, table)
        if row is not None:
            rows.append(row)
            taken.add(at)
            after = at + 1
        elif text.strip() and _RULE_LINE.match(text):
            taken.add(at)
        elif rows and _is_wrapped(sheet, line, columns):
            rows[-1] = _with_comment(rows[-1], sheet.trimmed(line))
            taken.add(at)
            after = at + 1
        elif _header(sheet, line) is not None or not _goes_on(sheet, at + 1, columns, table, bool(rows)):
            break
        at += 1
    return Block(_with_times(sheet, rows), taken, after) if rows else None


def _with_times(sheet: Sheet, rows: list[Row]) -> list[Row]:
    """Two columns of clocks, one after the other in every row, are starts and stops, whatever heads them.

    Not where a heading tells of something else, where a third column holds clocks, or where a push would last.
    """
    clocked: dict[str, ColumnKind] = {}
    for row in rows:
        for cell in row.cells:
            if has_clock(sheet, Span(*cell[:2])):
                clocked.setdefault(cell.heading, cell.kind)
    if len(clocked) != 2 or "" in clocked or any(map(is_else, clocked)):
        return rows
    first, second = clocked
    if (clocked[first], clocked[second]) not in _UNTOLD_PAIRS or not all(
        _ascend(sheet, r, first, second) for r in rows
    ):
        return rows
    kinds: dict[str, ColumnKind] = {first: "start", second: "stop"}
    told = [tuple(cell._replace(kind=kinds.get(cell.heading, cell.kind)) for cell in row.cells) for row in rows]
    return [row._replace(cells=cells) for row, cells in zip(rows, told, strict=True)]


_UNTOLD_PAIRS = (("other", "other"), ("start", "other"), ("time", "other"), ("other", "stop"))
_LONGEST_PUSH, _LONGEST = 15, 16 * 60


def _ascend(sheet: Sheet, row: Row, first: str, second: str) -> bool:
    """Whether a row's two clocks, where it has both, may be the start and stop of what it tells."""
    cells = [Span(*cell[:2]) for heading in (first, second) for cell in row.cells if cell.heading == heading]
    times = [found[0].clock.minute for span in cells if len(found := among(sheet.clocks, span)) == 1]
    if len(times) < 2:
        return True
    most = _LONGEST_PUSH if read_technique(sheet.text[row.start : row.end]) == "push" else _LONGEST
    return len(times) == 2 and 0 < times[1] - times[0] <= most


def _goes_on(sheet: Sheet, number: int, columns: _Columns, table: int, begun: bool) -> bool:
    """Whether a table goes on right after one line that is no row: its next row names a drug in its column."""
    if number >= len(sheet.lines):
        return False
    line = sheet.lines[number]
    if not begun and sheet.text[line.start : line.end].strip() and _RULE_LINE.match(sheet.text[line.start : line.end]):
        return True
    row = _row(sheet, line, columns, table)
    if row is None:
        return False
    return not begun or any(among(sheet.mentions, Span(c.start, c.end)) for c in row.of("drug"))


def _is_wrapped(sheet: Sheet, line: Span, columns: _Columns) -> bool:
    """Whether a line only carries on the last cell of the row above: far to the right, without a drug or a time."""
    text = sheet.text[line.start : line.end]
    if columns.mark:
        return False
    indent = len(text) - len(text.lstrip())
    base = sheet.text.rfind("\n", 0, columns.spans[0].start) + 1
    second = columns.spans[1].start - base
    plain = not among(sheet.mentions, line) and not has_clock(sheet, line)
    return bool(text.strip()) and indent >= max(8, second) and plain


def _with_comment(row: Row, words: Span) -> Row:
    return row._replace(end=words.end, cells=(*row.cells, Cell(words.start, words.end, "other")))


def _row(sheet: Sheet, line: Span, columns: _Columns, table: int) -> Row | None:
    text = sheet.text[line.start : line.end]
    mark = columns.mark
    listed = mark in _LISTING
    if mark_of(text) != ("" if listed else mark) or _header(sheet, line) is not None or _RULE_LINE.match(text):
        return None
    cells = split_cells(text, line.start, mark)
    if listed and len(cells) != len(columns.kinds):
        return None
    if mark == "|" and text.lstrip().startswith("|") and len(cells) < len(columns.kinds):
        whole = split_cells(text, line.start, mark, framed=False)
        cells = whole if len(whole) == len(columns.kinds) else cells
    if len(cells) < 2:
        return None
    places = list(range(len(cells))) if mark else _aligned(sheet, line, cells, columns)
    placed = []
    for cell, place in zip(cells, places, strict=True):
        kind, heading = (columns.kinds[place], columns.headings[place]) if place < len(columns.kinds) else ("other", "")
        placed.append(_fitting(sheet, Cell(cell.start, cell.end, kind, heading)))
    kinds = {cell.kind for cell in placed}
    told = "status" not in kinds or _tells_event_of_drug(sheet, placed) or _orders_drug(sheet, placed)
    if "drug" not in kinds and told:
        placed = _with_drug(sheet, placed)
    if not mark and not any(has_clock(sheet, c) or among(sheet.quantities, c) for c in cells):
        return None
    return Row(line.start, line.end, tuple(placed), table, True)


def _tells_event_of_drug(sheet: Sheet, cells: list[Cell]) -> bool:
    """Whether a cell tells of a beginning or an end, and another begins with the drug ("Infusion start | Taxol")."""
    events = [Span(*cell[:2]) for cell in cells if cell.kind == "status"]
    if not any(_EVENT_OF_DRUG.match(sheet.words(span)) and not among(sheet.mentions, span) for span in events):
        return False
    return any(
        cell.kind == "other" and column_kind(cell.heading) is None and named[0].start == cell.start
        for cell in cells
        if (named := among(sheet.mentions, Span(*cell[:2])))
    )


def _orders_drug(sheet: Sheet, cells: list[Cell]) -> bool:
    """Whether the cell under "Order" is a drug and no time of an order."""
    due = [Span(*cell[:2]) for cell in cells if cell.kind == "due"]
    return any(among(sheet.mentions, span) and not has_clock(sheet, span) for span in due)


def _with_drug(sheet: Sheet, cells: list[Cell]) -> list[Cell]:
    """A cell that names a drug under a heading nobody knows, or under "Order" where no time stands, is the drug's."""
    for index, cell in enumerate(cells):
        span = Span(*cell[:2])
        unknown = cell.kind == "other" and column_kind(cell.heading) is None
        if (unknown or (cell.kind == "due" and not has_clock(sheet, span))) and among(sheet.mentions, span):
            return [*cells[:index], cell._replace(kind="drug"), *cells[index + 1 :]]
    return cells


def _aligned(sheet: Sheet, line: Span, cells: list[Span], columns: _Columns) -> list[int]:
    """Columns by position: a cell belongs to the heading it stands under; by count where the columns have slipped."""
    base = sheet.text.rfind("\n", 0, columns.spans[0].start) + 1
    places, apart = [], 0
    for cell in cells:
        offsets = [_distance(span, base, cell, line.start) for span in columns.spans]
        near = min(range(len(offsets)), key=lambda i: offsets[i])
        places.append(near)
        apart = max(apart, offsets[near])
    settled = apart <= _APART and all(a < b for a, b in pairwise(places))
    if not settled and len(cells) == len(columns.spans):
        return list(range(len(cells)))
    return places


def _distance(heading: Span, base: int, cell: Span, start: int) -> int:
    return abs((heading.start - base) - (cell.start - start))


def _fitting(sheet: Sheet, cell: Cell) -> Cell:
    """A cell whose content cannot be what its column says (shifted rows) is judged by its content."""
    span = Span(cell.start, cell.end)
    if (cell.kind == "by" or not cell.heading) and cell.kind not in TIMES and _EVENT_CELL.match(sheet.words(span)):
        return cell._replace(kind="status")
    if cell.kind not in TIMES or cell.end <= cell.start or has_clock(sheet, span):
        return cell
    if is_blank(sheet.words(span)):
        return cell
    kind = content_kind(sheet, span)
    return Cell(cell.start, cell.end, kind if kind in ("dose", "route", "status") else "other")


def _headless(sheet: Sheet, number: int, table: int) -> Block | None:
    """Rows whose header was lost: marked cells, a drug in one of them, times in others."""
    rows: list[Row] = []
    after = number
    while after < len(sheet.lines):
        row = _headless_row(sheet, sheet.lines[after], table)
        if row is None:
            break
        rows.append(row)
        after += 1
    return Block(rows, set(range(number, after)), after) if rows else None


def _headless_row(sheet: Sheet, line: Span, table: int) -> Row | None:
    text = sheet.text[line.start : line.end]
    marked = text.count("|") >= 2 or text.count("\t") >= 2
    cells = split_cells(text, line.start)
    long = any(cell.end - cell.start > 40 for cell in cells) and not marked
    if len(cells) < 3 or long or any(len(sheet.words(c).split()) > 12 for c in cells):
        return None
    kinds = [content_kind(sheet, cell) for cell in cells]
    drugs = [index for index, kind in enumerate(kinds) if kind == "drug"]
    for index in drugs[1:]:
        words = sheet.words(cells[index])
        if not words[:1].isdigit() and not _MENTIONS_ONLY.search(words):
            return None
        kinds[index] = "dose" if words[:1].isdigit() else "other"  # "4 mg / 100 mL NS" names only the carrier
    if not drugs or "time" not in kinds or not timed(sheet, cells, kinds):
        return None
    return Row(
        line.start, line.end, tuple(Cell(c.start, c.end, k) for c, k in zip(cells, kinds, strict=True)), table, False
    )
