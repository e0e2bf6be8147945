"""What a question asks: the codes and records it names, and the matters it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Matter = Literal[
    "beside",
    "claim",
    "difference",
    "documentation",
    "drug",
    "history",
    "limit",
    "modifier",
    "payer",
    "time",
    "when",
    "why",
    "why_not",
    "missing",
    "money",
]

_CODE = re.compile(r"\b(?:\d{5}|\d{4}[TFUM]|[A-V]\d{4})\b", re.IGNORECASE)
_DOMAIN = re.compile(
    r"\b(?:(?:GEN|TIME|ROUTE|DRUG|CONC|HYD|PUMP|ACC|PTP|WASTE|DOC|C)-\d{1,2}|HIER-(?:FAC|OFF|\d))\b", re.IGNORECASE
)
_SLUG = re.compile(r"\b[a-z][a-z-]+\.[a-z0-9][a-z0-9-]+\b")
_MATTERS: dict[Matter, str] = {
    "money": r"how much (?:does|do|is|will)|\bpa(?:y|ys|id|yment)\b|\breimburse|\bprice|\bdollar|\$|\bRVU\b",
    "why_not": r"\bwhy (?:not|no\b|isn'?t|wasn'?t|aren'?t|is there no|did(?:n'?t| not))|not supported"
    r"|denied|unsupported|\bwhy (?:is|was) .* (?:not|missing)\b",
    "missing": r"\bmissing\b|\black(?:s|ing)?\b|\bneeded to\b|what would it take",
    "why": r"\bwhy\b|\breason\b|how come|on what grounds|which words|evidence",
    "documentation": r"\bdocument\w*|\bchart(?:ed|ing)?\b|\brecord\b|\bmust (?:the )?(?:note|nurse|chart|record)"
    r"|\bconsent\b|\brequire[sd]?\b|\brequirements?\b",
    "beside": r"\bprimar(?:y|ies)\b|\bcarr(?:y|ies)\b"
    r"|\badd-?on\b|\btogether\b|\bsame day\b|\bbeside\b|\balong(?:side)? with\b|\bbundl\w+"
    r"|\bbe(?:side|tween)\b|\bpair\b|\bwith (?:[a-v]?\d{4,5})|\bstand alone\b|\balone\b",
    "modifier": r"\bmodifiers?\b|\b59\b|\bX[EPSU]\b|\bJ[WZ]\b",
    "limit": r"\bMUE\b|\bmaximum\b|\bmax\b|\blimit\b|\b(?:most|daily) units\b|\bMAI\b"
    r"|\b(?:units?|times|many)\b.*\b(?:a|per|each|one|same) (?:day|date)\b",
    "time": r"\bminutes?\b|\bhours?\b|\bhow long\b|\btime[sd]?\b|\bduration\b|\bunits?\b|\bstop time\b",
    "history": r"\bhistory\b|\badded\b|\bsince when\b|\bwhen was\b|\beffective\b|\bvalid\b|\bintroduced\b"
    r"|\bexist(?:s|ed)?\b",
    "payer": r"\bpayers?\b|\bpolic(?:y|ies)\b|\bcommercial\b|\bmedicare\b|\bdiffer\w*|\bnoridian\b|\bpalmetto\b",
    "claim": r"\bBETOS\b|\bstatus indicator\b|\btype of service\b|\bindicators?\b|\bglobal\b|\bCCS\b|\bPC/?TC\b"
    r"|\bOPPS status\b",
    "difference": r"\bdiffer\w*|\bversus\b|\bvs\b",
    "drug": r"\bclass\b|\bchemo\w*|\btherapeutic\b|\bbiologic\w*|\bhormon\w*|\bcodes?\b|\bHCPCS\b|\bunits?\b"
    r"|\bwhat is\b",
    "when": r"\bwhen (?:do|can|should|to|is|may)\b|\bwhat (?:is|does)\b|\buse[sd]?\b|\bmean(?:s|ing)?\b|\breport\w*\b"
    r"|\bfor what\b",
}
_FOUND = {matter: re.compile(words, re.IGNORECASE) for matter, words in _MATTERS.items()}


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart. `records` are ids of rules, requirements or domain rules; `text` is as asked."""

    text: str
    codes: tuple[str, ...]
    records: tuple[str, ...]
    matters: tuple[Matter, ...]


def understood(text: str) -> Question:
    """Take a question apart; what it is about in the order of this page, not of its words."""
    records = [found.upper() for found in _DOMAIN.findall(text)] + _SLUG.findall(text)
    return Question(
        text=text,
        codes=tuple(dict.fromkeys(code.upper() for code in _CODE.findall(text))),
        records=tuple(dict.fromkeys(records)),
        matters=tuple(matter for matter, words in _FOUND.items() if words.search(text)),
    )
