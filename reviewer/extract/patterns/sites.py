"""Where the lines are: which access each administration ran through, from its own words or the only line there is."""

from __future__ import annotations

import re
from typing import NamedTuple

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page
from reviewer.extract.wire import Said
from reviewer.language.access import LINE_NAME
from reviewer.language.cues import cue
from reviewer.language.lazy import Lazy
from reviewer.language.vocabulary import find_access, read_access_kind, read_location, read_route

_SIDE = r"(?:(?:left|right|L|R|lt|rt|bilateral)\.? )"
_BODY = (
    r"(?:(?:upper |lower |inner |outer |dorsal |medial |lateral )?"
    r"(?:fore-?arm|FA|arm|hand|wrist|AC|antecubital(?: fossa)?|chest(?: wall)?|neck|subclavian|IJ|basilic|cephalic|"
    r"thigh|abdomen|groin))"
)
_DEVICE = (
    r"(?:(?:implanted |power ?|chest |venous |double lumen |single lumen |triple lumen |tunneled )*"
    r"(?:Medi-?port|port-?a-?cath|power-?port|PAC\b|port|PICC(?: line)?|midline(?: catheter)?|PIV|peripheral IV|"
    r"Hickman(?: catheter)?|Broviac|Groshong|"
    r"central (?:venous )?(?:line|catheter)|CVC|saline lock|SL\b|angio-?cath|IV(?: (?:access|catheter|site|line))?))"
)
_BEFORE_DEVICE = Lazy(
    rf"(?:(?:\d\d ?g(?:a|auge)?\.?|new|existing|separate|second|{_SIDE.rstrip(' )')})|{_BODY})[ ,]*)+$", re.IGNORECASE
)
_AFTER_DEVICE = Lazy(
    rf"(?:[ ,:#/-]*(?:accessed|acc|started|placed|inserted|established|initiated|present|in place|patent|remains|"
    rf"site|needle|was|were|is|in|to|at|"
    rf"the|on|x ?\d|\d\d ?g(?:a|auge)?|#? ?\d(?= )|from OR))*[ ,:-]*(?:{_SIDE})?(?:{_BODY})?(?![\w])",
    re.IGNORECASE,
)
_ESTABLISHED = Lazy(
    r"\b(?:access(?:ed)?|re-?accessed|placed|started|inserted|established|initiated|obtained|site|patent|blood "
    r"return|in place|remains|present|line|existing|flush(?:ed|es)|intact|from OR|infusing|IV)\b",
    re.IGNORECASE,
)
_GONE = Lazy(
    r"\b(?:removed|d/?c'?d|discontinued|dc'd|pulled|infiltrated|de-?accessed|deaccessed|needle out)\b", re.IGNORECASE
)
_NOT_ONE = Lazy(
    r"\b(?:no (?:iv|piv|port|line|access)|without|attempt(?:ed)?|unsuccessful|failed|unable|iv (?:push|pb|fluids?|"
    r"antiemetic|meds?|medications?|infusion|bolus|hydration|antibiotics?|iron|\w+azole))\b",
    re.IGNORECASE,
)
_VENOUS = frozenset({"peripheral_iv", "implanted_port", "picc", "midline", "central_line"})
_PROCEDURE = Lazy(r"\b(?:placement|insertion|removal|consult|referral|scheduled|plan)\b", re.IGNORECASE)
_FAILED = Lazy(r"[ ,]*(?:was |were )?(?:attempt|unsuccess|fail|not )", re.IGNORECASE)
_IN_WORDS = Lazy(
    rf"\b(?:via|through|thru|into|in|to|per|using|by|at|@|from)\b[ ]?(?:the |a |her |his |same |patent |new |"
    rf"separate |existing |accessed )*"
    rf"(?P<a>(?:\d\d ?g )?(?:{_SIDE})?(?:{_BODY} )?{_DEVICE}(?:[ ,]*(?:in |to |at |the )*{_SIDE}{_BODY}?)?|"
    rf"{_SIDE}(?:fore-?arm|FA|hand|wrist|AC|antecubital(?: fossa)?)(?: \d\d ?g(?:a|auge)?)?(?![\w-])|"
    rf"(?<=the )(?:left|right)(?: (?:one|side|arm|IV))?(?=[ ]*(?:[,;.]|at\b|@|from\b|between\b|over\b|and\b|\d)))|"
    rf"(?<![\w])(?P<b>{_SIDE}(?:{_BODY} )?{_DEVICE}|{_BODY} (?:PIV|IV)|(?:PIV|IV|PICC|port)[ ,]*(?:in |to |at |the "
    rf")*{_SIDE}{_BODY}|{_SIDE}{_BODY}(?= (?:PIV|IV|site)))",
    re.IGNORECASE,
)
_BARE_SITE = Lazy(rf"(?<![\w])(?P<a>(?:{_SIDE})?(?:{_BODY} ){_DEVICE}|{_SIDE}{_DEVICE})(?![\w])(?P<b>)", re.IGNORECASE)
_NUMBER_BEFORE = Lazy(r"(?<![\w#])#(\d)[ :)]+\Z")
_NAMED = Lazy(rf"(?<![\w])(?P<name>{LINE_NAME})(?![\w])", re.IGNORECASE)
_NAMES_IT = Lazy(rf"(?<![\w])(?P<name>{LINE_NAME})[ ]*(?:[:=(,\u2013-]|is|was|placed|in)?[ (]*\Z", re.IGNORECASE)
_LONGEST_LEAD = 120
_LEAD_ENDS = (":", " -", " –", " —")
_TAKES_LINE = ("intravenous", None)


class Line(NamedTuple):
    """An access as a note tells of it."""

    place: int
    said: Said
    kind: str
    location: str | None
    gone: bool


def lines_of(page: Page) -> list[Line]:
    """The accesses a note tells of, in order; a removal ends one. One only hinted at counts when no other is told."""
    found: list[Line] = []
    hinted: list[Line] = []
    last = -1
    for start, end, kind in find_access(page.text):
        if kind not in _VENOUS or start < last:
            continue
        numbered = page.text[end : end + 2] == " #"  # "PIV #1 R FA 22g. PIV #2 L FA": the gauge is the first one's
        first, last = _phrase(page.text, start, end, last if numbered else 0)
        words = page.text[first:last].strip(" ,:#/-")
        if _NOT_ONE.search(page.text[max(0, first - 24) : last].rpartition("\n")[2]) or _FAILED.match(page.text, last):
            continue
        location = read_location(words)
        standing = cue(page.text, start, end)
        stays = standing == "home" and kind != "peripheral_iv"  # "takes two antibiotics by PICC": the catheter stays in
        if standing in ("education", "home", "conditional", "denied") and not stays:
            continue
        near = page.text[start : end + 34].split("\n")[0]
        gone = bool(_GONE.search(near)) and location is None
        around = page.text[max(0, start - 40) : end + 46]
        line = Line(first, page.said(words, first, last), kind, location, gone)
        certain = not stays and (gone or location or _ESTABLISHED.search(around))
        (found if certain else hinted).append(line)
    return found or [
        line for line in hinted if not _PROCEDURE.search(page.text[max(0, line.place - 20) : line.place + 40])
    ]


def _phrase(text: str, start: int, end: int, since: int) -> tuple[int, int]:
    """The device's name with its gauge, side and place on both sides, within its line and after the line before."""
    line_start = text.rfind("\n", 0, start) + 1
    before = _BEFORE_DEVICE.search(text, max(line_start, start - 40, since), start)
    line_end = text.find("\n", end)
    after = _AFTER_DEVICE.match(text, end, len(text) if line_end < 0 else line_end)
    return (before.start() if before else start), (after.end() if after else end)


def give_lines(page: Page, drafts: list[Draft]) -> None:
    """Put into each draft told in this note where it ran: its own words, else the one line in place then.

    A drug whose words name no route, but that ran or was pushed through a line, has that line's words for its route.
    """
    known = lines_of(page)
    for draft in drafts:
        if draft.note_id != page.note.id or draft.fate not in ("given", "ordered") or draft.route not in _TAKES_LINE:
            continue
        if draft.route is None and draft.technique == "injection":
            continue
        line = _numbered(page, known, draft) or _own(page, draft)
        if line is None and not draft.never_by_vein:
            line = _standing(known, draft)
        if line is None:
            _follow(draft)
            continue
        if not draft.has("site"):
            draft.add("site", line)
        told = next((one for one in (line, _standing(known, draft)) if one and read_route(one.text)), line)
        if draft.route is None and not draft.never_by_vein and read_route(told.text) == "intravenous":
            draft.route = "intravenous"
            draft.add("route", told)


def _follow(draft: Draft) -> None:
    """Give a further bag the way of the one before it."""
    if draft.route is None and draft.like is not None and draft.like.route is not None:
        draft.route = draft.like.route
        draft.told["route"] = list(draft.like.told.get("route", []))


def _own(page: Page, draft: Draft) -> Said | None:
    """The line that the drug's own words name ("through the Mediport"), or that leads its sentence ("PIV #1 R FA:")."""
    start, end = draft.zone
    if end > start and draft.note_id == page.note.id:
        match = _IN_WORDS.search(page.text, start, end) or _site_at_end(page.text, start, end)
        if match is None and (lead := _lead_of(page, start)) is not None:
            return lead
        if match is not None:
            first, last = match.span("a" if match["a"] else "b")
            return page.said(page.text[first:last], min(draft.place, first), max(draft.place, last))
    for name in ("route", "start", "dose", "technique", "status", "stop"):
        for said in draft.told.get(name, []):
            if said.note_id != page.note.id or said.at is None:
                continue
            match = _IN_WORDS.search(page.text, said.at, said.at + len(said.quote))
            if match and read_access_kind(match["a"] or match["b"]):
                start, end = match.span("a" if match["a"] else "b")
                first, last = min(said.at, start), max(said.at + len(said.quote), end)
                return page.said(page.text[start:end], first, last)
    return None


def _numbered(page: Page, known: list[Line], draft: Draft) -> Said | None:
    """The line that a number before the drug means: "#2 imipenem" after "PIV #2 L forearm"."""
    start = page.text.rfind("\n", 0, draft.place) + 1
    number = _NUMBER_BEFORE.search(page.text, start, draft.place)
    if number is None:
        return _by_name(page, known, draft, start)
    if not any(f"#{number[1]} " in f"{line.said.text} " for line in known):
        return None
    return page.said(f"#{number[1]}", number.start(), draft.place)


def _by_name(page: Page, known: list[Line], draft: Draft, line_start: int) -> Said | None:
    """The line that a name on the drug's line means: "Line A  vancomycin" after "Line A: 20g R forearm"."""
    names: dict[str, str | None] = {}
    for line in known:
        told = _NAMES_IT.search(page.text, max(0, line.place - 24), line.place) or _NAMED.match(line.said.text)
        if told is not None:
            names[told["name"].lower()] = line.location
    if len(set(names.values())) < 2:
        return None
    first, last = min(line_start, draft.zone[0]), max(draft.zone[1], draft.place)
    used = [found for found in _NAMED.finditer(page.text, first, last) if found["name"].lower() in names]
    if len({found["name"].lower() for found in used}) != 1:
        return None
    place = used[0]
    return page.said(place["name"], min(draft.place, place.start()), max(draft.place, place.end()))


def _lead_of(page: Page, start: int) -> Said | None:
    """A line that stands alone before a colon or dash in front of the drug: "PIV #2 L FA: ceftriaxone"."""
    line_start = page.text.rfind("\n", 0, start) + 1
    lead = page.text[line_start:start].rpartition(". ")[2]
    offset = start - len(lead)
    if not lead.rstrip().endswith(_LEAD_ENDS) or len(find_access(lead)) != 1:
        return None
    words = lead.partition(",")[0].strip().rstrip(" :-–—")  # "PIV L hand, needed because ...: X" says why behind it
    if len(words) > 44 or len(lead) > _LONGEST_LEAD or len(find_access(words)) != 1:
        return None
    return page.said(words, offset, start)


def _site_at_end(text: str, start: int, end: int) -> re.Match[str] | None:
    """A line that ends the drug's words without a preposition: "0935-1005 R forearm PIV"."""
    return _BARE_SITE.search(text, start, end)


def _standing(known: list[Line], draft: Draft) -> Said | None:
    """The access in place when nothing else is said: the only one told before the drug and not taken out since."""
    told = [line for line in known if line.place < draft.place] or [line for line in known if not line.gone]
    before: list[Line] = []
    for line in told:
        before = [] if line.gone else [*before, line]
    if not before or len({(line.kind, line.location) for line in _distinct(before)}) > 1:
        return None
    return max(before, key=lambda line: len(line.said.text)).said


def _distinct(found: list[Line]) -> list[Line]:
    """Accesses that differ; one told without its place is the one told with it."""
    placed = [line for line in found if line.location]
    kinds = {line.kind for line in placed}
    return placed + [line for line in found if not line.location and line.kind not in kinds]
