"""Drugs told in one breath: a list that shares its time and way, and drugs mixed in one bag."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from reviewer.extract.patterns.details import amounts_in, is_dose, read_details, read_way
from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.mixing import APART
from reviewer.extract.patterns.moments import Moment, moments
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.redosing import is_same_dose
from reviewer.extract.patterns.segments import Fragment, Statement
from reviewer.extract.patterns.subjects import Subject, names_way
from reviewer.extract.patterns.telling import Telling, apply, set_stop
from reviewer.extract.patterns.zones import Zone
from reviewer.language.access import without_line
from reviewer.language.antecedents import ITS_START
from reviewer.language.cues import cue
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.led_lists import joins_led, joins_pushed

_AGAIN_AT = Lazy(
    r"\W*(?:(?:and|then|again|repeat(?:ed)?|rpt['’]?d?|another|a|an|the|second|third|2nd|3rd|additional|further|same|"
    r"identical|dose|one|push|slow|ivp|iv|im|sq|"
    r"was|given|re-?dosed|once|more|with|it|pushed|of|at|\d[\d.,]*[ ]?(?:mg|mcg|g|units?))\b\W*){0,8}",
    re.IGNORECASE,
)
_NO_FURTHER = Lazy(
    r"\b(?:total\w*|cumulative|max(?:imum)?|order\w*|due|next|mar|per|charted|document\w*|verif\w*|pull\w*|scann\w*|"
    r"limit|allowed|available)\b",
    re.IGNORECASE,
)
"""What tells of a sum, an order or the same dose once more."""
_AGAIN = Lazy(
    r"\b(?:again|once more|re-?dose|repeat|rpt|second\b|third\b|2nd\b|3rd\b|another\b|additional|further)",
    re.IGNORECASE,
)
_AGAIN_SO = Lazy(
    r"\W*(?:and |then )?(?:again|once more|repeated|(?:at|in|with) the same (?:dose|amount|way)|by the same (?:way"
    r"|route)|"
    r"as before|likewise)\W*",
    re.IGNORECASE,
)
"""Words set apart by commas before the time of a further dose: "and again, in the same dose, at 17:50"."""
_WHY = Lazy(
    r"[\s,]*(?:for|because|as|since|due|secondary|with|when|after|given)\b[^;.\d]*(?:\b\d\d?(?:/10)?\b[^;.\d]*)?\Z",
    re.IGNORECASE,
)
"""Why a dose was repeated, or what came of it; it holds no time and no amount."""
_TAKEN_BACK = Lazy(
    r"[^.;\n\d]{0,16}\b(?:but|which|though|although|however)\b[^.;\n\d]{0,30}"
    r"\b(?:refus|declin|held|hold|withheld|cancel|omit|skip|not (?:given|need|requir)|never given)",
    re.IGNORECASE,
)
_NUMBERED = r"(?:the )?(?:2nd|second|3rd|third|next|other|another|last)(?: (?:L|lit(?:er|re)|bag|bottle|one|half))?"
_TWICE = expression(
    r"[\s,;&+]*(?:(?:and|then|plus|&)[\s,;]*(?:<NUMBERED>)?[ ]?(?:\d[\d,.]*[ ]?(?:mL|L|cc)[ ]?)?"
    r"(?:<NUMBERED> )?(?:again|post(?:-?hyd\w*)?|after(?:wards?)?(?: (?:it|that|the \w+))?)?|<NUMBERED>|"
    r"(?:bag|lit(?:er|re)|L|bottle)? ?#?[23])\W*(?:at|from|ran|was|infused)?\W*(?:from)?\W*".replace(
        "<NUMBERED>", _NUMBERED
    ),
    re.IGNORECASE,
)
_SECOND_RUN = Lazy(
    r"\b(?:again|then|second|2nd|third|3rd|another|repeat(?:ed)?|later|(?:bag|dose) ?#?[23])\b", re.IGNORECASE
)
_ITEM = expression(
    r"\d[\d,.]*[ ]?(?:mg|mcg|g|gm|units?|mL|L|iu|meq)\b|\bover (?:\d\d?|two|three|four|five|ten)[ -]?min(?:ute)?s?\b"
    r"|(?<![\d.:])\.?\d{1,3}(?:\.\d+)?(?![\d:.])",
    re.IGNORECASE,
)
_ITEM_AND_WAY = expression(rf"{_ITEM.pattern}|\b(?:iv(?:pb)?|intravenous(?:ly)?)\b", re.IGNORECASE)
"""What each drug of a list has for itself; with the way too where words say that they ran side by side."""
_EMPTY_BRACKETS = expression(r"\(\s*\)")
_EVERY = Lazy(r"\W*(?:and )?(?:both|all|each)\b", re.IGNORECASE)
_COMPLAINT = Lazy(
    r"\b(?:complain(?:ed|s|ing)|reported|reports|developed|experienced|felt|became|noticed|noted)\b", re.IGNORECASE
)
"""The time of how the patient was is not that of what was then given."""
_IN_ORDER = expression(r"\b(?:then|followed by)\b", re.IGNORECASE)
_EVERY_ONE = Lazy(
    r"[^.;\n]{0,40}?(?:\bwere|\bwas|,)[ ](?:each|both|all)[ ](?:slowly[ ])?"
    r"(?:\w+(?:ed|en)|by|via|through|iv\w*)\b",
    re.IGNORECASE,
)
_LONGEST_PUSH = 15
_HEADS_LIST = Lazy(r":(?!\d)|\b(?:given|administered|received|pushed|gave)\b", re.IGNORECASE)
_LIST_LINK = expression(r"[\s,;&+/]*(?:and|plus|with|&|c(?=[ ]))?[\s,;&+/]*(?:of\s+)?", re.IGNORECASE)


class Preface:
    """What stands before a statement's first drug: "At 0900", "Given IV push:", "Premeds:"."""

    def __init__(self, page: Page, statement: Statement, named: list[Subject], pieces: tuple[Fragment, ...]) -> None:
        self.start, self.end = statement.start, named[0].zone.start
        self.text = page.text[self.start : self.end]
        self.moments: list[Moment] = []
        for piece in pieces:
            if piece.end <= self.end and not _of_else(page, piece):
                self.moments += [
                    m for m in moments(page, piece.start, piece.end) if m.role in ("bare", "start", "range")
                ]
        self.heads_list = _HEADS_LIST.search(self.text) is not None


def share_way(page: Page, named: list[Subject], made: list[Draft], pieces: tuple[Fragment, ...]) -> None:
    """ "A 12 mg at 1015 followed by B 15 mg, both via the Ommaya": the way of every drug that has none of its own."""
    bare = [draft for draft in made if draft.fate == "given" and (draft.route is None or draft.technique is None)]
    for piece in pieces if bare and len(named) > 1 else ():
        if piece.start < named[-1].zone.drug_end or not _EVERY.match(page.text, *piece):
            continue
        for draft in bare:
            way = Draft(draft.source, draft.note_id, draft.place, draft.ingredient, draft.drugs)
            read_way(page, Zone(piece.start, piece.end, -1, -1), way)
            for name in ("route", "technique"):
                if not draft.has(name) and way.has(name):
                    draft.told[name] = way.told[name]
            draft.route, draft.technique = draft.route or way.route, draft.technique or way.technique


def _of_else(page: Page, piece: Fragment) -> bool:
    """Whether what leads a statement is of how the patient was, or of the infusion told before."""
    return bool(_COMPLAINT.search(page.text, *piece) or ITS_START.match(page.text, *piece))


def share(
    page: Page, statement: Statement, named: list[Subject], made: list[Draft], preface: Preface, *, timed: bool
) -> None:
    """Give what is said once for a list to each of its drugs: "Zofran 8 mg and Decadron 10 mg IVP given at 0900".

    `timed` says that each has its own time already.
    """
    new = [draft for draft in made if draft.place >= statement.start and draft.fate in ("given", "spoken_of")]
    if len(new) < 2:
        return
    links = [page.text[a.zone.drug_end : b.zone.drug_start] for a, b in pairwise(named)]
    if len(named) == len(made):
        _share_verb(named, made, links)
    last = new[-1]
    if last.fate != "given":
        return
    if preface.heads_list:  # what heads a list holds before what its last drug says of itself
        _share_preface(page, preface, [draft for draft in new[:-1] if draft.fate == "given"])
    _share_purpose(new)
    own_way = APART.search(page.text, statement.start, statement.end) or _EVERY_ONE.match(
        page.text, named[-1].zone.drug_end, statement.end
    )
    items = _ITEM_AND_WAY if own_way else _ITEM
    _without_common_end(new)
    for draft, link in zip(reversed(new[:-1]), reversed(links), strict=False):
        link = (
            _IN_ORDER.sub(" ", link) if timed else link
        )  # each has times of its own: what is said of both still holds
        bare_link = _EMPTY_BRACKETS.sub("", items.sub("", link))
        if not _LIST_LINK.fullmatch(_in_turn(page, bare_link, named[-1], statement)):
            if draft.fate != "given":
                break
            last = draft  # the end of a list before: "A and B infused 0930-1140, then C pushed"
            continue
        draft.fate = "given"
        for name in ("route", "technique", "start", "stop", "status", "duration"):
            if not draft.has(name) or (name == "start" and draft.stamped and last.start != draft.start):
                draft.told[name] = list(last.told.get(name, []))
        draft.route, draft.technique = draft.route or last.route, draft.technique or last.technique
        if not timed:
            draft.start, draft.stop = last.start, draft.stop or last.stop
    if preface.heads_list:
        _share_preface(page, preface, [draft for draft in new if draft.fate == "given"])


def _share_verb(named: list[Subject], made: list[Draft], links: list[str]) -> None:
    """The push that leads a list, or that its first drug tells, holds for each drug of it ("I pushed A 0.5 mg at 2012
    and B 12.5 mg IV at 2014", "A 8 mg was pushed at 0905 and B 12 mg at 0908").
    """
    for subject, first, draft, link in zip(named, made, made[1:], links, strict=False):
        told = first.told.get("technique", [])
        before = [said for said in told if said.at is not None and said.at < subject.zone.drug_start]
        pushed = first.technique == "push" and first.fate == "given" and draft.fate == "given"
        if not told or not pushed or draft.technique is not None or draft.stop is not None:
            continue
        if not (joins_led(link) if before else joins_pushed(link) and draft.start is not None):
            continue
        draft.technique, draft.told["technique"] = "push", list(told)
        if draft.route is None and first.route is not None:
            draft.route, draft.told["route"] = first.route, list(first.told.get("route", []))


def _without_common_end(new: list[Draft]) -> None:
    """Several pushes told with one long range ("A, B and C were each pushed, 1005-1035") were not that long each."""
    last = new[-1]
    if all(draft.start is not None for draft in new[:-1]):
        return
    if last.technique == "push" and last.start and last.stop and last.stop.minute - last.start.minute > _LONGEST_PUSH:
        last.stop, last.told["stop"] = None, []


def _share_purpose(new: list[Draft]) -> None:
    """What the last of several bags of one fluid was for, the ones before it were for too."""
    last = new[-1]
    for draft in new[:-1]:
        if draft.ingredient == last.ingredient and draft.admin_class == "hydration" and not draft.has("purpose"):
            draft.told["purpose"] = list(last.told.get("purpose", []))


def repeats(
    page: Page, telling: Telling, subject: Subject, draft: Draft, pieces: tuple[Fragment, ...], *, listed: bool
) -> None:
    """Further pushes of which only the times are listed: "Dilaudid 1 mg IVP 0905, 0945, 1020".

    `listed` says that other drugs stand beside it, so that only words make a further time its own ("repeated at").
    """
    told = draft.told.get("start", [])
    if draft.technique != "push" or draft.fate != "given" or len(told) != 1:
        return
    place, going = subject.zone.drug_end, False
    for piece in (one for one in pieces if one.end > place and one.end <= subject.zone.end):
        going = going or bool(_AGAIN.search(page.text, max(place, piece.start), piece.end))
        clocks = within(page.clocks, max(place, piece.start), piece.end)
        if piece.start > place:
            if not clocks and _AGAIN_SO.fullmatch(page.text, *piece):
                continue
            if len(clocks) != 1 or not _AGAIN_AT.fullmatch(page.text, piece.start, clocks[0].start):
                return
            tail = without_line(page.text[clocks[0].end : piece.end]).strip(" @.&")
            if (listed and not going) or (tail and not (going and _WHY.match(tail))):
                return
            if cue(page.text, clocks[0].start, clocks[0].end) != "none" or not is_same_dose(page, draft, piece):
                return
            if _TAKEN_BACK.match(page.text, clocks[0].end) or _leads_act(page, piece, pieces):
                return
            if clocks[0].clock == draft.start:
                continue
            again = replace(draft, told=dict(draft.told), pauses=[], mixed_with=[], concurrent_with=[])
            again.start = clocks[0].clock
            again.told["start"] = [page.said(page.text[slice(*clocks[0][:2])], subject.zone.drug_start, piece.end)]
            telling.drafts.append(again)


def _leads_act(page: Page, piece: Fragment, pieces: tuple[Fragment, ...]) -> bool:
    """Whether a time leads an act on the infusion ("and at 10:40, the rigor having passed, it was resumed")."""
    for later in (one for one in pieces if one.start >= piece.end):
        if {word.kind for word in within(page.events, *later)} & {"resume", "pause", "stop"}:
            return True
        clocked = bool(within(page.clocks, later.start, later.end))
        if clocked or within(page.mentions, later.start, later.end):
            return False
    return False


def further(page: Page, telling: Telling, subject: Subject, draft: Draft, pieces: tuple[Fragment, ...]) -> None:
    """Further doses of one drug, each with its amount, way and time: "2 mg IV push 0900, then 8 mg IVPB 1015-1050"."""
    if draft.fate != "given" or draft not in telling.drafts or draft.start is None:
        return
    for piece in (one for one in pieces if subject.zone.drug_end <= one.start and one.end <= subject.zone.end):
        text = page.text[piece.start : piece.end]
        doses = [item for item in amounts_in(page, piece.start, piece.end) if is_dose(item)]
        told = [moment for moment in moments(page, piece.start, piece.end) if moment.role in ("bare", "start", "range")]
        if len(doses) != 1 or len(told) != 1 or not names_way(text) or told[0].first.clock == draft.start:
            continue
        if _NO_FURTHER.search(text) or cue(page.text, doses[0].start, doses[0].end) != "none":
            continue
        again = Draft(draft.source, draft.note_id, piece.start, draft.ingredient, draft.drugs)
        again.told["drug"] = list(draft.told.get("drug", []))
        again.zone = piece.start, piece.end
        zone = Zone(piece.start, piece.end, subject.zone.drug_start, subject.zone.drug_end)
        read_details(page, zone, again)
        moment = told[0]
        span = (subject.zone.drug_start, moment.end)
        second = moment.second and page.said(page.text[moment.second.start : moment.second.end], *span)
        apply(again, moment, page.said(page.text[moment.first.start : moment.first.end], *span), second)
        telling.drafts.append(again)


_TO_COME = Lazy(r"\b(?:tonight|tomorrow|at home|later today|due|plan\w*|will|to be|schedul\w*)\b", re.IGNORECASE)


def ran_again(page: Page, own: list[Moment], *, fluid: bool) -> tuple[list[Moment], list[list[Moment]]]:
    """A drug's times, and those of further runs of it: "NS 250 mL pre 0930-1000 and post 1050-1125".

    Of a drug words have to say that it ran again: two ranges side by side may contradict each other (TIME-22).
    """
    runs = [[moment] for moment in own if moment.role == "range" and moment.second is not None]
    if len(own) == 4 and [moment.role for moment in own] == ["start", "stop"] * 2:
        runs = [own[:2], own[2:]]
    if len(runs) < 2 or sum(map(len, runs)) != len(own):
        return own, []
    if _TO_COME.search(page.text, runs[0][-1].end, runs[-1][0].start):
        return runs[0], []
    for first, later in pairwise(runs):
        ended = first[-1].second or first[-1].first
        between = page.text[first[-1].end : later[0].start]
        told = _TWICE.fullmatch(between) if fluid and len(first) == 1 else _SECOND_RUN.search(between)
        if later[0].first.clock.minute < ended.clock.minute or not told:
            return own, []
    return runs[0], runs[1:]


def share_end(page: Page, telling: Telling, named: list[Subject], made: list[Draft]) -> None:
    """Give the end that is told once for a list to each infusion in it: "1055 irinotecan and leucovorin complete"."""
    stops = made[-1].told.get("stop", []) if len(made) == len(named) > 1 else []
    told = [
        said
        for said in stops
        if said.at is not None and said.at <= named[0].zone.drug_start < said.at + len(said.quote)
    ]
    clock = made[-1].stop if made else None
    if not told or clock is None:
        return
    for draft, (one, other) in zip(reversed(made[:-1]), reversed(list(pairwise(named))), strict=True):
        if not _LIST_LINK.fullmatch(page.text, one.zone.drug_end, other.zone.drug_start):
            return
        open_ones = [known for known in telling.of(draft.ingredient) if known.is_open]
        if open_ones:
            set_stop(open_ones[-1], clock, told[-1])


_SAID_OF_ALL = Lazy(r"[^.;]*?(?:,|[ ][-–—]{1,2})[ ]*(?:both|each|all)\b", re.IGNORECASE)


def _in_turn(page: Page, link: str, last: Subject, statement: Statement) -> str:
    """The words between two drugs; "A followed by B, both injected ..." is a list for what is said of both."""
    if not _SAID_OF_ALL.match(page.text[last.zone.drug_end : statement.end]):
        return link
    return re.sub(r"\b(?:then|followed by)\b", "and", link, flags=re.IGNORECASE)


def _share_preface(page: Page, preface: Preface, drafts: list[Draft]) -> None:
    for draft in drafts:
        if draft.technique is None or draft.route is None:
            head = Draft(draft.source, draft.note_id, draft.place, draft.ingredient, draft.drugs)
            end = preface.end + len(page.text[preface.end : draft.place])
            read_details(page, Zone(preface.start, preface.end, draft.place, end), head)
            for name in ("route", "technique"):
                if not draft.has(name):
                    draft.told[name] = head.told.get(name, [])
            draft.route, draft.technique = draft.route or head.route, draft.technique or head.technique
