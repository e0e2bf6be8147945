"""Time grows with the length of a note, not with its square, however its lines are broken."""

from __future__ import annotations

import time

import pytest
from fixture_files import ENCOUNTERS

from reviewer import pipeline
from reviewer.notes.note import Note
from validator.loading import default_rulebook

SHORT, TIMES = 6_000, 8
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ENCOUNTERS.glob("*/*.txt")))
DENSE = "0905 carboplatin 400 mg IVPB via port over 30 min, "


def seconds(text: str) -> float:
    """The least of two reviews of the text; the second note differs, so that nothing of the first is remembered."""
    taken = []
    for number in range(2):
        started = time.process_time()
        pipeline.review((Note(id="n1", text=f"{number} {text}"),), rulebook=default_rulebook())
        taken.append(time.process_time() - started)
    return min(taken)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT, id="lines"),
        pytest.param(" ".join(TEXT.split("\n")), id="one line"),
        pytest.param("ran quietly and rested in the chair " * 2_000, id="no end of a sentence"),
        pytest.param("risk consent order dose port vitals " * 2_000, id="words that call for a look"),
        pytest.param("_" * 60_000, id="one long word"),
        pytest.param("09:05 " * 9_000, id="clocks"),
        pytest.param("\n" * 60_000, id="empty lines"),
        pytest.param("0905 carboplatin 400 mg IVPB" + " " * 60_000 + "x", id="blanks"),
    ],
)
def test_time_grows_with_the_length(text: str) -> None:
    whole = text[: SHORT * TIMES]
    assert len(whole) == SHORT * TIMES
    seconds(whole[:1000])
    short, long = seconds(whole[:SHORT]), seconds(whole)
    assert long < 1.7 * TIMES * max(short, 0.02)


def test_a_line_dense_with_drugs_is_read_in_time() -> None:
    assert seconds(DENSE * 400) < 20
