"""Wordings of procedures and of the facts that open a further code: puncture, chest tap, occlusion, fluids,
second site, second visit.

Several of these decide a code, so each asks for words that state the thing done today, not merely named.
"""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_scope import scope
from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording

_DONE = r"(?:performed|done|completed|carried\s+out|attempted|accomplished)"


def _only_spoken_of(sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether the procedure is consented to, explained, referred to or scheduled rather than done."""
    before = sentence.text[max(0, found.start() - 40) : found.start()]
    after = sentence.text[found.end() : found.end() + 30]
    return bool(
        re.search(r"\b(?:consents?|consented|risks?|discuss\w*|explain\w*|refer\w*|order\w*|candidate|post|ready|prep\w*\s+for|here|presented|presents|arrived|ambulatory|scheduled)\b(?:\s+\w+){0,4}\s*\Z", before, re.IGNORECASE)
        or re.match(r"\s*(?:consent|scheduled|planned|tray|kit|precautions|headache|tomorrow|next)\b", after, re.IGNORECASE)
    )  # fmt: skip


LUMBAR_PUNCTURE = ElementRules(
    "lumbar_puncture",
    ("lumbar puncture", "lp ", "lp.", "spinal", "l3", "l4", "l2", "intrathecal", "ommaya", "csf", "dural puncture"),
    (
        Wording(r"\bno\s+(?:lumbar\s+puncture|LP)\b(?:\s+(?:was\s+)?performed)?|\b(?:lumbar\s+puncture|(?-i:LP))\s+(?:was\s+)?(?:not\s+\w+|unsuccessful|aborted|deferred|cancel\w+|abandoned)|\b(?:unsuccessful|failed|unable\s+to\s+perform)\s+(?:lumbar\s+puncture|LP)\b", False, denied="stated"),
        Wording(
            r"\b(?:performed|did)\s+(?:the\s+|a\s+|an\s+)?(?:\w+[- ]guided\s+)?(?:lumbar\s+puncture|spinal\s+tap|(?-i:LP))\b(?:\s+(?:at|under)\s+\S+)?|\b(?:lumbar\s+puncture|spinal\s+tap|(?-i:LP))\b[^|.;]{0,30}?\b(?:performed|done|completed)\b(?:[^|.;,]{0,20}?\bL\s?[2-5]\s?[-/]\s?(?:L|S)?\s?[1-5])?|"
            r"\b(?:lumbar\s+puncture|spinal\s+tap|(?-i:LP))\s+(?:at|via)\s+(?:the\s+)?L\s?[2-5]\s?[-/]\s?(?:L|S)?\s?[1-5]|\b(?:spinal\s+needle|needle)\b[^|.;]{0,40}?\b(?:L\s?[2-5]\s?[-/]\s?(?:L|S)?\s?[1-5]|subarachnoid|thecal|intrathecal\s+space)\b|\bL\s?[2-5]\s?[-/]\s?(?:L|S)?\s?[1-5]\s+(?:inter)?space\s+(?:was\s+)?(?:entered|accessed)|"
            r"\bommaya(?:\s+reservoir)?\b[^|.;]{0,30}?\b(?:accessed|tapped|punctured|entered)\b",
            unless=_only_spoken_of,
        ),
        Label(r"procedure(?:\s+performed)?(?=\s*:\s*(?:lumbar\s+puncture|LP\b))"),
    ),
)  # fmt: skip

SPINAL_FLUID = ElementRules(
    "spinal_fluid_handling",
    ("csf", "cerebrospinal"),
    (
        Wording(r"\bno\s+CSF\s+(?:was\s+)?(?:sent|withdrawn|obtained|return)\w*", False, denied="stated"),
        Wording(r"(?:\b\d+(?:\.\d+)?\s*(?:mL|cc)\s+(?:of\s+)?(?:\w+\s+){0,2})?\b(?:CSF|cerebrospinal\s+fluid)\b[^|.;,]{0,30}?\b(?:sent|withdrawn|removed|obtained|collected|drained|discarded|aspirated|return(?:ed)?)\b(?:\s+(?:to|for)\s+\w+)?|\b(?:withdrew|removed|aspirated|obtained|collected)\s+\d+(?:\.\d+)?\s*(?:mL|cc)\s+(?:of\s+)?(?:\w+\s+){0,2}CSF\b"),
    ),
)  # fmt: skip

THORACENTESIS = ElementRules(
    "thoracentesis",
    ("thoracentesis", "chest tube", "pleural", "effusion", "thoracostomy"),
    (
        Wording(r"\b(?:no|without)\s+(?:a\s+)?thoracentesis\b(?:\s+(?:was\s+)?performed)?|\bthoracentesis\s+(?:was\s+)?(?:not\s+\w+|deferred|cancel\w+|aborted|unsuccessful)", False, denied="stated"),
        Wording(
            r"\bthoracentesis\b[^|.;]{0,30}?\b(?:performed|done|completed|yielded|drained|removed)\b|\b(?:performed|did)\s+(?:the\s+|a\s+)?(?:\w+[- ]guided\s+)?thoracentesis\b|"
            r"\b(?:inserted|placed)\s+(?:a\s+|the\s+)?(?:\w+\s+){0,2}(?:chest\s+tube|pleural\s+catheter|pigtail(?:\s+catheter)?|thoracostomy\s+tube)\b|\b(?:chest\s+tube|pleural\s+catheter|thoracostomy\s+tube)\s+(?:was\s+)?(?:placed|inserted)\b(?:\s+by\s+<PROVIDER>)?|"
            r"\b\d+(?:\.\d+)?\s*(?:mL|cc|L)\s+(?:of\s+)?(?:\w+\s+){0,3}?(?:pleural\s+)?(?:effusion|pleural\s+fluid)\s+(?:was\s+)?(?:drained|removed|aspirated|evacuated)|\b(?:drained|removed|aspirated)\s+\d+(?:\.\d+)?\s*(?:mL|cc|L)\s+(?:of\s+)?(?:\w+\s+){0,3}?(?:effusion|pleural\s+fluid)|\bpleural\s+(?:effusion|fluid|space)\s+(?:was\s+)?(?:drained|tapped|evacuated)\b",
            unless=_only_spoken_of,
        ),
    ),
)  # fmt: skip

INSTILLED = ElementRules(
    "instilled_volume_dwell",
    ("instill", "dwell", "clamped"),
    (
        Wording(r"\b(?:instill(?:ed|ation)|intraperitoneal\w*|intrapleural\w*)\b[^|.;]{0,60}?\b(?P<v>\d+(?:\.\d+)?\s*(?:mL|cc|L)\b|(?:dwell\w*|clamped)\s+(?:for\s+|x\s?)?\d+\s*(?:min\w*|h\w*))", unless=lambda s, m: bool(re.search(r"heparin|alteplase|cathflo|flush", s.text[max(0, m.start() - 40) : m.end()], re.IGNORECASE))),
    ),
)  # fmt: skip

LESIONS = ElementRules(
    "lesion_count",
    ("lesion", "wart", "keloid", "plaque"),
    (
        Wording(r"\b(?P<v>(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|single)\s+(?:separate\s+|distinct\s+|skin\s+|cutaneous\s+)?lesions?)\b[^|.;]{0,40}?\b(?:inject\w+|treated)|\binject(?:ed|ion\s+of|ions?\s+(?:in)?to|ed\s+into)\s+(?:in(?:to)?\s+)?(?:each\s+of\s+|a\s+total\s+of\s+)?(?P<w>(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|single)\s+(?:\w+\s+){0,2}lesions?)\b|\blesions?\s+inject\w+\s*:?\s*(?:x\s?)?\d{1,2}\b"),
        Label(r"(?:number\s+of\s+)?lesions?(?:\s+(?:count|injected|treated))", free=True),
    ),
)  # fmt: skip

_AGENT = re.compile(r"\b(?:alteplase|cath-?flo|activase|t-?pa|tpa|reteplase|tenecteplase|urokinase|thrombolytic)\b", re.IGNORECASE)
_LINE = r"(?:port|mediport|picc|line|catheter|lumen|cvc|hickman|cvad|vad|device)"


def _no_agent(sentence: Sentence, found: re.Match[str]) -> bool:
    return not _AGENT.search(sentence.text, max(0, found.start() - 120), found.end() + 120)


OCCLUSION = ElementRules(
    "occlusion",
    ("occlu", "blood return", "clot", "sluggish", "flush", "aspirat", "thrombos"),
    (
        Wording(r"\b(?:no|without|negative\s+for)\s+(?:evidence\s+of\s+)?(?:occlusion|clots?)\b|\b(?:not\s+occluded|occlusion\s+ruled\s+out)", False, denied="stated", planned="drop"),
        Wording(
            r"\b(?:no|absent|lack\s+of|without(?:\s+a)?|unable\s+to\s+(?:get|obtain|elicit)(?:\s+an?y?)?|sluggish)\s+(?:a\s+)?(?:brisk\s+)?blood\s+return\b|\bblood\s+return\s+(?:is\s+|was\s+)?(?:absent|not\s+(?:obtained|present|noted)|sluggish|unobtainable)|\bunable\s+to\s+(?:aspirate|flush)\b(?:\s+(?:the\s+)?(?:\w+\s+)?" + _LINE + r")?|"
            r"\b" + _LINE + r"\b[^|.;,]{0,20}?\b(?:occluded|clotted|sluggish|will\s+not\s+flush|would\s+not\s+flush)|\b(?:occluded|clotted)\s+(?:\w+\s+)?" + _LINE + r"\b|\b" + _LINE + r"\s+occlusion\b|\b(?:partial|complete|thrombotic|withdrawal|catheter)\s+occlusion\b|\bfibrin\s+sheath\b",
            denied="stated",
        ),
    ),
)  # fmt: skip

DWELL = ElementRules(
    "thrombolytic_dwell",
    ("dwell", "dwelt", "instill", "alteplase", "cathflo", "cath-flo", "tpa", "t-pa"),
    (
        Wording(r"\bdwell(?:ed|ing|t|\s+time)?\s*(?:of|for|x|[:=]|was|time)?\s*(?P<v>\d{1,3}\s*(?:min(?:ute)?s?|h(?:ou)?rs?|h)\b)|\b(?P<w>\d{1,3}[- ]?(?:min(?:ute)?s?|h(?:ou)?rs?|h)\s+dwell)\b|\b(?:left\s+in\s+place|allowed\s+to\s+(?:sit|dwell))\s+(?:for\s+)?(?:x\s?)?(?P<u>\d{1,3}\s*(?:min(?:ute)?s?|h(?:ou)?rs?))\b", unless=_no_agent, planned="drop"),
    ),
)  # fmt: skip

DECLOTTING_OUTCOME = ElementRules(
    "declotting_outcome",
    ("blood return", "patency", "occlu", "declot", "cleared", "flush", "success"),
    (
        Wording(
            r"\bpatency\s+(?:was\s+)?(?:restored|re-?established|not\s+restored)|\b(?:declot\w*|clearance|cathflo|alteplase|t-?pa)\b[^|.;]{0,40}?\b(?:successful|unsuccessful|effective|ineffective)\b|\b(?:remains?|still)\s+occluded\b|\bocclusion\s+(?:cleared|resolved)|"
            r"\b(?:after|following|post)\s+(?:the\s+)?(?:(?:\d+\s*min\w*\s+)?dwell|cathflo|alteplase|t-?pa)\b[^|;]{0,60}?\bblood\s+return\b(?:\s+\w+)?|\b(?:brisk|good|positive|\+|no|excellent)\s*blood\s+return\b[^|;]{0,40}?\b(?:after|following|post)\s+(?:the\s+)?(?:\w+\s+){0,2}(?:dwell|cathflo|alteplase|t-?pa)\b|\bblood\s+return\s+(?:\w+\s+)?restored\b",
            denied="stated", planned="drop",
        ),
    ),
)  # fmt: skip

_FLUID = r"(?:(?-i:NS|LR|D5W|D5\s?NS|D5\s?1/2\s?NS|1/2\s?NS|NaCl|IVF|IVFs)\b|normal\s+saline|saline|lactated\s+ringer\w*|IV\s+fluids?|fluids?|hydration|bolus|sodium\s+chloride|plasma-?lyte)"
_CAUSE = (
    r"(?:(?:severe\s+|moderate\s+|mild\s+|clinical\s+|volume\s+)?(?:dehydration|dehydrated|volume\s+depletion|hypovol[ae]*emi[ac]|depletion)|"
    r"(?:poor|decreased|inadequate|minimal)\s+(?:PO|oral)\s+intake|(?:inability|unable)\s+to\s+(?:tolerate|keep\s+down|take)\s+(?:PO|oral\w*|fluids|liquids)(?:\s+\w+)?|"
    r"(?:intractable\s+|persistent\s+|ongoing\s+|excessive\s+)?(?:nausea(?:\s*(?:and|&|/|,)\s*)?)?(?:vomiting|emesis)|hyperemesis(?:\s+gravidarum)?|diarrhea|gastroenteritis|high\s+(?:stoma|ostomy)\s+output|"
    r"acute\s+kidney\s+injury|(?-i:AKI)\b|rising\s+creatinine|elevated\s+creatinine|hypercalcemia|tumor\s+lysis(?:\s+syndrome)?|orthosta\w+(?:\s+hypotension)?|hypotension|heat\s+exhaustion|hypernatremia|rhabdomyolysis)"
)
_PREVENT = r"(?:(?:prevent(?:ion\s+of)?|reduce|minimi[sz]e|avoid|protect\s+against)\s+(?:\w+[- ]induced\s+)?(?:nephrotoxicity|renal\s+toxicity|kidney\s+(?:injury|damage)|hemorrhagic\s+cystitis|tumor\s+lysis(?:\s+syndrome)?)|(?:nephrotoxicity|renal)\s+(?:prevention|protection|prophylaxis)|renal\s+protection)"

HYDRATION_REASON = ElementRules(
    "hydration_reason",
    ("fluid", "saline", "hydrat", "ns", "lr", "bolus", "d5", "ringer", "nacl", "ivf", "indication"),
    (
        Wording(r"\bno\s+(?:signs?\s+of\s+|evidence\s+of\s+|clinical\s+)?dehydration\b|\bnot\s+dehydrated\b", False, denied="stated", planned="drop"),
        Wording(r"\b" + _FLUID + r"\b[^|;]{0,90}?\b(?:for|due\s+to|2/2|secondary\s+to|because\s+of|given|treat\w*|indication)\b\s*:?\s*(?:the\s+|her\s+|his\s+|persistent\s+)?(?P<v>" + _CAUSE + r"(?:(?:,|\s+and|/)\s*" + _CAUSE + r")?)", denied="drop", own=True),
        Wording(r"\b(?P<v>" + _CAUSE + r")\b[^|;.]{0,60}?\b(?:presented\s+for|here\s+for|ambulatory\s+for|treated\s+with|requiring|needs|given|received|started\s+on|seen\s+for)\s+(?:\w+\s+){0,3}?" + _FLUID + r"\b", denied="drop", planned="stated", own=True),
        Wording(r"\bindication\s*[:=]?\s*(?P<v>" + _CAUSE + r")", denied="drop", own=True),
    ),
)  # fmt: skip

_VOLUME_LOSS = re.compile(r"\bdehydrat\w+|\bvolume\s+depletion|\bhypovol\w+|\bhyperemesis|\bgastroenteritis", re.IGNORECASE)
_FLUID_THERAPY = re.compile(r"\b(?:IV|intravenous)\s+(?:fluids?|hydration)\b", re.IGNORECASE)


def names_volume_loss(diagnosis: str) -> bool:
    """Whether a diagnosis is a loss of fluid."""
    return _VOLUME_LOSS.search(diagnosis) is not None


def names_fluid_therapy(sentence: Sentence) -> bool:
    """Whether the sentence names IV fluids as what the patient came for or got, not as planned or refused."""
    found = _FLUID_THERAPY.search(sentence.text)
    return bool(found) and scope(sentence, found.start(), found.end()).standing == "plain"


HYDRATION_PURPOSE = ElementRules(
    "hydration_purpose",
    ("hydrat", "fluid", "saline", "ns", "lr", "nephro", "renal", "kvo", "keep open", "tko"),
    (
        Wording(r"\b(?:not\s+(?:for|given\s+as)\s+hydration|no\s+(?:separate\s+|additional\s+)?hydration(?:\s+(?:given|ordered|needed))?)\b", False, denied="stated", planned="drop"),
        Wording(
            r"\b(?:pre|post)-?\s?hydration\b|\b(?:" + _FLUID + r")\b[^|;.]{0,60}?\b(?:for|as)\s+(?:IV\s+)?(?:re)?hydration\b|\bhydration\s+(?:bag|bolus|infusion|fluids?|started|given|infused|completed|therapy)\b|\b(?:for|as)\s+(?:re)?hydration\b|\b\d+[- ]?h(?:our)?\s+hydration\b|"
            r"\b(?:" + _FLUID + r")\b[^|;.]{0,60}?\b(?:for|to)\s+(?:the\s+)?(?:" + _PREVENT + r"|dehydration|rehydrate)\b|\brehydration\b",
            own=True,
        ),
    ),
)  # fmt: skip

SECOND_SITE = ElementRules(
    "second_site_reason",
    ("site", "incompatib", "separate", "second", "two", "access", "line"),
    (
        Wording(r"\b(?:no|without)\s+(?:clinical\s+|documented\s+)?(?:reason|rationale|need|indication)\s+(?:\w+\s+){0,2}(?:second|separate|two|2nd)\s+(?:\w+\s+){0,2}(?:sites?|access|lines?|IVs?|PIVs?)|\b(?:second|separate)\s+(?:\w+\s+)?(?:sites?|access|IV)\s+(?:was\s+)?not\s+(?:required|needed)", False, denied="stated", planned="drop"),
        Wording(
            r"\bprotocol[- ](?:requir\w+|call\w*|specif\w+|mandat\w+)\s+(?:for\s+)?(?:the\s+)?(?:use\s+of\s+)?(?:two|2|separate|second|dual)(?:\s+(?:separate|different|IV|vascular|access|peripheral)){0,3}\s+(?:sites?|lines?|IVs?|accesses?)\b|\b(?:second|separate|two|2nd)\s+(?:\w+\s+){0,2}(?:sites?|lines?|IVs?|PIVs?|access(?:es)?)\b[^|;.]{0,50}?\b(?:(?:required|mandated)\s+by\s+(?:the\s+)?(?:\w+\s+)?protocol|per\s+protocol|because\s+(?:the\s+)?protocol\s+requires)(?:\s+(?:two|2)\s+(?:IV\s+)?sites)?|"
            r"\bdrugs?\s+(?:are\s+)?incompatible\b|(?<!abo )(?<!blood )\bincompatib(?:le|ility|ilities)\b(?:\s+(?:with|of|between)\s+(?:<WORD>\s?){1,4})?|\bnot\s+compatible\b(?:\s+(?:with|through|in)\s+(?:<WORD>\s?){1,3})?",
            denied="drop", unless=lambda s, m: bool(re.search(r"\b(?:ABO|blood\s+(?:type|group)|crossmatch|MRI)\b", s.text[max(0, m.start() - 40) : m.end() + 20], re.IGNORECASE)),
        ),
        Label(r"(?:reason|rationale)\s+for\s+(?:second|separate|2nd)\s+(?:\w+\s+)?(?:site|access|IV|line)", free=True),
    ),
)  # fmt: skip

_CAME_BACK = r"(?:the\s+)?(?:she|he|they|pt|patient)?\s*(?:then\s+|later\s+)?(?:returned|came\s+back|re-?presented|back)\b(?!\s+(?:from|to\s+(?:baseline|normal|room|chair|bed)|of|pain))(?:\s+to\s+(?:the\s+)?(?:clinic|unit|infusion\s+\w+|center|office|ED))?"


def _other_return(sentence: Sentence, found: re.Match[str]) -> bool:
    before = sentence.text[max(0, found.start() - 30) : found.start()]
    return bool(
        re.search(r"\b(?:blood|vitals?|bp|hr|temp\w*|pressure|symptoms?|values?|rate|will|to|should|if|can|may)\s*\Z", before, re.IGNORECASE)
        or re.search(r"\b(?:restroom|bathroom|lobby|cafeteria|radiology|CT|imaging|lunch|walk)\b", sentence.text[max(0, found.start() - 60) : found.end() + 30], re.IGNORECASE)
    )  # fmt: skip


SECOND_VISIT = ElementRules(
    "second_visit_evidence",
    ("return", "came back", "re-presented", "second visit", "back at", "separate visit"),
    (
        Wording(r"\b(?:did\s+not\s+return|has\s+not\s+returned|never\s+returned)\b", False, denied="stated", past="stated"),
        Wording(r"\b" + _CAME_BACK + r"[^|.;,]{0,25}?\b(?:at|@)\s*<TIME>(?:\s*(?:with|for)\s+\w+)?|<TIME>\s*[-:–]?\s*" + _CAME_BACK, denied="drop", past="drop", unless=_other_return),
        Wording(r"\b(?:returned|came\s+back)\s+(?:later\s+)?(?:the\s+same\s+day|that\s+(?:afternoon|evening)|this\s+(?:afternoon|evening))\b|\b(?:second|separate)\s+(?:visit|encounter)\s+(?:of\s+the\s+day|today|this\s+(?:afternoon|evening)|same\s+day)\b", denied="drop", past="drop", unless=_other_return),
    ),
)  # fmt: skip

_ARTERY = r"(?:(?:hepatic|carotid|femoral|renal|celiac|gastroduodenal|iliac|uterine|ophthalmic|vertebral|brachial|right|left|common|proper|internal|external|superficial)\s+){0,3}(?:arter(?:y|ial)|intra-?arterial)"

ARTERIAL_CATHETER = ElementRules(
    "arterial_catheter_verified",
    ("arter", "angiogra"),
    (
        Wording(r"\b" + _ARTERY + r"\s+catheter\b[^|;]{0,50}?\b(?:not\s+(?:verified|confirmed|checked)|unconfirmed|malposition\w*|dislodged)|\b(?:position|placement)\s+(?:was\s+)?not\s+(?:verified|confirmed)\b", False, denied="stated"),
        Wording(
            r"\b" + _ARTERY + r"\s+(?:micro)?catheter\b(?!\s+(?:order|kit))[^|;.]{0,60}?\b(?:placed|inserted|advanced|confirmed|verified|checked)\b(?:\s+by\s+<PROVIDER>)?(?:\s+(?:by|with|under|on|via)\s+(?:angiogra\w+|fluoro\w*|imaging))?|\b(?:micro)?catheter\b[^|;.]{0,40}?\b(?:advanced|placed|positioned|threaded|inserted)\s+(?:in(?:to)?|to|within)\s+(?:the\s+)?" + _ARTERY + r"\b|"
            r"\b(?:arteriogra\w+|angiogra\w+)\b[^|;.]{0,50}?\b(?:confirm\w*|verif\w+|show\w*|demonstrat\w+)\b(?:[^|;.]{0,40}?\b(?:position|placement|tip|catheter|artery))?|\bcatheter\s+(?:tip\s+)?(?:position|placement)\s+(?:was\s+)?(?:confirmed|verified)\s+(?:by|with|on|via|under)\s+(?:angiogra\w+|arteriogra\w+|fluoro\w*)",
            unless=lambda s, m: bool(re.search(r"\b(?:coronary|arterial\s+line|a-line|picc|ng\s+tube|blood\s+gas|radial\s+arter\w+)\b", s.text[max(0, m.start() - 30) : m.end() + 20], re.IGNORECASE)),
        ),
        Label(r"(?:arterial\s+)?catheter\s+(?:position|placement)(?:\s+(?:confirmed|verified))?"),
    ),
)  # fmt: skip

SCALP_COOLING = ElementRules(
    "scalp_cooling_times",
    ("cool", "cap "),
    (
        Wording(r"\b(?:pre-?cool\w*|post-?cool\w*|post-?infusion\s+cooling|scalp\s+cooling|cold\s+cap|cap)\b[^|;.]{0,40}?(?:<TIME>\s*(?:-|–|to|until|through)\s*<TIME>|\bx?\s?\d{1,3}\s*min\w*)", unless=lambda s, m: not re.search(r"cool|cold cap", m[0] + s.text[:80], re.IGNORECASE)),
    ),
)  # fmt: skip

TREATMENT_HISTORY = ElementRules(
    "treatment_history",
    ("previously treated", "prior treat", "prior chemo", "prior therap", "status post", "s/p", "treatment history", "oncologic history", "oncology history", "progress"),
    (
        Label(r"(?:prior|previous|past)\s+(?:treatments?|therap(?:y|ies)|chemo\w*)|(?:treatment|oncolog(?:ic|y))\s+history", free=True),
        Wording(r"\b(?:previously\s+(?:treated|received)|(?:status\s+post|s/p)|prior\s+(?:chemo\w*|treatment|therapy)\s+(?:with|included))\s+(?:<WORD>\s*){1,8}", past="stated", own=True),
    ),
)  # fmt: skip

ENCOUNTER_DIAGNOSIS = ElementRules(
    "encounter_diagnosis",
    ("z51", "encounter for"),
    (Wording(r"\bZ51\.1[12]\b|\bencounter\s+for\s+(?:antineoplastic\s+)?(?:chemo\w*|immunotherapy)\b"),),
)  # fmt: skip

PROCEDURES = (
    LUMBAR_PUNCTURE, SPINAL_FLUID, THORACENTESIS, INSTILLED, LESIONS, OCCLUSION, DWELL, DECLOTTING_OUTCOME,
    HYDRATION_REASON, HYDRATION_PURPOSE, SECOND_SITE, SECOND_VISIT, ARTERIAL_CATHETER, SCALP_COOLING,
    TREATMENT_HISTORY, ENCOUNTER_DIAGNOSIS,
)  # fmt: skip
