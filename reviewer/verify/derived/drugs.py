"""Drug lines: the units follow from the doses, the waste from what was discarded, and no billable drug is left out.

The derivation in the line (amount, unit, size of a billing unit) is checked with exact fractions; which product it was
is checked against the drug table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from reviewer.verify.derived.edits import over_limit
from reviewer.verify.derived.lines import step
from reviewer.verify.derived.services import Why, paths
from reviewer.verify.derived.world import Bag, World, told
from reviewer.verify.problems import Problem, differences
from reviewer.verify.records import Plain, Records

SCALE: dict[str, tuple[str, Fraction]] = {
    **dict.fromkeys(("g", "gm", "gram", "grams"), ("g", Fraction(1))),
    "kg": ("g", Fraction(1000)),
    "mg": ("g", Fraction(1, 1000)),
    **dict.fromkeys(("mcg", "ug", "\u00b5g", "\u03bcg"), ("g", Fraction(1, 10**6))),
    "ng": ("g", Fraction(1, 10**9)),
    **dict.fromkeys(("units", "unit", "u", "iu"), ("units", Fraction(1))),
    "million units": ("units", Fraction(10**6)),
    **dict.fromkeys(("ml", "cc"), ("ml", Fraction(1))),
    "l": ("ml", Fraction(1000)),
    "meq": ("meq", Fraction(1)),
    "mmol": ("mmol", Fraction(1)),
    **dict.fromkeys(("vial", "vials"), ("vial", Fraction(1))),
}
DOSE_FACTS = ("drug", "dose", "product", "concentration")
WASTE_FACTS = ("discarded", "container")
ASKS = {
    "whether anything was discarded is not documented": "waste.amount",
    "what became of the rest of the containers is not documented": "waste.amount",
    "the discarded amount is in a unit that cannot be made into the unit of the code": "waste.amount",
    "it exists in single-dose and in multi-dose containers, and which was used is not documented": "waste.container",
    "dose and discarded amount are more than the containers hold": "waste.vials-agree",
}
"""Why no modifier stands, where that is asked about."""
UNASKED = (
    "JW and JZ are asked for by Medicare, and this is another payer or its policy",
    "JW and JZ were not yet asked for on the date of service",
    "the hospital outpatient payment includes this drug, so that neither JW nor JZ applies",
    "it comes from a multi-dose container, of which no waste is reported",
    "the last unit given covers what was discarded, and this policy then shows no modifier",
    "nothing was discarded; JZ was not yet in use on the date of service",
)
UNBILLED = ("flush", "local_anaesthetic", "contrast", "blood", "cellular", "vaccine", "radiopharm", "hydration")


def in_unit(quantity: Plain, unit: str) -> Fraction | None:
    """A quantity in another unit, exactly; None where the two cannot be compared."""
    have, want = SCALE.get(quantity.get("unit", "").casefold().strip()), SCALE.get(unit.casefold().strip())
    if have is None or want is None or have[0] != want[0]:
        return None
    return Fraction(str(quantity["amount"])) * have[1] / want[1]


def check(review: Plain, worlds: list[World]) -> Iterator[Problem]:
    """Each drug line by its own derivation, and every billable drug somewhere."""
    world = worlds[0]
    lines = [(place, line) for place, line in enumerate(review["codes"]) if line["kind"] == "drug"]
    for place, line in lines:
        at = f"codes[{place}]"
        rows = [row for row in world.records.rows_of_code(line["code"]) if "noc" not in row["traits"].split(";")]
        if not rows:
            yield Problem(f"{at}.code", "is no drug's code")
            continue
        yield from _fields(at, line, rows, world)
        yield from _derivation(at, line, rows, review, worlds)
    keys = [(line["code"], line["date"], tuple(line["modifiers"])) for _, line in lines]
    if len(set(keys)) != len(keys):
        yield Problem("codes", "a drug has two lines of one kind")
    for place, one in enumerate(review["missing"]):
        if one["requirement"].startswith("waste.") and not _waits(one, [line for _, line in lines], review):
            yield Problem(f"missing[{place}]", "asks about waste that no line leaves open")
    yield from _nothing_lost(review, world)


def _fields(at: str, line: Plain, rows: list[Plain], world: World) -> Iterator[Problem]:
    record = world.records.codes.get(line["code"])
    label = record["label"] if record else f"{rows[0]['ingredient']}, per {rows[0]['unit_amount']} {rows[0]['unit']}"
    if line["label"] != label:
        yield Problem(f"{at}.label", "is not how the rulebook calls the code")
    in_force = [r for r in rows if (r["valid_from"] or "") <= line["date"] < (r["valid_until"] or "9999")]
    if not in_force:
        yield Problem(f"{at}.code", "is not in force on the date of service")
    if line["services"]:
        yield Problem(f"{at}.services", "stand on a drug line")
    if line["modifiers"] not in ([], ["JW"], ["JZ"]):
        yield Problem(f"{at}.modifiers", "are no drug line's")
    known = {name: bag for bag in world.bags for name in bag.ids}
    if not line["administrations"] or len(set(line["administrations"])) != len(line["administrations"]):
        yield Problem(f"{at}.administrations", "are none, or stand twice")
    ingredients = {row["ingredient"] for row in rows}
    for name in line["administrations"]:
        bag = known.get(name)
        if bag is None:
            yield Problem(f"{at}.administrations", "are not among what was given")
            continue
        one = next(one for one in bag.members if one["id"] == name)
        found = world.records.drug(str(told(one, "drug")))
        if found.sure and not ingredients & {row["ingredient"] for row in found.rows}:
            yield Problem(f"{at}.administrations", "are of another drug")
    days = {world.day(known[name].start) for name in line["administrations"] if name in known}
    if days and line["date"] not in days:
        yield Problem(f"{at}.date", "is not the day of its administrations")


def _derivation(at: str, line: Plain, rows: list[Plain], review: Plain, worlds: list[World]) -> Iterator[Problem]:
    world, because = worlds[0], line["because"]
    if len(because) < 2 or because[0]["rule"] != "drug.billing-units":
        yield Problem(f"{at}.because", "does not begin with the units and the waste")
        return
    inputs = because[0]["inputs"]
    sizes = {(row["unit"], row["unit_amount"]) for row in rows}
    if (inputs.get("unit"), inputs.get("per")) not in sizes or set(inputs) != {"amount", "unit", "per"}:
        yield Problem(f"{at}.because[0].inputs", "are not the billing unit of the code")
        return
    amount, per = Fraction(inputs["amount"]), Fraction(inputs["per"])
    ones = [one for one in world.part("administrations") if one["id"] in line["administrations"]]
    given = _sum(ones, "dose", inputs["unit"])
    if given is not None and given != amount and len(worlds) == 1:
        yield Problem(f"{at}.because[0].inputs.amount", "is not the sum of the doses")
    units = math.ceil(amount / per)
    ending = because[1]
    left = ending["inputs"].get("discarded_units", 0)
    if line["units"] != (left if line["modifiers"] == ["JW"] else units):
        yield Problem(f"{at}.units", "do not follow from the amount and the billing unit")
    yield from _ending(at, line, ending, (amount, per), review, worlds)
    yield from _steps(at, line, review, world)


def _sum(ones: list[Plain], name: str, unit: str) -> Fraction | None:
    """The sum of a quantity over administrations; None where one has it in a unit that needs more than a factor."""
    found = [told(one, name) for one in ones]
    amounts = [in_unit(quantity, unit) for quantity in found if quantity is not None]
    return (
        None if any(one is None for one in amounts) else sum((one for one in amounts if one is not None), Fraction(0))
    )


def _ending(
    at: str, line: Plain, ending: Plain, amount: tuple[Fraction, Fraction], review: Plain, worlds: list[World]
) -> Iterator[Problem]:
    """JW, JZ or neither, and why."""
    ones = [one for one in worlds[0].part("administrations") if one["id"] in line["administrations"]]
    others = [o for o in review["codes"] if o["code"] == line["code"] and o["date"] == line["date"] and o is not line]
    if ending["rule"] == "waste.no-modifier":
        why = ending["inputs"].get("why")
        if line["modifiers"]:
            yield Problem(f"{at}.modifiers", "stand where the derivation says that there is none")
        yield from _no_modifier(at, str(why), line, ones, review, worlds[0])
        return
    if ending["rule"] != "waste.modifiers" or set(ending["inputs"]) != {"discarded_units"}:
        yield Problem(f"{at}.because[1]", "is not how a drug line ends")
        return
    left = ending["inputs"]["discarded_units"]
    wasted = _sum(ones, "discarded", line["because"][0]["inputs"]["unit"])
    if wasted is not None and len(worlds) == 1:
        whole = math.ceil((amount[0] + wasted) / amount[1]) - math.ceil(amount[0] / amount[1])
        if left != whole:
            yield Problem(f"{at}.because[1].inputs.discarded_units", "does not follow from what was discarded")
    if left and not line["modifiers"] and not any(o["modifiers"] == ["JW"] for o in others):
        yield Problem(f"{at}.because[1]", "tells of waste, and no line reports it")
    if line["modifiers"] == ["JW"] and not any(o["modifiers"] == [] for o in others):
        yield Problem(f"{at}.modifiers", "tell of waste beside no line of what was given")
    if not left and line["modifiers"] != ["JZ"]:
        yield Problem(f"{at}.modifiers", "do not say that nothing was wasted")
    if left and line["modifiers"] == ["JZ"]:
        yield Problem(f"{at}.modifiers", "say that nothing was wasted")


def _no_modifier(at: str, why: str, line: Plain, ones: list[Plain], review: Plain, world: World) -> Iterator[Problem]:
    where = f"{at}.because[1].inputs.why"
    names = {one.get("drug", {}).get("value") or "the drug" for one in ones}
    vials = {f"nothing of {name} was discarded, and its containers hold more than the dose" for name in names}
    if why not in UNASKED and why not in ASKS and why not in vials:
        yield Problem(where, "is no reason of this rule")
    requirement = "waste.vials-agree" if why in vials else ASKS.get(why)
    asked = any(
        one["requirement"] == requirement and one["administration"] in line["administrations"]
        for one in review["missing"]
    )
    if requirement and not asked:
        yield Problem("missing", f"{requirement} is left open by a drug line and not asked")
    medicare = world.payer in (None, "medicare") and not world.policy.startswith("commercial")
    if (why == UNASKED[0]) == medicare:
        yield Problem(where, "is not so by the payer")
    rows = world.records.rows_of_code(line["code"])
    packaged = world.facility and all(row["separately_paid"] != "yes" for row in rows)
    if medicare and (why == UNASKED[2]) != packaged and why != UNASKED[1]:
        yield Problem(where, "is not so by how the drug is paid")


def _steps(at: str, line: Plain, review: Plain, world: World) -> Iterator[Problem]:
    """The words of the rules, the evidence, and a flag where the units are above the limit."""
    bags = [bag for bag in _ordered(world) if set(bag.ids) & set(line["administrations"])]
    because = line["because"]
    ones = [one for one in world.part("administrations") if one["id"] in line["administrations"]]
    doses = (told(one, "dose") for one in ones)
    by_volume = any(dose and SCALE.get(dose.get("unit", "").casefold().strip(), ("",))[0] == "ml" for dose in doses)
    names = DOSE_FACTS if by_volume else DOSE_FACTS[:-1]
    wanted = [Why("drug.billing-units", because[0]["inputs"], paths(bags, names))]
    wanted.append(Why(because[1]["rule"], because[1]["inputs"], paths(bags, WASTE_FACTS)))
    over = over_limit(world, line["code"], line["date"], line["units"], _units(review, line))
    flags = []
    if over is not None:
        wanted.append(over)
        flags.append("mue_review")
    if line["flags"] != flags:
        yield Problem(f"{at}.flags", "do not follow from the units and the limit")
    if all(world.records.rules.get(why.rule) for why in wanted):
        expected = [step(world.facts, world.records, world.on, why) for why in wanted]
        yield from differences(f"{at}.because", because, expected)
    else:
        yield Problem(f"{at}.because", "names a rule that the rulebook does not have")


def _ordered(world: World) -> list[Bag]:
    return sorted(world.bags, key=lambda b: (b.start is None, b.start or 0, b.ids[0]))


class _Units:
    """Units of a code on a day, in the form in which limits are looked at."""

    def __init__(self, line: Plain) -> None:
        self.code, self.day, self.units = line["code"], line["date"], line["units"]


def _units(review: Plain, line: Plain) -> list[Any]:
    return [_Units(one) for one in review["codes"] if one["code"] == line["code"]]


def _waits(one: Plain, lines: list[Plain], review: Plain) -> bool:
    """Whether a question about waste belongs to a drug line or to a withheld one."""
    held = (entry["code"] for entry in (*review["not_supported"], *review["needs_human"]))
    codes = {line["code"] for line in lines} | set(held)
    if not set(one["affects"]) <= codes:
        return False
    if one["requirement"] not in ("waste.amount", "waste.container"):
        return True
    whys = {line["because"][-1]["inputs"].get("why") or line["because"][1]["inputs"].get("why") for line in lines}
    return any(ASKS.get(str(why)) == one["requirement"] for why in whys) or not lines


def _nothing_lost(review: Plain, world: World) -> Iterator[Problem]:
    """A billable drug has a line, or an entry that says why not."""
    lines = {i for line in review["codes"] if line["kind"] == "drug" for i in line["administrations"]}
    about = ("drug.", "waste.", "withheld-", "conflict.", "edit.", "pump.disconnect", "pump.refill")
    said = {
        i
        for section in ("not_supported", "needs_human", "not_coded")
        for entry in review[section]
        if entry["rule"].startswith(about)
        for i in entry.get("administrations") or [entry.get("administration")]
    }
    said |= {
        one["administration"] for one in review["missing"] if one["requirement"].startswith(("drug.", "conflict."))
    }
    open_conflict = any(entry["rule"] == "conflict.readings" for entry in review["not_supported"])
    for bag in world.bags:
        for one in bag.members:
            if one["id"] in lines | said or open_conflict or not _billable(world.records, one, bag):
                continue
            yield Problem("codes", f"the drug of administration {one['id']} has no line, and no entry says why")


def _billable(records: Records, one: Plain, bag: Bag) -> bool:
    name = told(one, "drug")
    if name is None or bag.family == "unknown" or told(one, "purpose") in ("flush", "keep_open"):
        return False
    if bag.route in ("oral", "topical", "inhaled"):
        return False
    found = records.drug(name)
    return found.sure and bool(found.rows) and found.rows[0]["admin_class"] not in UNBILLED
