"""Several readings that see one and the same state of the database, whoever writes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from reviewer.queue.store.database import Store


@contextmanager
def snapshot(store: Store) -> Iterator[Connection]:
    """A connection that only reads, from one moment on."""
    with store.engine.connect() as connection:
        if not store.is_sqlite:
            # The level is given back with the connection.
            connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
            return
        connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("ROLLBACK")
