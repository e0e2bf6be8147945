"""No word of a note, of a reply, or of a key leaves by an error, a log line or a traceback."""

from __future__ import annotations

import io
import logging
import pickle
import subprocess
import sys
import traceback
import warnings
from typing import Any

import httpx2
import pytest
from fake_endpoint import ASKED, FakeServer, called, error, ok

from reviewer.errors import ConfigError, ReviewError
from reviewer.llm import Chat, Endpoint, Message

NOTE, REPLY, KEY = "CANARYNOTE", "CANARYREPLY", "CANARYKEY"
MESSAGES = (ASKED[0], Message(role="user", content=f"Invented {NOTE} of a visit. " * 60))
TALKATIVE = {"x-request-id": REPLY, "set-cookie": REPLY, "location": f"http://{REPLY}.test/"}


def _echo(status: int) -> Any:
    def answer(request: httpx2.Request) -> httpx2.Response:
        said = {"error": {"message": f"{REPLY} {request.content.decode()}", "code": REPLY, "type": REPLY}}
        return httpx2.Response(status, json=said, headers=TALKATIVE)

    return answer


ANSWERS: list[Any] = [
    *(_echo(status) for status in (307, 400, 401, 403, 404, 408, 409, 413, 418, 422, 429, 500, 503)),
    error(400, f"{REPLY} response_format"),
    error(400, REPLY, code="content_filter"),
    error(429, REPLY, code="insufficient_quota"),
    httpx2.ConnectError(REPLY),
    httpx2.ReadTimeout(REPLY),
    httpx2.RemoteProtocolError(REPLY),
    httpx2.Response(200, text=REPLY),
    httpx2.Response(200, text=f'{{"a": {REPLY}', headers={"content-type": "application/json"}),
    httpx2.Response(200, json=[REPLY]),
    httpx2.Response(200, json={REPLY: REPLY}),
    httpx2.Response(200, content=b"\xff" + REPLY.encode(), headers={"content-type": "application/json"}),
    httpx2.Response(200, text="[" * 100_000, headers={"content-type": "application/json"}),
    ok(REPLY, finish="length"),
    ok(REPLY, finish=REPLY),
    ok(REPLY, finish="content_filter"),
    ok(REPLY, message={"refusal": REPLY}),
    ok(None, message={"reasoning_content": REPLY}),
    ok([REPLY]),
    ok(REPLY, choices=REPLY),
    ok(REPLY, choices=[REPLY]),
    ok(REPLY, usage={"prompt_tokens": 3}),
    ok(REPLY, model=[REPLY], system_fingerprint={REPLY: 1}, usage=REPLY),
]


@pytest.fixture
def logged() -> Any:
    """Everything any logger writes, at every level, while even openai's own is told to speak."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root, names = logging.getLogger(), ("openai", "httpx2", "httpcore2", "openai._base_client")
    before = root.level, {name: logging.getLogger(name).level for name in names}
    root.setLevel(logging.DEBUG)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before[0])
    for name, level in before[1].items():
        logging.getLogger(name).setLevel(level)


def _everything(problem: BaseException) -> str:
    """All a person, a log or an error service might be shown, the exceptions behind it included."""
    chain = [problem, problem.__cause__, problem.__context__]
    told = [*traceback.format_exception(problem), *(f"{one!r} {one} {vars(one)}" for one in chain if one is not None)]
    return "\n".join([*told, str(pickle.dumps(str(problem)))])


@pytest.mark.parametrize("mode", ["json_schema", "tool", "json_object"])
@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_no_word_leaves(number: int, mode: str, logged: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    line = told = ""
    server = FakeServer(ANSWERS[number])
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            told = repr(server.ask(MESSAGES, characters=1600, mode=mode, api_key=KEY))
        except ReviewError as problem:
            line, told = str(problem), _everything(problem)
    assert "\n" not in line
    assert KEY in server.requests[0].headers["authorization"]
    said = told + logged.getvalue() + "".join(str(one.message) for one in warned) + "".join(capfd.readouterr())
    for canary in (NOTE, REPLY, KEY):
        assert canary not in said


def test_a_good_call_logs_nothing(logged: io.StringIO) -> None:
    server = FakeServer(ok(REPLY), ok(None, message=called(REPLY)))
    assert server.ask(MESSAGES, api_key=KEY).content == REPLY
    assert logged.getvalue() == ""


def test_what_is_configured_is_shown_without_the_key_or_the_address() -> None:
    endpoint = Endpoint(base_url="http://a:CANARYURL@127.0.0.1/v1", api_key=KEY, model="m")
    assert KEY not in f"{endpoint!r} {endpoint} {endpoint.model_dump()} {endpoint.model_dump_json()}"
    assert "CANARYURL" not in f"{endpoint!r} {endpoint}"
    assert NOTE not in f"{MESSAGES!r}"
    with pytest.raises(ConfigError) as caught:
        Chat(endpoint)
    assert "CANARYURL" not in _everything(caught.value)


def test_not_even_the_switch_for_its_log_makes_the_library_speak() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/reviewer')\n"
        "from fake_endpoint import *\n"
        f"FakeServer(ok({REPLY!r})).ask((Message(role='user', content={NOTE!r}),), api_key={KEY!r})\n"
    )
    environment = {"OPENAI_LOG": "debug", "PYTHONPATH": "."}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
