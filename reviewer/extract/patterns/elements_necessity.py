"""Wordings of why this treatment, why into an artery, which cycle, and for what body size."""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording
from reviewer.language.lazy import Lazy

_REGIMEN = (
    r"(?:\w+(?:taxel|platin|rubicin|citabine|mab|uracil|phosphamide|trexed|tecan|relbine)|"
    r"(?-i:m?FOLF\w+|R?-?CHOP|(?:dd)?AC(?:-T)?|TC(?:HP?)?|CAPOX|XELOX))\b"
)
_DISEASE = (
    r"(?:(?:this|that|her|his)\s+(?:stage|disease|cancer|diagnosis|setting|tumou?r|histology|indication)|stage\s+\w+|"
    r"\w*(?:cancer|carcinoma|lymphoma|leuk[ea]?emia|myeloma|melanoma|sarcoma|arthritis|colitis|sclerosis|neuropathy)|"
    r"(?:crohn\S*|bowel|autoimmune|metastatic|rheumatic)\s+disease)\b"
)
_ANOTHER_CHOICE = Lazy(
    r"\b(?:next|tomorrow|future|upcoming|in\s+\w+\s+(?:days|weeks|months)|consider\w*|discuss\w*|if|once|unless|would|could|"
    r"might|may|options?|alternative\w*|versus|vs|declin\w+|refus\w+|trial)\b",
    re.IGNORECASE,
)


def _of_another_choice(sentence: Sentence, _: re.Match[str]) -> bool:
    """Whether a sentence weighs a choice, or speaks of one for another day, and tells none that was made."""
    return bool(_ANOTHER_CHOICE.search(sentence.text))


NECESSITY = ElementRules(
    "medical_necessity",
    (
        "necess",
        "indicat",
        "refractory",
        "failed",
        "progress",
        "intoleran",
        "unable to tolerate",
        "treatment plan",
        "plan of care",
        "nccn",
        "due to",
        "first-line",
        "second-line",
        "adjuvant",
        "palliative",
        "curative",
        "standard",
        "chosen",
        "selected",
        "warranted",
        "intent",
        "goal",
    ),
    (
        Wording(
            r"\bnot\s+medically\s+necessary\b|\b(?:medical\s+)?necessity\s+(?:is\s+|"
            r"was\s+)?(?:not\s+(?:met|documented|established|supported)|denied)|"
            r"\bno\s+(?:documentation\s+of\s+)?medical\s+necessity",
            False,
            denied="stated",
            planned="stated",
        ),
        Label(
            r"medical\s+necessity|(?:reason|rationale|justification)\s+for\s+(?:treatment|therapy|"
            r"infusion)|indication(?:\s+for\s+\w+)?",
            free=True,
        ),
        Wording(
            r"\bmedically\s+necessary\b(?:\s+(?:because|due\s+to|for|as|given|to)\s+[^.;|"
            r"\n]{3,90})?|\bmedical\s+necessity\b[^.;|\n]{0,20}?(?:met|documented|established|"
            r"supported)"
        ),
        Wording(
            r"\b(?:indicated\s+(?:for|because|due\s+to|given)|refractory\s+to|"
            r"intoleran(?:t\s+(?:of|to)|ce\s+(?:of|to))|(?:disease\s+)?progress(?:ed|ion)\s+(?:on|"
            r"after|through|despite|following)|failed(?!\s+to\b)|unable\s+to\s+tolerate|"
            r"could\s+not\s+tolerate|inadequate\s+response\s+to)\s+(?:<WORD>\s*){1,6}",
            denied="stated",
            past="stated",
            own=True,
        ),
        Wording(
            r"\b(?:treatment\s+plan|plan\s+of\s+care)\b[^.;|\n]{0,25}?\b(?:reviewed|on\s+(?:file|"
            r"chart)|in\s+(?:the\s+)?chart|documented|current|signed|updated|confirmed)|"
            r"\bper\s+nccn\b(?:\s+\w+)?|\b(?:neo)?adjuvant\s+(?:chemo\w*|therapy|treatment|"
            r"\w+mab)|\bpalliative\s+(?:chemo\w*|therapy|intent)|\bcurative\s+intent|\b(?:first|"
            r"second|third)[- ]line\s+(?:\w+\s+)?(?:therapy|treatment|chemo\w*)|"
            r"\bprogressive\s+disease\b",
            past="unclear",
            own=True,
        ),
        Wording(
            r"\b(?:neo)?adjuvant\s+(?:<WORD>\s+){0,2}?" + _REGIMEN + r"|\bpalliative\s+" + _REGIMEN + r"|"
            r"\b(?:first|second|third)[- ]line\s+" + _REGIMEN,
            denied="drop",
            past="unclear",
            own=True,
        ),
        Wording(
            r"\bstandard\s+(?:of\s+care\s+)?(?:(?:first|second|third)[- ]line\s+|(?:neo)?adjuvant\s+|systemic\s+)?"
            r"(?:treatment|therapy|regimen|chemo\w*)\s+(?:for|in)\s+(?:<WORD>\s+){0,5}?" + _DISEASE + r"|"
            r"\bstandard\s+of\s+care\s+(?:for|in)\s+(?:<WORD>\s+){0,5}?" + _DISEASE,
            denied="drop",
            planned="stated",
            own=True,
            unless=_of_another_choice,
        ),
        Wording(
            r"\b(?:treatment|therapy|regimen|chemo\w*|" + _REGIMEN + r")\s+(?:<WORD>\s+){0,4}?(?:chosen|selected|"
            r"warranted)\s+(?:because|due\s+to|given|for|over|based\s+on|in\s+view\s+of)\s+(?:<WORD>\s*){1,6}",
            denied="drop",
            planned="stated",
            own=True,
            unless=_of_another_choice,
        ),
        Wording(
            r"\b(?:treatment\s+)?(?:intent|goals?\s+of\s+(?:treatment|therapy|chemo\w*))(?:\s+is\s+|\s*[:=-]\s*)"
            r"(?:curative|cure|palliat\w+|(?:neo)?adjuvant|disease\s+control|remission)\b(?!\s*/)",
            denied="drop",
            own=True,
        ),
    ),
)

IA_REASON = ElementRules(
    "intra_arterial_reason",
    (
        "resect",
        "operable",
        "surgical",
        "surgery",
        "liver",
        "hepatic",
        "systemic",
        "regional",
        "locali",
        "refractory",
        "arterial",
        "intra-arterial",
    ),
    (
        Label(
            r"(?:reason|rationale|indication|justification)\s+for\s+(?:intra-?\s?arterial|IA|"
            r"hepatic\s+arter\w+|arterial)(?:\s+\w+){0,2}",
            free=True,
        ),
        Wording(
            r"\b(?:unresectable|not\s+resectable|non-?resectable|inoperable|"
            r"not\s+(?:a\s+)?(?:surgical|operative|resection)\s+candidate|"
            r"not\s+(?:a\s+)?candidate\s+for\s+(?:surgery|resection|transplant))\b",
            denied="stated",
            planned="stated",
            own=True,
            unless=lambda s, m: bool(
                re.search(r"\b(?:not|no\s+longer)\s+\Z", s.text[max(0, m.start() - 12) : m.start()], re.IGNORECASE)
            ),
        ),
        Wording(
            r"\b(?:liver|hepatic)[- ](?:only|dominant|limited|confined|"
            r"predominant)\b(?:\s+(?:disease|mets|metastas[ei]s))?|\b(?:disease|tumou?rs?|mets|"
            r"metastas[ei]s)\s+(?:is\s+|are\s+)?(?:confined|limited|"
            r"restricted)\s+to\s+(?:the\s+)?(?:liver|limb|brain|head\s+and\s+neck)",
            own=True,
        ),
        Wording(
            r"\b(?:to\s+)?(?:limit|minimi[sz]e|reduce|avoid|spare|decrease|lower)(?:ing|s|"
            r"d)?\s+(?:the\s+)?systemic\s+(?:toxicit\w+|exposure|side\s+effects|effects)|"
            r"\b(?:locali[sz]ed|regional|targeted|direct|loco-?regional)\s+(?:drug\s+|"
            r"tumou?r\s+)?(?:delivery|chemo\w*|perfusion)\b|\bhigh\s+local\s+(?:concentration|"
            r"dose)",
            planned="stated",
        ),
        Wording(
            r"\b(?:refractory\s+to|failed|progress(?:ed|ion)\s+(?:on|after|through|despite|"
            r"following)|unable\s+to\s+tolerate|intolerant\s+(?:of|"
            r"to))\s+(?:\w+\s+){0,2}systemic\s+(?:chemo\w*|therapy|treatment)|\b(?:other|"
            r"systemic)\s+(?:options|therap\w+|treatments?)\s+(?:have\s+|has\s+)?(?:failed|"
            r"(?:are\s+)?not\s+feasible|exhausted)",
            denied="stated",
            past="stated",
        ),
    ),
)


def _other_cycle(sentence: Sentence, found: re.Match[str]) -> bool:
    before = sentence.text[max(0, found.start() - 30) : found.start()]
    near = before + sentence.text[found.start() : found.end() + 20]
    return bool(
        re.search(
            r"\b(?:after|since|following|with|post|tolerated|during|s/p|through|each|every|per)\s*\Z",
            before,
            re.IGNORECASE,
        )
        or re.search(
            r"\b(?:menstrual|complement|vertebra\w*|spine|disc|laminect\w+|hepatitis|post-?op|"
            r"life)\b|\bC[34]\s*(?:and|/|,|&|-)\s*C?[345]\b|\bC[34]\s+(?:level|low|normal|wnl|"
            r"\d{2,3}\s*mg)",
            near,
            re.IGNORECASE,
        )
    )


CYCLE_DAY = ElementRules(
    "cycle_day",
    (
        "cycle",
        "c1",
        "c2",
        "c3",
        "c4",
        "c5",
        "c6",
        "c7",
        "c8",
        "c9",
        "tx #",
        "tx#",
        "treatment #",
        "treatment ",
        "dose #",
        "dose ",
        "day ",
        "infusion #",
        "c#",
    ),
    (
        Wording(
            r"(?<![\w-])(?P<v>C#?\s?\d{1,2}\s?[,/-]?\s?D(?:ay\s?)?#?\s?\d{1,2}|"
            r"D(?:ay\s?)?\d{1,2}\s?[,/]?\s?(?:of\s+)?C(?:ycle\s?)?\d{1,2})(?!\w)",
            denied="drop",
            unless=_other_cycle,
        ),
        Wording(
            r"\b(?P<v>cycle\s*#?\s*:?\s*(?:\d{1,2}|one|two|three|four|five|six)(?:\s*(?:of|"
            r"/)\s*\d{1,2})?(?:\s*,?\s*day\s*#?\s*:?\s*\d{1,2})?)\b|"
            r"\b(?P<w>day\s*\d{1,2},?\s*(?:of\s+)?cycle\s*#?\s*\d{1,2})\b",
            denied="drop",
            unless=_other_cycle,
        ),
        Wording(
            r"\b(?P<v>(?:tx|treatment|infusion|dose|week)\s*(?:#\s*\d{1,2}(?:\s*(?:of|"
            r"/)\s*\d{1,2})?|(?:no\.?\s*)?\d{1,2}\s+of\s+\d{1,2}))(?!\s*(?:mg|ml|mcg))\b",
            denied="drop",
        ),
        Label(r"(?:(?:chemo\w*|treatment)\s+)?cycle(?:\s*(?:#|/\s*day|number|and\s+day))?|C#"),
        Wording(r"\bcycle\s*#?\s*_{2,}(?:\s*day\s*_{2,})?", None),
    ),
)


def _skin_share(sentence: Sentence, found: re.Match[str]) -> bool:
    after = sentence.text[found.end() : found.end() + 14]
    return bool(re.match(r"\s*(?:%|percent|involve|affected)", after, re.IGNORECASE)) or "%" in found[0]


BODY_SURFACE_AREA = ElementRules(
    "body_surface_area",
    ("bsa", "body surface", "ht", "height"),
    (
        Wording(
            r"\b(?:bsa|body\s+surface\s+area)\b\s*(?:not\s+(?:calculated|documented|recorded|"
            r"available|verified)|missing)",
            False,
            denied="stated",
        ),
        Wording(
            r"\b(?:bsa|body\s+surface\s+area)\b(?:\s*\([^)]{0,20}\))?\s*(?:is|of|was|"
            r"calculated(?:\s+(?:at|as))?|verified)?\s*[:=@]?\s*(?P<v>[12][.,]?\d{0,2}\s*(?:m2|m²|"
            r"m\^2|sq\s?m|meters?\s+squared)?)(?![\d%])",
            denied="drop",
            past="unclear",
            unless=_skin_share,
        ),
        Wording(
            r"\b(?:ht|height)\b\.?\s*[:=]?\s*\d{1,3}(?:\.\d+)?\s*(?:cm|m|in(?:ches)?|['’′ft]+)?[^|"
            r";\n]{0,15}?\b(?:wt|weight)\b\.?\s*[:=]?\s*\d{2,3}(?:\.\d+)?\s*(?:kg|lbs?)?|\b(?:wt|"
            r"weight)\b\.?\s*[:=]?\s*\d{2,3}(?:\.\d+)?\s*(?:kg|lbs?)?[^|;\n]{0,15}?\b(?:ht|"
            r"height)\b\.?\s*[:=]?\s*\d{1,3}(?:\.\d+)?\s*(?:cm|m|in(?:ches)?)?",
            past="unclear",
        ),
        Wording(r"\b(?:bsa|body\s+surface\s+area)\s+(?:verified|calculated|confirmed|checked|" r"recalculated)"),
        Label(r"(?:bsa|body\s+surface\s+area)(?:\s*\(m2\))?"),
    ),
)

NECESSITY_AND_PLAN = (
    NECESSITY,
    IA_REASON,
    CYCLE_DAY,
    BODY_SURFACE_AREA,
)
