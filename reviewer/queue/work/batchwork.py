"""Working a batch off: side by side as a rule, one by one where a worker died with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from reviewer.queue.store.database import Store
from reviewer.queue.work import batches
from reviewer.queue.work.batches import Pending
from reviewer.queue.work.outcome import Finished, failed, keep

MOST_TRIES = 5
"""How often a version on its own may take its worker down with it before it is given up."""

KEPT_TOGETHER = 16
_DEADLY = "the worker stopped each time it reviewed this"
Review = Callable[[int], Finished | None]


class BatchWork:
    """Reviews what a batch still has open. `at_once`: outcomes are kept as they come, not a few at a time."""

    def __init__(
        self, store: Store, review: Review, stopping: threading.Event, *, in_flight: int, at_once: bool, user: str
    ) -> None:
        self._store, self._review, self._stopping = store, review, stopping
        self._in_flight, self._together_kept, self._user = in_flight, 1 if at_once else KEPT_TOGETHER, user
        self._pool = ThreadPoolExecutor(in_flight, thread_name_prefix="review")

    def close(self) -> None:
        """Wait for what is under way."""
        self._pool.shutdown(wait=True)

    def __call__(self, batch: str, executor: str) -> int:
        """How many outcomes were kept.

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
            return keep(self._store, [failed(one.id, _DEADLY, "")], self._user)
        batches.tried(self._store, one.id)
        result = self._review(one.id)
        if result is None:
            batches.tried(self._store, one.id, -1)
            return 0
        return keep(self._store, [result], self._user)

    def _side_by_side(self, versions: list[Pending], *, counted: bool) -> int:
        kept, ready = 0, list[Finished]()
        running: set[Future[Finished | None]] = set()
        waiting = iter(versions)
        try:
            while self._fill(running, waiting, counted=counted):
                done, running = wait(running, return_when=FIRST_COMPLETED)
                ready += [result for future in done if (result := future.result()) is not None]
                if len(ready) >= self._together_kept:
                    kept += keep(self._store, ready, self._user)
                    ready = []
        finally:
            # What is under way ends before the batch does: nobody else is to begin it meanwhile.
            wait(running)
        return kept + keep(self._store, ready, self._user)

    def _fill(self, running: set[Future[Finished | None]], waiting: Iterator[Pending], *, counted: bool) -> bool:
        """Begin as many as may be in flight; whether any is."""
        while len(running) < self._in_flight and not self._stopping.is_set():
            one = next(waiting, None)
            if one is None:
                break
            running.add(self._pool.submit(self._counted if counted else self._review, one.id))
        return bool(running)

    def _counted(self, version: int) -> Finished | None:
        batches.tried(self._store, version)
        result = self._review(version)
        if result is None:
            batches.tried(self._store, version, -1)
        return result
