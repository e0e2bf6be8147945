"""Wordings of care at the chair: vital signs, watching, the line, teaching."""

from __future__ import annotations

import re

from reviewer.extract.patterns.elements_sentences import Sentence
from reviewer.extract.patterns.elements_wording import ElementRules, Label, Wording
from reviewer.language.kept import expression

VITALS = ElementRules(
    "vital_signs",
    ("vital", "vss", "vs ", "v/s", "bp", "b/p", "hr ", "temp", "pulse", "spo2", "afebrile", "blood pressure"),
    (
        Wording(
            r"\b(?:vitals?(?:\s+signs?)?|VS)\b[^|.;,]{0,15}?\b(?:not\s+(?:obtained|taken|done|"
            r"recorded|documented)|deferred|refused|declined)|\bno\s+(?:vitals?(?:\s+signs?)?|"
            r"VS)\b(?:\s+(?:recorded|documented|taken|obtained))?",
            False,
            denied="stated",
        ),
        Wording(
            r"\b(?:BP|B/P|blood\s+pressure)\b\s*[:=]?\s*\d{2,3}\s?/\s?\d{2,3}(?:[^|"
            r"\n.;]{0,60}?\b(?:HR|pulse|P|RR|R|T|temp|SpO2|"
            r"O2\s?sat)\b\s*[:=]?\s*\d{2,3}(?:\.\d)?%?){0,4}",
            denied="stated",
        ),
        Wording(
            r"\b(?:post-?\s?(?:treatment|infusion)?\s*|pre-?\s?(?:treatment|infusion)?\s*|"
            r"baseline\s+)?(?:vitals?(?:\s+signs?)?|V/?S)\b(?:\s+(?:are|were|remain(?:ed|s)?|is|"
            r"signs|obtained|and|taken|pre|post|before)){0,4}[^|.;,]{0,12}?\b(?:stable|wnl|"
            r"within\s+(?:normal\s+limits|parameters|limits)|normal|unremarkable|unchanged|"
            r"obtained|taken|recorded|checked|done|monitored|documented|per\s+flowsheet|"
            r"see\s+flowsheet|q\s?\d+\s?(?:min|h)\w*)\b(?:\s+(?:before\s+and\s+after|"
            r"at\s+completion|throughout|post))?",
            denied="unclear",
            past="unclear",
        ),
        Wording(r"\b(?-i:VSS|VS\s+WNL|AVSS)\b|\bafebrile\b|\bvs\s+ok\b", denied="unclear"),
        Wording(
            r"\b(?:V/?S|vitals?(?:\s+signs?)?)\b[^|;\n\d]{0,12}\d{2,3}\s?/\s?\d{2,3}(?:[,\s]{1,3}"
            r"\d{2,3}(?:\.\d)?%?){0,4}",
            past="unclear",
        ),
        Wording(
            r"\b(?:HR|pulse|heart\s+rate)\b\s*[:=]?\s*\d{2,3}\b|\b(?:temp|"
            r"T)\b\s*[:=]?\s*(?:9[5-9]|10[0-5]|3[5-9]|4[01])\.\d\b|\bSpO2\s*[:=]?\s*\d{2,3}\s?%?",
            past="unclear",
            weak=True,
        ),
        Wording(r"\b(?:BP|B/P|HR|pulse|temp|RR)\b\s*[:=]?\s*_{2,}(?:\s?/\s?_{2,})?", None),
        Label(
            r"(?:(?:pre|post|baseline)[- ]?(?:treatment|infusion)?\s*)?(?:vitals?(?:\s+signs?)?|"
            r"VS|BP|B/P)(?:\s+(?:taken|stable|obtained))?"
        ),
    ),
)

_OTHER_PATENCY = expression(
    r"\b(?:airway|foley|catheter\s+draining|ng|nares|nostrils?|ductus|foramen|coronary|"
    r"stent|duct|artery|arteries|graft|fistula|bowel|tube)\b",
    re.IGNORECASE,
)


def _other_patency(sentence: Sentence, found: re.Match[str]) -> bool:
    return (
        bool(_OTHER_PATENCY.search(sentence.text, max(0, found.start() - 30), found.end() + 18))
        and "blood return" not in found[0].lower()
    )


_NO_RETURN = (
    r"\b(?:no|without(?:\s+an?y?)?|absent|lack\s+of|unable\s+to\s+(?:get|obtain|"
    r"elicit)(?:\s+an?y?)?|poor|sluggish|intermittent|minimal|"
    r"weak)\s+(?:a\s+)?(?:brisk\s+|good\s+)?blood\s+return\b|\bblood\s+return\s+(?:is\s+|"
    r"was\s+)?(?:absent|not\s+(?:obtained|present|noted)|sluggish|poor|negative|"
    r"unobtainable)|"
    r"\bunable\s+to\s+(?:aspirate|flush|draw\s+(?:back|blood))\b|\b(?:port|line|picc|"
    r"catheter|lumen|piv)\b[^|.;,]{0,15}?\b(?:not\s+patent|sluggish|occluded|clotted|"
    r"will\s+not\s+flush|would\s+not\s+flush|not\s+flushing)|\bresist(?:ance|s)\s+(?:to|"
    r"with|when|on)\s+flush\w*|\bflush(?:es|ed)?\s+(?:sluggishly|with\s+(?:difficulty|"
    r"resistance))"
)

PATENCY = ElementRules(
    "line_patency",
    (
        "blood return",
        "patent",
        "patency",
        "flush",
        "aspirat",
        "occlu",
        "clot",
        "sluggish",
        " br",
        "+br",
        "draw",
        "k return",
        "d return",
        "t return",
        "g return",
    ),
    (
        Wording(
            r"\b(?:no|denies|without)\s+(?:difficulty|resistance|"
            r"problems?)\s+(?:with\s+)?flush\w*|\bflush(?:ed|es|"
            r"ing)?\s+(?:\w+\s+){0,3}?(?:without|w/o)\s+(?:difficulty|resistance)",
            denied="stated",
        ),
        Wording(_NO_RETURN, False, denied="stated", planned="drop"),
        Wording(
            r"(?:\b(?:brisk|good|excellent|positive|adequate|strong|free|pos)\s+|"
            r"\+\s?)(?:blood\s+return|(?-i:BR))\b|\bblood\s+return\s+(?:is\s+|was\s+)?(?:noted|"
            r"confirmed|"
            r"verified|obtained|present|brisk|good|positive|checked|\+)|(?:\+\s?BR\b|"
            r"\b(?-i:BR)\s?\+)|\bpatency\s+(?:\w+\s+)?(?:confirmed|verified|checked|restored|"
            r"established)|"
            r"\bflush(?:es|ed|ing|ed\s+and\s+draws)\s+(?:and\s+draws\s+)?(?:easily|well|freely|"
            r"briskly|\w+\s+easily)\b|\b(?:is\s+|was\s+|remains\s+)?patent\b|"
            r"\baspirates?\s+(?:easily|freely|blood)|\bwith\s+blood\s+return\b|"
            r"\b(?:brisk|good|excellent|strong)\s+return\b(?!\s+(?:to|of|visit|on|for|from)\b)",
            unless=_other_patency,
        ),
        Label(r"blood\s+return|(?:line\s+|iv\s+|port\s+)?patency|patent"),
        Wording(r"\bblood\s+return\b", None, denied="denied", weak=True),
    ),
)

_TAUGHT = (
    r"(?:done|given|provided|complete[d]?|reviewed|reinforced|received|performed|" r"understood|offered|discussed)"
)

EDUCATION = ElementRules(
    "education",
    ("teach", "educat", "instruct", "verbali", "verb ", "taught", "understanding", "handout", "side effects"),
    (
        Wording(
            r"\b(?:declin\w+|refus\w+)\s+(?:\w+\s+){0,2}?(?:teaching|education|instructions?)|"
            r"\bno\s+(?:teaching|education|(?:discharge\s+)?instructions)\b(?:\s+(?:done|given|"
            r"provided))?|\b(?:teaching|education|instructions?)\s+(?:was\s+|"
            r"were\s+)?(?:not\s+(?:done|given|provided|completed)|deferred|declined|refused)",
            False,
            denied="stated",
        ),
        Wording(
            r"\b(?:(?:D/?C|reinforced|discharge|chemo\w*|drug|patient|pt|home|medication|written|"
            r"pump)\s+){0,2}(?:teaching|education|instructions?)\b[^|.;,]{0,30}?\b" + _TAUGHT + r"\b",
            planned="unclear",
        ),
        Wording(
            r"\b(?:written|discharge|home|verbal)\s+instructions\b|\b(?:verbali[sz]ed?s?|verb|"
            r"voiced|states?)\s+(?:good\s+|full\s+)?understanding|\b(?:educated|instructed|"
            r"taught)\s+(?:\w+\s+){0,3}?(?:on|about|re|regarding|to|how)\b(?:\s+\w+){0,4}|\b(?:pt|"
            r"patient|family|caregiver)\s+(?:was\s+|were\s+)?(?:educated|instructed|taught)\b|"
            r"\b(?:side\s+effects?|when\s+to\s+call)\b[^|.;]{0,25}?\b(?:reviewed|discussed|"
            r"explained)|\b(?:reviewed|discussed|explained)\s+(?:\w+\s+){0,2}(?:side\s+effects|"
            r"when\s+to\s+call)|\b(?:home|left)\s+with\s+instructions\b",
            past="unclear",
        ),
        Label(
            r"(?:(?:patient|pt|discharge|D/?C|chemo\w*)\s+)?(?:education|teaching|"
            r"instructions?)(?:\s+(?:done|provided|given|completed))?"
        ),
    ),
)

PUMP_TEACHING = ElementRules(
    "pump_teaching",
    ("spill", "pump", "cadd", "disconnect"),
    (
        Wording(
            r"\b(?:declin\w+|refus\w+|no)\s+(?:\w+\s+){0,2}?pump\s+(?:teaching|education|"
            r"instructions?)|\bpump\s+(?:teaching|education|instructions?)\s+(?:was\s+|"
            r"were\s+)?(?:not\s+\w+|deferred|declined)|\bno\s+spill\s+kit",
            False,
            denied="stated",
        ),
        Wording(
            r"\bspill\s+kit\b(?:[^|.;]{0,40}?\b(?:given|provided|sent\s+home|issued|reviewed|"
            r"supplied|in\s+hand))?|\b(?:pump|CADD)\b[^|.;]{0,30}?\b(?:teaching|education|"
            r"instructions?)\b(?:[^|.;,]{0,30}?\b"
            + _TAUGHT
            + r")?|\b(?:teaching|education|educated|instructed|taught|instructions)\b[^|"
            r".;]{0,40}?\b(?:pump|CADD|spill)\b(?:\s+\w+){0,2}|"
            r"\b(?:pump\s+)?(?:24[- ]?h(?:ou)?r\s+)?(?:emergency|help\s?line|hotline|"
            r"contact)\s+(?:phone\s+)?number\b[^|.;]{0,25}?\b(?:given|provided|reviewed|on\s+pump)",
            planned="unclear",
        ),
        Label(r"pump\s+(?:teaching|education|instructions)|spill\s+kit(?:\s+given)?"),
    ),
)

MONITORING = ElementRules(
    "complexity_monitoring",
    ("monitor", "observ", "vitals q", "vs q", "q15", "q 15", "q30"),
    (
        Wording(r"\bnot\s+monitored\b|\b(?:left|infused)\s+unattended\b", False, denied="stated"),
        Wording(
            r"\b(?:closely\s+|continuously\s+)?monitored\s+(?:closely|throughout|continuously|"
            r"during|for|q\s?\d+)\b(?:\s+(?:\w+\s+){0,2}(?:infusion|treatment|reaction|"
            r"min(?:utes)?|h(?:ou)?rs?))?|\bobserved\s+(?:for\s+)?(?:x\s*)?\d+\s*(?:min(?:utes)?|"
            r"h(?:ou)?rs?)\b(?:\s+(?:post|after)[- ]?\w*)?|\bobservation\s+period\b|"
            r"\bcontinuous\s+(?:cardiac\s+)?monitoring\b|\b(?:vitals?(?:\s+signs?)?|VS|"
            r"BP)\s+(?:monitored\s+)?(?:q|every)\s?\d+\s?(?:min\w*|h\w*)?"
        ),
    ),
)

CARE = (
    VITALS,
    MONITORING,
    PATENCY,
    EDUCATION,
    PUMP_TEACHING,
)
