"""What is not told of a drug by vein: its name, its route, its line. A line stands only as far as every way gives it.

The ways are worked out here; which units a review takes off for them is a premise (`Withheld.ways`) that may leave no
service more than the fewest units of all ways, and is none where everything is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace
from itertools import product
from math import prod

from reviewer.verify.derived.services import Service
from reviewer.verify.derived.world import PUSHED, Bag, Withheld, World, told

FAMILIES = ("chemotherapy", "therapeutic")
VENOUS = ("peripheral_iv", "midline", "picc", "central_line", "implanted_port")
FOR_FLUID = ("hydration", "flush", "keep_open")
SAME = (("96413", "96417"), ("96409", "96411"), ("96365", "96367"), ("96374", "96375"), ("96360", "96361"))
"""The initial code and the add-on of one service."""
MOST = 64

Code = Callable[[World, list[Bag]], list[Service]]
Choice = list[tuple[Bag, ...]]


def certain(world: World, bags: list[Bag], stated: list[Service], code: Code) -> list[Service]:
    """The services of a visit that stand whatever the untold was; `code` works one way out."""
    sites = _apart(world, bags)
    if all(_told(bag, sites) for bag in bags):
        return stated
    others = [one for one in world.bags if one not in bags]
    most = _units(stated)
    for way in _ways(_choices(bags, sites)):
        supposed = copy(world)
        supposed.withheld, supposed.bags = Withheld(), [*others, *way]
        most &= _units(code(supposed, way))
    return _at_most(_premises(world, stated), most)


def may_count(bag: Bag) -> bool:
    """Whether a short one may be more than it seems, once its route or its name is told."""
    return _no_route(bag) or _no_name(bag)


def too_many(world: World, bags: list[Bag]) -> bool:
    """Whether more drugs name no line than can be weighed: lines then count as one."""
    return prod(len(choice) for choice in _choices(bags, _named(world, bags))) > MOST


def _apart(world: World, bags: list[Bag]) -> list[str]:
    if not world.documented("second_site_reason"):
        return []
    sites = _named(world, bags)
    return sites if len(sites) > 1 and not too_many(world, bags) else []


def _named(world: World, bags: list[Bag]) -> list[str]:
    """The lines into veins, and whatever else something went through."""
    used = {str(b.site) for b in bags if b.route and b.site and b.family in (*FAMILIES, "hydration", "unknown")}
    return sorted(used | {one["id"] for one in world.part("access_sites") if told(one, "kind") in VENOUS})


def _told(bag: Bag, sites: list[str]) -> bool:
    return not (_no_route(bag) or _no_name(bag) or (len(sites) > 1 and bag.site is None))


def _no_route(bag: Bag) -> bool:
    return bag.route is None and bag.family in FAMILIES


def _no_name(bag: Bag) -> bool:
    if bag.ingredient is not None or len(bag.members) > 1 or bag.route not in ("intravenous", None):
        return False
    fluid = bag.first("purpose") in FOR_FLUID
    return not fluid and bag.mode in ("infusion", "push", "unknown") and not _by_syringe(bag)


def _by_syringe(bag: Bag) -> bool:
    return bag.mode == "push" and bag.technique in PUSHED


def _choices(bags: list[Bag], sites: list[str]) -> list[Choice]:
    """What each may have been; syringes without a route went one way together."""
    syringes = [bag for bag in bags if _no_route(bag) and _by_syringe(bag)]
    drugs = {(b.ingredient, b.family) for b in bags if b.family in FAMILIES and b.ingredient and not _by_syringe(b)}
    found: list[Choice] = [[tuple(replace(b, route="intravenous") for b in syringes), ()]] if syringes else []
    for bag in bags:
        if bag in syringes:
            continue
        kinds = [bag]
        if _no_name(bag):
            named = [replace(bag, ingredient=d, family=f, route="intravenous") for d, f in sorted(drugs)]
            kinds = named if bag.mode == "push" else [bag, *named]
        elif _no_route(bag):
            kinds = [replace(bag, route="intravenous")]
        if len(sites) > 1 and bag.site is None:
            kinds = [replace(kind, supposed_site=site) for kind in kinds for site in sites]
        choice: Choice = [(kind,) for kind in kinds]
        if _no_route(bag) or (_no_name(bag) and bag.mode == "push"):
            choice.append(())
        found.append(choice)
    return found


def _ways(choices: list[Choice]) -> Iterable[list[Bag]]:
    if prod(len(choice) for choice in choices) > MOST:
        ends = (0, -1)
        yield from ([bag for choice in choices for bag in choice[end]] for end in ends)
        return
    for way in product(*choices):
        yield [bag for some in way for bag in some]


def _units(services: Iterable[Service]) -> Counter[str]:
    """Units of each service under its initial code."""
    first = {add_on: initial for initial, add_on in SAME}
    units: Counter[str] = Counter()
    for one in services:
        units[first.get(one.code, one.code)] += one.units
    return units


def _premises(world: World, services: list[Service]) -> list[Service]:
    """The services without what the review takes off, from the last of each."""
    left = list(services)
    for code, ids, units in world.withheld.ways:
        for number in range(len(left) - 1, -1, -1):
            one = left[number]
            if units and one.code == code and frozenset(one.ids) == ids:
                taken = min(units, one.units)
                units -= taken
                left[number] = one._replace(units=one.units - taken)
    return [one for one in left if one.units]


def _at_most(services: list[Service], most: Counter[str]) -> list[Service]:
    """No service with more units than every way gives, whatever the review says."""
    over = _units(services) - most
    first = {add_on: initial for initial, add_on in SAME}
    kept: list[Service] = []
    for one in reversed(services):
        service = first.get(one.code, one.code)
        taken = min(over[service], one.units)
        over[service] -= taken
        if one.units > taken:
            kept.append(one._replace(units=one.units - taken))
    return kept[::-1]
