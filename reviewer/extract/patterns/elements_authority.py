"""Wordings of who attended, supervised and assessed; the notice of non-coverage; the separate visit."""

from __future__ import annotations

from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording

_THROUGHOUT = (
    r"(?:throughout|continuous(?:ly)?|(?:for|during)\s+(?:the\s+)?(?:entire|whole|"
    r"duration|full)(?:\s+\w+){0,2}|entire\s+(?:time|push|infusion|injection|procedure)|"
    r"the\s+whole\s+time|until\s+complet\w+|from\s+start\s+to\s+finish)"
)

PRESENCE = ElementRules(
    "provider_presence",
    (
        "dr",
        "md",
        "physician",
        "provider",
        "oncologist",
        "radiologist",
        "practitioner",
        "attending",
        "observation",
        "np ",
        "pa ",
        "continuous",
        "bedside",
    ),
    (
        Wording(
            r"<PROVIDER>\s+(?:was\s+|is\s+)?(?:not\s+(?:present|at\s+(?:the\s+)?bedside|"
            r"in\s+(?:the\s+)?room|in\s+attendance)|absent|left\s+(?:the\s+)?(?:room|bedside)|"
            r"stepped\s+(?:out|away)|unavailable)|"
            r"\b(?:no|without\s+an?)\s+<PROVIDER>\s+(?:was\s+)?(?:present|at\s+(?:the\s+)?bedside|"
            r"in\s+(?:the\s+)?room)",
            False,
            denied="stated",
            planned="drop",
        ),
        Wording(
            r"<PROVIDER>[^|.;:]{0,40}?\b(?:present|at\s+(?:the\s+)?bedside|bedside|"
            r"in\s+(?:the\s+)?(?:room|attendance)|remained|stayed|observ\w+)\b[^|.;:]{0,30}?" + _THROUGHOUT + r"|"
            r"\b(?:continuous|constant|uninterrupted)\s+(?:(?:physician|provider|"
            r"attending)\s+)(?:observation|presence|attendance)\b|\b(?:continuous|constant|"
            r"uninterrupted)\s+(?:direct\s+|bedside\s+)?(?:observation|presence|"
            r"attendance)\s+(?:by|of)\s+(?:the\s+)?<PROVIDER>",
        ),
        Wording(
            r"\b(?:pushed|injected|instilled|administered|infused|given|delivered)\b(?!\s+(?:per|"
            r"as)\b)[^|.;:]{0,50}?\bby\s+(?:the\s+)?<PROVIDER>|<PROVIDER>\s+(?:slowly\s+|then\s+|"
            r"himself\s+|herself\s+)?(?:pushed|injected|instilled|administered|delivered)\b",
        ),
        Wording(
            r"<PROVIDER>\s+(?:was\s+|is\s+)?(?:present|at\s+(?:the\s+)?bedside|"
            r"in\s+(?:the\s+)?room)\b[^|.;,]{0,25}",
            None,
            planned="drop",
        ),
        Wording(
            r"\b(?:continuous|constant|uninterrupted)\s+(?:direct\s+|bedside\s+)?(?:observation|"
            r"presence|attendance)\b",
            None,
            planned="drop",
            weak=True,
        ),
        Wording(
            r"\b(?:RN|nurse)\s+(?:was\s+|remained\s+|stayed\s+|present\s+){0,2}(?:present|"
            r"at\s+(?:the\s+)?(?:bedside|chairside)|with\s+(?:the\s+)?(?:pt|patient))\s+" + _THROUGHOUT,
            None,
            planned="drop",
        ),
        Label(
            r"(?:physician|provider|md)\s+(?:continuous(?:ly)?\s+)?(?:presen(?:t|ce)|"
            r"at\s+bedside)(?:\s+throughout)?"
        ),
    ),
)

SUPERVISION = ElementRules(
    "supervision",
    (
        "supervis",
        "on site",
        "onsite",
        "on-site",
        "in suite",
        "in the suite",
        "in clinic",
        "in office",
        "in the office",
        "available",
        "incident",
        "out of",
        "offsite",
        "off-site",
        "off site",
    ),
    (
        Wording(
            r"\bno\s+<PROVIDER>\s+(?:was\s+|is\s+)?(?:on[- ]?site|in\s+(?:the\s+)?(?:suite|clinic|"
            r"office|building)|available)|<PROVIDER>\s+(?:was\s+|is\s+)?(?:not\s+(?:on[- ]?site|"
            r"in\s+(?:the\s+)?(?:suite|clinic|office|building)|available)|off[- ]?site|"
            r"out\s+of\s+(?:the\s+)?(?:office|building))",
            False,
            denied="stated",
        ),
        Wording(
            r"<PROVIDER>\s+(?:was\s+|is\s+)?(?:available\s+)?(?:by|"
            r"via)\s+(?:tele)?phone(?:\s+only)?|<PROVIDER>\s+(?:was\s+|is\s+)?available\s+(?:by|"
            r"via)\s+(?:tele)?phone",
            None,
        ),
        Wording(
            r"<PROVIDER>[^|.;:]{0,30}?\b(?:on[- ]?site|in\s+(?:the\s+)?(?:office\s+suite|"
            r"infusion\s+suite|suite|clinic|office|building)|"
            r"immediately\s+available)\b(?:\s+(?:throughout|during)\b(?:\s+\w+){0,2})?|"
            r"\b(?:under|with)\s+(?:the\s+)?(?:direct\s+|general\s+|"
            r"personal\s+)?supervision\s+(?:of|by)\s+(?:the\s+)?<PROVIDER>|\b(?:direct|general|"
            r"personal|virtual\s+direct)\s+supervision\b(?:\s+(?:by|of|provided\s+by|via|"
            r"per)\s+(?:<PROVIDER>|real[- ]time\s+\w+(?:[-/]\w+)?))?|"
            r"\bsupervis(?:ed\s+by|ing(?:\s+(?:provider|physician|practitioner|"
            r"md))?)\s*[:=]?\s*(?:<DR>\S?|<NAME>\s+<NAME>,?\s+(?-i:MD|DO|NP|PA-C))|"
            r"\bincident[- ]to\b(?:\s+<PROVIDER>)?",
        ),
        Label(
            r"(?:supervis(?:ion|ing(?:\s+(?:provider|physician|practitioner|md))?)|(?:provider|"
            r"physician|md)\s+on[- ]?site)",
            free=True,
        ),
    ),
)

ASSESSMENT = ElementRules(
    "provider_assessment",
    ("seen", "saw", "examin", "assess", "clear", "evaluat", "provider visit", "ok to", "okay to", "visit with"),
    (
        Wording(
            r"\bno\s+(?:provider|physician|md|np)\s+(?:visit|assessment|evaluation)(?:\s+today)?|"
            r"\bnot\s+(?:seen|evaluated|examined|assessed)\s+by\s+(?:the\s+|a\s+)?<PROVIDER>",
            False,
            denied="stated",
        ),
        Wording(
            r"\b(?:seen|examined|evaluated|assessed|cleared)(?:\s+(?:and|&)\s+(?:examined|"
            r"evaluated|assessed|cleared))?(?:\s+(?:for\s+\w+|today|"
            r"prior\s+to\s+\w+))?\s+by\s+(?:the\s+)?<PROVIDER>|"
            r"<PROVIDER>\s+(?:has\s+)?(?:saw|seen|examined|evaluated|assessed|"
            r"cleared)\s+(?:the\s+)?(?:pt|patient|her|him)\b|"
            r"\b(?:ok(?:ay)?|cleared|approved|clear)\s+(?:to|for)\s+(?:treat(?:ment)?|proceed|"
            r"chemo\w*|infuse)\s+(?:per|by)\s+<PROVIDER>|<PROVIDER>\s+(?:ok['’]?d|approved|"
            r"cleared)\s+(?:treatment|chemo\w*|to\s+(?:treat|proceed))|"
            r"\bprovider\s+assessment\s+(?:completed?|done|reviewed)",
            own=True,
        ),
        Label(r"(?:provider|physician|md)\s+(?:assessment|evaluation|visit)"),
    ),
)

ABN = ElementRules(
    "abn",
    ("abn", "beneficiary notice"),
    (
        Wording(
            r"(?<!\w)(?:no\s+(?-i:ABN)\b|(?-i:ABN)\s+(?:is\s+|was\s+)?(?:not\s+(?:needed|required|"
            r"applicable|signed|obtained|on\s+file)|declined|refused|unsigned|missing))",
            False,
            denied="stated",
            planned="stated",
        ),
        Wording(
            r"(?:\b(?:signed|obtained|issued|valid)\s+)?(?:\b(?-i:ABN)\b|"
            r"\badvance\s+beneficiary\s+notice)(?:\s+of\s+non-?coverage)?(?:\s+\((?-i:ABN)\))?[^|"
            r".;:,]{0,20}?\b(?:signed|on\s+file|obtained|completed|issued|given|"
            r"in\s+chart)\b(?:\s+<DATE>)?|\b(?:signed|obtained|issued)\s+(?:\w+\s+)?(?-i:ABN)\b",
            planned="unclear",
            past="stated",
        ),
        Label(r"(?-i:ABN)(?:\s+(?:signed|on\s+file))?"),
        Wording(r"\b(?-i:ABN)\b", None, denied="unclear", planned="unclear", weak=True),
    ),
)

SEPARATE_VISIT = ElementRules(
    "separate_visit_note",
    ("separate", "e/m", "office visit", "visit note", "evaluation and management"),
    (
        Wording(r"\bno\s+separate\s+(?:visit|e/m|evaluation)\b|\bno\s+e/m\b", False, denied="stated"),
        Wording(
            r"\b(?:significant,?\s+)?separately\s+identifiable\b(?:\s+(?:e/m|evaluation|visit|"
            r"service|work)(?:\s+(?:and\s+management))?)?|\bseparate\s+(?:e/m|office\s+visit|"
            r"visit|clinic)\s+(?:note|evaluation|service|documentation)\b",
        ),
    ),
)

AUTHORITY = (
    PRESENCE,
    SUPERVISION,
    ASSESSMENT,
    ABN,
    SEPARATE_VISIT,
)
