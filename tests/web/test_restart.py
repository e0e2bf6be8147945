"""The program started again: who was logged in still is, a page that is open goes on, and what is gone is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from colleagues import PASSWORD, log_in, quickly_staffed
from sqlalchemy import select, update
from visitor import NOTE, Visit, Visitor, plain, units

from reviewer.accounts import kept_sessions
from reviewer.accounts import store as accounts
from reviewer.accounts.store import later
from reviewer.accounts.tables import sessions
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store
from reviewer.web.accounts import Accounts
from reviewer.web.sessions import COOKIE, digest

Again = Callable[[Visitor], Visitor]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with quickly_staffed(tmp_path) as staffed:
        yield staffed


@pytest.fixture
def site(visit: Visit, store: Store) -> Callable[..., Visitor]:
    return lambda **more: visit(people=Accounts(store), store=store, **more)


def same_browser(before: Visitor, after: Visitor) -> Visitor:
    """The page that was open goes on, with its cookie, at the program that was started again."""
    after.client.cookies.set(COOKIE, before.client.cookies[COOKIE])
    after.token, after.work = before.token, before.work
    return after


def test_who_was_logged_in_still_is_and_reads_what_is_gone(site: Any) -> None:
    before = site()
    log_in(before, "specialist")
    before.review()
    after = same_browser(before, site())
    refused = after.correct("administrations.a1.stop", "11:10")
    assert (refused.status_code, "the reviewer was started again" in plain(refused.text)) == (410, True)
    page = plain(after.client.get("/").text)
    assert "Specialist" in page
    assert "The reviewer was started again; you are still logged in. Notes that were pasted before are no" in page
    assert "Paclitaxel" not in page
    assert "was started again" not in after.client.get("/").text, "once is enough"


def test_what_was_typed_before_can_be_sent_after(site: Any) -> None:
    before = site()
    log_in(before, "specialist")
    before.get("/")
    after = same_browser(before, site())
    assert units(after.post("/review", in_place=True, kind="nursing", text=NOTE).text)["96413"] == 1


def test_where_nobody_logs_in_the_page_goes_on_too(visit: Visit) -> None:
    before = visit()
    before.review()
    after = same_browser(before, visit())
    assert "no longer held" in plain(after.client.get("/").text)
    assert units(after.post("/review", in_place=True, kind="nursing", text=NOTE).text)["96413"] == 1
    assert "no longer held" not in plain(after.client.get("/").text)
    planted = visit()
    planted.client.cookies.set(COOKIE, "planted")
    planted.client.get("/")
    assert planted.client.cookies.get(COOKIE, domain="localhost.local") != "planted"


def test_the_database_holds_neither_token_nor_words(site: Any, store: Store) -> None:
    visitor = site()
    log_in(visitor, "specialist")
    visitor.review()
    token = visitor.client.cookies[COOKIE]
    with store.reading() as connection:
        rows = [tuple(row) for row in connection.execute(select(sessions))]
    assert len(rows) == 1
    assert rows[0][:2] == (digest(token), "specialist")
    assert token not in str(rows)


@pytest.mark.parametrize(
    "end",
    [
        lambda visitor, store: visitor.post("/logout"),
        lambda visitor, store: accounts.disable(store, "specialist", "admin"),
        lambda visitor, store: accounts.set_password(store, "specialist", f"another {PASSWORD}", "admin"),
        lambda visitor, store: _aged(store, began_at=-9 * 3600, seen_at=-10),
        lambda visitor, store: _aged(store, began_at=-3700, seen_at=-3601),
    ],
    ids=["logged out", "disabled", "another password", "at its end", "idle"],
)
def test_a_session_that_is_over_stays_over(site: Any, store: Store, end: Callable[[Visitor, Store], object]) -> None:
    visitor = site()
    log_in(visitor, "specialist")
    token = visitor.client.cookies[COOKIE]
    end(visitor, store)
    after = site()
    after.client.cookies.set(COOKIE, token)
    page = after.client.get("/").text
    assert "Log-in name" in page
    assert "Your encounters are held" not in page


def _aged(store: Store, **seconds: float) -> None:
    now = now_text()
    with store.writing() as connection:
        connection.execute(update(sessions).values(**{name: later(ago, now) for name, ago in seconds.items()}))


def test_log_ins_elsewhere_that_are_ended_stay_ended(site: Any) -> None:
    visitor, other = site(), site()
    log_in(visitor, "specialist")
    log_in(other, "specialist")
    visitor.post("/account/elsewhere")
    after = site()
    after.client.cookies.set(COOKIE, other.client.cookies[COOKIE])
    assert "Log-in name" in after.client.get("/").text
    assert "Specialist" in same_browser(visitor, site()).client.get("/").text


def test_another_log_in_in_one_browser_ends_the_one_before(site: Any, store: Store) -> None:
    visitor = site()
    log_in(visitor, "specialist")
    first = visitor.client.cookies[COOKIE]
    log_in(visitor, "lead")
    assert kept_sessions.find(store, digest(first)) is None
    assert kept_sessions.find(store, digest(visitor.client.cookies[COOKIE])) is not None


def test_a_session_of_this_run_that_is_not_known_is_never_taken_up_again(site: Any, store: Store) -> None:
    """Whatever ended it in memory, its row does not bring it back."""
    visitor = site()
    log_in(visitor, "specialist")
    app = visitor.client.app
    app.state.web.sessions.end_all("specialist")  # type: ignore[attr-defined]
    assert kept_sessions.find(store, digest(visitor.client.cookies[COOKIE])) is not None
    assert "Log-in name" in visitor.client.get("/").text


def test_use_is_written_down_once_a_minute(site: Any, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site()
    now = [0.0]
    monkeypatch.setattr(visitor.client.app.state.web.sessions, "clock", lambda: now[0])
    noted: list[str] = []
    monkeypatch.setattr(kept_sessions, "used", lambda _, key: noted.append(key))
    log_in(visitor, "specialist")
    for second in (1.0, 30.0, 61.0, 62.0, 90.0, 130.0):
        now[0] = second
        visitor.client.get("/")
    assert noted == [digest(visitor.client.cookies[COOKIE])] * 2
