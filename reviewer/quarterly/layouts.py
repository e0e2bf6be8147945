"""The published layouts of the quarterly tables, recognised by their own header lines or positions.

Where each was learned, and what of it is not certain, stands in `docs/quarterly_files.md`. Only codes, numbers and days
are kept: the files' descriptions are licensed and never enter the store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from reviewer.errors import InputError
from reviewer.quarterly.opening import Sheet
from validator.edit_tables import NO_LIST, Kind

HEADER_WITHIN = 80
"""Rows in which a header must stand: titles and the copyright notice come before it."""

CODE = re.compile(r"[0-9A-Z]{5}\Z")
CONTRACTOR = "CCCCC"
"""Stands for the primary codes of an add-on whose list each contractor makes."""

_DAY = re.compile(r"\d{8}\Z")
_DAY_OF_YEAR = re.compile(r"\d{7}\Z")
_NO_DAY = ("", "*", "0", "00000000", "0000000", "9999999", "99999999")
_FIXED_HCPCS = re.compile(r"(?=.{92})(?:[0-9A-Z]{5}|   [0-9A-Z]{2})\d{5}[3478]")
_FIXED_ADD_ON = re.compile(
    r"([123])([0-9A-Z]{5})(\d{7}| {7})([0-9A-Z]{5})(\d{7}| {7})(\d{7}| {7})(\d{7}| {7}|)(?: *\D.*|\s*)\Z"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """A recognised table: its kind, the row its data begins after, and the column of each field by name."""

    kind: Kind
    after: int
    columns: dict[str, int]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """The rows of one table that touch known codes, in the form of `validator.edit_tables`; how many were read."""

    rows: dict[str, Any]
    read: int
    kept: int


def recognise(sheet: Sheet) -> Layout | None:
    """Which published layout a table has, or None."""
    with closing(sheet.rows()) as rows:
        return next(filter(None, (_layout(number, cells) for number, cells in islice(rows, HEADER_WITHIN))), None)


def _layout(number: int, cells: list[str]) -> Layout | None:
    for look in (_ptp_header, _mue_header, _add_on_header, _hcpcs_header):
        if found := look(number, cells):
            return found
    if len(cells) == 1 and _FIXED_ADD_ON.match(cells[0]):
        return Layout("aoc", number - 1, {})
    if len(cells) == 1 and _FIXED_HCPCS.match(cells[0]):
        return Layout("hcpcs", number - 1, {})
    return None


def read(sheet: Sheet, layout: Layout, known: frozenset[str]) -> Content:
    """The table's rows about known codes. Raises `InputError` naming file and row for the first that is not right."""
    readers: dict[Kind, Callable[[_Reading], None]] = {
        "ptp": _pairs,
        "mue": _limits,
        "aoc": _add_ons if layout.columns else _fixed_add_ons,
        "hcpcs": _codes if layout.columns else _fixed_codes,
    }
    reading = _Reading(sheet, layout, known)
    readers[layout.kind](reading)
    if not reading.read:
        raise InputError(f"{sheet.name}: a header and no rows; download it again")
    return Content(reading.rows, reading.read, reading.kept)


class _Reading:
    """The rows of a table after its header, with errors that name the row."""

    def __init__(self, sheet: Sheet, layout: Layout, known: frozenset[str]) -> None:
        self.sheet, self.layout, self.known = sheet, layout, known
        self.rows: dict[str, Any] = {}
        self.read = self.kept = 0
        self.number = 0

    def __iter__(self) -> Iterator[list[str]]:
        with closing(self.sheet.rows()) as rows:
            for number, cells in rows:
                self.number = number
                if number > self.layout.after and any(cell.strip() for cell in cells):
                    self.read += 1
                    yield cells

    def fail(self, what: str) -> InputError:
        return InputError(f"{self.sheet.name}, row {self.number}: {what}; nothing was loaded")

    def cell(self, cells: list[str], field: str) -> str:
        column = self.layout.columns[field]
        return cells[column] if column < len(cells) else ""

    def code(self, cells: list[str], field: str) -> str:
        return self.as_code(self.cell(cells, field), field)

    def as_code(self, text: str, field: str) -> str:
        # A workbook may hold a code as a number, without its leading zeros.
        code = text.zfill(5) if text.isdigit() and self.sheet.names[0].lower().endswith(".xlsx") else text.upper()
        if not CODE.match(code):
            raise self.fail(f"{field} is not a code of five characters")
        return code

    def day(self, text: str, field: str) -> date | None:
        """A day written 20240701, or None where there is none."""
        if text in _NO_DAY:
            return None
        try:
            if _DAY.match(text):
                return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass
        raise self.fail(f"{field} is not a day such as 20240701")

    def day_of_year(self, text: str, field: str) -> date | None:
        """A day written as year and day of the year, 2024183; or None."""
        text = text.strip()
        if text in _NO_DAY:
            return None
        if not _DAY_OF_YEAR.match(text) or not 1 <= int(text[4:]) <= 366 or int(text[:4]) < 1:
            raise self.fail(f"{field} is not a year and day of the year such as 2024183")
        return date(int(text[:4]), 1, 1) + timedelta(days=int(text[4:]) - 1)


def _plain(cell: str) -> str:
    return re.sub(r"\s+", " ", cell).strip().lower().replace("/ ", "/")


def _bare(cell: str) -> str:
    return re.sub(r"[^a-z0-9]", "", cell.lower())


def _ptp_header(number: int, cells: list[str]) -> Layout | None:
    plain = [_bare(cell) for cell in cells]
    if plain[:2] != ["column1", "column2"]:
        return None
    names = {"Effective Date": "effective", "Deletion Date": "deletion", "Modifier": "modifier"}
    columns = {"Column 1": 0, "Column 2": 1}
    for at, name in enumerate(plain):
        columns |= {field: at for field, start in names.items() if name.startswith(start)}
    return Layout("ptp", number, columns) if len(columns) == 5 else None


def _pairs(reading: _Reading) -> None:
    """PTP edits: by column 2, then by column 1, the periods in which the pair is in force.

    Source: the title, header and seven columns of the text files as three public readers of them describe them.
    """
    started = False
    for cells in reading:
        first, second = [*cells, "", ""][:2]
        if not started and not first and not second:
            reading.read -= 1  # the header goes on over several rows: its first two cells are empty there
            continue
        started = True
        if first not in reading.known or second not in reading.known:
            first, second = reading.code(cells, "Column 1"), reading.code(cells, "Column 2")
        since = reading.day(reading.cell(cells, "Effective Date"), "Effective Date")
        last = reading.day(reading.cell(cells, "Deletion Date"), "Deletion Date")
        indicator = reading.cell(cells, "Modifier")
        if indicator not in ("0", "1", "9"):
            raise reading.fail("Modifier is not 0, 1 or 9")
        if since is None:
            raise reading.fail("Effective Date is missing")
        if first not in reading.known or second not in reading.known or indicator == "9":
            continue  # 9: the pair was deleted on the day it took effect, as if it had never been
        # The day of deletion still counts: published ones are last days of quarters. The stricter reading of the two.
        until = (last + timedelta(days=1)).isoformat() if last else ""
        reading.rows.setdefault(second, {}).setdefault(first, []).append([int(indicator), since.isoformat(), until])
        reading.kept += 1


def _mue_header(number: int, cells: list[str]) -> Layout | None:
    plain = [_plain(cell) for cell in cells]
    values = [at for at, name in enumerate(plain) if name.endswith("mue values")]
    indicator = [at for at, name in enumerate(plain) if name.endswith("mue adjudication indicator")]
    if not plain or plain[0] != "hcpcs/cpt code" or not values or not indicator:
        return None
    columns = {"HCPCS/CPT Code": 0, "MUE Values": values[0], "MUE Adjudication Indicator": indicator[0]}
    return Layout("mue", number, columns, title=plain[values[0]])


def _limits(reading: _Reading) -> None:
    """MUE: by code the limit and its indicator, of which the cell's first digit is the MAI.

    Source: the header and notice of the published .csv as four public readers of it describe them.
    """
    for cells in reading:
        code = reading.code(cells, "HCPCS/CPT Code")
        limit = reading.cell(cells, "MUE Values")
        indicator = reading.cell(cells, "MUE Adjudication Indicator")[:1]
        if not limit.isdigit() or len(limit) > 9:
            raise reading.fail("the MUE value is not a whole number")
        if indicator not in ("1", "2", "3"):
            raise reading.fail("MUE Adjudication Indicator does not begin with 1, 2 or 3")
        if code in reading.known:
            reading.rows[code] = [int(limit), int(indicator)]
            reading.kept += 1


def _add_on_header(number: int, cells: list[str]) -> Layout | None:
    starts = {
        "AOC_Edit_Type": "aocedittype",
        "Add-On_Code": "addoncode",
        "AOC_DelDT": "aocdeldt",
        "Primary_Code": "primarycode",
        "Primary_Code_DelDT": "primarycodedeldt",
        "AOC_Edit_EffDT": "aocediteffdt",
        "AOC_Edit_DelDT": "aoceditdeldt",
    }
    # The days' names may end in (Julian).
    plain = [_bare(cell).removesuffix("julian") for cell in cells]
    columns = {field: plain.index(name) for field, name in starts.items() if name in plain}
    return Layout("aoc", number, columns) if len(columns) == len(starts) else None


def _add_ons(reading: _Reading) -> None:
    for cells in reading:
        _add_on(reading, {field: reading.cell(cells, field) for field in reading.layout.columns})


def _fixed_add_ons(reading: _Reading) -> None:
    fields = (
        *("AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT"),
        *("AOC_Edit_EffDT", "AOC_Edit_DelDT"),
    )
    for cells in reading:
        found = _FIXED_ADD_ON.match(cells[0]) if len(cells) == 1 else None
        if found is None:
            raise reading.fail("not a line of the add-on file; the .xlsx of the same download may be read instead")
        _add_on(reading, dict(zip(fields, found.groups(), strict=True)))


def _add_on(reading: _Reading, fields: dict[str, str]) -> None:
    """AOC: by add-on the type, the primary and its period.

    Source: the columns of AOC_V2026Q2-MCR.xlsx; for the text file the same columns at their widths (not certain).
    """
    kind = fields["AOC_Edit_Type"]
    if kind not in ("1", "2", "3"):
        raise reading.fail("AOC_Edit_Type is not 1, 2 or 3")
    add_on = reading.as_code(fields["Add-On_Code"], "Add-On_Code")
    primary = reading.as_code(fields["Primary_Code"] or CONTRACTOR, "Primary_Code")
    since = reading.day_of_year(fields["AOC_Edit_EffDT"], "AOC_Edit_EffDT")
    ends = [reading.day_of_year(fields[name], name) for name in ("AOC_DelDT", "Primary_Code_DelDT", "AOC_Edit_DelDT")]
    if since is None:
        raise reading.fail("AOC_Edit_EffDT is missing")
    if primary == CONTRACTOR and int(kind) != NO_LIST:
        raise reading.fail("Primary_Code is left to the contractor, which only type 2 does")
    if add_on not in reading.known or (primary not in reading.known and primary != CONTRACTOR):
        return
    # On the day of deletion itself the primary no longer counts: the stricter reading of the two.
    until = min((end.isoformat() for end in ends if end), default="")
    plain = "" if primary == CONTRACTOR else primary
    reading.rows.setdefault(add_on, []).append([int(kind), plain, since.isoformat(), until])
    reading.kept += 1


def _hcpcs_header(number: int, cells: list[str]) -> Layout | None:
    names = {"HCPC": "hcpc", "RECID": "recid", "ADD DT": "adddt", "TERM DT": "termdt"}
    plain = [_bare(cell) for cell in cells]
    columns = {field: plain.index(name) for field, name in names.items() if name in plain}
    return Layout("hcpcs", number, columns) if len(columns) == len(names) else None


def _codes(reading: _Reading) -> None:
    for cells in reading:
        if reading.cell(cells, "RECID") == "3":
            _code(reading, *(reading.cell(cells, field) for field in ("HCPC", "ADD DT", "TERM DT")))


def _fixed_codes(reading: _Reading) -> None:
    """The contractor record of 320 positions: code 1-5, record type 11, added 269-276, last day 285-292.

    Source: HCPC2024_recordlayout.txt and HCPCS2016_recordlayout.txt of CMS, in the downloads themselves.
    """
    for cells in reading:
        line = cells[0]
        if len(cells) > 1 or not _FIXED_HCPCS.match(line):
            raise reading.fail("not a line of the HCPCS contractor record")
        if line[10] == "3":
            _code(reading, line[:5], line[268:276].strip(), line[284:292].strip())


def _code(reading: _Reading, code: str, added: str, last: str) -> None:
    """HCPCS: by code its first day and the day after its last."""
    code = reading.as_code(code, "HCPC")
    since, final = reading.day(added, "ADD DT"), reading.day(last, "TERM DT")
    if code not in reading.known:
        return
    until = (final + timedelta(days=1)).isoformat() if final else ""
    reading.rows[code] = [since.isoformat() if since else "", until]
    reading.kept += 1
