"""What a line was flushed or locked with: the drug's own words say so, whether or not the reader claims it.

Saline and heparin that rinse a catheter are no treatment. A reader that leaves the purpose out must not make them one.
"""

from __future__ import annotations

import re
from typing import Any

from reviewer.grounding.administrations import Given
from reviewer.grounding.claims import Book
from reviewer.grounding.page import Anchor, Page
from reviewer.language.kept import expression
from reviewer.language.lazy import Lazy
from validator.facts import Evidence, Fact, Standing

_RINSES = frozenset({"hydration", "flush"})
_HEPARIN = "heparin"
_FLUSHED = Lazy(
    r"\b(?:flush(?:ed|es)?|irrigated|(?:hep[ -]?)?lock(?:ed)?"
    r"|instilled(?=[^;\n]{0,40}\b(?:de-?acc|needle)))\b",
    re.IGNORECASE,
)
_WORD = expression(r"[A-Za-z]+|[;\n]|\.(?=\s)")
_BETWEEN = frozenset(
    [
        "with",
        "w",
        "using",
        "by",
        "of",
        "and",
        "then",
        "x",
        "ml",
        "cc",
        "unit",
        "units",
        "u",
        "iu",
        "normal",
        "sterile",
        "saline",
        "water",
        "ns",
        "heparin",
        "pf",
    ]
)
_REACH = 64


def purpose(given: Given, values: dict[str, Any], book: Book) -> Fact[Any]:
    """The purpose as stated, else `flush` where every mention of a rinsing drug stands in words of flushing."""
    stated: Fact[Any] = values["purpose"]
    if stated.standing not in (Standing.NOT_STATED, Standing.UNGROUNDED) or not given.anchors:
        return stated
    if not all(anchor.key == _HEPARIN or anchor.admin_class in _RINSES for anchor in given.anchors):
        return stated
    told = [_rinsed(book.pages[anchor.note_id], anchor) for anchor in given.anchors]
    evidence = tuple(one for one in told if one is not None)
    if len(evidence) < len(told):
        return stated
    return type(stated)(value="flush", standing=Standing.GROUNDED, evidence=evidence[:1])


def _rinsed(page: Page, anchor: Anchor) -> Evidence | None:
    """The words that say a line was flushed or locked with this drug: nothing but rinses and amounts between."""
    line = page.line(anchor.start)
    for found in _FLUSHED.finditer(page.text, max(line[0], anchor.start - _REACH), min(line[1], anchor.end + _REACH)):
        start, end = min(found.start(), anchor.start), max(found.end(), anchor.end)
        gap = page.text[found.end() : anchor.start] + page.text[anchor.end : found.start()]
        if all(word.lower() in _BETWEEN for word in _WORD.findall(gap)):
            return Evidence(note_id=anchor.note_id, start=start, end=end, text=page.text[start:end])
    return None
