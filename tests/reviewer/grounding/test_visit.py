"""The visit around the drugs: date, comings and goings, pumps, services, elements, and whose notes these are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from wording import dose_of, first, grounded, said, standing

from reviewer.extract.wire import WireElement, WirePump, WireService, WireVisit
from reviewer.grounding.identity import OTHER_DATE, OTHER_PATIENT

TWO = {"a": "Date: 03/14/2026\nJane Roe MRN 123456, 66F", "b": "Date: 03/14/2026\nRoe, Jane MRN 123456"}


def test_date_setting_payer_and_reason() -> None:
    text = "03/14/2026 Hospital outpatient infusion. Medicare. Here for weekly chemotherapy."
    info = grounded(
        text,
        date_of_service=(said("03/14/2026"),),
        setting=(said("Hospital outpatient infusion"),),
        payer=(said("Medicare"),),
        primary_reason=(said("weekly chemotherapy"),),
    ).encounter.encounter
    told = (info.date_of_service.get(), info.setting.get(), info.payer.get(), info.primary_reason.get())
    assert told == (date(2026, 3, 14), "facility", "medicare", "chemotherapy")


def test_notes_of_one_patient_and_one_date_raise_no_alarm() -> None:
    result = grounded(
        TWO,
        date_of_service=(said("03/14/2026", note="a"), said("03/14/2026", note="b")),
        patient=(
            said("Jane Roe", note="a"),
            said("Roe, Jane", note="b"),
            said("MRN 123456", note="a"),
            said("MRN 123456", note="b"),
        ),
    )
    assert result.alarms == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Roe", "John Doe"),
        ("MRN 123456", "MRN 654321"),
        ("66F", "62M"),
        ("DOB 3/4/58", "DOB 4/3/61"),
        ("Jane Roe", "Mary Roe"),
    ],
)
def test_notes_of_two_patients_raise_an_alarm_without_a_name(one: str, other: str) -> None:
    result = grounded(
        {"a": f"Patient: {one}", "b": f"Patient: {other}"}, patient=(said(one, note="a"), said(other, note="b"))
    )
    assert result.alarms == (OTHER_PATIENT,)
    assert not any(word in result.alarms[0] for word in (*one.split(), *other.split()))


def test_notes_of_two_dates_raise_an_alarm_and_the_date_conflicts() -> None:
    texts = {"a": "03/14/2026 Infusion note.", "b": "03/21/2026 Infusion note."}
    result = grounded(texts, date_of_service=(said("03/14/2026", note="a"), said("03/21/2026", note="b")))
    assert result.alarms == (OTHER_DATE,)
    assert result.encounter.encounter.date_of_service.standing == "conflicting"


def element(name: str, value: bool | None, words: str, quote: str | None = None) -> WireElement:
    return WireElement(element=name, said=value, words=said(words, quote))


def test_documentation_elements() -> None:
    text = "Signed consent on file. Order not signed. Lot: ____. Dx: breast cancer."
    told = grounded(
        text,
        documentation=(
            element("informed_consent", True, "Signed consent on file"),
            element("signed_order", False, "Order not signed"),
            element("lot_number", None, "Lot: ____"),
            element("diagnosis", True, "breast cancer", "Dx: breast cancer"),
            element("stage", True, "stage II"),
        ),
    ).encounter.documentation
    assert {name: standing(fact) for name, fact in told.items()} == {
        "informed_consent": ("grounded", "Signed consent on file"),
        "signed_order": ("denied", False),
        "lot_number": ("not_stated", None),
        "diagnosis": ("grounded", "breast cancer"),
        "stage": ("ungrounded", None),
    }
    assert told["lot_number"].evidence


def test_an_element_told_and_denied_is_a_conflict() -> None:
    text = "Consent signed. Unable to locate consent."
    told = grounded(
        text,
        documentation=(
            element("informed_consent", True, "Consent signed"),
            element("informed_consent", False, "Unable to locate consent"),
        ),
    ).encounter.documentation["informed_consent"]
    assert (told.standing, told.readings) == ("conflicting", (True, False))


@pytest.mark.parametrize(
    "words",
    [
        "Consent not obtained",
        "Unable to locate consent",
        "Consent pending",
        "Patient declined to sign consent",
        "No consent on file",
    ],
)
def test_a_claim_that_its_words_deny_is_ungrounded(words: str) -> None:
    told = grounded(words, documentation=(element("informed_consent", True, words),)).encounter.documentation
    assert told["informed_consent"].standing == "ungrounded"


def test_no_reaction_is_a_statement_not_a_denial_of_watching() -> None:
    told = grounded(
        "No adverse reactions.", documentation=(element("adverse_reactions", True, "No adverse reactions"),)
    )
    assert told.encounter.documentation["adverse_reactions"].standing == "grounded"


def test_visits_need_words_of_coming_and_going() -> None:
    text = "Arrived 0900.\nDoxorubicin 90 mg IVPB 0930-1000.\nLeft at 10:30 AM. Returned at 2:40 PM."
    wires = (
        WireVisit(id="v1", arrived=(said("0900"),), left=(said("10:30 AM"),)),
        WireVisit(id="v2", arrived=(said("2:40 PM"),), left=(said("0930"),)),
    )
    result = grounded(
        text,
        dose_of("a1", "Doxorubicin", start="0930", visit="v1"),
        dose_of("a2", "Doxorubicin", start="0930", visit="v2"),
        visits=wires,
    )
    one, other = result.encounter.visits
    assert (one.arrived.get(), one.left.get(), other.arrived.get(), other.left.known) == (
        "09:00",
        "10:30",
        "14:40",
        False,
    )
    here, elsewhere = result.encounter.administrations
    assert (here.visit.get(), elsewhere.visit.known) == ("v1", False)


def test_a_pump_is_read_from_its_own_words_and_tied_to_its_drug() -> None:
    text = "Fluorouracil 4400 mg was started at 1200 on the clinic-owned portable pump, to run 46 hours at home."
    pump = WirePump(
        id="p1",
        kind=(said("portable pump"),),
        action=(said("started"),),
        owner=(said("clinic-owned"),),
        planned=(said("46 hours"),),
    )
    result = grounded(
        text, dose_of("a1", "Fluorouracil", start="1200", technique="portable pump", pump="p1"), pumps=(pump,)
    )
    (told,) = result.encounter.pumps
    assert (told.kind.get(), told.action.get(), told.owner.get(), told.planned_hours.get()) == (
        "portable",
        "initiated",
        "clinic",
        Decimal(46),
    )
    assert standing(result.encounter.administrations[0].pump) == ("grounded", "p1")


def test_services_need_their_words_and_no_cue() -> None:
    text = "1000 port flushed with saline. Lumbar puncture planned for next week."
    result = grounded(
        text,
        services=(
            WireService(id="v1", kind=(said("port flushed"),), start=(said("1000"),)),
            WireService(id="v2", kind=(said("Lumbar puncture"),)),
            WireService(id="v3", kind=(said("scalp cooling"),)),
        ),
    )
    (service,) = result.encounter.services
    assert (service.kind, service.start.get(), service.detail.known) == ("port_flush", "10:00", True)
    assert {one.path for one in result.ungrounded} == {"services.v2.kind", "services.v3.kind"}


def test_an_empty_wire_is_an_empty_encounter() -> None:
    result = grounded("")
    assert result.encounter.administrations == ()
    assert (result.ungrounded, result.alarms) == ((), ())


def test_a_drug_nobody_quoted_is_not_known() -> None:
    given = first("Vitals stable.", dose_of("a1", "Taxol", start="1000"))
    assert not any(fact.known for fact in (given.drug, given.start, given.status))
