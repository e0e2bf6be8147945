"""The visit around the drugs: date, setting, payer, comings and goings, pumps, services."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, cast

from reviewer.extract.wire import Said, WireEncounter, WirePump, WireService, WireVisit
from reviewer.grounding.administrations import UNDER_CUE, Fields, Given, clock_in
from reviewer.grounding.claims import UNREADABLE, Book, Judge, Reading, Refusal, Spot
from reviewer.grounding.links import link
from reviewer.grounding.page import Anchor, Page
from reviewer.grounding.roles import Role, fits, role_of
from reviewer.grounding.wording import tidy
from reviewer.language.clock import find_dates
from reviewer.language.durations import find_durations
from reviewer.language.kept import expression
from reviewer.language.pump_words import is_programmed
from reviewer.language.vocabulary import (
    read_payer,
    read_primary_reason,
    read_pump_action,
    read_pump_kind,
    read_pump_owner,
    read_service_kind,
    read_setting,
    tells_flush,
)
from validator.facts import (
    Amount,
    Clock,
    EncounterInfo,
    Evidence,
    Fact,
    Payer,
    PrimaryReason,
    Pump,
    Service,
    ServiceKind,
    Setting,
    Standing,
    Visit,
)
from validator.frozen import changing

NO_RUN = "the words do not say that the pump is to run so long"
NOT_IN_VISIT = "the words do not tell of a coming or going"
_ARRIVED = expression(
    r"arriv|check(?:ed|s)?[ -]?in|return|came|comes|visits?\b|encounter|session|appointment|present|received|"
    r"seen|admit|roomed|back|here|registered|\barr\b|\bin\b|walked",
    re.IGNORECASE,
)
_LEFT = expression(
    r"left|leaves|went|goes|head|drove|walked|driven|taken|wheeled|discharg|depart|\bdep\b|d/?c'?d?\b|released|home|"
    r"leav|gone|out\b|ambulat|visit\b|encounter|session|appointment",
    re.IGNORECASE,
)
_TAKEN_OFF = expression(r"\b(?:removed|taken off|came off|off|stopped|ended)\b[^,;.\d]*\Z", re.IGNORECASE)
_UNIT_UP = expression(
    r"\b(?:(?:unit|bag)[ ]?#?[ ]?(?:\d|one|two|three|four)|(?:first|second|third|1st|2nd|3rd)[ ]unit)\b[^.;\n]{0,60}?"
    r"\b(up|started?|began|begun|hung|spiked|transfus\w+|infus\w+|initiated)\b[ ]*(?:at|@|from)?[ ]*\d{1,2}:?\d\d\b",
    re.IGNORECASE,
)
_NOT_DONE = frozenset({"plan", "history", "denied", "education", "conditional", "refused", "held", "allergy"})


def plain(spot: Spot, read: Callable[[str], Any]) -> Reading[Any] | Refusal:
    """Read a value that belongs to the visit as a whole, from its own words or else from its quote."""
    value = read(spot.words) or read(spot.page.text[spot.quote.start : spot.quote.end])
    return Reading(value, spot) if value is not None else Refusal(UNREADABLE, spot=spot)


def dates_of(book: Book, wire: WireEncounter) -> dict[str, set[date]]:
    """The dates of service that each note states, as far as its words carry them."""
    out: dict[str, set[date]] = {}
    for said in wire.date_of_service:
        result = book.read(said, _date_judge(None))
        if isinstance(result, Reading):
            out.setdefault(said.note_id, set()).add(result.value)
    return out


def _date_judge(year: int | None) -> Judge:
    def judge(spot: Spot) -> Reading[Any] | Refusal:
        known = year or spot.page.year
        found = {one.on for one in find_dates(spot.words, known)}
        return Reading(found.pop(), spot) if len(found) == 1 else Refusal(UNREADABLE, spot=spot)

    return judge


def information(book: Book, wire: WireEncounter) -> EncounterInfo:
    """Date of service, setting, payer and main reason."""
    day = book.settle("encounter.date_of_service", wire.date_of_service, Fact[date], _date_judge(None))
    setting = book.settle("encounter.setting", wire.setting, Fact[Setting], lambda s: plain(s, read_setting))
    payer = book.settle("encounter.payer", wire.payer, Fact[Payer], lambda s: plain(s, read_payer))
    reason = book.settle(
        "encounter.primary_reason",
        wire.primary_reason,
        Fact[PrimaryReason],
        lambda s: plain(s, read_primary_reason),
    )
    return EncounterInfo(date_of_service=day, setting=setting, payer=payer, primary_reason=reason)


@changing
class Around:
    """Grounds what is told beside the drugs. `fields` lends its clock notation."""

    book: Book
    fields: Fields

    def _clock(self, allowed: re.Pattern[str] | None, role: Role | None = None) -> Judge:
        def judge(spot: Spot) -> Reading[Any] | Refusal:
            read = clock_in(spot, role or "start")
            if read is None:
                return Refusal(UNREADABLE, spot=spot)
            value = self.fields.written(read[0])
            entry = spot.page.entry(spot.start) if spot.page.stamp(spot.start) else spot.page.sentence(spot.start)
            entry = spot.page.labelled_above(spot.start) or entry
            if allowed is not None and not allowed.search(spot.page.text, *entry):
                return Refusal(NOT_IN_VISIT, value, spot)
            if role == "stop":
                anchor = Anchor(spot.page.note.id, entry[0], entry[0], "")
                if not fits(role_of(spot.page, read[1], read[2], anchor), "stop", spot.page, read[1], read[2]):
                    return Refusal("the words do not make this time an end", value, spot)
            return Reading(value, spot)

        return judge

    def visits(self, wires: tuple[WireVisit, ...]) -> tuple[Visit, ...]:
        """Comings and goings whose words say so."""
        return tuple(
            Visit(
                id=wire.id,
                arrived=self.book.settle(f"visits.{wire.id}.arrived", wire.arrived, Fact[Clock], self._clock(_ARRIVED)),
                left=self.book.settle(f"visits.{wire.id}.left", wire.left, Fact[Clock], self._clock(_LEFT)),
            )
            for wire in wires
        )

    def pumps(self, wires: tuple[WirePump, ...]) -> tuple[Pump, ...]:
        """Pumps, each read from its own words."""
        return tuple(self._pump(wire) for wire in wires)

    def _pump(self, wire: WirePump) -> Pump:
        values: dict[str, Any] = {}
        for name, read in (("kind", read_pump_kind), ("action", read_pump_action), ("owner", read_pump_owner)):
            kind = cast("type[Fact[Any]]", Pump.model_fields[name].annotation)
            values[name] = self.book.settle(
                f"pumps.{wire.id}.{name}", getattr(wire, name), kind, _live(read, name == "action")
            )
        values["planned_hours"] = self.book.settle(f"pumps.{wire.id}.planned_hours", wire.planned, Fact[Amount], _hours)
        return Pump(id=wire.id, **values)

    def services(self, wires: tuple[WireService, ...]) -> tuple[Service, ...]:
        """Services whose naming words are in the note and stand under no plan, history or denial."""
        found = (self._service(wire) for wire in wires)
        return tuple(service for service in found if service is not None)

    def _service(self, wire: WireService) -> Service | None:
        path = f"services.{wire.id}"
        kind = self.book.settle(f"{path}.kind", wire.kind, Fact[ServiceKind], _live(read_service_kind, True))
        value = kind.get()
        if value is None:
            return None
        detail = _joined(self.book.settle(f"{path}.detail", wire.detail, Fact[str], _words))
        if detail.standing is Standing.NOT_STATED:
            detail = Fact[str](value=tidy(kind.evidence[0].text), standing=Standing.GROUNDED, evidence=kind.evidence)
        return Service(
            id=wire.id,
            kind=value,
            start=self.book.settle(f"{path}.start", wire.start, Fact[Clock], self._clock(None, "start")),
            stop=self.book.settle(f"{path}.stop", wire.stop, Fact[Clock], self._end_of(value)),
            performed_by=self.book.settle(f"{path}.performed_by", wire.performed_by, Fact[str], _words),
            detail=detail,
        )

    def _end_of(self, service: str) -> Judge:
        """What makes a time the end of a service; of a cooling cap, that it came off."""
        plain = self._clock(None, "stop")

        def judge(spot: Spot) -> Reading[Any] | Refusal:
            read = clock_in(spot, "stop") if service == "scalp_cooling" else None
            if read is None or not _TAKEN_OFF.search(spot.page.text, max(0, read[1] - 30), read[1]):
                return plain(spot)
            return Reading(self.fields.written(read[0]), spot)

        return judge

    def visit_of(self, given: Given, visits: tuple[Visit, ...], start: str | None) -> Fact[str]:
        """The coming and going an administration belongs to: its start must lie within it."""
        visit = next((one for one in visits if one.id == given.wire.visit), None)
        if visit is None:
            return Fact[str]()
        evidence = tuple(e for one in (visit.arrived, visit.left) if one.known for e in one.evidence)
        within = start is None or all(
            _in_order(a, b) for a, b in ((visit.arrived.get(), start), (start, visit.left.get()))
        )
        if not evidence or not within:
            claim = Said(text=visit.id, quote="", note_id="")
            self.book.refuse(f"administrations.{given.wire.id}.visit", claim, "no words place it in this visit")
            return Fact[str](value=visit.id, standing=Standing.UNGROUNDED)
        return Fact[str](value=visit.id, standing=Standing.GROUNDED, evidence=evidence)

    def pump_of(self, given: Given, wires: tuple[WirePump, ...], pumps: tuple[Pump, ...]) -> Fact[str]:
        """The pump that holds a drug: its words are the drug's own, or it is the only pump of the visit."""
        wire = next((one for one in wires if one.id == given.wire.pump), None)
        if wire is None:
            return Fact[str]()
        pump = next(one for one in pumps if one.id == wire.id)
        stated = [one for one in (pump.kind, pump.action, pump.owner, pump.planned_hours) if one.known]
        for one in stated:
            for evidence in one.evidence:
                page = self.book.pages[evidence.note_id]
                if link(page, evidence.start, evidence.end, given.own, given.partner) or _covers(evidence, given):
                    return Fact[str](value=pump.id, standing=Standing.GROUNDED, evidence=(evidence,))
        if stated and len(pumps) == 1:
            return Fact[str](value=pump.id, standing=Standing.GROUNDED, evidence=stated[0].evidence[:1])
        claim = (wire.kind or wire.action or (Said(text=wire.id, quote="", note_id=""),))[0]
        self.book.refuse(f"administrations.{given.wire.id}.pump", claim, "no words tie this pump to the drug")
        return Fact[str](value=pump.id, standing=Standing.UNGROUNDED)


def _covers(evidence: Evidence, given: Given) -> bool:
    return any(
        a.note_id == evidence.note_id and evidence.start <= a.start and a.end <= evidence.end for a in given.anchors
    )


def _in_order(first: str | None, second: str | None) -> bool:
    if first is None or second is None or len(first) != len(second):
        return True
    return first <= second


def _live(read: Callable[[str], Any], check_cue: bool) -> Judge:
    def judge(spot: Spot) -> Reading[Any] | Refusal:
        result = plain(spot, read)
        if check_cue and isinstance(result, Reading):
            over = spot.page.cue(spot.start, spot.end)
            if over in _NOT_DONE and not (over == "plan" and _then_done(spot, result.value)):
                return Refusal(UNDER_CUE[over], result.value, spot)
        return result

    return judge


def _then_done(spot: Spot, service: str) -> bool:
    """Whether what the visit was for is then told: blood unit by unit ("Unit 1 up 0915"), the port's flush itself."""
    page: Page = spot.page
    if service == "port_flush":
        return tells_flush(page.text[spot.end :])
    if service != "transfusion":
        return False
    return any(page.cue(*m.span(1)) == "none" for m in _UNIT_UP.finditer(page.text, spot.end))


def _hours(spot: Spot) -> Reading[Any] | Refusal:
    found = {one.minutes for one in find_durations(spot.words)} or {
        one.minutes for one in find_durations(f"over {spot.words}")
    }
    if len(found) != 1:
        return Refusal(UNREADABLE, spot=spot)
    hours = Decimal(found.pop()) / 60
    return Reading(hours, spot) if is_programmed(spot.page.text, spot.start, spot.end) else Refusal(NO_RUN, hours, spot)


def _joined(detail: Fact[str]) -> Fact[str]:
    """What several sentences tell of one service is told together; more words are no other reading."""
    if detail.standing is not Standing.CONFLICTING:
        return detail
    return Fact[str](value=tidy("; ".join(detail.readings)), standing=Standing.GROUNDED, evidence=detail.evidence)


def _words(spot: Spot) -> Reading[Any]:
    return Reading(tidy(spot.words), spot)
