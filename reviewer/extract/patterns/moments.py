"""What the clock times of a fragment tell: a start, a stop, a pause, or nothing about a drug."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from reviewer.extract.patterns.events import SYMPTOM, EventKind, EventWord
from reviewer.extract.patterns.page import Page, within
from reviewer.language.begin_end import may_end
from reviewer.language.clock import FoundClock
from reviewer.language.companions import is_to_come
from reviewer.language.ends import told_in
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy

Role = Literal["start", "stop", "range", "pause", "resume", "bare", "going", "other"]

_ROLE: dict[EventKind, Role] = {
    "start": "start",
    "give": "start",
    "run": "start",
    "stop": "stop",
    "pause": "pause",
    "resume": "resume",
    "monitor": "going",
    "other": "other",
}
_BEGUN: tuple[Role, ...] = ("start", "bare")
_PLAIN: tuple[EventKind, ...] = ("start", "resume", "stop", "pause")
_WAYS: tuple[EventKind, ...] = ("give", "run")
_UP_TO = expression(r"\b(?:to|through|thru|until|till|til)[ \t]*(?:@|at)?[ \t]*$", re.IGNORECASE)
_UNTIL_SOMEONE = Lazy(
    r"\b(?:until|till?)[ ](?:he|she|they|it|the patient|the pt|patient|pt)\b[^,;.\d]{0,60}\b(?:at|by)[ ]*\Z",
    re.IGNORECASE,
)
"""What ran until somebody did something ended when that was: "runs until she leaves at 16:05"."""
_WHOSE = expression(r"\b(?:her|his|the|a|their|my|regularly)[ ]\Z", re.IGNORECASE)
_FOR = expression(r"\bfor[ \t]+(?:[\w/-]+[ \t]+){0,2}$", re.IGNORECASE)
_TREATED = expression(
    r"(?: and \w+)? (?:was|were|is|being|been)? ?(?:then )?(?:treated|managed|controlled|relieved|addressed|medicated)"
    r" (?:with|by)\b",
    re.IGNORECASE,
)
_STOPPED_FROM = Lazy(r"\bstopped (?:from|between) *\Z", re.IGNORECASE)
_OUT = expression(r"[ \t,;/]*(?:and[ \t]+)?out[ \t]*(?:at|@)?[ \t]*[\d@]", re.IGNORECASE)
_OUT_BEFORE = expression(r"\d[ \t,;/]*(?:and[ \t]+)?out[ \t]*(?:at|@)?[ \t]*$", re.IGNORECASE)
_BY = expression(r"\b(?:by|in at|in by)[ \t]*$", re.IGNORECASE)
_RIGHT_BEFORE = expression(
    r"[ :=@-]*(?:\b(?:at|by|@|about|around|approx(?:imately|\.)?|time)\b[ :=@]*){0,2}", re.IGNORECASE
)
_SET_APART = expression(r"[,;/&()\[\]|–—-]|\b(?:and|then|but)\b", re.IGNORECASE)
_SHOT = expression(r"\b(?:iv[ ]?push|ivp|push|im|sq|sc|sub-?q|sub-?cut\w*)\b", re.IGNORECASE)
_FROM = expression(r"\b(?:from|since)[ \t]*(?:@|at)?[ \t]*$", re.IGNORECASE)


class Moment(NamedTuple):
    """A time, or a pair, at text[start:end] and what it tells."""

    start: int
    end: int
    role: Role
    first: FoundClock
    second: FoundClock | None


def moments(page: Page, start: int, end: int) -> list[Moment]:
    """The times between two places, each judged by the event word that governs it."""
    found: list[Moment] = []
    words = [word for word in within(page.events, start, end) if not _is_reason(page.text, word)]
    clocks = [clock for clock in within(page.clocks, start, end) if not _is_amount(page, clock, end)]
    skip = -1
    time_first = bool(clocks and words) and clocks[0].start < words[0].start
    owned = _owned(page.text, words, clocks)
    for number, clock in enumerate(clocks):
        if clock.start <= skip:
            continue
        pair = page.ranges.get(clock.start)
        if pair and pair[1].end <= end:
            skip = pair[1].start
            role = (
                "pause"
                if _STOPPED_FROM.search(page.text, start, clock.start)
                else _of_range(words, clock.start, pair[1].end)
            )
            found.append(Moment(clock.start, pair[1].end, role, pair[0], pair[1]))
            continue
        role = _of_clock(page.text, words, clock, time_first, owned)
        if role in _BEGUN and number and may_end(page.text, clocks[number - 1].end, clock.start):
            role = "stop" if found and found[-1].role in _BEGUN else role
        found.append(Moment(clock.start, clock.end, role, clock, None))
    return found


def _owned(text: str, words: Sequence[EventWord], clocks: Sequence[FoundClock]) -> dict[int, EventWord]:
    """The words that lead a later clock and are set apart from the one before it ("up by Nina at 0915, down 1052"),
    by the places of their clocks.
    """
    found: dict[int, EventWord] = {}
    for before, clock in pairwise(clocks):
        word = next((one for one in reversed(words) if before.end <= one.start and one.end <= clock.start), None)
        if word is None or not _RIGHT_BEFORE.fullmatch(text, word.end, clock.start):
            continue
        if _SET_APART.search(text, before.end, word.start):
            found[clock.start] = word
    return found


def _is_amount(page: Page, clock: FoundClock, end: int) -> bool:
    """Whether bare digits behind a drug are its dose, since a time follows later ("Gemzar 1500 up 1040")."""
    if not clock.bare or page.text[clock.start] == "0" or clock.start in page.ranges:
        return False
    if not any(mention.end == clock.start - 1 for mention in within(page.mentions, clock.start - 40, clock.start)):
        return False
    following = within(page.clocks, clock.end, end)
    if not following and _begins_later(page, clock):
        return True
    return bool(following) and re.search(r"[A-Za-z]", page.text[clock.end : following[0].start]) is not None


def _begins_later(page: Page, clock: FoundClock) -> bool:
    """Whether the drug's beginning is told with a later clock of its line ("NS 1000 IV: hung 2130, empty 0030")."""
    line_end = page.text.find("\n", clock.end)
    line_end = len(page.text) if line_end < 0 else line_end
    following = within(page.clocks, clock.end, line_end)
    if not following or within(page.mentions, clock.end, following[0].start):
        return False
    words = within(page.events, clock.end, following[0].start)
    return following[0].start in page.ranges or (bool(words) and words[-1].kind == "start")


def _is_reason(text: str, word: EventWord) -> bool:
    """Whether a word only says what a drug was for ("Decadron for nausea 0915", "nausea was treated with Zofran"), or
    which one it was ("her scheduled Cytoxan").
    """
    if word.kind != "other":
        return False
    before = text[max(0, word.start - 24) : word.start]
    if text[word.start : word.end].lower() == "scheduled" and _WHOSE.search(before):
        return True
    return bool(_FOR.search(before) or _TREATED.match(text, word.end))


def _of_range(words: Sequence[EventWord], start: int, end: int) -> Role:
    word = _governing(words, start, end, False)
    if word is None:
        return "range"
    if word.kind == "pause":
        return "pause"
    return "other" if word.kind == "other" else "range"


def _of_clock(
    text: str, words: Sequence[EventWord], clock: FoundClock, time_first: bool, owned: dict[int, EventWord]
) -> Role:
    before = text[max(0, clock.start - 12) : clock.start]
    word = owned.get(clock.start)
    if word is None:
        free = [one for one in words if one.end <= clock.start or one not in owned.values()]
        word = _governing(free, clock.start, clock.end, time_first)
    if word is not None and word.kind == "other" and word.start >= clock.end:
        word = _for_which(text, words, word)
    if (word is not None and word.kind == "other") or is_to_come(text, clock.start):
        return "other"
    if word is not None and word.kind == "monitor" and _is_noon_or_midnight(clock):
        return "other"
    if told_in(text, clock.start):
        return "start" if _OUT.match(text, clock.end) else "stop"
    if _OUT_BEFORE.search(before):
        return "stop"
    if _UNTIL_SOMEONE.search(text, max(0, clock.start - 80), clock.start):
        return "stop"
    if _UP_TO.search(before) or (_BY.search(before) and word is not None and word.kind in ("stop", "run", "give")):
        return "stop"
    if _FROM.search(before):
        return "start"
    return "bare" if word is None else _ROLE[word.kind]


def _for_which(text: str, words: Sequence[EventWord], word: EventWord) -> EventWord:
    """What was done about a symptom that leads: "0945 he had rigors so I stopped it" is the time of the stop."""
    if not SYMPTOM.fullmatch(text[word.start : word.end]):
        return word
    following = next((one for one in words if one.start >= word.end and one.kind != "other"), None)
    if following is None or following.kind not in ("stop", "pause"):
        return word
    return word if re.search(r"\d", text[word.end : following.start]) else following


def _is_noon_or_midnight(clock: FoundClock) -> bool:
    """Whether a clock is noon or midnight, which an infusion may only run through."""
    return clock.clock.minute in (720, 1440) and not clock.bare


def _governing(words: Sequence[EventWord], start: int, end: int, time_first: bool) -> EventWord | None:
    """The word that says what a time is: the nearest before it, or after it where times lead."""
    before = [word for word in words if word.end <= start]
    after = [word for word in words if word.start >= end]
    if time_first:
        return after[0] if after else None
    return before[-1] if before else after[0] if after else None


def leading_role(page: Page, start: int, end: int, drug_end: int = -1) -> Role:
    """What a line's stamp tells of the drug in text[start:end]: its own words up to a comma first, then the rest.

    Plain words of beginning or ending outweigh words that only name the way ("IVPB complete" is an end).
    """
    place = max(start, drug_end)
    semicolon = page.text.find(";", place, end)
    end = end if semicolon < 0 else semicolon
    comma = page.text.find(",", place, end)
    near = {word.kind for word in within(page.events, start, end if comma < 0 else comma)}
    kinds = {word.kind for word in within(page.events, start, end)}
    for kinds_here in (near, kinds):
        for kind in _PLAIN:
            if kind in kinds_here:
                return _ROLE[kind]
    for kind in _WAYS:
        if kind in kinds:
            return _ROLE[kind]
    if kinds and not near and _is_shot(page, start, comma):
        return "bare"
    return "other" if kinds else "bare"


def _is_shot(page: Page, start: int, end: int) -> bool:
    """Whether words up to a comma give a dose by push or injection: what follows tells only how the patient was."""
    return bool(within(page.quantities, start, end)) and bool(_SHOT.search(page.text, start, end))
