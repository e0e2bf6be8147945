"""Pumps: prolonged starts, refills and disconnections (TIME-7..9, PUMP-1..8, decisions 3 and 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from validator.events import PUSH_LIMIT, Event
from validator.facts import Fact, Pump
from validator.findings import NotCoded
from validator.frozen import frozen
from validator.worksheet import Worksheet

REFILL = {"portable": "96521", "implantable": "96522"}
GROUNDS = ("drug", "route", "technique", "start", "pump")
Outcome = Literal["hourly", "started", "unclear", "ended", "done"]
"""What became of a drug on a pump; `done` says all there is to say of it."""


@frozen
class Pumped:
    """What is left of the events once the pumps have taken theirs.

    `prolonged` started and run on; `unclear` ran, and what their pump was or did is not documented; `ended` are ids
    of drugs that a pump taken off or serviced today brought along.
    """

    rest: tuple[Event, ...]
    prolonged: tuple[Event, ...]
    unclear: tuple[Event, ...]
    ended: frozenset[str]


def code(sheet: Worksheet, events: tuple[Event, ...]) -> Pumped:
    """Code pump starts and refills; events whose pump turns out to be an hourly infusion stay in `rest`."""
    by_outcome: dict[Outcome, list[Event]] = {}
    rest: list[Event] = []
    used: set[str] = set()
    for event in events:
        pump = _pump_of(sheet, event, events)
        if pump is None and event.mode != "pump":
            rest.append(event)
            continue
        if pump is not None:
            used.add(pump.id)
        outcome = _pumped(sheet, event, pump)
        if outcome == "hourly":
            rest.append(_by_the_clock(event))
        else:
            by_outcome.setdefault(outcome, []).append(event)
    for pump in sheet.context.encounter.pumps:
        if pump.id not in used:
            _without_drug(sheet, pump)
    ended = frozenset(event.id for event in by_outcome.get("ended", ()))
    return Pumped(tuple(rest), tuple(by_outcome.get("started", ())), tuple(by_outcome.get("unclear", ())), ended)


def _by_the_clock(event: Event) -> Event:
    """A push or an infusion by its minutes, since which pump ran it does not matter to its code (TIME-1, TIME-8)."""
    if event.mode != "pump" or event.route not in ("intravenous", "intra_arterial"):
        return event
    short = event.minutes is not None and event.minutes <= PUSH_LIMIT
    return event._replace(mode="push" if short else "infusion")


def _pump_of(sheet: Worksheet, event: Event, events: tuple[Event, ...]) -> Pump | None:
    pumps = sheet.context.encounter.pumps
    if not pumps:
        return None
    linked = next((m.pump.get() for m in event.members if m.pump.get() is not None), None)
    if linked is not None:
        return next((p for p in pumps if p.id == linked), None)
    alone = sum(e.mode == "pump" for e in events) == 1
    return pumps[0] if event.mode == "pump" and alone and len(pumps) == 1 else None


def _pumped(sheet: Worksheet, event: Event, pump: Pump | None) -> Outcome:
    if event.route == "subcutaneous":
        return "hourly"
    action = pump.action.get() if pump else None
    if action in ("disconnected", "maintained") and pump is not None:
        _not_a_fill(sheet, pump, (event,))
        return "ended"
    if action == "refilled" and pump is not None:
        _refill(sheet, event, pump)
        return "done"
    return _start(sheet, event, pump)


def _start(sheet: Worksheet, event: Event, pump: Pump | None) -> Outcome:
    """A start counts as prolonged only above 8 hours with a portable or implantable pump (TIME-7)."""
    hours = _hours(event, pump)
    kind = _kind(sheet, pump)
    if kind == "stationary":
        return "hourly"
    limit = Decimal(sheet.context.param("pump.prolonged-start", "hours"))
    if hours is not None and hours <= limit:
        return _too_short(sheet, event)
    wanted = _start_code(sheet, event, pump)
    if wanted is None:
        return "done"
    missing = _missing(pump, kind, hours)
    if missing:
        return _blocked_start(sheet, event, wanted, missing)
    steps = [
        sheet.step("pump.prolonged-start", {"hours": str(hours), "pump": kind}, (event,), GROUNDS, _pump_facts(pump))
    ]
    if wanted in ("G0498", "96416"):
        steps.append(
            sheet.step("pump.community-code", {"policy": sheet.context.policy}, (event,), GROUNDS, _pump_facts(pump))
        )
    if wanted == "96425":
        steps.append(
            sheet.step("arterial.prolonged-start", {"hours": str(hours)}, (event,), GROUNDS, _pump_facts(pump))
        )
    sheet.line(wanted, 1, sheet.day(event.start), steps, (event,), visit=event.visit)
    return "started"


def _hours(event: Event, pump: Pump | None) -> Decimal | None:
    planned = pump.planned_hours.get() if pump else None
    if planned is not None:
        return planned
    if event.minutes is not None:
        return Decimal(event.minutes) / 60
    stated = event.facts.duration_minutes.get()
    return Decimal(stated) / 60 if stated else None


def _kind(sheet: Worksheet, pump: Pump | None) -> str | None:
    kind = pump.kind.get() if pump else None
    if kind == "elastomeric":
        return "portable" if sheet.context.switches.elastomeric_pump == "portable" else "elastomeric"
    return kind


def _start_code(sheet: Worksheet, event: Event, pump: Pump | None) -> str | None:
    """Which start code the drug, route and policy lead to; None when a person has to judge."""
    if event.family == "chemotherapy" and event.route == "intra_arterial":
        return "96425"
    if event.family == "chemotherapy" and event.route == "intravenous":
        owner = (pump.owner.get() if pump else None) or sheet.context.switches.pump_owner_default
        medicare = sheet.context.switches.prolonged_iv_code == "G0498_if_clinic_pump"
        return "G0498" if medicare and owner == "clinic" else "96416"
    if event.family == "therapeutic" and event.route == "intravenous" and sheet.context.facility:
        return "C8957"
    if event.route is None:
        sheet.gap("route.stated", event, ("96416", "96425"), event.facts.route)
        sheet.block("96416", 1, f"no route for {event.name}", ("route.stated",), (event,), rule="route.family")
        return None
    sheet.ask_human(
        event.name,
        "a prolonged pump infusion of this drug by this route has no specific code",
        "pump.prolonged-start",
        (event,),
    )
    return None


def _missing(pump: Pump | None, kind: str | None, hours: Decimal | None) -> list[tuple[str, Fact[Any] | None]]:
    missing: list[tuple[str, Fact[Any] | None]] = []
    if kind not in ("portable", "implantable"):
        missing.append(("pump.kind", pump.kind if pump else None))
    if pump is None or pump.action.get() is None:
        missing.append(("pump.action", pump.action if pump else None))
    if hours is None:
        missing.append(("pump.duration-over-8h", pump.planned_hours if pump else None))
    return missing


def _blocked_start(
    sheet: Worksheet,
    event: Event,
    wanted: str,
    missing: list[tuple[str, Fact[Any] | None]],
) -> Outcome:
    words = {
        "pump.kind": "pump type",
        "pump.action": "whether the pump was started or refilled",
        "pump.duration-over-8h": "proof that it runs longer than 8 hours",
    }
    requirements = tuple(name for name, _ in missing)
    for name, fact in missing:
        sheet.gap(name, event, (wanted,), fact)
    said = ", ".join(words[name] for name in requirements)
    sheet.block(
        wanted,
        1,
        f"{said}: not documented for {event.name}",
        requirements,
        (event,),
        rule="pump.prolonged-start",
    )
    clocked = event.start is not None and event.stop is not None
    return "hourly" if clocked and "pump.action" not in requirements else "unclear"


def _too_short(sheet: Worksheet, event: Event) -> Outcome:
    """Eight hours or less: hourly codes with both clock times documented, else no code fits (TIME-8, TIME-9)."""
    if event.start is not None and event.stop is not None and event.timed:
        return "hourly"
    sheet.ask_human(
        event.name,
        "a pump infusion of 8 hours or less that runs on after the visit has no specific code",
        "pump.short",
        (event,),
    )
    return "done"


def _refill(sheet: Worksheet, event: Event, pump: Pump) -> None:
    """A refill is new drug in the reservoir; spinal pumps have codes outside this family (PUMP-5, PUMP-7)."""
    if event.route in ("intrathecal", "intraventricular"):
        sheet.ask_human(event.name, "refills of spinal pumps are coded outside this family", "pump.refill", (event,))
        return
    kind = _kind(sheet, pump)
    code = REFILL.get(kind or "")
    if code is None:
        sheet.gap("pump.kind", event, ("96521", "96522"), pump.kind)
        sheet.block(
            "96521",
            1,
            f"pump type not documented for the refill of {event.name}",
            ("pump.kind",),
            (event,),
            rule="pump.refill",
        )
        return
    if not any(m.drug.known for m in event.members):
        _refill_without_drug(sheet, code, (event,))
        return
    step = sheet.step("pump.refill", {"pump": kind}, (event,), ("drug", "dose", "pump"), _pump_facts(pump))
    sheet.line(code, 1, sheet.day(event.start), (step,), (event,), visit=event.visit)


def _refill_without_drug(sheet: Worksheet, code: str, events: tuple[Event, ...]) -> None:
    sheet.gap("pump.linked-drug", events[0] if events else None, (code,), subject="the pump refill")
    sheet.block(
        code,
        1,
        "no drug is documented for the pump refill",
        ("pump.linked-drug",),
        events,
        rule="pump.refill",
    )


def _without_drug(sheet: Worksheet, pump: Pump) -> None:
    """A pump entry that no administration belongs to."""
    action = pump.action.get()
    kind = _kind(sheet, pump)
    if action in ("disconnected", "maintained"):
        _not_a_fill(sheet, pump, ())
    elif action == "refilled":
        if kind not in REFILL:
            sheet.gap("pump.kind", None, ("96521", "96522"), pump.kind, subject="the pump refill")
        _refill_without_drug(sheet, REFILL.get(kind or "", "96521"), ())
    else:
        sheet.gap("pump.linked-drug", None, ("96416",), subject="the pump")
        sheet.block(
            "96416",
            1,
            "no drug is documented for the pump",
            ("pump.linked-drug",),
            (),
            rule="pump.prolonged-start",
        )


def _not_a_fill(sheet: Worksheet, pump: Pump, events: tuple[Event, ...]) -> None:
    if pump.action.get() == "maintained":
        sheet.ask_human(
            "pump upkeep",
            "a pump was serviced without new drug; refill codes need a fill",
            "pump.refill",
            events,
        )
        return
    sheet.never.append(
        NotCoded(
            administration=events[0].id if events else None,
            subject="pump disconnection",
            reason="taking a pump off is not a refill and has no code of its own",
            rule="pump.disconnect",
        )
    )


def _pump_facts(pump: Pump | None) -> tuple[tuple[str, Fact[Any]], ...]:
    if pump is None:
        return ()
    return tuple(
        (f"pumps.{pump.id}.{name}", getattr(pump, name)) for name in ("kind", "action", "owner", "planned_hours")
    )
