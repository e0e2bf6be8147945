"""From files to tables to be stored: what each one is, which quarter it holds, which setting it is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

from reviewer.errors import InputError, UsageError
from reviewer.quarterly.layouts import Layout, read, recognise
from reviewer.quarterly.opening import Sheet, sheets, workbooks_first
from reviewer.quarterly.store import Stored
from validator.edit_tables import Kind, Setting, first_day
from validator.rulebook import Rulebook

KINDS: tuple[Kind, ...] = get_args(Kind)
_MONTHS = {"JAN": 1, "APR": 2, "JUL": 3, "OCT": 4}
_FIRST_YEAR = 1994
"""Version 30.2 of the pair files is the third quarter of 2024: the number before the dot counts from 1994."""

_NAMED = re.compile(r"(20\d\d)[-_ ]?q([1-4])", re.I)
_VERSION = re.compile(r"cci(?:pra|oph)[-_]?v(\d\d)([0-3])r\d", re.I)
_EFFECTIVE = re.compile(r"eff[-_ ]?(01|04|07|10)[-_]01[-_](20\d\d)", re.I)
_HCPCS = re.compile(r"HCPC(20\d\d)[-_ ]?(JAN|APR|JUL|OCT)", re.I)
_PART = re.compile(r"[-_]f(\d)\b", re.I)
_FACILITY = re.compile(r"ccioph|outpatient[-_ ]?hospital|hospital[-_ ]?(?:outpatient|services|ptp)|facility", re.I)
_PHYSICIAN = re.compile(r"ccipra|practitioner|physician", re.I)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person said about the files; None where the files are to tell."""

    kind: Kind | None = None
    quarter: str | None = None
    setting: Setting | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The tables of all files, and the names of tables in archives that no layout fits or that came twice."""

    tables: tuple[Stored, ...]
    passed_over: tuple[str, ...]


def known_codes(rulebook: Rulebook) -> frozenset[str]:
    """The codes whose rows are kept: those of the rulebook and of its drugs. No line can have another."""
    return frozenset(rulebook.codes) | {drug.code for drug in rulebook.drugs if drug.code}


def take(files: Sequence[Path], wish: Wish, known: frozenset[str]) -> Taken:
    """Every table of the files. Raises `InputError` or `UsageError` for the first that cannot be used."""
    if wish.quarter is not None:
        try:
            first_day(wish.quarter)
        except ValueError as problem:
            raise UsageError(f"--quarter: {problem}") from None
    tables: dict[tuple[str, ...], Stored] = {}
    passed_over: list[str] = []
    for path in files:
        found = workbooks_first(sheets(path), _add_ons_named)
        used = 0
        for sheet in found:
            layout = recognise(sheet)
            if layout is None or (wish.kind not in (None, layout.kind)):
                passed_over.append(sheet.name)
                continue
            table = _table(sheet, layout, wish, known, tables)
            used += 1
            if table is None:
                passed_over.append(sheet.name)
            else:
                tables[table.key] = table
        if not used:
            kind = f"{wish.kind} table" if wish.kind else "PTP, MUE, add-on or HCPCS table"
            raise InputError(f"{path.name}: no {kind} in a published layout; see docs/quarterly_files.md")
    return Taken(tuple(sorted(tables.values(), key=lambda table: table.key)), tuple(passed_over))


def _add_ons_named(sheet: Sheet) -> bool:
    """The add-on workbook states its columns by name, its text file by position alone: the workbook goes first."""
    return sheet.names[0].lower().startswith("aoc") and find_spec("openpyxl") is not None


def _table(
    sheet: Sheet, layout: Layout, wish: Wish, known: frozenset[str], before: Iterable[tuple[str, ...]]
) -> Stored | None:
    """The table to be stored; None where the same table came before in another form."""
    setting = _setting(sheet, layout, wish)
    quarter = wish.quarter or _quarter(sheet.names)
    if quarter is None:
        raise UsageError(f"{sheet.name}: its name does not tell the quarter; add --quarter such as 2026Q4")
    part = found[1] if layout.kind == "ptp" and (found := _PART.search(sheet.names[0])) else ""
    if (layout.kind, setting or "", quarter, part) in before:
        return None
    content = read(sheet, layout, known)
    if not content.kept and not part:
        raise InputError(f"{sheet.name}: no row is about a code of this rulebook, so it would judge nothing")
    return Stored(
        kind=layout.kind,
        setting=setting,
        quarter=quarter,
        part=part,
        source=sheet.name,
        sha256=sheet.sha256,
        rows_read=content.read,
        rows_kept=content.kept,
        rows=content.rows,
    )


def _setting(sheet: Sheet, layout: Layout, wish: Wish) -> Setting | None:
    if layout.kind in ("aoc", "hcpcs"):
        return None
    if "dme" in layout.title:
        raise InputError(f"{sheet.name}: limits of equipment suppliers, which no infusion visit is judged by")
    if wish.setting:
        return wish.setting
    for text in (layout.title, *sheet.names):
        facility, physician = _FACILITY.search(text), _PHYSICIAN.search(text)
        if bool(facility) != bool(physician):
            return "facility" if facility else "physician"
    raise UsageError(f"{sheet.name}: its name does not tell whose edits these are; add --setting facility or physician")


def _quarter(names: Iterable[str]) -> str | None:
    for name in names:
        if found := _NAMED.search(name):
            return f"{found[1]}Q{found[2]}"
        if found := _VERSION.search(name):
            return f"{_FIRST_YEAR + int(found[1])}Q{int(found[2]) + 1}"
        if found := _EFFECTIVE.search(name):
            return f"{found[2]}Q{(int(found[1]) + 2) // 3}"
        if found := _HCPCS.search(name):
            return f"{found[1]}Q{_MONTHS[found[2].upper()]}"
    return None
