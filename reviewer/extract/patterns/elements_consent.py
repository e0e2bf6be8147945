"""Wordings of the consent and of the order, and what only looks like them."""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording
from reviewer.language.lazy import Lazy

_THIS_TREATMENT = (
    r"(?:chemo\w*|immuno\w*|(?<!radiation )(?<!blood )treatments?|(?<!radiation )therapy|"
    r"infusions?|biologics?|antineoplastics?|regimen|"
    r"drugs?|medications?)\b"
)

_OTHER_PROCEDURE = (
    r"(?:(?:medi)?port(?:-?a-?cath)?|picc|central\s+line|line|catheter|transfus\w+|blood|"
    r"prbcs?|platelets?|surg\w+|operati\w+|biops\w+|"
    r"lumbar\s+puncture|lp|thoracentesis|paracentesis|chest\s+tube|procedur\w+|anesth\w+|"
    r"sedation|contrast|ct|mri|imaging|photo\w*|research|"
    r"study|clinical\s+trial|trial|release|hipaa|telehealth|vaccin\w+|immuniz\w+|"
    r"radiation|hiv|genetic|emboliz\w+|angiogra\w+|"
    r"pump\s+placement|bone\s+marrow|colonoscopy|endoscopy)\b"
)

_ORDER_FOR_OTHER = (
    r"(?:ct|mri|pet|labs?|cbc|cmp|imaging|x-?rays?|cxr|ultrasound|echo|diet|dme|"
    r"home\s+health|referral|consult|wheelchair|dnr|discharge|"
    r"transport|port\s+placement|oxygen|blood\s+work)\b"
)

_TAIL = (
    r"(?:\s+(?:forms?\s+)?(?:is\s+|was\s+)?(?:on\s+file|(?:on|in)\s+(?:the\s+)?chart|"
    r"scanned|signed))?(?:\s*\(?\s*(?:signed\s+|dated\s+|on\s+)?<DATE>\s*\)?)?"
)

CONSENT = ElementRules(
    "informed_consent",
    ("consent", "risk", "agree"),
    (
        Wording(
            r"\bconsent\w*\b[^|,.;]{0,40}?\b(?:for|to)\s+(?:the\s+|an?\s+|his\s+|her\s+)?"
            r"(?:(?!"
            + _THIS_TREATMENT
            + r"|via\b|through\b|by\b|per\b)[\w-]+\s+){0,2}?"
            + _OTHER_PROCEDURE
            + r"(?![^|]{0,25}?(?:\band\b|&|/|\bplus\b)\s+(?:<WORD>\s+)?"
            + _THIS_TREATMENT
            + r")"
            r"(?:\s+(?:placement|insertion))?(?:\s+(?:was\s+)?(?:signed|obtained|on\s+file|"
            r"on\s+chart))?",
            None,
            denied="unclear",
            planned="unclear",
            past="unclear",
        ),
        Wording(
            r"\b"
            + _OTHER_PROCEDURE
            + r"(?:\s+(?:products?|placement|insertion|transfusion))?\s+consents?\b(?:<GAP>\b(?:sign"
            r"ed|obtained|on\s+file|on\s+chart|verified))?",
            None,
            denied="unclear",
            planned="unclear",
            past="unclear",
        ),
        Wording(
            r"\bconsent\w*\b[^|,]{0,40}?\b(?:for|before|prior\s+to|at|to)\s+(?:the\s+|his\s+|"
            r"her\s+)?(?:possible\s+)?(?:future|next|upcoming|subsequent|"
            r"maintenance)\b(?:\s+[\w-]+){0,2}",
            None,
            denied="unclear",
            planned="unclear",
            past="unclear",
        ),
        Wording(
            r"\bgeneral\s+consent(?:\s+(?:to|for)\s+\w+)?|\bimplied\s+consent|"
            r"\bconsents?\s+(?:is\s+|was\s+)?implied|"
            r"\bconsent\s+forms?\s+(?:was\s+|were\s+)?(?:given|provided|handed|mailed|emailed|"
            r"sent)\s+to\b(?:\s+\w+){0,2}|"
            r"\breviewed\s+(?:the\s+)?consent\s+forms?\s+with\s+(?:the\s+)?(?:pt|patient)(?![^|"
            r"]{0,60}\bsigned)",
            None,
            denied="unclear",
            planned="unclear",
            past="unclear",
        ),
        Wording(
            r"\b(?:declin\w+|refus\w+|unwilling)\s+(?:to\s+sign\s+)?[^|,]{0,25}?\bconsents?\b|"
            r"\bconsents?\b[^|]{0,40}?\b(?:declin\w+|refus\w+)(?:\s+to\s+sign)?|\bconsents?\b[^|"
            r",]{0,15}?\b(?:withdrawn|revoked|expired)|\b(?:withdrew|"
            r"revoked)\s+(?:\w+\s+)?consent|"
            r"\bunable\s+to\s+(?:locate|find|obtain)[^|,]{0,25}?\bconsents?\b|"
            r"\bconsents?\b[^|,\[☐☑☒□]{0,25}?\b(?:not\s+(?:on|in|located|found|signed|obtained|"
            r"available|present|completed?|scanned|done|given|verified)\b(?:\s+(?:file|chart))?|"
            r"unsigned|missing|absent|(?:cannot|could\s+not|can['’]t)\s+be\s+\w+)|"
            r"\b(?:no|without)\s+(?!new\b|further\b|additional\b|changes?\b|separate\b|issues?\b|"
            r"complaints?\b|concerns?\b|questions?\b)(?:[\w-]+\s+){0,2}consents?\b(?!\s+(?:needed|"
            r"required))(?:\s+(?:form\s+)?(?:on\s+file|(?:on|in)\s+chart|signed|obtained|found|"
            r"located))?|"
            r"\bunsigned\s+consents?\b|\bnot\s+consented\b",
            False,
            denied="stated",
            planned="stated",
            past="stated",
        ),
        Wording(
            r"\bconsent\w*\b[^|,]{0,25}?\b(?:pending|to\s+be\s+\w+|needed|needs\s+\w+|required|"
            r"not\s+yet\s+\w+|awaiting|in\s+process|will\s+be\s+\w+)\b|"
            r"\b(?:obtain|get|needs?|await\w*|pending|require[sd]?|will\s+(?:sign|obtain|get)|"
            r"bring|mail\w*|fax\w*|to\s+(?:sign|obtain|get))\s+(?:<WORD>\s+){0,3}consents?\b",
            None,
            denied="unclear",
            planned="unclear",
            past="unclear",
        ),
        Wording(
            r"\bverbal(?:ly)?\s+(?:informed\s+)?consent\w*(?:\s+(?:was\s+)?(?:obtained|given|"
            r"received|documented))?(?:\s+(?:by|via|over)\s+(?:the\s+)?(?:tele)?phone)?",
            planned="unclear",
            past="stated",
        ),
        Wording(
            r"\b(?:signed|obtained|verified|confirmed|witnessed|received|completed|checked|"
            r"scanned|located|reviewed|has|have|valid)\s+(?:(?!and\b|with\b|"
            r"orders?\b)<WORD>\s+){0,3}?consents?\b(?:\s+forms?)?" + _TAIL,
            planned="unclear",
            past="stated",
        ),
        Wording(
            r"\b(?:e-?|written\s+|informed\s+|treatment\s+|chemo\w*\s+|"
            r"infusion\s+){0,3}consents?\b(?:\s+forms?)?[^|,.:;]{0,40}?"
            r"\b(?:signed|on\s+file|(?:on|in)\s+(?:the\s+)?(?:chart|emr|ehr|record|media)|scanned|"
            r"obtained|verified|confirmed|completed?|current|active|witnessed|reviewed|rev['’]?d|"
            r"done|given|present|in\s+place|ok)\b"
            r"(?:\s*\(?\s*(?:signed\s+|dated\s+|on\s+|by\s+pt\s+|by\s+patient\s+)?<DATE>\s*\)?)?",
            planned="unclear",
            past="stated",
        ),
        Wording(
            r"(?:\b(?:pt|patient|he|she)|^\s*|[,.]\s*)\s*(?:was\s+|has\s+|has\s+been\s+|"
            r"is\s+)?consented\b(?:\s+(?:to|for)\s+[\w-]+)?",
            planned="unclear",
            past="stated",
        ),
        Label(
            r"(?:(?:informed|treatment|chemo\w*|written|signed)\s+){0,3}consents?(?:\s+(?:forms?|"
            r"signed|obtained|on\s+file|verified|for\s+treatment)){0,2}"
        ),
        Wording(
            r"@[A-Z_0-9]{0,30}CONSENT[A-Z_0-9]{0,30}@|\bconsents?\b[\s:]*(?:_{2,}|\*{3})|"
            r"(?:\[\s{0,3}\]|[☐□])\s*(?:[\w-]+\s+){0,3}consents?\b",
            None,
            denied="unclear",
            planned="unclear",
            past="unclear",
        ),
        Wording(
            r"\brisks?\b[^|]{0,60}?\b(?:benefits?|alternatives?|side\s+effects)\b(?:[^|"
            r"]{0,60}?\b(?:agree\w*|wish\w*\s+to\s+proceed|elects?\s+to\s+proceed|accept\w*|"
            r"consents?\b))?(?:\s+to\s+(?:proceed|treatment|plan))?|"
            r"\b(?:pt|patient|he|she)\s+(?:is\s+)?(?:agree\w*|wishes|consents)\s+(?:to|"
            r"with)\s+(?:\w+\s+){0,2}(?:proceed\w*|treatment|plan|therapy|chemo\w*|infusion)",
            None,
            denied="unclear",
            planned="unclear",
            past="unclear",
            weak=True,
        ),
        Wording(r"\bconsent(?:s|ed|ing)?\b", None, denied="unclear", planned="unclear", past="unclear", weak=True),
    ),
)


_OTHER_ORDER = Lazy(r"\b(?:in|out\s+of|mail|court|restraining|code)\s*\Z", re.IGNORECASE)
_ORDER_OF_ELSE = Lazy(r"\borders?\s+(?:(?:for|of)\s+)?(?:(?:an?|the)\s+)?" + _ORDER_FOR_OTHER, re.IGNORECASE)
_ELSE_ORDERED = Lazy(r"\b" + _ORDER_FOR_OTHER + r"(?:\s+\w+)?\s+orders?\b", re.IGNORECASE)
_NO_ORDER = Lazy(r"\border\s+set\b|\bin\s+order\b", re.IGNORECASE)


def _not_a_drug_order(sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether the order is for something else than the treatment: a scan, labs, an idiom."""
    before = sentence.text[max(0, found.start() - 24) : found.start()]
    around = sentence.text[max(0, found.start() - 24) : found.end() + 24]
    return bool(
        _OTHER_ORDER.search(before)
        or _ORDER_OF_ELSE.search(around)
        or _ELSE_ORDERED.search(around)
        or _NO_ORDER.search(found[0])
    )


_ORDER_GAP = r"(?:Dr\.|[^|.:;]){0,50}?"

ORDER = ElementRules(
    "signed_order",
    ("order", "v.o", "t.o", "rbvo", "protocol"),
    (
        Wording(
            r"\bfuture[- ]dated\s+orders?\b|\borders?\b[^|,]{0,20}?\bfuture[- ]dated\b|"
            r"\borders?\b\s+(?:is\s+|are\s+)?(?:dated|effective|released|"
            r"signed)\s+for\s+(?:<DATE>|tomorrow|next\s+\w+)|"
            r"\borders?\b[^|,]{0,30}?\b(?:await(?:s|ing)\s+(?:co-?)?signature|"
            r"pending\s+(?:co-?)?sign\w*|needs\s+(?:a\s+)?(?:co-?)?signature)\b",
            None,
            denied="unclear",
            planned="stated",
            past="unclear",
        ),
        Wording(
            r"\bunsigned\s+(?:<WORD>\s+){0,2}?orders?\b|\borders?\b[^|,]{0,30}?\b(?:unsigned|"
            r"not\s+(?:yet\s+)?(?:been\s+)?(?:signed|found|on\s+(?:file|chart)|in\s+chart|located|"
            r"available|present|received|verified|entered)|missing|"
            r"(?:cannot|could\s+not)\s+be\s+\w+|expired)\b|"
            r"\b(?:no|without)\s+(?!new\b|further\b|additional\b|other\b|"
            r"change)(?:an?\s+)?(?:<WORD>\s+){0,2}?orders?\b(?:\s+(?:found|on\s+file|(?:on|"
            r"in)\s+chart|present|available|received))?(?!\s+changes?)|"
            r"\bunable\s+to\s+(?:locate|find|verify|obtain)\s+(?:<WORD>\s+){0,3}?orders?\b",
            False,
            denied="stated",
            planned="stated",
            past="drop",
            unless=_not_a_drug_order,
        ),
        Wording(
            r"\b(?:verbal|telephone|phone)\s+orders?\b[^|.]{0,60}?\b(?<!un)(?:co-?signed|signed|" r"authenticated)\b",
            planned="unclear",
        ),
        Wording(
            r"\b(?:(?:verbal|telephone|phone)(?:/(?:verbal|telephone|phone))?\s+orders?\b|"
            r"V\.?O\.?R\.?B\.?|RBVO\b|(?-i:[VT]\.?O\.?)(?=\s+(?:from\s+|per\s+)?Dr))(?:[^|"
            r";]{0,60}?(?:\bread[- ]?back\w*|\bRBA?V\b|\brepeated\s+back))?",
            None,
            planned="drop",
        ),
        Wording(
            r"(?:<DR>(?:['’]s)?\s+)?(?:\b(?:written|signed|active|treatment|chemo\w*|"
            r"infusion)\s+){0,3}(?<![\w-])orders?\b(?:\s*\((?:Dr\.?)?[^)|]{0,30}\))?"
            + _ORDER_GAP
            + r"\b(?:signed|verified|confirmed|reviewed|rev['’]?d|active|(?:on|"
            r"in)\s+(?:the\s+)?chart|on\s+file|checked|in\s+place|present|ok['’]?d|"
            r"acknowledged|noted|complete)\b(?:\s*\(?\s*(?:on\s+)?<DATE>\)?)?",
            planned="unclear",
            past="stated",
            unless=_not_a_drug_order,
        ),
        Wording(
            r"\borders?\s*:\s*[^|;\n:]{3,100}?(?<!\bnot\s)\b(?:e-?)?signed\s+(?:by\s+)?(?:(?:<DR>|<PERSON>)|<DATE>)"
            r"|\bordering(?:\s+(?:provider|physician|md))?\s*:?\s+<DR>[^|;\n]{0,6}?\s*\b(?:e-?)?signed\b"
            r"(?:\s+<DATE>)?|\b(?:e-?)?signed\s+orders?\s*:\s*(?=\w)",
            planned="stated",
            past="stated",
            unless=_not_a_drug_order,
        ),
        Wording(
            r"\b(?:signed|written|active|verified|confirmed|checked|reviewed|"
            r"e-?signed)\s+(?:Dr\.\s*|(?!in\b|on\b|with\b|and\b|by\b|"
            r"site\b)<WORD>\s+){0,4}?orders?\b(?:\s+(?:from|by|per|of)\s+<DR>)?(?:\s+(?:reviewed|"
            r"verified|confirmed|on\s+file|(?:on|in)\s+chart))?",
            planned="unclear",
            past="stated",
            unless=_not_a_drug_order,
        ),
        Wording(
            r"\b(?:as\s+)?(?:per|by|via|from)\s+<DR>['’]?s?['’]?\s+(?:(?:written|signed|active|"
            r"treatment|chemo\w*)\s+){0,2}orders?\b|\borders?\s+(?:from|per|"
            r"by)\s+(?:Dr\.?\s+)<NAME>|\bordered\s+by\s+(?:Dr\.?\s+)<NAME>|"
            r"\bordering(?:\s+(?:provider|physician|md|practitioner|"
            r"prescriber))?\s*[:=]?\s*(?:Dr\.?\s+<NAME>|<NAME>(?:\s+<NAME>)?,?\s+(?-i:MD|DO|NP|"
            r"PA-C))|\border\s*[:=]?\s+Dr\.?\s+<NAME>|\bDr\.?\s+<NAME>['’]s?\s+orders?\b",
            planned="unclear",
            past="stated",
            unless=_not_a_drug_order,
        ),
        Label(
            r"(?:(?:signed|treatment|chemo\w*|physician|provider|md|infusion|"
            r"written)\s+){0,3}orders?(?:\s+(?:signed|verified|on\s+chart|reviewed|"
            r"confirmed)){0,2}"
        ),
        Wording(
            r"\b(?:per|on|under|by)\s+(?:standing|protocol)\s+orders?\b|\bstanding\s+orders?\b|"
            r"\bprotocol\s+orders?\b|\b(?:given|infused|treated|administered|"
            r"ordered)\s+(?:as\s+)?per\s+(?:\w+\s+)?protocol\b|"
            r"\b(?:as|per)\s+(?:(?:md|provider|physician)\s+)?orders?\b(?!\s+set)|"
            r"\bas\s+ordered\b|\borders?\s+received\b|\breceived\s+orders?\b",
            None,
            planned="drop",
            weak=True,
        ),
    ),
)

CONSENT_AND_ORDER = (
    CONSENT,
    ORDER,
)
