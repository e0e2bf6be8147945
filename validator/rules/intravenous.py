"""Intravenous services of one encounter: visits, access sites, the hierarchy, and one initial for each (5.1 to 5.4)."""

from __future__ import annotations

from dataclasses import field, replace

from validator.events import Event
from validator.facts import Visit
from validator.frozen import changing, frozen
from validator.rules import hydration, infusions, pushes, strangers, unmeasured, untold
from validator.rules.infusions import Infusion
from validator.rules.pumps import Pumped
from validator.rules.pushes import Push
from validator.times import Span, absolute
from validator.worksheet import Worksheet

FAMILIES = ("chemotherapy", "therapeutic")
AT_A_SITE = frozenset({*FAMILIES, "hydration", "unknown"})


@changing
class Line:
    """The services of one vascular access in one visit: they share one initial code.

    `unresolved` are infusions without a certain length; `rivals` those of them that could outrank another drug;
    `strangers` are drugs of unknown class that may have been given here.
    """

    visit: str | None
    site: str | None
    second: bool
    modifiers: tuple[str, ...] = ()
    infusions: list[Infusion] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)
    unresolved: list[Event] = field(default_factory=list)
    rivals: list[Event] = field(default_factory=list)
    fluids: list[Event] = field(default_factory=list)
    strangers: tuple[Event, ...] = ()

    @property
    def group(self) -> str:
        """What its code lines share: the visit and the site."""
        return f"{self.visit or ''}/{self.site or ''}"

    @property
    def second_rule(self) -> str:
        """The rule that allows it an initial code beside another's."""
        return "access.second-initial" if self.site and self.second else "visit.second-encounter"


def code(
    sheet: Worksheet,
    events: tuple[Event, ...],
    pumped: Pumped,
    other: tuple[Span, ...],
    unplaced: tuple[Event, ...] = (),
) -> None:
    """Code every intravenous event beside what pumps took; `other` are minutes of further fluids such as blood.

    `unplaced` are short ones without a route or a name.
    """
    first_visit_done = False
    unknown = strangers.found(sheet)
    came = {e.visit for e in (*events, *unknown) if e.visit is not None} if unknown else set()
    if not _left_and_returned(sheet, sorted(came)):
        came = set()
    pumped = _of_one_visit(sheet, events, pumped)
    visits = _visits(sheet, events)
    names = [name for name, _ in visits if name is not None]
    for visit, members in visits:
        before = len(sheet.drafts)
        here = {e.id for e in members}
        elsewhere = tuple([e for e in events if e.id not in here and (e.visit is None or e.timed)])
        others = came - {visit} if visit in came else set()
        one = _Visit(visit, first_visit_done, unknown, others, elsewhere, pumped, other)
        one.code(sheet, members)
        if perhaps := [e for e in unplaced if untold.may_count(e) and _may_be_in(sheet, e, visit, names)]:
            members = (*members, *perhaps)
        sites = _sites_apart(sheet, members)
        if not untold.nothing_open(members, sites):
            one.keep_certain(sheet, before, members, sites)
        first_visit_done = first_visit_done or len(sheet.drafts) > before


@frozen
class _Visit:
    """What is the same for every way to read what was given in one visit."""

    name: str | None
    later: bool
    unknown: tuple[Event, ...]
    others: set[str]
    elsewhere: tuple[Event, ...]
    pumped: Pumped
    other: tuple[Span, ...]

    def code(self, sheet: Worksheet, members: tuple[Event, ...]) -> None:
        """Put the lines of the visit on the sheet."""
        around = ((*members, *self.elsewhere), (*self.pumped.prolonged, *self.pumped.unclear), self.other)
        apart = sheet.context.documented("second_site_reason")
        named = {e.id for e in members if e.family != "unknown"}
        unknown = tuple([e for e in self.unknown if e.id not in named])
        for line in _lines(sheet, self.name, members, self.later):
            line.strangers = strangers.possibly_here(unknown, self.others, line.site if apart else None)
            unmeasured.contest(line, infusions.resolve_overlaps(sheet, line, self.pumped))
            _code_line(sheet, line, around)

    def keep_certain(self, sheet: Worksheet, begun: int, members: tuple[Event, ...], sites: tuple[str, ...]) -> None:
        """Of the lines from `begun` on, leave what every way gives in which the untold may have been."""
        certain = untold.services(sheet.drafts[begun:])
        for way in untold.ways(members, sites):
            apart = untold.apart_from(sheet, begun)
            self.code(apart, way)
            certain &= untold.services_of_way(apart, begun)
        untold.keep(sheet, begun, certain, members, sites)


def _code_line(
    sheet: Worksheet,
    line: Line,
    around: tuple[tuple[Event, ...], tuple[Event, ...], tuple[Span, ...]],
) -> None:
    """Choose the initial among what can be coded here, then report the rest as add-ons (decision 1)."""
    wet = hydration.measure(sheet, tuple(line.fluids), *around)
    initial = _initial(sheet, line, wet)
    if rivals := strangers.outranking(line, initial):
        strangers.withhold(sheet, line, wet, initial, rivals)
        return
    infusions.report(sheet, line, initial)
    pushes.report(sheet, line, initial)
    hydration.report(sheet, line, wet, initial)
    infusions.block_untimed(sheet, line, initial)


def _initial(sheet: Worksheet, line: Line, wet: hydration.Wet) -> str | None:
    """Which service takes the initial code: "hydration", the key of an infusion or push, or None.

    Facility: the highest rank whatever the clock order. Physician: the main reason for the visit, where the others
    can then be legal add-ons of it (HIER-OFF).
    """
    ranked = [i for i in line.infusions if i.codable]
    pushed = [p for p in line.pushes if p.codable]
    chemo = [*(i.role for i in ranked if i.family == "chemotherapy"), *(p.role for p in pushed if p.chemo)]
    if chemo:
        return chemo[0]
    reason = sheet.context.encounter.encounter.primary_reason.get()
    if not sheet.context.facility and reason == "hydration" and wet.reportable:
        return "hydration"
    therapeutic = [*(i.role for i in ranked), *(p.role for p in pushed)]
    if therapeutic:
        return therapeutic[0]
    return "hydration" if wet.reportable else None


def _visits(sheet: Worksheet, events: tuple[Event, ...]) -> list[tuple[str | None, tuple[Event, ...]]]:
    """The events of each visit. Two visits count only when leaving and returning are documented (DOC-40)."""
    named = sorted({e.visit for e in events if e.visit is not None})
    if len(named) < 2:
        if sheet.context.switches.multi_day_initial == "per_calendar_day":
            return _days(sheet, events)
        return [(named[0] if named else None, events)] if events else []
    if not _left_and_returned(sheet, named):
        _note_second_visit(sheet, named, events)
        return [(named[0], events)]
    bounds = {visit.id: _first_told(sheet, visit) for visit in sheet.context.encounter.visits}
    begun = {name: [e.start for e in events if e.visit == name and e.start] for name in named}
    order = sorted(named, key=lambda name: (min(begun[name], default=bounds[name]), name))
    strays: dict[str, list[Event]] = {}
    for event in events:
        if event.visit is None:
            strays.setdefault(_visit_at(sheet, event, named) or order[0], []).append(event)
    return [(name, (*(e for e in events if e.visit == name), *strays.get(name, ()))) for name in order]


def _may_be_in(sheet: Worksheet, event: Event, visit: str | None, names: list[str]) -> bool:
    own = event.visit or (_visit_at(sheet, event, names) or names[0] if len(names) > 1 else None)
    named = sorted({name for name in (own, visit) if name is not None})
    return len(named) < 2 or not _left_and_returned(sheet, named)


def _visit_at(sheet: Worksheet, event: Event, named: list[str]) -> str | None:
    """The visit in which something of no named visit was given by its clock: the last that had begun by then."""
    at = event.start if event.start is not None else None if event.stop is None else event.stop - 1
    visits, zone = sheet.context.encounter.visits, sheet.context.encounter.encounter.timezone
    arrived = {v.id: clock for v in visits if v.id in named and (clock := v.arrived.get()) is not None}
    came = [(absolute(clock, sheet.context.on, zone), name) for name, clock in arrived.items()]
    return max([one for one in came if at is not None and one[0] <= at], default=(0, None))[1]


def _note_second_visit(sheet: Worksheet, named: list[str], events: tuple[Event, ...]) -> None:
    """Without words of leaving and returning the visits count as one; say what a second one would give."""
    sheet.gap("visit.second-encounter-evidence", subject="the second visit")
    for name in named[1:]:
        event = next((e for e in events if e.visit == name and e.family in FAMILIES), None)
        if event is not None:
            reason = "no words say that the patient left and came back"
            requirement = ("visit.second-encounter-evidence",)
            sheet.block(initial_code(event), 1, reason, requirement, (event,), rule="visit.second-encounter")


def _days(sheet: Worksheet, events: tuple[Event, ...]) -> list[tuple[str | None, tuple[Event, ...]]]:
    """Under C-3's alternative, services that begin after midnight may take an initial of their own."""
    by_day: dict[str, list[Event]] = {}
    for event in events:
        by_day.setdefault(sheet.day(event.start).isoformat(), []).append(event)
    return [(day, tuple(members)) for day, members in sorted(by_day.items())]


def _of_one_visit(sheet: Worksheet, events: tuple[Event, ...], pumped: Pumped) -> Pumped:
    """What pumps ran, without a visit where visits count as one: it then may stand beside anything (DOC-40).

    So may the lines of their starts and refills, which are on the sheet before any other that names a visit.
    """
    ran = (*pumped.prolonged, *pumped.unclear)
    if not ran and not sheet.drafts:
        return pumped
    visits = (*(e.visit for e in (*events, *ran)), *(draft.visit for draft in sheet.drafts))
    named = sorted({visit for visit in visits if visit is not None})
    if len(named) < 2 or _left_and_returned(sheet, named):
        return pumped
    sheet.drafts[:] = [replace(draft, visit=None) for draft in sheet.drafts]
    prolonged, unclear = ([e._replace(visit=None) for e in some] for some in (pumped.prolonged, pumped.unclear))
    return replace(pumped, prolonged=tuple(prolonged), unclear=tuple(unclear))


def _left_and_returned(sheet: Worksheet, named: list[str]) -> bool:
    visits = {v.id: v for v in sheet.context.encounter.visits}
    if any(name not in visits for name in named):
        return False
    if sheet.context.documented("second_visit_evidence"):
        return True
    in_turn = sorted((visits[name] for name in named), key=lambda v: (_first_told(sheet, v), v.id))
    return all(v.left.known for v in in_turn[:-1]) and all(v.arrived.known for v in in_turn[1:])


def _first_told(sheet: Worksheet, visit: Visit) -> int:
    """The earlier of its documented bounds, by which visits follow each other."""
    clocks = [clock for clock in (visit.arrived.get(), visit.left.get()) if clock is not None]
    zone = sheet.context.encounter.encounter.timezone
    return min((absolute(clock, sheet.context.on, zone) for clock in clocks), default=0)


def _lines(sheet: Worksheet, visit: str | None, events: tuple[Event, ...], later_visit: bool) -> list[Line]:
    """One line per access site that a documented reason allows; others fold into the main one (ROUTE-6, ROUTE-7)."""
    sites = _sites(events)
    same_date = sheet.context.switches.multi_day_initial == "one_per_encounter"
    visit_modifiers = ("59",) if later_visit and same_date else ()
    if len(sites) < 2:
        return [_fill(sheet, Line(visit, sites[0] if sites else None, later_visit, visit_modifiers), events)]
    if not sheet.context.documented("second_site_reason"):
        line = _fill(sheet, Line(visit, None, later_visit, visit_modifiers), events)
        _note_second_site(sheet, events)
        return [line]
    if untold.too_many(events, _all_sites(sheet, events)):
        return [_fill(sheet, Line(visit, None, later_visit, visit_modifiers), events)]
    filled = _fill_sites(sheet, visit, sites, events)
    main = filled[0]
    main.second, main.modifiers = later_visit, visit_modifiers
    for line in filled[1:]:
        line.second, line.modifiers = True, ("59",)
    return filled


def _sites(events: tuple[Event, ...]) -> list[str]:
    return sorted({e.site for e in events if e.site and e.route and e.family in AT_A_SITE})


def _all_sites(sheet: Worksheet, events: tuple[Event, ...]) -> tuple[str, ...]:
    """Where there is a reason for a second one, a line into which nothing is told to have gone may have been it."""
    lines = (s.id for s in sheet.context.encounter.access_sites if s.kind.get() in hydration.VENOUS)
    return tuple(sorted({*_sites(events), *lines}))


def _sites_apart(sheet: Worksheet, events: tuple[Event, ...]) -> tuple[str, ...]:
    """The access sites that count apart; () where there is one, no reason for more, or too much that names none."""
    if not sheet.context.documented("second_site_reason"):
        return ()
    sites = _all_sites(sheet, events)
    return sites if len(sites) > 1 and not untold.too_many(events, sites) else ()


def _fill_sites(sheet: Worksheet, visit: str | None, sites: list[str], events: tuple[Event, ...]) -> list[Line]:
    """One line per site, the main one first; what has no documented site goes where its drug is, else to that."""
    at = {site: [e for e in events if e.site == site] for site in sites}
    ranked = sorted((_fill(sheet, Line(visit, site, False), tuple(at[site])) for site in sites), key=_line_rank)
    order = [str(line.site) for line in ranked]
    strays = [e for e in events if e.site not in at]
    for event in strays:
        home = next((s for s in order if any(e.ingredient == event.ingredient for e in at[s])), order[0])
        at[home].append(event)
    filled = [_fill(sheet, Line(visit, site, False), tuple(at[site])) for site in order] if strays else ranked
    for line in filled:
        elsewhere = (e for other in filled if other is not line for e in other.rivals)
        line.rivals += [e for e in elsewhere if e in strays and e.site is None]
    return filled


def _fill(sheet: Worksheet, line: Line, events: tuple[Event, ...]) -> Line:
    line.infusions = infusions.gather(sheet, events)
    line.pushes = pushes.gather(events, line.infusions)
    line.fluids = [e for e in events if e.family == "hydration" and e.route is not None]
    open_ended = [e for e in events if e.family != "hydration" and e.mode != "push"]
    line.unresolved = [e for e in open_ended if not e.timed or "unknown" in (e.family, e.mode) or _partly_known(e)]
    line.rivals = [e for e in line.unresolved if e.family in ("chemotherapy", "unknown")]
    return line


def _partly_known(event: Event) -> bool:
    """Whether a pause of unknown length leaves open which minutes it ran in."""
    return bool(event.segments) and event.extent != event.segments


def _line_rank(line: Line) -> tuple[int, int, str]:
    ranks = [0 if i.family == "chemotherapy" else 2 for i in line.infusions]
    ranks += [1 if p.chemo else 3 for p in line.pushes]
    longest = max((i.minutes for i in line.infusions), default=0)
    return min(ranks, default=9), -longest, line.site or ""


def _note_second_site(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    """Ask for the reason only where two sites really carried drugs; the code is lowered, not lost (DOC-39)."""
    by_site: dict[str, list[Event]] = {}
    for event in events:
        if event.site is not None and event.family in FAMILIES:
            by_site.setdefault(event.site, []).append(event)
    ordered = sorted(
        by_site.values(), key=lambda group: (min(e.family for e in group), group[0].start or 0, group[0].id)
    )
    for group in ordered[1:]:
        event = group[0]
        wanted = initial_code(event)
        sheet.gap(
            "access.second-site-reason",
            event,
            (wanted,),
            sheet.context.encounter.documented("second_site_reason"),
        )
        sheet.block(
            wanted,
            1,
            f"no documented reason why {event.name} needed a second access site",
            ("access.second-site-reason",),
            (event,),
            rule="access.second-initial",
        )


def initial_code(event: Event) -> str:
    """The initial code an event would take on an access site of its own."""
    if event.family == "chemotherapy":
        return "96409" if event.mode == "push" else "96413"
    return "96374" if event.mode == "push" else "96365"
