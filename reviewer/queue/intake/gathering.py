"""Everything that was named, read and checked before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from reviewer.errors import InputError, ReviewError, reason_of, shown
from reviewer.notes.decoding import UndecodableError, decode
from reviewer.queue.intake import archives, objects, tables
from reviewer.queue.intake.draft import Defaults, Draft
from reviewer.queue.intake.encounter import Incoming
from reviewer.queue.intake.files import TABLES, File, below, of_path
from reviewer.queue.intake.grouping import drafts, grouped, unwrapped
from reviewer.queue.intake.problem import Problem

MOST_TABLE_BYTES = 500_000_000


class Gathered(NamedTuple):
    """What may be added, what may not and why, files and columns that were not used, encounters that were refused."""

    good: list[Incoming]
    problems: list[Problem]
    unused: list[str]
    refused: int


def gather(paths: Sequence[Path], defaults: Defaults, *, single_notes: bool = False) -> Gathered:
    """The encounters in folders, tables, JSON files, archives and note files. A bad one keeps no other out."""
    return _Gathering(defaults, single_notes).of(paths)


class _Gathering:
    def __init__(self, defaults: Defaults, single_notes: bool) -> None:
        self.defaults, self.single_notes = defaults, single_notes
        self.good: dict[str, Incoming] = {}
        self.sources: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.unused: dict[str, None] = {}
        self.refused: set[str] = set()

    def of(self, paths: Sequence[Path]) -> Gathered:
        loose: list[File] = []
        for path in paths:
            try:
                self._path(path, loose)
            except ReviewError as problem:
                self.problems.append(_plainly(shown(path), problem))
        self._files(loose)
        good = [one for identity, one in self.good.items() if identity not in self.refused]
        return Gathered(good, self.problems, list(self.unused), len(self.refused))

    def _path(self, path: Path, loose: list[File]) -> None:
        if not path.exists():
            raise InputError(f"{shown(path)}: no such file or folder")
        if path.is_dir():
            self._files(below(path))
        elif archives.is_archive(path):
            with archives.opened(path) as files:
                self._files(unwrapped(files))
        elif path.suffix.lower() in TABLES and "__" not in path.name:
            self._table(_table_file(path))
        else:
            loose.append(of_path(path))

    def _files(self, files: Iterable[File]) -> None:
        found = grouped(files, single_notes=self.single_notes)
        self._take(drafts(found))
        for table in found.tables:
            self._table(table)
        self.unused |= {f"{name} (not read: no note or table)": None for name in found.unread}

    def _table(self, file: File) -> None:
        try:
            self._take(_encounters(file))
        except ReviewError as problem:
            self.problems.append(_plainly(file.name, problem))

    def _take(self, found: Iterable[Draft | Problem]) -> None:
        for one in found:
            if isinstance(one, Problem):
                self.problems.append(one)
                continue
            self.unused |= {f"{one.place.file}: {name} (not used)": None for name in sorted(one.unused)}
            incoming = one.finished(self.defaults)
            self.problems += one.problems
            if incoming is None:
                self.refused.add(one.identity)
            else:
                self._keep(incoming, one)

    def _keep(self, incoming: Incoming, draft: Draft) -> None:
        before = self.good.setdefault(draft.identity, incoming)
        if before != incoming:
            self.refused.add(draft.identity)
            first = self.sources[draft.identity]
            self.problems.append(draft.place.problem(f"the same encounter stands in {first} with other content"))
        self.sources.setdefault(draft.identity, _at(draft))


def _at(draft: Draft) -> str:
    row = draft.place.row
    return draft.place.file if row is None else f"{draft.place.file} row {row}"


def _plainly(name: str, problem: ReviewError) -> Problem:
    return Problem(name, str(problem).removeprefix(f"{name}: "))


def _table_file(path: Path) -> File:
    """A table may be larger than a note."""

    def read() -> bytes:
        try:
            if path.stat().st_size > MOST_TABLE_BYTES:
                raise InputError(f"{shown(path)}: larger than {MOST_TABLE_BYTES // 1_000_000} MB; split it")
            return path.read_bytes()
        except OSError as problem:
            raise InputError(f"{shown(path)}: {reason_of(problem)}") from None

    return File((path.name,), shown(path), read)


def _encounters(file: File) -> Iterator[Draft | Problem]:
    raw = file.read()
    if file.suffix == ".xlsx":
        yield from tables.of_workbook(archives.checked(raw, file.name), file.name)
        return
    try:
        text = decode(raw).text
    except UndecodableError as problem:
        raise InputError(f"{file.name}: {problem}") from None
    if not text.strip():
        raise InputError(f"{file.name}: the file is empty")
    if file.suffix in (".jsonl", ".ndjson"):
        yield from objects.of_lines(text, file.name)
    elif file.suffix == ".json":
        yield from objects.of_document(text, file.name)
    else:
        yield from tables.of_csv(text, file.name)
