"""Statements that name no drug but speak of one: "infusion complete @1115", "second bag hung", "both complete"."""

from __future__ import annotations

import re

from reviewer.extract.patterns.actions import GIVEN_FIELD, acted_on, is_action
from reviewer.extract.patterns.awaited import paused, to_be_hung
from reviewer.extract.patterns.bags import changes_bag, dosed_before
from reviewer.extract.patterns.details import read_details, read_way
from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.ended_twice import ended_twice
from reviewer.extract.patterns.following import (
    GIVEN_AGAIN,
    UNIT_NUMBER,
    charted_again,
    may_be_begun,
    next_bag,
    number_of,
    numbered_unit,
)
from reviewer.extract.patterns.labels import is_label, read_all_by, read_label, read_particulars
from reviewer.extract.patterns.moments import Moment, Role, leading_role, moments
from reviewer.extract.patterns.other_ends import is_of_other_end
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.redosing import repeats_push
from reviewer.extract.patterns.respective import told_by_place
from reviewer.extract.patterns.segments import Fragment, Statement, fragments
from reviewer.extract.patterns.telling import Telling, apply, is_background, is_instant
from reviewer.extract.patterns.zones import Zone
from reviewer.extract.wire import Said
from reviewer.language.access import without_line
from reviewer.language.antecedents import ITS_START, ends_tersely
from reviewer.language.clock_pairs import STARTED_BY_RATES
from reviewer.language.cues import cue
from reviewer.language.lazy import Lazy
from reviewer.language.lone_times import ends_another
from reviewer.language.redosed import REPEATED, tells_repeat
from reviewer.language.vocabulary import read_status

_LINK = Lazy(
    r"\b(?:infusions?|bags?|lit(?:er|re)s?|push(?:es)?|drips?|gtt|bolus|injections?|transfusions?|unit ?#?\d?|units?|"
    r"this|it|both|"
    r"all|meds?|medications?|chemo(?:therapy)?|dose|"
    r"treatment|premeds?|premedications?|antibiotics?|fluids?|ivf|pump|iv ?pb|piggyback|immunotherapy|biologic|drug|"
    r"tx|instillation|syringes?|which|lesions?|nodules?|plaques?|warts?|keloids?|iv ?ig|cycle|"
    r"hydration|steroids?|antiemetics?|(?:mar )?action[ :]+(?:new bag|stopped|started|restarted|paused|held))\b",
    re.IGNORECASE,
)
_SECOND = Lazy(
    r"\bsame (?:iv )?(?:fluids?|ivf)\b|"
    r"\b(?:second|2nd|third|3rd|fourth|next|another|new|additional|last|final|repeat)(?: \w+)? (?:bag|dose|unit|"
    r"bottle|liter|syringe|vial|push|injection|bolus)\b|"
    r"\b(?:bag|unit|dose|bottle|liter|vial)[ ]?#?[ ]?(?:[2-9]|two|three)\b"
    r"|(?<!\w)(?<!note )(?<!shift )(?<!visit )(?<!cycle )(?<!page )(?<!part )(?<!room )(?<!chair )(?<!bed )"
    r"(?<!rn )(?<!pt )(?<!entry )(?<!attempt )(?<!nurse )(?<!line )(?<!site )(?<!iv )(?<!tx )(?<!day )#[ ]?[2-9](?= )",
    re.IGNORECASE,
)
_REST = Lazy(
    r"\b(?:the|its) (?:rest|remainder|balance|remaining \w+)(?: of (?:it|the \w+))? (?:was |were |then )?"
    r"(?:re-?)?(?:infused|run|ran|given|hung|started|begun|commenced|transfused|went in)\b[^;\d]*?"
    r"(?:\b(?:from|between) \d|\d{1,2}:?\d\d ?(?:[ap]m? ?)?(?:-|–|to|until)[ ]?\d)",
    re.IGNORECASE,
)
"""What of a bag ran later, from one time to another."""
_BOTH = Lazy(
    r"\b(?:both|all (?:infusions|meds|bags|drugs|drips|three|two)|(?:bags|infusions) (?:are |were )?(?:complete|"
    r"finished|done|empty))\b",
    re.IGNORECASE,
)
_OTHER_DONE = Lazy(
    r"\b(?:(?:pre-?|post-?)?cool(?:ing|ed)?|cap|vitals?|teaching|education|assessment|visit|flush|labs?|dressing|"
    r"consent|paperwork|observation|transfer|"
    r"discharge|draw|report|check(?:s|list)?|"
    r"procedure|time[ -]?out|port access|line|piv|needle|catheter|iv (?:removed|d/c|dc|site|access|start))\b",
    re.IGNORECASE,
)
_DONE = Lazy(
    r"\b(?:was|were)(?: \w+ly)? (?P<verb>injected|instilled|infused|administered|given|pushed|delivered)\b",
    re.IGNORECASE,
)
_REASON = Lazy(r"\b(?:because|when|since|while|as|although)\b", re.IGNORECASE)
_RAN_IN = Lazy(
    r"\b(?:bolus|bag|bottle|unit|lit(?:er|re)|dose|fluids?|ivf|infusion|remainder)\b(?: \w+){0,2} (?:infused|ran)(?: "
    r"in)?\s*$",
    re.IGNORECASE,
)
_RAN = Lazy(
    r"\W*(?:(?:ran|infused|was (?:infused|run|started)|started|running)\b|(?:from )?(?:[01]?\d|2[0-4]):?[0-5]\d\b)",
    re.IGNORECASE,
)
_GIVEN_APART = Lazy(
    r"\W*(?:was |all |both )?(?:given|administered|injected|pushed|hung|connected|attached|started)\b(?: \w+){0,4}"
    r"(?:,[^,;.:\d]{1,30}){1,3},? (?:at |@ ?)?\d",
    re.IGNORECASE,
)
_ON_BODY = Lazy(r"\b(?:onpro|on-?body|obi)\b", re.IGNORECASE)
_BACK = Lazy(r"\W*(?:back (?:on|up)|re-?started|resumed|re-?hung|re-?commenced|re-?begun)\b", re.IGNORECASE)
_LED_BY_ACT = Lazy(
    r"\W*(?:was |were |had been |then )?(?:slowly )?(?:given|administered|infused|injected|pushed|hung|started|begun|"
    r"ran|run|instilled|commenced|finished|completed|stopped|ended)\b"
    r"(?! (?:to|by) (?:the )?(?:patient|pt|family|daughter|son|wife))",
    re.IGNORECASE,
)
"""An act without a subject is of the drug told last: "Given sub-Q in the right arm at 0952"."""
_AT_A_RATE = Lazy(r"\bstart(?:ed)?(?: at)? \d+(?:\.\d+)? ?m[lL]/h", re.IGNORECASE)
"""A beginning at a rate is that of a bag, which no push or tablet told since can be."""
_LADDER = Lazy(rf"[ ]*{STARTED_BY_RATES}")
_LEADING = Lazy(r"\W*(?:(?:at|around|about|approximately|by)\b\W*){0,2}", re.IGNORECASE)
_OF_CLOCKS = ("hrs", "hours", "from", "until", "time", "route", "intravenous")
"""Words that belong to a time, or name a field beside it, and say nothing else."""
_ABOUT = ("start", "stop", "range", "pause", "resume")


def read_opening(
    page: Page, telling: Telling, statement: Statement, pieces: list[Fragment], *, about_infusion: bool = False
) -> None:
    """Take from words beside a statement's drugs what ends or goes on with the drug before it."""
    found = [
        piece
        for piece in pieces
        if (
            about_infusion
            or _LINK.search(page.text, piece.start, piece.end)
            or _BACK.match(page.text, piece.start, piece.end)
            or ends_tersely(page.text, piece.start, piece.end)
        )
        and not _OTHER_DONE.search(page.text, piece.start, piece.end)
    ]
    for piece in found:
        begins = {"start", "range"} if ITS_START.match(page.text, piece.start, piece.end) else set()
        read_piece(page, telling, statement, piece, {"stop", "pause", "resume"} | begins)


def read_chain(page: Page, telling: Telling, statement: Statement) -> None:
    """Take what a statement without a drug tells of the drugs before it."""
    if not telling.drafts:
        return
    if is_label(page.text, statement.start, statement.end):
        read_label(page, telling, statement)
        _promote(page, telling, statement)
        return
    if changes_bag(page, telling, statement, None) or told_by_place(page, telling, statement):
        return
    if repeats_push(page, telling, statement):
        return
    if is_action(page.text, statement.start, statement.end):
        read_piece(page, telling, statement, Fragment(statement.start, statement.end), set(_ABOUT))
    elif statement.stamp is not None or within(page.clocks, statement.start, statement.end):
        for piece in _with_its_time(page, fragments(page, statement, brackets=False)):
            read_piece(page, telling, statement, piece, set(_ABOUT))
    _promote(page, telling, statement)
    read_particulars(page, telling, statement)
    read_all_by(page, telling, statement)


def _with_its_time(page: Page, pieces: tuple[Fragment, ...]) -> list[Fragment]:
    """The fragments, those joined whose time stands apart: "bag 2 was hung right away and ran from 10:30 to 12:05",
    "Given as two syringes, R and L abdomen, at 1035".
    """
    if pieces and _GIVEN_APART.match(page.text, pieces[0].start, pieces[-1].end):
        clocks = within(page.clocks, pieces[0].start, pieces[-1].end)
        if len(clocks) == 1 and not page.text[clocks[0].end : pieces[-1].end].strip(" .)"):
            return [Fragment(pieces[0].start, pieces[-1].end)]
    found: list[Fragment] = []
    for piece in pieces:
        before = found[-1] if found else None
        if (
            before is not None
            and tells_second(page.text[before.start : before.end])
            and not within(page.clocks, before.start, before.end)
            and _RAN.match(page.text, piece.start, piece.end)
        ):
            found[-1] = Fragment(before.start, piece.end)
        else:
            found.append(piece)
    return found


def tells_second(words: str) -> bool:
    """Whether words tell of a further bag, dose or push of the drug named before; "New Bag" is how charts say hung."""
    found = _SECOND.search(words) or REPEATED.search(words)
    return (found is not None and found[0].lower() != "new bag") or _REST.search(words) is not None


def read_piece(page: Page, telling: Telling, statement: Statement, piece: Fragment, wanted: set[str]) -> None:
    """Take what a fragment that names no drug tells, in the roles that are wanted."""
    text = page.text[piece.start : piece.end]
    linked = bool(_LINK.search(text) or REPEATED.search(text) or _LED_BY_ACT.match(text) or _REST.search(text))
    found = [moment for moment in _moments_of(page, statement, piece, linked) if moment.role in wanted]
    said = statement.start, statement.end
    found = [moment for moment in found if not is_of_other_end(page, *said, moment, statement.start)]
    if not found or (not linked and _OTHER_DONE.search(without_line(text))):
        return
    if cue(page.text, piece.start, piece.start) in ("plan", "order", "history", "education", "home"):
        return
    for moment in found:
        named = acted_on(page, telling, piece, moment.role) or dosed_before(page, telling, piece, moment.role)
        named = named or _meant(page, telling, piece, moment.role) or ended_twice(telling, moment, text)
        for draft in named or paused(telling, moment):
            span = (min(piece.start, moment.start), max(piece.end, moment.end))
            first = page.said(page.text[moment.first.start : moment.first.end], *span)
            second = moment.second and page.said(page.text[moment.second.start : moment.second.end], *span)
            _put(page, draft, piece, moment, first, second)
            _take_technique(page, draft, statement)
            _tell_status(page, draft, piece)


def _take_technique(page: Page, draft: Draft, statement: Statement) -> None:
    """ "The infusion was slowed; documented start 0900, stop 1010": the whole sentence says how the drug was given."""
    if draft.technique is not None or not _LINK.search(page.text, statement.start, statement.end):
        return
    whole = Draft(draft.source, draft.note_id, draft.place, draft.ingredient, draft.drugs)
    read_way(page, Zone(statement.start, statement.end, -1, -1), whole)
    if whole.technique is not None and whole.route in (None, draft.route):
        draft.technique = whole.technique
        draft.told["technique"] = whole.told["technique"]


def _put(page: Page, draft: Draft, piece: Fragment, moment: Moment, first: Said, second: Said | None) -> None:
    if draft.fate in ("spoken_of", "ordered"):
        draft.fate = "given"
        if cue(page.text, draft.place, draft.place + 1) in ("plan", "order"):
            draft.route = draft.technique = None  # what was ordered does not tell how it was given
            for name in ("status", "route", "technique"):
                draft.told.pop(name, None)
    apply(draft, moment, first, second)
    if draft.technique == "injection" and is_action(page.text, piece.start, piece.end):
        draft.technique = None  # "injection 40 mg" is what a product is called; its action says how it was given
        form = draft.told.pop("technique", [])
        read_details(page, Zone(piece.start, piece.end, -1, -1), draft)
        draft.told.setdefault("technique", form)
        draft.technique = draft.technique or "injection"
    if not draft.has("route") or not draft.has("technique"):
        read_details(page, Zone(piece.start, piece.end, -1, -1), draft)


def _tell_status(page: Page, draft: Draft, piece: Fragment) -> None:
    word = next(
        (
            w
            for w in within(page.events, piece.start, piece.end)
            if w.kind in ("start", "stop", "give", "run", "resume")
        ),
        None,
    )
    if word is not None and not draft.has("status") and read_status(page.text[word.start : word.end]):
        draft.add("status", page.said(page.text[word.start : word.end], piece.start, piece.end))


def _moments_of(page: Page, statement: Statement, piece: Fragment, linked: bool) -> list[Moment]:
    """A fragment's own times; without any, its line's stamp with the role that its words give it."""
    own = list(moments(page, piece.start, piece.end))
    if [m.role for m in own] == ["bare"] and tells_repeat(page.text[piece.start : piece.end]):
        own = [own[0]._replace(role="start")]
    own = [m for m in own if m.role in _ABOUT]
    if own:
        return own if linked or _is_terse(page, statement, piece) else []
    if statement.stamp is None:
        return led_by(page, statement, piece) if linked or _is_terse(page, statement, piece) else []
    stamp = statement.stamp
    role = leading_role(page, piece.start, piece.end)
    laddered = _LADDER.match(page.text, piece.start, statement.end)
    role, linked = ("start", True) if laddered else (role, linked)
    if role == "start" and _RAN_IN.search(page.text, piece.start, piece.end):
        role = "stop"
    if role in ("bare", "other") or not (linked or _is_terse(page, statement, piece)):
        return []
    if stamp.second is not None:
        return [Moment(stamp.start, stamp.second.end, "range", stamp.first, stamp.second)]
    return [Moment(stamp.first.start, stamp.first.end, role, stamp.first, None)]


def led_by(page: Page, statement: Statement, piece: Fragment) -> list[Moment]:
    """The clock that leads the sentence, as the time of a later "infusion stopped" with no clock or drug between."""
    clocks = within(page.clocks, statement.start, piece.start)
    if len(clocks) != 1 or not _LEADING.fullmatch(page.text, statement.start, clocks[0].start):
        return []
    if within(page.mentions, clocks[0].end, piece.start):
        return []
    role = leading_role(page, piece.start, piece.end)
    if role not in ("stop", "pause", "resume"):
        return []
    return [Moment(clocks[0].start, clocks[0].end, role, clocks[0], None)]


def _is_terse(page: Page, statement: Statement, piece: Fragment) -> bool:
    """Whether a fragment is only an event and its time, as "stopped 1115" or "complete", and of nothing told before it
    ("dressing changed, done 1440").
    """
    text = without_line(page.text[piece.start : piece.end])
    if _OTHER_DONE.search(text) or ends_another(page.text[piece.start : piece.end]):
        return False
    clocks = within(page.clocks, statement.start, piece.start)
    led = without_line(page.text[clocks[-1].end if clocks else statement.start : piece.start])
    if _OTHER_DONE.search(led) and not (_LINK.search(led) or _REASON.search(led)):
        return False
    words = [word for word in re.findall(r"[A-Za-z]{3,}", text) if word.lower() not in _OF_CLOCKS]
    return len(words) <= 4


def _meant(page: Page, telling: Telling, piece: Fragment, role: Role) -> list[Draft]:
    """The drafts that a fragment without a drug's name speaks of; none when that is not certain."""
    text = page.text[piece.start : piece.end]
    if role in ("start", "range"):
        unit = UNIT_NUMBER.search(text)
        if unit is not None and any(draft.admin_class == "blood" for draft in telling.drafts):
            return numbered_unit(telling, piece, number_of(unit[1] or unit[2]))
        if _ON_BODY.search(text):
            return [d for d in telling.drafts if "on_body" in " ".join(t for drug in d.drugs for t in drug.traits)][:1]
        hung = [d for d in telling.last if d.start is None and d.stop is None and d.fate == "given"]
        if tells_second(text) or (_SECOND.search(text) and not hung):
            return next_bag(page, telling, piece)
    open_ones = telling.open_ones()
    if role in ("stop", "pause", "resume"):
        return _ended(telling, open_ones, text, role)
    waiting = to_be_hung(telling, text) or _waiting(telling, role) or charted_again(page, telling, piece)
    if waiting:
        return waiting[-1:]
    if _AT_A_RATE.search(text):
        hung = [d for d in telling.given() if d.start is None and not is_instant(d) and d.route != "oral"]
        if len(hung) == 1 and not telling.open_ones():
            return hung
    if GIVEN_AGAIN.match(text) and telling.last and telling.last[-1].stop is not None:
        return next_bag(page, telling, piece)
    if any(may_be_begun(d, text) for d in (telling.last if GIVEN_AGAIN.match(text) else telling.drafts)):
        return []
    hoped = [d for d in telling.drafts if d.fate in ("spoken_of", "ordered")]
    hoped = [d for d in hoped if not is_background(d)] or hoped
    if len({d.ingredient for d in hoped}) != 1:
        return []
    return [max(hoped, key=lambda d: (d.has("dose"), d.place))]


def _waiting(telling: Telling, role: Role) -> list[Draft]:
    """What was told last and has no time yet; a tablet runs from no time to another."""
    waiting = [draft for draft in telling.last if draft.start is None and draft.fate == "given"]
    return [draft for draft in waiting if draft.route != "oral"] if role == "range" else waiting


def _ended(telling: Telling, open_ones: list[Draft], text: str, role: Role) -> list[Draft]:
    if _BOTH.search(text):
        return open_ones or telling.last
    numbered = re.search(r"\b(?:unit|bag|bottle|vial|liter|dose)[ ]?#?[ ]?(\d)", text, re.IGNORECASE)
    hung = [draft for draft in telling.given() if not is_instant(draft)]
    if numbered and hung:
        same = [draft for draft in telling.of(hung[-1].ingredient) if draft.fate == "given"]
        index = int(numbered[1]) - 1
        if index < len(same):
            return [same[index]]
    if re.search(r"\bpush(?:es)?\b|\binjections?\b", text, re.IGNORECASE):
        return [draft for draft in telling.given() if is_instant(draft)][-1:]
    if re.search(r"\b(?:fluids?|ivf|hydration|bolus)\b", text, re.IGNORECASE):
        fluids = [draft for draft in open_ones if draft.admin_class in ("hydration", "unknown")]
        if fluids:
            return fluids[-1:]
    if role == "resume":
        lasting = [draft for draft in telling.given() if not is_instant(draft)]
        paused = [
            draft
            for draft in lasting
            if any(p.stop is None for p in draft.pauses) or (draft.stop and draft in telling.last)
        ]
        return paused[-1:] or lasting[-1:]
    if telling.last and telling.last[-1].is_open:
        return telling.last[-1:]
    if (
        len(telling.last) == 1
        and telling.last[0].fate == "given"
        and telling.last[0].stop is None
        and not open_ones
        and not is_instant(telling.last[0])
    ):
        return telling.last
    drugs = [draft for draft in open_ones if not is_background(draft)]
    chosen = drugs or open_ones
    if len(chosen) == 1:
        return chosen
    hoped = [d for d in telling.drafts if d.fate == "given" and d.start is None and d.stop is None]
    return hoped if not chosen and len(hoped) == 1 else []


def _promote(page: Page, telling: Telling, statement: Statement) -> None:
    """ "The lesions were injected", "chemotherapy was instilled": the one drug spoken of before was given."""
    if any(draft.fate == "given" for draft in telling.drafts) or not telling.last:
        return
    draft = telling.last[-1]
    field = GIVEN_FIELD.match(page.text, statement.start, statement.end) if draft.has("dose") else None
    words = field or _DONE.search(page.text, statement.start, statement.end)
    if draft.fate != "spoken_of" or words is None or draft not in telling.drafts[-1:]:
        return
    linked = field is not None or _LINK.search(page.text, statement.start, words.end())
    if cue(page.text, words.start(), words.end()) != "none" or not linked:
        return
    draft.fate = "given"
    draft.add("status", page.said(words["verb"], statement.start, statement.end))
    read_way(page, Zone(statement.start, statement.end, -1, -1), draft)
