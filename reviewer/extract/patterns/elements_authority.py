"""Wordings of who allowed, ordered, supervised, attended and signed: consent, order, presence, ABN."""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording

_THIS_TREATMENT = (
    r"(?:chemo\w*|immuno\w*|(?<!radiation )(?<!blood )treatments?|(?<!radiation )therapy|infusions?|biologics?|antineoplastics?|regimen|"
    r"drugs?|medications?)\b"
)
_OTHER_PROCEDURE = (
    r"(?:(?:medi)?port(?:-?a-?cath)?|picc|central\s+line|line|catheter|transfus\w+|blood|prbcs?|platelets?|surg\w+|operati\w+|biops\w+|"
    r"lumbar\s+puncture|lp|thoracentesis|paracentesis|chest\s+tube|procedur\w+|anesth\w+|sedation|contrast|ct|mri|imaging|photo\w*|research|"
    r"study|clinical\s+trial|trial|release|hipaa|telehealth|vaccin\w+|immuniz\w+|radiation|hiv|genetic|emboliz\w+|angiogra\w+|"
    r"pump\s+placement|bone\s+marrow|colonoscopy|endoscopy)\b"
)
_ORDER_FOR_OTHER = (
    r"(?:ct|mri|pet|labs?|cbc|cmp|imaging|x-?rays?|cxr|ultrasound|echo|diet|dme|home\s+health|referral|consult|wheelchair|dnr|discharge|"
    r"transport|port\s+placement|oxygen|blood\s+work)\b"
)
_TAIL = r"(?:\s+(?:forms?\s+)?(?:is\s+|was\s+)?(?:on\s+file|(?:on|in)\s+(?:the\s+)?chart|scanned|signed))?(?:\s*\(?\s*(?:signed\s+|dated\s+|on\s+)?<DATE>\s*\)?)?"

CONSENT = ElementRules(
    "informed_consent",
    ("consent", "risk", "agree"),
    (
        Wording(
            r"\bconsent\w*\b[^|,.;]{0,40}?\b(?:for|to)\s+(?:the\s+|an?\s+|his\s+|her\s+)?"
            r"(?:(?!" + _THIS_TREATMENT + r"|via\b|through\b|by\b|per\b)[\w-]+\s+){0,2}?" + _OTHER_PROCEDURE +
            r"(?![^|]{0,25}?(?:\band\b|&|/|\bplus\b)\s+(?:<WORD>\s+)?" + _THIS_TREATMENT + r")"
            r"(?:\s+(?:placement|insertion))?(?:\s+(?:was\s+)?(?:signed|obtained|on\s+file|on\s+chart))?",
            None, denied="unclear", planned="unclear", past="unclear",
        ),
        Wording(
            r"\b" + _OTHER_PROCEDURE + r"(?:\s+(?:products?|placement|insertion|transfusion))?\s+consents?\b(?:<GAP>\b(?:signed|obtained|on\s+file|on\s+chart|verified))?",
            None, denied="unclear", planned="unclear", past="unclear",
        ),
        Wording(
            r"\bconsent\w*\b[^|,]{0,40}?\b(?:for|before|prior\s+to|at|to)\s+(?:the\s+|his\s+|her\s+)?(?:possible\s+)?(?:future|next|upcoming|subsequent|maintenance)\b(?:\s+[\w-]+){0,2}",
            None, denied="unclear", planned="unclear", past="unclear",
        ),
        Wording(
            r"\bgeneral\s+consent(?:\s+(?:to|for)\s+\w+)?|\bimplied\s+consent|\bconsents?\s+(?:is\s+|was\s+)?implied|"
            r"\bconsent\s+forms?\s+(?:was\s+|were\s+)?(?:given|provided|handed|mailed|emailed|sent)\s+to\b(?:\s+\w+){0,2}|"
            r"\breviewed\s+(?:the\s+)?consent\s+forms?\s+with\s+(?:the\s+)?(?:pt|patient)(?![^|]{0,60}\bsigned)",
            None, denied="unclear", planned="unclear", past="unclear",
        ),
        Wording(
            r"\bconsent\w*\b[^|,]{0,25}?\b(?:pending|to\s+be\s+\w+|needed|needs\s+\w+|required|not\s+yet\s+\w+|awaiting|in\s+process|will\s+be\s+\w+)\b|"
            r"\b(?:obtain|get|needs?|await\w*|pending|require[sd]?|will\s+(?:sign|obtain|get)|bring|mail\w*|fax\w*|to\s+(?:sign|obtain|get))\s+(?:<WORD>\s+){0,3}consents?\b",
            None, denied="unclear", planned="unclear", past="unclear",
        ),
        Wording(
            r"\b(?:declin\w+|refus\w+|unwilling)\s+(?:to\s+sign\s+)?[^|,]{0,25}?\bconsents?\b|"
            r"\bconsents?\b[^|]{0,40}?\b(?:declin\w+|refus\w+)(?:\s+to\s+sign)?|\bconsents?\b[^|,]{0,15}?\b(?:withdrawn|revoked|expired)|\b(?:withdrew|revoked)\s+(?:\w+\s+)?consent|"
            r"\bunable\s+to\s+(?:locate|find|obtain)[^|,]{0,25}?\bconsents?\b|"
            r"\bconsents?\b[^|,]{0,25}?\b(?:not\s+(?:on|in|located|found|signed|obtained|available|present|completed?|scanned|done|given|verified)\b(?:\s+(?:file|chart))?|unsigned|missing|absent|(?:cannot|could\s+not|can['’]t)\s+be\s+\w+)|"
            r"\b(?:no|without)\s+(?!new\b|further\b|additional\b|changes?\b|separate\b|issues?\b|complaints?\b|concerns?\b|questions?\b)(?:[\w-]+\s+){0,2}consents?\b(?!\s+(?:needed|required))(?:\s+(?:form\s+)?(?:on\s+file|(?:on|in)\s+chart|signed|obtained|found|located))?|"
            r"\bunsigned\s+consents?\b|\bnot\s+consented\b",
            False, denied="stated", planned="stated", past="stated",
        ),
        Wording(
            r"\bverbal(?:ly)?\s+(?:informed\s+)?consent\w*(?:\s+(?:was\s+)?(?:obtained|given|received|documented))?(?:\s+(?:by|via|over)\s+(?:the\s+)?(?:tele)?phone)?",
            planned="unclear", past="stated",
        ),
        Wording(
            r"\b(?:signed|obtained|verified|confirmed|witnessed|received|completed|checked|scanned|located|reviewed|has|have|valid)\s+(?:(?!and\b|with\b|orders?\b)<WORD>\s+){0,3}?consents?\b(?:\s+forms?)?" + _TAIL,
            planned="unclear", past="stated",
        ),
        Wording(
            r"\b(?:e-?|written\s+|informed\s+|treatment\s+|chemo\w*\s+|infusion\s+){0,3}consents?\b(?:\s+forms?)?[^|,.:;]{0,40}?"
            r"\b(?:signed|on\s+file|(?:on|in)\s+(?:the\s+)?(?:chart|emr|ehr|record|media)|scanned|obtained|verified|confirmed|completed?|current|active|witnessed|reviewed|rev['’]?d|done|given|present|in\s+place|ok)\b"
            r"(?:\s*\(?\s*(?:signed\s+|dated\s+|on\s+|by\s+pt\s+|by\s+patient\s+)?<DATE>\s*\)?)?",
            planned="unclear", past="stated",
        ),
        Wording(r"\b(?:pt|patient|he|she)\s+(?:was\s+|has\s+|has\s+been\s+|is\s+)?consented\b(?:\s+(?:to|for)\s+[\w-]+)?", planned="unclear", past="stated"),
        Label(r"(?:(?:informed|treatment|chemo\w*|written|signed)\s+)*consents?(?:\s+(?:forms?|signed|obtained|on\s+file|verified|for\s+treatment))*"),
        Wording(r"@[A-Z_0-9]{0,30}CONSENT[A-Z_0-9]{0,30}@|\bconsents?\b[\s:]*(?:_{2,}|\*{3})|(?:\[\s{0,3}\]|[☐□])\s*(?:[\w-]+\s+){0,3}consents?\b", None, denied="unclear", planned="unclear", past="unclear"),
        Wording(
            r"\brisks?\b[^|]{0,60}?\b(?:benefits?|alternatives?|side\s+effects)\b(?:[^|]{0,60}?\b(?:agree\w*|wish\w*\s+to\s+proceed|elects?\s+to\s+proceed|accept\w*|consents?\b))?(?:\s+to\s+(?:proceed|treatment|plan))?|"
            r"\b(?:pt|patient|he|she)\s+(?:is\s+)?(?:agree\w*|wishes|consents)\s+(?:to|with)\s+(?:\w+\s+){0,2}(?:proceed\w*|treatment|plan|therapy|chemo\w*|infusion)",
            None, denied="unclear", planned="unclear", past="unclear", weak=True,
        ),
    ),
)  # fmt: skip


def _not_a_drug_order(sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether the order is for something else than the treatment: a scan, labs, an idiom."""
    before = sentence.text[max(0, found.start() - 24) : found.start()]
    around = sentence.text[max(0, found.start() - 24) : found.end() + 24]
    return bool(
        re.search(r"\b(?:in|out\s+of|mail|court|restraining|code)\s*\Z", before, re.IGNORECASE)
        or re.search(r"\borders?\s+(?:(?:for|of)\s+)?(?:(?:an?|the)\s+)?" + _ORDER_FOR_OTHER, around, re.IGNORECASE)
        or re.search(r"\b" + _ORDER_FOR_OTHER + r"\s+orders?\b", around, re.IGNORECASE)
        or re.search(r"\border\s+set\b|\bin\s+order\b", found[0], re.IGNORECASE)
    )


_ORDER_GAP = r"(?:Dr\.|[^|.:;]){0,50}?"

ORDER = ElementRules(
    "signed_order",
    ("order", "v.o", "t.o", "rbvo"),
    (
        Wording(
            r"\bfuture[- ]dated\s+orders?\b|\borders?\b[^|,]{0,20}?\bfuture[- ]dated\b|\borders?\b\s+(?:is\s+|are\s+)?(?:dated|effective|released|signed)\s+for\s+(?:<DATE>|tomorrow|next\s+\w+)",
            None, denied="unclear", planned="stated", past="unclear",
        ),
        Wording(
            r"\bunsigned\s+(?:<WORD>\s+){0,2}?orders?\b|\borders?\b[^|,]{0,30}?\b(?:unsigned|not\s+(?:yet\s+)?(?:been\s+)?(?:signed|found|on\s+(?:file|chart)|in\s+chart|located|available|present|received|verified|entered)|missing|"
            r"(?:cannot|could\s+not)\s+be\s+\w+|expired|await(?:s|ing)\s+(?:co-?)?signature|pending\s+(?:co-?)?sign\w*|needs\s+(?:a\s+)?(?:co-?)?signature)\b|"
            r"\b(?:no|without)\s+(?!new\b|further\b|additional\b|other\b|change)(?:an?\s+)?(?:<WORD>\s+){0,2}?orders?\b(?:\s+(?:found|on\s+file|(?:on|in)\s+chart|present|available|received))?(?!\s+changes?)|"
            r"\bunable\s+to\s+(?:locate|find|verify|obtain)\s+(?:<WORD>\s+){0,3}?orders?\b",
            False, denied="stated", planned="stated", past="drop", unless=_not_a_drug_order,
        ),
        Wording(r"\b(?:verbal|telephone|phone)\s+orders?\b[^|.]{0,60}?\b(?<!un)(?:co-?signed|signed|authenticated)\b", planned="unclear"),
        Wording(
            r"\b(?:(?:verbal|telephone|phone)(?:/(?:verbal|telephone|phone))?\s+orders?\b|V\.?O\.?R\.?B\.?|RBVO\b|(?-i:[VT]\.?O\.?)(?=\s+(?:from\s+|per\s+)?Dr))(?:[^|;]{0,60}?(?:\bread[- ]?back\w*|\bRBV\b|\brepeated\s+back))?",
            None, planned="drop",
        ),
        Wording(
            r"(?:<DR>(?:['’]s)?\s+)?(?:\b(?:written|signed|active|treatment|chemo\w*|infusion)\s+){0,3}(?<![\w-])orders?\b(?:\s*\((?:Dr\.?)?[^)|]{0,30}\))?" + _ORDER_GAP +
            r"\b(?:signed|verified|confirmed|reviewed|rev['’]?d|active|(?:on|in)\s+(?:the\s+)?chart|on\s+file|checked|in\s+place|present|received|ok['’]?d|acknowledged|noted|complete)\b(?:\s*\(?\s*(?:on\s+)?<DATE>\)?)?",
            planned="unclear", past="stated", unless=_not_a_drug_order,
        ),
        Wording(
            r"\b(?:signed|written|active|verified|confirmed|checked|reviewed|received|e-?signed)\s+(?:Dr\.\s*|(?!in\b|on\b|with\b|and\b|by\b|site\b)<WORD>\s+){0,4}?orders?\b(?:\s+(?:from|by|per|of)\s+<DR>)?(?:\s+(?:reviewed|verified|confirmed|on\s+file|(?:on|in)\s+chart))?",
            planned="unclear", past="stated", unless=_not_a_drug_order,
        ),
        Wording(
            r"\b(?:as\s+)?(?:per|by|via|from)\s+<DR>['’]?s?['’]?\s+(?:(?:written|signed|active|treatment|chemo\w*)\s+){0,2}orders?\b|\borders?\s+(?:from|per|by)\s+(?:Dr\.?\s+)<NAME>|\bordered\s+by\s+(?:Dr\.?\s+)<NAME>|"
            r"\bordering(?:\s+(?:provider|physician|md|practitioner|prescriber))?\s*[:=]?\s*(?:Dr\.?\s+<NAME>|<NAME>(?:\s+<NAME>)?,?\s+(?-i:MD|DO|NP|PA-C))|\border\s*[:=]?\s+Dr\.?\s+<NAME>|\bDr\.?\s+<NAME>['’]s?\s+orders?\b",
            planned="unclear", past="stated", unless=_not_a_drug_order,
        ),
        Label(r"(?:(?:signed|treatment|chemo\w*|physician|provider|md|infusion|written)\s+)*orders?(?:\s+(?:signed|verified|on\s+chart|reviewed|confirmed))*"),
        Wording(
            r"\b(?:per|on|under|by)\s+(?:standing|protocol)\s+orders?\b|\bstanding\s+orders?\b|\bprotocol\s+orders?\b|\b(?:given|infused|treated|administered|ordered)\s+(?:as\s+)?per\s+(?:\w+\s+)?protocol\b|"
            r"\b(?:as|per)\s+(?:(?:md|provider|physician)\s+)?orders?\b|\bas\s+ordered\b",
            None, planned="drop", weak=True,
        ),
    ),
)  # fmt: skip

_THROUGHOUT = r"(?:throughout|continuous(?:ly)?|(?:for|during)\s+(?:the\s+)?(?:entire|whole|duration|full)(?:\s+\w+){0,2}|entire\s+(?:time|push|infusion|injection|procedure)|the\s+whole\s+time|until\s+complet\w+|from\s+start\s+to\s+finish)"

PRESENCE = ElementRules(
    "provider_presence",
    ("dr", "md", "physician", "provider", "oncologist", "radiologist", "practitioner", "attending", "observation", "np ", "pa ", "continuous"),
    (
        Wording(
            r"<PROVIDER>\s+(?:was\s+|is\s+)?(?:not\s+(?:present|at\s+(?:the\s+)?bedside|in\s+(?:the\s+)?room|in\s+attendance)|absent|left\s+(?:the\s+)?(?:room|bedside)|stepped\s+(?:out|away)|unavailable)|"
            r"\b(?:no|without\s+an?)\s+<PROVIDER>\s+(?:was\s+)?(?:present|at\s+(?:the\s+)?bedside|in\s+(?:the\s+)?room)",
            False, denied="stated", planned="drop",
        ),
        Wording(
            r"<PROVIDER>[^|.;:]{0,40}?\b(?:present|at\s+(?:the\s+)?bedside|bedside|in\s+(?:the\s+)?(?:room|attendance)|remained|stayed|observ\w+)\b[^|.;:]{0,30}?" + _THROUGHOUT + r"|"
            r"\b(?:continuous|constant|uninterrupted)\s+(?:(?:physician|provider|attending)\s+)(?:observation|presence|attendance)\b|\b(?:continuous|constant|uninterrupted)\s+(?:direct\s+|bedside\s+)?(?:observation|presence|attendance)\s+(?:by|of)\s+(?:the\s+)?<PROVIDER>",
        ),
        Wording(
            r"\b(?:pushed|injected|instilled|administered|infused|given|delivered)\b(?!\s+(?:per|as)\b)[^|.;:]{0,50}?\bby\s+(?:the\s+)?<PROVIDER>|<PROVIDER>\s+(?:slowly\s+|then\s+|himself\s+|herself\s+)?(?:pushed|injected|instilled|administered|delivered)\b",
        ),
        Wording(r"<PROVIDER>\s+(?:was\s+|is\s+)?(?:present|at\s+(?:the\s+)?bedside|in\s+(?:the\s+)?room)\b[^|.;,]{0,25}", None, planned="drop"),
        Wording(r"\b(?:continuous|constant|uninterrupted)\s+(?:direct\s+|bedside\s+)?(?:observation|presence|attendance)\b", None, planned="drop", weak=True),
        Wording(r"\b(?:RN|nurse)\s+(?:was\s+|remained\s+|stayed\s+|present\s+){0,2}(?:present|at\s+(?:the\s+)?(?:bedside|chairside)|with\s+(?:the\s+)?(?:pt|patient))\s+" + _THROUGHOUT, None, planned="drop"),
        Label(r"(?:physician|provider|md)\s+(?:continuous(?:ly)?\s+)?(?:presen(?:t|ce)|at\s+bedside)(?:\s+throughout)?"),
    ),
)  # fmt: skip

SUPERVISION = ElementRules(
    "supervision",
    ("supervis", "on site", "onsite", "on-site", "in suite", "in the suite", "in clinic", "in office", "in the office", "available", "incident"),
    (
        Wording(
            r"\bno\s+<PROVIDER>\s+(?:was\s+|is\s+)?(?:on[- ]?site|in\s+(?:the\s+)?(?:suite|clinic|office|building)|available)|<PROVIDER>\s+(?:was\s+|is\s+)?(?:not\s+(?:on[- ]?site|in\s+(?:the\s+)?(?:suite|clinic|office|building)|available)|off[- ]?site|out\s+of\s+(?:the\s+)?(?:office|building))",
            False, denied="stated",
        ),
        Wording(r"<PROVIDER>\s+(?:was\s+|is\s+)?(?:available\s+)?(?:by|via)\s+(?:tele)?phone(?:\s+only)?|<PROVIDER>\s+(?:was\s+|is\s+)?available\s+(?:by|via)\s+(?:tele)?phone", None),
        Wording(
            r"<PROVIDER>[^|.;:]{0,30}?\b(?:on[- ]?site|in\s+(?:the\s+)?(?:office\s+suite|infusion\s+suite|suite|clinic|office|building)|immediately\s+available)\b(?:\s+(?:throughout|during)\b(?:\s+\w+){0,2})?|"
            r"\b(?:under|with)\s+(?:the\s+)?(?:direct\s+|general\s+|personal\s+)?supervision\s+(?:of|by)\s+(?:the\s+)?<PROVIDER>|\b(?:direct|general|personal|virtual\s+direct)\s+supervision\b(?:\s+(?:by|of|provided\s+by|via|per)\s+(?:<PROVIDER>|real[- ]time\s+\w+(?:[-/]\w+)?))?|"
            r"\bsupervis(?:ed\s+by|ing(?:\s+(?:provider|physician|practitioner|md))?)\s*[:=]?\s*(?:<DR>\S?|<NAME>\s+<NAME>,?\s+(?-i:MD|DO|NP|PA-C))|\bincident[- ]to\b(?:\s+<PROVIDER>)?",
        ),
        Label(r"(?:supervis(?:ion|ing(?:\s+(?:provider|physician|practitioner|md))?)|(?:provider|physician|md)\s+on[- ]?site)", free=True),
    ),
)  # fmt: skip

ASSESSMENT = ElementRules(
    "provider_assessment",
    ("seen", "saw", "examin", "assess", "clear", "evaluat", "provider visit", "ok to", "okay to", "visit with"),
    (
        Wording(r"\bno\s+(?:provider|physician|md|np)\s+(?:visit|assessment|evaluation)(?:\s+today)?|\bnot\s+(?:seen|evaluated|examined|assessed)\s+by\s+(?:the\s+|a\s+)?<PROVIDER>", False, denied="stated"),
        Wording(
            r"\b(?:seen|examined|evaluated|assessed|cleared)(?:\s+(?:and|&)\s+(?:examined|evaluated|assessed|cleared))?(?:\s+(?:for\s+\w+|today|prior\s+to\s+\w+))?\s+by\s+(?:the\s+)?<PROVIDER>|"
            r"<PROVIDER>\s+(?:has\s+)?(?:saw|seen|examined|evaluated|assessed|cleared)\s+(?:the\s+)?(?:pt|patient|her|him)\b|"
            r"\b(?:ok(?:ay)?|cleared|approved|clear)\s+(?:to|for)\s+(?:treat(?:ment)?|proceed|chemo\w*|infuse)\s+(?:per|by)\s+<PROVIDER>|<PROVIDER>\s+(?:ok['’]?d|approved|cleared)\s+(?:treatment|chemo\w*|to\s+(?:treat|proceed))|"
            r"\bprovider\s+assessment\s+(?:completed?|done|reviewed)",
            own=True,
        ),
        Label(r"(?:provider|physician|md)\s+(?:assessment|evaluation|visit)"),
    ),
)  # fmt: skip

ABN = ElementRules(
    "abn",
    ("abn", "beneficiary notice"),
    (
        Wording(r"(?<!\w)(?:no\s+(?-i:ABN)\b|(?-i:ABN)\s+(?:is\s+|was\s+)?(?:not\s+(?:needed|required|applicable|signed|obtained|on\s+file)|declined|refused|unsigned|missing))", False, denied="stated", planned="stated"),
        Wording(r"(?:\b(?:signed|obtained|issued|valid)\s+)?(?:\b(?-i:ABN)\b|\badvance\s+beneficiary\s+notice)(?:\s+of\s+non-?coverage)?(?:\s+\((?-i:ABN)\))?[^|.;:,]{0,20}?\b(?:signed|on\s+file|obtained|completed|issued|given|in\s+chart)\b(?:\s+<DATE>)?|\b(?:signed|obtained|issued)\s+(?:\w+\s+)?(?-i:ABN)\b", planned="unclear", past="stated"),
        Label(r"(?-i:ABN)(?:\s+(?:signed|on\s+file))?"),
        Wording(r"\b(?-i:ABN)\b", None, denied="unclear", planned="unclear", weak=True),
    ),
)  # fmt: skip

SEPARATE_VISIT = ElementRules(
    "separate_visit_note",
    ("separate", "e/m", "office visit", "visit note", "evaluation and management"),
    (
        Wording(r"\bno\s+separate\s+(?:visit|e/m|evaluation)\b|\bno\s+e/m\b", False, denied="stated"),
        Wording(
            r"\b(?:significant,?\s+)?separately\s+identifiable\b(?:\s+(?:e/m|evaluation|visit|service|work)(?:\s+(?:and\s+management))?)?|\bseparate\s+(?:e/m|office\s+visit|visit|clinic)\s+(?:note|evaluation|service|documentation)\b",
        ),
    ),
)  # fmt: skip

AUTHORITY = (CONSENT, ORDER, PRESENCE, SUPERVISION, ASSESSMENT, ABN, SEPARATE_VISIT)
