"""Where the focus is after each step in a real browser, what is in sight, and what a double press does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from chromium import CHROMIUM, NONE, TABLET, Tab, opened, serving
from queued import CLEAN, filled, visit
from test_model import FakeModel
from visitor import NOTE

from reviewer.queue import worklist
from reviewer.queue.store.database import Store

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=NONE)]
MANY = NOTE + "".join(f"12{n:02} ondansetron {n} mg IV push via port.\n" for n in range(20, 40))
FOCUSED = "document.activeElement"


@pytest.fixture
def model() -> FakeModel:
    return FakeModel()


@pytest.fixture
def tab(browser: Any, store: Store, request: pytest.FixtureRequest) -> Iterator[Tab]:
    options = {"model": request.getfixturevalue("model")} if "model" in request.fixturenames else {}
    with serving(store=store, **options) as address:
        one = opened(browser, address)
        yield one
        one.page.context.close()
    assert one.trouble == []


def focused(page: Any, what: str) -> bool:
    return bool(page.evaluate(f"{FOCUSED}.matches({what!r})"))


@pytest.mark.parametrize("size", [None, TABLET], ids=["desk", "tablet"])
def test_the_form_for_a_fact_opens_in_sight_and_gives_the_focus_back(tab: Tab, size: Any) -> None:
    if size:
        tab.page.set_viewport_size(size)
    page = tab.paste(MANY)
    assert page.evaluate(f"{FOCUSED}.textContent") == "Review of the encounter"
    pressed = page.locator(".lane").last.locator(".fact").nth(1)
    for leave in ("Escape", "Leave it"):
        pressed.click()
        page.locator("#edit-value:focus").wait_for()
        page.wait_for_timeout(100)  # until what htmx does after a swap is done
        box, height = page.locator(".editor").bounding_box(), page.viewport_size["height"]
        assert 0 <= box["y"] < height - 40
        if leave == "Escape":
            page.keyboard.press("Escape")
        else:
            page.get_by_role("button", name="Leave it").click()
        assert pressed.evaluate(f"(one) => one === {FOCUSED}")
        assert page.locator(".editor").count() == 0
    page.get_by_role("button", name="Add an administration").click()
    page.locator("#edit-drug:focus").wait_for()


def test_trouble_with_what_was_typed_is_in_sight_and_the_focus_stays(tab: Tab) -> None:
    tab.page.set_viewport_size(TABLET)
    page = tab.paste(MANY)
    page.locator(".lane").last.locator(".fact").nth(1).click()
    page.locator("#edit-value:focus").wait_for()
    page.locator("#edit-value").fill("a lot")
    page.get_by_label("Your name").fill("Ada Coder")
    page.get_by_label("Reason", exact=True).fill("MAR")
    page.get_by_role("button", name="Change it").click()
    page.locator("#problem:not(:empty)").wait_for()
    assert page.evaluate("scrollY") > 500
    assert 0 <= page.locator("#problem").bounding_box()["y"] < 100
    page.wait_for_function(f"{FOCUSED}.textContent === 'Change it'")


def test_an_empty_page_is_ready_to_paste_and_says_what_is_missing(tab: Tab) -> None:
    page = tab.open("/")
    assert focused(page, "textarea")
    button = page.get_by_role("button", name="Review", exact=True)
    assert button.bounding_box()["y"] + button.bounding_box()["height"] <= 800  # in sight without scrolling
    button.click()
    page.locator("#problem", has_text="Paste at least one note").wait_for()
    page.wait_for_function(f"{FOCUSED}.textContent === 'Review'")


def test_the_second_press_of_a_double_one_accepts_nothing_else(tab: Tab, store: Store) -> None:
    filled(store, *(visit(f"E{n}", f"{CLEAN}{n}") for n in range(4)))
    page = tab.open("/worklist")
    page.get_by_label("extracted").check()
    page.get_by_role("button", name="Show all").wait_for()
    box = page.get_by_role("button", name="Accept E0").bounding_box()
    x, y = box["x"] + 5, box["y"] + 5
    page.mouse.click(x, y)
    page.locator(".said .flash", has_text="E0: released").wait_for()
    # The next one stands where the one that was released stood.
    row = page.get_by_role("button", name="Accept E1").bounding_box()
    page.mouse.move(row["x"] + 5, row["y"] + 5)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.wait_for_timeout(300)
    assert [worklist.item(store, f"E{n}").state for n in range(3)] == ["released", "extracted", "extracted"]


def test_the_table_of_the_worklist_breaks_no_word_on_a_tablet(tab: Tab, store: Store) -> None:
    filled(store, visit("E1", unit="Infusion South", author="S. Alvarez RN", deadline="2026-11-20"))
    tab.page.set_viewport_size(TABLET)
    page = tab.open("/worklist")
    assert page.locator("tbody tr").bounding_box()["height"] < 110
    inside = page.locator(".wide").evaluate("(one) => one.scrollWidth - one.clientWidth")
    assert inside <= 0


def test_the_model_takes_neither_the_focus_nor_what_is_being_typed(tab: Tab, model: FakeModel) -> None:
    page = tab.paste()
    page.get_by_role("button", name="Stop the model").focus()
    page.wait_for_timeout(2_300)  # it asks each second
    assert focused(page, "#model-stop")
    page.locator("#given-1").get_by_role("button", name="stop").click()
    page.get_by_label("Stop", exact=True).fill("11:1")
    model.go.set()
    page.locator("#model", has_text="What you have open stays as it is").wait_for()
    assert page.get_by_label("Stop", exact=True).input_value() == "11:1"
    assert focused(page, "#edit-value")
    page.get_by_role("button", name="Show the review by both readers").click()
    page.locator(".flash", has_text="review by both readers").wait_for()


def test_a_model_that_is_stopped_says_so_where_the_focus_is(tab: Tab, model: FakeModel) -> None:
    page = tab.paste()
    page.get_by_role("button", name="Stop the model").click()
    page.locator("#model", has_text="was stopped").wait_for()
    page.wait_for_function(f"{FOCUSED}.id === 'model'")
    model.go.set()
