"""The prompt and its schema: never changed unnoticed, short, and in the subset that every server carries out."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from llm_recording import RECORDED, ROOT, calls, cassettes

from reviewer.extract.model.answer import answer_schema
from reviewer.extract.model.prompt import fingerprint_of, load_prompt, user_message

PROMPTS = ROOT / "prompts"
# Every version there was. One that is released never changes: a new text or schema is a new version, added here.
VERSIONS = {"1": "728c0f67b0b8dcef"}

MOST_TOKENS = 1200
FEWEST_CHARACTERS_A_TOKEN = 3.5
DEEPEST = 4
NULL = {"type": "null"}
KEYWORDS = {
    "object": {"type", "properties", "required", "additionalProperties"},
    "array": {"type", "items"},
    "string": {"type"},
    "integer": {"type"},
    "number": {"type"},
    "boolean": {"type"},
    "null": {"type"},
}
ALLOWED_TYPES = list(KEYWORDS)  # a list: "type" may be anything, also what has no hash


def lint(schema: dict[str, Any], path: str = "", depth: int = 0) -> Iterator[str]:
    """What in a schema goes beyond the subset, one line each."""
    if depth > DEEPEST:
        yield f"{path}: deeper than {DEEPEST}"
    elif "anyOf" in schema:
        others = [one for one in schema["anyOf"] if one != NULL]
        if set(schema) != {"anyOf"} or NULL not in schema["anyOf"] or len(others) != 1:
            yield f"{path}: anyOf is for one type or null only"
        for one in others:
            yield from lint(one, path, depth)
    elif schema.get("type") not in ALLOWED_TYPES:
        yield f"{path}: no plain type"
    else:
        if extra := set(schema) - KEYWORDS[schema["type"]] - {"description"}:
            yield f"{path}: {', '.join(sorted(extra))}"
        yield from _lint_inside(schema, path, depth)


def _lint_inside(schema: dict[str, Any], path: str, depth: int) -> Iterator[str]:
    if schema["type"] == "array":
        if isinstance(schema.get("items"), dict):
            yield from lint(schema["items"], f"{path}[]", depth)
        else:
            yield f"{path}: a list of what?"
    if schema["type"] == "object":
        properties = schema.get("properties", {})
        if not properties or schema.get("additionalProperties") is not False:
            yield f"{path}: open object"
        if schema.get("required") != list(properties):
            yield f"{path}: not all keys required, in their order"
        for name, one in properties.items():
            yield from lint(one, f"{path}.{name}", depth + 1)


def test_the_schema_is_in_the_subset_that_every_server_carries_out() -> None:
    assert list(lint(answer_schema())) == []


STRING = {"type": "string"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


@pytest.mark.parametrize(
    "schema",
    [
        {**_object(a=STRING), "additionalProperties": True},
        {**_object(a=STRING), "additionalProperties": STRING},
        {**_object(a=STRING), "required": []},
        _object(),
        {"type": "object"},
        _object(a={"type": ["string", "null"]}),
        _object(a={"anyOf": [STRING, {"type": "integer"}, NULL]}),
        _object(a={"anyOf": [STRING, NULL], "default": None}),
        _object(a={"type": "string", "default": ""}),
        _object(a={"type": "string", "pattern": "^x"}),
        _object(a={"type": "string", "format": "time"}),
        _object(a={"type": "string", "maxLength": 20}),
        _object(a={"type": "array", "items": STRING, "maxItems": 3}),
        _object(a={"type": "array", "prefixItems": [STRING, STRING]}),
        _object(a={"type": "array"}),
        _object(a={"$ref": "#"}),
        _object(a={}),
        _object(a={"allOf": [STRING]}),
        _object(a=_object(a=_object(a=_object(a=_object(a=STRING))))),
    ],
)
def test_the_lint_sees_what_servers_refuse_or_ignore(schema: dict[str, Any]) -> None:
    assert list(lint(schema))


def test_text_or_schema_do_not_change_without_a_new_version() -> None:
    meta = tomllib.loads((PROMPTS / "meta.toml").read_text("utf-8"))
    system, user = ((PROMPTS / name).read_text("utf-8") for name in ("system.md", "user.md.j2"))
    now = fingerprint_of(system, user)
    assert meta["why"]
    assert meta["fingerprint"] == now, "raise the version in prompts/meta.toml and write its fingerprint there"
    assert VERSIONS.get(meta["version"]) == now, "a version that was used names one prompt: take the next number"
    assert list(VERSIONS)[-1] == meta["version"]
    assert len(set(VERSIONS.values())) == len(VERSIONS)
    assert (load_prompt().version, load_prompt().fingerprint) == (meta["version"], now)


@pytest.mark.parametrize("part", ["system", "user", "schema"])
def test_the_fingerprint_covers_every_part(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    prompt = load_prompt()
    before = fingerprint_of(prompt.system, prompt.user_template)
    if part == "schema":
        monkeypatch.setattr("reviewer.extract.model.prompt.answer_schema", lambda: {**answer_schema(), "title": "x"})
    more = {name: " " if name == part else "" for name in ("system", "user")}
    assert fingerprint_of(prompt.system + more["system"], prompt.user_template + more["user"]) != before


def test_the_fixed_part_is_short() -> None:
    prompt = load_prompt()
    schema = json.dumps(answer_schema(), separators=(",", ":"))
    fixed = prompt.system + schema + user_message(prompt, ("",))
    assert len(fixed) / FEWEST_CHARACTERS_A_TOKEN <= MOST_TOKENS


@pytest.mark.parametrize("name", cassettes(RECORDED))
def test_the_fixed_part_is_short_as_a_model_counts_it(name: str) -> None:
    """Recorded tokens less those of the notes, of which the fewest are taken off; the schema is counted on top."""
    schema = len(json.dumps(answer_schema(), separators=(",", ":"))) / FEWEST_CHARACTERS_A_TOKEN
    for call in calls(RECORDED / f"{name}.yaml"):
        notes = call["request"]["json"]["messages"][1]["content"]
        if len(notes) < 1000:
            counted = call["response"]["json"]["usage"]["prompt_tokens"]
            assert counted - len(notes) / 6 + schema <= MOST_TOKENS


def test_the_notes_come_last_and_fixed_text_first() -> None:
    """Servers keep what they computed for an equal beginning: nothing in it may differ from call to call."""
    one, other = (user_message(load_prompt(), (text,)) for text in ("Invented.", "Another."))
    assert one.replace("Invented.", "Another.") == other
    assert "{" not in load_prompt().system.replace("{{", "")  # JSON in a prompt with a schema sends servers into loops
