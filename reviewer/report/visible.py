"""Makes hostile and invisible characters inert and visible, and long text short, before any page shows it."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

from reviewer.language.kept import expression

_HIDDEN = expression(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_BREAKS = expression(r" *\n[ \n\t]*")
_BLANKS = expression(r"[ \t\u00a0]+")

CLIP = 280
LONGEST = 4_000
NAME_LENGTH = 120


class Laid(str):
    """Text whose line breaks are part of the layout and must survive; everything else is flattened."""

    __slots__ = ()


def _placeholder(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"


def visible(text: str) -> str:
    """`text` with control, bidi, zero-width and tag characters as placeholders such as [U+202E].

    Line feeds and tabs stay. The result never reorders, hides or breaks the text around it.
    """
    return _HIDDEN.sub(_placeholder, text)


def flat(text: str) -> str:
    """`text` on one line, cut when endless: hidden characters visible, line breaks as signs."""
    return clip(_BLANKS.sub(" ", _BREAKS.sub(" \u23ce ", visible(text))), LONGEST)


def shown(text: str) -> str:
    """`text` on one line, as `flat`, without blanks or line breaks at its ends."""
    return flat(text.strip())


def clip(text: str, limit: int = CLIP) -> str:
    """`text` cut in its middle when longer than `limit` characters, saying how much was left out."""
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 4
    return f"{text[:head]} [... {len(text) - head - tail:,} characters ...] {text[-tail:]}"


def shortened(text: str, limit: int) -> str:
    """`text` with its end replaced by an ellipsis when longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "\u2026"


def columns(text: str) -> int:
    """How many terminal columns `text` takes (East Asian wide characters take two)."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
