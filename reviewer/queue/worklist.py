"""The worklist: what to look at next, what was done by whom, and counts that always add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, case, func, insert, select, update

from reviewer.errors import UsageError
from reviewer.ledger import chain
from reviewer.notes.note import Note
from reviewer.queue.acting import action_row
from reviewer.queue.clock import now_text
from reviewer.queue.states import STATES, STEPS, State
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.snapshot import snapshot
from reviewer.queue.store.tables import actions, outcomes, spending, versions, worklist
from reviewer.queue.work.outcome import EFFECTS

OUTCOMES = ("done", "needs_human", "failed")
URGENT_FIRST = (
    worklist.c.deadline.is_(None),
    worklist.c.deadline,
    worklist.c.effect,
    worklist.c.since,
    worklist.c.encounter_id,
)


class MeanwhileError(UsageError):
    """Somebody changed the encounter since the person who acts looked at it; nothing was done."""

    def __init__(self) -> None:
        super().__init__("somebody changed this encounter meanwhile; look at it again")


class Item(NamedTuple):
    """One encounter on the worklist. `effect` is the worst effect of what is missing, empty when nothing is."""

    encounter_id: str
    version: int
    state: str
    since: str
    deadline: str | None
    effect: str
    missing: int
    outcome: str | None
    unit: str | None
    author: str | None
    assigned_to: str | None
    revision: int


class Status(NamedTuple):
    """Counts, each of its own: encounters on the worklist by state, versions, and outcomes.

    `pending` are the encounters whose newest version waits to be worked, `superseded` the versions that newer notes
    took the place of, and `never_worked` those of them that had no outcome by then.
    """

    encounters: int
    states: dict[str, int]
    versions: int
    pending: int
    superseded: int
    never_worked: int
    outcomes: dict[str, int]
    calls: int
    tokens: int

    @property
    def adds_up(self) -> bool:
        """Whether every encounter has one newest version, and every version waits, was passed by or has an outcome."""
        accounted = self.pending + self.never_worked + sum(self.outcomes.values())
        return self.encounters == self.versions - self.superseded and self.versions == accounted


@plain_failures
def status(store: Store) -> Status:
    """The counts of the whole queue at one moment."""
    with snapshot(store) as connection:
        waits = func.sum(case((worklist.c.outcome.is_(None), 1), else_=0))
        standing = connection.execute(select(worklist.c.state, func.count(), waits).group_by(worklist.c.state)).all()
        by_outcome = connection.execute(select(outcomes.c.outcome, func.count()).group_by(outcomes.c.outcome)).all()
        # Looked up one by one: superseded versions are few, and a join would read every outcome.
        worked = select(outcomes.c.version_id).where(outcomes.c.version_id == versions.c.id).scalar_subquery()
        total = _count(connection)
        old = _count(connection, versions.c.superseded)
        never = _count(connection, versions.c.superseded, worked.is_(None))
        paid = connection.execute(select(spending)).first()
    by_state = {row[0]: row[1] for row in standing}
    made = {row[0]: row[1] for row in by_outcome}
    return Status(
        encounters=sum(by_state.values()),
        states={state: by_state.get(state, 0) for state in STATES},
        versions=total,
        pending=sum(row[2] for row in standing),
        superseded=old,
        never_worked=never,
        outcomes={outcome: made.get(outcome, 0) for outcome in OUTCOMES},
        calls=paid.calls if paid else 0,
        tokens=paid.prompt_tokens + paid.completion_tokens if paid else 0,
    )


def _count(connection: Connection, *where: ColumnElement[bool]) -> int:
    number: int = connection.execute(select(func.count()).select_from(versions).where(*where)).scalar_one()
    return number


@plain_failures
def items(
    store: Store,
    *,
    states: Iterable[str] = (),
    unit: str | None = None,
    assigned_to: str | None = None,
    outcome: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Item]:
    """The worklist, most urgent first: the next bill-hold deadline, then what costs most, then who waits longest."""
    wanted = select(worklist).where(*filters(states, unit, assigned_to, outcome)).order_by(*URGENT_FIRST)
    with store.reading() as connection:
        return [item_of(row) for row in connection.execute(wanted.limit(limit).offset(offset))]


def filters(
    states: Iterable[str] = (), unit: str | None = None, assigned_to: str | None = None, outcome: str | None = None
) -> list[ColumnElement[bool]]:
    """Conditions on the worklist; what is None or empty chooses nothing."""
    exact = ((worklist.c.unit, unit), (worklist.c.assigned_to, assigned_to), (worklist.c.outcome, outcome))
    found = [column == value for column, value in exact if value is not None]
    chosen = list(states)
    return [worklist.c.state.in_(chosen), *found] if chosen else found


def item_of(row: Row[Any]) -> Item:
    """A row of the table as an item."""
    return Item(
        encounter_id=row.encounter_id,
        version=row.version_id,
        state=row.state,
        since=row.since,
        deadline=row.deadline,
        effect=EFFECTS[row.effect] if row.effect < len(EFFECTS) else "",
        missing=row.missing,
        outcome=row.outcome,
        unit=row.unit,
        author=row.author,
        assigned_to=row.assigned_to,
        revision=row.revision,
    )


@plain_failures
def item(store: Store, encounter_id: str) -> Item:
    """One encounter's place on the worklist. Raises `UsageError` when it is not there."""
    with store.reading() as connection:
        return item_of(standing(connection, encounter_id))


class Seen(NamedTuple):
    """How an encounter stood when a person looked at it; what they do rests on it."""

    version: int
    revision: int


def standing(connection: Connection, encounter_id: str, *, locked: bool = False, seen: Seen | None = None) -> Row[Any]:
    """An encounter's row; `locked` until the transaction ends.

    Raises `UsageError` when it is not there and `MeanwhileError` where it is not any more as it was `seen`.
    """
    if locked:
        chain.hold(connection)
    found = select(worklist).where(worklist.c.encounter_id == encounter_id)
    row = connection.execute(found.with_for_update() if locked else found).one_or_none()
    if row is None:
        raise UsageError("no encounter of that id is in the queue; see: reviewer queue list")
    if seen is not None and seen != (row.version_id, row.revision):
        raise MeanwhileError
    return row


@plain_failures
def review_of(store: Store, version: int) -> str | None:
    """The published review of a version, None where there is none (yet)."""
    with store.reading() as connection:
        blob = connection.execute(
            select(outcomes.c.review).where(outcomes.c.version_id == version)
        ).scalar_one_or_none()
    return None if blob is None else str(store.seal.open(blob))


@plain_failures
def reason_of(store: Store, version: int) -> str:
    """Why a version's outcome is what it is: rules and categories; empty where there is nothing to say."""
    with store.reading() as connection:
        found = connection.execute(select(outcomes.c.reason).where(outcomes.c.version_id == version))
        return str(found.scalar_one_or_none() or "")


@plain_failures
def notes_of(store: Store, version: int) -> tuple[Note, ...]:
    """The notes of a version, none where they were purged."""
    with store.reading() as connection:
        blob = connection.execute(select(versions.c.notes).where(versions.c.id == version)).scalar_one_or_none()
    return () if blob is None else tuple(Note(id=name, text=text) for name, text in store.seal.open(blob))


@plain_failures
def move(
    store: Store,
    encounter_id: str,
    to: State,
    user: str,
    *,
    comment: str = "",
    revision: int | None = None,
    seen: Seen | None = None,
) -> Item:
    """Move an encounter to a state. Raises `UsageError` for a step that is not one, or where somebody was faster.

    `revision`, or `seen` with the version too, is what the person saw: when the encounter has changed since, nothing
    is done.
    """
    with store.writing() as connection:
        row = standing(connection, encounter_id, locked=True, seen=seen)
        if revision is not None and row.revision != revision:
            raise MeanwhileError
        if to not in STEPS[row.state]:
            may = ", ".join(STEPS[row.state])
            raise UsageError(f"from {row.state} an encounter goes to {may}; not to {to}")
        at = now_text()
        connection.execute(
            update(worklist)
            .where(worklist.c.encounter_id == encounter_id)
            .values(state=to, since=at, revision=worklist.c.revision + 1)
        )
        acted(store, connection, row, user, "move", at, to=to, comment=comment)
    return item(store, encounter_id)


@plain_failures
def assign(store: Store, encounter_id: str, to: str | None, user: str, *, seen: Seen | None = None) -> Item:
    """Give an encounter to somebody, or to nobody. Raises `UsageError` as `standing` does."""
    with store.writing() as connection:
        row = standing(connection, encounter_id, locked=True, seen=seen)
        at = now_text()
        connection.execute(
            update(worklist)
            .where(worklist.c.encounter_id == encounter_id)
            .values(assigned_to=to, revision=worklist.c.revision + 1)
        )
        acted(store, connection, row, user, "assign", at, comment=to or "")
    return item(store, encounter_id)


@plain_failures
def remark(store: Store, encounter_id: str, comment: str, user: str) -> None:
    """Write a comment beside an encounter. Raises `UsageError` when it is not in the queue."""
    with store.writing() as connection:
        row = standing(connection, encounter_id)
        acted(store, connection, row, user, "comment", now_text(), comment=comment)


def acted(
    store: Store,
    connection: Connection,
    row: Row[Any],
    user: str,
    action: str,
    at: str,
    *,
    to: str | None = None,
    comment: str = "",
    more: Mapping[str, str | None] | None = None,
) -> None:
    """Note within a transaction who did what with an encounter, for its history and the ledger.

    `more` are ids and hashes for the ledger alone.
    """
    connection.execute(
        insert(actions).values(
            action_row(
                row,
                user,
                action,
                at,
                moved=(row.state, to) if to else None,
                comment=store.seal.close(comment) if comment else None,
            )
        )
    )
    body = {"encounter": row.encounter_id, "version": row.version_id, "user": user, "from": row.state, "to": to}
    body |= more or {}
    chain.append(connection, [chain.Entry(action, body)], at)


class Action(NamedTuple):
    """Something that was done with an encounter."""

    at: str
    user: str
    action: str
    from_state: str | None
    to_state: str | None
    comment: str


@plain_failures
def history(store: Store, encounter_id: str) -> list[Action]:
    """What was done with an encounter, oldest first."""
    with store.reading() as connection:
        rows = connection.execute(
            select(actions).where(actions.c.encounter_id == encounter_id).order_by(actions.c.id)
        ).all()
    return [
        Action(
            row.at,
            row.user,
            row.action,
            row.from_state,
            row.to_state,
            str(store.seal.open(row.comment)) if row.comment else "",
        )
        for row in rows
    ]
