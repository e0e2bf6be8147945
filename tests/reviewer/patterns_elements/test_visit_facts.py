"""The date, setting, payer, reason and patient of a visit, on invented snippets."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from reviewer.extract.patterns.visit_facts import VisitFacts, read_visit_facts
from reviewer.notes.note import Note

CASES = tomllib.loads(Path(__file__).with_name("visit.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["note"][:50] for case in CASES])
def test_facts_of_the_visit(case: dict[str, Any]) -> None:
    note = Note(id="n", text=case["note"])
    facts = read_visit_facts((note,))
    for fact in VisitFacts._fields:
        readings = getattr(facts, fact)
        assert [said.text for said in readings] == case.get(fact, []), fact
        for said in readings:
            assert said.at is not None
            assert note.text[said.at : said.at + len(said.quote)] == said.quote


def test_each_note_keeps_its_own_date() -> None:
    notes = (Note(id="a", text="Nursing note 02/03/2026"), Note(id="b", text="Progress note 02/05/2026"))
    found = read_visit_facts(notes).date_of_service
    assert [(said.note_id, said.text) for said in found] == [("a", "02/03/2026"), ("b", "02/05/2026")]
