"""The quick reading of TOML says what the standard library says, or leaves it to the standard library."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator import plain_toml
from validator.loading import DATA

SHIPPED = sorted(DATA.glob("*.toml"))
PLAIN = """# c
a = "x # y"  # z
b = 1
[[r]]
d = 2026-01-31
e = ["", "y",
  { s = "v", n = 2 },
]
[[r.v]]
p = { m = true }
"""
NOT_PLAIN = [
    "a = 'literal'",
    'a = "back\\tslash"',
    'a = """many\nlines"""',
    "a.b = 1",
    '"a" = 1',
    "a=1",
    "a = 1.5",
    "a = 1_000",
    "a = 0x1f",
    "a = 2026-01-01T09:10:00",
    "a = [[1], [2]]",
    "a = [1, # told\n2]",
    "a = { b.c = 1 }",
    "[a.b]\nc = 1\n[a]\nd = 1",
    "[a.b.c]\nd = 1",
]
WRONG = [
    "a = 1\na = 2",
    "a = { b = 1, b = 2 }",
    "a = [{ b = 1, b = 2 }]",
    "a = { b = 1, }",
    "a = { b = 1 }\n[a]\nc = 1",
    "a = { b = 1 }\n[a.c]\nd = 1",
    "a = [1]\n[[a]]\nb = 1",
    "a = []\n[[a]]\nb = 1",
    "[a]\nb = 1\n[a]\nc = 1",
    "[a]\nb = 1\n[[a]]\nc = 1",
    "[[a]]\nb = 1\n[a]\nc = 1",
    "[[a]]\nb = [1]\n[[a.b]]\nc = 1",
    "[[a]]\n[a.b]\n[[a.b]]",
    "[a.b]\n[a.b]",
    "a = 2026-02-30",
    "a = 007",
    "a = 1 b = 2",
    'a = "x',
    'a = "x"y',
    'a = "x\ny"',
    "a = \x01",
    "# \x7f\na = 1",
    "a = [1 2]",
    "a = [,]",
    "a",
    "[a",
    "[[a]",
]


def _outcome(read: Callable[[str], Any], text: str) -> str:
    """What a reader makes of a text: the order of keys and the types too, or the words of its error."""
    try:
        return repr(read(text))
    except tomllib.TOMLDecodeError as error:
        return f"TOMLDecodeError: {error}"


def _same(text: str) -> None:
    assert _outcome(plain_toml.loads, text) == _outcome(tomllib.loads, text)


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise AssertionError("left to the standard library")

    monkeypatch.setattr(tomllib, "loads", refuse)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_the_files_that_ship_are_read_the_same(path: Any) -> None:
    _same(path.read_text("utf-8"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
@pytest.mark.usefixtures("no_library")
def test_the_files_that_ship_are_plain(path: Any) -> None:
    assert plain_toml.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("text", [PLAIN, PLAIN.replace("\n", "\r\n"), PLAIN[:-1], "", "\n\n", *NOT_PLAIN, *WRONG])
def test_every_form_and_every_mistake_is_read_the_same(text: str) -> None:
    _same(text)


@pytest.mark.parametrize("text", WRONG)
def test_what_counts_as_a_mistake_here_is_one(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        plain_toml.loads(text)


_PIECES = ["\n", " ", '"', "#", "[", "]", "[[", "]]", "{ ", " }", ", ", ",", " = ", ".", "a", "b", "r", "0", "1"]
_PIECES += ["2026-01-31", "true", '"x"', "'", "\\", "\t", "\r", "[a]\n", "[[r]]\n", "[r.v]\n", "[[r.v]]\n", "a = 1\n"]


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, len(PLAIN)), st.integers(0, 3), st.sampled_from(_PIECES)), max_size=4))
def test_a_text_with_faults_put_in_is_read_the_same(faults: list[tuple[int, int, str]]) -> None:
    text = PLAIN
    for at, left_out, piece in faults:
        text = text[:at] + piece + text[at + left_out :]
    _same(text)


@settings(max_examples=400)
@given(st.lists(st.sampled_from(_PIECES), max_size=14))
def test_pieces_of_toml_in_any_order_are_read_the_same(pieces: list[str]) -> None:
    _same("".join(pieces))
