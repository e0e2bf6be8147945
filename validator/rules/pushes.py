"""Pushes by vein: the first of each drug, its repeats, and a push beside an infusion of it (TIME-1, TIME-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validator.events import PUSH_LIMIT, Event
from validator.findings import Step
from validator.frozen import changing
from validator.times import subtract
from validator.worksheet import Worksheet, ids_of

if TYPE_CHECKING:
    from validator.rules.infusions import Infusion
    from validator.rules.intravenous import Line

FIRST = {(True, True): "96409", (True, False): "96411", (False, True): "96374", (False, False): "96375"}
REPEAT = "96376"
GROUNDS = ("drug", "route", "technique", "start", "stop", "duration_minutes", "presence")


@changing
class Push:
    """All pushes of one drug through one access in one visit, in time order; those without a time come last."""

    key: str
    chemo: bool
    events: tuple[Event, ...]
    infusion: Infusion | None
    rival: Event | None

    @property
    def codable(self) -> bool:
        """Whether the first of them is a service of its own: not when the drug was, or may have been, infused (5.2)."""
        return self.infusion is None and self.rival is None

    @property
    def role(self) -> str:
        """Its name when the initial is chosen."""
        return "push:" + self.key


def gather(events: tuple[Event, ...], infusions: list[Infusion]) -> list[Push]:
    """The pushes by drug: chemotherapy first, then by time."""
    merged = {e.id for i in infusions for e in i.events}
    by_drug: dict[tuple[bool, str], list[Event]] = {}
    for event in events:
        if event.mode != "push" or event.id in merged or not event.ingredient or event.route is None:
            continue
        if event.family in ("chemotherapy", "therapeutic"):
            by_drug.setdefault((event.family == "chemotherapy", event.ingredient), []).append(event)
    found = []
    for (chemo, drug), members in by_drug.items():
        family = "chemotherapy" if chemo else "therapeutic"
        beside = next((i for i in infusions if i.family == family and i.key == drug and not i.shadow), None)
        found.append(Push(drug, chemo, tuple(sorted(members, key=_by_time)), beside, _rival(events, drug)))
    return sorted(found, key=lambda p: (not p.chemo, *_by_time(p.events[0])[:2], p.key))


def _rival(events: tuple[Event, ...], drug: str) -> Event | None:
    """An infusion that may have been of this drug too, but lacks its name, its route or its times (decision 1)."""
    for event in events:
        if event.mode == "push" or event.ingredient not in (None, drug):
            continue
        if event.ingredient is None or event.route is None or not event.timed:
            return event
    return None


def _by_time(event: Event) -> tuple[bool, int, str]:
    return event.start is None, event.start or 0, event.id


def report(sheet: Worksheet, line: Line, initial: str | None) -> None:
    """Put the push codes on the sheet, and say why a repeat earns nothing."""
    for push in line.pushes:
        if push.infusion is not None and push.rival is None:
            _beside_infusion(sheet, line, push, push.infusion)
            continue
        if push.rival is not None:
            _beside_unclear(sheet, push, push.rival)
            continue
        first, *repeats = push.events
        _first_push(sheet, line, first, FIRST[push.chemo, push.role == initial], push.role == initial)
        if push.chemo:
            for event in repeats:
                sheet.never_coded(event, "a chemotherapy push is reported once for each drug", "push.chemotherapy-once")
        else:
            _repeats(sheet, line, [first], repeats)


def _first_push(sheet: Worksheet, line: Line, event: Event, code: str, initial: bool) -> None:
    inputs = {"minutes": event.minutes, "drug": event.ingredient}
    modifiers = line.modifiers
    steps = [sheet.step(sheet.hierarchy_rule(initial), inputs, (event,), GROUNDS)]
    if event.minutes is not None and event.minutes > PUSH_LIMIT:
        steps.append(sheet.step("push.continuous-presence", inputs, (event,), GROUNDS))
    else:
        steps.append(sheet.step("push.up-to-15", inputs, (event,), GROUNDS))
    if _meant_as_infusion(sheet, event):
        code = {"96409": "96413", "96411": "96417", "96374": "96365", "96375": "96367"}[code]
        modifiers = (*modifiers, "52" if sheet.context.facility else "53")
        steps.append(sheet.step("infusion.stopped-early", inputs, (event,), ("start", "stop", "status")))
    if line.modifiers:
        steps.append(sheet.step(line.second_rule, {}, (event,), ("access_site", "visit")))
    sheet.line(
        code,
        1,
        sheet.day(event.start),
        steps,
        (event,),
        modifiers=modifiers,
        visit=line.visit,
        group=line.group,
    )


def _meant_as_infusion(sheet: Worksheet, event: Event) -> bool:
    """C-4's alternative: an infusion stopped within 15 minutes by a reaction keeps its code, reduced."""
    facts = event.facts
    return (
        sheet.context.switches.stopped_early == "intended_with_53"
        and facts.status.get() == "stopped_early"
        and facts.technique.get() == "infusion"
    )


def _repeats(sheet: Worksheet, line: Line, reported: list[Event], repeats: list[Event]) -> None:
    """Repeat pushes of one drug: facility only, each more than 30 minutes after the last that counts (decision 6)."""
    if not sheet.context.facility:
        for event in repeats:
            sheet.never_coded(
                event, "a repeat push of the same drug is a facility-only code", "push.repeat-facility-only"
            )
        return
    apart = sheet.context.param("push.repeat", "minutes_apart")
    from_any = sheet.context.switches.repeat_push_interval_from == "previous_push"
    last = reported[-1].start
    between = next((e for e in repeats if e.start is None), None) if from_any else None
    for event in repeats:
        if event.start is None or last is None:
            _repeat_without_time(sheet, event if event.start is None else reported[-1], event)
            continue
        if between is not None:  # it may have been given within the time before this one, which then does not count
            _repeat_without_time(sheet, between, event)
            continue
        if event.start - last > apart:
            step = _repeat_step(sheet, event, event.start - last)
            sheet.line(
                REPEAT,
                1,
                sheet.day(event.start),
                (step,),
                (event,),
                modifiers=line.modifiers,
                visit=line.visit,
                group=line.group,
            )
            last = event.start
        else:
            sheet.never_coded(event, f"given {event.start - last} minutes after the push before it", "push.repeat")
            last = event.start if from_any else last


def _repeat_step(sheet: Worksheet, event: Event, after: int) -> Step:
    return sheet.step("push.repeat", {"minutes_since_last": after, "drug": event.ingredient}, (event,), GROUNDS)


def _repeat_without_time(sheet: Worksheet, untimed: Event, event: Event) -> None:
    sheet.gap("push.time-for-repeat", untimed, (REPEAT,), untimed.facts.start)
    reason = f"no time for a push of {event.name}, so its distance from the one before is unknown"
    sheet.block(
        REPEAT, 1, reason, ("push.time-for-repeat",), (event,), rule="push.repeat", waits_for=ids_of((untimed,))
    )


def _beside_unclear(sheet: Worksheet, push: Push, rival: Event) -> None:
    """Had the unclear infusion been of this drug, the push would not be reported (5.2, decision 1)."""
    if rival.ingredient is None:
        requirement, lacks, name = "drug.named", "drug name", "drug"
    elif rival.route is None:
        requirement, lacks, name = "route.stated", "route", "route"
    elif rival.start is None:
        requirement, lacks, name = "infusion.start-time", "start time", "start"
    else:
        requirement, lacks, name = "infusion.stop-time", "stop time", "stop"
    reason = f"an infusion without a {lacks} may have been of {push.key} too"
    code = FIRST[push.chemo, False] if push.infusion is None else REPEAT
    sheet.gap(requirement, rival, (code,), getattr(rival.facts, name))
    sheet.block(code, 1, reason, (requirement,), push.events, rule="push.beside-infusion", waits_for=ids_of((rival,)))


def _beside_infusion(sheet: Worksheet, line: Line, push: Push, infusion: Infusion) -> None:
    """A push and an hourly infusion of one drug: the infusion is reported; a repeat push only if far from it (5.2)."""
    rule = "push.beside-infusion"
    if push.chemo or not sheet.context.facility or not infusion.codable or infusion.stands_in:
        for event in push.events:
            sheet.ask_human(event.name, "pushed and infused in one visit; the infusion is reported", rule, (event,))
        return
    apart = sheet.context.param("push.repeat", "minutes_apart")
    near = tuple((start - apart, stop + apart + 1) for start, stop in infusion.segments)
    far = [e for e in push.events if e.start is not None and subtract(((e.start, e.start + 1),), near)]
    for event in push.events:
        if event.start is None:
            _repeat_without_time(sheet, event, event)
        elif event not in far:
            sheet.never_coded(event, "within 30 minutes of an infusion of the same drug", rule)
    if far:
        step = sheet.step(rule, {"drug": push.key}, (far[0],), GROUNDS)
        sheet.line(
            REPEAT,
            1,
            sheet.day(far[0].start),
            (step,),
            (far[0],),
            modifiers=line.modifiers,
            visit=line.visit,
            group=line.group,
        ).flags = ("needs_human",)
        _repeats(sheet, line, [far[0]], far[1:])
