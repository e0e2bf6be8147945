"""What stands before every page: hosts, origins, tokens, sizes, rates, headers, and a log that tells nothing."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.requests import Request
from visitor import NOTE, Visit, Visitor

from reviewer.queue.store.database import open_store
from reviewer.queue.store.tables import ledger
from reviewer.web.app import create_app
from reviewer.web.guards import Rates
from reviewer.web.options import WebOptions
from reviewer.web.people import SingleUser, User
from reviewer.web.sessions import Sessions

CHANGING = (
    "/review",
    "/close",
    "/correct",
    "/correct/form",
    "/correct/new",
    "/correct/strike",
    "/correct/added",
    "/correct/struck",
    "/correct/pause/form",
    "/correct/pause",
    "/correct/site",
    "/undo",
    "/model",
    "/model/use",
    "/model/cancel",
    "/download",
    "/facts",
    "/rules/ask",
    "/query",
    "/query/lint",
    "/query/export",
    "/billed",
    "/billed/of",
)


def test_every_answer_has_a_strict_policy_and_is_not_stored(visit: Visit) -> None:
    visitor = visit()
    for answer in (visitor.get("/"), visitor.get("/nowhere"), visitor.get("/api/v1/rules"), visitor.review()):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_no_page_holds_inline_script_or_style(visit: Visit) -> None:
    visitor = visit()
    pages = [
        visitor.review().text,
        *(visitor.get(at).text for at in ("/facts", "/query", "/billed", "/rules", "/rules/96413")),
    ]
    for page in pages:
        assert not re.search(r"<script(?![^>]* src=)", page)
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|hx-on", page)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visit: Visit) -> None:
    cookie = visit().get("/").headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[::2]:8000", ""])
def test_another_name_for_this_machine_is_refused(visit: Visit, host: str) -> None:
    visitor = visit()
    visitor.headers = {"host": host}
    assert visitor.get("/").status_code == 421
    assert visitor.get("/api/v1/rules").json().keys() == {"error"}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://localhost:8000"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
    ],
)
def test_what_comes_from_another_site_is_refused_even_with_a_token(visit: Visit, headers: dict[str, str]) -> None:
    visitor = visit()
    visitor.review()
    visitor.headers = headers
    assert visitor.review().status_code == 403
    assert visitor.client.post("/api/v1/ask", json={"question": "96413"}, headers=headers).status_code == 403


def test_what_changes_something_needs_the_token_of_its_session(visit: Visit) -> None:
    visitor, other = visit(), visit()
    visitor.review()
    other.get("/")
    for path in CHANGING:
        for token in ("", "wrong", other.token):
            form = {"csrf_token": token, "work": visitor.work, "kind": "nursing", "text": NOTE}
            assert visitor.client.post(path, data=form).status_code == 403, path


def test_no_route_that_changes_something_is_left_out_of_these_tests() -> None:
    paths = {
        route.path
        for group in create_app().routes
        for route in getattr(getattr(group, "original_router", None), "routes", [group])
        if "POST" in (getattr(route, "methods", None) or ()) and not route.path.startswith("/api/")
    }
    assert paths == set(CHANGING)


def test_another_session_cannot_name_an_encounter_of_this_one(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    other = Visitor(visitor.client)
    visitor.client.cookies.clear()
    other.get("/")
    other.work = visitor.work
    assert other.post("/download", format="json").status_code == 410


def test_pages_of_one_person_are_never_those_of_another_in_one_browser(visit: Visit) -> None:
    class Two(SingleUser):
        name = "ada"

        def of(self, request: Request) -> User:
            return User(id=self.name, name=self.name.title(), roles=frozenset({"specialist"}))

    people = Two()
    visitor = visit(people=people)
    assert "Ada" in visitor.review().text
    people.name = "ben"
    assert visitor.review().status_code == 403
    page = visitor.get("/").text
    assert "Ben" in page
    assert "Paclitaxel" not in page


def test_what_is_seen_and_changed_is_in_the_ledger_without_its_words(visit: Visit, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'queue.db'}")
    visitor = visit(store=store)
    visitor.review()
    visitor.correct("administrations.a1.stop", "11:10")
    visitor.post("/download", format="json")
    with store.reading() as connection:
        rows = connection.execute(select(ledger.c.kind, ledger.c.body).order_by(ledger.c.seq)).all()
    store.close()
    assert [row.kind for row in rows] == ["web_review", "web_correct", "web_download"]
    assert all('"user":"local"' in row.body for row in rows)
    assert "aclitaxel" not in str(rows)
    assert "Ada" not in str(rows)


def test_more_than_is_read_at_once_is_refused_in_one_line(visit: Visit) -> None:
    visitor = visit()
    answer = visitor.review("x" * 5_000_000)
    assert answer.status_code == 413
    assert answer.text == "more was sent than is read at once (3 MB)\n"
    assert visitor.client.post("/api/v1/ask", content=b"x" * 5_000_000).json().keys() == {"error"}


def test_a_body_that_does_not_tell_its_length_is_counted(visit: Visit) -> None:
    visitor = visit(most_bytes=1_000_000)
    visitor.get("/")
    headers = {"content-type": "application/x-www-form-urlencoded", "x-csrf-token": visitor.token}
    answer = visitor.client.post("/review", content=(b"x" * 100_000 for _ in range(50)), headers=headers)
    assert answer.status_code == 413
    api = visitor.client.post(
        "/api/v1/ask", content=(b"x" * 100_000 for _ in range(50)), headers={"content-type": "application/json"}
    )
    assert api.status_code == 413


def test_too_many_requests_of_one_client_wait(visit: Visit) -> None:
    visitor = visit(requests_a_minute=1, burst=3)
    assert [visitor.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_bucket_refills_and_one_client_does_not_empty_that_of_another() -> None:
    rates = Rates(each_second=1, burst=2)
    assert [rates.allow("a", 0), rates.allow("a", 0), rates.allow("a", 0)] == [True, True, False]
    assert rates.allow("b", 0)
    assert rates.allow("a", 1.5)
    assert not rates.allow("a", 1.6)


def test_a_session_ends_when_idle_and_at_its_time() -> None:
    now = [0.0]
    sessions = Sessions(WebOptions(idle_seconds=10, session_seconds=100), clock=lambda: now[0])
    token = sessions.begin().token
    for now[0] in range(5, 95, 9):
        assert sessions.find(token) is not None
    now[0] = 101
    assert sessions.find(token) is None
    idle = sessions.begin().token
    now[0] = 112
    assert sessions.find(idle) is None


def test_only_so_many_sessions_are_open() -> None:
    sessions = Sessions(WebOptions(most_sessions=3), clock=lambda: 0.0)
    tokens = [sessions.begin().token for _ in range(5)]
    assert [sessions.find(token) is not None for token in tokens] == [False, False, True, True, True]


def test_the_log_tells_the_page_and_nothing_of_what_was_asked(visit: Visit, caplog: pytest.LogCaptureFixture) -> None:
    visitor = visit()
    with caplog.at_level(logging.INFO):
        visitor.review()
        visitor.get("/rules/Paclitaxel-for-Jane?note=Paclitaxel")
        visitor.get("/Paclitaxel")
    told = "\n".join(one.getMessage() for one in caplog.records if one.name == "reviewer.web")
    assert "POST /review 200" in told
    assert "/rules/{name} 404" in told
    assert "aclitaxel" not in told


def test_a_defect_tells_where_and_never_what(
    visit: Visit, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Jane Doe")

    monkeypatch.setattr("reviewer.web.pages_review.reviewed", broken)
    answer = visit().review()
    assert answer.status_code == 500
    assert "something broke" in answer.text
    assert "RuntimeError in " in caplog.text
    assert "Jane" not in caplog.text + answer.text


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/page.css", "/static/%2e%2e%2fapp.py", "/static/"])
def test_only_files_for_the_browser_are_served(visit: Visit, path: str) -> None:
    assert visit().get(path).status_code == 404


def test_the_first_page_is_light(visit: Visit) -> None:
    visitor = visit()
    page = visitor.get("/")
    files = [visitor.get(name) for name in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))]
    assert len(files) == 4
    assert all("immutable" in file.headers["cache-control"] for file in files)
    assert sum(len(answer.content) for answer in (page, *files)) < 150_000


def test_files_are_packed_where_the_browser_can_unpack_them(visit: Visit) -> None:
    visitor = visit()
    name = re.search(r'src="(/static/htmx[^"]+)"', visitor.get("/").text)
    assert name is not None
    plain = visitor.client.get(name[1], headers={"accept-encoding": "identity"})
    packed = visitor.client.get(name[1], headers={"accept-encoding": "gzip"})
    assert plain.content == packed.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "accept-encoding")
    # A page holds a secret beside what others may have typed: packed, its length would tell of it.
    assert "content-encoding" not in visitor.client.get("/").headers


def test_a_page_that_is_not_there_still_has_the_menu_where_nobody_logs_in(visit: Visit) -> None:
    page = visit().get("/nowhere")
    assert page.status_code == 404
    assert 'href="/worklist"' in page.text
