"""Entries of a log whose line ends were lost: each begins with its time, so each can have its line again.

"Port. 0930 carboplatin 450 mg IVPB started 1032 carboplatin complete 1040 home": a time before all doses and words
behind the last time tell that times lead, and do not end, what they are the times of. The text keeps its length.
"""

from __future__ import annotations

import re

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy

_LONG = 120
_FEWEST = 4
"""Times that lead an entry, at least, in a line of a log."""
_CLOCK = r"(?:(?:[01]\d|2[0-3])[0-5]\d|(?:[01]?\d|2[0-3])[:.][0-5]\d)(?:[ ]?[ap]\.?(?:m\b\.?)?)?(?:[ ]?h(?:rs?)?\b)?"
_TIME = Lazy(
    rf"(?<=[ ])(?:\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?[ ])?[\[(]?{_CLOCK}[\])]?(?![\d/%+-]|[.:,]\d|[ ]?(?:-|–|to)[ ]?\d|"
    r"[ ]?(?:m[gl]|mcg|g|gm|units?|iu|mEq|cc|x|hours?|min)\b)",
    re.IGNORECASE,
)
_BEFORE = Lazy(
    r"(?:\b(?:at|from|to|till?|until|by|between|and|thr(?:ough|u)|about|around|of|since|before|after|for|approx\.?|time|on"
    r"|was|is)|[@~=<>/(,+–-]|[:](?<!\d:))[ ]*\Z",
    re.IGNORECASE,
)
_DOSE = expression(r"\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?|mL|mEq|L)\b", re.IGNORECASE)
_ENTRY = expression(r"[ ]*[-–:|]*[ ]*[A-Za-z]{2}")


def parted(text: str) -> str:
    """The text, of the same length, with a line end before each entry of such a line."""
    if len(text) < _LONG:
        return text
    return "\n".join(_parted(line) if len(line) >= _LONG else line for line in text.split("\n"))


def _parted(line: str) -> str:
    times = list(_TIME.finditer(line))
    leading = [
        one.start() for one in times if _ENTRY.match(line, one.end()) and not _BEFORE.search(line, 0, one.start())
    ]
    if len(leading) < _FEWEST or len(leading) * 4 < len(times) * 3 or _DOSE.search(line, 0, leading[0]):
        return line
    if times[-1].start() != leading[-1]:
        return line
    return "".join("\n" if place + 1 in leading else letter for place, letter in enumerate(line))
