"""Words as written to the terms of the contract: "IVPB" is intravenous and an infusion, "SQ" is subcutaneous.

Every reader returns a value of `validator/facts.py`, or None when the words name none, or name several. All
matching is on whole words; abbreviations that are also plain words (IT, IA, ID) count only in capitals.
"""

from __future__ import annotations

import re
from typing import cast

from reviewer.language.access import BLADDER, VENOUS_DEVICES, devices_in, find_access, read_access_kind, read_location
from reviewer.language.lazy import Lazy
from reviewer.language.pump_words import read_pump_action, read_pump_kind, read_pump_owner
from reviewer.language.terms import first, named_in, sole, table
from validator.facts import (
    Payer,
    Presence,
    PrimaryReason,
    Purpose,
    Route,
    ServiceKind,
    Setting,
    Status,
    Technique,
)

__all__ = [
    "find_access",
    "read_access_kind",
    "read_count",
    "read_device",
    "read_location",
    "read_payer",
    "read_presence",
    "read_primary_reason",
    "read_pump_action",
    "read_pump_kind",
    "read_pump_owner",
    "read_purpose",
    "read_route",
    "read_route_in",
    "read_service_kind",
    "read_setting",
    "read_status",
    "read_technique",
    "tells_flush",
    "tells_giving",
]

_ROUTES = table(
    intraventricular=r"intra-?ventricular(?:ly)?|ommaya(?:[ ]reservoir)?|rickham|ventricular[ ]reservoir",
    intraperitoneal=r"intra-?peritoneal(?:ly)?|(?-i:IP)|peritoneal[ ](?:port|catheter|cavity)",
    intrapleural=r"intra-?pleural(?:ly)?|pleural[ ](?:catheter|cavity|space|drain)|pleurx|chest[ ]tube"
    r"|pleurodesis",
    intralesional=r"intra-?lesional(?:ly)?|intra-?tumou?ral(?:ly)?|into[ ](?:[\w-]+[ ]){0,5}(?:lesions?|mets"
    r"|metasta\w+|nodules?|keloids?|plaques?|warts?)"
    r"|lesions?[ ]injected",
    intravesical=r"intra-?vesical(?:ly)?|(?:into[ ](?:the[ ])?)?" + BLADDER + r"(?:[ ]instill\w*)?"
    r"|intravesicular(?:ly)?|(?:via|through|thru|by|per)[ ](?:the[ ]|a[ ])?(?:\d+[ ]?fr(?:ench)?[ ])?"
    r"(?:foley|(?:urinary|urethral)[ ]catheter)",
    intrathecal=r"intra-?thecal(?:ly)?|(?-i:IT)|lumbar[ ]puncture|spinal[ ](?:tap|needle|injection)|(?-i:LP)"
    r"|in(?:to)?[ ](?:the[ ])?(?:CSF|thecal[ ]sac)",
    intra_arterial=r"intra-?arterial(?:ly)?|(?-i:IA|HAI|TACE|HAIP)|chemo-?emboli[sz]ation"
    r"|arterial[ ](?:catheter|infusion|push|pump|chemo\w*|injection|port|access|sheath)|\w+[ ]arter(?:y|ies)",
    intradermal=r"intra-?dermal(?:ly)?|(?-i:ID)(?=[ ](?:inj|test|left|right|L\b|R\b|to))",
    subcutaneous=r"scig|sub-?[ ]?cutaneous(?:ly)?|sub-?[ ]?cu?t|sub-?[ ]?q|sq|(?-i:SC)|s\.c\.|s/c|hypodermoclysis"
    r"|(?:under|beneath)[ ](?:the[ ]|her[ ]|his[ ])?skin",
    intramuscular=r"intra-?muscular(?:ly)?|(?-i:IM)|i\.m\.|into[ ](?:the[ ]|her[ ]|his[ ]|a[ ])?(?:\w+[ ])?muscle",
    oral=r"p\.?o\.?|odt|by[ ]mouth|oral(?:ly)?|swallowed|tab(?:let)?s?|capsules?",
    topical=r"topical(?:ly)?|transdermal|ointment|cream|patch",
    inhaled=r"inhal(?:ed|ation|er)|nebuli[sz](?:ed|er)|nebs?|(?-i:MDI|HFA)",
    other=r"rectal(?:ly)?|(?-i:PR)|suppository|sublingual(?:ly)?|intranasal(?:ly)?|ophthalmic"
    r"|intraosseous|epidural"
    r"|intra-?articular|buccal|vaginal(?:ly)?",
    intravenous=r"(?<!stage[ ])(?<!grade[ ])(?<!factor[ ])iv(?:pb|p|ss|f)?|intra-?venous(?:ly)?|i\.v\."
    r"|piggy-?back(?:ed)?",
)
_ROUTE_PLACES = table(
    intramuscular=r"deltoid|(?:ventro|dorso)?glut(?:e|eus|eal)?(?:[ ]muscle)?|vastus(?:[ ]lateralis)?|muscle",
    intravenous=r"pivs?|picc|midline|mediport|port-?a-?cath|power-?port|port|cvc"
    r"|central[ ](?:venous[ ])?(?:line|catheter)"
    r"|hickman|broviac|groshong|saline[ ]lock|hep-?lock|y-?site[d]?|vein|(?-i:PAC)|angio-?cath\w*|huber"
    r"|\d\d[ ]?g(?:a|auge)?,?[ ](?:\w+[ ])?(?:r|l|rt|lt|right|left)\b|(?:r|l|right|left)[ ](?:fa|forearm|hand|ac"
    r"|arm|wrist)[ ]\d\d[ ]?g",
)


_SMALL_WAYS: dict[str, Route] = {"im": "intramuscular", "sc": "subcutaneous"}
"""Ways in small letters, which within other words are words of their own."""


def read_route(text: str) -> str | None:
    """The way into the body. A line named alone (PIV, PICC, port) means intravenous; a port is never arterial."""
    if (alone := _SMALL_WAYS.get(text.strip())) is not None:
        return alone
    named = named_in(_ROUTES, text)
    if set(named) == {"intraventricular", "intrathecal"}:
        return "intraventricular"
    if named:
        return cast(Route, named[0]) if len(named) == 1 else None
    return sole(_ROUTE_PLACES, text)


_BARE_WAY = Lazy(
    r"(?<!\w)(?:in(?:to)?|via|through|thru|per)[ ](?:(?:the|this|her|his|same)[ ])*(reservoir|port|catheter|tube|drain)"
    r"(?!\w)",
    re.IGNORECASE,
)
_WAY_OF_DEVICE: dict[str, tuple[tuple[str, Route], ...]] = {
    "reservoir": (("ommaya_reservoir", "intraventricular"),),
    "port": (("peritoneal_port", "intraperitoneal"),),
    "catheter": (("peritoneal_catheter", "intraperitoneal"), ("pleural_catheter", "intrapleural")),
    "tube": (("pleural_catheter", "intrapleural"),),
    "drain": (("pleural_catheter", "intrapleural"), ("peritoneal_catheter", "intraperitoneal")),
}
_PUMP_RESERVOIR = Lazy(r"\bpump\b", re.IGNORECASE)


def read_route_in(text: str, note: str) -> str | None:
    """The way into the body where a bare "into the reservoir" or "via the port" is the one device the note names."""
    bare = _BARE_WAY.fullmatch(text.strip())
    if bare is None:
        return read_route(text)
    ways = _WAY_OF_DEVICE[bare[1].lower()]
    devices = devices_in(note)
    named = [route for device, route in ways if device in devices]
    if bare[1].lower() == "reservoir":
        return named[0] if named and not _PUMP_RESERVOIR.search(note) else None
    if devices & VENOUS_DEVICES or len(named) != 1:
        return read_route(text)
    return named[0]


_FLUID_BOLUS = Lazy(
    r"\b(?:fluid|ns|saline|lr|ringer'?s|hydration|d5\w*|\d+[ ]?(?:l|ml|cc|liters?))[ ]bolus(?:es)?\b"
    r"|\bbolus[ ](?:of[ ])?(?:ns|lr|saline|fluids?)\b",
    re.IGNORECASE,
)
_PUMPS = table(
    pump=r"cadd\S*|(?:portable|ambulatory|wearable|elastomeric|implant\w*|home|take-?home|HAI|hepatic"
    r"|clinic|synchromed)"
    r"(?:[ -]\w+){0,2}[ ](?:pump|device)|elastomeric|infusor|easypump|homepump|synchromed|curlin"
    r"|dosi-?fuser|pump[ ]refill\w*",
)
_TECHNIQUES = table(
    push=r"(?:slow[ ])?ivp|iv[ -]?push(?:ed)?|push(?:ed)?|pushes|bolus(?:ed)?|iv[ ]inject\w*|inject\w*[ ]iv"
    r"|intravenous[ ]injection"
    r"|hand-?[ ]?held[ ]syringe|by[ ]syringe[ ](?:into|through|via|over)",
    infusion=r"iv[ ]?pb|ivss|ivf|flow[ ](?:on|off)|syringe[ ](?:driver|pump)|freedom[ ]?(?:60|edge)|piggy-?back(?:ed)?"
    r"|(?:by|via|on|per|through)[ ](?:an?[ ]|the[ ])?(?:infusion[ ]|iv[ ]|roller[ ]|power[ ])?pump"
    r"|infus(?:e|ed|es|ing|ion|ions)|drip|ran|run(?:ning|s)?|hung|hangs"
    r"|continuous[ ]infusion",
    injection=r"inject(?:ed|ion|ions|able)?|instill(?:ed|ation)?|sq|sub-?[ ]?q|sub-?cut\w*|(?-i:SC|IM"
    r"|IT)|intra-?(?:muscular|thecal"
    r"|dermal|lesional)(?:ly)?|shot|on-?body[ ]injector",
)


def read_technique(text: str) -> str | None:
    """How it was given. "pump" is a pump that goes with the patient; a pole pump is an infusion."""
    if named_in(_PUMPS, text):
        return "pump"
    named = named_in(_TECHNIQUES, _FLUID_BOLUS.sub(" infusion ", text))
    if set(named) == {"push", "injection"}:
        return "push"
    return cast(Technique, named[0]) if len(named) == 1 else None


_AS_ORDERED = Lazy(
    r"\b(?:as|per|according[ ]to)[ ](?:the[ ])?(?:order(?:ed|s)?|plan(?:ned)?|protocol|scheduled?"
    r"|directed)\b",
    re.IGNORECASE,
)
_STATUSES = table(
    stopped_early=r"stopped[ ]early|(?:stopped|discontinued|d/?c'?d|terminated|aborted)[ ](?:early|due"
    r"|for|because|d/t|2/2|secondary|after)"
    r"|aborted|not[ ](?:fully[ ])?completed?|not[ ](?:re-?started|resumed|re-?challenged|re-?initiated)"
    r"|partial(?:ly)?[ ](?:dose|given|infused)|remain(?:der"
    r"|ing)[ ](?:\w+[ ]){0,3}(?:wasted|discarded|not[ ]given)"
    r"|unable[ ]to[ ]complete",
    refused=r"refus(?:ed|es|al|ing)|declin(?:ed|es|ing)",
    held=r"(?<!hand-)(?<!hand[ ])held|hold(?:ing)?|withheld|deferred|omitted"
    r"|(?:not|never)[ ](?:given|administered|started|infused|instilled|injected|hung)|cancel+ed|skipped",
    planned=r"plan(?:ned|s)?|will[ ](?:receive|get|give|be|start|need|return)|scheduled"
    r"|to[ ]be[ ](?:given|started|administered)"
    r"|due|order(?:ed|s)?|to[ ](?:start|receive|run)|next[ ](?:cycle|visit|dose)|recommend(?:ed|s)?"
    r"|pending|anticipated?|proposed",
    given=r"given|gave|administered|infus(?:ed|ing)|ran|hung|start(?:ed|s)?|begun|began"
    r"|introduced(?=[ ](?:\w+ly[ ])?(?:into|through|via|intra))"
    r"|beg(?:in)?(?=[ :@]*\d{3})|(?<=\d{4}[ ])dwell|initiated"
    r"|complete[d]?|finished|stop(?:ped)?"
    r"|done|off|received|instilled|inject(?:ed|s)|push(?:ed)?|bolused|running|restarted|recommenced|resumed"
    r"|connect(?:ed|s)|refilled|applied|ended"
    r"|delivered|tolerated|put[ ](?:through|into|down|in\b)|in[ ]progress|transfused|hooked[ ]up|piggy-?backed"
    r"|iv[ ]?pb|ivp|injects(?=[ ](?:[\w-]+[ ]){0,3}(?:lesions?|nodules?|keloids?|warts?|plaques?))"
    r"|(?:administers|gives|injects)(?=[ ](?:an?[ ]|the[ ])?[\w-]+[ ]\d[\d.,]*[ ]?(?:mg|mcg|g|units?|ml)\b)"
    r"|(?:(?:patient|pt|he|she|they|then|and|later|also|mr\.?[ ][\w'-]+|ms\.?[ ][\w'-]+|mrs\.?[ ][\w'-]+)[ ])?"
    r"got(?=[ ](?:an?[ ]|the[ ]|his[ ]|her[ ])?[\w-]+[ ]\d[\d.,]*[ ]?(?:mg|mcg|g|units?|ml)\b)"
    r"|(?:placed|put|poured|run|emptied|let)[ ](?:[\w-]+[ ]){0,2}?in(?:to|side)?[ ](?:(?:the|her|his)[ ])?"
    r"(?:bladder|periton\w+|belly|abdominal[ ]cavity|pleural?\w*|chest[ ](?:cavity|tube))"
    r"|(?:receives|gets)[ ](?:an?|one)[ ](?:(?!\w*ly\b|regular|usual|home|annual)[\w-]+[ ]){0,2}"
    r"(?:injection|shot|push)[ ]of",
)


def read_status(text: str) -> str | None:
    """What became of a dose, from the words that tell it. A hold that was resumed is given."""
    named = named_in(_STATUSES, _AS_ORDERED.sub(" ", text))
    if "held" in named and re.search(r"\b(?:resumed|restarted|recommenced)\b", text, re.IGNORECASE):
        return "given"
    return cast(Status, named[0]) if named else None


def tells_giving(text: str) -> bool:
    """Whether any word tells of a giving, after words of holding, refusing or planning are set aside."""
    named = named_in(_STATUSES, _AS_ORDERED.sub(" ", text))
    return "given" in named or "stopped_early" in named


_PURPOSES = table(
    keep_open=r"kvo|tko|(?:to[ ])?keep[ ](?:the[ ])?(?:vein|line|iv)?[ ]?open|carrier(?:[ ]fluid)?"
    r"|main-?[ ]?line(?:[ ]fluid)?|compatib\w+[ ]line",
    flush=r"flush(?:ed|es)?|irrigat(?:ed|ion)|hep(?:arin)?[ ]?lock(?:ed)?|line[ ]clear\w*",
    hydration=r"(?:pre|post|re|de)?-?hydrat(?:ion|ed|e|ing)|(?:(?:pre|post)-?[ ]?|de)hyd"
    r"|(?:volume|fluid)[ ](?:deplet(?:ion|ed)"
    r"|repletion|expansion)|hypovola?emi[ac]"
    r"|for[ ](?:[\w/]+[ ]){0,3}(?:hypotension|orthostasis)|orthostatic"
    r"|(?:b/c|because|d/t)(?:[ ]\w+){0,2}[ ]dry|(?:clinically|looks?)[ ]dry"
    r"|iv[ ]?fluids?|ivf|(?:renal|kidney)[ ]protection|nephro-?protection|"
    r"(?:prevent\w*[ ](?:of[ ])?)?nephro(?:toxicity|pathy)"
    r"|(?:protect|preserve|support|spare|guard|shield)[ ](?:(?:the|his|her|their)[ ])?(?:kidneys?|(?:renal"
    r"|kidney)[ ]function)"
    r"|(?:prevent|reduce|minimi[sz]e|limit|lessen|avoid)[ ](?:[\w-]+[ ]){0,3}"
    r"(?:aki|(?:renal|kidney)[ ](?:injury|damage|toxicity|failure|insufficiency))",
    premedication=r"pre-?med(?:s|ication|ications|icated)?|pre-?treatment|pre-?chemo|prophyla(?:xis|ctic)",
    supportive=r"nausea|vomiting|n/v|emesis|anti-?emetics?|(?:\w+[ ])?pain|prn|rescue"
    r"|supportive(?:[ ]care)?|rigors|itching|hives|reaction",
    treatment=r"treatment|chemo(?:therapy)?|therapy|immunotherapy|tx|cycle",
)


def read_purpose(text: str) -> str | None:
    """What a dose was for. The narrowest purpose wins: fluid to keep a line open is not hydration."""
    return cast(Purpose | None, first(_PURPOSES, text))


_LINE = r"(?:the[ ])?(?:\w+[ ]){0,3}?(?:port|mediport|picc|line|catheter|cvc|port-?a-?cath)"
_SERVICES = table(
    declotting=r"de-?clot\w*|cath-?flo|alteplase|t-?pa|thrombolytic|activase",
    scalp_cooling=r"post-?(?:infusion[ ]|treatment[ ])?cooling|scalp[ ]cool\w*|cold[ ]?cap(?:ping|s)?"
    r"|cooling[ ]cap|dignicap|paxman",
    isolated_perfusion=r"isolated[ ](?:limb|regional|hepatic|liver)?[ ]?perfusion|(?-i:ILP)",
    transfusion=r"transfus(?:ed|ion|ions|ing)|prbcs?|packed[ ](?:red[ ])?(?:blood[ ])?cells|platelets?|plts?|(?-i:SDP)"
    r"|(?:apheresis|pheresis|units?|bags?)[ ](?:of[ ])?plts?|plts?[ ](?:apheresis|transfusion)"
    r"|ffp|cryo(?:precipitate)?"
    r"|fresh[ ]frozen[ ]plasma|(?:red[ ]cells|rbcs?)",
    arterial_catheterization=r"arter(?:y|ial)[ ](?:catheteri[sz](?:ation|ed)|cannulat\w+|access\w*"
    r"|selected)|catheteri[sz](?:ation|ed)[ ](?:of[ ])?"
    r"(?:the[ ])?(?:\w+[ ]){0,2}artery|(?:femoral|radial)[ ](?:artery[ ])?access|angiogra\w+"
    r"|arteriogra\w+|microcatheter[ ]\w+"
    r"|catheter[ ](?:was[ ])?(?:placed|inserted|positioned|advanced)[^\n]*?(?:fluoroscop"
    r"|angiogra)\w+[^\n]*?[ ]arter(?:y|ial)",
    thoracentesis=r"thoracentes[ie]s|pleural[ ](?:tap|fluid[ ](?:drained|removed))"
    r"|effusion[ ](?:was[ ])?(?:drained|tapped)",
    lumbar_puncture=r"lumbar[ ]puncture|spinal[ ]tap|(?-i:LP)|spinal[ ]needle(?:[ ]on[ ](?:the[ ])?first[ ]\w+)?"
    r"|L[ ]?[2-5][ ]?[-/][ ]?(?:L|S)?[ ]?[1-5](?:[ ](?:inter)?space)?[ ](?:was[ ])?(?:entered|punctured|accessed"
    r"|tapped)",
    port_blood_draw=rf"(?:blood|labs?|specimens?|cbc|cultures?)[ ](?:\w+[ ]){{0,3}}(?:from|via|through"
    rf"|off)[ ]{_LINE}|port[ ](?:lab|blood)?[ ]?draws?",
    port_flush=rf"cath(?:eter)?[ ]flush"
    rf"|{_LINE}[ ,]+(?:\w+[ ,]+){{0,3}}?(?:flush(?:ed|es|ing)?|irrigat(?:ed|ion)|maintenance)"
    rf"|(?:flush(?:ed|es|ing)?|irrigat(?:ed?s?|ion|ing)|maintenance|upkeep)[ ](?:of[ ])?(?:an?[ ])?{_LINE}"
    rf"|port[^.;\n]{{0,80}}?\b(?:irrigates|flushes)\b|port(?:-?a-?cath)?[ ]care",
    evaluation_and_management=r"e/?m|e&m|office[ ]visit|evaluat(?:ed|ion)|h&p|history[ ]and[ ]physical"
    r"|seen[ ]by[ ](?:dr|md|the|provider|np|pa)\S*"
    r"|consult(?:ation)?|follow-?up[ ]visit|clinic[ ]visit|provider[ ]visit|(?:saw|examined)[ ](?:her"
    r"|him|the[ ]patient|pt|patient)",
)


def read_service_kind(text: str) -> str | None:
    """Which service of the day the words name; the rarer one when they name two."""
    return cast(ServiceKind | None, first(_SERVICES, text))


_FLUSH_TOLD = Lazy(
    r"(?<!de)(?<!de-)\bacc(?:essed|'?d)?\b[^\n]{0,160}?\b(?:ns|saline|heparin|hep)\b[^.;\n]{0,12}?\d|"
    r"\bflushed\b[^.;\n]{0,40}\b(?:ns|saline|heparin|hep)\b",
    re.IGNORECASE,
)


def tells_flush(text: str) -> bool:
    """Whether words tell that a port was reached and saline or heparin put through it."""
    return bool(_FLUSH_TOLD.search(text))


_PRESENCES = table(
    absent=r"not[ ](?:present|at[ ](?:the[ ])?bedside|continuously[ ]present)|unattended|absent"
    r"|(?<!never )left[ ](?:the[ ])?(?:room|bedside)|stepped[ ](?:out|away)"
    r"|off[ ](?:the[ ])?unit",
    continuous=r"throughout|continuous(?:ly)?|constant(?:ly)?|entire(?:[ ]\w+)?|the[ ]whole[ ]time"
    r"|(?:remained|stayed)[ ](?:at|with|in|by|present)"
    r"|never[ ](?:left|leaving)|did[ ]not[ ]leave|without[ ]leaving|1:1|(?:present|at[ ](?:the[ ])?bedside)[ ](?:for"
    r"|during)[ ](?:the[ ])?(?:\w+[ ])?(?:push|infusion|injection|administration)",
    intermittent=r"intermittent(?:ly)?|periodic(?:ally)?|every|q[ ]?\d+\S*|rounds|in[ ]and[ ]out"
    r"|(?:immediately[ ])?available|nearby|in[ ](?:the[ ])?suite",
)


def read_presence(text: str) -> str | None:
    """Whether the giver stayed with the patient: continuous, intermittent or absent."""
    return cast(Presence | None, first(_PRESENCES, text))


_DEVICES = table(on_body_injector=r"on-?[ ]?body(?:[ ](?:injector|device))?|onpro|(?-i:OBI)|udenyca[ ]onbody")


def read_device(text: str) -> str | None:
    """A device that gives the dose by itself later on."""
    return sole(_DEVICES, text)


_SETTINGS = table(
    physician=r"physician(?:'s)?[ ]office|office(?:-based)?|private[ ]practice|free-?standing(?:[ ]\w+)?"
    r"|pos[ ]?11|group[ ]practice",
    facility=r"hospital|hopd|emergency(?:[ ](?:department|room))?|(?-i:ED|ER|PACU|HOD)"
    r"|observation[ ](?:unit|status)|pos[ ]?(?:19|22)|provider-based",
)


def read_setting(text: str) -> str | None:
    """Who owns the place: a hospital department (facility) or a practice (physician)."""
    return cast(Setting | None, sole(_SETTINGS, text))


_PAYERS = table(
    medicaid=r"medicaid|medi-cal",
    medicare=r"medicare(?:[ ](?:part[ ]b|advantage|a/b))?|mcr|cms",
    commercial=r"commercial(?:[ ]\w+)?|private[ ]insurance|bcbs|blue[ ]cross(?:[ ]blue[ ]shield)?|aetna"
    r"|cigna|united[ ]?health(?:care)?|uhc|humana"
    r"|anthem|kaiser|ppo|hmo|employer[ ](?:plan|insurance)",
    other=r"self-?[ ]?pay|tricare|workers'?[ ]comp\w*|(?-i:VA)|champva|uninsured|no[ ]insurance",
)


def read_payer(text: str) -> str | None:
    """Who pays, when the words name one payer."""
    return cast(Payer | None, sole(_PAYERS, text))


_REASONS = table(
    chemotherapy=r"(?:\w+[- ])?chemo(?:therapy|immunotherapy)?|anti-?neoplastic(?:[ ]\w+)?|immunotherapy"
    r"|c\d+[ ]?d\d+|cycle[ ]\d+|folfox\w*|folfiri\w*|r-?chop",
    hydration=r"(?:re)?hydration|dehydrat(?:ion|ed)|(?:iv[ ]?)?fluids?|ivf",
    therapy=r"therapy|antibiotics?|anti-?emetics?|ivig|iron|injection|infusion|transfusion|biologic"
    r"|zoledronic[ ]acid|steroids?|medications?",
)


def read_primary_reason(text: str) -> str | None:
    """Why the patient came; chemotherapy outranks what goes with it."""
    return cast(PrimaryReason | None, first(_REASONS, text))


_COUNTS = {
    "single": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_COUNT_WORDS = "|".join(_COUNTS)
_COUNT = Lazy(
    r"(?<![\w.,/])(?:[x×][ ]?)?(\d{1,3})(?![\d.,/]|[ ]?(?:mg|ml|cc|g|mcg|units?|min|%|cm|mm)\b)"
    rf"|\b({_COUNT_WORDS})\b",
    re.IGNORECASE,
)


def read_count(text: str) -> int | None:
    """The one whole number the words give ("9 lesions", "nine", "x3"), else None."""
    numbers = {int(found[1]) if found[1] else _COUNTS[found[2].lower()] for found in _COUNT.finditer(text)}
    return numbers.pop() if len(numbers) == 1 else None
