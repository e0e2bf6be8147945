"""Wordings of why: diagnosis, stage, place of the tumour, medical necessity, reason for the artery, cycle, BSA."""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_scope import relative
from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording

_ORGAN = (
    r"(?:breast|colon|colorectal|rectal|rectum|sigmoid|cecal|cecum|anal|lung|non[- ]small[- ]cell\s+lung|small[- ]cell\s+lung|pancrea\w+|gastric|stomach|"
    r"esophag\w+|GE\s+junction|liver|hepatic|hepatocellular|biliary|bile\s+duct|gallbladder|ovarian|ovary|endometrial|uterine|uterus|cervical|cervix|"
    r"vulvar|prostate|prostatic|bladder|urothelial|renal(?:\s+cell)?|kidney|testicular|germ\s+cell|thyroid|head\s+and\s+neck|laryn\w+|"
    r"tongue|oral|oropharyn\w+|nasopharyn\w+|brain|skin|thymic|adrenal|peritoneal|pleural|bone|soft\s+tissue|lymph\s+nodes?)"
)
_CANCER = r"(?:cancers?|ca\b|carcinoma|adenocarcinoma|adeno\w*|malignanc(?:y|ies)|tumou?rs?|sarcoma|mets\b|metast[ae]s[ei]s|neoplasm|ductal\s+carcinoma)"
_NAMED_CANCER = (
    r"(?:(?:osteo|lipo|leiomyo|angio|rhabdomyo|fibro)?sarcoma|melanoma|(?:multiple\s+)?myeloma|(?:non-?\s?)?hodgkin(?:['’]?s)?(?:\s+(?:lymphoma|disease))?|"
    r"(?:diffuse\s+large\s+b[- ]cell\s+|follicular\s+|mantle\s+cell\s+|b[- ]cell\s+|t[- ]cell\s+|cns\s+|burkitt\s+)?lymphoma|"
    r"(?:acute|chronic)\s+(?:lympho\w+|myelo\w+|promyelo\w+)\s+leuk[ae]*mia|leuk[ae]*mia|mesothelioma|glioblastoma|glioma|neuroblastoma|retinoblastoma|"
    r"cholangiocarcinoma|hepatoma|seminoma|medulloblastoma|"
    r"neuroendocrine\s+(?:tumou?r|carcinoma)|carcinoid|(?-i:AML|ALL|CLL|CML|DLBCL|NSCLC|SCLC|HCC|MDS|GBM|TNBC|RCC|CRC|PDAC|NHL)\b|"
    r"myelodysplas\w+(?:\s+syndrome)?|leptomeningeal\s+disease|cutaneous\s+metastases|malignant\s+(?:pleural\s+)?(?:effusion|ascites))"
)
_OTHER_DISEASE = (
    r"(?:(?:relapsing(?:[- ]remitting)?\s+|primary\s+progressive\s+)?multiple\s+sclerosis(?:\s+relapse)?|(?-i:RRMS|PPMS|CIDP|MS)\b(?!\s*contin)|rheumatoid\s+arthritis|psoria\w+(?:\s+arthritis)?|"
    r"crohn['’]?s?(?:\s+disease)?|ulcerative\s+colitis|ankylosing\s+spondylitis|lupus(?:\s+nephritis)?|vasculitis|myasthenia\s+gravis|"
    r"(?:postmenopausal\s+|senile\s+)?osteoporosis|osteomyelitis|endocarditis|cellulitis|bacteremia|pneumonia|sepsis|pyelonephritis|"
    r"iron[- ]deficiency(?:\s+anemia)?|(?:symptomatic\s+|chronic\s+|severe\s+)?anemia|neutropeni[ac](?:\s+fever)?|thrombocytopenia|itp\b|hemophilia|sickle\s+cell(?:\s+\w+)?|"
    r"hypogammaglobulinemia|cvid\b|immunodeficiency|amyloidosis|sarcoidosis|gout|asthma|migraines?|"
    r"dehydration|hyperemesis(?:\s+gravidarum)?|hypercalcemia|hypokalemia|hypomagnesemia|hypovolemia|gastroenteritis|gastritis|hyponatremia|"
    r"nausea(?:\s*(?:and|&|/)\s*vomiting)?|vomiting|acute\s+kidney\s+injury)"
)
_QUALIFIER = (
    r"(?:(?:stage\s+(?:[IVX]{1,4}|[0-4])\s?[A-C]?\d?|metastatic|recurrent|relapsed|refractory|relapsed/refractory|locally\s+advanced|advanced|unresectable|invasive|early|triple[- ]negative|"
    r"her2[- ]?(?:positive|negative|\+)|castration[- ]resistant|extensive[- ]stage|limited[- ]stage|left|right|bilateral|acute|chronic|newly\s+diagnosed|high[- ]grade|poorly\s+differentiated|"
    r"moderately\s+differentiated|squamous(?:\s+cell)?|ductal|lobular|serous|primary|severe|moderate|mild|active)[\s,]+){0,4}"
)
DISEASE = _QUALIFIER + r"(?:" + _ORGAN + r"\s+" + _CANCER + r"|" + _NAMED_CANCER + r"|" + _OTHER_DISEASE + r")"
_AGE_SEX = r"(?:\b\d{1,3}\s?(?-i:[FM])\b|\b\d{1,3}[- ]?(?:y(?:ea)?r?s?[- ]?/?o(?:ld)?|yo)\s*(?:(?-i:[FM])\b|\w*male|man|woman|patient|pt)?)"
_VALUE = r"(?P<v>[^|;\n.]{2,120}?)"
_VALUE_STOP = (
    r"(?=\s*(?:[|;\n]|\.(?:\s|$)|,?\s+(?:here\s+for|presented|presents|ambulatory|admitted|for\s+(?:cycle|iv\b|infusion|chemo\w*)|order(?:ing)?\b|orders\b|consent|who\b|"
    r"seen\b|visit\b|scheduled|receiving|arrived|s/p\b|on\s+\w+\s+therapy|treatment\s+complete)|\s+[A-Z][A-Za-z ]{1,18}:|\s+[-–—]\s|\s{3,}|\Z))"
)
_NOT_DISEASE = re.compile(
    r"\s*(?:the\b|this\b|by\b|on\b|in\b|and\b|was\b|is\s+(?:pending|unknown)|code\b|codes\b|list\b|pending|confirmed\b|reviewed\b|verified\b|:)",
    re.IGNORECASE,
)
_RULED_OUT = re.compile(
    r"\b(?:no\s+evidence\s+of|negative\s+for|r/o|rule[sd]?\s+out|concern\s+for|screen(?:ing)?\s+for|risk\s+(?:of|for)|prevent(?:ion)?(?:\s+of)?|denies|without|no|not|"
    r"suspected|possible|signs?\s+(?:and\s+symptoms\s+)?of|s/s\s+of|support\s+group)\s+(?:\w+\s+){0,2}\Z",
    re.IGNORECASE,
)


def _not_this_patient(sentence: Sentence, found: re.Match[str]) -> bool:
    start = found.start("v") if "v" in found.re.groupindex else found.start()
    before = sentence.text[max(0, start - 60) : start]
    value = found["v"] if "v" in found.re.groupindex else found[0]
    return bool(
        relative(sentence, start)
        or _RULED_OUT.search(before)
        or _NOT_DISEASE.match(value)
        or re.search(r"\b(?:drug|brochure|handout|society|center|centre|clinic|unit)\b", sentence.text[found.end() : found.end() + 12])
    )


DIAGNOSIS = ElementRules(
    "diagnosis",
    (
        "dx", "diagnos", "indication", "impression", "cancer", " ca ", "carcinoma", "oma", "leukemia", "leukaemia", "sclerosis", "arthritis", "crohn", "colitis", "osteo",
        "anemia", "dehydrat", "vomiting", "emesis", "infection", "itis", "tumor", "tumour", "metast", "disease", "lupus", "gout", "asthma", "psoria", "sepsis", "neutropen",
        "aml", "all", "cll", "cml", "mds", "hcc", "nsclc", " ms", "rrms", "cidp", "itp", "hyper", "hypo", "nausea", "effusion", " - ", "malignan", "mets", "myasthenia", "sickle",
    ),
    (
        Label(r"(?:(?:primary|admitting|encounter|principal|treatment|oncologic|visit|cancer|working)\s+)?(?:dx|diagnos[ie]s)(?:\s*\(?icd-?10\)?|\s+code)?|indication(?:\s+for\s+(?:treatment|infusion|therapy))?|impression", free=True),
        Wording(r"\b(?<!family )(?:dx['’]?d?|diagnos(?:is|ed))\b(?:\s+(?:of|with|is|as))?\s+(?!by\b|date\b|on\b)" + _VALUE + _VALUE_STOP, own=True, unless=_not_this_patient, past="unclear", denied="drop"),
        Wording(_AGE_SEX + r"[^|\n.;]{0,25}?\s*(?:with|[-–—/|])\s*(?:(?:a\s+)?(?:history|hx)\s+of\s+)?(?P<v>" + DISEASE + r"(?:\s*(?:,|/|and|&|with|after)\s+(?:" + DISEASE + r"))?(?:\s+\([A-Z]\d\d[\w.]{0,5}\))?)", own=True, unless=_not_this_patient, past="unclear", denied="drop"),
        Wording(_AGE_SEX + r"\s+[-–—]\s+(?P<v>(?![\d:]|HOPD|outpatient|infusion|clinic)[A-Za-z][A-Za-z ]{3,60}?)\s*(?=,|\n|\||\Z|\.)", own=True, unless=_not_this_patient, denied="drop"),
    ),
)  # fmt: skip

DIAGNOSIS_TOLD = ElementRules(
    "diagnosis",
    DIAGNOSIS.triggers,
    (
        Wording(r"\b(?:with|for|has|treatment\s+of|treated\s+for|in\s+setting\s+of|due\s+to|secondary\s+to|2/2|known)\s+(?:an?\s+|her\s+|his\s+|the\s+|known\s+)?(?P<v>" + DISEASE + r")", own=True, unless=_not_this_patient, past="unclear", denied="drop"),
        Wording(r"(?:^|[.|]\s*|\bhere\s+|,\s*)(?P<v>" + _QUALIFIER + r"(?:" + _ORGAN + r"\s+" + _CANCER + r"|" + _NAMED_CANCER + r"))", own=True, unless=_not_this_patient, past="unclear", denied="drop"),
        Wording(r"(?:history|hx)\s+of\s+(?P<v>" + _QUALIFIER + r"(?:" + _ORGAN + r"\s+" + _CANCER + r"|" + _NAMED_CANCER + r"))", None, own=True, past="unclear", denied="drop", weak=True),
    ),
)  # fmt: skip

_NOT_TUMOUR_STAGE = re.compile(
    r"\b(?:ckd|kidney|renal\s+(?:disease|failure|insufficiency)|esrd|pressure|ulcer|decubit\w+|wound|heart\s+failure|chf|hypertension|htn|hypertensive|fibrosis|cirrhosis|"
    r"copd|parkinson\w*|lymphedema|sleep|aki|acc/aha|retinopathy|dementia|endometriosis|sarcoid\w*)\b",
    re.IGNORECASE,
)


def _other_stage(sentence: Sentence, found: re.Match[str]) -> bool:
    near = sentence.text[max(0, found.start() - 25) : found.end() + 25]
    near = re.split(r"[,;|]", sentence.text[max(0, found.start() - 25) : found.start()])[-1] + found[0] + re.split(r"[,;|]", near[-25:])[0]
    return bool(_NOT_TUMOUR_STAGE.search(near))


_STAGE_VALUE = r"(?:[IVX]{1,4}|[0-4])(?:\s?[A-C]\d?)?"

STAGE = ElementRules(
    "stage",
    ("stage", "tnm", "metastatic", "t1", "t2", "t3", "t4", "n0", "n1", "n2", "m0", "m1", "staging", "unstaged"),
    (
        Wording(r"\b(?:stag(?:e|ing)\s+(?:is\s+)?(?:unknown|not\s+(?:documented|known|stated|available)|not\s+yet\s+(?:known|determined)|pending|incomplete|tbd)|unstaged)\b", None, denied="unclear", planned="unclear", past="unclear"),
        Wording(r"\b(?:figo\s+|ann\s+arbor\s+|rai\s+|r?-?iss\s+|ajcc\s+|bclc\s+|clinical\s+|pathologic(?:al)?\s+|anatomic\s+)?(?:stage|stg)\s*[:=]?\s*(?P<v>" + _STAGE_VALUE + r")\b(?!\s*(?:of\s+\d|/\s*\d|procedure|pressure))", own=True, past="stated", denied="drop", unless=_other_stage),
        Wording(r"\b(?P<v>(?:extensive|limited)[- ]stage)\b|\bbclc\s+(?:stage\s+)?(?P<w>[A-D])\b", own=True, past="stated", denied="drop"),
        Wording(r"(?<![\w])(?P<v>[cpy]{0,2}T(?:[0-4][a-d]?|is|x)[,\s]{0,2}[cp]?N[0-3x][a-c]?(?:[,\s]{0,2}[cp]?M[01x][a-c]?)?)(?!\w)", own=True, past="stated", denied="drop"),
        Label(r"(?:(?:cancer|tumou?r|disease|clinical|pathologic)\s+)?stage"),
        Wording(r"\bmetastatic\b", None, own=True, denied="drop", past="drop", weak=True),
    ),
)  # fmt: skip

_SITE = (
    r"(?:(?:left|right|upper|lower|medial|lateral|anterior|posterior|mid|distal|proximal|ascending|descending|transverse|outer|inner|caudate|bilateral|RUL|RML|RLL|LUL|LLL)\s+){0,4}"
    r"(?:lobes?|segments?\s+[\dIVX]+(?:[-/,]\s?[\dIVX]+)*|quadrant|liver|lung|breast|colon|rectum|rectosigmoid|sigmoid(?:\s+colon)?|cecum|pancrea\w+(?:\s+(?:head|tail|body))?|head\s+of\s+(?:the\s+)?pancreas|"
    r"brain|bone|spine|femur|tibia|kidney|bladder|ovar\w+|uterus|cervix|prostate|stomach|esophagus|skin|scalp|trunk|back|thigh|arm|leg|neck|tongue|tonsil|retroperitoneum|peritoneum|mediastinum|pleura|axilla)"
)

TUMOR_LOCATION = ElementRules(
    "tumor_location",
    ("tumor", "tumour", "lesion", "mass", "mets", "metast", "primary", "cancer", "carcinoma", " ca", "location", "hepatocellular", "hcc"),
    (
        Label(r"(?:tumou?r|cancer|primary|lesion|mass)\s+(?:location|site)", free=True),
        Wording(r"\b(?:tumou?rs?|lesions?|mass(?:es)?|mets|metastas[ei]s|disease|primary|cancer|carcinoma)\s+(?:is\s+|are\s+|located\s+|confined\s+|limited\s+|arising\s+)?(?:in|of|to|at|on|from|within)\s+(?:the\s+)?(?P<v>" + _SITE + r"(?:\s+of\s+(?:the\s+)?(?:liver|lung|breast|colon))?)\b", own=True, denied="drop"),
        Wording(r"\b(?P<v>(?:left|right|bilateral)\s+" + _ORGAN + r")\s+" + _CANCER, own=True, denied="drop"),
        Wording(r"\b(?P<v>" + _ORGAN + r")\s+(?:mets\b|metastas[ei]s)", own=True, denied="drop"),
        Wording(r"\b(?P<v>" + _ORGAN + r")\s+(?:(?:ductal|squamous|cell)\s+)?" + _CANCER + r"|\b(?P<w>hepatocellular)\s+carcinoma", own=True, past="unclear", denied="drop", unless=_not_this_patient, weak=True),
    ),
)  # fmt: skip

NECESSITY = ElementRules(
    "medical_necessity",
    ("necess", "indicat", "refractory", "failed", "progress", "intoleran", "unable to tolerate", "treatment plan", "plan of care", "nccn", "due to", "first-line", "second-line", "adjuvant", "palliative", "curative"),
    (
        Wording(r"\bnot\s+medically\s+necessary\b|\b(?:medical\s+)?necessity\s+(?:is\s+|was\s+)?(?:not\s+(?:met|documented|established|supported)|denied)|\bno\s+(?:documentation\s+of\s+)?medical\s+necessity", False, denied="stated", planned="stated"),
        Label(r"medical\s+necessity|(?:reason|rationale|justification)\s+for\s+(?:treatment|therapy|infusion)|indication(?:\s+for\s+\w+)?", free=True),
        Wording(r"\bmedically\s+necessary\b(?:\s+(?:because|due\s+to|for|as|given|to)\s+[^.;|\n]{3,90})?|\bmedical\s+necessity\b[^.;|\n]{0,20}?(?:met|documented|established|supported)"),
        Wording(r"\b(?:indicated\s+(?:for|because|due\s+to|given)|refractory\s+to|intoleran(?:t\s+(?:of|to)|ce\s+(?:of|to))|(?:disease\s+)?progress(?:ed|ion)\s+(?:on|after|through|despite|following)|failed(?!\s+to\b)|unable\s+to\s+tolerate|could\s+not\s+tolerate|inadequate\s+response\s+to)\s+(?:<WORD>\s*){1,6}", denied="stated", past="stated", own=True),
        Wording(r"\b(?:treatment\s+plan|plan\s+of\s+care)\b[^.;|\n]{0,25}?\b(?:reviewed|on\s+(?:file|chart)|in\s+(?:the\s+)?chart|documented|current|signed|updated|confirmed)|\bper\s+nccn\b(?:\s+\w+)?|\b(?:neo)?adjuvant\s+(?:chemo\w*|therapy|treatment|\w+mab)|\bpalliative\s+(?:chemo\w*|therapy|intent)|\bcurative\s+intent|\b(?:first|second|third)[- ]line\s+(?:\w+\s+)?(?:therapy|treatment|chemo\w*)|\bprogressive\s+disease\b", past="unclear", own=True),
    ),
)  # fmt: skip

IA_REASON = ElementRules(
    "intra_arterial_reason",
    ("resect", "operable", "surgical", "surgery", "liver", "hepatic", "systemic", "regional", "locali", "refractory", "arterial", "intra-arterial"),
    (
        Label(r"(?:reason|rationale|indication|justification)\s+for\s+(?:intra-?\s?arterial|IA|hepatic\s+arter\w+|arterial)(?:\s+\w+){0,2}", free=True),
        Wording(r"\b(?:unresectable|not\s+resectable|non-?resectable|inoperable|not\s+(?:a\s+)?(?:surgical|operative|resection)\s+candidate|not\s+(?:a\s+)?candidate\s+for\s+(?:surgery|resection|transplant))\b", denied="stated", planned="stated", own=True, unless=lambda s, m: bool(re.search(r"\b(?:not|no\s+longer)\s+\Z", s.text[max(0, m.start() - 12) : m.start()], re.IGNORECASE))),
        Wording(r"\b(?:liver|hepatic)[- ](?:only|dominant|limited|confined|predominant)\b(?:\s+(?:disease|mets|metastas[ei]s))?|\b(?:disease|tumou?rs?|mets|metastas[ei]s)\s+(?:is\s+|are\s+)?(?:confined|limited|restricted)\s+to\s+(?:the\s+)?(?:liver|limb|brain|head\s+and\s+neck)", own=True),
        Wording(r"\b(?:to\s+)?(?:limit|minimi[sz]e|reduce|avoid|spare|decrease|lower)(?:ing|s|d)?\s+(?:the\s+)?systemic\s+(?:toxicit\w+|exposure|side\s+effects|effects)|\b(?:locali[sz]ed|regional|targeted|direct|loco-?regional)\s+(?:drug\s+|tumou?r\s+)?(?:delivery|chemo\w*|perfusion)\b|\bhigh\s+local\s+(?:concentration|dose)", planned="stated"),
        Wording(r"\b(?:refractory\s+to|failed|progress(?:ed|ion)\s+(?:on|after|through|despite|following)|unable\s+to\s+tolerate|intolerant\s+(?:of|to))\s+(?:\w+\s+){0,2}systemic\s+(?:chemo\w*|therapy|treatment)|\b(?:other|systemic)\s+(?:options|therap\w+|treatments?)\s+(?:have\s+|has\s+)?(?:failed|(?:are\s+)?not\s+feasible|exhausted)", denied="stated", past="stated"),
    ),
)  # fmt: skip


def _other_cycle(sentence: Sentence, found: re.Match[str]) -> bool:
    near = sentence.text[max(0, found.start() - 30) : found.end() + 20]
    return bool(
        re.search(r"\b(?:menstrual|complement|vertebra\w*|spine|disc|laminect\w+|hepatitis|post-?op|life)\b|\bC[34]\s*(?:and|/|,|&|-)\s*C?[345]\b|\bC[34]\s+(?:level|low|normal|wnl|\d{2,3}\s*mg)", near, re.IGNORECASE)
    )  # fmt: skip


CYCLE_DAY = ElementRules(
    "cycle_day",
    ("cycle", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "tx #", "tx#", "treatment #", "treatment ", "dose #", "dose ", "day ", "infusion #", "c#"),
    (
        Wording(r"(?<![\w-])(?P<v>C#?\s?\d{1,2}\s?[,/-]?\s?D(?:ay\s?)?#?\s?\d{1,2}|D(?:ay\s?)?\d{1,2}\s?[,/]?\s?(?:of\s+)?C(?:ycle\s?)?\d{1,2})(?!\w)", denied="drop", unless=_other_cycle),
        Wording(r"\b(?P<v>cycle\s*#?\s*:?\s*(?:\d{1,2}|one|two|three|four|five|six)(?:\s*(?:of|/)\s*\d{1,2})?(?:\s*,?\s*day\s*#?\s*:?\s*\d{1,2})?)\b|\b(?P<w>day\s*\d{1,2},?\s*(?:of\s+)?cycle\s*#?\s*\d{1,2})\b", denied="drop", unless=_other_cycle),
        Wording(r"\b(?P<v>(?:tx|treatment|infusion|dose|week)\s*(?:#\s*\d{1,2}(?:\s*(?:of|/)\s*\d{1,2})?|(?:no\.?\s*)?\d{1,2}\s+of\s+\d{1,2}))(?!\s*(?:mg|ml|mcg))\b", denied="drop"),
        Label(r"(?:(?:chemo\w*|treatment)\s+)?cycle(?:\s*(?:#|/\s*day|number|and\s+day))?|C#"),
        Wording(r"\bcycle\s*#?\s*_{2,}(?:\s*day\s*_{2,})?", None),
    ),
)  # fmt: skip


def _skin_share(sentence: Sentence, found: re.Match[str]) -> bool:
    after = sentence.text[found.end() : found.end() + 14]
    return bool(re.match(r"\s*(?:%|percent|involve|affected)", after, re.IGNORECASE)) or "%" in found[0]


BODY_SURFACE_AREA = ElementRules(
    "body_surface_area",
    ("bsa", "body surface", "ht", "height"),
    (
        Wording(r"\b(?:bsa|body\s+surface\s+area)\b\s*(?:not\s+(?:calculated|documented|recorded|available|verified)|missing)", False, denied="stated"),
        Wording(r"\b(?:bsa|body\s+surface\s+area)\b(?:\s*\([^)]{0,20}\))?\s*(?:is|of|was|calculated(?:\s+(?:at|as))?|verified)?\s*[:=@]?\s*(?P<v>[12][.,]?\d{0,2}\s*(?:m2|m²|m\^2|sq\s?m|meters?\s+squared)?)(?![\d%])", denied="drop", past="unclear", unless=_skin_share),
        Wording(r"\b(?:ht|height)\b\.?\s*[:=]?\s*\d{1,3}(?:\.\d+)?\s*(?:cm|m|in(?:ches)?|['’′ft]+)?[^|;\n]{0,15}?\b(?:wt|weight)\b\.?\s*[:=]?\s*\d{2,3}(?:\.\d+)?\s*(?:kg|lbs?)?|\b(?:wt|weight)\b\.?\s*[:=]?\s*\d{2,3}(?:\.\d+)?\s*(?:kg|lbs?)?[^|;\n]{0,15}?\b(?:ht|height)\b\.?\s*[:=]?\s*\d{1,3}(?:\.\d+)?\s*(?:cm|m|in(?:ches)?)?", past="unclear"),
        Wording(r"\b(?:bsa|body\s+surface\s+area)\s+(?:verified|calculated|confirmed|checked|recalculated)"),
        Label(r"(?:bsa|body\s+surface\s+area)(?:\s*\(m2\))?"),
    ),
)  # fmt: skip

DISEASE_ELEMENTS = (STAGE, TUMOR_LOCATION, NECESSITY, IA_REASON, CYCLE_DAY, BODY_SURFACE_AREA)

