"""`reviewer verify` on files: exit codes, what it says, the seal with and without a key, hostile input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.cli import main

FOLDER = Path(__file__).parents[3] / "fixtures" / "encounters" / "96417-complete"
NOTES = [str(path) for path in sorted(FOLDER.glob("*.txt"))]
KEY = "a key of the tests only"


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("REVIEWER_KEY", raising=False)
    return made(tmp_path / "review.json")


def made(target: Path) -> Path:
    options = ["--setting", "facility", "--extractor", "patterns", "--format", "json", "--output", str(target)]
    assert main(["review", *NOTES, *options]) == 0
    return target


def changed(path: Path, old: str, new: str) -> Path:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_a_review_with_its_notes_has_no_problem(review: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(review), *NOTES]) == 0
    said = capfd.readouterr().out
    assert said.startswith("verified: 0 problems\n")
    assert "plain digest" in said


def test_judging_again_is_a_separate_last_step(review: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(review), *NOTES, "--rerun"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "judged again (no verification): 0 problems"


def test_a_changed_unit_is_a_problem(review: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(changed(review, '"units": 2', '"units": 3')), *NOTES]) == 1
    assert "codes[1].units" in capfd.readouterr().out


def test_other_notes_are_a_problem(review: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    other = []
    for note in NOTES:
        copy = tmp_path / Path(note).name
        copy.write_text(Path(note).read_text("utf-8").replace("0900", "0901"), "utf-8")
        other.append(str(copy))
    assert main(["verify", str(review), *other]) == 1
    assert "provenance.notes" in capfd.readouterr().out


def test_no_notes_where_there_were_some_is_one_problem(review: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(review)]) == 1
    assert capfd.readouterr().out.startswith("verified: 1 problem\n  provenance.notes: were not given")


def test_a_signature_needs_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REVIEWER_KEY", KEY)
    signed = made(tmp_path / "signed.json")
    assert main(["verify", str(signed), *NOTES]) == 0
    assert "plain digest" not in capfd.readouterr().out
    monkeypatch.setenv("REVIEWER_KEY", KEY + "!")
    assert main(["verify", str(signed), *NOTES]) == 1
    assert KEY not in signed.read_text("utf-8")


def test_a_review_without_a_signature_does_not_pass_where_there_is_a_key(
    review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_KEY", KEY)
    assert main(["verify", str(review), *NOTES]) == 1


def test_a_key_that_is_too_short_is_refused(monkeypatch: pytest.MonkeyPatch, review: Path) -> None:
    monkeypatch.setenv("REVIEWER_KEY", "short")
    assert main(["verify", str(review), *NOTES]) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"codes": []}', "null", '{"a":' * 100_000, '{"codes": [NaN]}'])
def test_what_is_no_review_is_bad_usage(text: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "review.json"
    path.write_text(text, "utf-8")
    assert main(["verify", str(path), *NOTES]) == 2
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_a_review_with_a_second_set_of_codes_is_refused(review: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One program reads the first of two equal keys, another the last: such a review could be read both ways."""
    changed(review, '"codes": [', '"codes": [], "codes": [')
    assert main(["verify", str(review), *NOTES]) == 2
    assert "the key codes stands twice" in capfd.readouterr().err


def test_a_file_that_is_not_there_is_bad_usage(tmp_path: Path) -> None:
    assert main(["verify", str(tmp_path / "none.json"), *NOTES]) == 2


@pytest.mark.parametrize("part", ["codes", "missing", "facts", "provenance", "encounter"])
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [7], {"a": 1}])
def test_broken_shapes_are_problems_and_no_defects(review: Path, part: str, value: object) -> None:
    values = json.loads(review.read_text("utf-8"))
    values[part] = value
    review.write_text(json.dumps(values), "utf-8")
    assert main(["verify", str(review), *NOTES]) == 1


def test_a_number_that_cannot_be_reckoned_with_is_a_problem(review: Path) -> None:
    values = json.loads(review.read_text("utf-8"))
    drug = next(line for line in values["codes"] if line["kind"] == "drug")
    for per in ("0", "NaN", "x", ""):
        drug["because"][0]["inputs"]["per"] = per
        review.write_text(json.dumps(values), "utf-8")
        assert main(["verify", str(review), *NOTES]) == 1


def test_problems_hold_no_words_of_the_note(review: Path, capfd: pytest.CaptureFixture[str]) -> None:
    changed(review, '"text": "paclitaxel"', '"text": "Jane Doe was here"')
    assert main(["verify", str(review), *NOTES]) == 1
    assert "Jane" not in "".join(capfd.readouterr())
