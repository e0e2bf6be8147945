"""A queue's encounters reviewed as the workers would, without the engine."""

from __future__ import annotations

from sqlalchemy import select

from reviewer.commands_rules import bundled_rulebook
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import outcomes, versions
from reviewer.queue.work.outcome import keep
from reviewer.queue.work.reviewing import Reader, review_version


def work(store: Store, user: str = "queue") -> None:
    """Review every version that has no outcome."""
    without = ~select(outcomes.c.version_id).where(outcomes.c.version_id == versions.c.id).exists()
    with store.reading() as connection:
        ids = list(connection.execute(select(versions.c.id).where(without, versions.c.superseded.is_(False))).scalars())
    reader = Reader(bundled_rulebook(), "patterns", None)
    keep(store, [review_version(store, one, reader) for one in ids], user)
