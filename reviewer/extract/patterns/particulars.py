"""The particulars a zone tells beside dose, way and times: waste, presence, lesions, purpose, and what became of it."""

from __future__ import annotations

import re

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.zones import Zone, keep
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.lesions import find_lesions

WASTE = Lazy(
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
_PRODUCT = Lazy(
    r"\b(?:[Pp]roduct|[Mm]anufacturer|[Mm]anufactured by|[Mm]fr|MFR|[Mm]fg|[Bb]rand)\.?[ :#]+"
    r"([A-Z][\w .'’-]{2,30}?)(?=[ ]*(?:[,;|()\n:]|\b(?:lot|exp|ndc|NDC|Lot|LOT|Exp|EXP)\b|\.(?:\s|$)|$))"
)
_NDC = Lazy(r"\bNDC[ :#]*(\d{4,5}-?\d{3,4}-?\d{1,2})", re.IGNORECASE)
_DEVICE = Lazy(
    r"\b(?:on-?[ ]?body(?: injector| device| inj)?|onpro|(?-i:OBI))\b(?: (?:kit|injector|device|applied))*",
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
    r"alongside|in parallel|co-?infus\w+|(?:separate|sep\.?|own|(?:2|two)) bags?|"
    r"same (?:start|time)|together with|side by side|piggybacked (?:in)?to (?:the )?(?:running|main)\w*)",
    re.IGNORECASE,
)
_KIDNEYS = (
    r"to (?:help )?(?:protect|preserve|support|spare|guard|shield) (?:the |his |her |their )?(?:kidneys?"
    r"|renal function|kidney function)|"
    r"to (?:help )?(?:prevent|reduce|minimi[sz]e|limit|lessen|avoid) (?:[\w-]+ ){0,3}?(?:nephrotoxicity|nephropathy|"
    r"(?:renal|kidney) (?:injury|damage|toxicity|failure|insufficiency)|aki)|"
    r"(?:renal|kidney|nephro)[ -]?protect(?:ion|ive)"
)
PROTECTS = Lazy(rf"\b(?:{_KIDNEYS})\b", re.IGNORECASE)
"""Words by which a fluid is given for the kidneys' sake."""
_PURPOSE = Lazy(
    rf"\b(?:{_KIDNEYS}|"
    r"KVO|TKO|(?:to )?keep (?:the )?(?:vein|line|iv)(?: open)?|carrier(?: fluid)?|main ?line(?: fluid)?|"
    r"flush(?:ed|es)?|irrigat(?:ed|ion)|lock(?:ed)?|"
    r"(?:pre|post)-?[ ]?hyd(?:ration)?|(?:re)?hydration|re-?hydrate|(?:re-?)?hydrated(?= (?:with|by|using|on)\b)|"
    r"for (?:[\w/]+ ){0,4}?(?:dehydration|dehyd|hydration|volume depletion|"
    r"hypovolemia|orthostasis|hypotension|nephrotoxicity|(?:renal|kidney) protection|nephroprotection)|"
    r"dehydration|(?<!not )dehydrated|orthostatic|"
    r"pre-?med(?:s|ication|ications|icated)?|pre-?treatment|prophyla(?:xis|ctic)|"
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
_MONITORED = Lazy(r"monitor\w* (?:throughout|continuous\w*)|throughout with no", re.IGNORECASE)
_WHOLE = (
    ("device", _DEVICE),
    ("container", _CONTAINER),
    ("lumen", _LUMEN),
    ("concurrent", _CONCURRENT),
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
    "lesions": ("lesion", "nodul", "keloid", "wart", "plaque", "mets", "tumor", "tumour", "metasta", "all "),
    "early": ("stop", "discontinu", "d/c", "dc'd", "abort", "terminat", "halt", "unable", "partial", "not completed"),
}
"""Stems of which a zone must hold one before a form is looked for."""


_HEADS_FLUID = Lazy(
    r"(?<![\w-])(?:IV )?(?:(?:pre|post|re)-?[ ]?)?hydration(?= ?(?:[\w/-]+ ){0,4}?[\w/-]*[ ]?:[ ]*\Z)", re.IGNORECASE
)
"""What heads a fluid on its line tells what it was for: "Hydration: NS 1 L 0800-1000"."""
_AFTERWARDS = expression(r"flush|irrigat|lock", re.IGNORECASE)
_OF_THE_LINE = expression(r"flush|irrigat|lock|main|carrier|kvo|tko|to keep|keep", re.IGNORECASE)


def read_words(page: Page, zone: Zone, draft: Draft) -> None:
    """Take waste, presence, lesions, purpose and the like, and the words that tell what became of the dose."""
    text, (start, end) = page.text, zone[:2]
    low = text[start:end].lower()
    likely = {name for name, stems in _STEMS.items() if any(stem in low for stem in stems)}
    for waste in WASTE.finditer(text, start, end) if "discarded" in likely else ():
        group = waste["after"] or waste["before"]
        keep(page, zone, draft, "discarded", group or waste[0], waste.start(), waste.end())
    for presence in _PRESENCE.finditer(text, start, end) if "presence" in likely else ():
        if not _MONITORED.search(presence[0]):
            keep(page, zone, draft, "presence", presence[0], presence.start(), presence.end())
    for name, form in _WHOLE:
        if name in likely and (found := form.search(text, start, end)):
            keep(page, zone, draft, name, found[0], found.start(), found.end())
    if "lesions" in likely and (counted := find_lesions(text, start, end)):
        keep(page, zone, draft, "lesions", text[slice(*counted)], *counted)
    for name, form in _PARTS:
        if name in likely and not draft.has(name) and (found := form.search(text, start, end)):
            keep(page, zone, draft, name, found[1], found.start(), found.end())
    if purpose := _purpose(page, zone, draft):
        keep(page, zone, draft, "purpose", purpose[0], purpose.start(), purpose.end())
    _read_status(page, zone, draft, "early" in likely)


def _read_status(page: Page, zone: Zone, draft: Draft, may_be_early: bool) -> None:
    early = _STOPPED_EARLY.search(page.text, zone.start, zone.end) if may_be_early else None
    if early:
        keep(page, zone, draft, "status", early[0], early.start(), early.end())
    elif draft.fate == "given" and (given := _GIVEN_WORDS.search(page.text, zone.start, zone.end)):
        keep(page, zone, draft, "status", given[0], given.start(), given.end())


def _purpose(page: Page, zone: Zone, draft: Draft) -> re.Match[str] | None:
    """The first words of a purpose; a flush after a drug ("then 1 cc flush") is not what the drug was for.

    Nor is what was done with the line once a fluid had ended ("NS complete, saline lock").
    """
    text = page.text
    may_flush = draft.admin_class in ("hydration", "flush") or draft.ingredient.startswith("heparin")
    for found in _PURPOSE.finditer(text, zone.start, zone.end):
        if not may_flush and _OF_THE_LINE.match(found[0]):
            continue  # a medicine through the main line, beside a carrier, is none itself
        told = within(page.events, max(zone.drug_end, zone.start), found.start())
        if _AFTERWARDS.match(found[0]) and any(word.kind == "stop" for word in told):
            continue
        return found
    if draft.admin_class == "hydration":
        return _HEADS_FLUID.search(text, max(0, zone.drug_start - 80), zone.drug_start)
    return None
