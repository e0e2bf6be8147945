"""Files, folders and standard input to the notes of one encounter."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from reviewer.errors import InputError, UsageError, reason_of, shown
from reviewer.notes import documents
from reviewer.notes.decoding import UndecodableError, decode
from reviewer.notes.note import Note

MOST_CHARACTERS = 500_000
MOST_BYTES = 32_000_000
STDIN = "-"
_AT_MOST = f"at most {MOST_CHARACTERS:,} are read"
NOTE_SUFFIXES = frozenset({"", ".txt", ".text", ".md", ".note", ".csv", ".tsv", ".log"}) | documents.KINDS
"""Endings of files that are taken for notes where a folder is named."""


class Loaded(NamedTuple):
    """The notes in the order they were named, and the files of a folder that are no notes."""

    notes: tuple[Note, ...]
    passed_over: tuple[Path, ...]


def load_notes(sources: Sequence[str]) -> Loaded:
    """Notes of ONE encounter from files, folders (their note files, sorted) or `-` for standard input.

    Raises `InputError` naming the file: missing, unreadable, empty, binary, too large. A file named twice is
    read once. Ids are file names, with as much of the folder as tells two equal names apart.
    """
    paths, passed_over = _paths(sources)
    ids = _ids(paths)
    notes = []
    for path, note_id in zip(paths, ids, strict=True):
        decoded = _read(path)
        twice = (f"{shown(note_id)} was named more than once and read once",) if paths[path] > 1 else ()
        notes.append(Note(id=note_id, text=decoded[0], notices=decoded[1] + twice))
    total = sum(len(note.text) for note in notes)
    if total > MOST_CHARACTERS:
        raise InputError(f"the notes have {total:,} characters together; {_AT_MOST}")
    return Loaded(tuple(notes), tuple(passed_over))


def _paths(sources: Sequence[str]) -> tuple[dict[Path | None, int], list[Path]]:
    """How often each file is named, in order; None stands for standard input."""
    found: dict[Path | None, int] = {}
    passed_over: list[Path] = []
    for source in sources:
        if source == STDIN:
            if None in found:
                raise UsageError("- (standard input) can be named only once")
            found[None] = 1
            continue
        path = Path(source)
        chosen, left = _folder(path) if _is_folder(path) else ([path], [])
        passed_over += left
        for file in chosen:
            known = next((other for other in found if other and _same(other, file)), file)
            found[known] = found.get(known, 0) + 1
    return found, passed_over


def _same(one: Path, other: Path) -> bool:
    return _real(one) == _real(other)


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links: opening it says so later
        return path.absolute()


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # such as a name too long, when somebody passes the text itself
        return False


def _folder(folder: Path) -> tuple[list[Path], list[Path]]:
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as problem:
        raise InputError(f"{shown(folder)}: {reason_of(problem)}") from None
    chosen = [path for path in inside if path.suffix.lower() in NOTE_SUFFIXES and path.is_file()]
    if not chosen:
        raise InputError(f"{shown(folder)}: no note files in this folder")
    return chosen, [path for path in inside if path not in chosen]


def _ids(paths: dict[Path | None, int]) -> list[str]:
    """File names; where two are equal, both with as many folders as needed."""
    full = [_printable_parts(path) if path else ("stdin",) for path in paths]
    depth = [1] * len(full)
    while True:
        ids = ["/".join(parts[-take:]) for parts, take in zip(full, depth, strict=True)]
        clashes = [index for index, note_id in enumerate(ids) if ids.count(note_id) > 1]
        if not clashes:
            return ids
        for index in clashes:
            depth[index] += 1


def _printable_parts(path: Path) -> tuple[str, ...]:
    """Name parts that any JSON can carry, even when the file system's bytes are no UTF-8."""
    return tuple(part.encode("utf-8", "backslashreplace").decode() for part in path.absolute().parts)


def _read(path: Path | None) -> tuple[str, tuple[str, ...]]:
    name = shown(path) if path else "standard input"
    raw = read_bytes(path)
    kind = documents.kind_of(raw, path.suffix.lower() if path else "")
    notices: tuple[str, ...]
    try:
        if kind:
            text, notices = documents.text_of(raw, kind), (f"text taken out of a {kind} document",)
            text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        else:
            text, notices = decode(raw)
    except documents.ExtraMissingError as problem:
        raise InputError(f"{name}: {problem}") from None
    except UndecodableError as problem:
        raise InputError(f"{name}: {problem}") from None
    if not text.strip():
        raise InputError(f"{name}: the note is empty")
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"{name}: the note has {len(text):,} characters; {_AT_MOST}")
    return text, notices


def read_bytes(path: Path | None) -> bytes:
    """The bytes of a file, or of standard input for None; never more than `MOST_BYTES` are taken in."""
    name = shown(path) if path else "standard input"
    try:
        if path is None:
            raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with path.open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:
        raise InputError(f"{name}: {reason_of(problem)}") from None
    if len(raw) > MOST_BYTES:
        raise InputError(f"{name}: the file is larger than {MOST_BYTES // 1_000_000} MB")
    return raw
