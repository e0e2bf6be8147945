"""From the words of a note to the drug line: strengths, orders by body size, vials, waste, makers and suppliers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reviewer.extract.patterns import read
from reviewer.grounding import Grounded, ground
from reviewer.notes.note import Note
from validator import validate
from validator.facts import Administration, Quantity, Standing
from validator.loading import default_rulebook

HEAD = "DOS 03/14/2026 Medicare. Right chest port accessed. "


def grounded(body: str) -> Grounded:
    note = Note(id="nursing.txt", text=HEAD + body)
    rulebook = default_rulebook()
    return ground(read((note,), rulebook), (note,), rulebook)


def first(body: str) -> Administration:
    return grounded(body).encounter.administrations[0]


def drug_lines(body: str) -> list[Any]:
    assessment = validate(grounded(body).encounter, default_rulebook())
    return [[line.code, line.units, list(line.modifiers)] for line in assessment.codes if line.kind == "drug"]


# By hand: amount / unit of the code, rounded up; waste by WASTE-1, WASTE-2.
@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("0900 Venofer 5 mL of 20 mg/mL IV push over 5 minutes.", [["J1756", 100, ["JZ"]]]),  # 100 mg, one vial
        ("0900 Venofer 5 mL IV push over 5 minutes.", []),
        ("0900 Remicade 400 mg IVPB (four 100 mg vials, no waste). 1100 Remicade complete.", [["J1745", 40, ["JZ"]]]),
        ("Wt 80 kg. 0900 Remicade 5 mg/kg IVPB started. 1100 Remicade complete.", []),
        (
            "CrCl 75 mL/min. 0900 carboplatin AUC 5 = 500 mg IVPB started, 1000 carboplatin complete.",
            [["J9045", 10, []]],
        ),
        (
            "0900 Avastin 680 mg IVPB started; vials: 1 x 400 mg, 3 x 100 mg; 20 mg wasted. 0940 Avastin complete.",
            [["J9035", 68, []], ["J9035", 2, ["JW"]]],
        ),
        ("0900 Keytruda two 100 mg vials, 200 mg IVPB started. 0935 Keytruda complete.", [["J9271", 200, ["JZ"]]]),
        ("0900 Keytruda 200 mg IVPB from one 100 mg vial. 0935 Keytruda complete.", []),  # more than the vial holds
        ("0900 bortezomib 2.4 mg SC R abdomen, 1.1 mg wasted.", []),
        (
            "0900 bortezomib (Hospira) 2.4 mg IV push, 1.1 mg discarded.",
            [["J9049", 24, []], ["J9049", 11, ["JW"]]],
        ),
        (
            "0900 bortezomib 2.4 mg SC R abdomen, mfr: Dr. Reddy's, lot 1234. 1.1 mg wasted.",
            [["J9046", 24, []], ["J9046", 11, ["JW"]]],
        ),
        ("0900 penicillin G potassium 2.5 million units IVPB started, 0930 complete.", [["J2540", 5, []]]),
        ("0900 Keytruda 200 mg IVPB started, patient-supplied. 0935 Keytruda complete.", []),
        ("0900 Keytruda 200 mg IVPB started, not patient-supplied. 0935 Keytruda complete.", [["J9271", 200, ["JZ"]]]),
        ("0900 Keytruda 200 mg IVPB started. 0935 complete. Drug supplied by sponsor.", []),
        ("0900 Keytruda 200 mg IVPB started, from clinic stock. 0935 Keytruda complete.", [["J9271", 200, ["JZ"]]]),
        (
            "0900 Truxima 375 mg/m2 x 1.87 m2 = 701 mg, rounded to 700 mg IVPB, 1230 complete. Waste: 0",
            [["Q5115", 70, ["JZ"]]],
        ),
        ("0900 IVIG Privigen 35 g IVPB started, no waste. 1300 Privigen complete.", [["J1459", 70, ["JZ"]]]),
        ("0900 IVIG 35 g IVPB started. 1300 IVIG complete.", []),
        (
            "\nDrug | Dose | Route | Start | Stop | Waste | Vials\n"
            "Keytruda | 200 mg | IV | 0900 | 0930 | none | 2 x 100 mg vials\n"
            "Avastin | 680 mg | IV | 0940 | 1015 | 20 mg |\n",
            [["J9271", 200, ["JZ"]], ["J9035", 68, []], ["J9035", 2, ["JW"]]],
        ),
    ],
)
def test_lines_from_notes(body: str, lines: list[Any]) -> None:
    assert sorted(drug_lines(body)) == sorted(lines)


def test_an_order_by_body_size_is_kept_beside_the_dose_and_calls_for_the_weight() -> None:
    found = grounded("Wt 80 kg. 0900 Remicade 5 mg/kg = 400 mg IVPB started. 1100 Remicade complete.").encounter
    given = found.administrations[0]
    assert given.dose.get() == Quantity(amount=Decimal(400), unit="mg")
    assert given.ordered_dose.get() == Quantity(amount=Decimal(5), unit="mg/kg")
    assert given.ordered_dose.evidence[0].text == "5 mg/kg"
    assert found.encounter.weight.get() == Quantity(amount=Decimal(80), unit="kg")


def test_a_brand_beside_the_generic_name_is_the_product_only_where_it_was_given() -> None:
    assert first("0900 IVIG Privigen 35 g IVPB started. 1300 Privigen complete.").product.get() == "Privigen"
    history = "Previously on Remicade. 0900 infliximab 400 mg IVPB started. 1100 infliximab complete."
    assert all(a.product.standing is Standing.NOT_STATED for a in grounded(history).encounter.administrations)


def test_a_weight_that_no_dose_needs_is_left_alone() -> None:
    found = grounded("Wt 80 kg. 0900 Keytruda 200 mg IVPB started. 0935 Keytruda complete.").encounter
    assert found.encounter.weight.standing is Standing.NOT_STATED


def test_two_weights_settle_nothing() -> None:
    found = grounded("Wt 80 kg. Wt 91 kg. 0900 Remicade 5 mg/kg = 400 mg IVPB started. 1100 Remicade complete.")
    assert found.encounter.encounter.weight.standing is Standing.NOT_STATED


def test_what_is_said_of_one_drug_is_not_said_of_another() -> None:
    body = (
        "0900 Keytruda 200 mg IVPB started, white bagged. 0935 Keytruda complete. "
        "0940 Avastin 700 mg IVPB started (one 400 mg vial). 1015 Avastin complete."
    )
    keytruda, avastin = grounded(body).encounter.administrations
    assert keytruda.supplied_by.get() == "specialty_pharmacy"
    assert not keytruda.vials
    assert avastin.supplied_by.standing is Standing.NOT_STATED
    assert [(v.count, v.unit, v.evidence[0].text) for v in avastin.vials] == [(1, "mg", "one 400 mg vial")]


def test_a_sentence_that_may_mean_either_drug_leaves_no_line_for_either() -> None:
    body = (
        "0900 Keytruda 200 mg IVPB started. 0935 Keytruda complete. "
        "0940 Avastin 700 mg IVPB started. 1015 Avastin complete. Drug supplied by sponsor."
    )
    for given in grounded(body).encounter.administrations:
        assert given.supplied_by.standing is Standing.CONFLICTING
    assert drug_lines(body) == []


def test_no_waste_is_an_amount_of_nothing() -> None:
    given = first("0900 Keytruda 200 mg IVPB started, no waste. 0935 Keytruda complete.")
    assert given.discarded.get() == Quantity(amount=Decimal(0), unit="mg")
