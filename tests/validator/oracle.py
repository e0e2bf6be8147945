"""A slow and obvious second opinion on the units of every code, for encounters within a stated scope.

It marks minutes in sets, one element per minute, and imports nothing of the validator but the fact types.
Scope: default policies; the drugs of `DRUGS`; intravenous bags and pushes at one or more access sites with
known, missing or interrupted times, repeats of a drug, shared bags, overlaps, midnight; a route, a line or the name
of an infusion that is not told; injections; one intra-arterial drug; intrathecal, intraperitoneal, intravesical drugs;
pump starts; port flush, transfusion.
Rules are those of the domain rules page; each step names them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from validator.facts import Administration, Encounter, Fact

CHEMO, THERAPEUTIC, HYDRATION, HORMONAL, UNKNOWN = "chemo", "therapeutic", "hydration", "hormonal", "unknown"
DRUGS = {
    "carboplatin": CHEMO,
    "paclitaxel": CHEMO,
    "gemcitabine": CHEMO,
    "doxorubicin": CHEMO,
    "vinorelbine": CHEMO,
    "fluorouracil": CHEMO,
    "rituximab": CHEMO,
    "infliximab": CHEMO,
    "floxuridine": CHEMO,
    "methotrexate": CHEMO,
    "cisplatin": CHEMO,
    "mitomycin": CHEMO,
    "bortezomib": CHEMO,
    "azacitidine": CHEMO,
    "ondansetron": THERAPEUTIC,
    "dexamethasone": THERAPEUTIC,
    "famotidine": THERAPEUTIC,
    "leucovorin": THERAPEUTIC,
    "ceftriaxone": THERAPEUTIC,
    "vancomycin": THERAPEUTIC,
    "morphine": THERAPEUTIC,
    "magnesium sulfate": THERAPEUTIC,
    "filgrastim": THERAPEUTIC,
    "cyanocobalamin": THERAPEUTIC,
    "octreotide": THERAPEUTIC,
    "leuprolide": HORMONAL,
    "fulvestrant": HORMONAL,
    "normal saline": HYDRATION,
    "lactated Ringer's": HYDRATION,
    "zorvilumab": UNKNOWN,
}
RANK = {UNKNOWN: 3, CHEMO: 2, THERAPEUTIC: 1, HYDRATION: 0}  # which class decides for a shared bag
REACH = {UNKNOWN: 2, CHEMO: 2, THERAPEUTIC: 1}  # the highest family that an infusion could turn out to be
FOR_FLUID = ("hydration", "keep_open", "flush")
FAR = 4 * 1440
EVER = range(-1440, FAR)
Minutes = set[int]


def further_hours(minutes: int) -> int:
    """TIME-4, counted one hour at a time: a further hour needs more than 30 minutes of it."""
    hours, left = 0, minutes - 60
    while left > 30:
        hours, left = hours + 1, left - 60
    return hours


def hydration_add_on(minutes: int) -> int:
    """TIME-6: after another initial the first unit needs 31 minutes, then as TIME-4."""
    return 0 if minutes < 31 else 1 + further_hours(minutes)


def minute_of(fact: Fact[str], day: date) -> int | None:
    """Minutes from the start of the date of service, seconds cut off (TIME-23)."""
    text = fact.get()
    if text is None:
        return None
    if "T" in text:
        moment = datetime.fromisoformat(text)
        return (moment.date() - day).days * 1440 + moment.hour * 60 + moment.minute
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


@dataclass
class Bag:
    """One bag or syringe by vein: what is certain of its minutes, and every minute that it could take."""

    ids: list[str]
    drugs: frozenset[str]
    kind: str
    shape: str  # "bag", "push" or "unclear"
    start: int | None
    stop: int | None
    running: Minutes | None
    site: str | None
    visit: str | None
    placed: bool = True
    """Whether words say that it went into a vein."""
    syringe: bool = False
    fluid: bool = False
    """Whether words say that it was there as fluid."""

    @property
    def name(self) -> str:
        return " + ".join(sorted(self.drugs))

    def short(self) -> bool:
        """TIME-1: whether it is a push by itself."""
        return self.shape == "push" or (self.running is not None and len(self.running) < 16)

    def could_run(self) -> Minutes:
        """Decision 1: an unknown time occupies every minute that it could; a known one those it ran in (TIME-13)."""
        if self.running is not None:
            return self.running
        first = EVER.start if self.start is None else self.start
        last = FAR if self.stop is None else self.stop
        return set(range(first, last))


@dataclass
class Infusion:
    """All bags of one drug in one group, as one service."""

    drugs: frozenset[str]
    kind: str
    minutes: Minutes
    bags: list[Bag] = field(default_factory=list)
    placed: bool = True

    @property
    def order(self) -> tuple[int, int, int, str]:
        """CONC-5: the higher family owns a minute, then the longer, then the earlier."""
        return -RANK[self.kind], -len(self.minutes), min(self.minutes), " + ".join(sorted(self.drugs))


def longest_run(bags: list[Bag]) -> int:
    """The most minutes that bags hung one after the other, without a gap between them, ran in all."""
    longest, run, ends = 0, set[int](), None
    for one in sorted(bags, key=lambda b: (b.start or 0, b.stop or 0)):
        if ends is None or (one.start or 0) > ends:
            run, ends = set(), one.stop
        run = run | (one.running or set())
        ends = max(ends or 0, one.stop or 0)
        longest = max(longest, len(run))
    return longest


def drug_class(administration: Administration) -> str:
    """DRUG-1: by the drug; unknown without its name."""
    name = administration.drug.get()
    return UNKNOWN if name is None else DRUGS[name]


def given(administration: Administration) -> bool:
    """Whether words say so, or say nothing of that: what is claimed without its words was not given (GEN-2)."""
    status = administration.status
    return status.standing == "not_stated" or status.get() in ("given", "stopped_early")


def perhaps_given(administration: Administration) -> bool:
    """Given, or nobody can tell whether it was."""
    return given(administration) or not administration.status.known


def bags_of(encounter: Encounter, day: date) -> list[Bag]:
    """Bags and syringes by vein; drugs of one bag together, the highest class decides (5.2)."""
    by_id = {a.id: a for a in encounter.administrations if a.route.get() in ("intravenous", None) and given(a)}
    by_id = {key: a for key, a in by_id.items() if a.pump.get() is None and drug_class(a) != HORMONAL}
    for key, a in list(by_id.items()):  # HYD-2: what kept a line open took nothing's place
        if a.purpose.get() in ("keep_open", "flush"):
            del by_id[key]
    together: dict[str, set[str]] = {key: {key} for key in by_id}
    for key, a in by_id.items():
        for other in a.mixed_with:
            if other in by_id:
                joined = together[key] | together[other]
                for member in joined:
                    together[member] = joined
    seen: set[str] = set()
    bags = []
    for key in by_id:
        if key in seen:
            continue
        members = sorted(together[key])
        seen.update(members)
        bags.append(bag([by_id[m] for m in members], day))
    return bags


def bag(members: list[Administration], day: date) -> Bag:
    first = members[0]
    kinds = [drug_class(m) for m in members]
    start, stop = minute_of(first.start, day), minute_of(first.stop, day)
    running: Minutes | None = None
    if start is not None and stop is not None:
        running = set(range(start, stop))
        for pause in first.interruptions:  # TIME-13
            begin, end = minute_of(pause.start, day), minute_of(pause.stop, day)
            assert begin is not None
            assert end is not None
            running -= set(range(begin, end))
    return Bag(
        ids=[m.id for m in members],
        drugs=frozenset(m.drug.get() or "" for m in members),
        kind=max(kinds, key=lambda kind: RANK[kind]),
        shape=shape(first, running),
        start=start,
        stop=stop,
        running=running,
        site=first.access_site.get(),
        visit=first.visit.get(),
        placed=first.route.get() is not None,
        syringe=first.technique.get() in ("push", "injection"),
        fluid=any(m.purpose.get() in FOR_FLUID for m in members),
    )


def shape(administration: Administration, running: Minutes | None) -> str:
    """TIME-1, TIME-2: more than 15 minutes is an infusion unless the giver stayed; 15 or less is a push."""
    technique = administration.technique.get()
    stayed = administration.presence.get() == "continuous"
    if technique in ("push", "injection"):
        return "bag" if running is not None and len(running) > 15 and not stayed else "push"
    if running is None:
        return "bag" if technique == "infusion" else "unclear"
    if technique is None and (stayed or len(running) <= 15):
        return "push"
    return "bag"


def hydration_stated(encounter: Encounter, bag: Bag) -> bool:
    """Decision 5: a purpose or a clinical reason must say that the fluid was hydration."""
    for a in encounter.administrations:
        if a.id in bag.ids and a.purpose.get() == "hydration":
            return True
        if a.id in bag.ids and a.purpose.get() is not None:
            return False
    others = [a for a in encounter.administrations if given(a) and a.id not in bag.ids]
    if any(
        a.purpose.known if drug_class(a) == HYDRATION else not a.drug.known and a.purpose.get() in FOR_FLUID
        for a in others
    ):
        return False  # a bag set apart from one whose purpose is stated may be anything
    return any(encounter.documented(e).known for e in ("hydration_purpose", "hydration_reason"))


def visits_apart(encounter: Encounter) -> bool:
    """DOC-40: two visits count as two only when leaving and returning are both documented."""
    if len(encounter.visits) < 2:
        return False
    first, second = encounter.visits[:2]
    return first.left.known and second.arrived.known


def visits_of(encounter: Encounter, bags: list[Bag]) -> list[list[Bag]]:
    """One initial per encounter (HIER-2); a documented second visit is an encounter of its own (ROUTE-7)."""
    apart = visits_apart(encounter)
    visits: dict[str, list[Bag]] = {}
    for one in bags:
        visits.setdefault(visit_of(encounter, one) if apart else "", []).append(one)
    return [visits[key] for key in sorted(visits)]


def visit_of(encounter: Encounter, bag: Bag) -> str:
    """DOC-40: the visit that is told, else the last that had begun by its clock, else the first."""
    day, at = encounter.encounter.date_of_service.get(), bag.start if bag.start is not None else bag.stop
    assert day is not None
    begun = [v.id for v in encounter.visits if at is not None and (minute_of(v.arrived, day) or 0) <= at]
    return bag.visit or (begun[-1] if begun else encounter.visits[0].id)


def sites_of(encounter: Encounter, bags: list[Bag]) -> list[list[Bag]]:
    """A second access site has its own initial only with its reason (ROUTE-7, DOC-39).

    What names none of several sites stands at that of its drug, else at that of the highest service.
    """
    if not encounter.documented("second_site_reason").known:
        return [bags]
    sites = {name: [b for b in bags if b.site == name] for name in used(bags)}
    if len(sites) < 2:
        return [[b for b in bags if b.site in (None, *sites) or not (b.kind == UNKNOWN and b.short())]]
    order = sorted(sites, key=lambda name: Site(sites[name], True, set(), set()).height(name))
    for one in bags:
        if one.site not in sites:
            alike = [name for name in order if any(b.drugs == one.drugs for b in sites[name])]
            sites[(alike or order)[0]].append(one)
    return [sites[name] for name in order]


def used(bags: list[Bag]) -> list[str]:
    """The sites through which something is told to have gone."""
    return sorted({b.site for b in bags if b.site is not None and b.placed and not (b.kind == UNKNOWN and b.short())})


class Site:
    """The services of one access site in one visit."""

    def __init__(self, bags: list[Bag], facility: bool, pumped: Minutes, unclear: Minutes) -> None:
        self.facility, self.pumped, self.unclear = facility, pumped, unclear
        self.lines: Counter[str] = Counter()
        self.concurrent = False
        self.bags = [b for b in bags if b.kind != HYDRATION and (b.placed or not b.short())]
        self.uncertain = [b for b in self.bags if self.extent_unknown(b)]
        self.strangers = [b for b in bags if b.kind == UNKNOWN and not b.fluid]
        known = [b for b in self.bags if b.shape == "bag" and b.running is not None and b.kind != UNKNOWN]
        self.infusions = self.merged([b for b in known if b.placed])
        in_infusions = {id(b) for i in self.infusions for b in i.bags}
        self.pushes = [
            b
            for b in self.bags
            if b.kind != UNKNOWN and (b.shape == "push" or (b.placed and b in known and id(b) not in in_infusions))
        ]
        # Decision 1: what ran and names no route takes its minutes and earns nothing.
        self.shadows = self.merged([b for b in known if not b.placed])
        self.rivals = [u for u in self.uncertain if REACH[u.kind] == 2]

    def beside(self, others: Iterable[Site]) -> None:
        """What names no line and lacks a time may have run here as well, whatever site it is counted at."""
        self.rivals += [u for other in others for u in other.rivals if u.site is None and u not in self.rivals]

    def height(self, name: str) -> tuple[int, int, str]:
        """Its highest service, then its longest: the site that others are beside."""
        ran = (*self.infusions, *self.shadows)
        ranks = [0 if i.kind == CHEMO else 2 for i in ran] + [1 if p.kind == CHEMO else 3 for p in self.pushes]
        return min(ranks, default=9), -max((len(i.minutes) for i in ran), default=0), name

    @staticmethod
    def extent_unknown(bag: Bag) -> bool:
        """An infusion without start or stop, or of an unknown drug, earns nothing but takes room."""
        if bag.shape == "push":
            return False
        return bag.running is None or (bag.kind == UNKNOWN and len(bag.running) >= 16)

    @staticmethod
    def merged(bags: list[Bag]) -> list[Infusion]:
        """Bags of one drug join their minutes (5.2, C-7).

        TIME-1 decides first: where every bag ran 15 minutes or less they are pushes, unless they followed
        each other without a gap (TIME-13) and together ran longer.
        """
        by_drug: dict[frozenset[str], Infusion] = {}
        for one in bags:
            found = by_drug.setdefault(one.drugs, Infusion(one.drugs, one.kind, set(), placed=one.placed))
            found.minutes = found.minutes | (one.running or set())
            found.bags.append(one)
        return [i for i in by_drug.values() if longest_run(i.bags) >= 16]

    def outranked(self, one: Infusion) -> bool:
        """Decision 1: an uncertain infusion of a higher family could have run in these minutes."""
        if REACH[one.kind] == 1 and one.minutes & self.unclear:
            return True
        return any(REACH[u.kind] > REACH[one.kind] and one.minutes & u.could_run() for u in self.rivals)

    def reaches(self, kind: str) -> dict[frozenset[str], Minutes]:
        """By drug, every minute that an uncertain infusion of a family could own.

        With its documented bags: together they are one infusion, which may be longer than what held those minutes.
        """
        found: dict[frozenset[str], Minutes] = {}
        for u in self.uncertain:
            if REACH[u.kind] == REACH[kind]:
                ran = (*self.infusions, *self.shadows)
                documented = (i.minutes for i in ran if i.drugs == u.drugs and i.kind == kind)
                found[u.drugs] = found.get(u.drugs, set()).union(u.could_run(), *documented)
        return found

    def together(self, own: dict[frozenset[str], Minutes], kind: str) -> list[dict[frozenset[str], Minutes]]:
        """Uncertain infusions that could run in the same minutes, or beside the same drug, are weighed together."""
        minutes = {i.drugs: i.minutes for i in self.infusions}
        parts: list[dict[frozenset[str], Minutes]] = []
        for drugs, reach in self.reaches(kind).items():
            merged = {drugs: reach}
            for part in list(parts):
                there, here = set().union(*part.values()), set().union(*merged.values())
                if there & here or any(minutes[d] & there and minutes[d] & here for d in own):
                    parts.remove(part)
                    merged |= part
            parts.append(merged)
        return parts

    def settle(self, own: dict[frozenset[str], Minutes], kind: str) -> dict[frozenset[str], int]:
        """Decision 1: the drugs that keep a first-hour line beside uncertain infusions, and their certain hours.

        An uncertain infusion may own all that it could touch. What is left of a drug is certain; if that is less than
        16 minutes, one drug may still hold the line that the uncertain infusion then has in its place.
        """
        hours = {drugs: further_hours(len(minutes)) for drugs, minutes in own.items()}
        for drugs, reach in self.reaches(kind).items() if kind == THERAPEUTIC else ():
            if any(u.kind == UNKNOWN and u.could_run() & reach for u in self.rivals):
                hours.pop(drugs, None)  # with its other bag it may have run beside a drug of unknown class
        own = {drugs: minutes for drugs, minutes in own.items() if drugs in hours}
        for reach in self.together(own, kind):
            self.settle_one(own, kind, reach, hours)
        return hours

    def settle_one(
        self,
        own: dict[frozenset[str], Minutes],
        kind: str,
        reach: dict[frozenset[str], Minutes],
        hours: dict[frozenset[str], int],
    ) -> None:
        runs = {i.drugs: i for i in self.infusions}
        order = {d: (-len(runs[d].minutes), min(runs[d].minutes), " + ".join(sorted(d))) for d in runs}
        takers = {d: set().union(*(r for name, r in reach.items() if name != d)) for d in own}
        touched = sorted((d for d in own if d in hours and runs[d].minutes & takers[d]), key=lambda d: order[d])
        kin = [d for d in own if d in reach]
        if not touched:
            return
        left = {d: own[d] - takers[d] for d in touched}
        lost = [d for d in touched if len(left[d]) < 16]
        longest = min({*touched, *kin}, key=lambda d: order[d])
        every: Minutes = set().union(*reach.values())
        higher = any(REACH[u.kind] > 1 and u.could_run() & every for u in self.rivals) or bool(self.unclear & every)
        outranked = kind == THERAPEUTIC and higher
        above = [i for i in (*self.infusions, *self.shadows) if i.order < runs[longest].order]
        disputed = outranked or any(i.minutes & every for i in above)
        disputed = disputed or (kind == THERAPEUTIC and bool(self.pumped & every))
        enough = [d for d in lost if len(own[d]) >= 16 + 15 * len(reach)]
        substitute = enough[0] if enough and not kin and not outranked and (disputed or longest not in lost) else None
        for d in touched:
            if d == longest and not disputed:
                continue
            if d in lost and d != substitute:
                hours.pop(d)
            else:
                hours[d] = further_hours(len(left[d]))
        if not disputed and longest not in kin:
            for d in kin:
                if longest in lost:
                    hours.pop(d, None)
                elif d in hours:
                    hours[d] = 0
        self.standing_in |= {d for d in lost if d in hours}

    def weigh(self) -> None:
        """What there is to report, before anything is called the initial; of infusions the further hours of each."""
        self.repeats = 0
        self.standing_in: set[frozenset[str]] = set()
        self.chemo, self.therapeutic, self.hourly = self.infusion_minutes()
        self.chemo_pushed, self.therapeutic_pushed = self.chemo_pushes(), self.therapeutic_pushes()

    def offers(self) -> str:
        """HIER-FAC: the highest service here, or nothing."""
        ranks = {
            "chemo infusion": self.chemo,
            "chemo push": self.chemo_pushed,
            "therapeutic infusion": self.therapeutic,
            "therapeutic push": self.therapeutic_pushed,
        }
        return next((name for name, there in ranks.items() if there), "")

    def certain(self, initial: str) -> bool:
        """DRUG-1, decision 1: whether a service stays the initial one whatever an unknown drug proves to be.

        As chemotherapy it would take the initial code from all but a chemotherapy infusion; a pushed one also not
        from a chemotherapy push. Either way one unit of that initial code remains.
        """
        pushed = all(b.shape == "push" or (b.running is not None and len(b.running) < 16) for b in self.strangers)
        keeps = {"chemo infusion": True, "chemo push": pushed}
        return keeps.get(initial, not self.strangers)

    def primary_may_go(self, lines: Counter[str]) -> bool:
        """Beside a chemotherapy push an infusion without further hours is no code that 96368 may hang on [D-AOC]."""
        chemo = any(u.kind == CHEMO for u in self.uncertain)
        return chemo and not any(lines[code] for code in ("96366", "96413", "96415", "96416"))

    def count(self, initial: str) -> None:
        self.add_hourly(self.chemo, "96413", "96417", "96415", initial == "chemo infusion")
        self.add_hourly(self.therapeutic, "96365", "96367", "96366", initial == "therapeutic infusion")
        self.add_pushes(len(self.chemo_pushed), "96409", "96411", initial == "chemo push")
        self.add_pushes(len(self.therapeutic_pushed), "96374", "96375", initial == "therapeutic push")
        self.lines["96376"] += self.repeats

    def infusion_minutes(self) -> tuple[list[int], list[int], set[frozenset[str]]]:
        """CONC-5: each minute belongs to one infusion: higher family, then the longer, then the earlier."""
        order = sorted((*self.infusions, *self.shadows), key=lambda i: i.order)
        taken: Minutes = set()
        own: dict[str, dict[frozenset[str], Minutes]] = {CHEMO: {}, THERAPEUTIC: {}}
        for one in order:
            alone, shared = one.minutes - taken, one.minutes & taken
            taken = taken | one.minutes
            if self.outranked(one) or not one.placed:
                continue
            if len(alone) >= 16:
                own[one.kind][one.drugs] = alone
            elif len(shared) >= 16 and one.kind == THERAPEUTIC and one.drugs not in self.reaches(THERAPEUTIC):
                self.concurrent = True  # CONC-2, CONC-6
        chemo, therapeutic = self.settle(own[CHEMO], CHEMO), self.settle(own[THERAPEUTIC], THERAPEUTIC)
        return list(chemo.values()), list(therapeutic.values()), {*chemo, *therapeutic} - self.standing_in

    def infused(self) -> set[frozenset[str]]:
        """Drugs that ran, or could have run, as an infusion; an infusion without a name could be of any."""
        doubtful = {d for d in (p.drugs for p in self.pushes) if self.doubtful(d)}
        return {i.drugs for i in self.infusions} | doubtful

    def doubtful(self, drugs: frozenset[str]) -> bool:
        """Whether something without its times, its route or its name may have been an infusion of it."""
        open_ = (*self.uncertain, *(b for i in self.shadows for b in i.bags))
        return any(b.drugs == drugs or "" in b.drugs for b in open_)

    def chemo_pushes(self) -> set[frozenset[str]]:
        """One per different drug; a drug that also ran as an infusion is that infusion (5.2)."""
        return {p.drugs for p in self.pushes if p.kind == CHEMO} - self.infused()

    def therapeutic_pushes(self) -> set[frozenset[str]]:
        """One per different drug; `repeats` counts 96376, in a facility only (5.2, decision 6).

        A drug that also ran as an infusion is that infusion; its pushes count as repeats when the infusion
        has its hourly line and they lie more than 30 minutes from its minutes. One that may have been infused for
        longer than is told waits (decision 0006).
        """
        drugs = {p.drugs for p in self.pushes if p.kind == THERAPEUTIC}
        for drug in drugs:
            times = sorted(p.start for p in self.pushes if p.drugs == drug and p.start is not None)
            if drug not in self.infused():
                self.repeats += self.spaced(times[1:], times[0]) if times else 0
            elif drug in self.hourly and not self.doubtful(drug):
                ran = next(i.minutes for i in self.infusions if i.drugs == drug)
                near = {minute + shift for minute in ran for shift in range(-30, 32)}
                self.repeats += self.spaced([time for time in times if time not in near], None)
        return drugs - self.infused()

    def spaced(self, times: list[int], last: int | None) -> int:
        """How many pushes lie more than 30 minutes after the last reported one."""
        count = 0
        for time in times:
            if last is None or time - last > 30:
                count, last = count + 1, time
        return count if self.facility else 0

    def add_hourly(self, further: list[int], first: str, sequential: str, hours: str, leads: bool) -> None:
        if not further:
            return
        self.lines[first] += 1 if leads else 0
        self.lines[sequential] += len(further) - 1 if leads else len(further)
        self.lines[hours] += sum(further)

    def add_pushes(self, drugs: int, first: str, additional: str, leads: bool) -> None:
        self.lines[first] += 1 if leads else 0
        self.lines[additional] += drugs - 1 if leads else drugs


CONCURRENT_PRIMARIES = ("96360", "96365", "96366", "96413", "96415", "96416", "C8957")


def fluid_minutes(encounter: Encounter, site: list[Bag], visit: list[Bag], day: list[Bag]) -> int:
    """CONC-4, decision 1: no minute in which another infusion ran or could have, none of a documented push.

    What has its times documented ran in them, to whichever visit it is charted; the rest ran within its own visit.
    """
    minutes: Minutes = set()
    for fluid in site:
        wet = fluid.kind == HYDRATION and fluid.shape == "bag" and fluid.placed
        if wet and hydration_stated(encounter, fluid):
            minutes = minutes | (fluid.running or set())
    for other in (*visit, *(b for b in day if b.running is not None)):
        if other.kind == HYDRATION:
            continue
        if other.running is not None:
            minutes = minutes - other.running
        elif other.shape != "push":
            minutes = minutes - other.could_run()
    return len(minutes)


def fluid_units(encounter: Encounter, site: list[Bag], visit: list[Bag], day: list[Bag]) -> int:
    """TIME-5, TIME-6: units of fluid. Sites or visits that nothing sets apart give no more together than alone."""

    def units(some: list[Bag]) -> int:
        return hydration_add_on(fluid_minutes(encounter, some, visit, day))

    fluids = [b for b in site if b.kind == HYDRATION and b.placed and b.shape == "bag" and b.running is not None]
    fluids = [b for b in fluids if hydration_stated(encounter, b)]
    lines = sum(s.kind.get() in ("implanted_port", "peripheral_iv") for s in encounter.access_sites)
    one_line = lines < 2 or encounter.documented("second_site_reason").known  # then each line is counted by itself
    one_visit = len(encounter.visits) < 2
    places = {id(b): ("" if one_line else b.site, "" if one_visit else b.visit) for b in fluids}
    alone = [[b for b in fluids if places[id(b)] == place] for place in set(places.values())]
    return min(units(fluids), sum(units(some) for some in alone))


def one_reading(
    encounter: Encounter, bags: list[Bag], of_day: list[Bag], facility: bool, pump: Counter[str]
) -> Counter[str]:
    """HIER-FAC, HIER-OFF: the initial service of each site, then everything else there as its add-on."""
    places = sites_of(encounter, bags)
    sites = [Site(place, facility, pump_minutes(encounter), unclear_pump_minutes(encounter)) for place in places]
    for site in sites if len(sites) > 1 else []:
        site.beside([other for other in sites if other is not site])
    for site in sites:
        site.weigh()
    fluid_is_the_reason = not facility and encounter.encounter.primary_reason.get() == "hydration"
    total: Counter[str] = Counter()
    for site, place in zip(sites, places, strict=True):
        offer, fluid = site.offers(), fluid_units(encounter, place, bags, of_day)
        legal_beside_fluid = fluid_is_the_reason and not offer.startswith("chemo")  # [D-AOC]
        if not site.certain(offer):
            continue
        if fluid and (legal_beside_fluid or not offer):
            site.count("")
            total += site.lines + Counter({"96360": 1, "96361": fluid - 1})
        else:
            site.count(offer)
            total += site.lines + Counter({"96361": fluid})
    if any(site.concurrent and not site.primary_may_go(total + pump) for site in sites) and any(
        (total + pump)[code] for code in CONCURRENT_PRIMARIES
    ):
        total["96368"] += 1  # CONC-2: once; never without a primary [D-AOC]
    return total


SERVICES = (("96413", "96417"), ("96409", "96411"), ("96365", "96367"), ("96374", "96375"), ("96360", "96361"))
UNSETTLED = "an initial code depends on what is not told"


def units_of(services: tuple[str, ...], lines: Counter[str]) -> int:
    return sum(lines[code] for code in services)


def one_visit(
    encounter: Encounter, bags: list[Bag], of_day: list[Bag], facility: bool, pump: Counter[str]
) -> Counter[str]:
    """Decision 1: of each service what every way gives in which a route, a line or a name that is not told may be.

    A first and a further service of one family count as one. Where that takes an initial code away, what hangs on it
    is left to the validator: `UNSETTLED`.
    """
    told = one_reading(encounter, bags, of_day, facility, pump)
    readings = [told]
    for way in ways(encounter, bags):
        others = [b for b in of_day if all(b is not one for one in bags)]
        readings.append(one_reading(encounter, way, [*others, *way], facility, pump))
    for services in (*SERVICES, *((code,) for code in ("96415", "96366", "96368", "96376"))):
        over = units_of(services, told) - min(units_of(services, one) for one in readings)
        for code in reversed(services):
            gone = min(over, told[code])
            told[code] -= gone
            over -= gone
            if gone and len(services) > 1 and code == services[0]:
                told[UNSETTLED] = 1
    return told


def ways(encounter: Encounter, bags: list[Bag]) -> list[list[Bag]]:
    """Everything that what is not told may have been; syringes without a route all went one way."""
    lines = [s.id for s in encounter.access_sites if s.kind.get() in ("implanted_port", "peripheral_iv")]
    apart = sorted({*used(bags), *lines}) if encounter.documented("second_site_reason").known else []
    drugs = {
        (b.drugs, b.kind) for b in bags if b.kind in (CHEMO, THERAPEUTIC) and not (b.syringe and b.shape == "push")
    }
    pushed = [b for b in bags if not b.placed and b.syringe and b.shape == "push" and b.kind in (CHEMO, THERAPEUTIC)]
    found: list[list[Bag]] = [[]]
    for one in bags:
        if one in pushed:
            continue
        may_be = [one]
        if one.drugs == {""} and not one.fluid and not one.syringe:
            may_be += [replace(one, drugs=drug, kind=kind, placed=True) for drug, kind in sorted(drugs, key=str)]
        elif not one.placed and one.kind in (CHEMO, THERAPEUTIC):
            may_be = [replace(one, placed=True)]
        if one.site is None and len(apart) > 1:
            may_be = [replace(bag, site=site) for bag in may_be for site in apart]
        nowhere = [] if one.placed or one.kind not in (CHEMO, THERAPEUTIC) else [[]]
        found = [[*before, *more] for before in found for more in ([[bag] for bag in may_be] + nowhere)]
    if pushed:
        found = [[*way, *more] for way in found for more in ([replace(b, placed=True) for b in pushed], [])]
    return found if len(found) > 1 else []


def by_vein(encounter: Encounter, day: date, facility: bool) -> Counter[str]:
    total: Counter[str] = Counter()
    apart = visits_apart(encounter)
    of_day = bags_of(encounter, day)
    for bags in visits_of(encounter, of_day):
        pumps = pump_starts(encounter, bags[0].visit if apart else None)
        total += one_visit(encounter, bags, of_day, facility, pumps)
    return total


def injections(encounter: Encounter) -> Counter[str]:
    """TIME-10, DRUG-5: not timed; the class decides."""
    codes = {CHEMO: "96401", HORMONAL: "96402", THERAPEUTIC: "96372"}
    total: Counter[str] = Counter()
    for a in encounter.administrations:
        kind = drug_class(a)
        if given(a) and a.route.get() in ("subcutaneous", "intramuscular") and kind in codes:
            total[codes[kind]] += 1
    return total


def by_artery(encounter: Encounter, day: date) -> Counter[str]:
    """ROUTE-3, TIME-3, TIME-4: push by presence or by 15 minutes, else hours."""
    total: Counter[str] = Counter()
    for a in encounter.administrations:
        if not given(a) or a.route.get() != "intra_arterial" or a.pump.get() is not None:
            continue
        start, stop = minute_of(a.start, day), minute_of(a.stop, day)
        minutes = stop - start if start is not None and stop is not None else None
        stayed = a.presence.get() == "continuous"
        if (a.technique.get() == "push" and stayed) or (minutes is not None and minutes <= 15):
            total["96420"] += 1
        elif minutes is not None:
            total["96422"] += 1
            total["96423"] += further_hours(minutes)
    return total


def other_routes(encounter: Encounter) -> Counter[str]:
    """ROUTE-1: one unit each, not timed."""
    codes = {"intrathecal": "96450", "intraperitoneal": "96446", "intravesical": "51720"}
    routes = {str(a.route.get()) for a in encounter.administrations if given(a)}
    return Counter({code: 1 for route, code in codes.items() if route in routes})


def pump_starts(encounter: Encounter, visit: str | None = None) -> Counter[str]:
    """TIME-7, PUMP-1, PUMP-5, decision 3: more than eight hours on a portable or implanted pump."""
    total: Counter[str] = Counter()
    pumps = {p.id: p for p in encounter.pumps}
    for a in encounter.administrations:
        pump = pumps.get(a.pump.get() or "")
        if pump is None or not given(a) or a.route.get() is None or visit not in (None, a.visit.get()):
            continue
        kind, action, hours = pump.kind.get(), pump.action.get(), pump.planned_hours.get()
        if action == "refilled" and kind in ("portable", "implantable"):
            total["96521" if kind == "portable" else "96522"] += 1
        if action != "initiated" or kind not in ("portable", "implantable"):
            continue
        if hours is None or hours * 60 <= 480:
            continue
        clinic = pump.owner.get() in (None, "clinic")
        medicare = encounter.encounter.payer.get() == "medicare"
        if a.route.get() == "intra_arterial":
            total["96425"] += 1
        else:
            total["G0498" if medicare and clinic else "96416"] += 1
    return total


def pump_minutes(encounter: Encounter) -> Minutes:
    """Minutes in which a prolonged pump runs on after its documented start."""
    minutes: Minutes = set()
    for a in encounter.administrations:
        alone = encounter.model_copy(update={"administrations": (a,)})
        starts = pump_starts(alone)
        day = encounter.encounter.date_of_service.get()
        begin = minute_of(a.start, day) if day is not None else None
        if begin is not None and any(starts[code] for code in ("G0498", "96416", "96425")):
            minutes = minutes | set(range(begin, FAR))
    return minutes


def unclear_pump_minutes(encounter: Encounter) -> Minutes:
    """Decision 1: minutes in which a drug may have run by the hour, as nobody tells what its pump was or how long."""
    minutes: Minutes = set()
    pumps = {p.id: p for p in encounter.pumps}
    day = encounter.encounter.date_of_service.get()
    for a in encounter.administrations:
        pump = pumps.get(a.pump.get() or "")
        if pump is None or day is None or not given(a) or a.route.get() != "intravenous":
            continue
        hours = pump.planned_hours.get()
        described = pump.kind.get() is not None and pump.action.get() is not None and hours is not None
        short = hours is not None and hours * 60 <= 480
        if described or short or pump.kind.get() == "stationary" or pump.action.get() not in (None, "initiated"):
            continue
        begin = minute_of(a.start, day)
        minutes = minutes | set(EVER if begin is None else range(begin, FAR))
    return minutes


def services(encounter: Encounter) -> Counter[str]:
    """ACC-1: a flush only when nothing else was done, whether or not it has a code (decision 1); 36430 once a day."""
    kinds = {s.kind for s in encounter.services}
    anything_given = any(
        perhaps_given(a) and a.route.get() != "oral" and a.purpose.get() not in ("keep_open", "flush")
        for a in encounter.administrations
    )
    total: Counter[str] = Counter()
    if "transfusion" in kinds:
        total["36430"] = 1
    if kinds == {"port_flush"} and not anything_given:
        total["96523"] = 1
    return total


def expected_units(encounter: Encounter) -> Counter[str]:
    """Units of every administration and service code that facts within the scope support by default."""
    day = encounter.encounter.date_of_service.get()
    assert day is not None
    facility = encounter.encounter.setting.get() == "facility"
    total = by_vein(encounter, day, facility)
    total += injections(encounter)
    total += by_artery(encounter, day)
    total += other_routes(encounter)
    total += pump_starts(encounter)
    total += services(encounter)
    return +total
