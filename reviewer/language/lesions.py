"""How many lesions words count: "nine lesions", or the sum of a list ("three plaques on the shin and five nodules").

ROUTE-9 goes by the lesions in all; one count out of several would name the wrong code.
"""

from __future__ import annotations

import re
from itertools import pairwise

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.vocabulary import read_count

_NOUN = r"(?:lesions?|mets|nodules?|keloids?|warts?|plaques?|tumou?rs|metasta\w+)"
_NUMBER = r"(?:\d{1,3}|single|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)"
_COUNT = Lazy(
    rf"\b{_NUMBER}(?: \w+){{0,3}}? {_NOUN}\b"
    r"|\ball (?:(?:of )?the )?(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}) "
    r"(?:were )?injected\b"
    r"|\b(?:lesions?|nodules?)(?: (?:injected|treated|count|total|number))*[ :=x#]+\d{1,3}\b"
    rf"|(?:(?<=\band )|(?<=, )|(?<=& )){_NUMBER}(?: more| others?)? (?:on|over|at) (?:the |his |her )?[a-z]+\b",
    re.IGNORECASE,
)
_NAMED = expression(rf"\b{_NOUN}\b", re.IGNORECASE)
_PLACED = expression(r" (?:on|over|at|of|in) ", re.IGNORECASE)
_OF_ANY_KIND = expression(r"\blesions?\b", re.IGNORECASE)
_BODY = (
    r"(?:soles?|thumbs?|(?:index |middle |ring |little )?fingers?|(?:great |big )?toes?|heels?|f(?:oo|ee)t"
    r"|hands?|palms?|"
    r"knees?|elbows?|shins?|cal(?:f|ves)|thighs?|legs?|(?:fore)?arms?|scalp|cheeks?|nose|ears?|neck|chest|back|trunk|abdomen|"
    r"flanks?|buttocks?|shoulders?|wrists?|ankles?|lips?|chin|forehead|temples?|face|jaw|groin|breasts?|sternum)"
)
_PLACE = (
    rf"(?:(?:left|right|rt|lt|[rlb]|upper|lower|dorsal|plantar|medial|lateral|mid|the|his"
    rf"|her)\.?[ ])*{_BODY}\b[ ]?[:=-]?[ ]*"
)
_AND = expression(
    rf"[^.:\d]{{0,48}}?(?:[,;]|\band\b|&|\+)[ ]*(?:and[ ]|then[ ]|another[ ])?(?:{_PLACE})?"
    rf"|[,;.]?[ ]*\n[ \t*•-]*{_PLACE}",
    re.IGNORECASE,
)
_NO_SUM = expression(
    r"\b(?:of (?:which|these|those|them)|total\w*|includ\w+|all|both|left (?:alone|as|be|untreated)|not|no|"
    r"untreated|spared|prior|previous\w*"
    r"|last|earlier|resolved|gone|removed|biops\w+|frozen|cryo\w*|remain\w*|new|flat\w*|observ\w+|stable|treated"
    r"|injected|were|was)\b",
    re.IGNORECASE,
)
"""Words by which the next count is one of the same lesions, or of lesions that were not injected."""
_UNTOUCHED = expression(
    r"[^.;\n]{0,40}?\b(?:left (?:alone|as|be|untreated)|not|untreated|spared|last|earlier|previous\w*|resolved|gone"
    r"|removed|biops\w+|frozen|cryo\w*|flat\w*|observ\w+|stable)\b",
    re.IGNORECASE,
)


def find_lesions(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where text[start:end] counts lesions: one count, or a list of them; None for counts that cannot be added up."""
    counts = _counts(text, start, end)
    if not counts:
        return None
    if len(counts) > 1 and _UNTOUCHED.match(text, counts[-1][1], end):
        return None
    if all(_joined(text[one[1] : other[0]]) for one, other in pairwise(counts)):
        return counts[0][0], counts[-1][1]
    told = [read_count(text[slice(*count)]) for count in counts]
    parts = [number for number in told[1:] if number is not None]
    listed = len(parts) > 1 and all(_joined(text[one[1] : other[0]]) for one, other in pairwise(counts[1:]))
    if listed and told[0] == sum(parts):
        return counts[0]  # "6 lesions total (sole 3 lesions, heel 2 lesions, thumb 1 lesion)"
    return counts[0] if len(set(told)) == 1 else None


_LISTED = expression(rf"[ \t]*[*•-]?[ \t]*{_PLACE}(?=\d)", re.IGNORECASE)


def through_list(text: str, start: int, end: int) -> int:
    """The end of text[start:end] with the lines right below it that go on counting, each place by place."""
    if not _counts(text, start, end) or not _LISTED.match(text, text.rfind("\n", 0, end) + 1):
        return end
    while text[end : end + 1] == "\n":
        below = text.find("\n", end + 1)
        below = len(text) if below < 0 else below
        if not _LISTED.match(text, end + 1) or not _counts(text, end + 1, below):
            break
        end = below
    return end


def read_lesions(words: str) -> int | None:
    """The number of lesions that words count, a list added up; None where they give none, or differ."""
    counts = _counts(words, 0, len(words))
    if len(counts) < 2:
        return read_count(words)
    told = [read_count(words[slice(*count)]) for count in counts]
    if not all(_joined(words[one[1] : other[0]]) for one, other in pairwise(counts)):
        return told[0] if len(set(told)) == 1 else None
    added = [number for number in told if number is not None]
    if len(added) < len(told):
        return None
    whole = sum(added)
    for number, count in ((added[0], counts[0]), (added[-1], counts[-1])):
        if 2 * number == whole and _OF_ANY_KIND.search(words[slice(*count)]):
            return number  # "five lesions, three plaques and two nodules" are five
    return None if len(added) > 2 and 2 * added[0] == whole else whole


def _counts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The counts of text[start:end]; one without its noun only where it goes on from the one before."""
    counts: list[tuple[int, int]] = []
    for found in _COUNT.finditer(text, start, end):
        if _NAMED.search(found[0]) or found[0].lower().startswith("all") or (counts and _goes_on(text, counts, found)):
            counts.append(found.span())
    return counts


def _goes_on(text: str, counts: list[tuple[int, int]], found: re.Match[str]) -> bool:
    """Whether "five on the left" goes on from "six plaques on the right leg", whose place is told too."""
    between = text[counts[-1][1] : found.start()]
    placed = _PLACED.match(between) or not _NAMED.search(text, *counts[-1])
    return bool(placed and _joined(between))


def _joined(between: str) -> bool:
    return bool(_AND.fullmatch(between)) and not _NO_SUM.search(between)
