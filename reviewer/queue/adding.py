"""Encounters into the store: nothing twice, a changed note as a new version, the old one kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from reviewer.ledger import chain
from reviewer.queue.clock import now_text
from reviewer.queue.intake.encounter import Incoming
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import versions, worklist
from reviewer.queue.store.upsert import upsert

CHUNK = 400
What = Literal["new", "changed", "unchanged"]


class Added(NamedTuple):
    """How many encounters were new, came with changed notes, or were there already."""

    new: int
    changed: int
    unchanged: int


@plain_failures
def add(store: Store, incoming: Iterable[Incoming], user: str) -> Added:
    """Store encounters in the order given; adding the same ones again changes nothing.

    Each chunk is one transaction: after a crash the same call goes on where it was. Raises `ConfigError` when the
    database cannot be used.
    """
    counted: Counter[str] = Counter()
    for chunk in _chunks(incoming):
        with store.writing() as connection:
            counted.update(_add_chunk(store, connection, chunk, user))
    return Added(counted["new"], counted["changed"], counted["unchanged"])


def _chunks(incoming: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    rest = iter(incoming)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _add_chunk(store: Store, connection: Connection, chunk: Sequence[Incoming], user: str) -> Iterator[What]:
    at = now_text()
    latest = _latest(connection, [one.encounter_id for one in chunk])
    rows: list[dict[str, Any]] = []
    entries: list[chain.Entry] = []
    for one in chunk:
        sha256 = one.content_sha256()
        number, before = latest.get(one.encounter_id, (0, ""))
        if before == sha256:
            yield "unchanged"
            continue
        latest[one.encounter_id] = number + 1, sha256
        rows.append(_row(store, one, number + 1, sha256, at))
        body = {"encounter": one.encounter_id, "version": number + 1, "content": sha256, "user": user}
        entries.append(chain.Entry("received", body))
        yield "changed" if number else "new"
    if not rows:
        return
    changed = [row["encounter_id"] for row in rows if row["number"] > 1]
    if changed:
        connection.execute(update(versions).where(versions.c.encounter_id.in_(changed)).values(superseded=True))
    newest = {row["encounter_id"]: row["number"] for row in rows}
    connection.execute(
        insert(versions), [{**row, "superseded": row["number"] < newest[row["encounter_id"]]} for row in rows]
    )
    _put_on_worklist(connection, rows, at)
    chain.append(connection, entries, at)


def _latest(connection: Connection, ids: list[str]) -> dict[str, tuple[int, str]]:
    """The last version of each encounter that is known: its number and the hash of its content."""
    numbers = (
        select(versions.c.encounter_id, func.max(versions.c.number).label("number"))
        .where(versions.c.encounter_id.in_(ids))
        .group_by(versions.c.encounter_id)
        .subquery()
    )
    found = connection.execute(
        select(versions.c.encounter_id, versions.c.number, versions.c.content_sha256).join(
            numbers,
            (versions.c.encounter_id == numbers.c.encounter_id) & (versions.c.number == numbers.c.number),
        )
    )
    return {row.encounter_id: (row.number, row.content_sha256) for row in found}


def _row(store: Store, one: Incoming, number: int, sha256: str, at: str) -> dict[str, Any]:
    return {
        "encounter_id": one.encounter_id,
        "number": number,
        "content_sha256": sha256,
        "received_at": at,
        "date_of_service": one.date_of_service.isoformat() if one.date_of_service else None,
        "setting": one.setting,
        "policy": one.policy,
        "unit": one.unit,
        "author": one.author,
        "deadline": one.deadline.isoformat() if one.deadline else None,
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
