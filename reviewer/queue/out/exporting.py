"""The export as files that are either wholly written or not there."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from reviewer.errors import InputError, UsageError, reason_of, shown
from reviewer.queue.out import tables
from reviewer.queue.out.encounters import Encounter
from reviewer.queue.store.database import Store, plain_failures
from validator.rulebook import Rulebook

Format = Literal["csv", "xlsx", "jsonl", "html"]


@plain_failures
def export(store: Store, found: Iterable[Encounter], form: Format, target: Path | None, rulebook: Rulebook) -> int:
    """Write encounters in one format; how many rows, lines or encounters. None is standard output, for text only.

    Raises `UsageError` for a target that cannot be used and `InputError` for one that cannot be written.
    """
    if target is None:
        if form not in ("csv", "jsonl"):
            raise UsageError(f"--format {form} needs --output")
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        return tables.as_csv(sys.stdout, found) if form == "csv" else tables.as_lines(sys.stdout, found)
    beside = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    try:
        return _folder(store, found, target, beside, rulebook) if form == "html" else _file(found, form, target, beside)
    except OSError as problem:
        raise InputError(f"--output {shown(target)}: {reason_of(problem, 'cannot be written')}") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        with contextlib.suppress(OSError):
            beside.unlink()


def _file(found: Iterable[Encounter], form: Format, target: Path, beside: Path) -> int:
    if form == "xlsx":
        with beside.open("xb") as packed:
            number = tables.as_workbook(packed, found)
    else:
        # The mark at the start is what makes a spreadsheet take the file for UTF-8.
        with beside.open("x", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
            number = (tables.as_csv if form == "csv" else tables.as_lines)(file, found)
    beside.replace(target.resolve())
    return number


def _folder(store: Store, found: Iterable[Encounter], target: Path, beside: Path, rulebook: Rulebook) -> int:
    from reviewer.queue.out import pages

    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"--output {shown(target)}: for --format html, name a folder that is new or empty")
    beside.mkdir()
    number = pages.write(beside, store, found, rulebook)
    beside.replace(target)
    return number
