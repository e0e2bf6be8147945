"""One owner of retries: what is tried again, how often, and how long it waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any

import httpx2
import pytest
from fake_endpoint import FakeServer, error, ok

from reviewer.errors import CompletionError, EndpointError
from reviewer.llm import calling

PASSING = [
    error(408),
    error(409),
    error(429),
    error(500),
    error(503),
    error(529),
    httpx2.ConnectError("refused"),
    httpx2.ReadError("reset"),
    httpx2.ConnectTimeout("slow"),
    httpx2.ReadTimeout("slow"),
]
FINAL = [
    (error(400), "run reviewer doctor"),
    (error(401), "OPENAI_API_KEY"),
    (error(402), "quota"),
    (error(403), "OPENAI_API_KEY"),
    (error(404), "OPENAI_BASE_URL"),
    (error(413), "context size"),
    (error(418), "reviewer doctor"),
    (error(422), "run reviewer doctor"),
    (error(429, "You exceeded your quota", code="insufficient_quota"), "quota"),
    (error(429, "no money", type="insufficient_quota"), "quota"),
    (error(429, headers={"retry-after": "121"}), "too many requests"),
    (error(503, headers={"retry-after": "inf"}), "the server failed"),
    (error(503, headers={"x-should-retry": "false"}), "the server failed"),
    (httpx2.Response(307, headers={"location": "http://elsewhere.test/v1"}), "redirects"),
    (httpx2.Response(200, text="<html>hello</html>"), "no chat completion"),
    (httpx2.Response(200, text='{"id": "cut', headers={"content-type": "application/json"}), "no chat completion"),
    (httpx2.Response(200, json=["a list"]), "no chat completion"),
    (httpx2.Response(200, json="a word"), "no chat completion"),
    (httpx2.Response(200, json=None), "no chat completion"),
    (httpx2.Response(204), "no chat completion"),
]


def _told(answer: Any) -> str:
    return f"{answer.status_code}" if isinstance(answer, httpx2.Response) else type(answer).__name__


@pytest.mark.parametrize("trouble", PASSING, ids=_told)
def test_what_may_pass_is_tried_again_and_counted(trouble: Any) -> None:
    server = FakeServer(trouble, trouble, ok())
    done = server.ask()
    assert (len(server.requests), done.attempts, done.usage.calls, len(server.waits)) == (3, 3, 3, 2)
    assert {request.headers["x-stainless-retry-count"] for request in server.requests} == {"0"}


@pytest.mark.parametrize("trouble", PASSING, ids=_told)
@pytest.mark.parametrize("attempts", [1, 4])
def test_as_many_requests_as_configured_and_no_more(trouble: Any, attempts: int) -> None:
    server = FakeServer(trouble)
    with pytest.raises(EndpointError) as caught:
        server.ask(attempts=attempts)
    assert (len(server.requests), len(server.waits)) == (attempts, attempts - 1)
    assert caught.value.exit_code == 3
    assert ("4 attempts" in str(caught.value)) == (attempts == 4)
    assert "127.0.0.1:8080" in str(caught.value)


@pytest.mark.parametrize(("trouble", "hint"), FINAL)
def test_what_cannot_pass_is_asked_once(trouble: httpx2.Response, hint: str) -> None:
    server = FakeServer(trouble)
    with pytest.raises(EndpointError, match=hint) as caught:
        server.ask()
    assert (len(server.requests), server.waits) == (1, [])
    assert "\n" not in str(caught.value)
    assert caught.value.__context__ is None  # it would hold the request, and so the notes


@pytest.mark.parametrize("answer", [ok("", finish="length"), ok(finish="content_filter"), ok(None), ok(finish="odd")])
def test_an_unusable_reply_is_not_asked_for_again(answer: httpx2.Response) -> None:
    server = FakeServer(answer)
    with pytest.raises(CompletionError):
        server.ask()
    assert len(server.requests) == 1


def test_waits_grow_with_jitter_and_are_bounded() -> None:
    server = FakeServer(error(500))
    with pytest.raises(EndpointError):
        server.ask(attempts=8)
    for wait, usual in zip(server.waits, [0.5, 1, 2, 4, 8, 8, 8], strict=True):
        assert usual <= wait <= usual * 1.25
    other = FakeServer(error(500))
    with pytest.raises(EndpointError):
        other.ask(attempts=8)
    assert other.waits != server.waits


@pytest.mark.parametrize(
    ("headers", "least"),
    [
        ({"retry-after": "20"}, 20),
        ({"retry-after": "120"}, 120),
        ({"retry-after-ms": "1500", "retry-after": "20"}, 1.5),
        ({"retry-after": "0"}, 0.5),
        ({"retry-after": "-5"}, 0.5),
        ({"retry-after": "nan"}, 0.5),
        ({"retry-after": "soon"}, 0.5),
    ],
)
def test_retry_after_in_seconds_is_obeyed(headers: dict[str, str], least: float) -> None:
    server = FakeServer(error(429, headers=headers), ok())
    assert server.ask().attempts == 2
    assert least <= server.waits[0] <= least + 0.125


def test_retry_after_as_a_date_is_obeyed() -> None:
    server = FakeServer(error(503, headers={"retry-after": formatdate(time.time() + 30, usegmt=True)}), ok())
    assert server.ask().attempts == 2
    assert 25 < server.waits[0] < 31
    past = FakeServer(error(503, headers={"retry-after": formatdate(time.time() - 30, usegmt=True)}), ok())
    assert past.ask().attempts == 2
    assert 0.5 <= past.waits[0] <= 0.625
    far = FakeServer(error(503, headers={"retry-after": formatdate(time.time() + 900, usegmt=True)}), ok())
    with pytest.raises(EndpointError):
        far.ask()
    assert len(far.requests) == 1


def test_the_total_time_ends_it_before_a_wait_that_would_pass_it() -> None:
    server = FakeServer(error(429, headers={"retry-after": "20"}))
    with pytest.raises(EndpointError):
        server.ask(total_seconds=19)
    assert (len(server.requests), server.waits) == (1, [])


def test_no_request_may_read_past_the_total_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(calling.time, "monotonic", lambda: now)

    def slow(request: httpx2.Request) -> httpx2.Response:
        nonlocal now
        now += request.extensions["timeout"]["read"]
        raise httpx2.ReadTimeout("slow", request=request)

    server = FakeServer(slow)
    with pytest.raises(EndpointError, match="REVIEWER_READ_TIMEOUT"):
        server.ask(read_timeout=100, total_seconds=250)
    reads = [request.extensions["timeout"]["read"] for request in server.requests]
    assert reads == [100, 100, 50]
    assert {request.extensions["timeout"]["connect"] for request in server.requests} == {5.0}


def test_a_redirect_is_not_followed_even_by_a_client_that_would() -> None:
    asked: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        return httpx2.Response(308, headers={"location": "http://elsewhere.test/v1/chat/completions"})

    server = FakeServer()
    chat = calling.Caller(
        server.chat().endpoint,
        server.chat().address,
        http_client=httpx2.Client(transport=httpx2.MockTransport(handle), follow_redirects=True),
        sleep=server.waits.append,
    )
    with pytest.raises(EndpointError, match="redirect"):
        chat.send({"model": "m", "messages": []})
    assert asked == ["127.0.0.1"]


class Dripping(httpx2.SyncByteStream):
    """A reply that never ends: one byte, and then the next, each well within the timeout of a read."""

    def __init__(self) -> None:
        self.sent = 0
        self.stopped = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        while not self.stopped.wait(0.02):
            self.sent += 1
            yield b" "


def test_a_server_that_drips_is_given_up_after_the_total_time() -> None:
    drip = Dripping()
    server = FakeServer(lambda _: httpx2.Response(200, stream=drip))
    began = time.monotonic()
    with pytest.raises(EndpointError, match=r"no whole reply within 0\.3 s: use a faster model or server"):
        server.ask(read_timeout=60, total_seconds=0.3)
    drip.stopped.set()
    assert time.monotonic() - began < 30
    assert drip.sent > 1
    assert len(server.requests) == 1


def test_a_server_that_never_begins_to_answer_is_given_up_as_well() -> None:
    ended = threading.Event()

    def hang(_: httpx2.Request) -> httpx2.Response:
        ended.wait(30)
        return httpx2.Response(500)

    with pytest.raises(EndpointError, match=r"no whole reply within 0\.3 s"):
        FakeServer(hang).ask(read_timeout=60, total_seconds=0.3)
    ended.set()
