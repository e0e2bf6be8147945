"""Amounts with units as notes write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reviewer.language.quantity import find_quantities, read_quantity


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("1000 mg", "1000", "mg"),
        ("1,000 mg", "1000", "mg"),
        ("0,25 mg", "0.25", "mg"),
        (".5 mg", "0.5", "mg"),
        (".25 mg", "0.25", "mg"),
        ("0.5 gm", "0.5", "g"),
        ("1,200 mg", "1200", "mg"),
        ("250 µg", "250", "mcg"),
        ("250 mcg", "250", "mcg"),
        ("40 mEq", "40", "meq"),
        ("15 mmol", "15", "mmol"),
        ("140mg", "140", "mg"),
        ("4 gm", "4", "g"),
        ("1 g", "1", "g"),
        ("50 mcg", "50", "mcg"),
        ("50 µg", "50", "mcg"),
        ("50 ug", "50", "mcg"),
        ("1000cc", "1000", "mL"),
        ("1/2 L", "0.5", "L"),
        ("½ L", "0.5", "L"),
        ("500u", "500", "units"),
        ("10 U", "10", "units"),
        ("10000 IU", "10000", "iu"),
        ("2.5 million units", "2500000", "units"),
        ("5 mill units", "5000000", "units"),
        ("20 mEq KCl", "20", "meq"),
        ("40 mCi", "40", "mCi"),
        ("85 mg/m²", "85", "mg/m2"),
        ("85 mg/m2", "85", "mg/m2"),
        ("5 mcg/kg/min", "5", "mcg/kg/min"),
        ("125 mL/hr", "125", "mL/h"),
        ("AUC 5", "5", "AUC"),
        ("85mg/m2=150mg", "150", "mg"),
        ("5 mg/100 mL", "5", "mg"),
        ("IVIG 20g IV", "20", "g"),
    ],
)
def test_an_amount_is_read(text: str, amount: str, unit: str) -> None:
    read = read_quantity(text)
    assert read is not None
    assert (read.amount, read.unit) == (Decimal(amount), unit)


@pytest.mark.parametrize(
    "text",
    [
        "5-10 mg",
        "8 mg + 4 mg",
        "20g Huber",
        "22g PIV started",
        "20g IV started L forearm",
        "1 L forearm",
        "1000",
        "120/80",
        "x30min",
        "10 mU",
    ],
)
def test_no_one_amount(text: str) -> None:
    assert read_quantity(text) is None


def test_a_surface_dose_and_its_product_are_two_amounts() -> None:
    assert [(str(one.amount), one.unit) for one in find_quantities("85mg/m2=150mg")] == [("85", "mg/m2"), ("150", "mg")]


def test_a_range_gives_both_ends_with_the_one_unit() -> None:
    assert [(str(one.amount), one.unit) for one in find_quantities("5-10 mg")] == [("5", "mg"), ("10", "mg")]
