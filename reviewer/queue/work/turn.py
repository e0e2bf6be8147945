"""One thread of a process reads at a time: the others sleep, where they would else fight for the interpreter."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turn:
    """Taken for reading, and given away meanwhile for whatever is waited for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and have it."""
        self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def given_away(self) -> Iterator[None]:
        """Let others read meanwhile; nothing where this thread has no turn."""
        mine = self._holder == threading.get_ident()
        if mine:
            self._give()
        try:
            yield
        finally:
            if mine:
                self._take()

    def _take(self) -> None:
        self._lock.acquire()
        self._holder = threading.get_ident()

    def _give(self) -> None:
        self._holder = None
        self._lock.release()
