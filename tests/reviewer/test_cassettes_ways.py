"""Every way to ask (a tool, an object, Azure), replayed: the same answer reads the same; another form is refused."""

from __future__ import annotations

import pytest
from llm_recording import MADE, calls, read
from made_cassettes import MADE as CASES
from made_cassettes import PREFIX, WAYS, chat_for

from reviewer.evaluate.cassettes import replaying
from reviewer.extract.model.record import ModelReading

FAILS = {
    "tool_of_another_name": "bad_completion",
    "tool_twice": "bad_completion",
    "tool_in_words": "bad_completion",
    "azure_filtered": "filtered",
}


def replayed(name: str) -> ModelReading:
    case = CASES[PREFIX + name]
    with replaying(MADE, PREFIX + name) as cassette:
        reading = read(case.encounter, chat_for(case))
    assert cassette.all_played
    return reading


@pytest.mark.parametrize("name", [name for name in WAYS if name not in FAILS])
def test_the_same_answer_reads_the_same_whatever_the_way(name: str, sockets_refused: list[str]) -> None:
    reading = replayed(name)
    assert sockets_refused == []
    assert reading.record.failure is None
    assert reading.record.mode == WAYS[name].asked.get("mode", "json_schema")
    assert reading.wire == replayed("fenced").wire


@pytest.mark.parametrize(("name", "category"), FAILS.items())
def test_an_answer_of_another_form_is_not_used(name: str, category: str) -> None:
    reading = replayed(name)
    assert reading.record.failure == category
    assert reading.wire.administrations == ()
    assert reading.record.repairs == 0


@pytest.mark.parametrize("name", [name for name in WAYS if name.startswith("azure")])
def test_azure_is_asked_at_the_path_of_its_deployment_with_its_own_name_of_the_limit(name: str) -> None:
    (call,) = calls(MADE / f"{PREFIX}{name}.yaml")
    asked = call["request"]["json"]
    assert call["request"]["uri"].endswith(f"/openai/deployments/{asked['model']}/chat/completions")
    assert asked["max_completion_tokens"] == 1300
    assert "max_tokens" not in asked


def test_a_tool_is_forced_and_no_form_of_reply_is_asked_for_beside_it() -> None:
    (call,) = calls(MADE / f"{PREFIX}tool.yaml")
    asked = call["request"]["json"]
    assert asked["tool_choice"] == {"type": "function", "function": {"name": "encounter"}}
    assert asked["tools"][0]["function"]["strict"] is True
    assert "response_format" not in asked
