"""Worker processes: one in this process, or several beside it, each with an executor id of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from reviewer.errors import ConfigError, EndpointError, ReviewError
from reviewer.garbage import collect_seldom
from reviewer.queue.store.database import Store, open_store
from reviewer.queue.store.tables import outcomes
from reviewer.queue.work.options import WorkOptions
from reviewer.queue.work.trouble import BudgetSpentError

if TYPE_CHECKING:
    from reviewer.queue.work.breaker import Breaker
    from reviewer.queue.work.reviewing import Reader

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
DEATHS_IN_A_ROW = 10
"""Workers that die one after the other, with no outcome between, before no other takes the place."""

START: Literal["spawn", "forkserver"] = "forkserver" if sys.platform == "linux" else "spawn"
"""How worker processes begin: with nothing of this one's threads and locks."""
_LOADED = ("reviewer.commands_rules", "reviewer.queue.work.engine", "reviewer.queue.work.reviewing")
"""What every worker imports, which takes a second: once for all where they are forked off a process that has it."""

_LOOK_SECONDS = 0.5
_KINDS = (BudgetSpentError, EndpointError, ConfigError, ReviewError)


def run_worker(options: WorkOptions, orphaned: Callable[[], bool] = lambda: False) -> None:
    """Work the queue off in this process until nothing is left, or a stop signal; what is under way is finished.

    A second stop signal ends the process at once, which loses nothing but what is under way. Raises `ConfigError` or
    `EndpointError` where the run cannot go on.
    """
    from reviewer.queue.work.engine import Worker

    store = _opened(options)
    stopping = threading.Event()
    reader, breaker = reader_of(options, store, stopping)
    worker = Worker(
        store,
        reader,
        in_flight=options.in_flight,
        user=options.user,
        breaker=breaker,
        stopping=stopping,
        orphaned=orphaned,
    )

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.set()
        signal.signal(number, signal.SIG_DFL)

    for one in STOP_SIGNALS:
        # Ctrl-C reaches every process of a terminal, and the one that started this one passes it on.
        if signal.getsignal(one) is not signal.SIG_IGN:
            signal.signal(one, stop)
    try:
        worker.run(watch=options.watch)
    finally:
        worker.close()
        store.close()


def _opened(options: WorkOptions) -> Store:
    key = options.key.get_secret_value() if options.key else None
    return open_store(options.database_url, key)


def reader_of(options: WorkOptions, store: Store, stopping: threading.Event) -> tuple[Reader, Breaker | None]:
    """How this run reads, and what holds it back while the endpoint is down."""
    from reviewer.commands_rules import installed_rulebook
    from reviewer.queue.work.reviewing import Reader

    rulebook = installed_rulebook()
    if options.endpoint is None:
        return Reader(rulebook, "patterns", options.policy), None
    from reviewer.extract.model.prompt import load_prompt
    from reviewer.extract.model.reading import read_with_model
    from reviewer.queue.work.answers import Answers
    from reviewer.queue.work.breaker import Breaker
    from reviewer.queue.work.guarded import GuardedChat, settings_key
    from reviewer.queue.work.limits import Budget, Throttle
    from reviewer.queue.work.turn import Turn

    limits, turn = options.limits, Turn()
    breaker = Breaker(store, settings_key(options.endpoint))
    chat = GuardedChat(
        options.endpoint,
        Answers(store),
        throttle=Throttle(
            store, requests_per_minute=limits.requests_per_minute, tokens_per_minute=limits.tokens_per_minute
        ),
        breaker=breaker,
        budget=Budget(store, limits.budget_tokens),
        stopping=stopping,
        at_once=options.in_flight,
        turn=turn,
    )
    prompt = load_prompt()
    fingerprint = f"{options.endpoint.model} {options.endpoint.mode} {prompt.version} {prompt.fingerprint}"
    extractor = "both" if options.extractor == "auto" else options.extractor
    reader = Reader(
        rulebook,
        extractor,
        options.policy,
        lambda version: lambda notes, book: read_with_model(notes, book, chat.of(version)),
        fingerprint,
        turn,
    )
    return reader, breaker


def run_workers(options: WorkOptions, workers: int, tell: Callable[[], None]) -> int:
    """Run worker processes and wait for them; how many died and were not replaced. `tell` is called while waiting.

    A stop signal is passed on, and the workers finish what is under way. One that dies does not stop the others: they
    take up its work, and another takes its place, unless so many die that nothing gets done. Raises what ended a worker
    in good order before all was done: `ConfigError`, `EndpointError`.
    """
    crew = _Crew(options, workers)
    before = {one: signal.signal(one, crew.pass_on) for one in STOP_SIGNALS}
    try:
        while crew.at_work():
            tell()
            time.sleep(_LOOK_SECONDS)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    tell()
    if crew.told:
        raise crew.told[0]
    return crew.lost


class _Crew:
    """The worker processes of a run."""

    def __init__(self, options: WorkOptions, workers: int) -> None:
        self._options = options
        self._context: Any = multiprocessing.get_context(START)
        if START == "forkserver":
            self._context.set_forkserver_preload(list(_LOADED))
        self._stopped = False
        self._deaths, self._outcomes = 0, -1
        self.lost = 0
        self.told: list[ReviewError] = []
        self._workers = [self._started() for _ in range(workers)]

    def _started(self) -> tuple[Any, Any]:
        here, there = self._context.Pipe(duplex=False)
        arguments = (self._options.model_dump_json(), _secrets(self._options), there)
        process = self._context.Process(target=_child, args=arguments)
        process.start()
        there.close()
        return process, here

    def pass_on(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped = True
        for process, _ in self._workers:
            if process.pid and process.is_alive():
                os.kill(process.pid, signal.SIGTERM)

    def at_work(self) -> bool:
        """Replace who died; whether anybody works."""
        self._workers = [one for one in (self._next(*pair) for pair in self._workers) if one is not None]
        return bool(self._workers)

    def _next(self, process: Any, told: Any) -> tuple[Any, Any] | None:
        if process.is_alive():
            return process, told
        if told.poll():
            try:
                kind, message = told.recv()
                self.told.append(_KINDS[kind](message))
            except EOFError:
                pass
        ended_well = process.exitcode == 0
        told.close()
        process.close()
        if ended_well or self.told or self._stopped:
            self.lost += not ended_well and not self.told
            return None
        if self._gets_nowhere():
            self.lost += 1
            return None
        return self._started()

    def _gets_nowhere(self) -> bool:
        """Whether worker after worker dies without any outcome between."""
        outcomes = _outcomes(self._options)
        self._deaths = self._deaths + 1 if outcomes == self._outcomes else 1
        self._outcomes = outcomes
        return self._deaths > DEATHS_IN_A_ROW


def _outcomes(options: WorkOptions) -> int:
    """How many outcomes there are; -1 where the database does not tell."""
    try:
        store = _opened(options)
        with store.reading() as connection:
            found: int = connection.execute(select(func.count()).select_from(outcomes)).scalar_one()
        store.close()
        return found
    except (SQLAlchemyError, ConfigError):
        return -1


def _secrets(options: WorkOptions) -> dict[str, str]:
    """What JSON hides: handed over in memory, never on a command line."""
    found = {}
    if options.key:
        found["key"] = options.key.get_secret_value()
    if options.endpoint and options.endpoint.api_key:
        found["api_key"] = options.endpoint.api_key.get_secret_value()
    return found


def _child(settings: str, secrets: dict[str, str], tell: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()
    options = WorkOptions.model_validate_json(settings)
    options = options.model_copy(update={"key": options.key and type(options.key)(secrets["key"])})
    if options.endpoint is not None and options.endpoint.api_key is not None:
        endpoint = options.endpoint.model_copy(update={"api_key": type(options.endpoint.api_key)(secrets["api_key"])})
        options = options.model_copy(update={"endpoint": endpoint})
    parent = multiprocessing.parent_process()
    try:
        run_worker(options, orphaned=lambda: parent is not None and not parent.is_alive())
    except ReviewError as problem:
        tell.send((next(at for at, kind in enumerate(_KINDS) if isinstance(problem, kind)), str(problem)))
        sys.exit(problem.exit_code)
