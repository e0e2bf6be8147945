"""Services that are no drug given: a port flush, a declotting, a draw, a puncture, a transfusion, a cold cap."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.moments import Moment, moments
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.wire import Said, WireService
from reviewer.language.cues import cue
from reviewer.language.lazy import Lazy
from reviewer.language.sentences import sentence_at
from reviewer.language.vocabulary import read_service_kind, tells_flush

_PORT = r"(?:medi-?port|port-?a-?cath|power-?port|implanted (?:venous )?(?:access )?port|(?:chest )?port|PAC\b)"
_FORMS: tuple[tuple[str, str], ...] = (
    (
        "port_flush",
        rf"{_PORT}(?: (?:was|accessed|and|needle|right|left|chest))*[ ,]*(?:flush(?:ed|es)?(?! easily)|irrigat(?:ed|"
        rf"ion)|locked|maintenance)|"
        rf"(?:cath(?:eter)?|line) flush(?= only| visit)|"
        rf"(?:flush(?:ed|es|ing)?|irrigat(?:ed?s?|ion|ing)|maintenance|upkeep) (?:of )?"
        rf"(?:the |her |his |a |an |left |right |[LR] |lt |rt |chest )*{_PORT}|{_PORT} "
        rf"(?:is |being )?(?:flush(?:ed|ing)?|irrigated|care|maintenance)(?: only| visit)?|"
        rf"{_PORT}[^.;\n]{{0,80}}?\b(?:irrigates|flushes) (?:it )?(?:with|w/)",
    ),
    (
        "declotting",
        r"de-?clot(?:ted|ting)?|(?:cath-?flo|alteplase|t-?PA|activase)[^.;\n]{0,80}?(?:instilled|dwell(?:ed|ing)?|"
        r"given|placed|into|in (?:the )?(?:port|line|lumen|PICC)|(?<=mg )in\b(?! \d))",
    ),
    (
        "port_blood_draw",
        rf"(?:blood|labs?|specimens?|CBC|CMP|cultures?)(?: \w+){{0,3}} (?:drawn|obtained|collected|sent)? ?(?:from|"
        rf"via|through|off) (?:the )?(?:\w+ )?(?:{_PORT}|PICC|central line|line|catheter)|{_PORT} (?:lab |blood "
        rf")?draw|"
        rf"(?:drew|drawing) (?:labs?|blood)(?: \w+){{0,2}} (?:from|via|off) (?:the )?{_PORT}",
    ),
    ("lumbar_puncture",
        r"lumbar puncture|spinal tap|(?-i:LP)\b|spinal needle (?:was )?(?:inserted|advanced|placed|passed|introduced)|"
        r"intrathecal space (?:was )?(?:entered|accessed)|(?:at |the )?L[ ]?[2-5][ ]?[-/][ ]?(?:L"
        r"|S)?[ ]?[1-5](?: (?:inter)?"
        r"space)? (?:was )?(?:entered|punctured|accessed|cannulated|tapped)|"
        r"(?:with|using) an? (?:\d\d[ -]?g(?:auge)? )?(?:\w+ )?spinal needle"
        r"|\d\d[ -]?g(?:auge)? (?:\w+ )?(?:spinal|whitacre|quincke|sprotte)(?: spinal)? needle"
        r"|spinal needle (?:was )?(?:removed|withdrawn|out\b)|spinal needle on (?:the )?first (?:pass|attempt)"),
    (
        "thoracentesis",
        r"thoracentesis|pleural tap|chest tube (?:was )?(?:inserted|placed|drain\w*)|(?:inserted|placed) (?:a |the "
        r")?(?:\d+ ?fr(?:ench)? )?chest tube|"
        r"effusion (?:was )?(?:drained|tapped|aspirated)|pleural fluid (?:was )?(?:drained|removed|aspirated)|\d+ "
        r"?mL (?:of )?(?:\w+ ){0,2}(?:pleural )?(?:effusion|fluid) (?:was )?(?:drained|removed|aspirated)",
    ),
    ("scalp_cooling",
        r"post-?(?:infusion |treatment )?cooling|scalp[ -]cool\w*|cold ?cap\w*|cooling cap|dignicap|paxman"),
    (
        "arterial_catheterization",
        r"(?:hepatic|femoral|carotid|radial|brachial|ophthalmic|common femoral)? ?arter(?:y|ial) "
        r"(?:catheteri[sz](?:ation|ed)|cannulat\w+|was (?:catheteri[sz]ed|cannulated|accessed|selected))|"
        r"microcatheter (?:was )?(?:advanced|placed|positioned)|"
        r"catheter (?:was )?(?:placed|inserted|positioned|advanced)[^\n]{0,60}?\b(?:fluoroscop\w+|angiogra\w+)"
        r"[^\n]{0,40}?\barter(?:y|ial)\b|(?:femoral|radial) (?:artery )?access (?:was "
        r")?(?:obtained|gained)|selective (?:catheteri[sz]ation|angiogra\w+)|catheteri[sz]ation of (?:the )?\w+(?: "
        r"\w+)? artery",
    ),
    (
        "transfusion",
        r"(?:platelets?|plasma|FFP|cryo(?:precipitate)?)\b[^.;\n]{0,60}?(?<!be )(?<!not )\btransfused\b|"
        r"transfused\b[^.;\n]{0,40}?\b(?:platelets?|plasma|FFP|cryo(?:precipitate)?)\b",
    ),
    ("isolated_perfusion", r"isolated (?:limb|regional|hepatic|liver|lung) perfusion|isolated perfusion|(?-i:ILP)\b"),
    (
        "evaluation_and_management",
        r"\bE/?M (?:visit|service|level)|\boffice visit\b|\bnurse visit\b|\bprovider visit\b(?! today)|\bclinic "
        r"visit\b|\b992[01]\d\b|\bG0463\b|separate(?:ly identifiable)? (?:evaluation|visit|E/?M)|"
        r"(?:oncologist|physician|provider|Dr\.? [A-Z]\w+|NP|PA|MD) (?:saw|examined|evaluated) (?:her|him|the "
        r"patient|patient|pt)",
    ),
)  # fmt: skip
_SERVICE = tuple((kind, Lazy(rf"(?<!\w)(?:{form})", re.IGNORECASE)) for kind, form in _FORMS)
_STEMS: dict[str, tuple[str, ...]] = {
    "port_flush": ("flush", "irrigat", "locked", "maint", "care", "upkeep"),
    "declotting": ("clot", "cathflo", "cath-flo", "alteplase", "tpa", "t-pa", "activase"),
    "port_blood_draw": ("draw", "drew", "blood", "labs", "specimen", "cbc", "cmp", "culture"),
    "lumbar_puncture": (
        "lumbar",
        "spinal",
        "lp",
        "intrathecal space",
        "entered",
        "punctured",
        "tapped",
        "whitacre",
        "quincke",
        "sprotte",
    ),
    "thoracentesis": ("thora", "pleural", "chest tube", "effusion", "fluid"),
    "scalp_cooling": ("scalp", "cap", "paxman", "cooling"),
    "arterial_catheterization": ("arter", "microcath", "femoral", "radial", "selective"),
    "transfusion": ("transfused",),
    "isolated_perfusion": ("perfusion", "ilp"),
    "evaluation_and_management": ("visit", "992", "g0463", "e/m", "e&m", "evaluat", "saw ", "examined"),
}
"""Stems of which a note must hold one before a service is looked for."""
_AFTER_COOLING = "cooling after the infusion"
"""Cooling that goes on after the infusion is a service of its own beside the session (C-14)."""
_NO = Lazy(
    r"\b(?:no|without|not|denies|never|declined|refused|offered|unable|prior|before)\b[^.;,]{0,24}$", re.IGNORECASE
)
_NOT_TODAY = ("plan", "order", "history", "education", "conditional", "home", "held", "refused", "denied")
_ASKS = Lazy(r"\W*(?:can|could|may|should|do|does|is|are|what|how|which|would)\b[^?\n]*\?\s*\Z", re.IGNORECASE)
_ACT = Lazy(
    r"\b(?:only|irrigated|instilled|flushed|done|completed?|performed|provided|maintenance|monthly)\b", re.IGNORECASE
)
_CAP_ON = Lazy(r"\b(?:placed|fitted|on|applied|started|began|begun|pre-?cool\w*)\b[^,;.\d]*\Z", re.IGNORECASE)
_CAP_OFF = Lazy(r"\b(?:removed|off|stopped|ended|completed?)\b[^,;.\d]*\Z", re.IGNORECASE)
_BY = Lazy(
    r"\b(?:by|per) ((?:Dr\.?(?: [A-Z][\w'-]+)?|the (?:physician|radiologist|oncologist|provider)|radiology|IR|"
    r"[A-Z]\.? ?[A-Z][a-z]+,? (?:RN|MD|NP|PA)))"
)
_DONE_BY = Lazy(
    r"\b(Dr\.?(?: [A-Z][\w'-]+)?|MD|NP|PA|physician|radiologist|oncologist)(?: \w+)? (?:performed|inserted|did|"
    r"placed|completed)"
)


def read_services(pages: Sequence[Page], drafts: Sequence[Draft]) -> tuple[list[WireService], list[Draft]]:
    """The services of an encounter, and the drafts that stay administrations (blood and declotting agents do not)."""
    found: list[WireService] = []
    for page in pages:
        found += _of_page(page)
    kept: list[Draft] = []
    blood: list[Draft] = []
    for draft in drafts:
        (blood if draft.admin_class == "blood" and draft.fate == "given" else kept).append(draft)
    found = [*_without_doubles(found), *map(_transfusion, blood)]
    numbered = [service.model_copy(update={"id": f"s{number}"}) for number, service in enumerate(found, 1)]
    return numbered, kept


def _of_page(page: Page) -> list[WireService]:
    told: dict[tuple[int, str], re.Match[str]] = {}
    low = page.text.lower()
    for kind, form in _SERVICE:
        if not any(stem in low for stem in _STEMS[kind]):
            continue
        for match in form.finditer(page.text):
            told.setdefault((sentence_at(page.text, match.start()).start, kind), match)
    found: list[WireService] = []
    for (_, kind), match in sorted(told.items(), key=lambda item: item[0]):
        start, end = sentence_at(page.text, match.start())
        if read_service_kind(match[0]) == kind and _was_done(page, kind, match, start, end):
            found.append(_service(page, match, start, end))
    return found


def _was_done(page: Page, kind: str, match: re.Match[str], start: int, end: int) -> bool:
    if _NO.search(page.text[start : match.start()]) or _ASKS.match(page.text, start, end):
        return False
    standing = cue(page.text, match.start(), match.end())
    if kind == "port_flush" and standing == "plan":
        # "arrived for port flush only" says what the visit was; the flush itself must then be told
        return tells_flush(page.text[match.end() :])
    if standing in _NOT_TODAY:
        return False
    if kind == "port_flush" and match[0].lower().endswith("care"):
        return tells_flush(page.text[match.end() :])
    if kind == "scalp_cooling" or kind == "declotting":
        return bool(page.clocks and moments(page, start, end)) or bool(
            re.search(
                r"\b(?:on|applied|placed|fitted|started|instilled|dwell\w*|removed|began|done|completed?|pre-?cool\w*|"
                r"given|patent|restored)\b",
                page.text[start:end],
                re.IGNORECASE,
            )
        )
    return True


def _service(page: Page, match: re.Match[str], start: int, end: int) -> WireService:
    begin = max(start, page.text.rfind("\n", 0, match.start()) + 1)
    kind = page.said(match[0], begin, end)
    by = _BY.search(page.text, start, end) or _DONE_BY.search(page.text, start, end)
    times = [m for m in moments(page, start, end) if m.role in ("range", "start", "stop", "bare")]
    starts: list[Said] = []
    stops: list[Said] = []
    if read_service_kind(match[0]) == "scalp_cooling" and not match[0].lower().startswith("post"):
        starts, stops, times = _of_cap(page, begin, start, end, times)
    for moment in times:
        said = page.said(page.text[moment.first.start : moment.first.end], begin, end)
        (stops if moment.role == "stop" else starts).append(said)
        if moment.second is not None:
            stops.append(page.said(page.text[moment.second.start : moment.second.end], begin, end))
    return WireService(
        id="s",
        kind=(kind,),
        start=tuple(starts[:1]),
        stop=tuple(stops[:1]),
        performed_by=(page.said(by[1], begin, end),) if by else (),
        detail=(page.said(page.text[begin:end], begin, end),),
    )


def _of_cap(
    page: Page, begin: int, start: int, end: int, times: list[Moment]
) -> tuple[list[Said], list[Said], list[Moment]]:
    """When a cap went on and came off, in words that no drug's clock counts; without both, the sentence's own times."""
    on: list[Said] = []
    off: list[Said] = []
    for clock in within(page.clocks, start, end):
        before = page.text[max(start, clock.start - 30) : clock.start]
        said = page.said(page.text[clock.start : clock.end], begin, end)
        if _CAP_OFF.search(before):
            off.append(said)
        elif _CAP_ON.search(before):
            on.append(said)
    return (on, off, []) if on and off else ([], [], times)


def _without_doubles(found: list[WireService]) -> list[WireService]:
    """One entry for each kind of service: what later sentences add goes to the first."""
    by_kind: dict[str, WireService] = {}
    for service in found:
        kind = read_service_kind(service.kind[0].text) or "other"
        if service.kind[0].text.lower().startswith("post"):
            kind = _AFTER_COOLING
        known = by_kind.get(kind)
        by_kind[kind] = (
            service
            if known is None
            else known.model_copy(
                update={
                    "kind": (*known.kind, *service.kind),
                    "start": known.start or service.start,
                    "stop": known.stop or service.stop,
                    "performed_by": known.performed_by or service.performed_by,
                }
            )
        )
    after, session = by_kind.get(_AFTER_COOLING), by_kind.get("scalp_cooling")
    if after and session:
        by_kind[_AFTER_COOLING] = after.model_copy(update={"stop": after.stop or session.stop})
        by_kind["scalp_cooling"] = session.model_copy(update={"stop": session.stop or after.stop})
    return list(by_kind.values())


def _transfusion(unit: Draft) -> WireService:
    """One unit of blood, with its own times; that all of a day are one service is the validator's to say."""
    kind = tuple(unit.told.get("drug", ())[:1])
    return WireService(
        id="s",
        kind=kind,
        start=tuple(unit.told.get("start", ())),
        stop=tuple(unit.told.get("stop", ())),
        detail=kind,
    )
