"""Retention: what tells of a patient is deleted past its date; that it was there, and what came of it, stays."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, func, or_, select, text, update

from reviewer.ledger import chain
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import actions, answers, asked, outcomes, versions

_CHUNK = 500
_COUNTED = ("codes", "not_supported", "missing", "billed")


class Purged(NamedTuple):
    """How much was deleted, or would be. `waiting` encounters are past their date and were never worked."""

    versions: int
    reviews: int
    comments: int
    answers: int
    waiting: int


@plain_failures
def purge(store: Store, before: dt.date, user: str, *, dry_run: bool = False) -> Purged:
    """Delete notes, billed lines, reviews, comments and a model's kept answers of every version dated before a day.

    A version's date is that of its service, else of its receipt. Hashes, outcomes, counts and the ledger stay. An
    answer goes also where another version was read with it. Versions that wait to be worked are left alone. Raises
    `ConfigError` when the database cannot be used.
    """
    at, total = now_text(), Purged(0, 0, 0, 0, 0)
    if store.is_sqlite and not dry_run:
        return _overwritten(store, before, user, at)
    with store.writing() as connection:
        total = _purge(connection, before, user, at, dry_run)
    if not dry_run:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in (versions, outcomes, actions, answers, asked):
                connection.execute(text(f"VACUUM {table.name}"))
    return total


def _overwritten(store: Store, before: dt.date, user: str, at: str) -> Purged:
    """On SQLite, deleted rows would stay in the file until something else is written there."""
    with store.writing() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        total = _purge(connection, before, user, at, False)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return total


def _purge(connection: Connection, before: dt.date, user: str, at: str, dry_run: bool) -> Purged:
    day = func.coalesce(versions.c.date_of_service, func.substr(versions.c.received_at, 1, 10))
    chain.hold(connection)
    # A worker that was at it while its notes were deleted keeps what it made of them all the same.
    told = or_(
        versions.c.notes.is_not(None),
        outcomes.c.review.is_not(None),
        select(asked.c.version_id).where(asked.c.version_id == versions.c.id).exists(),
    )
    past = and_(day < before.isoformat(), told)
    rows = connection.execute(
        select(
            versions.c.id,
            versions.c.encounter_id,
            versions.c.superseded,
            outcomes.c.version_id.label("worked"),
            outcomes.c.review_sha256,
            outcomes.c.finished_at,
            outcomes.c.summary,
            outcomes.c.review.is_not(None).label("reviewed"),
        )
        .outerjoin(outcomes, outcomes.c.version_id == versions.c.id)
        .where(past)
        .order_by(versions.c.id)
    ).all()
    chosen = [row for row in rows if row.superseded or row.worked is not None]
    ids = [row.id for row in chosen]
    last = max((row.finished_at for row in chosen if row.finished_at), default="")
    comments = sum(_count(connection, part) for part in _parts(ids))
    total = Purged(
        versions=len(ids),
        reviews=sum(bool(row.reviewed) for row in chosen),
        comments=comments,
        answers=_count_answers(connection, ids, last),
        waiting=len(rows) - len(chosen),
    )
    if ids and not dry_run:
        _delete(connection, chosen, last, at)
        body = {"before": before.isoformat(), "user": user, **total._asdict()}
        chain.append(connection, [*(_entry(row, user) for row in chosen), chain.Entry("purge", body)], at)
    return total


def _parts(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]


def _count(connection: Connection, ids: list[int]) -> int:
    said = select(func.count()).where(actions.c.version_id.in_(ids), actions.c.comment.is_not(None))
    return int(connection.execute(said).scalar_one())


def _count_answers(connection: Connection, ids: list[int], last: str) -> int:
    keys: set[str] = set(connection.execute(select(answers.c.key).where(_nobodys(last))).scalars())
    for part in _parts(ids):
        keys.update(connection.execute(select(answers.c.key).where(_of(part))).scalars())
    return len(keys)


def _of(ids: list[int]) -> ColumnElement[bool]:
    """Answers that any of these versions was read with."""
    return answers.c.key.in_(select(asked.c.answer_key).where(asked.c.version_id.in_(ids)))


def _nobodys(last: str) -> ColumnElement[bool]:
    """Answers of an older release, which did not note whose they are: all up to the last of the reviews deleted."""
    linked = select(asked.c.answer_key).where(asked.c.answer_key == answers.c.key).exists()
    return (answers.c.created_at <= last) & ~linked


def _delete(connection: Connection, chosen: list[Row[Any]], last: str, at: str) -> None:
    for part in _parts([row.id for row in chosen]):
        connection.execute(update(versions).where(versions.c.id.in_(part)).values(notes=None, billed=None))
        connection.execute(update(actions).where(actions.c.version_id.in_(part)).values(comment=None))
        connection.execute(delete(answers).where(_of(part)))
    counts = [{"version": row.id, "counts": _counts(row.summary, at)} for row in chosen if row.worked is not None]
    if counts:
        connection.execute(
            update(outcomes)
            .where(outcomes.c.version_id == bindparam("version"))
            .values(review=None, summary=bindparam("counts", type_=outcomes.c.summary.type)),
            counts,
        )
    # Before what tells whose answers are whose is gone, as then all would be nobody's.
    connection.execute(delete(answers).where(_nobodys(last)))
    connection.execute(delete(asked).where(asked.c.answer_key.not_in(select(answers.c.key))))


def _counts(summary: dict[str, Any], at: str) -> dict[str, Any]:
    return {"purged": at, "counts": {name: len(summary.get(name, ())) for name in _COUNTED}}


def _entry(row: Row[Any], user: str) -> chain.Entry:
    body = {"encounter": row.encounter_id, "version": row.id, "review": row.review_sha256, "user": user}
    return chain.Entry("purged", body)
