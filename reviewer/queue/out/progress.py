"""How far a run is, on standard error: a bar with rate and time left, or a line now and then where nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import func, select

from reviewer.errors import ConfigError
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import outcomes
from reviewer.queue.worklist import Status, status

LOOK_SECONDS = 1.0
LINE_SECONDS = 60.0
T = TypeVar("T")


def _bar(unit: str) -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn(unit),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


class Progress:
    """Looks at the store now and then while workers work."""

    def __init__(self, store: Store, before: Status) -> None:
        self._store = store
        self._done_before = sum(before.outcomes.values())
        self._waiting = before.pending
        self._began = self._looked = self._said = time.monotonic()
        self._bar = _bar("reviewed") if sys.stderr.isatty() else None

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("", total=self._waiting, rate="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def tell(self) -> None:
        """Say how far it is, at most once a second. A database that is away for a moment stops nothing here."""
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        try:
            done = _outcomes(self._store) - self._done_before
            if done >= self._waiting:  # more came in meanwhile
                self._waiting = done + status(self._store).pending
        except ConfigError:
            return
        rate = f"{done / max(now - self._began, 0.001):.1f}/s"
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=self._waiting, rate=rate)
        elif now - self._said >= LINE_SECONDS:
            self._said = now
            sys.stderr.write(f"reviewer: {done:,} of {self._waiting:,} reviewed, {rate}\n")


@plain_failures
def _outcomes(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(outcomes)).scalar_one())


def counted(things: Iterable[T], total: int, unit: str) -> Iterator[T]:
    """The things themselves, with a bar where somebody watches."""
    if not sys.stderr.isatty():
        yield from things
        return
    began = time.monotonic()
    with _bar(unit) as bar:
        task = bar.add_task("", total=total, rate="")
        for number, thing in enumerate(things, 1):
            bar.update(task, completed=number, rate=f"{number / max(time.monotonic() - began, 0.001):.1f}/s")
            yield thing
