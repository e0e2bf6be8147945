"""What no cassette may hold: a key, a trace of a machine, a note that is not invented, a prompt that is gone."""

from __future__ import annotations

import functools
import json
import logging
import re
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from llm_recording import FIXTURES, MADE, RECORDED, calls, cassettes, notes_of, tidy
from made_cassettes import MADE as CASES
from made_cassettes import PREFIX, SOURCE, made

from reviewer.evaluate.cassettes import HOST, as_yaml, from_yaml
from reviewer.extract.model.answer import answer_schema
from reviewer.extract.model.prompt import load_prompt
from reviewer.notes.loading import load_notes

FILES = tuple(folder / f"{name}.yaml" for folder in (RECORDED, MADE) for name in cassettes(folder))
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)

SECRETS = re.compile(
    r"\bsk-\w|\bgh[pousr]_\w|\bhf_\w{8}|\bAKIA\w|\beyJ[\w-]{8}|-----BEGIN|bearer|authorization|api[-_ ]?key|cookie|"
    r"x-request-id|openai-\w|\borg-\w|\bproj_\w|password|localhost|127\.0\.0\.1|/home/|/root/|/Users/",
    re.IGNORECASE,
)
FEWEST_RECORDED = 30
REPLY = {"id", "object", "created", "model", "system_fingerprint", "choices", "usage"}
CHOICE = {"index", "finish_reason", "message"}
MESSAGE = {"role", "content", "refusal", "reasoning_content", "tool_calls"}
USAGE = {"prompt_tokens", "completion_tokens", "total_tokens"}
REQUEST = {"model", "messages", "max_tokens", "max_completion_tokens", "response_format", "temperature"}
REQUEST |= {"tools", "tool_choice"}

NOTES = re.compile(r"(?:<(note(?:-text)*) number=\"\d+\">\n(.*?)\n</\1>\s*)", re.DOTALL)
REPAIR = re.compile(
    r"Your reply could not be used: the reply (?:is not JSON|does not have the shape asked for: "
    r"(?:(?:top level|[a-z0-9.]+) \([a-z_]+\)(?:; )?)+)\. Reply again with one JSON object of the shape asked for, "
    r"copied from the same notes, and nothing else\."
)


@functools.cache
def texts_of_fixtures() -> tuple[str, ...]:
    return tuple(note.text for folder in sorted(FIXTURES.iterdir()) for note in load_notes([str(folder)]).notes)


def strangers(message: str) -> list[str]:
    """Parts of a user message that are neither a note of the fixtures, whole or in part, nor our own words."""
    rest = NOTES.sub("", message).strip()
    texts = [text for _, text in NOTES.findall(message)]
    found = [text for text in texts if not any(text in known for known in texts_of_fixtures())]
    return found + ([rest] if rest and not REPAIR.fullmatch(rest) else [])


@every_file
def test_headers_are_those_of_the_allow_list(path: Path) -> None:
    for call in calls(path):
        assert set(call["request"]["headers"]) == {"content-type"}
        assert set(call["response"]["headers"]) <= {"content-type", "retry-after"}


@every_file
def test_no_host_but_the_invented_one_is_named(path: Path) -> None:
    for call in calls(path):
        parts = urlsplit(call["request"]["uri"])
        assert (parts.scheme, parts.netloc, parts.query) == ("https", HOST, "")
        assert re.fullmatch(r"/v1/chat/completions|/openai/deployments/[\w.-]+/chat/completions", parts.path)


@every_file
def test_nothing_looks_like_a_secret_or_a_place(path: Path) -> None:
    found = SECRETS.search(path.read_text("utf-8"))
    assert found is None, found


@every_file
def test_a_reply_tells_neither_machine_nor_hour(path: Path) -> None:
    for call in calls(path):
        assert set(call["request"]["json"]) <= REQUEST
        reply: dict[str, Any] = call["response"]["json"]
        if "error" in reply:
            assert set(reply) == {"error"}
            continue
        assert set(reply) <= REPLY
        assert (reply["id"], reply["created"]) in (("recorded", 0), ("made", 0))
        assert set(reply["usage"]) == USAGE
        for choice in reply["choices"]:
            assert set(choice) <= CHOICE
            assert set(choice["message"]) <= MESSAGE


@every_file
def test_every_note_that_was_sent_is_one_of_the_fixtures(path: Path) -> None:
    for call in calls(path):
        system, *users = call["request"]["json"]["messages"]
        assert system["role"] == "system"
        for user in users:
            assert user["role"] == "user"
            assert strangers(user["content"]) == []


@every_file
def test_what_was_asked_is_the_prompt_and_schema_of_today(path: Path) -> None:
    for call in calls(path):
        asked = call["request"]["json"]
        system = asked["messages"][0]["content"]
        if "tools" in asked:
            assert asked["tools"][0]["function"]["parameters"] == answer_schema()
        elif asked["response_format"]["type"] == "json_object":
            system, schema = system.rsplit("\n\n", 1)
            assert json.loads(schema.partition("\n")[2]) == answer_schema()
        else:
            assert asked["response_format"]["json_schema"]["schema"] == answer_schema()
        assert system == load_prompt().system


@pytest.mark.parametrize("name", cassettes(RECORDED))
def test_a_recording_is_of_the_encounter_it_is_named_after(name: str) -> None:
    notes = [note.text.strip() for note in notes_of(name)]
    for call in calls(RECORDED / f"{name}.yaml"):
        sent = [text for _, text in NOTES.findall(call["request"]["json"]["messages"][1]["content"])]
        assert sent
        assert all(any(text in note for note in notes) for text in sent)


@pytest.mark.parametrize("name", CASES)
def test_what_was_made_by_hand_says_so_and_is_what_its_source_says(name: str, tmp_path: Path) -> None:
    stands = (MADE / f"{name}.yaml").read_text("utf-8")
    assert name.startswith(PREFIX)
    assert stands.startswith(SOURCE)
    assert made(name, tmp_path).read_text("utf-8") == stands, "write it anew: python tests/record.py --made"


def test_no_cassette_is_left_over() -> None:
    assert set(cassettes(MADE)) == set(CASES)
    assert not set(cassettes(RECORDED)) - {path.name for path in FIXTURES.iterdir()}
    assert not any(name.startswith(PREFIX) for name in cassettes(RECORDED))
    assert len(cassettes(RECORDED)) >= FEWEST_RECORDED


@pytest.mark.parametrize(
    "message",
    [
        '<note number="1">\nSeen today, Mr. Somebody Real, DOB 01/02/1950.\n</note>',
        '<note number="1">\n{known}\nand one line more\n</note>',
        '<note number="1">\n{known}\n</note>\nSeen today.',
        "{known}",
        "Your reply could not be used: the reply is not JSON, Mr. Somebody. Reply again",
    ],
)
def test_the_guard_sees_a_note_that_is_not_of_the_fixtures(message: str) -> None:
    known = notes_of("port-flush-only")[0].text.strip()
    assert strangers(f'<note number="1">\n{known}\n</note>') == []
    assert strangers(message.replace("{known}", known))


@pytest.mark.parametrize(
    "text", ["Authorization: Bearer x", "sk-proj-1", "set-cookie: a", "OpenAI-Organization: a", "http://localhost:8080"]
)
def test_the_guard_sees_a_secret(text: str) -> None:
    assert SECRETS.search(text)


def test_a_recording_is_rid_of_ids_and_speed(tmp_path: Path) -> None:
    whole = from_yaml((MADE / "made_fenced.yaml").read_text("utf-8"))
    reply = whole["interactions"][0]["response"]["json"]
    reply |= {"id": "chatcmpl-a1b2", "created": 1795309088, "timings": {"prompt_ms": 6243.9}}
    reply["usage"]["prompt_tokens_details"] = {"cached_tokens": 95}
    path = tmp_path / "one.yaml"
    path.write_text(as_yaml(whole), "utf-8")
    tidy(path)
    kept = calls(path)[0]["response"]["json"]
    assert (kept["id"], kept["created"]) == ("recorded", 0)
    assert set(kept) <= REPLY
    assert set(kept["usage"]) == USAGE
    assert kept["choices"] == reply["choices"]
    assert calls(path)[0]["request"] == whole["interactions"][0]["request"]
    before = path.read_text("utf-8")
    tidy(path)
    assert path.read_text("utf-8") == before


@pytest.mark.parametrize("way", ["connect", "connect_ex", "sendto", "create_connection", "getaddrinfo"])
def test_no_test_reaches_a_network(way: str, sockets_refused: list[str]) -> None:
    address = ("192.0.2.1", 443)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        ways = {
            "connect": lambda: one.connect(address),
            "connect_ex": lambda: one.connect_ex(address),
            "sendto": lambda: one.sendto(b"x", address),
            "create_connection": lambda: socket.create_connection(address, timeout=1),
            "getaddrinfo": lambda: socket.getaddrinfo("llm.invalid", 443),
        }
        with pytest.raises(pytest.fail.Exception, match="tests reach no network"):
            ways[way]()
    assert len(sockets_refused) == 1


def test_the_library_that_replays_does_not_log_what_it_replays() -> None:
    assert logging.getLogger("vcr.cassette").getEffectiveLevel() >= logging.WARNING
