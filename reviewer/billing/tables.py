"""Charge files: CSV with any usual separator, the first sheet of an .xlsx workbook, and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from itertools import islice
from typing import Any

from reviewer.billing.columns import Columns, values_of
from reviewer.billing.rows import Row, UnreadableError
from reviewer.errors import InputError

_SEPARATORS = ",;\t|"
_HEADER_WITHIN = 20
_MOST_SHEET_ROWS = 100_000
_NAMES_WANTED = "a first line with the columns code, units and modifiers (HCPCS, CPT, Qty, Mod ... do as well)"

Lines = list[tuple[int, list[str]]]


def csv_rows(text: str, name: str) -> tuple[Row, ...]:
    """The lines of a table. The header may stand below a title; empty lines are passed over."""
    return _rows((_split(text, separator) for separator in _SEPARATORS), name)


def xlsx_rows(raw: bytes, name: str) -> tuple[Row, ...]:
    """The lines of a workbook's first sheet, as of a table. Needs the extra `files`."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise InputError(
            f"{name}: .xlsx needs the extra `files` (pip install 'encounter-reviewer[files]'); or save it as CSV"
        ) from None
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheet = islice(book.worksheets[0].iter_rows(values_only=True), _MOST_SHEET_ROWS + 1)
        lines = [(number, [_cell(value) for value in cells]) for number, cells in enumerate(sheet, 1)]
    except Exception:  # a damaged workbook raises whatever its zip, its XML or its cells make of it
        raise InputError(f"{name}: not a readable .xlsx workbook; save it as CSV") from None
    if len(lines) > _MOST_SHEET_ROWS:
        raise InputError(f"{name}: more than {_MOST_SHEET_ROWS:,} rows; give the lines of one encounter")
    return _rows([lines], name)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _rows(readings: Iterable[Lines], name: str) -> tuple[Row, ...]:
    table, columns = _table(readings, name)
    return tuple(_row(columns, cells, name, number) for number, cells in table if any(cell.strip() for cell in cells))


def _row(columns: Columns, cells: list[str], name: str, number: int) -> Row:
    try:
        return columns.row(cells, str(number))
    except UnreadableError as problem:
        raise InputError(f"{name}: row {number}: {problem}") from None


def _table(readings: Iterable[Lines], name: str) -> tuple[Lines, Columns]:
    """Cells by line number below the header, and the header, in the first reading of the file that has one."""
    missing = None
    for lines in readings:
        for place, (_, cells) in enumerate(lines[:_HEADER_WITHIN]):
            columns = Columns(cells)
            if not columns.missing:
                return lines[place + 1 :], columns
            if len(columns.missing) == 1 and len(cells) > 1:
                missing = missing or columns.missing[0]
    lacking = f"no column for the {missing}" if missing else "no header"
    raise InputError(f"{name}: {lacking}; expected {_NAMES_WANTED}")


def _split(text: str, separator: str) -> Lines:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines: Lines = []
    try:
        for cells in reader:
            lines.append((reader.line_num, cells))
    except csv.Error:
        return []  # a field without an end: no table with this separator
    return lines


def json_rows(text: str, name: str) -> tuple[Row, ...]:
    """The lines in a JSON list, or in the list `lines` of an object."""
    try:
        data = json.loads(text, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as problem:
        raise InputError(f"{name}: not valid JSON at line {problem.lineno}, column {problem.colno}") from None
    except RecursionError:
        raise InputError(f"{name}: nested too deeply to be a list of billed lines") from None
    found = data.get("lines") if isinstance(data, dict) else data
    if not isinstance(found, list):
        raise InputError(f"{name}: expected a list of billed lines, or an object with the list `lines`")
    return tuple(_entry(entry, name, number) for number, entry in enumerate(found, 1))


def _entry(entry: Any, name: str, number: int) -> Row:
    if not isinstance(entry, dict):
        raise InputError(f"{name}: line {number}: expected an object with code, units and modifiers")
    columns, cells = values_of(entry)
    if columns.missing:
        raise InputError(f"{name}: line {number}: the key for the {columns.missing[0]} is missing")
    try:
        return columns.row(cells, str(number))
    except UnreadableError as problem:
        raise InputError(f"{name}: line {number}: {problem}") from None
