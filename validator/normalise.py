"""From facts to events: bags put together, clocks made minutes, technique decided by time (steps 1 to 4 of 5.4)."""

from __future__ import annotations

from typing import Any

from validator.classify import RANK, family_of, products
from validator.events import PUSH_LIMIT, PUSH_TECHNIQUES, Event, Mode
from validator.facts import ENTERED, GROUNDED, Administration, Quantity
from validator.findings import NotCoded
from validator.gaps import Gap
from validator.times import Span, absolute, subtract, total
from validator.worksheet import Clash, Context, Worksheet

FOREVER = 10**10
INFUSED_ROUTES = ("intravenous", "intra_arterial", "subcutaneous")


def events_of(sheet: Worksheet) -> tuple[Event, ...]:
    """Every administration that was given, one event per bag, in an order that does not depend on the input's."""
    given = [a for a in sheet.context.encounter.administrations if _was_given(sheet, a)]
    events = [sheet.event(bag, _event) for bag in _bags(given)]
    return tuple(sorted(events, key=lambda e: (e.start is None, e.start or 0, e.id)))


def _was_given(sheet: Worksheet, administration: Administration) -> bool:
    status = administration.status
    if status.standing == "not_stated":
        return True
    value = status.get()
    if value in ("given", "stopped_early"):
        return True
    name = administration.drug.value or "a drug"
    if value is None:
        sheet.gaps.append(_status_gap(administration, name))
        return False
    reason = {
        "held": "documented as held; a dose that was not given has no code",
        "refused": "documented as refused; a dose that was not given has no code",
        "planned": "ordered or planned; no words say that it was given",
    }[value]
    sheet.never.append(
        NotCoded(administration=administration.id, subject=name, reason=reason, rule="administration.given-only")
    )
    return False


def _status_gap(administration: Administration, name: str) -> Gap:
    return Gap(
        requirement="administration.given",
        administration=administration.id,
        subject=name,
        standing=administration.status.standing,
        near=administration.status.evidence or administration.drug.evidence,
    )


def _bags(administrations: list[Administration]) -> list[tuple[Administration, ...]]:
    """Drugs mixed in one bag are one administration (5.2, CONC-1)."""
    bag_of = {a.id: a.id for a in administrations}
    for a in administrations:
        for other in a.mixed_with:
            if other in bag_of:
                joined = {bag_of[a.id], bag_of[other]}
                bag_of = {k: min(joined) if v in joined else v for k, v in bag_of.items()}
    bags: dict[str, list[Administration]] = {}
    for a in sorted(administrations, key=lambda item: item.id):
        bags.setdefault(bag_of[a.id], []).append(a)
    return [tuple(members) for members in bags.values()]


def _event(sheet: Worksheet, bag: tuple[Administration, ...]) -> Event:
    context = sheet.context
    lead = bag[0]
    found = [products(context, member) for member in bag]
    drugs, (family, biologic) = found[0], family_of(context, lead, found[0])
    if len(bag) > 1:
        classes = [family_of(context, member, drugs) for member, drugs in zip(bag, found, strict=True)]
        family = min([name for name, _ in classes], key=RANK.index)
        biologic = any(complex_biologic for _, complex_biologic in classes)
        drugs = tuple(drug for group in found for drug in group)
    route = _first(bag, "route")
    if route is None and _first(bag, "device") is not None:
        route = "subcutaneous"
    clock = _Clockwork(sheet, bag)
    minutes, calculated = clock.minutes()
    technique = _first(bag, "technique")
    return Event(  # its fields in order: by name, this one call takes as long as all that `_first` does
        lead.id,
        lead,
        bag,
        drugs,
        _ingredient(bag, found),
        family,
        route,
        _mode(context, bag, technique, route, minutes),
        clock.start,
        clock.stop,
        minutes,
        clock.segments if minutes is not None else (),
        clock.extent(minutes),
        _first(bag, "access_site"),
        _first(bag, "visit"),
        calculated,
        biologic,
    )


def _first(bag: tuple[Administration, ...], name: str) -> Any:
    """The first value of a fact that may be relied on among the drugs of a bag."""
    for member in bag:
        # As `Fact.get` does, without its calls: this is asked for most facts of an encounter.
        fact = member.__dict__[name].__dict__
        standing = fact["standing"]
        if (standing is ENTERED or standing is GROUNDED) and fact["value"] is not None:
            return fact["value"]
    return None


def _ingredient(bag: tuple[Administration, ...], found: list[tuple[Any, ...]]) -> str | None:
    if len(bag) == 1:
        return _drug(bag[0], found[0]) or None
    names = [_drug(member, drugs) for member, drugs in zip(bag, found, strict=True)]
    return " + ".join(sorted(names)) if all(names) else None


def _drug(member: Administration, drugs: tuple[Any, ...]) -> str:
    return str(drugs[0].ingredient) if drugs else (member.drug.get() or "").casefold().strip()


def _mode(
    context: Context,
    bag: tuple[Administration, ...],
    technique: str | None,
    route: str | None,
    minutes: int | None,
) -> Mode:
    """Push or infusion by the clock (TIME-1), by the giver's continuous presence (TIME-2), or as documented."""
    if technique == "pump":
        return "pump"
    if route is not None and route not in INFUSED_ROUTES:
        return "injection"
    if route == "subcutaneous":
        unstated = technique is None and minutes is not None and minutes > PUSH_LIMIT
        return "unknown" if unstated else "infusion" if technique == "infusion" else "injection"
    if minutes is None:
        return _untimed_mode(context, bag, technique, route)
    if minutes <= PUSH_LIMIT:
        return "push"
    if technique != "infusion" and stays(context, bag, route):
        long_push: Mode = "push" if context.switches.long_continuous_presence_push == "push" else "infusion"
        return long_push if technique in PUSH_TECHNIQUES else "unknown"
    return "infusion"


def _untimed_mode(context: Context, bag: tuple[Administration, ...], technique: str | None, route: str | None) -> Mode:
    if technique in PUSH_TECHNIQUES:
        stated = _first(bag, "duration_minutes") or 0
        return "push" if stated <= PUSH_LIMIT or stays(context, bag, route) else "unknown"
    if technique == "infusion" and _falls_back_to_push(context, bag):
        return "push"
    return "infusion" if technique == "infusion" else "unknown"


def _falls_back_to_push(context: Context, bag: tuple[Administration, ...]) -> bool:
    """C-1: with a start only, some contractors accept a push, never for a drug that may not be pushed."""
    if context.switches.missing_stop_time != "push_fallback" or _first(bag, "start") is None:
        return False
    return all(drugs and all(d.pushable for d in drugs) for drugs in (products(context, member) for member in bag))


def stays(context: Context, bag: tuple[Administration, ...], route: str | None) -> bool:
    """Whether words say that the giver stayed throughout; for an arterial push the provider's presence counts too."""
    if _first(bag, "presence") == "continuous":
        return True
    return route == "intra_arterial" and context.documented("provider_presence")


class _Clockwork:
    """The times of one bag: start, stop, pauses, and how much of it is known."""

    def __init__(self, sheet: Worksheet, bag: tuple[Administration, ...]) -> None:
        self.sheet, self.bag, self.on = sheet, bag, sheet.context.on
        self.zone = sheet.context.encounter.encounter.timezone
        self.start = self._minute(_first(bag, "start"))
        self.stop = self._minute(_first(bag, "stop"))
        self.segments: tuple[Span, ...] = ()
        self.unsure: tuple[Span, ...] = ()
        self.possible: tuple[Span, ...] = ()
        if self.start is not None and self.stop is not None:
            if self.stop <= self.start:
                self._clash("stop is not after start")
                self.start = self.stop = None
            else:
                self.segments = ((self.start, self.stop),)
                self._take_pauses(self.start, self.stop)

    def _minute(self, clock: str | None) -> int | None:
        return None if clock is None else absolute(clock, self.on, self.zone)

    def _clash(self, what: str) -> None:
        member = self.bag[0]
        evidence = tuple(dict.fromkeys((*member.start.evidence, *member.stop.evidence)))
        self.sheet.clashes.append(Clash(member.id, what, evidence))

    def _take_pauses(self, start: int, stop: int) -> None:
        pauses: list[Span] = []
        unsure: list[Span] = []
        for member in self.bag:
            for pause in member.interruptions:
                begun, ended = self._minute(pause.start.get()), self._minute(pause.stop.get())
                if begun is not None and ended is not None and ended < begun:
                    begun = ended = None  # they contradict each other, so neither tells when it stood still (TIME-21)
                if begun is not None and ended is not None:
                    pauses.append((begun, ended))
                else:
                    unsure.append((begun if begun is not None else start, ended if ended is not None else stop))
        if pauses:
            self.segments = subtract(self.segments, pauses)
        self.unsure = tuple(unsure)

    def minutes(self) -> tuple[int | None, bool]:
        """Running minutes and whether they were computed rather than read from a clock pair.

        With a pause of unknown length only what certainly ran counts, and nothing when that is not above a push.
        """
        if self.segments and not self.unsure:
            return total(self.segments), False
        if self.segments:
            certain = subtract(self.segments, self.unsure)
            if total(certain) != total(self.segments):
                self.sheet.gaps.append(_pause_gap(self.bag[0]))
                self.segments, self.possible = certain, self.segments
                return (total(certain), False) if total(certain) > PUSH_LIMIT else (None, False)
            return total(self.segments), False
        return self._stated()

    def _stated(self) -> tuple[int | None, bool]:
        switches = self.sheet.context.switches
        technique = _first(self.bag, "technique")
        length = _first(self.bag, "duration_minutes")
        short_push = technique in PUSH_TECHNIQUES and length is not None and length <= PUSH_LIMIT
        if length and (switches.accept_stated_duration or short_push):
            return self._from_start(length), True
        provable = switches.missing_stop_time == "infusion_if_over15_provable" and technique == "infusion"
        if provable and length and length > PUSH_LIMIT and self.start is not None:
            return self._from_start(PUSH_LIMIT + 1), True
        if switches.calc_stop_from_rate and self.start is not None and (ran := _from_rate(self.bag[0])):
            return self._from_start(ran), True
        return None, False

    def _from_start(self, length: int) -> int:
        if self.start is not None:
            self.stop = self.start + length
            self.segments = ((self.start, self.stop),)
        elif self.stop is not None:
            self.start = self.stop - length
            self.segments = ((self.start, self.stop),)
        return length

    def extent(self, minutes: int | None) -> tuple[Span, ...]:
        """Every minute it may have occupied (decision 1)."""
        if self.possible:
            return self.possible
        if minutes is not None and self.segments:
            return self.segments
        if self.start is not None and self.stop is not None:
            return ((self.start, self.stop),)
        return ((self.start or 0, self.stop or FOREVER),)


def _pause_gap(administration: Administration) -> Gap:
    subject = administration.drug.value or "the drug"
    return Gap("infusion.pause-times", administration=administration.id, subject=subject)


def _from_rate(administration: Administration) -> int | None:
    """Whole minutes from one documented rate and the volume infused (TIME-20, C-2)."""
    volume = administration.volume.get()
    rates = [rate for fact in administration.rates if (rate := fact.get()) is not None]
    if volume is None or len(rates) != 1 or not _per_hour(rates[0]) or volume.unit.casefold() not in ("ml", "l"):
        return None
    millilitres = volume.amount * (1000 if volume.unit.casefold() == "l" else 1)
    return int(millilitres * 60 / rates[0].amount) if rates[0].amount else None


def _per_hour(rate: Quantity) -> bool:
    return rate.unit.casefold().replace(" ", "") in ("ml/h", "ml/hr", "ml/hour", "mlperhour")
