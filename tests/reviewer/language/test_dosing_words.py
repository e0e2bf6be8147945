"""Words about a dose beside the dose: vials, strengths, orders by body size, suppliers, measures of the body."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reviewer.language.dosing import find_measures, find_ordered, find_strengths, find_suppliers, find_vials


@pytest.mark.parametrize(
    ("text", "vials"),
    [
        ("(one 240 mg single-dose vial, no waste)", [(1, "240", "mg")]),
        ("from two 100-mg vials", [(2, "100", "mg")]),
        ("2 x 100 mg vials", [(2, "100", "mg")]),
        ("2x100mg SDV", [(2, "100", "mg")]),
        ("100 mg vial x 2", [(2, "100", "mg")]),
        ("2 vials of 100 mg", [(2, "100", "mg")]),
        ("1 vial (200 mg)", [(1, "200", "mg")]),
        ("two 100 mg/4 mL vials", [(2, "100", "mg")]),
        ("Vials: 1 x 400 mg, 3 x 100 mg", [(1, "400", "mg"), (3, "100", "mg")]),
        ("a 0.5 g vial", [(1, "0.5", "g")]),
        ("three 1,000 unit vials", [(3, "1000", "units")]),
        ("100 mg vial used", []),  # how many is not told
        ("2 x 100 mg", []),  # of what is not told
        ("10 mL vial of lidocaine", []),  # a volume is no content
        ("vial 2 of 3", []),
    ],
)
def test_vials(text: str, vials: list[tuple[int, str, str]]) -> None:
    assert [(v.number, str(v.size.amount), v.size.unit) for v in find_vials(text)] == vials


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("5 mL of 20 mg/mL", "20"),
        ("100 mg/5 mL", "20"),
        ("1 mg / 4 mL", "0.25"),
        ("50 mcg/mL", "50"),
        ("25 mg per h", None),
    ],
)
def test_strengths(text: str, strength: str | None) -> None:
    assert [str(s.value.amount) for s in find_strengths(text)] == ([strength] if strength else [])


def test_a_strength_without_a_finite_decimal_is_none() -> None:
    assert find_strengths("10 mg/3 mL") == ()


@pytest.mark.parametrize(
    ("text", "ordered"),
    [
        ("carboplatin AUC 5 = 560 mg", [("5", "AUC")]),
        ("175 mg/m2", [("175", "mg/m2")]),
        ("5mg/kg", [("5", "mg/kg")]),
        ("1.5 g/m²", [("1.5", "g/m2")]),
        ("3 mg/kg/h", []),
        ("560 mg", []),
    ],
)
def test_orders_by_body_size(text: str, ordered: list[tuple[str, str]]) -> None:
    assert [(str(o.value.amount), o.value.unit) for o in find_ordered(text)] == ordered


@pytest.mark.parametrize(
    ("text", "supplier"),
    [
        ("patient-supplied", "patient"),
        ("patient's own supply used", "patient"),
        ("pt brought her vial", "patient"),
        ("brown bagged", "patient"),
        ("white-bagged", "specialty_pharmacy"),
        ("White bagging", "specialty_pharmacy"),
        ("delivered by specialty pharmacy", "specialty_pharmacy"),
        ("study drug supplied by sponsor", "sponsor"),
        ("provided by the study", "sponsor"),
        ("free drug program", "manufacturer"),
        ("from the patient assistance program", "manufacturer"),
        ("compassionate use", "manufacturer"),
        ("office sample used", "sample"),
        ("sample syringe", "sample"),
        ("buy and bill", "clinic"),
        ("hospital stock", "clinic"),
        ("not patient supplied", None),
        ("no free drug", None),
        ("blood sample drawn", None),
        ("urine sample sent to lab", None),
        ("patient brought in by wheelchair", None),
        ("patient brought her daughter", None),
        ("oxygen supplied by nasal cannula", None),
        ("education provided by RN", None),
        ("bag hung", None),
        ("pump provided by the home infusion company", None),
    ],
)
def test_suppliers(text: str, supplier: str | None) -> None:
    assert {one.value for one in find_suppliers(text)} == ({supplier} if supplier else set())


def test_measures_of_the_body() -> None:
    found = find_measures("Wt 55.5 kg, Ht: 170 cm, BSA 1.62 m2, CrCl 75 mL/min; weight 176 lbs")
    assert [(m.name, m.value.amount, m.value.unit) for m in found] == [
        ("weight", Decimal("55.5"), "kg"),
        ("height", Decimal(170), "cm"),
        ("body_surface_area", Decimal("1.62"), "m2"),
        ("creatinine_clearance", Decimal(75), "mL/min"),
        ("weight", Decimal(176), "lb"),
    ]
