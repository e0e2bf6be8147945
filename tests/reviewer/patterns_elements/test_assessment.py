"""What an assessment and plan decides about today's treatment, and what only looks like it (DOC-26)."""

from __future__ import annotations

import pytest

from reviewer.extract.patterns.elements_assessment import read_assessments
from reviewer.notes.note import Note

SIGNED = "\nElectronically signed: M. Okafor, MD 03/14/2026 0802"
TITLE = "ONCOLOGY VISIT NOTE\n"


def quotes(*texts: str) -> list[str]:
    notes = tuple(Note(id=f"n{number}", text=text) for number, text in enumerate(texts))
    found = read_assessments(notes)
    for element in found:
        at = element.words.at or 0
        text = next(note.text for note in notes if note.id == element.words.note_id)
        assert (element.element, element.said) == ("provider_assessment", True)
        assert text[at : at + len(element.words.quote)] == element.words.quote
    return [element.words.quote for element in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Assessment and plan: tolerated cycle 1 well, labs adequate. Proceed with cycle 2 of 6 today.",
            "Proceed with cycle 2",
        ),
        ("A/P: 62M with NSCLC stage IIIA, doing well. Continue carboplatin and paclitaxel.", "Continue carboplatin"),
        ("A&P: RA, flare on methotrexate. Continue infliximab every 8 weeks.", "Continue infliximab"),
        (
            "ASSESSMENT AND PLAN\n1. Ovarian ca: labs adequate, ECOG 1.\n2. Proceed with C2D1 today.",
            "Proceed with C2D1",
        ),
        ("Assessment: fatigue grade 1, counts recovered.\nPlan: OK to treat, RTC 3 weeks.", "OK to treat"),
        ("Assessment/Plan: colon ca, fit for treatment, neuropathy grade 1.", "fit for treatment"),
        ("Impression: CIDP stable, strength improving. Give IVIG 40 g today.", "Give IVIG"),
        (
            "Impression and plan: pt tolerating chemo, no new issues. Will proceed with treatment as planned.",
            "proceed with treatment",
        ),
        ("Assessment: tolerating well, ANC 2.1. Cleared for chemo.", "Cleared for chemo"),
        ("A/P - tol last cycle well, labs ok. Cont. Proceed w tx; proceed with tx #4", "proceed with tx #4"),
        (
            "Assessment & Plan: anemia improved on iron, ferritin low. [x] Proceed with infusion [ ] Hold",
            "Proceed with infusion",
        ),
    ],
)
def test_a_decision_about_today(text: str, words: str) -> None:
    assert quotes(TITLE + text + SIGNED) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "Assessment and plan: ____. Proceed with cycle 2 today.",
        "Assessment and plan: @ASSESSMENT@ Proceed with cycle *** today.",
        "Assessment: ____\nPlan: Proceed with treatment.",
        "Assessment and plan: counts low today. [ ] Proceed with treatment [ ] Hold",
        "Assessment and plan: counts low today. Proceed / hold treatment (circle one).",
        "Assessment and plan: neutropenic with ANC 0.4. Do not proceed with cycle 2 today.",
        "Assessment and plan: neutropenic with ANC 0.4. Hold treatment today.",
        "Assessment and plan: ANC 0.4, repeat Monday. If counts recover, proceed with cycle 2.",
        "Assessment and plan: ANC 0.4, repeat Monday. Proceed with cycle 2 once counts recover.",
        "Assessment and plan: doing well on therapy. Proceed with cycle 3 next week.",
        "Assessment and plan: doing well on therapy. Will return in 3 weeks to proceed with cycle 3.",
        "Assessment and plan: doing well on therapy. Proceed with cycle 3 on 04/04.",
        "Assessment and plan: doing well on therapy. Not fit for treatment today.",
        "Assessment and plan: fell at home, weak legs. Continue physical therapy.",
        "Assessment and plan: doing well on therapy. Consider continuing paclitaxel.",
        "Assessment and plan: doing well on therapy. Start docetaxel in 3 weeks.",
        "Assessment and plan: patient declined to proceed with treatment, wishes hospice.",
        "Assessment and plan: hypertension well controlled. Continue lisinopril.",
        "Assessment and plan: Proceed with treatment.",
        "Port assessment: site clean and dry, brisk return. Proceed with treatment.",
    ],
)
def test_what_is_blank_denied_or_of_another_day_decides_nothing(text: str) -> None:
    assert quotes(TITLE + text + SIGNED) == []


def test_a_nurses_assessment_is_no_providers() -> None:
    words = "Assessment: alert, VSS, labs within parameters.\nPlan: proceed with treatment per MD orders."
    assert quotes("INFUSION NURSING NOTE\n" + words + "\nS. Alvarez RN") == []
    assert quotes("INFUSION NURSING NOTE\n" + words) == []
    assert quotes(words) == []


def test_without_a_signature_the_title_tells_who_writes() -> None:
    words = "A/P: labs adequate, ECOG 1, no neuropathy. Proceed with cycle 2 today."
    assert quotes("HEMATOLOGY CLINIC NOTE\n" + words) == ["Proceed with cycle 2"]
    assert quotes("HEMATOLOGY CLINIC NOTE\nok\n\nINFUSION NURSING NOTE\n" + words) == []


def test_notes_pasted_under_one_another() -> None:
    doctor = TITLE + "A/P: labs adequate, ECOG 1. Proceed with cycle 2 today.\nM. Okafor MD\n"
    nurse = "\nINFUSION NURSING NOTE\n0910 Paclitaxel started. Assessment: VSS, no complaints, access ok. J. Reyes RN"
    assert quotes(doctor + nurse) == ["Proceed with cycle 2"]
    assert quotes(nurse + "\n\n" + doctor) == ["Proceed with cycle 2"]


def test_hostile_length_is_linear() -> None:
    assert quotes("Assessment: " * 3000 + "proceed " * 3000) == []
