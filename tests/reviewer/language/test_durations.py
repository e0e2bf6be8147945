"""Lengths of time, and whether the words say that they have passed (TIME-19)."""

from __future__ import annotations

import pytest

from reviewer.language.durations import find_durations


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("over 90 min", 90),
        ("x30min", 30),
        ("x 30 min", 30),
        ('over 30"', 30),
        ("over 30'", 30),
        ("1/2 hr", 30),
        ("1 1/2 hours", 90),
        ("1½ h", 90),
        ("1.5 hours", 90),
        ("1,5 hours", 90),
        ("46-h", 2760),
        ("46 hours", 2760),
        ("90 minutes", 90),
        ("(162 min)", 162),
        ("2 h", 120),
        ("1 h 30 min", 90),
        ("1h30", 90),
        ("one hour", 60),
        ("half an hour", 30),
        ("an hour and a half", 90),
        ("over 14 days", 20160),
        ("7-day", 10080),
    ],
)
def test_a_length_is_read(text: str, minutes: int) -> None:
    assert [one.minutes for one in find_durations(text)] == [minutes]


@pytest.mark.parametrize(
    "text", ["125 mL/h", "q4h", "every 2 hours", "10 mg/hr", "5 min ago", "45 yo", "1000h", "30-60 min"]
)
def test_no_length(text: str) -> None:
    assert find_durations(text) == ()


@pytest.mark.parametrize(
    "text",
    ["0933-1215 (162 min)", "ran 1300 to 1415, 75 minutes", "infused over 60 min", "finished at 1040 (100 minutes)"],
)
def test_a_length_that_has_passed(text: str) -> None:
    assert [one.stated for one in find_durations(text)] == [True]


@pytest.mark.parametrize(
    "text",
    ["infuse over 60 min", "over 90 min", "to run 46 hours", "x30min", "30 min before chemo", "ordered over 2 h"],
)
def test_a_length_that_is_ordered_planned_or_open(text: str) -> None:
    assert [one.stated for one in find_durations(text)] == [False]
