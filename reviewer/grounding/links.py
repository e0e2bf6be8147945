"""Whose value is it? A time, dose, route or site counts for a drug only where the note's layout says so.

That is: in the drug's own table row; in its own sentence or clause with no other drug between; under the clock that
leads its line; or in words that refer back to it ("infusion complete") with no other drug started in between.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple, cast

from reviewer.grounding.lists import shared_by
from reviewer.grounding.page import Anchor, Page, Span
from reviewer.grounding.rows import column_role, is_subject, is_timed
from reviewer.language.access import tells_injection, without_line
from reviewer.language.layout import Row
from reviewer.language.lazy import Lazy
from reviewer.language.vocabulary import read_technique, tells_giving

Own = Callable[[Anchor], bool]
Role = Literal["start", "stop", "pause", "resume"]

_START = (
    r"(?:re)?start(?:ed|s|ing)?|beg[aiu]n(?:ning|s)?|beg|initiated|hung|given|gave|administered"
    r"|connected|infusing"
    r"|running|pushed|injected|instilled"
    r"|spiked|from|resumed|@|ivpb?|ivp|infus(?:ed|ion)|commenced"
    r"|(?:drip|line|flow|infusion|roller) open(?:ed)?|on(?=[ ]*(?:[.;)\r\n]|at \d|\d{1,2}:?\d\d\b|\Z))"
    r"|(?<!rate )(?<!titrated )(?<!follow )up(?=[ ]*(?:[.;,)@\r\n]|\d|at\b|\Z))"
)
_STOP = (
    r"stop(?:ped|s)?|end(?:ed|s|ing)?|complet(?:e[ds]?|ing)|completion|finish(?:ed)?|off|done|until|till|d/?c'?d?"
    r"|discontinued|disconnected"
    r"|(?:bag|ivpb|syringe)[ ](?:is[ ]|was[ ])?(?:empty|dry|down)|(?<!still )(?:empty|dry)(?=[ ]*(?:at[ ]"
    r"|@)?[ ]*(?:[.;)\r\n]|\d|\Z))|emptied|(?:ran|run)[ ]out|taken[ ]down"
    r"|(?:drip|line|flow|infusion|roller) (?:closed|shut)|infused[ ](?:in|by)|in[ ]by|paused?"
    r"|(?<!rate )(?<!titrated )down(?=[ ]*(?:[.;,)@\r\n]|\d|at\b|\Z))"
    r"|in(?=[ ]*(?:[.;,)@\r\n]|\Z|at[ ]\d))"
    r"|held|interrupted"
)
_START_WORDS = Lazy(rf"(?<!\w)(?:{_START})(?!\w)", re.IGNORECASE)
_STOP_WORDS = Lazy(rf"(?<!\w)(?:{_STOP})(?!\w)", re.IGNORECASE)
_PAUSE_WORDS = Lazy(r"\b(?:held|hold|paused?|stopped|interrupted|clamped|infiltrated|off)\b", re.IGNORECASE)
_RESUME_WORDS = Lazy(r"\b(?:resum(?:ed|e)|back[ ](?:up|at)|re-?start(?:ed)?|continued|re-?initiated"
r"|back[ ]on)\b", re.IGNORECASE)
_OTHER_TIME = Lazy(
    r"\b(?:arriv\w+|check(?:ed)?[ -]in|vitals?|vss?|bp|labs?|drawn|draw|verif\w+|order(?:ed|s)?"
    r"|released?|accessed|access|discharg\w+"
    r"|left(?! (?:upper |lower |dorsal )?(?:fore|arm|hand|chest|wrist|ac\b|ante|port|sub|piv|picc|side|ij\b"
    r"|delt|glut|thigh))"
    r"|return(?:ed|s)?|notified|paged|called|reviewed|witness\w*|wasted?|prepared|compounded|dispensed"
    r"|scheduled|due|report(?:ed)?|assess\w*"
    r"|appointment|appt|next[ ]visit|signed)\b[^,;.\d]{0,18}$",
    re.IGNORECASE,
)
_INFUSION = Lazy(r"\b(?:infus\w+|bags?|ivpb|drip|bottle|remainder|rate|titrat\w*|iv[ ]?med\w*)\b", re.IGNORECASE)
_CHEMO = Lazy(r"\bchemo(?:therapy)?\b", re.IGNORECASE)
_PUSH = Lazy(r"\b(?:push(?:ed)?|ivp|injections?|injected|syringe|shot)\b", re.IGNORECASE)
_BOTH = Lazy(r"\b(?:both|the two)\b", re.IGNORECASE)
_REFERS = Lazy(
    r"\b(?:it|this|that|same|complete[ds]?|completion|finish\w*|stopp?(?:ed)?|end(?:ed|s)?|off|done|up|down"
    r"|back|empty|dry"
    r"|start(?:ed)?|restart\w*|resum\w*|paused?|held"
    r"|begun|began|beg|flow|drip|hung|dose|total|lesions?|instilled|clamped|medications?|meds?|treatment|tx|tolerated"
    r"|reservoir|pump|ran|over|throughout|given|route|wast\w*|discard\w*"
    r"|site|volume|vol|via|through|drug|minutes?|min|unit)\b",
    re.IGNORECASE,
)
_ELSEWHERE = Lazy(
    r"\b(?:piv|iv[ ](?:started|placed|site|removed|d/c'?d?|catheter|access)|(?:port|picc|line|needle"
    r"|huber)[ ](?:\w+[ ]){0,2}(?:accessed|"
    r"de-?accessed|removed|flushed|placed)|vitals?|vs|vss|bp|labs?|cbc|arriv\w+|teach\w*|educat\w*"
    r"|discharg\w*|observ\w*|dressing|meal"
    r"|lunch|ambulat\w*|void\w*|o2|assess\w*|consent|orders?|flush(?:ed)?|monitor\w*|appointment|bandage"
    r"|pressure)\b",
    re.IGNORECASE,
)
_LABELLED = Lazy(r"[ \t]*[A-Za-z][A-Za-z /]{1,24}[ \t]*[:=]")
_JOINED = Lazy(r"[ \t]*(?:,|&|\+|/|\band\b|\bplus\b)(?:[ \t]*and\b)?[ \t]*", re.IGNORECASE)
_GAVE_NAMELY = Lazy(
    r"(?<!not )(?<!to )\b(?:gave|administered|injected|instilled|received)\b[^.;:\d]{0,50}?,? "
    r"(?:which (?:was|were|is)|consisting of|containing|namely|that is|i\.e\.,?)[ ]*\Z",
    re.IGNORECASE,
)
_LISTED = Lazy(r"(?:[+&/,]|\bplus)[ \t]*$")
_ANOTHER_DAY = Lazy(
    r"\b(?:next|tomorrow|return\w*|will|rtc|follow-?up|future|plan(?:s|ned)?|in \d+ (?:days|weeks)|due|schedul\w+)\b",
    re.IGNORECASE,
)
_ARROW = Lazy(r"(?:->|→|=>)[ \t]*$")
_IN_BEFORE = Lazy(r"\bin[ \t]*(?:at|@)?[ \t]*$", re.IGNORECASE)
_OUT_AFTER = Lazy(r"[ \t,;/]*(?:and[ \t]+)?out[ \t]*(?:at|@)?[ \t]*\d", re.IGNORECASE)
_OUT_BEFORE = Lazy(r"\bin[ \t]*(?:at|@)?[ \t]*[\d:]+[ \t,;/]*(?:and[ \t]+)?out[ \t]*(?:at|@)?[ \t]*$", re.IGNORECASE)
_BACK = 40
_SHORT_LINE = 60


class Link(NamedTuple):
    """The drug mention that a value belongs to, and how it is tied to it."""

    anchor: Anchor
    how: Literal["row", "clause", "stamp", "reference", "record"]


def link(page: Page, start: int, end: int, own: Own, partner: Own, *, listed: bool = False) -> Link | None:
    """The own mention that text[start:end] belongs to; None when it belongs to another drug, or to none.

    `own` tells the drug's mentions; `partner` those of drugs in the same bag, which share its times and route.
    `listed` says that the value is one that a list shares: what stands after its last drug is said of every one.
    """
    row = page.row(start)
    if row is not None and (row.of("drug") or _named(page, (row.start, row.end), own)):
        return _in_row(page, row, start, own, partner, listed)
    stamp = page.stamp(start)
    if stamp and stamp.start <= start < stamp.end:
        named = _named(page, page.entry(start), own)
        if named:
            mine = next((a for a in named if own(a) and _is_subject(page, a, named)), None)
            return Link(mine, "stamp") if mine else None
    elif (found := _in_clause(page, start, own, partner)) is not None:
        mine = shared_by(page, found.anchor, start, own) if listed else None
        return found if own(found.anchor) else Link(mine, "clause") if mine else None
    return _in_record(page, start, own) or _by_reference(page, start, end, own, partner)


def _named(page: Page, span: Span, own: Own) -> list[Anchor]:
    """The drugs of a span. One named aside counts only where it is the drug in question, and nothing else is named."""
    everyone = page.named(span)
    subjects = [a for a in everyone if not a.aside]
    return [a for a in everyone if not a.aside or (own(a) and (a.aside != "reason" or not subjects))]


def _in_row(page: Page, row: Row, start: int, own: Own, partner: Own, listed: bool) -> Link | None:
    cell = row.at(start)[:2]
    here = _named(page, cell, own) if row.at(start).kind != "volume" else []
    if here:
        anchor = _owner(page, cell, here, start, own, partner)
        if anchor and listed and not own(anchor):
            anchor = shared_by(page, anchor, start, own)
        return Link(anchor, "row") if anchor and own(anchor) else None
    cells = row.of("drug") or row.cells
    subject = next((named for span in cells if (named := _named(page, span[:2], own))), [])
    mine = next((a for a in subject if own(a)), None)
    if mine is None or not all(own(a) or partner(a) for a in subject):
        return None
    return Link(mine, "row")


def _in_clause(page: Page, start: int, own: Own, partner: Own) -> Link | None:
    sentence = page.sentence(start)
    named = _named(page, sentence, own)
    if not named:
        return None
    clause = page.reach(start)
    if not any(clause[0] <= a.start and a.end <= clause[1] for a in named) and _refers_past(page, clause, start, named):
        return None
    anchor = _owner(page, sentence, named, start, own, partner)
    return Link(anchor, "clause") if anchor else None


def _is_subject(page: Page, anchor: Anchor, named: list[Anchor]) -> bool:
    """Whether a drug of a stamped line leads its clause, or is listed with the one that does ("A 8 mg + B")."""
    clause = page.clause(anchor.start)
    before = [a for a in named if clause[0] <= a.start < anchor.start]
    return not before or bool(_LISTED.search(page.text, before[-1].end, anchor.start))


def _refers_past(page: Page, clause: Span, start: int, named: list[Anchor]) -> bool:
    """Whether a clause speaks of an earlier drug: before the first of its sentence ("infusion complete at ..."), or
    behind a push, which is never open ("benadryl IVP 0930, infusion held 0930")."""
    text, before = page.text, [a for a in named if a.start < start]
    if not before:
        return bool(_INFUSION.search(text, *clause) and _STOP_WORDS.search(text, *clause))
    if any(read_technique(text[slice(*page.clause(a.start))]) != "push" for a in before):
        return False
    paused = any(form.search(text, *clause) for form in (_STOP_WORDS, _PAUSE_WORDS))
    return bool(_RESUME_WORDS.search(text, *clause) or (paused and _INFUSION.search(text, *clause)))


def _owner(page: Page, span: Span, named: list[Anchor], start: int, own: Own, partner: Own) -> Anchor | None:
    """The drug of a sentence or cell that a place in it bel"
    "ongs to: the one before it, unless its clause leads one."""
    clause = page.clause(start)
    clause = max(clause[0], span[0]), min(clause[1], span[1])
    inside = [a for a in named if clause[0] <= a.start < clause[1]]
    before = [a for a in (inside or named) if a.start <= start]
    if before:
        nearest = before[-1]
        if not inside and _leads_next(page, clause, named):
            return None
        if own(nearest) or not partner(nearest):
            return nearest
        return next((a for a in reversed(before) if own(a)), next((a for a in named if own(a)), nearest))
    return (inside or named)[0]


def _leads_next(page: Page, clause: Span, named: list[Anchor]) -> bool:
    """Whether a clause is nothing but a clock right before another drug, so that it may belong to either."""
    words = page.text[slice(*clause)].strip(" ,;@").lower().removeprefix("at ").strip()
    clocks = [c for c in page.clocks(clause[0]) if clause[0] <= c.start and c.end <= clause[1]]
    if len(clocks) != 1 or words != page.text[clocks[0].start : clocks[0].end].lower().strip(" @"):
        return False
    if page.range_end(clocks[0]) is not None:
        return False
    following = page.clause(min(clause[1] + 1, len(page.text)))
    opening = page.text[following[0] : following[0] + 12]
    return any(following[0] <= a.start <= following[0] + len(opening) - len(opening.lstrip()) + 2 for a in named)


def _in_record(page: Page, start: int, own: Own) -> Link | None:
    """A labelled line right under the drug's own line ("Start: 0900"), with no other drug between."""
    line = page.line(start)
    if not _LABELLED.match(page.text, *line):
        return None
    while line[0] > 0:
        if line[1] - line[0] > _SHORT_LINE or line[0] == line[1]:
            return None
        line = page.line(line[0] - 1)
        named = _named(page, line, own)
        if named:
            mine = next((a for a in named if own(a)), None)
            return Link(mine, "record") if mine and len(named) == 1 else None
    return None


def _by_reference(page: Page, start: int, end: int, own: Own, partner: Own) -> Link | None:
    clause, entry = page.reach(start), page.sentence(start)[0]
    stamp = page.stamp(start)
    if stamp and stamp.start <= start < stamp.end:
        entry = page.entry(start)[0]
        clause = stamp.end, page.clause(min(stamp.end + 1, len(page.text)))[1]
    clause = clause[0], max(clause[1], page.clause(max(end - 1, start))[1])
    words = without_line(page.text[slice(*clause)])
    if not (_REFERS.search(words) or _INFUSION.search(words) or _PUSH.search(words) or _CHEMO.search(words)):
        return None
    if _ELSEWHERE.search(words) and not (_INFUSION.search(words) or _PUSH.search(words) or _CHEMO.search(words)):
        return None
    if page.cue(clause[0], max(clause[0], end)) in ("history", "education", "plan", "home", "conditional"):
        return None
    anchor = _antecedent(page, entry, words, own, partner)
    return Link(anchor, "reference") if anchor else None


def _antecedent(page: Page, place: int, words: str, own: Own, partner: Own) -> Anchor | None:
    """The own mention that referring words point back to; None when another drug was started since."""
    spare = 1 if _BOTH.search(words) else 0
    ordered: Anchor | None = None
    seen: set[str] = set()
    for anchor in page.before(place):
        mine = own(anchor)
        standing = page.cue(anchor.start, anchor.end)
        if not seen and ordered is None and (standing == "order" or _is_todays(page, anchor, standing)):
            ordered = anchor
        if standing != "none" or (anchor.aside and not mine) or _only_stops(page, anchor):
            continue
        if mine:
            return None if _passes_over(page, anchor, words) else anchor
        if partner(anchor) or _passes_over(page, anchor, words) or _is_over(page, anchor, words) or anchor.key in seen:
            continue
        if spare == 0:
            return None
        spare -= 1
        seen.add(anchor.key)
    # Nothing was started in words: the one drug that was just ordered is what the words speak of.
    return ordered if ordered is not None and own(ordered) and not seen else None


def _is_todays(page: Page, anchor: Anchor, standing: str) -> bool:
    """Whether a drug is what the patient came for today, not one for another visit."""
    return standing == "plan" and not _ANOTHER_DAY.search(page.text, *page.sentence(anchor.start))


def _only_stops(page: Page, anchor: Anchor) -> bool:
    """Whether a mention tells only that its drug ended ("Cytoxan complete")."""
    words = page.text[slice(*page.clause(anchor.start))]
    return bool(_STOP_WORDS.search(words)) and not _START_WORDS.search(words)


def _is_over(page: Page, anchor: Anchor, words: str) -> bool:
    """Whether words of ending or going on cannot mean a drug because it was pushed: a push is never open."""
    if _PUSH.search(words) or not any(form.search(words) for form in (_STOP_WORDS, _PAUSE_WORDS, _RESUME_WORDS)):
        return False
    return read_technique(page.text[slice(*page.clause(anchor.start))]) in ("push", "injection")


def _passes_over(page: Page, anchor: Anchor, words: str) -> bool:
    """Whether the referring words cannot mean this drug: an"
    " infusion is no push, chemotherapy no antiemetic."""
    technique = read_technique(page.text[slice(*page.clause(anchor.start))])
    by_mouth = re.search(r"\bp\.?o\b|\bby mouth\b|\boral", page.text[slice(*page.clause(anchor.start))], re.IGNORECASE)
    if by_mouth:
        return True
    if _CHEMO.search(words) and not anchor.admin_class.startswith("chemo"):
        return True
    if _PUSH.search(words):
        return technique == "infusion"
    return bool(_INFUSION.search(words)) and technique in ("push", "injection")


def role_of(page: Page, start: int, end: int, anchor: Anchor) -> Role | None:
    """What a clock says of a drug: its start or its stop, f"
    "rom the column, the range or the words around it."""
    column = column_role(page, start)
    if column:
        return cast(Role, column)
    clock = page.clock(start, end)
    if clock and (ranged := page.range_end(clock)):
        return "start" if ranged == "start" else "stop"
    return _role_by_words(page, start, end, anchor)


def _last(form: Lazy, text: str, start: int, end: int) -> int:
    return max((m.end() for m in form.finditer(text, start, end)), default=-1)


def _role_by_words(page: Page, start: int, end: int, anchor: Anchor) -> Role | None:
    stamp = page.stamp(start)
    if stamp and stamp.start <= start < stamp.end:
        entry = page.entry(start)
        inside = entry[0] <= anchor.start < entry[1]
        first, last = page.clause(anchor.start) if inside else (stamp.end, entry[1])
        last = _list_end(page, anchor, last, entry[1]) if inside else last
        others = [c.start for c in page.clocks(start) if c.start > max(anchor.end, stamp.end)]
        return _one_role(page.text[max(first, stamp.end) : min([last, *others])])
    if in_and_out := _in_and_out(page, start, end):
        return in_and_out
    first, last = page.reach(start)
    first = max(first, start - _BACK)
    clocks = [c for c in page.clocks(start) if c.end <= start]
    if clocks:
        first = max(first, clocks[-1].end)
    following = [c for c in page.clocks(start) if c.start >= end]
    after = _one_role(page.text[end : min(last, following[0].start if following else last)])
    if after and _ARROW.search(page.text, first, start):
        return after
    starts, stops = _last(_START_WORDS, page.text, first, start), _last(_STOP_WORDS, page.text, first, start)
    if starts != stops:
        return "start" if starts > stops else "stop"
    return after


def _list_end(page: Page, anchor: Anchor, last: int, end: int) -> int:
    """Where the clause ends that a list of drugs shares, of which this one is named ("A and B complete")."""
    for following in page.within((anchor.end, end)):
        if not _JOINED.fullmatch(page.text, anchor.end, following.start):
            break
        anchor, last = following, page.clause(following.start)[1]
    return last


def _in_and_out(page: Page, start: int, end: int) -> Role | None:
    """Which clock of "in 1000 out 1045" this is."""
    before = page.text[max(0, start - 24) : start]
    if _IN_BEFORE.search(before) and _OUT_AFTER.match(page.text, end):
        return "start"
    return "stop" if _OUT_BEFORE.search(before) else None


def _one_role(words: str) -> Role | None:
    starts, stops = _START_WORDS.search(words), _STOP_WORDS.search(words)
    if bool(starts) == bool(stops):
        # "infusion complete" names the act that ended; a start word of its own makes it ambiguous
        return "stop" if stops and starts and _ends_act(words) else None
    return "stop" if stops else "start"


_ENDED_ACT = Lazy(
    rf"\b(?:infus(?:ion|ed)|ivpb?|ivp|push|bag|injection|run"
    rf"ning)\b[^,;.]{{0,24}}?\b(?:{_STOP})(?!\w)",
    re.IGNORECASE,
)


def _ends_act(words: str) -> bool:
    rest = _ENDED_ACT.sub(" ", words)
    return rest != words and not _START_WORDS.search(rest)


def fits(
    role: Role | None, wanted: Role, page: Page, start: int, end: int, anchor: Anchor | None = None
) -> bool:
    """Whether a clock with this role may serve: a stop need"
    "s words that say so, a start only must not be a stop."""
    words = page.text[max(page.clause(start)[0], start - _BACK) : max(page.reach(start)[1], page.clause(end)[1])]
    stamp = page.stamp(start)
    if anchor is not None and stamp is not None and stamp.start <= start < stamp.end:
        words += " " + page.text[slice(*page.clause(anchor.start))]
    if wanted == "pause":
        return bool(_PAUSE_WORDS.search(words)) or role == "stop"
    if wanted == "resume":
        return bool(_RESUME_WORDS.search(words))
    if wanted == "stop":
        return role == "stop"
    return (role != "stop" or read_technique(words) == "push") and not another_act(page, start)


def another_act(page: Page, start: int) -> bool:
    """Whether the words right before a clock make it the ti"
    "me of something else (arrival, order, vital signs)."""
    first = max(page.clause(start)[0], start - _BACK)
    return bool(_OTHER_TIME.search(page.text, first, start))


def gives(page: Page, anchor: Anchor) -> bool:
    """Whether the words around a mention tell of a giving (given, started, hung, IVPB ...)."""
    if anchor.aside == "reason":
        return tells_injection(page.text[anchor.end : page.clause(anchor.end)[1]])
    row = page.row(anchor.start)
    if row is not None and not is_subject(row, anchor):
        row = None
    if row is not None and is_timed(page, row):
        return True
    span = (row.start, row.end) if row else page.clause(anchor.start)
    if tells_giving(page.text[slice(*span)]) or tells_injection(page.text[slice(*span)]):
        return True
    sentence = page.sentence(anchor.start)
    others = [a.start for a in page.within(sentence) if a.start > anchor.end]
    rest = page.text[anchor.end : others[0] if others else sentence[1]]
    if tells_giving(rest) or tells_injection(rest):
        return True
    before = [a.end for a in page.within(sentence) if a.end <= anchor.start]
    if not before and _GAVE_NAMELY.search(page.text, sentence[0], anchor.start):
        return True
    last = next((a for a in reversed(page.within(sentence)) if shared_by(page, a, a.end, lambda b: b == anchor)), None)
    return last is not None and gives(page, last)
