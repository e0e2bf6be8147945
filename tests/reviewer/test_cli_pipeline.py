"""The pipeline's own decisions, with stand-ins for the reader and the grounding."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pytest

import reviewer.extract.patterns
import reviewer.grounding
from reviewer.errors import UsageError
from reviewer.extract.wire import WireEncounter
from reviewer.notes.note import Note
from reviewer.pipeline import WITHHELD, judge, review
from validator.facts import Encounter
from validator.loading import default_rulebook

NOTES = (Note(id="n1", text="0910 Paclitaxel 300 mg IVPB started. 1214 complete."),)
TAXOL = {
    "id": "a1",
    "drug": "paclitaxel",
    "dose": "300 mg",
    "route": "intravenous",
    "technique": "infusion",
    "start": "09:10",
    "stop": "12:14",
    "access_site": "s1",
}


class _Grounded(NamedTuple):
    encounter: Encounter
    ungrounded: tuple[Any, ...] = ()
    alarms: tuple[str, ...] = ()
    pages: tuple[Any, ...] = ()


def _encounter(**info: Any) -> Encounter:
    site = {"id": "s1", "kind": "implanted_port"}
    return Encounter.model_validate({"encounter": info, "access_sites": [site], "administrations": [TAXOL]})


@pytest.fixture
def street(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the street give a made encounter and made alarms for any note."""

    def lay(encounter: Encounter, *alarms: str) -> None:
        grounded = _Grounded(encounter, (), alarms)
        monkeypatch.setattr(reviewer.extract.patterns, "read", lambda notes, book: WireEncounter(), raising=False)
        monkeypatch.setattr(reviewer.grounding, "ground", lambda wire, notes, book, day: grounded, raising=False)

    return lay


def test_an_alarm_releases_no_code_and_lists_each_for_a_person(street: Any) -> None:
    street(_encounter())
    free = review(NOTES, rulebook=default_rulebook())
    assert {line.code for line in free.codes} >= {"96413", "96415"}
    street(_encounter(), "the notes name two patients")
    held = review(NOTES, rulebook=default_rulebook())
    assert held.codes == ()
    listed = [entry for entry in held.needs_human if entry.rule == WITHHELD]
    assert [entry.code for entry in listed] == [line.code for line in free.codes]
    assert {entry.reason for entry in listed} == {"the notes name two patients"}
    assert listed[0].administrations == ("a1",)
    assert held.notes_on_scope[0] == "No code is released: the notes name two patients"


def test_an_alarm_without_any_code_still_reaches_a_person(street: Any) -> None:
    street(Encounter(), "the notes name two dates")
    held = review(NOTES, rulebook=default_rulebook())
    assert [entry.reason for entry in held.needs_human if entry.rule == WITHHELD] == ["the notes name two dates"]


def test_what_a_person_entered_wins_and_is_remarked_only_where_it_differs(street: Any) -> None:
    street(_encounter(date_of_service="2026-03-14", setting="physician"))
    entered = review(NOTES, rulebook=default_rulebook(), date=date(2026, 5, 1), setting="physician")
    assert entered.encounter.date_of_service == date(2026, 5, 1)
    remarks = [remark for remark in entered.notes_on_scope if "given by" in remark]
    assert remarks == ["Judged with the date of service 2026-05-01 given by --date; the notes say 2026-03-14."]


def test_switches_given_here_are_laid_over_those_of_the_facts() -> None:
    facts = _encounter(switches={"strict_payment": True, "accept_stated_duration": True})
    judged = judge(facts, rulebook=default_rulebook(), switches={"strict_payment": False})
    assert judged.facts.encounter.switches == {"strict_payment": False, "accept_stated_duration": True}


def test_an_unknown_time_zone_is_named_by_its_path() -> None:
    with pytest.raises(UsageError, match=r"^facts: encounter\.timezone: not a known zone"):
        judge(_encounter(timezone="Mars/Olympus"), rulebook=default_rulebook())


def test_the_provenance_names_notes_by_hash_and_holds_no_text(street: Any) -> None:
    street(_encounter())
    made = review(NOTES, rulebook=default_rulebook(), policy="medicare-opps").provenance
    assert (made.extractor, made.policy, made.rulebook) == (
        "patterns",
        "medicare-opps",
        default_rulebook().version,
    )
    assert [(note.id, note.sha256) for note in made.notes] == [("n1", NOTES[0].sha256)]
    assert "Paclitaxel" not in made.model_dump_json()
