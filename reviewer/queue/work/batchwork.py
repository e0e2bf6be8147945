"""Working a batch off: side by side as a rule, one by one where a worker died with it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from reviewer.queue.store.database import Store
from reviewer.queue.work import batches
from reviewer.queue.work.batches import Pending
from reviewer.queue.work.keeping import LONGEST_WAIT, Keeper
from reviewer.queue.work.outcome import Finished, failed

MOST_TRIES = 5
"""How often a version on its own may take its worker down with it before it is given up."""

_DEADLY = "the worker stopped each time it reviewed this"
Review = Callable[[int], Finished | None]


class BatchWork:
    """Reviews what a batch still has open, on threads that all batches of the process share."""

    def __init__(self, store: Store, review: Review, stopping: threading.Event, *, threads: int, user: str) -> None:
        self._store, self._review, self._stopping = store, review, stopping
        self._threads, self._keeper = threads, Keeper(store, user)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="review")

    def close(self) -> None:
        """Wait for what is under way."""
        self._pool.shutdown(wait=True)

    def __call__(self, batch: str, executor: str) -> int:
        """How many outcomes it came to; all are kept when this returns.

        The first time nothing is counted, as each count is a write. A batch that was cut off goes on side by side, but
        every version is counted before it begins; where it is cut off again, the counted ones are each tried alone.
        """
        runs = batches.begin(self._store, batch, executor)
        if not runs:
            return 0
        found = batches.pending(self._store, batch)
        suspects = [one for one in found if one.tries]
        others = [one for one in found if not one.tries]
        return sum(self._alone(one) for one in suspects) + self._side_by_side(others, counted=runs > 1)

    def _alone(self, one: Pending) -> int:
        if self._stopping.is_set():
            return 0
        if one.tries > MOST_TRIES:
            return self._kept(failed(one.id, _DEADLY, ""))
        batches.tried(self._store, one.id)
        result = self._review(one.id)
        if result is None:
            batches.tried(self._store, one.id, -1)
            return 0
        return self._kept(result)

    def _kept(self, result: Finished) -> int:
        self._keeper.add(result)
        self._keeper.flush()
        return 1

    def _side_by_side(self, versions: list[Pending], *, counted: bool) -> int:
        came, running, given_up = 0, len(versions), threading.Event()
        ended: queue.SimpleQueue[Future[Finished | None]] = queue.SimpleQueue()
        # All at once: what came first is done first, so that batches end one after the other and not together.
        for version in versions:
            review = self._counted if counted else self._review
            self._pool.submit(self._begun, review, version.id, given_up).add_done_callback(ended.put)
        try:
            while running:
                try:
                    one = ended.get(timeout=LONGEST_WAIT)
                except queue.Empty:
                    self._keeper.look()
                    continue
                running -= 1
                result = one.result()
                if result is not None:
                    came += 1
                    self._keeper.add(result)
        finally:
            # What is under way ends before the batch does: nobody else is to begin it meanwhile.
            given_up.set()
            for _ in range(running):
                ended.get()
        self._keeper.flush()
        return came

    def _begun(self, review: Review, version: int, given_up: threading.Event) -> Finished | None:
        """One review, unless meanwhile there is to be no more."""
        return None if self._stopping.is_set() or given_up.is_set() else review(version)

    def _counted(self, version: int) -> Finished | None:
        batches.tried(self._store, version)
        result = self._review(version)
        if result is None:
            batches.tried(self._store, version, -1)
        return result
