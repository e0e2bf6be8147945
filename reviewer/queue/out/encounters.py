"""Encounters with their reviews, read from the store a few at a time."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, select

from reviewer.errors import ConfigError
from reviewer.notes.note import Note
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import outcomes, versions, worklist
from reviewer.queue.work.outcome import EFFECTS
from reviewer.queue.worklist import URGENT_FIRST

CHUNK = 200
DAMAGED = "what is stored of it is damaged and cannot be opened"
FIELDS = (
    *(
        "encounter_id",
        "version",
        "state",
        "outcome",
        "reason",
        "date_of_service",
        "setting",
        "policy",
        "unit",
        "author",
    ),
    *("deadline", "assigned_to", "worst_effect", "since", "received_at", "finished_at"),
)


class Encounter(NamedTuple):
    """An encounter for a table: `fields` by the names in `FIELDS`, and its published review, None where none is."""

    fields: dict[str, Any]
    review_json: str | None
    summary: dict[str, Any]
    notes: tuple[Note, ...]

    @property
    def review(self) -> dict[str, Any] | None:
        """The review as plain values."""
        return None if self.review_json is None else json.loads(self.review_json)


def encounters(
    store: Store, chosen: Iterable[ColumnElement[bool]] = (), *, notes: bool = False, reviews: bool = True
) -> Iterator[Encounter]:
    """The newest version of each chosen encounter, most urgent first; with its notes only where they are asked for."""
    with store.reading() as connection:
        ids = list(connection.execute(select(worklist.c.version_id).where(*chosen).order_by(*URGENT_FIRST)).scalars())
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        with store.reading() as connection:
            rows = {
                row.version_id: row
                for row in connection.execute(_wanted(notes, reviews).where(versions.c.id.in_(part)))
            }
        yield from (_encounter(store, rows[one]) for one in part if one in rows)


def _wanted(notes: bool, reviews: bool) -> Any:
    return (
        select(
            worklist,
            versions.c.number,
            versions.c.date_of_service,
            versions.c.setting,
            versions.c.policy.label("own_policy"),
            versions.c.received_at,
            *([versions.c.notes] if notes else []),
            *([outcomes.c.review] if reviews else []),
            outcomes.c.reason,
            outcomes.c.policy,
            outcomes.c.summary,
            outcomes.c.finished_at,
        )
        .join(versions, versions.c.id == worklist.c.version_id)
        .outerjoin(outcomes, outcomes.c.version_id == worklist.c.version_id)
    )


def _encounter(store: Store, row: Row[Any]) -> Encounter:
    summary = row.summary or {}
    fields = {
        **{name: getattr(row, name, None) for name in FIELDS},
        "version": row.number,
        "date_of_service": summary.get("date") or row.date_of_service,
        "policy": row.policy or row.own_policy,
        "worst_effect": EFFECTS[row.effect] if row.effect < len(EFFECTS) and row.outcome else None,
    }
    try:
        review, notes = _opened(store, getattr(row, "review", None)), _opened(store, getattr(row, "notes", None)) or ()
    except (ConfigError, zlib.error, ValueError):
        # That the key is the right one was seen when the store was opened: this row alone is damaged.
        review, notes, fields["reason"] = None, (), DAMAGED
    return Encounter(fields, review, summary, tuple(Note(id=name, text=text) for name, text in notes))


def _opened(store: Store, sealed: bytes | None) -> Any:
    return None if sealed is None else store.seal.open(sealed)
