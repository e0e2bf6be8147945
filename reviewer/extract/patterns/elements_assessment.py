"""The assessment and plan of a provider's note: what it decides about today's treatment (DOC-26).

A nurse writes such headings too, and a plan may be of another day or a form not filled in. So a decision counts only
under a heading of assessment or plan, with words of assessment beside it, and where the writer is a provider: by the
first signature after it or, without one, by the note's title.
"""

from __future__ import annotations

import re
from itertools import pairwise

from reviewer.extract.wire import Said, WireElement
from reviewer.language.folding import lowered
from reviewer.language.lazy import Lazy
from reviewer.notes.note import Note

_HEAD = Lazy(
    r"(?:^[ \t]*|(?<=[.;][ \t])|(?<=[ \t]{2}))"
    r"(?:assessment|impression|a[ ]?/[ ]?p|a[ ]?&[ ]?p)"
    r"(?:[ ]?(?:and|&|/|\+)[ ]?(?:treatment[ ])?(?:plan|recommendations?))?"
    r"[ \t]*(?::|[-–](?=[ ])|$)",
    re.IGNORECASE | re.MULTILINE,
)
_STEMS = ("assessment", "impression", "a/", "a /", "a&", "a &")
_OVER = Lazy(
    r"^[ \t]*(?:orders?|medications?|allerg\w+|labs?|vitals?|follow[- ]?up|education|exam\w*|physical|subjective"
    r"|objective|nurs\w+|infusion|hpi|ros|history|next|return|disposition|pharmac\w+|mar|consent|instructions?)\b"
    r"[^:\n]{0,30}:|^[^\n:]*\b(?:e-?|electronically[ ])?signed\b|^[^\n]{0,60}\b(?:note|record|flow ?sheet|mar)[ \t]*$"
    r"|^[ \t]*\[?\d{1,2}:?\d\d\b",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE_END = Lazy(r"[.;](?=\s|$)|\n[ \t]*(?=\n|\d+[.)]|[-*•#]|[A-Z])")
_DRUG = (
    r"(?:\w+(?:taxel|platin|rubicin|citabine|mab|uracil|phosphamide|trexed|trexate|tecan|bine|stine|zomib|cept"
    r"|dronate|dronic acid|globulin)|(?-i:m?FOLF\w+|R?-?CHOP|ABVD|(?:dd)?AC(?:-T)?|TC(?:HP?)?|CAPOX|XELOX|IVIG|BEP))\b"
)
_WORK = (
    r"(?:(?:the|his|her|today['’]?s|planned|scheduled|current|same|on|to|with|full[- ]dose)[ \t]+)*"
    r"(?:(?:cycle|dose|week|treatment|infusion|tx)[ ]?\#?[ ]?\d|C\d{1,2}(?:[ ]?D\d{1,2})?\b|treatment\b|chemo\w*"
    r"|immunotherapy\b|infusions?\b|therapy\b|regimen\b|" + _DRUG + ")"
)
_DECIDED = Lazy(
    r"\b(?:proceed(?:ing)?|go[ ]ahead|move[ ]forward)(?:\s+\w+){0,2}?\s+" + _WORK + r"|"
    r"\bproceed\s+(?:today|as\s+(?:planned|scheduled))|"
    r"\b(?:continu(?:e|ing)|resum(?:e|ing))\s+(?:with\s+)?" + _WORK + r"|"
    r"\b(?:start|begin|initiate|give|administer|treat\s+with)\s+" + _WORK + r"(?=[^.;\n]*\btoday\b)|"
    r"\b(?:ok(?:ay)?|cleared|clear|fit|appropriate|approved|ready)\s+(?:to|for)\s+(?:proceed|treat(?:ment)?\b|"
    + _WORK
    + r")|"
    r"\btreat\s+(?:today|as\s+(?:planned|scheduled))",
    re.IGNORECASE,
)
_CLAUSE = Lazy(r"[,:]|\b(?:and|but)\b", re.IGNORECASE)
_CONDITION = Lazy(
    r"\b(?:if|once|when|unless|until|pending|provided[ ]that|consider\w*|discuss\w*|could|would|might|options?"
    r"|possib\w+|hold|held|holding|delay\w*|defer\w*|postpone\w*|cancel\w*|skip\w*|circle[ ]one)\b|\by[ ]?/[ ]?n\b",
    re.IGNORECASE,
)
_NOT_NOW = Lazy(
    r"\b(?:next|tomorrow|later|future|upcoming|return\w*|rtc|in[ ](?:\d+|one|two|three|four|six|a|few|several)[ ]"
    r"(?:days?|weeks?|wks?|months?)|previous\w*|prior(?![ ]to)|last|yesterday|was|were|had|on[ ]\d{1,2}/\d{1,2}"
    r"|not|never|no|declin\w+|refus\w+|unable|un(?:fit|safe)|physical|occupational|speech|oxygen|home)\b|n['’]t\b",
    re.IGNORECASE,
)
_BLANK = Lazy(r"_{2,}|\*{3}|@[A-Z]|\{|<[^>\n]*>|\.{5,}")
_EMPTY_BOX = Lazy(r"\[\s?\]|\(\s\)|[☐□◻⬜]")
_TICKED = Lazy(r"(?:\[\s?[xX✓✔]\s?\]|\(\s?[xX]\s?\)|[☑☒✓✔])[ ]?\Z")
_CREDENTIAL = Lazy(
    r"\b[A-Z][A-Za-z'’-]*[a-z],?[ ](?:[A-Z]{2,4},?[ ])?"
    r"(?:(?P<provider>MD|M\.D\.|DO(?![ ]NOT)|NP(?:-C)?|APRN|ARNP|PA(?:-C)?|FNP(?:-\w+)?|CRNP|AGACNP|DNP)"
    r"|RN|R\.N\.|LPN|LVN|BSN|OCN|PharmD|RPh|CMA)\b|[Ss]igned(?:[ ]by)?:?[ ](?P<doctor>Dr)\b"
)
_PROVIDER_TITLE = Lazy(
    r"\b(?:oncology|hematology|physician|provider|md|np|attending|progress|clinic|office|rheumatology|neurology"
    r"|gastroenterology|follow-?up)\b[^\n]{0,40}\b(?:note|visit|consult\w*|evaluation)\b"
    r"|^[ \t]*(?:h&p|history and physical|consult\w*)\b",
    re.IGNORECASE | re.MULTILINE,
)
_OTHER_TITLE = Lazy(
    r"\b(?:nurs\w+|rn|infusion|pharmac\w+|social work|dietit\w+)\b[^\n]{0,30}\b(?:note|visit|record)\b", re.IGNORECASE
)
_MOST = 2_000
_WORDS = Lazy(r"[A-Za-z]{2,}")
_LEAST_WORDS = 3


def read_assessments(notes: tuple[Note, ...]) -> tuple[WireElement, ...]:
    """`provider_assessment` for each assessment and plan in which a provider decides on today's treatment."""
    return tuple(found for note in notes for found in _read(note))


def _read(note: Note) -> list[WireElement]:
    text = note.text
    found: list[WireElement] = []
    reached = 0
    low = lowered(text)
    heads = _HEAD.finditer(text) if any(stem in low for stem in _STEMS) else ()
    for head in heads:
        if head.start() < reached:
            continue
        over = _OVER.search(text, head.end(), head.end() + _MOST)
        reached = over.start() if over else min(len(text), head.end() + _MOST)
        words = _decision(text, head.end(), reached)
        if words is not None and _by_provider(text, head.start(), words[1]):
            quote = text[slice(*words)]
            said = Said(text=quote, quote=quote, note_id=note.id, at=words[0])
            found.append(WireElement(element="provider_assessment", said=True, words=said))
    return found


def _decision(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The words that decide on today's treatment, where other sentences of the stretch assess the patient."""
    sentences = _sentences(text, start, end)
    for number, (first, last) in enumerate(sentences):
        for found in _DECIDED.finditer(text, first, last):
            rest = [text[slice(*one)] for other, one in enumerate(sentences) if other != number]
            rest.append(text[first : found.start()])
            rest += [text[further.end() : last] for further in _CLAUSE.finditer(text, found.end(), last)][:1]
            assessed = sum(sum(1 for _ in _WORDS.finditer(words)) for words in rest if not _BLANK.search(words))
            if assessed >= _LEAST_WORDS and _stands(text, first, last, found):
                return found.start(), found.end()
    return None


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [start, *(found.end() for found in _SENTENCE_END.finditer(text, start, end)), end]
    return [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()]


def _stands(text: str, first: int, last: int, found: re.Match[str]) -> bool:
    """Whether a decision is of today and is made: no condition, other day, denial, blank or empty box is over it."""
    if box := _EMPTY_BOX.search(text, first, last):
        if not _TICKED.search(text[first : found.start()]):
            return False
        last = max(box.start(), found.end())
    if _CONDITION.search(text, first, last) or _BLANK.search(text, first, last):
        return False
    begins = max((cut.end() for cut in _CLAUSE.finditer(text, first, found.start())), default=first)
    after = _CLAUSE.search(text, found.end(), last)
    return not _NOT_NOW.search(text, begins, after.start() if after else last)


def _by_provider(text: str, head: int, after: int) -> bool:
    signed = _CREDENTIAL.search(text, after, after + _MOST)
    if signed:
        return bool(signed["provider"] or signed["doctor"])
    titles = [(found.start(), True) for found in _PROVIDER_TITLE.finditer(text, max(0, head - _MOST), head)]
    titles += [(found.start(), False) for found in _OTHER_TITLE.finditer(text, max(0, head - _MOST), head)]
    return bool(titles) and max(titles)[1]
