"""The rules of the data and the rules of the code are the same rules: no orphan in either."""

import ast
from collections.abc import Iterator
from pathlib import Path

import validator
from validator.loading import default_rulebook
from validator.switches import NAMES

SOURCE = Path(validator.__file__).parent
WRITERS = ("coding.py", "edits.py", "distinct.py", "normalise.py", "assessing.py", "assembly.py", "worksheet.py")
"""Modules outside `rules/` that apply rules."""


def _constants() -> Iterator[str]:
    files = [*(SOURCE / "rules").glob("*.py"), *(SOURCE / name for name in WRITERS)]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_rule_of_the_data_is_applied_by_some_function() -> None:
    unused = set(default_rulebook().rules) - set(_constants())
    assert not unused


def test_every_requirement_that_coding_raises_has_a_record() -> None:
    rulebook = default_rulebook()
    known = set(rulebook.rules) | {r.id for r in rulebook.requirements}
    slugs = {c for c in _constants() if c.count(".") == 1 and "-" in c and " " not in c and c.islower()}
    slugs = {s for s in slugs if not s.startswith(("documentation.", "administrations.", "pumps.", "services."))}
    assert slugs
    assert not slugs - known


def test_every_code_tier_requirement_is_raised_somewhere() -> None:
    raised = set(_constants()) | {f"infusion.{w}-time" for w in ("start", "stop")}
    raised |= {f"hydration.{w}-time" for w in ("start", "stop")}
    silent = {r.id for r in default_rulebook().requirements if r.tier == "code" and r.id not in raised}
    assert not silent


def test_the_switches_of_the_policies_are_the_switches_of_the_code() -> None:
    assert set(default_rulebook().switches) == NAMES


def test_every_conflict_of_the_register_has_a_switch() -> None:
    declared = {i for s in default_rulebook().switches.values() for i in s.implements}
    assert {f"C-{n}" for n in range(1, 21)} <= declared


def test_every_switch_is_read_by_some_function() -> None:
    text = "".join(file.read_text() for file in SOURCE.rglob("*.py") if file.name != "switches.py")
    unread = {name for name in NAMES if name not in text}
    assert not unread


def test_every_number_beside_a_rule_is_the_one_its_function_reads() -> None:
    """A number that nothing reads could be changed in the data, and no answer would change with it."""
    stated = {(r.id, name) for r in default_rulebook().rules.values() for v in r.versions for name in v.params}
    read = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "param":
                read.add(tuple(ast.literal_eval(one) for one in node.args))
    assert stated == read
