"""What stands over a word: a plan, an order, a hold, a refusal, history, an allergy,
teaching, home use, a denial.

A drug that is named under such a cue was not shown to be given. A cue reaches the word within its own clause; some
are *weak*: "here for Taxol, started 1000" shows a giving all the same.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from reviewer.language.access import tells_injection
from reviewer.language.dates import FoundDate, find_dates
from reviewer.language.lazy import Lazy
from reviewer.language.sections import SectionKind, section_at, sentence_at

Cue = Literal[
    "none",
    "plan",
    "order",
    "held",
    "refused",
    "history",
    "allergy",
    "education",
    "home",
    "denied",
    "conditional",
]

GIVING = (
    r"given|gave|administered|adm|infused|infusing|ran|running|started|start|began|begun|hung|spiked"
    r"|pushed|injected|"
    r"instilled|inserted|received|completed?|finished|stopped|restarted|resumed|ended|initiated"
    r"|connected|attached|hooked|commenced|bolused|"
    r"delivered|tolerated|refilled|loaded|applied|administering|titrated|transfused|placed"
)
_GIVEN = re.compile(rf"\b(?:{GIVING})\b", re.IGNORECASE)
_PLAINLY_GIVEN = re.compile(
    r"\b(?:given|administered|infused|received|injected|completed?|started|hung|instilled|pushed|began|ran|finished|"
    r"initiated|transfused|delivered|wide[ -]open)\b",
    re.IGNORECASE,
)
_TIMED = re.compile(
    r"(?:\b(?:ivp|ivpb|iv push|im|sq|sc|subcut)\b[^;.]{0,30}?|\bat |@ ?|\bstart(?:ed)? |\bfrom )"
    r"(?:[01]?\d|2[0-4])[:;.]?[0-5]\d(?:[ap]m?)?\b(?!\s*(?:m[gl]|units?|mcg|cc))|"
    r"\b(?:[01]?\d|2[0-4]):?[0-5]\d ?(?:[ap]m?)? ?(?:-|–|to|until) ?(?:[01]?\d|2[0-4]):?[0-5]\d(?:[ap]m?)?\b",
    re.IGNORECASE,
)
_STRONG_BREAK = re.compile(
    r";|\n|\. |\bbut\b|\bhowever\b|\bwhile\b|\balthough\b|\binstead\b|\bwhereas\b|\|", re.IGNORECASE
)


class _Rule(NamedTuple):
    cue: Cue
    words: Lazy
    reach: int  # how many characters may stand between the cue and the word
    weak: bool  # whether words of giving after the drug lift it
    list_only: bool  # whether commas between cue and word must be those of a list


def _before(cue: Cue, words: str, reach: int = 60, weak: bool = False, list_only: bool = True) -> _Rule:
    return _Rule(cue, Lazy(rf"(?:{words})(?![\w])", re.IGNORECASE), reach, weak, list_only)


def _after(cue: Cue, words: str, reach: int = 60, weak: bool = False) -> _Rule:
    return _Rule(cue, Lazy(rf"(?:{words})", re.IGNORECASE), reach, weak, True)


_BEFORE: tuple[_Rule, ...] = (
    _before(
        "allergy",
        r"\ballerg(?:y|ic|ies)(?: to)?:?|\bintoleran(?:t|ce)(?: to| of)?:?|\b(?:anaphyla\w+"
        r"|hypersensitiv\w+) to",
    ),
    _before(
        "refused",
        r"\b(?:refused|refuses|refusing|declined|declines|declining)(?: the| any| his| her| iv| premed\w*)*",
    ),
    _before(
        "held",
        r"\b(?:held|holding|hold|omit(?:ted)?|skip(?:ped)?|withheld|withhold|deferred|defer"
        r"|cancel(?:l?ed)?|missed)\b:?|"
        r"\b(?:not|never) (?:given|received|administered|started|infused)|\bdid ?n[o']t (?:give|get"
        r"|receive|need)|"
        r"\bdid not (?:give|get|receive|need|administer|start)|\bunable to (?:give|start|administer|obtain)",
        40,
    ),
    _before(
        "denied",
        r"\b(?:no|without|none of the|instead of|rather than|denies|neither|nor|w/o)(?: (?:iv|po|prn"
        r"|additional|further|more|other|need for))*",
        22,
    ),
    _before(
        "education",
        r"\b(?:teaching|taught|educat(?:ed|ion)|instruct(?:ed|ions?)|counsel(?:l?ed|l?ing)|handouts?"
        r"|side effects?|s/e|"
        r"verbali[sz](?:ed|es) understanding|discuss(?:ed|ion)|explain(?:ed)?|information|literature"
        r"|purpose|risks?|benefits?|"
        r"drug sheets?)(?: \w+){0,6}? (?:of|on|re|re:|about|for|regarding|from|with|to)|\bteaching:?"
        r"|\bdiscussed",
        50,
    ),
    _before(
        "history",
        r"\b(?:history|hx) of|\bh/o|\bs/p|\bstatus post|\bpreviously|\b(?:prior|previous|last|past)(?! to)\b|"
        r"\b(?:has|have|had)(?: \w+)? (?:been|received|had|completed|failed|tried|tolerated)"
        r"|\bcompleted? (?:\d+|\w+) (?:cycles?|doses?)(?: of)?|"
        r"\bafter (?:\d+|\w+) (?:cycles?|doses?)(?: of)?|\b(?:progress(?:ed|ion)|relapsed?) (?:on|after"
        r"|following)|\bfailed|\brefractory to|"
        r"\b(?:was |been )?treated with|\bmaintained on|\byesterday|\bago\b|\bearlier this (?:week|month)|"
        r"\bsince (?:starting|beginning)|\bcurrently (?:on|receiving)|\bstable on|\btolerat(?:ing"
        r"|ed)(?: \w+)? (?:cycle|c)\d+",
        45,
    ),
    _before(
        "home",
        r"\b(?:home|own) (?:supply of|meds?:?|medications?:?|dose of)|\btakes|\btaking|\btook(?! (?:about |approx\w* "
        r"|only |~ ?)?\d+ ?(?:min|hr|hour|h\b))"
        r"|\bself-?(?:administers?|administered|injects?)|"
        r"\b(?:prescription|script|rx)s? (?:for|of|sent)|\be-?prescribed|\bpick(?:ed)? up"
        r"|\bcontinues?(?: on| taking| with)?|"
        r"\bresume(?: home)?|\bat home(?: on)?",
        30,
    ),
    _before(
        "conditional",
        r"\bif (?:needed|necessary|required|any|no|he|she|the|pt|patient|reaction|nausea|symptoms?|fever"
        r"|bp|ok)\b[^;.]{0,40}|\bin case of|"
        r"\b(?:may|can|could|should|would) (?:be )?(?:give[n]?|repeat(?:ed)?|receive|use[d]?|need|add)"
        r"|\bprn:?|\bas needed:?|\bavailable:?|"
        r"\bstandby:?|\bemergency (?:kit|meds?|drugs?):?",
        45,
    ),
    _before(
        "plan",
        r"\bwill (?:be )?(?:receive|receiving|get|getting|give|given|start|started|have|need|return"
        r"|continue|proceed|begin|resume|come|"
        r"complete|hang|infuse|administer|follow|switch(?:ed)?)\b|\b(?:to|should) (?:receive|start|begin"
        r"|get|continue|return|resume|follow|run)|"
        r"\bto be (?:given|started|infused|administered)|\bgoing to|\bplan(?:s|ned|ning)?(?: to| for| is|:)?|"
        r"\bscheduled (?:for|to|on)|\brecommend(?:s|ed|ation)?(?: for)?|\bconsider(?:s|ing|ed)?"
        r"|\bpropos(?:e|ed|ing)|\bdue (?:for|today|on|tomorrow|next)|"
        r"\bis due|\bnext|\breturns?(?:ing)? (?:\w+ ){0,4}(?:for|to)|\btomorrow|\b(?:await|pend)ing"
        r"|\beligible for|\bcandidate for|"
        r"\b(?:prior )?auth(?:ori[sz]ation|ori[sz]ed)?(?: for| of)?|\bapprov(?:al|ed) for|\bconsent(?:ed"
        r"|s)?(?: \w+){0,3} (?:for|to)|\brandomi[sz]ed(?: to)?|"
        r"\barm [a-d1-4]\b:?|\bvs\.?|\bversus|\bswitch(?:ed|ing)? to|\boption(?:s)? (?:of|include)"
        r"|\brequir(?:es|ing)|\bneeds",
        60,
    ),
    _before(
        "plan",
        r"\b(?:here|in|seen|come|comes|came|presents?|presented|presenting|arriv(?:ed|es|ing)|admitted"
        r"|visit|today|appointment|appt|ready|"
        r"checked in|ambulatory|received \d+[fmy][^.;]{0,80}|infusion (?:center|clinic|unit)"
        r"|brought(?: in)?|referred|roomed|returns?|returned|"
        r"prep(?:ped|ared|aring)?|indicated|necessary|need|waiting|visit(?:ing)?|back|scheduled|set ?up"
        r"|accessed)(?: today| here| again| back)? for|"
        r"\bvisit:|\bvisit (?:today )?for|\breason (?:for (?:visit|infusion|today'?s visit))?:?"
        r"|\b(?:prior to|before|until(?! (?:about |at )?@? ?\d)|awaiting|ahead of)|"
        r"\bcycle \d+(?: day \d+)?(?: of)?|\bc\d+ ?d\d+|\bregimen:?|\bprotocol:?|\bindication:?"
        r"|\bfor (?:his|her|their|the|a|annual|weekly|monthly|scheduled|routine)",
        70,
        weak=True,
        list_only=False,
    ),
    _before(
        "order",
        r"\b(?:new |verbal |phone |telephone |written |signed |active |standing |md |stat "
        r"|dr\.? \w+(?:'s)? )*"
        r"orders?(?: (?:received|obtained|placed|entered|written|signed|reviewed|verified"
        r"|noted))?(?: (?:for|of|to give|to start|to|reads?|states?)|:)|"
        r"\border(?:ed|ing)|\bprescribe[ds]?|\bprescribing|\brx:?|\bv\.?o\.?(?:r?b)?:?|\bt\.?o\.?:",
        50,
        weak=True,
    ),
    _before(
        "order",
        r"\b(?:verified|prepared|compounded|dispensed|released|mixed by|checked(?! in\b)"
        r"|double[- ]check(?:ed)?)(?: (?:the|by pharmacy|dose|for))*:?",
        25,
        weak=True,
    ),
)

_AFTER: tuple[_Rule, ...] = (
    _after(
        "held",
        r"\b(?:is |was |were |are |being |been |has been )?(?:on hold|held|withheld|omitted|skipped"
        r"|deferred|delayed|postponed|"
        r"cancel(?:l?ed)|not (?:given|administered|started|infused|hung|available|received|needed"
        r"|required|done|indicated|re-?started|resumed|re-?challenged|re-?initiated)|"
        r"never (?:given|started|administered|received)|missed|not due)\b(?! (?:for |x ?)?\d+ ?min)",
        50,
    ),
    _after("refused", r"\b(?:was |were )?(?:refused|declined)\b|\bpt (?:refuses|declines)\b", 50),
    _after(
        "history",
        r"\b(?:(?<!from )(?<!since )yesterday|(?:\d+|one|two|three|a few|several) (?:days?|weeks?|months?|years?|wks?"
        r"|cycles?) ago|last (?:week|month|visit|cycle|year|"
        r"night|time)|in (?:19|20)\d\d|(?:at|by) (?:an? )?(?:outside|other|another|different"
        r"|referring) (?:facility|hospital|clinic|site)|"
        r"(?:given )?elsewhere|prior to arrival|pta\b|en route|by (?:ems|medics|ambulance)"
        r"|in the (?:field|ambulance|or\b)|previously|"
        r"at (?:the )?(?:last|prior|previous) (?:visit|cycle)|on (?:day|d) ?-\d)",
        55,
    ),
    _after(
        "home",
        r"\b(?:at home|from home(?! (?:infusion|health|care))|home (?:med|supply)|taken (?:at home|this (?:am|"
        r"morning)|before|prior)"
        r"|this (?:am|morning) at home|to (?:take|use|give|inject|apply)(?: at)? home)",
        55,
    ),
    _after("allergy", r"\b(?:allergy|allergic|intolerance)\b", 15),
    _after(
        "plan",
        r"\b(?:will be|to be|to (?:start|follow|be given|begin|infuse|run|receive)|(?:is|are"
        r"|was)? ?(?:planned|scheduled|recommended|considered|"
        r"due|pending|anticipated|proposed)|tomorrow|next (?:week|visit|cycle|month|time)|on (?:monday"
        r"|tuesday|wednesday|thursday|friday|"
        r"saturday|sunday)|in (?:\d+|one|two|three|four|six) (?:days?|weeks?|wks?|months?)"
        r"|when (?:available|approved|counts)|upcoming)\b",
        45,
        weak=True,
    ),
    _after(
        "conditional",
        r"\b(?:prn|as needed|if (?:needed|necessary|reaction|nausea\w*|symptoms)|(?:kept "
        r"|readily )?available|(?:at|@) (?:the )?bedside|on standby|in room)\b",
        45,
        weak=True,
    ),
    _after(
        "education",
        r"\b(?:side effects?|education|teaching|handout|information|precautions|fact sheet) (?:reviewed"
        r"|discussed|given|provided|explained|completed)",
        30,
    ),
    _after(
        "order",
        r"\b(?:ordered|prescribed|order (?:received|placed|entered|noted|verified|reviewed|written)"
        r"|order\b(?! of)|orders? per|per order\b(?=[^.;]*\bpending))",
        60,
        weak=True,
    ),
    _after(
        "order",
        r"(?<![\w/])(?:bid|tid|qid|q ?\d+ ?(?:h|hr|hrs|hours?|d|days?|w|wk|weeks?)|qhs|qam|qpm|nightly"
        r"|daily|twice (?:a day|daily|weekly)|once (?:daily|weekly)|"
        r"every (?:\d+|other|two|three|four|six|eight) (?:hours?|days?|weeks?)|q(?:week|month|day)\w*"
        r"|days? \d+(?:[-,&/ ]+\d+)+|x ?\d+ (?:cycles|doses)|"
        r"(?:on )?d(?:ay)? ?\d+ (?:of|every|q))\b",
        40,
        weak=True,
    ),
    _after(
        "order",
        r"\b(?:verified|prepared|compounded|dispensed|released|double[- ]checked|checked (?:with|by|against)|mixed)\b"
        r"(?: (?:by|with|per|and|in) (?:pharmacy|pharmd|rph|hood))?",
        40,
        weak=True,
    ),
)

_NOTHING = re.compile(r"[ :=-]*(?:none|nil|n/?a)\b(?! (?:left|remain|discard|wast))", re.IGNORECASE)
_SECTION_CUE: dict[SectionKind, Cue] = {
    "plan": "plan",
    "order": "order",
    "history": "history",
    "allergy": "allergy",
    "education": "education",
    "home": "home",
    "none": "none",
}
_OUTWEIGHED = ("plan", "order", "conditional")
_RESUMED = re.compile(r"\b(?:resum|restart|back (?:on|up)\b|re-?start|re-?initiat|continu)", re.IGNORECASE)
_LIST_COMMA = re.compile(r",(?! ?(?:and |or |& )?[\w'/.%\- ]{1,40}(?:,|\Z|\band\b|\bor\b|&))")
_LEADS = re.compile(
    r"\W*(?:(?P<order>(?:(?:verbal|telephone|phone|new|written|md|signed|treatment|provider|physician|stat) "
    r")*orders?\b|pharm(?:acy)?\.? verif\w*|"
    r"v\.?o\.?\b|t\.?o\.?\b)|(?:treatment |tx )?plan\b)[^:]{0,70}:",
    re.IGNORECASE,
)
_STILL_TO_COME = re.compile(
    r"\b(?:(?:to|will|shall|should|must|can|may|needs? to) be(?: \w+ly)?|will|to|for) *\Z", re.IGNORECASE
)
_OF_ANOTHER = re.compile(r"\s*(?:,|(?:at|from|for|x|@)?\s*\d)", re.IGNORECASE)
"""A hold that its own comma or time ends: "infusion held 1045, Benadryl given"."""
_LETTER = re.compile(r"[A-Za-z]{2}")
_WINDOW = 180
"""How far back a cue before a word is looked for: its reach and its own length."""
_GOES_ON = re.compile(
    r";[ ]*(?:the |this |its )?(?:infus(?:ion|ed)|it|bag|drip|given|started|ran|hung)\b[^;.]*", re.IGNORECASE
)
_UNCHECKED = re.compile(r"(?:☐|\[ ?\]|\( \)|◯|□)[ \t]*\Z")
_BLANK = re.compile(r"_{3,}")


@lru_cache(maxsize=8192)
def cue(text: str, start: int, end: int) -> Cue:
    """What stands over text[start:end] in its clause, its section and its date; `none` when nothing does."""
    sentence = sentence_at(text, start)
    left, right = _clause(text, start, end, sentence.start, sentence.end)
    if _UNCHECKED.search(left[-12:]) or _BLANK.match(right.lstrip(" :")) or _NOTHING.match(right):
        return "denied"
    after = right + _its_own(text, end + len(right), sentence.end)
    given_after = bool(_PLAINLY_GIVEN.search(after) or _TIMED.search(after))
    lead = _LEADS.match(text, sentence.start, start)
    if lead and not given_after:
        return "order" if lead["order"] else "plan"
    near = _by_words(left, right, given_after, text[end : end + 250], text[start:end])
    over = _SECTION_CUE[section_at(text, start)]
    if near != "none" and (over == "none" or near not in _OUTWEIGHED):
        return near
    if over in ("none", "history", "home", "allergy"):
        return _by_date(text, sentence.start, sentence.end) if over == "none" else over
    # Under a plan or an order, only plain words of giving with a clock time show that it was carried out.
    plainly = _GIVEN.search(right) and _TIMED.search(right)
    return "none" if plainly else over


def _clause(text: str, start: int, end: int, first: int, last: int) -> tuple[str, str]:
    left, right = text[first:start], text[end:last]
    broken = None
    for broken in _STRONG_BREAK.finditer(left):  # noqa: B007 - the last one counts
        pass
    if broken is not None:
        left = left[broken.end() :]
    stop = _STRONG_BREAK.search(right)
    return left, right[: stop.start()] if stop else right


def _its_own(text: str, place: int, last: int) -> str:
    """What goes on about a drug after a semicolon ("came for Keytruda; infusion 1310 to 1340")."""
    found = _GOES_ON.match(text, place, last)
    return found[0] if found else ""


def _begun_to(own: str, plan: str) -> bool:
    """Whether the words tell of a beginning whose aim follows ("connected to infuse over 46 hours")."""
    return bool(_GIVEN.search(own)) and plan.lower().startswith("to ") and not plan.lower().startswith("to be")


def _by_words(left: str, right: str, given_after: bool, following: str, own: str) -> Cue:
    if _GIVEN.fullmatch(own) and _STILL_TO_COME.search(left):
        return "plan"
    for rule in _AFTER if _LETTER.search(right) else ():
        found = rule.words.search(right[: rule.reach + 40])
        if not found or found.start() > rule.reach or not _reaches(right[: found.start()], rule):
            continue
        if rule.cue == "held" and found[0].lower().endswith("held") and _RESUMED.search(following):
            continue
        if not (rule.weak and (given_after or _GIVEN.search(left) or _begun_to(own, found[0]))):
            return rule.cue
    if not _LETTER.search(left):
        return "none"
    left = left[-_WINDOW:]
    for rule in _BEFORE:
        found = _last(rule.words, left)
        if found is None or len(left) - found.end() > rule.reach:
            continue
        between = left[found.end() :]
        if rule.cue == "held" and _OF_ANOTHER.match(between):
            continue
        if _GIVEN.search(between) or (rule.list_only and _LIST_COMMA.search(between)):
            continue
        if not (rule.weak and (given_after or (rule.cue == "plan" and tells_injection(right)))):
            return rule.cue
    return "none"


def _last(words: Lazy, text: str) -> re.Match[str] | None:
    found = None
    for found in words.finditer(text):  # noqa: B007 - the last one counts
        pass
    return found


def _reaches(between: str, rule: _Rule) -> bool:
    """Whether nothing of its own stands between a drug and the cue after it ("given yesterday" still is yesterday)."""
    if rule.cue in ("history", "home") and "," not in between and not _TIMED.search(between):
        return True
    return not (
        _GIVEN.search(between) or _TIMED.search(between) or (rule.cue == "held" and _LIST_COMMA.search(between))
    )


def _by_date(text: str, first: int, last: int) -> Cue:
    """A sentence that carries another date than the note's own tells of another day."""
    own = _own_date(text)
    if own is None:
        return "none"
    here = [found for found in _dates(text) if first <= found.start < last]
    if any(found.on == own for found in here):
        return "none"  # dictation without full stops: the day of the visit stands in the same breath
    for found in here:
        days = (found.on - own).days
        if days < -1:
            return "history"
        if days > 1:
            return "plan"
    return "none"


@lru_cache(maxsize=16)
def _dates(text: str) -> tuple[FoundDate, ...]:
    own = _own_date(text)
    return find_dates(text, own.year if own else None)


@lru_cache(maxsize=16)
def _own_date(text: str) -> date | None:
    """The first full date of the note's opening, which is the date of the visit."""
    dates = find_dates(text[:600])
    return dates[0].on if dates else None
