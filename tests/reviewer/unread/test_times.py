"""A time beside an infusion that no reader took: it earns nothing, and what would move up for want of it does not."""

from __future__ import annotations

import pytest

from reviewer.notes.note import Note
from reviewer.pipeline import review
from reviewer.report.published import published_values
from reviewer.review import Review
from reviewer.verify import reread
from reviewer.verify.check import derivation
from reviewer.verify.facts import check
from reviewer.verify.records import Records
from validator import validate
from validator.facts import Fact, Standing
from validator.loading import DATA, default_rulebook

_BEFORE = "Hospital infusion 10/1/26. R hand 22g. Compazine 10 mg IVP 0905. "
LEFT_OPEN = {
    "an end in words that nobody knows": "Vancomycin 1 g IVPB hung 0915, sayonara 1020.",
    "in the sentence behind": "Vancomycin 1 g IVPB hung 0915. Good to go 1020.",
    "three times": "Vancomycin 1 g IVPB hung 0915. Half of it by 0950. Adieu 1020.",
}
NO_STOP = {
    "vital signs": "Vancomycin 1 g IVPB hung 0915. BP 120/70 at 1020.",
    "a list of vital signs": "Vancomycin 1 g IVPB hung 0915. Vitals 0930, 1000, 1020 stable.",
    "going home": "Vancomycin 1 g IVPB hung 0915. Discharged home 1020.",
    "said to be missing": "Vancomycin 1 g IVPB hung 0915. No stop time was charted; sayonara 1020.",
    "an end to come": "Vancomycin 1 g IVPB hung 0915, expected to finish at 1020.",
    "the end of something else": "Vancomycin 1 g IVPB hung 0915. Consent form complete 1020.",
}


NOT_READ_AS_GIVEN = {
    "a plan": "Patient to get vancomycin 1 g today per protocol; this went in through the hand from 0915 to 1020.",
    "teaching": "Education on vancomycin repeated, then vancomycin 1 g IV 0915-1020.",
    "a schedule": "Was scheduled for vancomycin 1 g IV at 9:00 a.m., actually had it 9:15 a.m. to 10:20 a.m.",
}
NOT_GIVEN = {
    "history": "Last visit 9/1/26: vancomycin 1 g IV 0915-1020.",
    "at home": "Takes vancomycin at home 0900 and 2100.",
    "held": "Vancomycin 1 g held; pharmacy called 0915, physician called 1020.",
    "under the skin": "Plan for next week: Procrit SC 0915 or 1020.",
}


def _made(words: str) -> Review:
    return review((Note(id="note.txt", text=_BEFORE + words),), rulebook=default_rulebook(), setting="facility")


def _codes(made: Review) -> dict[str, int]:
    return {line.code: line.units for line in made.codes if line.kind != "drug"}


@pytest.mark.parametrize("words", LEFT_OPEN.values(), ids=LEFT_OPEN)
def test_a_push_stays_where_it_is_while_a_time_is_open(words: str) -> None:
    made = _made(words)
    stop = next(a.stop for a in made.facts.administrations if a.drug.value == "Vancomycin")
    assert stop.standing is Standing.CONFLICTING
    assert stop.readings == ("10:20",)
    assert _codes(made) == {}
    assert [(one.readings, one.decides) for one in made.conflicts] == [(("1020",), ("96365", "96374", "96375"))]
    assert {line.code for line in made.not_supported} >= {"96365", "96374"}


@pytest.mark.parametrize("words", LEFT_OPEN.values(), ids=LEFT_OPEN)
def test_a_review_with_an_open_time_is_verified(words: str) -> None:
    note = Note(id="note.txt", text=_BEFORE + words)
    stored, rulebook = published_values(_made(words)), default_rulebook()
    records = Records(DATA, rulebook.edits)
    assert not list(check(stored, records))
    assert not derivation(stored, records)
    assert not list(reread.check(stored, (note,), rulebook))


@pytest.mark.parametrize("words", NO_STOP.values(), ids=NO_STOP)
def test_a_time_of_something_else_leaves_the_push_the_initial(words: str) -> None:
    made = _made(words)
    assert _codes(made) == {"96374": 1}
    assert not made.conflicts


def test_two_times_beside_one_drug_are_its_start_and_stop() -> None:
    made = _made("Vancomycin 1 g IV: valve turned 0915, chamber ran empty 1020.")
    assert _codes(made) == {"96365": 1, "96375": 1}


@pytest.mark.parametrize("words", NOT_READ_AS_GIVEN.values(), ids=NOT_READ_AS_GIVEN)
def test_a_drug_with_times_that_was_not_read_as_given_lets_no_push_move_up(words: str) -> None:
    made = _made(words)
    assert [(trace.may_be, trace.timed) for trace in made.facts.unread] == [("vancomycin", True)]
    assert _codes(made) == {}
    held = [matter for matter in made.needs_human if matter.rule == "withheld-until-read"]
    assert [matter.code for matter in held] == ["96374"]


@pytest.mark.parametrize("words", NOT_READ_AS_GIVEN.values(), ids=NOT_READ_AS_GIVEN)
def test_a_person_who_finds_nothing_given_releases_the_push(words: str) -> None:
    facts = _made(words).facts
    settled = tuple(
        trace.model_copy(update={"given": Fact[bool](value=False, standing=Standing.DENIED)}) for trace in facts.unread
    )
    again = validate(facts.model_copy(update={"unread": settled}), default_rulebook())
    assert {line.code for line in again.codes if line.kind != "drug"} == {"96374"}


@pytest.mark.parametrize("words", NOT_GIVEN.values(), ids=NOT_GIVEN)
def test_times_of_what_was_not_given_here_withhold_nothing(words: str) -> None:
    assert _codes(_made(words)) == {"96374": 1}


def test_a_stop_that_may_have_been_a_pause_has_two_readings() -> None:
    told = "hung 0930. At 0941 face red: infusion shut off. Better; dripping once more 1011. Empty 1356."
    made = _made(f"Paclitaxel 300 mg IVPB {told}")
    stop = next(a.stop for a in made.facts.administrations if a.drug.value == "Paclitaxel")
    assert stop.readings == ("09:41", "13:56")
    assert _codes(made) == {"96375": 1}
