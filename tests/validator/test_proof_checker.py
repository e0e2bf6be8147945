"""The checker agrees with the validator on generated encounters, and with neither rule code nor its own seal."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from case_files import all_cases
from generate import encounter, untold
from thorough import number

from reviewer.verify.check import derivation
from reviewer.verify.records import Records
from validator import validate
from validator.facts import Encounter
from validator.loading import DATA, default_rulebook

PACKAGE = Path(__file__).parents[2] / "reviewer" / "verify"
GENERATED = number(2_000, 700)
APART = ("access.second-initial", "visit.second-encounter")


def stored(facts: dict[str, Any], policy: str | None = None) -> dict[str, Any]:
    """An assessment with its facts as the JSON values of a stored review."""
    parsed = Encounter.model_validate(facts)
    values: dict[str, Any] = validate(parsed, default_rulebook(), policy=policy).model_dump(mode="json")
    values["facts"] = parsed.model_dump(mode="json", exclude_defaults=True)
    values["provenance"] = {"notes": [], "model": None}
    return values


def records() -> Records:
    return Records(DATA, default_rulebook().edits)


def test_generated_encounters_follow_from_their_facts() -> None:
    known = records()
    wrong = {seed: found[0] for seed in range(GENERATED) if (found := derivation(stored(encounter(seed)), known))}
    assert wrong == {}


def test_what_stands_beside_something_untold_follows_too() -> None:
    known = records()
    wrong = {seed: found[0] for seed in range(150) for one in untold(seed) if (found := derivation(stored(one), known))}
    assert wrong == {}


def test_no_more_stands_beside_something_untold_than_every_way_gives() -> None:
    """Seed 408: had the first fluorouracil gone into the vein, its bags would be the longest and take carboplatin's."""
    facts = encounter(408)
    del facts["administrations"][0]["route"]
    review = stored(facts)
    held = next(e for e in review["not_supported"] if e["rule"] == "hierarchy.every-way")
    review["not_supported"].remove(held)
    line = next(one for one in review["codes"] if one["code"] == "96413")
    review["codes"].insert(1, {**line, "code": held["code"], "administrations": held["administrations"]})
    assert any("no such line" in problem.what for problem in derivation(review, records()))


def test_an_initial_beside_another_names_what_sets_it_apart() -> None:
    """Seed 10514: fluid through each of two sites was marked, and no step said why (ROUTE-7)."""
    review = stored(encounter(10514))
    assert derivation(review, records()) == []
    initials = [line for line in review["codes"] if line["code"] == "96360"]
    assert [any(step["rule"] in APART for step in line["because"]) for line in initials] == [
        bool(line["modifiers"]) for line in initials
    ]


def test_every_readable_case_follows_from_its_facts() -> None:
    """All rules, switches and policies that the cases reach, with what is withheld, conflicting or for a person."""
    known, wrong = records(), {}
    for case in all_cases():
        try:
            review = stored(case.facts, case.policy)
        except ValueError:
            continue
        if review["assessed"] and (found := derivation(review, known)):
            wrong[case.id] = found[0]
    assert wrong == {}


@pytest.mark.parametrize("minutes", [15, 16, 30, 31, 90, 91, 150, 151])
def test_units_one_too_many_or_too_few_are_seen(minutes: int) -> None:
    facts = {
        "encounter": {"date_of_service": "2026-03-14", "setting": "facility"},
        "administrations": [
            {
                "id": "a1",
                "drug": "paclitaxel",
                "route": "intravenous",
                "technique": "infusion",
                "start": "08:00",
                "stop": f"{8 + minutes // 60:02}:{minutes % 60:02}",
            }
        ],
    }
    review = stored(facts)
    known = records()
    assert derivation(review, known) == []
    for line in review["codes"]:
        for change in (1, -1):
            line["units"] += change
            assert derivation(review, known)
            line["units"] -= change
    assert derivation(review, known) == []


@pytest.mark.parametrize("module", sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")))
def test_the_checker_shares_no_code_with_what_it_checks(module: str) -> None:
    """Rules, pipeline and the arithmetic beneath them; `reread` may make the type of the rulebook known."""
    tree = ast.parse((PACKAGE / module).read_text("utf-8"))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    allowed = {"validator.rulebook"} if module == "reread.py" else set()
    assert {name for name in imported if name.split(".")[0] == "validator"} <= allowed
