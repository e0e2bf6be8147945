"""What an export put into a note is undone, each character knows its place, and the evidence is the note's own."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer import __version__
from reviewer.language.as_read import as_read
from reviewer.language.retyped import retyped
from reviewer.notes.note import Note
from reviewer.pipeline import review
from reviewer.report.published import published
from reviewer.verify import reread
from reviewer.verify.check import Maker, problems
from reviewer.verify.records import Records
from validator.loading import DATA, default_rulebook

NOTE = (
    "Infusion note 03/14/2026, hospital outpatient. Right chest port accessed.\n"
    "Dexamethasone 12 mg IV push given at 08:55. Paclitaxel 300 mg IV infusion started at 09:10 & stopped at 12:14.\n"
    "Tolerated well; no reaction was seen. Port flushed with saline and heparin, needle removed, home at 12:30.\n"
)
UNITS = {"96413": 1, "96415": 2, "96375": 1}


def _soft(text: str) -> str:
    return re.sub(r"(?m)^(.{60})(?=.)", "\\1=\n", text)


WRITTEN = {
    "entities": NOTE.replace("&", "&amp;").replace(" mg", "&nbsp;mg").replace(";", "&#59;"),
    "tags": "<p>" + NOTE.replace("\n", "<br/>\n") + "</p>",
    "transfer encoding": _soft(NOTE.replace("12 mg", "12=C2=A0mg")),
    "doubled blanks": NOTE.replace(" ", "  "),
    "glued sentences": NOTE.replace(". P", ".P"),
    "units in full": NOTE.replace(" mg", " milligrams"),
    "ways with stops": NOTE.replace("IV", "I.V."),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_what_an_export_put_in_changes_no_answer_and_the_evidence_is_the_notes_own(written: str) -> None:
    note = Note(id="note.txt", text=written)
    found = review((note,), rulebook=default_rulebook(), setting="facility")
    assert {line.code: line.units for line in found.codes if line.kind != "drug"} == UNITS
    spans = [span for line in found.codes for step in line.because for span in step.evidence]
    assert spans
    assert all(written[span.start : span.end] == span.text for span in spans)
    made = Maker(default_rulebook().version, __version__, None)
    stored = json.loads(published(found))
    wrong = problems(stored, (note,), Records(DATA, default_rulebook().edits), made)
    assert [one for one in wrong if not one.at.startswith("provenance")] == []
    assert list(reread.check(stored, (note,), default_rulebook())) == []


@given(st.text(alphabet="aZ9 .&;=<>\n3DmgIV~:/", max_size=200))
def test_each_character_knows_its_place(text: str) -> None:
    typed, places = retyped(text)
    if places is None:
        assert typed == text
        return
    assert len(places) == len(typed) + 1
    assert list(places) == sorted(places)
    assert places[-1] == len(text)


@pytest.mark.parametrize(
    "text",
    [NOTE.replace("&", "and"), "AUC=20, BSA=1.8", "A | B\n1  | 2", "5-FU 400 mg/m2 = 700 mg", "Dr.Smith at 9.30"],
)
def test_plain_notes_stay_as_they_are(text: str) -> None:
    assert retyped(text) == (text, None)


def test_a_note_remembers_where_it_was_retyped() -> None:
    read = as_read(Note(id="n", text="given 5&nbsp;milligrams"))
    assert read.text == "given 5 mg"
    assert read.own is not None
    assert read.places is not None
    assert read.own[read.places[6] : read.places[10]] == "5&nbsp;milligrams"
