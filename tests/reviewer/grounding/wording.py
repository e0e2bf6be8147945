"""Short ways to say what a reader said, for the grounding tests. All notes are invented."""

from __future__ import annotations

from typing import Any

from reviewer.extract.wire import Said, WireAdministration, WireEncounter
from reviewer.grounding import Grounded, ground
from reviewer.notes.note import Note
from validator.facts import Administration, Fact
from validator.loading import default_rulebook

NOTE = "note.txt"


def said(text: str, quote: str | None = None, note: str = NOTE, at: int | None = None) -> Said:
    """A value as written, in a quote (the value itself when none is named)."""
    return Said(text=text, quote=text if quote is None else quote, note_id=note, at=at)


def dose_of(name: str, drug: str | tuple[str, str] | Said, **fields: Any) -> WireAdministration:
    """An administration: every field is one claim, (text, quote), or a list of them."""
    values: dict[str, Any] = {"drug": _claims(drug)}
    for field, value in fields.items():
        plain = field in ("visit", "pump", "mixed_with", "concurrent_with", "pauses")
        values[field] = value if plain else _claims(value)
    return WireAdministration(id=name, **values)


def _claims(value: Any) -> tuple[Said, ...]:
    if isinstance(value, list):
        return tuple(claim for one in value for claim in _claims(one))
    if isinstance(value, Said):
        return (value,)
    return (said(value),) if isinstance(value, str) else (said(*value),)


def grounded(text: str | dict[str, str], *administrations: WireAdministration, **rest: Any) -> Grounded:
    """Ground administrations in one note, or in several by id."""
    texts = {NOTE: text} if isinstance(text, str) else text
    notes = tuple(Note(id=name, text=words) for name, words in texts.items())
    return ground(WireEncounter(administrations=administrations, **rest), notes, default_rulebook())


def first(text: str | dict[str, str], administration: WireAdministration, **rest: Any) -> Administration:
    """The one administration of a note, grounded."""
    return grounded(text, administration, **rest).encounter.administrations[0]


def standing(fact: Fact[Any]) -> tuple[str, Any]:
    """A fact's standing and value, for comparison."""
    return fact.standing.value, fact.value


def reasons(result: Grounded, path: str) -> list[str]:
    """Why the claims at a path did not hold."""
    return [one.reason for one in result.ungrounded if one.path == path]
