"""What lines and sentences under a drug add to it: "Start time: 1000", "10 mg wasted", "seven lesions in all"."""

from __future__ import annotations

import re

from reviewer.extract.patterns.details import read_details
from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.moments import Role, moments
from reviewer.extract.patterns.page import Page
from reviewer.extract.patterns.segments import Statement
from reviewer.extract.patterns.telling import Telling, apply
from reviewer.extract.patterns.zones import Zone
from reviewer.language.layout import ROUTE_FIELD
from reviewer.language.lazy import Lazy
from reviewer.language.lesions import through_list
from reviewer.language.vocabulary import read_technique

_LABEL = Lazy(
    r"[ \t]*(?:[-*•][ \t]*)?(?:dose|amount|route|technique|method|start(?:ed)?(?: time)?|begin|stop(?:ped)?(?: "
    r"time)?|end(?:ed)?(?: time)?|time(?: (?:on|off|in|out|started|stopped|given))?|completed?(?: at| time)?|"
    r"finish(?:ed)?|(?:on|off|up|down)(?=[ \t]*[:=][ \t]*\d)|rate|site|access|line|volume|vol|duration|"
    r"infused over|new bag|bag hung|lot|ndc|waste[d]?|discarded|given(?: at| "
    r"by)?|administered(?: at)?|hung|infusion (?:start|stop|end)(?: time)?|admin(?:istration)? time|total time)"
    r"[ \t]*[:=]",
    re.IGNORECASE,
)
_WAY_ALONE = Lazy(
    r"[ \t]*(?:[-*•][ \t]*)?[A-Za-z][A-Za-z /]{1,20}[ \t]*[:=][ \t]*(?:slow )?(?:IV ?PB|IV[ -]?push|IVP|IV|IM|SQ|SC|IT|"
    r"sub-?cut\w*|push|piggyback|intra-?\w+(?:ly)?|injection|infusion)(?:[ ,]+(?:via|through|into|by|push|piggyback|"
    r"infusion|injection|right|left|[RL])\b[^\n\d;:]{0,30})?[ \t.]*",
    re.IGNORECASE,
)
"""A label of any name whose value is a way of giving and nothing else ("Way: IVP", "By: slow IV push via port")."""
_ALL_BY = Lazy(r"\W*(?:all|both|each)(?: \w+){0,3}? (?:IV ?PB|IVP|IV|given|via|through|infused|by)\b", re.IGNORECASE)
_PARTICULARS = (
    "wast", "discard", "residual", "remain", "stay", "present", "side", "continuous", "lesion", "nodule", "keloid",
    "wart", "ndc",
    "onpro", "body", "obi", "dose", "vial", "syringe", "stopped", "discontinued", "d/c", "abort", "terminat", "unable",
    "partial",
    "total", "injected", "instilled",
)  # fmt: skip


def is_label(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is a labelled line of a record ("Start: 0905")."""
    if _LABEL.match(text, start, end) or _WAY_ALONE.fullmatch(text, start, end):
        return True
    return bool(ROUTE_FIELD.search(text, start, end))


def read_label(page: Page, telling: Telling, statement: Statement) -> None:
    """A line such as "Start time: 1000" under its drug."""
    about = telling.last or telling.drafts[-1:]
    draft = about[-1]
    before = draft.fate
    if draft.fate in ("held", "refused"):
        return
    text = page.text[statement.start : statement.end]
    ends = re.match(
        r"[\s\-*•]*(?:stop|end|complet|finish|off|down|time (?:off|out|stopped)|infusion (?:stop|end))",
        text,
        re.IGNORECASE,
    )
    found = moments(page, statement.start, statement.end)
    for moment in found:
        role: Role = "range" if moment.second else "stop" if ends or moment.role == "stop" else "start"
        first = page.said(page.text[moment.first.start : moment.first.end], statement.start, statement.end)
        second = moment.second and page.said(
            page.text[moment.second.start : moment.second.end], statement.start, statement.end
        )
        if draft.fate == "spoken_of":
            draft.fate = "given"
        if draft.fate == "given":
            apply(draft, moment._replace(role=role), first, second)
    if draft.technique == "injection" and read_technique(text) not in (None, "injection"):
        draft.technique = None  # "injection 20 mg" is what a product is called; "Route: IV Push" is how it was given
        draft.told.pop("technique", None)
    if draft.fate == before or before == "spoken_of":
        read_details(page, Zone(statement.start, statement.end, -1, -1), draft)


def read_particulars(page: Page, telling: Telling, statement: Statement) -> None:
    """Lesions, waste, presence and an early end that a following sentence tells of the last drug."""
    about = [draft for draft in telling.last if draft.fate == "given"][-1:] or telling.given()[-1:]
    if len(about) != 1:
        return
    low = page.text[statement.start : statement.end].lower()
    if not any(stem in low for stem in _PARTICULARS):
        return
    draft = about[0]
    trial = Draft(draft.source, draft.note_id, statement.start, draft.ingredient, draft.drugs, "given")
    trial.technique, trial.route = draft.technique, draft.route
    end = statement.end if draft.has("lesions") else through_list(page.text, statement.start, statement.end)
    read_details(page, Zone(statement.start, end, -1, -1), trial)
    for name in ("discarded", "presence", "lesions", "ndc", "device", "container"):
        if not draft.has(name):
            for said in trial.told.get(name, []):
                draft.add(name, said)
    early = [
        said
        for said in trial.told.get("status", [])
        if re.search(r"early|abort|not (?:restart|resum|complet)|for |due to|because|partial|unable", said.text)
    ]
    for said in early:
        draft.add("status", said)
    text = page.text[statement.start : statement.end]
    if not draft.has("dose") and re.search(r"\b(?:total|dose|injected|instilled)\b", text, re.IGNORECASE):
        for said in trial.told.get("dose", []):
            draft.add("dose", said)


def read_all_by(page: Page, telling: Telling, statement: Statement) -> None:
    """ "All IVPB via midline": the way of every drug that has none of its own."""
    words = _ALL_BY.match(page.text, statement.start, statement.end)
    if words is None:
        return
    for draft in telling.given():
        if draft.route is None:
            read_details(page, Zone(statement.start, statement.end, -1, -1), draft)
