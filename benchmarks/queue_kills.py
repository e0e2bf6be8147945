"""Workers of the queue are killed (SIGKILL) at random moments: is anything lost, done twice or paid twice?

    python benchmarks/queue_kills.py --database sqlite|postgresql [--kills 110] [--workers 4] [--seed 1]

Several worker processes read with both readers, the model at an endpoint of this machine that answers after a fixed
time. Again and again one of them is killed, wherever it is (starting, claiming, asking, keeping, ending), and another
is started. New encounters and changed notes come in meanwhile. At the end, with nobody killed any more, the queue is
worked off and checked; exit code 1 where anything is wrong:

- every newest version has one outcome, none of them `failed`, and the counts of the worklist add up;
- the ledger verifies, and holds one review for each outcome and one call for each kept answer;
- no request was made twice beyond what was in flight at the kills.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import queue_endpoint  # noqa: E402
from queue_rate import database  # noqa: E402
from sqlalchemy import func, select  # noqa: E402

from reviewer.ledger import chain  # noqa: E402
from reviewer.llm import Endpoint  # noqa: E402
from reviewer.queue.adding import add  # noqa: E402
from reviewer.queue.intake.encounter import Incoming, IncomingNote  # noqa: E402
from reviewer.queue.store.database import Store, open_store  # noqa: E402
from reviewer.queue.store.tables import answers, batches, executors, ledger  # noqa: E402
from reviewer.queue.work.options import WorkOptions  # noqa: E402
from reviewer.queue.work.process import run_worker  # noqa: E402
from reviewer.queue.worklist import Status, status  # noqa: E402

IN_FLIGHT = 4
_LOADED = (
    "alembic.command",
    "reviewer.commands_rules",
    "reviewer.extract.model.reading",
    "reviewer.llm.calling",
    "reviewer.queue.work.engine",
    "reviewer.queue.work.guarded",
)
_FIRST = 20


class Plan(NamedTuple):
    """What is to happen: `pauses` are the fewest and most seconds between two kills, `ahead` how many always wait."""

    kills: int
    workers: int
    latency: float = 0.3
    pauses: tuple[float, float] = (0.3, 3.4)
    seed: int = 1
    ahead: int = 60
    patience: float = 300.0


class Result(NamedTuple):
    """What came of it; `wrong` is empty where all is well."""

    kills: int
    counted: Status
    asked: queue_endpoint.Asked
    wrong: list[str]
    seconds: float


class Hospital:
    """Sends encounters, and now and then changed notes of one that came before."""

    def __init__(self, store: Store, texts: list[str], chance: random.Random) -> None:
        self.store, self.texts, self.chance = store, texts, chance
        self.sent = 0

    def send(self, count: int) -> None:
        """Add so many encounters."""
        add(self.store, [self._next() for _ in range(count)], "benchmark")

    def _next(self) -> Incoming:
        self.sent += 1
        old = self.sent > _FIRST and self.chance.random() < 0.1
        number = self.chance.randrange(self.sent) if old else self.sent
        text = f"{self.texts[number % len(self.texts)]}\nChart copy {number}, page {self.sent}."
        return Incoming(encounter_id=f"e{number}", notes=(IncomingNote(name="note.txt", text=text),))


def survive(url: str, plan: Plan) -> Result:
    """Carry the plan out on an empty database."""
    chance, started = random.Random(plan.seed), time.monotonic()
    server = queue_endpoint.Running(plan.latency)
    store = open_store(url)
    hospital = Hospital(store, queue_endpoint.texts(), chance)
    endpoint = Endpoint(base_url=server.url, model="fixed")
    options = WorkOptions(database_url=url, extractor="both", endpoint=endpoint, in_flight=IN_FLIGHT)
    hospital.send(plan.ahead)
    workers = [_worker(options) for _ in range(plan.workers)]
    for _ in range(plan.kills):
        time.sleep(chance.uniform(*plan.pauses))
        if status(store).pending < plan.ahead:
            hospital.send(plan.ahead // 2)
        at = chance.randrange(len(workers))
        os.kill(workers[at].pid, signal.SIGKILL)
        workers[at].join()
        workers[at] = _worker(options)
    given_up = time.monotonic() + plan.patience
    for one in workers:
        one.join(max(given_up - time.monotonic(), 0.1))
    late = [one for one in workers if one.is_alive()]
    for one in late:
        one.kill()
        one.join()
    asked = server.end()
    wrong = ["workers did not end"] * bool(late) + _wrong(store, asked, plan)
    ended_badly = [one.exitcode for one in workers if one.exitcode]
    wrong += [f"workers ended with {ended_badly}"] * bool(ended_badly)
    result = Result(plan.kills, status(store), asked, wrong, time.monotonic() - started)
    store.close()
    return result


def loaded_once(*modules: str) -> Any:
    """Processes that begin with what workers import: they soon are where it hurts to be killed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*_LOADED, *modules])
    return context


def _worker(options: WorkOptions) -> Any:
    process = loaded_once().Process(target=run_worker, args=(options,))
    process.start()
    return process


def _wrong(store: Store, asked: queue_endpoint.Asked, plan: Plan) -> list[str]:
    found = []
    counted = status(store)
    if counted.pending or not counted.adds_up:
        found.append(f"{counted.pending} versions without an outcome; adds up: {counted.adds_up}")
    if counted.outcomes["failed"]:
        found.append(f"{counted.outcomes['failed']} failed")
    if counted.states["new"]:
        found.append(f"{counted.states['new']} encounters still new on the worklist")
    if asked.again > plan.kills * IN_FLIGHT:
        found.append(f"{asked.again} requests made again, more than were in flight at {plan.kills} kills")
    with store.reading() as connection:
        found += [f"ledger: entry {fault.seq}: {fault.what}" for fault in chain.faults(connection)]
        entries = connection.execute(select(ledger.c.kind, ledger.c.body)).all()
        for table in (batches, executors):
            if left := connection.execute(select(func.count()).select_from(table)).scalar_one():
                found.append(f"{left} rows left in {table.name}")
        kept = connection.execute(select(func.count()).select_from(answers)).scalar_one()
    kinds = Counter(entry.kind for entry in entries)
    reviewed = Counter(json.loads(entry.body)["version"] for entry in entries if entry.kind == "reviewed")
    if sum(counted.outcomes.values()) != kinds["reviewed"] or set(reviewed.values()) - {1}:
        found.append("the ledger's reviews are not the outcomes")
    if kept != kinds["called"] or kept > asked.requests - asked.again:
        found.append(f"{kept} answers kept, {kinds['called']} calls in the ledger, {asked.requests} requests")
    return found


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), required=True)
    parser.add_argument("--kills", type=int, default=110)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with database(given.database) as url:
        result = survive(url, Plan(given.kills, given.workers, seed=given.seed))
    counted = result.counted
    print(
        f"{given.database}: {result.kills} kills of {given.workers} workers, seed {given.seed}, {result.seconds:.0f} s"
    )
    print(f"  {counted.encounters} encounters, {counted.versions} versions, outcomes {counted.outcomes}")
    print(f"  superseded before they were reviewed: {counted.superseded}; adds up: {counted.adds_up}")
    print(
        f"  {result.asked.requests} requests, {result.asked.again} made again (in flight at the kills: at most", end=" "
    )
    print(f"{result.kills * IN_FLIGHT})")
    print(
        "  nothing lost, nothing twice, the ledger verifies"
        if not result.wrong
        else "  WRONG: " + "; ".join(result.wrong)
    )
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
