"""Where a note's sections, lines and sentences begin and end.

A section tells what its drugs are: a plan, an order, a history, an allergy list, teaching, home medicines, or
nothing in particular. A heading that stands alone on its line rules until the next heading. One with text after it
rules that sentence, and what is indented or itemised under it; where that sentence holds amounts it opens a list,
which runs on to the next blank or time-stamped line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from reviewer.language.lazy import Lazy

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
        r"(?:(?:physician|provider|treatment|chemo(?:therapy)?|infusion|medication|active|standing|new|verbal|telephone|"
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
_LINE_HEADING = Lazy(r"[ \t>*#=_\-•]*([A-Za-z][A-Za-z0-9/&,()'’ .\-]{1,60}?)[ \t*_=]*(:|$|[-–—] )")
_INNER_HEADING = Lazy(r"(?:(?<=[.;|!?])|(?<=[.;|!?] )|(?<=  ))([A-Z][A-Za-z/&' \-]{1,40}?):(?=\s|\Z)")
_TITLE = Lazy(
    r"[ \t*#=_\-]*([A-Za-z][A-Za-z/&' \-]{2,50}?)[ \t]*(?:[-–—|,(:#]|for\b|dated\b)?[ \t]*"
    r"(?:\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}-\d\d-\d\d)"
)
_OF_BEFORE = Lazy(
    r"\b(?:yesterday|for reference|(?:previous|prior|last) (?:visit|day|infusion|cycle)|copied)\b", re.IGNORECASE
)
_OF_DATE = re.compile(r"\d[/.\-]\d")
_MARKED = Lazy(
    r"[ \t]*(?:\*{1,3}|<{1,2}|={2,}|#{1,4}|\[)[ \t]*([A-Za-z][A-Za-z/& ']{2,40}?)[ \t]*(?:\*{1,3}|>{1,2}|={2,}|"
    r"#{1,4}|\])"
)
_LONE_CLOCK = Lazy(r"[(@]?[ ]?(?:[01]?\d|2[0-4]):?[0-5]\d[ ]?(?:[ap]m?|h(?:rs)?)?[).]?", re.IGNORECASE)
_SPACED = Lazy(r"\S[ ]{2,}\S")
STAMP = Lazy(
    r"[ \t]*+(?:[-*•>][ \t]*+)?[\[(@]?[ \t]*+(?:\d{1,2}[/\-]\d{1,2}(?:[/\-]\d{2,4})?[ ,@]+)?"
    r"(?:[01]?\d|2[0-4])[:;.h]?[0-5]\d[ ]?(?:[ap]\.?m?\.?\b)?(?![\d/]|[ ]*(?:m[gl]|mcg|units?|cc|g|%)\b)",
    re.IGNORECASE,
)
_ABBREVIATION = Lazy(
    r"(?:\b(?:dr|drs|mr|mrs|ms|st|vs|approx|no|pt|pts|inj|amt|hr|hrs|min|mins|q|e\.g|i\.e|resp|temp|wt|ht|dx|tx|hx|"
    r"a\.m|p\.m|a|p|sub|jr|sr|prof|dept|est|vol|sol|incl|resp|dtr)|\b[A-Z])\Z",
    re.IGNORECASE,
)
_ANSWER = Lazy(r"(?<!by)(?<!nurse)(?<!patient)(?<!per)(?<=[a-z\d)])[ ][YN]\Z")
_SURNAME = Lazy(r"[ ]+[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?,? (?:RN|LPN|LVN|MD|DO|NP|PA|MA|PharmD|APRN)\b")
_AMOUNT_OF_TIME = Lazy(r"(?:\d[ ]?|/|\bq[ ]?)(?:hrs?|h|mins?|[ap](?:\.m)?)\Z", re.IGNORECASE)
# What is looked behind for comes after the first character, which `re` then finds fast.
_END = Lazy(r"[.!?/](?:(?<=[.!?])(?<![ .].)[.!?]*[)\"'”’]*(?=\s|\Z)(?!(?<=\.\.)\s+[a-z])|(?<= /)/(?= ))")
_END_BESIDE = Lazy(
    rf"{_END.pattern}|(?<! )[ ]{{3,}}+(?=(?:[01]?\d|2[0-4]):?[0-5]\d[ ]+(?!(?:h(?:rs?|ours)?|[ap]m|done|off|in|to|"
    r"complete\w*|stop\w*|end\w*|finish\w*|m[gl]|mcg|units?|cc|g)\b)[A-Za-z]{3})"
)
_HANGING = Lazy(
    r"(?:\b(?:at|from|to|over|of|and|the|a|an|with|via|in|by|for|on|until|through|was|were|is|then)|,)\s*\Z"
)
_BULLET = Lazy(r"[ \t]*(?:[-*•>☐☑✓]|\d{1,2}[.)]|[a-h][.)]|\[[ xX]?\])[ \t]+")

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
_SAME_ENTRY = Lazy(
    r" +(?:(?:slow|syringe|hand|iv|by|via) ){0,3}(?:spiked|hung|up|on|start(?:ed)?|empt(?:y|ied)|dry|down|off|done|"
    r"stop(?:ped)?|completed?|infused|ran|push(?:ed)?|ivpb?|ivp|over)\b",
    re.IGNORECASE,
)
_LED = Lazy(r"(?:[.;!?] |\n|\A)(?:AT|BY|AROUND|ABOUT) \d{1,2}(?::\d\d)? [AP]\.M\.\Z")
_SHOUTED_ON = Lazy(
    r"(?<=[AP]\.M\.) (?:AND|TO|UNTIL|TILL|THROUGH|THRU|WITH|IN|VIA|BY|OVER|FOR|WAS|WERE|AS|ON|INTO|AFTER|BEFORE|"
    r"THEN|WHEN|BUT)\b"
)
_NAMED_BY_NUMBER = Lazy(
    r"\s+(?:\d-?[A-Z]{2}|[0-2]\d:?[0-5]\d[ ](?!(?i:m[gl]|mcg|units?|hrs?|and|until|[ap]m|given|done)\b)[A-Za-z]{3})"
)
_LABEL = Lazy(r"[a-z]+ ?#?\d{0,2}:\s|[a-z]{1,6}[A-Z]{2,}")  # "dose: ", or a name in tall letters ("inFLIXimab")
_COLUMNS = Lazy(r"\S {3,}\S[^\n]*?\S {3,}\S")
_RULE = Lazy(r"[ \t]*[-=_*+~]{4,}[ \t]*")
_REASON = Lazy(r"\W*(?:reason|visit|chief|cc|here|indication)", re.IGNORECASE)
_Reach = Literal["page", "list", "sentence"]


_LONGEST = 2_000
"""Characters of a sentence; what depends on a sentence as a whole stays bounded."""


class Section(NamedTuple):
    """From `start` on, until the next one."""

    start: int
    kind: SectionKind


class Span(NamedTuple):
    """text[start:end]."""

    start: int
    end: int


def heading_kind(words: str) -> SectionKind | None:
    """What a heading's words announce; None when they are no known heading."""
    plain = " ".join(words.strip(" .*_").split())
    for kind, known in _HEADINGS:
        if known.match(plain):
            return kind
    return None


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
    """Where a line turns from what is ordered to what was done: a sentence that begins with a giving and its time."""
    for stop in _END.finditer(line, place):
        if _really_ends(line, stop) and _DOING.match(line, stop.end()):
            return stop.end()
    return None


def _sentence_end(line: str, place: int) -> int | None:
    """Where the sentence at `place` ends, when the line goes on after it."""
    for stop in _END.finditer(line, place):
        if _really_ends(line, stop):
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
    if STAMP.match(line) or _is_row(line):
        return True
    if reach == "list":
        return False
    return not (_goes_on(before, line) or is_bullet(line) or line[:1] in " \t")


def _is_row(line: str) -> bool:
    return line.count("|") >= 2 or line.count("\t") >= 2


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
    found = _LINE_HEADING.match(line)
    if not found:
        return None, "page"
    kind = heading_kind(found[1])
    rest = line[found.end() :]
    if found[2] and rest.strip():
        if kind is None:
            return ("none", "sentence") if found[1].isupper() and found[2] == ":" else (None, "page")
        return (None, "page") if found[2] != ":" and kind == "none" else (kind, _reach(kind, found[1], rest))
    if kind is None:
        shouted = number > 0 and found[1].isupper() and len(found[1]) > 6
        return ("none", "page") if shouted else (None, "page")
    return kind, "list" if kind in ("allergy", "education", "home", "plan") else "page"


def section_at(text: str, place: int) -> SectionKind:
    """The kind of section that text[place] stands in."""
    known = sections(text)
    return known[bisect_right(known, place, key=lambda section: section.start) - 1].kind


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
        if following is None or not _goes_on(text[line.start : line.end], text[following.start : following.end]):
            _add(found, text, start, line.end)
            start = line.end + 1
    return tuple(found)


def _ends(text: str, line: Span) -> Iterator[int]:
    """Where sentences end within a line; a second entry with a time of its own beside the first is one too."""
    beside = STAMP.match(text, line.start, line.end) is not None
    for stop in (_END_BESIDE if beside else _END).finditer(text, line.start, line.end):
        if stop[0].isspace() or _really_ends(text, stop):
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


def _really_ends(text: str, stop: re.Match[str]) -> bool:
    if stop[0] == "//":
        return not _SAME_ENTRY.match(text, stop.end())
    if stop[0] != "." or stop.end() >= len(text):
        return True
    following = text[stop.end() : stop.end() + 4].lstrip()[:1]
    if _SHOUTED_ON.match(text, stop.end()) or _LED.search(text, max(0, stop.start() - 24), stop.end()):
        return False
    if (following.isupper() or _NAMED_BY_NUMBER.match(text, stop.end())) and _AMOUNT_OF_TIME.search(
        text, max(0, stop.start() - 8), stop.start()
    ):
        return True
    if _ANSWER.search(text, max(0, stop.start() - 12), stop.start()) and not _SURNAME.match(text, stop.end()):
        return True
    return not _ABBREVIATION.search(text, max(0, stop.start() - 8), stop.start()) or (
        following == "\n" or text[stop.end() : stop.end() + 1] == "\n"
    )


def _goes_on(line: str, following: str) -> bool:
    if not following.strip() or not line.strip() or _is_row(line) or _is_row(following):
        return False
    if line.split()[0] == following.split()[0] or (_SPACED.search(line.strip()) and _SPACED.search(following.strip())):
        return False
    if _has_columns(line) or _has_columns(following) or _RULE.fullmatch(following):
        return False
    if len(line) > 30 and _HANGING.search(line):
        return not is_bullet(following) and not (STAMP.match(line) and STAMP.match(following))
    if line.rstrip()[-1] in ".!?:;|" or is_bullet(following) or following[:1] in " \t":
        return False
    if len(line) >= 60 and following[:1].islower():
        return _LABEL.match(following) is None
    return len(line) >= 72 and not STAMP.match(following) and _LINE_HEADING.match(following) is None


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
