"""Tables of encounters, CSV or .xlsx: a row for each encounter with columns of notes, or a row for each note."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from reviewer.billing.columns import plain
from reviewer.billing.rows import Row, UnreadableError, code_of, date_of, modifiers_of, units_of
from reviewer.errors import InputError, shown
from reviewer.notes.loading import MOST_CHARACTERS
from reviewer.queue.intake import billed
from reviewer.queue.intake.draft import Draft
from reviewer.queue.intake.fields import ENCOUNTER_FIELDS, FIELDS, Known, identity_of, known
from reviewer.queue.intake.problem import Place, Problem

SEPARATORS = ",;\t|"
HEADER_WITHIN = 20
LONGEST_CELL = 32_767
"""What a cell of a workbook holds at most: a note of that length was cut off."""

_WANTED = "expected a first line with columns for the encounter's id and a note (encounter_id, note)"
Cells = list[str]
Numbered = tuple[int, Cells]
Found = Iterator[Draft | Problem]


def of_csv(text: str, file: str) -> Found:
    """The encounters of a table as text, with any usual separator."""
    with _long_fields():
        for separator in SEPARATORS:
            head = list(itertools.islice(_records(text, separator), HEADER_WITHIN))
            place = _header([cells for _, cells in head])
            if place is not None:
                yield from _Table(file, head[place][1]).drafts(
                    itertools.islice(_records(text, separator), place + 1, None)
                )
                return
    yield Problem(file, f"no header; {_WANTED}")


def of_workbook(raw: bytes, file: str) -> Found:
    """The encounters of every sheet that has a header. Needs the extra `files` or `queue`."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise InputError(f"{file}: .xlsx needs the extra `files` (pip install 'encounter-reviewer[files]')") from None
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheets = [(sheet.title, list(_sheet(sheet.iter_rows(values_only=True)))) for sheet in book.worksheets]
    except Exception:  # a damaged workbook raises whatever its zip, its XML or its cells make of it
        yield Problem(file, "not a readable .xlsx workbook; save it again, or as CSV")
        return
    found = [(name, rows, _header([cells for _, cells in rows[:HEADER_WITHIN]])) for name, rows in sheets]
    tables = [(name, rows, place) for name, rows, place in found if place is not None]
    for name, rows, place in tables:
        where = file if len(sheets) == 1 else f"{file} [{shown(name)}]"
        yield from _Table(where, rows[place][1], cut_at=LONGEST_CELL).drafts(rows[place + 1 :])
    if not tables:
        yield Problem(file, f"no sheet with a header; {_WANTED}")


@contextmanager
def _long_fields() -> Iterator[None]:
    """Let a cell hold a whole note; the limit is one for the whole process."""
    before = csv.field_size_limit(2 * MOST_CHARACTERS)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _records(text: str, separator: str) -> Iterator[Numbered]:
    """Rows as a spreadsheet counts them: a note of several lines is one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, []
            return


def _sheet(rows: Iterable[tuple[object, ...]]) -> Iterator[Numbered]:
    for number, cells in enumerate(rows, 1):
        yield number, [_cell(value) for value in cells]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _header(rows: list[Cells]) -> int | None:
    """Which row names the columns; it may stand below a title."""
    for place, cells in enumerate(rows):
        columns = known(cells)
        if "encounter" in columns.fields and columns.notes:
            return place
    return None


class _Table:
    """Rows below a header, put together by encounter."""

    def __init__(self, file: str, header: Cells, *, cut_at: int | None = None) -> None:
        self.file, self.header, self.cut_at = file, [cell.strip() for cell in header], cut_at
        self.columns: Known = known(header)
        self.drafts_by_id: dict[str, Draft] = {}

    def drafts(self, rows: Iterable[Numbered]) -> Found:
        for number, cells in rows:
            place = Place(self.file, number)
            if not cells:
                yield place.problem(
                    "the table cannot be read from here on: a quotation mark is not closed or misplaced"
                )
                self._refuse_all(place)
                break
            if not any(cell.strip() for cell in cells):
                continue
            if problem := self._row(cells, place):
                yield problem
        yield from self.drafts_by_id.values()

    def _refuse_all(self, place: Place) -> None:
        """What stands behind the break may belong to any encounter before it, where there is a row for each note."""
        if "note_name" in self.columns.fields:
            for draft in self.drafts_by_id.values():
                draft.wrong(place, "a note of this encounter may stand behind the row that cannot be read")

    def _row(self, cells: Cells, place: Place) -> Problem | None:
        width = len(self.header)
        try:
            identity = identity_of(self._at(cells, "encounter"))
        except UnreadableError as problem:
            return place._replace(column=self._name("encounter")).problem(str(problem))
        draft = self.drafts_by_id.setdefault(identity, Draft(identity, place))
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            draft.wrong(place, f"has {len(cells)} cells where the header has {width}")
            return None
        draft.unused |= {shown(self.header[at]) for at in self.columns.unused}
        for field in ENCOUNTER_FIELDS:
            draft.take(field, self._at(cells, field), place._replace(column=self._name(field)))
        self._notes(draft, cells, place)
        self._billed(draft, cells, place)
        return None

    def _notes(self, draft: Draft, cells: Cells, place: Place) -> None:
        named = self._at(cells, "note_name") if len(self.columns.notes) == 1 else ""
        for at in self.columns.notes:
            here = place._replace(column=shown(self.header[at]))
            if self.cut_at is not None and len(cells[at]) >= self.cut_at:
                draft.wrong(here, f"the note fills the cell ({self.cut_at:,} characters): its end may be lost")
            draft.note(named or self.header[at], cells[at], here)

    def _billed(self, draft: Draft, cells: Cells, place: Place) -> None:
        column = "billed" if self._at(cells, "billed") else "billed_code"
        try:
            if together := self._at(cells, "billed"):
                draft.bill(billed.of_text(together, draft.lines + 1))
            if code := self._at(cells, "billed_code"):
                draft.bill((self._line(code, cells, draft.lines + 1),))
        except UnreadableError as problem:
            draft.wrong(place._replace(column=self._name(column)), str(problem))

    def _line(self, written: str, cells: Cells, number: int) -> Row:
        code, behind = code_of(written)
        units = self._at(cells, "billed_units")
        day = self._at(cells, "billed_date")
        written_as = [m for at in self.columns.modifiers if at < len(cells) for m in modifiers_of(cells[at])]
        if not units:
            raise UnreadableError("the units are missing")
        return Row(
            line=str(number),
            code=code,
            units=units_of(units),
            modifiers=tuple(dict.fromkeys((*behind, *written_as))),
            date=date_of(day) if day else None,
        )

    def _at(self, cells: Cells, field: str) -> str:
        place = self.columns.fields.get(field)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    def _name(self, field: str) -> str:
        place = self.columns.fields.get(field)
        return shown(self.header[place]) if place is not None else plain(FIELDS[field][0])
