"""A stored review replaced by another of the same version, unless somebody else replaced it meanwhile."""

from __future__ import annotations

from sqlalchemy import Connection, update

from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import outcomes
from reviewer.queue.work.outcome import Finished, review_sha256


def replaced(store: Store, connection: Connection, before_sha256: str | None, result: Finished) -> bool:
    """Put a review in the place of the one with this hash; whether that was still there."""
    done = connection.execute(
        update(outcomes)
        .where(outcomes.c.version_id == result.version, outcomes.c.review_sha256 == before_sha256)
        .values(
            outcome=result.outcome,
            reason=result.reason,
            review=store.seal.close(result.review),
            review_sha256=review_sha256(result.review),
            key=result.key,
            rulebook=result.rulebook,
            policy=result.policy,
            summary=result.summary,
        )
    )
    return bool(done.rowcount)
