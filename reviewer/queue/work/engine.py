"""A worker process: DBOS starts, recovers and remembers batches; this module hands them out and takes them up again.

One workflow is one batch, and its id is the batch's id, so that enqueueing twice is enqueueing once. Its only input is
that id. The step may run again after a crash: what has an outcome is skipped, what a model answered is in the store.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from reviewer.errors import ConfigError
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.work import batches
from reviewer.queue.work.batchwork import BatchWork
from reviewer.queue.work.breaker import Breaker
from reviewer.queue.work.living import BEAT_SECONDS, Living
from reviewer.queue.work.reviewing import Reader
from reviewer.queue.work.trouble import DATABASE
from reviewer.queue.work.trying import Trying

QUEUE = "encounters"
BATCHES, BATCHES_OF_MANY, MANY = 2, 3, 8
"""Batches that one process has at a time, and where as many encounters are under way at a time. The next is there
before the threads run out of work, and at the end of a queue nobody sits on what others could do."""

SMALLEST_BATCH, PATTERN_BATCH = 4, 48
"""A batch costs the engine some 10 ms of processor."""

READING = 4
"""To every so many requests in flight there is a thread more: while one reads an answer, another waits for its own."""

DATABASE_PATIENCE = 300.0
"""Seconds that a worker waits for a database that is away or full before it ends."""

DATABASE_AGAIN, QUIET_SECONDS = 2.0, 60.0
"""Seconds between two tries, and after which trouble is a new one."""

LOOK_SECONDS, NONE_LEFT_SECONDS, RESUMED_SECONDS = 1.0, 0.5, 2.0
"""How often a process looks after its batches, whether there is more to take where there was nothing, and for batches
of the dead that the engine was told to resume."""

ASLEEP_SECONDS = 15.0
"""How long a batch may be called running here that nobody runs, as the engine could not note how it ended."""

_APPLICATION = "encounter-reviewer"
_VERSION = "1"
"""Not the version of this package: batches that an older one left are taken up by a newer one, as both read ids."""

_UNDER_WAY = ("ENQUEUED", "PENDING", "DELAYED")


class JsonSerializer(Serializer):
    """DBOS keeps ids and numbers as JSON, never as pickle; of an error only its kind."""

    def serialize(self, data: Any) -> str:
        """The data as JSON."""
        return json.dumps(data, default=_plain)

    def deserialize(self, serialized_data: str) -> Any:
        """The data back; an error as one that holds its kind."""
        data = json.loads(serialized_data)
        return RuntimeError(data["error"]) if isinstance(data, dict) and set(data) == {"error"} else data

    def name(self) -> str:
        """What DBOS calls it."""
        return "json"


def _plain(value: object) -> dict[str, str]:
    if isinstance(value, BaseException):
        return {"error": type(value).__name__}
    raise TypeError(f"no {type(value).__name__} goes through the engine")


class Worker:
    """Works the queue off in this process. Only one lives in a process at a time, as DBOS has it.

    Raises `ConfigError` when the database cannot be used.
    """

    _current: Worker | None = None

    @plain_failures
    def __init__(
        self,
        store: Store,
        reader: Reader,
        *,
        in_flight: int,
        user: str,
        breaker: Breaker | None = None,
        stopping: threading.Event | None = None,
        orphaned: Callable[[], bool] = lambda: False,
    ) -> None:
        self.store, self.breaker, self.orphaned = store, breaker, orphaned
        self.stopping = stopping or threading.Event()
        self.living = Living(store)
        with_model = reader.model is not None
        self.batch_size = max(in_flight, SMALLEST_BATCH) if with_model else PATTERN_BATCH
        self.batches_at_a_time = BATCHES_OF_MANY if in_flight >= MANY else BATCHES
        self.trying = Trying(store, reader, self.stopping, breaker)
        threads = in_flight + (in_flight // READING if with_model else 0)
        self._batchwork = BatchWork(store, self.trying, self.stopping, threads=threads, user=user)
        self._own: dict[str, float] = {}
        """The batches to look after, and since when nobody is seen running one that is called running here."""
        self._running: set[str] = set()
        self._defect: BaseException | None = None
        self._gone_since = self._last_gone = float("-inf")
        self._looked = self._beaten = self._none_left = float("-inf")
        self._tidied = False
        self._start(engine_url(store.engine))

    def _start(self, url: str) -> None:
        Worker._current = self
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        config: DBOSConfig = {
            "name": _APPLICATION,
            "system_database_url": url,
            "application_version": _VERSION,
            "executor_id": self.living.id,
            "serializer": JsonSerializer(),
            "log_level": "CRITICAL",
            # Nobody waits for messages or events; polling saves the connection that would listen.
            "use_listen_notify": False,
            "sys_db_pool_size": 5,
        }
        DBOS(config=config)
        DBOS.launch()
        # Only batches of the dead come this way.
        DBOS.register_queue(QUEUE, worker_concurrency=BATCHES_OF_MANY, polling_interval_sec=RESUMED_SECONDS)

    def run(self, *, watch: bool = False) -> None:
        """Work until nothing is left (`watch`: until told to stop).

        Raises `ConfigError` or `EndpointError` where the run cannot go on: what is open stays open.
        """
        self.living.keep_beating()
        while not self.stopping.is_set():
            try:
                if self._turn(watch=watch):
                    break
            except DATABASE as problem:
                self._gone(problem)
        if self._defect is not None:
            raise self._defect
        if self.trying.ended is not None:
            raise self.trying.ended

    def _turn(self, *, watch: bool) -> bool:
        """Look after everything once; whether nothing is left to do."""
        if not self._tidied:
            batches.release_strays(self.store)
            self._tidied = True
        now = time.monotonic()
        if now - self._beaten > BEAT_SECONDS:
            self._beaten = now
            self.living.bury()
            for batch in batches.ownerless(self.store):
                self._take_up(batch)
        if now - self._looked > LOOK_SECONDS:
            self._looked = now
            if self.orphaned():
                self.stopping.set()
            self._look_after()
        if self._claim():
            return False
        if not self._own and not watch and not batches.anything_left(self.store):
            return True
        self.stopping.wait(0.05 if self._own else NONE_LEFT_SECONDS)
        return False

    def _claim(self) -> bool:
        if len(self._own) >= self.batches_at_a_time or time.monotonic() - self._none_left < NONE_LEFT_SECONDS:
            return False
        if self.breaker is not None and self.breaker.pause_left() > 0:
            return False
        batch = batches.claim(self.store, self.living.id, self.batch_size)
        if batch is None:
            self._none_left = time.monotonic()
            return False
        self._begin(batch)
        return True

    def _begin(self, batch: str) -> None:
        """Let the engine run a batch here, at once: waiting in a queue of the engine's would be looked after by it."""
        self._own[batch] = time.monotonic()
        with SetWorkflowID(batch):
            DBOS.start_workflow(work_batch, batch)

    def _look_after(self) -> None:
        """Batches that ended without giving back what they did not finish, or that nobody runs any more."""
        idle = []
        for batch in tuple(self._own):
            if batch in self._running:
                self._own[batch] = time.monotonic()
            else:
                idle.append(batch)
        there = batches.there(self.store, idle)
        for batch in idle:
            if batch not in there:
                # Another process ran it to its end, whatever the engine knows of that.
                self._own.pop(batch, None)
                continue
            status = DBOS.get_workflow_status(batch)
            if status is None or status.status not in _UNDER_WAY:
                self._give_back(batch)
            elif status.status == "PENDING" and status.executor_id != self.living.id:
                if status.executor_id not in self.living.all():
                    self._take_up(batch)
            elif status.status == "PENDING":
                self._wake(batch)

    def _give_back(self, batch: str) -> None:
        """The batch leaves the table; what it did not finish is free again."""
        batches.release(self.store, batch)
        self._own.pop(batch, None)

    def _wake(self, batch: str) -> None:
        """Begin a batch again whose end the engine could not note."""
        now = time.monotonic()
        if now - self._own.get(batch, now) > ASLEEP_SECONDS:
            self._own[batch] = now
            DBOS.resume_workflow(batch, queue_name=QUEUE)

    def _take_up(self, batch: str) -> None:
        """Take up a batch of a process that died: resumed where the engine knows it, else begun."""
        if not batches.adopt(self.store, batch, self.living.id):
            return
        status = DBOS.get_workflow_status(batch)
        if status is None:
            self._begin(batch)
            return
        self._own[batch] = time.monotonic()
        if status.status in _UNDER_WAY:
            DBOS.resume_workflow(batch, queue_name=QUEUE)

    def _gone(self, problem: Exception) -> None:
        """The database is away: wait for it, but not for ever."""
        now = time.monotonic()
        if now - self._last_gone > QUIET_SECONDS:
            self._gone_since = now
        self._last_gone = now
        if now - self._gone_since > DATABASE_PATIENCE:
            told = str(getattr(problem, "orig", None) or "it gave no connection").splitlines()[0]
            self.trying.end(ConfigError(f"the queue's database cannot be used: {told}"))
        self.stopping.wait(DATABASE_AGAIN)

    def close(self) -> None:
        """Stop taking new work, finish what is under way, give the rest back."""
        self.stopping.set()
        while self._running:
            time.sleep(0.05)
        self._batchwork.close()
        DBOS.destroy(workflow_completion_timeout_sec=5)
        try:
            for batch in batches.of_executor(self.store, self.living.id):
                batches.release(self.store, batch)
            self.living.leave()
        except SQLAlchemyError:
            pass  # the database is away: the next worker takes up what this one had
        Worker._current = None

    # Called by the engine, on its threads

    def work(self, batch: str) -> int:
        """Review what a batch has open; how many outcomes it came to. Never raises: the engine has no use for it."""
        with self._seen_running(batch):
            try:
                number = self._batchwork(batch, self.living.id)
                self._give_back(batch)
                return number
            except DATABASE as problem:
                self._gone(problem)
            except Exception as problem:
                self._defect = problem
                self.stopping.set()
            return 0

    @contextmanager
    def _seen_running(self, batch: str) -> Iterator[None]:
        self._own.setdefault(batch, time.monotonic())
        self._running.add(batch)
        try:
            yield
        finally:
            self._running.discard(batch)


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
