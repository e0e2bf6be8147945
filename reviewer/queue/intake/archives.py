"""A zip archive as files: nothing is unpacked onto the disk, and no more than is reasonable into memory."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from reviewer.errors import InputError, reason_of, shown
from reviewer.queue.intake.files import File, passed_by

MOST_FILES = 200_000
MOST_BYTES = 2_000_000_000
MOST_BYTES_OF_ONE = 500_000_000
MOST_RATIO = 200
"""Bytes unpacked for each byte packed; text comes to 30."""

_SMALL = 1_000_000
_ENCRYPTED = 0x1


@contextmanager
def opened(path: Path) -> Iterator[list[File]]:
    """The files of an archive while it is open. `InputError` for what is no archive or no honest one."""
    name = shown(path)
    try:
        archive = zipfile.ZipFile(path)
    except OSError as problem:
        raise InputError(f"{name}: {reason_of(problem)}") from None
    except Exception:  # a damaged archive raises whatever its bytes provoke
        raise InputError(f"{name}: not a readable zip archive") from None
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
        _check(entries, name)
        yield [_file(archive, entry, name) for entry in entries if not passed_by(PurePosixPath(entry.filename).parts)]


def checked(raw: bytes, name: str) -> bytes:
    """The bytes of a workbook, which is an archive too, once it is an honest one."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
    except Exception:  # as above
        raise InputError(f"{name}: not a readable .xlsx workbook") from None
    _check(entries, name)
    return raw


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive, by its bytes, that is not itself a document or workbook."""
    named = path.suffix.lower() == ".zip"
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except Exception:  # as above; what is called an archive is told as one that cannot be read
        return named


def _check(entries: list[zipfile.ZipInfo], name: str) -> None:
    if len(entries) > MOST_FILES:
        raise InputError(f"{name}: more than {MOST_FILES:,} files; split the archive")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise InputError(f"{name}: unpacks to more than {MOST_BYTES // 1_000_000:,} MB; split the archive")
    if len({entry.filename for entry in entries}) < len(entries):
        raise InputError(f"{name}: two files of the archive have one name")
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in path.parts[0]:
            raise InputError(f"{name}: a path in it leads out of the archive, or is written with backslashes")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise InputError(f"{name}: a link in it, where a file should be")
        if entry.flag_bits & _ENCRYPTED:
            raise InputError(f"{name}: it is protected by a password")
        if entry.file_size > MOST_BYTES_OF_ONE or _swells(entry):
            raise InputError(f"{name}: a file in it unpacks to far more than it is packed")


def _swells(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)


def _file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> File:
    def read() -> bytes:
        try:
            with archive.open(entry) as packed:
                raw = packed.read(entry.file_size + 1)
        except Exception:  # as above
            raise InputError(f"{within}: damaged in the archive") from None
        if len(raw) > entry.file_size:
            raise InputError(f"{within}: unpacks to more than the archive says")
        return raw

    within = f"{name}/{shown(entry.filename)}"
    return File(PurePosixPath(entry.filename).parts, within, read)
