"""One encounter that a person works on: its notes, its review as it stands, and every step that led there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reviewer.notes.note import Note
from reviewer.review import Review
from reviewer.web.reviewing import Answered, Asked

if TYPE_CHECKING:
    from reviewer.web.model_runs import ModelRun
    from reviewer.web.opening import Queued

MOST_STEPS = 100


@dataclass(frozen=True)
class Step:
    """A state of the review, and what was done to reach it (nothing for the first)."""

    answered: Answered
    done: str = ""


@dataclass
class Working:
    """`steps` are never empty; the last is what stands. `run` is a language model that reads at this moment.

    `queued` is its place on the worklist, where it came from there.
    """

    asked: Asked
    steps: list[Step]
    boxes: tuple[tuple[str, str], ...] = ()
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    run: ModelRun | None = None
    person: str = ""
    queued: Queued | None = None

    @property
    def now(self) -> Answered:
        """What stands."""
        return self.steps[-1].answered

    @property
    def review(self) -> Review:
        """The review that stands."""
        return self.now.review

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes it was read from; none where facts were entered by hand."""
        return self.asked.notes

    @property
    def corrected(self) -> bool:
        """Whether a person changed a fact."""
        return any(step.done for step in self.steps)

    def take(self, answered: Answered, done: str) -> None:
        """Put a new state on top; of very many the oldest but the first are let go."""
        self.steps.append(Step(answered, done))
        if len(self.steps) > MOST_STEPS:
            del self.steps[1]

    def undo(self) -> bool:
        """Take back the last step of a person; whether there was one."""
        if len(self.steps) < 2:
            return False
        self.steps.pop()
        return True

    def restart(self, answered: Answered) -> None:
        """Begin again from another reading of the same notes."""
        self.steps[:] = [Step(answered)]

    def drop(self) -> None:
        """Let go of it: a model that still reads is told to stop."""
        if self.run is not None:
            self.run.cancel()
