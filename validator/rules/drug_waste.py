"""JW, JZ or neither: what was left of single-dose containers, and whether they can hold it (WASTE-1..8, C-17).

Nothing here raises units. Amounts are in the unit of the billing code; a container holds what its label says.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from validator.facts import Quantity
from validator.records import Drug
from validator.rules.drug_doses import Dose, amount_of, in_unit, member_of, opened_of, units_of
from validator.rules.drug_products import is_medicare
from validator.worksheet import Worksheet

MOST_VIALS = 100
"""Vials of the largest size after which no combination is looked for."""


class Waste(NamedTuple):
    """The end of a drug line: its modifiers, the discarded units of a second line, and why there is no modifier.

    `withheld`: the containers documented cannot hold the dose, so that there is no line at all.
    """

    modifiers: tuple[str, ...] = ()
    discarded_units: int = 0
    why: str = ""
    withheld: bool = False


def waste_of(sheet: Worksheet, doses: list[Dose], given: Decimal) -> Waste:
    """How the line of one product and day ends. `given` is the amount of all its doses."""
    drug = doses[0].drug
    told = [(dose.amount, held) for dose in doses if (held := opened_of(dose.member, drug)) is not None]
    opened = None
    if told:
        held = sum([held for _, held in told], Decimal(0))
        if sum([amount for amount, _ in told]) > held:
            reason = f"more {_name(doses)} is documented as given than the documented containers hold"
            _contradiction(sheet, doses, units_of(held, drug), reason)
            return Waste(withheld=True)
        opened = held if len(told) == len(doses) else None
    why = _inapplicable(sheet, doses)
    if why:
        return Waste(why=why)
    stated = [amount_of(q, d.member, drug) for d in doses if (q := d.member.discarded.get()) is not None]
    left = [q for q in stated if q is not None]
    if len(left) < len(stated):
        _ask_amount(sheet, doses)
        return Waste(why="the discarded amount is in a unit that cannot be made into the unit of the code")
    wasted = sum(left, Decimal(0))
    if not wasted:
        return _nothing_told(sheet, doses, given, opened, said_none=len(left) == len(doses))
    if opened is not None and given + wasted > opened:
        reason = f"dose and discarded amount of {_name(doses)} are more than the documented containers hold"
        _contradiction(sheet, doses, units_of(wasted, drug), reason)
        return Waste(why="dose and discarded amount are more than the containers hold")
    if len(left) < len(doses):
        _ask_amount(sheet, doses)
    _check_vials(sheet, doses, given, wasted, opened)
    units = units_of(given + wasted, drug) - units_of(given, drug)
    if units > 0:
        return Waste((), units)
    return _no_waste(sheet, "the last unit given covers what was discarded, and this policy then shows no modifier")


def _name(doses: list[Dose]) -> str:
    return doses[0].member.drug.value or "the drug"


def _inapplicable(sheet: Worksheet, doses: list[Dose]) -> str:
    """Why neither modifier belongs on the line, in words; "" where one may."""
    context, drug = sheet.context, doses[0].drug
    if not is_medicare(context):
        return "JW and JZ are asked for by Medicare, and this is another payer or its policy"
    if context.rulebook.rule("waste.modifiers", context.on) is None:
        return "JW and JZ were not yet asked for on the date of service"
    if context.facility and not drug.separately_paid:
        return "the hospital outpatient payment includes this drug, so that neither JW nor JZ applies"
    containers = {d.member.container.get() or drug.container for d in doses}
    if "multi_dose" in containers:
        return "it comes from a multi-dose container, of which no waste is reported"
    if containers != {"single_dose"}:
        for dose in doses:
            if dose.member.container.get() is None:
                sheet.gap(
                    "waste.container",
                    member_of(dose.event, dose.member),
                    (drug.code,),
                    dose.member.container,
                    subject=_name([dose]),
                )
        return "it exists in single-dose and in multi-dose containers, and which was used is not documented"
    return ""


def _nothing_told(
    sheet: Worksheet, doses: list[Dose], given: Decimal, opened: Decimal | None, said_none: bool
) -> Waste:
    """No discarded amount: it was said that there was none, or vials that hold just the dose say so."""
    drug = doses[0].drug
    if opened is not None and opened > given:
        if said_none:
            reason = f"nothing of {_name(doses)} was discarded, and its containers hold more than the dose"
            _gap(sheet, doses, "waste.vials-agree")
            return Waste(why=reason)
        _ask_amount(sheet, doses)
        return Waste(why="what became of the rest of the containers is not documented")
    if said_none and opened is None and _sizes(drug) and not whole_vials(given, drug):
        _gap(sheet, doses, "waste.vials-accounted")
    if said_none or opened == given or (opened is None and whole_vials(given, drug)):
        return _no_waste(sheet, "nothing was discarded; JZ was not yet in use on the date of service", always=True)
    _ask_amount(sheet, doses)
    return Waste(why="whether anything was discarded is not documented")


def _no_waste(sheet: Worksheet, otherwise: str, always: bool = False) -> Waste:
    """JZ where it is in use; `always` when nothing at all was left, else as the policy says (C-17)."""
    in_use = bool(sheet.context.param("waste.modifiers", "jz"))
    if in_use and (always or sheet.context.switches.jz_when_unit_covers_waste == "jz"):
        return Waste(("JZ",))
    return Waste(why=otherwise)


def _check_vials(sheet: Worksheet, doses: list[Dose], given: Decimal, wasted: Decimal, opened: Decimal | None) -> None:
    """Dose and waste make up whole containers, of the combination that leaves least (WASTE-4, WASTE-5)."""
    drug = doses[0].drug
    whole = given + wasted
    if whole < opened if opened is not None else _sizes(drug) and not whole_vials(whole, drug):
        _gap(sheet, doses, "waste.vials-accounted")
    least = _smallest_holding(given, drug)
    if least is not None and wasted > least - given:
        _gap(sheet, doses, "waste.vial-choice")


def _contradiction(sheet: Worksheet, doses: list[Dose], units: int, reason: str) -> None:
    events = tuple(member_of(d.event, d.member) for d in doses)
    _gap(sheet, doses, "waste.vials-agree")
    sheet.block(doses[0].drug.code, max(units, 1), reason, ("waste.vials-agree",), events, rule="waste.vial-contents")


def _ask_amount(sheet: Worksheet, doses: list[Dose]) -> None:
    """Ask what was discarded of the first dose that does not tell it in a unit of its code."""
    untold = (d for d in doses if (q := d.member.discarded.get()) is None or amount_of(q, d.member, d.drug) is None)
    _gap(sheet, [next(untold, doses[0])], "waste.amount")


def _gap(sheet: Worksheet, doses: list[Dose], requirement: str) -> None:
    event, member, drug, _ = doses[0]
    sheet.gap(requirement, member_of(event, member), (drug.code,), member.discarded, subject=_name(doses))


def _sizes(drug: Drug) -> list[Decimal]:
    sizes = (in_unit(Quantity(amount=q, unit=unit), drug) for q, unit in drug.vial_sizes)
    return [size for size in sizes if size is not None]


def whole_vials(amount: Decimal, drug: Drug) -> bool:
    """Whether some combination of the drug's vials holds exactly this amount, so that nothing can be left over."""
    return _smallest_holding(amount, drug) == amount


def _smallest_holding(amount: Decimal, drug: Drug) -> Decimal | None:
    """The least that a combination of the drug's vials holds and is no less than the amount; None if not known."""
    sizes = _sizes(drug)
    if not sizes or amount > MOST_VIALS * max(sizes):
        return None
    seen, reachable, best = {Decimal(0)}, [Decimal(0)], None
    while reachable:
        have = reachable.pop()
        if have >= amount:
            best = have if best is None else min(best, have)
            continue
        for size in sizes:
            if (more := have + size) not in seen and (best is None or more < best):
                seen.add(more)
                reachable.append(more)
    return best
