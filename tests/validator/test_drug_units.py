"""Drug units against their definition, in fractions: enough for the dose, and never more than the vials hold."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from validator import validate
from validator.facts import Encounter
from validator.findings import Assessment
from validator.loading import default_rulebook

often = settings(max_examples=400, deadline=None, derandomize=True)

# One product and one code each; the unit of the code and the vials, in mg.
PRODUCTS = {
    "Keytruda": ("J9271", "1"),
    "Avastin": ("J9035", "10"),
    "Velcade": ("J9041", "0.1"),
    "Padcev": ("J9177", "0.25"),
    "Remicade": ("J1745", "10"),
    "Neulasta": ("J2506", "0.5"),
    "Zynlonta": ("J9359", "0.075"),
    "carboplatin": ("J9045", "50"),
    "Aloxi": ("J2469", "0.025"),
}
products = st.sampled_from(sorted(PRODUCTS))
amounts = st.decimals(min_value=Decimal("0.001"), max_value=Decimal(2000), places=3, allow_nan=False)
vials = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["3.5", "10", "50", "100", "400"])), min_size=0, max_size=2
)


def assess(policy: str | None = None, **facts: Any) -> Assessment:
    one = {
        "id": "a1",
        "route": "intravenous",
        "technique": "push",
        "start": "09:00",
        "container": "single_dose",
        **facts,
    }
    return validate(
        Encounter.model_validate(
            {"encounter": {"date_of_service": "2026-03-14", "payer": "medicare"}, "administrations": [one]}
        ),
        default_rulebook(),
        policy=policy,
    )


def lines(assessment: Assessment) -> dict[tuple[str, ...], int]:
    """Units of the drug lines by their modifiers; each set of modifiers stands once."""
    found = [line for line in assessment.codes if line.kind == "drug"]
    assert len({line.modifiers for line in found}) == len(found)
    return {line.modifiers: line.units for line in found}


def given_units(found: dict[tuple[str, ...], int]) -> int:
    return sum(units for modifiers, units in found.items() if "JW" not in modifiers)


@often
@given(products, amounts)
def test_units_cover_the_dose_and_not_one_unit_more(drug: str, dose: Decimal) -> None:
    code, unit = PRODUCTS[drug]
    assessment = assess(drug=drug, dose=f"{dose} mg")
    assert {line.code for line in assessment.codes if line.kind == "drug"} == {code}
    units = given_units(lines(assessment))
    assert units * Fraction(unit) >= Fraction(dose) > (units - 1) * Fraction(unit)


@often
@given(products, amounts, st.one_of(st.none(), amounts), vials)
def test_units_given_and_discarded_fit_the_opened_vials(
    drug: str, dose: Decimal, discarded: Decimal | None, opened: list[tuple[int, str]]
) -> None:
    unit = Fraction(PRODUCTS[drug][1])
    containers = [{"count": count, "amount": amount, "unit": "mg"} for count, amount in opened]
    waste = {} if discarded is None else {"discarded": f"{discarded} mg"}
    found = lines(assess(drug=drug, dose=f"{dose} mg", vials=containers, policy="medicare-physician", **waste))
    if opened:
        held = sum(count * Fraction(amount) for count, amount in opened)
        assert sum(found.values()) <= ceil(held / unit)
        if Fraction(dose) > held:
            assert not found
    if discarded is not None:
        assert sum(found.values()) <= ceil((Fraction(dose) + Fraction(discarded)) / unit)
    else:
        assert ("JW",) not in found
    assert found.get(("JW",), 0) == 0 or ("JZ",) not in found


@often
@given(products, amounts, st.sampled_from([("g", "0.001"), ("mcg", "1000"), ("gm", "0.001"), ("µg", "1000")]))
def test_the_unit_a_dose_is_written_in_changes_nothing(drug: str, dose: Decimal, unit: tuple[str, str]) -> None:
    written = format(dose * Decimal(unit[1]), "f")
    assert lines(assess(drug=drug, dose=f"{written} {unit[0]}")) == lines(assess(drug=drug, dose=f"{dose} mg"))


@often
@given(products, amounts, st.sampled_from(["0.5", "2.5", "20", "25"]))
def test_a_volume_with_its_concentration_is_the_amount_in_it(drug: str, volume: Decimal, strength: str) -> None:
    dose = format(volume * Decimal(strength), "f")
    by_volume = assess(drug=drug, dose=f"{volume} mL", concentration=f"{strength} mg/mL")
    assert lines(by_volume) == lines(assess(drug=drug, dose=f"{dose} mg"))
    assert not lines(assess(drug=drug, dose=f"{volume} mL"))


@often
@given(products, amounts, st.sampled_from(["mg/kg", "mg/m2", "AUC"]), st.decimals(30, 200, places=1))
def test_a_dose_by_body_size_is_never_billed(drug: str, dose: Decimal, unit: str, size: Decimal) -> None:
    facts = {"id": "a1", "drug": drug, "dose": f"{dose} {unit}", "route": "intravenous", "technique": "push"}
    info = {
        "date_of_service": "2026-03-14",
        "weight": f"{size} kg",
        "body_surface_area": "1.8 m2",
        "creatinine_clearance": f"{size} mL/min",
    }
    encounter = Encounter.model_validate({"encounter": info, "administrations": [{**facts, "start": "09:00"}]})
    assessment = validate(encounter, default_rulebook())
    assert not lines(assessment)
    assert PRODUCTS[drug][0] in {entry.code for entry in assessment.not_supported}


@often
@given(products, amounts, st.sampled_from(["patient", "specialty_pharmacy", "manufacturer", "sponsor", "sample"]))
def test_a_drug_the_clinic_did_not_pay_for_is_never_billed(drug: str, dose: Decimal, supplier: str) -> None:
    bought, free = assess(drug=drug, dose=f"{dose} mg"), assess(drug=drug, dose=f"{dose} mg", supplied_by=supplier)
    assert not lines(free)
    services = [[(line.code, line.units) for line in x.codes if line.kind != "drug"] for x in (bought, free)]
    assert services[0] == services[1] != []
    assert "a1" in {entry.administration for entry in free.not_coded}


def test_a_generic_name_with_several_codes_never_gives_a_line() -> None:
    """Of the whole table: by the name of its ingredient alone, what has several codes in force has no line."""
    rulebook = default_rulebook()
    tried = 0
    for ingredient in sorted({drug.ingredient for drug in rulebook.drugs}):
        rows = [d for d in rulebook.find_drug(ingredient) if d.until is None and "intravenous" in d.routes]
        codes = {d.code for d in rows}
        if len(codes) < 2 or not codes - {""} or rows[0].admin_class in ("hydration", "flush"):
            continue
        tried += 1
        for payer in ("medicare", "commercial"):
            unit = next(d.unit for d in rows if d.unit)
            assessment = assess(drug=ingredient, dose=f"100 {unit}", policy=f"{payer}-physician")
            assert not lines(assessment), ingredient
            assert "product" in {entry.element for entry in assessment.missing}, ingredient
    assert tried >= 25
