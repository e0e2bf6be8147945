"""What the notes of a case give, read and grounded: shared by the cases of habits and of layouts."""

from __future__ import annotations

from collections import Counter

from test_tables import told

from reviewer.extract.patterns import read
from reviewer.grounding import ground
from reviewer.notes.note import Note
from validator.facts import Encounter, Standing
from validator.loading import default_rulebook


def encounter_of(text: str) -> Encounter:
    notes = (Note(id="note.txt", text=text),)
    return ground(read(notes, default_rulebook()), notes, default_rulebook()).encounter


def rows_given(text: str) -> Counter[str]:
    """Each administration that was given, told in one row."""
    return Counter(
        told(one)
        for one in encounter_of(text).administrations
        if one.status.get() == "given" and one.status.standing is Standing.GROUNDED
    )
