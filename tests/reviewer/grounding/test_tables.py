"""Tables in many layouts, read and grounded: each drug has the dose, way and times of its own row, and no other's."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from wording import dose_of, first, standing

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


STACKED = "Drug\nDose\nRoute\nStart\nStop\nTaxol\n140 mg\nIVPB\n0900\n1200\ncarboplatin\n450 mg\nIVPB\n1205\n1305\n"
TURNS = "Med\nTaxol\nDose\n140 mg\nStart\n0900\nStop\n1200\nMed\ncarboplatin\nDose\n450 mg\nStart\n1205\nStop\n1305\n"
SHORT = "Med|Amt|Rte|Beg|End\nTaxol|140 mg|IVPB|0900|1200\ncarboplatin|450 mg|IVPB|1205|1305\n"


@pytest.mark.parametrize("note", [STACKED, TURNS, SHORT], ids=["stacked", "turns", "short headings"])
@pytest.mark.parametrize(
    ("drug", "stop", "holds"),
    [("Taxol", "1200", True), ("carboplatin", "1305", True), ("Taxol", "1305", False), ("carboplatin", "1200", False)],
)
def test_no_record_lends_its_stop(note: str, drug: str, stop: str, holds: bool) -> None:
    told_by_reader = dose_of("a1", drug, stop=(stop, note.strip()))
    assert standing(first(note, told_by_reader).stop)[0] == ("grounded" if holds else "ungrounded")


@pytest.mark.parametrize("cell", ["held", "not given", "not needed", "refused", "omitted"])
def test_a_claim_of_giving_fails_on_a_row_that_denies_it(cell: str) -> None:
    note = f"Drug | Dose | Route | Start | Status\nTaxol | 140 mg | IVPB | 0900 | {cell}\n"
    claimed = first(note, dose_of("a1", "Taxol", start="0900", status=("given", "Taxol | 140 mg | IVPB | 0900")))
    assert claimed.status.get() != "given"


def test_a_start_is_no_stop_and_a_stop_no_start() -> None:
    swapped = first(SHORT, dose_of("a1", "Taxol", start=("1200", SHORT.strip()), stop=("0900", SHORT.strip())))
    assert (swapped.start.get(), swapped.stop.get()) == (None, None)
