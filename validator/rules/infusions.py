"""Hourly infusions by vein: same-drug time, overlap, concurrency, first and further hours (TIME-3..16, CONC-1..7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import TYPE_CHECKING, Any

from validator.events import Event
from validator.facts import Fact
from validator.frozen import changing
from validator.times import Span, subtract, total, union
from validator.worksheet import Worksheet, ids_of

if TYPE_CHECKING:
    from validator.rules.intravenous import Line
    from validator.rules.pumps import Pumped

INFUSION_MINIMUM = 16
FIRST = {("chemotherapy", True): "96413", ("chemotherapy", False): "96417"}
FIRST |= {("therapeutic", True): "96365", ("therapeutic", False): "96367"}
HOUR = {"chemotherapy": "96415", "therapeutic": "96366"}
FAMILY_RANK = {"chemotherapy": 0, "therapeutic": 1}


@changing
class Infusion:
    """All hourly infusions of one drug through one access in one visit. `own` are the minutes counted to it.

    `hours_on` are those of them that further hours are counted on, where not all are certain; `uncertain` is how
    many minutes are not. `minutes` are the running minutes of the drug, overlaps of its own bags counted once,
    `unplaced` those of them of a stated length without any clock time, where the policy accepts that (TIME-19).
    `stands_in` says that its line may be that of an infusion of unknown length that covered it. A `shadow` ran but has
    no documented route: it takes minutes from others and earns nothing (decision 1).
    """

    key: str
    family: str
    events: tuple[Event, ...]
    segments: tuple[Span, ...]
    own: tuple[Span, ...] = ()
    relation: str = "sequential"
    rivals: tuple[Event, ...] = ()
    hours_on: tuple[Span, ...] | None = None
    uncertain: int = 0
    stands_in: bool = False
    unplaced: int = field(init=False)
    minutes: int = field(init=False)
    shadow: bool = field(init=False)

    def __post_init__(self) -> None:
        self.unplaced = sum([e.minutes or 0 for e in self.events if not e.segments])
        self.minutes = total(self.segments) + self.unplaced
        self.shadow = not [e for e in self.events if e.route is not None]

    @property
    def drug(self) -> str:
        """The drug, whichever of its runs this is."""
        return self.events[0].ingredient or self.key

    @property
    def kept(self) -> int:
        """Minutes of it that count as its own."""
        return total(self.own) + self.unplaced

    @property
    def began(self) -> int | None:
        """The minute its own time began, None when no clock time is documented."""
        return self.own[0][0] if self.own else None

    @property
    def codable(self) -> bool:
        """Whether it keeps enough minutes of its own for an hourly code."""
        return self.relation == "sequential" and not self.shadow

    @property
    def role(self) -> str:
        """Its name when the initial is chosen."""
        return "infusion:" + self.key


def gather(sheet: Worksheet, events: tuple[Event, ...]) -> list[Infusion]:
    """The timed hourly infusions, same-drug bags merged (5.2, C-7), in the order in which minutes are owned."""
    bags: dict[tuple[str, str, bool], list[Event]] = {}
    for event in events:
        hung = event.mode == "infusion" or (event.mode == "push" and event.facts.technique.get() == "infusion")
        if hung and event.timed and event.family in FAMILY_RANK and event.ingredient:
            bags.setdefault((event.family, event.ingredient, event.route is None), []).append(event)
    by_drug = {key: members for key, members in bags.items() if _runs_long_enough(members)}
    found = []
    for (family, drug, _), members in by_drug.items():
        for number, run in enumerate(_runs(sheet, family, members)):
            key = drug if number == 0 else f"{drug} #{number + 1}"
            found.append(Infusion(key, family, tuple(run), union([s for e in run for s in e.segments])))
    return sorted(found, key=owning_order)


def _runs_long_enough(bags: list[Event]) -> bool:
    """Whether some bag, or bags that followed on without a gap, ran for more than a push (TIME-1, TIME-13)."""
    if [e for e in bags if e.mode == "infusion"]:
        return True
    ran = union([s for e in bags for s in e.segments])
    if total(ran) < INFUSION_MINIMUM:
        return False
    hung = union([(e.start, e.stop) for e in bags if e.start is not None and e.stop is not None])
    return any(total(ran) - total(subtract(ran, (span,))) >= INFUSION_MINIMUM for span in hung)


def _runs(sheet: Worksheet, family: str, members: list[Event]) -> list[list[Event]]:
    if family == "chemotherapy" or sheet.context.switches.same_drug_reinfusion == "merge_to_additional_hours":
        return [members]
    runs: list[list[Event]] = []
    for event in sorted(members, key=lambda e: (e.segments, e.id)):
        if runs and event.segments[0][0] <= runs[-1][-1].segments[-1][1]:
            runs[-1].append(event)
        else:
            runs.append([event])
    return runs


def owning_order(infusion: Infusion) -> tuple[int, int, int, str]:
    """Sorts infusions by who owns a shared minute: higher family, then longer, then earlier (CONC-5)."""
    start = infusion.segments[0][0] if infusion.segments else 0
    return FAMILY_RANK[infusion.family], -infusion.minutes, start, infusion.key


def resolve_overlaps(sheet: Worksheet, line: Line, pumped: Pumped) -> tuple[Span, ...]:
    """Count every minute once: to the higher family, then to the longer infusion (TIME-16, CONC-2, CONC-5, CONC-6).

    Returns the minutes in which pumps ran.
    """
    running = tuple(span for e in pumped.prolonged if e.start is not None for span in e.extent)
    unsure = (*(e for e in pumped.prolonged if e.start is None), *pumped.unclear)
    line.rivals += [e for e in unsure if line.visit is None or e.visit in (None, line.visit)]
    taken: tuple[Span, ...] = ()
    for infusion in line.infusions:
        before = taken if infusion.family == "chemotherapy" else (*taken, *running)
        infusion.own = subtract(infusion.segments, before)
        infusion.relation = _relation(sheet, infusion, line)
        taken = (*taken, *infusion.segments)
        if infusion.relation == "sequential" and sheet.context.switches.partial_overlap != "split":
            infusion.own = infusion.segments
    return running


def _relation(sheet: Worksheet, infusion: Infusion, line: Line) -> str:
    """How it stands to what ran beside it: sequential, concurrent, contested (an end is unknown), or too short."""
    if infusion.family == "therapeutic" and (rivals := _outranked(infusion, line)):
        infusion.rivals = rivals
        return "contested"
    kept = infusion.kept
    shared = infusion.minutes - kept
    least = max(1, sheet.context.switches.concurrent_min_overlap)
    any_overlap = sheet.context.switches.partial_overlap == "any_overlap_is_concurrent"
    if shared == 0 or (kept >= INFUSION_MINIMUM and not (any_overlap and shared >= least)):
        return "sequential"
    if infusion.family == "chemotherapy":
        return "concurrent"
    return "concurrent" if shared >= least else "too short"


def _outranked(infusion: Infusion, line: Line) -> tuple[Event, ...]:
    """Chemotherapy or unknown drugs of unknown extent that may have run at the same time (decision 1)."""
    return tuple([event for event in line.rivals if overlaps(infusion.segments, event.open_extent)])


def overlaps(spans: tuple[Span, ...], others: tuple[Span, ...]) -> bool:
    """Whether any minute is in both."""
    return any(a < d and c < b for a, b in spans for c, d in others)


def report(sheet: Worksheet, line: Line, initial: str | None) -> None:
    """Put the hourly codes on the sheet; concurrent ones once per visit; and say what earned nothing."""
    reported = [i for i in line.infusions if not i.shadow]
    concurrent = [i for i in reported if i.relation == "concurrent" and i.family == "therapeutic"]
    for infusion in reported:
        if infusion.relation == "sequential":
            _hours(sheet, line, infusion, infusion.role == initial)
        elif infusion.relation == "contested":
            _contested_out(sheet, infusion)
        elif infusion.relation == "too short":
            _too_short(sheet, infusion)
        elif infusion.family == "chemotherapy":
            _concurrent_chemotherapy(sheet, infusion)
    if concurrent and (pushes := _primary_may_go(sheet, line, initial)):
        _without_primary(sheet, concurrent, pushes)
    elif concurrent:
        _concurrent_therapy(sheet, line, concurrent)


def _hours(sheet: Worksheet, line: Line, infusion: Infusion, initial: bool) -> None:
    minutes = infusion.kept
    first = FIRST[infusion.family, initial]
    inputs = {"minutes": minutes, "drug": infusion.key}
    steps = [sheet.step(sheet.hierarchy_rule(initial), inputs, infusion.events)]
    steps.append(sheet.step("infusion.first-hour", inputs, infusion.events))
    if minutes != infusion.minutes:
        steps.append(
            sheet.step("infusion.overlap-counted-once", {"shared": infusion.minutes - minutes}, infusion.events)
        )
    if len(infusion.events) > 1:
        steps.append(sheet.step("infusion.same-drug-merged", {"bags": len(infusion.events)}, infusion.events))
    if [e for e in infusion.events if e.facts.interruptions]:
        steps.append(sheet.step("infusion.pauses-excluded", {"minutes": minutes}, infusion.events))
    day = sheet.day(infusion.began)
    modifiers = line.modifiers
    if modifiers:
        steps.append(sheet.step(line.second_rule, {}, infusion.events, ("access_site", "visit")))
    sheet.line(first, 1, day, steps, infusion.events, modifiers=modifiers, visit=line.visit, group=line.group)
    certain = infusion.own if infusion.hours_on is None else infusion.hours_on
    if hours := further_hours(sheet, total(certain) + infusion.unplaced):
        step = sheet.step("infusion.additional-hour", {**inputs, "hours": hours}, infusion.events)
        hour, events = HOUR[infusion.family], infusion.events
        sheet.hour_lines(hour, hours, certain, (step,), events, line.visit, line.group, modifiers=modifiers)
    if infusion.uncertain:
        _uncertain_hours(
            sheet, infusion, further_hours(sheet, total(certain) + infusion.unplaced + infusion.uncertain) - hours
        )


def _uncertain_hours(sheet: Worksheet, infusion: Infusion, hours: int) -> None:
    """Hours that another infusion may own whose length is not documented (decision 1)."""
    if hours < 1:
        return
    names = ", ".join(sorted({e.name for e in infusion.rivals}))
    reason = f"whether {names} took minutes of {infusion.key} cannot be told: these hours are not certain"
    code = HOUR[infusion.family]
    requirements = ask_extent(sheet, infusion.rivals, code)
    waits_for, rule = ids_of(infusion.rivals), "concurrent.unknown-extent"
    sheet.block(code, hours, reason, requirements, infusion.events, rule=rule, waits_for=waits_for)


def further_hours(sheet: Worksheet, minutes: int) -> int:
    """Whole further hours after the first: each needs more than 30 minutes past the last (TIME-4, C-6)."""
    threshold = 31 if sheet.context.switches.addl_hour_threshold == "gt30" else 30
    return max(0, (minutes - threshold) // 60)


def _primary_may_go(sheet: Worksheet, line: Line, initial: str | None) -> list[Event]:
    """Chemotherapy without a length: as a push it would be the initial, and no code beside it carries 96368 (D-AOC)."""
    if any(i.role == initial and i.family == "chemotherapy" for i in line.infusions):
        return []
    if any(d.code in ("96366", "96415", "96416", "C8957") for d in sheet.drafts):
        return []
    return [e for e in line.unresolved if e.family == "chemotherapy" and not e.timed]


def _without_primary(sheet: Worksheet, infusions: list[Infusion], pushes: list[Event]) -> None:
    names = ", ".join(sorted({e.name for e in pushes}))
    reason = f"whether a code that 96368 needs beside it is reported depends on how long {names} ran"
    requirements = ask_extent(sheet, pushes, "96368")
    events = tuple(e for i in infusions for e in i.events)
    sheet.block("96368", 1, reason, requirements, events, rule="concurrent.unknown-extent", waits_for=ids_of(pushes))


def _concurrent_therapy(sheet: Worksheet, line: Line, infusions: list[Infusion]) -> None:
    events = tuple(e for i in infusions for e in i.events)
    inputs = {"drugs": [i.key for i in infusions], "shared_minutes": [i.minutes - i.kept for i in infusions]}
    step = sheet.step("concurrent.once-per-encounter", inputs, events)
    already = any(d.code == "96368" and d.visit == line.visit for d in sheet.drafts)
    if already:
        for event in events:
            sheet.never_coded(event, "one concurrent infusion is already reported for this visit", step.rule)
        return
    day = sheet.day(min(e.segments[0][0] for e in events))
    sheet.line("96368", 1, day, (step,), events, modifiers=line.modifiers, visit=line.visit, group=line.group)


def _concurrent_chemotherapy(sheet: Worksheet, infusion: Infusion) -> None:
    rule = "concurrent.chemotherapy"
    if sheet.context.switches.concurrent_chemo == "no_report":
        for event in infusion.events:
            sheet.never_coded(
                event,
                "ran at the same time as another chemotherapy infusion; the policy reports nothing",
                rule,
            )
        return
    sheet.ask_human(
        infusion.key,
        "ran at the same time as another chemotherapy infusion; no specific code describes that",
        rule,
        infusion.events,
        code="96549",
    )


def _too_short(sheet: Worksheet, infusion: Infusion) -> None:
    for event in infusion.events:
        sheet.never_coded(
            event,
            "overlapped another infusion by less than 16 minutes and ran less than 16 minutes outside it",
            "concurrent.both-parts-short",
        )


def _contested_out(sheet: Worksheet, infusion: Infusion) -> None:
    """The line that this infusion would have if the times of what may have covered it were known."""
    beside = any(e.start is not None and infusion.segments[0][0] <= e.start for e in infusion.rivals)
    code = "96417" if infusion.family == "chemotherapy" else "96368" if beside else "96367"
    names = ", ".join(sorted({e.name for e in infusion.rivals}))
    sheet.block(
        code,
        1,
        f"whether {infusion.key} ran beside or after {names} cannot be told",
        ask_extent(sheet, infusion.rivals, code),
        infusion.events,
        rule="concurrent.unknown-extent",
        waits_for=ids_of(infusion.rivals),
    )


def ask_extent(sheet: Worksheet, rivals: Iterable[Event], code: str) -> tuple[str, ...]:
    """Ask for what keeps it open which minutes others took that a code hangs on; the requirements, each once."""
    wanted: dict[str, None] = {}
    for event in rivals:
        for requirement, fact in _keeps_open(event):
            if fact is not None:
                sheet.gap(requirement, event, (code,), fact)
            wanted[requirement] = None
    return tuple(wanted)


def _keeps_open(event: Event) -> list[tuple[str, Fact[Any] | None]]:
    """What is not documented of something of unknown extent: its drug, its times, or its pauses (asked for before)."""
    if event.family == "unknown":
        return [("drug.named", event.facts.drug)]
    ends = (("start", event.start, event.facts.start), ("stop", event.stop, event.facts.stop))
    wanted: list[tuple[str, Fact[Any] | None]] = []
    wanted += [(f"infusion.{name}-time", fact) for name, value, fact in ends if value is None]
    return wanted or [("infusion.pause-times", None)]


def block_untimed(sheet: Worksheet, line: Line, initial: str | None) -> None:
    """Infusions without a start or stop: what they would be, and the time that is missing (TIME-17, TIME-18)."""
    for event in line.unresolved:
        if event.family not in FAMILY_RANK or event.mode == "unknown" or event.route is None or event.timed:
            continue
        same_drug = any(i.key == event.ingredient and i.codable for i in line.infusions)
        first = _would_be(event, line, initial)
        hour = HOUR[event.family]
        codes = (hour,) if same_drug else (first,) if first == "96368" else (first, hour)
        what, requirements = sheet.ask_times(event, codes)
        if not same_drug:
            sheet.block(first, 1, f"no {what} for {event.name}", requirements, (event,), rule="infusion.missing-time")
        if same_drug or first != "96368":
            reason = f"no {what} for {event.name}: further hours cannot be counted"
            sheet.block(hour, 1, reason, requirements, (event,), rule="infusion.additional-hour")


def _would_be(event: Event, line: Line, initial: str | None) -> str:
    if event.family == "chemotherapy":
        other = any(i.family == "chemotherapy" and i.codable for i in line.infusions)
        return "96417" if other else "96413"
    if initial is None or initial == "hydration":
        return "96365"
    beside = any(
        event.start is not None and start <= event.start < stop
        for i in line.infusions
        if i.codable
        for start, stop in i.segments
    )
    return "96368" if beside else "96367"
