"""Whose end a time is: an end whose subject is no infusion is not that of a drug ("EKG done 0936")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewer.language.clock import FoundClock
from reviewer.language.kept import expression
from reviewer.language.sentences import Span

_BREAK = expression(
    r"[;,\n|()\[\]](?!\d{3}\b)|(?<!\b[ap]\.m)(?<!\b[ap])\.(?=\s)|[ ](?:and|then|but|while|&|//?|-|–|—|->|"
    r"→)(?=[ ])|:(?=[ ])",
    re.IGNORECASE,
)
_LEADING = expression(
    r"(?:\W|\b(?:at|by|around|about|approx(?:imately)?|on|the|from|to|until|then|and|time|hrs?|hours?)\b)*",
    re.IGNORECASE,
)
_OF_FLOW = expression(
    r"\b(?:clamps?|rollers?|drops?|drip\w*|bags?|bottles?|btls?|pump|flow\w*|infusion|chamber|channel|tubing|"
    r"ivpb|dose)\b"
)
_STOP = (
    r"stop\w*|t[ -]?end|end(?:ed|s|ing)?|fin|finish\w*|complet\w*|conclu\w*|ceas\w*|cessation|terminat\w*|"
    r"halt\w*|quits?|"
    r"clos(?:ed|es|ing|e|ure)|clsd|shut|locked|off|down|dn|pulled|unplugged|unhooked|disconnect\w*|detached|removed|"
    r"empt\w*|dry|drained|used up|gone|over(?!\W*(?:\d|about|approx\w*|the|an?|half|one)\b)|through(?! \w)|done|"
    r"last|final\w*|"
    r"wrapped|wound|beep\w*|chim\w*|(?:all )?in(?=\W*\Z)|out(?! of)"
)
_ENDS = expression(rf"(?<!\w)(?:{_STOP})(?!\w)")
_NONE_LEFT = expression(r"\b(?:none|nothing|no(?:t a| more)?)\b[^.;]{0,30}\b(?:left|remain\w*|more|drop)\b|\bno more\b")
_PART_OF = expression(r"[,;:>→–—]|[ ]-+[ ]|\b(?:and|then|so)\b")
_CONTENT = expression(r"[a-z]{3,}")
_PLAIN = expression(
    r"about|already|abx|action|actual|admin|after|ago|all|also|and|antibiotic|approximately|are|around|been|being|"
    r"bottom|came|charted|clock|completely|contents|date|documented|drug|empty|end|entire|entirely|entry|"
    r"event|fin|finally|flat|fluid|fluids|for|from|full|fully|got|had|has|have|her|his|hour|hours|hrs|infused|"
    r"infuses|infusing|into|its|itself|ivpb|just|med|medication|min|mins|minute|minutes|moment|not|noted|now|"
    r"nurse|out|piggyback|point|ran|recorded|run|running|runs|status|switched|syringe|tap|that|the|then|"
    r"therapy|there|this|thumbwheel|time|timed|times|total|treatment|turned|until|valve|volume|was|went|were|"
    r"when|while|whole|with|without"
)
"""Words that an end may be told with, beside those of the flow and of ending: no other thing is spoken of."""
_ITSELF = expression(
    r"\b(?:infus\w*|bags?|drips?|gtts?|bottles?|btls?|vials?|bolus|ivpb|piggy-?back|it|this|these|they|both|all|"
    r"meds?|medications?|chemo\w*|drugs?|"
    r"antibiotics?|abx|fluids?|ivf|hydration|transfusion|premeds?|premedications?|treatment|tx|lit(?:er|re)s?|"
    r"immunotherapy|"
    r"ivig|syringes?|remainder|dose|last|which|units?(?! ?(?:to|for|staff|secretary))|biologic|steroids?|iv|"
    r"cycle|loading|load|"
    r"push|injections?|lesions?|instillation|therapy|course|run|pump|cassette|first|second|third|one|two|three|"
    r"\#\d)\b|\d"
)
"""What is or holds a drug, or points back to one."""
_PLACES = ("off", "down", "out", "in", "over", "through", "gone")
"""What may be told of anybody's way as well."""
_PATIENT = frozenset(("patient", "pts", "she", "nurse", "staff"))


def told_of(low: str, stretch: Span, clock: FoundClock, clocks: Sequence[FoundClock]) -> str:
    """The words that tell what a clock is of: those before it up to a mark or another clock, else those behind it."""
    first = max([stretch.start, *(one.end for one in clocks if one.end <= clock.start)])
    last = min([stretch.end, *(one.start for one in clocks if one.start >= clock.end)])
    breaks = [(found.end(), found[0].strip()) for found in _BREAK.finditer(low, first, clock.start)]
    for begins, mark in [*reversed(breaks), (first, "")]:
        before = low[begins : clock.start]
        if mark in (":", "("):
            continue
        if _LEADING.fullmatch(before):
            break
        if mark not in ("and", "&"):  # "line flushed and removed 1400" is of the line
            return before
    behind = _BREAK.search(low, clock.end + 2, last)
    return low[clock.end : behind.start() if behind else last]


def ends_other_thing(words: str, before: str = "") -> bool:
    """Whether words of an end are those of another thing than a drug ("EKG done", "shift ended", "off to radiology").

    `before` is what their sentence tells before them: an end without a subject of its own has the one told there.
    """
    found = _ENDS.search(words)
    if found is None or _ITSELF.search(words) or _NONE_LEFT.search(words):
        return False
    own = _content(_PART_OF.split(words[: found.start()])[-1])
    if found[0] not in _PLACES:
        return not _all_plain(own - _PATIENT)
    if _all_plain(own) and _ITSELF.search(before):
        return False
    return not _all_plain(own | _content(words[found.end() :]))


def _content(words: str) -> set[str]:
    return {word for word in _CONTENT.findall(_OF_FLOW.sub(" ", words)) if not word.endswith("ly")}


def _all_plain(words: set[str]) -> bool:
    return all(_PLAIN.fullmatch(word) for word in words)
