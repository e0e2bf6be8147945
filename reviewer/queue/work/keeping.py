"""Outcomes kept several at a time: a transaction for each would cost more than its review."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from reviewer.queue.store.database import Store
from reviewer.queue.work.outcome import Finished, keep

TOGETHER = 16
LONGEST_WAIT = 1.0
"""Seconds that an outcome waits for others. What is lost with a worker is reviewed again, from the kept answer."""


class Keeper:
    """Takes the outcomes of every batch of a process. `now` must never go back."""

    def __init__(self, store: Store, user: str, *, now: Callable[[], float] = time.monotonic) -> None:
        self._store, self._user, self._now = store, user, now
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._ready: list[Finished] = []
        self._since = now()

    def add(self, result: Finished) -> None:
        """Keep an outcome, or let it wait for others. Raises what SQLAlchemy does when the database is away."""
        with self._lock:
            if not self._ready:
                self._since = self._now()
            self._ready.append(result)
        self.look()

    def look(self) -> None:
        """Keep what waits where it is enough, or has waited long enough."""
        with self._lock:
            due = self._ready and (len(self._ready) >= TOGETHER or self._now() - self._since >= LONGEST_WAIT)
        if due:
            self.flush()

    def flush(self) -> None:
        """Keep everything that was added before. Where that fails, those versions stay open."""
        with self._turn:
            with self._lock:
                taken, self._ready = self._ready, []
            keep(self._store, taken, self._user)
