"""Worker processes: one in this process, or several beside it, each with an executor id of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from reviewer.queue.store.database import Store, open_store
from reviewer.queue.work.options import WorkOptions

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_LOOK_SECONDS = 0.5


def run_worker(options: WorkOptions) -> None:
    """Work the queue off in this process until nothing is left, or a stop signal; what is under way is finished."""
    from reviewer.queue.work.engine import Worker, engine_url

    store = _opened(options)
    stopping = threading.Event()
    reader, pause = reader_of(options, store, stopping)
    worker = Worker(
        store,
        engine_url(store.engine),
        reader,
        in_flight=options.in_flight,
        user=options.user,
        pause=pause,
        stopping=stopping,
    )
    for one in STOP_SIGNALS:
        signal.signal(one, lambda *_: stopping.set())
    try:
        worker.run(watch=options.watch)
    finally:
        worker.close()
        store.close()


def _opened(options: WorkOptions) -> Store:
    key = options.key.get_secret_value() if options.key else None
    return open_store(options.database_url, key, pool=options.in_flight + 4)


def reader_of(options: WorkOptions, store: Store, stopping: threading.Event) -> tuple[Any, Any]:
    """How this run reads, and what holds it back while the endpoint is down."""
    from reviewer.commands_rules import installed_rulebook
    from reviewer.queue.work.reviewing import Reader

    rulebook = installed_rulebook()
    if options.endpoint is None:
        return Reader(rulebook, "patterns", options.policy), None
    from reviewer.extract.model.prompt import load_prompt
    from reviewer.extract.model.reading import read_with_model
    from reviewer.queue.work.breaker import Breaker
    from reviewer.queue.work.guarded import GuardedChat
    from reviewer.queue.work.limits import Budget, Throttle

    limits, breaker = options.limits, Breaker(store)
    chat = GuardedChat(
        options.endpoint,
        store,
        throttle=Throttle(
            store, requests_per_minute=limits.requests_per_minute, tokens_per_minute=limits.tokens_per_minute
        ),
        breaker=breaker,
        budget=Budget(store, limits.budget_tokens),
        stopping=stopping,
    )
    prompt = load_prompt()
    fingerprint = f"{options.endpoint.model} {options.endpoint.mode} {prompt.version} {prompt.fingerprint}"
    extractor = "both" if options.extractor == "auto" else options.extractor
    reader = Reader(
        rulebook,
        extractor,
        options.policy,
        lambda notes, book: read_with_model(notes, book, chat),
        fingerprint,
    )
    return reader, breaker.wait


def run_workers(options: WorkOptions, workers: int, tell: Callable[[], None]) -> int:
    """Run several worker processes and wait for them; how many did not end well. `tell` is called while waiting.

    A stop signal is passed on, and the workers finish what is under way. One that dies does not stop the others, and
    its work is taken up by them.
    """
    context = multiprocessing.get_context("spawn")
    started = [
        context.Process(target=_child, args=(options.model_dump_json(), _secrets(options))) for _ in range(workers)
    ]

    def pass_on(_number: int, _frame: FrameType | None) -> None:
        for one in started:
            if one.pid and one.is_alive():
                os.kill(one.pid, signal.SIGTERM)

    before = {one: signal.signal(one, pass_on) for one in STOP_SIGNALS}
    try:
        for one in started:
            one.start()
        while any(one.is_alive() for one in started):
            tell()
            time.sleep(_LOOK_SECONDS)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    tell()
    return sum(one.exitcode != 0 for one in started)


def _secrets(options: WorkOptions) -> dict[str, str]:
    """What JSON hides: handed over in memory, never on a command line."""
    found = {}
    if options.key:
        found["key"] = options.key.get_secret_value()
    if options.endpoint and options.endpoint.api_key:
        found["api_key"] = options.endpoint.api_key.get_secret_value()
    return found


def _child(settings: str, secrets: dict[str, str]) -> None:
    options = WorkOptions.model_validate_json(settings)
    options = options.model_copy(update={"key": options.key and type(options.key)(secrets["key"])})
    if options.endpoint is not None and options.endpoint.api_key is not None:
        endpoint = options.endpoint.model_copy(update={"api_key": type(options.endpoint.api_key)(secrets["api_key"])})
        options = options.model_copy(update={"endpoint": endpoint})
    run_worker(options)
