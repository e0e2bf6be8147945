"""Writing together what several threads want to write at the same time: one transaction, one sync of the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from reviewer.queue.work.trouble import DATABASE_GONE

T = TypeVar("T")


class Together(Generic[T]):
    """Calls `write` with what has come in since it was called last. Nobody waits for others on purpose."""

    def __init__(self, write: Callable[[Sequence[T]], None]) -> None:
        self._write = write
        self._coming, self._turn = threading.Lock(), threading.Lock()
        self._waiting: list[tuple[T, Future[None]]] = []

    def __call__(self, item: T) -> None:
        """Return once the item is written. Raises what `write` raised of it, written alone where it was with others."""
        written: Future[None] = Future()
        with self._coming:
            self._waiting.append((item, written))
        with self._turn:
            # Whoever had the turn meanwhile may have written this one.
            with self._coming:
                taken, self._waiting = self._waiting, []
            self._written(taken)
        written.result()

    def _written(self, taken: list[tuple[T, Future[None]]]) -> None:
        if not taken:
            return
        try:
            self._write([item for item, _ in taken])
        except BaseException as problem:
            # What one of them is to blame for is only its own; a database that is away is nobody's fault.
            if len(taken) == 1 or isinstance(problem, DATABASE_GONE):
                for _, written in taken:
                    written.set_exception(problem)
            else:
                for one in taken:
                    self._written([one])
        else:
            for _, written in taken:
                written.set_result(None)
