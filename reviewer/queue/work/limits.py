"""What all workers together may ask of the endpoint: requests and tokens a minute, and tokens in all.

The buckets stand in the store, so that ten servers share one limit; on PostgreSQL its clock counts, as those of ten
servers differ. A bucket holds at most a minute's worth and fills evenly; taking more than there is leaves it in debt,
and the next one waits the debt out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import Connection, select, text, update

from reviewer.queue.clock import now_seconds
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import limits, spending
from reviewer.queue.store.upsert import insert_new
from reviewer.queue.work.trouble import StoppedError
from reviewer.usage import Usage

REQUESTS, TOKENS = "requests", "tokens"
MODEL = "model"
LONGEST_JUMP = 60.0
"""A clock that jumps fills or empties a bucket by at most this many seconds."""


class Throttle:
    """Waits until a request may be made."""

    def __init__(
        self,
        store: Store,
        *,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        now: Callable[[], float] | None = None,
    ) -> None:
        self._store, self._given_now = store, now
        self._rates = {REQUESTS: requests_per_minute, TOKENS: tokens_per_minute}

    def wait(self, tokens: int, stopping: threading.Event) -> None:
        """Wait for one request of about so many tokens. Raises `StoppedError` when the worker is told to stop."""
        for name, amount in ((REQUESTS, 1), (TOKENS, tokens)):
            rate = self._rates[name]
            if rate and amount and stopping.wait(self._take(name, amount, rate)):
                raise StoppedError("the worker was told to stop")

    def _take(self, name: str, amount: float, rate: int) -> float:
        """Take an amount out of a bucket; the seconds to wait before using it."""
        with self._store.writing() as connection:
            now = self._now(connection)
            insert_new(connection, limits, {"name": name, "level": float(rate), "at": now}, key="name")
            row = connection.execute(select(limits).where(limits.c.name == name).with_for_update()).one()
            passed = min(max(now - row.at, 0.0), LONGEST_JUMP)
            level = min(row.level + passed * rate / 60, float(rate)) - amount
            connection.execute(update(limits).where(limits.c.name == name).values(level=level, at=now))
        return max(0.0, -float(level) * 60 / rate)

    def _now(self, connection: Connection) -> float:
        if self._given_now is not None:
            return self._given_now()
        if self._store.is_sqlite:
            return now_seconds()
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())


class Budget:
    """Tokens that may be spent in all."""

    def __init__(self, store: Store, tokens: int | None) -> None:
        self._store, self._tokens = store, tokens

    def left(self) -> bool:
        """Whether a further request may be paid."""
        if self._tokens is None:
            return True
        with self._store.reading() as connection:
            cost = spent(connection)
        return cost.prompt_tokens + cost.completion_tokens < self._tokens


def spent(connection: Connection) -> Usage:
    """What the model has cost so far."""
    row = connection.execute(select(spending).where(spending.c.name == MODEL)).one_or_none()
    if row is None:
        return Usage()
    return Usage(calls=row.calls, prompt_tokens=row.prompt_tokens, completion_tokens=row.completion_tokens)


def pay(connection: Connection, usage: Usage) -> None:
    """Add a call's cost, inside the caller's transaction."""
    changes = {name: spending.c[name] + value for name, value in usage.model_dump().items()}
    adding = update(spending).where(spending.c.name == MODEL).values(changes)
    if not connection.execute(adding).rowcount:
        insert_new(connection, spending, {"name": MODEL, **Usage().model_dump()}, key="name")
        connection.execute(adding)
