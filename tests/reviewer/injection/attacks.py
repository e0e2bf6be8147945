"""Hostile notes and hostile replies of a model, and what is held against them: no unit more, nothing documented."""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reviewer.extract.model.answer import Chart
from reviewer.extract.model.reading import read_with_model
from reviewer.llm import Chat, Completion, Endpoint, Message, Usage
from reviewer.notes.note import Note
from reviewer.pipeline import Extractor, review
from reviewer.review import Review
from validator.loading import default_rulebook
from validator.rulebook import Rulebook

HERE = Path(__file__).parent
Entry = Sequence[Any]


class FakeChat(Chat):
    """Gives one reply for ever, whatever is asked, and reaches nothing."""

    def __init__(self, content: str) -> None:
        self.endpoint = Endpoint(base_url="http://127.0.0.1:9/v1", model="made-up")
        self.content = content

    def complete(
        self, messages: tuple[Message, ...], *, schema: dict[str, Any], name: str, characters: int
    ) -> Completion:
        """The reply, with its input said to be counted, so that nothing hangs on its last words."""
        return Completion(
            content=self.content,
            model="made-up",
            finish_reason="stop",
            mode=self.endpoint.mode,
            attempts=1,
            usage=Usage(calls=1),
            input_counted=True,
        )


def reply(given: Sequence[Entry], chart: dict[str, str] | None = None) -> str:
    """A reply of the shape asked for; each entry is note, time, words and drug."""
    entries = [dict(zip(("note", "time", "words", "drug"), entry, strict=True)) for entry in given]
    whole = dict.fromkeys(Chart.model_fields) | (chart or {})
    return json.dumps({"given": entries, "chart": whole, "end": None})


def reviewed(notes: tuple[Note, ...], extractor: Extractor, content: str = "", **entered: Any) -> Review:
    """The review of notes about which a model replies `content`."""

    def model(notes: tuple[Note, ...], rulebook: Rulebook) -> Any:
        return read_with_model(notes, rulebook, FakeChat(content))

    return review(
        notes,
        rulebook=default_rulebook(),
        extractor=extractor,
        model=model if content else None,
        **{"setting": "facility", **entered},
    )


@functools.cache
def table(name: str, of: str) -> dict[str, dict[str, Any]]:
    """The entries `of` a data file by their ids."""
    return {one["id"]: one for one in tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))[of]}


def notes_from(texts: Sequence[str]) -> tuple[Note, ...]:
    """Notes with these texts."""
    return tuple(Note(id=f"note{number}.txt", text=text) for number, text in enumerate(texts, 1))


def asked(made: Review) -> frozenset[str]:
    """What the report asks for: "element", or "drug element" where it is asked of one drug."""
    drugs = {one.id: one.drug.value for one in made.facts.administrations}
    found = set()
    for one in made.missing:
        ingredients = default_rulebook().find_drug(str(drugs.get(one.administration or "")))
        name = ingredients[0].ingredient if ingredients else ""
        found |= {one.element, f"{name} {one.element}".strip()}
    return frozenset(found)
