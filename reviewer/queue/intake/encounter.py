"""One encounter as it comes in, whatever file it came from."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any, Literal

from pydantic import Field

from validator.facts import Frozen

LONGEST_ID = 200


class IncomingNote(Frozen):
    """A note: its name, which is its id in every finding, and its text."""

    name: str = Field(min_length=1, max_length=LONGEST_ID)
    text: str = Field(min_length=1)


class Incoming(Frozen):
    """An encounter for the queue. `billed` is as `--billed` reads it; `deadline` is the end of its bill hold."""

    encounter_id: str = Field(min_length=1, max_length=LONGEST_ID)
    notes: tuple[IncomingNote, ...] = Field(min_length=1)
    date_of_service: date | None = None
    setting: Literal["facility", "physician"] | None = None
    policy: str | None = None
    unit: str | None = Field(default=None, max_length=120)
    author: str | None = Field(default=None, max_length=120)
    deadline: date | None = None
    billed: tuple[dict[str, Any], ...] | None = None

    def content_sha256(self) -> str:
        """The hash of everything that a review of it rests on; the same content is never a new version."""
        content = self.model_dump(mode="json", exclude={"encounter_id", "unit", "author", "deadline"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8")).hexdigest()

    def characters(self) -> int:
        """Length of its notes together."""
        return sum(len(note.text) for note in self.notes)
