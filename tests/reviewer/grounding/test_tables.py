"""Tables in many layouts, read and grounded: each drug has the dose, way and times of its own row, and no other's."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reviewer.extract.patterns import read
from reviewer.grounding import ground
from reviewer.notes.note import Note
from validator.facts import Administration
from validator.loading import default_rulebook

CASES = [
    pytest.param(case, id=case["name"])
    for case in tomllib.loads(Path(__file__).with_name("tables.toml").read_text())["case"]
]


def ingredient(name: str | None) -> str:
    found = default_rulebook().find_drug(name or "")
    return found[0].ingredient if found else (name or "").lower()


def told(one: Administration) -> str:
    dose = one.dose.get()
    cells = [
        ingredient(one.drug.get()),
        f"{dose.amount.normalize():f} {dose.unit}" if dose else "-",
        one.route.get() or "-",
        one.technique.get() or "-",
        one.start.get() or "-",
        one.stop.get() or "-",
    ]
    return " | ".join(cells)


def expected(text: str) -> str:
    name, _, rest = text.partition(" | ")
    return f"{ingredient(name)} | {rest}"


@pytest.mark.parametrize("case", CASES)
def test_each_row_keeps_its_own(case: dict[str, Any]) -> None:
    notes = (Note(id="note.txt", text=case["note"]),)
    found = ground(read(notes, default_rulebook()), notes, default_rulebook()).encounter.administrations
    known = [one for one in found if default_rulebook().find_drug(one.drug.get() or "")]
    given = [one for one in known if one.status.get() in ("given", "stopped_early")]
    assert Counter(told(one) for one in given) == Counter(expected(text) for text in case["given"])
    others = {ingredient(one.drug.get()) for one in known if one not in given}
    assert others >= {ingredient(name) for name in case.get("not_given", [])}
