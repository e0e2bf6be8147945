"""Drug lines: one for each product and day, with units from the dose given and the end that its waste asks for.

`drug_products` says which code (DRUG-9), `drug_doses` how much was given, `drug_waste` JW or JZ (WASTE-1..8, C-17).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from validator.events import Event
from validator.findings import Step
from validator.rules.drug_doses import Dose, dose_of, kind_of, units_of
from validator.rules.drug_products import product_of
from validator.rules.drug_waste import Waste, waste_of
from validator.worksheet import Draft, Worksheet

GROUNDS = ("drug", "dose", "product")
VOLUME_GROUNDS = (*GROUNDS, "concentration")
WASTE_GROUNDS = ("discarded", "container")


def code(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    """One line for each product and day: administered units, and a second one for documented waste."""
    by_code: dict[tuple[str, date, str], list[Dose]] = {}
    for event in events:
        for member in event.members:
            drug = product_of(sheet, event, member)
            dose = dose_of(sheet, event, member, drug) if drug is not None else None
            if dose is not None:
                by_code.setdefault((dose.drug.code, sheet.day(event.start), dose.drug.ingredient), []).append(dose)
    for key in sorted(by_code):
        _line(sheet, key[0], key[1], by_code[key])


def _line(sheet: Worksheet, hcpcs: str, day: date, doses: list[Dose]) -> None:
    drug = doses[0].drug
    amount = doses[0].amount if len(doses) == 1 else sum([d.amount for d in doses], Decimal(0))
    units = units_of(amount, drug)
    if units < 1:
        return
    waste = waste_of(sheet, doses, amount)
    if waste.withheld:
        return
    events = tuple({d.event.id: d.event for d in doses}.values())
    inputs = {"amount": format(amount.normalize(), "f"), "unit": drug.unit, "per": str(drug.unit_amount)}
    grounds = VOLUME_GROUNDS if _by_volume(doses) else GROUNDS
    steps = (sheet.step("drug.billing-units", inputs, events, grounds), _ending(sheet, waste, events))
    given = tuple(dict.fromkeys([d.member.id for d in doses]))
    sheet.drafts.append(Draft(hcpcs, units, day, "drug", given, (), steps, waste.modifiers))
    if waste.discarded_units:
        sheet.drafts.append(Draft(hcpcs, waste.discarded_units, day, "drug", given, (), steps, ("JW",)))


def _by_volume(doses: list[Dose]) -> bool:
    for dose in doses:
        said = dose.member.dose.get()
        if said is not None and kind_of(said.unit) == "ml":
            return True
    return False


def _ending(sheet: Worksheet, waste: Waste, events: tuple[Event, ...]) -> Step:
    """The step that says how the line ends, or why no modifier is on it."""
    if waste.why:
        return sheet.step("waste.no-modifier", {"why": waste.why}, events, WASTE_GROUNDS)
    return sheet.step("waste.modifiers", {"discarded_units": waste.discarded_units}, events, WASTE_GROUNDS)
