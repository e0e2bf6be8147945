"""One fact put in place of another, and the minutes worth trying for a missing time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from validator.facts import Encounter
from validator.filling import candidate_times, fact_at, filled

DAY = date(2026, 3, 14)
FACTS: dict[str, Any] = {
    "encounter": {"date_of_service": "2026-03-14", "setting": "facility"},
    "visits": [{"id": "v1", "arrived": "08:00", "left": "12:00"}],
    "administrations": [
        {
            "id": "a.1",
            "drug": "carboplatin",
            "route": "intravenous",
            "technique": "infusion",
            "start": "09:00",
            "visit": "v1",
        },
        {
            "id": "a",
            "drug": "leucovorin",
            "route": "intravenous",
            "technique": "infusion",
            "start": "10:00",
            "stop": "11:00",
            "visit": "v1",
            "interruptions": [{"start": "10:20"}],
        },
    ],
}
ENCOUNTER = Encounter.model_validate(FACTS)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("administrations.a.1.stop", datetime(2026, 3, 14, 10, 25), "2026-03-14T10:25"),
        ("administrations.a.interruptions.0.stop", "10:30", "10:30"),
        ("visits.v1.left", "13:00", "13:00"),
        ("encounter.setting", "physician", "physician"),
        ("documentation.second_site_reason", "incompatible", "incompatible"),
    ],
)
def test_a_fact_is_replaced_by_an_entered_value(path: str, value: object, said: str) -> None:
    changed = filled(ENCOUNTER, path, value)
    fact = fact_at(changed, path)
    assert (fact.value, fact.standing) == (said, "entered")
    assert filled(changed, path, None) != changed, "and taken away again"
    assert Encounter.model_validate(FACTS) == ENCOUNTER, "the encounter itself is as it was"


@pytest.mark.parametrize("path", ["administrations.b.stop", "administrations.a.colour", "nothing.a.stop", "visits.v1"])
def test_a_path_that_leads_to_no_fact_is_refused(path: str) -> None:
    with pytest.raises(LookupError):
        fact_at(ENCOUNTER, path)
    with pytest.raises(LookupError):
        filled(ENCOUNTER, path, "10:00")


def test_a_wrong_value_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a time"):
        filled(ENCOUNTER, "administrations.a.stop", "ten past")


def test_the_candidates_lie_between_start_and_leaving_and_hold_every_threshold() -> None:
    """TIME-1, TIME-4: a push to 09:15, an infusion from 09:16, a further hour from 10:31."""
    found = [t.strftime("%H:%M") for t in candidate_times(ENCOUNTER, "administrations.a.1.stop", DAY)]
    assert (found[0], found[-1]) == ("09:01", "12:00")
    assert {"09:15", "09:16", "10:30", "10:31", "11:30", "11:31"} <= set(found)
    assert {"10:00", "10:16"} <= set(found), "where it begins to run beside the other, and long enough for that"


def test_a_pause_ends_within_its_infusion() -> None:
    found = candidate_times(ENCOUNTER, "administrations.a.interruptions.0.stop", DAY)
    assert found[0] == datetime(2026, 3, 14, 10, 20)
    assert found[-1] == datetime(2026, 3, 14, 11, 0)


def test_contradictory_readings_are_the_only_candidates() -> None:
    said = {"standing": "conflicting", "readings": ["09:40", "10:40"]}
    first = {**FACTS["administrations"][0], "stop": said}
    unsure = Encounter.model_validate({**FACTS, "administrations": [first, FACTS["administrations"][1]]})
    found = candidate_times(unsure, "administrations.a.1.stop", DAY)
    assert [t.strftime("%H:%M") for t in found] == ["09:40", "10:40"]


def test_a_documented_time_has_no_candidates() -> None:
    assert candidate_times(ENCOUNTER, "administrations.a.start", DAY) == ()
