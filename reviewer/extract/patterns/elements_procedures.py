"""Wordings of procedures: puncture, chest tap, arterial catheter, lesions, cooling, earlier treatment.

Several decide a code, so each asks for words that state the thing done today, not merely named.
"""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording


def _only_spoken_of(sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether the procedure is consented to, explained, referred to or scheduled rather than done."""
    before = sentence.text[max(0, found.start() - 40) : found.start()]
    after = sentence.text[found.end() : found.end() + 30]
    return bool(
        re.search(
            r"\b(?:consents?|consented|risks?|discuss\w*|explain\w*|refer\w*|order\w*|candidate|"
            r"post|ready|prep\w*\s+for|here|presented|presents|arrived|ambulatory|"
            r"scheduled)\b(?:\s+\w+){0,4}\s*\Z",
            before,
            re.IGNORECASE,
        )
        or re.match(
            r"\s*(?:consent|scheduled|planned|tray|kit|precautions|headache|tomorrow|next)\b", after, re.IGNORECASE
        )
    )


LUMBAR_PUNCTURE = ElementRules(
    "lumbar_puncture",
    ("lumbar puncture", "lp ", "lp.", "spinal", "l3", "l4", "l2", "intrathecal", "ommaya", "csf", "dural puncture"),
    (
        Wording(
            r"\b(?:refused|declined)\s+(?:the\s+)?(?:lumbar\s+puncture|LP)\b|\bno\s+(?:lumbar\s+puncture|LP)\b(?:\s+(?:was\s+)?performed)?|"
            r"\b(?:lumbar\s+puncture|(?-i:LP))\s+(?:was\s+)?(?:not\s+\w+|unsuccessful|aborted|"
            r"deferred|cancel\w+|abandoned)|\b(?:unsuccessful|failed|"
            r"unable\s+to\s+perform)\s+(?:lumbar\s+puncture|LP)\b",
            False,
            denied="stated",
        ),
        Wording(
            r"\b(?:performed|did)\s+(?:the\s+|a\s+|an\s+)?(?:\w+[- ]guided\s+)?(?:lumbar\s+punctur"
            r"e|spinal\s+tap|(?-i:LP))\b(?:\s+(?:at|under)\s+\S+)?|\b(?:lumbar\s+puncture|"
            r"spinal\s+tap|(?-i:LP))\b[^|.;]{0,30}?\b(?:performed|done|completed)\b(?:[^|"
            r".;,]{0,20}?\bL\s?[2-5]\s?[-/]\s?(?:L|S)?\s?[1-5])?|"
            r"\b(?:lumbar\s+puncture|spinal\s+tap|(?-i:LP))\s+(?:at|"
            r"via)\s+(?:the\s+)?L\s?[2-5]\s?[-/]\s?(?:L|S)?\s?[1-5]|\b(?:spinal\s+needle|"
            r"needle)\b[^|.;]{0,40}?\b(?:L\s?[2-5]\s?[-/]\s?(?:L|S)?\s?[1-5]|subarachnoid|thecal|"
            r"intrathecal\s+space)\b|\bL\s?[2-5]\s?[-/]\s?(?:L|"
            r"S)?\s?[1-5]\s+(?:inter)?space\s+(?:was\s+)?(?:entered|accessed)|"
            r"\bommaya(?:\s+reservoir)?\b[^|.;]{0,30}?\b(?:accessed|tapped|punctured|entered)\b",
            unless=_only_spoken_of,
        ),
        Label(r"procedure(?:\s+performed)?(?=\s*:\s*(?:lumbar\s+puncture|LP\b))"),
    ),
)

SPINAL_FLUID = ElementRules(
    "spinal_fluid_handling",
    ("csf", "cerebrospinal"),
    (
        Wording(r"\bno\s+CSF\s+(?:was\s+)?(?:sent|withdrawn|obtained|return)\w*", False, denied="stated"),
        Wording(
            r"(?:\b\d+(?:\.\d+)?\s*(?:mL|cc)\s+(?:of\s+)?(?:\w+\s+){0,2})?\b(?:CSF|"
            r"cerebrospinal\s+fluid)\b[^|.;,]{0,30}?\b(?:sent|withdrawn|removed|obtained|"
            r"collected|drained|discarded|aspirated|return(?:ed)?)\b(?:\s+(?:to|for)\s+\w+)?|"
            r"\b(?:withdrew|removed|aspirated|obtained|collected)\s+\d+(?:\.\d+)?\s*(?:mL|"
            r"cc)\s+(?:of\s+)?(?:\w+\s+){0,2}CSF\b"
        ),
    ),
)

THORACENTESIS = ElementRules(
    "thoracentesis",
    ("thoracentesis", "chest tube", "pleural", "effusion", "thoracostomy"),
    (
        Wording(
            r"\b(?:no|without)\s+(?:a\s+)?thoracentesis\b(?:\s+(?:was\s+)?performed)?|"
            r"\bthoracentesis\s+(?:was\s+)?(?:not\s+\w+|deferred|cancel\w+|aborted|unsuccessful)",
            False,
            denied="stated",
        ),
        Wording(
            r"\bthoracentesis\b[^|.;]{0,30}?\b(?:performed|done|completed|yielded|drained|"
            r"removed)\b|\b(?:performed|did)\s+(?:the\s+|"
            r"a\s+)?(?:\w+[- ]guided\s+)?thoracentesis\b|"
            r"\b(?:inserted|placed)\s+(?:a\s+|the\s+)?(?:\w+\s+){0,2}(?:chest\s+tube|"
            r"pleural\s+catheter|pigtail(?:\s+catheter)?|thoracostomy\s+tube)\b|\b(?:chest\s+tube|"
            r"pleural\s+catheter|thoracostomy\s+tube)\s+(?:was\s+)?(?:placed|"
            r"inserted)\b(?:\s+by\s+<PROVIDER>)?|"
            r"\b\d+(?:\.\d+)?\s*(?:mL|cc|L)\s+(?:of\s+)?(?:\w+\s+){0,3}?(?:pleural\s+)?(?:effusion"
            r"|pleural\s+fluid)\s+(?:was\s+)?(?:drained|removed|aspirated|evacuated)|\b(?:drained|"
            r"removed|aspirated)\s+\d+(?:\.\d+)?\s*(?:mL|cc|"
            r"L)\s+(?:of\s+)?(?:\w+\s+){0,3}?(?:effusion|pleural\s+fluid)|\bpleural\s+(?:effusion|"
            r"fluid|space)\s+(?:was\s+)?(?:drained|tapped|evacuated)\b",
            unless=_only_spoken_of,
        ),
    ),
)

INSTILLED = ElementRules(
    "instilled_volume_dwell",
    ("instill", "dwell", "clamped"),
    (
        Wording(
            r"\b(?:instill(?:ed|ation)|intraperitoneal\w*|intrapleural\w*)\b[^|"
            r".;]{0,60}?\b(?P<v>\d+(?:\.\d+)?\s*(?:mL|cc|L)\b|(?:dwell\w*|clamped)\s+(?:for\s+|"
            r"x\s?)?\d+\s*(?:min\w*|h\w*))",
            unless=lambda s, m: bool(
                re.search(r"heparin|alteplase|cathflo|flush", s.text[max(0, m.start() - 40) : m.end()], re.IGNORECASE)
            ),
        ),
    ),
)

LESIONS = ElementRules(
    "lesion_count",
    ("lesion", "wart", "keloid", "plaque"),
    (
        Wording(
            r"\b(?P<v>(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
            r"single)\s+(?:separate\s+|distinct\s+|skin\s+|cutaneous\s+)?lesions?)\b[^|"
            r".;]{0,40}?\b(?:inject\w+|treated)|\binject(?:ed|ion\s+of|ions?\s+(?:in)?to|"
            r"ed\s+into)\s+(?:in(?:to)?\s+)?(?:each\s+of\s+|a\s+total\s+of\s+)?(?P<w>(?:\d{1,2}|"
            r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
            r"single)\s+(?:\w+\s+){0,2}lesions?)\b|\blesions?\s+inject\w+\s*:?\s*(?:x\s?)?\d{1,2}"
            r"\b"
        ),
        Label(r"(?:number\s+of\s+)?lesions?(?:\s+(?:count|injected|treated))", free=True),
    ),
)

_ARTERY = (
    r"(?:(?:hepatic|carotid|femoral|renal|celiac|gastroduodenal|iliac|uterine|ophthalmic|"
    r"vertebral|brachial|right|left|common|proper|internal|external|"
    r"superficial)\s+){0,3}(?:arter(?:y|ial)|intra-?arterial)"
)

ARTERIAL_CATHETER = ElementRules(
    "arterial_catheter_verified",
    ("arter", "angiogra"),
    (
        Wording(
            r"\b" + _ARTERY + r"\s+catheter\b[^|;]{0,50}?\b(?:not\s+(?:verified|confirmed|checked)|unconfirmed|"
            r"malposition\w*|dislodged)|\b(?:position|placement)\s+(?:was\s+)?not\s+(?:verified|"
            r"confirmed)\b",
            False,
            denied="stated",
        ),
        Wording(
            r"\b" + _ARTERY + r"\s+(?:micro)?catheter\b(?!\s+(?:order|kit))[^|;.]{0,60}?\b(?:placed|inserted|"
            r"advanced|confirmed|verified|checked)\b(?:\s+by\s+<PROVIDER>)?(?:\s+(?:by|with|under|"
            r"on|via)\s+(?:angiogra\w+|fluoro\w*|imaging))?|\b(?:micro)?catheter\b[^|"
            r";.]{0,40}?\b(?:advanced|placed|positioned|threaded|inserted)\s+(?:in(?:to)?|to|"
            r"within)\s+(?:the\s+)?" + _ARTERY + r"\b|"
            r"\b(?:arteriogra\w+|angiogra\w+)\b[^|;.]{0,50}?\b(?:confirm\w*|verif\w+|show\w*|"
            r"demonstrat\w+)\b(?:[^|;.]{0,40}?\b(?:position|placement|tip|catheter|artery))?|"
            r"\btip\b(?:\s+position)?\s+(?:is\s+|lies\s+)?(?:in|at|within)\s+(?:the\s+)?"
            + _ARTERY
            + r"\b[^|;.]{0,20}?\b(?<!not )(?:confirmed|verified)\b"
            r"(?:\s+(?:by|with|on|via|under)\s+(?:\w+\s+)?(?:angiogra\w+|fluoro\w*|injection))?|"
            r"\bcatheter\s+(?:tip\s+)?(?:position|placement)\s+(?:was\s+)?(?:confirmed|"
            r"verified)\s+(?:by|with|on|via|under)\s+(?:angiogra\w+|arteriogra\w+|fluoro\w*)",
            unless=lambda s, m: bool(
                re.search(
                    r"\b(?:coronary|arterial\s+line|a-line|picc|ng\s+tube|blood\s+gas|radial\s+arter\w+)\b",
                    s.text[max(0, m.start() - 30) : m.end() + 20],
                    re.IGNORECASE,
                )
            ),
        ),
        Label(r"(?:arterial\s+)?catheter\s+(?:position|placement)(?:\s+(?:confirmed|verified))?"),
    ),
)

SCALP_COOLING = ElementRules(
    "scalp_cooling_times",
    ("cool", "cap "),
    (
        Wording(
            r"\b(?:pre-?cool\w*|post-?cool\w*|post-?infusion\s+cooling|scalp\s+cooling|cold\s+cap|"
            r"cap)\b[^|;.]{0,40}?(?:<TIME>\s*(?:-|–|to|until|through)\s*<TIME>|"
            r"\bx?\s?\d{1,3}\s*min\w*)",
            unless=lambda s, m: not re.search(r"cool|cold cap", m[0] + s.text[:80], re.IGNORECASE),
        ),
    ),
)

TREATMENT_HISTORY = ElementRules(
    "treatment_history",
    (
        "previously treated",
        "prior treat",
        "prior chemo",
        "prior therap",
        "status post",
        "s/p",
        "treatment history",
        "oncologic history",
        "oncology history",
        "progress",
        "adjuvant",
        "resected",
        "systemic",
    ),
    (
        Label(
            r"(?:prior|previous|past)\s+(?:treatments?|therap(?:y|ies)|chemo\w*)|(?:treatment|"
            r"oncolog(?:ic|y))\s+history",
            free=True,
        ),
        Wording(
            r"\b(?:previously\s+(?:treated|received)|(?:status\s+post|s/p)|prior\s+(?:chemo\w*|"
            r"treatment|therapy)\s+(?:with|included))\s+(?:<WORD>\s*){1,8}",
            past="stated",
            own=True,
        ),
        Wording(
            r"\b(?:neo-?)?adjuvant\s+(?:<WORD>\s+){1,4}?(?:stopped|completed|finished|given|failed)\b|"
            r"\b(?:systemic|earlier|previous|prior)\s+(?:treatment|therapy|chemotherapy|options?)\s+(?:has\s+|have\s+)?"
            r"failed\b|\bresected\s+(?:in\s+)?<DATE>",
            past="stated",
            own=True,
        ),
    ),
)

ENCOUNTER_DIAGNOSIS = ElementRules(
    "encounter_diagnosis",
    ("z51", "encounter for"),
    (Wording(r"\bZ51\.1[12]\b|\bencounter\s+for\s+(?:antineoplastic\s+)?(?:chemo\w*|immunotherapy)\b"),),
)

PROCEDURES = (
    LUMBAR_PUNCTURE,
    SPINAL_FLUID,
    THORACENTESIS,
    INSTILLED,
    LESIONS,
    ARTERIAL_CATHETER,
    SCALP_COOLING,
    TREATMENT_HISTORY,
    ENCOUNTER_DIAGNOSIS,
)
