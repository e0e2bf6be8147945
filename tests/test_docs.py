"""What is generated from the rulebook is up to date, and no domain rule is without a record, a function and a case."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GENERATE = ROOT / "docs" / "generate"


@pytest.fixture
def generate(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    for folder in (ROOT / "tests" / "validator", GENERATE):
        monkeypatch.syspath_prepend(str(folder))
    return runpy.run_path(str(GENERATE / "__main__.py"))


def test_generated_pages_are_up_to_date(generate: dict[str, object]) -> None:
    """`python docs/generate` brings them up to date."""
    out_of_date = generate["out_of_date"]
    assert callable(out_of_date)
    assert out_of_date(write=False) == []


def test_every_domain_rule_has_words_a_function_and_a_case(generate: dict[str, object]) -> None:
    rows = sys.modules["coverage"].rows()
    assert len(rows) == 171
    assert {row.id: row.lacks() for row in rows if row.lacks()} == {}


def test_every_code_that_a_rule_reports_has_a_case_and_no_other_code_ever_stands(generate: dict[str, object]) -> None:
    from case_files import all_cases
    from generate import encounter

    from validator import validate
    from validator.facts import Encounter
    from validator.loading import default_rulebook

    book = default_rulebook()
    rows = sys.modules["coverage"].code_rows()
    assert {row.id for row in rows} == set(book.codes)
    assert [row.id for row in rows if row.functions and not row.cases] == []
    silent = {row.id for row in rows if not row.functions}
    assert len(silent) > 40
    facts = [(case.facts, case.policy) for case in all_cases()] + [(encounter(seed), None) for seed in range(500)]
    for said, policy in facts:
        reported = {line.code for line in validate(Encounter.model_validate(said), book, policy=policy).codes}
        assert not reported & silent


def test_every_modifier_that_a_rule_sets_has_a_case(generate: dict[str, object]) -> None:
    rows = sys.modules["coverage"].modifier_rows()
    assert {row.id: bool(row.cases) for row in rows if "Never set" not in row.says} == {
        "59": True,
        "52": True,
        "53": True,
        "JW/JZ": True,
    }
    for row in rows:
        for place in row.functions:
            file, _, function = place.partition(": ")
            assert f"def {function}" in (ROOT / file).read_text("utf-8")


def test_tests_named_for_a_rule_exist(generate: dict[str, object]) -> None:
    named = [name for row in sys.modules["coverage"].rows() for name in row.cases if name.startswith("tests/")]
    assert named
    for name in named:
        file, function = name.split(": ")
        assert f"def {function}(" in (ROOT / file).read_text("utf-8")
