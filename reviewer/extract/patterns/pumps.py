"""Pumps that go with the patient: what kind, whose, what was done with them today, and how long they are to run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from reviewer.extract.patterns.details import find_route
from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.telling import set_start
from reviewer.extract.wire import Said, WirePump
from reviewer.language.clock import Clock
from reviewer.language.cues import cue
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.pump_words import is_programmed
from reviewer.language.sentences import sentences
from reviewer.language.vocabulary import read_pump_action, read_pump_kind, read_route, read_technique
from validator.frozen import changing

_PUMP = Lazy(
    r"\b(?:(?:(?:clinic|hospital|office|patient|pt|practice|facility|facility's|clinic's)[- ]?(?:'s )?(?:own(?:ed)?|"
    r"supplied|provided)? )?(?:CADD\S*(?: \w+)?(?: pump)?|"
    r"(?:portable|ambulatory|wearable|elastomeric|home|take-?home|fanny pack|body-?worn|disposable)(?: \w+){0,2} "
    r"(?:pump|device|infusor|ball)|"
    r"elastomeric(?: ball| device)?|(?:dosi-?fus(?:er|or)|infusor|easypump|homepump|eclipse ball|accufuser|"
    r"curlin)(?: pump| \w+)?|"
    r"(?:implant(?:ed|able)|subcutaneous|intrathecal|hepatic arter(?:y|ial)|HAI|programmable)(?: \w+){0,3} (?:pump|"
    r"reservoir)|(?:HAI|HAIP) pump|synchromed(?: ii)?(?: pump)?|codman(?: \w+)?(?: pump)?|"
    r"(?:5-?FU|chemo(?:therapy)?|clinic(?:-owned)?|46[- ]?(?:h|hr|hour)) pump)|home pump|(?:intera|medtronic) pump|"
    r"pump ?[:(,-]{1,2} ?(?:implant(?:ed|able)|portable|ambulatory|external|intera|medtronic|cadd)|"
    r"(?:bag|cassette) (?:change|exchange)|pump (?:disconnect\w*|d/c|"
    r"refill\w*|reservoir|connected|started|initiated|hook\w*)|"
    r"(?:dis)?connect(?:ed|s|ing)? (?:[\w'’-]+ ){0,3}?pump|unhook(?:ed|s|ing)? (?:[\w'’-]+ ){0,3}?pump)\b",
    re.IGNORECASE,
)
_ANY_PUMP = Lazy(
    r"pump|cadd|elastomeric|infusor|fus[eo]r\b|synchromed|curlin|ball\b|reservoir|codman|eclipse", re.IGNORECASE
)
_GENERIC = Lazy(r"\bpump\b(?! (?:alarm|rate))", re.IGNORECASE)
_POLE = Lazy(
    r"\b(?:on|via|by|per) (?:the |an? )?(?:iv |infusion |alaris |smart |bedside |volumetric )?pump\b|\b(?:IV|"
    r"infusion|alaris|smart) pump\b",
    re.IGNORECASE,
)
_KIND = Lazy(
    r"\b(?:CADD\S*|portable|ambulatory(?: infusion)? pump|wearable|elastomeric|infusor|easypump|homepump|"
    r"dosi-?fus(?:er|or)|accufuser|curlin|fanny pack|body-?worn|home(?: infusion)? pump|take-?home pump|"
    r"implant(?:ed|able)(?: \w+){0,3} (?:pump|reservoir)|implant(?:ed|able)|synchromed(?: ii)?|codman|medtronic|"
    r"intera|HAI pump|HAIP|(?:clinic|office|practice)(?:['’]s|[ -]owned)? pump)\b",
    re.IGNORECASE,
)
_ACTION = Lazy(
    r"\bnew (?:[\w-]+ ){0,4}(?:bag|cassette|syringe)\b[^\n]{0,240}?\bpump\b[^\n]{0,120}?\b(?:re-?started|resumed)\b|"
    r"\bold (?:bag|cassette|syringe) (?:was )?(?:removed|taken (?:down|off)|disconnected|discarded|out|off)\b|"
    r"\b(?:(?:new )?fill(?: drug| solution| medication)?(?= ?[:=])|drug in(?= ?[:=])|new (?:cassette|bag)(?= ?[:=])|"
    r"re-?fill(?:ed|s)?|reload(?:ed)?|(?:cassette|bag|reservoir) (?:was )?(?:changed?|exchanged?|replaced|filled)|"
    r"(?<!bag )(?<!cassette )disconnect(?:ed|s|ion)?|unhook(?:ed|s)?|de-?access(?:ed)?|"
    r"(?<!bag )(?<!cassette )(?<!needle )(?<!mL )(?<!cc )removed|taken down|"
    r"initiat(?:ed|es|ion)|started|starts|start|connect(?:ed|s|ion)?|hooked(?: up)?|hooks? up|began|begun|attache[ds]|"
    r"interrogat(?:ed|ion)|maintenance|maintained|reprogram+ed|read-?out|applied|placed)\b|"
    r"\b(?:pump|cadd\S*|infusor|ball)(?: \([^()\n]{1,20}\))? on(?= ?(?:at|@|\d))|"
    r"\b(?:on|to) (?:the |a |our |clinic )?(?:cadd\S*|infusor|(?:portable|ambulatory|home) pump)(?: pump)?"
    r",? ?(?:@|at)(?= ?\d)|\b(?:going|running)(?= ?(?:at |@ ?)?\d{1,2}:?\d\d\b)|\bon (?:(?:at|@) ?)?\d{1,2}:?\d\d\b",
    re.IGNORECASE,
)
_FILL = Lazy(r"\b(?:re-?)?(?:filled|loaded)\b", re.IGNORECASE)
_GOES_ON = Lazy(
    r"\b(?:(?:re-?)?fill(?:ed)?|drug in|emptied|residual|reservoir|cassette|(?:re)?program+ed|flow rate|"
    r"(?:arterial|infusional|pump|hai) (?:chemo(?:therapy)?|infusion)|will run|continuous(?:ly)?|"
    r"(?:bag|cassette|ball) (?:is |will |should |to )*lasts?|(?:to|will|should) last)\b",
    re.IGNORECASE,
)
_OWNER = Lazy(
    r"\b(?:clinic|hospital|office|practice|facility)(?:['’]s)?[- ](?:owned|supplied|provided|own\b|pump|CADD)|"
    r"\b(?:clinic|hospital|office|practice|facility)['’]s (?:ambulatory|portable|elastomeric|infusion)\b|"
    r"\b(?:clinic|hospital|office)(?:'s)?(?: own)? pump|\b(?:owned|provided|supplied) by (?:the )?(?:clinic|hospital|"
    r"office|practice|"
    r"facility|patient|pt|DME|home infusion \w+)|"
    r"\b(?:patient|pt)(?:'s)?[- ]own(?:ed)?(?: pump)?|\bours\b|\bour (?:own )?(?:CADD )?pump|\b(?:DME|rental|rented|"
    r"vendor)(?: pump| company)?|"
    r"\bhome (?:infusion|care|health) (?:company|agency|pharmacy|provider|supplier)|\b(?:by|from|of) (?:the |a "
    r")?supplier\b",
    re.IGNORECASE,
)
_PLANNED = Lazy(
    r"\b(?:over|for|x|to run|run(?:ning)?|to infuse|infus\w+|programmed(?: for)?|duration|total)?[ :~]*(?:(?:over|"
    r"for) )?(?P<length>\d{1,3}(?:\.\d)?[- ]?(?:h\b|hrs?\b|hours?|days?|d\b(?=\s|$))|(?:seven|fourteen|two|five|ten) "
    r"days?|(?:one|two) weeks?)",
    re.IGNORECASE,
)
_LATER = Lazy(
    r"\b(?:return|will|scheduled|tomorrow|appointment|appt|come back|follow-?up|to be|for) [^.;]{0,50}$", re.IGNORECASE
)
_STILL_TO_COME = Lazy(
    r"(?: (?!and\b|then\b)\w+){0,5} (?:tomorrow|next (?:day|week|visit)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|in (?:\d+|one|two|three|four) (?:h|hrs?|hours|days?|weeks?|wks?))\b",
    re.IGNORECASE,
)
"""What is named as an act and has a later day: "bag change by home health tomorrow"."""
_NOT_TODAY = ("history", "education", "held", "refused")
_PLACED_ON = expression(r" \(?(?:\d{1,2}/(?:\d{1,2}/)?(?:19|20)?\d\d|(?:19|20)\d\d)\b")
_AT_HOME = Lazy(
    r"[^,.;\n\d]{0,50}?\b(?:tonight|tomorrow|at (?:(?:the )?(?:pt|patient)['’]?s?|her|his|their) (?:home|house|"
    r"residence))\b",
    re.IGNORECASE,
)
"""Where and when another one does it: "connected by their nurse at her home tonight"."""
_LONG_AGO = Lazy(
    r" (?:in|on|since|back in|last|during) (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|19|20|\d|month|year|"
    r"spring|summer|fall|winter|surgery)",
    re.IGNORECASE,
)
_CONTINUOUS = Lazy(r"\b(?:CIVI|continuous infusion|46[- ]?(?:h|hr|hour)s?)\b", re.IGNORECASE)


_FILLS = (None, "infusion", "pump")
_NEAR = 160
"""How far after a sentence about a pump one may stand that goes on about it without naming it."""


@changing
class PumpDraft:
    """A pump as told so far, with the sentences it was told in."""

    note_id: str
    kind: list[Said] = field(default_factory=list)
    action: list[Said] = field(default_factory=list)
    owner: list[Said] = field(default_factory=list)
    planned: list[Said] = field(default_factory=list)
    since: tuple[Clock, Said] | None = None  # the clock right behind the act
    only_planned: bool = False  # what was done with it is told only under a plan as yet ("here for a bag change")
    route: Said | None = None
    names: list[Said] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    told: list[tuple[str, int, int, int]] = field(default_factory=list)  # its sentences: start, its name, end
    fills: list[tuple[str, int, int]] = field(default_factory=list)  # from the word of filling to the sentence's end

    def wire(self, number: int) -> WirePump:
        """The finished wire type."""
        return WirePump(
            id=f"p{number}",
            kind=tuple(self.kind),
            action=tuple(self.action),
            owner=tuple(self.owner),
            planned=tuple(self.planned),
        )


def read_pumps(pages: Sequence[Page], drafts: list[Draft]) -> list[WirePump]:
    """The pumps of an encounter, each tied to the drug of its sentence. Drafts get the pump's number."""
    pumps: list[PumpDraft] = []
    for page in pages:
        if not _ANY_PUMP.search(page.text):
            continue
        last = -1
        for start, end in sentences(page.text):
            named = [m for m in _PUMP.finditer(page.text, start, end) if _names_pump(page.text, m[0])]
            generic = (
                not named
                and (pumps or _OWNER.search(page.text, start, end))
                and _GENERIC.search(page.text, start, end)
                and not _POLE.search(page.text, start, end)
            )
            near = last >= 0 and start - last < _NEAR and _GOES_ON.search(page.text, start, end)
            if named or generic or near:
                _take(page, pumps, start, end, named)
                last = end
    told = [pump for pump in pumps if pump.action or pump.kinds]
    for number, pump in enumerate(told):
        _tie(number, pump, drafts)
    return [pump.wire(number) for number, pump in enumerate(told, 1)]


def _names_pump(text: str, words: str) -> bool:
    """Whether words mean a pump that goes with the patient; a new bag means one only where the note names one."""
    if words.lower().startswith(("bag ", "cassette ")):
        return bool(_KIND.search(text))
    return not _POLE.fullmatch(words)


def _take(page: Page, pumps: list[PumpDraft], start: int, end: int, named: list[re.Match[str]]) -> None:
    text = page.text
    kinds = list(_KIND.finditer(text, start, end))
    actions = [m for m in _ACTION.finditer(text, start, end) if _is_today(page, m, start)]
    told = {kind for m in kinds if (kind := read_pump_kind(m[0]))}
    done = {action for m in actions if (action := read_pump_action(m[0]))}
    if not kinds and not done and not pumps:
        return
    line_start = text.rfind("\n", 0, start) + 1
    pump = _same(pumps, told, done)
    if pump is None:
        pump = PumpDraft(page.note.id)
        pumps.append(pump)
    pump.spans.append((page.note.id, line_start, end))
    filled = _FILL.search(text, start, end)
    if filled:
        pump.fills.append((page.note.id, filled.start(), end))
    pump.told.append((page.note.id, start, named[0].start() if named else start, end))
    pump.names += [page.said(match[0], start, end) for match in named if read_technique(match[0]) == "pump"]
    way = find_route(page, start, end)
    if way is not None and pump.route is None:
        pump.route = page.said(way[0].strip(), start, end)
    for match in kinds:
        if read_pump_kind(match[0]) and read_pump_kind(match[0]) not in pump.kinds:
            pump.kinds.add(read_pump_kind(match[0]) or "")
            pump.kind.append(page.said(match[0], start, end))
    action = _main_action(pump, done)
    for match in actions:
        if action and read_pump_action(match[0]) == action and (action not in pump.actions or pump.only_planned):
            pump.only_planned = cue(text, match.start(), match.end()) == "plan"
            pump.actions.add(action)
            pump.action.append(page.said(match[0], start, end))
            pump.since = _right_behind(page, match.end(), start, end) or pump.since
    for match in _OWNER.finditer(text, start, end):
        pump.owner.append(page.said(match[0], start, end))
    for match in _PLANNED.finditer(text, start, end):
        if not pump.planned and is_programmed(text, *match.span("length")):
            pump.planned.append(page.said(match["length"], start, end))


def _right_behind(page: Page, place: int, start: int, end: int) -> tuple[Clock, Said] | None:
    """The clock right behind a place, with its sentence's words."""
    clocks = within(page.clocks, place, place + 12)
    return (clocks[0].clock, page.said(page.text[clocks[0].start : clocks[0].end], start, end)) if clocks else None


def _main_action(pump: PumpDraft, done: set[str]) -> str | None:
    """What a sentence tells of a pump; the old bag off, the new one on and running again are parts of a refill."""
    if "refilled" in done:
        return "refilled"
    action = next(iter(done)) if len(done) == 1 else _chief(done)
    return None if "refilled" in pump.actions else action


def _chief(done: set[str]) -> str | None:
    for action in ("refilled", "initiated", "disconnected", "maintained"):
        if action in done:
            return action
    return None


def _is_today(page: Page, match: re.Match[str], start: int) -> bool:
    """Whether an act was done, not planned: "returns Thursday for disconnect" is no disconnect."""
    if cue(page.text, match.start(), match.end()) in _NOT_TODAY:
        return False
    before = page.text[start : match.start()]
    clause = re.split(r"[;,.]", before)[-1]
    if _LONG_AGO.match(page.text, match.end()) or _AT_HOME.match(page.text, match.end()):
        return False
    if not match[0].lower().endswith("ed") and _STILL_TO_COME.match(page.text, match.end()):
        return False
    if match[0].lower() == "placed" and _PLACED_ON.match(page.text, match.end()):
        return False
    return not _LATER.search(clause + " ") or bool(
        re.match(r"(?:ed|ing)\b", match[0][-2:], re.IGNORECASE) and " for " not in clause[-8:].lower()
    )


def _same(pumps: list[PumpDraft], told: set[str], done: set[str]) -> PumpDraft | None:
    """The pump that a sentence goes on about: one of its kind, and not another act than was told of it."""
    for pump in reversed(pumps):
        if told and pump.kinds and not told & pump.kinds:
            continue
        chief = _chief(done)
        if (
            chief in ("initiated", "disconnected")
            and pump.actions
            and chief not in pump.actions
            and "disconnected" in {chief, *pump.actions}
        ):
            if "refilled" in pump.actions:
                return pump
            continue
        return pump
    return None


def _tie(number: int, pump: PumpDraft, drafts: list[Draft]) -> None:
    """Tie a pump to the drugs told in its sentences; one that was only taken off has no drug that began today."""
    given = [draft for draft in drafts if draft.fate == "given"]
    if pump.actions == {"disconnected"}:
        for draft in _beside(pump, [d for d in given if d.start is None and not d.has("purpose")]):
            _put_on(number, pump, draft)
        return
    inside = [d for d in given if any(n == d.note_id and a <= d.place < b for n, a, b in pump.fills)]
    found = inside or _beside(pump, given) or _before(pump, given)
    if "refilled" in pump.actions and not any(_is_chemotherapy(draft) for draft in found):
        found = _poured(pump, given) or found
    if not found and pump.actions == {"initiated"} and (bolus := _bolus_before(pump, given)) is not None:
        found = [Draft(bolus.source, bolus.note_id, bolus.place, bolus.ingredient, bolus.drugs)]
        found[0].told["drug"] = list(bolus.told.get("drug", []))
        if pump.since is not None:
            set_start(found[0], *pump.since)
        drafts += found
    for draft in found:
        _put_on(number, pump, draft)
    if pump.actions & {"refilled", "initiated"} and len({draft.start for draft in found}) == 1:
        _mix(pump, found)


def _is_chemotherapy(draft: Draft) -> bool:
    return draft.admin_class == "chemo"


def _poured(pump: PumpDraft, given: list[Draft]) -> list[Draft]:
    """What a pump was refilled with where no verb says so: "HAI pump refill. Residual 3 mL. FUDR 180 mg in 30 mL"."""
    first = min(start for _, start, _, _ in pump.told)
    named = [d for d in given if d.note_id == pump.note_id and d.place > first and d.has("dose")]
    named = [d for d in named if d.start is None and d.technique in _FILLS]
    return named if any(_is_chemotherapy(draft) for draft in named) else []


def _mix(pump: PumpDraft, found: list[Draft]) -> None:
    """What went into one pump at one time is one filling, however many drugs it holds."""
    for draft in found if len(found) > 1 and pump.action else ():
        draft.mixed_with = [other for other in found if other is not draft]
        if not draft.has("mixed"):
            draft.add("mixed", pump.action[0])


_LONGEST_VISIT = 480
"""Minutes; a pump that ran longer within a day is a prolonged one all the same (TIME-7)."""


def _beside(pump: PumpDraft, given: list[Draft]) -> list[Draft]:
    """The drug of the pump's sentence: the last one before its name, else the first after it; else that of its line."""
    for note, start, name, end in pump.told:
        here = [d for d in given if d.note_id == note and start <= d.place < end and d.technique != "push"]
        here = [d for d in here if not _ran_to_its_end(d)]
        before = [d for d in here if d.place < name]
        if here:
            chosen = before[-1] if before and before[-1].stop is None else here[0] if not before else here[-1]
            return [*_with_it(chosen, before), chosen]
    for draft in given:
        on_its_line = any(n == draft.note_id and a <= draft.place < b for n, a, b in pump.spans)
        if on_its_line and draft.stop is None and draft.technique != "push":
            return [draft]
    return []


def _bolus_before(pump: PumpDraft, given: list[Draft]) -> Draft | None:
    """The chemotherapy pushed last before a pump that is begun and names no drug ("5-FU 710 mg IVP, pump 46 h on")."""
    note, start, name, _ = pump.told[0]
    here = [d for d in given if d.note_id == note and start <= d.place < name]
    return here[-1] if here and here[-1].technique == "push" and _is_chemotherapy(here[-1]) else None


def _ran_to_its_end(draft: Draft) -> bool:
    """Whether both times of a drug lie on the day: what a pump takes home has no end there."""
    if draft.start is None or draft.stop is None or draft.stop.next_day or draft.stop.on != draft.start.on:
        return False
    return 0 < draft.stop.minute - draft.start.minute <= _LONGEST_VISIT


def _with_it(chosen: Draft, before: list[Draft]) -> list[Draft]:
    """The chemotherapy that went into a pump with the drug named last ("floxuridine with heparin is placed in")."""
    if _is_chemotherapy(chosen) or chosen.stop is not None:
        return []
    same = [d for d in before if d is not chosen and d.stop is None and d.start in (None, chosen.start)]
    return [draft for draft in same if _is_chemotherapy(draft)]


def _before(pump: PumpDraft, given: list[Draft]) -> list[Draft]:
    if not pump.actions & {"initiated", "refilled"} or not pump.spans:
        return []
    return [
        d
        for d in given
        if d.note_id == pump.note_id
        and d.place < pump.spans[0][1]
        and d.stop is None
        and d.technique not in ("push", "injection")
    ][-1:]


def _put_on(number: int, pump: PumpDraft, draft: Draft) -> None:
    draft.pump = number
    if draft.technique in (None, "infusion", "pump") and pump.names:
        draft.technique = "pump"
        draft.told["technique"] = pump.names[:1]
    draft.pauses.clear()
    if draft.route is None and pump.route is not None:
        draft.route = read_route(pump.route.text)
        draft.told["route"] = [pump.route]
