"""One version, tried until it has an outcome or has to stay open; which of the two, the endpoint's state decides."""

from __future__ import annotations

import threading

from reviewer.errors import ConfigError, EndpointError, ReviewError
from reviewer.queue.store.database import Store
from reviewer.queue.work.breaker import Breaker
from reviewer.queue.work.outcome import Finished, failed
from reviewer.queue.work.reviewing import Reader, review_version
from reviewer.queue.work.trouble import BudgetSpentError, RefusedError, StoppedError

ENDPOINT_TRIES = 3
"""How often a version is tried whose request fails while the requests of others are answered."""


class Trying:
    """Reviews versions, and knows when the whole run has to end: `ended` then is why."""

    def __init__(self, store: Store, reader: Reader, stopping: threading.Event, breaker: Breaker | None = None) -> None:
        self._store, self._reader, self._stopping, self._breaker = store, reader, stopping, breaker
        self.ended: ReviewError | None = None

    def __call__(self, version: int) -> Finished | None:
        """One outcome; None where the version stays open. Raises what SQLAlchemy does when the database is away."""
        try:
            return self._tried(version)
        except StoppedError:
            return None
        except (BudgetSpentError, ConfigError) as problem:
            self.end(problem)
            return None

    def end(self, problem: ReviewError) -> None:
        """Let this process end in good order, for this reason."""
        self.ended = self.ended or problem
        self._stopping.set()

    def _tried(self, version: int) -> Finished | None:
        if self._stopping.is_set():
            return None
        answered = self._answers()
        last = EndpointError("not asked")
        for _ in range(ENDPOINT_TRIES):
            try:
                return review_version(self._store, version, self._reader)
            except (StoppedError, BudgetSpentError):
                raise
            except EndpointError as problem:
                last = problem
        if isinstance(last, RefusedError) and self._nothing_works():
            self.end(last)
            return None
        if self._its_own(last, self._answers() - answered):
            return failed(version, f"the endpoint failed: {last}", "")
        return None

    def _answers(self) -> int:
        return self._breaker.answers if self._breaker else 0

    def _nothing_works(self) -> bool:
        """Whether the endpoint has refused everything since it was set up like this."""
        return self._breaker is not None and self._breaker.tripped and not self._breaker.proven

    def _its_own(self, problem: EndpointError, answers: int) -> bool:
        """Whether the trouble is this version's: a request that is refused, or one that fails while others do not."""
        if isinstance(problem, RefusedError) and problem.own:
            return self._breaker is None or not self._breaker.tripped or self._breaker.proven
        return answers >= ENDPOINT_TRIES
