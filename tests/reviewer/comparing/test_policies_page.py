"""docs/policies.md says what the records say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reviewer.comparing.catalogue import filled, tables
from validator.loading import default_rulebook

PAGE = Path(__file__).parents[3] / "docs" / "policies.md"


def test_the_tables_of_the_page_are_those_of_the_records() -> None:
    page = PAGE.read_text("utf-8")
    assert filled(page, default_rulebook()) == page, "run: python -m reviewer.comparing.catalogue docs/policies.md"


def test_every_conflict_of_the_register_is_in_the_table() -> None:
    table = tables(default_rulebook())["switches"]
    for number in range(1, 22):
        assert re.search(rf"\bC-{number}\b", table), number


def test_every_pack_that_the_page_names_exists() -> None:
    known = default_rulebook().policies
    named = set(re.findall(r"\b(?:medicare|commercial)-[a-z-]+[a-z]", PAGE.read_text("utf-8")))
    assert named == set(known)


def test_a_page_without_a_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="packs"):
        filled("# nothing", default_rulebook())
