"""Wordings of watching over the patient: vitals, reactions, checks, labs, line, teaching, allergies, lot, waste."""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording

VITALS = ElementRules(
    "vital_signs",
    ("vital", "vss", "vs ", "v/s", "bp", "b/p", "hr ", "temp", "pulse", "spo2", "afebrile", "blood pressure"),
    (
        Wording(r"\b(?:vitals?(?:\s+signs?)?|VS)\b[^|.;,]{0,15}?\b(?:not\s+(?:obtained|taken|done|recorded|documented)|deferred|refused|declined)|\bno\s+(?:vitals?(?:\s+signs?)?|VS)\b(?:\s+(?:recorded|documented|taken|obtained))?", False, denied="stated"),
        Wording(r"\b(?:BP|B/P|blood\s+pressure)\b\s*[:=]?\s*\d{2,3}\s?/\s?\d{2,3}(?:[^|\n.;]{0,60}?\b(?:HR|pulse|P|RR|R|T|temp|SpO2|O2\s?sat)\b\s*[:=]?\s*\d{2,3}(?:\.\d)?%?){0,4}", denied="stated"),
        Wording(r"\b(?:post-?\s?(?:treatment|infusion)?\s*|pre-?\s?(?:treatment|infusion)?\s*|baseline\s+)?(?:vitals?(?:\s+signs?)?|V/?S)\b(?:\s+(?:are|were|remain(?:ed|s)?|is|signs|obtained|and|taken|pre|post|before))*[^|.;,]{0,12}?\b(?:stable|wnl|within\s+(?:normal\s+limits|parameters|limits)|normal|unremarkable|unchanged|obtained|taken|recorded|checked|done|monitored|documented|per\s+flowsheet|see\s+flowsheet|q\s?\d+\s?(?:min|h)\w*)\b(?:\s+(?:before\s+and\s+after|at\s+completion|throughout|post))?", denied="unclear", past="unclear"),
        Wording(r"\b(?-i:VSS|VS\s+WNL|AVSS)\b|\bafebrile\b", denied="unclear"),
        Wording(r"\b(?:HR|pulse|heart\s+rate)\b\s*[:=]?\s*\d{2,3}\b|\b(?:temp|T)\b\s*[:=]?\s*(?:9[5-9]|10[0-5]|3[5-9]|4[01])\.\d\b|\bSpO2\s*[:=]?\s*\d{2,3}\s?%?", past="unclear", weak=True),
        Wording(r"\b(?:BP|B/P|HR|pulse|temp|RR)\b\s*[:=]?\s*_{2,}(?:\s?/\s?_{2,})?", None),
        Label(r"(?:(?:pre|post|baseline)[- ]?(?:treatment|infusion)?\s*)?(?:vitals?(?:\s+signs?)?|VS|BP|B/P)(?:\s+(?:taken|stable|obtained))?"),
    ),
)  # fmt: skip

_REACTION = r"(?:(?:infusion|hypersensitivity|allergic|adverse|untoward|transfusion|drug|anaphyla\w+|immediate|delayed|acute|any)[- ]+(?:related\s+|drug\s+)?){0,2}(?:reactions?|rxns?|events?\s+(?=$|[.,;])|effects?|anaphylaxis)"
_NAMED_REACTION = r"(?:(?:infusion(?:[- ]related)?|hypersensitivity|allergic|adverse|transfusion|anaphylac\w+|grade\s+\d)[- ]+(?:drug\s+)?(?:reactions?|rxns?|events?)|anaphylaxis|(?:mild|moderate|severe)\s+(?:infusion\s+)?(?:reaction|rxn)|reaction\s+(?=noted|occurred|began|at\s+\d|to\s+\w+\s+at\s+\d))"
_SYMPTOM = (
    r"(?:(?:facial\s+|skin\s+)?flushing(?!\s+(?:the\b|of\s+(?:the\s+)?(?:line|port)|line|port|easily|well|freely|without|with\s+(?:NS|saline|heparin)))|flushed(?=\s+(?:face|skin|cheeks|and\s+(?:itchy|warm)|in\s+the\s+face))|(?<=became )flushed|hives|urticaria|rash|pruritus|itch(?:ing|y)|"
    r"chest\s+(?:tightness|pain|pressure)|throat\s+(?:tightness|itching|swelling)|tightness\s+in\s+(?:the\s+)?chest|dyspnea|shortness\s+of\s+breath|(?-i:SOB)\b|wheezing|bronchospasm|stridor|rigors?|chills|"
    r"hypotension|hypotensive|tachycardi[ac]|desaturat\w+|angioedema|swelling\s+of\s+(?:the\s+)?(?:lips|face|tongue)|lip\s+swelling|back\s+pain|syncope|dizzy|dizziness|"
    r"(?:infiltrat(?:ion|ed)|extravasat(?:ion|ed))|phlebitis|nausea|vomit(?:ed|ing)|emesis|headache|fever|diaphore\w+|cough)"
)
_ONSET = r"(?:developed|develops|experienced|had\s+an?\s+episode\s+of|became|began\s+(?:to\s+have|having)|started\s+(?:to\s+have|having)|reported\s+new|noted\s+new|new[- ]onset|onset\s+of|complained\s+of|c/o)"
_BY_INFUSION = re.compile(
    r"\b(?:infusion|rate|drip|bag|transfusion|drug|chemo\w*|treatment)\b[^|.;]{0,30}?\b(?:stopped|paused|held|slow\w*|interrupted|decreased|restarted|resumed)|\b(?:stopped|paused|slowed|slower|held|interrupted)\b[^|.;]{0,20}?\b(?:infusion|rate|drip|transfusion)|"
    r"\b(?:min(?:ute)?s?\s+into|during\s+(?:the\s+)?(?:infusion|transfusion|treatment|taxol|\w+mab)|after\s+start\w*)|\b(?:benadryl|diphenhydramine|solu-?\w+|hydrocortisone|epinephrine)\b[^|.;]{0,40}?\bgiven\b|\bresolved\b",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\b(?:allerg(?:y|ic|ies)\s+to|allergies|nkda|if\b|call\b|report\s+any|return\s+(?:to|if)|instruct\w*|educat\w+|taught|teach\w*|discuss\w*|side\s+effects?|at\s+home|last\s+night|this\s+morning|on\s+arrival|arrived|admitted|presents?|presented|"
    r"complain\w*\s+of\s+\w+\s+(?:x|for)\s*\d+|history|prn\b|for\s+nausea|dx\b|diagnosis|seen\s+for|prior\s+to\s+arrival|did\s+not\s+recur|observe\s+for|monitor\w*\s+for|watch\s+for|s/s\s+of|signs?\s+(?:and|&)\s+symptoms|returned)\b",
    re.IGNORECASE,
)


def _not_a_reaction_now(sentence: Sentence, found: re.Match[str]) -> bool:
    before = sentence.text[max(0, found.start() - 90) : found.start()]
    return sentence.section in ("allergies", "education", "family") or bool(_NOT_NOW.search(before))


def _unlinked_symptom(sentence: Sentence, found: re.Match[str]) -> bool:
    around = sentence.text[max(0, found.start() - 140) : found.end() + 140]
    return _not_a_reaction_now(sentence, found) or "did not recur" in around or not _BY_INFUSION.search(around)


def _not_an_answer(sentence: Sentence, found: re.Match[str]) -> bool:
    before = sentence.text[max(0, found.start() - 40) : found.start()]
    return bool(re.search(r"\b(?:if|last|previous|prior|will|monitor\w*\s+for|ensure|should|hx|history|cycle\s+\d)\b", before, re.IGNORECASE)) or sentence.section in ("plan", "history", "allergies")


_NO_REACTION = (
    r"\b(?:no|without|w/o|denies(?:\s+any)?|negative\s+for|free\s+of)\s+(?:any\s+|further\s+)?(?:evidence\s+of\s+|(?:acute\s+)?(?:s/s|s/sx|signs?(?:\s*(?:and|&|or|/)\s*symptoms?)?|sx)\s*(?:or\s+symptoms?\s+)?(?:of\s+)?(?:an?\s+)?)?" + _REACTION + r"\b(?:\s+(?:noted|observed|reported|occurred))?|"
    r"\b(?-i:NAR)\b"
)
_TOLERATED = (
    r"\b(?:tol(?:erat(?:ed|es|ing))?\.?)(?:\s+(?:the\s+)?(?:\w+\s+){0,3}?)?\s*(?:well|fine|without\s+(?:reaction|complaints?|incident|difficulty|problems?|issues?|complications?|adverse\s+\w+)|w/o\s+(?:reaction|rxn|complaints?|incident|difficulty|problems?|issues?|complications?))\b"
)
_BAD_TOLERANCE = r"\b(?:did\s+not\s+tolerate|not\s+tolerat\w+|poorly\s+tolerated|tolerated\s+poorly|unable\s+to\s+tolerate\s+(?:the\s+)?(?:infusion|treatment|chemo\w*))\b"

REACTIONS = ElementRules(
    "adverse_reactions",
    (
        "react", "rxn", "untoward", "adverse", "tol", "anaphyla", "flush", "hives", "urticaria", "rash", "itch", "prurit", "tightness", "dyspnea", "breath", "sob", "wheez", "rigor", "chills",
        "hypotens", "tachycard", "infiltrat", "extravasat", "phlebitis", "incident", "complication", "nausea", "vomit", "emesis", "dizz", "headache", "fever", "swelling", "bronchospasm", "back pain", "angioedema", "nar", "desat", "cough",
    ),
    (
        Wording(r"\b(?:reactions?|adverse\s+(?:events?|effects?))\s+not\s+(?:assessed|documented|recorded)", None, denied="unclear"),
        Wording(_NO_REACTION, text="none", denied="stated", planned="drop", past="drop", unless=_not_an_answer),
        Wording(_NAMED_REACTION + r"(?:\s+(?:to|at|during|with)\s+\w+){0,2}", denied="drop", unless=_not_a_reaction_now),
        Wording(r"\b" + _ONSET + r"\s+(?P<v>(?:(?:mild|moderate|severe|some|slight|new|sudden|a|an|generalized|facial)\s+){0,2}" + _SYMPTOM + r"(?:(?:,|\s+and|,\s+and)\s+" + _SYMPTOM + r"){0,3})", denied="drop", unless=_unlinked_symptom),
        Wording(r"(?<![\w])(?P<v>(?:(?:mild|moderate|severe|slight|facial|generalized|grade\s+\d)\s+){0,2}" + _SYMPTOM + r"(?:(?:,|\s+and|,\s+and)\s+" + _SYMPTOM + r"){0,3})", denied="drop", planned="drop", unless=_unlinked_symptom),
        Wording(r"\b(?:site\s+|IV\s+|PIV\s+)?(?:infiltrated|extravasat(?:ed|ion\s+(?:noted|suspected|occurred))|infiltration\s+noted)\b", denied="drop", unless=_not_a_reaction_now),
        Label(r"(?:(?:adverse|infusion|allergic)\s+)?(?:reactions?|rxns?|events?|ADR)(?:\s+(?:noted|occurred|during\s+\w+))?|adverse\s+effects?|complications?", free=True, no="none"),
        Wording(r"\b(?:no|without|w/o)\s+(?:any\s+)?(?:untoward\s+(?:effects?|events?)|adverse\s+(?:effects?|events?)|complications?|incident)(?:\s+noted)?\b", text="none", denied="stated", unless=_not_an_answer),
        Wording(_TOLERATED, text="none", denied="stated", past="drop", unless=_not_an_answer, weak=True),
        Wording(_BAD_TOLERANCE, None, denied="unclear", past="drop", weak=True),
    ),
)  # fmt: skip

REACTION_DETAILS = ElementRules(
    "reaction_details",
    ("react", "rxn", "anaphyla", "flush", "hives", "urticaria", "rash", "itch", "prurit", "tightness", "dyspnea", "breath", "sob", "wheez", "rigor", "chills", "hypotens", "infiltrat", "extravasat", "nausea", "vomit", "back pain"),
    (
        Wording(
            r"(?:\b(?:at\s+)?<TIME>\s*[,:-]?\s*|\b\d{1,3}\s*min(?:utes)?\s+into\s+[^|.;]{0,30}?)?(?:(?:pt|patient|he|she)\s+)?(?:" + _ONSET + r"\s+)?(?:(?:mild|moderate|severe|facial|generalized)\s+){0,2}(?:" + _SYMPTOM + r"|" + _NAMED_REACTION + r")(?:\bDr\.|[^|.;\n]){3,160}",
            denied="drop", unless=lambda s, m: _unlinked_symptom(s, m) or not re.search(r"\d", m[0]),
        ),
    ),
)  # fmt: skip

RESPONSE = ElementRules(
    "patient_response",
    ("tol", "response", "relie", "improv", "complaint", "incident", "discomfort"),
    (
        Wording(_BAD_TOLERANCE, denied="stated"),
        Wording(_TOLERATED, denied="stated"),
        Wording(r"\b(?:without|w/o|no)\s+(?:complaints?|incident|discomfort)\b|\b(?:pain|nausea|symptoms?)\s+(?:improved|relieved|resolved|decreased)|\breports?\s+(?:relief|improvement|feeling\s+better)", denied="stated", weak=True),
        Label(r"(?:patient\s+|pt\s+)?(?:response|tolerance)(?:\s+to\s+(?:treatment|therapy|infusion))?", free=True),
    ),
)  # fmt: skip

_NURSE = r"(?:RNs?|nurses?|LPN|licensed\s+\w+|clinicians?)"

DOUBLE_CHECK = ElementRules(
    "double_check",
    ("rn", "nurse", "double", "second", "dual", "two", "independent", "cosign", "co-sign"),
    (
        Wording(r"\b(?:no|without\s+an?)\s+(?:second|2nd|other)\s+(?:\w+\s+)?" + _NURSE + r"\b(?:\s+(?:available|present|check))?|\b(?:second|2nd)\s+" + _NURSE + r"\s+(?:was\s+)?(?:not\s+available|unavailable)|\bdouble[- ]check\s+(?:was\s+)?(?:not\s+(?:done|performed|documented)|omitted|missed)|\bsingle\s+(?:RN|nurse)\s+(?:check|verif\w+)", False, denied="stated"),
        Wording(
            r"\b(?:verif\w+|check\w*|confirm\w+|rev['’]?d|reviewed|double[- ]checked)\b[^|.;]{0,40}?(?:\b(?:with|w/|by)\s*(?:a\s+|an\s+)?(?:second|2nd|another|other|two|2)\s+(?:\w+\s+)?" + _NURSE + r"\b|\bx\s?2\s*" + _NURSE + r"\b|\b(?:2|two)\s+" + _NURSE + r"\b)(?:\s+<NAME>)?|"
            r"\b(?:2|two|dual)[- ]?(?:person|" + _NURSE + r")(?:\s+(?:independent\s+)?(?:check|verif\w+|sign-?off|double[- ]check))?\b|\b(?:independent|bedside)\s+double[- ]checks?(?:ed)?(?:\s+(?:done|completed|performed))?|\bdouble[- ]?checked\s+(?:by|with)\s+(?:<NAME>\s*){1,2}|"
            r"\b(?:second|2nd)\s+(?:RN|nurse)\s+(?:verif\w+|check\w*|witness\w*|co-?sign\w*)|\bdual\s+(?:sign-?off|verification|signature)|\bco-?sign(?:ed|ature)\s+(?:by\s+)?(?:second\s+)?" + _NURSE + r"\b|"
            r"\b(?:verified|checked)\s+by\s+<NAME>\.?\s*<NAME>?,?\s*RN\s*(?:and|&|/|\+)\s*<NAME>\.?\s*<NAME>?,?\s*RN",
        ),
        Label(r"(?:second|2nd)\s+(?:RN|nurse)(?:\s+\w+)?|(?:independent\s+)?double[- ]check|(?:two|2|dual)[- ](?:RN|nurse|person)\s+(?:check|verification)"),
    ),
)  # fmt: skip

LABS = ElementRules(
    "labs_reviewed",
    ("lab", "anc", "cbc", "cmp", "ok to treat", "okay to treat", "parameters", "plt", "hgb", "wbc", "creatinine", "cleared"),
    (
        Wording(r"\bno\s+labs?\b(?:\s+(?:reviewed|available|today|drawn))?|\b(?:labs?|cbc|cmp)\s+(?:were\s+|was\s+)?not\s+(?:reviewed|available|done|drawn|resulted)", False, denied="stated", planned="stated"),
        Wording(r"\b(?:labs?|cbc|cmp|anc|bmp)\b(?:\s*[,/&+]\s*\w+){0,3}\s+(?:results\s+)?(?:are\s+|were\s+|still\s+)?(?:pending|not\s+back)", None, denied="unclear", planned="stated"),
        Wording(
            r"\b(?:labs?|labwork|lab\s+results|cbc|cmp|bmp|anc|counts|blood\s+work)\b(?:\s*(?:[,/&+]|and|w/\s*diff)\s*(?:cbc|cmp|bmp|anc|lfts?|labs|diff|plts?|platelets))*(?:\s+(?:from\s+)?<DATE>)?\s*(?:results\s+|values\s+|were\s+|was\s+|are\s+|is\s+|have\s+been\s+|all\s+|today\s+|drawn\s+and\s+)*(?:reviewed|rev['’]?d|wnl|ok(?:ay)?|within\s+(?:\w+\s+){0,2}(?:parameters|limits|range)|acceptable|adequate|checked|verified|stable|unremarkable|meet\s+\w+)\b(?:\s+(?:by|per)\s+(?:<PROVIDER>|RN|pharmacy))?|"
            r"\breviewed\s+(?:\w+\s+){0,2}(?:labs?|cbc|cmp|lab\s+results)\b|\b(?:treatment\s+|lab\s+)?parameters\s+(?:were\s+)?met\b|\b(?:ok(?:ay)?|cleared|clear|good)\s+to\s+treat\b|\bmeets?\s+(?:treatment|lab)\s+parameters\b",
            past="unclear",
        ),
        Wording(r"\b(?:ANC|WBC|plts?|platelets|hgb|hemoglobin|creatinine|SCr|CrCl)\b\s*(?:of|is|was|[:=])?\s*\d[\d,.]*\s?(?:k|K/uL|g/dL|mg/dL|x\s?10\S{0,3})?", past="unclear", weak=True),
        Label(r"labs?(?:\s+(?:reviewed|results|work))?|ok(?:ay)?\s+to\s+treat"),
        Wording(r"\blabs?\s+(?:were\s+|was\s+)?(?:drawn|sent|collected|obtained)\b", None, denied="drop", weak=True),
    ),
)  # fmt: skip

_OTHER_PATENCY = re.compile(
    r"\b(?:airway|foley|catheter\s+draining|ng|nares|nostrils?|ductus|foramen|coronary|stent|duct|artery|arteries|graft|fistula|bowel|tube)\b",
    re.IGNORECASE,
)


def _other_patency(sentence: Sentence, found: re.Match[str]) -> bool:
    return bool(_OTHER_PATENCY.search(sentence.text, max(0, found.start() - 30), found.end() + 18)) and "blood return" not in found[0].lower()


_NO_RETURN = (
    r"\b(?:no|without(?:\s+an?y?)?|absent|lack\s+of|unable\s+to\s+(?:get|obtain|elicit)(?:\s+an?y?)?|poor|sluggish|intermittent|minimal|weak)\s+(?:a\s+)?(?:brisk\s+|good\s+)?blood\s+return\b|\bblood\s+return\s+(?:is\s+|was\s+)?(?:absent|not\s+(?:obtained|present|noted)|sluggish|poor|negative|unobtainable)|"
    r"\bunable\s+to\s+(?:aspirate|flush|draw\s+(?:back|blood))\b|\b(?:port|line|picc|catheter|lumen|piv)\b[^|.;,]{0,15}?\b(?:not\s+patent|sluggish|occluded|clotted|will\s+not\s+flush|would\s+not\s+flush|not\s+flushing)|\bresist(?:ance|s)\s+(?:to|with|when|on)\s+flush\w*|\bflush(?:es|ed)?\s+(?:sluggishly|with\s+(?:difficulty|resistance))"
)

PATENCY = ElementRules(
    "line_patency",
    ("blood return", "patent", "patency", "flush", "aspirat", "occlu", "clot", "sluggish", "br+", "+br", "draw"),
    (
        Wording(r"\b(?:no|denies|without)\s+(?:difficulty|resistance|problems?)\s+(?:with\s+)?flush\w*|\bflush(?:ed|es|ing)?\s+(?:\w+\s+){0,3}?(?:without|w/o)\s+(?:difficulty|resistance)", denied="stated"),
        Wording(_NO_RETURN, False, denied="stated", planned="drop"),
        Wording(
            r"(?:\b(?:brisk|good|excellent|positive|adequate|strong|free|pos)\s+|\+\s?)blood\s+return\b|\bblood\s+return\s+(?:is\s+|was\s+)?(?:noted|confirmed|verified|obtained|present|brisk|good|positive|checked|\+)|(?:\+\s?BR\b|\b(?-i:BR)\s?\+)|\bpatency\s+(?:\w+\s+)?(?:confirmed|verified|checked|restored|established)|"
            r"\bflush(?:es|ed|ing|ed\s+and\s+draws)\s+(?:and\s+draws\s+)?(?:easily|well|freely|briskly|\w+\s+easily)\b|\b(?:is\s+|was\s+|remains\s+)?patent\b|\baspirates?\s+(?:easily|freely|blood)|\bwith\s+blood\s+return\b",
            unless=_other_patency,
        ),
        Label(r"blood\s+return|(?:line\s+|iv\s+|port\s+)?patency|patent"),
        Wording(r"\bblood\s+return\b", denied="denied", weak=True),
    ),
)  # fmt: skip

_TAUGHT = r"(?:done|given|provided|complete[d]?|reviewed|reinforced|received|performed|understood|offered|discussed)"

EDUCATION = ElementRules(
    "education",
    ("teach", "educat", "instruct", "verbali", "verb ", "taught", "understanding", "handout", "side effects"),
    (
        Wording(r"\b(?:declin\w+|refus\w+)\s+(?:\w+\s+){0,2}?(?:teaching|education|instructions?)|\bno\s+(?:teaching|education|(?:discharge\s+)?instructions)\b(?:\s+(?:done|given|provided))?|\b(?:teaching|education|instructions?)\s+(?:was\s+|were\s+)?(?:not\s+(?:done|given|provided|completed)|deferred|declined|refused)", False, denied="stated"),
        Wording(r"\b(?:(?:D/?C|discharge|chemo\w*|drug|patient|pt|home|medication|written|pump)\s+){0,2}(?:teaching|education|instructions?)\b[^|.;,]{0,30}?\b" + _TAUGHT + r"\b", planned="unclear"),
        Wording(r"\b(?:written|discharge|home|verbal)\s+instructions\b|\b(?:verbali[sz]ed?s?|verb|voiced|states?)\s+(?:good\s+|full\s+)?understanding|\b(?:educated|instructed|taught)\s+(?:\w+\s+){0,3}?(?:on|about|re|regarding|to|how)\b(?:\s+\w+){0,4}|\b(?:pt|patient|family|caregiver)\s+(?:was\s+|were\s+)?(?:educated|instructed|taught)\b|\b(?:side\s+effects?|when\s+to\s+call)\b[^|.;]{0,25}?\b(?:reviewed|discussed|explained)|\b(?:reviewed|discussed|explained)\s+(?:\w+\s+){0,2}(?:side\s+effects|when\s+to\s+call)|\b(?:home|left)\s+with\s+instructions\b", past="unclear"),
        Label(r"(?:(?:patient|pt|discharge|D/?C|chemo\w*)\s+)?(?:education|teaching|instructions?)(?:\s+(?:done|provided|given|completed))?"),
    ),
)  # fmt: skip

PUMP_TEACHING = ElementRules(
    "pump_teaching",
    ("spill", "pump", "cadd", "disconnect"),
    (
        Wording(r"\b(?:declin\w+|refus\w+|no)\s+(?:\w+\s+){0,2}?pump\s+(?:teaching|education|instructions?)|\bpump\s+(?:teaching|education|instructions?)\s+(?:was\s+|were\s+)?(?:not\s+\w+|deferred|declined)|\bno\s+spill\s+kit", False, denied="stated"),
        Wording(
            r"\bspill\s+kit\b(?:[^|.;]{0,40}?\b(?:given|provided|sent\s+home|issued|reviewed|supplied|in\s+hand))?|\b(?:pump|CADD)\b[^|.;]{0,30}?\b(?:teaching|education|instructions?)\b(?:[^|.;,]{0,30}?\b" + _TAUGHT + r")?|\b(?:teaching|education|educated|instructed|taught|instructions)\b[^|.;]{0,40}?\b(?:pump|CADD|spill)\b(?:\s+\w+){0,2}|"
            r"\b(?:pump\s+)?(?:24[- ]?h(?:ou)?r\s+)?(?:emergency|help\s?line|hotline|contact)\s+(?:phone\s+)?number\b[^|.;]{0,25}?\b(?:given|provided|reviewed|on\s+pump)",
            planned="unclear",
        ),
        Label(r"pump\s+(?:teaching|education|instructions)|spill\s+kit(?:\s+given)?"),
    ),
)  # fmt: skip

ALLERGIES = ElementRules(
    "allergies_reviewed",
    ("allerg", "nkda", "nka", "nkma"),
    (
        Wording(r"\ballerg(?:y|ies)\b[^|.;,]{0,15}?\bnot\s+(?:reviewed|verified|documented|known|assessed|on\s+file)|\ballerg(?:y|ies)\s+(?:unknown|unable\s+to\s+assess)", False, denied="stated"),
        Wording(r"\b(?:N\.?K\.?D?\.?A\.?|NKMA|no\s+known\s+(?:drug\s+|medication\s+|food\s+or\s+drug\s+)?allerg(?:y|ies))\b|\b(?:denies|no)\s+(?:new\s+|any\s+|drug\s+)?allerg(?:y|ies)\b", denied="stated"),
        Wording(r"\ballerg(?:y|ies)\b[^|.;:]{0,40}?\b(?:reviewed|rev['’]?d|verified|confirmed|updated|checked|unchanged|noted)\b|\b(?:reviewed|verified|confirmed|checked)\s+(?:<WORD>\s+){0,4}?allerg(?:y|ies)\b", planned="drop"),
        Label(r"(?:drug\s+|medication\s+|known\s+)?allerg(?:y|ies)(?:\s+(?:reviewed|list))?", free=True, no="none"),
        Wording(r"\ballergic\s+to\s+(?P<v>(?:<WORD>,?\s*){1,3})|\b(?P<w>[\w-]+)\s+allergy\b", own=True, denied="drop", past="stated", weak=True),
    ),
)  # fmt: skip

IDENTITY = ElementRules(
    "patient_identity",
    ("id ", "id'd", "identi", "armband", "arm band", "dob", "wristband", "two pt", "2 pt"),
    (
        Wording(r"\b(?:unable\s+to\s+(?:verify|confirm)|(?:could|did)\s+not\s+(?:verify|confirm))\s+(?:\w+\s+){0,2}?(?:identity|ID)\b|\b(?:identity|ID)\s+not\s+(?:verified|confirmed|checked)|\bno\s+(?:armband|ID\s+band|wristband)\b", False, denied="stated"),
        Wording(r"\b(?-i:ID)(?:['’]?d)?\s*x\s?2\b|\bidentity\s*x\s?2\b|\b(?:two|2)\s+(?:patient\s+|pt\s+)?identifiers?\b(?:\s+(?:used|verified|checked|confirmed))?|\b(?:name|dob|identity|(?-i:ID)|identifiers?|mrn)\b(?:\s*(?:,|/|&|and)\s*(?:name|dob|mrn|date\s+of\s+birth)){0,2}\s+(?:x\s?2\s+)?(?:were\s+|was\s+)?(?:verified|confirmed|checked)\b(?:\s+(?:against|with|by|via)\s+\w+)?|\bverified\s+(?:patient\s+|pt\s+)?(?:identity|name)\b"),
        Label(r"(?:patient\s+|pt\s+)?(?:identity|ID)\s+(?:verified|confirmed|checked)|(?:two|2)\s+identifiers"),
    ),
)  # fmt: skip

MONITORING = ElementRules(
    "complexity_monitoring",
    ("monitor", "observ", "vitals q", "vs q", "q15", "q 15", "q30"),
    (
        Wording(r"\bnot\s+monitored\b|\b(?:left|infused)\s+unattended\b", False, denied="stated"),
        Wording(r"\b(?:closely\s+|continuously\s+)?monitored\s+(?:closely|throughout|continuously|during|for|q\s?\d+)\b(?:\s+(?:\w+\s+){0,2}(?:infusion|treatment|reaction|min(?:utes)?|h(?:ou)?rs?))?|\bobserved\s+(?:for\s+)?(?:x\s*)?\d+\s*(?:min(?:utes)?|h(?:ou)?rs?)\b(?:\s+(?:post|after)[- ]?\w*)?|\bobservation\s+period\b|\bcontinuous\s+(?:cardiac\s+)?monitoring\b|\b(?:vitals?(?:\s+signs?)?|VS|BP)\s+(?:monitored\s+)?(?:q|every)\s?\d+\s?(?:min\w*|h\w*)"),
    ),
)  # fmt: skip

LOT = ElementRules(
    "lot_number",
    ("lot",),
    (
        Wording(r"\blot\s+(?:number\s+|#\s*)?(?:not\s+(?:recorded|documented|available)|missing|illegible)", False, denied="stated"),
        Wording(r"\blot\s*(?:#|no\.?|number|num)?\s*[:=]?\s*(?P<v>(?=[A-Z\d-]*\d)(?-i:[A-Z\d][A-Z\d-]{2,14}))\b|\blot\s+(?:number\s+|#\s*|and\s+exp\w*\s+)?(?:recorded|scanned|documented|verified|logged)\b"),
        Label(r"lot\s*(?:#|no\.?|number)?"),
    ),
)  # fmt: skip

NDC = ElementRules(
    "ndc",
    ("ndc",),
    (
        Wording(r"\bNDC\s*(?:#|no\.?|number|code)?\s*[:=]?\s*(?P<v>\d{4,5}-?\d{3,4}-?\d{1,2})\b|\bNDC\s+(?:number\s+)?(?:recorded|scanned|documented|verified)\b"),
        Label(r"NDC\s*(?:#|no\.?|number)?"),
    ),
)  # fmt: skip

WASTE = ElementRules(
    "waste_signer",
    ("wast", "discard", "witness"),
    (
        Wording(r"\b(?:waste|wastage|wasted|discarded)\b[^|.;]{0,40}?\b(?:unwitnessed|not\s+witnessed|no\s+witness|without\s+(?:a\s+)?witness)|\bno\s+witness\b", False, denied="stated"),
        Wording(r"\b(?:wast(?:e|ed|age)|discard(?:ed)?)\b[^|;]{0,50}?\b(?:witness(?:ed)?(?:\s+by)?|with|w/|by|signed(?:\s+by)?|co-?signed(?:\s+by)?|per)\s*:?\s*(?P<v><NAME>\.?\s+(?:<NAME>\s*)?,?\s*(?-i:RN|LPN|PharmD|RPh|CPhT|BSN))\b|\bwaste\s+witness(?:ed)?(?:\s+by)?\s*:?\s*(?P<w><NAME>\.?\s+<NAME>)"),
        Label(r"(?:waste\s+)?witness(?:ed\s+by)?|wasted?\s+by", free=True),
    ),
)  # fmt: skip

SAFETY = (
    VITALS, REACTIONS, REACTION_DETAILS, RESPONSE, DOUBLE_CHECK, LABS, PATENCY, EDUCATION, PUMP_TEACHING, ALLERGIES,
    IDENTITY, MONITORING, LOT, NDC, WASTE,
)  # fmt: skip
