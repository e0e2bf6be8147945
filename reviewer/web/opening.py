"""One encounter of the queue on the page: what is stored of it, where it stands, and what was done with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select

from reviewer.errors import UsageError
from reviewer.queue import worklist
from reviewer.queue.browsing import encounter_of
from reviewer.queue.states import STEPS, State
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import outcomes, versions
from reviewer.queue.worklist import Action, Item, Seen
from reviewer.web.reviewing import Asked


@dataclass
class Queued:
    """An encounter's place on the worklist as a person sees it. `version` is the one shown, not always the newest."""

    version: int
    item: Item
    history: tuple[Action, ...]
    reason: str = ""
    billed: tuple[dict[str, Any], ...] = ()

    @property
    def seen(self) -> Seen:
        """What whoever acts has seen."""
        return Seen(self.item.version, self.item.revision)

    @property
    def newest(self) -> bool:
        """Whether no newer notes came."""
        return self.version == self.item.version

    @property
    def steps(self) -> tuple[State, ...]:
        """Where it may go from here."""
        return STEPS[self.item.state] if self.newest else ()  # type: ignore[index]

    def since(self, history: tuple[Action, ...]) -> tuple[Action, ...]:
        """What was done since this was seen, by a newer history."""
        return history[len(self.history) :]


class Stored(NamedTuple):
    """What is stored of a version: its place, what a review of it rests on, and the review where there is one.

    `policy_given` says whether the policy came with the encounter; else the review tells by which one it was judged.
    """

    queued: Queued
    asked: Asked
    review: str | None
    policy_given: bool


@plain_failures
def stored(store: Store, version: int) -> Stored:
    """A version of an encounter as it stands now. Raises `UsageError` where there is none."""
    identity = encounter_of(store, version)
    if identity is None:
        raise UsageError("there is no such encounter on the worklist")
    with store.reading() as connection:
        row = connection.execute(
            select(
                versions.c.setting,
                versions.c.date_of_service,
                versions.c.policy.label("own"),
                versions.c.billed,
                outcomes.c.policy,
            )
            .outerjoin(outcomes, outcomes.c.version_id == versions.c.id)
            .where(versions.c.id == version)
        ).one()
    queued = Queued(
        version=version,
        item=worklist.item(store, identity),
        history=tuple(worklist.history(store, identity)),
        reason=worklist.reason_of(store, version),
        billed=tuple(row.billed or ()),
    )
    asked = Asked(
        notes=worklist.notes_of(store, version),
        setting=row.setting,
        date=dt.date.fromisoformat(row.date_of_service) if row.date_of_service else None,
        policy=row.own or row.policy or None,
    )
    return Stored(queued, asked, worklist.review_of(store, version), row.own is not None)


@plain_failures
def place(store: Store, version: int) -> Queued:
    """Where an encounter stands now and what was done with it, without its notes. Raises `UsageError`."""
    identity = encounter_of(store, version)
    if identity is None:
        raise UsageError("there is no such encounter on the worklist")
    return Queued(version, worklist.item(store, identity), tuple(worklist.history(store, identity)))
