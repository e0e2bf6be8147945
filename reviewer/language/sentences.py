"""Where a note's lines and sentences begin and end.

A line end ends a sentence unless the next line plainly goes on with it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy

LINE_HEADING = Lazy(r"[ \t>*#=_\-•]*([A-Za-z][A-Za-z0-9/&,()'’ .\-]{1,60}?)[ \t*_=]*(:|$|[-–—] )")
_LONE_CLOCK = Lazy(r"[(@]?[ ]?(?:[01]?\d|2[0-4]):?[0-5]\d[ ]?(?:[ap]m?|h(?:rs)?)?[).]?", re.IGNORECASE)
_SPACED = Lazy(r"\S[ ]{2,}\S")
STAMP = Lazy(
    r"[ \t]*+(?:[-*•>][ \t]*+)?[\[(@]?[ \t]*+(?:\d{1,2}[/\-]\d{1,2}(?:[/\-]\d{2,4})?[ ,@]+)?"
    r"(?:[01]?\d|2[0-4])[:;.h]?[0-5]\d[ ]?(?:[ap]\.?m?\.?\b)?(?![\d/]|[ ]*(?:m[gl]|mcg|units?|cc|g|%)\b)",
    re.IGNORECASE,
)
_ABBREVIATION = Lazy(
    r"(?:(?<!-)\b(?:dr|drs|mr|mrs|ms|st|vs|approx|sep|no|pt|pts|inj|amt|hr|hrs|min|mins|q|e\.g|i\.e|resp|temp|wt|ht"
    r"|dx|tx|hx|"
    r"a\.m|p\.m|a|p|sub|jr|sr|prof|dept|est|vol|sol|incl|resp|dtr)|(?<!-)\b[A-Z])\Z",
    re.IGNORECASE,
)
_ANSWER = Lazy(r"(?<!by)(?<!nurse)(?<!patient)(?<!per)(?<=[a-z\d)])[ ][YN]\Z")
_SURNAME = Lazy(r"[ ]+[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?,? (?:RN|LPN|LVN|MD|DO|NP|PA|MA|PharmD|APRN)\b")
_AMOUNT = Lazy(
    r"(?:\d[ ]?|/|\bq[ ]?)(?:hrs?|h|mins?|[ap](?:\.m)?)\Z|(?<!\b1[4-9])(?<!\b2[0-7])(?<=\d)[ ]?[gl]\Z", re.IGNORECASE
)
"""Hours, grams or litres, whose letter is no initial ("vancomycin 1 g. Infusion started"), unless it is a gauge."""
_ON = Lazy(r"\b(?:on|in|up|hung)[ ]?[:@=]?[ ]?(?:at )?\d{1,2}:?\d\d(?:[ ]?[ap]\.?m?\.?|[ ]?hrs?)?\.?\Z", re.IGNORECASE)
_OFF = Lazy(r"[ ](?:time )?(?:off|out|down)[ ]?[:@=]?[ ]?(?:at )?\d{1,2}:?\d\d(?!\d)", re.IGNORECASE)
"""An end told as its start was: "In: 2:15 pm. Out: 2:32 pm."."""
_IN_BRACKETS = Lazy(r"[ap]\.m\.\) (?-i:[a-z])", re.IGNORECASE)
"""A time of day that ends what brackets hold, in a sentence that goes on: "(9:00 a.m. to 9:20 a.m.) and"."""
# What is looked behind for comes after the first character, which `re` then finds fast.
END = Lazy(
    r"[.!?/;](?:(?<=[.!?])(?<![ .].)[.!?]*[)\"'”’]*(?=\s|\Z)(?!(?<=\.\.)\s+[a-z])|(?<= /)/(?= )"
    r"|(?<=;)(?=[ ]+(?:at |At |@ ?)?(?:[01]?\d|2[0-4]):?[0-5]\d[ ,][^;.\d\n]{0,80}[ ,](?:stopped|paused|(?:shut"
    r"|turned) off|"
    r"discontinued|d/c'd|restarted|resumed)\b(?![^;.\n]*\d)))"
)
"""The last way: an entry of its own in the sentence before, led by its time ("; at 0936 back pain, stopped")."""
_END_BESIDE = Lazy(
    rf"{END.pattern}|(?<! )[ ]{{3,}}+(?=(?:[01]?\d|2[0-4]):?[0-5]\d[ ]+(?!(?i:h(?:rs?|ours)?|[ap]m|done|off|in|to|"
    r"complete\w*|stop\w*|end\w*|finish\w*|m[gl]|mcg|units?|cc|g)\b)[A-Za-z]{3})"
)
_HANGING = Lazy(
    r"(?:\b(?:at|from|to|over|of|and|the|a|an|with|via|in|by|for|on|until|through|was|were|is|then)|,)\s*\Z"
)
_LONGEST_HANGING = len("through")
_BULLET = Lazy(r"[ \t]*(?:[-*•>☐☑✓]|\d{1,2}[.)]|[a-h][.)]|\[[ xX]?\])[ \t]+")
_SAME_ENTRY = Lazy(
    r" +(?:(?:slow|syringe|hand|iv|by|via) ){0,3}(?:spiked|hung|up|on|start(?:ed)?|empt(?:y|ied)|dry|down|off|done|"
    r"stop(?:ped)?|completed?|infused|ran|push(?:ed)?|ivpb?|ivp|over)\b",
    re.IGNORECASE,
)
_LED = Lazy(r"(?:[.;!?] |\n|\A)[ ]*(?:(?:at|by|around|about) )?\d{1,2}(?::\d\d)? [ap]\.m\.\Z", re.IGNORECASE)
"""The time that leads an entry or a sentence: what follows is what it tells of."""
_SHOUTED_ON = Lazy(
    r"(?<=[AP]\.M\.) (?:AND|TO|UNTIL|TILL|THROUGH|THRU|WITH|IN|VIA|BY|OVER|FOR|WAS|WERE|AS|ON|INTO|AFTER|BEFORE|"
    r"THEN|WHEN|BUT)\b"
)
_CAPITAL = expression(r"(?:\A|[.!?\n] ?)[A-Z][a-z]+ [a-z]")
_SMALL_ON = Lazy(
    r" (?:(?:and|or|to|until|till|through|thru|with|in|via|by|over|for|was|were|is|as|on|into|after|then|when|but|from"
    r"|while|because|due|per|without|which|who|during|where|given|infused|iv|ivp|ivpb|push|also)\b|at (?!\d))"
)
_NAMED_BY_NUMBER = Lazy(
    r"\s+(?:\d-?[A-Z]{2}|[0-2]\d:?[0-5]\d[ ](?!(?i:m[gl]|mcg|units?|hrs?|and|until|[ap]m|given|done)\b)[A-Za-z]{3})"
)
_LABEL = Lazy(r"[a-z]+ ?#?\d{0,2}:\s|[a-z]{1,6}[A-Z]{2,}")  # "dose: ", or a name in tall letters ("inFLIXimab")
_COLUMNS = Lazy(r"\S {3,}\S[^\n]*?\S {3,}\S")
_RULE = Lazy(r"[ \t]*[-=_*+~]{4,}[ \t]*")
_LONGEST = 2_000
"""Characters of a sentence; what depends on a sentence as a whole stays bounded."""


class Span(NamedTuple):
    """text[start:end]."""

    start: int
    end: int


def lines(text: str) -> tuple[Span, ...]:
    """Every line without its line end, blank ones too."""
    found, start = [], 0
    for line in text.split("\n"):
        found.append(Span(start, start + len(line)))
        start += len(line) + 1
    return tuple(found)


def is_bullet(line: str) -> bool:
    """Whether a line is an item of a list."""
    return bool(_BULLET.match(line))


def is_row(line: str) -> bool:
    """Whether marks part a line into cells."""
    return line.count("|") >= 2 or line.count("\t") >= 2


@lru_cache(maxsize=16)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a note. A line end ends a sentence unless the next line plainly goes on with it."""
    found: list[Span] = []
    start = 0
    all_lines = lines(text)
    for number, line in enumerate(all_lines):
        for stop in _ends(text, line):
            if stop > start:
                _add(found, text, start, stop)
                start = stop
        following = all_lines[number + 1] if number + 1 < len(all_lines) else None
        if following is None or not goes_on(text[line.start : line.end], text[following.start : following.end]):
            _add(found, text, start, line.end)
            start = line.end + 1
    return tuple(found)


def _ends(text: str, line: Span) -> Iterator[int]:
    """Where sentences end within a line; a second entry with a time of its own beside the first is one too."""
    beside = STAMP.match(text, line.start, line.end) is not None
    for stop in (_END_BESIDE if beside else END).finditer(text, line.start, line.end):
        if stop[0].isspace() or really_ends(text, stop):
            yield stop.end()


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    body = piece.strip()
    if body:
        begin = start + len(piece) - len(piece.lstrip())
        if found and _LONE_CLOCK.fullmatch(body) and "\n" not in text[found[-1].end : begin]:
            found[-1] = Span(found[-1].start, begin + len(body))
            return
        found.extend(_bounded(text, begin, begin + len(body)))


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    """A sentence; one that hardly ends (a pasted list, no prose) in stretches, parted at a comma or a blank."""
    while end - start > _LONGEST:
        last, half = start + _LONGEST, start + _LONGEST // 2
        cut = max(text.rfind(mark, half, last) for mark in (", ", "; ", "| ")) + 1
        cut = cut or text.rfind(" ", half, last) + 1 or last
        yield Span(start, cut)
        start = cut + len(text[cut:last]) - len(text[cut:last].lstrip())
    yield Span(start, end)


def really_ends(text: str, stop: re.Match[str]) -> bool:
    """Whether a match of `END` ends a sentence, and is no abbreviation's point."""
    if stop[0] == "//":
        return not _SAME_ENTRY.match(text, stop.end())
    last = text[stop.start() - 1 : stop.start()]  # what some of the expressions want before the point
    if last in "mM" and _IN_BRACKETS.match(text, max(0, stop.start() - 3), stop.end() + 4):
        return False
    if _OFF.match(text, stop.end()) and _ON.search(text, max(0, stop.start() - 24), stop.end()):
        return False
    if stop[0] != "." or stop.end() >= len(text):
        return True
    following = text[stop.end() : stop.end() + 4].lstrip()[:1]
    if last in "mM" and (
        _SHOUTED_ON.match(text, stop.end()) or _LED.search(text, max(0, stop.start() - 24), stop.end())
    ):
        return False
    anew = following.isupper() or _NAMED_BY_NUMBER.match(text, stop.end()) or _begins_small(text, stop)
    if anew and _AMOUNT.search(text, max(0, stop.start() - 8), stop.start()):
        return True
    answered = last in "YN" and _ANSWER.search(text, max(0, stop.start() - 12), stop.start())
    if answered and not _SURNAME.match(text, stop.end()):
        return True
    return not (last.isalpha() and _ABBREVIATION.search(text, max(0, stop.start() - 8), stop.start())) or (
        following == "\n" or text[stop.end() : stop.end() + 1] == "\n"
    )


def _begins_small(text: str, stop: re.Match[str]) -> bool:
    """Whether a sentence begins behind a stop in a note that writes no capitals ("at 10:22 a.m. before she left")."""
    if not text[stop.end() + 1 : stop.end() + 2].islower() or not _in_small_letters(text):
        return False
    return _SMALL_ON.match(text, stop.end()) is None


@lru_cache(maxsize=16)
def _in_small_letters(text: str) -> bool:
    """Whether no sentence of a note begins with a capital."""
    return _CAPITAL.search(text) is None


def goes_on(line: str, following: str) -> bool:
    """Whether the next line plainly goes on with the sentence at the end of this one."""
    if not following.strip() or not line.strip() or is_row(line) or is_row(following):
        return False
    if line.split()[0] == following.split()[0] or (_is_spaced(line) and _is_spaced(following)):
        return False
    if _has_columns(line) or _has_columns(following) or _RULE.fullmatch(following):
        return False
    if len(line) > 30 and _HANGING.search(line, max(0, len(line.rstrip()) - _LONGEST_HANGING)):
        return not is_bullet(following) and not (STAMP.match(line) and STAMP.match(following))
    if line.rstrip()[-1] in ".!?:;|" or is_bullet(following) or following[:1] in " \t":
        return False
    if len(line) >= 60 and following[:1].islower():
        return _LABEL.match(following) is None
    return len(line) >= 72 and not STAMP.match(following) and LINE_HEADING.match(following) is None


def _is_spaced(line: str) -> bool:
    plain = line.strip()
    return "  " in plain and _SPACED.search(plain) is not None


def _has_columns(line: str) -> bool:
    return "   " in line and _COLUMNS.search(line) is not None


def sentence_at(text: str, place: int) -> Span:
    """The sentence that text[place] stands in; the rest of its line when it stands in none."""
    known = sentences(text)
    index = bisect_right(known, place, key=lambda span: span.start) - 1
    if index >= 0 and place < known[index].end:
        return known[index]
    end = text.find("\n", place)
    return Span(place, len(text) if end < 0 else end)


_ENDS_OPEN = Lazy(r"(?:,|&|\+|/|\b(?:and|with|of|then|gave|given|hung|started))[ \t]*\Z", re.IGNORECASE)


def ends_open(text: str, start: int, end: int) -> bool:
    """Whether the line text[start:end] ends in a word or mark that the next line has to go on with."""
    return bool(_ENDS_OPEN.search(text, start, end))
