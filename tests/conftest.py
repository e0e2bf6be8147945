"""No test reaches a network: for the whole suite, every way to the other end of a socket is refused."""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import socket
from collections.abc import Callable
from typing import Any

import pytest

# It tells at INFO what it records and replays, with the notes.
logging.getLogger("vcr").setLevel(logging.WARNING)

_METHODS = ("connect", "connect_ex", "sendto", "sendmsg")
_FUNCTIONS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")
_ON_LOOPBACK = ("local_model", "browser")
_LONG = ("test_accounts_openapi", "test_api_worklist", "test_outlook_brute", "test_proof_checker", "test_wheel")
refused: list[str] = []  # every try, also one whose failure somebody caught
_loopback = False


def pytest_configure() -> None:
    gc.set_threshold(20_000)  # to look for garbage at every 700 objects costs a twelfth of the time
    for name in _METHODS:
        setattr(socket.socket, name, _method(name, getattr(socket.socket, name)))
    for name in _FUNCTIONS:
        setattr(socket, name, _function(name, getattr(socket, name)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A model inside the process, and a browser, are reached through loopback: their tests may, no others."""
    global _loopback
    _loopback = any(item.get_closest_marker(name) for name in _ON_LOOPBACK)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Twice the processors: a third of the time tests wait for browsers, other processes and clocks."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors * 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """For several workers, what takes long comes early, and at places where different ones begin.

    Each begins at its part of the list, so the many short tests are left for the end, when whoever is done takes them
    from the others.
    """
    if not hasattr(config, "workerinput"):
        return
    places = {item: _place(item) for item in items}
    short = [item for item in items if places[item] is None]
    half = len(short) // 2
    first, middle = ([item for item in items if places[item] == place] for place in ("first", "middle"))
    items[:] = [*first, *short[:half], *middle, *short[half:]]


def _place(item: pytest.Item) -> str | None:
    if item.get_closest_marker("browser"):
        return "middle"
    return "first" if item.path.parent.name == "queue" or item.path.stem in _LONG else None


def pytest_collection_finish() -> None:
    """What was collected lives to the end: the garbage collector need not go through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def sockets_refused() -> list[str]:
    """What tried to reach a network during this test; empty at its start."""
    refused.clear()
    return refused


def _method(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any, **named: Any) -> Any:
        # Without an address the socket is connected already, or made by socketpair.
        inside = self.family == getattr(socket, "AF_UNIX", None)
        if not inside and not _is_loopback(_host(arguments)):
            _refuse(f"socket.{name}")
        return real(self, *arguments, **named)

    return guarded


def _function(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *arguments: Any, **named: Any) -> Any:
        if not _is_loopback(host):
            _refuse(name)
        return real(host, *arguments, **named)

    return guarded


def _host(arguments: tuple[Any, ...]) -> Any:
    addresses = [one for one in arguments if isinstance(one, tuple) and one]
    return addresses[-1][0] if addresses else None


def _is_loopback(host: Any) -> bool:
    if not _loopback or not isinstance(host, str):
        return False
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse(what: str) -> None:
    refused.append(what)
    # No ordinary exception: a client takes those for a server that is down, and tries again.
    pytest.fail(f"{what}: tests reach no network; answer with a cassette (tests/cassettes) or a fake server")
