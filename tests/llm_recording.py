"""What the command that records a model and the tests that replay it share: the settings, the notes, the files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from reviewer.evaluate.cassettes import as_yaml, from_yaml
from reviewer.extract.model.reading import read_with_model
from reviewer.extract.model.record import ModelReading
from reviewer.llm import Chat, Endpoint
from reviewer.notes.loading import load_notes
from reviewer.notes.note import Note
from validator.loading import default_rulebook

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures" / "encounters"
CASSETTES = ROOT / "tests" / "cassettes"
RECORDED, MADE = CASSETTES / "encounters", CASSETTES / "made"
SETTINGS = CASSETTES / "endpoint.toml"
NOWHERE = "http://127.0.0.1:9/v1"

_KEPT: dict[str, Any] = {
    "id": None,
    "object": None,
    "created": None,
    "model": None,
    "system_fingerprint": None,
    "choices": {"index": None, "finish_reason": None, "message": {"role": None, "content": None, "refusal": None}},
    "usage": {"prompt_tokens": None, "completion_tokens": None, "total_tokens": None},
}
# Of whoever answered when, nothing: the client wants an id and a time, and gets these.
_PLAIN = {"id": "recorded", "created": 0}


def endpoint(base_url: str = NOWHERE, **changed: Any) -> Endpoint:
    """The endpoint as it was when the cassettes were recorded, but for its address."""
    return Endpoint(**{**tomllib.loads(SETTINGS.read_text("utf-8")), "base_url": base_url, **changed})


def cassettes(folder: Path) -> tuple[str, ...]:
    """The names of the cassettes in a folder."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def notes_of(name: str) -> tuple[Note, ...]:
    """The notes of an encounter of the fixtures."""
    return load_notes([str(FIXTURES / name)]).notes


def read(name: str, chat: Chat) -> ModelReading:
    """An encounter of the fixtures as a model reads it."""
    return read_with_model(notes_of(name), default_rulebook(), chat)


def calls(path: Path) -> list[dict[str, Any]]:
    """The requests and responses of a cassette, as they stand in the file."""
    found: list[dict[str, Any]] = from_yaml(path.read_text("utf-8"))["interactions"]
    return found


def tidy(path: Path) -> None:
    """Leave out of a cassette what tells of the machine and the hour: ids, times, speed, extensions of a server."""
    data = from_yaml(path.read_text("utf-8"))
    for call in data["interactions"]:
        reply = call["response"].get("json", {})
        if "choices" in reply:
            call["response"]["json"] = _kept(reply, _KEPT) | _PLAIN
    path.write_text(as_yaml(data), "utf-8")


def _kept(value: Any, form: Any) -> Any:
    if isinstance(value, list):
        return [_kept(one, form) for one in value]
    if isinstance(value, dict) and form is not None:
        return {name: _kept(inner, form[name]) for name, inner in value.items() if name in form}
    return value
