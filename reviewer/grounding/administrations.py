"""One administration of the reader, grounded field by field against its drug's own words."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Literal, cast

from reviewer.extract.wire import WireAdministration
from reviewer.grounding import worded
from reviewer.grounding.claims import OTHER_DRUG, UNREADABLE, Book, Judge, Reading, Refusal, Spot, unstated
from reviewer.grounding.links import Link, link
from reviewer.grounding.lone import ends_another_thing, lone
from reviewer.grounding.page import Anchor
from reviewer.grounding.roles import Role, fits, role_of
from reviewer.grounding.rows import given_again, is_planned, row_date
from reviewer.grounding.sites import Sites
from reviewer.language.clock import Clock as ReadClock
from reviewer.language.clock import find_ranges, read_clock
from reviewer.language.lesions import read_lesions
from reviewer.language.redosed import tells_repeat
from reviewer.language.sentences import Span
from reviewer.language.vocabulary import (
    read_access_kind,
    read_device,
    read_location,
    read_presence,
    read_purpose,
    read_route,
    read_route_in,
    read_status,
    read_technique,
)
from validator.facts import Administration, Clock, Fact, Interruption, Quantity, Standing
from validator.frozen import changing

UNDER_CUE = {
    "plan": "the words stand under a plan",
    "order": "the words stand in an order",
    "held": "the words tell of a dose that was held",
    "refused": "the words tell of a dose that was refused",
    "history": "the words tell of another time",
    "allergy": "the words stand in an allergy list",
    "education": "the words stand in teaching",
    "home": "the words tell of a medicine taken at home",
    "denied": "the words say that it was not given",
    "conditional": "the words stand under a condition",
}
WRONG_ROLE = "the words do not make this time the {role} of this drug"
PLANNED_COLUMN = "the time stands in a column of planned times"
ORDERED_LENGTH = "an ordered or planned length does not tell how long it ran"
_GRAMS = {"g": Decimal(1000), "mg": Decimal(1), "mcg": Decimal("0.001"), "ng": Decimal("0.000001")}
_LITRES = {"L": Decimal(1000), "mL": Decimal(1)}

Tie = Literal["strict", "shared", "loose"]


@changing
class Given:
    """One administration under grounding: its drug's mentions, and who shares its bag."""

    wire: WireAdministration
    key: str
    anchors: list[Anchor]
    own: Callable[[Anchor], bool]
    partner: Callable[[Anchor], bool]
    near: list[tuple[str, int]] = field(default_factory=list)
    carried_out: tuple[str, Span] | None = None  # where a sentence says that the order was carried out

    @property
    def not_given(self) -> bool:
        """Whether the reader tells only that it was held or refused: what was not given has a dose and a route too."""
        told = {read_status(said.text) for said in self.wire.status}
        return bool(told) and told <= {"held", "refused"}


@changing
class Fields:
    """Grounds the fields of administrations. `day` is the date of service, on which bare clock times stand."""

    book: Book
    sites: Sites
    day: date

    def said(self, given: Given, name: str, judge: Judge, meant: Callable[[str], Any] | None = None) -> Fact[Any]:
        """The fact of one field from everything the reader said of it."""
        path = f"administrations.{given.wire.id}.{name}"
        saids = getattr(given.wire, _WIRE_NAME.get(name, name))
        if not saids:
            return unstated(_kind(name))
        return self.book.settle(path, saids, _kind(name), judge, given.near, _SAME.get(name), meant=meant)

    def tied(self, given: Given, spot: Spot, tie: Tie) -> Link | Refusal:
        """The mention a value belongs to, or why it does not count for this drug."""
        nobody: Callable[[Anchor], bool] = lambda _: False  # noqa: E731
        partner = nobody if tie == "strict" else given.partner
        found = link(spot.page, spot.start, spot.end, given.own, partner, listed=tie != "strict")
        if given.carried_out and given.carried_out[0] == spot.page.note.id:
            place = given.carried_out[1]
            if place.start <= spot.start < place.end:
                return Link(given.anchors[0], "reference")
        if found is None:
            return Refusal(OTHER_DRUG, spot=spot)
        if found.how != "reference":
            over = spot.page.cue(found.anchor.start, found.anchor.end)
            agrees = given.not_given if over in ("held", "refused") else over == "order" and given.carried_out
            if over != "none" and not agrees:
                return Refusal(UNDER_CUE[over], spot=spot)
        return found

    def linked(self, given: Given, read: Callable[[Spot], Any], tie: Tie = "strict") -> Judge:
        """A judge that reads a value and then asks whether it belongs to the drug."""

        def judge(spot: Spot) -> Reading[Any] | Refusal:
            value = read(spot)
            if value is None:
                return Refusal(UNREADABLE, spot=spot)
            found = self.tied(given, spot, tie)
            if isinstance(found, Refusal):
                return Refusal(found.reason, value, spot)
            return Reading(value, spot, (spot.page.note.id, found.anchor.start, found.anchor.end))

        return judge

    def clock(self, given: Given, wanted: Role) -> Judge:
        """A judge for a clock time of the drug: readable, its own, and a start or a stop as claimed."""

        def judge(spot: Spot) -> Reading[Any] | Refusal:
            read = clock_in(spot, wanted)
            if read is None:
                return Refusal(UNREADABLE, spot=spot)
            start, end = read[1], read[2]
            on = read[0].on or (None if read[0].next_day else row_date(spot.page, start))
            value = self.written(read[0]._replace(on=on))
            if wanted in ("start", "stop") and (alone := lone(spot.page, start, given.own)) and alone.role == wanted:
                return Reading(value, spot, (spot.page.note.id, alone.anchor.start, alone.anchor.end))
            found = self.tied(given, Spot(spot.page, spot.quote, start, end), "shared")
            if isinstance(found, Refusal):
                return Refusal(found.reason, value, spot)
            if is_planned(spot.page, start):
                return Refusal(PLANNED_COLUMN, value, spot)
            role = role_of(spot.page, start, end, found.anchor)
            unsaid = found.how == "reference" and wanted == "start" and role != "start"
            unsaid = unsaid and not tells_repeat(spot.page.text[slice(*spot.page.clause(start))])
            unsaid = unsaid and not given_again(spot.page, start)
            if unsaid or not fits(role, wanted, spot.page, start, end, found.anchor):
                return Refusal(WRONG_ROLE.format(role=_ROLE_NAME[wanted]), value, spot)
            if wanted == "stop" and found.how in _TOLD and ends_another_thing(spot.page, start, found.anchor):
                return Refusal(WRONG_ROLE.format(role=_ROLE_NAME[wanted]), value, spot)
            return Reading(value, spot, (spot.page.note.id, found.anchor.start, found.anchor.end))

        return judge

    def written(self, clock: ReadClock) -> str:
        """The clock as facts write it, on the day of service."""
        return written(clock, self.day)

    def duration(self, given: Given) -> Judge:
        """A judge for the length a drug ran: an ordered or planned length documents nothing (TIME-19)."""

        def judge(spot: Spot) -> Reading[Any] | Refusal:
            read = worded.minutes(spot)
            if read is None:
                return Refusal(UNREADABLE, spot=spot)
            if not read[1]:
                return Refusal(ORDERED_LENGTH, read[0], spot)
            return self.linked(given, lambda _: read[0], "shared")(spot)

        return judge

    def route(self, given: Given) -> Judge:
        """A judge for the route: from the drug's own words, or from the words of the one line it went through."""
        plain = self.linked(given, lambda spot: read_route_in(spot.words, spot.page.text), "shared")

        def judge(spot: Spot) -> Reading[Any] | Refusal:
            result = plain(spot)
            if isinstance(result, Refusal) and result.value == "intravenous":
                named = self.sites.of_words(spot.page, spot.start, spot.end)
                if named is not None and named is self.sites.in_use("intravenous", given.anchors):
                    return Reading("intravenous", spot)
            return result

        return judge

    def purpose(self, given: Given) -> Judge:
        """A judge for the purpose: the drug's own words, or a reason for the visit that names no other drug."""
        plain = self.linked(given, lambda spot: read_purpose(spot.words), "shared")

        def judge(spot: Spot) -> Reading[Any] | Refusal:
            result = plain(spot)
            if isinstance(result, Refusal) and result.value == "hydration" and result.reason == UNDER_CUE["order"]:
                return Reading(result.value, spot)  # what a fluid that ran was for stands where it was ordered
            if not isinstance(result, Refusal) or result.value is None or result.reason != OTHER_DRUG:
                return result
            return Reading(result.value, spot) if _speaks_of_visit(given, spot) else result

        return judge

    def interruptions(self, given: Given) -> tuple[Interruption, ...]:
        """The pauses of the drug."""
        out = []
        for number, pause in enumerate(given.wire.pauses, 1):
            path = f"administrations.{given.wire.id}.interruptions.{number}"
            start = self.book.settle(
                f"{path}.start",
                (pause.start,) if pause.start else (),
                Fact[Clock],
                self.clock(given, "pause"),
                given.near,
            )
            stop = self.book.settle(
                f"{path}.stop",
                (pause.stop,) if pause.stop else (),
                Fact[Clock],
                self.clock(given, "resume"),
                given.near,
            )
            out.append(Interruption(start=start, stop=stop))
        return tuple(out)

    def access_site(self, given: Given, route: str | None, technique: str | None) -> Fact[str]:
        """The id of the site the drug went through: its own words, else the one line in use."""
        path = f"administrations.{given.wire.id}.access_site"
        stated = self.book.settle(path, given.wire.site, Fact[str], self._site(given, route), given.near)
        if stated.standing is not Standing.NOT_STATED:
            return stated
        if route not in _LINE_ROUTES and not (route is None and technique in ("infusion", "push", "pump")):
            return stated
        site = self.sites.in_use(route, given.anchors)
        if site is None:
            return stated
        return Fact[str](value=site.id, standing=Standing.GROUNDED, evidence=(site.evidence,))

    def _site(self, given: Given, route: str | None) -> Judge:
        injected = route in _INJECTED or (route is None and bool(given.wire.device))

        def judge(spot: Spot) -> Reading[Any] | Refusal:
            location = read_location(spot.words)
            bare = location is not None and read_access_kind(spot.words) is None
            site = None if injected and bare else self.sites.of_words(spot.page, spot.start, spot.end)
            if site is not None and site.venous and injected:
                return Refusal(NO_LINE, spot=spot)
            found = self.tied(given, spot, "shared")
            if isinstance(found, Refusal):
                if site is not None and site is self.sites.in_use(route, given.anchors):
                    return Reading(site.id, spot)
                return Refusal(found.reason, site.id if site else None, spot)
            if site is None and location is not None:
                site = self.sites.place_of_injection(location, spot.evidence)
            if site is None:
                return Refusal(UNREADABLE, spot=spot)
            return Reading(site.id, spot, (spot.page.note.id, found.anchor.start, found.anchor.end))

        return judge

    def ground(self, given: Given) -> dict[str, Any]:
        """Every field of an administration but its drug, its status and its links to other entries."""
        values: dict[str, Any] = {}
        for name in ("start", "stop"):
            values[name] = self.said(given, name, self.clock(given, "start" if name == "start" else "stop"))
        values["duration_minutes"] = self.said(given, "duration_minutes", self.duration(given), worded.length)
        for name, read, tie in _READ_IN_PLACE:
            meant = read_technique if name == "technique" else None
            values[name] = self.said(given, name, self.linked(given, read, tie), meant)
        for name, term, tie in _TERMS:
            values[name] = self.said(given, name, self.linked(given, worded.of_words(term), tie), term)
        values["dose"] = absolute(values["dose"])
        values["route"] = self.said(given, "route", self.route(given), read_route)
        values["purpose"] = self.said(given, "purpose", self.purpose(given), read_purpose)
        values["rates"] = self._rates(given)
        values["interruptions"] = self.interruptions(given)
        values["access_site"] = self.access_site(given, values["route"].get(), values["technique"].get())
        return values

    def _rates(self, given: Given) -> tuple[Fact[Quantity], ...]:
        judge = self.linked(given, worded.rate, "strict")
        path = f"administrations.{given.wire.id}.rates"
        return tuple(self.book.settle(path, (said,), Fact[Quantity], judge, given.near) for said in given.wire.rates)


def written(clock: ReadClock, on: date) -> str:
    """A clock as facts write it: HH:MM on the day of service, else a local date and time."""
    day = (clock.on or on) + timedelta(days=1 if clock.next_day else 0)
    hour, minute = divmod(clock.minute, 60)
    if day == on:
        return f"{hour:02}:{minute:02}"
    if clock.minute == 1440:
        day, hour = day + timedelta(days=1), 0
    return f"{day.isoformat()}T{hour:02}:{minute:02}"


_TOLD = ("reference", "clause", "stamp")
_ROLE_NAME: dict[str, str] = {"start": "start", "stop": "stop", "pause": "start of a pause", "resume": "end of a pause"}
_WIRE_NAME = {"duration_minutes": "duration"}
_INJECTED = frozenset({"subcutaneous", "intramuscular", "intradermal"})
NO_LINE = "a drug given under the skin or into a muscle goes through no line into a vein"
_LINE_ROUTES = frozenset(
    {"intravenous", "intra_arterial", "intrathecal", "intraventricular", "intraperitoneal", "intrapleural"}
)


@cache
def _kind(name: str) -> type[Fact[Any]]:
    """The fact type that the contract gives a field."""
    return cast("type[Fact[Any]]", Administration.model_fields[name].annotation)


def clock_in(spot: Spot, wanted: Role) -> tuple[ReadClock, int, int] | None:
    """The clock that a claim's words are, read with the words around it; of a range, the end that is wanted."""
    at = [c for c in spot.page.clocks(spot.start) if c.start < spot.end and spot.start < c.end]
    if len(at) == 2 and find_ranges(spot.words):
        at = [at[0] if wanted in ("start", "pause") else at[1]]
    if len(at) == 1:
        return at[0].clock, at[0].start, at[0].end
    if at:
        return None
    plain = read_clock(spot.words)
    row = spot.page.row(spot.start)
    return (plain, spot.start, spot.end) if plain and row is not None else None


def _speaks_of_visit(given: Given, spot: Spot) -> bool:
    """Whether words name no other drug in their clause, or head a list that names this one ("Premeds: A, B")."""
    page = spot.page
    if all(given.own(anchor) or anchor.key == given.key for anchor in page.within(page.clause(spot.start))):
        return True
    listed = page.within(page.sentence(spot.start))
    heads = page.text[spot.end : spot.end + 2].startswith(":") and listed[0].start > spot.end
    return heads and any(given.own(anchor) for anchor in listed)


def canonical(quantity: Quantity) -> Hashable:
    """Equal amounts written in different units of mass or volume are one value."""
    for scale in (_GRAMS, _LITRES):
        if quantity.unit in scale:
            return (quantity.amount * scale[quantity.unit], min(scale))
    return (quantity.amount, quantity.unit.lower())


def absolute(dose: Fact[Quantity]) -> Fact[Quantity]:
    """A dose told both per body surface (or weight) and in full is the full one, not a conflict."""
    full = [reading for reading in dose.readings if "/" not in reading.unit and reading.unit != "AUC"]
    if dose.standing is not Standing.CONFLICTING or len({canonical(reading) for reading in full}) != 1:
        return dose
    return Fact[Quantity](value=full[0], standing=Standing.GROUNDED, evidence=dose.evidence)


_SAME: dict[str, Callable[[Any], Hashable]] = {"dose": canonical, "volume": canonical, "discarded": canonical}
_READ_IN_PLACE: tuple[tuple[str, Callable[[Spot], Any], Tie], ...] = (
    ("dose", worded.dose, "strict"),
    ("discarded", worded.discarded, "strict"),
    ("volume", worded.volume, "shared"),
    ("technique", worded.technique, "shared"),
    ("lumen", worded.text, "shared"),
    ("performed_by", worded.text, "shared"),
    ("product", worded.text, "strict"),
)
_TERMS: tuple[tuple[str, Callable[[str], Any], Tie], ...] = (
    ("container", worded.container, "strict"),
    ("presence", read_presence, "shared"),
    ("ndc", worded.ndc, "strict"),
    ("device", read_device, "strict"),
    ("lesions", read_lesions, "strict"),
)
