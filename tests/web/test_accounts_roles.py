"""Every route for every role: a route without a rule fails here, and so does one that lets in whom it should not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from colleagues import log_in, quickly_staffed
from fastapi.routing import APIRoute
from starlette.testclient import TestClient
from visitor import ADDRESS, Visitor

from reviewer.accounts import tokens
from reviewer.accounts.roles import GRANTS, ROLES
from reviewer.queue.store.database import Store
from reviewer.web.accounts import Accounts
from reviewer.web.app import create_app
from reviewer.web.options import WebOptions

PUBLIC = {
    ("GET", "/static/{name}"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/provider"),
    ("GET", "/login/callback"),
}
"""What is reached before anybody is known, and shows nothing of anybody."""


def routes(app: Any) -> list[tuple[str, str, Any]]:
    """Method, path and route of everything that is served."""
    found = []
    for group in app.routes:
        inner = getattr(getattr(group, "original_router", None), "routes", [group])
        for route in inner:
            for method in sorted((getattr(route, "methods", None) or {"GET"}) - {"HEAD"}):
                found.append((method, route.path, route))
    return found


def permissions(route: Any) -> set[str]:
    """What a route asks for, wherever in its dependencies that stands."""
    if not isinstance(route, APIRoute):
        return set()
    waiting, found = [route.dependant], set()
    while waiting:
        one = waiting.pop()
        waiting += one.dependencies
        asked = getattr(one.call, "permission", None)
        found |= {asked} if asked else set()
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with quickly_staffed(tmp_path_factory.mktemp("roles")) as staffed:
        yield staffed


@pytest.fixture(scope="module")
def app(store: Store) -> Any:
    return create_app(
        WebOptions(people=Accounts(store), store=store, requests_a_minute=10**6, burst=10**6, most_bytes=100_000)
    )


def test_every_route_names_one_permission_or_is_public(app: Any) -> None:
    found = routes(app)
    assert len(found) > 40
    assert {(method, path) for method, path, route in found if not permissions(route)} == PUBLIC
    assert not [path for _, path, route in found if len(permissions(route)) > 1]


def test_without_accounts_every_route_names_one_too(tmp_path: Path) -> None:
    for path, route in [(path, route) for _, path, route in routes(create_app(WebOptions()))]:
        assert len(permissions(route)) == 1 or ("GET", path) in PUBLIC


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_the_table_says_and_nothing_else(app: Any, store: Store, role: str) -> None:
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        visitor = Visitor(client)
        log_in(visitor, role)
        visitor.token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)[1]  # type: ignore[index]
        bearer = {"authorization": f"Bearer {tokens.make(store, role, 'all routes', 1, role)}"}
        wrong = []
        for method, path, route in routes(app):
            asked = permissions(route)
            if not asked or path in ("/logout", "/account/elsewhere"):
                continue
            where = re.sub(r"\{[^}]+\}", "1", path)
            headers = bearer if path.startswith("/api/") else {}
            if method == "POST" and path.startswith("/api/"):
                answer = client.post(where, json={}, headers=headers)
            elif method == "POST":
                answer = client.post(where, data={"csrf_token": visitor.token})
            else:
                answer = client.request(method, where, headers=headers)
            let_in = answer.status_code not in (401, 403)
            if let_in != (asked <= GRANTS[role]) or answer.status_code >= 500:  # type: ignore[operator]
                wrong.append((method, path, asked, answer.status_code))
        assert wrong == []
        assert client.post("/logout", data={"csrf_token": visitor.token}).status_code == 303


def test_nobody_is_let_in_anywhere_without_a_log_in(app: Any) -> None:
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        for method, path, route in routes(app):
            if not permissions(route):
                continue
            where = re.sub(r"\{[^}]+\}", "1", path)
            answer = client.request(method, where, **({"json": {}} if path.startswith("/api/") else {}))
            expected = 303 if method == "GET" and not path.startswith("/api/") else 401
            assert answer.status_code == expected, (method, path)
            if expected == 303:
                assert answer.headers["location"].startswith("/login")


def test_what_changes_something_needs_the_token_of_its_session(app: Any) -> None:
    with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
        for role in ROLES:
            log_in(Visitor(client), role)
            for method, path, route in routes(app):
                if method == "POST" and permissions(route) and not path.startswith("/api/"):
                    where = re.sub(r"\{[^}]+\}", "1", path)
                    assert client.post(where, data={"csrf_token": "wrong"}).status_code == 403, path


def test_the_table_in_the_documents_is_the_one_that_holds() -> None:
    text = (Path(__file__).parents[2] / "docs" / "web.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    head = next(place for place, row in enumerate(rows) if row[1:3] == ["enter", "look"])
    told = {row[0]: {rows[head][at] for at, cell in enumerate(row) if cell == "yes"} for row in rows[head + 2 :][:5]}
    assert told == {role: set(GRANTS[role]) for role in ROLES}
