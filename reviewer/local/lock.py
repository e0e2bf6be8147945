"""One at a time: a lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from reviewer.errors import shown
from reviewer.local.partial import PullError, told_plainly


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`. Raises `PullError` when another run holds it."""
    with told_plainly(path):
        file = path.open("a+b")
    with file:
        if not _taken(file) or not _is_at(file, path):
            raise PullError(f"{shown(path.parent)}: another run is fetching this model: wait until it has ended")
        try:
            yield
        finally:
            with suppress(OSError):  # an open file cannot be deleted everywhere; an old one does no harm
                path.unlink()


def _taken(file: IO[bytes]) -> bool:
    """Whether the lock is ours now: it is not waited for, and goes when the file is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system without locks; what two runs leave there is still checked by its hash
    return True


def _is_at(file: IO[bytes], path: Path) -> bool:
    """Whether the file still has its name: a run that ends deletes it, perhaps between our opening and our locking."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
