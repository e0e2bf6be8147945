"""Line ends that a program put in where a line was full, told from those that the writer meant.

A line was broken for its width where the first word of the next would not have fitted on it any more. In a note of one
entry a line that is true of the longest lines only; in a note that was broken at a width it is true of every line end
within a paragraph, and many of the lines after it go on in the middle of a sentence.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import is_bullet

_NARROWEST, _USUAL, _WIDEST = 36, 60, 160
_ENOUGH = 2
"""Line ends at the full width, of which some go on in the middle of a sentence."""
_ENOUGH_ALONE = 4
"""As many, where nothing else tells: in a note all in capitals, or without any."""
_HANGS = Lazy(
    r"(?:[,(/&+–>→=-]|\b(?:at|from|to|over|of|and|or|the|a|an|with|w/|via|in|into|by|for|on|per|until|through|was|were|"
    r"is|are|had|has|his|her|their|then|than|no|not|that|which|who|x|Drs?\.|approx\.?|about))\s*\Z",
    re.IGNORECASE,
)
_EVENT_ENDS = Lazy(
    r"\b(?:start(?:ed|s)?|began|begun|stop(?:ped|s)?|end(?:ed|s)?|done|off|up|down|in|out|complet\w+|finish\w*|"
    r"given|gave|"
    r"hung|infused|ran|pushed|IV ?P(?:B|ush)?|IM|SQ|SC|time|once|restarted|resumed|paused|held)\s*\Z",
    re.IGNORECASE,
)
_DOSE_ENDS = Lazy(r"\d(?:[ ]?(?:m[gl]|mcg|g|gm|units?|iu|mEq|L))?\s*\Z", re.IGNORECASE)
_WAY_ENDS = Lazy(r"\b(?:IV|IVP|IVPB|IM|SQ|SC|sub-?[qc]\w*|push|PIV|port|line|L|R|left|right)\s*\Z", re.IGNORECASE)
_CLOSED = Lazy(r"[.!?:;|][)\"'”’\]]*\s*\Z")
_WHEN = Lazy(
    r"[ \t]*[\[(@]?(?:(?:[01]?\d|2[0-4])[:.h]?[0-5]\d(?![\d%]|[ ]?(?:m[gl]|mcg|g|units?|mEq|x)\b)|"
    r"\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\d{4}-\d\d-\d\d)",
    re.IGNORECASE,
)
_AMOUNT = Lazy(
    r"\d[\d,.]*(?:%|[ ]?(?:m[gl]|mcg|g|gm|units?|iu|mEq|L|liters?|cc|minutes?|mins?|hours?|hrs?)\b)", re.IGNORECASE
)
_WAY = Lazy(
    r"(?:IV(?:P|PB)?|IM|SQ|SC|sub-?[qc]\w*|IT|IP|PO|push|slow|bolus|via|piggyback|NS|D5W|LR|saline|in|over|m[gl]|mcg|g|"
    r"units?|minutes?|mins?|hours?|hrs?|[ap]\.?m)\b",
    re.IGNORECASE,
)
_SIDE = Lazy(
    r"(?:L|R|left|right|[LR]UE|[LR]LQ|FA|AC|abd\w*|deltoid|glut\w*|(?:fore|upper )?arm|thigh|hand|wrist|chest|port|"
    r"lower|upper)\b",
    re.IGNORECASE,
)
_NEVER_BEGINS = Lazy(r"(?:at|from|until|through|over|via|into|of)\b")
_LABEL = Lazy(r"[ \t]*[A-Za-z][\w/&()# -]{0,30}:(?=\s|\Z)")
_OPENS = Lazy(r"[ \t]*[\[{<#=~☐☑☒✓✔•]")
_APART = Lazy(r"\t|\||(?<![.:?!]) {2,}(?=\S)| {3,}(?=\S)|(?:,[^,\s][^,]*){4}")
_CLOCK = r"(?:[01]?\d|2[0-4])[:.]?[0-5]\d(?:[ ]?[ap]\.?m?\.?)?(?:[ ]?h(?:rs?)?)?"
_ONLY_A_RANGE = expression(
    rf"\n(?=([ \t]{{2,}})(?:(?:from|ran|time:?|infused)[ ])?{_CLOCK}[ ]?(?:-|–|—|to|until|till|thru|"
    rf"through)[ ]?{_CLOCK}[ \t.]*(?:\n|\Z))",
    re.IGNORECASE,
)
"""A line set in that holds nothing but a range of times goes on with the line above."""
_HEAD_WORD = expression(r"[A-Za-z]+:?[ ]{2,}")
_ANY_CLOCK = Lazy(rf"(?<![\d/.,-]){_CLOCK}(?![\d/%]|[ ]?(?:m[gl]|mcg|g|gm|units?|iu|mEq|L|NS|cc|x)\b)", re.IGNORECASE)
_SENTENCES = expression(r"[.!?] [A-Z][a-z]")
_RULE = expression(r"\W*")


class _Break(NamedTuple):
    """A line end between two lines of prose: where it stands, and what stands before and after it."""

    place: int
    before: str
    after: str

    @property
    def fitting(self) -> int:
        """How long the line would have become with the next word."""
        return len(self.before) + 1 + len(self.after.split(None, 1)[0])


def unwrapped(text: str) -> str:
    """The text, of the same length, with a blank for each line end that only its width had put in."""
    if "\n" not in text:
        return text
    text = _ONLY_A_RANGE.sub(_with_its_range, text)
    breaks = _breaks(text)
    width = max((len(one.before) for one in breaks), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return text
    joined = [one.place for one in _Note(text, breaks, width).put_in()]
    if not joined:
        return text
    parts = list(text)
    for place in joined:
        parts[place] = " "
    return "".join(parts)


def _with_its_range(found: re.Match[str]) -> str:
    """A blank for the line end before a lone range, where the line above is set in less and has words, and no time."""
    first = found.string.rfind("\n", 0, found.start()) + 1
    above = found.string[first : found.start()]
    words = _HEAD_WORD.sub("", above.strip())
    set_in = len(above) - len(above.lstrip()) < len(found[1])
    goes_on = words and set_in and _APART.search(words) is None and _ANY_CLOCK.search(words) is None
    return " " if goes_on else found[0]


def _breaks(text: str) -> list[_Break]:
    """The line ends between two lines of prose, of which neither is a row, a heading's rule or blank."""
    found: list[_Break] = []
    place, before, prose = 0, "", False
    for line in text.split("\n"):
        is_prose = _RULE.fullmatch(line) is None and _APART.search(line.strip()) is None
        if prose and is_prose:
            found.append(_Break(place - 1, before.rstrip(), line))
        place += len(line) + 1
        before, prose = line, is_prose
    return found


class _Note:
    """What the line ends of one note tell together."""

    def __init__(self, text: str, breaks: list[_Break], width: int) -> None:
        self.full = [one for one in breaks if one.fitting > width]
        self.short = [one for one in breaks if one.fitting <= width]
        self.stamped = self._has_stamps(text)
        small = sum(one.after[:1].islower() for one in self.short)
        # A small letter at the beginning of a line tells something where entries begin with capitals.
        self.telling = small * 2 < len(self.short) if self.short else _SENTENCES.search(text) is not None
        self.alone = width >= _USUAL and len(self.full) > len(self.short)

    def _has_stamps(self, text: str) -> bool:
        """Whether entries begin with a time: lines that no width had parted from the line above, or most of all."""
        rows = [line for line in text.split("\n") if line.strip()]
        led = sum(_WHEN.match(line) is not None for line in rows[1:])
        parted = sum(_WHEN.match(one.after) is not None for one in self.full)
        return led - parted >= _ENOUGH or led * 2 > len(rows)

    def put_in(self) -> list[_Break]:
        """The line ends that only the width put in."""
        everywhere = self._is_wrapped()
        return [one for one in self.full if self._goes_on(one) or self._is_full(one, everywhere)] + [
            one for one in self.short if _EVENT_ENDS.search(one.before) and _NEVER_BEGINS.match(one.after)
        ]

    def _is_full(self, one: _Break, everywhere: bool) -> bool:
        return (everywhere or (self.alone and self._small(one))) and not self._begins_anew(one)

    def _is_wrapped(self) -> bool:
        """Whether the full lines were broken at the note's width, all of them."""
        going_on = [one for one in self.full if self._goes_on(one) or self._small(one)]
        if len(self.full) >= _ENOUGH and len(going_on) * 3 >= len(self.full):
            return True
        open_ends = sum(_CLOSED.search(one.before) is None for one in self.short)
        return len(self.full) >= _ENOUGH_ALONE and len(self.full) >= 3 * open_ends

    def _small(self, one: _Break) -> bool:
        return self.telling and one.after.lstrip()[:1].islower()

    def _goes_on(self, one: _Break) -> bool:
        """Whether a line ends, or the next begins, in the middle of something."""
        if _is_item(one.after) or _CLOSED.search(one.before):
            return False
        if _WHEN.match(one.after):
            return self._goes_on_with_time(one)
        if _AMOUNT.match(one.after):
            return True
        if _DOSE_ENDS.search(one.before):
            return _WAY.match(one.after) is not None
        return _HANGS.search(one.before) is not None or bool(_WAY_ENDS.search(one.before) and _SIDE.match(one.after))

    def _goes_on_with_time(self, one: _Break) -> bool:
        told = _EVENT_ENDS.search(one.before) is not None
        if _WHEN.match(one.before):
            return told and not self.stamped and len(self.full) > _ENOUGH
        return told or not self.stamped

    def _begins_anew(self, one: _Break) -> bool:
        """Whether a new entry begins after a line that happens to be full."""
        if _is_item(one.after):
            return True
        if self.stamped and (_WHEN.match(one.after) or (_CLOSED.search(one.before) and one.after[:1].isupper())):
            return True
        label = _LABEL.match(one.after)
        return label is not None and (label[0].strip()[0].isupper() or any(map(str.isdigit, label[0])))


def _is_item(line: str) -> bool:
    """Whether a line is an item of a list, a marked heading, or set in without going on in a sentence."""
    return is_bullet(line) or bool(_OPENS.match(line)) or (line[:1] in " \t" and not line.lstrip()[:1].islower())
