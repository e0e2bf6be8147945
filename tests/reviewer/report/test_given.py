"""When something was given, in words: what runs has an end to be missed, what does not has none."""

from __future__ import annotations

from typing import Any

import pytest

from reviewer.report.given import times
from validator.facts import Administration


def given(**facts: Any) -> Administration:
    return Administration.model_validate({"id": "a1", **facts})


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"start": "09:30", "technique": "infusion"}, "from 09:30, no stop time"),
        ({"start": "09:30", "stop": "12:30", "technique": "infusion"}, "09:30 to 12:30"),
        ({"start": "09:30", "technique": "push"}, "at 09:30"),
        ({"start": "09:30", "purpose": "flush"}, "at 09:30"),
        ({"start": "09:30", "route": "intravenous", "purpose": "flush"}, "at 09:30"),
        ({"start": "09:30", "purpose": "keep_open"}, "from 09:30, no stop time"),
        ({"start": "09:30", "route": "oral"}, "at 09:30"),
        ({"stop": "12:30", "technique": "infusion"}, "until 12:30, no start time"),
        ({}, "no times documented"),
    ],
)
def test_times_in_words(facts: dict[str, Any], words: str) -> None:
    assert times(given(**facts), None) == words
