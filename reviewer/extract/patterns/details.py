"""What a zone of text tells of the one drug in it, apart from its times: dose, route, technique, site, waste, words.

A zone is the stretch of a statement, or the row of a table, that belongs to one drug.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.particulars import WASTE, read_words
from reviewer.extract.patterns.zones import Zone, keep
from reviewer.language.access import BLADDER
from reviewer.language.dosing import find_strengths, find_vials
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.quantity import FoundQuantity
from reviewer.language.vocabulary import read_route, read_route_in, read_technique

_ARTERY = (
    r"(?:in|into|via|through)? ?(?:the )?(?:\w+ )?(?:hepatic|femoral|carotid|iliac|ophthalmic|gastroduodenal|"
    r"vertebral|brachial|radial|tibial|popliteal|axillary|"
    r"cerebral|splenic|maxillary|lingual|facial) arter(?:y|ial)(?: (?:catheter|infusion|push|pump|line|sheath|"
    r"microcatheter))?|"
)
_WAYS = (
    r"(?<![\w/])(?:"
    r"IV ?PB|IV[ -]?push(?:ed)?|IVP|IVSS|IV|i\.v\.|intravenous(?:ly)?|piggy-?back(?:ed)?|"
    r"SCIG|sub-?cutaneous(?:ly)?|sub-?cu?t|sub-?[ ]?q|SQ|(?-i:SC)|(?<=[gls] )sc(?= )|s\.c\.|s/c|"
    r"(?:under|beneath) (?:the |her |his )?skin|into (?:the |her |his |a )?(?:(?:left|right|\w+) )?muscle|"
    r"IM (?:in(?:to)? |to )?(?:the )?(?:(?:left|right|L|R|lt|rt)\.? )?(?:deltoid|(?:ventro|dorso)?glut(?:e|eal|eus)?|"
    r"thigh|vastus)|"
    r"IM|i\.m\.|intra-?muscular(?:ly)?|(?-i:IT)|intra-?thecal(?:ly)?|(?-i:IA|HAI|TACE|HAIP)|intra-?arterial(?:ly)?|"
    r"<ARTERY>"
    r"chemo-?emboli[sz]ation|(?-i:IP)|intra-?peritoneal(?:ly)?|intra-?pleural(?:ly)?|chest tube|pleural (?:catheter|"
    r"cavity|space|drain)|pleurx|"
    r"intra-?lesional(?:ly)?|intra-?tumou?ral(?:ly)?|into (?:[\w-]+ ){0,5}(?:lesions?|mets|metasta\w+|nodules?|"
    r"keloids?|plaques?|warts?)|intra-?vesical(?:ly)?|(?:into )?(?:the "
    r")?<BLADDER>|"
    r"intra-?ventricular(?:ly)?|(?:via |into |through )?(?:the )?ommaya(?: reservoir)?|intra-?dermal(?:ly)?|"
    r"peritoneal (?:port|catheter|cavity)|(?:in(?:to)?|via|through|thru) (?:the |her |his |this )?(?:reservoir|tube|"
    r"drain)|"
    r"(?:via|through|thru|by|per) (?:the |a )?(?:\d+ ?fr(?:ench)? )?(?:foley|(?:urinary |urethral )catheter)|"
    r"p\.?o\.?|ODT|tabs?|tablets?|capsules?|by mouth|oral(?:ly)?|tab(?:let)?s?|capsules?|nebuli[sz](?:ed|er)|nebs?|"
    r"inhal(?:ed|er|ation)|topical(?:ly)?|sublingual(?:ly)?|"
    r"intranasal(?:ly)?|rectal(?:ly)?|suppository|ophthalmic|epidural|intraosseous"
    r")(?![\w])"
)
_WAYS = _WAYS.replace("<BLADDER>", BLADDER)
_ROUTE = Lazy(_WAYS.replace("<ARTERY>", _ARTERY), re.IGNORECASE)
_ROUTE_NO_ARTERY = Lazy(_WAYS.replace("<ARTERY>", ""), re.IGNORECASE)
_LINE_ROUTE = Lazy(
    r"(?:(?:via|through|thru|into|in|per|to|by|same|using) )(?:the |a |her |his |patent |same |right |left |R |L |"
    r"chest |upper |lower |"
    r"\d\dg |forearm |hand |AC |arm |distal |proximal |medial |free-?flowing |running |side ?arm (?:of )?)*"
    r"(?:Medi-?port|port-?a-?cath|power ?port|port|PIV|peripheral IV|PICC(?: line)?|midline|central line|CVC|Hickman|"
    r"Broviac|Groshong|"
    r"saline lock|SL|lumen|y-?site|IV line|IV|line)(?![\w])|"
    r"(?:right|left|R|L) (?:chest )?(?:Medi-?port|port|PICC)\b|(?:(?:right|left|R|L) )?(?:forearm|hand|AC|arm|wrist) "
    r"(?:PIV|IV)\b|"
    r"\b(?:PIV|PICC)\b(?! (?:was |is |site |were )?(?:removed|d/c|dc|out|pulled|flush|patent|intact|site))",
    re.IGNORECASE,
)
_TECHNIQUE = Lazy(
    r"(?<![\w-])(?:IV ?PB|(?:slow )?IV[ -]?push(?:ed|es)?|(?:slow )?IVP|IVSS|(?:slow(?:ly)? )?push(?:ed|es)?|hand[ "
    r"-]push(?:ed)?|(?:NS|LR|saline|fluid) bolus(?:ed)?|bolus(?:ed)?|"
    r"(?:continuous(?:ly)? )?infus(?:ed|ion|ing|es|e)|flow (?:on|off)|"
    r"hand[ -]inject(?:ed|ion)|hand-?[ ]?held syringe|by syringe (?:into|through|via|over)|"
    r"syringe (?:driver|pump)|(?:by|via|on|per|through) (?:an? |the )?(?:infusion |iv |roller |power )?pump"
    r"(?= (?:from |over )?\d{1,2}:?\d\d ?(?:[ap]m? ?)?(?:-|–|to) ?\d)|freedom ?(?:60|edge)|gtt|drip|ran|runs|"
    r"running|run|"
    r"hung|hangs|piggy-?back(?:ed)?|instill(?:ed|"
    r"ation)|inject(?:ed|ion|ions)|CIVI|"
    r"(?:sub-?cutaneous|intra-?muscular|intra-?lesional) (?:injection|inj)|shot|SQ|sub-?cu?t|sub-?[ ]?q|"
    r"sub-?cutaneous(?:ly)?|(?-i:SC)|IM|intra-?muscular(?:ly)?|intra-?lesional(?:ly)?|(?-i:IT)|"
    r"intra-?thecal(?:ly)?)(?![\w])",
    re.IGNORECASE,
)
_INJECTION_SITE = Lazy(
    r"(?<![\w])(?:(?:in(?:to)?|to|@|at) )?(?:the )?(?:(?:right|left|bilateral|both|R|L|B|rt|lt)\.? )"
    r"(?:(?:upper|lower|outer|posterior|anterior|lateral|dorso|ventro|mid) ?)*(?:quadrant |outer )*"
    r"(?:arms?|deltoids?|glut(?:e|es|eal|eus)?(?: muscles?)?|ventrogluteal|dorsogluteal|buttocks?|hips?|thighs?|"
    r"vastus(?: lateralis)?|abd(?:omen|ominal)?|"
    r"forearm|leg|triceps|quad(?:rant)?s?(?: of)?(?: the)?(?: abdomen)?|flank)(?![\w])|(?<![\w])(?:(?-i:LUQ|RUQ|LLQ|"
    r"RLQ|LUE|RUE)|abd(?:omen|ominal)?)(?: (?:wall|abdomen))?(?![\w])",
    re.IGNORECASE,
)
_RATE = Lazy(
    r"(?:@|at|rate(?: of| to)?:?)?\s*\d[\d,.]*\s?(?:mL|cc|ml|mg|mcg|units?|gtts?|g)(?:/kg)?\s?(?:/|per )\s?(?:hr?|"
    r"hours?|min(?:ute)?)\b",
    re.IGNORECASE,
)
_SAME_PLACE = Lazy(
    r"\b(?:through|via|into|in|by)\b (?:the |same |this |that )*(?:tube|catheter|drain|reservoir|needle|sheath|"
    r"artery|cavity|space|microcatheter)\b",
    re.IGNORECASE,
)
_JOINED = expression(r"[ ]*(?:of|@|x|,)?[ ]*\(?[ ]*", re.IGNORECASE)
_ROUNDED = expression(
    r"\b(?:round(?:ed|ing)|capp?(?:ed)?)(?:[ ](?:up|down|off))?[ ](?:dose[ ])?(?:to|at)[ :]*\Z", re.IGNORECASE
)
_LITRES = Lazy(r"(?<![\d.])(\d(?:\.\d)?) ?L(?= IV\b)")
_DOSES = ("mg", "g", "mcg", "units", "iu", "meq", "mmol", "mCi", "GBq", "MBq", "ng", "vial", "tablet", "capsule")


_HEAD_OF_LINE = Lazy(r"[ \t\[(*•-]*(?P<way>IM|SQ|SC|sub-?[ ]?q|sub-?cut\w*|PO|IVP|IV ?PB)[ \t]*[\]):]", re.IGNORECASE)
"""The way that heads a line and holds for the drug after it: "SQ: Aranesp 200 mcg"."""


_IV_AT_END = expression(r"\bIV\Z", re.IGNORECASE)
_COMMA = expression(r"[,;](?=\s)|\b(?:and|plus)(?= )")
_ANOTHER_NAME = expression(
    r"(?:[,;][ ](?:and |then |plus )?|(?:and|plus)[ ])"
    r"(?!(?:given|taken|also|then|later|both|once|each|followed|tolerated|total|half|with)\b)"
    r"[A-Za-z][\w-]{3,}[ ](?:\d[\d.,]*[ ]?(?:(?:mg|mcg|g)[ ])?)?"
)
_BY_VEIN = expression(r"\b(?:IV|IVP|IVPB|[iI][vV] ?[pP]ush)\b")
"""One drug by vein, and behind a comma another name by mouth ("Toradol 15 mg pushed IV, Flomax PO")."""
_DRIP = Lazy(r"\b(?:drip|gtt|ivpb|piggyback|infusion)\b", re.IGNORECASE)


def read_details(page: Page, zone: Zone, draft: Draft) -> None:
    """Put into the draft what the zone tells, apart from times."""
    read_way(page, zone, draft)
    read_words(page, zone, draft)


def read_way(page: Page, zone: Zone, draft: Draft) -> None:
    """Put into the draft how much was given and which way."""
    _read_amounts(page, zone, draft)
    _read_route(page, zone, draft)
    _read_technique(page, zone, draft)


def amounts_in(page: Page, start: int, end: int) -> list[FoundQuantity]:
    """The amounts between two places, without those that are wasted, drained, a rate or the size of a vial."""
    found = [item for item in within(page.quantities, start, end) if not _is_rate(item)]
    for litres in _LITRES.finditer(page.text, start, end) if "L IV" in page.text else ():
        if all(item.start != litres.start() for item in found):
            found.append(FoundQuantity(litres.start(), litres.end(), Decimal(litres[1]), "L"))
    found.sort()
    waste = [match.span() for match in WASTE.finditer(page.text, start, end)]
    rates = [match.span() for match in _rates(page.text, start, end)]
    vials = [(vials.start, vials.end) for vials in find_vials(page.text)]
    return [item for item in found if not any(a <= item.start < b for a, b in (*waste, *rates, *vials))]


def _is_rate(item: FoundQuantity) -> bool:
    return item.unit.endswith(("/h", "/min", "/day", "/dL", "/mL", "/week")) or item.unit in ("kg", "lb", "%")


def is_dose(item: FoundQuantity) -> bool:
    """Whether an amount can be the dose of a medicine that was given, not one per body size."""
    return item.unit in _DOSES


_FROM = Lazy(r"\d[ ]?(?:-|\u2013|to)[ ]?\Z")
"""The first end of a range: "blood return checked every 2-3 mL" tells no volume that was given."""


def _read_amounts(page: Page, zone: Zone, draft: Draft) -> None:
    fluid = draft.admin_class in ("hydration", "flush")
    amounts = amounts_in(page, zone.start, zone.end)
    wanted = [item for item in amounts if (item.unit in ("mL", "L") if fluid else is_dose(item))]
    if not wanted and draft.admin_class in (
        "flush",
        "blood",
        "unknown",
        "contrast",
        "local_anaesthetic",
        "therapeutic",
    ):
        wanted = [item for item in amounts if item.unit in ("mL", "L", "units")]
    if not fluid and (volume := _of_strength(page, zone, amounts)) is not None:
        wanted = [volume]
    chosen = _settled_on(page.text, wanted) or _nearest(wanted, zone)
    if chosen and not draft.has("dose"):
        keep(page, zone, draft, "dose", page.text[chosen.start : chosen.end], chosen.start, chosen.end)
        draft.amount = f"{chosen.amount.normalize():f} {chosen.unit}"
    for item in amounts:
        quoted = page.text[item.start : item.end]
        if item.unit not in ("mL", "L") or draft.has("volume") or not (fluid or item is not chosen):
            continue
        if quoted[-1:].isalpha() and not _FROM.search(page.text, max(0, item.start - 6), item.start):
            keep(page, zone, draft, "volume", quoted, item.start, item.end)
    for rate in _rates(page.text, zone.start, zone.end):
        keep(page, zone, draft, "rates", rate[0].strip(" @"), rate.start(), rate.end())
    for length in within(page.durations, zone.start, zone.end):
        if draft.pump is None and length.minutes <= 24 * 60 and not _is_gap(page.text, length.start, length.end):
            keep(page, zone, draft, "duration", page.text[length.start : length.end], length.start, length.end)


def _settled_on(text: str, wanted: list[FoundQuantity]) -> FoundQuantity | None:
    """The amount that a computed one was rounded or capped to ("= 701 mg, rounded to 700 mg"): that one was given."""
    return next((item for item in reversed(wanted) if _ROUNDED.search(text, max(0, item.start - 28), item.start)), None)


def _of_strength(page: Page, zone: Zone, amounts: list[FoundQuantity]) -> FoundQuantity | None:
    """The volume that was given of a strength told right beside it: "5 mL of 20 mg/mL", "20 mg/mL, 5 mL"."""
    for strength in find_strengths(page.text):
        if strength.start < zone.start or zone.end < strength.end:
            continue
        for item in amounts:
            first, second = (item.end, strength.start) if item.start < strength.start else (strength.end, item.start)
            between = page.text[first : zone.drug_start] + page.text[zone.drug_end : second]
            if not first <= zone.drug_start <= zone.drug_end <= second:
                between = page.text[first:second]
            if item.unit == "mL" and first <= second and _JOINED.fullmatch(between):
                return item
    return None


_TIME_OF_STAY = Lazy(r"\b(?:chair|visit|room|nursing|encounter|clinic) time\b[^\n]*$", re.IGNORECASE)
_BEFORE_GAP = Lazy(
    r"(?:observ\w+|dwell\w*|held|paus\w+|wait\w*|pressure|after|at|every|within|monitor\w*|post|"
    r"flat)\b[^,;.]{0,14}$",
    re.IGNORECASE,
)
_AFTER_GAP = Lazy(
    r"[ -]*(?:observ\w+|dwell|later|after|prior|before|into|post|pre|wait|check|vitals|mark|pause|delay|ago|apart"
    r"|on(?=,| after| from))",
    re.IGNORECASE,
)


def _is_gap(text: str, start: int, end: int) -> bool:
    """Whether a length of time is not that of the infusion: a dwell, an observation, a pause, a moment in it."""
    before, after = text[max(0, start - 30) : start], text[end : end + 24]
    if _TIME_OF_STAY.search(before):
        return True
    return bool(_BEFORE_GAP.search(before) or _AFTER_GAP.match(after))


def _nearest(items: list[FoundQuantity], zone: Zone) -> FoundQuantity | None:
    """The dose: the first amount after the drug's name, else the last one before it."""
    after = [item for item in items if item.start >= zone.drug_end]
    before = [item for item in items if item.end <= zone.drug_start]
    if after and before and zone.drug_start - before[-1].end <= 4 and after[0].start - zone.drug_end > 4:
        return before[-1]
    return after[0] if after else before[-1] if before else None


def _ways(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Words for a way in. One through an artery may begin with any word: it is looked for only where one is named."""
    form = _ROUTE if "arter" in text[start:end].lower() else _ROUTE_NO_ARTERY
    return form.finditer(text, start, end)


def _rates(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    piece = text[start:end].lower()
    return _RATE.finditer(text, start, end) if "/" in piece or "per " in piece else iter(())


def _read_route(page: Page, zone: Zone, draft: Draft) -> None:
    found = [match for match in _ways(page.text, zone.start, zone.end) if not _is_access(page.text, match)]
    found = [match for match in found if not _of_what_followed(page.text, zone, match)]
    if draft.route is None and _IV_AT_END.search(page.text, zone.drug_start, zone.drug_end):
        draft.route = "intravenous"  # "Stelara IV 390 mg": the way is part of the product's name
        keep(page, zone, draft, "route", page.text[zone.drug_end - 2 : zone.drug_end], zone.drug_end - 2, zone.drug_end)
    if not found:
        found = list(_LINE_ROUTE.finditer(page.text, zone.start, zone.end))
    found.sort(
        key=lambda match: (
            not _leads(page.text, match, zone),
            match.start() < zone.drug_start,
            abs(match.start() - zone.drug_end),
        )
    )
    rare = [match for match in found if read_route_in(match[0], page.text) not in (None, "intravenous")]
    for match in (rare or found)[:1]:
        if draft.route is None and (route := read_route_in(match[0], page.text)):
            draft.route = route
            keep(page, zone, draft, "route", match[0].strip(), match.start(), match.end())
    if not found and draft.route is None:
        _read_head_of_line(page, zone, draft)
    if draft.route is None or not found:
        _read_same_place(page, zone, draft)
    injected = draft.never_by_vein if draft.route is None else draft.route in ("subcutaneous", "intramuscular")
    if injected and (site := _INJECTION_SITE.search(page.text, zone.start, zone.end)):
        keep(page, zone, draft, "site", site[0].strip(), site.start(), site.end())


def _of_what_followed(text: str, zone: Zone, match: re.Match[str]) -> bool:
    """Whether a way by mouth behind a comma is that of what a drip gave way to ("heparin drip, then X by mouth")."""
    if match.start() < zone.drug_end or read_route(match[0]) not in ("oral", "inhaled"):
        return False
    commas = [found.start() for found in _COMMA.finditer(text, zone.drug_end, match.start())]
    if not commas:
        return False
    comma = commas[-1]
    if _DRIP.search(text, zone.drug_start, comma):
        return True
    return bool(_ANOTHER_NAME.fullmatch(text, comma, match.start()) and _BY_VEIN.search(text, zone.drug_end, comma))


def _read_head_of_line(page: Page, zone: Zone, draft: Draft) -> None:
    head = _HEAD_OF_LINE.match(page.text, page.text.rfind("\n", 0, zone.start) + 1, max(zone.drug_start, zone.start))
    if head is not None and (route := read_route(head["way"])):
        draft.route = route
        keep(page, zone, draft, "route", head["way"], head.start("way"), head.end("way"))


def _leads(text: str, match: re.Match[str], zone: Zone) -> bool:
    """Whether a way stands right before the drug's name ("intralesional vinblastine for oral lesions")."""
    return match.end() <= zone.drug_start and not text[match.end() : zone.drug_start].strip()


def find_route(page: Page, start: int, end: int) -> re.Match[str] | None:
    """The first words between two places that name a way in other than a vein or the mouth."""
    for match in _ways(page.text, start, end):
        if read_route(match[0]) not in (None, "intravenous", "oral"):
            return match
    return None


def _read_same_place(page: Page, zone: Zone, draft: Draft) -> None:
    """ "Through the same tube": the way in is the one that was told just before."""
    same = _SAME_PLACE.search(page.text, zone.start, zone.end)
    if same is None:
        return
    earlier = [
        m
        for m in _ways(page.text, max(0, zone.start - 400), zone.start)
        if read_route(m[0]) not in (None, "intravenous", "oral")
    ]
    if earlier:
        draft.route = read_route(earlier[-1][0])
        draft.told["route"] = [page.said(earlier[-1][0].strip(), earlier[-1].start(), max(same.end(), zone.drug_end))]


_AFTER_ACCESS = Lazy(
    r" (?:site|access|line|started|placed|inserted|removed|d/c|dc'd|patent|flush|catheter|cannula|team|"
    r"fluids? (?:only|ordered))"
)
_BEFORE_ACCESS = Lazy(r"(?:\d\dg|gauge|new|the|peripheral|no other|other) $")


def _is_access(text: str, match: re.Match[str]) -> bool:
    """Whether "IV" only names a line ("20g IV R hand", "IV removed"), not the way of a drug."""
    if match[0].lower() not in ("iv", "i.v."):
        return False
    after = text[match.end() : match.end() + 26].lower()
    before = text[max(0, match.start() - 14) : match.start()].lower()
    if _DOSED.search(before):
        return False  # "290 mg IV started" is the drug's beginning, not that of a line
    return bool(_AFTER_ACCESS.match(after) or _BEFORE_ACCESS.search(before))


_DOSED = expression(r"(?:\d| )(?:mg|mcg|gm|grams?|units?|meq) \Z|\d ?g \Z")
_FLUID_BOLUS = Lazy(
    r"(?:\d[\d,.]* ?(?:m?L|cc|liters?)|NS|LR|saline|fluid|hydration|ringer'?s) bolus|bolus (?:of )?(?:NS|LR|saline|"
    r"fluids?)\b",
    re.IGNORECASE,
)
_PIGGYBACK = Lazy(r"[^;\n]{0,30}\b(?:IV ?PB|piggy-?back)\b", re.IGNORECASE)
_ROUTE_ONLY = Lazy(r"SQ|SC|IM|IT|sub-?.*|intra-?.*", re.IGNORECASE)
_PLACE_AFTER = Lazy(r"\W*(?:complete|reaction|related|center|clinic|suite|room|unit|chair)", re.IGNORECASE)


_WITHOUT = expression(r"\b(?:no|without|w/o|skip(?:ped)?|omit(?:ted)?)[ ](?:iv[ ])?\Z", re.IGNORECASE)


def _weight(text: str, match: re.Match[str]) -> int:
    """How little a word says of the technique: nouns and route words give way to what was done."""
    if _PLACE_AFTER.match(text, match.end()):
        return 4
    if _ROUTE_ONLY.fullmatch(match[0]):
        return 3
    return 2 if match[0].lower() in ("infusion", "infuse", "run", "running", "injection") else 1


def _read_technique(page: Page, zone: Zone, draft: Draft) -> None:
    if draft.technique is not None:
        return
    best: tuple[int, re.Match[str], str] | None = None
    if draft.admin_class == "hydration" and (bolus := _FLUID_BOLUS.search(page.text, zone.start, zone.end)):
        best = (1, bolus, "infusion")
    for match in _TECHNIQUE.finditer(page.text, zone.start, zone.end):
        technique = read_technique(match[0])
        if technique is None or (technique == "push" and draft.admin_class == "hydration"):
            continue
        if match[0].lower() == "bolus" and _PIGGYBACK.match(page.text, match.end(), zone.end):
            continue  # a loading dose that was hung
        if _WITHOUT.search(page.text, max(zone.start, match.start() - 12), match.start()):
            continue  # "connected to the pump (no bolus)"
        weight = _weight(page.text, match)
        if best is None or weight < best[0]:
            best = (weight, match, technique)
    if best:
        draft.technique = best[2]
        keep(page, zone, draft, "technique", best[1][0], best[1].start(), best[1].end())
