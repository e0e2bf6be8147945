"""Sentences that a hurried hand wrote one behind the other without a full stop.

"Pepcid 20 mg IV push at 0952 Docetaxel 125 mg was hung at 1012 She napped": a capital begins what can only be a new
sentence, and the words before it can end one. A time that leads its words ends nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy

_SHORTEST = 60
_FAR, _TAIL = 600, 48
"""Characters that are looked back over, and those of them that can tell how words end."""
_GAP = expression(r"(?<=[a-z0-9)\]A-Z]) (?=[A-Z][A-Za-z])")
_STOP = expression(r"[.!?](?=\s)(?<![ap]\.m\.)(?<!\b[DM]r\.)")
_OPENS = expression(
    r"(?:The|She|He|They|Her|His|It|We|At(?! bedside)|After|Afterwards|Before|Then|Today|There|This(?! Encounter)|When"
    r"|While|During|Once|If|Because|Since|Through|Both|Which|What|How|Pt|Patient|Nursing(?! note)|[AP]M(?= visit\b)"
    r"|(?:Needle|Huber|Port|PIV|IV|Line|PAC) (?:out|removed|pulled|flushed|discontinued|de-?accessed))\b"
    r"(?![:.,]|'s)"
)
"""Words that begin a sentence wherever they stand with a capital."""
_HANGS = Lazy(
    r"\b(?:of|to|from|and|or|the|an?|with|w|via|per|by|for|at|on|in|into|over|under|than|as|that|if|when|is|was|were|no"
    r"|dr|mrs?|ms|st|vs|her|his|their|this|dear|re|sister|nurse|note|notes|name|same|new|established|seen|states?|told)\Z",
    re.IGNORECASE,
)
_CLOSES = Lazy(
    r"\b(?:done|complete|well|incident|difficulty|reactions?|complaints?|distress|stable|blood return|intact|issues?"
    r"|problems?|events?|symptoms|resolved|remaining|today|yet)\Z",
    re.IGNORECASE,
)
_ENDS_PLAINLY = Lazy(r"(?:\b[a-z]{2,}|\d(?:st|nd|rd|th)|\))\Z")
_LEADS_ON = Lazy(
    r"\b(?:got|gets?|had|has|have|uses?|used|wants?|needs?|taken?|did|brought|loaded|drew|drawn|flushed|gave|giv\w+"
    r"|received?s?|receiving|hung|hang\w*|start\w*|push\w*|infus\w+|admin\w*|then|plus|premed\w*|pre|bolus"
    r"|dose[sd]?|inject\w*|drug|bags?|another|more|first|second|third|next|additional|repeat\w*|weekly|daily|liposomal"
    r"|generic|prn|stat|extra|further|test|half|loading|maintenance|oral|both|also|only|mixed|added|connected|include[sd]?"
    r"|continu\w+|resumed?|stopped|stop|held|hold|refused|declined|ordered|orders?|order for|planned|home|takes?|took"
    r"|tolerat\w+|complet\w+|finish\w+|cycle|day|due|not|never|without|mg|mcg|g|mL|units?|again|following|after"
    r"|before|during|until|since)\Z",
    re.IGNORECASE,
)
"""What a drug's name goes on with."""
_CLOCK = expression(
    r"(?<![\w/.:])(?:(?:[01]?\d|2[0-4]):[0-5]\d(?:[ ]?[ap]\.?m\b\.?|[ap]\b)?|(?:[01]\d|2[0-4])[0-5]\d(?![\d/])"
    r"(?![ ]?(?:mg|mL|mcg|units?|g)\b)(?:[ ]?h(?:rs)?\b)?|1?\d[ ]?[ap]\.?m\b\.?|noon\b|midnight\b)",
    re.IGNORECASE,
)
_AT_FIRST = Lazy(r"[ ]*(?:At|By|Around|About|From)[ ]\Z")
_LEADS = Lazy(rf"(?:[,;]|\b(?:and|then))[ ](?:at|@|by)[ ]?(?:{_CLOCK.pattern})\Z", re.IGNORECASE)
"""A time that leads the next of a list."""
_LASTED = expression(r"\d[ ]?(?:min(?:ute)?s?|hrs?|hours?)\Z", re.IGNORECASE)
_DATED = expression(r"\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? [0-3]?\d\Z")
_DOSE = r"(?<![\d.])(?!(?:1[4-9]|2\d)[ ]?g\b)\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?|mEq|mL|L|million)\b"
_DID = expression(
    rf"{_DOSE}|\b(?:hung|start(?:ed|s)?|gave|given|finish(?:ed|es)|complet(?:ed?|es)|stopped|ended|accessed|placed|pushed"
    r"|infused|ran|done|off|arrived|left|began|begun|up|down|[a-z]{3,}ed)\b",
    re.IGNORECASE,
)
_NO_NAME = (
    r"(?!(?:IV\w*|IM|SQ|SC|SL|PO|IT|IP|IA|AM|PM|RN|LPN|MD|NP|PA|DO|Rate|Vol\w*|Dose|Total|Weight|Wt|Lot|Start|Stop|End"
    r"|Time|Site|Bag|Waste\w*|Infus\w+|Over|Run\w*|Remain\w*|Urine|Residual)\b)"
)
_NAMED = _NO_NAME + r"(?:[A-Z][\w'-]+ )?[A-Z][\w'-]+ (?:\([^()\n]{2,30}\) )?"
_DRUG = expression(rf"{_NAMED}(?:{_DOSE}|\d[\d.]* (?:IVPB?|IV)\b|(?:was|were|is|infusion was|by mouth|PO)\b)")
_OWN_GIVING = expression(
    rf"{_NAMED}{_DOSE}[^.\n]{{0,40}}?(?:\b(?:IVPB?|IV|SQ|SC|IM|SubQ|push(?:ed)?)\b|{_CLOCK.pattern})"
)
_CLAUSE = expression(
    rf"{_NO_NAME}[A-Z][\w'-]+ (?:[^.,;\d\n]{{0,40}} )?(?:was|were) "
    r"(?:then |also )?(?:started|hung|given|infused|pushed|begun|administered)\b"
)
"""A sentence of its own, whatever stands before."""
_TELLS = expression(rf"{_NO_NAME}[A-Z][a-z]+ [a-z]{{2,}}")
_FOLLOWS = expression(
    r"(?:(?:Line|Port|PIV|Discharged|Home|Tolerated|Labs|VSS|BP|No|Flushed|Arrived|Orders|Consent|Went|Family|Husband"
    r"|Wife|Daughter|Son|Returns?|RTC|Next|Instructions|Education|Teaching|Monitored|Observed|Vitals?|Access\w*|Back"
    r"|IV (?:started|removed|placed|site|d/c'?d|access))\b(?!:)|Pre-?med\w*|(?:Pre|Post|Access|Pauses|Plan|Vitals):)"
)
"""What follows a sentence that a time or a calm word has ended."""


def begins(text: str) -> Iterator[int]:
    """The places behind the words that a missing full stop would stand at, in order."""
    start = 0
    for line in text.split("\n"):
        if len(line) >= _SHORTEST and line.count("|") < 2 and "\t" not in line and "   " not in line:
            yield from (start + place for place in _of_line(line))
        start += len(line) + 1


def _of_line(line: str) -> Iterator[int]:
    last, stops = 0, [0, *(found.end() for found in _STOP.finditer(line))]
    led = _is_led(line)
    for gap in _GAP.finditer(line):
        place = gap.start()
        asked = [ended for begun, ended in _WAYS if any(form.match(line, place + 1) for form in begun)]
        if not asked:
            continue
        before = line[max(last, stops[bisect_right(stops, place) - 1], place - _FAR) : place]
        if " " not in before.strip() or _ends(before, _HANGS) or (led and _ends_in_time(before)):
            continue
        if any(ended(before) for ended in asked):
            last = place
            yield place


def _is_led(words: str) -> bool:
    """Whether a time stands before all that was done: then times lead what they are of, and end nothing."""
    clock = _CLOCK.search(words)
    if clock is not None and _AT_FIRST.search(words, 0, clock.start()):
        clock = _CLOCK.search(words, clock.end())
        if clock is None:
            return True
    return clock is not None and _DID.search(words, 0, clock.start()) is None


def _ends(words: str, *forms: Lazy | re.Pattern[str]) -> bool:
    """Whether words end as one of these expressions has it, each of which ends in \\Z."""
    return any(form.search(words, max(0, len(words) - _TAIL)) for form in forms)


def _ends_in_time(words: str) -> bool:
    ends = [clock.end() for clock in _CLOCK.finditer(words, max(0, len(words) - _TAIL))]
    return bool(ends) and ends[-1] == len(words)


def _has_ended(before: str) -> bool:
    """Whether words can end a sentence: calm ones, or a time, or a duration, of what they tell."""
    if _ends(before, _CLOSES):
        return True
    if _ends(before, _LASTED, _DATED):
        return bool(_DID.search(before))
    return _ends_in_time(before) and not _is_led(before) and not _ends(before, _LEADS)


def _goes_on_with_nothing(before: str) -> bool:
    return _ends(before, _ENDS_PLAINLY) and not _ends(before, _LEADS_ON)


def _is_whole(before: str) -> bool:
    """Whether a sentence tells what was done at a time, and ends in nothing that goes on with another drug."""
    if not _goes_on_with_nothing(before):
        return False
    return bool(_CLOCK.search(before)) and _DID.search(before) is not None and not _is_led(before)


_WAYS: tuple[tuple[tuple[re.Pattern[str], ...], Callable[[str], bool]], ...] = (
    ((_OPENS,), bool),
    ((_FOLLOWS, _DRUG, _TELLS), _has_ended),
    ((_CLAUSE,), _goes_on_with_nothing),
    ((_OWN_GIVING,), _is_whole),
)
"""How a sentence may begin, and what has to stand before it then: for the first any words but those that hang."""
