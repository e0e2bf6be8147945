"""Words that name a drug only as what another ran beside: "Y-sited with oxaliplatin", "0930-1130 with 5-FU"."""

from __future__ import annotations

import re

from reviewer.language.lazy import Lazy

_BACK = 48
_AHEAD = 24
_FAR = 140
_BESIDE = Lazy(
    r"\b(?:concurrent(?:ly)?|simultaneous(?:ly)?|along(?:side)?|together|y-?[ ]?site[ds]?|y['’]d|piggy-?backed"
    r"|(?:own|sep(?:arate|\.)?|separated)[ ]bag|same[ ](?:start[ ])?time|co-?infus(?:ed|ing|ion)|in[ ]parallel|"
    r"side[ ]by[ ]side)"
    r"[ ]?\b(?:with|w/|to|into|onto|as|in|of)?[ ]?(?<=[ /])(?:(?:the|her|his|a|running|main|infusing|ongoing)[ ])*$",
    re.IGNORECASE,
)
_WITH = Lazy(r"(?:\bwith|\bw/)[ ]?(?:the[ ])?$", re.IGNORECASE)
_AFTER = Lazy(
    r"[ ](?:via|at|by|through|thru|in|on)?[ ]?(?:the[ ]|a[ ])?"
    r"(?:y-?[ ]?site\b|y-?port\b|concurrent|simultaneous|same[ ]time|parallel)",
    re.IGNORECASE,
)
_DETAILS_WITH = Lazy(
    r"(?:[^.;\n]|\.\d){0,90}?(?:\b(?:as[ ](?:ordered|prescribed|directed|scheduled)"
    r"|per[ ](?:[\w.’']+[ ]){0,2}?(?:orders?|protocol|plan|regimen)"
    r"|ivpb|iv|infused|infusing|infusion|given|administered|hung|ran|running|started)|\b(?:[01]?\d|2[0-4]):?[0-5]\d"
    r"|\d[ ]?(?:min(?:ute)?s?|h(?:ou)?rs?|h))[ )]*,?[ ](?:with|w/)[ ]?(?:the[ ]|her[ ]|his[ ])?$",
    re.IGNORECASE,
)
"""From the end of one drug's name: its own details, and then another drug beside it."""
_ANOTHER_MATTER = Lazy(r"\b(?:pre-?)?(?:med|treat)\w*|\bfollowed\b", re.IGNORECASE)
_DOSE = r"\d[\d.,]*[ ]?(?:mg|mcg|g|gm|units?|ml)\b(?:/\w+)?[ ]*"
_ITS_OWN = Lazy(
    rf"[ ]*(?:\([^)\n]{{0,20}}\)[ ]*)?(?:(?:{_DOSE})?(?:IV(?:PB?)?\b[ ]*)?(?:@|(?:at|over|x)\b|push|im\b|s[qc]\b"
    rf"|sub|po\b|by[ ]mouth|oral|start|given|(?!{_DOSE})(?:[01]\d|2[0-4]):?[0-5]\d\b)|{_DOSE}IV)",
    re.IGNORECASE,
)
_NOT_RUN = Lazy(
    r"(?:(?:\b(?:not|never|nor|cannot)|n['’]t)(?:[ ]\w+){0,2}"
    r"|\b(?:no|without|avoid\w*|instead[ ]of|rather[ ]than))[ ]*$"
    r"|\b(?:may|might|can|could|should|would|must|will|usually|normally|typically|if|to[ ]be|to[ ]run"
    r"|compatib\w+[ ](?:if|when|for|via|at|to)|(?<!as )(?:ordered|planned|scheduled)"
    r"|(?:last|next|prior|previous)[ ](?:cycle|visit|time|week|treatment|infusion)|previously)\b[^,.;\n]{0,40}$",
    re.IGNORECASE,
)


_AGAINST = Lazy(
    r"\b(?:protect\w*|prevent\w*|avoid\w*|reduc\w*|prophyla\w*)\b[^.;\n]{0,24}\b(?:from|against|of|due to)[ \t]+$",
    re.IGNORECASE,
)
_HARM = Lazy(
    r"[ \t]*(?:-?[ ]?(?:induced|related|associated)[ \t]+)?(?:nephro|renal |cardio|uro|neuro|hepato|bladder )?toxicit",
    re.IGNORECASE,
)


def of_harm(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] names a drug only as what harm is feared of ("to prevent cisplatin toxicity")."""
    return bool(_AGAINST.search(text[max(0, start - _BACK) : start]) or _HARM.match(text, end, end + _BACK))


_MEANWHILE = Lazy(r"\b(?:while|whilst|as|with)[ ](?:(?:the|her|his)[ ])?$", re.IGNORECASE)
_RAN_ON = Lazy(
    r"(?:[ ](?:infusion|drip|bag))?[ ](?:(?:was|is|had|kept|still|also|being|remained)[ ]){0,3}"
    r"(?:running|infusing|continu(?:ed|es|ing)|going|in[ ]progress)\b(?![ ]*(?:on[ ]|from[ ]|at[ ]|@[ ]?)?\d)",
    re.IGNORECASE,
)


def is_backdrop(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] names a drug only as what ran on meanwhile ("hung while the Taxol kept running")."""
    return bool(_RAN_ON.match(text, end, end + _BACK) and _MEANWHILE.search(text[max(0, start - _AHEAD) : start]))


def is_companion(text: str, first: int, start: int, end: int, named: int | None = None) -> bool:
    """Whether text[start:end], on the line from `first` on, names a drug as what another is told beside.

    `named` is where the drug named last before it on its line ends.
    """
    return _beside(text, first, start, end, named) is not None


def ran_beside(text: str, first: int, start: int, end: int, named: int | None = None) -> bool:
    """Whether a companion's words say that it did run: not denied, of another day, or only possible or planned."""
    words = _beside(text, first, start, end, named)
    return words is not None and not _NOT_RUN.search(text[max(first, words - 2 * _BACK) : words])


def _beside(text: str, first: int, start: int, end: int, named: int | None) -> int | None:
    """Where the words begin that make a drug a companion."""
    back = max(first, start - _BACK)
    before = text[back:start]
    found = _BESIDE.search(before)
    if found is None and _AFTER.match(text, end, end + _AHEAD):
        found = _WITH.search(before)
    if found is None and _RAN_ON.match(text, end, end + _BACK):
        found = _MEANWHILE.search(before)
    if found is not None:
        return back + found.start()
    return None if named is None else _after_details(text, named, start, end)


def _after_details(text: str, named: int, start: int, end: int) -> int | None:
    """Where "with" begins after another drug's own details; None for a drug that has details of its own."""
    if start - named > _FAR or not _DETAILS_WITH.match(text, named, start) or _ITS_OWN.match(text, end, end + _AHEAD):
        return None
    return None if _ANOTHER_MATTER.search(text, named, start) else text.rfind("w", named, start)


_RAN_IN = Lazy(r"[ ]+(?:\w+ )?(?:was |is |all |has )?infused[ ]*(?=[,.;(\r\n]|\Z)", re.IGNORECASE)


def tells_ran_in(text: str, place: int) -> bool:
    """Whether behind a drug's name stands only that it has run in ("fosaprepitant infused, line flushed")."""
    return bool(_RAN_IN.match(text, place))


_TO_COME = Lazy(
    r"(?:\b(?:to|will|would|should|shall|may|expected|estimated|anticipated|projected|scheduled|programm?ed|est\.?|eta)"
    r"[ ]+(?:be[ ]|to[ ]|time[ ]|have[ ])*(?:finish(?:ed)?|end(?:ed)?|complet(?:e|ed|ion)|stop(?:ped)?|done|empty"
    r"|run[ ]out|infused|off)"
    r"|\b(?:will|to|should|shall|would)[ ](?:run|infuse|go|continue|drip)\b[^.;\n\d]{0,20}\b(?:until|till?|to|through)"
    r"|\b(?:back|return\w*|rtc|rtn|comes?|coming|due|appt|f/u|follow-?up)\b[^.;\n\d]{0,20}"
    r"\b(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*|tomorrow|next \w+)"
    r"|\b(?:eta|(?:estimated|expected|projected|anticipated)[ ](?:time[ ]of[ ])?\w+))"
    r"[ ]*(?:by|at|@|around|about|:|~|=)*[ ]*\Z",
    re.IGNORECASE,
)


_SAME_TIME = Lazy(
    r"\b(?:over|during|for|at|through(?:out)?|in|across|within)[ ](?:exactly[ ]|precisely[ ]|just[ ])?(?:the[ ]"
    r"|those[ ]|these[ ])?(?:very[ ])?"
    r"(?:same|identical)[ ](?:start[ ]and[ ]stop[ ])?(?:clock[ ])?(?:times?|minutes|hours?|interval|period|span"
    r"|stretch|window)\b"
    r"(?![ ](?:as|every|each|tomorrow|yesterday|next|last|to)\b)",
    re.IGNORECASE,
)


def at_the_same_time(text: str, start: int, end: int) -> bool:
    """Whether text[start:end], behind a drug without times of its own, says that it ran in those of the one before."""
    return bool(_SAME_TIME.search(text, start, end))


_FOR_LATER = Lazy(
    r"@?[ ]?\d{1,2}:?\d\d(?:[ ]?[ap]\.?m?\b\.?|[ ]?h(?:rs)?\b)?[ ](?:to|for)[ ]"
    r"(?:have[ ](?:it|the[ ]pump)[ ])?(?:be[ ]|get[ ])?(?:come[ ]off|"
    r"(?:pump[ ])?(?:taken[ ]off|unhook\w*|disconnect\w*|remov\w+|d/?c\b))",
    re.IGNORECASE,
)
"""What a clock is for that is still to come: "9:30a to come off"."""


def is_to_come(text: str, place: int) -> bool:
    """Whether the clock at a place is when something is to end, not when it did ("pump set to finish 1140")."""
    return bool(_TO_COME.search(text, max(0, place - 48), place) or _FOR_LATER.match(text, place))
