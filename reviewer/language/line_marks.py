"""What a form or a copy puts to every line of a note, and nobody means by it: numbers from 1 on, blank lines between.

Both are taken away within the length of the text: blanks stand at the end of the line before instead.
"""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?:^|\n)([ \t]*(\d{1,3})[.)][ \t]+)(?=\S)")
_FEWEST = 3
_DOUBLE = re.compile(r"\n([ \t]*)\n")


def unmarked(text: str) -> str:
    """The text, of the same length, without numbers and blank lines that every line of it has."""
    lines = sum(1 for line in text.split("\n") if line.strip())
    if lines < _FEWEST:
        return text
    return _unnumbered(_single_spaced(text, lines), lines)


def _single_spaced(text: str, lines: int) -> str:
    if len(_DOUBLE.findall(text.strip())) < lines - 1 or "\n\n\n" in text.strip():
        return text
    return _DOUBLE.sub(lambda found: " " + found[1] + "\n", text)


def _unnumbered(text: str, lines: int) -> str:
    found = list(_NUMBER.finditer(text))
    if len(found) < lines or [int(one[2]) for one in found] != list(range(1, len(found) + 1)):
        return text
    return _NUMBER.sub(lambda one: " " * len(one[1]) + ("\n" if one[0][0] == "\n" else ""), text)
