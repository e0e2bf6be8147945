"""What hangs on an unknown time, in every kind of report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reviewer.pipeline import judge
from reviewer.report import Format, render
from reviewer.report.hanging import hanging
from reviewer.report.published import published
from reviewer.review import Review
from validator.facts import Encounter
from validator.loading import default_rulebook


def bag(identity: str, drug: str, **times: str) -> dict[str, Any]:
    plain = {"id": identity, "drug": drug, "dose": "100 mg", "route": "intravenous", "technique": "infusion"}
    return {**plain, "access_site": "s1", "visit": "v1", **times}


def review(*given: dict[str, Any]) -> Review:
    facts = {
        "encounter": {"date_of_service": "2026-03-14", "setting": "facility", "payer": "medicare"},
        "access_sites": [{"id": "s1", "kind": "implanted_port", "location": "right chest"}],
        "visits": [{"id": "v1", "arrived": "08:00", "left": "13:00"}],
        "administrations": list(given),
    }
    return judge(Encounter.model_validate(facts), rulebook=default_rulebook())


OPEN = review(bag("a1", "carboplatin", start="09:00"))


def said(one: Review) -> dict[str, str]:
    return {matter.subject: matter.reason for matter in hanging(one)}


def test_periods_name_the_time_that_decides() -> None:
    """TIME-1 and TIME-4 by the clock; the visit ends at 13:00."""
    assert said(OPEN)["96413"] == (
        "at most 1 unit, depending on the stop time of carboplatin: 0 for 09:01 to 09:15; 1 for 09:16 to 13:00"
    )
    assert said(OPEN)["No time that the record allows gives"] == "96411, 96417"


def test_what_is_certain_but_withheld_is_named() -> None:
    found = said(review(bag("a1", "carboplatin", start="10:00"), bag("a2", "leucovorin", start="09:00", stop="10:05")))
    waiting = [reason for reason in found.values() if "the line waits" in reason]
    assert waiting == ["1 unit at any time the record allows; the line waits until the time is documented"]


def test_a_review_of_documented_times_says_nothing_of_it() -> None:
    whole = review(bag("a1", "carboplatin", start="09:00", stop="10:00"))
    assert hanging(whole) == ()
    assert whole.outlook == ()


def test_the_published_review_holds_it_and_can_be_read_again() -> None:
    text = published(OPEN)
    assert [one["code"] for one in json.loads(text)["outlook"]] == ["96409", "96411", "96413", "96415", "96417"]
    assert Review.model_validate_json(text).outlook == OPEN.outlook


def test_a_review_without_the_field_can_be_read() -> None:
    older = json.loads(published(OPEN))
    del older["outlook"]
    assert Review.model_validate(older).outlook == ()


@pytest.mark.parametrize("style", ["text", "markdown", "html"])
def test_each_report_has_the_section(style: Format) -> None:
    page = " ".join(render(OPEN, style).split())
    assert "what hangs on an unknown time" in page.casefold()
    assert "stop time of carboplatin" in page
