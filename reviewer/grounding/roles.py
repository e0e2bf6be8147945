"""What a clock tells of a drug: its start, its stop, a pause; from its column, its range or the words around it."""

from __future__ import annotations

import re
from typing import Literal, cast

from reviewer.grounding.page import Anchor, Page
from reviewer.grounding.rows import column_role
from reviewer.language.begin_end import BEGUN, ENDED, may_end
from reviewer.language.clock_pairs import STARTED_BY_ARROW, STARTED_BY_RATES, STOPPED_BY_ARROW
from reviewer.language.companions import is_to_come, tells_ran_in
from reviewer.language.ends import told_in
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.vocabulary import read_technique

Role = Literal["start", "stop", "pause", "resume"]

_START = (
    r"(?:re-?)?(?:start(?:ed|s|ing)?|commenc(?:ed|es|ing)|beg[au]n)|st(?=[ ]*@?[ ]?(?:\d{1,2}:?\d\d\b|\Z))"
    r"|beg[aiu]n(?:ning|s)?|beg|initiate[ds]|hung|hangs|given|gave|gives|administer(?:ed|s)"
    r"|connect(?:ed|s)|attached|(?<!finished )(?<!completed )(?<!stopped )(?<!done )infusing"
    r"|going(?=[ ]*(?:at[ ]|@[ ]?)?\d{1,2}:?\d\d\b)|followed(?=[ ](?:at|@)[ ]?\d)"
    r"|running|push(?:ed|es)|inject(?:ed|s)|instilled"
    r"|spiked|from|since(?=[ ]*(?:\d|\Z))|resumed|@|ivpb?|ivp|"
    r"(?<!dose )(?<!bag )(?<!bolus )(?<!remainder )infus(?:ed|ion)"
    r"|new[ ]bag"
    r"(?![ ](?:from|(?:was[ ])?(?:sent|made|mixed|ordered|requested|received|obtained|prepared))\b)"
    r"|(?:bag|bottle|dose|lit(?:er|re))[ ]followed"
    r"|(?:drip|line|flow|infusion|roller) open(?:ed)?"
    r"|on(?=[ ]*(?:[.;)\r\n]|at[ ](?:\d|\Z)|[:=][ ]*(?:\d|\Z)|\d{1,2}:?\d\d\b|\Z))"
    r"|(?<!rate )(?<!titrated )(?<!follow )(?<!wrapped )(?<!wound )up(?=[ ]*(?:[.;,:)@\r\n]|\d|at\b|\Z"
    r"|(?:via|through|thru|per|on pump|by gravity)\b))|" + BEGUN
)
_STOP = (
    r"stop(?:ped|s)?|end(?:ed|s|ing)?|complet(?:e[ds]?|ing)|completion"
    r"|fin(?=[ ]*@?[ ]?(?:\d{1,2}:?\d\d\b|\Z))|finish(?:ed|es|ing)?|conclud(?:ed|ing|es)|ceased"
    r"|(?<!handed )(?<!hand )(?<!signed )(?<!sign )off|done|until|till|d/?c'?d?"
    r"|discontinued|disconnected|transferred with (?:the )?(?:patient|pt)"
    r"|(?<!catheter )(?<!tube )(?<!foley )(?<!drain )clamped"
    r"|(?:bag|ivpb|syringe)[ ](?:is[ ]|was[ ])?(?:empty|dry|down)"
    r"|(?<!still )(?<!site )(?<!skin )(?<!dressing )(?<!and )(?<!& )(?<!site is )(?<!skin is )(?<!remains )"
    r"(?:empty|dry)(?=[ ]*(?:at[ ]"
    r"|@)?[ ]*(?:[.,;)\r\n]|\d|\Z))|empti(?:ed|es)|(?:ran|run)[ ]out|taken[ ]down"
    r"|(?:chang|turn|decreas|reduc|slow|switch|dropp|cut|dial)\w*(?:[ ](?:down|back|over))?[ ]to[ ](?:kvo|tko)"
    r"|(?:was|is|were|had gone|all)[ ]through|through(?=[ ]by\b)"
    r"|(?:drip|line|flow|infusion|roller) (?:closed|shut)|(?:dose|bag|bolus|remainder)[ ]infused"
    r"(?![ ](?:over|at|via|through|thru|for|from|with)\b|[ ]*[\d@])|infused[ ](?:in|by)|in[ ]by"
    r"|(?:last[ ](?:drop|of[ ]it|of[ ]the[ ]\w+)|rest[ ]of[ ]it|remainder)[ ]went[ ]in"
    r"|gone(?=[ ]*(?:by|at|@)?[ ]*(?:\d|\Z))|paused?"
    r"|(?<!rate )(?<!titrated )(?:down|dn)(?=[ ]*(?:[.;,:)@\r\n]|\d|at\b|\Z))"
    r"|(?<!went )(?<!came )(?<!put )(?<!iv )(?<!needle )(?<!line )(?<!\d\d )"
    r"in(?=[ ]*(?:[.;,)@\r\n]|\Z|at[ ]@?(?:\d|\Z)))"
    r"|held|halted|br(?:oke|oken)[ ]off|interrupted|" + ENDED
)
START_WORDS = Lazy(rf"(?<!\w)(?:{_START})(?!\w)|{STARTED_BY_ARROW}|{STARTED_BY_RATES}", re.IGNORECASE)
STOP_WORDS = Lazy(rf"(?<!\w)(?:{_STOP})(?!\w)|{STOPPED_BY_ARROW}", re.IGNORECASE)
PAUSE_WORDS = Lazy(
    r"\b(?:held|hold|pause[ds]?|stopped|halted|br(?:oke|oken) off|interrupted|clamped|infiltrated|off)\b", re.IGNORECASE
)
RESUME_WORDS = Lazy(
    r"\b(?:resum(?:ed|e)|back[ ](?:up|at)|re-?start(?:ed)?|continued|re-?initiated"
    r"|re-?commenc(?:ed|es)|re-?beg[au]n|re-?hung"
    r"|back[ ]on|"
    r"(?:on|up|running|infusing|carried on|went on|going|under ?way|let run|let go|taken up|took up|picked up) again|"
    r"proceed(?:ed|ing)? with (?:it|the)\b|re-?opened)\b",
    re.IGNORECASE,
)
_OTHER_TIME = Lazy(
    r"\b(?:(?:chair|visit|room|nursing|encounter|clinic)[ ]time|"
    r"arriv\w+|check(?:ed)?[ -]in|vitals?|vss?|bp|labs?|drawn|draw|verif\w+|order(?:ed|s)?"
    r"|released?|accessed|access|discharg\w+"
    r"|(?<!the )(?<!her )(?<!his )(?<!via )(?<!into )left"
    r"(?! (?:upper |lower |dorsal )?(?:fore|arm|hand|chest|wrist|ac\b|ante|port|sub|piv|picc|side|ij\b"
    r"|delt|glut|thigh))"
    r"|return(?:ed|s)?|notified|paged|called|reviewed|witness\w*|wasted?|prepared|compounded|dispensed"
    r"|scheduled|due|report(?:ed)?|assess\w*"
    r"|appointment|appt|next[ ]visit|signed)\b[^,;.\d]{0,18}$",
    re.IGNORECASE,
)
_SIGNING = Lazy(
    r"\b(?:(?:electronically |digitally |e-?|co-?)?signed|authenticated|attested|cosigned|signature"
    r"|orders? (?:entered|placed|released|received|acknowledged)|(?<!as )ordered)\b[^\n]{0,80}\Z",
    re.IGNORECASE,
)
_RAN = Lazy(r"\b(?:ran|infused|given|administered|dripped)(?:[ ](?:in|from|between|at))*[ ]*\Z", re.IGNORECASE)
_SIGNED_AFTER = Lazy(
    r"[ \t,:;\-–\])]*(?:hrs?\b|h\b)?[ \t,:\-–]*(?:electronically |digitally |e-?|co-?)?signed(?: by\b|[ \t]*:)",
    re.IGNORECASE,
)
_JOINED = Lazy(r"[ \t]*(?:,|&|\+|/|\band\b|\bplus\b)(?:[ \t]*and\b)?[ \t]*", re.IGNORECASE)
_ARROW = Lazy(r"(?:->|→|=>)[ \t]*$")
_IN_BEFORE = Lazy(r"\bin[ \t]*(?:at|@)?[ \t]*$", re.IGNORECASE)
_OUT_AFTER = Lazy(r"[ \t,;/]*(?:and[ \t]+)?out[ \t]*(?:at|@)?[ \t]*\d", re.IGNORECASE)
_OUT_BEFORE = Lazy(r"\bin[ \t]*(?:at|@)?[ \t]*[\d:]+[ \t,;/]*(?:and[ \t]+)?out[ \t]*(?:at|@)?[ \t]*$", re.IGNORECASE)
_NEXT_HUNG = Lazy(
    r"(?:#[ ]?[2-9]|\b(?:next|new|second|2nd|third|3rd|another)[ ](?:\w+[ ])?(?:bag|bottle|unit|dose|lit(?:er|re)|one)"
    r"|\b(?:bag|unit|bottle|dose|lit(?:er|re))[ ]?#?[ ]?(?:[2-9]|two|three))(?!\w)[^.;\n]{0,24}?"
    r"\b(?:hung|up|started|spiked|begun)\b",
    re.IGNORECASE,
)
_LEADS = Lazy(r"[ \t(\[]*(?:(?:at|around|about|by|approximately|approx\.?)[ ]){0,2}@?[ ]*", re.IGNORECASE)
_ON_DATE = Lazy(r"\bon[ ]\Z", re.IGNORECASE)
_DATE = expression(r"\d{1,2}[/-]\d|\d{4}-|[A-Z][a-z]{2}")
"""What follows the "on" of "on 1/19 at 11:53 pm it was finished", which begins nothing."""
_PAUSED_OVER = Lazy(
    r"\b(?:held|hold|pause[ds]?|interrupted|interruptions?|suspended|stopped|off)[ :]*(?:\w+[ ]){0,2}?"
    r"(?:from|between|for|at|@)?[ ]*\Z",
    re.IGNORECASE,
)
ON_AND_OFF = Lazy(
    r"\b(?:pump|infusion|drip|bag|clamp)[ ](?:was[ ]|is[ ])?(?:on|off|stopped|paused|held|closed|restarted|resumed)\b"
    r"|[:,–—-][ ]*(?:it was |i |rn )?(?:immediately |promptly |so )?(?:stopped|paused|turned off|shut off)\b",
    re.IGNORECASE,
)
"""An act told in a later clause than the time that leads it: "0954 flushed, chest tight: stopped at once"."""
_BACK = 64


_ACT_APART = Lazy(
    r"[,|/–—-][ ]?(?P<act>off|on|up|down|dn|in|done|start(?:ed)?|begun|hung|stop(?:ped)?|end(?:ed)?|finish(?:ed)?|"
    r"complete[d]?|infused|new bag|spiked|d/?c['’]?d|discontinued|taken down|empty)(?=[ ]?(?:[,;.|/\n–—-]|\Z))",
    re.IGNORECASE,
)


def role_of(page: Page, start: int, end: int, anchor: Anchor) -> Role | None:
    """What a clock says of a drug: its start or its stop, from the column, the range or the words around it."""
    column = column_role(page, start)
    if column:
        return cast(Role, column)
    clock = page.clock(start, end)
    if clock and (ranged := page.range_end(clock)):
        return "start" if ranged == "start" else "stop"
    return _role_by_words(page, start, end, anchor)


def _last(form: Lazy, text: str, start: int, end: int) -> int:
    return max((m.end() for m in form.finditer(text, start, end)), default=-1)


def _ends_what_began(page: Page, start: int, anchor: Anchor) -> bool:
    """Whether words between the clock of the drug's beginning and this one tell an end in whatever verb."""
    before = [clock for clock in page.clocks(start) if anchor.end <= clock.start and clock.end <= start]
    if len(before) != 1 or before[0].clock.minute >= (page.clock(start, start + 1) or before[0]).clock.minute:
        return False
    return page.sentence(start) == page.sentence(anchor.start) and may_end(page.text, before[0].end, start)


def _role_by_words(page: Page, start: int, end: int, anchor: Anchor) -> Role | None:
    stamp = page.stamp(start)
    if stamp and stamp.start <= start < stamp.end:
        entry = page.entry(start)
        inside = entry[0] <= anchor.start < entry[1]
        first, last = page.clause(anchor.start) if inside else (stamp.end, entry[1])
        last = _list_end(page, anchor, last, entry[1]) if inside else last
        others = [c.start for c in page.clocks(start) if c.start > max(anchor.end, stamp.end)]
        told = _one_role(page.text[max(first, stamp.end) : min([last, *others])])
        return told or (_by_act(page, anchor, min([entry[1], *others])) if inside else None)
    if _ends_what_began(page, start, anchor):
        return "stop"
    if in_and_out := _in_and_out(page, start, end):
        return in_and_out
    if told_in(page.text, start):
        return "stop"
    first, last = page.reach(start)
    first = max(first, start - _BACK)
    clocks = [c for c in page.clocks(start) if c.end <= start and page.text[c.end : start].strip() != "("]
    if clocks:  # the hour in words does not part "at eleven past nine (0911)" from its verb
        first = max(first, clocks[-1].end)
    following = [c for c in page.clocks(start) if c.start >= end]
    after = _one_role(page.text[end : min(last, following[0].start if following else last)])
    if after is None and _tells_later(page, start, end, anchor):
        after = _one_role(page.text[slice(*page.clause(anchor.start))])
    elif after is None and leads_alone(page, start, end):
        act = ON_AND_OFF.search(page.text, end, page.sentence(start)[1])
        after = _one_role(act[0]) if act else None
    if after and _ARROW.search(page.text, first, start):
        return after
    dated = _ON_DATE.search(page.text, first, start)
    before = dated.start() if dated and _DATE.match(page.text, start) else start
    starts, stops = _last(START_WORDS, page.text, first, before), _last(STOP_WORDS, page.text, first, before)
    if starts != stops:
        return "start" if starts > stops else "stop"
    if after is None and clocks and _JOINED.fullmatch(page.text, clocks[-1].end, start):
        return role_of(page, clocks[-1].start, clocks[-1].end, anchor)  # "stopped at 1008 and 1118"
    return after


def _by_act(page: Page, anchor: Anchor, end: int) -> Role | None:
    """What an entry tells by an act set apart by commas ("12:14p, Ruxience, off, kw"), where it names no other drug."""
    following = next((a.start for a in page.within((anchor.end, end))), end)
    found = _ACT_APART.finditer(page.text, anchor.end, following)
    acts = [one["act"] for one in found if not page.text[one.end() :].lstrip(" @")[:1].isdigit()]
    return _one_role(acts[0]) if len(acts) == 1 else None


def _tells_later(page: Page, start: int, end: int, anchor: Anchor) -> bool:
    """Whether a clock leads its sentence and the drug is named in a later clause ("2132 upset, vanc stopped")."""
    first, last = page.sentence(start)
    if not end < anchor.start < last or not _LEADS.fullmatch(page.text, first, start):
        return False
    return not any(end <= clock.start < last for clock in page.clocks(start))


def leads_alone(page: Page, start: int, end: int) -> bool:
    """Whether a clock leads a sentence that names no drug and tells no other time."""
    first, last = page.sentence(start)
    if not _LEADS.fullmatch(page.text, first, start) or page.within((first, last)):
        return False
    return not any(end <= clock.start < last for clock in page.clocks(start))


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
    starts, stops = START_WORDS.search(words), STOP_WORDS.search(words)
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
    return rest != words and not START_WORDS.search(rest)


def fits(role: Role | None, wanted: Role, page: Page, start: int, end: int, anchor: Anchor | None = None) -> bool:
    """Whether a clock with this role may serve: a stop needs words that say so, a start only must not be a stop."""
    words = page.text[max(page.clause(start)[0], start - _BACK) : max(page.reach(start)[1], page.clause(end)[1])]
    stamp = page.stamp(start)
    if anchor is not None and stamp is not None and stamp.start <= start < stamp.end:
        entry = page.entry(start)
        told = anchor.start if entry[0] <= anchor.start < entry[1] else start
        words += " " + page.text[slice(*page.clause(told) if told == anchor.start else entry)]
    if of_signing(page, start):
        return False
    if wanted == "pause":
        return bool(PAUSE_WORDS.search(words)) or role == "stop"
    if wanted == "resume":
        later = anchor is not None and _tells_later(page, start, end, anchor)
        words += page.text[slice(*page.clause(anchor.start))] if anchor is not None and later else ""
        return bool(RESUME_WORDS.search(words)) or (role == "stop" and _ends_pause(page, start, end))
    if wanted == "stop" and is_to_come(page.text, start):
        return False
    if wanted == "stop":
        return role == "stop" or (anchor is not None and _ran_in(page, start, anchor))
    unlike = role == "stop" and read_technique(words) != "push" and not _goes_on(page, start)
    return not unlike and not another_act(page, start)


def _ends_pause(page: Page, start: int, end: int) -> bool:
    """Whether a clock closes a range that words of pausing lead ("held between 1010 and 1040", "paused 1010-1040")."""
    clock = page.clock(start, end)
    if clock is None or page.range_end(clock) != "stop":
        return False
    opening = next((c.start for c in reversed(page.clocks(start)) if c.end <= clock.start), start)
    return bool(_PAUSED_OVER.search(page.text, max(page.clause(opening)[0], opening - _BACK), opening))


def _goes_on(page: Page, start: int) -> bool:
    """Whether the clock that leads an entry is when one bag ended and the next was hung ("#1 done. #2 hung")."""
    stamp, sentence = page.stamp(start), page.sentence(start)
    if stamp is not None and stamp.start <= start < stamp.end:
        return bool(_NEXT_HUNG.search(page.text, *page.entry(start)))
    return bool(_LEADS.fullmatch(page.text, sentence[0], start) and _NEXT_HUNG.search(page.text, *sentence))


def _ran_in(page: Page, start: int, anchor: Anchor) -> bool:
    """Whether a line's clock is when a drug of an earlier line had run in ("0915 Emend up", "0945 Emend infused")."""
    stamp = page.stamp(start)
    if stamp is None or not stamp.start <= start < stamp.end or not tells_ran_in(page.text, anchor.end):
        return False
    entry = page.entry(start)
    return entry[0] <= anchor.start < entry[1] and any(
        one.key == anchor.key and one.start < entry[0] and page.stamp(one.start) for one in page.anchors
    )


def another_act(page: Page, start: int) -> bool:
    """Whether the words right before a clock make it the time of something else (arrival, order, vital signs)."""
    first = max(page.clause(start)[0], start - _BACK)
    return bool(_OTHER_TIME.search(page.text, first, start))


def of_signing(page: Page, start: int) -> bool:
    """Whether a clock is that of a signature or an order: no drug and no word of a giving stands between."""
    clock = page.clock(start, start + 1)
    if _SIGNED_AFTER.match(page.text, clock.end if clock else start):
        return True
    line = page.line(start)[0]
    signed = _SIGNING.search(page.text[line:start])
    if not signed:
        return False
    first = line + signed.start()
    between = page.text[line + signed.start() + len(signed[0].split()[0]) : start]
    return not (
        page.named((first, start))
        or any(first <= clock.start < start for clock in page.clocks(start))
        or START_WORDS.search(between)
        or STOP_WORDS.search(between)
        or _RAN.search(between)
    )
