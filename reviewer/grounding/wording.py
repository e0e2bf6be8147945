"""Words of a note made fit to show."""

from __future__ import annotations

from reviewer.language.kept import expression

_CONTROL = expression(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LONGEST = 240


def tidy(words: str) -> str:
    """Words fit to show: one line, no control or direction characters, not without end."""
    return " ".join(_CONTROL.sub("", words).split())[:_LONGEST]
