"""Gaps in words: order, ids, merging and questions."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from requirement_book import BOOK

from validator.facts import Evidence, Standing
from validator.findings import MissingElement
from validator.gaps import Gap
from validator.requirements import missing_from_gaps

DAY = date(2026, 3, 14)


def worded(*gaps: Gap) -> tuple[MissingElement, ...]:
    return missing_from_gaps(gaps, BOOK, DAY)


STOP = Gap("infusion.stop-time", "a2", None, "oxaliplatin", ("96415",))
OTHER_STOP = Gap("infusion.stop-time", "a1", None, "carboplatin", ("96413",))
STOP_OF_FLUID = Gap("hydration.stop-time", "a1", None, "carboplatin", ("96417",))
CONSENT = Gap("consent.before-treatment", affects=("96413",))
ORDER = Gap("order.signed", affects=("96413", "96415"))


def test_entries_come_by_tier_then_requirement_then_administration_however_they_were_found() -> None:
    gaps = (CONSENT, STOP, ORDER, OTHER_STOP)
    expected = [
        ("infusion.stop-time", "a1"),
        ("infusion.stop-time", "a2"),
        ("order.signed", None),
        ("consent.before-treatment", None),
    ]
    answers = {worded(*order) for order in permutations(gaps)}
    assert len(answers) == 1
    assert [(entry.requirement, entry.administration) for entry in answers.pop()] == expected


def test_the_first_entry_of_an_element_has_its_name_and_further_ones_their_administration() -> None:
    ids = [entry.id for entry in worded(STOP, OTHER_STOP, STOP_OF_FLUID, CONSENT)]
    assert ids == ["stop_time", "stop_time.a1", "stop_time.a2", "informed_consent"]


def test_ids_stay_unique_within_one_administration() -> None:
    again = Gap("hydration.stop-time", "a2", None, "fluid", ("96360",))
    ids = [entry.id for entry in worded(STOP, OTHER_STOP, STOP_OF_FLUID, again)]
    assert sorted(ids) == sorted(set(ids))
    assert ids == ["stop_time", "stop_time.a2", "stop_time.a1", "stop_time.a2-2"]


def test_a_service_is_named_in_the_id_too() -> None:
    first = Gap("scalp.times", None, "s1", "the scalp cooling", ("97008",))
    second = Gap("scalp.times", None, "s2", "the scalp cooling", ("97009",))
    assert [(e.id, e.service) for e in worded(second, first)] == [
        ("scalp_cooling_times", "s1"),
        ("scalp_cooling_times.s2", "s2"),
    ]


def test_one_gap_found_twice_is_one_entry_with_all_its_codes_and_words() -> None:
    one, two = (Evidence(note_id="n", start=at, end=at + 1, text="x") for at in (1, 5))
    again = STOP._replace(affects=("96413",), standing=Standing.CONFLICTING, near=(two,))
    (entry,) = worded(STOP._replace(near=(one,)), again, STOP)
    assert entry.affects == ("96413", "96415")
    assert entry.near == (one, two)
    assert entry.standing is Standing.CONFLICTING


def test_what_decides_a_code_is_not_asked_again_as_good_practice() -> None:
    repeat = Gap("push.time-for-repeat", "a1", None, "morphine", ("96376",))
    practice = Gap("push.time", "a1", None, "morphine", ("96376",))
    assert [entry.requirement for entry in worded(practice, repeat)] == ["push.time-for-repeat"]
    assert [entry.requirement for entry in worded(practice)] == ["push.time"]


def test_a_lesser_requirement_stays_where_it_bears_on_other_codes() -> None:
    units = Gap("drug.dose-for-units", "a1", None, "carboplatin", ("J9045",))
    risk = Gap("dose.given", "a1", None, "carboplatin", ("96413", "J9045"))
    assert [(e.id, e.tier, e.affects) for e in worded(risk, units)] == [
        ("dose", "code", ("J9045",)),
        ("dose.a1", "payment", ("96413", "J9045")),
    ]


def test_a_question_names_its_drug_and_nothing_in_the_name_is_taken_for_a_placeholder() -> None:
    (entry,) = worded(STOP._replace(subject="{drug} {0} oxaliplatin"))
    assert entry.question == "What time did the {drug} {0} oxaliplatin infusion end, as recorded?"


@pytest.mark.parametrize("subject", ["", "the drug"])
def test_a_question_without_a_name_still_reads_well(subject: str) -> None:
    (entry,) = worded(STOP._replace(subject=subject))
    assert entry.question == "What time did the drug infusion end, as recorded?"
    (entry,) = worded(Gap("route.stated", "a1", subject=subject))
    assert entry.question == "By which route was the drug given, as recorded?"


def test_a_question_says_that_records_differ() -> None:
    (entry,) = worded(STOP._replace(standing=Standing.CONFLICTING))
    assert entry.question == "The records differ here. What time did the oxaliplatin infusion end, as recorded?"


def test_an_entry_carries_its_record() -> None:
    (entry,) = worded(ORDER)
    assert (entry.element, entry.tier, entry.effect) == ("signed_order", "payment", "at_risk")
    assert (entry.fixable_by, entry.curable) == ("prescriber", "not_curable")
    assert "cgs-ord" in {citation.source for citation in entry.citations}


def test_an_entry_is_a_whole_valid_one() -> None:
    for entry in worded(STOP, ORDER, CONSENT):
        assert MissingElement.model_validate_json(entry.model_dump_json()) == entry


def test_a_requirement_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"no\.such"):
        worded(Gap("no.such"))


def test_what_was_not_yet_asked_on_the_date_is_left_out_unless_it_decides_a_code() -> None:
    early = date(2015, 12, 31)
    owner = Gap("pump.owner", "a1", None, "fluorouracil", ("96416",))
    declotting = Gap("scalp.times", None, "s1", "the scalp cooling", ("97008",))
    assert missing_from_gaps((owner, declotting), BOOK, early)[0].requirement == "scalp.times"
    assert len(missing_from_gaps((owner, declotting), BOOK, early)) == 1
