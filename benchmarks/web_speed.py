"""How long a page waits: 20 people pasting a 6,000-character encounter and correcting a fact, against a real server.

    python benchmarks/web_speed.py [--people 20] [--rounds 6] [--pause 2]

Everyone pastes, waits a while (`--pause` seconds on average), corrects a stop time, waits, and pastes again. Times are
on the wall, from sending to the last byte, so that only those of a quiet machine mean anything; beside them stands the
processor time of each request, that of the one who asks included, which means the same everywhere.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import socket
import statistics
import threading
import time
from pathlib import Path

import httpx2
import psutil
import uvicorn

from reviewer.web.app import create_app
from reviewer.web.options import WebOptions

ROOT = Path(__file__).parent.parent
LENGTH = 6_000
KINDS = {"nursing": "nursing", "order": "order", "mar": "mar", "physician": "physician"}


def encounter() -> list[tuple[str, str]]:
    """R-CHOP in four notes, and the text of a long assessment, 6,000 characters together."""
    folder = ROOT / "fixtures/encounters/rchop-four-notes"
    notes = [(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.txt"))]
    filler = (
        "Patient seated in chair 4, call light within reach. Denies pain, nausea, dyspnea. Skin warm and dry. "
        "Lungs clear to auscultation bilaterally, abdomen soft, no edema. Ambulates without help, oriented x3. "
    )
    missing = LENGTH - sum(len(text) for _, text in notes)
    lines = (filler * (missing // len(filler) + 1))[:missing]
    return [*notes, ("physician", re.sub(r"(.{90,110}) ", r"\1\n", lines))]


class Person:
    """Somebody at a page."""

    def __init__(self, address: str) -> None:
        self.client = httpx2.AsyncClient(base_url=address, timeout=60)
        self.token = self.work = ""

    async def post(self, address: str, /, **form: object) -> tuple[float, str]:
        data = {"csrf_token": self.token, "work": self.work, **form}
        began = time.perf_counter()
        answer = await self.client.post(address, data=data, headers={"hx-request": "true"})
        took = time.perf_counter() - began
        assert answer.status_code == 200, answer.text[:200]
        return took, answer.text

    async def begin(self) -> None:
        page = (await self.client.get("/")).text
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]

    async def paste(self, notes: list[tuple[str, str]]) -> float:
        form = {"kind": [KINDS.get(kind, "other") for kind, _ in notes], "text": [text for _, text in notes]}
        took, page = await self.post("/review", **form)
        self.work = re.search(r'name="work" value="([^"]+)"', page)[1]
        assert "96413" in page
        return took

    async def edit(self, stop: str) -> float:
        took, page = await self.post(
            "/correct", path="administrations.a3.stop", value=stop, by="A Coder", why="the MAR says so"
        )
        assert "Changed:" in page
        return took


async def working(address: str, people: int, rounds: int, pause: float) -> tuple[list[float], list[float]]:
    notes, pastes, edits = encounter(), [], []
    chance = random.Random(1)

    async def one() -> None:
        person = Person(address)
        await person.begin()
        await asyncio.sleep(chance.uniform(0, 2 * pause))
        for number in range(rounds):
            pastes.append(await person.paste(notes))
            await asyncio.sleep(chance.uniform(0, 2 * pause))
            edits.append(await person.edit(f"12:{10 + number}"))
            await asyncio.sleep(chance.uniform(0, 2 * pause))
        await person.client.aclose()

    await asyncio.gather(*(one() for _ in range(people)))
    return pastes, edits


async def alone(address: str, count: int) -> tuple[float, float]:
    """Processor seconds of the server for one paste and one edit, nobody else asking."""
    person = Person(address)
    await person.begin()
    notes = encounter()
    await person.paste(notes)
    before = processor()
    for _ in range(count):
        await person.paste(notes)
    between = processor()
    for number in range(count):
        await person.edit(f"12:{10 + number % 40}")
    after = processor()
    await person.client.aclose()
    return (between - before) / count, (after - between) / count


def processor() -> float:
    """Processor seconds of the workers, the pages' own process and the one who asks, so far."""
    own = psutil.Process()
    return sum(sum(one.cpu_times()[:2]) for one in (own, *own.children(recursive=True)))


def serve(workers: int) -> tuple[uvicorn.Server, str]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = create_app(WebOptions(workers=workers, requests_a_minute=1_000_000, burst=100_000))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, ws="none"))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return server, f"http://127.0.0.1:{listening.getsockname()[1]}"


def told(name: str, times: list[float]) -> str:
    ranked = sorted(times)
    last = ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
    middle = statistics.median(times) * 1000
    return f"{name:<28}{len(times):>5} times   median {middle:6.0f} ms   99th percentile {last * 1000:6.0f} ms"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=20)
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--pause", type=float, default=2.0)
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = options.parse_args()
    server, address = serve(asked.workers)
    load = os.getloadavg()[0]
    paste, edit = asyncio.run(alone(address, 20))
    print(f"{LENGTH:,} characters in five notes; {asked.workers} workers; load of the machine before: {load:.1f}")
    print(f"processor time, all together: {paste * 1000:.0f} ms a paste, {edit * 1000:.0f} ms a corrected fact")
    pastes, edits = asyncio.run(working(address, asked.people, asked.rounds, asked.pause))
    print(f"{asked.people} people at once, {asked.pause:g} s on average between two actions of one person:")
    print(told("paste to answer", pastes))
    print(told("corrected fact to answer", edits))
    server.should_exit = True
    time.sleep(1)


if __name__ == "__main__":
    main()
