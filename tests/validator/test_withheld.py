"""What is withheld names elements that are asked for: nobody is told of a lack without being told whom to ask."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import all_cases
from generate import encounter
from hypothesis import given, settings
from hypothesis import strategies as st

from validator import validate
from validator.facts import Encounter
from validator.findings import Assessment
from validator.loading import default_rulebook

BOOK = default_rulebook()


def not_asked_for(assessment: Assessment) -> set[str]:
    asked = {entry.element for entry in assessment.missing}
    unlinked = {entry.rule for entry in assessment.not_supported if entry.missing and not entry.missing_ids}
    return unlinked | {name for entry in assessment.not_supported for name in entry.missing} - asked


def assess(seed: int) -> Assessment:
    return validate(Encounter.model_validate(encounter(seed)), BOOK)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.integers(min_value=0, max_value=10**9))
def test_every_element_that_withholds_a_code_is_among_the_missing(seed: int) -> None:
    assert not not_asked_for(assess(seed))


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_the_same_of_every_case(case: Any) -> None:
    assert not not_asked_for(validate(Encounter.model_validate(case.facts), BOOK, policy=case.policy))


def test_a_bag_of_no_told_technique_is_asked_when_it_stopped_where_another_code_hangs_on_it() -> None:
    """Seed 263: whether dexamethasone ran beside infliximab hangs on a stop that nobody was asked for (TIME-17)."""
    entry = next(e for e in assess(263).not_supported if e.rule == "concurrent.unknown-extent")
    asked = {m.id: m for m in assess(263).missing}
    assert "stop_time" in entry.missing
    assert entry.code in asked[next(i for i in entry.missing_ids if asked[i].element == "stop_time")].affects


def test_what_an_unknown_drug_withholds_asks_for_its_name() -> None:
    """Seed 74: vancomycin waits for what zorvilumab is (DRUG-1)."""
    entry = next(e for e in assess(74).not_supported if e.rule == "hierarchy.unknown-drug")
    asked = {m.id: m for m in assess(74).missing}
    assert [asked[i].element for i in entry.missing_ids] == ["drug"]


def test_a_repeat_push_names_the_push_whose_time_it_waits_for() -> None:
    """The second is timed; whether it came more than 30 minutes after the first hangs on the first one's time."""
    push = {"drug": "morphine", "dose": "2 mg", "route": "intravenous", "technique": "push"}
    facts = {
        "encounter": {"id": "x", "date_of_service": "2026-03-14", "setting": "facility", "payer": "medicare"},
        "administrations": [{"id": "a1", **push}, {"id": "a2", **push, "start": "10:00"}],
    }
    assessment = validate(Encounter.model_validate(facts), BOOK)
    asked = {m.id: m for m in assessment.missing}
    waiting = [e for e in assessment.not_supported if e.rule == "push.repeat"]
    assert waiting
    assert all(asked[i].requirement == "push.time-for-repeat" for e in waiting for i in e.missing_ids)
    assert all(e.missing_ids for e in waiting)
