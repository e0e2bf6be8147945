"""Reads table rows: one drug and its dose, way and times to a row; or one event to a row."""

from __future__ import annotations

import re
from dataclasses import replace

from reviewer.extract.patterns.details import is_dose, read_details, read_way
from reviewer.extract.patterns.drafts import Draft, Fate
from reviewer.extract.patterns.headed import take_heading
from reviewer.extract.patterns.moments import Moment, Role
from reviewer.extract.patterns.narrative import read_statement
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.segments import Fragment, Stamp, Statement
from reviewer.extract.patterns.subjects import Subject, subjects
from reviewer.extract.patterns.tables import Cell, Row
from reviewer.extract.patterns.telling import Telling, apply, is_instant, set_start, set_stop
from reviewer.extract.patterns.zones import Zone
from reviewer.language.clock import FoundClock
from reviewer.language.columns import TIMES, heading_unit
from reviewer.language.cues import cue
from reviewer.language.drugs import DrugMention
from reviewer.language.layout import says_not_given
from reviewer.language.lazy import Lazy
from reviewer.language.sections import section_at
from reviewer.language.vocabulary import read_route

_NOT_GIVEN = Lazy(
    r"\b(?:on hold|held|hold|withheld|(?:not|never) (?:given|administered|started|hung|infused|indicated|done|needed|"
    r"used|required)|omitted|cancel+ed|missed|deferred|skipped|d/c'?d? (?:before|prior))\b",
    re.IGNORECASE,
)
_REFUSED = Lazy(r"\b(?:refused|declined)\b", re.IGNORECASE)
_NOT_USED = Lazy(
    r"\b(?:not (?:needed|used|required)|none (?:given|needed)|unused|(?:at|@) (?:the )?(?:chair|bed)side|on standby)\b",
    re.IGNORECASE,
)
_PLANNED = Lazy(r"\b(?:ordered|planned|pending|scheduled|due|not yet given|to be given)\b", re.IGNORECASE)
_ENDS = Lazy(r"\b(?:stop(?:ped)?|complete[d]?|end(?:ed)?|finished|infusion complete|done|off)\b", re.IGNORECASE)
_PAUSES = Lazy(r"\b(?:paused?|held)\b", re.IGNORECASE)
_RESUMES = Lazy(r"\b(?:restart(?:ed)?|resumed?)\b", re.IGNORECASE)
_MONITORS = Lazy(
    r"\b(?:rate (?:verif\w+|chang\w+|up|down|to|(?:in|de)creas\w+|adjust\w+)|rate/dose|titrat\w+|(?:in|de)creased|"
    r"slowed|infusing|in progress|verify)\b",
    re.IGNORECASE,
)
_RUNS = Lazy(r"[ ]*[1-9]\d{0,3}(?:\.\d+)?(?: ?m[lL](?:/h(?:r|our)?)?)?[ ]*\Z")
"""A rate that is none of a bag that has ended."""


def read_row(page: Page, telling: Telling, row: Row) -> None:
    """Take what one row tells into the telling."""
    section = section_at(page.text, row.start)
    if section in ("home", "allergy", "history", "education"):
        return
    named = _named(page, row)
    if not named or _is_event(page, row):
        _read_as_line(page, telling, row)
        return
    drafts = [_draft(page, telling, row, subject, section) for subject in named]
    kept = [draft for draft in drafts if draft is not None]
    if len(kept) > 1:
        _mix(page, row, kept)
    if kept:
        telling.last = kept


def _is_event(page: Page, row: Row) -> bool:
    """Whether a row tells one event at one time, not a drug with its columns."""
    if row.has_header:
        return not row.of("drug")
    if row.of("start", "stop", "status"):
        return False
    times, drugs = row.of("time"), row.of("drug")
    plain = bool(times and drugs) and not within(page.events, drugs[0].start, drugs[0].end)
    return not (plain and times[0].start > drugs[0].start)


def _named(page: Page, row: Row) -> list[Subject]:
    """The drugs of a row: those of its drug column, else any; an unknown name in the drug column is one too."""
    whole = Statement(row.start, row.end, None, True)
    found = subjects(page, whole, (Fragment(row.start, row.end),))
    column = row.of("drug")
    if not column:
        return [subject for subject in found if subject.mention.drugs][:1]
    inside = [
        s
        for s in found
        if any(c.start <= s.mention.start and s.mention.end <= c.end for c in column) and s.mention.drugs
    ]
    if inside:
        return inside
    name = page.text[column[0].start : column[0].end]
    unknown = re.match(r"[A-Za-z][\w-]*(?: [A-Za-z][\w-]+)*", name)
    if not row.has_header or unknown is None or not row.of(*TIMES, "dose") or len(name.split()) > 6:
        return []
    if re.match(
        r"(?:total|comments?|none|n/a|notes?|vitals?|vs|site|iv site|blood pressure|pulse|pain|"
        r"(?:saline|hep(?:arin)?)[ -]?lock|home|p?iv(?! ?(?:fluids?|push|pb)\b)|port|picc|midline|line|access|catheter|"
        r"needle|assessment|oxygen|o2|labs?|consent|education|teaching|discharge\w*|arriv\w*|observ\w*|chair)\b",
        name,
        re.IGNORECASE,
    ):
        return []
    words = re.split(r"\s+(?=\d)|\s+(?:IV|SQ|IM|PO)\b", unknown[0])[0]
    start = column[0].start
    mention = DrugMention(start, start + len(words), words, words.lower(), ())
    zone = Zone(row.start, row.end, mention.start, mention.end)
    return [Subject(mention.ingredient, (mention,), zone, cue(page.text, mention.start, mention.end), False)]


def _draft(page: Page, telling: Telling, row: Row, subject: Subject, section: str) -> Draft | None:
    status = " ".join(page.text[c.start : c.end] for c in row.of("status", "other", *TIMES, "dose", "route", "by"))
    fate = _fate(page, row, subject, status, section)
    if fate is None:
        return None
    event = _event_role(page, row)
    times = _times(page, row)
    if event in ("stop", "pause", "resume", "other") and fate == "given":
        known = [d for d in telling.of(subject.ingredient) if d.fate == "given"]
        if known:
            _apply_event(page, row, known, event, times)
            return known[-1]
        if event == "other":
            return None
    if fate == "held" and _PAUSES.search(status) and any(d.is_open for d in telling.of(subject.ingredient)):
        return None
    mention = subject.mention
    draft = Draft(telling.source, page.note.id, mention.start, subject.ingredient, mention.drugs, fate)
    draft.zone = row.start, row.end
    for one in subject.mentions:
        draft.add("drug", page.said(one.text, one.start, one.end))
    _read_own_cells(page, row, draft)
    read_details(page, Zone(row.start, row.end, mention.start, mention.end), draft)
    take_heading(page, draft)
    _read_minutes(page, row, draft)
    for cell in row.of("site"):
        if draft.route in (None, "intravenous") and not draft.has("site"):
            draft.add("site", page.said(page.text[cell.start : cell.end], row.start, row.end))
    _read_bare_dose(page, row, draft)
    _read_waste(page, row, draft)
    if subject.flush:
        draft.told["purpose"] = [page.said("flush", row.start, row.end)]
    if fate != "given":
        words = (_NOT_GIVEN.search(status) or _REFUSED.search(status) or _PLANNED.search(status)) if status else None
        draft.told["status"] = [page.said(words[0] if words else fate, row.start, row.end)]
    else:
        _put_times(page, row, draft, event, times)
        if draft.start is None and draft.stop is None and not row.of("status") and section == "order":
            draft.fate = "ordered"
            draft.told["status"] = [page.said("ordered", row.start, row.end)]
    telling.drafts.append(draft)
    _push_again(page, telling, row, draft)
    return draft


def _push_again(page: Page, telling: Telling, row: Row, draft: Draft) -> None:
    """The further pushes of a cell that lists their times ("0900  0945  1030")."""
    clocks = [clock for cell in row.of("time") for clock in within(page.clocks, cell.start, cell.end)]
    if draft.fate != "given" or draft.technique != "push" or any(clock.start in page.ranges for clock in clocks):
        return
    for clock in clocks[1:]:
        if clock.clock != draft.start:
            again = replace(
                draft, told=dict(draft.told), start=clock.clock, pauses=[], mixed_with=[], concurrent_with=[]
            )
            again.told["start"] = [page.said(page.text[clock.start : clock.end], row.start, row.end)]
            telling.drafts.append(again)


def _fate(page: Page, row: Row, subject: Subject, status: str, section: str) -> Fate | None:
    timed = any(_cell_moments(page, cell) for cell in row.of(*TIMES))
    if _NOT_USED.search(status) and not timed:
        return None
    if _REFUSED.search(status) or subject.cue == "refused":
        return "refused"
    if says_not_given(page.text, row) or subject.cue == "held":
        return "held"
    if subject.cue in ("history", "allergy", "education", "home", "denied"):
        return None
    planned = status if not timed else " ".join(page.text[c.start : c.end] for c in row.of("status", *TIMES))
    if _PLANNED.search(planned) or section in ("order", "plan"):
        return "ordered"
    if subject.cue in ("conditional", "order", "plan") and not timed:
        return "ordered"
    return "given"


def _event_role(page: Page, row: Row) -> Role | None:
    """The event a row tells by its action cell; None for a plain row of a drug."""
    words = " ".join(page.text[c.start : c.end] for c in row.of("status") or row.of("route"))
    if not words or (row.of("start") and row.of("stop")):
        return None
    for form, role in ((_MONITORS, "other"), (_RESUMES, "resume"), (_PAUSES, "pause"), (_ENDS, "stop")):
        if form.search(words) and not re.search(r"\bnew bag|started|given\b", words, re.IGNORECASE):
            return role  # type: ignore[return-value]
    return "start"


def _times(page: Page, row: Row) -> list[tuple[Role, Moment]]:
    """The clocks of a row with the role that their column gives them."""
    found: list[tuple[Role, Moment]] = []
    for cell in row.of(*TIMES, "date", "drug", "dose", "route", "other", "minutes"):
        if cell.kind in ("drug", "dose", "route", "other", "minutes") and row.of(*TIMES):
            continue
        if cell.kind == "date" and row.of(*TIMES):
            continue
        role: Role = "stop" if cell.kind == "stop" else "start"
        found += [(role, moment) for moment in _cell_moments(page, cell)]
    return found


def _cell_moments(page: Page, cell: Cell) -> list[Moment]:
    moments, skip = [], -1
    for clock in within(page.clocks, cell.start, cell.end):
        if clock.start <= skip:
            continue
        pair = page.ranges.get(clock.start) or _pair(page, cell)
        if pair and pair[0] == clock and pair[1].end <= cell.end:
            skip = pair[1].start
            moments.append(Moment(clock.start, pair[1].end, "range", pair[0], pair[1]))
        else:
            moments.append(Moment(clock.start, clock.end, "start", clock, None))
    return moments


def _pair(page: Page, cell: Cell) -> tuple[FoundClock, FoundClock] | None:
    """The two clocks of a cell under "start/stop"."""
    clocks = within(page.clocks, cell.start, cell.end)
    return (clocks[0], clocks[1]) if cell.kind == "span" and len(clocks) == 2 else None


def _put_times(page: Page, row: Row, draft: Draft, event: Role | None, times: list[tuple[Role, Moment]]) -> None:
    for role, moment in times:
        said = page.said(page.text[moment.first.start : moment.first.end], row.start, row.end)
        if moment.second is not None:
            apply(
                draft, moment, said, page.said(page.text[moment.second.start : moment.second.end], row.start, row.end)
            )
        elif role == "stop" or event == "stop":
            set_stop(draft, moment.first.clock, said)
        elif draft.start is None or draft.start == moment.first.clock:
            set_start(draft, moment.first.clock, said)


def _apply_event(page: Page, row: Row, known: list[Draft], event: Role, times: list[tuple[Role, Moment]]) -> None:
    if event == "other":
        return
    draft = next((d for d in reversed(known) if d.is_open), known[-1])
    for _, moment in times[:1]:
        said = page.said(page.text[moment.first.start : moment.first.end], row.start, row.end)
        apply(draft, moment._replace(role=event), said, None)


def _read_own_cells(page: Page, row: Row, draft: Draft) -> None:
    """The way of the route's own cell goes before words of a comment; the dose given before the dose planned."""
    for cell in row.of("route"):
        text = page.text[cell.start : cell.end]
        if draft.route is None and (route := read_route(text)):
            draft.route = route
            draft.add("route", page.said(text, row.start, row.end))
    for cell in row.of("dose") if row.of("due") else ():
        for amount in within(page.quantities, cell.start, cell.end)[:1]:
            if is_dose(amount) and not draft.has("dose"):
                draft.add("dose", page.said(page.text[amount.start : amount.end], row.start, row.end))
                draft.amount = f"{amount.amount.normalize():f} {amount.unit}"


def _read_waste(page: Page, row: Row, draft: Draft) -> None:
    """What a column of waste says: an amount, or "none"."""
    for cell in row.of("other"):
        if "wast" in cell.heading.lower() and page.text[cell.start : cell.end].strip() and not draft.has("discarded"):
            draft.add("discarded", page.said(page.text[cell.start : cell.end], cell.start, cell.end))


def _read_bare_dose(page: Page, row: Row, draft: Draft) -> None:
    """A number under a heading that carries the unit ("mg", "Dose (mg)") is the dose."""
    for cell in row.of("dose"):
        text, unit = page.text[cell.start : cell.end], heading_unit(cell.heading)
        if unit and re.fullmatch(r"\d[\d,.]*", text) and not draft.has("dose"):
            draft.add("dose", page.said(text, row.start, row.end))
            draft.amount = f"{text} {unit}"


def _read_minutes(page: Page, row: Row, draft: Draft) -> None:
    for cell in row.of("minutes"):
        text = page.text[cell.start : cell.end]
        if text.strip().isdigit() and not draft.has("duration"):
            draft.add("duration", page.said(text, row.start, row.end))


def _read_as_line(page: Page, telling: Telling, row: Row) -> None:
    """A row that tells one event ("1115 | infusion complete | RN") is read as a time-stamped line."""
    cells = row.of("time", "span", "start", "stop")
    timed = next(((cell, m) for cell in cells for m in _cell_moments(page, cell)), None)
    if timed is None:
        return
    cell, moment = timed
    if any(mention.drugs for mention in within(page.mentions, cell.start, cell.end)):
        # A name so long that it runs into the column of times: the row is read as it stands.
        read_statement(page, telling, Statement(row.start, row.end, None, True))
        return
    before, after = (row.start, cell.start), (cell.end, row.end)
    start, end = after if _tells_behind(page, row, cell) else before
    start += len(page.text[start:end]) - len(page.text[start:end].lstrip(" |\t-"))
    end = start + len(page.text[start:end].rstrip(" |\t"))
    stamp = Stamp(row.start, moment.end, moment.first, moment.second, True)
    count = len(telling.drafts)
    read_statement(page, telling, Statement(start, end, stamp, True))
    _read_way_beside(page, telling, row)
    _read_rate(page, telling, row, moment)
    for draft in telling.drafts[count:]:
        mention = draft.told["drug"][0]
        place = mention.at or draft.place
        if row.start <= place < row.end and draft.fate == "given":
            read_details(page, Zone(row.start, row.end, place, place + len(mention.quote)), draft)


def _read_rate(page: Page, telling: Telling, row: Row, moment: Moment) -> None:
    """The first rate of a drug's table, where no row tells its start: the drug ran by then."""
    draft = telling.last[-1] if len(telling.last) == 1 else None
    if draft is None or draft.start is not None or draft.stop is not None or is_instant(draft) or draft.route == "oral":
        return
    above = page.text[draft.place : row.start]
    running = any(_RUNS.match(page.text, cell.start, cell.end) for cell in row.of("rate"))
    told = within(page.events, row.start, row.end) or moment.second is not None
    if not running or told or "\n\n" in above or draft.fate in ("held", "refused") or not draft.has("dose"):
        return
    draft.fate = "given"
    set_start(
        draft, moment.first.clock, page.said(page.text[moment.first.start : moment.first.end], row.start, row.end)
    )


def _read_way_beside(page: Page, telling: Telling, row: Row) -> None:
    """The way that stands on the other side of an event's time than its action ("Given | 0931 | 50 mg | IV push")."""
    for draft in telling.last:
        told_here = any(row.start <= (said.at or 0) < row.end for said in draft.told.get("start", ()))
        if told_here and draft.fate == "given" and (draft.route is None or draft.technique in (None, "injection")):
            trial = Draft(draft.source, draft.note_id, draft.place, draft.ingredient, draft.drugs)
            read_way(page, Zone(row.start, row.end, -1, -1), trial)
            if draft.route is None and trial.route is not None:
                draft.route, draft.told["route"] = trial.route, trial.told["route"]
            if trial.technique not in (None, "injection", draft.technique) and draft.route == trial.route:
                draft.technique, draft.told["technique"] = trial.technique, trial.told["technique"]


def _tells_behind(page: Page, row: Row, time: Cell) -> bool:
    """Whether a row tells its event behind its time: where its action stands, else on the longer side."""
    actions = row.of("status")
    if len(actions) == 1:
        return actions[0].start > time.start
    before, after = within(page.events, row.start, time.start), within(page.events, time.end, row.end)
    if bool(before) != bool(after):
        return bool(after)
    return time.start - row.start < row.end - time.end


def _mix(page: Page, row: Row, drafts: list[Draft]) -> None:
    given = [draft for draft in drafts if draft.fate == "given"]
    if len(given) < 2 or re.search(r"y-?site|separate", page.text[row.start : row.end], re.IGNORECASE):
        return
    between = page.text[min(d.place for d in given) : row.end]
    joint = re.search(r"mixed|same bag|one bag|\+|/|\band\b|,", between)
    for draft in given:
        draft.add("mixed", page.said(joint[0] if joint else between, row.start, row.end))
        draft.mixed_with = [other for other in given if other is not draft]
