"""Encounters in a store, reviewed as the workers would, without the engine."""

from __future__ import annotations

from collections.abc import Iterable

from reviewed_queue import work

from reviewer.queue.adding import add
from reviewer.queue.intake.encounter import Incoming, IncomingNote
from reviewer.queue.store.database import Store

NOTE = "Date of service: {date}\n0905-1010 paclitaxel 80 mg IVPB via port\n1015 ondansetron 8 mg IV push\n"
WORD = "wallflower"
"""Stands in every note here, and must stand nowhere else."""


def visit(identity: str, date: str = "03/14/2026", **more: object) -> Incoming:
    text = f"{NOTE.format(date=date)}{WORD}\n{identity}\n"
    return Incoming(encounter_id=identity, notes=(IncomingNote(name="nursing.txt", text=text),), **more)  # type: ignore[arg-type]


def filled(store: Store, visits: Iterable[Incoming]) -> Store:
    add(store, visits, "me")
    work(store)
    return store
