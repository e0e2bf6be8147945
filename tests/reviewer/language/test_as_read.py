"""What is read has the length of the note, and what is quoted is the note's own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.language.as_read import as_read, plain
from reviewer.notes.note import Note
from reviewer.pipeline import review
from validator.loading import default_rulebook

NOTE = (
    "Infusion note 03/14/2026, hospital outpatient. Right chest port accessed.\n"
    "Paclitaxel 300 mg IV infusion started at 09:10 and stopped at 12:14.\n"
)


def units(text: str) -> dict[str, int]:
    found = review((Note(id="note.txt", text=text),), rulebook=default_rulebook(), explain=False)
    return {line.code: line.units for line in found.codes if line.kind != "drug"}


@given(st.text(max_size=300))
def test_every_place_in_what_is_read_is_the_same_place_in_the_note(text: str) -> None:
    read = as_read(Note(id="n", text=text))
    assert len(read.text) == len(text)
    assert read.own in (None, text)


@pytest.mark.parametrize(
    "written",
    [
        NOTE.replace(" ", "\u00a0"),
        NOTE.replace(" ", "\u202f"),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("\n", "\u2028"),
        NOTE.replace("0", "\uff10"),
        NOTE.replace("started at ", "started\nat "),
    ],
    ids=["no-break blanks", "narrow blanks", "CRLF", "line separators", "wide digits", "broken line"],
)
def test_how_a_note_was_typed_or_copied_does_not_change_its_answer(written: str) -> None:
    assert units(NOTE) == {"96413": 1, "96415": 2}
    assert units(written) == units(NOTE)


def test_evidence_holds_the_note_s_own_characters() -> None:
    text = NOTE.replace("300 mg", "300\u00a0mg")
    found = review((Note(id="note.txt", text=text),), rulebook=default_rulebook())
    spans = [span for line in found.codes for step in line.because for span in step.evidence] + list(
        found.facts.administrations[0].dose.evidence
    )
    assert any("\u00a0" in span.text for span in spans)
    assert all(text[span.start : span.end] == span.text for span in spans)


def test_a_note_in_plain_characters_is_read_as_it_stands() -> None:
    assert as_read(Note(id="n", text=NOTE)).own is None
    assert plain(NOTE) is NOTE
