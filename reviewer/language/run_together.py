"""Entries of a log or list whose line ends were lost: what each begins with tells where a line ended.

"Port. 0930 carboplatin 450 mg IVPB started 1032 carboplatin complete 1040 home": a time before all doses and words
behind most times tell that times lead, and do not end, what they are the times of. Numbers, marks and labels that begin
every entry tell it as well. The text keeps its length.
"""

from __future__ import annotations

import re

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy

_LONG = 120
_FEWEST = 4
"""Times that lead an entry, at least, in a line of a log."""
_CLOCK = (
    r"(?:(?:[01]\d|2[0-4])[0-5]\d|(?:[01]?\d|2[0-4])[:.][0-5]\d)(?:[ ]?[ap]\.?m\b\.?|[ap]\b\.?)?(?:[ ]?h(?:rs?)?\b)?"
)
_TIME = Lazy(
    rf"(?<=[ ])(?:\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?[ ])?[\[(]?{_CLOCK}(?:[ ]?[-–][ ]?{_CLOCK})?[\])]?"
    r"(?![\d/%+-]|[.:,]\d|[ ]?(?:-|–|to)[ ]?\d|[ ]?(?-i:m[gl]|mL|mcg|g|gm|units?|iu|mEq|cc|x|hours?|min)\b)",
    re.IGNORECASE,
)
_BEFORE = Lazy(
    r"(?:\b(?:at|from|to|till?|until|by|between|and|thr(?:ough|u)|about|around|of|since|before|after|for|approx\.?|time"
    r"|(?<!ed )on|was|is|tomorrow)|[@~=<>/(,;+]|\d[ ]?[–-]|:(?<!\d:))[ ]*\Z",
    re.IGNORECASE,
)
_INITIALS = Lazy(r"[/|,;–-][ ]*([A-Za-z]{2,3})[ ]*\Z")
_STEP = Lazy(r"(?:->|=>|→|>)[ ]*\Z")
"""What leads to the next step of a ladder, whose time neither begins nor ends an entry."""
_DOSE = expression(r"\d[\d,.]*[ ]?(?:mg|mcg|units?|mEq)\b", re.IGNORECASE)
_ENTRY = expression(r"[ ]*[-–:|]*[ ]*(?:[A-Za-z][\w .&/-]|\d[\d,.]*[ ]?(?:mg|mL|g|L|units?|hr|hour|h|min)\b)")
_NUMBER = expression(
    r"(?<=[ ])(?P<of>#|bag[ ]|line[ ]|card[ ]|item[ ]|iv[ ])?(?P<number>\d)(?P<mark>[.):]|[ ]{2})[ ]*(?=[A-Za-z])",
    re.IGNORECASE,
)
_ENDED = Lazy(
    r"\b(?:IVP|push(?:ed)?|IVPB|IV|IM|SQ|SC|PO|start(?:ed|s)?|stop(?:ped|s)?|hung|given|infused|done|on|off|up|down|in|out|"
    r"end(?:ed|s)?|completed?|finished|began|begun|running|ran)[ ,.]*\Z",
    re.IGNORECASE,
)
_MARK = expression(r"(?<=[ ])([*•~])[ ](?=\S)")
_LABEL = expression(r"(?<=[ ])(?:drug|medication|med|what|medicine)[ ]?:[ ]", re.IGNORECASE)


def parted(text: str) -> str:
    """The text, of the same length, with a line end before each entry of such a line."""
    if len(text) < _LONG:
        return text
    return "\n".join(_parted(line) if len(line) >= _LONG else line for line in text.split("\n"))


def _parted(line: str) -> str:
    lines = _cut(line, _marked(line)).split("\n")
    return "\n".join(_cut(one, _led_by_times(one) or _numbered(one)) if len(one) >= _LONG else one for one in lines)


def _cut(line: str, heads: set[int]) -> str:
    return "".join("\n" if place + 1 in heads else letter for place, letter in enumerate(line)) if heads else line


def _led_by_times(line: str) -> set[int]:
    times = [one for one in _TIME.finditer(line) if not _STEP.search(line, 0, one.start())]
    leading = [one.start() for one in times if _leads(line, one)] or _behind_initials(line, times)
    if len(leading) < _FEWEST or len(leading) * 4 < len(times) * 3:
        return set()
    headed = line.rfind(" // ", 0, leading[0]) + 1  # behind a heading, whose doses are of no time
    if _DOSE.search(line, headed, leading[0]) or _ENDED.search(line, 0, leading[0]):
        return set()
    return set(leading)


def _behind_initials(line: str, times: list[re.Match[str]]) -> list[int]:
    """The times that part entries which are each signed alike ("0910 / labs ok / jb 0918 / port accessed / jb")."""
    signed = [found[1] for one in times[1:] if (found := _INITIALS.search(line, 0, one.start()))]
    alike = len(signed) >= _FEWEST - 1 and len(signed) == len(times) - 1 and len(set(signed)) == 1
    return [one.start() for one in times] if alike else []


def _leads(line: str, time: re.Match[str]) -> bool:
    """Whether words stand behind it, and before it none that it belongs to; a full stop behind it ends a sentence."""
    ended = time[0].endswith(".") and not time[0].lower().endswith(".m.")
    return not ended and bool(_ENTRY.match(line, time.end())) and not _BEFORE.search(line, 0, time.start())


def _numbered(line: str) -> set[int]:
    """Where numbers from one on begin entries, two at least, each written like the first."""
    heads: list[int] = []
    like = None
    for found in _NUMBER.finditer(line):
        written = ((found["of"] or "").lower(), found["mark"])
        if not found["of"] and not found["mark"].strip():
            continue
        if int(found["number"]) == len(heads) + 1 and like in (None, written):
            like = written
            heads.append(found.start())
    return set(heads) if len(heads) > 1 else set()


def _marked(line: str) -> set[int]:
    """Where an item mark, or the label of the drug, begins entries."""
    for form, fewest in ((_MARK, _FEWEST), (_LABEL, 2)):
        heads = {found.start() for found in form.finditer(line)}
        if len(heads) >= fewest:
            return heads
    return set()
