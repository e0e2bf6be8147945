"""Words of beginning and ending that the reader and the grounding both take, written in one place.

Each wording begins with a letter and stands in lower case; blanks are written as "[ ]".
"""

from __future__ import annotations

import re

from reviewer.language.lazy import Lazy

BEGUN = (
    r"(?:got|gets|get|was|is)[ ](?:under[ ]?way|going|started|running)|under[ ]?way(?=[ ]*(?:at|@|by|\d|\Z))"
    r"|(?:put|went|goes|set|hooked|plugged)[ ](?:up|on)(?=[ ](?:by[ ]\w+[ ])?(?:(?:at|@)[ ]?)?(?:\d|\Z)"
    r"|[ ]by[ ]\w+[ ]at[ ](?:\d|\Z))"
    r"|set[ ](?:running|going|in[ ]motion)|opened(?=[ ](?:up[ ])?(?:(?:at|@)[ ]?)?(?:\d|\Z))|launched"
    r"|let[ ]run(?=[ ](?:at|from)\b)"
    r"|switched[ ]on|triggered|set[ ]off(?=[ ]at[ ](?:\d|\Z))|soi"
)
ENDED = (
    r"wrapp(?:ed|ing)[ ]up|wound[ ](?:up|down)|(?:came|comes|brought|drawn|drew)[ ]to[ ](?:an?|its)[ ](?:end|close"
    r"|finish)"
    r"|(?:came|comes|taken|took|brought)[ ](?:(?:it|the[ ](?:\w+[ ]){1,2})[ ]?)?(?:down|off)(?=[ ]*(?:(?:at|@"
    r"|by)[ ]?)?(?:\d|\Z))"
    r"|closed(?=[ ](?:(?:at|@)[ ]?)?(?:\d|\Z))|shut[ ](?:off|down)|switched[ ]off|halted|terminated|terminates"
    r"|quit(?=[ ]at[ ](?:\d|\Z))"
    r"|over(?=[ ](?:at|by)[ ](?:\d?\d:?\d\d|\Z))|used[ ]up|exhausted|expended|ran[ ](?:its|their)[ ]course|eoi|eot"
    r"|all[ ]delivered|fully[ ]delivered|delivered[ ]in[ ]full|aborted"
)

_MAY_END = Lazy(
    r"(?:[ ](?:via|through|into|in|per|by)[ ](?:[\w-]+[ ]){0,4}?(?:port|picc|line|piv|iv|midline|vein|arm|hand"
    r"|forearm|catheter|ac"
    r"|lumen|mediport|hickman)\b)?[ ,;&()–—-]*(?:(?:and|then|but|with|finally|which|that)[ ,]+)*"
    r"(?:(?:the|its|this|that|it|all|whole|entire|full|bag|bags|infusion|drip|volume|pump|bottle|contents|had|has"
    r"|was|were|is"
    r"|been|then|finally|completely|fully|of)[ ]){0,6}"
    r"(?:(?:last|final)[ ](?:drip|drops?|bit|of[ ](?:it|the[ ]\w+)|mls?|portion)(?:[ ](?:fell|in|gone|went[ ]in"
    r"|through))?"
    r"|(?:[a-z]{2,}(?:ed|ing)|ran|went|gone|gave"
    r"|came|drew|let|done|through|empty|dry|over|out|down|off)(?:[ ](?:the|its|all"
    r"|of|it|itself|line|bag|tubing|drip|chamber|volume|pump|contents|dose|away|out|off|down|up|in|through|dry"
    r"|empty|completely"
    r"|fully|over|finally|clear|run)){0,4})"
    r"[ ,:(]*(?:(?:at|by|@|around|about)[ ]?)?(?:at[ ]|@[ ]?)?[(]?",
    re.IGNORECASE,
)
_MAY_BEGIN = Lazy(
    r"[ ,;&():–—-]*(?:(?:and|then|was|were|is|had|been|it|the[ ]bag|the[ ]infusion)[ ])*"
    r"(?:[a-z]{2,}(?:ed|ing)|ran|went|put|let|got|began|begun|hung|set|up|on|going"
    r"|under)(?:[ ][a-z'’]+){0,5}[ ,:(]*(?:@[ ]?|[(])?",
    re.IGNORECASE,
)
_STARTS = r"began|begin\w*|begun|start\w*|hung|hang\w*|spik\w*|connect\w*|initiat\w*|open\w*|launch\w*"
_ELSE = (
    r"p(?:atien)?t|she|he|they|her|him|his|we|i|rn|md|np|dr|nurse|doctor|provider|physician|pharmac\w+|mother"
    r"|father|mom|dad"
    r"|wife|husband|family|daughter|son|sister|brother|interpreter|visitor|staff|team|rates?|speed|sped|tempo|step\w*"
    r"|bump\w*|crank\w*"
    r"|turned|dial\w*|doubl\w+|halv\w+|half|increas\w*|decreas\w*|slow\w*|titrat\w*|advanc\w+|adjust\w*|chang\w+"
    r"|reduc\w+|lower\w*"
    r"|rais\w+|set|program\w*|check\w*|recheck\w*|verif\w*|seen|looked|noted|observ\w*|monitor\w*|assess\w*"
    r"|reassess\w*|eval\w+"
    r"|exam\w*|vitals?|vs|bp|hr|temp\w*|pulse|sats?|spo2|o2|oxygen|weigh\w*|pain|nausea\w*|vomit\w*|rash\w*|itch\w*"
    r"|flush\w*|chill\w*"
    r"|rigor\w*|hives|cough\w*|wheez\w*|dyspn\w*|sob|dizz\w*|react\w*|sympt\w*|sx|complain\w*|report\w*|den(?:ied"
    r"|ies)|stat(?:ed|es)"
    r"|felt|feel\w*|prim\w*|restart\w*"
    r"|resum\w*|re-?\w*start\w*|re-?hung|again|back|repeat\w*|another|second|third|next|new|more|add\w*|hold\w*"
    r"|held|paus\w*|interrupt\w*"
    r"|suspend\w*|alarm\w*|beep\w*|occlu\w*|infiltrat\w*|extravas\w*|leak\w*|kink\w*|clot\w*|flag\w*|call\w*"
    r"|page\w*|notif\w*|inform\w*"
    r"|arriv\w*|return\w*|left|leav\w*|depart\w*|discharg\w*|releas\w*|admit\w*|transfer\w*|sent|walk\w*|ambulat\w*"
    r"|void\w*|bathroom"
    r"|ate|eat\w*|lunch|meal|snack\w*|drank|drink\w*|sleep\w*|slept|doz\w+|nap\w*|rest\w*|sit\w*|sat|talk\w*"
    r"|laugh\w*|cry\w*|read\w*"
    r"|watch\w*|wait\w*|mov\w+|reposition\w*|turn\w*|scan\w*|label\w*|sign\w*|co-?sign\w*|witness\w*|chart\w*"
    r"|document\w*|record\w*"
    r"|order\w*|enter\w*|consent\w*|teach\w*|taught|educat\w*|instruct\w*|review\w*|explain\w*|discuss\w*|draw\w*"
    r"|drew|labs?|blood"
    r"|cultur\w*|access\w*|de-?access\w*|insert\w*|plac\w+|remov\w*|pull\w*|dress\w*|bandag\w*|cool\w*|cap|heat\w*"
    r"|warm\w*|ice\w*"
    r"|thaw\w*|mix\w*|compound\w*|prepar\w*|dispens\w*|deliver\w*|receiv\w*|pick\w*|tub\w+|given|gave(?! out\b)|giv\w+"
    r"|push\w*|inject\w*|bolus\w*"
    r"|premed\w*|med\w*|dwell\w*|drain\w*|instill\w*|due|schedul\w*|plan\w*|expect\w*|anticipat\w*|estimat\w*"
    r"|suppos\w*|will|should|to be"
    r"|if|when|while|until|not|never|no|still|continu\w*|infusing|running|going|ongoing|progress\w*|tolerat\w*|well"
    r"|comfort\w*|stable"
    r"|quiet\w*|relie\w+|handed|handoff|swap\w*|switch\w*|took over|cover\w*|hour\w*|min\w*|error|correct\w*"
    r"|illegible|clean\w*|site"
)
"""What else the clock behind a beginning may be of: people, checks, rates, symptoms, pauses, a further bag, a plan."""


_OF_ELSE = Lazy(rf"\b(?:{_ELSE})\b", re.IGNORECASE)
_NO_END = Lazy(rf"\b(?:{_ELSE}|{_STARTS})\b", re.IGNORECASE)


def may_begin(text: str, start: int, end: int) -> bool:
    """Whether text[start:end], between a drug and the first of its two clocks, tells a beginning in whatever verb."""
    return end - start <= 80 and bool(_MAY_BEGIN.fullmatch(text, start, end)) and not _OF_ELSE.search(text, start, end)


def may_end(text: str, start: int, end: int) -> bool:
    """Whether text[start:end], between the clock of a beginning and a later one, tells an end in whatever verb.

    "launched at 1400 with the pump emptying at 1431", "cleared the line at 1002": no subject but the bag, and
    no word of anything else that is timed.
    """
    return end - start <= 80 and bool(_MAY_END.fullmatch(text, start, end)) and not _NO_END.search(text, start, end)
