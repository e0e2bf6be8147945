"""Procedures, pumps, services, narratives and orders: from invented notes to the codes that the rules give."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from corpus_notes import services
from thorough import THOROUGH

from reviewer.notes.note import Note
from reviewer.pipeline import review
from validator.loading import default_rulebook

CASES = [
    case
    for name in (
        "procedures.toml",
        "belonging.toml",
        "narratives.toml",
        "further_hands.toml",
        "neighbours.toml",
        "neighbours_other.toml",
        "neighbours_chemo.toml",
        "neighbours_published.toml",
        "neighbours_records.toml",
    )
    for case in tomllib.loads(Path(__file__).with_name(name).read_text())["case"]
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_codes(case: dict[str, Any]) -> None:
    note = Note(id="note.txt", text=case["note"])
    found = review((note,), rulebook=default_rulebook(), setting=case["setting"], explain=THOROUGH)
    assert services(found) == case["codes"], case["why"]
    assert set(case.get("human", ())) <= {entry.subject for entry in found.needs_human}, case["why"]
