"""When rules or policy change: every stored review judged again from its facts, without a model, and what changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, insert, select, update

from reviewer.errors import ReviewError
from reviewer.ledger import chain
from reviewer.notes.note import Note
from reviewer.pipeline import check_policy
from reviewer.queue.acting import action_row
from reviewer.queue.clock import now_text
from reviewer.queue.intake.billed import with_billed
from reviewer.queue.rejudging import rejudged
from reviewer.queue.replacing import replaced
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import actions, outcomes, versions, worklist
from reviewer.queue.work.outcome import EFFECTS, Finished, defect, finished, review_sha256
from reviewer.review import Review
from validator.rulebook import Rulebook

ACTION = "revalidated"
CHUNK = 50
Line = tuple[str, tuple[str, ...]]


class Change(NamedTuple):
    """What is judged differently of one encounter: units by code and modifiers, counts by missing element."""

    encounter_id: str
    version: int
    outcomes: tuple[str, str]
    codes: dict[Line, tuple[int, int]]
    missing: dict[str, tuple[int, int]]

    @property
    def any(self) -> bool:
        """Whether a person would see a difference."""
        return bool(self.codes or self.missing or self.outcomes[0] != self.outcomes[1])


class Left(NamedTuple):
    """An encounter that could not be judged again, and why."""

    encounter_id: str
    version: int
    why: str


@plain_failures
def count(store: Store) -> int:
    """How many reviews there are to judge again."""
    with store.reading() as connection:
        return len(connection.execute(_wanted()).all())


def revalidate(store: Store, rulebook: Rulebook, user: str, *, policy: str | None = None) -> Iterator[Change | Left]:
    """Judge the newest review of every encounter again; each is told once it is kept.

    `policy` is for encounters that came without one of their own; else each keeps the one it was judged by. Raises
    `ConfigError` when the database cannot be used.
    """
    ids = _ids(store)
    for start in range(0, len(ids), CHUNK):
        yield from _chunk(store, ids[start : start + CHUNK], rulebook, user, policy)


@plain_failures
def _ids(store: Store) -> list[int]:
    with store.reading() as connection:
        return list(connection.execute(_wanted()).scalars())


def _wanted() -> Any:
    return (
        select(outcomes.c.version_id)
        .join(versions, versions.c.id == outcomes.c.version_id)
        .where(outcomes.c.review.is_not(None), versions.c.superseded.is_(False))
        .order_by(outcomes.c.version_id)
    )


@plain_failures
def _chunk(store: Store, ids: list[int], rulebook: Rulebook, user: str, policy: str | None) -> list[Change | Left]:
    with store.reading() as connection:
        rows = connection.execute(
            select(
                versions.c.encounter_id,
                versions.c.notes,
                versions.c.billed,
                versions.c.setting,
                versions.c.policy.label("own"),
                outcomes,
            )
            .join(outcomes, outcomes.c.version_id == versions.c.id)
            .where(versions.c.id.in_(ids), outcomes.c.review.is_not(None))
            .order_by(versions.c.id)
        ).all()
    told: list[Change | Left] = []
    ready: list[tuple[Row[Any], Finished, Change]] = []
    for row in rows:
        made = _judged_safely(store, row, rulebook, policy)
        if isinstance(made, Left):
            told.append(made)
        elif review_sha256(made[0].review) != row.review_sha256:
            ready.append((row, *made))
        else:
            told.append(made[1])
    with store.writing() as connection:
        chain.hold(connection)
        told += [change for row, result, change in ready if _keep(store, connection, row, result, change, user)]
    return sorted(told, key=lambda one: one.version)


def _judged_safely(
    store: Store, row: Row[Any], rulebook: Rulebook, policy: str | None
) -> tuple[Finished, Change] | Left:
    """One that cannot be judged, whatever it provokes, stops none of the others."""
    try:
        return _judged(store, row, rulebook, policy)
    except Exception as problem:
        return Left(row.encounter_id, row.version_id, defect(problem))


def _judged(store: Store, row: Row[Any], rulebook: Rulebook, policy: str | None) -> tuple[Finished, Change] | Left:
    before = Review.model_validate_json(store.seal.open(row.review))
    notes = tuple(Note(id=name, text=text) for name, text in store.seal.open(row.notes)) if row.notes else ()
    chosen = row.own or policy or row.policy or None
    try:
        check_policy(rulebook, chosen, row.setting, {})
        after = rejudged(before, notes, rulebook, chosen)
    except ReviewError as problem:
        return Left(row.encounter_id, row.version_id, str(problem))
    if after is None:
        return Left(row.encounter_id, row.version_id, "a model read in the patterns' stead; work it again")
    after = with_billed(after, row.billed, rulebook)
    key = hashlib.sha256(f"{row.key} {rulebook.version} {after.encounter.policy}".encode()).hexdigest()
    result = finished(row.version_id, after, key)
    change = Change(
        row.encounter_id,
        row.version_id,
        (row.outcome, result.outcome),
        _differences(_codes(before), _codes(after)),
        _differences(Counter(m.element for m in before.missing), Counter(m.element for m in after.missing)),
    )
    return result, change


def _codes(review: Review) -> Counter[Line]:
    found: Counter[Line] = Counter()
    for line in review.codes:
        found[line.code, line.modifiers] += line.units
    return found


def _differences(before: Counter[Any], after: Counter[Any]) -> dict[Any, tuple[int, int]]:
    names = dict.fromkeys((*before, *after))
    return {name: (before[name], after[name]) for name in names if before[name] != after[name]}


def _keep(store: Store, connection: Connection, row: Row[Any], result: Finished, change: Change, user: str) -> bool:
    """Put the new review in the old one's place, unless somebody else did meanwhile; both hashes are recorded."""
    at, after = now_text(), review_sha256(result.review)
    if not replaced(store, connection, row.review_sha256, result):
        return False
    _to_worklist(connection, row, result, change, at, user)
    body = {
        "encounter": row.encounter_id,
        "version": row.version_id,
        "before": row.review_sha256,
        "review": after,
        "outcome": result.outcome,
        "rulebook": result.rulebook,
        "policy": result.policy,
        "user": user,
    }
    chain.append(connection, [chain.Entry(ACTION, body)], at)
    return True


def _to_worklist(connection: Connection, row: Row[Any], result: Finished, change: Change, at: str, user: str) -> None:
    """What nobody touched stands where its review puts it; what was released with other codes is looked at again."""
    here = connection.execute(
        select(worklist.c.state).where(
            worklist.c.encounter_id == row.encounter_id, worklist.c.version_id == row.version_id
        )
    ).scalar_one_or_none()
    if here is None:
        return
    state = here
    if here in ("extracted", "needs_review"):
        clean = result.outcome == "done" and result.effect > EFFECTS.index("downgrades")
        # A person may have taken a clean one for review: it stays there unless its answer changed.
        state = here if not change.any else "extracted" if clean else "needs_review"
    elif here == "released" and change.codes:
        state = "needs_review"
    values: dict[str, Any] = {"effect": result.effect, "missing": result.missing, "outcome": result.outcome}
    if state != here:
        values |= {"state": state, "since": at}
    connection.execute(
        update(worklist)
        .where(worklist.c.encounter_id == row.encounter_id)
        .values(revision=worklist.c.revision + 1, **values)
    )
    if change.any:
        connection.execute(
            insert(actions).values(action_row(row, user, ACTION, at, moved=(here, state) if state != here else None))
        )
