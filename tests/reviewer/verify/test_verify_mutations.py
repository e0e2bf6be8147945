"""No single changed field of a review goes unseen: by what is derived, by reading again, or by the seal with a key.

Every mutation computes again each digest that it touches. The command's signature is of a key the attacker lacks.
"""

from __future__ import annotations

import json
from functools import cache
from random import Random
from typing import Any, NamedTuple

import pytest
from fixture_files import NAMES, notes_of, review_of
from mutations import Mutation, Path, kind_of, mutated, places, ways

from reviewer import __version__
from reviewer.report.published import published
from reviewer.verify import check, reread, seal
from reviewer.verify.check import Maker, problems
from reviewer.verify.problems import BROKEN
from reviewer.verify.records import Records
from validator.loading import DATA, default_rulebook

KEY = b"a key of the tests only"
OF_EACH_KIND = 1
ALLOWED_TO_NEED_THE_KEY = 0.03
"""The share of mutations that may be seen by the signature alone."""


class Caught(NamedTuple):
    """A mutation, what saw it first (`derived`, `read again` or `signature`, "" for nothing), and of which fixture."""

    by: str
    mutation: Mutation
    name: str


@cache
def records() -> Records:
    return Records(DATA, default_rulebook().edits)


@cache
def stored(name: str) -> dict[str, Any]:
    """The review of a fixture as JSON, sealed with the site's key."""
    values: dict[str, Any] = json.loads(published(review_of(name)))
    values["provenance"]["seal"] = seal.seal(values, KEY)
    return values


def found(name: str, review: dict[str, Any], key: bytes | None) -> list[str]:
    maker = Maker(default_rulebook().version, __version__, key)
    return [f"{one.at}: {one.what}" for one in problems(review, notes_of(name), records(), maker)]


def seen(name: str, review: dict[str, Any], key: bytes | None) -> bool:
    """Whether `problems` has any: it has one where the first is found, or where the shape is broken before that."""
    maker = Maker(default_rulebook().version, __version__, key)
    try:
        return any(True for _ in check._all(review, notes_of(name), records(), maker))
    except BROKEN:
        return True


def read_again(name: str, review: dict[str, Any]) -> list[str]:
    try:
        return [one.at for one in reread.check(review, notes_of(name), default_rulebook())]
    except BROKEN:
        return ["facts"]


def with_digests_again(review: dict[str, Any]) -> dict[str, Any]:
    """What somebody without the key can do: every digest anew, and the signature as it was."""
    signature = review["provenance"]["seal"]["signature"]
    review["provenance"]["seal"] = {**seal.seal(review, None), "signature": signature}
    return review


@cache
def caught() -> tuple[Caught, ...]:
    """One mutation for every kind of field and every way to change it, from all fixtures."""
    chosen: dict[tuple[str, str], list[tuple[str, Path]]] = {}
    for name in NAMES:
        for path, value in places(stored(name)):
            for way in ways(path, value):
                chosen.setdefault((kind_of(path), way), []).append((name, path))
    random, tried = Random(20260314), []
    for (_, way), among in sorted(chosen.items()):
        for name, path in random.sample(among, min(OF_EACH_KIND, len(among))):
            mutation = mutated(stored(name), path, way, random)
            if mutation is not None:
                tried.append(Caught(caught_by(name, with_digests_again(mutation.review)), mutation, name))
    return tuple(tried)


def caught_by(name: str, review: dict[str, Any]) -> str:
    if seen(name, review, None):
        return "derived"
    if read_again(name, review):
        return "read again"
    return "signature" if seen(name, review, KEY) else ""


def test_seen_is_what_is_found() -> None:
    for one in caught()[::100]:
        name, review = one.name, one.mutation.review
        assert bool(found(name, review, None)) is seen(name, review, None) is (one.by == "derived")


@pytest.mark.parametrize("name", NAMES)
def test_a_review_as_it_was_made_has_no_problem(name: str) -> None:
    assert found(name, stored(name), KEY) == []
    assert read_again(name, stored(name)) == []


def all_are_caught(tried: tuple[Caught, ...]) -> None:
    assert len(tried) >= 500
    assert [f"{one.mutation.what} {one.mutation.at}" for one in tried if not one.by] == []


def few_need_the_key(tried: tuple[Caught, ...], share: float) -> None:
    only_signed = [f"{one.mutation.what} {one.mutation.kind}" for one in tried if one.by == "signature"]
    assert len(only_signed) <= share * len(tried), only_signed


def test_every_mutation_is_caught() -> None:
    all_are_caught(caught())


def test_hardly_any_mutation_needs_the_key() -> None:
    few_need_the_key(caught(), ALLOWED_TO_NEED_THE_KEY)


def test_no_mutation_of_a_code_line_or_a_reported_unit_needs_the_key() -> None:
    lines = [one for one in caught() if one.mutation.kind.startswith("codes")]
    assert len(lines) >= 50
    assert [f"{one.mutation.what} {one.mutation.at}" for one in lines if one.by != "derived"] == []


def test_words_moved_within_a_note_are_seen() -> None:
    review = json.loads(json.dumps(stored("96417-complete")))
    span = review["facts"]["administrations"][3]["start"]["evidence"][0]
    text = next(note.text for note in notes_of("96417-complete") if note.id == span["note_id"])
    span["start"], span["end"] = span["start"] + 1, span["end"] + 1
    span["text"] = text[span["start"] : span["end"]]
    assert found("96417-complete", with_digests_again(review), None)


def test_another_note_is_seen() -> None:
    notes = notes_of("96417-complete")
    other = (notes[0].model_copy(update={"text": notes[0].text + " "}), *notes[1:])
    maker = Maker(default_rulebook().version, __version__, None)
    seen = problems(stored("96417-complete"), other, records(), maker)
    assert any(one.at == "provenance.notes[0].sha256" for one in seen)


@pytest.mark.parametrize("tampered", ["deleted", "its matter deleted", "its words", "its name", "the flag", "invented"])
def test_a_tampered_trace_is_seen(tampered: str) -> None:
    name = "unread-infusions"
    review = json.loads(json.dumps(stored(name)))
    trace, matter = review["facts"]["unread"][0], review["needs_human"][0]
    if tampered == "deleted":
        del review["facts"]["unread"][0], review["needs_human"][0]
    elif tampered == "its matter deleted":
        del review["needs_human"][0]
    elif tampered == "its words":
        matter["near"][0]["end"] = trace["evidence"][0]["end"] = trace["evidence"][0]["end"] - 4
    elif tampered == "its name":
        trace["named"] = matter["subject"] = "200 mg"
    elif tampered == "the flag":
        review["codes"][0]["flags"].remove("unread_service")
    else:
        review["facts"]["unread"].append({**trace, "id": "u3"})
        review["needs_human"].insert(2, matter)
    assert caught_by(name, with_digests_again(review)) in ("derived", "read again")
