"""Which versions are taken together: claimed by one process, given back when it dies, never lost between."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, insert, select, update

from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import batches, executors, outcomes, versions


class Pending(NamedTuple):
    """A version to be reviewed, and how often a worker has died with it."""

    id: int
    tries: int


def claim(store: Store, executor: str, size: int) -> str | None:
    """Take up to `size` versions that nobody has into a new batch; its id, or None when there are none."""
    with store.writing() as connection:
        wanted = (
            select(versions.c.id)
            .where(*_free())
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


def begin(store: Store, batch: str, executor: str) -> int:
    """Note who works on the batch from now on; how often it was begun with this time, 0 when it is no more."""
    with store.writing() as connection:
        runs = connection.execute(
            update(batches)
            .where(batches.c.id == batch)
            .values(runs=batches.c.runs + 1, executor=executor)
            .returning(batches.c.runs)
        ).scalar_one_or_none()
        return runs or 0


def pending(store: Store, batch: str) -> list[Pending]:
    """The versions of a batch that have no outcome yet and still are the newest."""
    with store.reading() as connection:
        found = connection.execute(
            select(versions.c.id, versions.c.tries)
            .where(versions.c.batch_id == batch, versions.c.superseded.is_(False), _open())
            .order_by(versions.c.id)
        )
        return [Pending(row.id, row.tries) for row in found]


def tried(store: Store, version: int, by: int = 1) -> None:
    """Count that a version is begun in a batch that was cut off; `by` -1 when it came to an orderly end."""
    with store.writing() as connection:
        connection.execute(update(versions).where(versions.c.id == version).values(tries=versions.c.tries + by))


def release(store: Store, batch: str) -> None:
    """Give back what a batch did not finish, and forget the batch. A second time changes nothing."""
    with store.writing() as connection:
        connection.execute(update(versions).where(versions.c.batch_id == batch, _open()).values(batch_id=None))
        connection.execute(delete(batches).where(batches.c.id == batch))


def release_strays(store: Store) -> None:
    """Give back versions whose batch is no more; there are none unless somebody changed rows by hand."""
    known = select(batches.c.id).where(batches.c.id == versions.c.batch_id).exists()
    with store.writing() as connection:
        connection.execute(
            update(versions).where(versions.c.batch_id.is_not(None), ~known, _open()).values(batch_id=None)
        )


def of_executor(store: Store, executor: str) -> list[str]:
    """The batches that a process has."""
    with store.reading() as connection:
        return list(connection.execute(select(batches.c.id).where(batches.c.executor == executor)).scalars())


def there(store: Store, wanted: Collection[str]) -> set[str]:
    """Those of some batches that nobody has brought to an end."""
    if not wanted:
        return set()
    with store.reading() as connection:
        return set(connection.execute(select(batches.c.id).where(batches.c.id.in_(wanted))).scalars())


def ownerless(store: Store) -> list[str]:
    """Batches of processes that are not on the list of the living."""
    with store.reading() as connection:
        return list(connection.execute(select(batches.c.id).where(~_lives())).scalars())


def adopt(store: Store, batch: str, executor: str) -> bool:
    """Let a batch belong to this process, unless it belongs to another one that lives; whether it does now."""
    with store.writing() as connection:
        taken = connection.execute(
            update(batches)
            .where(batches.c.id == batch, (batches.c.executor == executor) | ~_lives())
            .values(executor=executor)
            .returning(batches.c.id)
        )
        return taken.first() is not None


def anything_left(store: Store) -> bool:
    """Whether versions wait to be taken, or batches are under way with anybody."""
    with store.reading() as connection:
        if connection.execute(select(batches.c.id).limit(1)).first():
            return True
        return connection.execute(select(versions.c.id).where(*_free()).limit(1)).first() is not None


def _lives() -> ColumnElement[bool]:
    return select(executors.c.id).where(executors.c.id == batches.c.executor).exists()


def _free() -> tuple[ColumnElement[bool], ...]:
    return versions.c.batch_id.is_(None), versions.c.superseded.is_(False), _open()


def _open() -> ColumnElement[bool]:
    return ~select(outcomes.c.version_id).where(outcomes.c.version_id == versions.c.id).exists()
