"""Encounters in a queue for the tests of the worklist's pages, reviewed as the workers would."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from laid_out import laid_out
from reviewed_queue import work

from reviewer.queue.adding import add
from reviewer.queue.intake.encounter import Incoming, IncomingNote
from reviewer.queue.store.database import Store, open_store

KEY = "a key for tests"
CLEAN = "Date of service: 03/14/2026\n0905-1010 paclitaxel 80 mg IVPB via port\n1015 ondansetron 8 mg IV push\n"
OPEN = "Date of service: 03/14/2026\n0905 paclitaxel 80 mg IVPB via port\n"
"""No stop time: an infusion without one earns no infusion code."""


def opened(folder: Path) -> Store:
    """An empty queue in a folder."""
    return open_store(laid_out(folder / "queue.db"), KEY)


def visit(identity: str, text: str = CLEAN, **more: object) -> Incoming:
    """An encounter of one nursing note."""
    deadline = more.pop("deadline", None)
    day = dt.date.fromisoformat(deadline) if isinstance(deadline, str) else None
    note = IncomingNote(name="nursing.txt", text=text)
    return Incoming(encounter_id=identity, notes=(note,), deadline=day, **more)  # type: ignore[arg-type]


def filled(store: Store, *visits: Incoming) -> Store:
    """The queue with encounters that are reviewed."""
    add(store, visits, "intake")
    work(store)
    return store
