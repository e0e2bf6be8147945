"""Who signed: the giver's name with credentials, a provider's signature, initials only, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.extract.patterns.elements_sentences import Sentence, Stretches
from reviewer.extract.patterns.elements_wording import Hit, as_element
from reviewer.extract.wire import WireElement
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy

_NURSE = r"(?:RN|R\.N\.|BSN|MSN|OCN|AOCN|AOCNS|AOCNP|LPN|LVN|CRNI|RN-BC|VA-BC|CNS|BMTCN|CCRN|" r"CEN|CPHON|CPN)"
_PROVIDER = r"(?:MD|M\.D\.|DO|D\.O\.|NP|FNP(?:-C)?|ACNP|AGNP|CRNP|DNP|APRN|PA-C|PA|MBBS|PhD|FACP)"
_OTHER = r"(?:PharmD|RPh|CPhT|CMA|MA|CNA|LCSW|RT|RD)"
_CREDENTIALS = rf"(?:{_NURSE}|{_PROVIDER}|{_OTHER})"
_NOT_A_NAME = (
    r"(?!E-?[Ss]ign)(?!(?:Infusion|Charge|Oncology|Nurse|Second|Outpatient|Chemo|Staff|"
    r"Registered|Verified|Clinic|Home|Report|Electronically|Signed|By|"
    r"Dr|Pt|Patient|Per|With|Tolerated|Stable|Discharged|Left|Right|No|VSS|Team|Primary|"
    r"The|Note|Notes|Nursing|Signature|RN)\b)"
)
_SURNAME_FIRST = r"[A-Z][a-z]+(?:[-'’][A-Z][a-z]+)?,\s?[A-Z](?:\.|[a-z]+)"
_GIVEN_FIRST = rf"[A-Z](?:\.|[A-Za-z'’-]+)(?:\s+[A-Z]\.)?(?:\s{_NOT_A_NAME}[A-Z][A-Za-z'’-]+){{1,2}}"
_NAME = rf"{_NOT_A_NAME}(?:{_SURNAME_FIRST}|{_GIVEN_FIRST}|[A-Z]\.[A-Z][A-Za-z'’-]+)"
_SIGNER = rf"(?P<name>{_NAME},?\s{{1,2}}(?P<cred>{_CREDENTIALS}(?:\s?[,/]?\s?{_CREDENTIALS}){{0,4}})(?![A-Za-z]))"
_LEAD = (
    r"(?:(?:(?:electronic(?:ally)?|digitally|e-?)?\s*-?\s*(?:signed|signature|"
    r"sign)(?:\s+off)?|/s/|(?:administering|infusion|treatment|primary|"
    r"administered)\s+(?:nurse|rn)|nurse(?:\s+signature)?|"
    r"rn(?:\s+signature)?|administered\s+by|given\s+by|infused\s+by|pushed\s+by|"
    r"charted\s+by|documented\s+by|performed\s+by|completed\s+by|author|note\s+by|"
    r"provider\s+signature|attending)(?:\s+by)?)"
)
_LED = Lazy(rf"(?<![\w-]){_LEAD}", re.IGNORECASE)
"""What `_SIGNED` begins with, which heeds the case of the name and is slow for it."""
_SIGNED = Lazy(rf"(?<![\w-])(?P<lead>(?i:{_LEAD}))\s?[:.]?\s{{0,3}}{_SIGNER}")
_WHEN = r"(?:[\s,;.()|@/-]|\d|(?i:at|on|am|pm|hrs|date|time|signed|electronically|x)\b|:)*"
_ALONE = Lazy(rf"\A[\s\-–—~*|,.)]*{_SIGNER}{_WHEN}\Z")
_AT_END = Lazy(rf"(?:(?<=[\s.,;|–—-])|\A){_SIGNER}[\s.)]*\Z")
_NOT_A_SIGNATURE = Lazy(
    r"\b(?:verif\w*|check\w*|witness\w*|wast\w*|report|hand-?off|co-?sign\w*|notified|"
    r"second|order\w*|consent\w*|per|paged|called|spoke|with|w/|by|to|from|and|seen|cc)\b",
    re.IGNORECASE,
)
_OTHER_PAPER = Lazy(
    r"\b(?:(?:consent\w*|orders?|waste\w*|witness\w*|scribe\w*|abn|prescription|pharmacy|verified)\b[^.|]{0,30}|"
    r"(?:physician|provider|prescriber|md|patient|pt|guardian)(?:['’]s)?\s*)\Z",
    re.IGNORECASE,
)
_INITIALS = Lazy(
    r"(?:\A[\s\-–—/(]*(?P<a>[A-Z]{2,3}),?\s(?:RN|LPN)[\s.)]*\Z|(?<![\w])(?i:(?:rn\s+|"
    r"nurse\s+)?initials?|signed|administered\s+by|given\s+by|rn|nurse|"
    r"signature)\s?:\s{0,2}(?P<b>[A-Z]\.?[A-Z]\.?(?:[A-Z]\.?)?)(?:,?\s(?:RN|"
    r"LPN))?(?=[\s.,;|)]*(?:\Z|\n|\|))|"
    r"(?:\A\s*|\s)[-–—~]{1,2}\s?(?P<c>[A-Za-z]{2,3})[\s.]*\Z)"
)
_NOT_INITIALS = frozenset(
    {"RN", "MD", "NP", "PA", "IV", "NS", "PO", "NA", "OK", "NO", "BSN", "OCN", "LPN", "DO", "VSS", "IM", "SQ"}
)
_UNSIGNED = Lazy(
    r"\b(?:(?:note|record|entry|mar|flowsheet|chart)\s+(?:is\s+|was\s+|"
    r"remains\s+)?(?:unsigned|not\s+(?:yet\s+)?signed)|unsigned(?:\s+(?:note|entry|"
    r"by\s+(?:the\s+)?(?:nurse|rn)))?|no\s+(?:nurse\s+|rn\s+|"
    r"nursing\s+)?signature(?:\s+(?:found|present|on\s+\w+))?|"
    r"not\s+signed\s+by\s+(?:the\s+)?(?:administering\s+)?(?:nurse|rn)|(?:nurse\s+|"
    r"rn\s+)?signature\s+(?:is\s+)?(?:missing|absent))\b",
    re.IGNORECASE,
)
_UNCLEAR = Lazy(
    r"\b(?:(?:nurse|rn|administering\s+\w+)\s+)?signature\s+(?:is\s+)?(?:illegible|"
    r"pending)|\b(?:(?:electronically\s+)?signed(?:\s+by)?|(?:nurse|rn)?\s?signature|"
    r"administered\s+by|(?:administering\s+)?nurse|rn)\s?:?\s{0,3}(?:_{2,}|\*{3}|"
    r"@[A-Z_]+@)",
    re.IGNORECASE,
)
_BY_PROVIDER = Lazy(
    r"\b(?:pushed|injected|instilled|administered|infused)\b[^.|]{0,60}\bby\s+(?:Dr|MD|"
    r"the\s+physician|the\s+provider|me\b)|\b(?:Dr\.?(?:\s[A-Z][a-z]+)?|I|"
    r"physician)\s+(?:\w+\s+)?(?:pushed|injected|instilled|administered)\b",
)
_TITLED = expression(r"[A-Z]\.?[A-Z]|Ph")
"""What every credential holds; it is looked for first, as the names before one take long to look for."""
_MARKED = expression(r"[:~–—-]|RN|LPN")
"""What all initials stand beside."""
_LEFT_OPEN = expression(r"_|\*\*\*|@|illegible|pending")
"""What stands for a signature that cannot be read or is not there; in lower case."""
_ALONE_LIMIT = 160
_TAIL = 120
SIGNATURE_TRIGGERS = (
    "rn",
    "lpn",
    "lvn",
    "md",
    "np",
    "pa-c",
    " do",
    "sign",
    "nurse",
    "ocn",
    "initial",
    " -",
    "- ",
    "—",
    "by:",
    "bsn",
    "aprn",
    "r.n",
    "m.d",
    "/s/",
)


def _plausible(sentence: Sentence, found: re.Match[str]) -> bool:
    return not _OTHER_PAPER.search(sentence.text[max(0, found.start() - 50) : found.start()])


def _signatures(sentence: Sentence) -> Iterator[re.Match[str]]:
    if not _TITLED.search(sentence.text):
        return
    led = list(_SIGNED.finditer(sentence.text)) if _LED.search(sentence.text) else []
    yield from (found for found in led if _plausible(sentence, found))
    if led:
        return
    alone = _ALONE.match(sentence.text) if len(sentence.text) <= _ALONE_LIMIT else None
    if alone:
        yield alone
        return
    end = _AT_END.search(sentence.text, max(0, len(sentence.text) - _TAIL))
    if end and not _NOT_A_SIGNATURE.search(sentence.text[max(0, end.start() - 45) : end.start()]):
        yield end


def _role(credentials: str) -> str:
    if re.search(_NURSE, credentials):
        return "nurse"
    return "provider" if re.search(rf"(?<![A-Za-z]){_PROVIDER}(?![A-Za-z])", credentials) else "other"


def _elements(sentence: Sentence, found: re.Match[str], by_provider: bool) -> Iterator[WireElement | None]:
    role = _role(found["cred"])
    hit = Hit(found.start("name"), found.end("name"), True, found["name"])
    if role == "nurse":
        yield as_element("administering_signature", sentence, hit)
    elif role == "provider":
        yield as_element("provider_signature", sentence, hit)
        if by_provider:
            yield as_element("administering_signature", sentence, hit)


def read_signatures(note: Stretches) -> list[WireElement]:
    """Signatures of one note. A provider's counts for the giver only where the note says a provider gave it."""
    by_provider = _BY_PROVIDER.may_match(note.low) and any(_BY_PROVIDER.search(piece.text) for piece in note.pieces)
    elements: list[WireElement | None] = []
    for sentence in note.holding(SIGNATURE_TRIGGERS):
        signed = list(_signatures(sentence))
        for found in signed:
            elements.extend(_elements(sentence, found, by_provider))
        if not signed:
            elements.extend(_open(sentence))
    return [element for element in elements if element]


def _open(sentence: Sentence) -> Iterator[WireElement | None]:
    """Initials, blanks and denials where a signature should be."""
    for found in _INITIALS.finditer(sentence.text) if _MARKED.search(sentence.text) else ():
        letters = (found["a"] or found["b"] or found["c"]).replace(".", "")
        if letters.upper() not in _NOT_INITIALS and _plausible(sentence, found):
            yield as_element(
                "administering_signature", sentence, Hit(found.start(), found.end(), None, found[0].strip())
            )
    unclear: tuple[tuple[Lazy, bool | None], ...] = ((_UNCLEAR, None),) if _LEFT_OPEN.search(sentence.low) else ()
    for pattern, said in ((_UNSIGNED, False), *unclear):
        for found in pattern.finditer(sentence.text):
            after = sentence.text[found.end() : found.end() + 12].lower()
            if _plausible(sentence, found) and "consent" not in after and "order" not in after:
                yield as_element(
                    "administering_signature", sentence, Hit(found.start(), found.end(), said, found[0].strip())
                )
