"""Every reply is checked in one order before anybody reads it; what is sent is what was configured."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from fake_endpoint import ASKED, SCHEMA, FakeServer, called, error, ok

from reviewer.errors import (
    BadCompletion,
    CompletionError,
    Empty,
    EndpointError,
    Filtered,
    InputTruncated,
    Refused,
    Truncated,
)
from reviewer.llm import Message, Usage

# Each reply is wrong in its own way and in every later one: the first check that should see it has to.
ALL_WRONG = {"message": {"refusal": "no"}, "usage": {"prompt_tokens": 1, "completion_tokens": 2}}
REFUSED = [
    (ok(choices=[]), BadCompletion, "no choice"),
    (httpx2.Response(200, json={"error": {"message": "busy"}}), BadCompletion, "no choice"),
    (ok(choices="words"), BadCompletion, "no choice"),
    (ok(choices=[{"index": 0, "finish_reason": "stop"}]), BadCompletion, "no choice"),
    (ok(choices=[None]), BadCompletion, "no choice"),
    (ok("", finish="length", **ALL_WRONG), Truncated, "REVIEWER_MAX_OUTPUT_TOKENS"),
    (ok("", finish="content_filter", **ALL_WRONG), Filtered, "filter"),
    (ok("", finish="sensitive", **ALL_WRONG), BadCompletion, r"\(sensitive\)"),
    (ok("", finish="Invented words", **ALL_WRONG), BadCompletion, "not known"),
    (ok("", finish=None, **ALL_WRONG), BadCompletion, "not given"),
    (ok("", finish=["stop"], **ALL_WRONG), BadCompletion, "not known"),
    (ok("", **ALL_WRONG), Refused, "refused"),
    (ok('{"drug":"a"}', message={"refusal": "no"}), Refused, "refused"),
    (ok("", usage={"prompt_tokens": 1}), Empty, "empty"),
    (ok(None), Empty, "empty"),
    (ok(" \n"), Empty, "empty"),
    (ok(None, message={"reasoning_content": "thinking"}), Empty, "reasoned"),
    (ok({"drug": "a"}), Empty, "empty"),
    (ok(None, finish="tool_calls", message=called()), Empty, "empty"),
    (ok(usage={"prompt_tokens": 200, "completion_tokens": 2}), InputTruncated, "context size"),
]
LONG = (Message(role="system", content="Read."), Message(role="user", content="Invented note of a visit. " * 100))


@pytest.mark.parametrize(("answer", "kind", "hint"), REFUSED)
def test_the_first_thing_wrong_with_a_reply_is_told(
    answer: httpx2.Response, kind: type[CompletionError], hint: str
) -> None:
    with pytest.raises(CompletionError, match=hint) as caught:
        FakeServer(answer).ask(LONG, characters=2600)
    assert type(caught.value) is kind
    assert caught.value.usage is not None
    assert caught.value.usage.calls == 1
    assert caught.value.exit_code == 3


def test_the_usage_of_an_unusable_reply_is_kept() -> None:
    with pytest.raises(Truncated) as caught:
        FakeServer(error(500), ok("{", finish="length")).ask()
    assert caught.value.usage == Usage(calls=2, prompt_tokens=90, completion_tokens=7)
    assert caught.value.category == "truncated"


def test_a_good_reply_is_handed_on_with_where_it_came_from() -> None:
    done = FakeServer(ok()).ask()
    assert done.content == '{"drug":"a"}'
    assert (done.model, done.system_fingerprint, done.finish_reason) == ("a-model-of-2026", "fp_1", "stop")
    assert (done.mode, done.attempts) == ("json_schema", 1)
    assert done.usage == Usage(calls=1, prompt_tokens=90, completion_tokens=7)
    assert done.usage + done.usage == Usage(calls=2, prompt_tokens=180, completion_tokens=14)
    assert done.input_counted
    assert "drug" not in repr(done)


@pytest.mark.parametrize(
    "usage", [None, {}, {"prompt_tokens": 0}, {"prompt_tokens": "many"}, "words", {"prompt_tokens": True}]
)
def test_a_reply_without_usage_says_that_the_input_was_not_counted(usage: Any) -> None:
    done = FakeServer(ok(usage=usage)).ask(LONG, characters=2600)
    assert not done.input_counted
    assert done.usage == Usage(calls=1)


# 2,600 characters of plain words: 500 to 700 tokens with any tokenizer, never fewer than 433 (6 characters each).
@pytest.mark.parametrize(("tokens", "fine"), [(432, False), (435, True), (650, True)])
def test_input_is_cut_when_fewer_tokens_were_counted_than_the_text_can_be(tokens: int, fine: bool) -> None:
    server = FakeServer(ok(usage={"prompt_tokens": tokens, "completion_tokens": 2}))
    if fine:
        assert server.ask(LONG, characters=2600).input_counted
    else:
        with pytest.raises(InputTruncated, match="432"):
            server.ask(LONG, characters=2600)


def test_blanks_and_ruled_lines_are_no_proof_of_cut_input() -> None:
    table = (Message(role="user", content=("BP" + " " * 60 + "120/80" + "_" * 40 + "\n" + "-" * 200 + "\n") * 20),)
    server = FakeServer(ok(usage={"prompt_tokens": 220, "completion_tokens": 2}))
    assert server.ask(table, characters=6000).input_counted


def test_mode_json_schema_sends_the_schema_to_be_enforced() -> None:
    server = FakeServer(ok())
    server.ask()
    form = server.body["response_format"]
    assert form == {"type": "json_schema", "json_schema": {"name": "facts", "strict": True, "schema": SCHEMA}}
    assert "tools" not in server.body
    assert server.body["messages"] == [one.model_dump() for one in ASKED]


@pytest.mark.parametrize("finish", ["stop", "tool_calls"])
def test_mode_tool_forces_the_call_and_returns_its_arguments(finish: str) -> None:
    server = FakeServer(ok(None, finish=finish, message=called()))
    done = server.ask(mode="tool")
    assert (done.content, done.mode) == ('{"drug":"a"}', "tool")
    assert server.body["tool_choice"] == {"type": "function", "function": {"name": "facts"}}
    assert server.body["tools"][0]["function"] == {"name": "facts", "strict": True, "parameters": SCHEMA}
    assert "response_format" not in server.body


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (ok('{"drug":"a"}'), BadCompletion),
        (ok(None), Empty),
        (ok(None, message=called(name="other")), BadCompletion),
        (ok(None, message={"tool_calls": called()["tool_calls"] * 2}), BadCompletion),
        (ok(None, message={"tool_calls": "words"}), BadCompletion),
        (ok(None, message=called(arguments="")), Empty),
    ],
)
def test_mode_tool_accepts_nothing_but_the_one_call(answer: httpx2.Response, kind: type[CompletionError]) -> None:
    with pytest.raises(CompletionError) as caught:
        FakeServer(answer).ask(mode="tool")
    assert type(caught.value) is kind


def test_mode_json_object_puts_the_schema_into_the_fixed_part() -> None:
    server = FakeServer(ok())
    server.ask(mode="json_object")
    assert server.body["response_format"] == {"type": "json_object"}
    system, user = server.body["messages"]
    assert system["content"].startswith("Read the note.\n\n")
    assert '"required":["drug"]' in system["content"]
    assert user == ASKED[1].model_dump()
    server.ask(ASKED[1:], mode="json_object")
    assert [one["role"] for one in server.body["messages"]] == ["system", "user"]


def test_only_what_is_configured_is_sent() -> None:
    server = FakeServer(ok())
    server.ask()
    assert (server.body["temperature"], server.body["max_tokens"]) == (0, 4096)
    assert not {"seed", "stream", "n", "max_completion_tokens"} & set(server.body)
    server.ask(temperature=None, seed=7, max_output_tokens=100)
    assert "temperature" not in server.body
    assert (server.body["seed"], server.body["max_tokens"]) == (7, 100)
    assert server.requests[-1].headers["authorization"] == "Bearer none"


def test_a_lone_surrogate_does_not_stop_the_request() -> None:
    server = FakeServer(ok())
    server.ask((Message(role="user", content="a\ud800b"),))
    assert server.body["messages"][0]["content"] == "a?b"


MODE_TROUBLE = [
    ("json_schema", error(400, "'response_format.type' must be 'text' or 'json_object'"), "--mode tool"),
    ("json_schema", error(400, "This response_format type is unavailable now"), "--mode tool"),
    ("json_schema", error(422, "Failed to compile grammar"), "--mode tool"),
    ("tool", error(400, "tool_choice is not supported with thinking"), "--mode json_schema"),
    ("json_object", error(400, "response_format json_object is not supported"), "--mode json_schema"),
    ("json_schema", error(400, "enabled only for api versions 2024-08-01-preview and later"), "OPENAI_API_VERSION"),
    ("json_schema", error(400, "maximum context length is 4096 tokens, max_tokens 4096"), "context size"),
    ("json_schema", error(400, "exceeds the available context size", type="exceed_context_size_error"), "context size"),
    ("json_schema", error(400, "Unsupported parameter: 'max_tokens'"), "REVIEWER_MAX_OUTPUT_TOKENS"),
    ("json_schema", error(400, "Unsupported value: 'temperature' does not support 0"), "REVIEWER_TEMPERATURE"),
]


@pytest.mark.parametrize(("mode", "answer", "hint"), MODE_TROUBLE)
def test_a_request_the_server_cannot_take_names_what_to_set(mode: str, answer: httpx2.Response, hint: str) -> None:
    server = FakeServer(answer)
    with pytest.raises(EndpointError, match=hint):
        server.ask(mode=mode)
    assert len(server.requests) == 1  # never silently asked again in another mode


@pytest.mark.parametrize(
    "answer",
    [
        error(400, "The response was filtered", code="content_filter"),
        error(400, "filtered", innererror={"code": "ResponsibleAIPolicyViolation"}),
    ],
)
def test_a_filtered_request_is_filtered_and_not_a_fault_of_the_endpoint(answer: httpx2.Response) -> None:
    with pytest.raises(Filtered) as caught:
        FakeServer(answer).ask(remote_ok="BAA", base_url="https://r.openai.azure.com", api_version="2024-10-21")
    assert caught.value.usage == Usage(calls=1)
    assert caught.value.__context__ is None


def test_models_are_listed_where_the_server_tells() -> None:
    listed = httpx2.Response(200, json={"object": "list", "data": [{"id": "a"}, {"id": "b"}]})
    assert FakeServer(listed).chat().models() == ("a", "b")
    assert FakeServer(error(404)).chat().models() is None
    assert FakeServer(httpx2.Response(200, text="hello")).chat().models() is None
    with pytest.raises(EndpointError, match="OPENAI_API_KEY"):
        FakeServer(error(401)).chat().models()
