"""What models answered, kept in a file as soon as it is there, so that a run that was cut goes on where it was.

The file holds words of the notes: it is made readable by its owner alone. Only answers are kept, never what follows
from them, so that every figure is of today's code.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from reviewer.errors import CompletionError
from reviewer.evaluate.cases import Case
from reviewer.llm import Usage


class Answered(NamedTuple):
    """One answer as JSON. `failure` is the category of a reply that could not be used; `content` is then None."""

    content: Any
    usage: Usage
    failure: str | None = None


class Timed(NamedTuple):
    """An answer and the seconds it took; None where it came from a recording."""

    answered: Answered
    seconds: float | None


class OutOfTimeError(Exception):
    """What is asked was not answered yet, and nothing is asked any more."""


class Answers:
    """Answers by what was asked. Without a path they are kept only while the program runs.

    Once `closed`, nothing is asked any more, and only what is known is answered.
    """

    closed = False

    def __init__(self, path: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._clock = path, clock
        self._known: dict[str, Timed] = {}
        if path is not None and path.is_file():
            for line in path.read_text("utf-8").splitlines():
                self._read(line)

    def get(self, asked: str, case: Case, ask: Callable[[], Answered]) -> Timed:
        """The kept answer to what is asked about a case, else the answer of `ask`, which is then kept.

        `asked` names everything but the notes that an answer depends on: kind, model, prompt. A reply that cannot be
        used is an answer as well; whatever else `ask` raises goes through, unkept. Raises `OutOfTimeError`.
        """
        key = _key(asked, case)
        if key not in self._known:
            if self.closed:
                raise OutOfTimeError
            began = self._clock()
            try:
                answered = ask()
            except CompletionError as problem:
                answered = Answered(None, problem.usage or Usage(calls=1), problem.category)
            self._known[key] = Timed(answered, self._clock() - began)
            self._write(key, self._known[key])
        return self._known[key]

    def _read(self, line: str) -> None:
        try:
            row = json.loads(line)
            usage = Usage.model_validate(row["usage"])
            self._known[row["key"]] = Timed(Answered(row["content"], usage, row["failure"]), row["seconds"])
        except (ValueError, KeyError, TypeError):
            return  # the last line of a run that was cut; it is asked again

    def _write(self, key: str, timed: Timed) -> None:
        if self._path is None:
            return
        answered = timed.answered
        row = {
            "key": key,
            "content": answered.content,
            "usage": answered.usage.model_dump(),
            "failure": answered.failure,
            "seconds": timed.seconds,
        }
        with os.fdopen(
            os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8"
        ) as file:
            file.write(json.dumps(row) + "\n")


def _key(asked: str, case: Case) -> str:
    parts = (asked, str(case.setting), *(note.text for note in case.notes))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
