"""Which files of a folder belong to which encounter.

A sub-folder is an encounter, named by it. A file beside the sub-folders belongs to the encounter before `__` in its
name (`E17__nursing.txt`). A table or JSON file beside them holds encounters of its own. In an encounter's folder, and
behind `__`, `encounter.json` holds its date, setting and so on, and `billed.csv` (.json, .xlsx, .837) its billed lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from reviewer.billing.files import billed_rows
from reviewer.billing.rows import UnreadableError
from reviewer.errors import ReviewError
from reviewer.notes.loading import NOTE_SUFFIXES
from reviewer.queue.intake import objects
from reviewer.queue.intake.draft import Draft
from reviewer.queue.intake.fields import identity_of
from reviewer.queue.intake.files import TABLES, File, text_of
from reviewer.queue.intake.problem import Place, Problem

BETWEEN = "__"
_ABOUT, _BILLED = "encounter.json", frozenset({"billed", "charges", "claim"})
_BILLED_KINDS = frozenset({".csv", ".json", ".xlsx", ".txt", ".837", ".edi", ".x12"})
_WHICH = (
    f"which encounter is this note of? Put it into a folder named by the encounter, name it ID{BETWEEN}NAME, or give "
    "--single-notes where each file is an encounter"
)


class Part(NamedTuple):
    """A file of an encounter, and what its encounter calls it."""

    file: File
    name: str


class Grouped(NamedTuple):
    """Files by encounter, tables of encounters, files nobody reads, and what could not be told."""

    encounters: dict[str, list[Part]]
    tables: list[File]
    unread: list[str]
    problems: list[Problem]


def grouped(files: Iterable[File], *, single_notes: bool = False) -> Grouped:
    """Sort files by encounter."""
    found = Grouped({}, [], [], [])
    for file in files:
        if len(file.parts) > 1:
            name = "/".join(file.parts[1:])
            _put(found, file.parts[0], Part(file, name))
        elif BETWEEN in file.parts[0]:
            identity, _, name = file.parts[0].partition(BETWEEN)
            _put(found, identity, Part(file, name))
        elif file.suffix in TABLES:
            found.tables.append(file)
        elif file.suffix not in NOTE_SUFFIXES:
            found.unread.append(file.name)
        elif single_notes:
            _put(found, file.stem, Part(file, file.parts[0]))
        else:
            found.problems.append(Problem(file.name, _WHICH))
    return found


def _put(found: Grouped, identity: str, part: Part) -> None:
    found.encounters.setdefault(identity.strip(), []).append(part)


def unwrapped(files: list[File]) -> list[File]:
    """The files of an archive without the one folder that all of them stand in."""
    tops = {file.parts[0] for file in files}
    inner = [file.parts[1:] for file in files]
    if len(tops) != 1 or not all(inner):
        return files
    if not any(len(parts) > 1 or BETWEEN in parts[0] or _is_table(parts[0]) for parts in inner):
        return files  # one encounter's folder
    return [file._replace(parts=parts) for file, parts in zip(files, inner, strict=True)]


def _is_table(name: str) -> bool:
    return name != _ABOUT and any(name.lower().endswith(suffix) for suffix in (".jsonl", ".ndjson", ".xlsx"))


def drafts(found: Grouped) -> Iterator[Draft | Problem]:
    """The encounters that consist of files."""
    yield from found.problems
    for identity, parts in found.encounters.items():
        place = Place(parts[0].file.name)
        try:
            draft = Draft(identity_of(identity), place)
        except UnreadableError as problem:
            yield place.problem(f"the encounter's id, which its name begins with: {problem}")
            continue
        for part in parts:
            try:
                _take(draft, part, found.unread)
            except ReviewError as problem:
                draft.wrong(*_said(problem, part))
        yield draft


def _said(problem: ReviewError, part: Part) -> tuple[Place, str]:
    """The problem without the file's name in front of it."""
    return Place(part.file.name), str(problem).removeprefix(f"{part.file.name}: ")


def _take(draft: Draft, part: Part, unread: list[str]) -> None:
    file, place = part.file, Place(part.file.name)
    stem = part.name.rpartition(".")[0].lower()
    if "/" in part.name:
        draft.wrong(place, "a folder within an encounter's folder; put its notes beside the others")
    elif part.name.lower() == _ABOUT:
        _about(draft, file, place)
    elif stem in _BILLED and file.suffix in _BILLED_KINDS:
        draft.bill(billed_rows(file.read(), file.name))
    elif file.suffix in NOTE_SUFFIXES:
        draft.note(part.name, text_of(file), place)
    else:
        unread.append(file.name)


def _about(draft: Draft, file: File, place: Place) -> None:
    try:
        entry = json.loads(file.read())
    except (ValueError, RecursionError):
        draft.wrong(place, "not valid JSON")
        return
    if isinstance(entry, dict):
        objects.fill(draft, entry, place)
    else:
        draft.wrong(place, "should be an object with date, setting and so on")
