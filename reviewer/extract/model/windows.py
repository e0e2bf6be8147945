"""Long encounters in pieces: whole notes together while they fit, a long note in overlapping parts."""

from typing import NamedTuple

from reviewer.notes.note import Note

OVERLAP = 600


class Part(NamedTuple):
    """text of one note from `start` (code points) on."""

    note_id: str
    start: int
    text: str


Window = tuple[Part, ...]


def windows(notes: tuple[Note, ...], *, size: int, apart: bool = False) -> tuple[Window, ...]:
    """The notes cut into windows of at most about `size` characters, in order; every character is in one.

    With `apart` no window holds more than one note: a small model loses its way among several.

    Parts of a long note overlap by `OVERLAP` characters and are cut at line breaks where there are any, so that
    what stands at a cut is read whole in one of them.
    """
    found: list[Window] = []
    current: list[Part] = []
    for note in notes:
        for part in _parts(note, size):
            full = sum(len(one.text) for one in current) + len(part.text) > size
            if current and (apart or full):
                found.append(tuple(current))
                current = []
            current.append(part)
    return (*found, tuple(current)) if current else tuple(found)


def _parts(note: Note, size: int) -> list[Part]:
    text = note.text
    if len(text) <= size:
        return [Part(note.id, 0, text)]
    overlap = min(OVERLAP, size // 4)
    parts: list[Part] = []
    start = 0
    while True:
        end = min(len(text), start + size)
        if end < len(text):
            end = _cut(text, start + size // 2, end)
        parts.append(Part(note.id, start, text[start:end]))
        if end == len(text):
            return parts
        start = _after_break(text, max(start + 1, end - overlap), end)


def _cut(text: str, first: int, last: int) -> int:
    """The end of the last line that ends within first..last; else of the last word; else `last`."""
    for mark in ("\n", " "):
        at = text.rfind(mark, first, last)
        if at >= 0:
            return at + 1
    return last


def _after_break(text: str, first: int, last: int) -> int:
    at = text.find("\n", first, last)
    return at + 1 if at >= 0 else first
