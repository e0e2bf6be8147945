"""Words that stand for a drug without naming it: "second chemotherapy drug", or a regimen's name.

Neither proves which drug was given (DOC-03). They are kept as an administration whose drug is to be asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from reviewer.language.lazy import Lazy

REGIMEN = Lazy(
    r"(?=[A-Z7cdhm])\b(?:m?FOLFOX(?:-?[467])?|FOLFIRI(?:NOX)?|FOLFOXIRI|CAPOX|XELOX|(?:DA-)?R-?E?P?OCH|R-?CHOP|CHOP|R-?CVP|ABVD|"
    r"BEACOPP|EPOCH|R-?EPOCH|R-?ICE|DHAP|R-?DHAP|TCHP?|AC-?T|dd ?AC|TC\b(?= (?:regimen|chemo|cycle))|"
    r"CMF|FEC|FLOT|BEP|VAC|VDC|IE\b(?= (?:cycle|chemo))|MVAC|ddMVAC|hyper-?CVAD|FLAG(?:-IDA)?|7\+3|VRd|KRd|DRd|"
    r"CyBorD|GemCis|Gem/Cis|carbo/?taxol|AC(?= (?:chemo\w*|regimen|cycle|c\d|#\d)))\b"
)
_UNNAMED = Lazy(
    r"\b(?:(?:first|second|third|next|other|another|additional|1st|2nd|3rd|last|remaining) )?"
    r"(?:chemo(?:therapy)?|antineoplastic|anti-?emetic|antibiotic|immunotherapy|biologic) (?:drug|agent|medication)\b",
    re.IGNORECASE,
)
_WAY = Lazy(
    r"[ \t,]*(?:given |was |infused |pushed )*(?:via )?(?:IV ?PB|IVP|IV push|IV infusion|IM|SQ|SC)\b",
    re.IGNORECASE,
)
_GIVEN = Lazy(
    r"(?: cycle \d+)?(?:,? ?(?:c\d+ ?)?d(?:ay)? ?\d+)?(?: (?:was|were))?(?: chemo\w*)?"
    r" (?:given|administered|infused)\b",
    re.IGNORECASE,
)


class Unnamed(NamedTuple):
    """Words at text[start:end] that stand for a drug."""

    start: int
    end: int


def find_unnamed(text: str) -> tuple[Unnamed, ...]:
    """Words that stand for a drug of which its way or its giving is told, in order.

    "Second chemotherapy drug IV push" and "R-CHOP cycle 3 given" are; "discussed R-CHOP" is not.
    """
    drugs = [m.span() for m in _UNNAMED.finditer(text) if _WAY.match(text, m.end())]
    regimens = [span for span in find_regimens(text) if _GIVEN.match(text, span[1])]
    return tuple(sorted(Unnamed(*span) for span in (*drugs, *regimens)))


@lru_cache(maxsize=16)
def find_regimens(text: str) -> tuple[tuple[int, int], ...]:
    """Every regimen's name: (start, end), in order."""
    return tuple(match.span() for match in REGIMEN.finditer(text))


def names_regimen(name: str) -> bool:
    """Whether words are a regimen's name."""
    return bool(REGIMEN.fullmatch(name.strip()) or REGIMEN.fullmatch(name.strip().upper()))


def names_no_drug(name: str) -> bool:
    """Whether words that a reader takes for a drug's name only stand for one."""
    plain = name.strip()
    return bool(_UNNAMED.fullmatch(plain) or REGIMEN.fullmatch(plain))
