"""The circuit breaker: an endpoint that fails pauses every worker instead of burning the queue.

How long a pause still lasts is measured by each process with a clock that never jumps; of the wall clock only a process
that starts within a pause makes use, and then within the pause's length.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, literal, select, update

from reviewer.queue.clock import now_seconds
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import breaker
from reviewer.queue.store.upsert import insert_new
from reviewer.queue.work.trouble import StoppedError

NAME = "endpoint"
FAILURES = 5
"""Failures in a row, of all workers together, that open the breaker."""

FIRST_PAUSE, LONGEST_PAUSE = 15.0, 600.0
LOOK_EVERY = 1.0
_NEW = {"name": NAME, "failures": 0, "opened": 0, "pause": 0.0, "open_until": 0.0, "reason": "", "proven": ""}


class Breaker:
    """Shared by all workers through the store; looked at once a second at most. `settings` is a hash of what is asked.

    `answers` counts the replies in this process.
    """

    def __init__(
        self,
        store: Store,
        settings: str = "",
        *,
        first_pause: float = FIRST_PAUSE,
        now: Callable[[], float] = now_seconds,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._settings, self._first = store, settings, first_pause
        self._now, self._steady = now, steady
        self._lock, self._probing = threading.Lock(), threading.Lock()
        self._looked = -LOOK_EVERY - 1 + steady()
        self._opened: int | None = None
        self._end, self._failures, self._proven = 0.0, 0, ""
        self.answers = 0

    @contextmanager
    def permit(self, stopping: threading.Event) -> Iterator[int]:
        """Wait while the breaker is open; then a request may be made. While nothing was answered since, one at a time.

        Yields a number to give back to `failed`. Raises `StoppedError` when the worker is told to stop.
        """
        while True:
            if not self.wait(stopping):
                raise StoppedError("the worker was told to stop")
            if not self.tripped:
                yield self._opened or 0
                return
            if self._probing.acquire(timeout=LOOK_EVERY):
                try:
                    if self.pause_left() <= 0:
                        yield self._opened or 0
                        return
                finally:
                    self._probing.release()

    def wait(self, stopping: threading.Event) -> bool:
        """Wait while the breaker is open; whether work may go on, False when the worker is told to stop."""
        while not stopping.is_set():
            pause = self.pause_left()
            if pause <= 0:
                return True
            stopping.wait(min(pause, LOOK_EVERY))
        return False

    @property
    def tripped(self) -> bool:
        """Whether so many requests failed in a row that the endpoint is taken to be down."""
        return self._failures >= FAILURES

    @property
    def proven(self) -> bool:
        """Whether the endpoint has ever answered with these settings."""
        return self._proven == self._settings

    def pause_left(self) -> float:
        """Seconds until requests may be made again; 0 or less when they may."""
        with self._lock:
            if self._steady() - self._looked >= LOOK_EVERY:
                with self._store.reading() as connection:
                    self._seen(_row(connection))
            return self._end - self._steady()

    def succeeded(self) -> None:
        """The endpoint answered: the next failure is the first again."""
        with self._lock:
            self.answers += 1
            if not self._failures and self.proven:
                return
            with self._store.writing() as connection:
                row = _row(connection, lock=True)
                # A pause that the endpoint asked for lasts, whatever came before it asked.
                pause = 0.0 if row.failures else row.pause
                self._seen(_change(connection, failures=0, pause=pause, proven=self._settings))

    def failed(self, reason: str, began: int) -> None:
        """A request failed that `permit` gave the number `began`; after `FAILURES` in a row everybody pauses.

        Each pause is twice as long. What was under way when one began does not count again. `reason` has no values.
        """
        with self._lock, self._store.writing() as connection:
            row = _row(connection, lock=True)
            if row.opened != began:
                self._seen(row)
                return
            failures = row.failures + 1
            values: dict[str, Any] = {"failures": failures, "reason": reason[:200]}
            if failures >= FAILURES:
                pause = min(self._first * 2.0 ** min(failures - FAILURES, 20), LONGEST_PAUSE)
                values |= self._pause(row, pause)
            self._seen(_change(connection, **values))

    def hold(self, seconds: float, reason: str) -> None:
        """The endpoint asked for a pause: it holds for everybody, and counts as no failure."""
        seconds = min(seconds, LONGEST_PAUSE)
        with self._lock:
            if self._end - self._steady() >= seconds - LOOK_EVERY:
                return
            with self._store.writing() as connection:
                row = _row(connection, lock=True)
                self._seen(_change(connection, reason=reason[:200], **self._pause(row, seconds)))

    def _pause(self, row: Row[Any], seconds: float) -> dict[str, Any]:
        return {"opened": row.opened + 1, "pause": seconds, "open_until": self._now() + seconds}

    def _seen(self, row: Row[Any]) -> None:
        self._looked = self._steady()
        self._failures, self._proven = row.failures, row.proven
        if self._opened is None:
            left = min(max(row.open_until - self._now(), 0.0), row.pause)
            self._end = self._steady() + left
        elif row.opened != self._opened:
            self._end = self._steady() + row.pause
        elif not row.pause:
            self._end = 0.0
        self._opened = row.opened


def _row(connection: Connection, *, lock: bool = False) -> Any:
    wanted = select(breaker).where(breaker.c.name == NAME)
    if lock:
        insert_new(connection, breaker, _NEW, key="name")
        return connection.execute(wanted.with_for_update()).one()
    # A row that nobody has written yet says what a new one would.
    row = connection.execute(wanted).one_or_none()
    return row or connection.execute(select(*(literal(value).label(name) for name, value in _NEW.items()))).one()


def _change(connection: Connection, **values: Any) -> Row[Any]:
    statement = update(breaker).where(breaker.c.name == NAME).values(**values).returning(breaker)
    return connection.execute(statement).one()
