"""Drug lines: billing units from the documented dose, and the waste modifiers (DRUG-9, WASTE-1..8, C-17)."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from validator.events import Event
from validator.facts import Administration, Quantity
from validator.records import Drug
from validator.worksheet import Worksheet

UNBILLED = frozenset(
    {"flush", "local_anaesthetic", "contrast", "blood", "cellular", "vaccine", "radiopharm", "hydration"}
)
SCALE: dict[str, tuple[str, Decimal]] = {
    "kg": ("g", Decimal(1000)),
    "g": ("g", Decimal(1)),
    "gm": ("g", Decimal(1)),
    "mg": ("g", Decimal("0.001")),
    "mcg": ("g", Decimal("0.000001")),
    "ug": ("g", Decimal("0.000001")),
    "µg": ("g", Decimal("0.000001")),
    "units": ("units", Decimal(1)),
    "unit": ("units", Decimal(1)),
    "u": ("units", Decimal(1)),
    "iu": ("units", Decimal(1)),
    "million units": ("units", Decimal(1_000_000)),
    "ml": ("ml", Decimal(1)),
    "l": ("ml", Decimal(1000)),
    "cc": ("ml", Decimal(1)),
    "meq": ("meq", Decimal(1)),
    "mmol": ("mmol", Decimal(1)),
}
GROUNDS = ("drug", "dose", "product")
JZ_SINCE = "2023-07-01"


def code(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    """One line for each product and day: administered units, and a second one for documented waste."""
    by_code: dict[tuple[str, str, str], list[tuple[Event, Administration, Drug, Decimal]]] = {}
    for event in events:
        for member in event.members:
            found = _product(sheet, event, member)
            if found is None:
                continue
            drug, amount = found
            day = sheet.day(event.start).isoformat()
            by_code.setdefault((drug.code, day, drug.ingredient), []).append((event, member, drug, amount))
    for (hcpcs, _, _), doses in sorted(by_code.items(), key=lambda item: item[0]):
        _line(sheet, hcpcs, doses)


def _product(sheet: Worksheet, event: Event, member: Administration) -> tuple[Drug, Decimal] | None:
    name = member.drug.get()
    if name is None or event.family == "unknown" or member.purpose.get() in ("flush", "keep_open"):
        return None
    named = sheet.context.rulebook.find_products(member.product.get() or name)
    drugs = [d for d in named or sheet.context.rulebook.find_drug(name) if d.admin_class not in UNBILLED]
    if not drugs or not any(d.code and d.unit_amount for d in drugs):
        return None
    drugs = _fitting(sheet, drugs, event.route)
    if len({d.code for d in drugs}) != 1:
        codes = tuple(sorted({d.code for d in drugs if d.code}))
        sheet.gap("drug.product", event, codes, member.product, subject=name)
        return None
    drug = drugs[0]
    dose = member.dose.get()
    if dose is None:
        sheet.gap("drug.dose-for-units", event, (drug.code,), member.dose, subject=name)
        reason = f"no dose is documented for {name}"
        sheet.block(drug.code, 1, reason, ("drug.dose-for-units",), (event,), rule="drug.billing-units")
        return None
    amount = in_unit(dose, drug)
    return None if amount is None else (drug, amount)


def _fitting(sheet: Worksheet, drugs: list[Drug], route: str | None) -> list[Drug]:
    """The products whose code is in force on the day, and which are given by the documented route."""
    on = sheet.context.on
    drugs = [d for d in drugs if (d.since is None or d.since <= on) and (d.until is None or on < d.until)]
    by_route = [d for d in drugs if route in d.routes]
    return by_route if by_route or route in ("subcutaneous", "intramuscular") else drugs


def in_unit(quantity: Quantity, drug: Drug) -> Decimal | None:
    """The quantity in the unit of the drug's billing code; None where the units cannot be compared."""
    have, want = SCALE.get(quantity.unit.casefold().strip()), SCALE.get(drug.unit.casefold().strip())
    if have is None or want is None or have[0] != want[0]:
        return None
    return quantity.amount * have[1] / want[1]


def units_of(amount: Decimal, drug: Drug) -> int:
    """Billing units, rounded up to a whole unit (WASTE-7)."""
    assert drug.unit_amount is not None
    return int((amount / drug.unit_amount).to_integral_value(ROUND_CEILING))


def _line(sheet: Worksheet, hcpcs: str, doses: list[tuple[Event, Administration, Drug, Decimal]]) -> None:
    drug = doses[0][2]
    amount = sum((d[3] for d in doses), Decimal(0))
    units = units_of(amount, drug)
    if units < 1:
        return
    events = tuple({d[0].id: d[0] for d in doses}.values())
    inputs = {"amount": format(amount.normalize(), "f"), "unit": drug.unit, "per": str(drug.unit_amount)}
    step = sheet.step("drug.billing-units", inputs, events, GROUNDS)
    modifiers, waste = _waste(sheet, doses, drug, amount, units)
    steps = [step]
    if modifiers or waste:
        steps.append(sheet.step("waste.modifiers", {"discarded_units": waste}, events, ("discarded", "container")))
    draft = sheet.line(hcpcs, units, sheet.day(events[0].start), steps, events, modifiers=modifiers, kind="drug")
    draft.administrations = tuple(dict.fromkeys(d[1].id for d in doses))
    if waste:
        second = sheet.line(hcpcs, waste, draft.day, steps, events, modifiers=("JW",), kind="drug")
        second.administrations = draft.administrations


def _waste(
    sheet: Worksheet,
    doses: list[tuple[Event, Administration, Drug, Decimal]],
    drug: Drug,
    amount: Decimal,
    units: int,
) -> tuple[tuple[str, ...], int]:
    """JZ, or the units of a JW line. Only for separately paid drugs from single-dose containers, under Medicare."""
    containers = {m.container.get() or drug.container for _, m, _, _ in doses}
    packaged = sheet.context.facility and not drug.separately_paid
    if sheet.context.payer not in (None, "medicare") or packaged or containers != {"single_dose"}:
        return (), 0
    if sheet.context.on.isoformat() < JZ_SINCE or not sheet.context.policy.startswith("medicare"):
        return (), 0
    discarded = [m.discarded.get() for _, m, _, _ in doses]
    stated = [in_unit(q, drug) for q in discarded if q is not None]
    if any(q is None for q in stated):
        return (), 0
    wasted = sum((q for q in stated if q is not None), Decimal(0))
    if wasted == 0:
        return _no_waste_stated(sheet, doses, drug, amount, stated=len(stated) == len(doses))
    left = units_of(amount + wasted, drug) - units
    if left <= 0:
        return (("JZ",) if sheet.context.switches.jz_when_unit_covers_waste == "jz" else ()), 0
    return (), left


def _no_waste_stated(
    sheet: Worksheet,
    doses: list[tuple[Event, Administration, Drug, Decimal]],
    drug: Drug,
    amount: Decimal,
    stated: bool,
) -> tuple[tuple[str, ...], int]:
    if stated or whole_vials(amount, drug):
        return ("JZ",), 0
    event, member, _, _ = doses[0]
    sheet.gap("waste.amount", event, (drug.code,), member.discarded, subject=str(member.drug.value))
    return (), 0


def whole_vials(amount: Decimal, drug: Drug) -> bool:
    """Whether some combination of the drug's vials holds exactly this amount, so that nothing can be left over."""
    sizes = [size for q, unit in drug.vial_sizes if (size := in_unit(Quantity(amount=q, unit=unit), drug)) is not None]
    if not sizes or amount > 100 * max(sizes):
        return False
    reachable, limit = {Decimal(0)}, amount
    while reachable:
        if limit in reachable:
            return True
        reachable = {have + size for have in reachable for size in sizes if have + size <= limit}
    return False
