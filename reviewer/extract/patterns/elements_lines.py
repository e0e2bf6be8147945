"""Wordings of an occluded line and its clearance, of a second site and of a second visit.

These open a further code, so each asks for words that state the thing done today.
"""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording
from reviewer.language.lazy import Lazy

_AGENT = Lazy(
    r"\b(?:alteplase|cath-?flo|activase|t-pa|tpa|reteplase|tenecteplase|urokinase|thrombolytic)\b", re.IGNORECASE
)

_OTHER_DWELL = Lazy(
    r"\b(?:bcg|bladder|foley|catheter clamp\w*|periton\w*|pleur\w*|chest|mitomycin|gemcitabine|turn\w*|void\w*)\b",
    re.IGNORECASE,
)
_LINE = r"(?:port|mediport|picc|line|catheter|lumen|cvc|hickman|cvad|vad|device)"


def names_thrombolytic(words: str) -> bool:
    """Whether words name an agent that clears a line."""
    return bool(_AGENT.search(words))


def _no_agent(sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether a dwell is not told of a thrombolytic; one that leads its sentence goes on about the one before."""
    if _AGENT.search(sentence.text, max(0, found.start() - 120), found.end() + 120):
        return False
    return bool(_OTHER_DWELL.search(sentence.text)) or len(sentence.text[: found.start()].split()) > 3


OCCLUSION = ElementRules(
    "occlusion",
    ("occlu", "blood return", "clot", "sluggish", "flush", "aspirat", "thrombos", "draw"),
    (
        Wording(
            r"\b(?:no|without|negative\s+for)\s+(?:evidence\s+of\s+)?(?:occlusion|clots?)\b|"
            r"\b(?:not\s+occluded|occlusion\s+ruled\s+out)",
            False,
            denied="stated",
            planned="drop",
        ),
        Wording(
            r"\b(?:no|absent|lack\s+of|without(?:\s+a)?|unable\s+to\s+(?:get|obtain|"
            r"elicit)(?:\s+an?y?)?|sluggish)\s+(?:a\s+)?(?:brisk\s+)?blood\s+return\b|"
            r"\bblood\s+return\s+(?:is\s+|was\s+)?(?:absent|not\s+(?:obtained|present|noted)|"
            r"sluggish|unobtainable)|\bno\s+blood\s+(?:could|can)\s+be\s+(?:drawn(?:\s+back)?|aspirated|"
            r"withdrawn|obtained)\b|\bunable\s+to\s+(?:aspirate|draw|withdraw|"
            r"flush)\b(?:\s+(?:the\s+)?(?:\w+\s+)?" + _LINE + r")?|"
            r"\b" + _LINE + r"\b[^|.;,]{0,20}?\b(?:occluded|clotted|sluggish|"
            r"(?:will\s+not|would\s+not|won['’]?t|does\s+not|doesn['’]?t|cannot|can['’]?t|could\s+not)\s+"
            r"(?:flush|draw(?!\s+labs)|aspirate))|\b(?:occluded|clotted)\s+(?:\w+\s+)?"
            + _LINE
            + r"\b|\b"
            + _LINE
            + r"\s+occlusion\b|\b(?:partial|complete|thrombotic|withdrawal|catheter)\s+occlusion\b|"
            r"\bfibrin\s+sheath\b",
            denied="stated",
        ),
    ),
)

DWELL = ElementRules(
    "thrombolytic_dwell",
    ("dwell", "dwelt", "instill", "alteplase", "cathflo", "cath-flo", "tpa", "t-pa"),
    (
        Wording(
            r"\bdwell(?:ed|ing|t|\s+time)?\s*(?:of|for|x|[:=]|was|"
            r"time)?\s*(?P<v>\d{1,3}\s*(?:min(?:ute)?s?|h(?:ou)?rs?|h)\b)|"
            r"\b(?P<w>\d{1,3}[- ]?(?:min(?:ute)?s?|h(?:ou)?rs?|h)\s+dwell)\b|"
            r"\b(?:left\s+in\s+place|allowed\s+to\s+(?:sit|"
            r"dwell))\s+(?:for\s+)?(?:x\s?)?(?P<u>\d{1,3}\s*(?:min(?:ute)?s?|h(?:ou)?rs?))\b|"
            r"\b(?:(?:left|allowed|let|permitted)\s+(?:to\s+)?dwell)\b|"
            r"\b(?:dwell(?:ed|ing|t)?\s+(?:from\s+)?<TIME>\s*(?:-|–|to|until)\s*<TIME>)",
            unless=_no_agent,
            planned="drop",
        ),
    ),
)

DECLOTTING_OUTCOME = ElementRules(
    "declotting_outcome",
    ("blood", "return", "patency", "occlu", "declot", "cleared", "flush", "success", "draws", "aspirat"),
    (
        Wording(
            r"\bpatency\s+(?:was\s+)?(?:restored|re-?established|not\s+restored)|\b(?:declot\w*|"
            r"clearance|cathflo|alteplase|t-?pa)\b[^|.;]{0,40}?\b(?:successful|unsuccessful|"
            r"effective|ineffective)\b|\b(?:remains?|still)\s+occluded\b|\bocclusion\s+(?:cleared|"
            r"resolved|remains|persists|unresolved)|\bpatency\s+(?:could\s+not\s+be|was\s+not|cannot\s+be)\s+restored|"
            r"\bnow\s+(?:flushes|draws|aspirates)\b|"
            r"\b(?:after|following|post)\s+(?:the\s+)?(?:(?:\d+\s*min\w*\s+)?dwell|cathflo|"
            r"alteplase|t-?pa)\b[^|;]{0,60}?\bblood\s+return\b(?:\s+\w+)?|\b(?:brisk|good|"
            r"positive|\+|no|excellent)\s*blood\s+return\b[^|;]{0,40}?\b(?:after|following|"
            r"post)\s+(?:the\s+)?(?:\w+\s+){0,2}(?:dwell|cathflo|alteplase|t-?pa)\b|"
            r"\b(?:dwell\w*|instilled)\b[^|;.]{0,60}?\b(?:brisk|good|excellent|positive|free)\s+return\b|"
            r"\bblood\s+return\s+(?:\w+\s+)?restored\b|"
            r"\bblood\s+(?:back|aspirated|withdrawn|drawn\s+back)\s+(?:easily|freely|briskly|well)\b|"
            r"\bnow\s+(?:draws?|aspirates?|withdraws?|returns?|gives?)\b[^|.;]{0,24}\b(?:easily|freely|briskly|well|"
            r"blood)\b",
            denied="stated",
            planned="drop",
        ),
    ),
)


def _of_blood(sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether (in)compatible is said of blood groups or a scanner, not of drugs in one line."""
    around = sentence.text[max(0, found.start() - 40) : found.end() + 20]
    return bool(re.search(r"\b(?:ABO|blood\s+(?:type|group)|crossmatch|MRI)\b", around, re.IGNORECASE))


SECOND_SITE = ElementRules(
    "second_site_reason",
    ("site", "compatib", "separate", "second", "two", "access", "line"),
    (
        Wording(
            r"\b(?:no|without)\s+(?:clinical\s+|documented\s+)?(?:reason|rationale|need|"
            r"indication)\s+(?:\w+\s+){0,2}(?:second|separate|two|2nd)\s+(?:\w+\s+){0,2}(?:sites?|"
            r"access|lines?|IVs?|PIVs?)|\b(?:second|separate)\s+(?:\w+\s+)?(?:sites?|access|"
            r"IV)\s+(?:was\s+)?not\s+(?:required|needed)",
            False,
            denied="stated",
            planned="drop",
        ),
        Wording(
            r"\bprotocol[- ](?:requir\w+|call\w*|specif\w+|"
            r"mandat\w+)\s+(?:for\s+)?(?:the\s+)?(?:use\s+of\s+)?(?:two|2|separate|second|"
            r"dual)(?:\s+(?:separate|different|IV|vascular|access|peripheral)){0,3}\s+(?:sites?|"
            r"lines?|IVs?|accesses?)\b|\b(?:second|separate|two|2nd)\s+(?:\w+\s+){0,2}(?:sites?|"
            r"lines?|IVs?|PIVs?|access(?:es)?)\b[^|;.]{0,50}?\b(?:(?:required|"
            r"mandated)\s+by\s+(?:the\s+)?(?:\w+\s+)?protocol|per\s+protocol|"
            r"because\s+(?:the\s+)?protocol\s+requires)(?:\s+(?:two|2)\s+(?:IV\s+)?sites)?|"
            r"\bdrugs?\s+(?:are\s+)?incompatible\b|(?<!abo )(?<!blood )\bincompatib(?:le|ility|"
            r"ilities)\b(?:\s+(?:with|of|between)\s+(?:<WORD>\s?){1,4})?",
            denied="drop",
            unless=_of_blood,
        ),
        Wording(
            r"\b(?:cannot|can\s+not|can['’]?t|could\s+not|must\s+not|mustn['’]?t|may\s+not|should\s+not|not\s+to|never)\s+(?:be\s+)?"
            r"(?:(?:meet|touch|mix\s+with|be\s+mixed\s+with|run\s+with|be\s+given\s+with|go\s+with)\s+(?:<WORD>\s?){1,3}\s*in\s+the\s+same\s+"
            r"(?:vein|line|lumen|site|tubing)\b|"
            r"share\w*\s+(?:a|an|the|one|any)?\s*(?:same\s+)?(?:<WORD>\s?)?(?:lines?|lumens?|sites?|IVs?|tubing|access)\b|"
            r"(?:co-?infused|y-?\s?sited|(?:run|given|infused|mixed|go)\s+(?:<WORD>\s){0,2}?(?:together|through|via|in|with)\s+"
            r"(?:the\s+)?(?:same|one)\s+(?:<WORD>\s?)?(?:lines?|lumens?|sites?|IVs?|tubing|access)))\b"
            r"|\b(?:protocol|polic(?:y|ies)|pharmac(?:y|ist)|manufacturer|label(?:l?ing)?|guidelines?)\s+(?:\w+\s+)?"
            r"(?:requir\w+|mandat\w+|calls?\s+for|specif\w+|wants?|insists?\s+on)\s+(?:that\s+)?(?:(?:the|it|each|they|to|be|"
            r"given|run|infused|through|via|by|use|of|a|an|its|their|drug|drugs|in)\s+){0,6}(?:own|separate|second|two|dedicated|different)\s+"
            r"(?:<WORD>\s){0,2}?(?:lines?|sites?|IVs?|PIVs?|access(?:es)?|arms?)\b",
            denied="stated",
            unless=_of_blood,
        ),
        Wording(
            r"\bnot\s+(?:y-?\s?site\s+|iv\s+)?compatible\b(?:\s+(?:with|through|in)\s+(?:<WORD>\s?){1,3})?",
            denied="stated",
            unless=_of_blood,
        ),
        Label(
            r"(?:reason|rationale)\s+for\s+(?:second|separate|2nd)\s+(?:\w+\s+)?(?:site|access|IV|" r"line)", free=True
        ),
    ),
)

_CAME_BACK = (
    r"(?:the\s+)?(?:she|he|they|pt|patient)?\s*(?:then\s+|later\s+)?(?:returned|"
    r"came\s+back|re-?presented|back)\b(?!\s+(?:from|to\s+(?:baseline|normal|room|chair|"
    r"bed)|of|pain))(?:\s+to\s+(?:the\s+)?(?:clinic|unit|infusion\s+\w+|center|office|"
    r"ED))?"
)


def _other_return(sentence: Sentence, found: re.Match[str]) -> bool:
    before = sentence.text[max(0, found.start() - 30) : found.start()]
    return bool(
        re.search(
            r"\b(?:blood|vitals?|bp|hr|temp\w*|pressure|symptoms?|values?|rate|will|to|should|if|" r"can|may)\s*\Z",
            before,
            re.IGNORECASE,
        )
        or re.search(
            r"\b(?:restroom|bathroom|lobby|cafeteria|radiology|CT|imaging|lunch|walk)\b",
            sentence.text[max(0, found.start() - 60) : found.end() + 30],
            re.IGNORECASE,
        )
    )


SECOND_VISIT = ElementRules(
    "second_visit_evidence",
    ("return", "came back", "re-presented", "second visit", "back at", "separate visit"),
    (
        Wording(
            r"\b(?:did\s+not\s+return|has\s+not\s+returned|never\s+returned)\b", False, denied="stated", past="stated"
        ),
        Wording(
            r"\b"
            + _CAME_BACK
            + r"[^|.;,]{0,25}?\b(?:at|@)\s*<TIME>(?:\s*(?:with|for)\s+\w+)?|<TIME>\s*[-:–]?\s*"
            + _CAME_BACK,
            denied="drop",
            past="drop",
            unless=_other_return,
        ),
        Wording(
            r"\b(?:returned|came\s+back)\s+(?:later\s+)?(?:the\s+same\s+day|that\s+(?:afternoon|"
            r"evening)|this\s+(?:afternoon|evening))\b|\b(?:second|separate)\s+(?:visit|"
            r"encounter)\s+(?:of\s+the\s+day|today|this\s+(?:afternoon|evening)|same\s+day)\b",
            denied="drop",
            past="drop",
            unless=_other_return,
        ),
    ),
)

LINES = (
    OCCLUSION,
    DWELL,
    DECLOTTING_OUTCOME,
    SECOND_SITE,
    SECOND_VISIT,
)
