"""A second visit told in few words ("0950 out. 1430 in again"), known by what was given before and after the gap.

Words such as "in", "out", "home" and "back" also tell of bags and lines. They count as a coming or a going only beside
a clock that is no drug's own, and only where every drug with a time ran wholly before the leaving or after the return.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page
from reviewer.extract.wire import Said
from reviewer.language.clock import FoundClock
from reviewer.language.cues import cue
from reviewer.language.lazy import Lazy

_GOING = (
    r"left|leaves|out|departed|departs|departure|dep|(?:to |for |went |sent |goes )?home|discharged?|d/c(?:'?d)?|dc'?d|"
    r"released|check(?:ed|s)?[ -]?out|gone|walked out"
)
_COMING = (
    r"arriv(?:ed|es|al)|arr|in|(?:walk(?:ed|s)? |c[ao]mes? |is )?back|return(?:ed|s)?|c[ao]mes?"
    r"|re-?registered|registered|"
    r"check(?:ed|s)?[ -]?in|walked in|re-?presented|presented|presents|re-?admitted"
)
_FILLERS = (
    r"(?:[ ](?:in|again|here|home|to|the|unit|clinic|center|office|stable|ambulatory|a|second|2nd|time"
    r"|on foot|today|via "
    r"wheelchair|w/ \w+|with \w+))*"
)
_AHEAD = rf"{_FILLERS}[ :,]{{1,2}}(?:(?:at|@|by)[ ]?)?\Z"
_BEFORE = {
    "went": Lazy(rf"(?<![\w'/-])(?P<word>{_GOING}){_AHEAD}", re.IGNORECASE),
    "came": Lazy(rf"(?<![\w'/-])(?P<word>{_COMING}){_AHEAD}", re.IGNORECASE),
}
_AFTER = {
    "went": Lazy(rf"[ :,-]{{1,3}}(?:pt |patient |he |she )?(?P<word>{_GOING})(?![\w'-])", re.IGNORECASE),
    "came": Lazy(rf"[ :,-]{{1,3}}(?:pt |patient |he |she )?(?P<word>{_COMING})(?![\w'-])", re.IGNORECASE),
}
_LEADS = Lazy(
    r"(?:^|[.;,:(\n\u2013\u2014-]|\d|\b(?:and|then|pt|patient|she|he|they|first|second|1st|2nd|am|pm|visit))[ ]*"
    r"(?:(?:was|is|then|later|also|had|to|for)[ ])*\Z",
    re.IGNORECASE,
)
"""What may stand before the word of a coming or going: nothing, or who came; never what else was "out" or "back"."""
_ERRAND = Lazy(
    r"[ ,]*(?:ordered|cancel\w*|pending|planned|delayed)\b|[ ,]*(?:for|to|from)[ ](?:the )?(?:lunch|(?-i:CT"
    r"|MRI|US|PT|OR|ED|ER|IR)\b|x-?ray|scan|radiology|bathroom|rest ?room|"
    r"cafe\w*|pharmacy|lab\b|echo|imaging|procedure|smoke|walk|floor|unit|room|chair|hall\w*)",
    re.IGNORECASE,
)
"""Where somebody goes within a visit, or what did not come about."""
_BACK = 44


class Step(NamedTuple):
    """A coming or a going with its clock."""

    came: bool
    clock: FoundClock
    said: Said


def second_visit(page: Page, drafts: Sequence[Draft]) -> list[list[Step]]:
    """The steps of each of two visits; empty where the notes do not show that the patient left and came back."""
    given = [draft for draft in drafts if draft.note_id == page.note.id and draft.fate == "given"]
    spans = [(d.start.minute, (d.stop or d.start).minute) for d in given if d.start is not None]
    days = {(d.start.next_day, d.start.on) for d in given if d.start is not None}
    if len(spans) < 2 or len(days) > 1:
        return []
    steps = list(_steps(page, {minute for span in spans for minute in span}))
    for index, going in enumerate(steps):
        if going.came:
            continue
        coming = next((one for one in steps[index + 1 :] if one.came), None)
        if coming is None:
            return []
        gone, back = going.clock.clock.minute, coming.clock.clock.minute
        apart = gone < back and all(stop <= gone or start >= back for start, stop in spans)
        if apart and any(stop <= gone for _, stop in spans) and any(start >= back for start, _ in spans):
            return [steps[: index + 1], steps[steps.index(coming) :]]
    return []


def _steps(page: Page, taken: set[int]) -> Iterator[Step]:
    """Every coming and going of a note that has a clock which is no drug's own, in order."""
    for clock in page.clocks:
        if clock.clock.minute in taken or clock.start in page.ranges:
            continue
        line = page.text.rfind("\n", 0, clock.start) + 1
        first = max(line, clock.start - _BACK)
        for kind, form in _BEFORE.items():
            found = form.search(page.text, first, clock.start)
            on_errand = _ERRAND.match(page.text, clock.end)
            if found is not None and not on_errand and _of_patient(page.text, line, found.start("word")):
                yield _step(page, kind, clock, found.start("word"), clock.end)
                break
        else:
            opens = page.text[clock.start - 2 : clock.start] in (". ", "; ")
            if page.text[line : clock.start].strip(" -*•[(") and not opens:
                continue
            for kind, form in _AFTER.items():
                found = form.match(page.text, clock.end)
                if found is not None and not _ERRAND.match(page.text, found.end()):
                    yield _step(page, kind, clock, clock.start, found.end())
                    break


def _step(page: Page, kind: str, clock: FoundClock, start: int, end: int) -> Step:
    return Step(kind == "came", clock, page.said(page.text[clock.start : clock.end], start, end))


def _of_patient(text: str, line: int, place: int) -> bool:
    """Whether the word of a coming or going is not that of a line, a bag or a plan."""
    return bool(_LEADS.search(text, max(line, place - 24), place)) and cue(text, place, place + 1) not in (
        "history",
        "education",
        "conditional",
        "plan",
        "order",
    )
