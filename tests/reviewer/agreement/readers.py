"""A second reader made from the pattern reader's own wire facts: truthful, forgetful, or hostile."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

from fixture_files import expectation, notes_of, review_of, units

from reviewer.extract.model.record import ModelRecord
from reviewer.extract.patterns import read
from reviewer.extract.wire import Said, WireAdministration, WireEncounter
from reviewer.notes.note import Note
from reviewer.pipeline import Extractor, ModelReading, review
from reviewer.review import Review
from validator.loading import default_rulebook

RECORD = ModelRecord(model="made-up", mode="json_schema", prompt_version="1", prompt_fingerprint="none", temperature=0)
FIELDS = tuple(name for name, field in WireAdministration.model_fields.items() if field.default == ())
Change = Callable[[WireEncounter], WireEncounter]


class Told(NamedTuple):
    """What a made-up model returns."""

    wire: WireEncounter
    record: ModelRecord = RECORD
    remarks: tuple[str, ...] = ()


@functools.cache
def wire_of(name: str) -> WireEncounter:
    """What the pattern reader reads in an encounter's notes."""
    return read(notes_of(name), default_rulebook())


def reviewed(name: str, reading: ModelReading | WireEncounter, extractor: Extractor, *, explain: bool = True) -> Review:
    """The review of an encounter that a model read so."""
    said = expectation(name)
    told = Told(reading) if isinstance(reading, WireEncounter) else reading
    return review(
        notes_of(name),
        rulebook=default_rulebook(),
        setting=said["setting"],
        policy=said.get("policy"),
        extractor=extractor,
        model=lambda notes, rulebook: told,
        explain=explain,
    )


def read_as(text: str, patterns: WireEncounter, model: WireEncounter, monkeypatch: Any) -> Review:
    """The review of one note that the patterns and a model read as given."""
    monkeypatch.setattr("reviewer.extract.patterns.read", lambda notes, rulebook: patterns)
    note = Note(id="n", text=text)
    return review((note,), rulebook=default_rulebook(), extractor="both", model=lambda notes, rulebook: Told(model))


def lines(made: Review) -> list[tuple[str, int, tuple[str, ...]]]:
    """The code lines of a review."""
    return sorted((line.code, line.units, line.modifiers) for line in made.codes)


def beyond(name: str, made: Review) -> dict[str, int]:
    """Units that a review gives beyond those of the patterns alone."""
    return dict(units(made) - units(review_of(name)))


def altered(wire: WireEncounter, change: Callable[[WireAdministration], WireAdministration | None]) -> WireEncounter:
    """The wire with every administration changed; None leaves one out."""
    kept = tuple(one for one in map(change, wire.administrations) if one is not None)
    ids = {one.id for one in kept}

    def known(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name in ids)

    kept = tuple(
        one.model_copy(update={"mixed_with": known(one.mixed_with), "concurrent_with": known(one.concurrent_with)})
        for one in kept
    )
    return wire.model_copy(update={"administrations": kept})


def said(text: str, quote: str) -> Said:
    """Words of the note `n`."""
    return Said(text=text, quote=quote, note_id="n")
