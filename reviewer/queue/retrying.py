"""Encounters worked again: the outcome is taken away, and the ledger keeps that it was there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from reviewer.errors import UsageError
from reviewer.ledger import chain
from reviewer.queue.acting import action_row
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import actions, outcomes, versions, worklist

ACTION = "retried"
_CHUNK = 500


@plain_failures
def retry(store: Store, ids: Collection[str] | None, user: str, *, force: bool = False) -> list[str]:
    """Let encounters be worked again: those of these ids, or all that failed; the ids of those that will be.

    Without `force` only a failed outcome is taken away. Raises `UsageError`, and does nothing, for an id that is not
    in the queue, has no outcome yet, is purged, or did not fail.
    """
    with store.writing() as connection:
        chain.hold(connection)
        wanted = (
            select(
                worklist.c.encounter_id,
                worklist.c.version_id,
                worklist.c.state,
                outcomes.c.outcome,
                outcomes.c.review_sha256,
                versions.c.notes.is_(None).label("purged"),
            )
            .join(versions, versions.c.id == worklist.c.version_id)
            .outerjoin(outcomes, outcomes.c.version_id == worklist.c.version_id)
        )
        if ids is None:
            rows = list(connection.execute(wanted.where(outcomes.c.outcome == "failed", versions.c.notes.is_not(None))))
        else:
            found = {
                row.encounter_id: row for row in connection.execute(wanted.where(worklist.c.encounter_id.in_(ids)))
            }
            rows = [_checked(found.get(identity), force) for identity in dict.fromkeys(ids)]
        at = now_text()
        for start in range(0, len(rows), _CHUNK):
            chosen = [row.version_id for row in rows[start : start + _CHUNK]]
            connection.execute(delete(outcomes).where(outcomes.c.version_id.in_(chosen)))
            connection.execute(update(versions).where(versions.c.id.in_(chosen)).values(batch_id=None, tries=0))
            connection.execute(
                update(worklist)
                .where(worklist.c.version_id.in_(chosen))
                .values(state="new", since=at, effect=9, missing=0, outcome=None, revision=worklist.c.revision + 1)
            )
        if rows:
            connection.execute(
                insert(actions), [action_row(row, user, ACTION, at, moved=(row.state, "new")) for row in rows]
            )
            chain.append(connection, [_entry(row, user) for row in rows], at)
    return [row.encounter_id for row in rows]


def _checked(row: Row[Any] | None, force: bool) -> Row[Any]:
    if row is None:
        raise UsageError("no encounter of such an id is in the queue; nothing was changed; see: reviewer queue list")
    if row.outcome is None:
        raise UsageError("an encounter named has no outcome yet, so it will be worked anyway; nothing was changed")
    if row.purged:
        raise UsageError("the notes of an encounter named were purged: it cannot be worked again; nothing was changed")
    if row.outcome != "failed" and not force:
        raise UsageError(
            f"an encounter named is {row.outcome}, not failed; nothing was changed; --force does it anyway"
        )
    return row


def _entry(row: Row[Any], user: str) -> chain.Entry:
    body = {
        "encounter": row.encounter_id,
        "version": row.version_id,
        "outcome": row.outcome,
        "before": row.review_sha256,
        "user": user,
    }
    return chain.Entry(ACTION, body)
