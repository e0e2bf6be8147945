"""Which times of a statement are those of one of its drugs, and which are of an infusion that was open before."""

from __future__ import annotations

import re

from reviewer.extract.patterns import chains
from reviewer.extract.patterns.details import is_dose
from reviewer.extract.patterns.moments import Moment, moments
from reviewer.extract.patterns.other_ends import is_of_other_end
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.segments import Fragment
from reviewer.extract.patterns.subjects import Subject, names_way
from reviewer.extract.patterns.zones import Zone
from reviewer.language.additives import goes_on_with_additive
from reviewer.language.antecedents import only_ends
from reviewer.language.begin_end import may_begin, may_end
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.vocabulary import read_technique

_GOING_ON = ("pause", "stop", "resume")
_BEGUN = ("start", "bare")
_LONGEST_PUSH = 15
_ONCE_MORE = expression(
    r"\b(?:again|once more|another|additional|(?:a )?(?:second|2nd|third|3rd)|repeat(?:ed)?)\b", re.IGNORECASE
)
_FOR_WHICH = Lazy(r",? for (?:(?!\d)[\w/'’-]+ ){0,5}", re.IGNORECASE)
"""Between a clock and a drug: when somebody came for it, was booked or was seen ("brought by van at 0915 for X")."""
_INFUSION = expression(r"\b(?:infusion|drip|bag|gtt)\b", re.IGNORECASE)


def own_moments(page: Page, subject: Subject, pieces: tuple[Fragment, ...]) -> list[Moment]:
    """The times of a drug's zone, fragment by fragment; those of drugless fragments count only with an event word."""
    found: list[Moment] = []
    passed: list[Moment] = []
    zone = subject.zone
    others = of_the_infusion(page, subject, pieces)
    for piece in pieces:
        start, end = max(piece.start, zone.start), min(piece.end, zone.end)
        if start >= end:
            start, end = max(piece.start, subject.tail[0]), min(piece.end, subject.tail[1])
        if start >= end or piece in others:
            continue
        has_drug = start <= zone.drug_start < end
        if not has_drug and start >= zone.drug_end and _begins_second(page, start, end):
            break
        rides = _is_fluid(subject) and goes_on_with_additive(page.text[start:end])
        if not has_drug and not rides and _is_of_another(page, zone, start, end):
            continue
        for moment in moments(page, start, end):
            if _is_nobodys(page, zone, moment, has_drug):
                continue
            if moment.role == "bare" and not has_drug and not _stands_alone(page, start, end, moment):
                if not (found and found[-1].role in _BEGUN and may_end(page.text, found[-1].end, moment.start)):
                    passed.append(moment)
                    continue
                moment = moment._replace(role="stop")
            if moment.role == "start" and not has_drug and found and found[-1].role in _BEGUN:
                ends = start > found[-1].end and may_end(page.text, found[-1].end, moment.start)
                moment = moment._replace(role="stop") if ends else moment
            if moment.role == "range" and not has_drug and not _is_about_drug(page, start, end, moment):
                continue
            found.append(moment)
    return _with_beginning(page, zone, found, passed)


def _with_beginning(page: Page, zone: Zone, found: list[Moment], passed: list[Moment]) -> list[Moment]:
    """The times of a drug of which only an end is told, with the one clock before it that a verb of its own leads
    ("let go by Ann at 0915, through by 1218").
    """
    if len(found) != 1 or found[0].role != "stop" or len(passed) != 1 or not passed[0].end <= found[0].start:
        return found
    clocks = within(page.clocks, zone.drug_end, found[0].start)
    first = passed[0]
    if len(clocks) != 1 or first.first.clock.minute >= found[0].first.clock.minute:
        return found
    cut = max(page.text.rfind(mark, zone.drug_end, first.start) for mark in ",;)") + 1
    if not may_begin(page.text, max(cut, zone.drug_end), first.start):
        return found
    return [first._replace(role="start"), *found]


def _is_nobodys(page: Page, zone: Zone, moment: Moment, has_drug: bool) -> bool:
    """Whether a time is of no drug: of a coming, of another thing, or of its end."""
    if moment.role == "other" or _is_coming(page, zone, moment):
        return True
    return not has_drug and is_of_other_end(page, zone.drug_end, zone.end, moment, zone.start)


def _is_coming(page: Page, zone: Zone, moment: Moment) -> bool:
    """Whether a time is when somebody came for the drug, or was booked for it."""
    before = moment.role in ("bare", "stop") and moment.end < zone.drug_start
    return before and bool(_FOR_WHICH.fullmatch(page.text, moment.end, zone.drug_start))


def _is_fluid(subject: Subject) -> bool:
    return any(drug.admin_class == "hydration" for drug in subject.mention.drugs[:1])


def _begins_second(page: Page, start: int, end: int) -> bool:
    """Whether a fragment tells that a second bag or dose was begun; what follows is of that one."""
    return chains.tells_second(page.text[start:end]) and any(m.role == "start" for m in moments(page, start, end))


def _is_of_another(page: Page, zone: Zone, start: int, end: int) -> bool:
    """Whether a fragment without a known drug tells of a second bag ("#2 0940-1020"), or has a dose of its own."""
    if start < zone.drug_end:
        return False
    if chains.tells_second(page.text[start:end]):
        return True
    doses = [item for item in within(page.quantities, zone.drug_end, start) if is_dose(item)]
    mine = [item for item in within(page.quantities, start, end) if is_dose(item)]
    if mine and _ONCE_MORE.search(page.text, start, end) and names_way(page.text[start:end]):
        return True
    told = {(item.amount, item.unit) for item in doses}
    return bool(doses) and any((item.amount, item.unit) not in told for item in mine)


def of_the_infusion(page: Page, subject: Subject, pieces: tuple[Fragment, ...]) -> list[Fragment]:
    """What a statement tells behind a push of the infusion that is open: "benadryl IVP 0930, infusion held 0930"."""
    zone = subject.zone
    own = next((piece for piece in pieces if piece.start <= zone.drug_start < piece.end), None)
    if own is None:
        return []
    behind = [piece for piece in pieces if own.end <= piece.start and piece.end <= zone.end]
    if read_technique(page.text[max(own.start, zone.start) : min(own.end, zone.end)]) != "push":
        return []
    pushed = next((clock.clock.minute for clock in within(page.clocks, own.start, own.end)), None)
    first = next((n for n, piece in enumerate(behind) if _is_of_infusion(page, piece, pushed)), None)
    if first is None:
        return []
    return behind[first:] if any(m.role in _GOING_ON for m in moments(page, *behind[first])) else []


def _is_of_infusion(page: Page, piece: Fragment, pushed: int | None) -> bool:
    """Whether a fragment speaks of an infusion, or of an end that no push has ("pushed 1015, completed 1420")."""
    if _INFUSION.search(page.text, piece.start, piece.end):
        return True
    told = moments(page, piece.start, piece.end)
    if pushed is None and told and only_ends(page.text, piece.start, piece.end):
        return True
    if pushed is None or not told or any(moment.role not in _GOING_ON for moment in told):
        return False
    return told[0].first.clock.minute - pushed > _LONGEST_PUSH


def _stands_alone(page: Page, start: int, end: int, moment: Moment) -> bool:
    """Whether a fragment is little but its time: "@0900", "at 0900", "time 0900", "IVP 0900"."""
    rest = page.text[start : moment.start] + page.text[moment.end : end]
    if names_way(rest) and any(is_dose(item) for item in within(page.quantities, start, end)):
        return True
    return (
        len(
            re.sub(
                r"\b(?:at|@|both|each|all|by|time|ivp|ivpb|iv|push|im|sq|sc|on|given|hrs?|hours|over|pump|via|port"
                r"|piv|the|start|"
                r"slow|y-?sited?|into|through|to|same|line|chest|picc|left|right|syringes?|one|two|gluteus|glutes?"
                r"|gluteal|buttocks?|"
                r"under|beneath|below|skin|of|her|his|deep(?:ly)?|sub-?cut\w*|intra-?\w+ly|belly|"
                r"deltoids?|thighs?|arms?|abd(?:omen)?|side|per|protocol|order)\b|\W|"
                r"\d+ ?(?:min|mg|ml)\b",
                "",
                rest,
                flags=re.I,
            )
        )
        <= 3
    )


def _is_about_drug(page: Page, start: int, end: int, moment: Moment) -> bool:
    rest = page.text[start : moment.start] + " " + page.text[moment.end : end]
    return not re.search(
        r"\b(?:drain\w*|observ\w*|vitals?|vs|monitor\w*|rest\w*|lay|flat|visit|appointment|open|hours of|clinic|held|"
        r"pause\w*|labs?)\b",
        rest,
        re.IGNORECASE,
    )
