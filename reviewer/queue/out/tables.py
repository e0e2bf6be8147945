"""Reviews as tables: a row for each code line, each missing element and each billed line; and as JSON lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, TextIO

from reviewer.errors import UsageError
from reviewer.queue.out.cells import Value, safe, write_csv
from reviewer.queue.out.encounters import FIELDS, Encounter

ENCOUNTER, CODE, NOT_SUPPORTED, PERSON, MISSING, BILLED = (
    *("encounter", "code", "not_supported", "needs_human"),
    *("missing", "billed"),
)
_COLUMNS: dict[str, tuple[str, ...]] = {
    ENCOUNTER: (),
    CODE: ("code", "units", "modifiers", "date", "kind", "flags", "at_risk"),
    NOT_SUPPORTED: ("code", "units", "why", "elements"),
    PERSON: ("subject", "code", "units", "why"),
    MISSING: ("element", "tier", "effect", "affects", "fixable_by", "curable", "question"),
    BILLED: ("code", "units", "modifiers", "date", "billed_outcome", "supported_units", "why", "elements"),
}
_SHEETS = {
    ENCOUNTER: "Encounters",
    CODE: "Codes",
    MISSING: "Missing",
    NOT_SUPPORTED: "Not supported",
    PERSON: "For a person",
    BILLED: "Billed",
}
COLUMNS = ("record", *FIELDS, *dict.fromkeys(name for names in _COLUMNS.values() for name in names))
MOST_ROWS = 1_048_576
"""What a sheet holds."""

Row = dict[str, Value]


def rows(one: Encounter) -> Iterator[tuple[str, Row]]:
    """The rows of one encounter with what each is; the first is the encounter itself, so that none is left out."""
    yield ENCOUNTER, one.fields
    review = one.review
    if review is not None:
        for record, values in _of_review(review):
            yield record, {**one.fields, **{name: _flat(values.get(name)) for name in _COLUMNS[record]}}


def _of_review(review: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((CODE, line) for line in review["codes"])
    for lost in review["not_supported"]:
        yield NOT_SUPPORTED, {**lost, "why": lost["reason"], "elements": lost["missing"]}
    for matter in review["needs_human"]:
        yield PERSON, {**matter, "why": matter["reason"]}
    yield from ((MISSING, gap) for gap in review["missing"])
    for line in review["billed"]:
        yield (
            BILLED,
            {
                **line,
                "billed_outcome": line["outcome"],
                "supported_units": line["supported"],
                "why": line["reason"],
                "elements": line["missing"],
            },
        )


def _flat(value: Any) -> Value:
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    return value if value is None or isinstance(value, int) else str(value)


def as_csv(file: TextIO, found: Iterable[Encounter]) -> int:
    """One table: the column `record` says what a row is. The number of rows."""
    return write_csv(file, COLUMNS, ({"record": record, **row} for one in found for record, row in rows(one)))


def as_lines(file: TextIO, found: Iterable[Encounter]) -> int:
    """One JSON object an encounter: where it stands, and its review as published. The number of lines."""
    number = 0
    for one in found:
        json.dump({**one.fields, "review": one.review}, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")
        number += 1
    return number


def as_workbook(file: BinaryIO, found: Iterable[Encounter]) -> int:
    """A workbook with a sheet for each kind of row. The number of encounters."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    columns = {record: _sheet_columns(record) for record in _SHEETS}
    sheets = {}
    for record, title in _SHEETS.items():
        sheets[record] = book.create_sheet(title)
        sheets[record].freeze_panes = "A2"
        sheets[record].append(list(columns[record]))
    try:
        number = _fill(sheets, columns, found)
    except BaseException:
        for sheet in sheets.values():
            sheet.close()  # one that is left open complains when it is forgotten
        raise
    book.save(file)
    return number


def _fill(sheets: dict[str, Any], columns: dict[str, tuple[str, ...]], found: Iterable[Encounter]) -> int:
    from openpyxl.cell import WriteOnlyCell

    number, written = 0, Counter[str]()
    for one in found:
        number += 1
        for record, row in rows(one):
            written[record] += 1
            if written[record] >= MOST_ROWS:
                raise UsageError(f"more than {MOST_ROWS:,} rows in the sheet {_SHEETS[record]}; use --format csv")
            cells = []
            for name in columns[record]:
                value = safe(row.get(name))
                cell = WriteOnlyCell(sheets[record], value=value)
                if isinstance(value, str):
                    cell.data_type = "s"
                cells.append(cell)
            sheets[record].append(cells)
    return number


def _sheet_columns(record: str) -> tuple[str, ...]:
    if record == ENCOUNTER:
        return FIELDS
    return ("encounter_id", "state", "date_of_service", "unit", "author", *_COLUMNS[record])
