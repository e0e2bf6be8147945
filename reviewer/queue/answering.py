"""The answer to a query, as one more note: a new version of the encounter, reviewed at once, the old one kept."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import select, update

from reviewer.errors import InputError, UsageError
from reviewer.notes.loading import MOST_CHARACTERS
from reviewer.queue.adding import add
from reviewer.queue.clock import now_text
from reviewer.queue.intake.encounter import LONGEST_ID, Incoming, IncomingNote
from reviewer.queue.states import STEPS
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.tables import versions, worklist
from reviewer.queue.work.outcome import keep
from reviewer.queue.work.reviewing import Reader, review_version
from reviewer.queue.worklist import Item, Seen, acted, item, standing

ACTION = "answered"


class Addendum(NamedTuple):
    """What an author wrote as the answer. `written` is the time on the addendum, not that of pasting it."""

    author: str
    written: dt.datetime
    text: str

    @property
    def name(self) -> str:
        """The note's name: its id in every finding."""
        return f"addendum {self.written:%Y-%m-%d %H:%M} {self.author}"[: LONGEST_ID - 10]


@plain_failures
def answer(
    store: Store, encounter_id: str, addendum: Addendum, user: str, reader: Reader | None, *, seen: Seen
) -> Item:
    """Keep an addendum and review the encounter with it; the encounter as it stands then.

    Without a reader the new version waits to be worked. Raises `MeanwhileError` where somebody changed the encounter,
    `InputError` for an addendum that cannot be kept, `UsageError` where there are no notes any more.
    """
    with store.reading() as connection:
        row = standing(connection, encounter_id, seen=seen)
        before = connection.execute(select(versions).where(versions.c.id == row.version_id)).one()
    if before.notes is None:
        raise UsageError("the notes of this encounter were purged: nothing can be added to them")
    notes = [IncomingNote(name=name, text=text) for name, text in store.seal.open(before.notes)]
    made = Incoming(
        encounter_id=encounter_id,
        notes=(*notes, _note(addendum, notes)),
        date_of_service=dt.date.fromisoformat(before.date_of_service) if before.date_of_service else None,
        setting=before.setting,
        policy=before.policy,
        billed=tuple(before.billed) if before.billed is not None else None,
    )
    if made.characters() > MOST_CHARACTERS:
        raise InputError(f"the notes together would have more than {MOST_CHARACTERS:,} characters")
    _claim(store, encounter_id, addendum.author, user, seen)
    add(store, [made], user)
    if reader is not None:
        keep(store, [review_version(store, item(store, encounter_id).version, reader)], user)
    return item(store, encounter_id)


def _claim(store: Store, encounter_id: str, author: str, user: str, seen: Seen) -> None:
    """Note that it was answered; of two who add to one encounter at the same time, the second is refused here."""
    with store.writing() as connection:
        row = standing(connection, encounter_id, locked=True, seen=seen)
        at = now_text()
        values: dict[str, Any] = {"revision": worklist.c.revision + 1}
        to = "answered" if "answered" in STEPS[row.state] else None
        if to is not None:
            values |= {"state": to, "since": at}
        connection.execute(update(worklist).where(worklist.c.encounter_id == encounter_id).values(**values))
        acted(store, connection, row, user, ACTION, at, to=to, comment=f"addendum by {author}")


def _note(addendum: Addendum, notes: list[IncomingNote]) -> IncomingNote:
    if not addendum.text.strip():
        raise InputError("the addendum is empty")
    if any(note.text.strip() == addendum.text.strip() for note in notes):
        raise InputError("this text is one of the notes already")
    taken, name, number = {note.name for note in notes}, addendum.name, 1
    while name in taken:
        number += 1
        name = f"{addendum.name} {number}"
    return IncomingNote(name=name, text=addendum.text)
