"""Encounters into the store: nothing twice, a changed note as a new version, the old one kept."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from reviewer.ledger import chain
from reviewer.queue.acting import action_row
from reviewer.queue.clock import now_text
from reviewer.queue.intake.encounter import Incoming
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import actions, versions, worklist
from reviewer.queue.store.upsert import upsert

CHUNK = 400
CHANGED = "changed notes"
What = Literal["new", "changed", "unchanged", "told_anew"]
_TOLD = ("unit", "author", "deadline")


class Added(NamedTuple):
    """How many encounters were new, came with changed notes, or were there already; `told_anew` are of the last.

    Those came with another unit, author or deadline, which the worklist takes over without a new version.
    """

    new: int
    changed: int
    unchanged: int
    told_anew: int = 0


@plain_failures
def add(store: Store, incoming: Iterable[Incoming], user: str, *, hold_days: int | None = None) -> Added:
    """Store encounters in the order given; adding the same ones again changes nothing.

    `hold_days` is how long a bill is held whose deadline nobody gave, from the date of service or today. Each chunk
    is one transaction: after a crash the same call goes on where it was. Raises `ConfigError` when the database cannot
    be used.
    """
    counted: Counter[str] = Counter()
    for chunk in _chunks(incoming):
        with store.writing() as connection:
            counted.update(_add_chunk(store, connection, chunk, user, hold_days))
    return Added(counted["new"], counted["changed"], counted["unchanged"], counted["told_anew"])


def _chunks(incoming: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    rest = iter(incoming)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _add_chunk(
    store: Store, connection: Connection, chunk: Sequence[Incoming], user: str, hold_days: int | None
) -> Iterator[What]:
    # Nobody adds the same encounter meanwhile.
    chain.hold(connection)
    at = now_text()
    latest = _latest(connection, [one.encounter_id for one in chunk])
    rows: list[dict[str, Any]] = []
    entries: list[chain.Entry] = []
    for one in chunk:
        sha256 = one.content_sha256()
        number, before, told = latest.get(one.encounter_id, (0, "", {}))
        if before == sha256:
            yield "unchanged"
            if anew := {name: value for name, value in _told(one).items() if value and value != told[name]}:
                _tell(connection, one.encounter_id, anew)
                entries.append(chain.Entry("told", {"encounter": one.encounter_id, "user": user, **anew}))
                yield "told_anew"
            continue
        told = {name: value or told.get(name) for name, value in _told(one).items()}
        told["deadline"] = told["deadline"] or _held_until(one, at, hold_days)
        latest[one.encounter_id] = number + 1, sha256, told
        rows.append({**_row(store, one, number + 1, sha256, at), **told})
        body = {"encounter": one.encounter_id, "version": number + 1, "content": sha256, "user": user}
        entries.append(chain.Entry("received", body))
        yield "changed" if number else "new"
    if not rows:
        chain.append(connection, entries, at)
        return
    changed = [row["encounter_id"] for row in rows if row["number"] > 1]
    if changed:
        connection.execute(update(versions).where(versions.c.encounter_id.in_(changed)).values(superseded=True))
        standing = connection.execute(select(worklist).where(worklist.c.encounter_id.in_(changed))).all()
        if standing:  # none where both versions are of this chunk
            again = [action_row(row, user, CHANGED, at, moved=(row.state, "new")) for row in standing]
            connection.execute(insert(actions), again)
    newest = {row["encounter_id"]: row["number"] for row in rows}
    connection.execute(
        insert(versions), [{**row, "superseded": row["number"] < newest[row["encounter_id"]]} for row in rows]
    )
    _put_on_worklist(connection, rows, at)
    chain.append(connection, entries, at)


def _told(one: Incoming) -> dict[str, str | None]:
    """What changes no review: who wrote it where, and until when the bill is held."""
    return {"unit": one.unit, "author": one.author, "deadline": one.deadline.isoformat() if one.deadline else None}


def _held_until(one: Incoming, at: str, hold_days: int | None) -> str | None:
    if hold_days is None:
        return None
    return ((one.date_of_service or dt.date.fromisoformat(at[:10])) + dt.timedelta(days=hold_days)).isoformat()


def _tell(connection: Connection, encounter_id: str, anew: dict[str, Any]) -> None:
    newest = (versions.c.encounter_id == encounter_id) & versions.c.superseded.is_(False)
    connection.execute(update(versions).where(newest).values(**anew))
    connection.execute(
        update(worklist).where(worklist.c.encounter_id == encounter_id).values(revision=worklist.c.revision + 1, **anew)
    )


def _latest(connection: Connection, ids: list[str]) -> dict[str, tuple[int, str, dict[str, str | None]]]:
    """The last version of each encounter that is known: its number, the hash of its content and what was told."""
    numbers = (
        select(versions.c.encounter_id, func.max(versions.c.number).label("number"))
        .where(versions.c.encounter_id.in_(ids))
        .group_by(versions.c.encounter_id)
        .subquery()
    )
    found = connection.execute(
        select(
            versions.c.encounter_id, versions.c.number, versions.c.content_sha256, *(versions.c[name] for name in _TOLD)
        ).join(
            numbers,
            (versions.c.encounter_id == numbers.c.encounter_id) & (versions.c.number == numbers.c.number),
        )
    )
    return {
        row.encounter_id: (row.number, row.content_sha256, {name: getattr(row, name) for name in _TOLD})
        for row in found
    }


def _row(store: Store, one: Incoming, number: int, sha256: str, at: str) -> dict[str, Any]:
    return {
        "encounter_id": one.encounter_id,
        "number": number,
        "content_sha256": sha256,
        "received_at": at,
        "date_of_service": one.date_of_service.isoformat() if one.date_of_service else None,
        "setting": one.setting,
        "policy": one.policy,
        "billed": list(one.billed) if one.billed is not None else None,
        "notes": store.seal.close([[note.name, note.text] for note in one.notes]),
        "characters": one.characters(),
        "superseded": False,
    }


def _put_on_worklist(connection: Connection, rows: list[dict[str, Any]], at: str) -> None:
    """The newest version of each encounter stands on the worklist as new, whatever state the one before had."""
    wanted = {(row["encounter_id"], row["number"]) for row in rows}
    found = connection.execute(
        select(versions.c.id, versions.c.encounter_id, versions.c.number).where(
            versions.c.encounter_id.in_({row["encounter_id"] for row in rows}), versions.c.superseded.is_(False)
        )
    )
    ids = {row.encounter_id: row.id for row in found if (row.encounter_id, row.number) in wanted}
    values = [
        {
            "encounter_id": row["encounter_id"],
            "version_id": ids[row["encounter_id"]],
            "state": "new",
            "since": at,
            "deadline": row["deadline"],
            "unit": row["unit"],
            "author": row["author"],
            "effect": 9,
            "missing": 0,
            "outcome": None,
            "revision": 0,
        }
        for row in {row["encounter_id"]: row for row in rows}.values()
    ]
    upsert(connection, worklist, values, key="encounter_id", keep=("assigned_to",))
