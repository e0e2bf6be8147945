"""A passage pasted twice into a note tells of the same administrations once."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from reviewer.language.repeated import copies
from reviewer.language.unrecorded import recorded, repeats
from reviewer.notes.note import Note
from reviewer.pipeline import review
from validator.loading import default_rulebook

CORPUS = Path(__file__).parents[1] / "corpus"
NOTES = {
    one["id"]: (one["note"], one["setting"])
    for name in ("second", "hands_other_more", "hands", "seen")
    for one in tomllib.loads((CORPUS / f"{name}.toml").read_text(encoding="utf-8"))["encounter"]
}
PASTED = ("t09", "ob37", *sorted(NOTES)[::25])
ENTRY = "0910 Zofran 8 mg IVP given in L FA PIV, blood return before and after, tolerated well, no nausea. J. Poe RN"


def units(text: str, setting: str) -> Counter[str]:
    made = review((Note(id="note.txt", text=text),), rulebook=default_rulebook(), setting=setting, explain=False)  # type: ignore[arg-type]
    found: Counter[str] = Counter()
    for line in made.codes:
        found[line.code] += line.units
    return found


@pytest.mark.parametrize("name", PASTED)
def test_a_note_pasted_twice_gives_what_it_gives_once(name: str) -> None:
    text, setting = NOTES[name]
    assert units(f"{text}\n\n{text}", setting) == units(text, setting)


def test_what_is_read_once_is_told() -> None:
    text = f"3/5/2026\n{ENTRY}\n0930 Taxol 130 mg IVPB\n\n{ENTRY}\n0930 Taxol 130 mg IVPB\n"
    assert repeats(text) == ("lines 5-6 repeat lines 2-3",)
    made = review((Note(id="note.txt", text=text),), rulebook=default_rulebook(), setting="facility")
    assert "note.txt: lines 5-6 repeat lines 2-3 word for word; read once." in made.notes_on_scope
    kept = recorded(text)
    assert len(kept) == len(text)
    assert kept.count("Zofran") == kept.count("Taxol") == 1


@pytest.mark.parametrize(
    "text",
    [
        "Drug: A\nStart: 0900\nStop: 1000\nDrug: B\nStart: 0900\nStop: 1000\n",
        "0910 Zofran 8 mg IVP\n0910 Zofran 8 mg IVP\n",
        f"3/5/2026\n{ENTRY}\n3/6/2026\n{ENTRY}\n",
        "Patient resting in chair, call light in reach, family at the side, no complaints at this time at all.\n" * 2,
        "",
        "\n\n\n",
    ],
    ids=["labels", "short", "another day", "no time and no amount", "nothing", "blank"],
)
def test_what_may_have_been_done_twice_is_read_twice(text: str) -> None:
    assert copies(text) == ()
