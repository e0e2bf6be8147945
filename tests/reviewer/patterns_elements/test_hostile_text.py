"""The readers take time in proportion to the text, whatever the text is."""

from __future__ import annotations

import time

import pytest

from reviewer.extract.patterns.elements import read_elements
from reviewer.extract.patterns.visit_facts import read_visit_facts
from reviewer.notes.note import Note

EVERY_TOPIC = (
    "consent order lot ndc allergy dx stage bsa cycle dr. md blood return labs bp no reaction tol vital signs teaching "
    "pump id wasted csf lp pleural lesion occlusion dwell ns fluids site returned artery cool s/p signed rn risk "
)
FRAGMENTS = {
    "one letter": "a",
    "hyphens": "a-",
    "initials": "A. B. ",
    "blanks": "Consent: ____ ",
    "signed": "signed ",
    "no": "no consent order not ",
    "labs": "labs, ",
    "spaces": "consent" + " " * 200,
    "names": "Jane Doe RN ",
    "dates": "03/04/2025 0900 ",
    "symptoms": "hives, rash and ",
    "boxes": "[ ] ",
    "clinical": "Dx stage III colon cancer, order Dr. Marsh verified, VSS, no s/s rxn, flushes easily, BP 120/80 ",
}
SMALL = 12_000
LARGE = 48_000
LINE = 200_000


def seconds(text: str) -> float:
    notes = (Note(id="n", text=text),)
    start = time.perf_counter()
    read_elements(notes)
    read_visit_facts(notes)
    return time.perf_counter() - start


def cost(fragment: str, small: int, large: int) -> tuple[float, float]:
    short, long = (EVERY_TOPIC + fragment * (size // len(fragment)) for size in (small, large))
    seconds(EVERY_TOPIC)
    return min(seconds(short), seconds(short + " ")), seconds(long)


@pytest.mark.parametrize("fragment", FRAGMENTS.values(), ids=FRAGMENTS.keys())
def test_four_times_the_text_costs_four_times_as_much(fragment: str) -> None:
    """Quadratic work would cost sixteen times as much; 9 leaves room for a busy machine."""
    short, long = cost(fragment, SMALL, LARGE)
    assert long < 9 * short + 0.2


def test_a_200_kb_line_of_note_text_costs_no_more_per_character() -> None:
    short, long = cost(FRAGMENTS["clinical"], LINE // 10, LINE)
    assert long < 25 * short
