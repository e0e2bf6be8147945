"""Two times beside one drug and no other: its start and its stop, whatever words tell them.

What a time can be of besides is a finite list (comings, vital signs, lines, laboratory, orders, how the patient was);
what an infusion can be said to do is not. So words that are on the list rule a time out, and no verb has to be known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reviewer.language.access import without_line
from reviewer.language.clock import FoundClock
from reviewer.language.companions import is_to_come
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import sentence_at

FAR = 320
"""How far from its drug's name a time of no known words may stand, in code points."""
_LONGEST = 16 * 60
_FURTHER_SENTENCES = 2

_ELSE = Lazy(
    r"\b(?:arriv\w*|check(?:ed|s)?[ -]?(?:in|out|ed)?|check\w*|roomed|triag\w*|admi(?:t|ssion)\w*|present(?:ed|s)|"
    r"regist\w*|seated|chaired|vitals?|vss?|v/s|b/?p|hr|temp\w*|t(?= ?\d)|pulse|spo2|o2|sats?|pain|score|weigh\w*|wt|"
    r"(?:re-?|de-?)?access\w*|blood return|flush\w*|patent|patency|pivs?|"
    r"iv (?:access|line|site|placed|start|started|removed|out|in|d/?c\w*|pulled|inserted|established|cath\w*|team)|"
    r"picc|port|huber|needle|catheter|cannula|angiocath|lock|butterfly|site|gauge|"
    r"labs?|drawn|draw|cbc|bmp|cmp|anc|hgb|platelets?|creat\w*|result\w*|culture\w*|ct|mri|x-?ray|ekg|ecg|echo|scan\w*|"
    r"glucose|level|trough|peak|urine|hcg|verif\w*|second|2nd|third|3rd|another|again|repeat\w*|bag ?#? ?2|#\d|"
    r"review\w*|confirm\w*|pharmac\w*|prepar\w*|compound\w*|mixed|reconstitut\w*|thaw\w*|fridge|dispens\w*|courier|"
    r"tube|order\w*|sign(?:ed|ature)?|e-?signed|call\w*|notif\w*|paged?|aware|bedside|saw|seen|exam\w*|evaluat\w*|"
    r"round\w*|assess\w*|discharg\w*|home|left (?!arm|hand|fore|chest|ac|fa|wrist|upper|lower|ante|port|picc|sub|side)|"
    r"left\Z|depart\w*|ride|driver|husband|wife|daughter|son|mother|father|famil\w*|leaves?|leaving|door|bye|lobby|"
    r"return\w*|next|appoint\w*|appt|schedul\w*|due|observ\w*|obs|monitor\w*|notes?|noted|chart\w*|document\w*|"
    r"witness\w*|wast\w*|discard\w*|report\w*|hand(?:ed|s|ing)?[ -]?(?:off|over)|transfer\w*|transport\w*|drain\w*"
    r"|aspirat\w*|dress\w*|"
    r"prep(?:ped)?|position\w*|time[ -]?out|consent\w*|educat\w*|teach\w*|taught|instruct\w*|ate|eat\w*|meal|lunch|"
    r"breakfast|snack|tray|void\w*|bathroom|restroom|ambulat\w*|walk\w*|rest(?:ing|ed)|sleep\w*|asleep|awake|nap\w*|"
    r"rash|itch\w*|hives|nausea\w*|vomit\w*|emesis|chills|rigors?|dyspnea|sob|reaction|rxn|symptoms?|sx|complain\w*|"
    r"c/o|headache|dizz\w*|better|relie\w*|feels?|felt|comfort\w*|tolerat\w*|rate\w*|titrat\w*|increas\w*|decreas\w*|"
    r"slow(?:ed|er)|ml/h\w*|cc/h\w*|to \d+\Z|stable|unchanged|last|previous\w*|prior|yesterday|tomorrow|tonight|"
    r"plan\w*|will|would|to be|expect\w*|estimat\w*|est|eta|goal|mouth|po|shift|dob|printed|filed|faxed|"
    r"until (?:he|she)|held|hold\w*|paus\w*|interrupt\w*|resum\w*|restart\w*|infiltrat\w*|leak\w*|chair|bed|room|visit|"
    r"clinic|unit|foley|diarrhea|stool|seiz\w*|alert|code|forms?|dip|consult\w*|nutrition|paperwork|echo|car|foot|feet|legs?|"
    r"infusing|running|in progress|continu\w*|surgery|incision|procedure|anesthesia|delivery|radiation|rt|meds? rec|"
    r"not|never|unknown|unclear|missing|illegible|blank|page|fax|dr|doctor|physician|provider|md|np|pa-c|mom|dad|"
    r"visitors?|student|interpreter|chaplain|social work\w*|dietit\w*|escort\w*|updat\w*|request\w*|ask\w*|inform\w*|"
    r"told|spoke\w*|discuss\w*|talk\w*|offer\w*|encourag\w*|blankets?|pillows?|juice|water|drinks?|tv|phone|text\w*|"
    r"sister|brother|parent|friend|neighbou?r|caregiver|spouse|partner|packs?|heat|ice|cap|gown|mask|cuff|tele\w*"
    r"|lights?|"
    r"removed|pulled|applied|insurance|authoriz\w*|approv\w*|rescheduled|cancel\w*|refus\w*|declin\w*|if|level"
    r"|dialysis)\b",
    re.IGNORECASE,
)
_PAUSED = Lazy(
    r"\b(?:held|hold(?:ing)?|paus\w*|interrupt\w*|resum\w*|re-?start\w*|infiltrat\w*|leak\w*|temporar\w*|suspend\w*|"
    r"bag ?#? ?[2-9]|(?:second|2nd|third|3rd|another|next) (?:bag|dose|bottle|unit|half|lit\w+))\b",
    re.IGNORECASE,
)
"""What makes two times more than a start and a stop."""
_DENIED = Lazy(
    r"\b(?:no|without(?: an?)?|missing|lack(?:s|ed|ing)?|omit\w*) (?:\w+ ){0,2}(?:stop|end|start|finish\w*|"
    r"completion)\b|\b(?:stop|end|start|finish)\w*(?: times?)?(?: (?:was|were|is|are))? (?:not|never|missing|unknown|"
    r"unclear|illegible|blank|absent|omitted|left blank)\b|\btimes? (?:was |were )?not (?:documented|recorded|"
    r"charted|written)\b",
    re.IGNORECASE,
)
_OWN_LAST = Lazy(
    r"\bits last\b|\blast (?:of|drops?|ml|cc|bit|drip|one)\b|\b(?:given|gave) (?:its|the) last\b|"
    r"\bnothing (?:was |is |more )?left\b|\bbottle (?:was |is )?drained\b|\bleft (?:in|the) (?:it|bag)\b",
    re.IGNORECASE,
)
_BAG = (
    r"\b(?:it|this|its|bag|bottle|drip|drops?|flow\w*|pump|infus\w*|run|ran|vtbi|volume|alarm\w*|deliver\w*|iron|drug|"
)
_OF_START = Lazy(
    _BAG
    + r"line|(?:un)?clamp\w*|start\w*|beg[aiu]n\w*|hung|hang\w*|hook\w*|connect\w*|spik\w*|up|on|in|over|time|clock|"
    r"t|dose|med\w*|treatment|chemo\w*|antibiotic|roller|course|open\w*|first|commenc\w*|launch\w*|zero|t0|way|going|given|done|through)\b",
    re.IGNORECASE,
)
_OF_STOP = Lazy(
    _BAG
    + r"(?:re)?clamp\w*|empt\w*|dry|through|gone|done|finish\w*|finito|complet\w*|end\w*|stop\w*|disconnect\w*|down|"
    r"off|out|in(?:[ ](?:at|by))?(?= *\Z)|remainder|cessation|final|chim\w*|beep\w*|chamber|flat|"
    r"last one|deplet\w*|exhaust\w*|wrap\w*|conclu\w*|ceas\w*|clos\w*|terminat\w*)\b",
    re.IGNORECASE,
)
_SOMEBODY = Lazy(r"\b(?:pt|patient|she|he|they)\b", re.IGNORECASE)
_SOMETHING = Lazy(_BAG + r"line)\b", re.IGNORECASE)
_BEGUN = Lazy(
    r"\b(?:hung|hangs?|start(?:ed|s|ing)?|spik(?:ed|es)|beg[aiu]n(?:s|ning)?|initiat\w*|commenc\w*|connected|new bag|"
    r"opened|unclamped)\b",
    re.IGNORECASE,
)
_ENDED = Lazy(
    r"\b(?:stop(?:ped|s)?|end(?:ed|s)?|complet\w*|finish\w*|done|empt\w*|off|disconnect\w*|taken down|d/?c'?d|"
    r"discontinued|conclud\w*|ceas\w*|dry|(?:re)?clamped|all in)\b",
    re.IGNORECASE,
)
_WORD_BEFORE = expression(r"([A-Za-z]{3,}) \Z")
_SUBJECT_ENDS = Lazy(
    r"(?<![\w/'-])(?!(?:was|were|has|had|now|all|fully|then|been|not|never|until|and|when|that|finally|[a-z]+ly)\b)"
    r"(?P<subject>[A-Za-z]{3,}) (?:(?:was|is|were|has|had|now|all|fully|then|been|finally) |changed, )*"
    r"(?:ended|ends|complete[ds]?|done|finished|over|stopped|concluded|off|out)\b",
    re.IGNORECASE,
)
_BREAK = expression(r"[;,\n()\[\]]|\.(?=\s|\Z)|\s(?:and|&|//?|then|but)(?=\s)|\s[-–—](?=\s)", re.IGNORECASE)
_LETTERS = expression(r"[A-Za-z]")
_FILLER = expression(
    r"\b(?:at|from|to|by|until|till|around|about|the|of|a|hrs?|hours?|h|am|pm|as)\b|\W|\d", re.IGNORECASE
)
_CONTENT = expression(
    r"\b(?!(?:at|from|to|by|until|till|around|about|the|of|and|was|were|had|has|is|with|via|iv)\b)[a-z]{2,}\b"
)
_BLANK_LINE = expression(r"\n[ \t]*\n")


class LonePair(NamedTuple):
    """The start and the stop of the one drug of a stretch."""

    start: FoundClock
    stop: FoundClock


def stretch(text: str, place: int, end: int, before: int, following: int) -> tuple[int, int]:
    """What is told of the drug named at text[place:end], where no other is told of.

    `before` is where the drug named before it ends, `following` where the next one's name begins.
    """
    own = sentence_at(text, place)
    first = own.start if before <= own.start else place
    last = min(following, end + FAR, len(text))
    blank = _BLANK_LINE.search(text, end, last)
    last = blank.start() if blank else last
    if following <= last and following < own.end:
        breaks = [found.start() for found in _BREAK.finditer(text, end, following)]
        return first, breaks[-1] if breaks else end
    stop = own.end
    for _ in range(_FURTHER_SENTENCES):
        if stop >= last:
            break
        further = sentence_at(text, _at_words(text, stop, last))
        if further.end > last and following <= further.end:
            return first, max(min(further.start, last), end)
        stop = max(further.end, stop + 1)
    return first, min(stop, last)


def _at_words(text: str, place: int, last: int) -> int:
    while place < last and text[place].isspace():
        place += 1
    return min(place, last)


def lone_pair(text: str, clocks: Sequence[FoundClock], span: tuple[int, int], drug: tuple[int, int]) -> LonePair | None:
    """The start and stop of the drug named at text[drug], where just two of its stretch's times may be its own.

    None where a word tells of a pause or a second bag, where a time may be anything else, and where they do not ascend.
    """
    if _PAUSED.search(text, *span) or denies_time(text, span):
        return None
    told = list(own_times(text, clocks, span))
    if len(told) != 2:
        return None
    if _is_only(_ENDED, _BEGUN, told[0].words) and _is_only(_BEGUN, _ENDED, told[1].words):
        told.reverse()  # "it had emptied itself by 1432, having been spiked at 1401"
    first, second = told
    if _is_only(_ENDED, _BEGUN, first.words) or _is_only(_BEGUN, _ENDED, second.words):
        return None
    named = first.begin <= drug[0] < first.clock.start
    leads = first.clock.end <= drug[0] and not _LETTERS.search(text, first.clock.end, drug[0])  # "1400 Rocephin 2 g"
    begins = named or leads or _OF_START.search(first.words) or _BEGUN.search(first.words)
    if not (begins and _ends(second.words)) and not _alike(first.words, second.words):
        return None
    one, other = first.clock.clock, second.clock.clock
    if not 0 < other.minute - one.minute <= _LONGEST or one.on != other.on or one.next_day or other.next_day:
        return None
    return LonePair(first.clock, second.clock)


class Told(NamedTuple):
    """A clock, the words that tell what it is of, and where they begin."""

    clock: FoundClock
    words: str
    begin: int


def own_times(text: str, clocks: Sequence[FoundClock], span: tuple[int, int]) -> Iterator[Told]:
    """The times of a stretch that are of nothing else, each minute once."""
    last: FoundClock | None = None
    for told in with_words(text, clocks, span):
        if is_else(told.words) or is_to_come(text, told.clock.start):
            continue
        if last is None or last.clock != told.clock.clock:
            last = told.clock
            yield told


def with_words(text: str, clocks: Sequence[FoundClock], span: tuple[int, int]) -> Iterator[Told]:
    """The clocks of a stretch with the words of their clause, or of more where a clock stands alone there.

    One without any is told by the words of the clock before it ("vitals 0948, 1018 and 1048").
    """
    here = [clock for clock in clocks if span[0] <= clock.start and clock.end <= span[1]]
    before = Told(here[0], "", span[0]) if here else None
    for number, clock in enumerate(here):
        first = here[number - 1].end if number else span[0]
        last = here[number + 1].start if number + 1 < len(here) else span[1]
        told = _with_words(text, clock, first, last)
        before = told if told.words or before is None else before._replace(clock=clock)
        yield before


def _with_words(text: str, clock: FoundClock, first: int, last: int) -> Told:
    breaks = [found.end() for found in _BREAK.finditer(text, first, clock.start)]
    after = _BREAK.search(text, clock.end, last)
    end = after.start() if after else last
    if text[clock.end - 1] == "." and text[clock.end : clock.end + 1].isspace():
        end = clock.end  # "finished 1:52 p.m. Needle out"
    for begin in (*reversed(breaks), first):
        words = f"{text[begin : clock.start]} {text[clock.end : end]}"
        if _LETTERS.search(_FILLER.sub(" ", words)):
            return Told(clock, words, begin)
    return Told(clock, "", first)


def _ends(words: str) -> bool:
    if not _OF_STOP.search(words) or ends_another(words):
        return False
    return not _SOMEBODY.search(words) or bool(_SOMETHING.search(words))


def _alike(one: str, other: str) -> bool:
    """Whether two times are told in one manner of speaking ("first mL 0312, final mL 0334")."""
    return bool(set(_CONTENT.findall(one.lower())) & set(_CONTENT.findall(other.lower())))


def _is_only(form: Lazy, other: Lazy, words: str) -> bool:
    return bool(form.search(words)) and not other.search(words)


def is_else(words: str) -> bool:
    """Whether words make a time that of something that is no infusion's start or stop."""
    return bool(_ELSE.search(_OWN_LAST.sub(" ", without_line(words))))


def denies_time(text: str, span: tuple[int, int]) -> bool:
    """Whether a stretch says that a start or a stop was not written down."""
    return bool(_DENIED.search(text, *span))


def tells_end(words: str) -> bool:
    """Whether words tell plainly that something ended, and name nothing else that did."""
    return bool(_ENDED.search(words)) and not is_else(words) and not ends_another(words)


def ends_another(words: str) -> bool:
    """Whether words of ending have a subject that is no infusion ("seizure ended 0314", "form complete 1102")."""
    found = _SUBJECT_ENDS.search(words)
    if found is None:
        return False
    kind = _WORD_BEFORE.search(words, 0, found.start("subject"))
    if kind is not None and is_else(kind[1]):
        return True  # "peak flow done"
    return not (_OF_START.search(found["subject"]) or _OF_STOP.search(found["subject"]))
