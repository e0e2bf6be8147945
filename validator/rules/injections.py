"""Injections under the skin or into muscle, subcutaneous infusion, on-body injectors (ROUTE-10, ROUTE-11)."""

from __future__ import annotations

import re

from validator.events import Event
from validator.late import late
from validator.rules.infusions import INFUSION_MINIMUM, further_hours
from validator.times import total, union
from validator.worksheet import Worksheet

GROUNDS = ("drug", "route", "technique", "dose", "start")
ON_BODY = late(r"onpro|on-?body|onbody", re.I)
PAYER_DEPENDENT = frozenset({"denosumab", "octreotide", "lanreotide"})


def code(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    """Code every subcutaneous and intramuscular event."""
    by_drug: dict[tuple[str, str], list[Event]] = {}
    slow: list[Event] = []
    for event in events:
        if event.facts.device.get() == "on_body_injector" and event.family == "therapeutic":
            _on_body(sheet, event)
        elif _names_on_body(event):
            _ask_device(sheet, event)
        elif event.mode == "unknown":
            _ask_technique(sheet, event)
        elif event.route == "subcutaneous" and event.mode in ("infusion", "pump"):
            slow.append(event)
        elif (wanted := _injection_code(sheet, event)) is not None:
            by_drug.setdefault((wanted, event.ingredient or event.id), []).append(event)
    for (wanted, _), members in sorted(by_drug.items()):
        _report(sheet, wanted, members)
    if slow:
        _slow(sheet, slow)


def _names_on_body(event: Event) -> bool:
    """Whether the product named is an on-body kit while no words say that staff applied it or injected by hand."""
    words = f"{event.facts.drug.get() or ''} {event.facts.product.get() or ''}"
    return ON_BODY.search(words) is not None and not event.facts.technique.known


def _ask_device(sheet: Worksheet, event: Event) -> None:
    sheet.gap("device.on-body-applied", event, ("96377",), event.facts.device)
    reason = f"no words say that staff applied the on-body injector of {event.name}"
    sheet.block("96377", 1, reason, ("device.on-body-applied",), (event,), rule="injection.on-body")


def _ask_technique(sheet: Worksheet, event: Event) -> None:
    """More than 15 minutes under the skin may be an infusion; no words say so."""
    sheet.gap("technique.stated", event, ("96369",), event.facts.technique)
    reason = f"no words say whether {event.name} was injected or infused under the skin"
    sheet.block("96369", 1, reason, ("technique.stated",), (event,), rule="infusion.subcutaneous")


def _injection_code(sheet: Worksheet, event: Event) -> str | None:
    if event.ingredient in PAYER_DEPENDENT:
        return sheet.context.switches.ssa_denosumab_code
    if event.family == "chemotherapy":
        return "96401"
    if event.family == "hormonal":
        return "96402"
    if event.family == "therapeutic":
        return "96372"
    sheet.ask_human(event.name, "an injection of this kind is coded outside this family", "injection.family", (event,))
    return None


def _report(sheet: Worksheet, wanted: str, events: list[Event]) -> None:
    """One unit for each separately prepared dose; one dose split over several sites stays one (C-10, DRUG-7)."""
    events.sort(key=lambda e: (e.start is None, e.start or 0, e.id))
    if sheet.context.switches.split_dose_units == "per_injection":
        counted: list[Event] = events
        split: list[Event] = []
    else:
        seen: set[int | None] = {events[0].start}
        counted, split = [events[0]], []
        for event in events[1:]:
            if event.start is None or event.start in seen or events[0].start is None:
                split.append(event)
            else:
                seen.add(event.start)
                counted.append(event)
    step = sheet.step("injection.family", {"injections": len(counted)}, events, GROUNDS)
    days: dict[object, list[Event]] = {}
    for event in counted:
        days.setdefault(sheet.day(event.start), []).append(event)
    for members in days.values():
        together = (*members, *split) if members[0] is counted[0] else tuple(members)
        sheet.line(wanted, len(members), sheet.day(members[0].start), (step,), together, visit=events[0].visit)
    for event in split:
        sheet.gap("injection.separate-sites", event, (wanted,))
        reason = f"no words say that a further injection of {event.name} was a separately prepared dose"
        sheet.block(wanted, 1, reason, ("injection.separate-sites",), (event,), rule="injection.units")


def _on_body(sheet: Worksheet, event: Event) -> None:
    step = sheet.step("injection.on-body", {}, (event,), ("drug", "device", "route", "start"))
    if any(d.code == "96377" for d in sheet.drafts):
        sheet.never_coded(event, "an on-body injector is reported once", "injection.on-body")
        return
    sheet.line("96377", 1, sheet.day(event.start), (step,), (event,), visit=event.visit)


def _slow(sheet: Worksheet, events: list[Event]) -> None:
    """Subcutaneous infusion: first hour, further hours, one extra set-up for new sites (TIME-3, TIME-4)."""
    timed = [e for e in events if e.timed and e.family == "therapeutic" and not e.complex_biologic]
    for event in events:
        if event in timed:
            continue
        if event.family != "therapeutic" or event.complex_biologic:
            sheet.ask_human(
                event.name,
                "a subcutaneous infusion of this drug has no certain code",
                "infusion.subcutaneous",
                (event,),
            )
        else:
            _ask_times(sheet, event)
    if not timed:
        return
    spans = union(s for e in timed for s in e.segments)
    minutes = total(spans) + sum(e.minutes or 0 for e in timed if not e.segments)
    if minutes < INFUSION_MINIMUM:
        _report(sheet, "96372", timed)
        return
    step = sheet.step("infusion.subcutaneous", {"minutes": minutes}, timed)
    lead, day = tuple(timed), sheet.day(spans[0][0] if spans else None)
    sheet.line("96369", 1, day, (step,), lead, visit=timed[0].visit)
    if hours := further_hours(sheet, minutes):
        sheet.hour_lines("96370", hours, spans, (step,), lead, timed[0].visit, "")
    if len({e.site for e in timed if e.site is not None}) > 1:
        sheet.line("96371", 1, day, (step,), lead, visit=timed[0].visit)


def _ask_times(sheet: Worksheet, event: Event) -> None:
    what, requirements = sheet.ask_times(event, ("96369", "96370"))
    sheet.block("96369", 1, f"no {what} for {event.name}", requirements, (event,), rule="infusion.subcutaneous")
