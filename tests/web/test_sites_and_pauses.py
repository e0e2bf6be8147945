"""Access sites and pauses as a person corrects them: the validator answers, and the fact keeps who and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from visitor import NOTE, Visit, Visitor, plain, units

from reviewer import __version__
from reviewer.commands_rules import bundled_rulebook
from reviewer.extract import patterns
from reviewer.extract.model.record import ModelReading, ModelRecord
from reviewer.llm import Usage
from reviewer.notes.note import Note
from reviewer.pipeline import review
from reviewer.report.given import is_struck
from reviewer.report.published import published
from reviewer.verify.check import Maker, problems
from reviewer.verify.records import Records
from reviewer.verify.seal import sealed
from reviewer.web.correcting import FIELDS, OF_ENCOUNTER, Field, changed, signed
from reviewer.web.correcting_sites import unpaused
from reviewer.web.reopening import reopened
from reviewer.web.reviewing import Answered, Asked, again
from validator.facts import Encounter
from validator.loading import DATA

WHO = {"by": "Ada Coder", "why": "MAR"}
A1 = "administrations.a1"
ENCOUNTERS = Path(__file__).parents[2] / "fixtures" / "encounters"


def facts(visitor: Visitor) -> Any:
    return visitor.post("/download", format="json").json()["facts"]


def test_a_pause_is_added_corrected_and_takes_its_minutes(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    form = visitor.post("/correct/form", in_place=True, path=f"{A1}.stop").text
    assert "/correct/pause/form" in form
    form = visitor.post("/correct/pause/form", in_place=True, path=A1).text
    assert "Add a pause of Paclitaxel 300 mg" in plain(form)
    page = visitor.post("/correct/pause", in_place=True, path=A1, start="10:00", stop="11:00", **WHO).text
    # 09:10 to 12:14 are 184 minutes; without the pause of 60 there are 124: one further hour, not two.
    assert units(page)["96415"] == 1
    assert "pause from 10:00 entered by Ada Coder: MAR" in plain(page)
    page = visitor.correct(f"{A1}.interruptions.0.stop", "10:20").text
    assert units(page)["96415"] == 2  # 164 minutes
    pause = facts(visitor)["administrations"][0]["interruptions"][0]
    assert (pause["start"]["by"], pause["stop"]["why"]) == ("Ada Coder", "MAR")
    assert units(visitor.post("/undo", in_place=True).text)["96415"] == 1


@pytest.mark.parametrize(
    ("address", "form", "says"),
    [
        ("/correct/pause", {"path": A1, "start": "10:00", "stop": ""}, "Pause until: type a value"),
        ("/correct/pause", {"path": A1, "start": "noon", "stop": "13:00"}, "Pause from: this is not a value"),
        ("/correct/pause", {"path": "administrations.a9", "start": "10:00", "stop": "11:00"}, "not there any more"),
        ("/correct/site", {"path": A1, "site": "s9"}, "choose one of the values"),
        ("/correct/site", {"path": A1, "site": "(another)"}, "what kind of access"),
        ("/correct/site", {"path": "administrations.a9", "site": "(another)"}, "not there any more"),
        ("/correct", {"path": f"{A1}.interruptions.0.start", "value": "10:00"}, "not there any more"),
        ("/correct", {"path": "access_sites.s9.kind", "value": "picc"}, "not there any more"),
        ("/correct", {"path": "access_sites.s1.kind", "value": "garden hose"}, "choose one of the values"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(visit: Visit, address: str, form: dict[str, str], says: str) -> None:
    visitor = visit()
    visitor.review()
    refused = visitor.post(address, in_place=True, **form, **WHO)
    assert (refused.status_code, says in plain(refused.text)) == (422, True), plain(refused.text)


def test_the_kind_and_the_place_of_a_site_are_corrected(visit: Visit) -> None:
    visitor = visit()
    page = visitor.review().text
    site = facts(visitor)["administrations"][0]["access_site"]["value"]
    assert f"access_sites.{site}.kind" in page
    page = visitor.correct(f"access_sites.{site}.kind", "picc").text
    assert "PICC" in plain(page)
    visitor.correct(f"access_sites.{site}.location", "left arm")
    kept = facts(visitor)["access_sites"][0]
    assert (kept["kind"]["value"], kept["location"]["value"], kept["kind"]["by"]) == ("picc", "left arm", "Ada Coder")


def test_an_administration_goes_to_another_site(visit: Visit) -> None:
    text = NOTE + "1230 Ondansetron 8 mg IV push via port.\n"
    visitor = visit()
    visitor.review(text)
    second = "administrations.a2.access_site"
    form = visitor.post("/correct/form", in_place=True, path=second).text
    assert "another one, named here" in form
    page = visitor.post(
        "/correct/site", in_place=True, path="administrations.a2", site="(another)",
        kind="peripheral_iv", location="left hand", **WHO,
    ).text  # fmt: skip
    assert "peripheral IV left hand" in plain(page)
    kept = facts(visitor)
    assert [one["id"] for one in kept["access_sites"]][-1] == "entered-site-1"
    assert kept["administrations"][1]["access_site"]["value"] == "entered-site-1"
    # A second site of the same encounter, whose need nobody documented, earns no second first code by itself.
    assert units(page).get("96374", 0) == 0
    first = kept["access_sites"][0]["id"]
    visitor.post("/correct/site", in_place=True, path="administrations.a2", site=first, **WHO)
    assert facts(visitor)["administrations"][1]["access_site"]["value"] == first


def told_by(wire: Any) -> Any:
    record = ModelRecord(
        model="fake", system_fingerprint=None, mode="json_schema", prompt_version="1", prompt_fingerprint="0",
        temperature=None, finish_reasons=("stop",), windows=1, repairs=0, attempts=1, usage=Usage(), failure=None,
    )  # fmt: skip
    return lambda _notes, _rulebook: ModelReading(wire=wire, record=record, remarks=())


@pytest.mark.parametrize("name", ["opat-two-antibiotics", "second-site-with-reason", "two-visits-one-day"])
def test_a_correction_frees_nothing_that_two_readers_did_not_both_bear_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged from the merged facts alone, any correction would code what was withheld."""
    notes = tuple(Note(id=p.name, text=p.read_text("utf-8")) for p in sorted((ENCOUNTERS / name).glob("*.txt")))
    real, book = patterns.read, bundled_rulebook()

    def fewer(notes: Any, rulebook: Any) -> Any:
        wire = real(notes, rulebook)
        return wire.model_copy(update={"administrations": wire.administrations[1:]})

    monkeypatch.setattr(patterns, "read", fewer)
    made = review(notes, rulebook=book, extractor="both", model=told_by(real(notes, book)))
    facts = changed(made.facts, "documentation.vital_signs", "yes", signed("Ada", "flow sheet"),
                    Field("Vital signs", choices=("yes", "no")))  # fmt: skip
    after = again(Answered(made), facts, Asked(notes=notes)).review
    before = {(line.code, line.modifiers): line.units for line in made.codes}
    assert {(line.code, line.modifiers): line.units for line in after.codes} == before


PAUSED = NOTE.replace("1214 Paclitaxel", "1000 infusion paused for itching. 1100 resumed.\n1214 Paclitaxel")


def test_a_pause_that_was_read_wrongly_is_struck(visit: Visit) -> None:
    visitor = visit()
    # 09:10 to 12:14 are 184 minutes; without the pause of 60 there are 124: one further hour, not two.
    assert units(visitor.review(PAUSED).text)["96415"] == 1
    pause = f"{A1}.interruptions.0"
    form = visitor.post("/correct/form", in_place=True, path=f"{pause}.stop").text
    assert "Strike this pause" in plain(form)
    assert "Strike this administration" in plain(form)
    form = plain(visitor.post("/correct/strike", in_place=True, path=pause).text)
    assert "Strike the pause of Paclitaxel 300 mg, paused 10:00 to 11:00" in form
    page = visitor.post("/correct/struck", in_place=True, path=pause, **WHO).text
    assert units(page)["96415"] == 2  # 184 minutes
    assert "pause struck entered by Ada Coder: MAR" in plain(page)
    kept = facts(visitor)["administrations"][0]["interruptions"][0]
    assert kept["start"] == kept["stop"]
    assert (kept["start"]["standing"], kept["start"]["by"], kept["start"]["why"]) == ("entered", "Ada Coder", "MAR")
    assert "paused" not in visitor.post("/download", format="html").text.replace("infusion paused for itching", "")
    assert units(visitor.post("/undo", in_place=True).text)["96415"] == 1
    gone = visitor.post("/correct/struck", in_place=True, path=f"{A1}.interruptions.7", **WHO)
    assert (gone.status_code, "not there any more" in plain(gone.text)) == (422, True)


def test_a_pause_without_any_time_is_struck_as_well() -> None:
    entry = {"id": "a1", "drug": "paclitaxel", "interruptions": [{}, {"start": "10:00", "stop": "10:30"}]}
    before = Encounter.model_validate({"administrations": [entry]})
    after = unpaused(before, f"{A1}.interruptions.0", signed("Ada", "MAR")).administrations[0].interruptions
    assert [is_struck(one) for one in after] == [True, False]
    assert after[1] == before.administrations[0].interruptions[1]


STEAD = ("96417-complete", "opat-two-antibiotics", "second-site-with-reason", "two-visits-one-day")


@pytest.mark.parametrize("name", STEAD)
def test_a_correction_of_what_a_model_read_alone_frees_nothing_else(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The patterns, its witness, see one administration fewer: what hangs on that stays with a person."""
    notes = tuple(Note(id=p.name, text=p.read_text("utf-8")) for p in sorted((ENCOUNTERS / name).glob("*.txt")))
    real, book = patterns.read, bundled_rulebook()

    def fewer(notes: Any, rulebook: Any) -> Any:
        wire = real(notes, rulebook)
        return wire.model_copy(update={"administrations": wire.administrations[1:]})

    monkeypatch.setattr(patterns, "read", fewer)
    made = review(notes, rulebook=book, extractor="llm", model=told_by(real(notes, book)))
    asked, start = Asked(notes=notes), reopened(made, Asked(notes=notes))
    facts = changed(made.facts, "documentation.vital_signs", "yes", signed("Ada", "flow sheet"),
                    Field("Vital signs", choices=("yes", "no")))  # fmt: skip
    after = again(start, facts, asked)
    assert lines(after.review) == lines(made)
    # A mistake that took every line away can be mended: the limit is what stood when the encounter was opened.
    dated = changed(
        facts, "encounter.date_of_service", "1999-01-01", signed("Ada", "x"), OF_ENCOUNTER["date_of_service"]
    )
    day = str(made.facts.encounter.date_of_service.value)
    back = changed(dated, "encounter.date_of_service", day, signed("Ada", "x"), OF_ENCOUNTER["date_of_service"])
    assert lines(again(again(after, dated, asked), back, asked).review) == lines(made)


def test_what_a_person_enters_where_a_model_read_alone_counts() -> None:
    notes, book = (Note(id="nursing", text=NOTE),), bundled_rulebook()
    made = review(notes, rulebook=book, extractor="llm", model=told_by(patterns.read(notes, book)))
    assert lines(made)["96415", ()] == 2
    shorter = changed(made.facts, f"{A1}.stop", "11:10", signed("Ada", "MAR"), FIELDS["stop"])
    longer = changed(made.facts, f"{A1}.stop", "13:14", signed("Ada", "MAR"), FIELDS["stop"])
    start = reopened(made, Asked(notes=notes))
    assert lines(again(start, shorter, Asked(notes=notes)).review)["96415", ()] == 1  # 120 minutes
    after = again(start, longer, Asked(notes=notes)).review
    assert lines(after)["96415", ()] == 3  # 244 minutes, by the person's own word
    values = json.loads(published(sealed(after, None)))
    assert problems(values, notes, Records(DATA, book.edits), Maker(book.version, __version__, None)) == []


def lines(made: Any) -> dict[tuple[str, tuple[str, ...]], int]:
    return {(line.code, line.modifiers): line.units for line in made.codes}
