"""Line layout for the terminal and escaping for Markdown: what a template cannot do by itself."""

from __future__ import annotations

from reviewer.language.kept import expression
from reviewer.report.visible import Laid, columns, flat, shown

WIDTH = 100

_SPECIAL = expression(r"[\\`*_\[\]|~$#]|(?<=[A-Za-z]):(?=//)|(?<=www)\.")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKUP = expression(r"[&<>]")
_NUMBERED = expression(r"^( *\d+)([.)])")
_BULLET = expression(r"^ *(?=[-+=])")


def wrapped(value: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> Laid:
    """`value` on lines of at most `width` columns; `first` opens the first, `rest` (or blanks) the others."""
    rest = " " * columns(first) if rest is None else rest
    lines: list[str] = []
    line, prefix, used, later = "", first, columns(first), columns(rest)
    room = width - max(used, later)
    for word in shown(value).split(" "):
        for part, size in _parts(word, room):
            if line and used + 1 + size > width:
                lines.append(prefix + line)
                line, prefix, used = "", rest, later
            used += size + 1 if line else size
            line = f"{line} {part}" if line else part
    return Laid("\n".join([*lines, prefix + line]))


def _parts(word: str, room: int) -> list[tuple[str, int]]:
    """A word cut into parts of at most `room` columns, each with its columns."""
    whole = columns(word)
    if whole <= room:
        return [(word, whole)]
    parts, part, used = [], "", 0
    for char in word:
        size = columns(char)
        if used + size > room:
            parts.append((part, used))
            part, used = "", 0
        part, used = part + char, used + size
    return [*parts, (part, used)]


def markdown(value: str) -> str:
    """`value` as plain Markdown text on one line: no markup, table cell, link or HTML can come out of it."""
    text = _SPECIAL.sub(r"\\\g<0>", flat(value))
    text = _NUMBERED.sub(r"\1\\\2", text)
    text = _BULLET.sub(r"\\\g<0>", text)
    return _MARKUP.sub(lambda found: _ENTITIES[found[0]], text)
