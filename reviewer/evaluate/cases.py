"""Labelled encounters from a folder of folders, or from a file with one encounter a line.

Everything is read and checked before anything is reviewed, so that a slip in the last file is told at once.
"""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, ValidationError

from reviewer.errors import InputError, reason_of, shown
from reviewer.evaluate.labels import ExpectedLine, Labels
from reviewer.notes.loading import load_notes
from reviewer.notes.note import Note
from validator.facts import Frozen, Setting

LABELS, EXPECTED = "labels.toml", "expected.toml"
_SAYS = {"extra_forbidden": "unknown key", "missing": "this key is required"}
_WRAPPERS = frozenset({"either", "conflict"})
Read = TypeVar("Read", bound=Frozen)


class Case(Frozen):
    """One encounter to be read: its notes, what a person would enter with them, and what is right.

    `codes` is None where no codes are expected in writing, `labels` where the facts are not labelled.
    """

    name: str
    notes: tuple[Note, ...]
    setting: Setting | None = None
    policy: str | None = None
    codes: tuple[ExpectedLine, ...] | None = None
    optional_codes: tuple[ExpectedLine, ...] = ()
    labels: Labels | None = None


class Expected(Frozen):
    """The part of `expected.toml` that codes are compared with; its other keys serve the project's own tests."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    setting: Setting | None = None
    policy: str | None = None
    codes: tuple[ExpectedLine, ...]


def load_cases(source: Path) -> tuple[Case, ...]:
    """The labelled encounters of a folder (its own, or one in each folder in it) or of a JSON-lines file.

    Raises `InputError` naming the encounter and the key: unknown key, wrong value, no notes, no encounter.
    """
    if not source.exists():
        raise InputError(f"{shown(source)}: there is no such folder or file")
    if source.is_file():
        from reviewer.evaluate.examples import load_examples

        return load_examples(source)
    folders = [source] if _labelled(source) else sorted(path for path in source.iterdir() if _labelled(path))
    if not folders:
        raise InputError(f"{shown(source)}: no encounter found: no folder in it holds {LABELS} or {EXPECTED}")
    return tuple(_case(folder) for folder in folders)


def _labelled(folder: Path) -> bool:
    return (folder / LABELS).is_file() or (folder / EXPECTED).is_file()


def _case(folder: Path) -> Case:
    expected = _parsed(Expected, folder / EXPECTED) if (folder / EXPECTED).is_file() else None
    labels = _parsed(Labels, folder / LABELS) if (folder / LABELS).is_file() else None
    return Case(
        name=folder.resolve().name,
        notes=_notes(folder),
        setting=expected.setting if expected else None,
        policy=expected.policy if expected else None,
        codes=expected.codes if expected else None,
        labels=labels,
    )


def _notes(folder: Path) -> tuple[Note, ...]:
    files = sorted(path for path in folder.iterdir() if path.suffix.casefold() == ".txt")
    if not files:
        raise InputError(f"{shown(folder.name)}: labels without notes; put the notes beside them as .txt files")
    return load_notes([str(path) for path in files]).notes


def _parsed(kind: type[Read], path: Path) -> Read:
    name = shown(f"{path.parent.name}/{path.name}")
    try:
        return validated(kind, tomllib.loads(path.read_text("utf-8")), name)
    except OSError as problem:
        raise InputError(f"{name}: {reason_of(problem)}") from None
    except ValueError:  # TOML and UTF-8 errors alike; both may quote the file's text
        raise InputError(f"{name}: not valid TOML in UTF-8") from None


def validated(kind: type[Read], data: Any, name: str) -> Read:
    """The data as what it should be; `InputError` names the place and never the value."""
    try:
        return kind.model_validate(data)
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
    says = _SAYS.get(first["type"]) or first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    raise InputError(f"{name}: {_place(first['loc']) or 'top level'}: {says}")


def _place(loc: tuple[int | str, ...]) -> str:
    """`administration.3.route`: entries count from 1, as a person counts them in the file."""
    parts: list[str] = []
    for part in loc:
        if part in _WRAPPERS:
            break
        parts.append(str(part + 1) if isinstance(part, int) else shown(part))
    return ".".join(parts)
