"""Logging in with a real browser: by keyboard, without scripts, timed out and back; axe on the pages of people."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from chromium import CHROMIUM, NONE, TABLET, Tab, opened, serving, violations, violations_of_all
from colleagues import PASSWORD, quickly_staffed

from reviewer.queue.store.database import Store
from reviewer.web.accounts import Accounts

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=NONE)]
IDLE_SECONDS = 3


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with quickly_staffed(tmp_path_factory.mktemp("people")) as staffed:
        yield staffed


@pytest.fixture(scope="module")
def address(store: Store) -> Iterator[str]:
    with serving(people=Accounts(store), store=store, idle_seconds=1800) as served:
        yield served


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Tab]:
    made = opened(browser, address)
    yield made
    made.page.context.close()
    assert made.trouble == []


def enter(page: Any, name: str) -> None:
    page.get_by_label("Log-in name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_somebody_logs_in_reviews_and_logs_out_by_keyboard(tab: Tab) -> None:
    page = tab.open("/rules/96413")
    page.get_by_label("Log-in name").focus()
    page.keyboard.type("specialist")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Log out").wait_for()
    assert page.url == f"{tab.address}/rules/96413"
    tab.paste()
    assert page.get_by_text("logged out after 30 minutes without use").is_visible()
    page.get_by_role("button", name="Log out").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Nothing of your encounters is held").wait_for()
    page.go_back()
    page.wait_for_load_state()
    assert "aclitaxel" not in page.content()


def test_logging_in_needs_no_script(browser: Any, address: str) -> None:
    tab = opened(browser, address, java_script_enabled=False)
    page = tab.open("/")
    enter(page, "specialist")
    page.get_by_label("Text of note 1").fill("03/14/2026 0910 Paclitaxel 300 mg IVPB started. 1214 complete.")
    page.get_by_role("button", name="Review", exact=True).click()
    page.wait_for_selector("#result")
    page.get_by_role("link", name="Specialist").click()
    page.get_by_role("heading", name="Tokens for programs").wait_for()
    page.get_by_role("button", name="Log out", exact=True).click()
    page.get_by_text("Nothing of your encounters is held").wait_for()
    page.context.close()


def test_a_role_sees_its_own_pages_alone(tab: Tab) -> None:
    page = tab.open("/")
    enter(page, "auditor")
    page.wait_for_load_state()
    menu = page.get_by_role("navigation", name="Pages").get_by_role("link")
    assert set(menu.all_inner_texts()) == {"Worklist", "Rules", "Ledger"}
    tab.open("/people")
    assert "it takes the role admin" in page.inner_text("main")


def test_one_is_told_before_being_logged_out_and_may_stay(tab: Tab) -> None:
    page = tab.page
    said: dict[str, Any] = {"seconds": 1500, "longer": True}
    asked: list[str] = []
    page.route("**/account/left", lambda route: (asked.append("left"), route.fulfill(json=said)))
    page.clock.install()
    tab.open("/")
    enter(page, "specialist")
    page.get_by_label("Text of note 1").wait_for()
    page.wait_for_load_state()  # its timers begin when its script runs
    place = page.locator("#idle")

    def until(words: str, minutes: int) -> None:
        """Let time pass in steps, so that what a timer begins can end, until the page says something."""
        for _ in range(4 * minutes):
            if words in place.inner_text():
                return
            page.clock.run_for(15_000)
        place.get_by_text(words).wait_for()

    page.clock.run_for(27 * 60_000)
    assert (place.inner_text(), asked) == ("", [])
    for _ in range(40):
        if not asked:
            page.clock.run_for(15_000)
    assert (place.inner_text(), asked) == ("", ["left"]), "another tab was used meanwhile"
    said["seconds"] = 100
    until("You will be logged out soon, because nothing was done", 60)
    assert violations(page) == []
    said["seconds"] = 1800
    with page.expect_response("**/account/stay") as stayed:
        page.get_by_role("button", name="Stay logged in").click()
    assert stayed.value.status == 204
    place.get_by_role("button").wait_for(state="detached")
    said |= {"seconds": 90, "longer": False}
    until("however busy you are", 60)
    assert place.get_by_role("button").count() == 0
    page.context.clear_cookies()
    page.unroute("**/account/left")
    until("You were logged out", 8)
    assert place.get_by_role("link").get_attribute("href") == "/login"


def test_after_a_time_out_the_open_page_goes_on(browser: Any, store: Store) -> None:
    with serving(people=Accounts(store), store=store, idle_seconds=IDLE_SECONDS) as address:
        tab = opened(browser, address)
        page = tab.open("/")
        enter(page, "specialist")
        page.get_by_label("Text of note 1").wait_for()
        tab.paste()
        page.locator("#given-1 button", has_text="12:14").click()
        page.get_by_label("Stop", exact=True).fill("11:10")
        page.get_by_label("Reason", exact=True).fill("as the MAR says")
        time.sleep(IDLE_SECONDS + 1)
        page.get_by_role("button", name="Change it").click()
        problem = page.locator("#problem:not(:empty)")
        problem.wait_for()
        assert violations(page) == []
        with page.context.expect_page() as other:
            problem.get_by_role("link").click()
        enter(other.value, "specialist")
        other.value.get_by_role("button", name="Log out").wait_for()
        assert page.get_by_label("Stop", exact=True).input_value() == "11:10"
        page.get_by_role("button", name="Change it").click()
        page.wait_for_selector(".flash")
        assert "11:10" in page.locator(".flash").inner_text()
        page.context.close()
        assert tab.trouble == []


def test_every_page_of_people_is_without_a_violation_of_aa(tab: Tab) -> None:
    page = tab.page
    page.set_viewport_size(TABLET)

    def checked(what: str) -> None:
        assert violations_of_all(page) == [], what

    tab.open("/")
    checked("log in")
    page.get_by_label("Log-in name").fill("nobody")
    page.get_by_label("Password").fill("not a password of anybody")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.locator("#problem:not(:empty)").wait_for()
    checked("wrong")
    enter(page, "admin")
    page.get_by_role("button", name="Log out").wait_for()
    tab.open("/people")
    checked("people")
    name = "newcomer"
    page.get_by_label("Log-in name").fill(name)
    page.get_by_label("Name for the record").fill("A New Colleague")
    page.get_by_role("checkbox", name="lead").last.check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator(".secret").wait_for()
    checked("added")
    tab.open("/account")
    checked("account")
    page.get_by_label("What it is for").fill(name)
    page.get_by_role("button", name="Make a token").click()
    page.locator(".secret").wait_for()
    checked("token")
    tab.open("/")
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("Nothing of your encounters is held").wait_for()
    checked("logged out")
    enter(page, "auditor")
    page.get_by_role("button", name="Log out").wait_for()
    tab.open("/ledger")
    checked("ledger")
    tab.open("/ledger?who=nobody-at-all")
    checked("empty ledger")
    tab.open("/people")
    checked("not allowed")
