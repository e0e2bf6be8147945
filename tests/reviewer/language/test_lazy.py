"""Lazy expressions answer as `re` does: no text that an expression matches is passed over."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import sys
from collections.abc import Iterator
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from thorough import number

import reviewer
from reviewer.extract.patterns import elements, elements_wording
from reviewer.language.lazy import Lazy, needed_words

SAMPLES = number(12, 6)


def _instances(value: object, depth: int = 4) -> Iterator[Lazy]:
    if isinstance(value, Lazy):
        yield value
    elif depth and isinstance(value, tuple | list):
        for item in value:
            yield from _instances(item, depth - 1)
    elif depth and isinstance(value, dict):
        yield from _instances(list(value.values()), depth - 1)


def _all_lazy() -> list[Lazy]:
    """Every expression that a module of the program holds, and those of the wordings."""
    found: dict[tuple[str, int], Lazy] = {}
    for module in pkgutil.walk_packages(reviewer.__path__, "reviewer."):
        if module.name.startswith(("reviewer.language", "reviewer.extract", "reviewer.grounding")):
            for value in vars(importlib.import_module(module.name)).values():
                found.update({(one.pattern, int(one.flags)): one for one in _instances(value)})
    for rules in elements._RULES:
        for rule in rules.rules:
            one = elements_wording.compiled(rule.pattern)
            found[one.pattern, int(one.flags)] = one
    return list(found.values())


def _written(tree: Any, chance: random.Random) -> str:
    """A text that the parsed expression is likely to match; what stands behind and ahead is left to luck."""
    return "".join(_one(str(op), argument, chance) for op, argument in tree)


def _one(op: str, argument: Any, chance: random.Random) -> str:
    if op == "LITERAL":
        letter = chr(argument)
        return chance.choice((letter, letter.upper(), letter.lower()))
    if op == "BRANCH":
        return _written(chance.choice(argument[1]), chance)
    if op == "SUBPATTERN":
        return _written(argument[3], chance)
    if op in ("MAX_REPEAT", "MIN_REPEAT"):
        low, high, inner = argument
        return "".join(_written(inner, chance) for _ in range(chance.randint(low, min(int(high), low + 2))))
    if op == "IN":
        return _member(argument, chance)
    if op == "ANY":
        return chance.choice("ab 7")
    if op == "NOT_LITERAL":
        return "q" if chr(argument) != "q" else "z"
    if op == "GROUPREF":
        return "/"
    return ""


def _member(items: Any, chance: random.Random) -> str:
    form = re.compile("[" + "".join(_shown(str(op), argument) for op, argument in items) + "]")
    letters = [letter for letter in map(chr, range(9, 127)) if form.match(letter)]
    return chance.choice(letters) if letters else chr(items[0][1])


def _shown(op: str, argument: Any) -> str:
    if op == "NEGATE":
        return "^"
    if op == "RANGE":
        return f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
    if op == "CATEGORY":
        name = str(argument).removeprefix("CATEGORY_")
        letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[name.removeprefix("NOT_")]
        return "\\" + (letter.upper() if name.startswith("NOT_") else letter)
    return re.escape(chr(argument))


def test_no_expression_of_the_program_passes_over_what_it_matches() -> None:
    chance = random.Random(7)
    matched = filtered = 0
    for one in _all_lazy():
        plain, tree = re.compile(one.pattern, one.flags), _parser.parse(one.pattern, int(one.flags))
        filtered += bool(needed_words(one.pattern, one.flags))
        for _ in range(SAMPLES):
            text = f" {_written(tree, chance)} "
            for at in (0, 1):
                expected = plain.search(text, at)
                found = one.search(text, at)
                assert (found and found.span()) == (expected and expected.span()), (one.pattern, text)
                expected = plain.match(text, at)
                found = Lazy(one.pattern, one.flags).match(text, at)
                assert (found and found.span()) == (expected and expected.span()), (one.pattern, text)
                matched += expected is not None
    assert filtered > 100
    assert matched > 1000


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"abc?d", ((("ab",),),)),
        (r"(?:foo|ba+r)\b x", (((" x",),),)),
        (r"wast(?:ed?|ing)|(?:no )?residual\b", ((("wast",),), (("residual",),))),
        (r"(?<!x)(?P<v>hello|b[ei]ll)?world", ((("world",),),)),
        (r"(?!never)(?:ab|\d)", ()),
        (r"stop|", ()),
        (r"(stop){0}off", ((("off",),),)),
        (r"abc*+d", ((("ab",),),)),
        (r"\x41bcd", ()),
        (r"(?i)stop", ()),
        (r"(?x:st op)", ()),
        (r"(?P<a>stop)(?P=a)", ()),
        (r"(?P<a>stop)?(?(a)ped|off)", ()),
        (r"[]st]op", ((("op",),),)),
        (r"e-?sign\.ed", ((("sign",), ("ed",)),)),
        (r"(?:not ){0,50}given", ((("given",),),)),
        (r"(?:held|not given)\b.{0,20}today", ((("today",), ("held", "not given")),)),
        (r"Größe", ((("gr",),),)),
    ],
)
def test_the_words_an_expression_needs(pattern: str, words: object) -> None:
    assert needed_words(pattern) == words


def test_verbose_expressions_are_left_alone() -> None:
    assert needed_words("st op # off", re.VERBOSE) == ()


def test_letters_that_only_re_takes_for_others() -> None:
    others = "".join(map(chr, range(128, sys.maxunicode + 1)))
    found = {letter: re.findall(letter, others, re.IGNORECASE) for letter in "abcdefghijklmnopqrstuvwxyz"}
    assert found["k"] == ["\N{KELVIN SIGN}"]
    for letter, taken in found.items():
        for other in taken:
            assert Lazy(f"xx{letter}yy", re.IGNORECASE).search(f"XX{other}YY")


def test_a_window_is_seen_as_re_sees_it() -> None:
    text = "held " * 4_000 + "stopped early"
    one, plain = Lazy(r"(?<=held )stopped\b"), re.compile(r"(?<=held )stopped\b")
    for start, end in ((0, len(text)), (19_990, 20_007), (20_000, 20_006), (20_001, len(text)), (5, 100)):
        expected = plain.search(text, start, end)
        found = one.search(text, start, end)
        assert (found and found.span()) == (expected and expected.span())
    assert [m.span() for m in one.finditer(text)] == [m.span() for m in plain.finditer(text)]
    assert one.sub("x", text) == plain.sub("x", text)
    assert one.subn("x", "nothing here") == ("nothing here", 0)
