"""The administration and service lines of one reading of the facts, worked out again: everything but the drug lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from reviewer.verify.derived import beside, others, untold, vein
from reviewer.verify.derived.edits import edited
from reviewer.verify.derived.services import Service, Why, dated_hours, further, paths
from reviewer.verify.derived.vein import Site
from reviewer.verify.derived.world import FAR, NO_NEEDLE, Bag, Minutes, World, told

OUTSIDE = ("radiopharm", "cellular", "flush", "local_anaesthetic", "contrast", "vaccine")
LOSS = re.compile(r"dehydrat|vomit|diarr|hypovol|volume deplet|poor (?:oral )?intake|hypotens|emesis", re.I)


def derived(world: World) -> list[Service]:
    """Every supported service of the reading after the edits, in no order."""
    bags = sorted(world.bags, key=lambda b: (b.start is None, b.start or 0, b.ids[0]))
    services, left = beside.clots(world, bags)
    services += beside.blood(world, left)
    left = [bag for bag in left if bag.family != "blood" and not set_aside(world, bag)]
    whole = [bag for bag in left if not lacking(world, bag)]
    shadows = [b for b in left if b not in whole and b.route is None and b.mode in ("infusion", "unknown")]
    started, rest, running, _ = others.pumps(world, whole)
    venous = [bag for bag in rest if bag.route == "intravenous" and bag.family != "hormonal"]
    services += _of_their_visits(world, started, [*venous, *shadows, *running])
    pushed = [bag for bag in left if bag not in whole and bag.mode == "push"]
    services += _by_vein(world, venous + shadows, running, pushed)
    services += others.artery(world, [bag for bag in rest if bag.route == "intra_arterial"])
    # Subcutaneous before intramuscular: the first on-body kit is the one reported.
    under = [bag for way in ("subcutaneous", "intramuscular") for bag in rest if bag.route == way]
    services += others.injections(world, under)
    ways = ("intrathecal", "intraventricular", "intraperitoneal", "intrapleural", "intralesional", "intravesical")
    services += others.cavities(world, [bag for bag in rest if bag.route in ways])
    services += beside.scalp(world)
    services += beside.port_care(world, bool(services), bags)
    return edited(world, services)


def _of_their_visits(world: World, started: list[Service], bags: list[Bag]) -> list[Service]:
    """Where visits count as one (DOC-40), what a pump's start earned belongs to none of them."""
    told_visits = {one.visit for one in started} | {bag.first("visit") for bag in bags}
    named = {visit for visit in told_visits if visit is not None}
    if len(named) < 2 or _came_back(world, named):
        return started
    return [one._replace(visit=None) for one in started]


def set_aside(world: World, bag: Bag) -> bool:
    """Given, but never a service of this family."""
    if told(bag.members[0], "purpose") in ("flush", "keep_open"):
        return True
    if bag.family in OUTSIDE or bag.route in NO_NEEDLE:
        return True
    if bag.family == "hydration" and bag.route not in (None, "intravenous"):
        return True
    if bag.family == "therapeutic" and world.documented("post_surgical_pain"):
        return True
    return bag.family in ("therapeutic", "hydration") and world.documented("procedure_integral")


def lacking(world: World, bag: Bag) -> bool:
    """Without a drug, a class or a route nothing can be coded; what may have run by vein still takes minutes."""
    if bag.ingredient is None or bag.family == "unknown":
        return bag.mode == "push" or bag.route != "intravenous"
    no_dose = told(bag.members[0], "dose") is None and world.switches["dose_missing_effect"] == "blocks"
    return bag.route is None or no_dose


def _by_vein(world: World, bags: list[Bag], running: list[Bag], pushed: list[Bag]) -> Iterable[Service]:
    found: list[Service] = []
    strangers = _strangers(world)
    came = {v for bag in (*bags, *strangers) if (v := bag.first("visit")) is not None} if strangers else set[str]()
    if not _came_back(world, came):
        came = set()
    visits = _visits(world, bags)
    names = [name for name, _ in visits if name is not None]
    for visit, members in visits:
        elsewhere = [b for b in bags if b not in members and (b.first("visit") is None or b.length is not None)]
        others_came = came - {visit} if visit in came else set[str]()
        here = [b for b in strangers if b.first("visit") is None or b.first("visit") not in others_came]

        def in_one_way(
            world: World,
            members: list[Bag],
            visit: str | None = visit,
            here: list[Bag] = here,
            elsewhere: list[Bag] = elsewhere,
            before: tuple[Service, ...] = tuple(found),
        ) -> list[Service]:
            return _one_visit(world, visit, members, here, [*members, *elsewhere], running, pushed, before)

        short = [b for b in pushed if untold.may_count(b) and _may_be_in(world, b, visit, names)]
        found += untold.certain(world, [*members, *short], in_one_way(world, members), in_one_way)
    return found


def _may_be_in(world: World, bag: Bag, visit: str | None, names: list[str]) -> bool:
    own = bag.first("visit") or (_here_by_clock(world, bag, names) or names[0] if len(names) > 1 else None)
    named = {name for name in (own, visit) if name is not None}
    return len(named) < 2 or not _came_back(world, named)


def _one_visit(
    world: World,
    visit: str | None,
    members: list[Bag],
    strangers: list[Bag],
    around: list[Bag],
    running: list[Bag],
    pushed: list[Bag],
    before: tuple[Service, ...],
) -> list[Service]:
    """The services of what was given in a visit, beside those of the visits before."""
    found: list[Service] = []
    named = {bag.ids for bag in members if bag.family != "unknown"}
    pumped = frozenset(m for bag in running for m in bag.ran)
    for site in _sites(world, visit, members, bool(before)):
        apart = site.name if world.documented("second_site_reason") else None
        here = [b for b in strangers if b.ids not in named and (apart is None or b.site in (None, apart))]
        vein.overlaps(world, site, _all_of(running, site) | pumped)
        found += _at_site(world, site, here, _free(world, around, running, pushed), [*before, *found])
    return found


def _all_of(running: list[Bag], site: Site) -> Minutes:
    """The minutes of this site's infusions that a pump started before may take."""
    mine = frozenset[int]().union(*(drip.minutes for drip in site.drips))
    taken = frozenset[int]()
    for bag in running:
        if bag.start is not None:
            taken |= mine - bag.outside(mine)
    return taken


def _at_site(
    world: World, site: Site, strangers: list[Bag], free: dict[int, Minutes], earlier: list[Service]
) -> list[Service]:
    wet = _wet(world, site, free)
    initial = vein.leader(world, site, bool(wet))
    chemo_drip = isinstance(initial, vein.Drip) and initial.family == "chemotherapy"
    if initial is not None and not chemo_drip:
        chemo_push = isinstance(initial, vein.Shots) and initial.family == "chemotherapy"
        if [b for b in strangers if not (chemo_push and b.mode == "push")]:
            return _withheld(world, site, earlier)
    told_before = any(one.code == "96368" and one.visit == site.visit for one in earlier)
    found = [*vein.infusions(world, site, initial, told_before), *vein.pushes(world, site, initial)]
    bags = [bag for bag in site.fluids if id(bag) in free]
    behind = paths(bags, ("drug", "purpose", "route", "start", "stop", "volume"))
    for number, minutes in enumerate(wet):
        first = number == 0 and initial == "hydration"
        inputs = {"minutes": len(minutes)}
        counted = Why("hydration.units", inputs, behind)
        if first:
            lead = Why(vein.hierarchy(world, leads=True), inputs, behind)
            found.append(
                _fluid(site, "96360", 1, world.day(minutes[0]), bags, (lead, counted, *vein.second(site, bags)))
            )
        hours = further(len(minutes), {"addl_hour_threshold": "gt30"}) + (0 if first else 1)
        for day, units in dated_hours(world, minutes, hours, 1 if first else 0):
            found.append(_fluid(site, "96361", units, day, bags, (counted,)))
    return found


def _fluid(site: Site, code: str, units: int, day: str, bags: list[Bag], why: tuple[Why, ...]) -> Service:
    ids = tuple(name for bag in bags for name in bag.ids)
    return Service(code, units, day, site.modifiers, "administration", ids, (), site.visit, site.group, (), why)


def _withheld(world: World, site: Site, earlier: list[Service]) -> list[Service]:
    """A drug of unknown class could be the initial service: what would hang on that is not certain (DRUG-1)."""
    for drip in site.drips:
        if drip.counts:
            drip.stands = "withheld"
    site.shots = [shot for shot in site.shots if not shot.counts]
    told_before = any(one.code == "96368" and one.visit == site.visit for one in earlier)
    return [*vein.infusions(world, site, None, told_before), *vein.pushes(world, site, None)]


def _strangers(world: World) -> list[Bag]:
    """Drugs of unknown class that went, or may have gone, into a vein."""
    return [
        bag
        for bag in world.bags
        if bag.family == "unknown"
        and bag.route in ("intravenous", None)
        and bag.mode in ("infusion", "push", "unknown")
        and told(bag.members[0], "purpose") not in ("hydration", "flush", "keep_open")
    ]


def _came_back(world: World, named: set[str]) -> bool:
    """Whether leaving and returning are both documented (DOC-40)."""
    visits = {one["id"]: one for one in world.part("visits")}
    if not named <= visits.keys():
        return False
    if world.documented("second_visit_evidence"):
        return True
    turns = []
    for name in named:
        bounds = [told(visits[name], "arrived"), told(visits[name], "left")]
        minutes = [minute for minute in map(world.minute, bounds) if minute is not None]
        turns.append((min(minutes, default=-FAR), name))
    order = [name for _, name in sorted(turns)]
    left = all(told(visits[name], "left") is not None for name in order[:-1])
    return left and all(told(visits[name], "arrived") is not None for name in order[1:])


def _visits(world: World, bags: list[Bag]) -> list[tuple[str | None, list[Bag]]]:
    named = sorted({visit for bag in bags if (visit := bag.first("visit")) is not None})
    if len(named) < 2 and world.switches["multi_day_initial"] == "per_calendar_day":
        days = sorted({world.day(bag.start) for bag in bags})
        return [(day, [bag for bag in bags if world.day(bag.start) == day]) for day in days]
    if not bags:
        return []
    if len(named) < 2 or not _came_back(world, set(named)):
        return [(named[0] if named else None, bags)]
    begins = {
        n: min((b.start for b in bags if b.first("visit") == n and b.start), default=_bound(world, n)) for n in named
    }
    order = sorted(named, key=lambda name: (begins[name], name))
    home = {id(b): b.first("visit") or _here_by_clock(world, b, named) or order[0] for b in bags}
    return [(n, [b for b in bags if home[id(b)] == n]) for n in order]


def _bound(world: World, name: str) -> int:
    """The earlier of a visit's documented bounds."""
    visit = next(one for one in world.part("visits") if one["id"] == name)
    minutes = [minute for at in ("arrived", "left") if (minute := world.minute(told(visit, at))) is not None]
    return min(minutes, default=-(10**9))


def _here_by_clock(world: World, bag: Bag, named: list[str]) -> str | None:
    """Of the visits that had begun when something without one was given, the last."""
    begun = [
        (came, visit["id"])
        for visit in world.part("visits")
        if visit["id"] in named and (came := world.minute(told(visit, "arrived"))) is not None
        if (bag.start is not None and came <= bag.start) or (bag.start is None and (bag.stop or -FAR) > came)
    ]
    return max(begun)[1] if begun else None


def _sites(world: World, visit: str | None, bags: list[Bag], later: bool) -> list[Site]:
    """A second site has an initial code of its own only with its reason (ROUTE-6, ROUTE-7)."""
    families = ("chemotherapy", "therapeutic", "hydration", "unknown")
    at = sorted({str(s) for b in bags if b.route and b.family in families and (s := b.site)})
    one_day = world.switches["multi_day_initial"] == "one_per_encounter"
    marked = ("59",) if later and one_day else ()
    if len(at) < 2:
        return [Site(visit, at[0] if at else None, bags, marked).fill(world)]
    if not world.documented("second_site_reason") or untold.too_many(world, bags):
        return [Site(visit, None, bags, marked).fill(world)]
    order = sorted(
        (Site(visit, name, [b for b in bags if b.site == name]).fill(world) for name in at),
        key=Site.rank,
    )
    strays = [bag for bag in bags if bag.site not in at]
    homes: dict[str | None, list[Bag]] = {site.name: list(site.bags) for site in order}
    for bag in strays:
        same = (s.name for s in order if any(o.ingredient == bag.ingredient for o in homes[s.name]))
        homes[next(same, order[0].name)].append(bag)
    filled = [Site(visit, site.name, homes[site.name]).fill(world) for site in order]
    for site in filled:
        lineless = [b for o in filled if o is not site for b in o.open if b in o.above and b.site is None]
        site.above += [b for b in lineless if b in strays]
    filled[0].modifiers = marked
    for site in filled[1:]:
        site.modifiers = ("59",)
    return filled


def _purpose(world: World, bag: Bag) -> bool:
    """Whether words say that a fluid was hydration (HYD-1, decision 5)."""
    stated = told(bag.members[0], "purpose")
    if stated == "hydration":
        return True
    set_apart = any(
        told(one.members[0], "purpose") is not None
        for one in world.bags
        if one.family == "hydration" and one.ids[0] != bag.ids[0]
    )
    # What is not named and was there for hydration, or to keep a line open, is a fluid set apart as well.
    set_apart = set_apart or any(
        one.family == "unknown" and told(one.members[0], "purpose") in ("hydration", "flush", "keep_open")
        for one in world.bags
    )
    return world.documented("hydration_purpose", "hydration_reason") and not set_apart


def _free(world: World, around: list[Bag], running: list[Bag], pushed: list[Bag]) -> dict[int, Minutes]:
    """The minutes of each countable fluid in which nothing else ran or could have (CONC-4, decision 1)."""
    free = {}
    for bag in world.bags:
        if bag.family != "hydration" or not _purpose(world, bag) or bag.length is None or bag.technique == "push":
            continue
        if _belongs_to_a_drug(world, bag):
            continue
        left = _without_blood(world, bag.ran)
        for other in (*around, *running):
            if other.family == "hydration":
                continue
            if other.mode != "push":
                left = other.outside(left)
            elif world.switches["hydration_push_minutes"] == "documented":
                left -= other.ran
        for other in pushed:
            left -= other.ran
        free[id(bag)] = left
    return free


def _without_blood(world: World, minutes: Minutes) -> Minutes:
    """Minutes in which no blood ran or could have: fluid beside it keeps the line (HYD-2)."""
    for bag in world.bags:
        if bag.family == "blood":
            minutes = bag.outside(minutes)
    for one in world.part("services"):
        if one["kind"] == "transfusion":
            start, stop = world.minute(told(one, "start")), world.minute(told(one, "stop"))
            begun, ended = -FAR if start is None else start, FAR if stop is None else stop
            taken = (begun, ended) if begun < ended else (-FAR, FAR)
            minutes = frozenset(minute for minute in minutes if not taken[0] <= minute < taken[1])
    return minutes


def _belongs_to_a_drug(world: World, bag: Bag) -> bool:
    """C-12: under some policies fluid that goes with chemotherapy is part of it."""
    if world.switches["toxicity_prevention_hydration"] != "integral":
        return False
    drugs = (told(one, "drug") for one in world.part("administrations") if one["id"] not in bag.ids)
    rows = (row for drug in drugs if drug is not None for row in world.records.drug(str(drug)).rows)
    reason = told(world.facts.get("documentation", {}), "hydration_reason")
    lost = isinstance(reason, str) and LOSS.search(reason)
    return not lost and any(row["admin_class"] in ("chemo", "chemo_biologic") for row in rows)


def _wet(world: World, site: Site, free: dict[int, Minutes]) -> list[list[int]]:
    """The stretches of hydration that units are counted on (TIME-5, C-13)."""
    fluids = [bag for bag in site.fluids if id(bag) in free]
    if not world.switches["hydration_sum_segments"]:
        return _long([free[id(bag)] for bag in fluids])
    together = _long([frozenset[int]().union(*(free[id(bag)] for bag in fluids))])
    lines = sum(told(one, "kind") in untold.VENOUS for one in world.part("access_sites")) > 1
    lines = lines or len({bag.site for bag in fluids} - {None}) > 1
    lines = lines and not world.documented("second_site_reason")
    by_place: dict[Any, Minutes] = {}
    for bag in fluids:
        place = bag.site if lines else None, bag.first("visit") if len(world.part("visits")) > 1 else None
        by_place[place] = by_place.get(place, frozenset()) | free[id(bag)]
    return min(together, _long(list(by_place.values())), key=lambda some: sum((len(one) + 29) // 60 for one in some))


def _long(some: list[Minutes]) -> list[list[int]]:
    long = [sorted(minutes) for minutes in some if len(minutes) >= 31]
    return sorted(long, key=lambda minutes: (-len(minutes), minutes))
