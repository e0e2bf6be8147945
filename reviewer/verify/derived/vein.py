"""What was given by vein, worked out again with minutes in sets: owners of minutes, one initial for each site."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reviewer.verify.derived.services import Service, Why, dated_hours, further, paths
from reviewer.verify.derived.world import FAR, Bag, Minutes, World, told

FIRST = {("chemotherapy", True): "96413", ("chemotherapy", False): "96417"}
FIRST |= {("therapeutic", True): "96365", ("therapeutic", False): "96367"}
HOUR = {"chemotherapy": "96415", "therapeutic": "96366"}
PUSH = {("chemotherapy", True): "96409", ("chemotherapy", False): "96411"}
PUSH |= {("therapeutic", True): "96374", ("therapeutic", False): "96375"}
MEANT = {"96409": "96413", "96411": "96417", "96374": "96365", "96375": "96367"}
PUSH_FACTS = ("drug", "route", "technique", "start", "stop", "duration_minutes", "presence")
TIMED = ("chemotherapy", "therapeutic")


@dataclass(eq=False)
class Drip:
    """All bags of one drug at one site. `own` are the minutes that no other drug took before it."""

    drug: str
    family: str
    bags: list[Bag]
    minutes: Minutes
    own: Minutes = frozenset()
    stands: str = "sequential"

    @property
    def shadow(self) -> bool:
        """Whether no word says by which route it ran."""
        return all(bag.route is None for bag in self.bags)

    @property
    def loose(self) -> int:
        """Minutes of an accepted length without clock times."""
        return sum(bag.length or 0 for bag in self.bags if not bag.ran)

    @property
    def long(self) -> int:
        """How long it ran."""
        return len(self.minutes) + self.loose

    @property
    def kept(self) -> int:
        """How many minutes are its own."""
        return len(self.own) + self.loose

    @property
    def counts(self) -> bool:
        """Whether it takes a first-hour code."""
        return self.stands == "sequential" and not self.shadow

    def place(self) -> tuple[bool, int, int, str]:
        """Its place among those that take minutes: chemotherapy, then the longer, then the earlier."""
        return self.family != "chemotherapy", -self.long, min(self.minutes, default=-FAR), self.drug


@dataclass(eq=False)
class Shots:
    """The pushes of one drug at one site, by time. `beside` is an infusion of it, `doubt` one that may be of it."""

    drug: str
    family: str
    bags: list[Bag]
    beside: Drip | None
    doubt: bool

    @property
    def counts(self) -> bool:
        """Whether the first of them is a service."""
        return self.beside is None and not self.doubt


@dataclass(eq=False)
class Site:
    """One access in one visit: its services share one initial code."""

    visit: str | None
    name: str | None
    bags: list[Bag]
    modifiers: tuple[str, ...] = ()
    drips: list[Drip] = field(default_factory=list)
    shots: list[Shots] = field(default_factory=list)
    open: list[Bag] = field(default_factory=list)
    above: list[Bag] = field(default_factory=list)
    fluids: list[Bag] = field(default_factory=list)

    @property
    def group(self) -> str:
        """Its name among the groups of a claim."""
        return f"{self.visit or ''}/{self.name or ''}"

    def fill(self, world: World) -> Site:
        """Sort its bags into infusions, pushes, fluids and what has no certain end."""
        self.drips = sorted(_drips(world, self.bags), key=Drip.place)
        merged = {id(bag) for drip in self.drips for bag in drip.bags}
        self.shots = _shots([bag for bag in self.bags if id(bag) not in merged], self.bags, self.drips)
        self.fluids = [bag for bag in self.bags if bag.family == "hydration" and bag.route is not None]
        ends = [bag for bag in self.bags if bag.family != "hydration" and bag.mode != "push"]
        self.open = [b for b in ends if b.length is None or "unknown" in (b.family, b.mode) or b.doubtful]
        self.above = [bag for bag in self.open if bag.family in ("chemotherapy", "unknown")]
        return self

    def rank(self) -> tuple[int, int, str]:
        """The site of the highest service comes first, then that of the longest."""
        ranks = [0 if drip.family == "chemotherapy" else 2 for drip in self.drips]
        ranks += [1 if shot.family == "chemotherapy" else 3 for shot in self.shots]
        return min(ranks, default=9), -max((drip.long for drip in self.drips), default=0), self.name or ""


def _drips(world: World, bags: list[Bag]) -> list[Drip]:
    """The infusions by drug; bags that all ran 15 minutes or less count only when they followed on (TIME-13)."""
    hung: dict[tuple[str, str, bool], list[Bag]] = {}
    for bag in bags:
        dripped = bag.mode == "infusion" or (bag.mode == "push" and bag.technique == "infusion")
        if dripped and bag.length is not None and bag.family in TIMED and bag.ingredient:
            hung.setdefault((bag.family, bag.ingredient, bag.route is None), []).append(bag)
    found = []
    for (family, drug, _), same in hung.items():
        if not any(bag.mode == "infusion" for bag in same) and _longest_stretch(same) < 16:
            continue
        apart = world.switches["same_drug_reinfusion"] != "merge_to_additional_hours" and family != "chemotherapy"
        for number, run in enumerate(_stretches(same) if apart else [same]):
            minutes = frozenset[int]().union(*(bag.ran for bag in run))
            found.append(Drip(drug if number == 0 else f"{drug} #{number + 1}", family, run, minutes))
    return found


def _stretches(bags: list[Bag]) -> list[list[Bag]]:
    """Bags that followed on without a gap, together."""
    runs: list[list[Bag]] = []
    for bag in sorted(bags, key=lambda b: (sorted(b.ran), b.ids)):
        if runs and bag.ran and min(bag.ran) <= max(runs[-1][-1].ran, default=-FAR) + 1:
            runs[-1].append(bag)
        else:
            runs.append([bag])
    return runs


def _longest_stretch(bags: list[Bag]) -> int:
    """The most minutes run between two gaps; a pause inside a bag is no gap."""
    longest, ends, ran = 0, -FAR, set[int]()
    clocked = [bag for bag in bags if bag.start is not None and bag.stop is not None]
    for bag in sorted(clocked, key=lambda b: (b.start or 0, b.stop or 0)):
        if (bag.start or 0) > ends:
            ran = set()
        ran |= bag.ran
        ends = max(ends, bag.stop or 0)
        longest = max(longest, len(ran))
    return longest


def _shots(pushed: list[Bag], bags: list[Bag], drips: list[Drip]) -> list[Shots]:
    by_drug: dict[tuple[str, str], list[Bag]] = {}
    for bag in pushed:
        if bag.mode == "push" and bag.ingredient and bag.route is not None and bag.family in TIMED:
            by_drug.setdefault((bag.family, bag.ingredient), []).append(bag)
    found = []
    for (family, drug), same in by_drug.items():
        beside = next((d for d in drips if (d.family, d.drug) == (family, drug) and not d.shadow), None)
        unclear = [bag for bag in bags if bag.mode != "push" and bag.ingredient in (None, drug)]
        doubt = any(bag.ingredient is None or bag.route is None or bag.length is None for bag in unclear)
        found.append(Shots(drug, family, sorted(same, key=by_time), beside, doubt))
    return sorted(found, key=lambda s: (s.family != "chemotherapy", *by_time(s.bags[0])[:2], s.drug))


def by_time(bag: Bag) -> tuple[bool, int, str]:
    """What has a start first, in its order."""
    return bag.start is None, bag.start or 0, bag.ids[0]


def overlaps(world: World, site: Site, running: Minutes) -> None:
    """Give each minute to one infusion, and say how each stands to what ran beside it (CONC-1..7, decision 1)."""
    taken: Minutes = frozenset()
    least = max(1, int(world.switches["concurrent_min_overlap"]))
    eager = world.switches["partial_overlap"] == "any_overlap_is_concurrent"
    for drip in site.drips:
        drip.own = drip.minutes - taken - (frozenset() if drip.family == "chemotherapy" else running)
        taken |= drip.minutes
        shared = drip.long - drip.kept
        ids = frozenset(name for bag in drip.bags for name in bag.ids)
        outranked = drip.family == "therapeutic" and any(bag.may_take(drip.minutes) for bag in site.above)
        if outranked or ids in world.withheld.first:
            drip.stands = "contested"
        elif shared == 0 or (drip.kept >= 16 and not (eager and shared >= least)):
            drip.stands = "sequential"
            if world.switches["partial_overlap"] != "split":
                drip.own = drip.minutes
        elif drip.family == "chemotherapy" or shared >= least:
            drip.stands = "concurrent"
        else:
            drip.stands = "too short"


def leader(world: World, site: Site, wet: bool) -> Drip | Shots | str | None:
    """The service that takes the initial code (HIER-FAC, HIER-OFF)."""
    ranked: list[Drip | Shots] = [drip for drip in site.drips if drip.counts]
    ranked += [shot for shot in site.shots if shot.counts]
    chemo = next((one for one in ranked if one.family == "chemotherapy"), None)
    if chemo is not None:
        return chemo
    reason = world.facts.get("encounter", {}).get("primary_reason", {})
    fluid_first = not world.facility and reason.get("standing") in ("grounded", "entered")
    if wet and fluid_first and reason.get("value") == "hydration":
        return "hydration"
    return ranked[0] if ranked else ("hydration" if wet else None)


def hierarchy(world: World, leads: bool) -> str:
    """The rule by which a service is the initial one of its site, or an add-on there."""
    return f"hierarchy.initial.{'facility' if world.facility else 'physician'}" if leads else "hierarchy.add-on"


def second(site: Site, bags: list[Bag]) -> tuple[Why, ...]:
    """Why there is an initial code beside another's; () where there is none."""
    rule = "access.second-initial" if site.name else "visit.second-encounter"
    return (Why(rule, {}, paths(bags, ("access_site", "visit"))),) if site.modifiers else ()


def pushes(world: World, site: Site, initial: object) -> Iterable[Service]:
    """First pushes of each drug, and repeats in a facility (TIME-1, TIME-2, decision 6)."""
    for shot in site.shots:
        if shot.doubt:
            continue
        if shot.beside is None:
            yield _first_push(world, site, shot.bags[0], PUSH[shot.family, shot is initial], shot is initial)
        if shot.family == "therapeutic" and world.facility:
            yield from _repeats(world, site, shot)


def _repeats(world: World, site: Site, shot: Shots) -> Iterable[Service]:
    """Each more than 30 minutes after the last that counts; beside an infusion of the drug, that far from it too."""
    from_any = world.switches["repeat_push_interval_from"] == "previous_push"
    near: Minutes = frozenset()
    if shot.beside is None:
        first, *rest = shot.bags
        last = first.start
        # An untimed one may have been given within the time before any other.
        if last is None or (from_any and any(bag.start is None for bag in rest)):
            return
    else:
        if not shot.beside.counts or world.withheld.repeats & {name for bag in shot.bags for name in bag.ids}:
            return
        rest, last, near = shot.bags, None, _near(shot.beside.minutes)
    for bag in rest:
        if bag.start is None or bag.start in near:
            continue
        if last is None:
            why = Why("push.beside-infusion", {"drug": shot.drug}, paths([bag], PUSH_FACTS))
            yield _service(world, site, "96376", [bag], bag.start, (why,), flags=("needs_human",))
        elif bag.start - last > 30:
            inputs = {"minutes_since_last": bag.start - last, "drug": bag.ingredient}
            why = Why("push.repeat", inputs, paths([bag], PUSH_FACTS))
            yield _service(world, site, "96376", [bag], bag.start, (why,))
        elif not from_any:
            continue
        last = bag.start


def _near(minutes: Minutes) -> Minutes:
    return frozenset(minute + shift for minute in minutes for shift in range(-30, 32))


def _first_push(world: World, site: Site, bag: Bag, code: str, leads: bool) -> Service:
    inputs = {"minutes": bag.length, "drug": bag.ingredient}
    long = bag.length is not None and bag.length > 15
    rules = (hierarchy(world, leads), "push.continuous-presence" if long else "push.up-to-15")
    why = [Why(rule, inputs, paths([bag], PUSH_FACTS)) for rule in rules]
    modifiers = site.modifiers
    stopped = world.switches["stopped_early"] == "intended_with_53" and told(bag.members[0], "status")
    if stopped == "stopped_early" and bag.members[0].get("technique", {}).get("value") == "infusion":
        code, modifiers = MEANT[code], (*modifiers, "52" if world.facility else "53")
        why.append(Why("infusion.stopped-early", inputs, paths([bag], ("start", "stop", "status"))))
    why += second(site, [bag])
    return _service(world, site, code, [bag], bag.start, tuple(why), modifiers=modifiers)


def _service(
    world: World,
    site: Site,
    code: str,
    bags: list[Bag],
    minute: int | None,
    why: tuple[Why, ...],
    *,
    units: int = 1,
    day: str | None = None,
    modifiers: tuple[str, ...] | None = None,
    flags: tuple[str, ...] = (),
) -> Service:
    ids = tuple(name for bag in bags for name in bag.ids)
    marked = site.modifiers if modifiers is None else modifiers
    when = day or world.day(minute)
    return Service(code, units, when, marked, "administration", ids, (), site.visit, site.group, flags, why)


def infusions(world: World, site: Site, initial: object, concurrent_told: bool) -> Iterable[Service]:
    """First and further hours of each drug, and one line for all that ran beside (TIME-3, TIME-4, CONC-2)."""
    for drip in site.drips:
        if drip.counts:
            yield from _hours(world, site, drip, drip is initial)
    beside = [d for d in site.drips if d.stands == "concurrent" and d.family == "therapeutic" and not d.shadow]
    bags = [bag for drip in beside for bag in drip.bags]
    uncertain = frozenset(name for bag in bags for name in bag.ids) in world.withheld.concurrent
    if beside and not concurrent_told and not uncertain:
        inputs = {"drugs": [d.drug for d in beside], "shared_minutes": [d.long - d.kept for d in beside]}
        why = (Why("concurrent.once-per-encounter", inputs, paths(bags)),)
        yield _service(world, site, "96368", bags, min(min(bag.ran) for bag in bags), why)


def _hours(world: World, site: Site, drip: Drip, leads: bool) -> Iterable[Service]:
    behind = paths(drip.bags)
    inputs = {"minutes": drip.kept, "drug": drip.drug}
    why = [Why(hierarchy(world, leads), inputs, behind), Why("infusion.first-hour", inputs, behind)]
    if drip.kept != drip.long:
        why.append(Why("infusion.overlap-counted-once", {"shared": drip.long - drip.kept}, behind))
    if len(drip.bags) > 1:
        why.append(Why("infusion.same-drug-merged", {"bags": len(drip.bags)}, behind))
    if any(bag.members[0].get("interruptions") for bag in drip.bags):
        why.append(Why("infusion.pauses-excluded", {"minutes": drip.kept}, behind))
    why += second(site, drip.bags)
    began = min(drip.own) if drip.own else None
    yield _service(world, site, FIRST[drip.family, leads], drip.bags, began, tuple(why))
    hours = further(drip.kept, world.switches)
    uncertain = world.withheld.hours_of(name for bag in drip.bags for name in bag.ids)
    hours = max(0, hours - uncertain)
    counted = _certain(site, drip) if uncertain else drip.own
    step = Why("infusion.additional-hour", {**inputs, "hours": hours}, behind)
    for day, units in dated_hours(world, sorted(counted), hours, 1):
        yield _service(world, site, HOUR[drip.family], drip.bags, None, (step,), units=units, day=day)


def _certain(site: Site, drip: Drip) -> Minutes:
    """Its own minutes that no infusion of another drug and of unknown length can have taken."""
    minutes = drip.own
    others = {bag.ingredient for bag in site.open} - {drip.bags[0].ingredient}
    for bag in site.open:
        if bag.ingredient in others:
            minutes = bag.outside(minutes)
    for other in site.drips:
        if other.family == drip.family and other.bags[0].ingredient in others:
            minutes -= other.minutes
    return minutes
