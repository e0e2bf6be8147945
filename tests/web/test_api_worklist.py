"""The worklist for programs: the same steps, roles and refusals as on the pages; and its description holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from described import description, excused, made_up
from queued import OPEN, filled, opened, visit
from starlette.testclient import TestClient
from visitor import ADDRESS

from reviewer.ledger.checking import check
from reviewer.queue import worklist
from reviewer.queue.store.database import Store
from reviewer.web.app import create_app
from reviewer.web.options import WebOptions

AT = "/api/v1/worklist"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = filled(opened(tmp_path), visit("E1", unit="North"), visit("E2", OPEN, unit="South"))
    yield one
    one.close()


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(WebOptions(store=store)), base_url=ADDRESS) as one:
        yield one


def test_it_is_listed_and_looked_at(client: TestClient, store: Store) -> None:
    found = client.get(AT).json()
    assert (found["total"], found["states"]["extracted"]) == (2, 1)
    assert [one["encounter_id"] for one in found["encounters"]] == ["E2", "E1"]
    assert client.get(AT, params={"state": "extracted", "unit": "North"}).json()["total"] == 1
    assert client.get(AT, params={"until": "2026-13-01"}).status_code == 422
    one = client.get(f"{AT}/1").json()
    assert one["encounter"]["encounter_id"] == "E1"
    assert {line["code"] for line in one["review"]["codes"]} >= {"96413"}
    assert client.get(f"{AT}/9").status_code == 404


def test_steps_rest_on_what_was_seen(client: TestClient, store: Store) -> None:
    seen = client.get(f"{AT}/1").json()["encounter"]["revision"]
    moved = client.post(f"{AT}/1/move", json={"to": "released", "revision": seen, "comment": "clean"})
    assert moved.json()["state"] == "released"
    refused = client.post(f"{AT}/1/move", json={"to": "needs_review", "revision": seen})
    assert refused.status_code == 409
    assert "moved it to released (clean)" in refused.json()["error"]
    assert client.post(f"{AT}/1/move", json={"to": "queried", "revision": seen + 1}).status_code == 422
    given = client.post(f"{AT}/1/assign", json={"person": "Ben", "revision": seen + 1}).json()
    assert given["assigned_to"] == "Ben"
    client.post(f"{AT}/1/comment", json={"comment": "<b>looked</b>"})
    history = client.get(f"{AT}/1").json()["history"]
    assert [(one["action"], one["comment"]) for one in history] == [
        ("move", "clean"), ("assign", "Ben"), ("comment", "<b>looked</b>"),
    ]  # fmt: skip
    assert check(store).faults == []
    assert worklist.item(store, "E1").state == "released"


@pytest.fixture
def described(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    store = filled(opened(tmp_path), visit("E1"), visit("E2", OPEN))
    # Which encounters there are, and which steps they may take at this moment, is beyond a schema.
    calls = ["worklist", "encounter", "move", "assign", "comment", "review", "judge"]
    yield description(request, {"operations": [excused(calls, ["2xx", "404", "409", "422"])]}, store=store)
    store.close()


@schemathesis.pytest.from_fixture("described").parametrize()
@made_up(25)
def test_the_api_keeps_to_its_description(case: Any) -> None:
    case.call_and_validate()
