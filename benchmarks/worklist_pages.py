"""The worklist's pages with many encounters stored: choosing, sorting, turning pages, a fact corrected and kept.

    python benchmarks/worklist_pages.py [--stored 100000] [--postgresql]

Each page is asked for in the program's own process, so a browser and a network come on top. The median and the longest
of ten, by the clock and (median) by processor time of this process; exit code 1 where a median is over 0.5 s.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), *(str(ROOT / name) for name in ("benchmarks", "tests", "tests/web"))]

from queue_store import KEY, database, fill  # noqa: E402
from queued import filled, visit  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402
from visitor import ADDRESS, Visitor  # noqa: E402

from reviewer.queue.store.database import open_store  # noqa: E402
from reviewer.web.app import create_app  # noqa: E402
from reviewer.web.options import WebOptions  # noqa: E402

MOST, TIMES = 0.5, 10


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--stored", type=int, default=100_000)
    options.add_argument("--postgresql", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="reviewer-w-") as folder, database(asked.postgresql, folder) as url:
        store = open_store(url, KEY, pool=8)
        filled(store, visit("first"))
        fill(store, asked.stored - 1)
        print(f"{'PostgreSQL' if asked.postgresql else 'SQLite'}, {asked.stored:,} encounters stored")
        app = create_app(WebOptions(store=store, requests_a_minute=1_000_000, burst=1_000_000))
        with TestClient(app, base_url=ADDRESS) as client:
            slow = list(pages(Visitor(client), asked.stored))
        store.close()
    return int(any(slow))


def pages(visitor: Visitor, stored: int) -> list[bool]:
    def listed(what: str, **form: object) -> bool:
        return timed(what, lambda: visitor.post("/worklist", in_place=True, **form))

    visitor.get("/worklist")
    slow = [
        timed("the page", lambda: visitor.get("/worklist")),
        listed("its last page", page=str(stored // 50 - 1)),
        listed("sorted by author", sort="author"),
        listed("ids that hold 999", text="999"),
        listed("one state and unit, up to a deadline", state="needs_review", unit="unit 7", until="2026-04-14"),
        timed("progress", lambda: visitor.get("/worklist/progress")),
        timed("clean ones", lambda: visitor.post("/worklist/clean")),
        timed("one encounter", lambda: visitor.get("/worklist/1")),
    ]
    stops = iter(f"11:{minute:02}" for minute in range(TIMES))
    slow.append(timed("a fact corrected and kept", lambda: visitor.correct("administrations.a1.stop", next(stops))))
    page = visitor.get("/worklist").text
    parts = [page, *(visitor.get(path).text for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page))]
    print(f"{sum(len(part.encode()) for part in parts) / 1000:.0f} kB: the page, its script and its style, not packed")
    return slow


def timed(what: str, call: Callable[[], object]) -> bool:
    """Ask ten times, print, and say whether it took too long."""
    took, used = [], []
    for _ in range(TIMES):
        began, spent = time.perf_counter(), time.process_time()
        answer = call()
        took.append(time.perf_counter() - began)
        used.append(time.process_time() - spent)
        assert answer.status_code == 200, (what, answer.status_code)  # type: ignore[attr-defined]
    median = statistics.median(took)
    print(
        f"{median:6.3f} s, longest {max(took):6.3f} s, processor {statistics.median(used):6.3f} s  {what}", flush=True
    )
    return median > MOST


if __name__ == "__main__":
    sys.exit(main())
