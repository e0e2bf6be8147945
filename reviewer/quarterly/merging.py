"""The rulebook with a site's quarterly tables. All I/O happens here; the validator gets plain rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from reviewer.quarterly.store import Stored, complete, content, loaded
from validator.edit_tables import Edition, EditTables, Table
from validator.rulebook import Rulebook


def with_imports(rulebook: Rulebook, home: Path) -> Rulebook:
    """The rulebook with every complete table in the store, or as it is where there is none.

    The bytes are read and checked now; what is in them is unpacked when a date of service asks for the quarter.
    Raises `ConfigError` for a store that is damaged.
    """
    tables: dict[str, list[Table[Any]]] = {"ptp": [], "mue": [], "aoc": [], "hcpcs": []}
    digest = hashlib.sha256()
    for _, group in groupby(loaded(home), key=lambda table: table.key[:3]):
        parts = list(group)
        if not complete(parts):
            continue
        first = parts[0]
        source = first.sha256 if len({p.sha256 for p in parts}) == 1 else _joined(p.sha256 for p in parts)
        edition = Edition(first.kind, first.setting, first.quarter, "imported", source)
        tables[first.kind].append(Table(edition, _rows([content(home, part) for part in parts])))
        digest.update("".join(f"{part.file} {part.sha256}\n" for part in parts).encode())
    if not any(tables.values()):
        return rulebook
    return rulebook.with_imported(
        EditTables(
            tuple(tables["ptp"]),
            tuple(tables["mue"]),
            tuple(tables["aoc"]),
            tuple(tables["hcpcs"]),
            digest.hexdigest()[:10],
        )
    )


def waiting(tables: tuple[Stored, ...]) -> tuple[tuple[str, ...], ...]:
    """The tables that do not count yet because a part is missing: kind, setting, quarter."""
    groups = ((key, list(group)) for key, group in groupby(tables, key=lambda table: table.key[:3]))
    return tuple(key for key, group in groups if not complete(group))


def _joined(hashes: Any) -> str:
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def _rows(parts: list[bytes]) -> Callable[[], dict[str, Any]]:
    @cache
    def rows() -> dict[str, Any]:
        found: dict[str, Any] = {}
        for part in parts:
            for code, entry in json.loads(part).items():
                # The parts go by column 1, so the entries of one column 2 stand in several.
                found[code] = {**found[code], **entry} if code in found else entry
        return found

    return rows
