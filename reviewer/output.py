"""Where a report goes: standard output, or a file that is either wholly written or not touched at all."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from reviewer.errors import InputError, UsageError, reason_of, shown


def check_output(target: Path | None, inputs: Sequence[str]) -> None:
    """Refuse a target that cannot be written, or that is one of the inputs, before any work is done."""
    if target is None:
        return
    name = shown(target)
    if target.is_dir():
        raise UsageError(f"--output {name}: this is a folder; name a file")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"--output {name}: its folder does not exist")
    if any(Path(source).exists() and target.exists() and target.samefile(source) for source in inputs):
        raise UsageError(f"--output {name}: this is one of the inputs and would be overwritten")


def write(text: str, target: Path | None) -> None:
    """Write the report as UTF-8, with one line end at its end."""
    raw = (text.rstrip("\n") + "\n").encode("utf-8", "backslashreplace")
    if target is None:
        _to_stdout(raw)
        return
    try:
        if target.exists() and not target.is_file():  # a device such as /dev/null is written in place
            target.write_bytes(raw)
        else:
            _replace(target.resolve(), raw)
    except OSError as problem:
        raise InputError(f"--output {shown(target)}: {reason_of(problem, 'cannot be written')}") from None


def _to_stdout(raw: bytes) -> None:
    try:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # `reviewer ... | head` has all it wants; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _replace(target: Path, raw: bytes) -> None:
    """Write beside the target and move into place, with the mode of the file that was there."""
    beside = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    try:
        with beside.open("xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o777)
        beside.replace(target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
