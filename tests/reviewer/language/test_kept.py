"""Expressions kept between runs are those that `re` makes, and a file that is not ours, or damaged, is passed over."""

from __future__ import annotations

import ast
import marshal
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer.language import kept
from reviewer.language.lazy import needed_words

PATTERN = r"(?P<v>stop(?:ped|s)?)\s+(?:at\s+)?(\d\d:\d\d)|ended|[^\W\d]é+?(?<!un)known"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file is kept during one test; after it the process keeps nothing."""
    place = tmp_path / "kept.expressions"
    monkeypatch.setattr(kept, "_place", lambda: place)
    monkeypatch.setattr(kept, "_kept", None)
    monkeypatch.setattr(kept, "_known", 0)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return place


def _again() -> None:
    """As the next run begins."""
    kept._kept = None
    kept.keep()


@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.MULTILINE | re.DOTALL, re.ASCII, re.VERBOSE])
def test_an_expression_is_the_one_that_re_makes(file: Path, flags: int) -> None:
    plain = re.compile(PATTERN, flags)
    kept.keep()
    first = kept.expression(PATTERN, flags)
    kept.write()
    _again()
    assert kept._kept
    for one in (first, kept.expression(PATTERN, flags)):
        assert one == plain
        assert (one.flags, one.groups, one.groupindex) == (plain.flags, plain.groups, plain.groupindex)
        found, expected = one.search("it stopped at 09:10"), plain.search("it stopped at 09:10")
        assert (found and (found.groupdict(), found.lastgroup)) == (
            expected and (expected.groupdict(), expected.lastgroup)
        )


def test_without_keep_nothing_is_kept(file: Path) -> None:
    assert kept.expression(PATTERN) == re.compile(PATTERN)
    kept.write()
    assert not file.exists()


def test_what_was_worked_out_is_not_worked_out_again(file: Path) -> None:
    kept.keep()
    made = kept.worked_out("words", PATTERN, 0, needed_words)
    kept.write()
    _again()

    def refuse(_: str, __: int) -> object:
        raise AssertionError

    assert kept.worked_out("words", PATTERN, 0, refuse) == made == needed_words(PATTERN)


@pytest.mark.parametrize("harm", [b"", b"garbage", b"other head\n" + marshal.dumps({})])
def test_a_file_of_another_is_passed_over(file: Path, harm: bytes) -> None:
    file.write_bytes(harm)
    kept.keep()
    assert kept._kept == {}
    assert kept.expression(PATTERN) == re.compile(PATTERN)


def test_a_damaged_file_is_passed_over_and_made_anew(file: Path) -> None:
    kept.keep()
    kept.expression(PATTERN)
    kept.write()
    whole = file.read_bytes()
    for harmed in (whole[:-3], whole[:-3] + b"xyz", whole[: len(whole) // 2]):
        file.write_bytes(harmed)
        _again()
        assert kept._kept == {}
        assert kept.expression(PATTERN) == re.compile(PATTERN)
        kept.write()
        assert file.read_bytes() == whole
    assert list(file.parent.iterdir()) == [file]


def test_a_file_of_other_sources_is_passed_over(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keep()
    kept.expression(PATTERN)
    kept.write()
    monkeypatch.setattr(kept, "_SOURCES", ("kept.py",))
    _again()
    assert kept._kept == {}


def test_where_no_byte_code_is_written_nothing_is_kept(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    kept.keep()
    kept.expression(PATTERN)
    kept.write()
    assert not file.exists()


def test_a_folder_that_cannot_be_written_stops_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_place", lambda: file.parent / "missing" / "kept.expressions")
    kept.keep()
    kept.expression(PATTERN)
    kept.write()
    monkeypatch.setattr(kept, "_place", lambda: None)
    kept.keep()
    kept.write()


def test_another_engine_is_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_engine", lambda: None)
    kept.keep()
    assert kept._kept is None
    assert kept.expression(PATTERN) == re.compile(PATTERN)


def test_the_installed_command_answers_alike_and_keeps_no_word_of_a_note(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "code")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    note = tmp_path / "note.txt"
    note.write_text(
        "Infusion nursing note  03/14/2026\nPatient: Quillfeather, Zebedee  MRN 77123409\n"
        "0910 Gritzomab 300 mg IV infusion started at Vexley\n1214 Gritzomab infusion complete.\n"
        "Consent signed by Quillfeather. Dx: snorkelitis\n"
    )
    code = f"import sys; sys.argv = ['reviewer', 'review', {str(note)!r}]; from reviewer.cli import script; script()"

    def run(**more: str) -> bytes:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, env={**environment, **more}, timeout=120, check=True
        )
        return done.stdout

    never = run(PYTHONDONTWRITEBYTECODE="1")
    assert not list(tmp_path.rglob("*.expressions"))
    first = run()
    assert never == first == run()
    [place] = tmp_path.rglob("*.expressions")
    whole = place.read_bytes().lower()
    assert b"consent" in whole
    assert b"supported by the documentation" in whole, "the text report's template"
    for word in (b"quillfeather", b"zebedee", b"77123409", b"gritzomab", b"vexley", b"snorkelitis"):
        assert word not in whole


def test_what_is_kept_is_made_with_its_module_and_never_for_a_note() -> None:
    """An expression made inside a function may be made of a note's words, and would lie in a file for ever."""
    package = Path(kept.__file__).parents[1]
    engine = {package / "language" / "kept.py", package / "language" / "lazy.py"}
    inside = [
        f"{path.relative_to(package)}:{call.lineno}"
        for path in sorted(package.rglob("*.py"))
        if path not in engine
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "expression"
    ]
    assert inside == []
