"""A model's server that answers as a test says, without a socket, and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2

from reviewer.llm import Chat, Completion, Endpoint, Message

URL = "http://127.0.0.1:8080/v1"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"drug": {"type": "string"}},
    "required": ["drug"],
    "additionalProperties": False,
}
ASKED = (Message(role="system", content="Read the note."), Message(role="user", content="Invented note."))

Answer = httpx2.Response | Exception | Callable[[httpx2.Request], httpx2.Response]


class FakeServer:
    """Gives the answers in turn and the last one for ever; `waits` are the pauses between the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []
        self.waits: list[float] = []

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            return answer(request)
        # A fresh one each time: a response knows the request it belongs to.
        return httpx2.Response(answer.status_code, headers=answer.headers, content=answer.content)

    @property
    def http(self) -> httpx2.Client:
        return httpx2.Client(transport=httpx2.MockTransport(self._handle))

    @property
    def body(self) -> dict[str, Any]:
        """The last request's body."""
        found: dict[str, Any] = json.loads(self.requests[-1].content)
        return found

    def chat(self, **configured: Any) -> Chat:
        endpoint = Endpoint(**{"base_url": URL, "model": "a-model", **configured})
        return Chat(endpoint, http_client=self.http, sleep=self.waits.append)

    def ask(self, messages: tuple[Message, ...] = ASKED, characters: int = 0, **configured: Any) -> Completion:
        return self.chat(**configured).complete(messages, schema=SCHEMA, name="facts", characters=characters)


def reply(content: object = '{"drug":"a"}', *, finish: object = "stop", **more: Any) -> dict[str, Any]:
    """A reply as a server writes it; `message`, `usage` and other parts may be put in or taken out (None)."""
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    whole = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "a-model-of-2026",
        "system_fingerprint": "fp_1",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 90, "completion_tokens": 7, "total_tokens": 97},
        **more,
    }
    return {key: value for key, value in whole.items() if value is not None}


def ok(*arguments: Any, **more: Any) -> httpx2.Response:
    return httpx2.Response(200, json=reply(*arguments, **more))


def error(status: int, message: str = "", headers: dict[str, str] | None = None, **more: Any) -> httpx2.Response:
    return httpx2.Response(status, json={"error": {"message": message, **more}}, headers=headers)


def called(arguments: str = '{"drug":"a"}', name: str = "facts") -> dict[str, Any]:
    """The part of a reply that calls a tool."""
    return {"tool_calls": [{"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}}]}
