"""Which worker processes live, told by beats and not by clocks: a clock that jumps kills nobody."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import executors

BEAT_SECONDS = 2.0
SILENT_SECONDS = 20.0
"""How long another machine's process may be silent before its work is taken up."""

LONGEST_STEP = 2 * BEAT_SECONDS
"""What one look adds to a silence at most: whoever could not look himself, as the database was gone, heard nobody."""


class Living:
    """This process among the others. `now` must never go back."""

    def __init__(self, store: Store, *, now: Callable[[], float] = time.monotonic) -> None:
        self._store, self._now = store, now
        self.host, self.pid = _host(), os.getpid()
        self.id = f"{self.pid}-{secrets.token_hex(8)}"
        self._heard: dict[str, tuple[int, float]] = {}
        self._looked = now()
        self._left = threading.Event()
        self._enter()

    def _enter(self) -> None:
        with self._store.writing() as connection:
            connection.execute(insert(executors).values(id=self.id, host=self.host, pid=self.pid, beat=0))

    def keep_beating(self) -> None:
        """Beat on a thread of its own: whatever the worker waits for, it lives."""
        threading.Thread(target=self._beat_on, name="beat", daemon=True).start()

    def _beat_on(self) -> None:
        while not self._left.wait(BEAT_SECONDS):
            try:
                self.beat()
            except SQLAlchemyError:
                continue  # the database is gone; who waits for it finds out, and this thread must not end

    def beat(self) -> None:
        """Show that this process lives, also to those who took it for dead."""
        with self._store.writing() as connection:
            known = connection.execute(
                update(executors)
                .where(executors.c.id == self.id)
                .values(beat=executors.c.beat + 1)
                .returning(executors.c.id)
            ).first()
        if known is None and not self._left.is_set():
            self._enter()

    def leave(self) -> None:
        """Take this process off the list."""
        self._left.set()
        with self._store.writing() as connection:
            connection.execute(delete(executors).where(executors.c.id == self.id))

    def all(self) -> set[str]:
        """The ids of every process on the list."""
        with self._store.reading() as connection:
            return set(connection.execute(select(executors.c.id)).scalars())

    def bury(self) -> None:
        """Take processes that died off the list: gone from this machine, or silent for too long."""
        with self._store.reading() as connection:
            rows = connection.execute(select(executors).where(executors.c.id != self.id)).all()
        now = self._now()
        step, self._looked = min(now - self._looked, LONGEST_STEP), now
        dead = [
            row.id
            for row in rows
            if self._silent(row.id, row.beat, step) or (row.host == self.host and not _runs(row.pid))
        ]
        self._heard = {row.id: self._heard[row.id] for row in rows if row.id not in dead}
        if dead:
            with self._store.writing() as connection:
                connection.execute(delete(executors).where(executors.c.id.in_(dead)))

    def _silent(self, identity: str, beat: int, step: float) -> bool:
        known, silent = self._heard.get(identity, (None, 0.0))
        silent = silent + step if known == beat else 0.0
        self._heard[identity] = beat, silent
        return silent > SILENT_SECONDS


def _host() -> str:
    """This machine, as far as process ids mean the same: a container has its own, with the name of another maybe."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{socket.gethostname()[:80]} {space}".strip()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
