"""Where reviews are worked out: processes of their own, so that twenty people at once do not wait for one another."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.reduction import ForkingPickler
from typing import Any, TypeVar

from reviewer.garbage import collect_seldom
from reviewer.review import Review
from reviewer.web.reviewing import warm
from validator.facts import Encounter, Frozen

T = TypeVar("T")
_THREADS = 4


class Pool:
    """Runs work beside the event loop. A worker that dies (out of memory) is replaced, and its work tried once more."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._executor: Executor | None = None

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """What a function of a module gives; with processes, its arguments and result are copied between them."""
        loop = asyncio.get_running_loop()
        executor = self._executor = self._executor or self._made()
        try:
            return await loop.run_in_executor(executor, work, *arguments)
        except BrokenProcessPool:
            if self._executor is executor:
                self._executor = self._made()
            return await loop.run_in_executor(self._executor, work, *arguments)

    async def warm(self) -> None:
        """Start every worker and let it load what the first review needs."""
        await asyncio.gather(*(self.run(warm) for _ in range(max(self.workers, 1))))

    def close(self) -> None:
        """Let go of the workers; work that waits is not begun. What is run later gets new ones."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _made(self) -> Executor:
        if not self.workers:
            return ThreadPoolExecutor(_THREADS, "review")
        return ProcessPoolExecutor(self.workers, mp_context=multiprocessing.get_context("spawn"), initializer=_prepared)


def _prepared() -> None:
    """Make a new process ready: an interrupt on the keyboard is for the server, which then stops its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    collect_seldom()
    warm()
    gc.freeze()  # what is loaded now never becomes garbage


def _end_with_the_server() -> None:
    """End this process when the server is gone, however it went: nobody else would, and it holds notes."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _read(kind: type[Frozen], text: str) -> Frozen:
    return kind.model_validate_json(text)


def _as_json(value: Frozen) -> tuple[Callable[..., Frozen], tuple[type[Frozen], str]]:
    return _read, (type(value), value.model_dump_json())


# A fact's type has no name in its module, which pickling needs; the JSON of both types reads back to an equal value.
for _kind in (Review, Encounter):
    ForkingPickler.register(_kind, _as_json)
