"""Numbers and blank lines that every line of a note has are read as if they were not there; others stay."""

from __future__ import annotations

from reviewer.language.line_marks import unmarked

ENTRIES = "Right port accessed\n0910 Paclitaxel 300 mg IVPB started\n1214 Paclitaxel complete\nPort flushed"


def _words(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n")]


def test_numbers_of_all_lines_are_blanked_at_the_end_of_the_line_before() -> None:
    numbered = "\n".join(f"{number}. {line}" for number, line in enumerate(ENTRIES.split("\n"), 1))
    read = unmarked(numbered)
    assert len(read) == len(numbered)
    assert _words(read) == _words(ENTRIES)
    assert read.index("Paclitaxel") == numbered.index("Paclitaxel")


def test_an_item_mark_before_every_line_means_nothing() -> None:
    items = "- " + ENTRIES.replace("\n", "\n- ")
    assert len(unmarked(items)) == len(items)
    assert _words(unmarked(items)) == _words(ENTRIES)


def test_a_list_within_a_note_keeps_its_numbers() -> None:
    text = "Premedication:\n1. Dexamethasone 12 mg IV\n2. Ondansetron 16 mg IV\nThen paclitaxel."
    assert unmarked(text) == text


def test_numbers_that_do_not_count_from_one_are_part_of_the_lines() -> None:
    text = "12. Paclitaxel 300 mg\n14. Carboplatin 500 mg\n20. Dexamethasone 12 mg"
    assert unmarked(text) == text


def test_a_blank_line_after_every_line_means_nothing() -> None:
    double = ENTRIES.replace("\n", "\n\n")
    assert len(unmarked(double)) == len(double)
    assert _words(unmarked(double)) == _words(ENTRIES)


def test_blank_lines_between_paragraphs_stay() -> None:
    text = "Nursing\n0910 Paclitaxel 300 mg IVPB started\n\nPlan\nCarboplatin next week\nReturn in 3 weeks"
    assert unmarked(text) == text
