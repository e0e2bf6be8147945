"""The site's quarterly tables on disk: one file for each table, and one list that says which of them count.

Every file is named by the hash of its content and written before the list; the list is replaced as a whole, so that a
run that is cut off changes nothing. The same tables always give the same bytes: no time, no path.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reviewer.errors import ConfigError, reason_of, shown
from validator.edit_tables import Kind, Setting

FOLDER = "quarterly"
LIST = "loaded.json"
_FORMAT = 1
_FIELDS = ("kind", "setting", "quarter", "part", "source", "sha256", "rows_read", "rows_kept", "file")
PARTS = ("1", "2", "3", "4")
"""CMS publishes the pairs of a setting in four files, f1 to f4, by ranges of codes."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One table. `source` and `sha256` are of the official file; `file` is its name in the store, once it is there."""

    kind: Kind
    setting: Setting | None
    quarter: str
    part: str
    source: str
    sha256: str
    rows_read: int
    rows_kept: int
    rows: dict[str, Any] = field(default_factory=dict)
    file: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What a later import of the same table replaces."""
        return (self.kind, self.setting or "", self.quarter, self.part)


def loaded(home: Path) -> tuple[Stored, ...]:
    """The tables that count, without their rows; () where nothing was imported. `ConfigError` for a damaged list."""
    path = home / FOLDER / LIST
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as problem:
        raise ConfigError(f"{shown(path)}: {reason_of(problem)}") from None
    try:
        data = json.loads(text)
        if data["format"] != _FORMAT:
            raise ConfigError(f"{shown(path)}: written by another version of this program; import the files again")
        return tuple(Stored(**{name: entry[name] for name in _FIELDS}) for entry in data["tables"])
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"{shown(path)}: damaged; import the quarterly files again") from None


def content(home: Path, table: Stored) -> bytes:
    """The bytes of a stored table, checked against its name. `ConfigError` where they are gone or changed."""
    path = home / FOLDER / table.file
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    if Path(table.file).name != table.file or _named(table, data) != table.file:
        raise ConfigError(f"{shown(path)}: missing or changed; import {shown(table.source)} again")
    return data


def keep(home: Path, tables: Iterable[Stored]) -> tuple[Stored, ...]:
    """Add tables to the store, in the place of earlier ones with the same key; all that count afterwards."""
    folder = home / FOLDER
    counting = {table.key: table for table in loaded(home)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for table in tables:
            data = json.dumps(table.rows, sort_keys=True, separators=(",", ":")).encode()
            stored = replace(table, rows={}, file=_named(table, data))
            _write(folder / stored.file, data)
            counting[table.key] = stored
        everything = tuple(counting[key] for key in sorted(counting))
        entries = [{name: getattr(table, name) for name in _FIELDS} for table in everything]
        whole = json.dumps({"format": _FORMAT, "tables": entries}, indent=1, ensure_ascii=False) + "\n"
        _write(folder / LIST, whole.encode())
        _sweep(folder, {table.file for table in everything})
    except OSError as problem:
        raise ConfigError(f"{shown(folder)}: {reason_of(problem, 'cannot be written')}; nothing was loaded") from None
    return everything


def complete(tables: Sequence[Stored]) -> bool:
    """Whether the parts of one table are all there: a pair that is in a missing part would not be seen."""
    parts = {table.part for table in tables}
    return (parts == {""} or set(PARTS) <= parts) and any(table.rows_kept for table in tables)


def _named(table: Stored, data: bytes) -> str:
    words = (table.kind, table.setting, table.quarter, f"f{table.part}" if table.part else None)
    return "-".join([word for word in words if word] + [hashlib.sha256(data).hexdigest()[:16]]) + ".json"


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _sweep(folder: Path, counting: set[str]) -> None:
    """Take away tables that no longer count, and what a run that was cut off left behind."""
    for path in folder.iterdir():
        if (path.suffix == ".json" and path.name not in counting | {LIST}) or path.name.startswith(".writing-"):
            with contextlib.suppress(OSError):
                path.unlink()
