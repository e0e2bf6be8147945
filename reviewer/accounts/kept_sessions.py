"""Log-in sessions in the database, so that they outlive the program: hashes, times and whose they are, nothing else."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, select, update

from reviewer.accounts.store import later
from reviewer.accounts.tables import sessions
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.upsert import insert_new


class Kept(NamedTuple):
    """A session as it is kept. `stamp` is that of its account when it began; times are ISO text in UTC."""

    user_id: str
    stamp: str
    began_at: str
    seen_at: str


@plain_failures
def keep(store: Store, key: str, user_id: str, stamp: str, longest: float) -> None:
    """Keep a session that began just now, under the hash of its token; let go of those older than `longest` seconds."""
    now = now_text()
    row = {"sha256": key, "user_id": user_id, "stamp": stamp, "began_at": now, "seen_at": now}
    with store.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.began_at < later(-longest, now)))
        insert_new(connection, sessions, row, key="sha256")


@plain_failures
def find(store: Store, key: str) -> Kept | None:
    """The session of a hash; None where none is kept."""
    with store.reading() as connection:
        row = connection.execute(select(sessions).where(sessions.c.sha256 == key)).one_or_none()
    return Kept(row.user_id, row.stamp, row.began_at, row.seen_at) if row else None


@plain_failures
def used(store: Store, key: str) -> None:
    """Note that a session was used."""
    with store.writing() as connection:
        connection.execute(update(sessions).where(sessions.c.sha256 == key).values(seen_at=now_text()))


@plain_failures
def forget(store: Store, key: str) -> None:
    """End a session for good."""
    with store.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.sha256 == key))


@plain_failures
def forget_of(store: Store, user_id: str, but: str = "") -> None:
    """End every session of somebody, save that of a hash."""
    with store.writing() as connection:
        connection.execute(delete(sessions).where(sessions.c.user_id == user_id, sessions.c.sha256 != but))
