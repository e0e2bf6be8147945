"""Encounters as JSON: one object a line, or a list of objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from reviewer.billing.columns import plain
from reviewer.billing.rows import UnreadableError
from reviewer.errors import shown
from reviewer.queue.intake import billed
from reviewer.queue.intake.draft import Draft
from reviewer.queue.intake.fields import ENCOUNTER_FIELDS, FIELDS, identity_of
from reviewer.queue.intake.problem import Place, Problem

_NOTES = frozenset({"notes", "note", "documents", "text"})
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_. -]{0,39}")


def of_lines(text: str, file: str) -> Iterator[Draft | Problem]:
    """One encounter a line; an empty line is none."""
    for row, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _read(line, Place(file, row))


def of_document(text: str, file: str) -> Iterator[Draft | Problem]:
    """A list of encounters, an object with the list `encounters`, or one encounter."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as problem:
        yield Problem(file, _no_json(problem))
        return
    if isinstance(data, dict):
        data = data.get("encounters", [data])
    if not isinstance(data, list):
        yield Problem(file, "should be a list of encounters")
        return
    for number, entry in enumerate(data, 1):
        yield draft_of(entry, Place(file, number))


def _read(line: str, place: Place) -> Draft | Problem:
    try:
        return draft_of(json.loads(line), place)
    except (ValueError, RecursionError) as problem:
        return place.problem(_no_json(problem))


def _no_json(problem: Exception) -> str:
    if isinstance(problem, json.JSONDecodeError):
        return f"not valid JSON at line {problem.lineno}, column {problem.colno}"
    return "not valid JSON"


def draft_of(entry: Any, place: Place, identity: str | None = None) -> Draft | Problem:
    """An object as an encounter. `identity` is given where something else, such as a folder, names it."""
    if not isinstance(entry, dict):
        return place.problem("should be an object with encounter_id and notes")
    spelt = {plain(key): key for key in entry}
    if len(spelt) < len(entry):
        return place.problem("two keys of the object mean the same")
    if identity is None:
        key = _key(spelt, "encounter")
        try:
            identity = identity_of(_text(entry[key]) if key is not None else "")
        except UnreadableError as problem:
            return place._replace(column="encounter_id").problem(str(problem))
    draft = Draft(identity, place)
    fill(draft, entry, place)
    return draft


def fill(draft: Draft, entry: dict[str, Any], place: Place) -> None:
    """What an object says of an encounter."""
    draft.unused |= _unused(entry)
    spelt = {plain(key): key for key in entry}
    for field in ENCOUNTER_FIELDS:
        key = _key(spelt, field)
        if key is not None:
            try:
                draft.take(field, _text(entry[key]), place._replace(column=shown(key)))
            except UnreadableError as problem:
                draft.wrong(place._replace(column=shown(key)), str(problem))
    for name, key in spelt.items():  # in the order of the object, which is that of the notes
        if name in _NOTES:
            _notes(draft, entry[key], place._replace(column=shown(key)))
    key = _key(spelt, "billed")
    if key is not None and entry[key] is not None:
        try:
            draft.bill(billed.of_objects(entry[key]))
        except UnreadableError as problem:
            draft.wrong(place._replace(column=shown(key)), str(problem))


def _notes(draft: Draft, notes: Any, place: Place) -> None:
    """Notes as one text, by name, or as a list of texts or of objects with name and text."""
    if isinstance(notes, str):
        draft.note("note", notes, place)
    elif isinstance(notes, dict):
        for name, text in notes.items():
            _note(draft, name, text, place)
    elif isinstance(notes, list):
        for number, entry in enumerate(notes, 1):
            if isinstance(entry, dict):
                spelt = {plain(key): value for key, value in entry.items()}
                name = next((spelt[key] for key in (*FIELDS["note_name"], "id") if spelt.get(key)), f"note {number}")
                _note(
                    draft, name, next((spelt[key] for key in ("text", "note", "content") if key in spelt), None), place
                )
            else:
                _note(draft, f"note {number}", entry, place)
    else:
        draft.wrong(place, "should be a list of notes with name and text")


def _note(draft: Draft, name: Any, text: Any, place: Place) -> None:
    if isinstance(name, str) and isinstance(text, str):
        draft.note(name, text, place)
    else:
        draft.wrong(place, "a note should have a name and a text")


def _key(spelt: dict[str, str], field: str) -> str | None:
    return next((spelt[name] for name in FIELDS[field] if name in spelt), None)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadableError("should be text")


def _unused(entry: dict[str, Any]) -> set[str]:
    """Keys that nothing here knows, as far as they read like names."""
    known = {name for names in FIELDS.values() for name in names} | _NOTES
    return {key for key in entry if plain(key) not in known and _PLAIN_KEY.fullmatch(key)}
