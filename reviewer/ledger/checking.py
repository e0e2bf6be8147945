"""The whole record checked: the chain itself, an end noted down before, and what the store holds against it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from reviewer.ledger import chain
from reviewer.ledger.chain import Fault
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.snapshot import snapshot
from reviewer.queue.store.tables import ledger, outcomes, versions

RECEIVED = "received"
JUDGED = ("reviewed", "revalidated", "corrected")
TAKEN_AWAY = "retried"


class Checked(NamedTuple):
    """How many entries there are, where the chain ends, and what does not hold."""

    entries: int
    seq: int
    sha256: str
    faults: list[Fault]


@plain_failures
def check(store: Store, expected: tuple[int, str] | None = None) -> Checked:
    """Check everything, from one reading. `expected` is number and hash of an entry that was noted down before."""
    with snapshot(store) as connection:
        faults = [
            *chain.faults(connection),
            *_noted(connection, expected),
            *_versions(connection),
            *_outcomes(connection),
        ]
        seq, sha256 = chain.head(connection)
        return Checked(chain.count(connection), seq, sha256, faults)


def _noted(connection: Connection, expected: tuple[int, str] | None) -> Iterator[Fault]:
    if expected is not None and chain.sha256_at(connection, expected[0]) != expected[1]:
        yield Fault(expected[0], "it is not the entry that was noted down")


def _versions(connection: Connection) -> Iterator[Fault]:
    """Every stored version is one that was received with this content, and none is missing."""
    received: dict[tuple[str, int], tuple[int, str]] = {}
    entries = select(ledger.c.seq, ledger.c.body).where(ledger.c.kind == RECEIVED).order_by(ledger.c.seq)
    for row in connection.execute(entries).yield_per(1000):
        try:
            body = json.loads(row.body)
            received[body["encounter"], body["version"]] = row.seq, body["content"]
        except (ValueError, KeyError, TypeError):
            yield Fault(row.seq, "its content is no record of a receipt")
    stored = select(versions.c.id, versions.c.encounter_id, versions.c.number, versions.c.content_sha256)
    for one in connection.execute(stored).yield_per(1000):
        seq, content = received.pop((one.encounter_id, one.number), (0, ""))
        if one.content_sha256 != content:
            yield Fault(seq, f"the stored version {one.id} is not the one received")
    for seq, _ in received.values():
        yield Fault(seq, "the version received is not there any more")


def _outcomes(connection: Connection) -> Iterator[Fault]:
    """Every stored outcome is the one that was recorded last of its version, and none is missing."""
    recorded: dict[int, tuple[int, str, str | None]] = {}
    entries = select(ledger.c.seq, ledger.c.kind, ledger.c.body).where(ledger.c.kind.in_((*JUDGED, TAKEN_AWAY)))
    for row in connection.execute(entries.order_by(ledger.c.seq)).yield_per(1000):
        try:
            body = json.loads(row.body)
            if row.kind == TAKEN_AWAY:
                recorded.pop(body["version"], None)
            else:
                recorded[body["version"]] = row.seq, body["outcome"], body["review"]
        except (ValueError, KeyError, TypeError):
            yield Fault(row.seq, "its content is no record of an outcome")
    last = max((seq for seq, _, _ in recorded.values()), default=0)
    stored = select(outcomes.c.version_id, outcomes.c.outcome, outcomes.c.review_sha256)
    for row in connection.execute(stored).yield_per(1000):
        seq, outcome, review = recorded.pop(row.version_id, (0, None, None))
        if (row.outcome, row.review_sha256) != (outcome, review):
            yield Fault(seq or last, f"the stored outcome of version {row.version_id} is not the one recorded")
    for version, (seq, _, _) in recorded.items():
        yield Fault(seq, f"the outcome of version {version} is not there any more")
