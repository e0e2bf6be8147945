"""The command that records: nothing half done replaces a cassette, and one model answers in all of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx2
import pytest
import record
from fake_endpoint import error, reply
from llm_recording import MADE, SETTINGS, calls, endpoint, read
from made_cassettes import GOOD

from reviewer.errors import EndpointError
from reviewer.evaluate.cassettes import replaying
from reviewer.llm import Chat, Endpoint

VISIT = "held-and-refused"


def answering(response: httpx2.Response, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the command ask a server that always answers so."""

    def chat(asked: Endpoint) -> Chat:
        transport = httpx2.MockTransport(lambda _: httpx2.Response(response.status_code, content=response.content))
        return Chat(asked, http_client=httpx2.Client(transport=transport), sleep=lambda _: None)

    monkeypatch.setattr(record, "Chat", chat)


def test_what_was_recorded_is_tidy_and_replays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = {"prompt_tokens": 600, "completion_tokens": 90, "total_tokens": 690, "prompt_tokens_details": {}}
    answering(httpx2.Response(200, json=reply(GOOD.content, usage=usage, timings={"prompt_ms": 1.5})), monkeypatch)
    assert record.record(VISIT, endpoint(), tmp_path).startswith("1 calls, 600 + 90 tokens")
    answer = calls(tmp_path / f"{VISIT}.yaml")[0]["response"]["json"]
    assert (answer["id"], answer["created"]) == ("recorded", 0)
    assert "timings" not in answer
    with replaying(tmp_path, VISIT) as cassette:
        read(VISIT, Chat(endpoint()))
    assert cassette.all_played


def test_a_server_that_breaks_off_leaves_the_old_cassette(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / f"{VISIT}.yaml"
    shutil.copy(MADE / "made_fenced.yaml", old)
    before = old.read_bytes()
    answering(error(500), monkeypatch)
    with pytest.raises(EndpointError):
        record.record(VISIT, endpoint(), tmp_path)
    assert old.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--base-url", "http://127.0.0.1:9/v1"], "--model are needed"),
        (["--model", "m"], "--base-url and"),
        (["my-patient", "--base-url", "http://127.0.0.1:9/v1", "--model", "m"], "no such encounter"),
    ],
)
def test_what_cannot_be_recorded_is_refused_at_once(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        record.main(arguments)
    assert words in capsys.readouterr().err


def test_another_model_is_only_taken_for_all_cassettes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Path(shutil.copy(SETTINGS, tmp_path / "endpoint.toml"))
    before = own.read_text("utf-8")
    monkeypatch.setattr(record, "SETTINGS", own)
    monkeypatch.setattr(record, "cassettes", lambda _: (VISIT, "port-flush-only"))
    record._choose_model(endpoint().model, everything=False)
    with pytest.raises(SystemExit, match="record all of them"):
        record._choose_model("another-model", everything=False)
    assert own.read_text("utf-8") == before
    record._choose_model("another-model", everything=True)
    assert own.read_text("utf-8") == before.replace(endpoint().model, "another-model")
