"""Comings and goings on the day: one visit, or a second one after the patient had left and come back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from reviewer.extract.patterns.comings import second_visit
from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.wire import Said, WireVisit
from reviewer.language.clock import FoundClock
from reviewer.language.cues import cue
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import Span
from validator.frozen import changing

_ARRIVED = Lazy(
    r"\b(?:arriv(?:ed|es|al)|checks[ -]in|checked[ -]in|check-?in|roomed|present(?:ed|s)|registered|"
    r"visits (?:her|his|the|an?)|comes (?:in|to)|received \d+[FM]\b)",
    re.IGNORECASE,
)
_LEFT = Lazy(
    r"\b(?:discharged(?! instructions)|d/c'?d? (?:home|to home|stable|ambulatory|at)|left (?:at|"
    r"(?:the )?(?:bldg|building)|the (?:clinic|unit|"
    r"center|dept|department|office|infusion|hospital|facility|ED)|"
    r"clinic|unit|ambulatory|in stable|in good|home|via|for home)|"
    r"left(?=[ ]?@?[ ]?(?:\d{1,2}:\d\d|[012]\d[0-5]\d)\b(?! ?m))|"
    r"(?<!at )(?<!from )(?<!@ )home(?=[ ]?@?[ ]?(?:\d{1,2}:\d\d|[012]\d[0-5]\d)(?![\d/])(?! ?m))|"
    r"(?<=\d\d )left(?=[ ]*(?:[.;,\n]|\Z))|"
    r"leaves (?:at|(?:the )?(?:clinic|unit|center|dept|department|office|infusion|hospital|facility)|(?:for )?home)|"
    r"departed|departs|departure|(?:went|goes|sent) home|"
    r"(?:went|goes|heads|headed) (?:back |off )?to (?:work|school|class|church|(?:his|her|the|their) "
    r"(?:car|job|shift|hotel))|"
    r"(?:drove|walked|headed|was driven|was taken|was wheeled) (?:(?:her|him)self )?(?:home|out\b(?! of bed))|"
    r"released(?: home)?|out the door|ambulatory (?:at|home|out))",
    re.IGNORECASE,
)
_BACK = Lazy(
    r"\b(?:(?:she|he|patient|pt|client|they)(?: \w+)? (?:return(?:ed|s)|c[ao]mes? back|re-?present(?:ed|s))|"
    r"return(?:ed|s) (?:to (?:the )?(?:clinic|unit|center|office|infusion|ED)|at|@|with|for|same day|later|"
    r"this (?:afternoon|evening))|"
    r"returned(?=[ ]?@?[ ]?(?:\d{1,2}:\d\d|[012]\d[0-5]\d)\b(?! ?m))|"
    r"(?:^|(?<=[.;] )|(?<=\n))back(?=[ ]?@?[ ]?(?:\d{1,2}:\d\d|[012]\d[0-5]\d)[ap]?"
    r"(?![\d/])(?! ?m)(?! to (?:come|be|have)))|"
    r"(?:she|he|they|patient|pt) (?:was|is|were|are) back(?! (?:to|on|in|from)\b)|"
    r"(?<=\d\d )returned(?=[ ]*(?:[.;,\n]|\Z|w/))|"
    r"c[ao]mes? back|back (?:at|to (?:the )?clinic|in clinic)|second (?:visit|encounter|trip)|re-?presented|"
    r"re-?registered|visit (?:#? ?2|two)(?:[ ]?[:.-][ ]*(?:arriv\w+|return\w+|checked[ -]in|"
    r"back|came back))?|2nd visit|unplanned (?:\w+ )?return)\b",
    re.IGNORECASE,
)
_NOT_BACK = Lazy(
    r"\b(?:to bathroom|from bathroom|to (?:her|his|the) (?:chair|room)|blood return|from (?:lunch|x-?ray|ct|bathroom|"
    r"radiology|pharmacy)|return (?:visit|precautions|appointment|demonstration)|spontaneous circulation)\b",
    re.IGNORECASE,
)

_WITH_TIMES = Lazy(
    r"\b(?:(?P<first>first|1st|a\.?m\.?|morning|early)|(?P<second>second|2nd|p\.?m\.?|afternoon|evening|later))[ ]"
    r"(?:visit|encounter|session|appointment)\b[^\n.;\d]{0,40}|"
    r"\b(?:visit|encounter|session|appointment)[ ]?#?(?:(?P<one>1|one|A)|(?P<two>2|two|B))\b[^\n.;\d]{0,30}",
    re.IGNORECASE,
)
"""What heads a visit whose times are told as a range: "AM visit 0830-1015", "the second visit, 1500 to 1640"."""

_VISIT_AFTER = Lazy(
    r"[ :,\u2013-]{1,3}(?:(?!(?:next|return|follow|last|prior|previous|of|for|at|before|after)\b)[\w-]+[ ]){0,4}?"
    r"(?:visit|encounter|session|stay)\b",
    re.IGNORECASE,
)
_AND_OUT = Lazy(r"[ ,;]*(?:and )?(?:out|left|leaving|departed|departure|discharged)(?: at)?[ ]?@?[ ]?", re.IGNORECASE)


_OUT_AT = Lazy(
    r"(?<=[,;.] )(?:(?:pt |patient )?(?:out|left|leaving|departed|departure|discharged|d/?c['’]?d|home"
    r"|released))(?: home)?"
    r"(?: at)?[ ]?@?[ ]?(?=\d{1,2}:?\d\d)",
    re.IGNORECASE,
)


@changing
class _Visit:
    arrived: list[Said] = field(default_factory=list)
    left: list[Said] = field(default_factory=list)
    note_id: str = ""
    place: int = 0
    since: int | None = None


def read_visits(pages: Sequence[Page], drafts: Sequence[Draft]) -> list[WireVisit]:
    """The visits of the day. With two, each administration is told which it belongs to, by place or by clock."""
    visits: list[_Visit] = next((two for page in pages if (two := _with_times(page))), [_Visit()])
    for page in pages if len(visits) == 1 else ():
        _read_page(page, visits)
    if len(visits) == 1:
        visits = next((two for page in pages if (two := _in_few_words(page, drafts))), visits)
    if len(visits) > 1:
        for draft in drafts:
            draft.visit = f"v{_visit_of(draft, visits) + 1}"
    elif not visits[0].arrived and not visits[0].left:
        return []
    return [
        WireVisit(id=f"v{n}", arrived=tuple(v.arrived[:1]), left=tuple(v.left[-1:])) for n, v in enumerate(visits, 1)
    ]


def _in_few_words(page: Page, drafts: Sequence[Draft]) -> list[_Visit]:
    """Two visits by every word of coming and going, where the drugs show that nothing ran in between."""
    visits = []
    for steps in second_visit(page, drafts):
        arrived, left = ([one.said for one in steps if one.came is came] for came in (True, False))
        place = steps[0].clock.start
        visits.append(_Visit(arrived[:1], left, page.note.id, place, steps[0].clock.clock.minute))
    return visits


def _with_times(page: Page) -> list[_Visit]:
    """Two visits that are each told with a range of times, the second after the first; none else."""
    told: dict[bool, _Visit] = {}
    ended: dict[bool, int] = {}
    heads = list(_WITH_TIMES.finditer(page.text))
    for number, head in enumerate(heads):
        following = heads[number + 1].start() if number + 1 < len(heads) else len(page.text)
        pair = _in_and_out(page, head.end())
        if pair is None and head[0].rstrip().lower().endswith(" in"):
            pair = _in_then_out(page, head.end(), following)
        later = bool(head["second"] or head["two"])
        if pair is None or later in told or cue(page.text, head.start(), head.start() + 1) in ("history", "education"):
            continue
        first, last = (page.said(page.text[c.start : c.end], head.start(), pair[1].end) for c in pair)
        told[later] = _Visit([first], [last], page.note.id, head.start(), pair[0].clock.minute)
        ended[later] = pair[1].clock.minute
    if not told:
        return _ranged(page)
    if len(told) < 2 or ended[False] >= (told[True].since or 0):
        return []
    return [told[False], told[True]]


def _ranged(page: Page) -> list[_Visit]:
    """Two visits that a range of times heads ("0215-0405 ED visit: ...", "1300-1430 infusion clinic visit: ...")."""
    found = [
        (place, pair)
        for place, pair in sorted(page.ranges.items())
        if _VISIT_AFTER.match(page.text, pair[1].end) and cue(page.text, place, place + 1) == "none"
    ]
    if len(found) != 2 or found[0][1][1].clock.minute >= found[1][1][0].clock.minute:
        return []
    visits = []
    for place, pair in found:
        head = _VISIT_AFTER.match(page.text, pair[1].end)
        end = head.end() if head else pair[1].end
        first, last = (page.said(page.text[c.start : c.end], place, end) for c in pair)
        visits.append(_Visit([first], [last], page.note.id, place, pair[0].clock.minute))
    return visits


def _in_and_out(page: Page, place: int) -> tuple[FoundClock, FoundClock] | None:
    """The range right behind a place, or a coming and a leaving ("in 0830, out 1015")."""
    clocks = within(page.clocks, place - 3, place + 30)[:2]
    if not clocks or clocks[0].start > place + 8:
        return None
    if (pair := page.ranges.get(clocks[0].start)) is not None:
        return pair
    if len(clocks) < 2 or not _AND_OUT.fullmatch(page.text, clocks[0].end, clocks[1].start):
        return None
    return clocks[0], clocks[1]


def _in_then_out(page: Page, place: int, end: int) -> tuple[FoundClock, FoundClock] | None:
    """A coming right behind a place and the one leaving before `end` ("in 0750, cytarabine 0805-1107, out 1120")."""
    clocks = within(page.clocks, place - 3, end)
    left = [found.end() for found in _OUT_AT.finditer(page.text, place, end)]
    last = next((clock for clock in clocks if left and clock.start >= left[0]), None)
    if not clocks or clocks[0].start > place + 8 or len(left) != 1 or last is None or last.start > left[0] + 1:
        return None
    return (clocks[0], last) if clocks[0].clock.minute < last.clock.minute else None


def _read_page(page: Page, visits: list[_Visit]) -> None:
    events = sorted(
        [
            (m.start(), m.end(), kind)
            for kind, form in (("arrived", _ARRIVED), ("left", _LEFT), ("back", _BACK))
            for m in form.finditer(page.text)
        ]
    )
    for start, end, kind in events:
        if kind == "back":
            _come_back(page, visits, start, end)
            continue
        if cue(page.text, start, end) in ("history", "education", "conditional"):
            continue
        said = _time_near(page, start, end)
        if said is None:
            continue
        if kind == "arrived" and not visits[-1].arrived:
            visits[-1].arrived.append(said[0])
        elif kind == "left":
            visits[-1].left.append(said[0])


def _come_back(page: Page, visits: list[_Visit], start: int, end: int) -> None:
    """A return counts when the leaving before it is told too, and it has a clock of its own."""
    around = page.text[max(0, start - 10) : end + 30]
    if _NOT_BACK.search(around) or cue(page.text, start, end) in ("history", "education", "conditional", "order"):
        return
    said = _time_near(page, start, end)
    if said is None or not (visits[-1].left or _LEFT.search(page.text, 0, start)):
        return
    if any(visit.note_id == page.note.id and visit.since == said[1] for visit in visits):
        return
    visits.append(_Visit(arrived=[said[0]], note_id=page.note.id, place=start, since=said[1]))


_CLAUSE_END = expression(r"[;.](?=\s)|,")
_AT_LED = Lazy(r"(?s:.*(?:[.;,] |\n|\A))(?:at|by|around|about) ", re.IGNORECASE)
"""What stands before a time that leads its sentence: ". At 15:10 she was back"."""
_OPENS = expression(r"(?m:^|[;.,:])[ ]?\Z")
"""What stands before a time that leads its clause: "; 1015 left"."""


def _time_near(page: Page, start: int, end: int) -> tuple[Said, int] | None:
    """The clock that goes with a coming or going: in its own clause after it, else the stamp of its line."""
    line_end = page.text.find("\n", start)
    line = Span(page.text.rfind("\n", 0, start) + 1, len(page.text) if line_end < 0 else line_end)
    leads = within(page.clocks, max(line.start, start - 9), start)
    if leads and page.text[leads[-1].end : start] == " " and _OPENS.search(page.text, line.start, leads[-1].start):
        return page.said(page.text[leads[-1].start : leads[-1].end], leads[-1].start, end), leads[-1].clock.minute
    stop = end + 40
    cut = _CLAUSE_END.search(page.text[end:stop])
    after = within(page.clocks, end, min(line.end, end + cut.start() + 1 if cut else stop))
    if after:
        return page.said(page.text[after[0].start : after[0].end], start, after[0].end), after[0].clock.minute
    leads = within(page.clocks, max(line.start, start - 20), start)
    if (
        leads
        and _AT_LED.fullmatch(page.text[: leads[-1].start][-8:])
        and not page.text[leads[-1].end : start].strip(" ,h")
    ):
        return page.said(page.text[leads[-1].start : leads[-1].end], leads[-1].start, end), leads[-1].clock.minute
    first = within(page.clocks, line.start, line.end)[:1]
    if first and first[0].end <= start and not re.search(r"[A-Za-z]", page.text[line.start : first[0].start]):
        return page.said(page.text[first[0].start : first[0].end], first[0].start, end), first[0].clock.minute
    return _time_below(page, start, end, line)


def _time_below(page: Page, start: int, end: int, line: Span) -> tuple[Said, int] | None:
    """The clock that stands alone on the line under words that end theirs ("Left unit", "0845")."""
    below_end = page.text.find("\n", line.end + 1)
    below = Span(line.end + 1, len(page.text) if below_end < 0 else below_end)
    clocks = within(page.clocks, below.start, below.end)
    if page.text[end : line.end].strip(" :") or len(clocks) != 1:
        return None
    if page.text[below.start : below.end].strip(" :.@h") != page.text[clocks[0].start : clocks[0].end].strip(" @h"):
        return None
    return page.said(page.text[clocks[0].start : clocks[0].end], start, clocks[0].end), clocks[0].clock.minute


def _visit_of(draft: Draft, visits: Sequence[_Visit]) -> int:
    """The visit an administration falls into: by its clock, else by where it is told."""
    clock = draft.start or draft.stop
    for number in range(len(visits) - 1, 0, -1):
        visit = visits[number]
        if clock is not None and visit.since is not None and not clock.next_day:
            if clock.minute >= visit.since:
                return number
        elif draft.note_id == visit.note_id and draft.place > visit.place:
            return number
    return 0
