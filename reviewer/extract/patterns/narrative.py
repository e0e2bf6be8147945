"""Reads prose and time-stamped lines: each statement's drugs, and the times that belong to them."""

from __future__ import annotations

import re

from reviewer.extract.patterns import chains
from reviewer.extract.patterns.bags import changes_bag
from reviewer.extract.patterns.details import read_details, read_way
from reviewer.extract.patterns.drafts import Draft, Fate
from reviewer.extract.patterns.headed import heading_of, take_heading
from reviewer.extract.patterns.lists import (
    Preface,
    further,
    ran_again,
    repeats,
    share,
    share_end,
    share_way,
)
from reviewer.extract.patterns.mixing import mix
from reviewer.extract.patterns.moments import Moment, Role, leading_role
from reviewer.extract.patterns.own_times import of_the_infusion, own_moments
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.respective import respectively
from reviewer.extract.patterns.segments import Fragment, Stamp, Statement, fragments
from reviewer.extract.patterns.subjects import Subject, may_be_meant, shows_giving, subjects
from reviewer.extract.patterns.telling import Telling, apply, is_instant, set_start, set_stop
from reviewer.extract.patterns.together import run_at_the_same_time, run_beside
from reviewer.extract.patterns.zones import Zone
from reviewer.language.companions import tells_ran_in
from reviewer.language.cues import cue
from reviewer.language.lazy import Lazy

_FATES: dict[str, Fate] = {"held": "held", "refused": "refused", "order": "ordered", "denied": "spoken_of"}
_FATE_WORDS: dict[Fate, Lazy] = {
    "held": Lazy(
        r"\b(?:on hold|held|hold(?:ing)?|withheld|deferred|omitted|not (?:given|administered|started|hung|"
        r"instilled|infused)|cancel+ed|skipped|missed|delayed|postponed)\b",
        re.IGNORECASE,
    ),
    "refused": Lazy(r"\b(?:refus\w+|declin\w+)\b", re.IGNORECASE),
    "ordered": Lazy(r"\b(?:order(?:ed|s)?|prescribed|planned|to be given|will \w+)\b", re.IGNORECASE),
}
_FLUSH = Lazy(r"\b(?:flush|irrigat|lock)\w*", re.IGNORECASE)
_AGAIN = Lazy(
    r"\b(?:repeat(?:ed)?|second|2nd|third|3rd|another|additional|again|re-?dosed?|(?:bag|dose|unit|liter|bolus|"
    r"syringe|vial|injection) ?#?[2-9]|"
    r"#[2-9]|next (?:bag|dose)|x ?2)\b",
    re.IGNORECASE,
)
_RAN_IN = Lazy(r"^\s*(?:\w+ )?(?:was |all |has )*infused\b[^a-z]*(?:at |@ ?|by )?$", re.IGNORECASE)
_SUMMARY = Lazy(
    r"\b(?:total(?:s| of)?|in summary|summary|all of|as (?:above|noted)|tolerat\w+|received (?:all|full)|"
    r"cumulative)\b",
    re.IGNORECASE,
)
_NOT_AGAIN = Lazy(
    r"\bnot (?:re-?started|re-?commenced|resumed|re-?challenged|re-?initiated|continued|completed)\b", re.IGNORECASE
)
_ONGOING = Lazy(
    r"\b(?:infusing|continu(?:es|ing|ed)|in progress|still (?:running|infusing)|rate (?:unchanged|increased|"
    r"decreased|changed|verified|to|up|adjusted)|"
    r"titrated|(?:in|de)creased to|slowed|running (?:well|without)|verified|checked|tolerat\w+)\b",
    re.IGNORECASE,
)


def read_statement(page: Page, telling: Telling, statement: Statement) -> None:
    """Take what one statement tells into the telling."""
    start, end = statement.start, statement.end
    named_or_dosed = bool(within(page.mentions, start, end)) or bool(within(page.quantities, start, end))
    if not named_or_dosed and not within(page.unnamed, start, end):
        chains.read_chain(page, telling, statement)
        return
    pieces = fragments(page, statement)
    named = subjects(page, statement, pieces)
    if not named:
        chains.read_chain(page, telling, statement)
        return
    if len(named) == 1 and changes_bag(page, telling, statement, named[0].ingredient):
        return
    preface = Preface(page, statement, named, pieces)
    chains.read_opening(page, telling, statement, [p for p in pieces if p.end <= named[0].zone.start])
    made: list[Draft] = []
    for subject in named:
        chains.read_opening(page, telling, statement, of_the_infusion(page, subject, pieces), about_infusion=True)
        draft = _read_subject(page, telling, statement, subject, pieces, preface)
        if draft is not None:
            made.append(draft)
    while len(made) == len(named) > 1 and made[-1].fate in ("held", "refused"):
        named, made = named[:-1], made[:-1]  # what was not given ends no list of what was
    timed = respectively(page, telling, statement, named, made)
    if len(named) == len(made) and not timed:
        for subject, draft in zip(named, made, strict=True):
            repeats(page, telling, subject, draft, pieces, listed=any(one.start is None for one in made))
            further(page, telling, subject, draft, pieces)
    share(page, statement, named, made, preface, timed=timed)
    run_beside(page, statement, named, made)
    run_at_the_same_time(page, statement, named, made)
    share_end(page, telling, named, made)
    share_way(page, named, made, pieces)
    mix(page, statement, named, made)
    if made:
        telling.last = made
        _read_second(page, telling, statement, [p for p in pieces if p.start >= named[-1].zone.drug_end])


def _read_second(page: Page, telling: Telling, statement: Statement, pieces: list[Fragment]) -> None:
    """A second bag or dose behind the last drug of a statement, with its start and, behind that, its end."""
    wanted: set[str] = set() if is_instant(telling.last[-1]) else {"start"}
    begun = False
    for piece in pieces:
        if chains.tells_second(page.text[piece.start : piece.end]):
            count = len(telling.drafts)
            chains.read_piece(page, telling, statement, piece, {"range", *wanted})
            begun = len(telling.drafts) > count and telling.drafts[-1].is_open
        elif begun:
            chains.read_piece(page, telling, statement, piece, {"stop", "pause", "resume"})


def _read_subject(
    page: Page,
    telling: Telling,
    statement: Statement,
    subject: Subject,
    pieces: tuple[Fragment, ...],
    preface: Preface,
) -> Draft | None:
    stamp = statement.stamp
    own = _as_ends(page, telling, statement, subject, own_moments(page, subject, pieces))
    if subject.cue not in ("none", "plan", "order", "held", "refused"):
        return None
    if subject.cue == "held" and (ended := _ended_early(page, telling, subject)):
        return ended
    fate: Fate = _FATES.get(subject.cue, "spoken_of" if subject.cue == "plan" else "given")
    timed = (
        any(m.role in ("start", "stop", "range", "bare", "going") for m in own)
        or bool(preface.moments)
        or stamp is not None
    )
    roles = _roles(page, subject, own, stamp)
    ran = subject.cue == "none" and bool(roles & {"range", "start", "stop"})
    if subject.cue == "none" and "resume" in roles:
        ran = ran or any(draft.fate == "given" for draft in telling.of(subject.ingredient))
    if fate == "given" and not ran and not _shows_giving(page, subject, preface.text, timed):
        fate = "spoken_of"
    if fate == "given":
        known = _told_before(page, telling, statement, subject, own)
        if known is not None:
            _add_times(page, known, subject, own, stamp)
            _add_details(page, subject, known)
            return known
    if fate == "spoken_of" and not may_be_meant(page, statement, subject):
        return None
    draft = _new_draft(page, telling, subject, fate)
    before = [other for other in telling.of(subject.ingredient) if other.fate == "given"]
    if fate == "given" and before and draft.route is None and draft.amount in (before[-1].amount, None):
        draft.like = before[-1]
    if fate in ("given", "spoken_of"):
        _take_from_before(page, telling, draft)
    telling.drafts.append(draft)
    if fate == "given":
        own, further_runs = (
            (own, []) if is_instant(draft) else ran_again(page, own, fluid=draft.admin_class == "hydration")
        )
        _add_times(page, draft, subject, _with_preface(own, preface, subject, draft), stamp)
        for later in further_runs:
            again = _new_draft(page, telling, subject, fate)
            again.like = draft
            _add_times(page, again, subject, later, None)
            telling.drafts.append(again)
    return draft


def _shows_giving(page: Page, subject: Subject, preface: str, timed: bool) -> bool:
    """Whether a statement, or the heading over the list it is an item of, shows that its drug was given."""
    if shows_giving(page, subject, preface, timed):
        return True
    over = heading_of(page, subject.mention.start)
    return over is not None and shows_giving(page, subject, page.text[slice(*over)], timed)


def _as_ends(page: Page, telling: Telling, statement: Statement, subject: Subject, own: list[Moment]) -> list[Moment]:
    """ "Rocephin infused 2245" after "Rocephin started 2210" tells the end; so does "2245 Rocephin infused"."""
    stamp = statement.stamp
    begun = [draft.start for draft in telling.of(subject.ingredient) if draft.is_open and draft.start is not None]
    if not begun:
        return own
    if not own and stamp is None:  # "At 0912 back pain; IVIG stopped"
        return chains.led_by(page, statement, Fragment(subject.zone.start, subject.zone.end))
    if not own and stamp is not None and stamp.second is None and begun[-1].minute < stamp.first.clock.minute:
        if tells_ran_in(page.text, subject.zone.drug_end):
            return [Moment(stamp.first.start, stamp.first.end, "stop", stamp.first, None)]
        return own
    return [
        moment._replace(role="stop")
        if moment.role == "start" and _RAN_IN.search(page.text[subject.zone.drug_end : moment.start])
        else moment
        for moment in own
    ]


def _roles(page: Page, subject: Subject, own: list[Moment], stamp: Stamp | None) -> set[Role]:
    """What the times of a drug's zone tell; without any, what its line's stamp does."""
    if own or stamp is None:
        return {moment.role for moment in own}
    return {leading_role(page, subject.zone.start, subject.zone.end, subject.zone.drug_end)}


def _take_from_before(page: Page, telling: Telling, draft: Draft) -> None:
    """The dose, or the way other than a vein, that one sentence tells of a drug whose giving the next one tells."""
    for other in reversed(telling.of(draft.ingredient)):
        if other.fate != "spoken_of" or cue(page.text, other.place, other.place + 1) != "none":
            continue
        if draft.fate == "given" and not draft.has("dose") and other.has("dose"):
            draft.told["dose"], draft.amount = list(other.told["dose"]), other.amount
        if draft.route is None and other.route not in (None, "intravenous", "oral"):
            draft.told["route"], draft.route = list(other.told["route"]), other.route


def _ended_early(page: Page, telling: Telling, subject: Subject) -> Draft | None:
    """The infusion of which words say that it was not taken up again ("Taxol not restarted")."""
    words = _NOT_AGAIN.search(page.text, subject.zone.drug_end, subject.zone.end)
    before = [draft for draft in telling.of(subject.ingredient) if draft.fate == "given"]
    if words is None or not before:
        return None
    before[-1].add("status", page.said(words[0], subject.zone.drug_start, words.end()))
    return before[-1]


def _with_preface(own: list[Moment], preface: Preface, subject: Subject, draft: Draft) -> list[Moment]:
    """A drug's times, with the beginning that leads its sentence ("Beginning at 0905, X ran and ended at 0945")."""
    if draft.start is not None or any(moment.role in ("start", "bare", "range", "going") for moment in own):
        return own
    if subject.zone.start != preface.end and not preface.heads_list:
        return own
    return [*(moment for moment in preface.moments[-1:] if not own or moment.role == "start"), *own]


def _told_before(
    page: Page, telling: Telling, statement: Statement, subject: Subject, own: list[Moment]
) -> Draft | None:
    """The draft that this naming goes on about; None when it is a new administration."""
    drafts = [draft for draft in telling.of(subject.ingredient) if draft.fate == "given"]
    if not drafts or subject.flush:
        return None
    last = drafts[-1]
    text = page.text[subject.zone.start : subject.zone.end]
    overlapping = next((draft for draft in drafts if _overlaps(draft, own)), None)
    if overlapping is not None and not _AGAIN.search(text):
        return overlapping
    trial = Draft(telling.source, page.note.id, subject.mention.start, subject.ingredient, subject.mention.drugs)
    read_way(page, subject.zone, trial)
    if trial.route and last.route and trial.route != last.route:
        return next((draft for draft in reversed(drafts) if draft.route == trial.route), None)
    again = bool(_AGAIN.search(text))
    roles = {moment.role for moment in own}
    if not roles and statement.stamp is not None:
        roles = {leading_role(page, subject.zone.start, subject.zone.end, subject.zone.drug_end)}
    if "stop" in roles and all(word[0].lower() == "again" for word in _AGAIN.finditer(text)):
        again = False  # "NS in, feels human again" tells the end, and how the patient was
    if roles and roles <= {"stop", "pause", "resume", "other"} and not again:
        return _open_one(drafts, trial.amount) or last
    if again:
        return None
    starts = {m.first.clock.minute for m in own if m.role in ("start", "bare", "range")}
    if not starts and statement.stamp is not None and roles & {"start", "bare"}:
        starts = {statement.stamp.first.clock.minute}
    same = next((draft for draft in drafts if draft.start is not None and draft.start.minute in starts), None)
    if same is not None:
        return same
    if trial.amount and last.amount and trial.amount != last.amount:
        return last if _SUMMARY.search(text) else None
    if starts and last.start is not None:
        return last if last.is_open and _ONGOING.search(text) else None
    return (
        last
        if not (is_instant(last) and trial.technique == "push" and statement.stamp is not None and starts)
        else None
    )


def _overlaps(draft: Draft, own: list[Moment]) -> bool:
    """Whether a range lies across the time of a draft told before: one infusion told twice, not two at once."""
    if draft.start is None or draft.stop is None:
        return False
    first, last = draft.start.minute, draft.stop.minute
    ranges = [(m.first.clock.minute, m.second.clock.minute) for m in own if m.role == "range" and m.second]
    starts = [m.first.clock.minute for m in own if m.role == "start"]
    stops = [m.first.clock.minute for m in own if m.role == "stop"]
    ranges += list(zip(starts[:1], stops[:1], strict=False))
    return any(start < last and first < stop for start, stop in ranges)


def _open_one(drafts: list[Draft], amount: str | None) -> Draft | None:
    for draft in reversed(drafts):
        if draft.is_open and (amount is None or draft.amount is None or amount == draft.amount):
            return draft
    return None


def _new_draft(page: Page, telling: Telling, subject: Subject, fate: Fate) -> Draft:
    mention = subject.mention
    draft = Draft(telling.source, page.note.id, mention.start, subject.ingredient, mention.drugs, fate)
    draft.zone = subject.zone.start, subject.zone.end
    _add_details(page, subject, draft)
    take_heading(page, draft)
    if fate in ("held", "refused", "ordered"):
        start, end = subject.zone.start, subject.zone.end
        draft.told["status"] = [page.said(_fate_words(page, subject, fate), start, end)]
    if subject.flush:
        draft.told["purpose"] = [page.said("flush", *_flush_span(page, subject))]
    return draft


def _flush_span(page: Page, subject: Subject) -> tuple[int, int]:
    mention = subject.mention
    after = _FLUSH.search(page.text, mention.start, subject.zone.end)
    if after:
        return mention.start, after.end()
    before = [found.start() for found in _FLUSH.finditer(page.text, 0, mention.start)]
    return (before[-1] if before else mention.start), mention.end


def _fate_words(page: Page, subject: Subject, fate: Fate) -> str:
    found = _FATE_WORDS[fate].search(page.text[subject.zone.start : subject.zone.end])
    return found[0] if found else fate


def _add_details(page: Page, subject: Subject, draft: Draft) -> None:
    for mention in subject.mentions:
        draft.add("drug", page.said(mention.text, mention.start, mention.end))
    read_details(page, subject.zone, draft)
    if subject.tail != (0, 0):
        read_details(page, subject.zone._replace(start=subject.tail[0], end=subject.tail[1]), draft)


def _add_times(page: Page, draft: Draft, subject: Subject, own: list[Moment], stamp: Stamp | None) -> None:
    zone = subject.zone
    for moment in own:
        if moment.role == "going":
            if draft.start is not None or any(other.role in ("start", "range") for other in own):
                continue
            moment = moment._replace(role="start")
        if (
            moment.role == "bare"
            and draft.start is not None
            and not draft.stamped
            and draft.start != moment.first.clock
        ):
            continue
        start, end = min(zone.drug_start, moment.start), max(zone.drug_end, moment.end)
        first = page.said(page.text[moment.first.start : moment.first.end], start, end)
        second = moment.second and page.said(page.text[moment.second.start : moment.second.end], start, end)
        apply(draft, moment, first, second)
    if stamp is not None and not any(m.role in ("start", "bare", "range") for m in own):
        stamp_times(page, draft, stamp, zone, {m.role for m in own})


def stamp_times(page: Page, draft: Draft, stamp: Stamp, zone: Zone, told: set[str]) -> None:
    """Take a line's stamp as the time of what its drug's zone tells: a start, a stop, a pause."""
    end = zone.drug_end if zone.drug_end > zone.start else zone.end
    last = max(end, _event_end(page, zone), stamp.first.end)
    said = page.said(page.text[stamp.first.start : stamp.first.end], stamp.start, last)
    if stamp.second is not None:
        last = max(end, stamp.second.end)
        set_start(draft, stamp.first.clock, said)
        set_stop(
            draft, stamp.second.clock, page.said(page.text[stamp.second.start : stamp.second.end], stamp.start, last)
        )
        return
    role = leading_role(page, zone.start, zone.end, zone.drug_end)
    if role == "stop" and "stop" in told and draft.stop and draft.stop.minute > stamp.first.clock.minute:
        role = "start"  # "1000 Reclast 5 mg IVPB, done 1022": the end has a clock of its own
    if role == "stop" and (draft.start is not None or _only_ends(page, zone)):
        if "stop" not in told:
            set_stop(draft, stamp.first.clock, said)
    elif role in ("pause", "resume"):
        if draft.start is not None and not told & {"pause", "resume"}:
            apply(draft, Moment(stamp.first.start, stamp.first.end, role, stamp.first, None), said, None)
    elif role != "other" or draft.start is None:
        if draft.start is None:
            set_start(draft, stamp.first.clock, said, stamped=True)
        elif draft.start == stamp.first.clock:
            draft.add("start", said)


def _event_end(page: Page, zone: Zone) -> int:
    words = [word.end for word in within(page.events, zone.start, zone.end) if word.kind not in ("other", "monitor")]
    return words[0] if words else zone.drug_end


def _only_ends(page: Page, zone: Zone) -> bool:
    kinds = {word.kind for word in within(page.events, zone.start, zone.end)}
    return "start" not in kinds and "give" not in kinds
