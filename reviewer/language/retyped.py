"""What an export or a hurried hand put into a note and is read otherwise: escapes, doubled blanks, glued sentences.

Here the text changes its length, so each character carries its place in the note (decision 0017).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from reviewer.language.unstopped import begins

Places = tuple[int, ...]

_FEW = 12
"""As many gaps between words, at least, as tell how a note was typed."""
_SOFT_BREAK = expression(r"=[ \t]*\n")
_ESCAPED = expression(r"(?:=[0-9A-F]{2})+")
_NO_ESCAPE = expression(r"=(?![0-9A-F]{2}|[ \t]*(?:\n|\Z))")
_ENTITY = expression(r"&(?:#\d{2,5}|#x[0-9a-f]{2,4}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_TAG = expression(
    r"<(?P<close>/?)(?P<name>br|p|div|li|tr|ul|ol|span|b|i|u|em|strong|font)\b[^<>\n]{0,80}>(?P<end>[ \t]*\n)?",
    re.IGNORECASE,
)
_BLOCKS = ("br", "p", "div", "li", "tr")
_GAP = expression(r"(?<=\S) +(?=\S)")
_GLUED = expression(
    r"\.(?=[A-Z][a-z]|(?:[01]\d|2[0-3]):?[0-5]\d\b(?!\.\d))(?:(?<=[a-z]{3}\.)|(?<=[a-z]{2}\)\.)"
    r"|(?:(?<=\d\.)|(?<=\)\.)|(?<=[ap]\.m\.)|(?<=mL\.)|(?<=\d[hgL]\.))(?=[A-Z])"
    r"|(?:(?<=[A-Z]{2}\.)|(?<=[a-z]{2}\.))(?=[A-Z][a-z]{2}))"
)
_TILDE = expression(r"(?<=[\dmM])[ ]?~[ ]?(?=(?:[01]?\d|2[0-3]):?[0-5]\d\b(?!\.\d|%|[ ]?(?:mg|mcg|g|mL|ml|units?)\b))")
_BRACKETED = expression(
    r"(?<![\w)])([\[(])[ ]?(?:[01]?\d|2[0-4]):?[0-5]\d(?:[ ]?[ap]\.?m\.?|[ ]?h(?:rs?)?)?[ ]?([\])])(?!\w)"
)
_YEAR = expression(r"(?:19|20[0-2])\d")
_AND = expression(r"(?<=[\w.)%] )&(?= [\w@(])")
_SECONDS = expression(r"(?<![\d:])\d{1,2}:[0-5]\d(:00)(?![\d:])")
_UNIT = Lazy(
    r"(?:(?P<mg>milligrams?|mgs)|(?P<mcg>micrograms?|mcgs)|(?P<mL>millilit(?:er|re)s?|mls|ccs?))\b", re.IGNORECASE
)
_WAY = Lazy(r"\b(?P<way>I\.[ ]?V|I\.[ ]?M|S\.[ ]?[CQ])\.(?P<after>[ ]+[A-Z][a-z])?")


_PAGE = expression(
    r"\n(?:[ \t]*\n)?(?P<before>[^\n]{0,80}[ \t|,-])?page[ ]?\d{1,3}[ ]?(?:of|/)[ ]?\d{1,3}\b(?P<after>[^\n]{0,30})"
    r"(?:\n[ \t]*)?\n",
    re.IGNORECASE,
)
_HEAD = expression(
    r"\b(?:patient|name|mrn|dob|acct|account|printed|confidential|hospital|clinic|record|chart|fin|encounter|visit)\b",
    re.IGNORECASE,
)
_ENTRY = expression(
    r"\d[ ]?(?:mg|mcg|g|ml|units?|meq)\b|\b(?:given|gave|started|stopped|infus\w+|pushed|hung|see|signed|this|each)\b",
    re.IGNORECASE,
)
_ENDED = expression(r"(?<![ap]\.m)[.!?:;|][)\"'”’]*[ \t]*\Z")
_NEW_ENTRY = expression(r"[ \t]*(?:[-*•\[(]|\d{1,2}:?\d\d\b|\d+[.)][ ]|[A-Za-z][A-Za-z/ ]{0,24}:(?!\d)|[^\n]*\|)")
_HANGS = expression(
    r"(?:[,(/&+–→@=-]|\b(?:at|from|to|over|and|with|via|in|until|by|was|were|started|began|begun|stopped|ended|completed?"
    r"|finished|given|pushed|hung|infused|IVPB?|IV push|\d+ ?mg))[ ]*\Z",
    re.IGNORECASE,
)
_LONG_LINE = 24


class _Edit(NamedTuple):
    """What stands in place of text[start:end]."""

    start: int
    end: int
    words: str


def retyped(text: str) -> tuple[str, Places | None]:
    """The text as it was meant, and for each of its characters (and its end) the place in the note; None for no change.

    What was there in the same words keeps its place; what was put in has that of what it stands before.
    """
    places: Sequence[int] | None = None
    for step in _STEPS:
        edits = list(step(text))
        if edits:
            text, places = _edited(text, places if places is not None else range(len(text) + 1), edits)
    return text, tuple(places) if places is not None else None


def _edited(text: str, places: Sequence[int], edits: Iterable[_Edit]) -> tuple[str, list[int]]:
    parts: list[str] = []
    kept: list[int] = []
    done = 0
    for start, end, words in edits:
        parts += [text[done:start], words]
        kept += places[done:start]
        kept += [places[min(start + n, max(start, end - 1))] for n in range(len(words))]
        done = end
    return "".join([*parts, text[done:]]), [*kept, *places[done:]]


def _transfer(text: str) -> list[_Edit]:
    """Escapes and soft line ends of a mail's transfer encoding, where nothing in the text is none of them."""
    if "=" not in text or _NO_ESCAPE.search(text):
        return []
    soft = [_Edit(*found.span(), "") for found in _SOFT_BREAK.finditer(text)]
    if not soft and "=3D" not in text:
        return []
    return sorted([*soft, *(_Edit(*one.span(), _decoded(one[0])) for one in _ESCAPED.finditer(text))])


def _decoded(escapes: str) -> str:
    told = bytes.fromhex(escapes.replace("=", "")).decode("utf-8", "replace")
    return told.replace("\u00a0", " ")


def _markup(text: str) -> list[_Edit]:
    """Tags of a page, of which some end a line."""
    if "<" not in text:
        return []
    return [
        _Edit(*found.span(), "\n" if found["end"] or (found["name"].lower() in _BLOCKS and not found["close"]) else "")
        for found in _TAG.finditer(text)
    ]


def _entities(text: str) -> list[_Edit]:
    """Signs that a page writes as names or numbers."""
    if "&" not in text:
        return []
    import html  # a table of two thousand names, which hardly a note needs

    found = ((one, html.unescape(one[0])) for one in _ENTITY.finditer(text))
    return [_Edit(*one.span(), sign.replace("\u00a0", " ")) for one, sign in found if len(sign) == 1]


def _pages(text: str) -> list[_Edit]:
    """The foot or head of a page ("Page 1 of 2"); a sentence that it parted is one again."""
    found = _PAGE.finditer(text) if "age" in text or "AGE" in text else ()
    return [_Edit(*one.span(), " " if _is_parted(text, *one.span()) else "\n") for one in found if _is_foot(one)]


def _is_foot(found: re.Match[str]) -> bool:
    """Whether nothing but what a page's foot tells stands beside its number."""
    beside = (found["before"] or "") + " " + found["after"]
    return not _ENTRY.search(beside) and (not (found["before"] or "").strip() or bool(_HEAD.search(beside)))


def _is_parted(text: str, start: int, end: int) -> bool:
    """Whether the line before a page's foot goes on in the line behind it."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    new = _NEW_ENTRY.match(text, end) is not None and _HANGS.search(before) is None
    return len(before) >= _LONG_LINE and not _ENDED.search(before) and not new


def _wide_gaps(text: str) -> list[_Edit]:
    """Blanks between words that are all as wide as each other, and wider than one."""
    if "  " not in text:
        return []
    gaps = [found.span() for found in _GAP.finditer(text)]
    if len(gaps) < _FEW:
        return []
    width, often = Counter(end - start for start, end in gaps).most_common(1)[0]
    if width < 2 or often * 10 < len(gaps) * 9:
        return []
    return [_Edit(start + max(1, (end - start) // width), end, "") for start, end in gaps if end - start > 1]


def _ranges(text: str) -> list[_Edit]:
    """A tilde between two times."""
    return [_Edit(*found.span(), "-") for found in _TILDE.finditer(text)] if "~" in text else []


def _bare_times(text: str) -> list[_Edit]:
    """Brackets around nothing but a time; what may be a year is one where every other may be, too."""
    if "(" not in text and "[" not in text:
        return []
    found = list(_BRACKETED.finditer(text))
    if all(_YEAR.search(one[0]) for one in found):
        return []
    return [_Edit(*one.span(bracket), "") for one in found for bracket in (1, 2)]


def _ands(text: str) -> list[_Edit]:
    """A sign for "and" between words."""
    return [_Edit(*found.span(), "and") for found in _AND.finditer(text)] if " & " in text else []


def _full_minutes(text: str) -> list[_Edit]:
    """Seconds of a time on the full minute."""
    return [_Edit(*found.span(1), "") for found in _SECONDS.finditer(text)] if ":00" in text else []


def _glued(text: str) -> list[_Edit]:
    """Sentences with no blank between them ("done.Then")."""
    return [_Edit(found.end(), found.end(), " ") for found in _GLUED.finditer(text)]


def _stops(text: str) -> list[_Edit]:
    """Full stops that were left out between sentences."""
    return [_Edit(place, place, ".") for place in begins(text)]


def _units(text: str) -> list[_Edit]:
    """Units in full, as every reader knows them in short."""
    found = (
        one for one in _UNIT.finditer(text) if text[max(0, one.start() - 2) : one.start()].rstrip(" ")[-1:].isdigit()
    )
    return [_Edit(*one.span(), one.lastgroup or "") for one in found]


def _ways(text: str) -> list[_Edit]:
    """Ways with full stops, of which the last may end the sentence ("100 mg I.V. Then")."""
    found = list(_WAY.finditer(text)) if "." in text else []
    return [
        _Edit(one.start("way"), one.end("way") + (0 if one["after"] else 1), re.sub(r"[. ]", "", one["way"]))
        for one in found
    ]


_STEPS: tuple[Callable[[str], list[_Edit]], ...] = (
    _transfer,
    _markup,
    _entities,
    _pages,
    _wide_gaps,
    _ranges,
    _bare_times,
    _ands,
    _full_minutes,
    _glued,
    _stops,
    _units,
    _ways,
)
