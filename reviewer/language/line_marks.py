"""What a form or a copy puts to every line of a note: numbers from 1 on, item marks, blank lines between.

It tells nothing, and is taken away within the length of the text: blanks stand at the end of the line before instead.
"""

from __future__ import annotations

import re
from itertools import pairwise

from reviewer.language.kept import expression

_NUMBER = expression(r"(?:^|\n)([ \t]*(\d{1,3})(?:[.):][ \t]+|[ \t]{2,}))(?=\S)")
_EMPTY = expression(r"(?:^|\n)[ \t]*\d{1,3}[.):]?[ \t]*(?=\n|\Z)")
_ITEM = expression(r"(?:^|\n)([ \t]*([-*•o·▪►‣◦✓✔>»–—])[ \t]+)(?=\S)")
_LEADERS = expression(r"(?<=[\w)]) ?\.{4,} ?(?=[\w@])")
"""Points that lead the eye from an entry to its time: "Kyprolis ended ........ 0946"."""
_FEWEST = 3
_BARS = "|│║"
_FRAMED = expression(rf"(^|\n)([ \t]*[{_BARS}][ \t]?)([^{_BARS}\n]*)([{_BARS}][ \t]*)(?=\n|\Z)")
_BORDER = expression(r"(?m)^[ \t]*[+┌└├╔╚╠][-=─═]{2,}|(?<![-=─═])[-=─═]{2,}[+┐┘┤╗╝╣][ \t]*$")
_DOUBLE = expression(r"\n([ \t]*)\n")


def unmarked(text: str) -> str:
    """The text, of the same length, without numbers, item marks and blank lines that every line of it has."""
    text = _unframed(_LEADERS.sub(lambda dots: " " * len(dots[0]), text) if "...." in text else text)
    lines = sum(1 for line in text.split("\n") if line.strip())
    if lines < _FEWEST:
        return text
    return _unlisted(_single_spaced(text, lines), lines)


def _unframed(text: str) -> str:
    """The text without the frame that a form drew around it; lines with marks between cells are a table's."""
    if not any(bar in text for bar in _BARS) or len(_FRAMED.findall(text)) < _FEWEST:
        return text
    bare = _FRAMED.sub(lambda line: " " * len(line[2]) + line[1] + line[3] + " " * len(line[4]), text)
    return text if any(bar in bare for bar in _BARS) else _BORDER.sub(lambda edge: " " * len(edge[0]), bare)


def _single_spaced(text: str, lines: int) -> str:
    if len(_DOUBLE.findall(text.strip())) < lines - 1 or "\n\n\n" in text.strip():
        return text
    return _DOUBLE.sub(lambda found: " " + found[1] + "\n", text)


def _unlisted(text: str, lines: int) -> str:
    items = list(_ITEM.finditer(text))
    numbers = list(_NUMBER.finditer(text))
    lines -= len(_EMPTY.findall(text)) if len(numbers) > 1 else 0
    if len(items) >= lines and len({one[2] for one in items}) == 1:
        return _ITEM.sub(_set_back, text)
    if len(numbers) >= lines and _rise([int(one[2]) for one in numbers]):
        return _NUMBER.sub(_set_back, text)
    return text


def _rise(numbers: list[int]) -> bool:
    """Whether numbers count lines from one, of which blank ones may be left out."""
    return numbers[0] == 1 and all(1 <= later - one <= 2 for one, later in pairwise(numbers))


def _set_back(mark: re.Match[str]) -> str:
    """Blanks for a mark, before the line end that it follows."""
    return " " * len(mark[1]) + ("\n" if mark[0][0] == "\n" else "")
