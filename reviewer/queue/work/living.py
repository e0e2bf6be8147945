"""Which worker processes live, told by beats and not by clocks: a clock that jumps kills nobody."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable

from sqlalchemy import delete, insert, select, update

from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import executors

SILENT_SECONDS = 20.0
"""How long another machine's process may be silent before its work is taken up."""


class Living:
    """This process among the others. `now` must never go back."""

    def __init__(self, store: Store, *, now: Callable[[], float] = time.monotonic) -> None:
        self._store, self._now = store, now
        self.host, self.pid = socket.gethostname()[:120], os.getpid()
        self.id = f"{self.pid}-{secrets.token_hex(8)}"
        self._heard: dict[str, tuple[int, float]] = {}
        with store.writing() as connection:
            connection.execute(insert(executors).values(id=self.id, host=self.host, pid=self.pid, beat=0))

    def beat(self) -> None:
        """Show that this process lives."""
        with self._store.writing() as connection:
            connection.execute(update(executors).where(executors.c.id == self.id).values(beat=executors.c.beat + 1))

    def leave(self) -> None:
        """Take this process off the list."""
        with self._store.writing() as connection:
            connection.execute(delete(executors).where(executors.c.id == self.id))

    def all(self) -> set[str]:
        """The ids of every process on the list."""
        with self._store.reading() as connection:
            return set(connection.execute(select(executors.c.id)).scalars())

    def dead(self) -> list[str]:
        """Processes that died, each told to one caller only: who takes it off the list takes up its work."""
        with self._store.reading() as connection:
            rows = connection.execute(select(executors).where(executors.c.id != self.id)).all()
        gone = [
            row.id for row in rows if (row.host == self.host and not _runs(row.pid)) or self._silent(row.id, row.beat)
        ]
        return [identity for identity in gone if self._buried(identity)]

    def _silent(self, identity: str, beat: int) -> bool:
        before = self._heard.get(identity)
        if before is None or before[0] != beat:
            self._heard[identity] = beat, self._now()
            return False
        return self._now() - before[1] > SILENT_SECONDS

    def _buried(self, identity: str) -> bool:
        with self._store.writing() as connection:
            return bool(connection.execute(delete(executors).where(executors.c.id == identity)).rowcount)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
