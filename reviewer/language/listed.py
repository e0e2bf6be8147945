"""Tables whose columns a program or a hand has parted by commas or semicolons: bars instead, as every table has them.

Only where headings, labels or cells that hold nothing but a time or a way say that it is a table; prose has commas as
well. The text keeps its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from reviewer.language.columns import TIMES, ColumnKind, column_kind
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy

_MARKS = (";", ",")
_FEWEST = 3
"""Columns of a table; of fewer, a list in a sentence may look like headings."""
_LONGEST = 30
_MOST_SPARE = 3
"""Marks within the cells of a row, above those between them."""
_PLAIN_WORDS = expression(r"\s*[A-Za-z#][\w ./#()&-]*\s*\Z")
_THOUSANDS = expression(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?![\d,])")
_TIMED = Lazy(
    r"\s*(?:(?:\d{1,4}[/-]\d{1,2}(?:[/-]\d{1,4})?)[ T])?(?:[01]?\d|2[0-4])[:.h]?[0-5]\d(?::\d\d)?\s*"
    r"(?:[ap]\.?m?\.?|h(?:rs?)?)?"
    r"(?:\s*(?:-|–|to)\s*(?:[01]?\d|2[0-4])[:.h]?[0-5]\d\s*(?:[ap]\.?m?\.?)?)?\s*\Z",
    re.IGNORECASE,
)
_EVENT_TIME = Lazy(
    r"\s*(?:(?:on|off|up|down|start(?:ed)?|stop(?:ped)?|beg[au]n|end(?:ed)?|hung|done|in|out):? )?"
    r"(?:[01]?\d|2[0-4]):?[0-5]\d\s*(?:[ap]\.?m?\.?|h(?:rs?)?)?\s*\Z",
    re.IGNORECASE,
)
_TIME_FIRST = Lazy(r"\s*(?:[01]?\d|2[0-4]):?[0-5]\d\s*[,;]")
_EVENT = Lazy(
    r"\s*(?:start(?:ed)?|stop(?:ped)?|end(?:ed)?|begun|new bag|completed?|finished|given)\s*\Z", re.IGNORECASE
)
_WAY = Lazy(r"\s*(?:IV(?: ?P(?:B|ush)?| infusion)?|IVPB|IVP|piggyback|push|infusion)\s*\Z", re.IGNORECASE)
_AMOUNT = expression(r"\d ?(?:mg|mcg|g|units?|mL|mEq|L)\b")
_LABELLED = Lazy(
    r"\s*(?:admin(?:istered)?(?: date| time)?|action|performed|dose|rate|route|site|status|volume|time|start|stop|line)"
    r":? \S",
    re.IGNORECASE,
)
_ACTION = Lazy(r"\b(?:action|status):? ", re.IGNORECASE)
_ALONE = 4
_SHORT = 6
_EMPTY = expression(r"[\s\-–—.*_/]*\Z")
_RULE = expression(r"[\s,;:+=_|-]*--[\s,;:+=_|-]*\Z")


def with_bars(text: str) -> str:
    """The text, of the same length, with bars between the cells of such tables."""
    if "," not in text and ";" not in text:
        return text
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        mark, kinds = _headings(lines[number])
        rows = list(_rows(lines, number + 1, mark, kinds)) if mark else []
        lines[number] = lines[number].replace(mark, "|") if rows else _alone(lines[number])
        for at, line in rows:
            lines[at] = line
        number = rows[-1][0] + 1 if rows else number + 1
    return "\n".join(_led_by_times(lines))


def _led_by_times(lines: list[str]) -> list[str]:
    """Lines that each begin with a time, with bars where some of their cells hold nothing but a beginning or an end."""
    for mark in _MARKS:
        led = [number for number, line in enumerate(lines) if _TIME_FIRST.match(line) and line.count(mark) > 1]
        events = [n for n in led if any(map(_EVENT.match, lines[n].split(mark)[1:]))]
        if len(events) > 1:
            return [line.replace(mark, "|") if number in led else line for number, line in enumerate(lines)]
    return lines


def _alone(line: str) -> str:
    """A line that is a row by itself: all its cells have labels, or some hold nothing but a time and others a way."""
    for mark in _MARKS:
        if mark not in line or "|" in line:
            continue
        cells = line.split(mark)
        if len(cells) >= _ALONE:
            timed = len([cell for cell in cells[1:] if _EVENT_TIME.match(cell)])
            way = any(_WAY.match(cell) for cell in cells[1:])
            short = all(len(cell.split()) <= _SHORT for cell in cells)
            if short and _AMOUNT.search(f"{cells[0]} {cells[1]}") and (timed > 1 or (timed and way)):
                return line.replace(mark, "|")
        if len(cells) > 1 and all(_LABELLED.match(cell) for cell in cells) and _ACTION.search(line):
            return line.replace(mark, "|")
    return line


def _headings(line: str) -> tuple[str, list[ColumnKind | None]]:
    """What parts a line of headings, and what stands under each; "" where it is none."""
    for mark in _MARKS:
        words = line.split(mark)
        if len(words) < _FEWEST or "|" in line or any(len(word) > _LONGEST for word in words):
            continue
        if not all(_PLAIN_WORDS.match(word) for word in words if word.strip()):
            continue
        kinds = [column_kind(word.strip()) for word in words]
        known = [kind for kind in kinds if kind]
        said = [word for word in words if word.strip()]
        if len(known) >= _FEWEST and len(known) * 2 >= len(said) and set(known) & {"drug", "status", *TIMES}:
            return mark, kinds
    return "", []


def _rows(lines: list[str], first: int, mark: str, kinds: list[ColumnKind | None]) -> Iterator[tuple[int, str]]:
    """The lines under the headings that have as many cells, with bars between them; one line between may be another."""
    missed = 0
    for number in range(first, len(lines)):
        line = lines[number]
        row = line.replace(mark, "|") if _RULE.match(line) and mark in line else _row(line, mark, kinds)
        if row is None:
            missed += 1
            if missed > 1 or not line.strip():
                return
            continue
        missed = 0
        yield number, row


def _row(line: str, mark: str, kinds: list[ColumnKind | None]) -> str | None:
    within = [found.span() for found in _THOUSANDS.finditer(line)] if mark == "," else []
    places = [
        found.start()
        for found in re.finditer(re.escape(mark), line)
        if not any(start < found.start() < end for start, end in within)
    ]
    if not len(kinds) - 1 <= len(places) < len(kinds) + _MOST_SPARE:
        return None
    fitting = (cuts for cuts in combinations(places, len(kinds) - 1) if _fits(line, cuts, kinds))
    cuts = next(fitting, None)
    if cuts is None:
        return None
    return "".join("|" if place in cuts else letter for place, letter in enumerate(line))


def _fits(line: str, cuts: tuple[int, ...], kinds: list[ColumnKind | None]) -> bool:
    """Whether under each heading of a time stands one, or nothing, and something stands somewhere."""
    starts, ends = (0, *(cut + 1 for cut in cuts)), (*cuts, len(line))
    cells = [line[start:end] for start, end in zip(starts, ends, strict=True)]
    timed = [cell for cell, kind in zip(cells, kinds, strict=True) if kind in TIMES]
    return all(_TIMED.match(cell) or _EMPTY.match(cell) for cell in timed) and any(cell.strip() for cell in cells)
