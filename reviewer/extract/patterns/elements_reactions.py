"""Wordings of reactions and of how the patient bore the treatment.

A symptom is a reaction only where the sentence ties it to the infusion.
"""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording
from reviewer.language.lazy import Lazy

_REACTION = (
    r"(?:(?:infusion|hypersensitivity|allergic|adverse|untoward|transfusion|drug|"
    r"anaphyla\w+|immediate|delayed|acute|any)[- ]+(?:related\s+|"
    r"drug\s+)?){0,2}(?:reactions?|rxns?|events?\s+(?=$|[.,;])|effects?|anaphylaxis)"
)

_NAMED_REACTION = (
    r"(?:(?:infusion(?:[- ]related)?|hypersensitivity|allergic|adverse|transfusion|"
    r"anaphylac\w+|grade\s+\d)[- ]+(?:drug\s+)?(?:reactions?|rxns?|events?)|"
    r"anaphylaxis(?!\s+(?:kit|tray|box|protocol|meds|orders|precautions|plan))|"
    r"(?:mild|moderate|severe)\s+(?:infusion\s+)?(?:reaction|rxn)|reaction\s+(?=noted|"
    r"occurred|began|at\s+\d|to\s+\w+\s+at\s+\d))\b(?!\s*[:=|])"
)

_SYMPTOM = (
    r"(?:(?:facial\s+|skin\s+)?flushing(?!\s+(?:the\b|of\s+(?:the\s+)?(?:line|port)|line|"
    r"port|easily|well|freely|without|with\s+(?:NS|saline|heparin)))|flushed(?=\s+(?:face|"
    r"skin|cheeks|and\s+(?:itchy|warm)|in\s+the\s+face))|(?<=became )flushed|hives|"
    r"urticaria|rash|pruritus|itch(?:ing|y)|"
    r"chest\s+(?:tightness|pain|pressure)|throat\s+(?:tightness|itching|swelling)|"
    r"tightness\s+in\s+(?:the\s+)?chest|dyspnea|shortness\s+of\s+breath|(?-i:SOB)\b|"
    r"wheezing|bronchospasm|stridor|rigors?|chills|"
    r"hypotension|hypotensive|tachycardi[ac]|desaturat\w+|angioedema|"
    r"swelling\s+of\s+(?:the\s+)?(?:lips|face|tongue)|lip\s+swelling|back\s+pain|syncope|"
    r"dizzy|dizziness|"
    r"(?:infiltrat(?:ion|ed)|extravasat(?:ion|ed))|phlebitis|nausea|vomit(?:ed|ing)|"
    r"emesis|headache|(?-i:HA)\b|fever|diaphore\w+|cough)"
)

_ONSET = (
    r"(?:developed|develops|experienced|had\s+an?\s+episode\s+of|became|"
    r"began\s+(?:to\s+have|having)|started\s+(?:to\s+have|having)|reported\s+new|"
    r"noted\s+new|new[- ]onset|onset\s+of|complained\s+of|c/o)"
)

_BY_INFUSION = Lazy(
    r"\b(?:infusion|rate|drip|bag|transfusion|drug|chemo\w*|treatment)\b[^|"
    r".;]{0,30}?\b(?:stopped|paused|held|slow\w*|interrupted|decreased|restarted|resumed)|"
    r"\b(?:stopped|paused|slowed|slower|held|interrupted)\b[^|.;]{0,20}?\b(?:infusion|"
    r"rate|drip|transfusion)|"
    r"\b(?:min(?:ute)?s?\s+into|during\s+(?:the\s+)?(?:infusion|transfusion|treatment|"
    r"taxol|\w+mab)|after\s+start\w*)|\b(?:benadryl|diphenhydramine|solu-?\w+|"
    r"hydrocortisone|epinephrine)\b[^|.;]{0,40}?\bgiven\b|\bresolved\b",
    re.IGNORECASE,
)

_NOT_NOW = Lazy(
    r"\b(?:allerg(?:y|ic|ies)\s+to|allergies|nkda|if\b|call\b|report\s+any|return\s+(?:to|"
    r"if)|instruct\w*|educat\w+|taught|teach\w*|discuss\w*|side\s+effects?|includ\w+|"
    r"limited\s+to|risks?|at\s+home|"
    r"last\s+night|this\s+morning|on\s+arrival|arrived|admitted|presents?|presented|"
    r"complain\w*\s+of\s+\w+\s+(?:x|for)\s*\d+|history|prn\b|for\s+nausea|dx\b|diagnosis|"
    r"seen\s+for|prior\s+to\s+arrival|did\s+not\s+recur|observe\s+for|monitor\w*\s+for|"
    r"watch\s+for|s/s\s+of|signs?\s+(?:and|&)\s+symptoms|returned)\b",
    re.IGNORECASE,
)


_NUMBING = Lazy(r"\b(?:lido|bupiva|ropiva|mepiva)caine\b|\bxylocaine\b|\blocal\s+an(?:a)?esthe\w+", re.IGNORECASE)


def _not_a_reaction_now(sentence: Sentence, found: re.Match[str]) -> bool:
    before = sentence.text[max(0, found.start() - 90) : found.start()]
    if sentence.section in ("allergies", "education", "family", "course") or _NOT_NOW.search(before):
        return True
    around = sentence.text[max(0, found.start() - 40) : found.end() + 40]
    return "infiltrat" in found[0].lower() and bool(_NUMBING.search(around))  # skin is infiltrated to numb it


def _unlinked_symptom(sentence: Sentence, found: re.Match[str]) -> bool:
    around = sentence.text[max(0, found.start() - 140) : found.end() + 140]
    return _not_a_reaction_now(sentence, found) or "did not recur" in around or not _BY_INFUSION.search(around)


def _old_reaction(sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether a reaction is told as known of the patient ("reaction to penicillin") and not as of this infusion."""
    known = re.search(r"\bto\s+\w+\Z", found[0]) and not _BY_INFUSION.search(
        sentence.text, found.start(), found.end() + 100
    )
    return bool(known) or _not_a_reaction_now(sentence, found)


def _not_an_answer(sentence: Sentence, found: re.Match[str]) -> bool:
    before = sentence.text[max(0, found.start() - 40) : found.start()]
    return bool(
        re.search(
            r"\b(?:if|last|previous|prior|will|monitor\w*\s+for|ensure|should|hx|history|" r"cycle\s+\d)\b",
            before,
            re.IGNORECASE,
        )
    ) or sentence.section in ("plan", "history", "course", "allergies")


_NO_REACTION = (
    r"\b(?:no|without|w/o|denies(?:\s+any)?|negative\s+for|free\s+of)\s+(?:any\s+|"
    r"further\s+)?(?:evidence\s+of\s+|(?:acute\s+)?(?:s/s|s/sx|signs?(?:\s*(?:and|&|or|"
    r"/)\s*symptoms?)?|sx)\s*(?:or\s+symptoms?\s+)?(?:of\s+)?(?:an?\s+)?)?"
    + _REACTION
    + r"\b(?:\s+(?:noted|observed|reported|occurred))?|"
    r"\b(?-i:NAR)\b"
)

_TOLERATED = (
    r"\b(?:tol(?:erat(?:ed|es|ing))?\.?)(?:\s+(?:the\s+)?(?:\w+\s+){0,3}?)?\s*(?:well|"
    r"fine|without\s+(?:reaction|complaints?|incident|difficulty|problems?|issues?|"
    r"complications?|adverse\s+\w+)|w/o\s+(?:reaction|rxn|complaints?|incident|difficulty|"
    r"problems?|issues?|complications?))\b"
)

_BAD_TOLERANCE = (
    r"\b(?:did\s+not\s+tolerate|not\s+tolerat\w+|poorly\s+tolerated|tolerated\s+poorly|"
    r"unable\s+to\s+tolerate\s+(?:the\s+)?(?:infusion|treatment|chemo\w*))\b"
)

_SIGNS = (
    "react",
    "rxn",
    "anaphyla",
    "flush",
    "hives",
    "urticaria",
    "rash",
    "itch",
    "prurit",
    "tightness",
    "dyspnea",
    "breath",
    "sob",
    "wheez",
    "rigor",
    "chills",
    "hypotens",
    "infiltrat",
    "extravasat",
    "nausea",
    "vomit",
    "back pain",
)
"""Words that begin what may be a reaction, whether or not a time or a treatment of it stands beside them."""

REACTIONS = ElementRules(
    "adverse_reactions",
    (
        *_SIGNS,
        "untoward",
        "adverse",
        "tol",
        "tachycard",
        "phlebitis",
        "incident",
        "complication",
        "emesis",
        " ha ",
        "dizz",
        "headache",
        "fever",
        "swelling",
        "bronchospasm",
        "angioedema",
        "nar",
        "desat",
        "cough",
    ),
    (
        Wording(
            r"\b(?:reactions?|adverse\s+(?:events?|effects?))\s+not\s+(?:assessed|documented|" r"recorded)",
            None,
            denied="unclear",
        ),
        Wording(_NO_REACTION, text="none", denied="stated", planned="drop", past="drop", unless=_not_an_answer),
        Wording(_NAMED_REACTION + r"(?:\s+(?:to|at|during|with)\s+\w+){0,2}", denied="drop", unless=_old_reaction),
        Wording(
            r"\b" + _ONSET + r"\s+(?P<v>(?:(?:mild|moderate|severe|some|slight|new|sudden|a|an|generalized|"
            r"facial)\s+){0,2}" + _SYMPTOM + r"(?:(?:,|\s+and|,\s+and)\s+" + _SYMPTOM + r"){0,3})",
            denied="drop",
            unless=_unlinked_symptom,
        ),
        Wording(
            r"(?<![\w])(?P<v>(?:(?:mild|moderate|severe|slight|facial|generalized|"
            r"grade\s+\d)\s+){0,2}" + _SYMPTOM + r"(?:(?:,|\s+and|,\s+and)\s+" + _SYMPTOM + r"){0,3})",
            denied="drop",
            planned="drop",
            unless=_unlinked_symptom,
        ),
        Wording(
            r"\b(?:site\s+|IV\s+|PIV\s+)?(?:infiltrated|extravasat(?:ed|ion\s+(?:noted|suspected|"
            r"occurred))|infiltration\s+noted)\b",
            denied="drop",
            unless=_not_a_reaction_now,
        ),
        Label(
            r"(?:(?:adverse|infusion|allergic)\s+)?(?:reactions?|rxns?|events?|ADR)(?:\s+(?:noted|"
            r"occurred|during\s+\w+))?|adverse\s+effects?|complications?",
            free=True,
            no="none",
        ),
        Wording(
            r"\b(?:no|without|w/o)\s+(?:any\s+|immediate\s+|apparent\s+|"
            r"acute\s+)?(?:untoward\s+(?:effects?|events?)|"
            r"adverse\s+(?:effects?|events?)|complications?|incident)(?:\s+noted)?\b",
            text="none",
            denied="stated",
            unless=_not_an_answer,
        ),
        Wording(_TOLERATED, text="none", denied="stated", past="drop", unless=_not_an_answer, weak=True),
        Wording(_BAD_TOLERANCE, None, denied="unclear", past="drop", weak=True),
    ),
)

REACTION_DETAILS = ElementRules(
    "reaction_details",
    _SIGNS,
    (
        Wording(
            r"(?:\b(?:at\s+)?<TIME>\s*[,:-]?\s*|\b\d{1,3}\s*min(?:utes)?\s+into\s+[^|"
            r".;]{0,30}?)?(?:(?:pt|patient|he|she)\s+)?(?:"
            + _ONSET
            + r"\s+)?(?:(?:mild|moderate|severe|facial|generalized)\s+){0,2}(?:"
            + _SYMPTOM
            + r"|"
            + _NAMED_REACTION
            + r")(?:\bDr\.|[^|.;\n]){3,160}",
            denied="drop",
            unless=lambda s, m: _unlinked_symptom(s, m) or not re.search(r"\d", m[0]),
            lead=r"\d",
        ),
    ),
)

RESPONSE = ElementRules(
    "patient_response",
    ("tol", "response", "relie", "improv", "complaint", "incident", "discomfort"),
    (
        Wording(_BAD_TOLERANCE, denied="stated"),
        Wording(_TOLERATED, denied="stated", unless=_not_an_answer),
        Wording(
            r"\b(?:without|w/o|no)\s+(?:complaints?|incident|discomfort)\b|\b(?:pain|nausea|"
            r"symptoms?)\s+(?:improved|relieved|resolved|decreased)|\breports?\s+(?:relief|"
            r"improvement|feeling\s+better)",
            denied="stated",
            weak=True,
        ),
        Label(r"(?:patient\s+|pt\s+)?(?:response|tolerance)(?:\s+to\s+(?:treatment|therapy|infusion))?", free=True),
    ),
)

REACTION_RULES = (
    REACTIONS,
    REACTION_DETAILS,
    RESPONSE,
)
