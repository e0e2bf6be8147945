"""`reviewer doctor`: finds what a server does wrong, says what to set, and sends invented text only."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from fake_endpoint import URL, called, error, reply

from reviewer import llm
from reviewer.cli import main
from reviewer.commands_doctor import rendered
from reviewer.doctor import Diagnosis, examine, long_note
from reviewer.llm import Chat, Endpoint

Server = Callable[[httpx2.Request], httpx2.Response]


class Good:
    """A server that does everything right; a test breaks one thing in a subclass."""

    names: tuple[str, ...] | None = ("a-model", "another")
    modes: tuple[str, ...] = ("json_schema", "tool", "json_object")
    enforces = True
    counts = True
    context = 100_000

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/models"):
            return self.listed()
        body = json.loads(request.content)
        self.bodies.append(body)
        mode = "tool" if "tools" in body else body["response_format"]["type"]
        if mode not in self.modes:
            return error(400, f"{mode} is not supported: response_format, tool_choice")
        fields = self.schema(body, mode)["properties"]
        return self.reply(mode, json.dumps(self.answer(fields, body)), body)

    def listed(self) -> httpx2.Response:
        if self.names is None:
            return error(404)
        return httpx2.Response(200, json={"object": "list", "data": [{"id": name} for name in self.names]})

    def schema(self, body: dict[str, Any], mode: str) -> dict[str, Any]:
        if mode == "tool":
            found: dict[str, Any] = body["tools"][0]["function"]["parameters"]
        elif mode == "json_schema":
            found = body["response_format"]["json_schema"]["schema"]
        else:
            found = json.loads(body["messages"][0]["content"].rsplit("\n", 1)[1])
        return found

    def answer(self, fields: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        if "answer" in fields:
            return {"answer": fields["answer"]["enum"][0] if self.enforces else "blue"}
        if "last_line" in fields:
            return self.copied(body["messages"][-1]["content"].split("\n"))
        return {"text": "The tulips are open. " + self.more()}

    def copied(self, lines: list[str]) -> dict[str, Any]:
        return {"first_line": lines[0], "last_line": lines[-1]}

    def more(self) -> str:
        return "Bees come."

    def reply(self, mode: str, content: str, body: dict[str, Any]) -> httpx2.Response:
        said: dict[str, Any] = {"message": called(content, "answer")} if mode == "tool" else {}
        if not self.counts:
            said["usage"] = None
        else:
            tokens = min(self.context, sum(len(one["content"]) for one in body["messages"]) // 4)
            said["usage"] = {"prompt_tokens": tokens, "completion_tokens": 20}
        return httpx2.Response(200, json=reply(None if mode == "tool" else content, **said))


def _examined(server: Server, **configured: Any) -> Diagnosis:
    endpoint = Endpoint(**{"base_url": URL, "model": "a-model", **configured})

    def connect(one: Endpoint) -> Chat:
        http = httpx2.Client(transport=httpx2.MockTransport(server))
        return Chat(one, http_client=http, sleep=lambda _: None)

    return examine(endpoint, connect)


def _outcomes(found: Diagnosis) -> dict[str, str]:
    return {one.tried: one.outcome for one in found.findings}


def test_a_good_server_is_usable_as_it_is() -> None:
    server = Good()
    found = _examined(server)
    assert found.usable
    assert found.advice == ()
    assert set(_outcomes(found).values()) == {"ok"}
    assert set(_outcomes(found)) == {
        "where", "reachable", "model name", "mode json_schema", "mode tool", "mode json_object", "finish, usage",
        "long note", "two runs equal", "speed",
    }  # fmt: skip
    assert found.tokens_a_second
    assert len(server.bodies) == 6
    assert all("invented" in body["messages"][0]["content"] for body in server.bodies)


def test_the_long_note_is_long_and_names_no_patient() -> None:
    note = long_note(24_000)
    assert 23_800 < len(note) <= 24_000
    assert len(set(note.split("\n"))) == len(note.split("\n"))


def test_a_server_that_is_not_there() -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    found = _examined(refuse)
    assert not found.usable
    assert _outcomes(found) == {"where": "ok", "reachable": "fail"}
    assert "OPENAI_BASE_URL" in rendered(found)


def test_a_model_that_is_not_listed_is_told_with_those_that_are() -> None:
    found = _examined(Good(), model="other-model")
    assert _outcomes(found)["model name"] == "look"
    assert "a-model, another" in rendered(found)
    assert found.usable  # llama.cpp answers to any name


def test_a_server_without_a_list_of_models_is_not_blamed() -> None:
    class Silent(Good):
        names = None

    assert set(_outcomes(_examined(Silent())).values()) == {"ok"}


@pytest.mark.parametrize(
    ("works", "configured", "advice"),
    [
        (("tool", "json_object"), "json_schema", "REVIEWER_MODE=tool"),
        (("json_object",), "json_schema", "REVIEWER_MODE=json_object"),
        (("json_schema",), "tool", "REVIEWER_MODE=json_schema"),
    ],
)
def test_a_mode_the_server_lacks_names_the_one_that_works(works: tuple[str, ...], configured: str, advice: str) -> None:
    server = Good()
    server.modes = works
    found = _examined(server, mode=configured)
    assert not found.usable
    assert found.advice == (advice,)
    assert _outcomes(found)[f"mode {configured}"] == "fail"
    assert _outcomes(found)["long note"] == "ok"  # the rest is tried in the mode that works
    assert _examined(server, mode=advice.split("=")[1]).usable


def test_a_server_that_ignores_the_schema_is_seen() -> None:
    class Ignores(Good):
        enforces = False

    found = _examined(Ignores())
    outcomes = _outcomes(found)
    assert (outcomes["mode json_schema"], outcomes["mode tool"], outcomes["mode json_object"]) == ("look", "look", "ok")
    assert "not enforced" in rendered(found)
    assert found.advice == ("REVIEWER_MODE=json_object",)


def test_no_mode_that_works_ends_the_examination() -> None:
    server = Good()
    server.modes = ()
    found = _examined(server)
    assert not found.usable
    assert "long note" not in _outcomes(found)
    assert len(server.bodies) == 3


def test_a_server_that_cuts_its_input_and_counts_is_seen() -> None:
    server = Good()
    server.context = 1024
    found = _examined(server)
    assert not found.usable
    assert _outcomes(found)["long note"] == "fail"
    assert any("num_ctx" in one for one in found.advice)


@pytest.mark.parametrize(("counts", "outcome"), [(False, "fail"), (True, "look")])
def test_a_last_line_that_is_not_copied_is_seen(counts: bool, outcome: str) -> None:
    class Cuts(Good):
        def copied(self, lines: list[str]) -> dict[str, Any]:
            return {"first_line": lines[0], "last_line": lines[40]}

    server = Cuts()
    server.counts = counts
    found = _examined(server)
    assert _outcomes(found)["long note"] == outcome
    assert found.usable == counts
    assert "last line was not copied" in rendered(found)


def test_a_server_that_refuses_the_long_note_is_seen() -> None:
    class Small(Good):
        def reply(self, mode: str, content: str, body: dict[str, Any]) -> httpx2.Response:
            if len(body["messages"][-1]["content"]) > 4096:
                return error(400, "the request exceeds the available context size")
            return super().reply(mode, content, body)

    found = _examined(Small())
    assert not found.usable
    assert any("num_ctx" in one for one in found.advice)


def test_missing_usage_and_unequal_runs_are_told_and_forgiven() -> None:
    class Varies(Good):
        counts = False

        def more(self) -> str:
            return "Bees come." * len(self.bodies)

    found = _examined(Varies())
    outcomes = _outcomes(found)
    assert (outcomes["finish, usage"], outcomes["two runs equal"], outcomes["speed"]) == ("look", "look", "look")
    assert found.usable
    assert found.tokens_a_second is None


def test_another_host_is_named_with_its_agreement() -> None:
    found = _examined(Good(), base_url="http://10.0.0.7:8000/v1", remote_ok="BAA 2026-014")
    assert _outcomes(found)["where"] == "look"
    assert "BAA 2026-014" in rendered(found)
    assert "unencrypted" in rendered(found)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Good:
    server = Good()

    def connect(endpoint: Endpoint) -> Chat:
        return Chat(endpoint, http_client=httpx2.Client(transport=httpx2.MockTransport(server)), sleep=lambda _: None)

    monkeypatch.setattr(llm, "Chat", connect)
    return server


def test_the_command_prints_a_table_or_json(served: Good, capfd: pytest.CaptureFixture[str]) -> None:
    options = ["--base-url", URL, "--model", "a-model"]
    assert main(["doctor", *options]) == 0
    out, err = capfd.readouterr()
    assert out.startswith("a-model at 127.0.0.1:8080, mode json_schema\n")
    assert "usable as configured" in out
    assert err == ""
    assert main(["doctor", *options, "--format", "json"]) == 0
    found = Diagnosis.model_validate_json(capfd.readouterr().out)
    assert found.usable


def test_the_command_ends_with_3_when_it_cannot_be_used(served: Good, capfd: pytest.CaptureFixture[str]) -> None:
    served.modes = ("tool",)
    assert main(["doctor", "--base-url", URL, "--model", "a-model", "--mode", "json_schema"]) == 3
    out = capfd.readouterr().out
    assert "NOT usable" in out
    assert "set: REVIEWER_MODE=tool" in out


def test_without_a_model_the_command_says_what_to_set(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 2
    err = capfd.readouterr().err
    assert "REVIEWER_MODEL" in err
    assert err.count("\n") == 1


def test_another_host_without_consent_is_not_asked_even_with_invented_text(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--base-url", "http://10.0.0.7/v1", "--model", "m"]) == 2
    assert "REVIEWER_REMOTE_OK" in capfd.readouterr().err
