"""The proof checker by itself: it lets every true review pass, and no line that claims more than its steps bear out."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fixture_files import NAMES, review_of

from reviewer.report.published import published
from reviewer.verify import proof
from reviewer.verify.derived.readings import worlds
from reviewer.verify.records import Records
from validator.loading import DATA, default_rulebook

MODULE = Path(__file__).parents[3] / "reviewer" / "verify" / "proof.py"
LOOSE = 0.02
"""The share of lines whose bound leaves room for one unit more: hydration beside other fluid."""
HIGHER = {
    "96375": "96374",
    "96367": "96365",
    "96361": "96360",
    "96411": "96409",
    "96417": "96413",
    "96372": "96401",
    "96366": "96415",
    "96365": "96413",
    "96374": "96409",
    "96360": "96365",
    "96368": "96367",
    "96376": "96375",
}
"""The same service told as one that ranks higher."""
Line = dict[str, Any]


@cache
def records() -> Records:
    return Records(DATA, default_rulebook().edits)


@cache
def stored(name: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(published(review_of(name)))
    return values


def objections(review: dict[str, Any]) -> list[str]:
    readings = [world.facts for world in worlds(review, records())]
    return [f"{one.at}: {one.what}" for one in proof.check(review, readings, records())]


def passed(change: Callable[[list[Line], int], bool]) -> tuple[list[str], int]:
    """The lines whose change nothing objects to, and how many were changed."""
    through, tried = [], 0
    for name in NAMES:
        for place, line in enumerate(stored(name)["codes"]):
            review = copy.deepcopy(stored(name))
            if change(review["codes"], place):
                tried += 1
                through += [] if objections(review) else [f"{name} {line['code']}"]
    return through, tried


@pytest.mark.parametrize("name", NAMES)
def test_a_true_review_passes(name: str) -> None:
    assert objections(stored(name)) == []


def test_a_unit_more_is_seen() -> None:
    def more(lines: list[Line], place: int) -> bool:
        lines[place]["units"] += 1
        return True

    through, tried = passed(more)
    assert tried > 200
    assert len(through) <= LOOSE * tried, through


def test_a_line_told_twice_is_seen() -> None:
    def twice(lines: list[Line], place: int) -> bool:
        lines.insert(place, copy.deepcopy(lines[place]))
        return True

    assert passed(twice)[0] == []


def test_a_code_that_ranks_higher_is_seen() -> None:
    def higher(lines: list[Line], place: int) -> bool:
        code = HIGHER.get(lines[place]["code"])
        lines[place]["code"] = code
        return code is not None

    through, tried = passed(higher)
    assert tried >= 80
    assert through == []


def test_a_rule_that_does_not_end_in_the_code_is_seen() -> None:
    def another(lines: list[Line], place: int) -> bool:
        steps = lines[place]["because"]
        kept = [step for step in steps if lines[place]["code"] not in proof.LICENCES.get(step["rule"], ())]
        lines[place]["because"] = kept
        return len(kept) < len(steps)

    assert passed(another)[0] == []


def test_a_rule_in_other_words_or_words_of_no_fact_are_seen() -> None:
    review = copy.deepcopy(stored("96417-complete"))
    review["codes"][0]["because"][0]["says"] += " Always."
    assert objections(review)
    review = copy.deepcopy(stored("96417-complete"))
    review["codes"][0]["because"][0]["evidence"][0]["start"] += 1
    assert objections(review)


def test_less_time_in_the_facts_is_seen() -> None:
    review = copy.deepcopy(stored("96417-complete"))
    one = next(item for item in review["facts"]["administrations"] if item["drug"]["value"] == "paclitaxel")
    one["stop"]["value"] = "10:15"
    assert any("more units" in said for said in objections(review))


def test_it_shares_nothing_but_records_and_problems() -> None:
    tree = ast.parse(MODULE.read_text("utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    own = {name for name in modules if name.split(".")[0] in ("reviewer", "validator")}
    assert own == {"reviewer.verify.problems", "reviewer.verify.records"}
