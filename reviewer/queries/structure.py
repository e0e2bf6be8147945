"""What a query is made of besides words: its choices, its title, its indicators, its dates; and the checks on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reviewer.language.dates import MONTHS
from reviewer.queries.rules import LintRules
from reviewer.queries.text import QUOTED, Query

Place = tuple[int, int]
"""A stretch of the folded text: from, to."""

_BOX = re.compile(r"\[(?P<square>[ \t_]{0,3}|[xX*vV+])\]|\((?P<round>[ \t_]{0,3}|[xX*])\)|(?<![\w_])_{2,4}(?=[ \t]+\w)")
_BULLET = re.compile(r"(?m)^[ \t]*(?:[-*+•·]|\d{1,2}[.)]|[a-zA-Z][.)]|[1-9a-eA-E] ?=|o(?=[ \t]+[A-Z]))[ \t]+(?=\S)")
_CHOOSE = re.compile(
    r"(?i)\?\s*$|\b(?:select|choose|pick|mark|tick|check|circle|indicate|specify|clarify|options?|choices?|reason|"
    r"one of|answers?|reply|which|what)\b[^.?!]*[:.]?\s*$"
)
_FIELDS = re.compile(r"(?i)\b(?:complete|fill|provide|describe|supply|answer (?:each|these|the following))\b")
"""What invites to fill in each of the items below, and not to choose one."""
_ESCAPE = re.compile(
    r"(?i)\b(?:unable|undetermin\w+|indetermin\w+|unknown|not known|cannot|can't|not sure|unsure|don't know|"
    r"do not know|not recorded|not documented|not determin\w+|no record|not available)\b"
)
_NOTHING = re.compile(r"(?i)^\W*(?:no|none|not|nothing) [a-z]")
_OTHER = re.compile(
    r"(?i)\b(?:others?|another|something else|none of (?:these|the above)|different|specify|describe)\b|_{3,}"
)
_BLANK = re.compile(r"_{3,}\s*$")
_ONLY_OTHER = re.compile(r"(?i)^\W*(?:(?:an)?other\b|something else|none of|different\b|_{3,})")
_YES_NO = re.compile(r"(?i)^\W*(?:yes|no|y|n)\b")
_YES_OR_NO = re.compile(r"(?i)(?<![\w/])(?:y ?/ ?n|yes ?(?:/|or|\|) ?no)(?![\w/])")
_SETTLES = re.compile(
    r"(?i)\bpresent (?:on|at|upon|before) (?:arrival|admission)|\bpoa\b|"
    r"\bagree with (?:the |dr\.? \w+'s )?(?:\w+(?:'s)? ){0,3}"
    r"(?:finding|assessment|interpretation|diagnosis|report|opinion|impression|result)|"
    r"\bdocumented\b[^?]*\b(?:related|relationship|due to|caused|confirmed|ruled out|resolved|valid)|"
    r"\brelation(?:ship)?\b[^?]*\bdocumented"
)
CLOSED = re.compile(r"(?i)(?:^|[,:;.] |- |\band |\bso )(?:was|is|were|are|did|does|do|has|had|have)\b[^?]*\?")
OPENING = re.compile(
    r"(?i)\b(?:or|what|when|where|which|who|whom|whose|how|why|if so|if yes|if not|any|anyone|anything|"
    r"others?|further|else|recorded|on file|documented|kept|noted|charted|exist\w*|available|signed|"
    r"according|there an?|known|recovered|retrieved|"
    r"(?:this|these|that|those) your|(?:the|another|a) (?:\w+ )?(?:slip|page|copy|system|printout))\b|\bpossible to\b"
)
_EITHER_OR = re.compile(r"(?i)\b[\w'-]+,? or (?:an? |the |as )?[\w'-]+(?: [\w'-]+){0,2}\s*\?")
_NO_CHOICE = re.compile(
    r"(?i)\b(?:any\w*|ever)\b|\bor (?:\w+ )?(?:else|any|some)(?:where|how|thing)\b|"  # "or" joins what is denied alike
    r"\b(?:same|one|single|with|before|yes)\b[^?]* or (?:in |by |from )?"
    r"(?:separate\w*|differ\w+|several|two|more|without|after|no)\b"
)
"""Where "or" leaves no third: the two halves are everything there is."""
_ASKS_OPENLY = re.compile(r"(?i)\b(?:what|when|where|which|who|whom|how|why|any|there|whether)\b")
_TITLE_LABEL = re.compile(
    r"(?im)^[ \t]*(?:subject|re|title|topic|betreff)\s*:\s*(?P<title>[^\n]+)|^[ \t]*#{1,4}[ \t]+(?P<head>[^\n]+)"
)
_MONTH = r"(?:" + "|".join(MONTHS) + r")[a-z]{0,6}\.?"
_DATE = re.compile(
    rf"(?i)(?<![\d/])(?P<y1>20\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)(?!\d)|(?<![\d/])(?P<m2>\d{{1,2}})/(?P<d2>\d{{1,2}})/(?P<y2>(?:20)?\d\d)(?![\d/])|"
    rf"\b(?P<m3>{_MONTH})\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>20\d\d)|\b(?P<d4>\d{{1,2}})\s+(?P<m4>{_MONTH})\s+(?P<y4>20\d\d)|"
    rf"(?<![\d/])(?P<m5>\d{{1,2}})/(?P<y5>20\d\d)(?![\d/])|\b(?P<m6>{_MONTH})\s+(?:of\s+)?(?P<y6>20\d\d)"
)
_SHORT_DATE = re.compile(r"(?<![\d/.])\d{1,2}/\d{1,2}(?![\d/])")
_SERVICE = re.compile(
    r"(?i)\b(?:dos|date of service|visit(?: under review)?|service date)\b\W{0,6}(?:of |on )?\W{0,4}$"
)
_EARLIER_NAMED = re.compile(r"(?i)\b(?:prior|earlier|previous|past)[ -]encounter")
_EARLIER = re.compile(
    rf"(?i)\b(?:last|previous|prior|earlier|former) "
    r"(?:year|month|visit|admission|cycle|note|stay|hospital\w*|record|chart|encounter)(?:'s)?\b|"
    rf"\b{_MONTH} (?:admission|hospital\w*|stay|visit)\b|"
    r"\b(?:was|were|had|showed) [^.?!]{0,40}\b(?:months?|years?) ago\b|"
    r"\bhospital (?:stay|course) (?:in|of|last)\b|\bold (?:record|chart|note)s?\b"
)
_IN_A_MONTH = re.compile(
    r"\b(?:[Ii]n|[Ff]rom|[Ss]ince|[Oo]f|[Ll]ast) "
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December)\b(?! ?\d)"
)
_MEASURED = re.compile(
    r"(?i)\d\s?(?:mg|mcg|g|kg|ml|cc|l|units?|meq|mmol|%|cm|mm|gauge|lb|bpm)\b|"
    r"\b(?:hgb|hb|anc|wbc|plt|platelets|k|na|mg|ca|creat\w*|gfr|egfr|bnp|crp|lactate|ferritin|temp\w*|bp|sbp|hr|spo2|bmi|"
    r"a1c|inr|mcv|urate|phos\w*|ef|albumin|bilirubin)\b\s*(?:of|was|is|at|[:=<>])?\s*\d"
)
RECORD = re.compile(
    r"(?i)(?:^\W*|\b(?:the|your|this|that|these|those|her|his|their|my|our|an?|in|on|of|from|per|by|each|every|both|no|"
    r"any|one|two|which|whose|for|with|under|to|and|or|'s|nursing|clinic|progress|visit|face|infusion|medication|'s) "
    r"(?:\w+ )?|\b(?=mar\b|flow ?sheet|consent|summary|roster))"
    r"(?:note|mar|record|chart|order|report|form|page|log|flow ?sheet|entr(?:y|ie)|consent|list|field|"
    r"summary|line|check|section|column|row|box|document|roster)s?\b"
)
_TELLS = re.compile(
    r"(?i)\b(?:reads?|says?|shows?|states?|carries|has|have|lists?|documents?|documented|charted|is|are|was|no|without)\b"
)
_DAYS_OF_ONE_COURSE = 92


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer offered: its words, whether it is ticked, whether it has a box, and where it stands."""

    words: str
    ticked: bool
    boxed: bool
    place: Place

    @property
    def leaves_open(self) -> bool:
        """Whether it says that it cannot be told."""
        return bool(_ESCAPE.search(self.words) or _NOTHING.search(self.words))

    @property
    def is_other(self) -> bool:
        """Whether it takes an answer that is not in the list."""
        return bool(_OTHER.search(self.words))


def choice_lists(query: Query) -> Iterator[tuple[Choice, ...]]:
    """The lists of choices: boxes, and bullets after a question or an invitation to choose."""
    group: list[Choice] = []
    end = 0
    for choice in sorted(_choices(query), key=lambda one: one.place):
        between = query.own[end : choice.place[0]]
        if group and (between.strip() or group[-1].boxed != choice.boxed):
            yield from _choosable(query, group)
            group = []
        group.append(choice)
        end = choice.place[1]
    yield from _choosable(query, group)


def field_lists(query: Query) -> Iterator[Place]:
    """Where items stand that are to be filled in, each by itself."""
    held: Place | None = None
    for start, end in sorted(one.place for one in _choices(query) if not one.boxed):
        if held and not query.own[held[1] : start].strip():
            held = held[0], end
            continue
        if held:
            yield held
        intro = _line_before(query.own, start)
        held = (start, end) if _FIELDS.search(intro) and intro.endswith(":") else None
    if held:
        yield held


def _line_before(text: str, place: int) -> str:
    """The last line with words before a place, without the blanks at its end."""
    while place and text[place - 1].isspace():
        place -= 1
    return text[text.rfind("\n", 0, place) + 1 : place]


def _choosable(query: Query, group: list[Choice]) -> Iterator[tuple[Choice, ...]]:
    if not group or any("?" in choice.words for choice in group):
        return
    before = _line_before(query.own, group[0].place[0])
    if group[0].boxed or (len(group) > 1 and _CHOOSE.search(before) and not _FIELDS.search(before)):
        yield tuple(group)


def _choices(query: Query) -> Iterator[Choice]:
    boxed_lines: set[int] = set()
    boxes = list(_BOX.finditer(query.own))
    for at, box in enumerate(boxes):
        line_end = _line_end(query.own, box.end())
        end = min(line_end, boxes[at + 1].start()) if at + 1 < len(boxes) else line_end
        words = query.text[box.end() : end].strip()
        line_start = query.own.rfind("\n", 0, box.start()) + 1
        start = box.start()
        if not words:  # the box stands after its words
            words, start = query.text[line_start : box.start()].strip(), line_start
        elif not query.own[line_start : box.start()].strip(" \t-*+•0123456789.)"):
            start = line_start
        boxed_lines.add(line_start)
        mark = (box.groupdict().get("square") or box.groupdict().get("round") or "").strip(" \t_")
        yield Choice(words, bool(mark), True, (start, end))
    for bullet in _BULLET.finditer(query.own):
        line_start = query.own.rfind("\n", 0, bullet.start() + 1) + 1
        if line_start not in boxed_lines:
            end = _line_end(query.own, bullet.end())
            yield Choice(query.text[bullet.end() : end].strip(), False, False, (bullet.start(), end))


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def incomplete_options(query: Query, _: LintRules) -> Iterator[Place]:
    """Lists that lack a second supported choice, "other", or "unable to determine"."""
    for group in choice_lists(query):
        offered = [one for one in group if not one.leaves_open and not _ONLY_OTHER.match(one.words)]
        free = any(one.leaves_open for one in group)
        if not offered and (free or not any(one.is_other for one in group)):
            continue
        if free and any(_BLANK.search(one.words) for one in offered):
            continue  # an answer of the author's own is asked for
        closed = all(_YES_NO.match(one.words) for one in offered)
        if len(offered) < 2 or not free or not (closed or any(one.is_other for one in group)):
            yield group[0].place[0], group[-1].place[1]
    yield from _either_or(query)


def _either_or(query: Query) -> Iterator[Place]:
    """Questions that offer two answers in one breath and leave no third."""
    if _ESCAPE.search(query.own) or _OTHER.search(query.own):
        return
    for sentence in query.sentences:
        found = _EITHER_OR.search(sentence.text)
        if found and not _ASKS_OPENLY.search(sentence.text) and not _NO_CHOICE.search(sentence.text):
            yield sentence.start + found.start(), sentence.start + found.end()


def ticked_options(query: Query, _: LintRules) -> Iterator[Place]:
    """Choices that are ticked already."""
    for group in choice_lists(query):
        yield from (one.place for one in group if one.ticked)


def yes_no_ticks(query: Query) -> list[Place]:
    """Where an answer is to be ticked as yes or no."""
    ticks = [
        (group[0].place[0], group[-1].place[1])
        for group in choice_lists(query)
        if len([one for one in group if _YES_NO.match(one.words)]) > 1
    ]
    return ticks + [found.span() for found in _YES_OR_NO.finditer(query.own)]


def settles(query: Query) -> bool:
    """Whether the query settles what the record documents already."""
    return bool(_SETTLES.search(query.own.replace("\n", " ")))


def leading_titles(query: Query, rules: LintRules) -> Iterator[Place]:
    """Titles and subjects that name a condition or duration the quoted record does not."""
    conclusion = rules.compiled("named_condition")
    for start, end in titles(query):
        title = query.own[start:end]
        for found in conclusion.finditer(title):
            rest = query.text[:start] + query.text[end:]
            if not documented(query, found[0], rest):
                yield start + found.start(), start + found.end()
        told = re.search(r"(?i)\b\d+[- ]?(?:hours?|hrs?|min(?:ute)?s?)\b|\bneeds? (?:to be )?document\w*", title)
        if told:
            yield start + told.start(), start + told.end()


def titles(query: Query) -> Iterator[Place]:
    """Where the query's titles and subjects stand."""
    for found in _TITLE_LABEL.finditer(query.own):
        yield found.span("title" if found["title"] else "head")
    first = re.search(r"\S[^\n]*", query.own)
    if (
        first
        and len(first[0]) <= 70
        and not re.search(r"[.?!;]|:\s*\S|,\s*$", first[0])
        and not first[0].startswith("#")
    ):
        yield first.span()


def documented(query: Query, words: str, rest: str) -> bool:
    """Whether quoted words hold them, or the rest says that they are documented."""
    quoted = "".join(char if own == QUOTED else " " for char, own in zip(query.text, query.own, strict=True)).lower()
    told = re.search(
        rf"(?i)\b(?:assessment|diagnosis|impression|documents|documented)\b[^.\n]{{0,40}}{re.escape(words)}", rest
    )
    return words.lower() in quoted or bool(told)


def missing_indicators(query: Query, rules: LintRules) -> Iterator[Place]:
    """The first line, where nothing of the patient's record is cited anywhere."""
    own, text = query.own, query.text
    quoted = re.search(QUOTED + "{6,}", own)
    timed = rules.compiled("clock").search(text)
    dated = _DATE.search(text) or _SHORT_DATE.search(text)
    cited = dated and RECORD.search(text) and _TELLS.search(text)
    if quoted or timed or _MEASURED.search(text) or cited:
        return
    first = re.search(r"\S[^\n]*", text)
    if first:
        yield first.span()


def earlier_encounters(query: Query, _: LintRules) -> Iterator[Place]:
    """Findings of an earlier encounter in a query that does not name them as such."""
    if _EARLIER_NAMED.search(query.own):
        return
    for found in _EARLIER.finditer(query.own):
        yield found.span()
    months = {day.month for one in _DATE.finditer(query.own) if (day := _day(one))}
    for found in _IN_A_MONTH.finditer(query.own):
        if MONTHS.index(found["month"][:3].lower()) + 1 not in months:
            yield found.span()
    dates = [(found, day) for found in _DATE.finditer(query.own) if (day := _day(found))]
    if not dates:
        return
    full = [(found, day) for found, day in dates if not (found["y5"] or found["y6"])]
    named = [day for found, day in full if _SERVICE.search(query.own[max(0, found.start() - 40) : found.start()])]
    service = named[0] if named else max((day for _, day in full), default=None)
    for found, day in dates:
        if service and (service - day).days > _DAYS_OF_ONE_COURSE:
            yield found.span()


def _day(found: re.Match[str]) -> date | None:
    for at in "123456":
        year = found[f"y{at}"]
        if year:
            month, day = found[f"m{at}"], found[f"d{at}"] if at in "1234" else "28"
            number = int(month) if month.isdigit() else MONTHS.index(month[:3].lower()) + 1
            try:
                return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
            except ValueError:
                return None
    return None
