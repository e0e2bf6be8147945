"""What a zone of text tells of the one drug in it, apart from its times: dose, route, technique, site, waste, words.

A zone is the stretch of a statement, or the row of a table, that belongs to one drug.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.language.lazy import Lazy
from reviewer.language.quantity import FoundQuantity
from reviewer.language.vocabulary import read_route, read_route_in, read_technique

_ROUTE = Lazy(
    r"(?<![\w/])(?:"
    r"IV ?PB|IV[ -]?push(?:ed)?|IVP|IVSS|IV|i\.v\.|intravenous(?:ly)?|piggy-?back|"
    r"sub-?cutaneous(?:ly)?|sub-?cu?t|sub-?[ ]?q|SQ|(?-i:SC)|s\.c\.|s/c|"
    r"IM (?:in(?:to)? |to )?(?:the )?(?:(?:left|right|L|R|lt|rt)\.? )?(?:deltoid|(?:ventro|dorso)?glut(?:e|eal|eus)?|"
    r"thigh|vastus)|"
    r"IM|i\.m\.|intra-?muscular(?:ly)?|(?-i:IT)|intra-?thecal(?:ly)?|(?-i:IA|HAI|TACE|HAIP)|intra-?arterial(?:ly)?|"
    r"(?:in|into|via|through)? ?(?:the )?(?:\w+ )?(?:hepatic|femoral|carotid|iliac|ophthalmic|gastroduodenal|"
    r"vertebral|brachial|radial|tibial|popliteal|axillary|"
    r"cerebral|splenic|maxillary|lingual|facial) arter(?:y|ial)(?: (?:catheter|infusion|push|pump|line|sheath|"
    r"microcatheter))?|"
    r"chemo-?emboli[sz]ation|(?-i:IP)|intra-?peritoneal(?:ly)?|intra-?pleural(?:ly)?|chest tube|pleural (?:catheter|"
    r"cavity|space|drain)|pleurx|"
    r"intra-?lesional(?:ly)?|intra-?tumou?ral(?:ly)?|into (?:[\w-]+ ){0,5}(?:lesions?|mets|metasta\w+|nodules?|"
    r"keloids?|plaques?|warts?)|intra-?vesical(?:ly)?|(?:into )?(?:the "
    r")?bladder|"
    r"intra-?ventricular(?:ly)?|(?:via |into |through )?(?:the )?ommaya(?: reservoir)?|intra-?dermal(?:ly)?|"
    r"peritoneal (?:port|catheter|cavity)|(?:in(?:to)?|via|through|thru) (?:the |her |his |this )?(?:reservoir|tube|"
    r"drain)|"
    r"(?:via|through|thru|by|per) (?:the |a )?(?:\d+ ?fr(?:ench)? )?(?:foley|(?:urinary |urethral )catheter)|"
    r"p\.?o\.?|tabs?|tablets?|capsules?|by mouth|oral(?:ly)?|tab(?:let)?s?|capsules?|nebuli[sz](?:ed|er)|nebs?|"
    r"inhal(?:ed|er|ation)|topical(?:ly)?|sublingual(?:ly)?|"
    r"intranasal(?:ly)?|rectal(?:ly)?|suppository|ophthalmic|epidural|intraosseous"
    r")(?![\w])",
    re.IGNORECASE,
)
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
    r"(?:continuous(?:ly)? )?infus(?:ed|ion|ing|es|e)|gtt|drip|ran|running|run|hung|piggy-?back(?:ed)?|instill(?:ed|"
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
_WASTE = Lazy(
    r"(?:wast(?:ed?|age|ing)|discard(?:ed)?|JW|drug waste|remaining|residual)(?: (?:amount|of|was|drug))*[ :=]*"
    r"(?P<after>\d[\d,.]* ?(?:mg|mcg|g|units?|mL|iu)\b)(?! (?:given|infused|admin))|"
    r"(?P<before>\d[\d,.]* ?(?:mg|mcg|g|units?|mL|iu)\b)(?: \w+){0,2} (?:was |were )?(?:wasted|discarded|waste)\b|"
    r"(?P<none>\b(?:no (?:drug )?(?:waste|wastage)|(?:waste|wastage|discarded)[ :=]+(?:0|none|zero)(?: ?mg)?|nothing "
    r"discarded|0 ?mg (?:wasted|discarded)))",
    re.IGNORECASE,
)
_PRESENCE = Lazy(
    r"[^,;.()]{0,40}\b(?:continuous(?:ly)? (?:observ\w+|present|presence|monitor\w+ by|attend\w+)|"
    r"(?:RN|nurse|MD|Dr\.?(?: [A-Z]\w+)?|physician|provider|I|writer|NP|PA)\b[^,;.()]{0,30}\b(?:remained|stayed|"
    r"present|at (?:the )?(?:bed|chair)side|with (?:patient|pt))"
    r"[^,;.()]{0,40}\b(?:throughout|entire\w*|duration|whole time|during|for the)|(?:remained|stayed) (?:with|at|by|"
    r"in)[^,;.()]{0,60}|"
    r"at (?:the )?(?:bed|chair)side (?:throughout|for (?:the )?(?:entire|duration|whole)|during)[^,;.()]{0,30}|never "
    r"left[^,;.()]{0,30}|(?:never leaving|did not leave|without leaving) (?:the |his |her )?"
    r"(?:chair|bed(?:side)?|room|patient|pt|side)|unattended)",
    re.IGNORECASE,
)
_BY = Lazy(
    r"\b(?:by|per) (?:the )?((?:Dr\.?(?: [A-Z][\w'-]+)?|MD|DO|(?:the )?(?:physician|provider|oncologist|surgeon|"
    r"radiologist|neurologist|nurse practitioner|NP|APRN|PA(?:-C)?|RN|nurse|writer|fellow))"
    r"(?: [A-Z][\w'-]+)?|[A-Z]\.? ?[A-Z][a-z]+,? (?:RN|MD|NP|PA|DO|LPN)[\w, -]{0,6}|(?:self|this (?:RN|nurse|writer)))",
)
_RATE = Lazy(
    r"(?:@|at|rate(?: of| to)?:?)?\s*\d[\d,.]*\s?(?:mL|cc|ml|mg|mcg|units?|gtts?|g)(?:/kg)?\s?(?:/|per )\s?(?:hr?|"
    r"hours?|min(?:ute)?)\b",
    re.IGNORECASE,
)
_PRODUCT = Lazy(r"\b(?:product|manufacturer|mfr|brand)[ :#]+([A-Z][\w .-]{2,30})")
_NDC = Lazy(r"\bNDC[ :#]*(\d{4,5}-?\d{3,4}-?\d{1,2})", re.IGNORECASE)
_DEVICE = Lazy(
    r"\b(?:on-?[ ]?body(?: injector| device| inj)?|onpro|(?-i:OBI))\b(?: (?:kit|injector|device|applied))*",
    re.IGNORECASE,
)
_LESIONS = Lazy(
    r"\b(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)(?: \w+){0,3}? "
    r"(?:lesions?|mets|nodules?|keloids?|warts?|plaques?|tumou?rs|metasta\w+)\b"
    r"|\b(?:lesions?|nodules?)(?: (?:injected|treated|count|total|number))*[ :=x#]+\d{1,3}\b",
    re.IGNORECASE,
)
_CONTAINER = Lazy(
    r"\b(?:SDV|MDV|single[- ](?:dose|use)(?: vial| syringe)?|multi[- ]?(?:ple)?[- ]?dose(?: vial)?|pre-?filled "
    r"syringe)\b",
    re.IGNORECASE,
)
_LUMEN = Lazy(
    r"\b(?:(?:proximal|distal|medial|red|white|blue|brown|purple|second|first|other|separate|same|grey|gray) "
    r"(?:lumen|port of (?:the )?PICC))\b",
    re.IGNORECASE,
)
_CONCURRENT = Lazy(
    r"\b(?:y-?(?:sited?|'d(?: in)?)(?: (?:in)?to[^,;.]{0,30})?|via y-?site|concurrent(?:ly)?|simultaneous(?:ly)?|"
    r"(?:running |ran |"
    r"infused? |infusing |given )?(?:at|over) the same time|at same time|"
    r"alongside|in parallel|co-?infus\w+|(?:separate|own) bag|same (?:start|time)|together with|side by side|"
    r"piggybacked (?:in)?to (?:the )?(?:running|main)\w*)",
    re.IGNORECASE,
)
_PURPOSE = Lazy(
    r"\b(?:KVO|TKO|(?:to )?keep (?:the )?(?:vein|line|iv)(?: open)?|carrier(?: fluid)?|main ?line(?: fluid)?|"
    r"flush(?:ed|es)?|irrigat(?:ed|ion)|lock(?:ed)?|"
    r"(?:pre|post)-?[ ]?hydration|(?:re)?hydration|for (?:[\w/]+ ){0,4}?(?:dehydration|hydration|volume depletion|"
    r"hypovolemia|orthostasis|hypotension|nephrotoxicity|renal protection|nephroprotection)|"
    r"dehydration|pre-?med(?:s|ication|ications|icated)?|pre-?treatment|prophyla(?:xis|ctic)|"
    r"for (?:[\w/-]+ ){0,3}(?:nausea(?: and vomiting|/vomiting)?|n/v|vomiting|emesis|pain|itching|reaction|rigors|"
    r"hives|anxiety|fever|headache))(?![\w])",
    re.IGNORECASE,
)
_GIVEN_WORDS = Lazy(
    r"\b(?:given|gave|administered|infused|ran|hung|started|start|begun|began|initiated|completed?|finished|stopped|"
    r"received|instilled|injected|pushed|"
    r"bolused|restarted|connected|refilled|delivered|in progress|infusing|running|applied|off|done)\b",
    re.IGNORECASE,
)
_STOPPED_EARLY = Lazy(
    r"(?:infusion |drip |it |bag )?(?:was )?(?:stopped|discontinued|d/?c'?d|aborted|terminated|halted)(?: (?:early|"
    r"immediately|at \d+ ?min(?:utes)?|after \d[\w ]{0,20}|prematurely))?[^.;|]{0,60}?"
    r"(?:not (?:restarted|resumed|completed|rechallenged)|(?:for|due to|d/t|because of|2/2|secondary to|after) "
    r"(?:an? |the |severe |mild |moderate |grade \d |allergic |infusion |hypersensitivity )*"
    r"(?:reaction|rxn|hypersensitivity|infiltrat\w+|extravasat\w+|anaphyla\w+|hypotension|chest \w+|dyspnea|rigors|"
    r"flushing|rash|hives)[^.;|]{0,40}(?:not (?:restarted|resumed))?)|"
    r"\b(?:stopped|discontinued|d/c'd) early\b[^.;|]{0,40}|\b(?:infusion |dose )?(?:aborted|not completed)\b|"
    r"\bunable to complete\b|\bpartial dose\b",
    re.IGNORECASE,
)
_SAME_PLACE = Lazy(
    r"\b(?:through|via|into|in|by)\b (?:the |same |this |that )*(?:tube|catheter|drain|reservoir|needle|sheath|"
    r"artery|cavity|space|microcatheter)\b",
    re.IGNORECASE,
)
_LITRES = Lazy(r"(?<![\d.])(\d(?:\.\d)?) ?L(?= IV\b)")
_DOSES = ("mg", "g", "mcg", "units", "iu", "meq", "mmol", "mCi", "GBq", "MBq", "ng", "vial", "tablet", "capsule")
_MONITORED = Lazy(r"monitor\w* (?:throughout|continuous\w*)|throughout with no", re.IGNORECASE)


class Zone(NamedTuple):
    """text[start:end], with the drug's name at drug_start..drug_end; both -1 where the drug is named elsewhere."""

    start: int
    end: int
    drug_start: int
    drug_end: int


def quote_span(zone: Zone, start: int, end: int) -> tuple[int, int]:
    """The quote for a value at start..end: from the drug's name to the value, or the whole zone."""
    if zone.drug_start < 0:
        return zone.start, zone.end
    return min(zone.drug_start, start), max(zone.drug_end, end)


def read_details(page: Page, zone: Zone, draft: Draft) -> None:
    """Put into the draft what the zone tells, apart from times."""
    _read_amounts(page, zone, draft)
    _read_words(page, zone, draft)
    _read_route(page, zone, draft)
    _read_technique(page, zone, draft)


def _keep(page: Page, zone: Zone, draft: Draft, name: str, text: str, start: int, end: int) -> None:
    first, last = quote_span(zone, start, end)
    draft.add(name, page.said(text, first, last))


def amounts_in(page: Page, start: int, end: int) -> list[FoundQuantity]:
    """The amounts between two places, without those that are wasted, drained or a rate."""
    found = [item for item in within(page.quantities, start, end) if not _is_rate(item)]
    for litres in _LITRES.finditer(page.text, start, end):
        if all(item.start != litres.start() for item in found):
            found.append(FoundQuantity(litres.start(), litres.end(), Decimal(litres[1]), "L"))
    found.sort()
    waste = [match.span() for match in _WASTE.finditer(page.text, start, end)]
    rates = [match.span() for match in _RATE.finditer(page.text, start, end)]
    return [item for item in found if not any(a <= item.start < b for a, b in (*waste, *rates))]


def _is_rate(item: FoundQuantity) -> bool:
    return item.unit.endswith(("/h", "/min", "/day", "/dL", "/mL", "/week")) or item.unit in ("kg", "lb", "%")


def is_dose(item: FoundQuantity) -> bool:
    """Whether an amount can be the dose of a medicine that was given, not one per body size."""
    return item.unit in _DOSES


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
    chosen = _nearest(wanted, zone)
    if chosen and not draft.has("dose"):
        _keep(page, zone, draft, "dose", page.text[chosen.start : chosen.end], chosen.start, chosen.end)
        draft.amount = f"{chosen.amount.normalize():f} {chosen.unit}"
    for item in amounts:
        if item.unit in ("mL", "L") and (fluid or item is not chosen) and not draft.has("volume"):
            _keep(page, zone, draft, "volume", page.text[item.start : item.end], item.start, item.end)
    for rate in _RATE.finditer(page.text, zone.start, zone.end):
        _keep(page, zone, draft, "rates", rate[0].strip(" @"), rate.start(), rate.end())
    for length in within(page.durations, zone.start, zone.end):
        if draft.pump is None and length.minutes <= 24 * 60 and not _is_gap(page.text, length.start, length.end):
            _keep(page, zone, draft, "duration", page.text[length.start : length.end], length.start, length.end)


def _is_gap(text: str, start: int, end: int) -> bool:
    """Whether a length of time is not that of the infusion: a dwell, an observation, a pause, a moment in it."""
    before, after = text[max(0, start - 30) : start], text[end : end + 24]
    return bool(
        re.search(
            r"(?:observ\w+|dwell\w*|held|paus\w+|wait\w*|pressure|after|at|every|within|monitor\w*|post|"
            r"flat)\b[^,;.]{0,14}$",
            before,
            re.I,
        )
        or re.match(
            r"[ -]*(?:observ\w+|dwell|later|after|prior|before|into|post|pre|wait|check|vitals|mark|pause|delay|ago)",
            after,
            re.I,
        )
    )


def _nearest(items: list[FoundQuantity], zone: Zone) -> FoundQuantity | None:
    """The dose: the first amount after the drug's name, else the last one before it."""
    after = [item for item in items if item.start >= zone.drug_end]
    before = [item for item in items if item.end <= zone.drug_start]
    if after and before and zone.drug_start - before[-1].end <= 4 and after[0].start - zone.drug_end > 4:
        return before[-1]
    return after[0] if after else before[-1] if before else None


_WHOLE = (
    ("device", _DEVICE),
    ("container", _CONTAINER),
    ("lumen", _LUMEN),
    ("concurrent", _CONCURRENT),
    ("lesions", _LESIONS),
)
_PARTS = (("ndc", _NDC), ("product", _PRODUCT), ("performed_by", _BY))
_STEMS: dict[str, tuple[str, ...]] = {
    "discarded": ("wast", "discard", "jw", "remaining", "residual"),
    "presence": (
        "continuous",
        "remain",
        "stay",
        "present",
        "side",
        "never lea",
        "not leave",
        "out leav",
        "never left",
        "unattended",
        "with p",
    ),
    "device": ("body", "onpro", "obi"),
    "container": ("sdv", "mdv", "dose", "use", "filled"),
    "lumen": ("lumen", "picc"),
    "concurrent": ("site", "y'd", "concurr", "simult", "same", "side", "parallel", "co", "bag", "together", "piggy"),
    "ndc": ("ndc",),
    "product": ("product", "manuf", "mfr", "brand"),
    "performed_by": ("by", "per"),
    "lesions": ("lesion", "nodul", "keloid", "wart", "plaque", "mets", "tumor", "tumour", "metasta"),
    "early": ("stop", "discontinu", "d/c", "dc'd", "abort", "terminat", "halt", "unable", "partial", "not completed"),
}
"""Stems of which a zone must hold one before a form is looked for."""


def _read_words(page: Page, zone: Zone, draft: Draft) -> None:
    text, (start, end) = page.text, zone[:2]
    low = text[start:end].lower()
    likely = {name for name, stems in _STEMS.items() if any(stem in low for stem in stems)}
    for waste in _WASTE.finditer(text, start, end) if "discarded" in likely else ():
        group = waste["after"] or waste["before"]
        _keep(page, zone, draft, "discarded", group or waste[0], waste.start(), waste.end())
    for presence in _PRESENCE.finditer(text, start, end) if "presence" in likely else ():
        if not _MONITORED.search(presence[0]):
            _keep(page, zone, draft, "presence", presence[0], presence.start(), presence.end())
    for name, form in _WHOLE:
        if name in likely and (found := form.search(text, start, end)):
            _keep(page, zone, draft, name, found[0], found.start(), found.end())
    for name, form in _PARTS:
        if name in likely and not draft.has(name) and (found := form.search(text, start, end)):
            _keep(page, zone, draft, name, found[1], found.start(), found.end())
    if purpose := _purpose(text, zone, draft):
        _keep(page, zone, draft, "purpose", purpose[0], purpose.start(), purpose.end())
    _read_status(page, zone, draft, "early" in likely)


def _read_status(page: Page, zone: Zone, draft: Draft, may_be_early: bool) -> None:
    early = _STOPPED_EARLY.search(page.text, zone.start, zone.end) if may_be_early else None
    if early:
        _keep(page, zone, draft, "status", early[0], early.start(), early.end())
    elif draft.fate == "given" and (given := _GIVEN_WORDS.search(page.text, zone.start, zone.end)):
        _keep(page, zone, draft, "status", given[0], given.start(), given.end())


def _purpose(text: str, zone: Zone, draft: Draft) -> re.Match[str] | None:
    """The first words of a purpose; a flush after a drug ("then 1 cc flush") is not what the drug was for."""
    may_flush = draft.admin_class in ("hydration", "flush") or draft.ingredient.startswith("heparin")
    for found in _PURPOSE.finditer(text, zone.start, zone.end):
        if may_flush or not re.match(r"flush|irrigat|lock", found[0], re.IGNORECASE):
            return found
    return None


def _read_route(page: Page, zone: Zone, draft: Draft) -> None:
    found = [match for match in _ROUTE.finditer(page.text, zone.start, zone.end) if not _is_access(page.text, match)]
    if not found:
        found = list(_LINE_ROUTE.finditer(page.text, zone.start, zone.end))
    found.sort(key=lambda match: (match.start() < zone.drug_start, abs(match.start() - zone.drug_end)))
    rare = [match for match in found if read_route_in(match[0], page.text) not in (None, "intravenous")]
    for match in (rare or found)[:1]:
        if draft.route is None and (route := read_route_in(match[0], page.text)):
            draft.route = route
            _keep(page, zone, draft, "route", match[0].strip(), match.start(), match.end())
    if draft.route is None or not found:
        _read_same_place(page, zone, draft)
    if draft.route in ("subcutaneous", "intramuscular") and (
        site := _INJECTION_SITE.search(page.text, zone.start, zone.end)
    ):
        _keep(page, zone, draft, "site", site[0].strip(), site.start(), site.end())


def find_route(page: Page, start: int, end: int) -> re.Match[str] | None:
    """The first words between two places that name a way in other than a vein or the mouth."""
    for match in _ROUTE.finditer(page.text, start, end):
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
        for m in _ROUTE.finditer(page.text, max(0, zone.start - 400), zone.start)
        if read_route(m[0]) not in (None, "intravenous", "oral")
    ]
    if earlier:
        draft.route = read_route(earlier[-1][0])
        draft.told["route"] = [page.said(earlier[-1][0].strip(), earlier[-1].start(), max(same.end(), zone.drug_end))]


def _is_access(text: str, match: re.Match[str]) -> bool:
    """Whether "IV" only names a line ("20g IV R hand", "IV removed"), not the way of a drug."""
    if match[0].lower() not in ("iv", "i.v."):
        return False
    after = text[match.end() : match.end() + 26].lower()
    before = text[max(0, match.start() - 14) : match.start()].lower()
    return bool(
        re.match(
            r" (?:site|access|line|started|placed|inserted|removed|d/c|dc'd|patent|flush|catheter|cannula|team|"
            r"fluids? (?:only|ordered))",
            after,
        )
        or re.search(r"(?:\d\dg|gauge|new|the|peripheral|no other|other) $", before)
    )


_FLUID_BOLUS = Lazy(
    r"(?:\d[\d,.]* ?(?:m?L|cc|liters?)|NS|LR|saline|fluid|hydration|ringer'?s) bolus|bolus (?:of )?(?:NS|LR|saline|"
    r"fluids?)\b",
    re.IGNORECASE,
)
_ROUTE_ONLY = Lazy(r"SQ|SC|IM|IT|sub-?.*|intra-?.*", re.IGNORECASE)
_PLACE_AFTER = Lazy(r"\W*(?:complete|reaction|related|center|clinic|suite|room|unit|chair)", re.IGNORECASE)


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
        weight = _weight(page.text, match)
        if best is None or weight < best[0]:
            best = (weight, match, technique)
    if best:
        draft.technique = best[2]
        _keep(page, zone, draft, "technique", best[1][0], best[1].start(), best[1].end())
