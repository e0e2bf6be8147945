"""The notes behind a review: they are the ones it read, and every quoted word stands in them where it says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from reviewer.notes.note import Note
from reviewer.verify.problems import Problem
from reviewer.verify.records import Plain


def check(review: Plain, notes: tuple[Note, ...]) -> Iterator[Problem]:
    """Ids, hashes and notices of the notes in their order, and every span of the review."""
    stored = review["provenance"]["notes"]
    if stored and not notes:
        yield Problem("provenance.notes", "were not given: name them behind the review")
        return
    if [one["id"] for one in stored] != [note.id for note in notes]:
        yield Problem("provenance.notes", "these are not the notes of the review, or not in its order")
    for place, (one, note) in enumerate(zip(stored, notes, strict=False)):
        if one["sha256"] != hashlib.sha256(note.text.encode()).hexdigest():
            yield Problem(f"provenance.notes[{place}].sha256", "is not the hash of the note")
        if one["notices"] != list(note.notices):
            yield Problem(f"provenance.notes[{place}].notices", "is not what is remarkable about the file")
    texts = {note.id: note.text for note in notes}
    for at, span in spans(review, ""):
        text = texts.get(span["note_id"])
        if text is None:
            yield Problem(f"{at}.note_id", "is none of the notes")
        elif not 0 <= span["start"] < span["end"] <= len(text):
            yield Problem(at, "lies outside the note")
        elif text[span["start"] : span["end"]] != span["text"]:
            yield Problem(f"{at}.text", "is not what stands in the note there")
        elif span.get("match", "exact") not in ("exact", "normalised"):
            yield Problem(f"{at}.match", "is no way in which words are found")


def spans(node: Any, at: str) -> Iterator[tuple[str, Plain]]:
    """Every span of a note within a value, with its path."""
    if isinstance(node, Mapping):
        if "note_id" in node:
            yield at, dict(node)
        for name, one in node.items():
            yield from spans(one, f"{at}.{name}" if at else str(name))
    elif isinstance(node, list):
        for place, one in enumerate(node):
            yield from spans(one, f"{at}[{place}]")
