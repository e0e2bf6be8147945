"""Stored facts judged again: the same rules give the same review, byte for byte, whoever read the notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from reviewer.commands_rules import bundled_rulebook
from reviewer.extract import patterns
from reviewer.extract.model.record import ModelRecord
from reviewer.extract.wire import WireEncounter
from reviewer.notes.note import Note
from reviewer.pipeline import review
from reviewer.queue.rejudging import explained, rejudged
from reviewer.report.published import published
from reviewer.review import Review

ENCOUNTERS = sorted((Path(__file__).parents[2] / "fixtures" / "encounters").iterdir())
RECORD = ModelRecord(model="made-up", mode="json_schema", prompt_version="1", prompt_fingerprint="none", temperature=0)
REAL = patterns.read


class Told(NamedTuple):
    wire: WireEncounter
    record: ModelRecord = RECORD
    remarks: tuple[str, ...] = ("a remark of the model",)


def notes_of(folder: Path) -> tuple[Note, ...]:
    return tuple(Note(id=path.name, text=path.read_text("utf-8")) for path in sorted(folder.glob("*.txt")))


def fewer(notes: Any, rulebook: Any) -> WireEncounter:
    wire = REAL(notes, rulebook)
    return wire.model_copy(update={"administrations": wire.administrations[1:]})


def stored(made: Review) -> Review:
    return Review.model_validate_json(published(made))


def again(made: Review, notes: tuple[Note, ...], policy: str | None = None) -> Review:
    after = rejudged(stored(made), notes, bundled_rulebook(), policy or made.encounter.policy)
    assert after is not None
    return after


@pytest.mark.parametrize("folder", ENCOUNTERS[::4], ids=lambda folder: folder.name)
@pytest.mark.parametrize("who", ["patterns", "both agree", "model forgets", "model finds"])
def test_the_same_rules_give_the_same_bytes(folder: Path, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    notes, rulebook = notes_of(folder), bundled_rulebook()
    if who == "patterns":
        made = review(notes, rulebook=rulebook, explain=False)
    else:
        monkeypatch.setattr(patterns, "read", fewer if who == "model finds" else REAL)
        told = Told((fewer if who == "model forgets" else REAL)(notes, rulebook))
        made = review(notes, rulebook=rulebook, extractor="both", model=lambda *_: told, explain=False)
    assert published(again(made, notes)) == published(made)


def test_a_model_that_read_alone_is_not_judged_again() -> None:
    notes, rulebook = notes_of(ENCOUNTERS[0]), bundled_rulebook()
    told = Told(REAL(notes, rulebook))
    made = review(notes, rulebook=rulebook, extractor="llm", model=lambda *_: told)
    assert rejudged(made, notes, rulebook, None) is None


def test_what_two_readers_do_not_both_bear_out_earns_nothing_by_another_policy_either() -> None:
    """Judged from the merged facts alone, a drug that only the model tells would be coded."""
    text = "Date of service: 03/14/2026\n0900-1005 paclitaxel 80 mg IVPB via port\n1010 ondansetron 8 mg IV push\n"
    notes, rulebook = (Note(id="n", text=text),), bundled_rulebook()
    told = Told(REAL((Note(id="n", text=text.replace("IV push", "IVPB")),), rulebook))
    made = review(notes, rulebook=rulebook, extractor="both", model=lambda *_: told, explain=False)
    direct = review(
        notes, rulebook=rulebook, extractor="both", model=lambda *_: told, explain=False, policy="commercial-facility"
    )
    after = again(made, notes, "commercial-facility")
    assert published(after) == published(direct)


def test_notes_of_two_dates_stay_withheld() -> None:
    notes = (
        Note(id="a", text="Date of service: 03/14/2026\n0900-1005 paclitaxel 80 mg IVPB via port\n"),
        Note(id="b", text="Date of service: 04/18/2026\n0900-1005 carboplatin 400 mg IVPB via port\n"),
    )
    made = review(notes, rulebook=bundled_rulebook(), explain=False)
    assert made.codes == ()
    assert any(said.startswith("No code is released") for said in made.notes_on_scope)
    after = again(made, notes)
    assert published(after) == published(made)
    assert explained(after, bundled_rulebook()) == after


def test_what_is_left_out_of_the_store_is_there_when_it_is_shown() -> None:
    folder = next(one for one in ENCOUNTERS if one.name == "96411-no-route")
    notes, rulebook = notes_of(folder), bundled_rulebook()
    lean = review(notes, rulebook=rulebook, explain=False)
    whole = review(notes, rulebook=rulebook)
    assert whole.fixes
    assert explained(stored(lean), rulebook) == whole
