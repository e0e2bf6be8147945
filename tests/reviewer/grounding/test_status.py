"""A drug counts as given only where words, a time or a table cell say so, and nothing stands over them."""

from __future__ import annotations

import pytest
from wording import dose_of, first, grounded, reasons, standing


@pytest.mark.parametrize(
    "text",
    [
        "Taxol 140 mg IVPB given 1000.",
        "1000 Taxol 140 mg IVPB started",
        "1000 Taxol 140 mg",
        "DRUG | DOSE | START | STOP\nTaxol | 140 mg | 0900 | 1000",
        "Taxol 140 mg infused through the port.",
        "Taxol 140 mg IVPB 0900-1000",
    ],
)
def test_given(text: str) -> None:
    claims = {"start": "1000"} if text.startswith("1000") else {}
    assert standing(first(text, dose_of("a1", "Taxol", **claims)).status) == ("grounded", "given")


@pytest.mark.parametrize(
    "text",
    [
        "Plan: Taxol 140 mg next week.",
        "Will receive Taxol 140 mg tomorrow.",
        "Allergies: Taxol (rash).",
        "History of Taxol x 6 cycles in 2019.",
        "Discussed side effects of Taxol with patient.",
        "Home meds: Taxol 140 mg.",
        "Taxol 140 mg held, ANC low.",
        "Patient refused Taxol 140 mg.",
        "Taxol",
        "If reaction occurs, give Taxol 140 mg.",
        "No Taxol given today.",
    ],
)
def test_a_claim_of_giving_under_a_cue_or_on_a_bare_name_is_ungrounded(text: str) -> None:
    result = grounded(text, dose_of("a1", "Taxol", status=("given", "Taxol")))
    status = result.encounter.administrations[0].status
    assert standing(status) == ("ungrounded", "given")
    assert reasons(result, "administrations.a1.status")


def test_a_bare_name_says_why() -> None:
    result = grounded("Taxol", dose_of("a1", "Taxol"))
    (reason,) = reasons(result, "administrations.a1.status")
    assert "no word, time or table cell" in reason


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Taxol 140 mg held, ANC low.", "held"),
        ("Patient refused Taxol 140 mg.", "refused"),
        ("Taxol 140 mg ordered for tomorrow.", "planned"),
    ],
)
def test_what_was_not_given_is_a_fact_too(text: str, value: str) -> None:
    assert standing(first(text, dose_of("a1", "Taxol")).status) == ("grounded", value)


def test_a_planned_dose_never_becomes_the_dose_given() -> None:
    text = "Zofran 8 mg ordered. Zofran 4 mg IVP given at 0900."
    result = grounded(text, dose_of("a1", "Zofran", dose=["8 mg", "4 mg"], start="0900"))
    dose = result.encounter.administrations[0].dose
    assert dose.standing == "grounded"
    assert dose.value is not None
    assert str(dose.value.amount) == "4"
    assert reasons(result, "administrations.a1.dose") == ["the words stand in an order"]


def test_an_order_in_another_note_lends_no_dose() -> None:
    texts = {
        "note.txt": "1000 Taxol IVPB started\n1105 Taxol complete",
        "order.txt": "ORDERS\nTaxol 140 mg IV over 60 min",
    }
    from wording import said

    given = first(
        texts, dose_of("a1", "Taxol", dose=said("140 mg", "Taxol 140 mg", "order.txt"), start="1000", stop="1105")
    )
    assert given.dose.standing == "ungrounded"
    assert given.status.get() == "given"


def test_a_planned_time_starts_nothing() -> None:
    text = "Plan: Taxol 140 mg on 3/20 at 0900."
    given = first(text, dose_of("a1", "Taxol", start="0900"))
    assert (given.start.known, given.status.known) == (False, given.status.value == "planned")


def test_stopped_early_is_told_by_its_own_words() -> None:
    text = "1000 Taxol 140 mg IVPB started\n1020 Taxol stopped due to reaction"
    given = first(text, dose_of("a1", "Taxol", start="1000", stop="1020", status="stopped due to reaction"))
    assert standing(given.status) == ("grounded", "stopped_early")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Benadryl 25 mg IVP offered, patient refused.", "refused"),
        ("Benadryl 25 mg IVP held per Dr. Osman.", "held"),
    ],
)
def test_what_was_not_given_keeps_the_dose_and_the_way_it_was_meant_for(text: str, status: str) -> None:
    claims = {"dose": "25 mg", "route": "IVP", "technique": "IVP"}
    word = "refused" if status == "refused" else "held"
    told = first(text, dose_of("a1", "Benadryl", status=[(word, text)], **claims))
    assert standing(told.status) == ("grounded", status)
    assert (told.dose.known, told.route.value, told.technique.value) == (True, "intravenous", "push")
    claimed_as_given = first(text, dose_of("a1", "Benadryl", **claims))
    assert not claimed_as_given.dose.known


@pytest.mark.parametrize(
    ("text", "drug", "status"),
    [
        ("Benadryl 25 mg IVP held, patient declined.", "Benadryl", "refused"),
        ("HOLD Taxol today, give carboplatin.\n0940 carboplatin 450 mg IVPB started", "carboplatin", "given"),
        ("HOLD Taxol today, give carboplatin.\n0940 carboplatin 450 mg IVPB started", "Taxol", "held"),
        ("Taxol held per MD, Zofran 8 mg IVP given 0900.", "Zofran", "given"),
        ("Held: Taxol 140 mg, Zofran 8 mg IVP 0900.", "Zofran", "held"),
        ("Held Taxol, carboplatin not given.", "carboplatin", "held"),
    ],
)
def test_a_hold_reaches_what_was_held_and_no_further(text: str, drug: str, status: str) -> None:
    assert first(text, dose_of("a1", drug)).status.value == status


def test_held_and_given_conflict() -> None:
    text = "1000 Taxol 140 mg IVPB started\n\nPharmacy: Taxol 140 mg held."
    given = first(text, dose_of("a1", "Taxol", start="1000", status=[("held", "Taxol 140 mg held")]))
    assert given.status.standing == "conflicting"
    assert set(given.status.readings) == {"given", "held"}
