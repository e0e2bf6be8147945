"""Every invented encounter gives what the rules say of it, and its whole review is the one on file."""

from __future__ import annotations

import json
import re

import pytest
from fixture_files import ENCOUNTERS, NAMES, differences, expectation, notes_of, rendering, review_of

from reviewer.report.published import published, published_values
from validator.loading import default_rulebook

SEED_CODES = ("96411", "96417", "96420", "96423", "96425")
STYLES_AT_LEAST = 8
ENCOUNTERS_AT_LEAST = 36


@pytest.mark.parametrize("name", NAMES)
def test_encounter(name: str) -> None:
    said = expectation(name)
    found = differences(said, review_of(name))
    assert not found, "\n  ".join([f"{name}: {said['title']}", *found, *(f"because {why}" for why in said["why"])])


@pytest.mark.parametrize("name", NAMES)
def test_its_values_are_what_its_json_is_read_as(name: str) -> None:
    told, read = published_values(review_of(name)), json.loads(published(review_of(name)))
    # As text: that tells 1 from 1.0, True from 1, and one order from another.
    assert json.dumps(told) == json.dumps(read)


@pytest.mark.parametrize("name", NAMES)
def test_review_on_file(name: str) -> None:
    stored = ENCOUNTERS / name / "review.json"
    if not stored.exists():
        pytest.skip("not on file; test_every_review_is_on_file fails for it")
    made = rendering(review_of(name))
    refresh = f"the review of {name} changed; if that is meant: python fixtures/update.py {name}, and read the diff"
    assert made == stored.read_text(encoding="utf-8"), refresh


def test_every_review_is_on_file() -> None:
    absent = [name for name in NAMES if not (ENCOUNTERS / name / "review.json").exists()]
    assert not absent, "python fixtures/update.py writes them when their expectations hold"


def test_reviews_name_their_notes() -> None:
    for stored in ENCOUNTERS.glob("*/review.json"):
        values = json.loads(stored.read_text(encoding="utf-8"))
        hashes = {note["id"]: note["sha256"] for note in values["provenance"]["notes"]}
        assert hashes == {note.id: note.sha256 for note in notes_of(stored.parent.name)}


def test_enough_encounters_in_enough_styles() -> None:
    styles = {expectation(name)["style"] for name in NAMES}
    assert len(NAMES) >= ENCOUNTERS_AT_LEAST
    assert len(styles) >= STYLES_AT_LEAST


@pytest.mark.parametrize("code", SEED_CODES)
def test_seed_codes_complete_and_incomplete(code: str) -> None:
    complete = expectation(f"{code}-complete")
    assert code in {line[0] for line in complete["codes"]}
    lacking = [expectation(name) for name in NAMES if name.startswith(f"{code}-no-")]
    assert lacking
    assert all(said.get("missing") for said in lacking)


def test_every_administration_code_has_an_encounter() -> None:
    """Each is expected by some encounter, but for the unlisted, the surgical, vaccines, and a rare add-on."""
    never_here = {"96371", "96379", "96549", "96380", "96381", "96547", "96548"}
    expected = {str(code) for name in NAMES for code, *_ in expectation(name)["codes"]}
    wanted = re.compile(r"96[345]\d\d$|G0498|C8957|36430|36593|51720")
    families = {code for code in default_rulebook().codes if wanted.match(code)}
    assert families - expected - never_here == set()


def test_expectations_cite_rules() -> None:
    rule = re.compile(r"[A-Z]+-(?:\d+|[A-Z]+)|\bT\d+|\bdecision \d+|\b\d\.\d|\bpromise \d")
    assert [name for name in NAMES if not any(rule.search(line) for line in expectation(name)["why"])] == []
