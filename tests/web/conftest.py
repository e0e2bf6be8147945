"""Applications for the tests of the pages, and visitors of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import queued
from chromium import chromium
from starlette.testclient import TestClient
from visitor import ADDRESS, Visit, Visitor

from reviewer.queue.store.database import Store
from reviewer.web.app import create_app
from reviewer.web.options import WebOptions


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser, where a test asks for one."""
    with chromium() as one:
        yield one


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty queue."""
    one = queued.opened(tmp_path)
    yield one
    one.close()


@pytest.fixture
def visit() -> Iterator[Visit]:
    """A visitor of an application with the given options; each call is another application."""
    opened: list[TestClient] = []

    def make(**options: Any) -> Visitor:
        client = TestClient(create_app(WebOptions(**options)), base_url=ADDRESS, follow_redirects=True)
        client.__enter__()
        opened.append(client)
        return Visitor(client)

    yield make
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture(scope="module")
def shared() -> Iterator[Callable[[], Visitor]]:
    """New visitors of one application, for tests that only look."""
    with TestClient(create_app(WebOptions()), base_url=ADDRESS) as client:

        def make() -> Visitor:
            client.cookies.clear()
            return Visitor(client)

        yield make
