"""The circuit breaker: an endpoint that fails pauses every worker instead of burning the queue."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import select

from reviewer.queue.clock import now_seconds
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import breaker
from reviewer.queue.store.upsert import upsert

NAME = "endpoint"
FAILURES = 5
"""Failures in a row, of all workers together, that open the breaker."""

FIRST_PAUSE, LONGEST_PAUSE = 15.0, 600.0
LOOK_EVERY = 1.0


class Breaker:
    """Shared by all workers through the store; looked at once a second at most."""

    def __init__(
        self, store: Store, *, first_pause: float = FIRST_PAUSE, now: Callable[[], float] = now_seconds
    ) -> None:
        self._store, self._first, self._now = store, first_pause, now
        self._lock = threading.Lock()
        self._looked, self._until, self._failures = -1e9, 0.0, 0

    def wait(self, stopping: threading.Event) -> bool:
        """Wait while the breaker is open; whether work may go on, False when the worker is told to stop."""
        while not stopping.is_set():
            pause = self._open_for()
            if pause <= 0:
                return True
            stopping.wait(min(pause, LOOK_EVERY))
        return False

    def succeeded(self) -> None:
        """The endpoint answered: the next failure is the first again."""
        with self._lock:
            if self._failures:
                self._keep(0, 0.0, "")

    def failed(self, reason: str) -> None:
        """The endpoint failed; after `FAILURES` in a row everybody pauses, longer each time. `reason` has no values."""
        with self._lock:
            self._look()
            failures = self._failures + 1
            times = failures - FAILURES
            pause = min(self._first * 2**times, LONGEST_PAUSE) if times >= 0 else 0.0
            self._keep(failures, self._now() + pause if pause else 0.0, reason[:200])

    def _open_for(self) -> float:
        with self._lock:
            if abs(self._now() - self._looked) >= LOOK_EVERY or self._until > self._now():
                self._look()
            # A clock that jumped back must not keep the breaker open for longer than any pause.
            return min(self._until - self._now(), LONGEST_PAUSE)

    def _look(self) -> None:
        with self._store.reading() as connection:
            row = connection.execute(select(breaker).where(breaker.c.name == NAME)).one_or_none()
        self._looked = self._now()
        self._failures, self._until = (row.failures, row.open_until) if row else (0, 0.0)

    def _keep(self, failures: int, until: float, reason: str) -> None:
        row = {"name": NAME, "failures": failures, "open_until": until, "reason": reason}
        with self._store.writing() as connection:
            upsert(connection, breaker, [row], key="name")
        self._failures, self._until = failures, until
