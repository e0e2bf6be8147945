"""`reviewer rules import`: take the official quarterly files into this user's folder, and tell what is loaded."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from reviewer.quarterly.store import Stored

_NAMES = {"ptp": "code pairs", "mue": "daily limits", "aoc": "add-on primaries", "hcpcs": "HCPCS codes"}


class TableKind(StrEnum):
    """What an official file holds."""

    AUTO = "auto"
    PTP = "ptp"
    MUE = "mue"
    AOC = "aoc"
    HCPCS = "hcpcs"


def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="As CMS publishes them: .zip .txt .csv .xlsx.")],
    kind: Annotated[TableKind, typer.Option("--kind", help="Take only tables of this kind.")] = TableKind.AUTO,
    quarter: Annotated[
        str | None, typer.Option("--quarter", metavar="YYYYQn", help="Where a file's name does not tell it.")
    ] = None,
    setting: Annotated[
        Literal["facility", "physician"] | None,
        typer.Option("--setting", help="Where a file of pairs or limits does not tell it."),
    ] = None,
) -> int:
    """Load the official quarterly files of CMS. Pairs (PTP), daily limits (MUE), add-ons (AOC), HCPCS codes."""
    from reviewer.commands_rules import bundled_rulebook
    from reviewer.errors import shown
    from reviewer.output import write
    from reviewer.quarterly.importing import KINDS, Wish, known_codes, take
    from reviewer.quarterly.store import keep
    from reviewer.settings import home

    wanted = next((one for one in KINDS if one == kind.value), None)
    taken = take(files, Wish(wanted, quarter, setting), known_codes(bundled_rulebook()))
    everything = keep(home(), taken.tables)
    for name in taken.passed_over:
        sys.stderr.write(f"reviewer: passed over {shown(name)}: no table that is wanted, or one that came already\n")
    write("\n".join([*(f"loaded {_line(table)}" for table in taken.tables), *_open(everything)]), None)
    return 0


def imported(format: Literal["text", "json"]) -> str:  # noqa: A002  # named as the option
    """What is loaded, a table a line, with the hash of each official file; as JSON for programs."""
    from reviewer.quarterly.store import complete, loaded
    from reviewer.settings import home

    tables = loaded(home())
    if format == "json":
        import json

        fields = ("kind", "setting", "quarter", "part", "source", "sha256", "rows_read", "rows_kept")
        whole = {key: [t for t in tables if t.key[:3] == key] for key in {t.key[:3] for t in tables}}
        entries: list[dict[str, Any]] = [
            {**{name: getattr(table, name) for name in fields}, "used": complete(whole[table.key[:3]])}
            for table in tables
        ]
        return json.dumps({"imports": entries}, indent=1, ensure_ascii=False)
    if not tables:
        return "no quarterly file is loaded; the bundled edits are used (see: reviewer rules import --help)"
    return "\n".join([*(_line(table) for table in tables), *_open(tables)])


def _line(table: Stored) -> str:
    setting = f" {table.setting}" if table.setting else ""
    part = f" f{table.part}" if table.part else ""
    counted = f"{table.rows_kept} of {table.rows_read} rows kept"
    return f"{_NAMES[table.kind]}{setting} {table.quarter}{part}: {counted}, {table.source}, sha256 {table.sha256}"


def _open(tables: tuple[Stored, ...]) -> list[str]:
    from reviewer.quarterly.merging import waiting
    from reviewer.quarterly.store import PARTS

    lines = []
    for kind, setting, quarter in waiting(tables):
        there = {table.part for table in tables if table.key[:3] == (kind, setting, quarter)}
        missing = ", ".join(f"f{part}" for part in PARTS if part not in there)
        why = (
            f"lack {missing}; a pair there would be missed" if missing else "have no row about a code of this rulebook"
        )
        lines.append(f"not used yet: {_NAMES[kind]} {setting} {quarter} {why}")
    return lines
