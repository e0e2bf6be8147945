"""Ends of an infusion told by a place alone: "all in 2:30p", "in by 9:25a"."""

from __future__ import annotations

import re

from reviewer.language.lazy import Lazy

_IN = Lazy(
    r"(?<!went )(?<!came )(?<!put )(?<!iv )(?<!needle )(?<!line )\bin[ \t]*(?:(?:at|by|@)[ \t]*)?\Z",
    re.IGNORECASE,
)
_CAME_IN = Lazy(
    r"\b(?:walk|c[ao]m|check|sign|call|clock|drop|wheel|roll|br(?:ing|ought)|rush|pop|dr[io]v|settl|mov|tuck|log|step|buzz|"
    r"show|t[ao]k|led|let|fit|squeez|turn|plac|insert|flow|chim|phon)\w*(?: (?:her|him|them|us|me))? in[ \t]*"
    r"(?:(?:at|by|@)[ \t]*)?\Z",
    re.IGNORECASE,
)
"""Somebody came in, or a needle went in; no bag was in."""


def told_in(text: str, place: int) -> bool:
    """Whether the clock at a place is when a bag was in ("all in 2:30p"), and nobody came in then."""
    before = max(0, place - 28)
    return bool(_IN.search(text, before, place)) and not _CAME_IN.search(text, before, place)
