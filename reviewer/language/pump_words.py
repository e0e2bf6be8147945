"""Words for pumps that go with the patient: what kind, what was done with it, whose it is."""

from __future__ import annotations

import re

from reviewer.language.lazy import Lazy
from reviewer.language.terms import named_in, sole, table

_PUMP_KINDS = table(
    elastomeric=r"elastomeric|infusors?|easypump|homepump|eclipse|on-?q|dosi-?fuser|accufuser"
    r"|(?:elastomeric[ ])?ball(?:[ ]pump)?",
    implantable=r"implant(?:ed|able)?(?:[ ]\w+){0,2}[ ]?pump|implant(?:ed|able)?|synchromed(?:[ ]ii)?"
    r"|codman|medtronic|intera|(?-i:HAI|HAIP)(?:[ ]pump)?"
    r"|(?:subcutaneous|intrathecal)[ ]pump",
    portable=r"cadd\S*|portable|ambulatory[ ](?:\w+[ ])?pump|curlin|wearable|take-?home[ ]pump"
    r"|home(?:[ ]infusion)?[ ]pump|fanny[ ]pack"
    r"|body-?worn|(?:clinic|office|practice)(?:['’]s|[ -]owned)?[ ]pump",
)
_PUMP_STATIONARY = table(
    stationary=r"stationary|pole|alaris|plum|sigma|bedside[ ]pump|volumetric|(?:iv|infusion)[ ]pump"
    r"|on[ ]pump|smart[ ]pump|braun"
)


def read_pump_kind(text: str) -> str | None:
    """What kind of pump. A plain infusion pump stands on a pole unless the words say otherwise."""
    named = named_in(_PUMP_KINDS, text)
    if set(named) == {"elastomeric", "portable"}:
        return "elastomeric"
    if named:
        return named[0] if len(named) == 1 else None
    return sole(_PUMP_STATIONARY, text)


_POURED_IN = Lazy(
    r"\b(?:pump|reservoir|chamber)\b[^.;\n]{0,120}?\b(?:re-?)?filled (?:with\b|w/)(?![^.;\n]*\bby (?:the )?pharmac)|"
    r"\bre-?fill(?:s|ed|ing) (?:the |her |his |this )?(?:[\w-]+ ){0,3}?(?:pump|reservoir) with\b",
    re.IGNORECASE,
)
_FIELD_OF_FILL = Lazy(
    r"\b(?:(?:new )?(?:re-?)?fill(?:ed)?(?: drug| solution| with| medication)?|drug in|new (?:cassette"
    r"|bag))[ ]?[:=][^.;\n]{0,60}\Z",
    re.IGNORECASE,
)
_PUMP_NAMED = Lazy(r"\bpump\b|\bcadd", re.IGNORECASE)


_REFILL_TOLD = Lazy(
    r"(?<!for )(?<!for a )(?<!next )(?<!last )(?<!previous )\bpump (?:was )?re-?fill(?:ed)?\b"
    r"(?![ ]?(?:due|on|in|next|is|schedul\w+|planned|appointment|appt|kit|date|volume|interval|,? (?:due|next)))",
    re.IGNORECASE,
)
_NEAR = 200


def is_poured_in(text: str, start: int, place: int) -> bool:
    """Whether words before text[place] tell that a pump was filled with it: in its sentence from `start`, or as the
    heading of what went in ("HAI pump refill. Residual 3 mL. FUDR 180 mg").
    """
    if _FIELD_OF_FILL.search(text, start, place) and _PUMP_NAMED.search(text):
        return True
    return bool(_POURED_IN.search(text, start, place) or _REFILL_TOLD.search(text, max(0, place - _NEAR), place))


_PUMP_ACTIONS = table(
    refilled=r"new[ ](?:[\w-]+[ ]){0,4}(?:bag|cassette|syringe)\b[^\n]*?\bpump\b[^\n]{0,120}?\b(?:re-?started|resumed)"
    r"|old[ ](?:bag|cassette|syringe)[ ](?:was[ ])?(?:removed|taken[ ](?:down|off)|disconnected|discarded|out|off)"
    r"|(?:bag|cassette|reservoir)[ ](?:change|exchange)|re-?fill(?:ed|s)?|reload(?:ed)?"
    r"|(?:cassette|bag|reservoir)[ ](?:was[ ])?(?:changed"
    r"|exchanged|replaced|filled)"
    r"|(?:new[ ])?fill(?:[ ](?:drug|solution|medication))?|drug[ ]in|new[ ](?:cassette|bag)",
    disconnected=r"disconnect(?:ed|s|ion)?|dis-?c(?:onnected)?|de-?access(?:ed)?|removed|unhook(?:ed|s)?"
    r"|taken[ ]down|d/?c'?d",
    initiated=r"initiat(?:ed|es|ion)|start(?:ed|s)?|connect(?:ed|s|ion)?|hooked(?:[ ]up)?|hooks?[ ]up|began|begun"
    r"|attache[ds]|applied|placed|going|running|(?:pump|cadd\S*|infusor|ball)(?:[ ]\([^()\n]{1,20}\))?[ ]on"
    r"|on[ ](?:at|@)|on[ ](?:(?:at|@)[ ]?)?\d{1,2}:?\d\d"
    r"|(?:on|to)[ ](?:the[ ]|a[ ]|our[ ]|clinic[ ])?(?:cadd\S*|infusor|(?:portable|ambulatory|home)[ ]pump)"
    r"(?:[ ]pump)?,?[ ]?(?:@|at)",
    maintained=r"maintain(?:ed)?|maintenance|interrogat(?:ed|ion)|check(?:ed)?|read-?out|reprogram+ed"
    r"|rate[ ]adjusted",
)


def read_pump_action(text: str) -> str | None:
    """What was done with a pump. A refill includes its check and restart."""
    named = named_in(_PUMP_ACTIONS, text)
    if "refilled" in named:
        return "refilled"
    named = tuple(value for value in named if value != "maintained") or named
    return named[0] if len(named) == 1 else None


_OWNERS = table(
    patient=r"(?:patient|pt)(?:'s|s)?[ -]own(?:ed|s)?(?:[ ]pump)?"
    r"|own(?:ed)?[ ](?:by[ ](?:the[ ])?)?(?:patient|pt)|(?<!'s )(?<!our )own[ ]pump",
    supplier=r"supplier|dme|vendor|rental|rented|home[ ](?:infusion|health|care)[ ](?:company|agency"
    r"|pharmacy|provider|supplier)|infusion[ ]company",
    clinic=r"clinic(?:['’]s)?(?:[ -]owned)?|hospital(?:['’]s|[ -]owned)?|facility(?:['’]s|[ -]owned)?"
    r"|office(?:['’]s|[ -]owned)?|practice(?:['’]s|[ -]owned)?|ours|our(?:[ ]pump)?",
)


def read_pump_owner(text: str) -> str | None:
    """Whose pump it is."""
    return sole(_OWNERS, text)


_LEADS_TO = Lazy(
    r"(?:\d[ ]?(?:mg|g|units?)[ ]?/[ ]?|\b(?:over|for|x|duration|total|lasts?|lasting)(?: of)?[ :~]*|"
    r"\b(?:continuous\w*|CIVI|infus\w+|program\w*|runs?|running|rate"
    r"|ml/h\w*|pump|cadd\S*|connected|started)\b[^.;]{0,60})\Z",
    re.IGNORECASE,
)
_RUN = Lazy(
    r"[ -]*(?:[\w()-]+ ){0,3}(?:infus\w+|pump|cassette|program\w*|CIVI|continuous\w*|run|supply|fill|bag|home|5-?FU"
    r"|fluorouracil|chemo\w*)\b",
    re.IGNORECASE,
)
_NOT_LONG = Lazy(r"\b(?:monitor\w*|observ\w*|return in|in|within|every|q)\W*\Z", re.IGNORECASE)
_LINE_TO_CALL = Lazy(r"[ -]*(?:phone|hot ?line|contact|emergency|on-?call|number|help ?line|follow)", re.IGNORECASE)


def is_programmed(text: str, start: int, end: int) -> bool:
    """Whether the length at text[start:end] is how long a pump is to run, not that of a watch or a 24-hour phone."""
    before = text[max(0, start - 80) : start].rpartition("\n")[2]
    if _NOT_LONG.search(before) or _LINE_TO_CALL.match(text, end):
        return False
    return bool(_LEADS_TO.search(before) or _RUN.match(text, end))
