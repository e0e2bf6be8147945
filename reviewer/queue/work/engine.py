"""A worker process: DBOS starts, recovers and remembers batches; this module hands them out and works them off.

One workflow is one batch, and its id is the batch's id, so that enqueueing twice is enqueueing once. Its only input is
that id. The step may run again after a crash: what has an outcome is skipped, what a model answered is in the store.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos._serialization import Serializer
from sqlalchemy import Engine

from reviewer.errors import EndpointError
from reviewer.queue.store.database import Store
from reviewer.queue.work import batches
from reviewer.queue.work.guarded import BudgetSpentError
from reviewer.queue.work.living import Living
from reviewer.queue.work.outcome import Finished, failed, keep
from reviewer.queue.work.reviewing import Reader, review_version

QUEUE = "encounters"
BATCHES_AT_A_TIME = 3
MOST_TRIES = 8
"""How often a version may take its worker down with it before it is given up."""

ENDPOINT_TRIES = 3
KEPT_TOGETHER = 16
BEAT_SECONDS = 2.0
_APPLICATION, _VERSION = "encounter-reviewer", "1"


class JsonSerializer(Serializer):
    """DBOS keeps ids and numbers as JSON, never as pickle."""

    def serialize(self, data: Any) -> str:
        """The data as JSON; an exception as its kind."""
        return json.dumps(data, default=lambda value: type(value).__name__)

    def deserialize(self, serialized_data: str) -> Any:
        """The data back."""
        return json.loads(serialized_data)

    def name(self) -> str:
        """What DBOS calls it."""
        return "json"


class Worker:
    """Works the queue off in this process. Only one lives in a process at a time, as DBOS has it."""

    _current: Worker | None = None

    def __init__(
        self,
        store: Store,
        engine_url: str,
        reader: Reader,
        *,
        in_flight: int,
        user: str,
        pause: Callable[[threading.Event], bool] | None = None,
        stopping: threading.Event | None = None,
    ) -> None:
        self.store, self.reader, self.user = store, reader, user
        self.in_flight = in_flight
        self.stopping = stopping or threading.Event()
        self.living = Living(store)
        self.batch_size = 2 * in_flight if reader.model is not None else 48
        self._pool = ThreadPoolExecutor(in_flight, thread_name_prefix="review")
        self._may_go_on = pause or (lambda stopping: not stopping.is_set())
        self._own: set[str] = set()
        self._start(engine_url)

    def _start(self, engine_url: str) -> None:
        Worker._current = self
        logging.getLogger("dbos").setLevel(logging.ERROR)
        config: DBOSConfig = {
            "name": _APPLICATION,
            "system_database_url": engine_url,
            "application_version": _VERSION,
            "executor_id": self.living.id,
            "serializer": JsonSerializer(),
            "log_level": "ERROR",
            "use_listen_notify": False,
        }
        DBOS(config=config)
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=BATCHES_AT_A_TIME, polling_interval_sec=0.2)

    def run(self, *, watch: bool = False) -> None:
        """Work until nothing is left (`watch`: until told to stop)."""
        beaten = 0.0
        while not self.stopping.is_set():
            if time.monotonic() - beaten > BEAT_SECONDS:
                self.living.beat()
                self._take_over()
                beaten = time.monotonic()
            self._forget_finished()
            claimed = self._claim()
            if not claimed and not self._own and not watch and not batches.left_over(self.store):
                return
            self.stopping.wait(0.05 if claimed else 0.2)

    def _claim(self) -> bool:
        if len(self._own) >= BATCHES_AT_A_TIME or not self._may_go_on(self.stopping):
            return False
        batch = batches.claim(self.store, self.living.id, self.batch_size)
        if batch is None:
            return False
        self._enqueue(batch)
        return True

    def _enqueue(self, batch: str) -> None:
        self._own.add(batch)
        with SetWorkflowID(batch):
            DBOS.enqueue_workflow(QUEUE, work_batch, batch)

    def _forget_finished(self) -> None:
        """Batches whose workflow has ended leave the table; what they did not finish is free again."""
        for batch in tuple(self._own):
            status = DBOS.get_workflow_status(batch)
            if status is None or status.status not in ("ENQUEUED", "PENDING", "DELAYED"):
                batches.release(self.store, batch)
                self._own.discard(batch)

    def _take_over(self) -> None:
        """Take up the batches of processes that died: resumed where the engine knows them, else begun."""
        for identity in self.living.dead():
            for batch in batches.of_executor(self.store, identity):
                self._adopt(batch)
        living = self.living.all()
        for batch in batches.ownerless(self.store, living | {self.living.id}):
            self._adopt(batch)

    def _adopt(self, batch: str) -> None:
        batches.adopt(self.store, batch, self.living.id)
        status = DBOS.get_workflow_status(batch)
        if status is None:
            self._enqueue(batch)
        elif status.status in ("ENQUEUED", "PENDING", "DELAYED"):
            self._own.add(batch)
            DBOS.resume_workflow(batch, queue_name=QUEUE)
        else:
            batches.release(self.store, batch)

    def close(self) -> None:
        """Stop taking new work, finish what is under way, give the rest back."""
        self.stopping.set()
        self._pool.shutdown(wait=True)
        DBOS.destroy(workflow_completion_timeout_sec=30)
        for batch in batches.of_executor(self.store, self.living.id):
            batches.release(self.store, batch)
        self.living.leave()
        Worker._current = None

    # Working a batch off

    def work(self, batch: str) -> int:
        """Review every version of a batch that has no outcome; how many outcomes were kept."""
        if batches.begin(self.store, batch) > 1:
            return sum(self._alone(one) for one in batches.pending(self.store, batch))
        waiting = [one.id for one in batches.pending(self.store, batch)]
        return self._together(waiting)

    def _alone(self, one: batches.Pending) -> int:
        """A version of a batch that was cut off: counted first, so that one that kills its worker ends."""
        if self.stopping.is_set():
            return 0
        if batches.tried(self.store, one.id) > MOST_TRIES:
            reason = "the worker stopped each time it reviewed this"
            return keep(self.store, [failed(one.id, reason, "")], self.user)
        result = self._review(one.id)
        return keep(self.store, [result], self.user) if result else 0

    def _together(self, versions: list[int]) -> int:
        """Versions side by side, as many as are allowed in flight; outcomes are kept a few at a time."""
        kept, ready = 0, []
        running: set[Future[Finished | None]] = set()
        waiting = iter(versions)
        exhausted = False
        while running or not exhausted:
            while not exhausted and len(running) < self.in_flight and not self.stopping.is_set():
                version = next(waiting, None)
                if version is None:
                    exhausted = True
                    break
                running.add(self._pool.submit(self._review, version))
            exhausted = exhausted or self.stopping.is_set()
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            ready += [result for future in done if (result := future.result()) is not None]
            if len(ready) >= KEPT_TOGETHER or self.reader.model is not None:
                kept += keep(self.store, ready, self.user)
                ready = []
        return kept + keep(self.store, ready, self.user)

    def _review(self, version: int) -> Finished | None:
        """One outcome; None where the endpoint did not answer and the version stays open."""
        reason = ""
        for _ in range(ENDPOINT_TRIES):
            if not self._may_go_on(self.stopping):
                return None
            try:
                return review_version(self.store, version, self.reader)
            except BudgetSpentError:
                self.stopping.set()
                return None
            except EndpointError as problem:
                reason = str(problem)
        return failed(version, f"the endpoint failed: {reason}", "") if self._may_go_on(self.stopping) else None


@DBOS.workflow()
def work_batch(batch: str) -> int:
    """The engine's unit: one batch."""
    return _work_step(batch)


@DBOS.step(retries_allowed=False)
def _work_step(batch: str) -> int:
    worker = Worker._current
    assert worker is not None
    return worker.work(batch)


def engine_url(engine: Engine) -> str:
    """The same database for the engine's own tables, with its password."""
    return engine.url.render_as_string(hide_password=False)
