"""What a real model answered about the fixtures, replayed: the same record each time, and no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from llm_recording import MADE, NOWHERE, RECORDED, calls, cassettes, endpoint, notes_of, read

from reviewer.errors import InputError
from reviewer.evaluate.cassettes import replaying
from reviewer.extract.model.prompt import load_prompt
from reviewer.extract.model.windows import windows
from reviewer.llm import Chat
from reviewer.usage import Usage

CANARY = "made_fenced"


def _is_repair(call: dict[str, Any]) -> bool:
    return len(call["request"]["json"]["messages"]) > 2


@pytest.mark.parametrize("name", cassettes(RECORDED))
def test_a_recording_is_replayed_whole_and_recorded_as_it_was(name: str, sockets_refused: list[str]) -> None:
    with replaying(RECORDED, name) as cassette:
        record = read(name, Chat(endpoint())).record
    assert sockets_refused == []
    assert set(cassette.play_counts.values()) == {1}
    assert cassette.all_played

    recorded = calls(RECORDED / f"{name}.yaml")
    replies = [call["response"]["json"] for call in recorded]
    assert record.model == replies[-1]["model"]
    assert record.attempts == len(recorded)
    assert record.usage == Usage(
        calls=len(recorded),
        prompt_tokens=sum(reply["usage"]["prompt_tokens"] for reply in replies),
        completion_tokens=sum(reply["usage"]["completion_tokens"] for reply in replies),
    )
    assert record.repairs == sum(_is_repair(call) for call in recorded)
    assert record.windows == len(windows(notes_of(name), size=endpoint().window, apart=True))
    ends = [reply["choices"][0]["finish_reason"] for reply in replies]
    assert sorted(record.finish_reasons) == [end for end in ends if end == "stop"]
    assert (record.failure == "truncated") or "length" not in ends
    assert record.prompt_fingerprint == load_prompt().fingerprint


def test_the_canary_is_answered_by_its_cassette_and_by_nothing_else(sockets_refused: list[str]) -> None:
    """Were the client no longer patched, this call would go for a socket and be refused."""
    with replaying(MADE, CANARY) as cassette:
        record = read("held-and-refused", Chat(endpoint())).record
    assert cassette.play_count == 1
    assert sockets_refused == []
    assert record.failure is None


def test_without_a_cassette_the_same_call_is_refused_a_socket(sockets_refused: list[str]) -> None:
    with pytest.raises(pytest.fail.Exception, match="tests reach no network"):
        read("held-and-refused", Chat(endpoint()))
    assert sockets_refused == ["getaddrinfo"] or sockets_refused == ["socket.connect"]


@pytest.mark.parametrize("base_url", [NOWHERE, "http://localhost:11434/v1", "http://127.0.0.1:8000/engine/v1"])
def test_a_cassette_answers_for_any_address(base_url: str) -> None:
    with replaying(MADE, CANARY) as cassette:
        read("held-and-refused", Chat(endpoint(base_url)))
    assert cassette.all_played


@pytest.mark.parametrize(
    ("encounter", "changed"),
    [
        ("iron-without-stop-time", {}),
        ("held-and-refused", {"model": "another-model"}),
        ("held-and-refused", {"max_output_tokens": 1301}),
        ("held-and-refused", {"temperature": 0.1}),
        ("held-and-refused", {"mode": "json_object"}),
    ],
)
def test_a_changed_request_is_refused_and_not_answered_by_the_old_cassette(
    encounter: str, changed: dict[str, Any], sockets_refused: list[str]
) -> None:
    with pytest.raises(InputError, match=r"made_fenced\.yaml: holds no answer") as caught, replaying(MADE, CANARY) as c:
        read(encounter, Chat(endpoint(**changed)))
    assert c.play_count == 0
    assert sockets_refused == []
    assert "Testcase" not in str(caught.value)
    assert caught.value.__suppress_context__  # its cause quotes the request


def test_a_call_too_many_is_refused() -> None:
    def twice() -> None:
        with replaying(MADE, CANARY):
            for _ in range(2):
                read("held-and-refused", Chat(endpoint()))

    with pytest.raises(InputError, match="holds no answer"):
        twice()


def test_a_cassette_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no-such\.yaml: no such cassette"), replaying(tmp_path, "no-such"):
        pass
