"""Files of a folder or an archive, told apart by what they are for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from reviewer.errors import InputError, reason_of, shown
from reviewer.notes import documents
from reviewer.notes.decoding import UndecodableError, decode

TABLES = frozenset({".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson", ".json"})
_NOT_OURS = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


class File(NamedTuple):
    """A file: its path below the folder or archive, what messages call it, and its bytes when asked for."""

    parts: tuple[str, ...]
    name: str
    read: Callable[[], bytes]

    @property
    def suffix(self) -> str:
        """The end of its name, such as `.txt`."""
        return Path(self.parts[-1]).suffix.lower()

    @property
    def stem(self) -> str:
        """Its name without that end."""
        return Path(self.parts[-1]).stem


def passed_by(parts: Iterable[str]) -> bool:
    """Whether a file is one that systems leave behind: hidden, or known for it."""
    return any(part.startswith(".") or part.casefold() in _NOT_OURS for part in parts)


def below(folder: Path) -> Iterator[File]:
    """The files of a folder, in order. Links to folders are not followed. `InputError` where one cannot be read."""

    def stop(problem: OSError) -> None:
        raise InputError(f"{shown(problem.filename or folder)}: {reason_of(problem)}")

    paths = [Path(where) / name for where, _, names in os.walk(folder, onerror=stop) for name in names]
    for parts, path in sorted((path.relative_to(folder).parts, path) for path in paths):
        if not passed_by(parts):
            yield of_path(path, parts)


def of_path(path: Path, parts: tuple[str, ...] | None = None) -> File:
    """A file on the disk."""
    from reviewer.notes.loading import read_bytes

    return File(tuple(map(_printable, parts or (path.name,))), shown(path), lambda: read_bytes(path))


def _printable(part: str) -> str:
    return part.encode("utf-8", "backslashreplace").decode()


def text_of(file: File) -> str:
    """The text of a note file of any kind. `InputError` names the file."""
    raw = file.read()
    kind = documents.kind_of(raw, file.suffix)
    try:
        text = documents.text_of(raw, kind).replace("\x00", "") if kind else decode(raw).text
    except (documents.ExtraMissingError, UndecodableError) as problem:
        raise InputError(f"{file.name}: {problem}") from None
    if not text.strip():
        raise InputError(f"{file.name}: the note is empty")
    return text
