"""Logging in and out: sessions, their ends, what is held meanwhile, what the ledger says, credentials of the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from colleagues import PASSWORD, log_in, quickly_staffed, recorded
from sqlalchemy import text
from visitor import ADDRESS, NOTE, Visit, Visitor, plain

from reviewer.accounts import passwords, tokens
from reviewer.accounts import store as accounts
from reviewer.accounts.signing_in import FREE_TRIES
from reviewer.ledger.checking import check
from reviewer.queue.store.database import Store
from reviewer.web.accounts import Accounts
from reviewer.web.pages_login import LOCKED, WRONG
from reviewer.web.sessions import COOKIE

NEW = "another long password, typed twice"
Site = Callable[..., Visitor]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with quickly_staffed(tmp_path) as staffed:
        yield staffed


@pytest.fixture
def site(visit: Visit, store: Store) -> Site:
    """A visitor of a site with accounts, who has not logged in."""
    return lambda **options: visit(people=Accounts(store), store=store, **options)


def another(visitor: Visitor) -> Visitor:
    """Another browser at the same site."""
    from starlette.testclient import TestClient

    return Visitor(TestClient(visitor.client.app, base_url=ADDRESS, follow_redirects=True))


def sessions(visitor: Visitor) -> Any:
    return visitor.client.app.state.web.sessions  # type: ignore[attr-defined]


def passing(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the sessions, to be moved by hand."""
    now = [1000.0]
    monkeypatch.setattr(sessions(visitor), "clock", lambda: now[0])
    return now


def test_nobody_sees_anything_before_logging_in(site: Site) -> None:
    visitor = site()
    for path in ("/", "/facts", "/rules", "/rules/96413", "/query", "/people", "/ledger", "/account"):
        answer = visitor.client.get(path, follow_redirects=False)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/login"), path
    assert "Log-in name" in visitor.get("/").text
    assert COOKIE not in visitor.client.cookies
    assert visitor.client.post("/review", data={"text": NOTE}).status_code == 401


def test_a_password_opens_the_site_and_leads_where_one_wanted_to_go(site: Site) -> None:
    visitor = site()
    assert 'name="next" value="/rules/96413"' in visitor.get("/rules/96413").text
    answer = log_in(visitor, " Specialist ", next="/rules/96413")
    assert answer.status_code == 200
    assert answer.url.path == "/rules/96413"
    assert "Specialist" in answer.text
    assert "96413" in visitor.review().text


@pytest.mark.parametrize(
    "after",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/login",
        "/rules?x=1",
        "javascript:alert(1)",
        "/%0d",
    ],
)
def test_a_log_in_leads_nowhere_else(site: Site, after: str) -> None:
    answer = log_in(site(), "specialist", next=after)
    assert (answer.status_code, answer.url.path, answer.url.host) == (200, "/", "localhost")


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[Any] = []
    real = passwords.fits
    monkeypatch.setattr(passwords, "fits", lambda *given: hashes.append(given) or real(*given))
    visitor = site()

    def seen(name: str) -> list[tuple[int, str]]:
        found = []
        for _ in range(FREE_TRIES + 1):
            answer = log_in(another(visitor), name, "a wrong password of some length")
            found.append((answer.status_code, re.sub(r'value="\w{64}"', "", answer.text)))
        return found

    known = seen("reader")
    assert known == seen("nobody")
    assert [status for status, _ in known] == [401] * FREE_TRIES + [429]
    assert WRONG in known[0][1]
    assert LOCKED in known[-1][1]
    assert len(hashes) == 2 * FREE_TRIES
    assert log_in(another(visitor), "specialist").status_code == 200


def test_the_form_of_a_log_in_needs_its_own_token(site: Site) -> None:
    visitor = site()
    visitor.get("/login")
    form = {"login": "specialist", "password": PASSWORD}
    for token in ("", "wrong", "0" * 64):
        assert visitor.client.post("/login", data={**form, "csrf_token": token}).status_code == 403
    page = visitor.client.get("/login").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]
    elsewhere = another(visitor)
    assert elsewhere.client.post("/login", data={**form, "csrf_token": token}).status_code == 403
    crossed = visitor.client.post(
        "/login", data={**form, "csrf_token": token}, headers={"origin": "http://evil.example"}
    )
    assert crossed.status_code == 403
    assert COOKIE not in visitor.client.cookies


def test_each_log_in_is_a_new_session_and_the_old_token_is_worth_nothing(site: Site) -> None:
    visitor = site()
    log_in(visitor, "specialist")
    first = visitor.client.cookies[COOKIE]
    visitor.review()
    log_in(visitor, "specialist")
    second = visitor.client.cookies[COOKIE]
    assert first != second
    assert "Paclitaxel" in visitor.get("/").text, "their own encounter went along"
    thief = another(visitor)
    thief.client.cookies.set(COOKIE, first)
    assert "Log-in name" in thief.get("/").text


def test_a_session_that_was_planted_is_not_the_one_that_is_logged_in(site: Site) -> None:
    visitor = site()
    visitor.client.cookies.set(COOKIE, "planted")
    log_in(visitor, "specialist")
    assert sessions(visitor).find("planted") is None


def test_logging_out_forgets_everything(site: Site, store: Store) -> None:
    visitor = site()
    log_in(visitor, "specialist")
    visitor.review()
    old = visitor.client.cookies[COOKIE]
    answer = visitor.post("/logout")
    assert "You are logged out" in answer.text
    assert COOKIE not in visitor.client.cookies
    assert sessions(visitor).find(old) is None
    log_in(visitor, "specialist")
    assert "Paclitaxel" not in visitor.get("/").text
    assert [kind for kind, _ in recorded(store)][-4:] == ["login", "web_review", "logout", "login"]


def test_after_a_time_out_nothing_is_lost_for_the_same_person(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site(idle_seconds=600)
    now = passing(visitor, monkeypatch)
    log_in(visitor, "specialist")
    page = visitor.review().text
    assert "logged out after 10 minutes without use" in plain(page)
    now[0] += 601
    late = visitor.correct("administrations.a1.stop", "11:10")
    assert late.status_code == 401
    assert "nothing was done for a while" in late.text
    assert 'href="/login"' in late.text
    typed_in = visitor.token
    visitor.get("/")
    assert "Your encounters are held" in visitor.get("/login").text
    log_in(visitor, "specialist")
    visitor.token = typed_in
    again = visitor.correct("administrations.a1.stop", "11:10")
    assert again.status_code == 200, "the page that was open meanwhile goes on"
    assert "11:10" in again.text


def test_after_a_time_out_nobody_else_finds_anything(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site(idle_seconds=600)
    now = passing(visitor, monkeypatch)
    log_in(visitor, "specialist")
    visitor.review()
    work, token = visitor.work, visitor.token
    now[0] += 601
    log_in(visitor, "lead")
    assert "Paclitaxel" not in visitor.get("/").text
    visitor.work, visitor.token = work, token
    assert visitor.post("/download", format="json").status_code == 403
    visitor.get("/")
    assert visitor.post("/download", format="json", work=work).status_code == 410


def test_what_is_held_after_a_time_out_goes_at_log_out_and_after_the_longest_session(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = site(idle_seconds=600, session_seconds=7200)
    now = passing(visitor, monkeypatch)
    log_in(visitor, "specialist")
    visitor.review()
    now[0] += 601
    other = another(visitor)
    log_in(other, "specialist")
    assert "Paclitaxel" in other.get("/").text, "on another machine too"
    now[0] += 601
    log_in(other, "specialist")
    other.post("/logout")
    log_in(other, "specialist")
    assert "Paclitaxel" not in other.get("/").text
    other.review()
    now[0] += 7201
    log_in(other, "specialist")
    assert "Paclitaxel" not in other.get("/").text


def test_a_session_ends_at_its_time_however_busy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site(idle_seconds=600, session_seconds=3600)
    now = passing(visitor, monkeypatch)
    log_in(visitor, "specialist")
    for _ in range(7):
        now[0] += 500
        assert "Log out" in visitor.get("/").text
    now[0] += 500
    assert "Log-in name" in visitor.get("/").text


def test_staying_is_use_and_asking_how_long_is_none(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site(idle_seconds=600, session_seconds=2400)
    now = passing(visitor, monkeypatch)
    log_in(visitor, "specialist")
    for _ in range(2):
        now[0] += 590
        assert visitor.client.get("/account/left").json() == {"seconds": 10, "longer": True}
        assert visitor.client.get("/account/stay").status_code == 204
        assert visitor.client.get("/account/left").json()["seconds"] == 600
    now[0] += 500
    visitor.client.get("/account/stay")
    now[0] += 500
    visitor.client.get("/account/stay")
    assert visitor.client.get("/account/left").json() == {"seconds": 220, "longer": False}
    now[0] += 221
    for path in ("/account/stay", "/account/left"):
        assert visitor.client.get(path, follow_redirects=False).status_code == 303


def test_what_a_page_asks_by_itself_keeps_no_session(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site(idle_seconds=600)
    now = passing(visitor, monkeypatch)
    log_in(visitor, "specialist")
    visitor.review()
    for _ in range(3):
        now[0] += 199
        assert visitor.post("/model", in_place=True).status_code == 404, "no model reads, and that is told"
    now[0] += 4
    assert visitor.post("/model", in_place=True).status_code == 401


def test_many_log_ins_from_one_address_wait(site: Site) -> None:
    visitor = site()
    statuses = [log_in(another(visitor), f"n{number}").status_code for number in range(25)]
    assert statuses[:20] == [401] * 20
    assert statuses[-1] == 429


def test_visitors_who_do_not_log_in_take_no_session_from_those_who_did(site: Site) -> None:
    visitor = site(most_sessions=5)
    log_in(visitor, "specialist")
    for _ in range(20):
        another(visitor).get("/login")
    assert "Log out" in visitor.get("/").text


def test_cookies_go_over_https_alone_where_others_could_listen(site: Site) -> None:
    visitor = site(secure_cookie=True, url="https://localhost:8000")
    visitor.client.base_url = "https://localhost:8000"  # type: ignore[assignment]
    visitor.client.get("/login")
    answer = log_in(visitor, "specialist")
    sent = answer.history[0].headers.get_list("set-cookie")
    assert sent
    assert all("secure" in one.lower() and "httponly" in one.lower() for one in sent if "max-age=0" not in one.lower())
    assert "max-age=" in answer.headers["strict-transport-security"]
    assert "did not come over https" not in another(visitor).get("/login").text, "the proxy's address is https"
    assert "did not come over https" in site(secure_cookie=True).get("/login").text


def test_who_is_shut_out_or_gets_other_roles_feels_it_at_once(site: Site, store: Store) -> None:
    visitor = site()
    log_in(visitor, "specialist")
    visitor.review()
    accounts.give_roles(store, "specialist", ["reader"], "admin")
    answer = visitor.review()
    assert answer.status_code == 403
    assert "it takes the role specialist or lead" in answer.text
    accounts.disable(store, "specialist", "admin")
    assert visitor.review().status_code == 401
    accounts.disable(store, "specialist", "admin", disabled=False)
    assert visitor.review().status_code == 401


def test_a_password_of_somebody_else_is_changed_first(site: Site, store: Store) -> None:
    visitor = site()
    log_in(visitor, "admin")
    page = visitor.post("/people/add", login="ada", name="Ada Coder", role=["specialist"]).text
    first = re.search(r'class="secret">([^<]+)<', page)[1]  # type: ignore[index]
    ada = another(visitor)
    assert "Choose a password of your own" in log_in(ada, "ada", first).text
    assert ada.get("/rules").url.path == "/account"
    assert ada.review().status_code == 403
    for form, said in (
        ({"now": first, "new": NEW, "again": NEW + "x"}, "not typed the same twice"),
        ({"now": "wrong", "new": NEW, "again": NEW}, "The password you have now is wrong"),
        ({"now": first, "new": "short", "again": "short"}, "A password has 15 to 256 characters"),
    ):
        assert said in ada.post("/account/password", **form).text
    before = ada.client.cookies[COOKIE]
    assert "Your password is changed" in ada.post("/account/password", now=first, new=NEW, again=NEW).text
    assert ada.client.cookies[COOKIE] != before
    assert ada.review().status_code == 200
    assert log_in(another(visitor), "ada", first).status_code == 401
    assert log_in(another(visitor), "ada", NEW).status_code == 200


def test_another_password_ends_log_ins_elsewhere(site: Site) -> None:
    here = site()
    there = another(here)
    log_in(here, "specialist")
    log_in(there, "specialist")
    assert "is changed" in here.post("/account/password", now=PASSWORD, new=NEW, again=NEW).text
    assert "Log-in name" in there.get("/").text
    assert "Log out" in here.get("/").text


def test_log_ins_elsewhere_can_be_ended(site: Site) -> None:
    here = site()
    there = another(here)
    log_in(here, "specialist")
    log_in(there, "specialist")
    here.get("/account")
    assert "Every other log-in of yours has ended" in here.post("/account/elsewhere").text
    assert "Log-in name" in there.get("/").text


def test_people_are_looked_after_on_a_page(site: Site, store: Store) -> None:
    visitor = site()
    log_in(visitor, "admin")
    assert visitor.get("/").url.path == "/rules", "an administrator sees no encounter"
    reader = another(visitor)
    log_in(reader, "reader")
    visitor.get("/people")
    assert "has other roles" in visitor.post("/people/roles", id="reader", role=["reader", "auditor"]).text
    assert "/ledger" in reader.get("/rules").text
    assert "has another password" in visitor.post("/people/password", id="lead").text
    assert "is disabled" in visitor.post("/people/disable", id="reader").text
    assert "Log-in name" in reader.get("/rules").text
    assert "may log in again" in visitor.post("/people/enable", id="reader").text
    for path, form in (
        ("/people/disable", {"id": "admin"}),
        ("/people/roles", {"id": "admin", "role": ["reader"]}),
        ("/people/roles", {"id": "reader"}),
        ("/people/add", {"login": "reader", "name": "", "role": ["reader"]}),
        ("/people/password", {"id": "nobody"}),
    ):
        answer = visitor.post(path, **form)
        assert answer.status_code == 422, (path, form)
        assert 'role="alert"' in answer.text
    assert check(store).faults == []


def test_what_people_are_called_is_inert(site: Site) -> None:
    visitor = site()
    log_in(visitor, "admin")
    page = visitor.post("/people/add", login="eve", name="<b onload=x>\u202eEve</b>", role=["reader"]).text
    assert "<b onload" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("path", ["/api/v1/rules", "/api/v1/rules/96413"])
def test_the_api_needs_credentials(site: Site, store: Store, path: str) -> None:
    visitor = site()
    answer = visitor.client.get(path)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json() == {"error": "Log in first."}
    token = tokens.make(store, "reader", "script", 1, "reader")
    for headers in ({"authorization": f"Bearer {token}"}, {"authorization": f"bearer  {token} "}):
        assert visitor.client.get(path, headers=headers).status_code == 200
    for wrong in ("Bearer", "Bearer x", f"Bearer {token}x", f"Basic {token}", f"Bearer {token} {token}", token):
        assert visitor.client.get(path, headers={"authorization": wrong}).status_code == 401, wrong
    log_in(visitor, "reader")
    assert visitor.client.get(path).status_code == 200
    tokens.revoke(store, "reader", "script", "reader")
    assert another(visitor).client.get(path, headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_has_the_roles_of_its_owner_and_opens_no_page(site: Site, store: Store) -> None:
    visitor = site()
    token = tokens.make(store, "reader", "script", 1, "reader")
    headers = {"authorization": f"Bearer {token}"}
    body = {"notes": [{"id": "nursing", "text": NOTE}]}
    assert visitor.client.post("/api/v1/review", json=body, headers=headers).status_code == 403
    accounts.give_roles(store, "reader", ["specialist"], "admin")
    assert visitor.client.post("/api/v1/review", json=body, headers=headers).status_code == 200
    assert visitor.client.get("/", headers=headers, follow_redirects=False).status_code == 303
    kind, body = recorded(store)[-1]
    assert (kind, body["user"], set(body)) == ("api_review", "reader", {"user", "note1"})


def test_the_api_says_that_it_needs_a_token(site: Site, visit: Visit) -> None:
    described = site().client.get("/api/v1/openapi.json").json()
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    assert all("security" in one for path in described["paths"].values() for one in path.values())
    assert "securitySchemes" not in visit().client.get("/api/v1/openapi.json").json()["components"]


def test_tokens_are_made_and_revoked_on_the_own_page(site: Site) -> None:
    visitor = site()
    log_in(visitor, "specialist")
    page = visitor.post("/account/token", name="nightly", days="30").text
    token = re.search(r'class="secret">([^<]+)<', page)[1]  # type: ignore[index]
    assert token not in visitor.get("/account").text
    headers = {"authorization": f"Bearer {token}"}
    assert another(visitor).client.get("/api/v1/rules", headers=headers).status_code == 200
    assert visitor.post("/account/token", name="nightly", days="30").status_code == 422
    assert visitor.post("/account/token", name="x", days="9999999").status_code == 422
    assert visitor.post("/account/token", name="x", days="²").status_code == 422
    assert "is revoked" in visitor.post("/account/revoke", name="nightly").text
    assert visitor.post("/account/revoke", name="nightly").status_code == 422
    assert another(visitor).client.get("/api/v1/rules", headers=headers).status_code == 401


def test_every_view_and_change_is_recorded_with_ids_alone(site: Site, store: Store) -> None:
    visitor = site()
    log_in(visitor, "specialist", "wrong password, quite long")
    log_in(visitor, "Paclitaxel 300 mg", NOTE[:200])
    log_in(visitor, "specialist")
    visitor.review()
    visitor.get("/")
    visitor.get("/query")
    visitor.get("/billed")
    visitor.correct("administrations.a1.stop", "11:10")
    visitor.post("/undo")
    visitor.post("/download", format="json")
    visitor.post("/query/export", text="What was the stop time?")
    visitor.post("/logout")
    found = recorded(store)[5:]
    assert [kind for kind, _ in found] == [
        "login_failed",
        "login_failed",
        "login",
        "web_review",
        "web_view",
        "web_query",
        "web_view",
        "web_correct",
        "web_undo",
        "web_download",
        "web_query_export",
        "logout",
    ]
    assert [body["user"] for _, body in found] == ["specialist", "unknown", *["specialist"] * 10]
    viewed = next(body for kind, body in found if kind == "web_view")
    assert set(viewed) == {"user", "work", "note1"}
    assert re.fullmatch(r"[0-9a-f]{64}", viewed["note1"])
    said = str(found)
    assert not [word for word in ("aclitaxel", "Alvarez", "11:10", "wrong password", "stop time") if word in said]
    assert check(store).faults == []


def test_what_cannot_be_recorded_is_neither_shown_nor_done(site: Site, store: Store) -> None:
    visitor = site()
    log_in(visitor, "specialist")
    visitor.review()
    with store.writing() as connection:
        connection.execute(text("ALTER TABLE ledger RENAME TO away"))
    for answer in (
        visitor.get("/"),
        visitor.correct("administrations.a1.stop", "11:10"),
        visitor.post("/download", format="json"),
        visitor.review(),
    ):
        assert answer.status_code == 503
        assert "aclitaxel" not in answer.text
        assert "ledger cannot be written" in answer.text
    with store.writing() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO ledger"))
    page = visitor.get("/").text
    assert "Paclitaxel" in page
    assert "11:10" not in page


def test_a_database_that_is_gone_is_one_line(site: Site, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site()
    log_in(visitor, "specialist")
    visitor.review()
    with store.writing() as connection:
        connection.execute(text("ALTER TABLE users RENAME TO away"))
    for answer in (visitor.get("/"), visitor.client.get("/api/v1/rules")):
        assert answer.status_code == 503
        assert "database cannot be used" in answer.text
        assert "aclitaxel" not in answer.text


def test_who_audits_reads_the_ledger_and_is_in_it(site: Site, store: Store) -> None:
    visitor = site()
    other = another(visitor)
    log_in(other, "specialist")
    other.review()
    log_in(visitor, "auditor")
    page = visitor.get("/ledger").text
    assert "web_review" in page
    assert recorded(store)[-1] == ("ledger_view", {"user": "auditor"})
    chosen = plain(visitor.get("/ledger?who=specialist&kind=web_review").text)
    assert "web_review" in chosen
    assert "user_added" not in chosen
    assert "No entry is like that" in visitor.get("/ledger?who=speciali").text
    assert "No entry is like that" in visitor.get("/ledger?word=%25").text
    digest = recorded(store)[6][1]["note1"]
    assert digest in visitor.get(f"/ledger?word={digest}").text
    for odd in ("?before=x", "?before=²", "?who=%00<script>", "?before=99999999999999"):
        answer = visitor.get(f"/ledger{odd}")
        assert answer.status_code == 200
        assert "<script>" not in answer.text


def test_the_ledger_is_shown_by_pages(site: Site, store: Store) -> None:
    visitor = site()
    log_in(visitor, "auditor")
    for _ in range(120):
        visitor.client.get("/ledger")
    first = visitor.get("/ledger").text
    earlier = re.search(r'href="(/ledger\?[^"]+before=\d+)"', first)[1]  # type: ignore[index]
    second = visitor.get(earlier.replace("&amp;", "&")).text
    numbers = [[int(one) for one in re.findall(r"<tr><td>(\d+)</td>", page)] for page in (first, second)]
    assert numbers[0] == list(range(numbers[0][0], numbers[0][0] - 100, -1))
    assert numbers[1] == list(range(numbers[0][-1] - 1, 0, -1))


def test_two_people_at_once_see_their_own_alone(site: Site) -> None:
    one = site()
    two = another(one)
    log_in(one, "specialist")
    log_in(two, "lead")
    one.review()
    assert "Paclitaxel" not in two.get("/").text
    assert two.post("/download", format="json", work=one.work).status_code == 410
    two.token = one.token
    assert two.review().status_code == 403


def test_a_log_in_page_has_no_session_and_no_script_of_its_own(site: Site) -> None:
    answer = site().get("/login")
    assert "session.js" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]* src=)|\sstyle=|\son\w+=", answer.text)
