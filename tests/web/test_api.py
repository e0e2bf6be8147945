"""The JSON API: the same answers as the command line, strict about what it takes, silent about what it was sent."""

from __future__ import annotations

from typing import Any

import pytest
from visitor import NOTE, Visit

from reviewer.notes.note import Note
from reviewer.pipeline import review
from reviewer.report import render
from reviewer.verify.seal import sealed
from reviewer.web.reviewing import rulebook

SENT = {"notes": [{"id": "nursing", "text": NOTE}]}


def test_a_review_is_the_one_of_the_command_line(visit: Visit) -> None:
    answer = visit().client.post("/api/v1/review", json=SENT)
    same = review((Note(id="nursing", text=NOTE),), rulebook=rulebook())
    assert answer.text == render(sealed(same, None), "json")
    assert "set-cookie" not in answer.headers


def test_facts_are_judged(visit: Visit) -> None:
    facts = {
        "encounter": {"date_of_service": "2026-03-14", "setting": "facility"},
        "administrations": [
            {"id": "a", "drug": "paclitaxel", "dose": "300 mg", "route": "intravenous", "technique": "infusion",
             "start": "09:10", "stop": "12:14", "status": "given"}
        ],
    }  # fmt: skip
    made = visit().client.post("/api/v1/judge", json={"facts": facts}).json()
    assert {line["code"]: line["units"] for line in made["codes"]} == {"96413": 1, "96415": 2, "J9267": 300}


def test_records_questions_and_queries(visit: Visit) -> None:
    client = visit().client
    assert {one["id"] for one in client.get("/api/v1/rules").json()["records"]} >= {"96413", "infusion.additional-hour"}
    assert client.get("/api/v1/rules/96415").json()["kind"] == "code"
    assert client.get("/api/v1/rules/none").status_code == 404
    assert client.post("/api/v1/ask", json={"question": "when is 96415 reported?"}).json()["answered"] is True
    assert client.post("/api/v1/query/lint", json={"text": "You should add a stop time so we can bill."}).json()[
        "problems"
    ]


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("review", {"notes": []}, 422),
        ("review", {"notes": [{"id": "a", "text": "x"}, {"id": "a", "text": "y"}]}, 422),
        ("review", {**SENT, "policy": "none"}, 422),
        ("review", {**SENT, "setting": "Jane Doe"}, 422),
        ("review", {**SENT, "Jane Doe": 1}, 422),
        ("review", {"notes": [{"id": "a", "text": "x", "Jane Doe": 1}]}, 422),
        ("judge", {"facts": {"Jane Doe": 1}}, 422),
        ("judge", {"facts": {"administrations": [{"id": "a", "start": "Jane Doe"}]}}, 422),
        ("ask", {"question": ""}, 422),
    ],
)
def test_what_does_not_fit_is_refused_without_repeating_it(visit: Visit, path: str, sent: Any, status: int) -> None:
    answer = visit().client.post(f"/api/v1/{path}", json=sent)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert "Jane" not in answer.text


def test_only_json_is_read(visit: Visit) -> None:
    client = visit().client
    assert client.post("/api/v1/ask", data={"question": "96413"}).status_code == 415
    broken = client.post("/api/v1/ask", content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 400
    assert broken.json() == {"error": "the body is not valid JSON"}


def test_every_call_says_how_it_refuses(visit: Visit) -> None:
    described = visit().client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/v1/review", "/api/v1/judge", "/api/v1/rules", "/api/v1/rules/{name}", "/api/v1/ask", "/api/v1/query/lint",
    }  # fmt: skip
    for path in described["paths"].values():
        for call in path.values():
            assert {"400", "403", "413", "415", "421", "422", "429"} <= set(call["responses"])
