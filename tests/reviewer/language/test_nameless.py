"""Words that stand for a drug without naming it."""

from __future__ import annotations

import pytest

from reviewer.language.nameless import find_unnamed, names_no_drug


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1105 third chemo agent IVP via PICC", "third chemo agent"),
        ("antibiotic medication IVPB 0900-0930", "antibiotic medication"),
        ("FOLFIRI cycle 2 given through the port", "FOLFIRI"),
        ("ABVD was administered today", "ABVD"),
    ],
)
def test_what_was_given_without_a_name(text: str, words: str) -> None:
    (found,) = find_unnamed(text)
    assert text[found.start : found.end] == words
    assert names_no_drug(words)


@pytest.mark.parametrize(
    "text",
    [
        "discussed FOLFIRI and its risks",
        "ABVD planned next week",
        "no chemotherapy drug spill",
        "second chemotherapy drug not available",
    ],
)
def test_what_is_only_spoken_of(text: str) -> None:
    assert find_unnamed(text) == ()


def test_a_name_is_a_name() -> None:
    assert not names_no_drug("vinblastine")
