"""Expressions written with their letters first find what they found before."""

from __future__ import annotations

import random
import re

import pytest

from reviewer.language.leading import letters_first


@pytest.mark.parametrize(
    ("pattern", "led"),
    [
        (r"\bbut\b", r"but(?<!\wbut)\b"),
        (r"\b(?:no|not)\s", r"(?:no(?<!\wno)|not(?<!\wnot))\s"),
        (r"(?<![\w-])(?<!not )(?P<v>held|stop)", r"(?P<v>hel(?<![\w-]hel)(?<!not hel)d|sto(?<![\w-]sto)(?<!not sto)p)"),
        (r"\bab?c", r"a(?<!\wa)b?c"),
        (r"\bgo|(?<=x)[(|]\)", r"\bgo|(?<=x)[(|]\)"),  # a class begins the second way
        (r"\b(?:a|b)?cd", r"\b(?:a|b)?cd"),
        (r"\ba?b", r"\ba?b"),
        (r"\b@at", r"\b@at"),
        (r"\b(x|y)z", r"\b(x|y)z"),
        (r"(?<!(x))yes", r"(?<!(x))yes"),
        (r"\b(?:" + "|".join("abcdefghijkl") + ")", r"\b(?:" + "|".join("abcdefghijkl") + ")"),
    ],
)  # fmt: skip
def test_letters_come_before_what_is_looked_behind_for(pattern: str, led: str) -> None:
    assert letters_first(pattern) == led


@pytest.mark.parametrize(
    "pattern",
    [
        r"\bbut\b|\bnow\b|\b(?:not|no|never)\b(?!\s+only)",
        r"(?<![\w-])(?<!not )(?P<v>held|stop(?:ped)?)(?P<w> now)?\b",
        r"(?<=no )\bstop|(?<!but )n't?o\w*",
        r"\b\bstop|(?:held|\bno(?:t|w)) (?:stop|\bbut)",
    ],
)
def test_the_same_is_found(pattern: str) -> None:
    plain, led = re.compile(pattern), re.compile(letters_first(pattern))
    assert led.pattern != plain.pattern
    assert led.groupindex == plain.groupindex
    chance = random.Random(5)
    pieces = [
        "but",
        "now",
        "not",
        "no",
        "never",
        "only",
        "held",
        "stop",
        "ped",
        " ",
        " ",
        "-",
        "n't",
        "é",
        "_",
        ".",
        "\n",
    ]
    for _ in range(4_000):
        text = "".join(chance.choice(pieces) for _ in range(chance.randint(0, 9)))
        begin = chance.randint(0, 3)
        expected = [(m.span(), m.groups()) for m in plain.finditer(text, begin)]
        assert [(m.span(), m.groups()) for m in led.finditer(text, begin)] == expected, text
