"""Chemotherapy into CSF, belly, chest, bladder and lesions (ROUTE-1, ROUTE-9, DOC-42..44, decision 9)."""

from __future__ import annotations

import re
from collections.abc import Callable

from validator.events import Event
from validator.late import late
from validator.worksheet import Worksheet

GROUNDS = ("drug", "route", "access_site", "dose")
OTHER_OPERATOR = late(r"radiolog|another|other|neurolog|neurosurg|anesthes|anaesthes|\bIR\b|outside", re.I)
PERITONEAL = ("peritoneal_port", "peritoneal_catheter")
LESIONS_MANY = 8


def code(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    """Code every event of these routes, once for each route whatever the number of drugs."""
    by_route: dict[str, list[Event]] = {}
    for event in events:
        if event.family != "chemotherapy":
            reason = "no code of this family for this drug by this route"
            sheet.ask_human(event.name, reason, "route.family", (event,))
        elif event.route in ("intrathecal", "intraventricular") and event.has_trait("vinca"):
            reason = (
                "a vinca alkaloid documented into cerebrospinal fluid is a safety emergency: stop and verify the record"
            )
            sheet.ask_human(event.name, reason, "safety.vinca", (event,))
        else:
            by_route.setdefault(_place(sheet, event), []).append(event)
    for place, members in sorted(by_route.items()):
        PLACES[place](sheet, tuple(members))


def _place(sheet: Worksheet, event: Event) -> str:
    if event.route == "intrathecal" and _access(sheet, event) == "ommaya_reservoir":
        return "intraventricular"
    return str(event.route)


def _access(sheet: Worksheet, event: Event) -> str | None:
    site = next((s for s in sheet.context.encounter.access_sites if s.id == event.site), None)
    return site.kind.get() if site else None


def _service(sheet: Worksheet, kind: str) -> tuple[str, ...]:
    return tuple(s.id for s in sheet.context.encounter.services if s.kind == kind)


def _spinal(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    """96450 includes the puncture; without one by the same biller a professional claim is reduced (decision 9)."""
    punctures = _service(sheet, "lumbar_puncture")
    needle = any(_access(sheet, e) == "spinal_needle" for e in events)
    described = bool(punctures) or needle or sheet.context.documented("lumbar_puncture")
    fact = ("documentation.lumbar_puncture", sheet.context.encounter.documented("lumbar_puncture"))
    step = sheet.step("csf.spinal", {"puncture": described}, events, GROUNDS, (fact,))
    day = sheet.day(events[0].start)
    if described:
        reduced = not sheet.context.facility and _by_another(sheet, punctures)
        modifiers = ("52",) if reduced else ()
        steps = (step, sheet.step("csf.puncture-by-another", {}, events, GROUNDS)) if reduced else (step,)
        sheet.line("96450", 1, day, steps, events, punctures, modifiers)
        return
    sheet.gap("puncture.described", events[0], ("96450",), sheet.context.encounter.documented("lumbar_puncture"))
    reason = f"no puncture is described for {events[0].name} given into the spinal canal"
    sheet.block("96450", 1, reason, ("puncture.described",), events, rule="csf.spinal")
    if not sheet.context.facility:
        sheet.line(
            "96450",
            1,
            day,
            (step, sheet.step("csf.puncture-by-another", {}, events, GROUNDS)),
            events,
            (),
            ("52",),
        )


def _by_another(sheet: Worksheet, services: tuple[str, ...]) -> bool:
    for service in sheet.context.encounter.services:
        giver = service.performed_by.get()
        if service.id in services and giver is not None and OTHER_OPERATOR.search(giver):
            return True
    return False


def _reservoir(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    step = sheet.step("csf.reservoir", {"drugs": len(events)}, events, GROUNDS)
    sheet.line("96542", 1, sheet.day(events[0].start), (step,), events)


def _peritoneal(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    kinds = {_access(sheet, e) for e in events}
    if kinds & set(PERITONEAL):
        step = sheet.step("cavity.peritoneal", {}, events, GROUNDS)
        sheet.line("96446", 1, sheet.day(events[0].start), (step,), events)
        return
    if kinds - {None}:
        reason = "chemotherapy into the belly other than through a placed port or catheter has no specific code"
        sheet.ask_human(events[0].name, reason, "cavity.peritoneal", events, "96549")
        return
    sheet.gap("peritoneal.access", events[0], ("96446",), events[0].facts.access_site)
    reason = f"no placed port or catheter is documented for {events[0].name} into the belly"
    sheet.block("96446", 1, reason, ("peritoneal.access",), events, rule="cavity.peritoneal")


def _pleural(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    """96440 includes the tap; through a tube that was already there it is reduced (DOC-43)."""
    taps = _service(sheet, "thoracentesis")
    fact = ("documentation.thoracentesis", sheet.context.encounter.documented("thoracentesis"))
    described = bool(taps) or sheet.context.documented("thoracentesis")
    step = sheet.step("cavity.pleural", {"tap": described}, events, GROUNDS, (fact,))
    day = sheet.day(events[0].start)
    if described:
        sheet.line("96440", 1, day, (step,), events, taps)
        return
    sheet.gap("thoracentesis.described", events[0], ("96440",), sheet.context.encounter.documented("thoracentesis"))
    reason = f"no tap or drainage is described for {events[0].name} into the chest; the reduced service is reported"
    sheet.block("96440", 1, reason, ("thoracentesis.described",), events, rule="cavity.pleural")
    sheet.line(
        "96440",
        1,
        day,
        (step, sheet.step("cavity.pleural-reduced", {}, events, GROUNDS)),
        events,
        (),
        ("52",),
    )


def _lesions(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    counts = [e.facts.lesions.get() for e in events]
    if any(count is None for count in counts):
        event = events[counts.index(None)]
        sheet.gap("lesions.count", event, ("96405", "96406"), event.facts.lesions)
        reason = f"the number of lesions injected with {event.name} is not documented"
        sheet.block("96405", 1, reason, ("lesions.count",), events, rule="lesions.count")
        return
    count = sum(c for c in counts if c is not None)
    if count < 1:
        return
    step = sheet.step("lesions.count", {"lesions": count}, events, (*GROUNDS, "lesions"))
    sheet.line("96406" if count >= LESIONS_MANY else "96405", 1, sheet.day(events[0].start), (step,), events)


def _bladder(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    step = sheet.step("bladder.instillation", {}, events, GROUNDS)
    sheet.line("51720", 1, sheet.day(events[0].start), (step,), events)


PLACES: dict[str, Callable[[Worksheet, tuple[Event, ...]], None]] = {
    "intrathecal": _spinal,
    "intraventricular": _reservoir,
    "intraperitoneal": _peritoneal,
    "intrapleural": _pleural,
    "intralesional": _lesions,
    "intravesical": _bladder,
}
