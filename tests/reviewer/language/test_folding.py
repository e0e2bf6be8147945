"""Expressions in lower case find on a text in lower case what `re.IGNORECASE` finds on the text itself."""

from __future__ import annotations

import re
import sys

import pytest

from reviewer.language.folding import folded, lowered
from reviewer.language.lazy import Lazy


def test_every_letter_keeps_its_place_and_its_class() -> None:
    form = re.compile(r"(\w)|(\d)|(\s)")
    for letter in map(chr, range(sys.maxunicode + 1)):
        low = lowered(f"\u0131{letter}")[1:]  # the odd letter makes every text take the long way
        assert len(low) == 1, letter
        before, after = form.match(letter), form.match(low)
        assert (before and before.lastindex) == (after and after.lastindex), letter


@pytest.mark.parametrize(
    "pattern",
    [r"(?-i:PAC)s?", r"(?i:a)b", "na\u00efve", r"[+-a]", r"[A-z]", r"[0-Z]", r"\x41", "[\u00a1-\u00bf]", r"(?s-i:a.)"],
)
def test_what_cannot_be_folded_is_left_alone(pattern: str) -> None:
    assert folded(pattern) is None


def test_a_long_text_is_lowered_once_and_a_later_one_anew() -> None:
    first, second = "A" * 300, "B" * 300
    assert [lowered(text) for text in (first, first, second, first)] == [
        "a" * 300, "a" * 300, "b" * 300, "a" * 300,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["Stopped AT 09:10 by RN", "\u0130 STOP\u017fTOPPED at 9", "stop", "", "no"])
def test_a_match_speaks_of_the_text_as_it_is_written(text: str) -> None:
    pattern = r"(?P<v>STOP)(?:ped)?(?: AT (?P<t>[\dA-F:]+)\S?)?"
    lazy, plain = Lazy(pattern, re.IGNORECASE), re.compile(pattern, re.IGNORECASE)
    found, expected = list(lazy.finditer(text)), list(plain.finditer(text))
    assert [(m[0], m["v"], m["t"], m.groups(), m.span("t"), m.lastgroup, m.string) for m in found] == [
        (m[0], m["v"], m["t"], m.groups(), m.span("t"), m.lastgroup, m.string) for m in expected
    ]
    assert [m.re.groupindex for m in found] == [m.re.groupindex for m in expected]
    assert lazy.subn("-", text) == plain.subn("-", text)
    assert lazy.sub(lambda m: " " * len(m[0]), text) == plain.sub(lambda m: " " * len(m[0]), text)
    for one, other in ((lazy.match, plain.match), (lazy.fullmatch, plain.fullmatch)):
        got, wanted = one(text), other(text)
        assert (got and got.group("v")) == (wanted and wanted.group("v"))
