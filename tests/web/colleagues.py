"""People with accounts, for the tests of log-ins: a store with one account for each role, and visitors who log in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from laid_out import laid_out
from quick_hashes import quick_hashes
from sqlalchemy import select
from visitor import Visitor

from reviewer.accounts.roles import ROLES
from reviewer.accounts.store import add
from reviewer.queue.store.database import Store, open_store
from reviewer.queue.store.tables import ledger

PASSWORD = "correct horse battery staple"


def staffed(folder: Path) -> Store:
    """A store with an account for each role, called as the role is."""
    store = open_store(laid_out(folder / "queue.db"))
    for role in ROLES:
        add(store, role, role.title(), [role], PASSWORD, "setup")
    return store


@contextmanager
def quickly_staffed(folder: Path) -> Iterator[Store]:
    """The same as long as it is needed, with hashes that cost nothing."""
    with pytest.MonkeyPatch.context() as patch:
        quick_hashes(patch)
        store = staffed(folder)
        yield store
        store.close()


def log_in(visitor: Visitor, name: str, password: str = PASSWORD, **more: str) -> httpx2.Response:
    """The answer to name and password typed into the form; redirects are followed."""
    page = visitor.client.get("/login").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"csrf_token": token[1], "login": name, "password": password, **more}
    answer = visitor.client.post("/login", data=form, headers=visitor.headers)
    visitor._remember(answer.text)
    return answer


def recorded(store: Store) -> list[tuple[str, dict[str, Any]]]:
    """Kind and body of every entry of the ledger, oldest first."""
    with store.reading() as connection:
        rows = connection.execute(select(ledger.c.kind, ledger.c.body).order_by(ledger.c.seq)).all()
    return [(row.kind, json.loads(row.body)) for row in rows]
