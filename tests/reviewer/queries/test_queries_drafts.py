"""Drafts of every fixture pass our own linter, quote what is there, and ask nothing that cannot be cured."""

from __future__ import annotations

import functools
import json
from itertools import product
from pathlib import Path

import pytest
from fixture_files import ENCOUNTERS, NAMES, notes_of, review_of
from thorough import some

from reviewer.cli import main
from reviewer.notes.note import Note
from reviewer.pipeline import WITHHELD, review
from reviewer.queries.documents import Drafts
from reviewer.queries.drafting import ALWAYS_OFFERED, draft
from reviewer.queries.lint import lint
from reviewer.queries.rendering import document
from reviewer.report.published import published
from validator.facts import Standing
from validator.loading import default_rulebook

NO_STOP = "96417-no-stop"


@functools.cache
def drafts_of(name: str) -> Drafts:
    return draft(review_of(name), notes_of(name), advisory=True)


@pytest.mark.parametrize(
    ("style", "name"),
    [*product(["text"], NAMES), *product(["markdown"], some(NAMES, 3)), *product(["html"], some(reversed(NAMES), 4))],
)
def test_every_draft_passes_the_linter(style: str, name: str) -> None:
    for query in drafts_of(name).queries:
        assert [(one.rule, one.words) for one in lint(document(query, style))] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_missing_is_asked_once_or_left_to_the_coder_with_a_reason(name: str) -> None:
    made = review_of(name)
    drafted = drafts_of(name)
    asked = [element.missing for query in drafted.queries for element in query.elements]
    left = [one.missing for one in drafted.not_asked]
    assert sorted(asked + left) == sorted(one.id for one in made.missing)
    assert all(one.reason for one in drafted.not_asked)


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_cured_or_was_denied_is_not_asked(name: str) -> None:
    asked = {element.missing for query in drafts_of(name).queries for element in query.elements}
    for missing in review_of(name).missing:
        if missing.curable in (None, "not_curable") or missing.standing is Standing.DENIED:
            assert missing.id not in asked


@pytest.mark.parametrize("name", NAMES)
def test_an_indicator_stands_in_the_note_on_the_line_it_names(name: str) -> None:
    notes = {note.id: note.text for note in notes_of(name)}
    for query in drafts_of(name).queries:
        for element in query.elements:
            assert element.indicators
            for one in element.indicators:
                text = notes[one.note_id]
                assert text[one.start : one.end] == one.text
                assert one.line is not None
                first = text.splitlines()[one.line - 1]
                assert one.text.split()[0] in first


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_for_the_role_that_can_answer(name: str) -> None:
    roles = {one.id: one.fixable_by for one in review_of(name).missing}
    drafted = drafts_of(name)
    for query in drafted.queries:
        assert {roles[element.missing] for element in query.elements} == {query.to.role}
    assert len({(query.to.role, query.to.name) for query in drafted.queries}) == len(drafted.queries)
    assert len({query.id for query in drafted.queries}) == len(drafted.queries)


def test_choices_come_with_other_and_unable_to_determine_and_in_the_order_of_the_alphabet() -> None:
    offered = [element.options for name in NAMES for query in drafts_of(name).queries for element in query.elements]
    lists = [options for options in offered if options]
    assert lists
    for options in lists:
        assert options[-2:] == ALWAYS_OFFERED
        assert list(options[:-2]) == sorted(options[:-2])
        assert len(options) >= 4


def test_the_stop_time_is_asked_of_the_nurse_who_signed() -> None:
    first = draft(review_of(NO_STOP), notes_of(NO_STOP)).queries[0]
    assert (first.to.role, first.to.name) == ("nurse", "K. Halvorsen RN, OCN")
    asked = first.elements[0]
    assert asked.question == "What time did the carboplatin infusion end, as recorded?"
    assert "1210" in asked.indicators[0].quote
    assert asked.options == ()


def test_entries_that_contradict_each_other_are_said_to_differ_and_both_are_quoted() -> None:
    name = "mar-and-narrative-disagree"
    asked = draft(review_of(name), notes_of(name)).queries[0].elements[0]
    assert asked.unclear == "The notes at hand differ about this: times (paclitaxel)."
    assert {one.note_id for one in asked.indicators} == {"mar.txt", "nursing.txt"}
    assert asked.options == ()


def test_notes_that_may_not_be_one_encounter_give_no_document() -> None:
    made = review_of("two-patients")
    assert any(one.rule == WITHHELD for one in made.needs_human)
    assert drafts_of("two-patients").queries == ()


def test_advisory_elements_wait_until_they_are_asked_for() -> None:
    made = review_of(NO_STOP)
    advisory = {one.id for one in made.missing if one.effect == "advisory"}
    plain = draft(made, notes_of(NO_STOP))
    assert advisory
    assert advisory.isdisjoint(element.missing for query in plain.queries for element in query.elements)
    assert advisory <= {one.missing for one in plain.not_asked}


@pytest.mark.parametrize("author", ["nurse", "k. halvorsen  rn, ocn"])
def test_one_author_can_be_chosen_by_role_or_name(author: str) -> None:
    assert {query.to.role for query in draft(review_of(NO_STOP), author=author).queries} == {"nurse"}
    assert draft(review_of(NO_STOP), author="nobody").queries == ()


def test_without_the_notes_the_words_of_the_evidence_stand() -> None:
    for query in draft(review_of(NO_STOP)).queries:
        assert {one.line for element in query.elements for one in element.indicators} == {None}
        assert lint(query.text) == ()


HOSTILE = """Date of service: 03/14/2026
0900 <script>alert(1)</script> Paclitaxel 300 mg IVPB started, bill 96413 to Medicare, "please confirm", right?
1000 [x] Carboplatin **450** mg IVPB started \u202e via port. | table | ```
"""


@pytest.mark.parametrize("text", [HOSTILE, HOSTILE.replace("0900", "0900 Subject: Sepsis\n0905"), HOSTILE * 3])
def test_words_of_a_note_do_not_break_a_document(text: str) -> None:
    notes = (Note(id="we owe revenue.txt", text=text), Note(id="b.txt", text=text.replace("mg", "mg\u200b")))
    for read in (notes[:1], notes[1:], notes):
        for query in draft(review(read, rulebook=default_rulebook()), read, advisory=True).queries:
            assert lint(query.text) == ()
            assert "<script" not in document(query, "html")
            assert "\u202e" not in query.text


def test_the_command_drafts_from_notes_and_from_a_stored_review(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notes = [str(path) for path in sorted((ENCOUNTERS / NO_STOP).glob("*.txt"))]
    stored = tmp_path / "review.json"
    assert main(["review", *notes, "--setting", "facility", "--format", "json", "--output", str(stored)]) == 0
    assert main(["query", "draft", *notes, "--setting", "facility", "--format", "json"]) == 0
    from_notes = json.loads(capfd.readouterr().out)
    assert main(["query", "draft", *notes, "--review", str(stored), "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out) == from_notes
    assert set(from_notes["queries"][0]) == {"id", "to", "encounter", "date_of_service", "elements", "text"}
    assert set(from_notes["queries"][0]["elements"][0]) >= {"missing", "indicators", "question", "options"}


@pytest.mark.parametrize("style", ["text", "markdown", "html"])
def test_the_list_for_the_coder_is_not_part_of_a_document(style: str, capfd: pytest.CaptureFixture[str]) -> None:
    folder = str(ENCOUNTERS / "96425-complete")
    assert main(["query", "draft", folder, "--format", style]) == 0
    told = capfd.readouterr().out
    sent, _, kept = told.partition("NOT TO BE SENT" if style == "text" else "not to be sent")
    assert "cannot be added afterwards" not in sent
    assert kept


def test_all_that_the_command_writes_passes_the_linter(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "draft", *(str(path) for path in sorted((ENCOUNTERS / NO_STOP).glob("*.txt")))]) == 0
    assert lint(capfd.readouterr().out) == ()


def test_a_note_that_the_review_did_not_read_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stored, other = tmp_path / "review.json", tmp_path / "other.txt"
    stored.write_text(published(review_of(NO_STOP)), "utf-8")
    other.write_text("0900 Paclitaxel 300 mg for Ms. Smith", "utf-8")
    assert main(["query", "draft", str(other), "--review", str(stored)]) == 2
    told = capfd.readouterr()
    assert told.out == ""
    assert "other.txt" in told.err
    assert "Smith" not in told.err


@pytest.mark.parametrize("arguments", [[], ["--review", "none.json"], ["none.txt"], ["x", "--author"]])
def test_wrong_usage_is_one_line(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "draft", *arguments]) == 2
    assert capfd.readouterr().err.count("\n") == 1
