"""An encounter while its parts come together from rows or files. One bad part keeps the whole encounter out.

Half an encounter would be judged as if the rest had never been documented.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, NamedTuple

from reviewer.billing.rows import Row, UnreadableError
from reviewer.errors import UsageError
from reviewer.notes.loading import MOST_CHARACTERS
from reviewer.pipeline import check_policy
from reviewer.queue.intake import billed
from reviewer.queue.intake.encounter import LONGEST_ID, Incoming, IncomingNote
from reviewer.queue.intake.fields import value_of
from reviewer.queue.intake.problem import Place, Problem
from validator.rulebook import Rulebook


class Defaults(NamedTuple):
    """What holds where the encounter says nothing itself."""

    rulebook: Rulebook
    setting: Literal["facility", "physician"] | None = None
    policy: str | None = None


class Draft:
    """One encounter's parts, what is wrong with them, and the names of what was not used."""

    def __init__(self, identity: str, place: Place) -> None:
        self.identity, self.place = identity, place
        self.problems: list[Problem] = []
        self.unused: set[str] = set()
        self._fields: dict[str, str] = {}
        self._notes: dict[str, str] = {}
        self._billed: list[Row] = []

    def wrong(self, place: Place, what: str) -> None:
        """Something is wrong with a part."""
        self.problems.append(place.problem(what))

    def take(self, field: str, text: str, place: Place) -> None:
        """A value that the encounter has once, however many rows it has."""
        if not text.strip():
            return
        try:
            value = value_of(field, text)
        except UnreadableError as problem:
            self.wrong(place, str(problem))
            return
        if self._fields.setdefault(field, value) != value:
            self.wrong(place, "differs from an earlier row of the same encounter")

    def note(self, name: str, text: str, place: Place) -> None:
        """A note; the same one twice counts once, another one of the same name gets a number."""
        if not text.strip():
            return
        if "\x00" in text or not _can_be_written(text):
            self.wrong(place, "holds characters that are no text")
            return
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        name = name.strip()[: LONGEST_ID - 10] or "note"
        if not name.isprintable() or not _can_be_written(name):
            self.wrong(place, "the note's name holds characters that cannot be printed")
            return
        number, unique = 1, name
        while self._notes.get(unique, text) != text:
            number += 1
            unique = f"{name} {number}"
        self._notes[unique] = text

    def bill(self, rows: tuple[Row, ...]) -> None:
        """Billed lines."""
        self._billed += rows

    @property
    def lines(self) -> int:
        """How many billed lines there are so far."""
        return len(self._billed)

    def finished(self, defaults: Defaults) -> Incoming | None:
        """The encounter; None, and `problems` say why, where it is not to be added."""
        if not self._notes:
            self.problems = self.problems or [self.place.problem("the encounter has no note")]
        characters = sum(map(len, self._notes.values()))
        if characters > MOST_CHARACTERS:
            self.wrong(self.place, f"the notes have {characters:,} characters together; at most {MOST_CHARACTERS:,}")
        policy = self._fields.get("policy") or defaults.policy
        # As with the command `review`, a policy of its own decides the setting rather than a general default.
        setting: Any = self._fields.get("setting") or (None if "policy" in self._fields else defaults.setting)
        try:
            check_policy(defaults.rulebook, policy, setting, {}, where="")
        except UsageError as problem:
            self.wrong(self.place._replace(column="policy"), str(problem))
        if self.problems:
            return None
        return Incoming(
            encounter_id=self.identity,
            notes=tuple(IncomingNote(name=name, text=text) for name, text in self._notes.items()),
            date_of_service=self._day("date"),
            setting=setting,
            policy=policy,
            unit=self._fields.get("unit"),
            author=self._fields.get("author"),
            deadline=self._day("deadline"),
            billed=tuple(map(billed.stored, self._billed)) if self._billed else None,
        )

    def _day(self, field: str) -> dt.date | None:
        return dt.date.fromisoformat(self._fields[field]) if field in self._fields else None


def _can_be_written(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a character, as JSON escapes can write it
        return False
    return True
