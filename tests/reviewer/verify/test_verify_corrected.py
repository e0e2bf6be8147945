"""What a person corrected is told and not called a fault; everything else of a corrected review still has to hold."""

from __future__ import annotations

import copy
import json
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from corrected import corrected, corrected_rarely
from fixture_files import ENCOUNTERS, NAMES
from mutations import Path as Place
from mutations import kind_of, mutated, places, ways
from test_verify_mutations import (
    KEY,
    Caught,
    all_are_caught,
    caught_by,
    few_need_the_key,
    found,
    read_again,
    with_digests_again,
)
from thorough import some

from reviewer.cli import main
from reviewer.verify import seal
from reviewer.verify.people import entered

CHANGES = 3
MUTATED = NAMES[::4]
ALLOWED_TO_NEED_THE_KEY = 0.06
"""A person's value that no line hangs on, the name, the reason and what was struck: nothing else could tell them."""


@cache
def stored(name: str, seed: int = 1) -> dict[str, Any]:
    values = copy.deepcopy(corrected(name, seed, CHANGES))
    values["provenance"]["seal"] = seal.seal(values, KEY)
    return values


@pytest.mark.parametrize(("seed", "name"), [*product((1,), NAMES), *product((2,), some(NAMES, 5))])
def test_a_corrected_review_has_no_problem(name: str, seed: int) -> None:
    assert found(name, stored(name, seed), KEY) == []
    assert read_again(name, stored(name, seed)) == []


@pytest.mark.parametrize("name", sorted({*NAMES[::15], *(one for one in NAMES if "pump" in one)}))
def test_a_review_with_a_rarer_correction_has_no_problem(name: str) -> None:
    for place in range(12):
        values = copy.deepcopy(corrected_rarely(name, place))
        if values is None:
            break
        values["provenance"]["seal"] = seal.seal(values, KEY)
        assert found(name, values, KEY) == []
        assert read_again(name, values) == []


@cache
def caught() -> tuple[Caught, ...]:
    """One mutation for every kind of field and every way to change it, from corrected reviews."""
    chosen: dict[tuple[str, str, bool], list[tuple[str, Place]]] = {}
    for name in MUTATED:
        review = stored(name)
        for path, value in places(review):
            for way in ways(path, value):
                chosen.setdefault((kind_of(path), way, persons(review, path)), []).append((name, path))
    random, tried = Random(20261122), []
    for (_, way, _), among in sorted(chosen.items()):
        name, path = random.choice(among)
        mutation = mutated(stored(name), path, way, random)
        if mutation is not None:
            tried.append(Caught(caught_by(name, with_digests_again(mutation.review)), mutation, name))
    return tuple(tried)


def persons(review: dict[str, Any], path: Place) -> bool:
    """Whether a place is, or stands within, what a person entered."""
    node: Any = review
    for part in path:
        node = node[part]
        if isinstance(node, dict) and node.get("by"):
            return True
    return isinstance(node, str) and node.startswith("Struck by ")


def test_every_mutation_of_a_corrected_review_is_caught() -> None:
    all_are_caught(caught())


def test_hardly_any_needs_the_key_but_a_persons_own_word() -> None:
    few_need_the_key(caught(), ALLOWED_TO_NEED_THE_KEY)


def test_no_mutation_of_a_code_line_needs_the_key() -> None:
    lines = [one for one in caught() if one.mutation.kind.startswith("codes")]
    assert len(lines) >= 40
    assert [f"{one.mutation.what} {one.mutation.at}" for one in lines if one.by != "derived"] == []


def signed_fact(review: dict[str, Any]) -> dict[str, Any]:
    """A fact of an administration that a person changed."""
    facts = (f for one in review["facts"]["administrations"] for f in one.values() if isinstance(f, dict))
    return next(fact for fact in facts if fact.get("why"))


def with_signed() -> tuple[str, dict[str, Any]]:
    for name in NAMES:
        review = copy.deepcopy(stored(name))
        if any(entry.why and entry.at.startswith("facts.administrations") for entry in entered(review)):
            return name, review
    raise AssertionError("no review has a changed administration")


@pytest.mark.parametrize("gone", ["by", "why"])
def test_a_changed_fact_without_a_name_or_a_reason_is_seen(gone: str) -> None:
    name, review = with_signed()
    del signed_fact(review)[gone]
    assert found(name, with_digests_again(review), None)


def test_a_read_fact_that_is_called_a_persons_keeps_its_words_and_is_seen() -> None:
    name = "96417-complete"
    review = copy.deepcopy(stored(name))
    fact = next(f for one in review["facts"]["administrations"] for f in one.values() if "evidence" in f)
    fact |= {"standing": "entered", "by": "Ada Coder", "why": "as charted"}
    assert found(name, with_digests_again(review), None)


def test_an_administration_taken_out_that_nobody_struck_is_seen() -> None:
    name = "96417-complete"
    review = copy.deepcopy(corrected(name, 1, 0))
    review["provenance"]["seal"] = seal.seal(review, KEY)
    review["facts"]["administrations"].pop()
    assert any("nobody struck it" in one for one in read_again_told(name, review))


def test_an_administration_put_in_with_one_fact_that_nobody_signed_is_seen() -> None:
    name = "96417-complete"
    review = copy.deepcopy(corrected(name, 1, 0))
    mine = {"standing": "entered", "by": "Ada Coder", "why": "as charted"}
    drug = {"value": "ondansetron", **mine}
    review["facts"]["administrations"].append({"id": "entered-1", "drug": drug, "dose": {"standing": "denied"}})
    assert read_again(name, review)
    review["facts"]["administrations"][-1]["dose"] = {**mine, "standing": "denied"}
    assert "facts.administrations" not in read_again(name, review)


def read_again_told(name: str, review: dict[str, Any]) -> list[str]:
    from fixture_files import notes_of

    from reviewer.verify import reread
    from validator.loading import default_rulebook

    return [one.what for one in reread.check(review, notes_of(name), default_rulebook())]


def test_the_command_says_who_entered_what_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("REVIEWER_KEY", raising=False)
    name, review = with_signed()
    review["provenance"]["seal"] = seal.seal(review, None)
    path = tmp_path / "review.json"
    path.write_text(json.dumps(review), "utf-8")
    notes = [str(note) for note in sorted((ENCOUNTERS / name).glob("*.txt"))]
    assert main(["verify", str(path), *notes]) == 0
    said = capfd.readouterr().out
    assert said.startswith("verified: 0 problems\na person's word, not the notes': ")
    assert ", by Ada Coder: as charted on the MAR\n" in said
    assert "what a person entered, changed or struck" in said
