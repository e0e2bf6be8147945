"""The facts of a stored review as the checker sees them: bags and syringes with their minutes in sets.

One element of a set is one minute, counted from the first minute of the date of service. Facts are plain JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reviewer.verify.records import Plain, Records

Minutes = frozenset[int]
BELIEVED = ("grounded", "entered")
FAR = 10**9
PUSHED = ("push", "injection")
NO_NEEDLE = ("oral", "topical", "inhaled")
"""Ways in that no administration code is for."""
CLASSES = {
    "chemo": "chemotherapy",
    "chemo_biologic": "chemotherapy",
    "complex_biologic": "chemotherapy",
    "hormonal": "hormonal",
    "antiemetic": "therapeutic",
}
OVERRIDES = {"complex_biologic": "chemotherapy", "hormonal_antineoplastic": "hormonal"}
DECIDES = (
    *("radiopharm", "cellular", "unknown", "chemotherapy", "hormonal", "therapeutic", "blood", "vaccine"),
    *("contrast", "local_anaesthetic", "hydration", "flush"),
)
"""Whose class a shared bag takes: the first of these."""


def believed(fact: Any) -> Any:
    """The value of a fact that may be relied on, else None."""
    return fact.get("value") if isinstance(fact, dict) and fact.get("standing") in BELIEVED else None


def told(entry: Mapping[str, Any], name: str) -> Any:
    """The same of a fact by its name."""
    return believed(entry.get(name))


@dataclass(eq=False)
class Bag:
    """What hung, was pushed or injected as one: its drugs, class, way in and minutes.

    `ran` are the minutes in which it certainly ran (None: not known), `least` and `most` the first and last minute
    that it could have taken. `length` counts minutes also where no clock time is known.
    """

    ids: tuple[str, ...]
    members: list[Plain]
    ingredient: str | None
    family: str
    sure: bool
    biologic: bool
    rows: tuple[Plain, ...]
    route: str | None
    technique: str | None
    start: int | None = None
    stop: int | None = None
    ran: Minutes = frozenset()
    length: int | None = None
    mode: str = "unknown"
    least: int = -FAR
    most: int = FAR
    doubtful: Minutes = frozenset()
    clash: bool = False
    supposed_site: str | None = None

    def first(self, name: str) -> Any:
        """The first value of a fact among its drugs."""
        return next((value for one in self.members if (value := told(one, name)) is not None), None)

    @property
    def site(self) -> str | None:
        """The line it went through, as told or as supposed where none is."""
        told_so: str | None = self.first("access_site")
        return self.supposed_site if told_so is None else told_so

    @property
    def name(self) -> str:
        """What a sentence calls it: the drugs as documented."""
        said = [one["drug"]["value"] for one in self.members if one.get("drug", {}).get("value")]
        return " + ".join(said) or "an unnamed drug"

    def trait(self, name: str) -> bool:
        """Whether one of its drugs has a trait of the drug table."""
        return any(name in row["traits"].split(";") for row in self.rows)

    def may_take(self, minutes: Minutes) -> bool:
        """Whether it could have run in one of these minutes without being known to, as far as no code counts it."""
        if self.length is not None and self.ran:
            counted = self.family in ("chemotherapy", "therapeutic")
            return bool((self.doubtful if counted else self.ran | self.doubtful) & minutes)
        return any(self.least <= minute < self.most for minute in minutes)

    def outside(self, minutes: Minutes) -> Minutes:
        """The minutes that it cannot have taken."""
        if self.length is not None and self.ran:
            return minutes - self.ran - self.doubtful
        return frozenset(m for m in minutes if not self.least <= m < self.most)


@dataclass(frozen=True)
class Withheld:
    """What the review says is not certain because the length of another infusion is not documented (decision 1).

    By the administrations concerned: first hours, further hours with their units, one concurrent line, repeat pushes,
    and lines that not every way gives in which something untold may have been, with their code and units.
    """

    first: frozenset[frozenset[str]] = frozenset()
    hours: tuple[tuple[frozenset[str], int], ...] = ()
    concurrent: frozenset[frozenset[str]] = frozenset()
    repeats: frozenset[str] = frozenset()
    ways: tuple[tuple[str, frozenset[str], int], ...] = ()

    def hours_of(self, ids: Iterable[str]) -> int:
        """Further hours that are withheld of an infusion."""
        wanted = frozenset(ids)
        return next((units for one, units in self.hours if one == wanted), 0)


def withheld(review: Plain) -> Withheld:
    """The same out of a review; each is a premise that `open_times` and the entries' own check look at."""
    entries = [one for one in review["not_supported"] if one["rule"] == "concurrent.unknown-extent"]
    beside = [one for one in entries if one["reason"].startswith("whether a code that 96368 needs")]
    hours = [one for one in entries if one["code"] in ("96415", "96366")]
    first = [one for one in entries if one not in beside and one not in hours]
    ways = (one for one in review["not_supported"] if one["rule"] == "hierarchy.every-way")
    people = (one for one in review["needs_human"] if one["rule"] == "push.beside-infusion")
    return Withheld(
        frozenset(frozenset(one["administrations"]) for one in first),
        tuple((frozenset(one["administrations"]), one["units"]) for one in hours),
        frozenset(frozenset(one["administrations"]) for one in beside),
        frozenset(name for one in people for name in one["administrations"]),
        tuple((one["code"], frozenset(one["administrations"]), one["units"]) for one in ways),
    )


@dataclass
class World:
    """One reading of the facts, with what judged it."""

    facts: Plain
    records: Records
    on: date
    setting: str
    payer: str | None
    policy: str
    switches: Plain
    withheld: Withheld = Withheld()
    bags: list[Bag] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zone = self.facts.get("encounter", {}).get("timezone")
        self.bags = [self._bag(members) for members in self._together()]

    @property
    def facility(self) -> bool:
        """Whether this is a facility's claim."""
        return self.setting == "facility"

    def tables(self) -> Any:
        """The published edits of the setting and the day."""
        return self.records.tables("facility" if self.facility else "physician", self.on)

    def part(self, name: str) -> list[Plain]:
        """The entries of a part of the facts."""
        found: list[Plain] = self.facts.get(name) or []
        return found

    def documented(self, *elements: str) -> bool:
        """Whether one of the elements is documented and not denied."""
        entries = self.facts.get("documentation", {})
        values = (told(entries, element) for element in elements)
        return any(value is not None and value is not False for value in values)

    def minute(self, clock: str | None) -> int | None:
        """Minutes since the date of service began; in a documented zone on a clock that never changes."""
        if clock is None:
            return None
        day, bare = (date.fromisoformat(clock[:10]), clock[11:]) if len(clock) > 8 else (self.on, clock)
        hours, minutes = (int(part) for part in bare.split(":")[:2])
        local = (day - self.on).days * 1440 + hours * 60 + minutes
        if self.zone is None:
            return local
        moment = datetime.combine(self.on, datetime.min.time()) + timedelta(minutes=local)
        offset = moment.replace(tzinfo=ZoneInfo(self.zone)).utcoffset() or timedelta()
        return local - int(offset.total_seconds()) // 60

    def day(self, minute: int | None) -> str:
        """The local day of a minute, as ISO text."""
        if minute is None:
            return self.on.isoformat()
        moment = datetime.combine(self.on, datetime.min.time()) + timedelta(minutes=minute)
        if self.zone is not None:
            moment = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone))
        return moment.date().isoformat()

    def given(self, one: Plain) -> bool:
        """Whether the record says that it was given, or says nothing of that."""
        status = one.get("status", {})
        return status.get("standing", "not_stated") == "not_stated" or believed(status) in ("given", "stopped_early")

    def _together(self) -> Iterable[list[Plain]]:
        """The drugs given, those of one bag together."""
        given = {one["id"]: one for one in sorted(self.part("administrations"), key=lambda a: a["id"])}
        given = {name: one for name, one in given.items() if self.given(one)}
        groups = {name: {name} for name in given}
        for name, one in given.items():
            for other in one.get("mixed_with", ()):
                if other in groups and groups[other] is not groups[name]:
                    joined = groups[name] | groups[other]
                    groups.update(dict.fromkeys(joined, joined))
        seen: set[str] = set()
        for name in given:
            if name not in seen:
                seen |= groups[name]
                yield [given[member] for member in sorted(groups[name])]

    def _bag(self, members: list[Plain]) -> Bag:
        classes, rows, names = [], list[Plain](), list[str]()
        sure, biologic, unnamed = True, False, False
        for one in members:
            kind, found, certain, complicated = self._class(one)
            classes.append(kind)
            rows += found
            sure, biologic = sure and certain, biologic or complicated
            name = found[0]["ingredient"] if found else (told(one, "drug") or "").casefold().strip()
            unnamed = unnamed or not name
            names.append(name)
        bag = Bag(
            ids=tuple(one["id"] for one in members),
            members=members,
            ingredient=None if unnamed else " + ".join(sorted(names)),
            family=min(classes, key=DECIDES.index),
            sure=sure,
            biologic=biologic,
            rows=tuple(rows),
            route=None,
            technique=None,
        )
        bag.route, bag.technique = bag.first("route"), bag.first("technique")
        if bag.route is None and bag.first("device") is not None:
            bag.route = "subcutaneous"
        self._times(bag)
        bag.mode = self._mode(bag)
        return bag

    def class_of(self, one: Plain) -> str:
        """The family of a drug as documented."""
        return self._class(one)[0]

    def _class(self, one: Plain) -> tuple[str, list[Plain], bool, bool]:
        words = told(one, "drug")
        found = self.records.drug(words) if words is not None else None
        rows = list(found.rows) if found else []
        if len({row["ingredient"] for row in rows}) > 1:
            rows = []
        product = told(one, "product")
        if product and len(rows) > 1:
            codes = {row["hcpcs"] for row in self.records.drug(product).rows}
            rows = [row for row in rows if row["hcpcs"] in codes] or rows
        sure = found is None or found.sure
        override = told(one, "drug_class")
        if override is not None:
            kinds, biologic = {OVERRIDES.get(override, override)}, override == "complex_biologic"
        else:
            kinds = {CLASSES.get(row["admin_class"], row["admin_class"]) for row in rows} or {"unknown"}
            biologic = any(row["admin_class"] == "complex_biologic" for row in rows)
        if biologic and self.switches["complex_biologic_code"] == "therapeutic":
            return "therapeutic", rows, sure, True
        return min(kinds, key=DECIDES.index), rows, sure or override is not None, biologic

    def _times(self, bag: Bag) -> None:
        bag.start, bag.stop = self.minute(bag.first("start")), self.minute(bag.first("stop"))
        if bag.start is not None and bag.stop is not None and bag.stop <= bag.start:
            bag.clash, bag.start, bag.stop = True, None, None
        if bag.start is not None and bag.stop is not None:
            self._clocked(bag, bag.start, bag.stop)
        else:
            self._stated(bag)
        bag.least = bag.start if bag.start is not None else -FAR
        bag.most = bag.stop if bag.stop is not None else FAR
        if bag.length is None:
            bag.ran = frozenset()

    def _clocked(self, bag: Bag, start: int, stop: int) -> None:
        """The minutes between the clock times, without the pauses; less what a pause of unknown length may take."""
        ran, doubtful = set(range(start, stop)), set[int]()
        for pause in (pause for one in bag.members for pause in one.get("interruptions", ())):
            begun, ended = self.minute(told(pause, "start")), self.minute(told(pause, "stop"))
            if begun is not None and ended is not None and ended < begun:
                begun = ended = None
            if begun is not None and ended is not None:
                ran -= set(range(begun, ended))
            else:
                last = stop if ended is None else ended
                doubtful |= set(range(start if begun is None else begun, last))
        bag.doubtful = frozenset(ran & doubtful)
        bag.ran = frozenset(ran - doubtful)
        bag.length = len(bag.ran)
        if bag.doubtful and bag.length <= 15:
            bag.length = None
        elif not ran:
            bag.length = None
            self._stated(bag)

    def _stated(self, bag: Bag) -> None:
        """A length told without both clock times, where it counts: a short push, or what the policy accepts."""
        said = bag.first("duration_minutes")
        short = bag.technique in PUSHED and said is not None and said <= 15
        provable = self.switches["missing_stop_time"] == "infusion_if_over15_provable"
        if said and (self.switches["accept_stated_duration"] or short):
            bag.length = said
        elif provable and bag.technique == "infusion" and said and said > 15 and bag.start is not None:
            bag.length = 16
        elif self.switches["calc_stop_from_rate"] and bag.start is not None and (ran := _by_rate(bag.members[0])):
            bag.length = ran
        if bag.length is None:
            return
        if bag.start is not None:
            bag.stop = bag.start + bag.length
        elif bag.stop is not None:
            bag.start = bag.stop - bag.length
        if bag.start is not None and bag.stop is not None:
            bag.ran = frozenset(range(bag.start, bag.stop))

    def stays(self, bag: Bag) -> bool:
        """Whether words say that the giver stayed throughout."""
        if bag.first("presence") == "continuous":
            return True
        return bag.route == "intra_arterial" and self.documented("provider_presence")

    def _mode(self, bag: Bag) -> str:
        """Push or infusion: by the clock (TIME-1), by presence (TIME-2), else as documented."""
        way, length = bag.technique, bag.length
        if way == "pump":
            return "pump"
        if bag.route not in (None, "intravenous", "intra_arterial", "subcutaneous"):
            return "injection"
        if bag.route == "subcutaneous":
            if way is None and length is not None and length > 15:
                return "unknown"
            return "infusion" if way == "infusion" else "injection"
        if length is None:
            return self._untimed(bag)
        if length <= 15:
            return "push"
        if way == "infusion" or not self.stays(bag):
            return "infusion"
        if way not in PUSHED:
            return "unknown"
        return "push" if self.switches["long_continuous_presence_push"] == "push" else "infusion"

    def _untimed(self, bag: Bag) -> str:
        if bag.technique in PUSHED:
            return "push" if (bag.first("duration_minutes") or 0) <= 15 or self.stays(bag) else "unknown"
        if bag.technique != "infusion":
            return "unknown"
        accepted = self.switches["missing_stop_time"] == "push_fallback" and bag.first("start") is not None
        pushable = bool(bag.rows) and all(row["pushable"] == "yes" for row in bag.rows)
        return "push" if accepted and pushable else "infusion"


def _by_rate(one: Plain) -> int | None:
    volume, rates = told(one, "volume"), [rate for fact in one.get("rates", ()) if (rate := believed(fact))]
    if not volume or len(rates) != 1 or volume.get("unit", "").casefold() not in ("ml", "l"):
        return None
    per_hour = rates[0].get("unit", "").casefold().replace(" ", "") in ("ml/h", "ml/hr", "ml/hour", "mlperhour")
    amount = volume["amount"] * (1000 if volume["unit"].casefold() == "l" else 1)
    return int(amount * 60 / rates[0]["amount"]) if per_hour and rates[0]["amount"] else None
