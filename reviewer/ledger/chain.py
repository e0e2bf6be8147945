"""Appending to the chain and checking it.

An entry's hash covers its number, time, kind, body and the hash of the entry before. The head row holds the last
number and hash; writers queue for it, so the chain never forks. What nobody outside has noted down can be rewritten
from some entry to the end by whoever owns the database: `ledger verify` prints the head, to be kept elsewhere and
given back as `--expect`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from reviewer.queue.store.tables import ledger, ledger_head

START = "0" * 64
_HEAD = 1


class Entry(NamedTuple):
    """Something to record: what kind of thing, and ids, hashes, versions and users; never words of a note."""

    kind: str
    body: dict[str, Any]


class Fault(NamedTuple):
    """Where the chain does not hold, and how."""

    seq: int
    what: str


def hold(connection: Connection) -> None:
    """Take the end of the chain until the transaction ends.

    Whoever changes rows that others change too takes it before them: nobody then waits for another in a ring.
    """
    connection.execute(select(ledger_head.c.id).where(ledger_head.c.id == _HEAD).with_for_update())


def append(connection: Connection, entries: Iterable[Entry], at: str) -> None:
    """Add entries to the end of the chain, inside the caller's writing transaction. `at` is UTC as ISO text."""
    rows = list(entries)
    if not rows:
        return
    head = connection.execute(
        select(ledger_head.c.seq, ledger_head.c.sha256).where(ledger_head.c.id == _HEAD).with_for_update()
    ).one()
    seq, previous = head.seq, head.sha256
    values = []
    for entry in rows:
        seq += 1
        body = json.dumps(entry.body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        sha256 = digest(seq, at, entry.kind, body, previous)
        values.append({"seq": seq, "at": at, "kind": entry.kind, "body": body, "previous": previous, "sha256": sha256})
        previous = sha256
    connection.execute(insert(ledger), values)
    connection.execute(update(ledger_head).where(ledger_head.c.id == _HEAD).values(seq=seq, sha256=previous))


def digest(seq: int, at: str, kind: str, body: str, previous: str) -> str:
    """The hash of an entry. The parts are joined as JSON, so that none can run into the next."""
    return hashlib.sha256(json.dumps([seq, at, kind, body, previous]).encode("utf-8")).hexdigest()


def faults(connection: Connection) -> Iterator[Fault]:
    """Every place where an entry was changed, taken out, put in or moved, or the end was cut off."""
    expected, previous = 1, START
    for row in connection.execute(select(ledger).order_by(ledger.c.seq)).yield_per(1000):
        if row.seq != expected:
            yield Fault(expected, f"entries {expected} to {row.seq - 1} are not there")
        if row.previous != previous and row.seq == expected:
            yield Fault(row.seq, "it does not follow from the entry before")
        if digest(row.seq, row.at, row.kind, row.body, row.previous) != row.sha256:
            yield Fault(row.seq, "its content is not what was recorded")
        expected, previous = row.seq + 1, row.sha256
    seq, sha256 = head(connection)
    if (seq, sha256) != (expected - 1, previous):
        yield Fault(seq, "the end of the chain is not where it was")


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last entry; 0 and zeros for an empty chain."""
    row = connection.execute(
        select(ledger_head.c.seq, ledger_head.c.sha256).where(ledger_head.c.id == _HEAD)
    ).one_or_none()
    return (row.seq, row.sha256) if row else (0, "")


def sha256_at(connection: Connection, seq: int) -> str | None:
    """The hash of an entry, for checking a head that was noted down earlier; None where there is no such entry."""
    if seq == 0:
        return START
    return connection.execute(select(ledger.c.sha256).where(ledger.c.seq == seq)).scalar_one_or_none()


def count(connection: Connection) -> int:
    """How many entries there are."""
    return int(connection.execute(select(func.count()).select_from(ledger)).scalar_one())
