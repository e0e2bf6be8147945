"""The queue as the pages use it: asked beside the event loop, its refusals as answers, and how fast work goes on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool

from reviewer.errors import ConfigError, InputError, UsageError
from reviewer.queue import browsing, worklist
from reviewer.queue.store.database import Store
from reviewer.queue.worklist import MeanwhileError, Status

T = TypeVar("T")
_CHOICES_SECONDS = 30.0
_RATE_SECONDS = 120.0
_LEAST_SECONDS = 2.0
_NEVER = -1e9


class Progress(NamedTuple):
    """What waits and what was worked, encounters a minute, and how many minutes are left at that; None: not known."""

    waiting: int
    worked: int
    failed: int
    needs_human: int
    rate: float | None
    minutes: float | None

    @property
    def pause(self) -> int:
        """Seconds until it is worth asking again."""
        return 60 if not self.waiting else 3 if self.rate else 10


class Desk:
    """The queue of one running application. `clock` counts seconds."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self.store, self.clock = store, clock
        self._choices: tuple[float, browsing.Choices] = (_NEVER, browsing.Choices((), (), ()))
        self._status: tuple[float, Status | None] = (_NEVER, None)
        self._samples: deque[tuple[float, int]] = deque()

    async def ask(self, call: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """What a function of the queue gives. Its refusals are raised as answers; `MeanwhileError` as it is."""
        try:
            return await run_in_threadpool(call, self.store, *arguments, **named)
        except MeanwhileError:
            raise
        except (InputError, UsageError) as problem:
            raise HTTPException(422, told(problem)) from None
        except ConfigError as problem:
            raise HTTPException(503, told(problem)) from None

    @property
    def known(self) -> browsing.Choices:
        """What there was to choose from when last asked."""
        return self._choices[1]

    async def choices(self) -> browsing.Choices:
        """What there is to choose from, at most half a minute old."""
        at, found = self._choices
        if self.clock() - at > _CHOICES_SECONDS:
            found = await self.ask(browsing.choices)
            self._choices = self.clock(), found
        return found

    async def progress(self) -> Progress:
        """How far the work is; however many ask, the database is read once in two seconds."""
        at, status = self._status
        if status is None or self.clock() - at > _LEAST_SECONDS:
            status = await self.ask(worklist.status)
            self._status = self.clock(), status
            self._sample(sum(status.outcomes.values()))
        rate = self._rate()
        return Progress(
            waiting=status.pending,
            worked=sum(status.outcomes.values()),
            failed=status.outcomes["failed"],
            needs_human=status.outcomes["needs_human"],
            rate=rate,
            minutes=status.pending / rate if rate and status.pending else None,
        )

    def _sample(self, worked: int) -> None:
        now = self.clock()
        self._samples.append((now, worked))
        while self._samples and now - self._samples[0][0] > _RATE_SECONDS:
            self._samples.popleft()

    def _rate(self) -> float | None:
        """Encounters a minute over the last two minutes; None before there are two readings apart."""
        if len(self._samples) < 2:
            return None
        (began, first), (ended, last) = self._samples[0], self._samples[-1]
        return max(last - first, 0) / (ended - began) * 60 if ended > began else None


def told(problem: Exception) -> str:
    """A refusal of the queue as a sentence on a page, where nobody types commands."""
    text = str(problem).partition("; see: reviewer")[0]
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
