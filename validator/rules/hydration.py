"""Hydration: what counts as it, the minutes that nothing else used, and its units (TIME-5, TIME-6, HYD-1..7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from validator.events import Event
from validator.frozen import frozen
from validator.late import late
from validator.times import Span, subtract, total, union
from validator.worksheet import Worksheet

if TYPE_CHECKING:
    from validator.rules.intravenous import Line

MINIMUM = 31
VOLUME_LOSS = late(r"dehydrat|vomit|diarr|hypovol|volume deplet|poor (?:oral )?intake|hypotens|emesis", re.I)
VENOUS = ("peripheral_iv", "midline", "picc", "central_line", "implanted_port")
"""The kinds of line into a vein."""
FLUID_PURPOSES = ("hydration", "flush", "keep_open")
"""What fluid is given for, and no drug is."""
GROUNDS = ("drug", "purpose", "route", "start", "stop", "volume")


@frozen
class Wet:
    """Hydration minutes that may be counted, one tuple of spans for each bag, and through which line in which visit."""

    bags: tuple[tuple[Event, tuple[Span, ...]], ...]
    places: tuple[tuple[str | None, str | None], ...]
    summed: bool

    @property
    def counted(self) -> tuple[tuple[Span, ...], ...]:
        """The stretches that units are counted on: all together, or each bag alone (C-13).

        Sites, or visits, that nothing sets apart count as one, and give no more units than each by itself.
        """
        if self.summed:
            together = _long(union(s for _, left in self.bags for s in left))
            each = [
                union(s for (_, left), at in zip(self.bags, self.places, strict=True) if at == place for s in left)
                for place in dict.fromkeys(self.places)
            ]
            return min(together, _long(*each), key=_units)
        return _long(*(left for _, left in self.bags))

    @property
    def reportable(self) -> bool:
        """Whether there are enough minutes for a unit."""
        return bool(self.counted)


def _long(*stretches: tuple[Span, ...]) -> tuple[tuple[Span, ...], ...]:
    """Those that are long enough for a unit, the longest first."""
    alone = [spans for spans in stretches if total(spans) >= MINIMUM]
    return tuple(sorted(alone, key=lambda spans: (-total(spans), spans)))


def _units(stretches: tuple[tuple[Span, ...], ...]) -> int:
    return sum((total(spans) + 29) // 60 for spans in stretches)


def measure(
    sheet: Worksheet,
    fluids: tuple[Event, ...],
    around: tuple[Event, ...],
    pumped: tuple[Event, ...],
    other: tuple[Span, ...],
) -> Wet:
    """The hydration minutes outside every other infusion of the visit, whatever its site (CONC-4, decision 1)."""
    taken = [*other, *(s for e in pumped for s in e.extent)]
    for event in around:
        if event.family == "hydration" and _counts(sheet, event):
            continue
        taken.extend(_occupied(sheet, event))
    bags = []
    for fluid in fluids:
        if _accepted(sheet, fluid):
            bags.append((fluid, subtract(fluid.segments, taken)))
    return Wet(tuple(bags), _places(sheet, [fluid for fluid, _ in bags]), sheet.context.switches.hydration_sum_segments)


def _places(sheet: Worksheet, fluids: list[Event]) -> tuple[tuple[str | None, str | None], ...]:
    """Line and visit of each, told or not; all the same where there is one of them, or lines are coded one by one."""
    facts = sheet.context.encounter
    lines = len([s for s in facts.access_sites if s.kind.get() in VENOUS]) > 1
    lines = lines or len({f.site for f in fluids} - {None}) > 1
    lines = lines and not sheet.context.documented("second_site_reason")
    visits = len(facts.visits) > 1
    return tuple((f.site if lines else None, f.visit if visits else None) for f in fluids)


def _occupied(sheet: Worksheet, event: Event) -> tuple[Span, ...]:
    if event.family == "hydration":
        return ()
    if event.mode != "push":
        return event.extent
    return event.segments if sheet.context.switches.hydration_push_minutes == "documented" else ()


def _purpose(sheet: Worksheet, event: Event) -> str | None:
    purpose = event.facts.purpose.get()
    if purpose == "hydration":
        return purpose
    if sheet.context.documented("hydration_purpose", "hydration_reason") and not _other_fluid_has_purpose(sheet, event):
        return "hydration"
    return None


def _other_fluid_has_purpose(sheet: Worksheet, event: Event) -> bool:
    """A reason for the visit's fluid is not also the purpose of a bag that is set apart from a bag with one.

    A bag that is not named and was there for hydration, or to keep a line open, is such a fluid too.
    """
    for other in sheet.events:
        if other.family == "hydration" and other.id != event.id and other.facts.purpose.known:
            return True
        if other.family == "unknown" and other.facts.purpose.get() in FLUID_PURPOSES:
            return True
    return False


def _counts(sheet: Worksheet, event: Event) -> bool:
    return _purpose(sheet, event) == "hydration" and event.timed and event.facts.technique.get() != "push"


def _accepted(sheet: Worksheet, event: Event) -> bool:
    """Whether a bag is hydration with known times; what it is instead, or what is missing, goes on the sheet."""
    purpose = _purpose(sheet, event)
    if purpose is None:
        sheet.gap("hydration.purpose", event, ("96360", "96361"), event.facts.purpose)
        reason = f"no words say what the {event.name} was for"
        sheet.block("96360", 1, reason, ("hydration.purpose",), (event,), rule="hydration.purpose")
        return False
    if event.facts.technique.get() == "push":
        sheet.never_coded(event, "fluid given by push is not hydration", "hydration.not-hydration")
        return False
    if not event.timed:
        _ask_times(sheet, event)
        return False
    return not _integral(sheet, event)


def _ask_times(sheet: Worksheet, event: Event) -> None:
    what, requirements = sheet.ask_times(event, ("96360", "96361"), "hydration")
    reason = f"no {what} for {event.name}"
    sheet.block("96360", 1, reason, requirements, (event,), rule="hydration.units")
    sheet.block(
        "96361",
        1,
        f"{reason}: further hours cannot be counted",
        requirements,
        (event,),
        rule="hydration.units",
    )


def _integral(sheet: Worksheet, event: Event) -> bool:
    """C-12: some contractors hold that fluid which a drug's label asks for belongs to that drug."""
    if sheet.context.switches.toxicity_prevention_hydration != "integral":
        return False
    chemotherapy = any(
        (drug.admin_class in ("chemo", "chemo_biologic"))
        for a in sheet.context.encounter.administrations
        if a.drug.known and a.id not in event.ids
        for drug in sheet.context.rulebook.find_drug(str(a.drug.value))
    )
    reason = sheet.context.encounter.documented("hydration_reason").get()
    if not chemotherapy or (isinstance(reason, str) and VOLUME_LOSS.search(reason)):
        return False
    sheet.never_coded(
        event,
        "fluid that goes with a chemotherapy drug is part of it under this policy",
        "hydration.toxicity",
    )
    return True


def report(sheet: Worksheet, line: Line, wet: Wet, initial: str | None) -> None:
    """Put hydration units on the sheet: 96360 only as the initial service, else 96361 from the 31st minute."""
    if not wet.reportable:
        for event, left in wet.bags:
            minutes = total(left)
            sheet.never_coded(
                event,
                f"{minutes} minutes of hydration outside other infusions; at least {MINIMUM} are needed",
                "hydration.units",
            )
        return
    events = tuple(event for event, _ in wet.bags)
    for number, spans in enumerate(wet.counted):
        minutes = total(spans)
        first_is_initial = initial == "hydration" and number == 0
        step = sheet.step("hydration.units", {"minutes": minutes}, events, GROUNDS)
        if first_is_initial:
            lead = sheet.step(sheet.hierarchy_rule(True), {"minutes": minutes}, events, GROUNDS)
            steps, day = [lead, step], sheet.day(spans[0][0])
            if line.modifiers:
                steps.append(sheet.step(line.second_rule, {}, events, ("access_site", "visit")))
            sheet.line("96360", 1, day, steps, events, modifiers=line.modifiers, visit=line.visit, group=line.group)
            hours, first = (minutes - MINIMUM) // 60, 1
        else:
            hours, first = (minutes + 29) // 60, 0
        sheet.hour_lines("96361", hours, spans, (step,), events, line.visit, line.group, first, line.modifiers)
