"""The worklist in a real browser: by keyboard alone through 200, two people on one encounter, axe, files dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from chromium import CHROMIUM, NONE, TABLET, Tab, opened, serving, violations_of_all
from queued import CLEAN, OPEN, filled, visit
from reviewed_queue import work
from visitor import NOTE

from reviewer.queue import worklist
from reviewer.queue.adding import add
from reviewer.queue.store.database import Store

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=NONE)]
HERE = "document.activeElement.textContent.trim()"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\u202egnp'\"><h1 id=broken>"


@pytest.fixture
def address(store: Store) -> Iterator[str]:
    with serving(store=store) as one:
        yield one


@pytest.fixture
def person(browser: Any, address: str) -> Iterator[Any]:
    """People with a browser of their own each."""
    tabs: list[Tab] = []

    def come(name: str = "", **options: Any) -> Tab:
        tab = opened(browser, address, **options)
        tabs.append(tab)
        tab.open("/worklist")
        if name:
            tab.page.get_by_label("You are").fill(name)
            tab.page.get_by_role("button", name="Set").click()
            tab.page.locator("#name[value]").wait_for()
        # What only works with the script is shown by it.
        tab.page.get_by_role("button", name="Keys").wait_for()
        return tab

    yield come
    for tab in tabs:
        tab.page.context.close()
        assert tab.trouble == []


def test_by_keyboard_alone_through_a_worklist_of_two_hundred(store: Store, person: Any) -> None:
    add(store, [visit(f"E{n:03}", f"{CLEAN}{n}") for n in range(200)], "intake")
    filled(store, *(visit(f"A{n}", f"{CLEAN}A{n}", deadline="2026-12-01") for n in range(4)))
    page = person("Ada").page
    page.keyboard.press("j")
    seen = [page.evaluate(HERE)]
    for _ in range(203):
        before = seen[-1]
        page.keyboard.press("j")
        turned = page.evaluate(HERE) == before or page.evaluate("!document.activeElement.matches('[data-open]')")
        # At the end of a page the next one is fetched.
        page.wait_for_function(
            "(before) => document.activeElement.matches('[data-open]') && "
            "document.activeElement.textContent.trim() !== before && "
            "!document.querySelector('.htmx-swapping,.htmx-settling,.htmx-added')",
            arg=before,
        )
        if turned:
            page.wait_for_timeout(100)  # nobody presses the next key before a page has settled
        seen.append(page.evaluate(HERE))
    assert len(set(seen)) == 204
    assert seen[:4] == ["A0", "A1", "A2", "A3"]
    page.get_by_role("button", name="Encounter", exact=True).click()
    page.locator("[data-open]", has_text="A0").wait_for()
    page.locator("[data-open]", has_text="A0").focus()
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Accept A0"
    page.keyboard.press("Enter")
    page.locator(".said .flash", has_text="A0: released").wait_for()
    assert worklist.item(store, "A0").state == "released"
    page.wait_for_function(f"() => {HERE} === 'A0'")  # nothing is left out of the list: the place is kept
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result")
    assert page.locator("#place-title").inner_text() == "A1"
    page.keyboard.press("e")
    assert "Paclitaxel" in page.evaluate(HERE).title()
    page.keyboard.press("j")
    page.locator("#place-title", has_text="A2").wait_for()
    page.keyboard.press("q")
    page.get_by_role("heading", name="Queries").wait_for()
    assert "About A2 of the worklist" in page.locator("main").inner_text()
    page.go_back()
    page.locator("#place-title", has_text="A2").wait_for()
    page.keyboard.press("u")
    page.get_by_role("heading", name="Worklist", exact=True).wait_for()
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_keys_do_nothing_while_something_is_typed_or_where_they_are_off(store: Store, person: Any) -> None:
    filled(store, visit("E1"), visit("E2"))
    page = person("Ada").page
    page.get_by_label("Encounter id holds").focus()
    page.keyboard.type("jaqe")
    assert page.get_by_label("Encounter id holds").input_value() == "jaqe"
    page.locator("text=No encounter is like this").wait_for()
    assert page.get_by_label("Encounter id holds").input_value() == "jaqe"
    page.get_by_role("button", name="Show all").click()
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("button", name="Turn them off").click()
    page.locator('[data-keys="off"]').wait_for()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")


def test_two_people_on_one_encounter(store: Store, person: Any) -> None:
    filled(store, visit("E1"))
    ada, ben = person("Ada Coder"), person("Ben Coder")

    def change(tab: Tab, to: str) -> None:
        tab.page.locator("#given-1").get_by_role("button", name="stop").click()
        tab.page.get_by_label("Stop", exact=True).fill(to)
        tab.page.get_by_label("Reason", exact=True).fill("MAR")
        tab.page.get_by_role("button", name="Change it").click()

    for tab in (ada, ben):
        tab.page.locator("[data-open]").first.click()
        tab.page.wait_for_selector("#result")
    change(ada, "11:10")
    ada.page.locator(".flash", has_text="11:10").wait_for()
    kept = worklist.review_of(store, 1)
    change(ben, "10:40")
    ben.page.locator("#problem", has_text="Ada Coder corrected a fact").wait_for()
    assert ben.page.get_by_label("Stop", exact=True).input_value() == "10:40"  # what was typed is not lost
    assert worklist.review_of(store, 1) == kept
    ben.page.reload()
    assert "11:10" in ben.page.locator("#given-1").inner_text()
    change(ben, "10:40")
    ben.page.locator(".flash", has_text="10:40").wait_for()
    ada.page.get_by_role("button", name="Accept and release").click()
    ada.page.locator("#problem", has_text="Ben Coder corrected a fact").wait_for()
    assert worklist.item(store, "E1").state == "extracted"


def test_a_query_its_answer_and_what_it_changed(store: Store, person: Any) -> None:
    filled(store, visit("E1", OPEN))
    page = person("Ada").page
    page.locator("[data-open]").first.click()
    page.wait_for_selector("#result")
    page.get_by_role("button", name="Draft queries").click()
    page.get_by_role("button", name="Note it as sent").first.click()
    page.locator(".flash", has_text="noted as sent").wait_for()
    page.locator("summary", has_text="The answer to a query").click()
    page.get_by_label("Author", exact=True).fill("S. Alvarez RN")
    page.get_by_label("Written").fill("2026-03-15T08:30")
    page.get_by_label("Text of the addendum").fill("Addendum: paclitaxel infusion stopped at 1010 on 03/14/2026.")
    page.get_by_role("button", name="Add it and review again").click()
    page.locator(".flash", has_text="96413: new, 1 unit").wait_for()
    assert worklist.item(store, "E1").version == 2


def test_clean_ones_are_released_after_a_look(store: Store, person: Any) -> None:
    filled(store, visit("E1"), visit("E2"), visit("open", OPEN))
    page = person("Lead").page
    page.get_by_role("button", name="Release clean ones").click()
    page.get_by_label("Release E2").uncheck()
    page.get_by_role("button", name="Release the chosen ones").click()
    page.locator(".flash", has_text="1 released").wait_for()
    assert [worklist.item(store, one).state for one in ("E1", "E2")] == ["released", "extracted"]


def test_progress_is_shown_while_others_work(store: Store, person: Any) -> None:
    add(store, [visit("E1"), visit("E2", OPEN)], "intake")
    page = person().page
    assert "2 wait to be reviewed" in page.locator("#progress").inner_text()
    work(store)
    page.locator("#progress", has_text="All 2 versions are reviewed").wait_for()


def test_hostile_ids_names_and_comments_do_nothing(store: Store, person: Any) -> None:
    filled(store, visit(f"E{HOSTILE}", unit=HOSTILE.replace("\u202e", ""), author="'\" autofocus onfocus=alert(1) x='"))
    tab = person(HOSTILE.replace("\u202e", "")[:80])
    page = tab.page
    page.locator("[data-open]").first.click()
    page.wait_for_selector("#result")
    page.get_by_label("Comment").first.fill(HOSTILE)
    page.get_by_role("button", name="Only comment").click()
    page.locator(".flash", has_text="Comment kept").wait_for()
    page.locator("summary", has_text="Who did what").click()
    assert "<script>alert(1)" in page.locator(".comment").first.inner_text()
    tab.open("/worklist")
    assert page.locator("#broken, main img, main script").count() == 0
    assert "\u202e" not in page.locator("body").inner_text()
    assert "script" not in page.title() + page.url


def test_files_dropped_are_the_files_of_the_form(store: Store, person: Any) -> None:
    tab = person()
    page = tab.open("/")
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], "nursing.txt", {type: "text/plain"}));
          const place = document.querySelector("[data-drop]");
          for (const type of ["dragover", "drop"])
            place.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        NOTE,
    )
    assert page.locator("#files").evaluate("(one) => one.files.length") == 1
    page.get_by_role("button", name="Review", exact=True).click()
    page.wait_for_selector("#result")
    assert "96415" in page.locator(".codes").inner_text()


def test_every_page_of_the_worklist_is_without_a_violation_of_aa(store: Store, person: Any) -> None:
    filled(
        store, *(visit(f"E{n}", (CLEAN, OPEN)[n % 2] + f"{n}", unit="North", deadline="2026-01-02") for n in range(4))
    )
    add(store, [visit("waits", "0905 paclitaxel")], "intake")
    worklist.move(store, "E1", "queried", "Ada", comment="What stop time is recorded?")
    tab = person()
    page = tab.page
    page.set_viewport_size(TABLET)
    assert violations_of_all(page) == [], "list"
    page.locator("[data-open]").first.focus()
    page.get_by_role("button", name="Encounter", exact=False).first.click()
    page.wait_for_selector("th[aria-sort]")
    assert violations_of_all(page) == [], "sorted"
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    assert violations_of_all(page) == [], "keys"
    page.keyboard.press("Escape")
    for number in (1, 2, 5):
        tab.open(f"/worklist/{number}")
        for summary in page.locator(".place summary").all():
            summary.click()
        assert violations_of_all(page) == [], number
    tab.open("/worklist/2/queries")
    assert violations_of_all(page) == [], "queries"
    tab.open("/worklist")
    page.get_by_role("button", name="Release clean ones").click()
    page.get_by_role("heading", name="Release clean encounters").wait_for()
    assert violations_of_all(page) == [], "clean"
    page.get_by_role("button", name="Release the chosen ones").click()
    page.locator(".flash").wait_for()
    assert violations_of_all(page) == [], "released"
