"""Habits of charting, read and grounded: each drug given has the dose, way and times that its own words tell."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from given import encounter_of, rows_given

CASES = [
    pytest.param(case, id=case["name"])
    for case in tomllib.loads(Path(__file__).with_name("habits.toml").read_text())["case"]
]


@pytest.mark.parametrize("case", CASES)
def test_what_was_given(case: dict[str, Any]) -> None:
    assert rows_given(case["note"]) == Counter(case["rows"])


@pytest.mark.parametrize(
    ("reason", "purpose"),
    [
        ("Dx: dehydration.", "hydration"),
        ("A: hypovolemia.", "hydration"),
        ("No dehydration.", None),
        ("Drink well to avoid dehydration.", None),
    ],
)
@pytest.mark.parametrize("volume", ["1 L", "100 mL"])
def test_only_a_bag_of_fluid_takes_its_reason_from_the_diagnosis(reason: str, purpose: str | None, volume: str) -> None:
    told_of = encounter_of(f"06/03/26 22g L hand. {reason}\nNS {volume} 0830-1010.").administrations
    assert [one.purpose.get() for one in told_of] == [purpose if volume == "1 L" else None]


def test_a_bag_changed_on_a_pump_that_goes_on_is_a_refill() -> None:
    told_of = encounter_of(
        "06/03/26 L PICC. CADD paused. New blinatumomab 7-day bag, 28 mcg/day, spiked; pump restarted 14:06."
    ).pumps
    assert [one.action.get() for one in told_of] == ["refilled"]
