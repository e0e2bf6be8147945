"""What was given of a drug, in the unit of its billing code, and the totals that only check it (DRUG-9, DOC-04).

All arithmetic is decimal and exact. An amount for each kg, each m2 or as an AUC is what was ordered: the total computed
from it is compared with the dose given and never stands in for it.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import NamedTuple

from validator.events import Event
from validator.facts import Administration, EncounterInfo, Fact, Quantity
from validator.records import Drug
from validator.worksheet import Worksheet

SCALE: dict[str, tuple[str, Decimal]] = {
    "kg": ("g", Decimal(1000)),
    "g": ("g", Decimal(1)),
    "gm": ("g", Decimal(1)),
    "gram": ("g", Decimal(1)),
    "grams": ("g", Decimal(1)),
    "mg": ("g", Decimal("0.001")),
    "mcg": ("g", Decimal("0.000001")),
    "ug": ("g", Decimal("0.000001")),
    "µg": ("g", Decimal("0.000001")),
    "μg": ("g", Decimal("0.000001")),
    "ng": ("g", Decimal("0.000000001")),
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
    "vial": ("vial", Decimal(1)),
    "vials": ("vial", Decimal(1)),
}
BY_SIZE = ("/kg", "/m2", "auc")
"""How a unit ends that tells an amount by body size or by exposure, not an amount given."""

CALVERT = Decimal(25)
MOST_CLEARANCE = Decimal(125)
"""The Calvert formula adds 25 to the clearance; its label caps the clearance at 125 mL/min."""

POUND = Decimal("0.45359237")
INCH = Decimal("2.54")
MOSTELLER = Decimal(3600)


class Dose(NamedTuple):
    """What one administration gave of one product: `amount` is in the unit of the product's code."""

    event: Event
    member: Administration
    drug: Drug
    amount: Decimal


@lru_cache(maxsize=256)
def scale_of(unit: str) -> tuple[str, Decimal] | None:
    """What a unit measures and how many of the plain unit it is; None for one that is not known."""
    return SCALE.get(unit.casefold().strip())


def in_unit(quantity: Quantity, drug: Drug) -> Decimal | None:
    """The quantity in the unit of the drug's billing code; None where the units cannot be compared."""
    have, want = scale_of(quantity.unit), scale_of(drug.unit)
    if have is None or want is None or have[0] != want[0]:
        return None
    return quantity.amount if have == want else quantity.amount * have[1] / want[1]


def amount_of(quantity: Quantity, member: Administration, drug: Drug) -> Decimal | None:
    """The quantity in the unit of the code, of a volume with the documented concentration; None where neither tells."""
    if not quantity.amount:
        return Decimal(0)
    amount = in_unit(quantity, drug)
    return amount if amount is not None else _from_volume(quantity, member, drug)


def units_of(amount: Decimal, drug: Drug) -> int:
    """Billing units, rounded up to a whole unit (WASTE-7)."""
    assert drug.unit_amount is not None
    return int((amount / drug.unit_amount).to_integral_value(ROUND_CEILING))


def dose_of(sheet: Worksheet, event: Event, member: Administration, drug: Drug) -> Dose | None:
    """What was given, in the code's unit. None where it is not documented: then the one missing fact is asked for."""
    dose, name = member.dose.get(), member.drug.value or event.name
    ask = _Question(sheet, event, member, drug)
    by_size = dose or member.ordered_dose.get()
    if by_size is not None and _by_size(by_size):
        total = _computed(sheet.context.encounter.encounter, by_size, _surface(sheet))
        amount = in_unit(total, drug) if total is not None else None
        reason = f"{name} is documented by body size or AUC only; the total that was given is not documented"
        ask.put("drug.total-given", reason, member.dose, "drug.total-given", amount)
        return None
    if dose is None:
        ask.put("drug.dose-for-units", f"no dose is documented for {name}", member.dose, "drug.billing-units")
        return None
    if member.status.get() == "stopped_early" and not _is_what_ran_in(member, dose, drug):
        reason = f"{name} was stopped early, and the amount that had been given by then is not documented"
        ask.put("drug.given-until-stopped", reason, member.dose, "drug.total-given")
        return None
    amount = amount_of(dose, member, drug)
    if amount is None and kind_of(dose.unit) == "ml" and not member.concentration.known:
        reason = f"{name} is documented as a volume without its concentration"
        ask.put("drug.concentration", reason, member.concentration, "drug.concentration")
        return None
    if amount is None:
        reason = f"the dose of {name} is in a unit that cannot be made into the unit of {drug.code}"
        ask.put("drug.dose-unit", reason, member.dose, "drug.billing-units")
        return None
    if _disagrees(sheet, member, drug, amount):
        sheet.gap("drug.dose-agrees", ask.about, (drug.code,), member.ordered_dose, subject=name)
    return Dose(event, member, drug, amount)


class _Question(NamedTuple):
    """What keeps the line of one drug back, and whom it is about."""

    sheet: Worksheet
    event: Event
    member: Administration
    drug: Drug

    @property
    def about(self) -> Event:
        """The event as that of the one drug."""
        return member_of(self.event, self.member)

    def put(
        self, requirement: str, reason: str, fact: Fact[Quantity], rule: str, amount: Decimal | None = None
    ) -> None:
        """Ask, and list the code as not supported; `amount` is what the line may come to, if that is known."""
        about, units = self.about, units_of(amount, self.drug) if amount else 1
        self.sheet.gap(requirement, about, (self.drug.code,), fact)
        self.sheet.block(self.drug.code, max(units, 1), reason, (requirement,), (about,), rule=rule)


def member_of(event: Event, member: Administration) -> Event:
    """The event as that of one of its drugs: what is asked of a drug in a shared bag names that drug."""
    return event if event.members == (member,) else event._replace(id=member.id, facts=member, members=(member,))


def kind_of(unit: str) -> str:
    """What a unit measures (g, units, ml, meq, mmol, vial); "" for one that is not known."""
    scale = scale_of(unit)
    return "" if scale is None else scale[0]


def _by_size(dose: Quantity) -> bool:
    return _is_by_size(dose.unit)


@lru_cache(maxsize=256)
def _is_by_size(unit: str) -> bool:
    return unit.casefold().replace(" ", "").endswith(BY_SIZE)


def _is_what_ran_in(member: Administration, dose: Quantity, drug: Drug) -> bool:
    """Whether the dose of something stopped early is told apart from what was hung: it is less than was ordered, or
    it adds up with the discarded amount to what the documented containers hold."""
    ordered, discarded, opened = member.ordered_dose.get(), member.discarded.get(), opened_of(member, drug)
    if ordered is not None and not _by_size(ordered) and ordered != dose:
        return True
    parts = [amount_of(q, member, drug) for q in (dose, discarded) if q is not None]
    return opened is not None and len(parts) == 2 and None not in parts and sum(p for p in parts if p) <= opened


def opened_of(member: Administration, drug: Drug) -> Decimal | None:
    """What the containers documented for one administration hold; None without any, or in a unit that does not fit."""
    if not member.vials:
        return None
    held = Decimal(0)
    for vial in member.vials:
        one = in_unit(Quantity(amount=vial.amount, unit=vial.unit), drug)
        if one is None:
            return None
        held += one * vial.count
    return held


def _from_volume(dose: Quantity, member: Administration, drug: Drug) -> Decimal | None:
    """A volume times its documented concentration ("20", "mg/mL"), in the unit of the code."""
    concentration = member.concentration.get()
    if concentration is None or kind_of(dose.unit) != "ml":
        return None
    over, _, under = concentration.unit.partition("/")
    if kind_of(under) != "ml":
        return None
    volume = dose.amount * SCALE[dose.unit.casefold().strip()][1]
    whole = concentration.amount * volume / SCALE[under.casefold().strip()][1]
    return in_unit(Quantity(amount=whole, unit=over.strip()), drug)


def _surface(sheet: Worksheet) -> Decimal | None:
    """The body surface in m2: as documented, else from weight and height (Mosteller)."""
    info = sheet.context.encounter.encounter
    stated = info.body_surface_area.get()
    if stated is not None:
        return stated.amount
    noted = sheet.context.encounter.documented("body_surface_area").get()
    if isinstance(noted, (int, float)) and not isinstance(noted, bool):
        return Decimal(str(noted))
    weight, height = _kilograms(info), info.height.get()
    if weight is None or height is None or height.unit not in ("cm", "in"):
        return None
    tall = height.amount * (INCH if height.unit == "in" else 1)
    return (weight * tall / MOSTELLER).sqrt()


def _kilograms(info: EncounterInfo) -> Decimal | None:
    weight = info.weight.get()
    if weight is None or weight.unit not in ("kg", "lb", "g"):
        return None
    return weight.amount * {"kg": Decimal(1), "lb": POUND, "g": Decimal("0.001")}[weight.unit]


def _computed(info: EncounterInfo, ordered: Quantity, surface: Decimal | None) -> Quantity | None:
    """The total of an amount by kg, m2 or AUC (Calvert, in mg); None where a measure it needs is not documented."""
    unit = ordered.unit.casefold().replace(" ", "")
    if unit == "auc":
        clearance = info.creatinine_clearance.get()
        if clearance is None:
            return None
        return Quantity(amount=ordered.amount * (min(clearance.amount, MOST_CLEARANCE) + CALVERT), unit="mg")
    size = _kilograms(info) if unit.endswith("/kg") else surface
    if size is None or unit.count("/") != 1:
        return None
    return Quantity(amount=ordered.amount * size, unit=unit.partition("/")[0])


def _disagrees(sheet: Worksheet, member: Administration, drug: Drug, given: Decimal) -> bool:
    """Whether the dose is more than a tenth away from what was ordered by body size; it changes no line (DOC-51)."""
    ordered = member.ordered_dose.get()
    if ordered is None or sheet.context.documented("dose_variance", "dose_variance_reason"):
        return False
    total = _computed(sheet.context.encounter.encounter, ordered, _surface(sheet)) if _by_size(ordered) else ordered
    expected = in_unit(total, drug) if total is not None else None
    return expected is not None and abs(given - expected) * 10 > expected
