"""Clean encounters released together: listed first, then in one transaction, and whatever changed meanwhile left."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import select, update

from reviewer.errors import ConfigError
from reviewer.queue.browsing import Wanted
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import outcomes, worklist
from reviewer.queue.work.outcome import EFFECTS
from reviewer.queue.worklist import URGENT_FIRST, Item, Seen, acted, item_of

ACTION = "move"
MOST_TOGETHER = 200
_DECIDES = ("blocks", "downgrades")


class Clean(NamedTuple):
    """An encounter that may go out unseen, and its codes with units."""

    item: Item
    codes: tuple[tuple[str, int], ...]


class Ready(NamedTuple):
    """The clean ones among the most urgent that were looked at, and how many of those are not; `more` wait behind."""

    clean: tuple[Clean, ...]
    others: int
    more: bool


class Released(NamedTuple):
    """The ids that were released, and those that were left because somebody changed them meanwhile."""

    released: tuple[str, ...]
    left: tuple[str, ...]


@plain_failures
def ready(store: Store, wanted: Wanted, *, most: int = MOST_TOGETHER) -> Ready:
    """Among what is listed, the extracted encounters with a code, nothing missing that decides one, and no conflict.

    At most so many of the most urgent are looked at. Raises `ConfigError` when the database cannot be used.
    """
    chosen = [*wanted.conditions(), worklist.c.state == "extracted", worklist.c.outcome == "done"]
    chosen.append(worklist.c.effect > EFFECTS.index(_DECIDES[-1]))
    found = (
        select(worklist, outcomes.c.review)
        .join(outcomes, outcomes.c.version_id == worklist.c.version_id)
        .where(*chosen)
        .order_by(*URGENT_FIRST)
        .limit(most + 1)
    )
    with store.reading() as connection:
        rows = connection.execute(found).all()
    clean = []
    for row in rows[:most]:
        codes = _codes(store, row.review)
        if codes:
            clean.append(Clean(item_of(row), codes))
    return Ready(tuple(clean), min(len(rows), most) - len(clean), len(rows) > most)


def _codes(store: Store, sealed: bytes | None) -> tuple[tuple[str, int], ...]:
    """The codes of a clean review; none where anything of it needs a person, or it cannot be opened."""
    try:
        review: dict[str, Any] = json.loads(store.seal.open(sealed)) if sealed is not None else {}
    except (ConfigError, zlib.error, ValueError):
        # That the key is the right one was seen when the store was opened: this row alone is damaged.
        return ()
    decided = any(one["effect"] in _DECIDES for one in review.get("missing", ()))
    if decided or any(review.get(name) for name in ("needs_human", "conflicts", "not_supported", "ungrounded")):
        return ()
    return tuple((line["code"], line["units"]) for line in review.get("codes", ()))


@plain_failures
def release(store: Store, chosen: Iterable[tuple[str, Seen]], user: str) -> Released:
    """Release the encounters as they were seen, in one transaction; what is not as it was seen is left as it is."""
    done, left = [], []
    with store.writing() as connection:
        at = now_text()
        # In one order everywhere, so that two who release at the same time never wait for each other in a ring.
        for identity, seen in sorted(set(chosen)):
            found = select(worklist).where(worklist.c.encounter_id == identity).with_for_update()
            row = connection.execute(found).one_or_none()
            if row is None or seen != (row.version_id, row.revision) or row.state != "extracted":
                left.append(identity)
                continue
            connection.execute(
                update(worklist)
                .where(worklist.c.encounter_id == identity)
                .values(state="released", since=at, revision=worklist.c.revision + 1)
            )
            acted(store, connection, row, user, ACTION, at, to="released", comment=_TOGETHER)
            done.append(identity)
    return Released(tuple(done), tuple(left))


_TOGETHER = "released together with others, as clean"
