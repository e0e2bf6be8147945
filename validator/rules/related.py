"""Services beside the drugs: transfusion, declotting, scalp cooling, visits (1.4, 5.7, C-14)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from validator.events import Event
from validator.facts import Fact, Service
from validator.findings import NotCoded
from validator.late import late
from validator.times import absolute
from validator.worksheet import Worksheet

THROMBOLYTIC = late(r"alteplase|cathflo|\btpa\b|\bt-pa\b|activase|reteplase|tenecteplase|urokinase", re.I)
OCCLUSION = late(r"clot|occlu|no blood return|sluggish|unable to (?:aspirate|flush|draw)", re.I)
FITTING = late(
    r"calibrat|measur|\A(?!.*(?:session|pre-?cool|monitor|removed|taken off)).*(?:fitting|fitted)", re.I | re.S
)
"""Measuring a cap, once in a course; a cap "fitted" for a session that then cooled is the session."""
AFTER = late(r"post", re.I)
NEW_SCALP_SET = date(2026, 1, 1)
OUT_OF_SCOPE = {
    "lumbar_puncture": "a spinal puncture is coded outside this family unless a drug was given through it",
    "arterial_catheterization": "placing an arterial catheter is a separate procedure, coded outside this family",
    "thoracentesis": "a chest tap is coded outside this family unless a drug was given through it",
    "other": "a service outside drug administration; it was not assessed",
}


def declotting(sheet: Worksheet, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """36593 for a thrombolytic dwelling in an occluded line; the agent is never a push of its own (ACC-2, DOC-50)."""
    services = [s for s in sheet.context.encounter.services if s.kind == "declotting"]
    agents = tuple(e for e in events if e.has_trait("thrombolytic") and (services or _dwells(sheet, e)))
    if not services and not agents:
        return events
    ids = tuple(s.id for s in services)
    documented = sheet.context.encounter.documented
    words = " ".join(str(s.detail.get() or "") for s in services)
    missing = []
    agent = agents or THROMBOLYTIC.search(words) or sheet.context.documented("thrombolytic_dwell")
    if not agent or not sheet.context.documented("declotting_outcome"):
        missing.append("declotting.agent-dwell-outcome")
    if not services and not sheet.context.documented("occlusion", "line_occlusion") and not OCCLUSION.search(words):
        missing.append("declotting.occlusion")
    if missing:
        service = ids[0] if ids else None
        for requirement in missing:
            fact = documented("declotting_outcome")
            sheet.gap(requirement, agents[0] if agents else None, ("36593",), fact, service, "the line clearance")
        sheet.block(
            "36593",
            1,
            "the line clearance is not fully documented",
            tuple(missing),
            agents,
            ids,
            "declotting.dwell",
        )
    else:
        elements = ("occlusion", "line_occlusion", "declotting_outcome")
        also: list[tuple[str, Fact[Any]]] = [(f"documentation.{name}", documented(name)) for name in elements]
        also += [(f"services.{s.id}.detail", s.detail) for s in services]
        step = sheet.step("declotting.dwell", {}, agents, ("drug", "dose"), also)
        sheet.line("36593", 1, sheet.context.on, (step,), agents, ids, kind="service")
    return tuple(e for e in events if e not in agents)


def _dwells(sheet: Worksheet, event: Event) -> bool:
    """A thrombolytic with no infusion about it, while an occlusion is documented, is a line clearance."""
    return event.mode != "infusion" and sheet.context.documented(
        "occlusion", "line_occlusion", "thrombolytic_dwell", "declotting_outcome"
    )


def transfusion(sheet: Worksheet, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """36430 once a day, however many units (1.4)."""
    blood = tuple(e for e in events if e.family == "blood")
    services = [s for s in sheet.context.encounter.services if s.kind == "transfusion"]
    if not blood and not services:
        return events
    days: dict[date, tuple[list[Event], list[Service]]] = {}
    for event in blood:
        days.setdefault(sheet.day(event.start), ([], []))[0].append(event)
    for service in services:
        days.setdefault(sheet.day(sheet.began(service)), ([], []))[1].append(service)
    for day, (given, done) in sorted(days.items()):
        also = tuple(
            (f"services.{s.id}.{name}", getattr(s, name)) for s in done for name in ("start", "stop", "detail")
        )
        step = sheet.step("transfusion.once-a-day", {"entries": len(given) + len(done)}, given, ("drug", "start"), also)
        sheet.line("36430", 1, day, (step,), given, tuple(s.id for s in done), kind="service")
    return tuple(e for e in events if e not in blood)


def scalp_cooling(sheet: Worksheet) -> None:
    """Mechanical scalp cooling, by the code set of the date of service (decision 11, C-14)."""
    old = sheet.context.on < NEW_SCALP_SET or sheet.context.switches.scalp_code_set == "category_iii"
    fitted = cooled = False
    for service in sheet.context.encounter.services:
        if service.kind != "scalp_cooling":
            continue
        detail = service.detail.get() or ""
        if FITTING.search(detail) and not service.stop.known:
            fitted = fitted or _scalp_line(sheet, service, "0662T" if old else "97007", 1)
        elif AFTER.search(detail) and not old:
            _after_cooling(sheet, service)
        elif not cooled:
            cooled = _session(sheet, service, "0663T" if old else "97008")
        else:
            reason = "scalp cooling is reported once for each session"
            sheet.never.append(
                NotCoded(service=service.id, subject="scalp cooling", reason=reason, rule="scalp.code-set")
            )


def _session(sheet: Worksheet, service: Service, code: str) -> bool:
    if not (service.start.known and service.stop.known) and not sheet.context.documented("scalp_cooling_times"):
        _ask_scalp_times(sheet, service, code)
        return True
    return _scalp_line(sheet, service, code, 1)


def _after_cooling(sheet: Worksheet, service: Service) -> None:
    start, stop = service.start.get(), service.stop.get()
    zone = sheet.context.encounter.encounter.timezone
    minutes = 0
    if start is not None and stop is not None:
        minutes = absolute(stop, sheet.context.on, zone) - absolute(start, sheet.context.on, zone)
    if minutes <= 0:  # not told, or an end that is not after its start (TIME-21)
        _ask_scalp_times(sheet, service, "97009")
        return
    each = int(sheet.context.param("scalp.after-cooling", "minutes_per_unit"))
    if units := minutes // each:
        _scalp_line(sheet, service, "97009", units, "scalp.after-cooling")
    else:
        reason = f"{minutes} minutes of cooling after the infusion; {each} are needed for a unit"
        sheet.never.append(
            NotCoded(service=service.id, subject="scalp cooling", reason=reason, rule="scalp.after-cooling")
        )


def _ask_scalp_times(sheet: Worksheet, service: Service, code: str) -> None:
    fact = sheet.context.encounter.documented("scalp_cooling_times")
    sheet.gap("scalp.times", None, (code,), fact, service.id, "the scalp cooling")
    sheet.block(
        code,
        1,
        "the times of the scalp cooling are not documented",
        ("scalp.times",),
        (),
        (service.id,),
        "scalp.code-set",
    )


def _scalp_line(sheet: Worksheet, service: Service, code: str, units: int, rule: str = "scalp.code-set") -> bool:
    also = [(f"services.{service.id}.{name}", getattr(service, name)) for name in ("start", "stop", "detail")]
    also.append(("documentation.scalp_cooling_times", sheet.context.encounter.documented("scalp_cooling_times")))
    step = sheet.step(rule, {"date": sheet.context.on.isoformat()}, (), (), also)
    sheet.line(code, units, sheet.day(sheet.began(service)), (step,), (), (service.id,), kind="service")
    return True


def visits(sheet: Worksheet) -> None:
    """Visit levels are chosen elsewhere; this says what a visit on the same day needs (section 7, DOC-41)."""
    for service in sheet.context.encounter.services:
        detail = str(service.detail.get() or "")
        if service.kind == "evaluation_and_management":
            _visit(sheet, service, detail)
        elif service.kind == "isolated_perfusion":
            reason = "surgical perfusion of an isolated limb or organ is coded outside this family"
            sheet.ask_human("isolated perfusion", reason, "perfusion.isolated", (), "36823", (service.id,))
        elif service.kind in OUT_OF_SCOPE and not any(service.id in d.services for d in sheet.drafts):
            subject = service.kind.replace("_", " ")
            sheet.ask_human(subject, OUT_OF_SCOPE[service.kind], "scope.other-procedure", (), None, (service.id,))


def _visit(sheet: Worksheet, service: Service, detail: str) -> None:
    if "99211" in detail and not sheet.context.facility and sheet.drafts:
        reason = "a nurse-level visit is part of the administration on a professional claim"
        sheet.never.append(NotCoded(service=service.id, subject="nurse visit", reason=reason, rule="visit.nurse-level"))
        return
    if sheet.drafts and not sheet.context.documented("separate_visit_note"):
        fact = sheet.context.encounter.documented("separate_visit_note")
        sheet.gap("visit.separate-work", None, (), fact, service.id, "the visit")
    reason = "its level is chosen outside this tool; beside an administration it needs modifier 25 and work of its own"
    sheet.ask_human("visit on the same day", reason, "visit.modifier-25", (), None, (service.id,))
