"""Wordings of the diagnosis, the stage and the place of the tumour."""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_scope import relative
from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy

_ORGAN = (
    r"(?:breast|colon|colorectal|rectal|rectum|sigmoid|cecal|cecum|anal|lung|"
    r"non[- ]small[- ]cell\s+lung|small[- ]cell\s+lung|pancrea\w+|gastric|stomach|"
    r"esophag\w+|GE\s+junction|liver|hepatic|hepatocellular|biliary|bile\s+duct|"
    r"gallbladder|ovarian|ovary|endometrial|uterine|uterus|cervical|cervix|"
    r"vulvar|prostate|prostatic|bladder|urothelial|renal(?:\s+cell)?|kidney|testicular|"
    r"germ\s+cell|thyroid|head\s+and\s+neck|laryn\w+|"
    r"tongue|oral|oropharyn\w+|nasopharyn\w+|brain|skin|thymic|adrenal|peritoneal|pleural|"
    r"bone|soft\s+tissue|lymph\s+nodes?)"
)

_CANCER = (
    r"(?:cancers?|ca\b|carcinoma|adenocarcinoma|adeno\w*|malignanc(?:y|ies)|tumou?rs?|"
    r"sarcoma|mets\b|metast[ae]s[ei]s|neoplasm|ductal\s+carcinoma)"
)

_NAMED_CANCER = (
    r"(?:(?:osteo|lipo|leiomyo|angio|rhabdomyo|fibro)?sarcoma|melanoma|"
    r"(?:multiple\s+)?myeloma|(?:non-?\s?)?hodgkin(?:['’]?s)?(?:\s+(?:lymphoma|disease))?|"
    r"(?:diffuse\s+large\s+b[- ]cell\s+|follicular\s+|mantle\s+cell\s+|b[- ]cell\s+|"
    r"t[- ]cell\s+|cns\s+|burkitt\s+)?lymphoma|"
    r"(?:acute|chronic)\s+(?:lympho\w+|myelo\w+|promyelo\w+)\s+leuk[ae]*mia|leuk[ae]*mia|"
    r"mesothelioma|glioblastoma|glioma|neuroblastoma|retinoblastoma|"
    r"cholangiocarcinoma|hepatoma|seminoma|medulloblastoma|"
    r"neuroendocrine\s+(?:tumou?r|carcinoma)|carcinoid|(?-i:AML|ALL|CLL|CML|DLBCL|NSCLC|"
    r"SCLC|HCC|MDS|GBM|TNBC|RCC|CRC|PDAC|NHL)\b|"
    r"myelodysplas\w+(?:\s+syndrome)?|leptomeningeal\s+disease|cutaneous\s+metastases|"
    r"malignant\s+(?:pleural\s+)?(?:effusion|ascites))"
)

_OTHER_DISEASE = (
    r"(?:(?:relapsing(?:[- ]remitting)?\s+|primary\s+progressive\s+)?multiple\s+sclerosis("
    r"?:\s+relapse)?|(?-i:RRMS|PPMS|CIDP|MS)\b(?!\s*contin)|rheumatoid\s+arthritis|"
    r"psoria\w+(?:\s+arthritis)?|"
    r"crohn['’]?s?(?:\s+disease)?|ulcerative\s+colitis|ankylosing\s+spondylitis|"
    r"lupus(?:\s+nephritis)?|vasculitis|myasthenia\s+gravis|"
    r"(?:postmenopausal\s+|senile\s+)?osteoporosis|osteomyelitis|endocarditis|cellulitis|"
    r"bacteremia|pneumonia|sepsis|pyelonephritis|"
    r"iron[- ]deficiency(?:\s+anemia)?|(?:symptomatic\s+|chronic\s+|severe\s+)?anemia|"
    r"neutropeni[ac](?:\s+fever)?|thrombocytopenia|itp\b|hemophilia|"
    r"sickle\s+cell(?:\s+\w+)?|"
    r"hypogammaglobulinemia|cvid\b|immunodeficiency|amyloidosis|sarcoidosis|gout|asthma|"
    r"migraines?|"
    r"dehydration|hyperemesis(?:\s+gravidarum)?|hypercalcemia|hypokalemia|hypomagnesemia|"
    r"hypovolemia|gastroenteritis|gastritis|hyponatremia|"
    r"nausea(?:\s*(?:and|&|/)\s*vomiting)?|vomiting|acute\s+kidney\s+injury)"
)

_QUALIFIER = (
    r"(?:(?:stage\s+(?:[IVX]{1,4}|[0-4])\s?[A-C]?\d?|metastatic|recurrent|relapsed|"
    r"refractory|relapsed/refractory|locally\s+advanced|advanced|unresectable|invasive|"
    r"early|triple[- ]negative|"
    r"her2[- ]?(?:positive|negative|\+)|castration[- ]resistant|extensive[- ]stage|"
    r"limited[- ]stage|left|right|bilateral|acute|chronic|newly\s+diagnosed|high[- ]grade|"
    r"poorly\s+differentiated|"
    r"moderately\s+differentiated|squamous(?:\s+cell)?|ductal|lobular|serous|primary|"
    r"severe|moderate|mild|active)[\s,]+){0,4}"
)

DISEASE = _QUALIFIER + r"(?:" + _ORGAN + r"\s+" + _CANCER + r"|" + _NAMED_CANCER + r"|" + _OTHER_DISEASE + r")"

_AGE_SEX = (
    r"(?:\b\d{1,3}\s?(?-i:[FM])\b|\b\d{1,3}[- ]?(?:y(?:ea)?r?s?[- ]?/?o(?:ld)?|"
    r"yo|y\.o\.)\s*(?:(?-i:[FM])\b|\w*male|man|woman|patient|pt)?)"
)

_VALUE = r"(?P<v>[^|;\n.]{2,120}?)"

_VALUE_STOP = (
    r"(?=\s*(?:[|;\n]|\.(?:\s|$)|,?\s+(?:here\s+for|presented|presents|ambulatory|"
    r"admitted|for\s+(?:cycle|iv\b|infusion|chemo\w*)|order(?:ing)?\b|orders\b|consent|"
    r"who\b|"
    r"seen\b|visit\b|scheduled|receiving|arrived|s/p\b|on\s+\w+\s+therapy|"
    r"treatment\s+complete)|\s+[A-Z][A-Za-z ]{1,18}:|\s+[-–—]\s|\s{3,}|\Z))"
)

_NOT_DISEASE = Lazy(
    r"\s*(?:the\b|this\b|by\b|on\b|in\b|and\b|was\b|is\s+(?:pending|unknown)|code\b|"
    r"codes\b|list\b|pending|confirmed\b|reviewed\b|verified\b|:)",
    re.IGNORECASE,
)

_NAME_OF_ELSE = Lazy(r"\b(?:drug|brochure|handout|society|center|centre|clinic|unit)\b")
_RULED_OUT = Lazy(
    r"\b(?:no\s+evidence\s+of|negative\s+for|r/o|rule[sd]?\s+out|concern\s+for|"
    r"screen(?:ing)?\s+for|risk\s+(?:of|for)|prevent(?:ion)?(?:\s+of)?|denies|without|no|"
    r"not|"
    r"suspected|possible|signs?\s+(?:and\s+symptoms\s+)?of|s/s\s+of|"
    r"support\s+group)\s+(?:\w+\s+){0,2}\Z",
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
        or _NAME_OF_ELSE.search(sentence.text[found.end() : found.end() + 12])
    )


DIAGNOSIS = ElementRules(
    "diagnosis",
    (
        "dx",
        "diagnos",
        "indication",
        "impression",
        "cancer",
        " ca ",
        "carcinoma",
        "oma",
        "leukemia",
        "leukaemia",
        "sclerosis",
        "arthritis",
        "crohn",
        "colitis",
        "osteo",
        "anemia",
        "dehydrat",
        "vomiting",
        "emesis",
        "infection",
        "itis",
        "tumor",
        "tumour",
        "metast",
        "disease",
        "lupus",
        "gout",
        "asthma",
        "psoria",
        "sepsis",
        "neutropen",
        "aml",
        "all",
        "cll",
        "cml",
        "mds",
        "hcc",
        "nsclc",
        " ms",
        "rrms",
        "cidp",
        "itp",
        "hyper",
        "hypo",
        "nausea",
        "effusion",
        " - ",
        "malignan",
        "mets",
        "myasthenia",
        "sickle",
    ),
    (
        Label(
            r"(?:(?:primary|admitting|encounter|principal|treatment|oncologic|visit|cancer|"
            r"working)\s+)?(?:dx|diagnos[ie]s)(?:\s*\(?icd-?10\)?|\s+code)?|"
            r"indication(?:\s+for\s+(?:treatment|infusion|therapy))?|impression",
            free=True,
        ),
        Wording(
            r"\b(?<!family )(?:dx['’]?d?|diagnos(?:is|ed))\b(?:\s+(?:in\s+)?[\d/]{4,10})?(?:\s+(?:"
            r"of|with|is|as))?\s+(?!by\b|"
            r"date\b|on\b)" + _VALUE + _VALUE_STOP,
            own=True,
            unless=_not_this_patient,
            past="unclear",
            denied="drop",
        ),
        Wording(
            _AGE_SEX
            + r"[^|\n.;]{0,25}?\s*(?:with|[-–—/|,])\s*(?:(?:a\s+)?(?:history|hx)\s+of\s+)?(?P<v>"
            + DISEASE
            + r"(?:\s*(?:,|/|and|&|with|after)\s+(?:"
            + DISEASE
            + r"))?(?:\s+\([A-Z]\d\d[\w.]{0,5}\))?)",
            own=True,
            unless=_not_this_patient,
            past="unclear",
            denied="drop",
            lead=_AGE_SEX,
        ),
        Wording(
            _AGE_SEX + r"\s+[-–—]\s+(?P<v>(?![\d:]|HOPD|outpatient|infusion|"
            r"clinic)[A-Za-z][A-Za-z ]{3,60}?)\s*(?=,|\n|\||\Z|\.)",
            own=True,
            unless=_not_this_patient,
            denied="drop",
        ),
    ),
)

DIAGNOSIS_TOLD = ElementRules(
    "diagnosis",
    DIAGNOSIS.triggers,
    (
        Wording(
            r"\b(?:with|for|has|treatment\s+of|treated\s+for|in\s+setting\s+of|due\s+to|"
            r"secondary\s+to|2/2|known)\s+(?:an?\s+|her\s+|his\s+|the\s+|known\s+)?(?P<v>" + DISEASE + r")",
            own=True,
            unless=_not_this_patient,
            past="unclear",
            denied="drop",
        ),
        Wording(
            r"(?:^\s*|[.|]\s*|\bhere\s+|,\s*)(?P<v>"
            + _QUALIFIER
            + r"(?:"
            + _ORGAN
            + r"\s+"
            + _CANCER
            + r"|"
            + _NAMED_CANCER
            + r"))",
            own=True,
            unless=_not_this_patient,
            past="unclear",
            denied="drop",
        ),
        Wording(
            r"(?:history|hx)\s+of\s+(?P<v>"
            + _QUALIFIER
            + r"(?:"
            + _ORGAN
            + r"\s+"
            + _CANCER
            + r"|"
            + _NAMED_CANCER
            + r"))",
            None,
            own=True,
            past="unclear",
            denied="drop",
            weak=True,
        ),
    ),
)

_PARTS = expression(r"[,;|]")
_NOT_TUMOUR_STAGE = Lazy(
    r"\b(?:ckd|kidney|renal\s+(?:disease|failure|insufficiency)|esrd|pressure|ulcer|"
    r"decubit\w+|wound|heart\s+failure|chf|hypertension|htn|hypertensive|fibrosis|"
    r"cirrhosis|"
    r"copd|parkinson\w*|lymphedema|sleep|aki|acc/aha|retinopathy|dementia|endometriosis|"
    r"sarcoid\w*)\b",
    re.IGNORECASE,
)


def _other_stage(sentence: Sentence, found: re.Match[str]) -> bool:
    near = sentence.text[max(0, found.start() - 25) : found.end() + 25]
    near = (
        _PARTS.split(sentence.text[max(0, found.start() - 25) : found.start()])[-1]
        + found[0]
        + _PARTS.split(near[-25:])[0]
    )
    return bool(_NOT_TUMOUR_STAGE.search(near))


_STAGE_VALUE = r"(?:[IVX]{1,4}|[0-4])(?:\s?[A-C]\d?)?"

STAGE = ElementRules(
    "stage",
    ("stage", "tnm", "metastatic", "t1", "t2", "t3", "t4", "n0", "n1", "n2", "m0", "m1", "staging", "unstaged"),
    (
        Wording(
            r"\b(?:stag(?:e|ing)\s+(?:is\s+)?(?:unknown|not\s+(?:documented|known|stated|"
            r"available)|not\s+yet\s+(?:known|determined)|pending|incomplete|tbd)|unstaged)\b",
            None,
            denied="unclear",
            planned="unclear",
            past="unclear",
        ),
        Wording(
            r"\b(?:figo\s+|ann\s+arbor\s+|rai\s+|r?-?iss\s+|ajcc\s+|bclc\s+|clinical\s+|"
            r"pathologic(?:al)?\s+|anatomic\s+)?(?:stage|stg)\s*[:=]?\s*(?P<v>"
            + _STAGE_VALUE
            + r")\b(?!\s*(?:of\s+\d|/\s*\d|procedure|pressure))",
            own=True,
            past="stated",
            denied="drop",
            unless=_other_stage,
        ),
        Wording(
            r"\b(?P<v>(?:extensive|limited)[- ]stage)\b|\bbclc\s+(?:stage\s+)?(?P<w>[A-D])\b",
            own=True,
            past="stated",
            denied="drop",
        ),
        Wording(
            r"(?<![\w])(?P<v>[cpy]{0,2}T(?:[0-4][a-d]?|is|"
            r"x)[,\s]{0,2}[cp]?N[0-3x][a-c]?(?:[,\s]{0,2}[cp]?M[01x][a-c]?)?)(?!\w)",
            own=True,
            past="stated",
            denied="drop",
        ),
        Label(r"(?:(?:cancer|tumou?r|disease|clinical|pathologic)\s+)?stage"),
        Wording(r"\bstage\s*_{2,}", None),
        Wording(r"\bmetastatic\b", None, own=True, denied="drop", past="drop", weak=True),
    ),
)

_SITE = (
    r"(?:(?:left|right|upper|lower|medial|lateral|anterior|posterior|mid|distal|proximal|"
    r"ascending|descending|transverse|outer|inner|caudate|bilateral|RUL|RML|RLL|LUL|"
    r"LLL)\s+){0,4}"
    r"(?:lobes?|segments?\s+[\dIVX]+(?:[-/,]\s?[\dIVX]+){0,6}|quadrant|liver|lung|breast|"
    r"colon|rectum|rectosigmoid|sigmoid(?:\s+colon)?|cecum|pancrea\w+(?:\s+(?:head|tail|"
    r"body))?|head\s+of\s+(?:the\s+)?pancreas|"
    r"brain|bone|spine|femur|tibia|kidney|bladder|ovar\w+|uterus|cervix|prostate|stomach|"
    r"esophagus|skin|scalp|trunk|back|thigh|arm|leg|neck|tongue|tonsil|retroperitoneum|"
    r"peritoneum|mediastinum|pleura|axilla)"
)

TUMOR_LOCATION = ElementRules(
    "tumor_location",
    (
        "tumor",
        "tumour",
        "lesion",
        "mass",
        "mets",
        "metast",
        "primary",
        "cancer",
        "carcinoma",
        " ca",
        "location",
        "hepatocellular",
        "hcc",
    ),
    (
        Label(r"(?:tumou?r|cancer|primary|lesion|mass)\s+(?:location|site)", free=True),
        Wording(
            r"\b(?:tumou?rs?|lesions?|mass(?:es)?|mets|metastas[ei]s|disease|primary|cancer|"
            r"carcinoma)\s+(?:is\s+|are\s+|located\s+|confined\s+|limited\s+|arising\s+)?(?:in|of|"
            r"to|at|on|from|within)\s+(?:the\s+)?(?P<v>"
            + _SITE
            + r"(?:\s+of\s+(?:the\s+)?(?:liver|lung|breast|colon))?)\b",
            own=True,
            denied="drop",
        ),
        Wording(r"\b(?P<v>(?:left|right|bilateral)\s+" + _ORGAN + r")\s+" + _CANCER, own=True, denied="drop"),
        Wording(r"\b(?P<v>" + _ORGAN + r")\s+(?:mets\b|metastas[ei]s)", own=True, denied="drop"),
        Wording(
            r"\b(?P<v>"
            + _ORGAN
            + r")\s+(?:(?:ductal|squamous|cell)\s+)?"
            + _CANCER
            + r"|\b(?P<w>hepatocellular)\s+carcinoma",
            own=True,
            past="unclear",
            denied="drop",
            unless=_not_this_patient,
            weak=True,
        ),
    ),
)

STAGE_AND_PLACE = (
    STAGE,
    TUMOR_LOCATION,
)
