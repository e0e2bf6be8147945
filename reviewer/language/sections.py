"""Where a note's sections begin and end.

A section tells what its drugs are: a plan, an order, a history, an allergy list, teaching, home medicines, or
nothing in particular. A heading that stands alone on its line rules until the next heading. One with text after it
rules that sentence, and what is indented or itemised under it; where that sentence holds amounts it opens a list,
which runs on to the next blank or time-stamped line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import END, LINE_HEADING, STAMP, goes_on, is_bullet, is_row, lines, really_ends

SectionKind = Literal["none", "plan", "order", "history", "allergy", "education", "home"]
_WORDS: dict[SectionKind, str] = {
    "plan": (
        r"plan|a/p|a ?& ?p|(?:assessment|impression)\s*(?:and|&|/)\s*plan|treatment plan|plan of (?:care|treatment)|"
        r"recommendations?|next (?:visit|appointments?|appt|cycle|treatment|infusion|dose)|"
        r"follow[- ]?up(?: plan| visit)?|f/u|future \w+|upcoming(?: \w+)?|to do|rtc|return visit|"
        r"consent(?: form| for treatment| to treat(?:ment)?)?|"
        r"clinical trial|tumou?r board(?: \w+)?|treatment options|"
        r"reason for (?:visit|referral|infusion|today'?s visit)|chief complaint|cc|visit(?: reason| type)?|here for"
    ),
    "order": (
        r"(?:(?:physician|provider|treatment|chemo(?:therapy)?|infusion|medication|active|standing|new|verbal"
        r"|telephone|"
        r"doctor'?s?|signed|today'?s|premed(?:ication)?s?|pre-?med(?:ication)?s?|hydration|supportive(?: care)?|prn) )*"
        r"orders?(?: set| summary| details?| sheet| form)?|rx|prescriptions?|regimen|treatment regimen|protocol|"
        r"pharmacy(?: verification| note| check| prep(?:aration)?)?|compounding(?: record| log)?|"
        r"prn (?:meds?|medications?)|hypersensitivity (?:protocol|orders?|kit)|emergency (?:meds?"
        r"|medications?|kit)"
    ),
    "home": (
        r"(?:home|current|outpatient|discharge|prior to admission|pta|active|chronic|scheduled) (?:outpatient )?"
        r"(?:meds?|medications?|prescriptions?)(?: list)?|med(?:ication)?s? (?:list|rec(?:onciliation)?)|"
        r"(?:meds?|medications?) (?:prior to (?:arrival|admission)|at home|taken at home)|pta meds"
    ),
    "allergy": r"allerg(?:y|ies)(?: list)?(?:/intolerances)?|adverse drug reactions?|adrs?|(?:drug )?intolerances?",
    "history": (
        r"hpi|(?:brief |interval )?history(?: of (?:the )?present illness)?|hx|pmh(?:x)?|psh|subjective"
        r"|background|"
        r"(?:past|prior|previous|onc(?:ology|ologic)?|medical|past medical|treatment|cancer|interval"
        r"|surgical|family|social|chemo(?:therapy)?|transfusion) (?:medical |surgical |oncologic )?"
        r"(?:history|hx|treatments?|therap(?:y|ies)|visits?|encounters?|cycles?|infusions?|notes?"
        r"|regimens?|lines?)(?: (?:to date|copied forward|summary))?|"
        r"last (?:treatment|dose)|treatment (?:summary|to date)|copied forward.*|"
        r"(?:previous|prior|last) (?:visit|encounter|treatment|infusion|note|cycle|mar|day)s?\b.*"
    ),
    "education": (
        r"(?:patient |pt |chemo(?:therapy)? |family |discharge |drug |medication )?(?:education|teaching"
        r"|instructions?)"
        r"(?: provided| given| reviewed)?|counsell?ing|discharge instructions?|d/c (?:instructions?|teaching)|"
        r"what to expect|side effects?"
    ),
    "none": (
        r"(?:mar|emar|e-mar|medication administration(?: record)?|administration(?: record)?"
        r"|infusion(?: record| log| summary)?|"
        r"infusions?|nursing(?: note| narrative| documentation| notes)?|(?:ed |or |pacu |op |infusion |home |charge "
        r")?(?:rn|nurse'?s?|md|provider|physician|progress)(?: (?:note|comment|narrative|documentation|entry))?s?|"
        r"(?:rn|lpn|nurse|nursing) ?\([^()]{1,30}\)|narr|today(?:'?s "
        r"(?:visit|treatment|infusion|note|administrations?))?|(?:this|current) (?:visit|encounter)"
        r"|flow ?sheet|"
        r"(?:meds?|medications?|drugs?|premeds?|premedications?|pre-medications?|chemotherapy|chemo"
        r"|treatment|agents?|fluids?|"
        r"hydration|antiemetics?|infusions?|supportive meds)(?: (?:given|administered|received"
        r"|administration|today))*|"
        r"(?:given|administered)(?: today)?|"
        r"interventions?|procedures?(?: note| details)?|narrative|comments?|notes?|ed course|course"
        r"|events?|line|access|iv access|"
        r"vitals?(?: signs)?|vs|dx|diagnos[ie]s|indication|assessment|impression|objective|labs?"
        r"|response|tolerance|"
        r"reactions?|signature|signed|disposition|discharge|tx|site|pump|time|date|dos|name|patient|dose"
        r"|route|rate|start|stop|end|total|lot|ndc|by|rn|loc|location)"
    ),
}
_HEADINGS = tuple((kind, Lazy(rf"(?:{words})\Z", re.IGNORECASE)) for kind, words in _WORDS.items())
_INNER_HEADING = Lazy(r"(?:(?<=[.;|!?])|(?<=[.;|!?] )|(?<=  ))([A-Z][A-Za-z/&' \-]{1,40}?):(?=\s|\Z)")
_TITLE = Lazy(
    r"[ \t*#=_\-]*([A-Za-z][A-Za-z/&' \-]{2,50}?)[ \t]*(?:[-–—|,(:#]|for\b|dated\b)?[ \t]*"
    r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}-\d\d-\d\d)"
)
_OF_BEFORE = Lazy(
    r"\b(?:yesterday|for reference|(?:previous|prior|last) (?:visit|day|infusion|cycle)|copied)\b", re.IGNORECASE
)
_OF_DATE = expression(r"\d[/.\-]\d")
_MARKED = Lazy(
    r"[ \t]*(?:\*{1,3}|<{1,2}|={2,}|#{1,4}|\[)[ \t]*([A-Za-z][A-Za-z/& ']{2,40}?)[ \t]*(?:\*{1,3}|>{1,2}|={2,}|"
    r"#{1,4}|\])"
)
_AMOUNT = Lazy(r"\d\s*(?:m[gl]|mcg|units?|g|l|cc|iu|meq|auc)\b", re.IGNORECASE)
_DONE = Lazy(
    r"\b(?:verif\w+|review\w+|confirm\w+|check\w*|in chart|on (?:chart|file)|signed|active|noted|per|obtained|"
    r"continue|proceed|here)\b",
    re.IGNORECASE,
)
_DOING = Lazy(
    r"\s*(?:(?:infusion |bag |it |both |all |rn |nursing:? )?(?:was |were )?(?:started|began|begun|given|hung|infused|"
    r"administered|pushed|received|start)\b[^.;]{0,40}?|)@?(?<!\d)(?:[01]?\d|2[0-4]):?[0-5]\d\b(?![ ]?(?:m[gl]|mcg|"
    r"units?|cc|g)\b)",
    re.IGNORECASE,
)
_RAN = Lazy(
    r"\b(?:[01]?\d|2[0-4]):?[0-5]\d ?(?:[ap]m? ?)?(?:-|–|->|to|until) ?(?:[01]?\d|2[0-4]):?[0-5]\d\b(?! ?(?:m[gl]"
    r"|mcg|units?|cc))",
    re.IGNORECASE,
)
"""A sentence with a range of times tells what was done; nobody plans to the minute."""
_REASON = Lazy(r"\W*(?:reason|visit|chief|cc|here|indication)", re.IGNORECASE)
_Reach = Literal["page", "list", "sentence"]


class Section(NamedTuple):
    """From `start` on, until the next one."""

    start: int
    kind: SectionKind


def heading_kind(words: str) -> SectionKind | None:
    """What a heading's words announce; None when they are no known heading."""
    plain = " ".join(words.strip(" .*_").split())
    for kind, known in _HEADINGS:
        if known.match(plain):
            return kind
    return None


@lru_cache(maxsize=16)
def sections(text: str) -> tuple[Section, ...]:
    """The sections of a note in order; the first begins at 0."""
    found = [Section(0, "none")]
    reach: _Reach = "page"
    before = ""
    for number, (start, end) in enumerate(lines(text)):
        line = text[start:end]
        kind, goes_to = _opening(line, number)
        if kind is not None:
            found.append(Section(start, kind))
            reach = goes_to
        elif found[-1].kind != "none" and _is_over(reach, line, before):
            found.append(Section(start, "none"))
        reach = _read_inner(text, start, end, found, reach)
        before = line
    return tuple(found)


def _read_inner(text: str, start: int, end: int, found: list[Section], reach: _Reach) -> _Reach:
    """Adds the sections that begin or end within a line, and tells how far the last of them reaches."""
    line = text[start:end]
    if found[-1].start == start and reach == "sentence" and (stop := _sentence_end(line, 0)):
        found.append(Section(start + stop, "none"))
    for inner in _INNER_HEADING.finditer(line) if ":" in line else ():
        kind = heading_kind(inner[1]) or "none"
        place = start + inner.start()
        while found[-1].start >= place:
            found.pop()
        if kind == found[-1].kind:
            continue
        found.append(Section(place, kind))
        reach = _reach(kind, inner[1], line[inner.end() :])
        if reach == "sentence" and kind != "none" and (stop := _sentence_end(line, inner.end())):
            found.append(Section(start + stop, "none"))
    if reach == "list" and found[-1].kind in ("order", "plan"):
        stop = _carried_out(line, max(0, found[-1].start - start))
        if stop is not None:
            found.append(Section(start + stop, "none"))
    return reach


def _carried_out(line: str, place: int) -> int | None:
    """Where a line turns from what is ordered to what was done: a sentence that begins with a giving and its time, or
    that tells a range of times.
    """
    ends = [stop.end() for stop in END.finditer(line, place) if really_ends(line, stop)]
    for start, end in pairwise([*ends, len(line)]):
        if _DOING.match(line, start) or _RAN.search(line, start, end):
            return start
    return None


def _sentence_end(line: str, place: int) -> int | None:
    """Where the sentence at `place` ends, when the line goes on after it."""
    for stop in END.finditer(line, place):
        if really_ends(line, stop):
            return stop.end() if line[stop.end() :].strip() else None
    return None


def _reach(kind: SectionKind, words: str, rest: str) -> _Reach:
    """How far a section reaches whose heading `words` are followed by `rest` on its line."""
    if kind == "allergy" or _REASON.match(words):
        return "sentence"
    first = rest[: _sentence_end(rest, 0) or len(rest)]
    if _AMOUNT.search(first):
        return "list"
    return "list" if kind in ("order", "plan") and _AMOUNT.search(rest) and not _DONE.search(first) else "sentence"


def _is_over(reach: _Reach, line: str, before: str) -> bool:
    """Whether a section that reaches so far has ended before this line."""
    if reach == "page":
        return False
    if not line.strip():
        return bool(before.strip())
    if STAMP.match(line) or is_row(line):
        return True
    if reach == "list":
        return False
    return not (goes_on(before, line) or is_bullet(line) or line[:1] in " \t")


def _opening(line: str, number: int) -> tuple[SectionKind | None, _Reach]:
    """The section a line opens, and how far it reaches; None when the line is no heading."""
    marked = _MARKED.match(line) if line.lstrip(" \t")[:1] in "*<=#[" else None
    if marked and (kind := heading_kind(marked[1])) is not None:
        return kind, _reach(kind, marked[1], line[marked.end() :]) if line[marked.end() :].strip() else "page"
    title = _TITLE.match(line) if _OF_DATE.search(line) else None
    if title and (kind := heading_kind(title[1])) not in (None, "allergy"):
        if _OF_BEFORE.search(line, title.end()):
            return "history", "page"
        # "Visit 6/24/26" is the day of what follows; only with a reason of its own it tells what was hoped for.
        return "none" if title[1].lower() == "visit" else kind, "page"
    found = LINE_HEADING.match(line)
    if not found:
        return None, "page"
    kind = heading_kind(found[1])
    rest = line[found.end() :]
    if found[2] and rest.strip():
        if kind is None:
            return ("none", "sentence") if found[1].isupper() and found[2] == ":" else (None, "page")
        return (None, "page") if found[2] != ":" and kind == "none" else (kind, _reach(kind, found[1], rest))
    if kind is None:
        shouted = number > 0 and found[1].isupper() and len(found[1]) > 6 and not _AMOUNT.search(found[1])
        return ("none", "page") if shouted else (None, "page")
    return kind, "list" if kind in ("allergy", "education", "home", "plan") else "page"


def section_at(text: str, place: int) -> SectionKind:
    """The kind of section that text[place] stands in."""
    known = sections(text)
    return known[bisect_right(known, place, key=lambda section: section.start) - 1].kind
