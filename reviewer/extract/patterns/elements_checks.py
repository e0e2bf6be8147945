"""Wordings of checks before and around the dose: identity, second nurse, labs, allergies, lot, waste."""

from __future__ import annotations

from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording

_NURSE = r"(?:RNs?|nurses?|LPN|licensed\s+\w+|clinicians?)"

DOUBLE_CHECK = ElementRules(
    "double_check",
    (
        "verif",
        "check",
        "confirm",
        "review",
        "rev'd",
        "rev’d",
        "revd",
        "sign",
        "double",
        "dual",
        "second",
        "2nd",
        "other",
        "single",
        "(2",
    ),
    (
        Wording(
            r"\b(?:no|without\s+an?)\s+(?:second|2nd|other)\s+(?:\w+\s+)?"
            + _NURSE
            + r"\b(?:\s+(?:available|present|check))?|\b(?:second|2nd)\s+"
            + _NURSE
            + r"\s+(?:was\s+)?(?:not\s+available|unavailable)|"
            r"\bdouble[- ]check\s+(?:was\s+)?(?:not\s+(?:done|performed|documented)|omitted|"
            r"missed)|\bsingle\s+(?:RN|nurse)\s+(?:check|verif\w+)",
            False,
            denied="stated",
        ),
        Wording(
            r"\b(?:verif\w+|check\w*|confirm\w+|rev['’]?d|reviewed|double[- ]checked)\b[^|"
            r".;]{0,40}?(?:\b(?:with|w/|by)\s*(?:a\s+|an\s+)?(?:second|2nd|another|other|two|"
            r"2)\s+(?:\w+\s+)?"
            + _NURSE
            + r"\b|\bx\s?2\s*"
            + _NURSE
            + r"\b|\b(?:2|two)\s+"
            + _NURSE
            + r"\b)(?:\s+<NAME>)?|"
            r"\b(?:2|two|dual)[- ]?(?:person|"
            + _NURSE
            + r")\s+(?:(?:independent\s+)?(?:check\w*|verif\w+|sign-?off|double[- ]check\w*|"
            r"at\s+bedside\s+verified))\b|\(2\s?RNs?\)|\b(?:independent|"
            r"bedside)\s+double[- ]checks?(?:ed)?(?:\s+(?:done|completed|performed))?|"
            r"\bdouble[- ]?checked\s+(?:(?:by|with)\s+|w/\s*)<PERSON>(?:,?\s*RN)?|"
            r"\b(?:second|2nd)\s+(?:RN|nurse)\s+(?:verif\w+|check\w*|witness\w*|co-?sign\w*)|"
            r"\bdual\s+(?:sign-?off|verification|signature)|\bco-?sign(?:ed|"
            r"ature)\s+(?:by\s+)?(?:second\s+)?" + _NURSE + r"\b|"
            r"\b(?:verified|checked)\s+by\s+<PERSON>,?\s*RN\s*(?:and|&|/|"
            r"\+)\s*<PERSON>,?\s*RN",
        ),
        Label(
            r"(?:second|2nd)\s+(?:RN|nurse)(?:\s+\w+)?|(?:independent\s+)?double[- ]check|(?:two|"
            r"2|dual)[- ](?:RN|nurse|person)\s+(?:check|verification)"
        ),
    ),
)

LABS = ElementRules(
    "labs_reviewed",
    (
        "lab",
        "anc",
        "cbc",
        "cmp",
        "ok to treat",
        "okay to treat",
        "parameters",
        "plt",
        "hgb",
        "wbc",
        "creatinine",
        "cleared",
    ),
    (
        Wording(
            r"\bno\s+labs?\b(?:\s+(?:reviewed|available|today|drawn))?|\b(?:labs?|cbc|"
            r"cmp)\s+(?:were\s+|was\s+)?not\s+(?:reviewed|available|done|drawn|resulted)",
            False,
            denied="stated",
            planned="stated",
        ),
        Wording(
            r"\b(?:labs?|cbc|cmp|anc|bmp)\b(?:\s*[,/&+]\s*\w+){0,3}\s+(?:results\s+)?(?:are\s+|"
            r"were\s+|still\s+)?(?:pending|not\s+back)",
            None,
            denied="unclear",
            planned="stated",
        ),
        Wording(
            r"\b(?:labs?|labwork|lab\s+results|cbc|cmp|bmp|anc|counts|"
            r"blood\s+work)\b(?:\s*(?:[,/&+]|and|w/\s*diff)\s*(?:cbc|cmp|bmp|anc|lfts?|labs|diff|"
            r"plts?|platelets)){0,4}(?:\s+(?:from\s+)?<DATE>)?\s*(?:results\s+|values\s+|were\s+|"
            r"was\s+|are\s+|is\s+|have\s+been\s+|all\s+|today\s+|drawn\s+and\s+){0,4}(?:reviewed|"
            r"rev['’]?d|wnl|ok(?:ay)?|within\s+(?:\w+\s+){0,2}(?:parameters|limits|range)|"
            r"acceptable|adequate|checked|verified|stable|unremarkable|meet\s+\w+)\b(?:\s+(?:by|"
            r"per)\s+(?:<PROVIDER>|RN|pharmacy))?|"
            r"\breviewed\s+(?:\w+\s+){0,2}(?:labs?|cbc|cmp|lab\s+results)\b|\b(?:treatment\s+|"
            r"lab\s+)?parameters\s+(?:were\s+)?met\b|\b(?:ok(?:ay)?|cleared|clear|"
            r"good)\s+to\s+treat\b|\bmeets?\s+(?:treatment|lab)\s+parameters\b",
            past="unclear",
        ),
        Wording(
            r"\b(?:ANC|WBC|plts?|platelets|hgb|hemoglobin|creatinine|SCr|CrCl)\b\s*(?:of|is|was|"
            r"[:=])?\s*\d[\d,.]*\s?(?:k|K/uL|g/dL|mg/dL|x\s?10\S{0,3})?",
            past="unclear",
            weak=True,
        ),
        Label(r"labs?(?:\s+(?:reviewed|results|work))?|ok(?:ay)?\s+to\s+treat"),
        Wording(r"\blabs?\s+(?:were\s+|was\s+)?(?:drawn|sent|collected|obtained)\b", None, denied="drop", weak=True),
    ),
)

ALLERGIES = ElementRules(
    "allergies_reviewed",
    ("allerg", "nkda", "nka", "nkma"),
    (
        Wording(
            r"\ballerg(?:y|ies)\b[^|.;,]{0,15}?\bnot\s+(?:reviewed|verified|documented|known|"
            r"assessed|on\s+file)|\ballerg(?:y|ies)\s+(?:unknown|unable\s+to\s+assess)",
            False,
            denied="stated",
        ),
        Wording(
            r"\b(?:N\.?K\.?D?\.?A\.?|NKMA|no\s+known\s+(?:drug\s+|medication\s+|"
            r"food\s+or\s+drug\s+)?allerg(?:y|ies))\b|\b(?:denies|no)\s+(?:new\s+|any\s+|"
            r"drug\s+)?allerg(?:y|ies)\b",
            denied="stated",
        ),
        Wording(
            r"\ballerg(?:y|ies)\b[^|.;:]{0,40}?\b(?:reviewed|rev['’]?d|verified|confirmed|updated|"
            r"checked|unchanged|noted)\b|\b(?:reviewed|verified|confirmed|"
            r"checked)\s+(?:<WORD>\s+){0,4}?allerg(?:y|ies)\b",
            planned="drop",
        ),
        Label(r"(?:drug\s+|medication\s+|known\s+)?allerg(?:y|ies)(?:\s+(?:reviewed|list))?", free=True, no="none"),
        Wording(
            r"\ballergic\s+to\s+(?P<v>(?:<WORD>,?\s*){1,3})|\b(?P<w>[\w-]{1,30})\s+allergy\b",
            own=True,
            denied="drop",
            past="stated",
            weak=True,
        ),
    ),
)

IDENTITY = ElementRules(
    "patient_identity",
    ("id ", "id'd", "identi", "armband", "arm band", "dob", "wristband", "two pt", "2 pt"),
    (
        Wording(
            r"\b(?:unable\s+to\s+(?:verify|confirm)|(?:could|did)\s+not\s+(?:verify|"
            r"confirm))\s+(?:\w+\s+){0,2}?(?:identity|ID)\b|\b(?:identity|ID)\s+not\s+(?:verified|"
            r"confirmed|checked)|\bno\s+(?:armband|ID\s+band|wristband)\b",
            False,
            denied="stated",
        ),
        Wording(
            r"\b(?-i:ID)(?:['’]?d)?\s*x\s?2\b|\bidentity\s*x\s?2\b|\b(?:two|2)\s+(?:patient\s+|"
            r"pt\s+)?identifiers?\b(?:\s+(?:used|verified|checked|confirmed))?|\b(?:name|dob|"
            r"identity|(?-i:ID)|identifiers?|mrn)\b(?:\s*(?:,|/|&|and)\s*(?:name|dob|mrn|"
            r"date\s+of\s+birth)){0,2}\s+(?:x\s?2\s+)?(?:were\s+|was\s+)?(?:verified|confirmed|"
            r"checked)\b(?:\s+(?:against|with|by|via)\s+\w+)?|\bverified\s+(?:patient\s+|"
            r"pt\s+)?(?:identity|name)\b"
        ),
        Label(r"(?:patient\s+|pt\s+)?(?:identity|ID)\s+(?:verified|confirmed|checked)|(?:two|" r"2)\s+identifiers"),
    ),
)

LOT = ElementRules(
    "lot_number",
    ("lot",),
    (
        Wording(
            r"\blot\s+(?:number\s+|#\s*)?(?:not\s+(?:recorded|documented|available)|missing|" r"illegible)",
            False,
            denied="stated",
        ),
        Wording(
            r"\blot\s*(?:#|no\.?|number|num)?\s*[:=]?\s*(?P<v>(?=[A-Z\d-]*\d)(?-i:[A-Z\d][A-Z\d-]{"
            r"2,14}))\b|\blot\s+(?:number\s+|#\s*|and\s+exp\w*\s+)?(?:recorded|scanned|documented|"
            r"verified|logged)\b"
        ),
        Label(r"lot\s*(?:#|no\.?|number)?"),
    ),
)

NDC = ElementRules(
    "ndc",
    ("ndc",),
    (
        Wording(
            r"\bNDC\s*(?:#|no\.?|number|code)?\s*[:=]?\s*(?P<v>\d{4,5}-?\d{3,4}-?\d{1,2})\b|"
            r"\bNDC\s+(?:number\s+)?(?:recorded|scanned|documented|verified)\b"
        ),
        Label(r"NDC\s*(?:#|no\.?|number)?"),
    ),
)

WASTE = ElementRules(
    "waste_signer",
    ("wast", "discard", "witness"),
    (
        Wording(
            r"\b(?:waste|wastage|wasted|discarded)\b[^|.;]{0,40}?\b(?:unwitnessed|not\s+witnessed|"
            r"no\s+witness|without\s+(?:a\s+)?witness)|\bno\s+witness\b",
            False,
            denied="stated",
        ),
        Wording(
            r"\b(?:wast(?:e|ed|age)|discard(?:ed)?)\b[^|;]{0,50}?\b(?:witness(?:ed)?(?:\s+by)?|"
            r"with|w/|by|signed(?:\s+by)?|co-?signed(?:\s+by)?|per)\s*:?\s*(?P<v>(?:(?-i:[A-Z])\.|"
            r"<NAME>)\s+(?:<NAME>\s*)?,?\s*(?-i:RN|LPN|PharmD|RPh|CPhT|BSN))\b|"
            r"\bwaste\s+witness(?:ed)?(?:\s+by)?\s*:?\s*(?P<w>(?:(?-i:[A-Z])\.|<NAME>)\s+<NAME>)"
        ),
        Label(r"(?:waste\s+)?witness(?:ed\s+by)?|wasted?\s+by", free=True),
    ),
)

CHECKS = (
    IDENTITY,
    DOUBLE_CHECK,
    LABS,
    ALLERGIES,
    LOT,
    NDC,
    WASTE,
)
