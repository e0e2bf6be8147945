"""Correcting facts: the validator answers, the fact keeps who and why, the note stays, and undo takes it back."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from visitor import NOTE, Visit, Visitor, plain, units

from reviewer.pipeline import WITHHELD
from reviewer.review import Review

STOP = "administrations.a1.stop"


def stored(visitor: Visitor) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(visitor.post("/download", format="json").content)
    return made


def test_another_stop_time_changes_units_and_the_page_says_what_changed(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    page = visitor.correct(STOP, "11:10").text
    # 09:10 to 11:10 is the first hour and one whole further hour.
    assert units(page) == {"96413": 1, "96415": 1, "J9267": 300}
    assert "96415: 2 to 1 unit" in plain(page)
    assert '<span class="tag change">was 2</span>' in page


def test_a_changed_fact_keeps_who_and_why_and_the_note_its_words(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    page = visitor.correct(STOP, "11:10", why="clock was wrong").text
    assert "entered by Ada Coder: clock was wrong" in plain(page)
    assert "1214 Paclitaxel infusion complete" in plain(page)
    fact = stored(visitor)["facts"]["administrations"][0]["stop"]
    assert fact == {"value": "11:10", "standing": "entered", "by": "Ada Coder", "why": "clock was wrong"}


def test_the_download_is_a_sealed_review_that_reads_back(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    visitor.correct(STOP, "11:10")
    made = stored(visitor)
    assert made["provenance"]["seal"]["signature"] == "not signed"
    assert {line["code"]: line["units"] for line in made["codes"]}["96415"] == 1
    Review.model_validate(made)


def test_undo_takes_back_one_change_after_the_other(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    visitor.correct(STOP, "11:10")
    visitor.correct(STOP, "10:10")
    assert units(visitor.post("/undo", in_place=True).text)["96415"] == 1
    page = visitor.post("/undo", in_place=True).text
    assert units(page)["96415"] == 2
    assert "disabled" in page
    assert stored(visitor)["facts"]["administrations"][0]["stop"]["standing"] == "grounded"


def test_another_dose_changes_the_units_of_the_drug(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    assert units(visitor.correct("administrations.a1.dose", "280 mg").text)["J9267"] == 280


def test_an_administration_is_added_and_struck(visit: Visit) -> None:
    visitor = visit()
    visitor.review()
    page = visitor.post(
        "/correct/added",
        in_place=True,
        drug="ondansetron",
        dose="8 mg",
        route="intravenous",
        technique="push",
        start="09:00",
        by="Ada Coder",
        why="on the MAR",
    ).text
    # A push of another drug beside a chemotherapy infusion is the sequential push; 8 mg are 8 units of J2405.
    assert units(page)["96375"] == 1
    assert units(page)["J2405"] == 8
    path = "administrations.entered-1"
    form = visitor.post("/correct/strike", in_place=True, path=path).text
    assert "Strike ondansetron 8 mg" in plain(form)
    page = visitor.post("/correct/struck", in_place=True, path=path, by="Ada Coder", why="twice").text
    assert "96375" not in units(page)
    told = [s for s in stored(visitor)["notes_on_scope"] if s.startswith("Struck by Ada Coder")]
    assert told == ["Struck by Ada Coder: ondansetron 8 mg, at 09:00. Reason: twice"]


def test_every_fact_on_the_page_opens_its_form(visit: Visit) -> None:
    visitor = visit()
    page = visitor.post("/review", sample="1").text
    paths = re.findall(r'hx-post="/correct/form" hx-vals=\'\{"path": "([^"]+)"\}', page)
    assert len(paths) > 30
    for path in dict.fromkeys(paths):
        answer = visitor.post("/correct/form", in_place=True, path=path)
        assert answer.status_code == 200
        assert 'name="why"' in answer.text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"path": STOP, "value": "11:10", "by": "", "why": "x"}, "Give your name and the reason"),
        ({"path": STOP, "value": "11:10", "by": "A", "why": " "}, "Give your name and the reason"),
        ({"path": STOP, "value": "25:10", "by": "A", "why": "x"}, "Stop: this is not a value"),
        ({"path": STOP, "value": "", "by": "A", "why": "x"}, "Stop: type a value"),
        ({"path": "administrations.a1.dose", "value": "many", "by": "A", "why": "x"}, "Dose: this is not a value"),
        ({"path": "administrations.a1.route", "value": "nose", "by": "A", "why": "x"}, "choose one of the values"),
        ({"path": "administrations.a9.stop", "value": "11:10", "by": "A", "why": "x"}, "not there any more"),
        ({"path": "encounter.switches", "value": "1", "by": "A", "why": "x"}, "not there any more"),
        ({"path": STOP, "value": "1" * 200, "by": "A", "why": "x"}, "at most"),
    ],
)
def test_what_cannot_be_a_fact_changes_nothing(visit: Visit, form: dict[str, str], says: str) -> None:
    visitor = visit()
    visitor.review()
    answer = visitor.post("/correct", in_place=True, **form)
    assert answer.status_code == 422
    assert says in plain(answer.text)
    assert form["value"] not in answer.text or form["value"] in ("", "1")
    assert stored(visitor)["facts"]["administrations"][0]["stop"]["standing"] == "grounded"


def test_a_documented_element_can_be_entered(visit: Visit) -> None:
    visitor = visit()
    page = visitor.review().text
    assert '"documentation.signed_order"' in page
    after = visitor.correct("documentation.signed_order", "yes").text
    assert '"documentation.signed_order"' not in after.partition('id="documents"')[0]
    assert "no longer missing: signed order" in plain(after)


def test_notes_of_two_patients_release_no_code_after_a_correction_either(visit: Visit) -> None:
    visitor = visit()
    other = "Date of service: 03/14/2026 Patient: Other, Olga  MRN: 999\n1000 ondansetron 8 mg IV push. B. Holt RN"
    page = visitor.post("/review", kind=["nursing", "mar"], text=[f"Patient: Doe, Jane  MRN: 111\n{NOTE}", other]).text
    before = stored(visitor)
    assert [one for one in before["needs_human"] if one["rule"] == WITHHELD]
    assert before["codes"] == []
    assert 'class="line"' not in page
    visitor.correct(STOP, "11:10")
    after = stored(visitor)
    assert after["codes"] == []
    assert [one for one in after["needs_human"] if one["rule"] == WITHHELD]


def test_a_corrected_review_keeps_the_remarks_of_the_reading(visit: Visit) -> None:
    visitor = visit()
    visitor.review(setting="facility", date="2026-03-16")
    remark = "Judged with the date of service 2026-03-16 given by --date; the notes say 2026-03-14."
    assert remark in stored(visitor)["notes_on_scope"]
    visitor.correct(STOP, "11:10")
    assert stored(visitor)["notes_on_scope"].count(remark) == 1


def test_what_the_note_does_not_carry_is_shown_as_a_claim_and_never_put_into_the_form(visit: Visit) -> None:
    visitor = visit()
    page = plain(visitor.review(NOTE + "1220 carboplatin 450 mg IVPB over 30 min via port.\n").text)
    item = next(a for a in stored(visitor)["facts"]["administrations"] if a.get("duration_minutes"))
    assert item["duration_minutes"]["standing"] == "ungrounded"
    assert "documented minutes not documented 30 was read, but the note does not carry it" in page
    form = visitor.post("/correct/form", in_place=True, path=f"administrations.{item['id']}.duration_minutes").text
    assert 'name="value" value=""' in form


def test_the_facts_of_the_visit_and_of_the_documents_are_corrected_on_the_page(visit: Visit) -> None:
    visitor = visit()
    page = visitor.review().text
    for path in ("encounter.date_of_service", "encounter.payer", "documentation.informed_consent"):
        assert f'hx-vals=\'{{"path": "{path}"}}\'' in page
        form = visitor.post("/correct/form", in_place=True, path=path)
        assert form.status_code == 200
    assert "payer not stated" in plain(page)
    page = visitor.correct("encounter.date_of_service", "2026-03-15").text
    assert "date of service 2026-03-15" in plain(page)
    assert "date of service 2026-03-15 entered by Ada Coder: MAR" in plain(page)
    page = visitor.correct("documentation.informed_consent", "no").text
    assert "informed consent no entered by Ada Coder: MAR" in plain(page)
    facts = stored(visitor)["facts"]
    assert facts["documentation"]["informed_consent"]["standing"] == "denied"


def test_a_missing_date_is_entered_as_a_date(visit: Visit) -> None:
    visitor = visit()
    page = visitor.review(
        "Nursing note\n0910 Paclitaxel 300 mg IVPB started via right chest port.\n1214 complete.\n"
    ).text
    assert '"path": "encounter.date_of_service"' in page
    assert '"path": "documentation.date_of_service"' not in page


def test_a_pump_is_corrected_and_what_runs_on_it_is_judged_again(visit: Visit) -> None:
    row = {"drug": "fluorouracil", "dose": "4000 mg", "route": "intravenous", "technique": "pump", "start": "10:00"}
    pump = {"pump-kind": "portable", "pump-action": "initiated", "pump-owner": "clinic", "pump-planned_hours": "46"}
    visitor = visit()
    page = visitor.post("/facts", date_of_service="2026-03-14", **row, **pump).text
    assert units(page)["G0498"] == 1
    assert "kind of pump portable" in plain(page)
    # A pump of more than eight hours is the patient's own or the supplier's: G0498 takes the clinic's (PUMP-1).
    page = visitor.correct("pumps.p1.owner", "supplier").text
    assert "G0498" not in units(page)
    assert "owner of the pump supplier entered by Ada Coder: MAR" in plain(page)
    refused = visitor.correct("pumps.p9.owner", "supplier")
    assert (refused.status_code, "not there any more" in plain(refused.text)) == (422, True)
    assert visitor.correct("pumps.p1.planned_hours", "many").status_code == 422


def test_words_that_nobody_read_are_settled_by_a_person(visit: Visit) -> None:
    visitor = visit()
    page = visitor.review(
        "Date of service: 03/14/2026\n0940 Zofran 8 mg IVP via PIV\nkeytrudda 200 mg, Strt 1O:15\n"
    ).text
    assert "it may be keytruda" in plain(page)
    assert "unread.u1.given" in page
    assert "Whether something was given here" in visitor.post("/correct/form", path="unread.u1.given").text
    page = visitor.correct("unread.u1.given", "no", why="a label on the bag").text
    assert "keytruda:" not in plain(page).partition("For a person to decide")[2][:200]
    made = stored(visitor)
    assert made["facts"]["unread"][0]["given"] == {
        "value": False,
        "standing": "denied",
        "by": "Ada Coder",
        "why": "a label on the bag",
    }
    assert [matter for matter in made["needs_human"] if matter["rule"] == "reading.unread"] == []
    assert made["codes"][0]["flags"] == []
