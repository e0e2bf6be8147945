"""A language model reading beside the patterns: its stages as a page shows them, stopping it, and what it brought."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from reviewer.errors import ReviewError
from reviewer.pipeline import Model
from reviewer.web.jobs import Done, reviewed, shown
from reviewer.web.pool import Pool
from reviewer.web.reviewing import rulebook

if TYPE_CHECKING:
    from reviewer.web.working import Working

STAGES = ("reading", "checking", "judging")
_STOPPED = "The language model was stopped; this is the pattern reader's answer."
_FAILED = "The language model gave no usable answer; this is the pattern reader's."
_MOST_AT_ONCE = 4


class ModelRun:
    """One reading by a model. `place` is the stage it is at; `told` says how it ended, when it has."""

    stages = STAGES

    def __init__(self) -> None:
        self.place = 0
        self.told = ""
        self.result: Done | None = None
        self.waiting = False
        self._task: asyncio.Task[None] | None = None

    @property
    def stage(self) -> str:
        """The name of the stage it is at."""
        return STAGES[self.place] if self.running else ""

    @property
    def running(self) -> bool:
        """Whether it still works."""
        return not self.told and self.result is None

    def start(self, work: Working, model: Model, pool: Pool, turns: asyncio.Semaphore) -> None:
        """Let the model read the notes of an encounter, on the running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(work, model, pool, turns))

    def cancel(self) -> None:
        """Use nothing of what it may still answer. A request that is under way ends by itself."""
        if self.running:
            self.told = _STOPPED
            if self._task is not None:
                self._task.cancel()

    async def _run(self, work: Working, model: Model, pool: Pool, turns: asyncio.Semaphore) -> None:
        try:
            async with turns:
                reading = await asyncio.to_thread(model, work.notes, rulebook())
                self.place = 1
                done = await pool.run(reviewed, work.asked, reading)
                self.place = 2
                self.result = await pool.run(shown, done.answered, work.asked, work.steps[0].answered.review)
        except ReviewError as problem:
            self.told = f"{_FAILED} {problem}"
        except Exception:
            # What it raised may hold words of the notes; nobody is to see more than that it failed.
            self.told = _FAILED


def turns() -> asyncio.Semaphore:
    """How many readings may be under way at once."""
    return asyncio.Semaphore(_MOST_AT_ONCE)
