"""Colour for the text report on a terminal. The words are the same without it."""

from __future__ import annotations

from rich.text import Text

_STYLES = (
    (r"(?m)^[A-Z][A-Z ,:-]+$", "bold"),
    (r"(?m)^=+$", "dim"),
    (r"(?m)^  [A-Z0-9]{5}(?= +x\d)", "bold green"),
    (r"(?m)^  [A-Z0-9]{5} x\d+(?=:)", "bold yellow"),
    (r"decides a code", "bold yellow"),
    (r"(?m)^ +(at risk|check) ", "yellow"),
    (r"(?m)^ +(costs|ask|cure|rule|source|words|entered) ", "dim"),
)


def coloured(report: str) -> Text:
    """The text report with styles; nothing in it is read as markup."""
    text = Text(report.rstrip("\n"))
    for pattern, style in _STYLES:
        text.highlight_regex(pattern, style)
    return text
