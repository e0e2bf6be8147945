"""What stands over a word: a plan, an order, a hold, a refusal, history, an allergy,
teaching, home use, a denial.

A drug that is named under such a cue was not shown to be given. A cue reaches the word within its own clause; some
are *weak*: "here for Taxol, started 1000" shows a giving all the same.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from reviewer.language.access import tells_injection
from reviewer.language.cue_rules import AFTER, BEFORE, Cue, Rule
from reviewer.language.dates import FoundDate, find_dates
from reviewer.language.folding import lowered
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.sections import SectionKind, section_at
from reviewer.language.sentences import sentence_at

__all__ = ["GIVING", "Cue", "cue", "puts_case"]

GIVING = (
    r"given|gave|administered|adm|infused|infusing|ran|running|started|start|began|begun|hung|spiked"
    r"|pushed|injected|"
    r"instilled|inserted|received|completed?|finished|stopped|restarted|recommenced|resumed|ended|initiated"
    r"|connected|attached|hooked|commenced|bolused|"
    r"delivered|tolerated|refilled|loaded|applied|administering|titrated|transfused|placed"
)
_GIVEN = Lazy(rf"\b(?:{GIVING})\b", re.IGNORECASE)
_PLAINLY_GIVEN = Lazy(
    r"\b(?:given|administered|infused|received|injected|completed?|started|hung|instilled|pushed|began|ran|finished|"
    r"initiated|transfused|delivered|connected|attached|wide[ -]open|put (?:in|into|through|down)|went in)\b",
    re.IGNORECASE,
)
_TIMED = Lazy(
    r"(?:\b(?:ivp|ivpb|iv push|im|sq|sc|subcut)\b[^;.]{0,30}?|\bat |@ ?|\bstart(?:ed)? |\bfrom )"
    r"(?:[01]?\d|2[0-4])[:;.]?[0-5]\d(?:[ap]m?)?\b(?!\s*(?:m[gl]|units?|mcg|cc))|"
    r"\b(?:[01]?\d|2[0-4]):?[0-5]\d ?(?:[ap]m?)? ?(?:-|–|to|until) ?(?:[01]?\d|2[0-4]):?[0-5]\d(?:[ap]m?)?\b",
    re.IGNORECASE,
)
# Each way begins with a character, not with a look behind: `re` then finds the few places that begin so, and fast.
_STRONG_BREAK = Lazy(
    r";|\n|\.(?<!\.\.)(?<!\b(?:dr|mr|ms|st)\.)(?<!\b(?:drs|mrs)\.)(?<!\bapprox\.) |"
    r"but\b(?<!\wbut)|however\b(?<!\whowever)|while\b(?<!\wwhile)|although\b(?<!\walthough)|"
    r"instead\b(?<!\winstead)|whereas\b(?<!\wwhereas)|\|",
    re.IGNORECASE,
)


_NOT_OF_THIS = Lazy(
    r"\b(?:on|for) (?:the )?wrong (?:patient|pt|chart)\b|\b(?:charted|entered|documented|recorded) in error\b"
    r"(?![^.;]*\b(?:correct|should|actual)\w*)|\breturned unused\b|\bunused,? returned\b",
    re.IGNORECASE,
)
"""What takes back all that was set down of a drug."""
_SET_DOWN_REFUSED = Lazy(
    r"[^.;,\n(]{0,40}?(?:[01]?\d|2[0-4]):?[0-5]\d[ ]*(?:-{1,2}|–|—|:|\(|\*+)[ ]*(?:(?:pt|patient|she|he)[ ])?"
    r"(?:refuse[sd]|decline[sd])\b(?=[ ]*(?:[.;,()\n]|\Z|due|because|d/t|as\b|this|it\b|dose|\d))",
    re.IGNORECASE,
)
"""What was set down behind the time at which a dose was offered: "8 mg IVP 1307 - pt refuses"."""
_SET_DOWN_OMITTED = Lazy(
    r"[^.;\n(]{0,60}?(?:[01]?\d|2[0-4]):?[0-5]\d(?:[ ]?[ap]m|[ ]?h(?:rs?)?)?[ ]*"
    r"(?:-{1,2}|–|—|:|\(|,|\|)+[ ]*(?:dose )?(?:was )?"
    r"(?:not (?:given|administered|hung|infused|injected|started)|never (?:given|administered|hung)|omitted|withheld)"
    r"\b(?=[ ]*(?:[.;,|()\n]|\Z|due|because|as\b|d/t|per\b|for\b|this|-|–))",
    re.IGNORECASE,
)
"""What was not given at the time it was due: "4 mg IVP 1800, not given"."""
_NEVER_RAN = Lazy(
    r"[^.;\n]{0,120}?\b(?:none|nothing|no drug) (?:of it )?(?:had |was )?(?:been )?(?:infused|given|administered)\b",
    re.IGNORECASE,
)
"""A bag that was hung and thrown away before any of it ran."""
_NOTHING = Lazy(r"[ :=-]*(?:none|nil|n/?a)\b(?! (?:left|remain|discard|wast))", re.IGNORECASE)
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
_RESUMED = Lazy(r"\b(?:resum|restart|back (?:on|up)\b|re-?start|re-?initiat|re-?commenc|continu)", re.IGNORECASE)
_COMMA = Lazy(r",(?!\d{3}(?!\d))")
_LIST_COMMA = Lazy(r",(?! ?(?:and |or |& )?[\w'/.%\- ]{1,40}(?:,|\Z|\band\b|\bor\b|&))")
_LEADS = Lazy(
    r"\W*(?:(?P<order>(?:(?:verbal|telephone|phone|new|written|md|signed|treatment|provider|physician|stat) "
    r")*orders?\b|pharm(?:acy)?\.? verif\w*|"
    r"v\.?o\.?\b|t\.?o\.?\b)|(?:treatment |tx )?plan\b(?![ ]?/[ ]?(?:done|given|administered)\b))[^:]{0,70}:",
    re.IGNORECASE,
)
_RECEIVED = Lazy(
    r"(?<!if )\b(?:he|she|they|pt|patient|we|i|nurse|rn|staff) (?:has |was |were |have )?(?:just |already )?"
    r"(?:received|got|given|gave|administered|injected)(?: (?:him|her|them|his|the|a|an|first))* *\Z",
    re.IGNORECASE,
)
_DID = Lazy(
    r"(?<!to )(?<!to be )(?<!will be )\b(?:I|we|RN|nurse|and|then)[ ](?:hung|gave|started|administered|pushed|injected"
    r"|infused|began|spiked|connected)(?:[ ](?:the|her|his|a|an|first|second))*[ ]*\Z",
    re.IGNORECASE,
)
"""An act of the writer right before a drug whose time follows ("I hung dalbavancin 500 mg at 0935")."""
_TODAY = Lazy(r"\btoday\b(?![^;.]*\b(?:plan|tomorrow|next)\b)", re.IGNORECASE)
_STILL_TO_COME = Lazy(
    r"\b(?:(?:to|will|shall|should|must|can|may|needs? to) be(?: \w+ly)?|will|to|for) *\Z", re.IGNORECASE
)
_OF_ANOTHER = Lazy(r"\s*(?:,|(?:at|from|for|x|@)?\s*\d)", re.IGNORECASE)
"""A hold that its own comma or time ends: "infusion held 1045, Benadryl given"."""
_GIVE = Lazy(r"[ ]*(?:and |but |ok(?:ay)? to |may )?(?:give|proceed|start|continue|hang|administer)\b", re.IGNORECASE)
_LETTER = Lazy(r"[A-Za-z]{2}")
_LED_BY_CLOCK = Lazy(r"\W*(?:[01]?\d|2[0-4]):?[0-5]\d(?:[ ]?[ap]m|[ ]?h(?:rs?)?)?\W{1,4}", re.IGNORECASE)
_PRN_ENTRY = Lazy(r"\W*(?:[01]?\d|2[0-4]):?[0-5]\d(?:[ ]?[ap]m|[ ]?h(?:rs?)?)?\W{1,4}prn\W{1,4}", re.IGNORECASE)
_DOSE_AND_WAY = Lazy(
    r"\W{1,3}\d[\d.,]*[ ]?(?:mg|mcg|g|units?)[ ](?:slow[ ])?(?:iv[ ]?p\b|ivpb|iv[ -]push|im\b|sq\b|sc\b|sub-?cut\w*)"
    r"(?![^.;\n]*\b(?:prn|if|needed|may|available|order\w*|q ?\d)\b)",
    re.IGNORECASE,
)
_ACTED = Lazy(
    r"\s*(?:mar )?action[ :|]+(?:new bag|given|(?:re)?started|stopped|paused|held|administered)\b", re.IGNORECASE
)
_CARRIED_OUT = Lazy(r"\s*(?:mar )?action[ :|]+(?:new bag|given|started|administered)\b", re.IGNORECASE)
_FOLLOWED = Lazy(
    r"\A[^.;\n]{0,60}?\b(?:as (?:ordered|prescribed)|per (?:md )?orders?)\b[ ]*(?:[.;,)\n]|\Z)",
    re.IGNORECASE,
)
_ORDER_SHEET = Lazy(
    r"[^\n]*\b(?:(?:treatment|chemo(?:therapy)?|infusion|therapy|care) plan|order (?:set|sheet|form)|"
    r"(?:treatment|chemo(?:therapy)?|infusion|physician|provider|active|signed|pended) orders?)\b(?![^\n]*\b(?:note|"
    r"nursing|mar|emar|administ\w+|given|record|log|flow ?sheet|summary|visit|carried out)\b)",
    re.IGNORECASE,
)
"""A note whose first line says that it is a plan or a set of orders."""
_PUT_CASE = Lazy(
    r"\bif (?:an?|the|our|this|your) (?:[\w-]+ ){0,2}?(?:patient|pt|beneficiary|woman|man|child|nurse)\b"
    r"[^,;.]{0,40}?\b(?:receive[sd]|(?:is|was) (?:given|infused|treated)|presents|presented|gives|gave|hangs|hung)\b"
    r"(?![^?]*\b(?:may|can|could|would|will|shall|reaction|symptoms)\b)",
    re.IGNORECASE,
)
_WINDOW = 180
"""How far back a cue before a word is looked for: its reach and its own length."""
_GOES_ON = Lazy(
    r";[ ]*(?:the |this |its )?(?:infus(?:ion|ed)|it|bag|drip|given|started|ran|hung)\b[^;.]*", re.IGNORECASE
)
_UNCHECKED = Lazy(r"(?:☐|\[ ?\]|\( \)|◯|□)[ \t]*\Z")
_BLANK = Lazy(r"_{3,}")
_HAD = expression(r"(?:has|have|had)\b", re.IGNORECASE)
_WAS_GIVEN = Lazy(rf"[^,;.]{{0,40}}?\b(?:was|were)[ ](?:\w+[ ]){{0,2}}(?:{GIVING})\b", re.IGNORECASE)
_HERE = expression(r",[ ](?:and|then|but)?[ ]?(?:here|in (?:the )?(?:clinic|office|suite)|on arrival)\b", re.IGNORECASE)
_ENDED_AT = expression(
    r"(?: (?:drip|gtt|infusion|bag))?(?: was)? (?:stopped|discontinued|d/?c'?d|ended|completed|finished) (?:at |@ ?)?"
    r"(?:[01]?\d|2[0-3]):?[0-5]\d\b",
    re.IGNORECASE,
)
"""What ended at a time is no part of the plan told before it: "switched to apixaban: heparin drip stopped 1510"."""
_UP = expression(r"\b(?:up|spiked)[ ]*[,;(]", re.IGNORECASE)
"""A bag that was checked when it was up: "platelets 1 unit up, verified w/ J. Ito RN"."""
_NEAR = 40
_EARLIER = Lazy(r"\b(?:last|previous|prior|dob|birth)\b[^.;\n]{0,20}\Z", re.IGNORECASE)
""""Last visit 02/10/2026" at the head of a note is not the day of the visit."""
_MARGIN = 6


_COMES_BACK = Lazy(
    r"\b(?:d/?c|disconnect\w*|unhook\w*|off|down|return\w*|rtc|rtn|back|remov\w*|next|f/u|until|till|thru|through)"
    r"[ :]*(?:on |at )?\Z",
    re.IGNORECASE,
)
"""What a later day is told for, behind a drug that was begun on this one ("5-FU on @1120, d/c 9/17")."""
_EXPIRES = Lazy(r"\b(?:exp(?:ir(?:es|y|ation))?|bud|use by|lot)\.?(?: date)?[ :.#]*\Z", re.IGNORECASE)


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
    acted = _CARRIED_OUT.match(text, sentence.end) or _ACTED.match(text, sentence.start, sentence.end)
    if lead and lead["order"] and acted:
        lead = None  # a charting system heads with the order what was done for it
    if lead and not given_after:
        return "order" if lead["order"] else "plan"
    near = _by_words(left, right, given_after, text[end : end + 250], text[start:end])
    near = _set_down(right) if near == "none" else near
    if near == "order" and _LED_BY_CLOCK.fullmatch(left) and _FOLLOWED.search(right):
        near = "none"  # "0905 Zofran 8 mg IVP as ordered" is an entry of what was done
    if near == "conditional" and _PRN_ENTRY.fullmatch(left) and _DOSE_AND_WAY.match(right):
        near = "none"  # so is "0952 PRN atropine 0.4 mg IV push"
    if near == "conditional" and puts_case(text, sentence.start, start, sentence.end):
        near = "none"
    over = _SECTION_CUE[section_at(text, start)]
    if near == over == "none" and _is_order_sheet(text) and not (given_after or _GIVEN.search(left)):
        return "order"
    if acted:
        near, over = (("none" if one == "order" else one) for one in (near, over))
    if near != "none" and (over == "none" or near not in _OUTWEIGHED):
        return near
    if over in ("none", "history", "home", "allergy"):
        return _by_date(text, sentence.start, sentence.end, start, end) if over == "none" else over
    # Under a plan or an order, only plain words of giving with a clock time, or in the past with "today", show
    # that it was carried out.
    told = near == "none" and _RECEIVED.search(left) and _TODAY.search(right)
    told = told or (near == "none" and _DID.search(left) and _TIMED.search(right))
    plainly = told or (_GIVEN.search(right) and _TIMED.search(right))
    return "none" if plainly else over


@lru_cache(maxsize=64)
def _is_order_sheet(text: str) -> bool:
    return _ORDER_SHEET.match(text.lstrip()) is not None


def _set_down(right: str) -> Cue:
    """What was set down far behind a drug: refused as it was offered, or thrown away before any of it ran."""
    if _SET_DOWN_REFUSED.match(right):
        return "refused"
    if _SET_DOWN_OMITTED.match(right):
        return "held"
    if _NOT_OF_THIS.search(right[:120]):
        return "denied"
    return "held" if _NEVER_RAN.match(right) else "none"


def puts_case(text: str, first: int, place: int, last: int) -> bool:
    """Whether the "if" of text[first:last] only puts a case in a question whose drug, at `place`, has a time.

    "If a patient receives X from 10:00 to 10:22, what is coded?"
    """
    if not text[max(place, last - 3) : last].rstrip().endswith("?"):
        return False
    return bool(_PUT_CASE.search(text, first, place) and _TIMED.search(text, place, last))


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
    found = _behind(left, right, given_after, following, own) if _LETTER.search(right) else "none"
    if found != "none" or not _LETTER.search(left):
        return found
    return _ahead(left[-_WINDOW:], right, given_after)


def _behind(left: str, right: str, given_after: bool, following: str, own: str) -> Cue:
    """The cue that stands behind a word."""
    low = lowered(right)
    for rule in AFTER:
        if not rule.words.may_match(low):
            continue
        found = rule.words.search(right[: rule.reach + 40])
        if not found or found.start() > rule.reach or not _reaches(right[: found.start()], rule):
            continue
        if rule.cue == "held" and found[0].lower().endswith("held") and _RESUMED.search(following):
            continue
        if not (rule.weak and (given_after or _GIVEN.search(left) or _begun_to(own, found[0]))):
            return rule.cue
    return "none"


def _ahead(left: str, right: str, given_after: bool) -> Cue:
    """The cue that stands before a word."""
    low = lowered(left)
    for rule in BEFORE:
        if not rule.words.may_match(low):
            continue
        found = _last(rule.words, left)
        if found is None or len(left) - found.end() > rule.reach:
            continue
        between = left[found.end() :]
        if rule.cue == "held" and (_OF_ANOTHER.match(between) or _turns(between, right)):
            continue
        if rule.cue == "home" and _HERE.search(between):
            continue
        if rule.cue == "plan" and any(mark in found[0][-1] + between for mark in ",:") and _ENDED_AT.match(right):
            continue
        if rule.cue == "history" and _HAD.match(found[0]) and _turns_to_now(between, right):
            continue
        if _GIVEN.search(between) or (rule.list_only and _LIST_COMMA.search(between)):
            continue
        if not (rule.weak and (given_after or (rule.cue == "plan" and tells_injection(right)))):
            return rule.cue
    return "none"


def _turns(between: str, right: str) -> bool:
    """Whether a hold ends before the word, which is to be given or was ("held per MD, Zofran given")."""
    _, comma, last = between.rpartition(",")
    if not comma:
        return False
    return bool(_GIVE.match(last) or (not last.strip() and _PLAINLY_GIVEN.search(right.partition(",")[0])))


def _turns_to_now(between: str, right: str) -> bool:
    """Whether what had been done only leads up to a giving ("after the line had been placed, X was hung 0900")."""
    return "," in between and bool(_WAS_GIVEN.match(right) and _TIMED.search(right))


def _last(words: Lazy, text: str) -> re.Match[str] | None:
    found = None
    for found in words.finditer(text):  # noqa: B007 - the last one counts
        pass
    return found


def _reaches(between: str, rule: Rule) -> bool:
    """Whether nothing of its own stands between a drug and the cue after it ("given yesterday" still is yesterday)."""
    if rule.cue == "order" and _UP.search(between):
        return False
    if rule.cue in ("history", "home") and not _COMMA.search(between) and not _TIMED.search(between):
        return True
    return not (
        _GIVEN.search(between)
        or _TIMED.search(between)
        or (rule.cue == "held" and _LIST_COMMA.search(between.rstrip(",")))
    )


def _by_date(text: str, first: int, last: int, start: int, end: int) -> Cue:
    """A sentence that carries another date than the note's own, or whose line one leads, tells of another day."""
    own = _own_date(text)
    if own is None:
        return "none"
    here = [found for found in _dates(text) if first <= found.start < last]
    if not here:
        begins = text.rfind("\n", 0, first) + 1
        here = [found for found in _dates(text) if begins <= found.start <= begins + _MARGIN]
    here = [found for found in here if not _EXPIRES.search(text, max(0, found.start - 24), found.start)]
    here = [f for f in here if f.start < end or not _COMES_BACK.search(text, max(0, f.start - 24), f.start)]
    if any(found.on == own for found in here):
        # Dictation without full stops: the day of the visit stands in the same breath, and others only tell nearby.
        here = [found for found in here if start - _NEAR < found.end and found.start < end + _NEAR]
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
    told = (found for found in dates if not _EARLIER.search(text, max(0, found.start - 28), found.start))
    return next((found.on for found in told), None)
