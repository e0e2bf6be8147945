"""What is said once for several: after a list of drugs, of a pump by its name, of blood by its units."""

from __future__ import annotations

import pytest
from wording import dose_of, first, grounded, reasons, said, standing

from reviewer.extract.wire import WireElement, WirePump, WireService
from reviewer.grounding.elements import DENIED_BY_WORDS, NO_DENIAL
from reviewer.grounding.identity import OTHER_PATIENT

LIST = "Methotrexate 12 mg, cytarabine 30 mg and hydrocortisone 15 mg were given intrathecally at 1010."


@pytest.mark.parametrize("drug", ["Methotrexate", "cytarabine", "hydrocortisone"])
def test_a_list_shares_what_follows_its_last_drug(drug: str) -> None:
    one = first(LIST, dose_of("a1", drug, route=("intrathecally", LIST), start=("1010", LIST), status=("given", LIST)))
    assert (one.route.get(), one.start.get(), one.status.get()) == ("intrathecal", "10:10", "given")


def test_a_list_does_not_share_a_dose() -> None:
    one = first(LIST, dose_of("a1", "Methotrexate", dose=("15 mg", LIST)))
    assert standing(one.dose)[0] == "ungrounded"


@pytest.mark.parametrize(
    "text",
    [
        "Methotrexate 12 mg PO and cytarabine 30 mg intrathecally given.",
        "Methotrexate 12 mg was held and cytarabine 30 mg given intrathecally.",
        "Methotrexate 12 mg. Cytarabine 30 mg given intrathecally.",
        "Methotrexate 12 mg, cytarabine 30 mg given intrathecally.",
    ],
)
def test_words_of_its_own_end_a_list(text: str) -> None:
    one = first(text, dose_of("a1", "Methotrexate", route=("intrathecally", text)))
    assert one.route.get() is None


def test_the_name_of_a_pump_tells_the_way_of_its_drug() -> None:
    text = "HAI pump refill. Implanted pump emptied, refilled with floxuridine 150 mg."
    pump = WirePump(id="p1", kind=(said("HAI pump"),), action=(said("refilled", "refilled with floxuridine 150 mg"),))
    wire = dose_of("a1", "floxuridine", status=("refilled", "refilled with floxuridine"), pump="p1")
    assert first(text, wire, pumps=(pump,)).route.get() == "intra_arterial"


def test_a_pump_of_no_named_way_tells_none() -> None:
    text = "Implanted pump emptied, refilled with floxuridine 150 mg."
    pump = WirePump(
        id="p1", kind=(said("Implanted pump"),), action=(said("refilled", "refilled with floxuridine 150 mg"),)
    )
    wire = dose_of("a1", "floxuridine", status=("refilled", "refilled with floxuridine"), pump="p1")
    assert first(text, wire, pumps=(pump,)).route.get() is None


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Here for 1 unit PRBC. Unit 1 up 0905, done 1110.", ["transfusion"]),
        ("Here for 1 unit PRBC. Hgb 9.1, not needed today.", []),
        ("Here for 1 unit PRBC. Unit 1 to be started 0905 tomorrow.", []),
    ],
)
def test_blood_that_the_visit_was_for_counts_when_its_units_ran(text: str, kinds: list[str]) -> None:
    result = grounded(text, services=(WireService(id="v1", kind=(said("PRBC"),)),))
    assert [one.kind for one in result.encounter.services] == kinds


@pytest.mark.parametrize(
    ("element", "words"),
    [
        ("occlusion", "unable to aspirate"),
        ("occlusion", "blood return absent"),
        ("hydration_reason", "unable to keep fluids down"),
    ],
)
def test_a_state_is_told_by_what_fails(element: str, words: str) -> None:
    told = WireElement(element=element, said=True, words=said(words))
    assert grounded(f"Port: {words}.", documentation=(told,)).encounter.documented(element).value == words


@pytest.mark.parametrize(("element", "words"), [("occlusion", "no occlusion"), ("informed_consent", "unable to sign")])
def test_a_denial_stays_a_denial(element: str, words: str) -> None:
    told = WireElement(element=element, said=True, words=said(words))
    result = grounded(f"Note: {words}.", documentation=(told,))
    assert reasons(result, f"documentation.{element}") == [DENIED_BY_WORDS]


@pytest.mark.parametrize(
    ("element", "words"),
    [
        ("line_patency", "PICC occluded"),
        ("line_patency", "port sluggish"),
        ("lumbar_puncture", "puncture unsuccessful"),
        ("provider_presence", "Dr. Oyelaran left the room"),
        ("supervision", "Dr. Oyelaran out of the office"),
    ],
)
def test_words_that_deny(element: str, words: str) -> None:
    told = WireElement(element=element, said=False, words=said(words))
    result = grounded(f"{words}.", documentation=(told,))
    assert standing(result.encounter.documented(element)) == ("denied", False)


def test_a_denial_needs_words_that_deny() -> None:
    told = WireElement(element="line_patency", said=False, words=said("port patent"))
    assert reasons(grounded("port patent.", documentation=(told,)), "documentation.line_patency") == [NO_DENIAL]


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        ("name Ruth Ames", "name Carl Boone", True),
        ("DOB 3/4/1958", "DOB 5/6/1949", True),
        ("MRN 1234567", "MRN 7654321", True),
        ("62M", "45F", True),
        ("name Ruth Ames", "name AMES, RUTH M.", False),
        ("name Ruth Ames", "name Ruth Aames", False),
        ("name R. Ames", "name Ames, Ruth", False),
        ("DOB 3/4/58", "DOB 03/04/1958", False),
    ],
)
def test_two_patients_in_one_note_raise_the_alarm_and_two_spellings_do_not(one: str, other: str, two: bool) -> None:
    text = f"Patient: {one}\n1000 Zofran 8 mg IVP\nPatient: {other}\n"
    result = grounded(text, patient=(said(one), said(other)))
    assert result.alarms == ((OTHER_PATIENT,) if two else ())


def test_the_size_of_a_catheter_is_no_age() -> None:
    text = "62M, bladder cancer. 14F foley placed."
    assert grounded(text, patient=(said("62M"), said("14F"))).alarms == ()


def test_an_old_number_is_no_second_patient() -> None:
    text = "MRN 1234567, old MRN 7654321. Zofran 8 mg IVP."
    assert grounded(text, patient=(said("MRN 1234567"), said("MRN 7654321"))).alarms == ()
