"""The body of a request, in the mode that was configured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reviewer.llm.contract import Endpoint, Message

_IN_WORDS = "Answer with one JSON object that follows this JSON Schema, and with nothing else:\n"


def request_of(
    endpoint: Endpoint, messages: tuple[Message, ...], schema: dict[str, Any], name: str, *, openai: bool
) -> dict[str, Any]:
    """The body to send. `openai`: the service is OpenAI's own, which calls the limit of tokens by its newer name."""
    body: dict[str, Any] = {"model": endpoint.model, "messages": _messages(endpoint, messages, schema)}
    body["max_completion_tokens" if openai else "max_tokens"] = endpoint.max_output_tokens
    if endpoint.temperature is not None:
        body["temperature"] = endpoint.temperature
    if endpoint.seed is not None:
        body["seed"] = endpoint.seed
    return body | _form(endpoint, schema, name)


def _form(endpoint: Endpoint, schema: dict[str, Any], name: str) -> dict[str, Any]:
    if endpoint.mode == "json_object":
        return {"response_format": {"type": "json_object"}}
    if endpoint.mode == "tool":
        function = {"name": name, "strict": True, "parameters": schema}
        return {
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "function", "function": {"name": name}},
        }
    return {"response_format": {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema}}}


def _messages(endpoint: Endpoint, messages: tuple[Message, ...], schema: dict[str, Any]) -> list[dict[str, str]]:
    # A lone surrogate has no UTF-8; the error of encoding it would carry the whole note.
    plain = [{"role": one.role, "content": one.content.encode("utf-8", "replace").decode("utf-8")} for one in messages]
    if endpoint.mode != "json_object":
        return plain
    words = _IN_WORDS + json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    if plain and plain[0]["role"] == "system":
        return [{"role": "system", "content": f"{plain[0]['content']}\n\n{words}"}, *plain[1:]]
    return [{"role": "system", "content": words}, *plain]
