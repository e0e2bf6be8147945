"""Layouts of offices, EDs and forms, read and grounded: what each drug that was given has of its own."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from given import encounter_of, rows_given

from reviewer.language.order import newest_first

CASES = [
    pytest.param(case, id=case["name"])
    for case in tomllib.loads(Path(__file__).with_name("layouts.toml").read_text())["case"]
]


@pytest.mark.parametrize("case", CASES)
def test_what_was_given(case: dict[str, Any]) -> None:
    assert rows_given(case["note"]) == Counter(case["rows"])


@pytest.mark.parametrize(
    "words",
    [
        "Intraperitoneal port accessed.",
        "Left pleural catheter in place.",
        "Three-way foley to the bladder.",
    ],
)
def test_a_bag_tells_no_vein_where_a_cavity_is_named(words: str) -> None:
    told_of = encounter_of(f"6/9/26. {words} Cisplatin 130 mg in 250 went up at 1010 and was down at 1050.")
    assert [one.route.get() for one in told_of.administrations] == [None]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("pt comes in for fluids", "hydration"),
        ("Came back 3:10 PM for IV hydration", "hydration"),
        ("Drinks fluids well", None),
    ],
)
def test_what_the_patient_came_for(words: str, reason: str | None) -> None:
    assert encounter_of(f"6/9/26 {words}. 22g R hand.").encounter.primary_reason.get() == reason


@pytest.mark.parametrize(
    ("words", "presence"),
    [
        ("never leaving the chair", "continuous"),
        ("I never left the bedside", "continuous"),
        ("then I left the room", None),
    ],
)
def test_who_stayed(words: str, presence: str | None) -> None:
    told_of = encounter_of(f"6/9/26 22g R FA. Adriamycin 90 mg IV push by hand, {words}, 1405-1425.")
    assert [one.presence.get() for one in told_of.administrations] == [presence]


@pytest.mark.parametrize(
    ("minutes", "back"),
    [
        ([600, 580, 560, 500], True),
        ([600, 600, 580, 560, 540], True),
        ([600, 580, 560], False),
        ([600, 580, 590, 500], False),
        ([600, 600, 600, 590], False),
        ([], False),
    ],
)
def test_a_note_runs_backwards_only_where_every_clock_goes_back(minutes: list[int], back: bool) -> None:
    assert newest_first(minutes) is back


def test_a_new_bag_hung_into_a_pump_that_is_restarted_is_a_refill() -> None:
    told_of = encounter_of(
        "6/9/26 L PICC. Portable pump stopped; new blinatumomab bag 28 mcg/day x 7 days hung into the pump, program "
        "checked, restarted 0835."
    )
    assert [one.action.get() for one in told_of.pumps] == ["refilled"]
