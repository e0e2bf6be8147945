"""What whole documents show: a signed consent, a signed order, pages that carry the patient's identifiers."""

from __future__ import annotations

from reviewer.extract.patterns.elements_forms import read_forms
from reviewer.extract.patterns.visit_facts import read_visit_facts
from reviewer.notes.note import Note


def elements(*texts: str) -> list[str]:
    notes = tuple(Note(id=f"n{number}", text=text) for number, text in enumerate(texts))
    return [found.element for found in read_forms(notes, read_visit_facts(notes).patient)]


def test_a_signed_consent_form() -> None:
    assert elements("CONSENT FOR INFUSION THERAPY\nRisks discussed.\nSigned by patient: I. Park  Date 03/03/2026") == [
        "informed_consent"
    ]


def test_an_unsigned_consent_form_shows_nothing() -> None:
    assert elements("CONSENT FOR INFUSION THERAPY\nSigned by patient: ______") == []


def test_a_signature_elsewhere_is_no_consent() -> None:
    assert elements("Discharge instructions\nSigned by patient: I. Park") == []


def test_a_signed_order_sheet() -> None:
    sheet = "INFUSION ORDER   Date 03/03/2026\n[x] iron sucrose 200 mg\nElectronically signed: M. Kaur, MD"
    assert elements(sheet) == ["signed_order"]


def test_an_order_sheet_without_signature_shows_nothing() -> None:
    assert elements("INFUSION ORDER   Date 03/03/2026\n[x] iron sucrose 200 mg") == []


def test_identity_needs_two_identifiers_on_every_page() -> None:
    assert elements("Patient: Park, Ines   MRN 7710012") == ["patient_identity"]
    assert elements("Patient: Park, Ines   MRN 7710012", "Park, Ines  DOB 01/02/1960") == ["patient_identity"] * 2
    assert elements("Patient: Park, Ines   MRN 7710012", "Pharmacy: prepared") == []
    assert elements("MRN 7710012") == []
