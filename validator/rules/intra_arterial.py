"""Intra-arterial drugs: push, hourly infusion, and what has no code (ROUTE-2, ROUTE-3, TIME-1..4, C-18)."""

from __future__ import annotations

import re

from validator.events import PUSH_LIMIT, PUSH_TECHNIQUES, Event
from validator.late import late
from validator.normalise import stays
from validator.rules.infusions import further_hours
from validator.times import total, union
from validator.worksheet import Worksheet

NURSE = late(r"\b(?:RN|LPN|nurse|OCN)\b", re.I)
GROUNDS = ("drug", "route", "technique", "start", "stop", "presence", "access_site")


def code(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    """Code every intra-arterial event that is not a prolonged pump start."""
    pushed: set[str] = set()
    infused: list[Event] = []
    for event in events:
        if event.family == "therapeutic":
            _therapeutic(sheet, event, pushed)
        elif event.mode == "push":
            _push(sheet, event, pushed)
        elif event.timed and event.mode != "unknown":
            infused.append(event)
        else:
            _untimed(sheet, event)
    if infused:
        _infusions(sheet, infused)


def _therapeutic(sheet: Worksheet, event: Event, pushed: set[str]) -> None:
    if event.mode != "push":
        sheet.ask_human(
            event.name,
            "no specific code for an arterial infusion of this drug",
            "arterial.therapeutic",
            (event,),
            "96379",
        )
    elif event.ingredient in pushed:
        sheet.never_coded(event, "an arterial push is reported once for each drug", "arterial.therapeutic")
    else:
        pushed.add(event.ingredient or event.id)
        step = sheet.step("arterial.therapeutic", {"minutes": event.minutes}, (event,), GROUNDS)
        sheet.line("96373", 1, sheet.day(event.start), (step,), (event,))


def _push(sheet: Worksheet, event: Event, pushed: set[str]) -> None:
    """96420: up to 15 minutes, or any length with the giver present throughout (TIME-1, TIME-2, ROUTE-3)."""
    present = stays(sheet.context, event.members, event.route)
    short = event.minutes is not None and event.minutes <= PUSH_LIMIT
    if _given_by_other(sheet, event):
        sheet.ask_human(
            event.name,
            "the push was given by someone other than the billing professional",
            "arterial.push",
            (event,),
            "96420",
        )
    elif event.ingredient in pushed:
        sheet.never_coded(event, "an arterial push is reported once for each drug", "arterial.push")
    elif short or present:
        pushed.add(event.ingredient or event.id)
        presence = (
            "documentation.provider_presence",
            sheet.context.encounter.documented("provider_presence"),
        )
        step = sheet.step(
            "arterial.push", {"minutes": event.minutes, "present": present}, (event,), GROUNDS, (presence,)
        )
        sheet.line("96420", 1, sheet.day(event.start), (step,), (event,))
        if not present:
            sheet.gap("presence.intra-arterial-short-push", event, ("96420",), event.facts.presence)
    else:
        _ask_presence(sheet, event)


def _ask_presence(sheet: Worksheet, event: Event) -> None:
    sheet.gap("presence.intra-arterial-push", event, ("96420",), event.facts.presence)
    reason = f"neither a length of 15 minutes or less nor continuous presence is documented for {event.name}"
    sheet.block("96420", 1, reason, ("presence.intra-arterial-push",), (event,), rule="arterial.push")


def _given_by_other(sheet: Worksheet, event: Event) -> bool:
    """C-18: a professional claim needs the billing professional's own hands; a facility claim does not."""
    if sheet.context.facility or sheet.context.switches.ia_seed_biller_rule != "strict":
        return False
    giver = event.facts.performed_by.get()
    return giver is not None and NURSE.search(giver) is not None


def _infusions(sheet: Worksheet, events: list[Event]) -> None:
    """96422 and 96423 for the longest drug; what ran beside or after it is for a person to judge."""
    by_drug: dict[str, list[Event]] = {}
    for event in events:
        by_drug.setdefault(event.ingredient or event.id, []).append(event)
    minutes = {drug: sum(e.minutes or 0 for e in members) for drug, members in by_drug.items()}
    ordered = sorted(by_drug, key=lambda drug: (-minutes[drug], by_drug[drug][0].start or 0, drug))
    lead = tuple(by_drug[ordered[0]])
    spans = union(s for e in lead for s in e.segments)
    length = total(spans) or minutes[ordered[0]]
    inputs = {"minutes": length, "drug": ordered[0]}
    first = sheet.step("arterial.first-hour", inputs, lead, GROUNDS)
    sheet.line("96422", 1, sheet.day(lead[0].start), (first,), lead)
    hours = further_hours(sheet, length)
    if hours:
        step = sheet.step("arterial.additional-hour", {**inputs, "hours": hours}, lead, GROUNDS)
        sheet.hour_lines("96423", hours, spans, (step,), lead, None, "")
    for event in lead:
        if event.facts.technique.get() in PUSH_TECHNIQUES:
            _ask_presence(sheet, event)
    for drug in ordered[1:]:
        sheet.ask_human(
            drug,
            "a second drug infused into an artery in the same visit has no code of its own",
            "arterial.first-hour",
            tuple(by_drug[drug]),
            "96422",
        )


def _untimed(sheet: Worksheet, event: Event) -> None:
    if event.mode == "unknown" and event.facts.technique.get() in PUSH_TECHNIQUES:
        _ask_presence(sheet, event)
        return
    if event.mode == "unknown":
        sheet.gap("technique.stated", event, ("96420", "96422"), event.facts.technique)
        reason = f"no words say whether {event.name} was pushed or infused"
        sheet.block("96422", 1, reason, ("technique.stated",), (event,), rule="arterial.first-hour")
        return
    what, requirements = sheet.ask_times(event, ("96422", "96423"))
    sheet.block("96422", 1, f"no {what} for {event.name}", requirements, (event,), rule="arterial.first-hour")
    reason = f"no {what} for {event.name}: further hours cannot be counted"
    sheet.block("96423", 1, reason, requirements, (event,), rule="arterial.additional-hour")
