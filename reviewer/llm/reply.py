"""Is this reply fit to be read? A 200 proves nothing: servers cut, refuse, filter and reason without an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reviewer.errors import BadCompletion, Empty, Filtered, InputTruncated, Refused, Truncated
from reviewer.llm.contract import Completion
from reviewer.usage import Usage

if TYPE_CHECKING:
    from reviewer.llm.contract import Endpoint

_DONE = ("stop", "tool_calls")
_KNOWN_REASONS = (
    "function_call", "model_context_window_exceeded", "sensitive", "max_tokens", "end_turn", "eos", "error", "abort",
    "cancelled", "insufficient_system_resource", "repetition", "unknown",
)  # fmt: skip
# English takes 4 to 5 characters a token, clinical shorthand 3; runs of blanks and rules are one token each.
_MOST_CHARACTERS_A_TOKEN = 6
_RUNS = re.compile(r"\s+|([^\w\s]|_)\1+")
_SHORT = 400


def completion_of(
    reply: dict[str, Any], endpoint: Endpoint, *, name: str, sent: str, characters: int, attempts: int
) -> Completion:
    """The checked reply. Raises a `CompletionError` for the first thing wrong with it, without its words.

    `sent` is the text of all messages, `characters` how much of it is notes, `attempts` the requests it took.
    """
    counted = _usage(reply, attempts)
    choice = _first(reply.get("choices"))
    message = _record(choice.get("message"))
    if not message:
        raise BadCompletion("the reply holds no choice", counted)
    reason = choice.get("finish_reason")
    _check_reason(reason, endpoint, counted)
    if message.get("refusal"):
        raise Refused("the model refused to read the notes", counted)
    content = _called(message, name, counted) if endpoint.mode == "tool" else message.get("content")
    if not isinstance(content, str) or not content.strip():
        raise Empty(_why_empty(message, endpoint), counted)
    if characters >= _SHORT and 0 < counted.prompt_tokens < _fewest_tokens(sent):
        raise InputTruncated(
            f"the server counted {counted.prompt_tokens} tokens of input where at least {_fewest_tokens(sent)} were "
            "sent: it cut the notes; raise the context size of the server (Ollama: num_ctx; llama.cpp: -c)",
            counted,
        )
    return Completion(
        content=content,
        model=_text(reply.get("model")) or endpoint.model,
        system_fingerprint=_text(reply.get("system_fingerprint")),
        finish_reason=str(reason),
        mode=endpoint.mode,
        attempts=attempts,
        usage=counted,
        input_counted=counted.prompt_tokens > 0,
    )


def _check_reason(reason: object, endpoint: Endpoint, counted: Usage) -> None:
    if reason == "length":
        raise Truncated(
            f"the reply was cut after {counted.completion_tokens or 'too many'} tokens (the limit asked for is "
            f"{endpoint.max_output_tokens}): raise REVIEWER_MAX_OUTPUT_TOKENS or the context size of the server",
            counted,
        )
    if reason == "content_filter":
        raise Filtered("a content filter of the service took the reply away", counted)
    if reason not in _DONE:
        told = f"({reason})" if reason in _KNOWN_REASONS else "that is not known" if reason else "that is not given"
        raise BadCompletion(f"the reply ended for a reason {told}", counted)


def _called(message: dict[str, Any], name: str, counted: Usage) -> object:
    calls = message.get("tool_calls")
    if not calls:
        if message.get("content"):
            raise BadCompletion(
                "the model answered in words where a tool call was forced: try --mode json_schema", counted
            )
        return None
    function = _record(_first(calls).get("function"))
    if len(calls) != 1 or function.get("name") != name:
        raise BadCompletion("the model called another tool, or more than one", counted)
    return function.get("arguments")


def _why_empty(message: dict[str, Any], endpoint: Endpoint) -> str:
    if message.get("reasoning_content") or message.get("reasoning"):
        return "the model reasoned but gave no answer: raise REVIEWER_MAX_OUTPUT_TOKENS or switch its reasoning off"
    return f"the reply is empty; --mode {endpoint.mode} may not be supported by this model"


def _fewest_tokens(sent: str) -> int:
    return len(_RUNS.sub(" ", sent)) // _MOST_CHARACTERS_A_TOKEN


def _usage(reply: dict[str, Any], attempts: int) -> Usage:
    usage = _record(reply.get("usage"))
    return Usage(
        calls=attempts,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _record(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _first(value: object) -> dict[str, Any]:
    return _record(value[0]) if isinstance(value, list) and value else {}
