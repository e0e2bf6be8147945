"""A file on its way: bytes that are there, how many of them are right, and the move to its final name."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import ReviewError, reason_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.local.catalogue import Entry

_BLOCK = 1 << 20
_SPARE = 64 << 20


class PullError(ReviewError):
    """A model could not be fetched or kept; running the same command again goes on where this one ended."""

    exit_code = 3


class SourceError(Exception):
    """One source did not give the bytes; the message is a clause of one line, and another source may do better."""


class Partial:
    """The bytes of a model before they are known to be complete and right: `NAME.gguf.part` beside the final file."""

    def __init__(self, entry: Entry, folder: Path) -> None:
        self.entry = entry
        self.final = folder / entry.file
        self.path = folder / f"{entry.file}.part"

    @property
    def size(self) -> int:
        """Bytes that are there."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def make_folder(self) -> None:
        """See to the folder."""
        with told_plainly(self.path.parent):
            self.path.parent.mkdir(parents=True, exist_ok=True)

    def make_room(self) -> None:
        """See to free space for what is missing and one packed piece."""
        with told_plainly(self.path.parent):
            free = shutil.disk_usage(self.path.parent).free
        needed = max(self.entry.bytes - self.size, 0) + self.entry.piece_bytes + _SPARE
        if free < needed:
            folder = shown(self.path.parent)
            raise PullError(f"not enough room in {folder}: {megabytes(needed)} are needed, {megabytes(free)} are free")

    def keep_what_is_right(self) -> int:
        """Cut the file back to its leading pieces that have the catalogue's SHA-256; how many bytes were dropped."""
        before = self.size
        right = right_bytes(self.path, self.entry) if before else 0
        if right < before:
            self.cut(right)
        return before - right

    def cut(self, size: int) -> None:
        """Keep the first `size` bytes."""
        with told_plainly(self.path), self.path.open("r+b") as file:
            file.truncate(size)

    def write(self, blocks: Iterable[bytes], *, from_start: bool = False) -> None:
        """Add the blocks, each kept as it comes. Raises `SourceError` when they are more than the file has."""
        size = 0 if from_start else self.size
        with told_plainly(self.path), self.path.open("wb" if from_start else "ab") as file:
            for block in blocks:
                size += len(block)
                if size > self.entry.bytes:
                    raise SourceError("it holds more bytes than the catalogue says")
                file.write(block)

    def finish(self) -> Path:
        """Give the file its final name if its SHA-256 is right; else drop its broken end and raise `SourceError`."""
        if sha256(self.path) != self.entry.sha256:
            dropped = self.keep_what_is_right()
            if not dropped:  # every piece is right and the whole is not: the catalogue contradicts itself
                self.cut(0)
            raise SourceError(f"wrong SHA-256: {megabytes(dropped or self.entry.bytes)} were deleted")
        with told_plainly(self.final):
            self.path.replace(self.final)
        return self.final


def right_bytes(path: Path, entry: Entry) -> int:
    """How many bytes at the start of the file are whole pieces with the catalogue's SHA-256."""
    right = 0
    with told_plainly(path), path.open("rb") as file:
        for index, wanted in enumerate(entry.piece_sha256):
            length = entry.piece_length(index)
            piece = file.read(length)
            if len(piece) < length or hashlib.sha256(piece).hexdigest() != wanted:
                break
            right += length
    return right


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with told_plainly(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def megabytes(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 1e6:,.0f} MB"


def drop(path: Path) -> None:
    """Delete a file that may be gone already."""
    with told_plainly(path), suppress(FileNotFoundError):
        path.unlink()


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into one line that names the file."""
    try:
        yield
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PullError(f"the disk is full; what came so far is kept in {shown(path.parent)}") from None
        raise PullError(f"{shown(path)}: {reason_of(problem, 'cannot be used')}") from None
