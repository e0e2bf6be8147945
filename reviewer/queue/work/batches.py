"""Which versions are taken together: claimed by one process, given back when it dies, never lost between."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import batches, outcomes, versions


class Pending(NamedTuple):
    """A version to be reviewed."""

    id: int
    tries: int


def claim(store: Store, executor: str, size: int) -> str | None:
    """Take up to `size` versions that nobody has into a new batch; its id, or None when there are none."""
    with store.writing() as connection:
        wanted = (
            select(versions.c.id)
            .where(versions.c.batch_id.is_(None), versions.c.superseded.is_(False), _open())
            .order_by(versions.c.deadline.is_(None), versions.c.deadline, versions.c.id)
            .limit(size)
        )
        if not store.is_sqlite:
            wanted = wanted.with_for_update(skip_locked=True)
        ids = list(connection.execute(wanted).scalars())
        if not ids:
            return None
        identity = secrets.token_hex(16)
        connection.execute(insert(batches).values(id=identity, executor=executor, runs=0, size=len(ids)))
        connection.execute(update(versions).where(versions.c.id.in_(ids)).values(batch_id=identity))
        return identity


def begin(store: Store, batch: str) -> int:
    """Note that the batch's work begins; how often it has begun, this time included."""
    with store.writing() as connection:
        connection.execute(update(batches).where(batches.c.id == batch).values(runs=batches.c.runs + 1))
        return int(connection.execute(select(batches.c.runs).where(batches.c.id == batch)).scalar_one_or_none() or 1)


def pending(store: Store, batch: str) -> list[Pending]:
    """The versions of a batch that have no outcome yet."""
    with store.reading() as connection:
        found = connection.execute(
            select(versions.c.id, versions.c.tries).where(versions.c.batch_id == batch, _open()).order_by(versions.c.id)
        )
        return [Pending(row.id, row.tries) for row in found]


def tried(store: Store, version: int) -> int:
    """Note that a version is begun on its own, after its batch was cut off; how often that was."""
    with store.writing() as connection:
        connection.execute(update(versions).where(versions.c.id == version).values(tries=versions.c.tries + 1))
        tries: int = connection.execute(select(versions.c.tries).where(versions.c.id == version)).scalar_one()
        return tries


def release(store: Store, batch: str) -> None:
    """Give back what a batch did not finish, and forget the batch."""
    with store.writing() as connection:
        _release(connection, batch)


def _release(connection: Connection, batch: str) -> None:
    connection.execute(update(versions).where(versions.c.batch_id == batch, _open()).values(batch_id=None))
    connection.execute(delete(batches).where(batches.c.id == batch))


def of_executor(store: Store, executor: str) -> list[str]:
    """The batches that a process took."""
    with store.reading() as connection:
        return list(connection.execute(select(batches.c.id).where(batches.c.executor == executor)).scalars())


def adopt(store: Store, batch: str, executor: str) -> None:
    """Let a batch belong to another process."""
    with store.writing() as connection:
        connection.execute(update(batches).where(batches.c.id == batch).values(executor=executor))


def ownerless(store: Store, living: set[str]) -> list[str]:
    """Batches of processes that are not among the living."""
    with store.reading() as connection:
        return list(connection.execute(select(batches.c.id).where(batches.c.executor.not_in(living))).scalars())


def left_over(store: Store) -> int:
    """How many versions still have no outcome."""
    with store.reading() as connection:
        return connection.execute(
            select(func.count()).select_from(versions).where(and_(versions.c.superseded.is_(False), _open()))
        ).scalar_one()


def _open() -> ColumnElement[bool]:
    return ~select(outcomes.c.version_id).where(outcomes.c.version_id == versions.c.id).exists()
