"""Words that tell what happened at a time: begun, ended, paused, gone on, or nothing that a drug's clock counts."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, cast

from reviewer.language.begin_end import BEGUN, ENDED
from reviewer.language.clock_pairs import STARTED_BY_ARROW, STOPPED_BY_ARROW
from reviewer.language.folding import lowered
from reviewer.language.kept import expression, worked_out
from reviewer.language.lazy import Lazy
from reviewer.language.lettered import kind_of, lettered

EventKind = Literal["start", "stop", "pause", "resume", "give", "run", "monitor", "other"]


class EventWord(NamedTuple):
    """An event word at text[start:end]."""

    start: int
    end: int
    kind: EventKind


# What stands first wins where two forms begin at one place; "other" takes the times that are never a drug's.
_FORMS: tuple[tuple[EventKind, str], ...] = (
    (
        "other",
        r"infusing (?:well|without|fine|ok|nicely|slowly)|(?:seen|noted|found|already) (?:to be )?(?:infusing|running)|"
        r"(?:chair|visit|room|nursing|encounter|clinic) time|"
        r"arriv(?:ed|al|es|ing)|checked[ -]?in|check-in|roomed|triaged?|admitted|presented|registered|seated|"
        r"vitals?(?: signs?)?|vss?|v/s|bp|temp(?:erature)?|pulse|spo2|o2 sats?|pain (?:score |level |scale )?(?:now "
        r")?\d+/10|weight|"
        r"(?:re-?)?accessed|de-?accessed|deaccessed|blood return|flushed|flush(?:es|ing)?|patent|"
        r"(?:piv|iv|line|port|needle|catheter|picc|huber|saline lock|cannula|angiocath)(?: site| access| line)? "
        r"(?:was |were )?"
        r"(?:placed|inserted|started|established|removed|d/?c'?d|discontinued|dc'?d|pulled|out|accessed|obtained|"
        r"attempted|assessed|checked|flushed|initiated)|"
        r"(?:placed|inserted|started|established|removed|discontinued|d/?c'?d|obtained|initiated) (?:a |an |new |the "
        r"|second |\d\dg )*(?:piv|peripheral iv|iv access|saline lock|iv line|line|port needle|needle)|"
        r"labs?(?: were)? (?:drawn|resulted|reviewed|collected|sent)|(?:blood|specimen)s? (?:drawn|collected|sent)|"
        r"drawn|"
        r"verif(?:ied|ication|y)|double[- ]check(?:ed)?|checked|reviewed|confirmed|released|prepared|compounded|"
        r"dispensed|delivered to|"
        r"order(?:ed|s)? (?:entered|received|placed|signed|written|obtained)|order entered|called|notified|paged|aware|"
        r"at (?:the )?bedside|saw (?:her|him|patient|pt)|seen by|examined|evaluated|rounded|assessed|assessment|"
        r"discharged?|d/c'?d home|(?<!the )(?<!her )(?<!his )(?<!via )(?<!into )left (?:at|the|clinic|unit|in|"
        r"ambulatory|for|via)|departed|departure|home at|"
        r"released home|ambulatory(?! (?:[\w-]+ )?(?:pump|cadd|infusor|device))|"
        r"returned|return(?:s|ing)?|next (?:visit|appt|appointment|dose|cycle)|scheduled|appointment|"
        r"observ(?:ed|ation)|monitored|signed|e-signed|electronically|witness(?:ed)?|report (?:given|called|filed)|"
        r"handoff|"
        r"drained|drainage|aspirated|removed|dressed|dressing|prepped|positioned|time[ -]?out|consent(?:ed)?|"
        r"educat(?:ed|ion)|teaching|instructions? (?:were |was )?(?:given|provided|reviewed)|"
        r"ate|voided|ambulated|to bathroom|resting|sleeping|flushing|flushed|rash|itching|hives|nausea|vomiting|"
        r"chills|rigors|dyspnea|resolved|recurred?|"
        r"(?:reaction|symptoms?|sx)(?: noted| resolved| began| started| onset)?|last (?:dose|given|bm|menses)|due|"
        r"dob|printed|filed",
    ),
    (
        "resume",
        r"resum(?:ed|es?|ing)|back (?:on|up)(?=[^,;.\n\d]{0,24}[ @]\d)|re-?start(?:ed|s|ing)?|re-?initiated|re-?hung|"
        r"re-?commenc(?:ed|es|ing)|re-?beg[au]n|proceed(?:ed|ing)?(?= with (?:it|the)\b)|"
        r"(?:carried|went|go|goes|going|under ?way|let run|let go|taken up|took up|picked up)(?: on)? again|"
        r"re-?challeng(?:ed|e)|continued at|(?:on|up|running|infusing) again|re-?opened",
    ),
    (
        "pause",
        r"paus(?:ed|e|es|ing)|halt(?:ed|s|ing)?|br(?:oke|oken) off|interrupt(?:ed|ion)|(?:on )?hold|held|"
        r"suspended|stopped temporarily|temporarily stopped",
    ),
    (
        "stop",
        r"(?<!without )stop(?:ped|s|ping)?(?: (?:infusing|running))?|(?:ran|run) out|(?:re)?complet(?:ed|es|e|ion|ing)|"
        r"compl|cmplt|"
        r"fin(?=[ ]*@?[ ]?\d{1,2}:?\d\d\b)|finish(?:ed|es|ing)?(?: (?:infusing|running))?|end(?:ed|s|ing)?|"
        r"(?<!handed )(?<!hand )(?<!signed )(?<!sign )off|"
        r"d/?c'?d|dc'?d|discontinued|disc(?:ontinue)?|"
        r"(?:chang|turn|decreas|reduc|slow|switch|dropp|cut|dial)\w*(?: (?:down|back|over))? to (?:kvo|tko)|"
        r"conclud(?:ed|ing|es)|ceased|terminated|aborted|"
        r"(?:bag|syringe|bottle)(?: is| was)? empty|empty|all in|infused (?:in full|"
        r"completely|by)|(?:fully|completely|all) infused|done|"
        r"(?:all )?gone(?= (?:by |at |@)? ?\d)|in by|"
        r"(?:down|dn)(?=[ \t]*(?:\d|at\b|[@.,;)\r\n]|:[ \t]*\d|\Z))|(?<!\d\d )in(?=[ \t]*(?:[.,;)\r\n@]|\Z))|unhooked|"
        r"taken down|through(?= by ?\d)|"
        r"disconnected|clamped|last drop|transferred with (?:the )?(?:patient|pt)\b|"
        r"(?:last of it|last of the \w+|rest of it|remainder) went in|"
        r"(?<!still )(?<!site )(?<!skin )(?<!dressing )(?<!and )(?<!& )(?<!site is )(?<!skin is )"
        r"(?<!remains )dry(?! (?:and|mouth|cough|gauze|dressing|sterile|heav\w+|eyes|skin|mucous))|"
        r"empti(?:ed|es)|(?:drip|line|flow|infusion|roller) (?:closed|shut)|" + ENDED,
    ),
    (
        "start",
        r"start(?:ed|s|ing)?|followed(?= (?:at|@))|st(?=[ ]*@?[ ]?\d{1,2}:?\d\d\b)|beg[aiu]n(?:ning|s)?|"
        r"initiat(?:ed|ion|ing|es)|hung|hangs?|spike[ds]|commenc(?:ed?|es|ing)|connect(?:ed|s)|"
        r"hooked(?: up)?|primed and|up at|(?:drip|line|flow|infusion|roller) open(?:ed)?|beg(?=[ :@]*\d)|"
        r"on(?=[ \t]*(?:[.;)\r\n]|at \d|[:=]?[ \t]*\d{1,2}:?\d\d\b|\Z))|"
        r"going(?=[ \t]*(?:at |@ ?)?\d{1,2}:?\d\d\b)|followed(?= (?:at|@) ?\d)|"
        r"new bag(?! (?:from|(?:was )?(?:sent|made|mixed|ordered|requested|received|obtained|prepared))\b)|"
        r"bag hung|initiated|(?:turned )?on at|on(?=[ \t]+(?:@ ?)?(?:\d{1,2}:\d\d|[012]\d[0-5]\d)\b)|up(?=[ "
        r"\t]*(?:\d|at\b|[@.,;)\r\n]|:[ \t]*\d|\Z|(?:via|through|thru|per|on pump|by gravity)\b))|onset"
        r"|kicked off|applied|"
        r"attached|placed on|" + BEGUN,
    ),
    (
        "monitor",
        r"infusing|continu(?:es|ing|ed)|in progress|rate (?:unchanged|increased|decreased|changed?|verif\w+|titrated|"
        r"up|down|adjusted|slowed|to)|"
        r"(?:rate|titrat)\w* (?:in|de)creased|(?:in|de)creased to|titrated|slowed|slower|tolerating|tolerated|still "
        r"running|ongoing|seen running",
    ),
    (
        "give",
        r"given|gave|gives?|administ(?:ered|ering|ers)|adm|admin(?:'d)?|"
        r"push(?:ed|es)|ivp(?!b)|inject(?:ed|s)|instilled|"
        r"bolus(?:ed)?|swallowed|put (?:through|into|down|in\b)|"
        r"received|refilled|loaded|transfused|delivered|"
        r"introduced(?= (?:\w+ly )?(?:into|through|via|intra))|rec'?d",
    ),
    ("run", r"infuse[ds]?|ran|wide[ -]open|run(?:ning|s)?|ivpb|drip(?:ped)?|piggyback(?:ed)?|gtt"),
)


_EVENT = expression(
    r"(?<![\w-])(?=[a-z])(?<!not )(?<!never )(?:"
    + worked_out("lettered", repr(_FORMS), 0, lambda *_: lettered(_FORMS))
    + r")(?![\w])(?! times? (?:was |were |is )?(?:not|never|missing|unknown|unclear|illegible|blank|absent)\b)"
)
"""In lower case, for a text in lower case: without regard to case it would take twice as long."""


_DOSED = Lazy(r"\d[ ]?(?:mg|mcg|g|gm|grams?|units?|meq|ml)(?:[ ]\([^()\n]*\))?[ ]\Z")
_BODY = (
    r"(?: (?:the|a|an|her|his|same|r|l|rt|lt|right|left|chest|arm|upper|lower|fa|ac|forearm|hand|wrist|antecubital|"
    r"\d\dg|\d\d-gauge|\w+-lumen)){0,5} \Z"
)
_THROUGH = expression(r"(?:\b(?:via|through|thru|per|using)|\d ?(?:mg|mcg|g|units?)\b iv(?:pb)?)" + _BODY)
SYMPTOM = Lazy(
    r"\b(?:rigors?|chills|rash|hives|itch\w*|flush(?:ed|ing)|dyspnea|sob|nausea|vomiting|reaction|symptoms?|sx)\b",
    re.IGNORECASE,
)
"""What a patient felt, for which an infusion is stopped at the same time."""
_UP_ARROW, _DOWN_ARROW = Lazy(STARTED_BY_ARROW), Lazy(STOPPED_BY_ARROW)
_ACTS: dict[str, EventKind] = {
    "started": "start",
    "initiated": "start",
    "discontinued": "stop",
    "d/c'd": "stop",
    "dc'd": "stop",
}


def _kind(found: re.Match[str]) -> EventKind:
    return cast("EventKind", kind_of(found.lastgroup or ""))


def find_events(text: str) -> tuple[EventWord, ...]:
    """Every event word of the text, in order."""
    low = lowered(text)
    words = [_of_drug(low, EventWord(found.start(), found.end(), _kind(found))) for found in _EVENT.finditer(low)]
    return tuple(words if text.isascii() else sorted(words + _arrows(text)))


def _arrows(text: str) -> list[EventWord]:
    """Starts and stops told by an arrow."""
    begun = [EventWord(found.start(), found.end(), "start") for found in _UP_ARROW.finditer(text)]
    return begun + [EventWord(found.start(), found.end(), "stop") for found in _DOWN_ARROW.finditer(text)]


def _of_drug(low: str, word: EventWord) -> EventWord:
    """ "1 g IV started" and "via R PICC started" begin a drug, though "IV started" by itself is that of a line."""
    if word.kind != "other":
        return word
    act = low[word.start : word.end].split()[-1]
    kind: EventKind | None = _ACTS.get(act)
    if kind is None:
        return word
    if low.startswith("iv ", word.start) and _DOSED.search(low, 0, word.start):
        return EventWord(word.start + 3, word.end, kind)
    through = _THROUGH.search(low, max(0, word.start - 40), word.start)
    return EventWord(word.end - len(act), word.end, kind) if through else word
