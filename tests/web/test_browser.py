"""The pages in a real browser: paste to report, edit a time, linked highlights, hostile notes, axe on every page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from chromium import CHROMIUM, NONE, TABLET, Tab, opened, serving, violations, violations_of_all
from visitor import NOTE

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=NONE)]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A running server on loopback."""
    with serving() as one:
        yield one


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Tab]:
    one = opened(browser, address)
    yield one
    one.page.context.close()
    assert one.trouble == []


def units(page: Any) -> dict[str, str]:
    lines = page.locator("article.line h4").all_inner_texts()
    return {text.split()[0]: text.split("×")[1].split()[0] for text in lines}


def test_paste_gives_the_report_in_place_and_editing_a_time_changes_units(tab: Tab) -> None:
    page = tab.paste()
    assert page.url == f"{tab.address}/"
    assert units(page)["96415"] == "2"
    page.locator("#given-1").get_by_role("button", name="stop 12:14").click()
    value = page.get_by_label("Stop", exact=True)
    assert value.input_value().endswith("12:14")
    page.locator("#edit-value:focus").wait_for()
    value.fill("11:10")
    page.get_by_label("Your name").fill("Ada Coder")
    page.get_by_label("Reason", exact=True).fill("MAR shows 11:10")
    page.get_by_role("button", name="Change it").click()
    page.wait_for_selector(".flash")
    assert units(page)["96415"] == "1"
    assert "was 2" in page.locator("#result").inner_text()
    assert "entered by Ada Coder: MAR shows 11:10" in page.locator("#given-1").inner_text()
    page.get_by_role("button", name="Undo").click()
    page.locator(".flash", has_text="Undone").wait_for()
    assert units(page)["96415"] == "2"


def test_a_wrong_value_says_so_and_keeps_the_form(tab: Tab) -> None:
    page = tab.paste()
    page.locator("#given-1").get_by_role("button", name="stop 12:14").click()
    page.get_by_label("Stop", exact=True).fill("noon")
    page.get_by_label("Your name").fill("Ada Coder")
    page.get_by_label("Reason", exact=True).fill("x")
    page.get_by_role("button", name="Change it").click()
    page.locator("#problem", has_text="not a value").wait_for()
    assert page.get_by_label("Stop", exact=True).input_value() == "noon"
    page.keyboard.press("Escape")
    page.locator(".editor").wait_for(state="detached")


@pytest.mark.parametrize("how", ["hover", "focus"])
def test_pointing_at_one_of_them_lights_up_the_others(tab: Tab, how: str) -> None:
    page = tab.paste()
    lit = "[...document.querySelectorAll('.lit')].map((one) => one.id || one.className.split(' ')[0])"
    line = page.locator("article.line").first
    place = line.get_attribute("id")

    def point(at: Any) -> list[str]:
        (at.hover if how == "hover" else at.focus)()
        return page.evaluate(lit)

    assert {"given-1", place, "hl"} <= set(point(line.locator("a.code")))
    assert {"given-1", place} <= set(point(page.locator(f'.hl[data-for~="{place}"]').first))
    assert {"given-1", place, "hl"} <= set(point(page.locator("#given-1 button").first))


def test_the_facts_form_and_one_more_box_work_by_hand(tab: Tab) -> None:
    page = tab.open("/facts")
    page.get_by_label("Date of service", exact=True).first.fill("2026-03-14")
    rows = page.get_by_role("group", name="Administration")
    first = rows.first
    for label, text in (("Drug", "paclitaxel"), ("Dose", "300 mg"), ("Start", "09:10"), ("Stop", "12:14")):
        first.get_by_label(label, exact=True).fill(text)
    for label, value in (("Route", "intravenous"), ("Technique", "infusion"), ("Access", "implanted_port")):
        first.get_by_label(label, exact=True).select_option(value)
    before = rows.count()
    page.get_by_role("button", name="Add an administration").click()
    assert rows.count() == before + 1
    assert page.get_by_role("group", name=f"Administration {before + 1}").get_by_label("Drug", exact=True).is_visible()
    page.get_by_role("button", name="Judge").click()
    page.wait_for_selector("#result")
    assert units(page) == {"96413": "1", "96415": "2", "J9267": "300"}


def test_a_query_is_checked_while_it_is_written(tab: Tab) -> None:
    page = tab.open("/query")
    page.locator("#text-own").fill("You should add a stop time so that we can bill 96415.")
    page.wait_for_selector("#problems-own .problems")
    assert "Instead:" in page.locator("#problems-own").inner_text()


def test_nothing_of_the_encounter_stays_in_the_browser(tab: Tab) -> None:
    page = tab.paste()
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state])")
    # htmx notes the path of the page, which tells nothing of the encounter.
    assert stored.replace('"htmx-current-path-for-history":"/"', "") == '[{},{},"",null]'
    assert "aclitaxel" not in page.title() + page.url


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</div></section><h1 id=broken>broken</h1>",
    "\"'><iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<div hx-get=/rules hx-trigger=load>x</div>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{display:none}</style>",
    "<form action=//evil.example><button>Review</button></form>",
    "{{ 7*7 }} {% include '/etc/passwd' %}",
    "${alert(1)} #{alert(1)} <%= 1 %>",
    "]]><!--<script>alert(1)//-->",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202egnp.tpircs\u202c \u2066hidden\u2069",
    "\u200b\u200c\u200d\ufeff\u00ad",
    "\u0000\u0001\u0008\u001b[31m\u009b",
    "\u2028alert(1)\u2029",
    "\U000e0041\U000e0042 tags",
    "A" * 20_000,
    "\u0301" * 3_000,
    "<" * 5_000,
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\u05d0\u05d1\u05d2 (right to left) \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "data:text/html,<script>alert(1)</script>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<x id=main><x id=problem><x id=work><x name=csrf_token>",
)


# Asked at once: every question by itself goes through three processes.
SHOWN = """[
  document.querySelectorAll("#result").length,
  document.querySelectorAll("h1").length,
  document.querySelectorAll("#result iframe, #result script, #result img, #result form form, #broken").length,
  [...document.querySelectorAll(".notes")].map((one) => one.innerText).join(),
]"""


@pytest.mark.parametrize("where", ["alone", "inside"])
def test_hostile_notes_do_nothing_and_break_nothing(tab: Tab, where: str) -> None:
    """Each stands alone and inside a note, where its words become evidence."""
    tab.open("/")
    for text in HOSTILE:
        inside_one = NOTE.replace("Paclitaxel 300 mg", f"Paclitaxel {text} 300 mg").replace("Right chest", text)
        page = tab.review(text if where == "alone" else inside_one)
        assert tab.trouble == [], text[:60]
        results, headings, strange, inside = page.evaluate(SHOWN)
        assert (results, headings, strange) == (1, 1, 0), text[:60]
        assert not set("\u202e\u2066\u200b\ufeff\u2028\U000e0041") & set(inside)
        page.get_by_role("button", name="Next encounter").click()
        page.wait_for_selector("#result", state="detached")


def test_a_note_of_five_megabytes_is_refused_in_one_line(tab: Tab) -> None:
    page = tab.open("/")
    page.get_by_label("Text of note 1").evaluate(
        "(box) => { box.hidden = true; box.value = '<b>x</b> '.repeat(625000); }"
    )
    page.get_by_role("button", name="Review", exact=True).click()
    page.locator("#problem:not(:empty)").wait_for()
    assert "more was sent than is read at once (3 MB)" in page.locator("#problem").inner_text()
    page.get_by_label("Text of note 2").fill(NOTE)
    page.locator("textarea[hidden]").evaluate("(box) => { box.value = ''; }")
    page.get_by_role("button", name="Review", exact=True).click()
    page.wait_for_selector("#result")


def test_axe_sees_what_it_looks_for(tab: Tab) -> None:
    tab.page.set_content("<html><body><h1>x</h1><img src=''><p style='color: #ccc'>pale</p></body></html>")
    assert {one.split(":")[0] for one in violations(tab.page)} >= {"color-contrast", "html-has-lang", "image-alt"}


def test_every_page_is_without_a_violation_of_aa(tab: Tab) -> None:
    page = tab.page
    page.set_viewport_size(TABLET)
    for path in (
        "/",
        "/facts",
        "/query",
        "/billed",
        "/rules",
        "/rules/96413",
        "/rules/infusion.additional-hour",
        "/nowhere",
    ):
        tab.open(path)
        assert violations_of_all(page) == [], path
    tab.open("/")
    page.get_by_role("button", name="Try it with an invented encounter").click()
    page.wait_for_selector("#result")
    assert violations_of_all(page) == [], "result"
    page.locator("#given-2 button").first.hover()
    page.locator("#given-2").get_by_role("button", name="stop", exact=False).click()
    page.wait_for_selector(".editor")
    assert violations_of_all(page) == [], "editor"
    page.get_by_label("Stop", exact=True).fill("noon")
    page.get_by_label("Your name").fill("Ada Coder")
    page.get_by_label("Reason", exact=True).fill("x")
    page.get_by_role("button", name="Change it").click()
    page.locator("#problem:not(:empty)").wait_for()
    assert violations_of_all(page) == [], "problem"
    page.get_by_label("Stop", exact=True).fill("08:58")
    page.get_by_role("button", name="Change it").click()
    page.wait_for_selector(".flash")
    assert violations_of_all(page) == [], "changed"
    for path in ("/query", "/billed"):
        tab.open(path)
        assert violations_of_all(page) == [], path
    page.get_by_label("Billed lines").fill("code,units\n96413,1\n96415,9\n")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_selector("table")
    assert violations_of_all(page) == [], "compared"
