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


def test_tests_named_for_a_rule_exist(generate: dict[str, object]) -> None:
    named = [name for row in sys.modules["coverage"].rows() for name in row.cases if name.startswith("tests/")]
    assert named
    for name in named:
        file, function = name.split(": ")
        assert f"def {function}(" in (ROOT / file).read_text("utf-8")
