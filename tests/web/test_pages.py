"""The facts form, rule pages, queries, billed lines and downloads."""

from __future__ import annotations

import csv
import io
import re
from importlib.util import find_spec

import pytest
from visitor import Visit, plain, units

from reviewer.web.forms import PUMP_FIELDS
from reviewer.web.reviewing import rulebook
from reviewer.web.rule_cards import card, listed
from validator.facts import Pump

ROW = {"drug": "paclitaxel", "dose": "300 mg", "route": "intravenous", "technique": "infusion", "start": "09:10",
       "stop": "12:14", "access": "implanted_port", "location": "right chest"}  # fmt: skip


def test_the_facts_form_does_the_whole_job_without_a_note(visit: Visit) -> None:
    page = visit().post("/facts", date_of_service="2026-03-14", setting="facility", **ROW).text
    assert units(page) == {"96413": 1, "96415": 2, "J9267": 300}
    assert "Implanted port, right chest" in plain(page)
    assert 'id="notes-title"' not in page


def test_what_was_entered_by_form_can_be_corrected_and_downloaded(visit: Visit) -> None:
    visitor = visit()
    visitor.post("/facts", date_of_service="2026-03-14", **ROW)
    assert units(visitor.correct("administrations.a1.stop", "11:10").text)["96415"] == 1
    assert visitor.post("/download", format="json").json()["provenance"]["extractor"] == "none"


def test_two_rows_at_one_access_are_one_site(visit: Visit) -> None:
    rows = {name: [value, value] for name, value in ROW.items()}
    rows |= {"drug": ["paclitaxel", "ondansetron"], "dose": ["300 mg", "8 mg"], "technique": ["infusion", "push"]}
    rows |= {"start": ["09:10", "09:00"], "stop": ["12:14", ""], "location": ["right chest", "Right chest"]}
    page = visit().post("/facts", date_of_service="2026-03-14", **rows).text
    assert page.count('class="site"') == 1
    assert units(page)["96375"] == 1


def test_a_pump_and_services_can_be_entered(visit: Visit) -> None:
    row = {**ROW, "drug": "fluorouracil", "dose": "4000 mg", "technique": "pump", "stop": ""}
    pump = {"pump-kind": "portable", "pump-action": "initiated", "pump-owner": "clinic", "pump-planned_hours": "46"}
    form = {"date_of_service": "2026-03-14", "service": "port_flush", **row, **pump}
    # A clinic's portable pump started for more than 8 hours: G0498 for Medicare, elsewhere 96416 (PUMP-1).
    assert units(visit().post("/facts", **form).text)["G0498"] == 1
    assert units(visit().post("/facts", **form, policy="commercial-facility").text)["96416"] == 1


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "Enter at least one drug or one service"),
        ({**ROW, "start": "9 o'clock"}, "Row 1, Start: this is not a value. Such as: 09:10"),
        ({**ROW, "date_of_service": "14/03/2026"}, "Date of service: this is not a value"),
        ({**ROW, "route": "nose"}, "Row 1, Route: this is not a value"),
        ({**ROW, "policy": "none"}, "unknown policy"),
        ({**ROW, "pump-planned_hours": "many"}, "planned hours: this is not a value"),
    ],
)
def test_a_form_that_does_not_fit_says_which_field(visit: Visit, form: dict[str, str], says: str) -> None:
    answer = visit().post("/facts", **form)
    assert answer.status_code == 422
    assert says in plain(answer.text)
    assert 'id="rows"' in answer.text


def test_a_pause_in_the_form_takes_its_minutes(visit: Visit) -> None:
    pause = {"pause_from": "10:00", "pause_until": "11:00", "container": "single_dose"}
    page = visit().post("/facts", date_of_service="2026-03-14", **ROW, **pause).text
    # 09:10 to 12:14 are 184 minutes, 124 without the pause: one further hour.
    assert units(page)["96415"] == 1
    refused = visit().post("/facts", **ROW, **{**pause, "pause_until": "noon"})
    assert (refused.status_code, "Row 1, Pause until: this is not a value" in plain(refused.text)) == (422, True)
    assert "<details open" in refused.text


def test_the_form_offers_what_the_facts_may_say() -> None:
    for name, choices in PUMP_FIELDS:
        for choice in choices:
            Pump.model_validate({"id": "p", name: choice})


def test_every_record_has_a_card_with_its_sources() -> None:
    book = rulebook()
    for records in listed(book).values():
        for one in records:
            found = card(one.id, book)
            assert found is not None, one.id
            assert found.parts
    rule = card("infusion.additional-hour", book)
    assert rule is not None
    assert rule.sources
    assert card("nothing", book) is None


def test_every_code_and_rule_on_the_page_leads_to_a_card(visit: Visit) -> None:
    visitor = visit()
    links = set(re.findall(r'href="(/rules/[^"]+)"', visitor.post("/review", sample="1").text))
    assert len(links) > 12
    for link in links:
        assert visitor.get(link).status_code == 200, link


def test_links_between_cards_lead_somewhere() -> None:
    book = rulebook()
    for records in listed(book).values():
        for one in records:
            found = card(one.id, book)
            assert found is not None
            for part in found.parts:
                for _, ids in part.entries:
                    assert all(card(name, book) for name in ids), (one.id, ids)


def test_a_question_is_answered_from_the_records_or_not_at_all(visit: Visit) -> None:
    visitor = visit()
    assert "/rules/96415" in visitor.post("/rules/ask", in_place=True, question="when is 96415 reported?").text
    assert "do not answer" in plain(visitor.post("/rules/ask", question="what is the weather?").text)
    assert visitor.post("/rules/ask", question=" ").status_code == 422


def test_queries_are_drafted_checked_and_exported(visit: Visit) -> None:
    visitor = visit()
    assert "first" in plain(visitor.get("/query").text)
    visitor.post("/review", sample="1")
    page = visitor.post("/query").text
    text = re.search(r'<textarea id="text-q1-nurse"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert text is not None
    assert "What time did the Carboplatin infusion end" in text[1]
    assert "No problem found." in visitor.post("/query/lint", in_place=True, text=text[1]).text
    leading = text[1] + "\nPlease document that it ended at 13:20 so that we can bill 96417."
    problems = plain(visitor.post("/query/lint", in_place=True, text=leading).text)
    assert "Instead:" in problems
    exported = visitor.post("/query/export", text="A question\n")
    assert exported.headers["content-disposition"] == 'attachment; filename="query.txt"'
    assert exported.text == "A question\n"


def test_billed_lines_are_compared(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    page = plain(visitor.post("/billed", lines="code,units\n96413,1\n96415,3\nJ9267,300\n").text)
    assert "more billed than the documentation supports" in page
    assert "billed as supported" in page
    file = {"file": ("lines.csv", b"code,units\n96415,2\n")}
    form = {"csrf_token": visitor.token, "work": visitor.work}
    assert "supported by the documentation, not billed" in plain(
        visitor.client.post("/billed", data=form, files=file).text
    )
    answer = visitor.post("/billed", lines="nothing of use")
    assert answer.status_code == 422
    assert "billed lines: " in plain(answer.text)
    two = visitor.post("/billed", lines="claim,code,units\n1,96413,1\n2,96413,1\n")
    assert "the field Claim" in plain(two.text)


def test_downloads_have_names_that_tell_nothing(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    for kind in ("html", "json", "csv"):
        answer = visitor.post("/download", format=kind)
        assert answer.headers["content-disposition"] == f'attachment; filename="review.{kind}"'
    assert "Content-Security-Policy" in visitor.post("/download", format="html").text
    assert visitor.post("/download", format="exe").status_code == 422


@pytest.mark.skipif(find_spec("weasyprint") is None, reason="no PDF here: pip install 'encounter-reviewer[pdf]'")
def test_the_report_comes_as_pdf(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    answer = visitor.post("/download", format="pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_without_its_library_pdf_is_not_offered(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewer.web.downloads.find_spec", lambda name: None)
    visitor = visit()
    assert 'value="pdf"' not in visitor.review().text
    answer = visitor.post("/download", format="pdf")
    assert answer.status_code == 422
    assert "encounter-reviewer[pdf]" in plain(answer.text)


def test_no_cell_of_the_table_is_a_formula(visit: Visit) -> None:
    visitor = visit()
    visitor.post("/facts", date_of_service="2026-03-14", **{**ROW, "drug": "=HYPERLINK(1)"})
    text = visitor.post("/download", format="csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == ["kind", "code", "units"]
    assert any("=HYPERLINK(1)" in cell for row in rows for cell in row)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
