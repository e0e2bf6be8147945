"""Notes leave this machine only with consent: checked on the address itself, before any connection."""

from __future__ import annotations

import socket
from typing import Any

import httpx2
import pytest
from fake_endpoint import FakeServer, ok

from reviewer.errors import ConfigError
from reviewer.llm import Chat, Endpoint

HERE = [
    "http://localhost:8080/v1",
    "http://LOCALHOST/v1",
    "http://127.0.0.1:11434/v1",
    "http://127.9.8.7/v1/",
    "https://[::1]:8443/v1",
]
ELSEWHERE = [
    "https://api.openai.com/v1",
    "http://10.0.0.7:8000/v1",
    "http://192.168.1.2/v1",
    "http://0.0.0.0:8080/v1",
    "http://localhost.evil.test/v1",
    "http://localhost./v1",
    "http://my-host/v1",
    "http://127.0.0.1.evil.test/v1",
    "http://127.1/v1",
    "http://2130706433/v1",
    "http://0x7f000001/v1",
    "http://[::ffff:127.0.0.1]/v1",
    "http://[::ffff:10.0.0.7]/v1",
    "https://r.openai.azure.com/openai/v1",
]
UNUSABLE = [
    "",
    "localhost:8080",
    "127.0.0.1",
    "/v1",
    "ftp://127.0.0.1/v1",
    "file:///etc",
    "http://",
    "http://127.0.0.1:port/v1",
    "http://127.0.0.1:99999/v1",
    "http://[::1/v1",
    "http://user@127.0.0.1/v1",
    "http://user:secret@127.0.0.1/v1",
    "http://127.0.0.1@evil.test/v1",
    "http://127.0.0.1/v1?key=secret",
    "http://127.0.0.1/v1#secret",
    "http://127.0.0.1/\nv1",
]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **more: Any) -> None:
        pytest.fail("asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("url", HERE)
def test_this_machine_needs_no_consent(url: str) -> None:
    assert FakeServer(ok()).ask(base_url=url).content


@pytest.mark.parametrize("url", ELSEWHERE)
@pytest.mark.parametrize("consent", [None, "", "  "])
def test_another_host_is_refused_in_one_line_before_any_connection(url: str, consent: str | None) -> None:
    server = FakeServer(ok())
    with pytest.raises(ConfigError, match="REVIEWER_REMOTE_OK") as caught:
        server.chat(base_url=url, remote_ok=consent)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    assert server.requests == []


@pytest.mark.parametrize("url", ELSEWHERE)
def test_another_host_is_asked_when_the_agreement_is_named(url: str) -> None:
    server = FakeServer(ok())
    assert server.ask(base_url=url, remote_ok="BAA 2026-014").content
    assert server.requests[0].url.host == httpx2.URL(url).host


@pytest.mark.parametrize("url", UNUSABLE)
def test_an_address_that_cannot_be_used_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        FakeServer(ok()).chat(base_url=url, remote_ok="BAA")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_proxies_of_the_environment_do_not_see_what_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://proxy.test:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    here = Chat(Endpoint(base_url="http://127.0.0.1:8080/v1", model="m"))._caller._http
    there = Chat(Endpoint(base_url="http://10.0.0.7/v1", model="m", remote_ok="BAA"))._caller._http
    assert here._mounts == {}
    assert there._mounts != {}
    assert not here.follow_redirects
    assert not there.follow_redirects


def test_azure_is_asked_as_azure_wants_it() -> None:
    server = FakeServer(ok())
    place = {"base_url": "https://r.openai.azure.com", "remote_ok": "BAA", "model": "my-deployment", "api_key": "k1"}
    server.ask(api_version="2024-10-21", **place)
    asked = server.requests[0]
    assert str(asked.url) == (
        "https://r.openai.azure.com/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21"
    )
    assert asked.headers["api-key"] == "k1"
    assert "authorization" not in asked.headers
    assert "max_completion_tokens" in server.body
    with pytest.raises(ConfigError, match="OPENAI_API_VERSION"):
        server.ask(**place)
    server.ask(**{**place, "base_url": "https://r.openai.azure.com/openai/v1"})
    assert str(server.requests[-1].url) == "https://r.openai.azure.com/openai/v1/chat/completions"


def test_openai_is_told_the_limit_by_its_newer_name() -> None:
    server = FakeServer(ok())
    server.ask(base_url="https://api.openai.com/v1", remote_ok="BAA", api_key="k")
    assert "max_tokens" not in server.body
    assert server.body["max_completion_tokens"] == 4096


@pytest.mark.parametrize("key", ["a key", "key\r", "schlüssel", "a\nb"])
def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY") as caught:
        FakeServer(ok()).chat(api_key=key)
    assert key not in str(caught.value)
