"""Facts that a person changed, kept in the queue: the review of them in the old one's place, and who did it.

Nothing is read anew and no model is asked; the notes stay as they are. The ledger keeps both hashes.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, select, update

from reviewer.errors import UsageError
from reviewer.queue.clock import now_text
from reviewer.queue.intake.billed import with_billed
from reviewer.queue.replacing import replaced
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import outcomes, versions, worklist
from reviewer.queue.work.outcome import EFFECTS, Finished, finished, review_sha256
from reviewer.queue.worklist import Item, MeanwhileError, Seen, acted, item, standing
from reviewer.review import Review
from validator.rulebook import Rulebook

ACTION = "corrected"


@plain_failures
def correct(
    store: Store, encounter_id: str, review: Review, user: str, *, seen: Seen, what: str, rulebook: Rulebook
) -> tuple[Item, Review]:
    """Keep the review of corrected facts; the encounter as it stands then, and the review as it is stored.

    `what` was changed and why, for the history. What is clean already waits for a person all the same: a correction
    never makes an encounter ready by itself, and one that was released is looked at again. Raises `MeanwhileError`,
    and keeps nothing, where somebody was faster; `UsageError` where there is no review.
    """
    with store.writing() as connection:
        row = standing(connection, encounter_id, locked=True, seen=seen)
        before = connection.execute(
            select(outcomes.c.key, outcomes.c.review_sha256, versions.c.billed)
            .join(versions, versions.c.id == outcomes.c.version_id)
            .where(outcomes.c.version_id == row.version_id, outcomes.c.review.is_not(None))
        ).one_or_none()
        if before is None:
            raise UsageError("this encounter has no review whose facts could be corrected")
        kept = with_billed(review.model_copy(update={"fixes": (), "outlook": ()}), before.billed, rulebook)
        result = finished(row.version_id, kept, _key(before.key, review))
        if not replaced(store, connection, before.review_sha256, result):
            raise MeanwhileError
        at = now_text()
        state = _to_worklist(connection, row, result, at)
        to = state if state != row.state else None
        acted(store, connection, row, user, ACTION, at, to=to, comment=what, more=_hashes(before.review_sha256, result))
    return item(store, encounter_id), kept


def _key(before: str, review: Review) -> str:
    """What the outcome rests on now: what it rested on, and the facts as they were left."""
    return hashlib.sha256(f"{before} {review.facts.model_dump_json()}".encode()).hexdigest()


def _to_worklist(connection: Connection, row: Any, result: Finished, at: str) -> str:
    clean = result.outcome == "done" and result.effect > EFFECTS.index("downgrades")
    again = row.state == "released" or (row.state == "extracted" and not clean)
    state = "needs_review" if again else str(row.state)
    values: dict[str, Any] = {"effect": result.effect, "missing": result.missing, "outcome": result.outcome}
    if state != row.state:
        values |= {"state": state, "since": at}
    connection.execute(
        update(worklist)
        .where(worklist.c.encounter_id == row.encounter_id)
        .values(revision=worklist.c.revision + 1, **values)
    )
    return state


def _hashes(before: str | None, result: Finished) -> dict[str, str | None]:
    """What the record needs to tell which review stands in which one's place."""
    return {
        "before": before,
        "review": review_sha256(result.review),
        "outcome": result.outcome,
        "rulebook": result.rulebook,
        "policy": result.policy,
    }
