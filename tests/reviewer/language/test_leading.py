"""Expressions written with their letters first find what they found before."""

from __future__ import annotations

import random
import re
from string import ascii_lowercase

import pytest

from reviewer.extract.patterns import events
from reviewer.language import leading
from reviewer.language.leading import letters_first, letters_told


@pytest.mark.parametrize(
    ("pattern", "led"),
    [
        (r"\bbut\b", r"but(?<!\wbut)\b"),
        (r"\b(?:no|not)\s", r"(?:no(?<!\wno)|not(?<!\wnot))\s"),
        (r"(?<![\w-])(?<!not )(?P<v>held|stop)", r"(?P<v>hel(?<![\w-]hel)(?<!not hel)d|sto(?<![\w-]sto)(?<!not sto)p)"),
        (r"\bab?c", r"a(?<!\wa)b?c"),
        (r"\bgo|(?<=x)[(|]\)", r"\bgo|(?<=x)[(|]\)"),  # a class begins the second way
        (r"\b(?:a|b)?cd", r"\b(?=[ABCabc])(?:a|b)?cd"),
        (r"\ba?b", r"\b(?=[ABab])a?b"),
        (r"\b@at", r"\b@at"),
        (r"\b(x|y)z", r"\b(x|y)z"),
        (r"(?<!(x))yes", r"(?=[Yy])(?<!(x))yes"),
        (r"\b(?:" + "|".join("abcdefghijkl") + ")", r"\b(?=[ABCDEFGHIJKLabcdefghijkl])(?:a|b|c|d|e|f|g|h|i|j|k|l)"),
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


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        (r"(?<!\w)(?:(?:slow )?push|(?-i:IT))\b", r"(?=[IPSips])(?<!\w)(?:(?:slow )?push|(?-i:IT))\b"),
        (r"\b(?:\d\d|iv)", r"\b(?:\d\d|iv)"),
        (r"\b(?:a ){0,3}?b", r"\b(?=[ABab])(?:a ){0,3}?b"),
        (r"\b(?:a )*", r"\b(?:a )*"),
        (r"\b(?i:a)", r"\b(?i:a)"),
        (r"\bone|\btwo", r"\bone|\btwo"),
        (r"one", r"one"),
    ],
)
def test_what_a_match_begins_with_is_told_first(pattern: str, told: str) -> None:
    assert letters_told(pattern) == told


def test_every_word_of_an_event_begins_with_a_letter() -> None:
    """What events.py tells by itself."""
    for _, words in events._FORMS:
        firsts = leading._firsts(words)
        assert firsts
        assert firsts <= set(ascii_lowercase)
