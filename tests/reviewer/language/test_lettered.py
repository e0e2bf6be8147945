"""Words of several kinds, told by their first letter, are found as their expressions find them one after the other."""

from __future__ import annotations

import random
import re

import pytest

from reviewer.extract.patterns import events
from reviewer.language.lettered import kind_of, lettered

_AROUND = r"(?<!\w)(?:{})(?!\w)"
_KINDS = (
    ("other", r"(?:re-?)?accessed|(?:port|line) (?:was )?(?:placed|out)|held up"),
    ("pause", r"(?:on )?hold|held"),
    ("stop", r"(?<!without )stop(?:ped)?|(?<!hand )(?<!(?:and|not) )off|(?:all )?gone"),
    ("run", r"hel(?=d)\w|run(?:ning)?"),
)


def _plain(kinds: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    return re.compile(_AROUND.format("|".join(f"(?P<{kind}>{words})" for kind, words in kinds)))


def _found(pattern: re.Pattern[str], text: str) -> list[tuple[tuple[int, int], str | None]]:
    return [(found.span(), found.lastgroup) for found in pattern.finditer(text)]


@pytest.mark.parametrize("kinds", [_KINDS, events._FORMS], ids=["few", "events"])
def test_the_same_words_are_found_as_of_the_same_kind(kinds: tuple[tuple[str, str], ...]) -> None:
    plain, by_letter = _plain(kinds), re.compile(_AROUND.format(lettered(kinds)))
    chance = random.Random(7)
    words = [*re.findall(r"[a-z']+", " ".join(words for _, words in kinds)), "on", "all", "and", "not", "hand", "@"]
    for _ in range(3_000):
        text = " ".join(chance.choice(words) for _ in range(chance.randint(1, 9)))
        told = [(span, kind_of(group or "")) for span, group in _found(by_letter, text)]
        assert told == _found(plain, text), text


@pytest.mark.parametrize("words", [r"\d+ mg", r"(?:re-?)*start", r"a?b", ""])
def test_a_wording_that_no_letter_leads_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="lead"):
        lettered((("start", words),))
