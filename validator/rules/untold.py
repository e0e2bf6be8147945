"""A name, route or line that is not told: what stands is what each gives that it may have been (decision 1).

A drug without a route may have run by vein or elsewhere; one that names none of the lines that count apart may have run
through any of them; an infusion without a name may have been another bag of any drug that was infused. Each such way is
coded by the same rules, and of every service only as many units are kept as all ways give. Decision 20 of
`docs/decisions` gives the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from validator import edits
from validator.events import PUSH_TECHNIQUES, Event
from validator.rules.hydration import FLUID_PURPOSES
from validator.worksheet import Blocked, Draft, QuietSheet, Worksheet, ids_of

RULE = "hierarchy.every-way"
MOST_WAYS = 64
"""More ways than this are not tried: lines then count as one, and all drugs without a route went the same way."""
_FAMILIES = ("chemotherapy", "therapeutic")
_SERVICE = {"96417": "96413", "96411": "96409", "96367": "96365", "96375": "96374", "96361": "96360"}
"""Each add-on, and what the same service is as the initial one."""
_HOUR = {"96413": "96415", "96417": "96415", "96365": "96366", "96367": "96366"}

Way = tuple[Event, ...]


def nothing_open(events: Sequence[Event], sites: Sequence[str]) -> bool:
    """Whether every drug tells its name, its route and, where `sites` count apart, its line."""
    return not [e for e in events if _is_open(e, sites)]


def too_many(events: Sequence[Event], sites: Sequence[str]) -> bool:
    """Whether there are more ways than are tried."""
    return prod(len(choice) for choice in _choices(events, sites)) > MOST_WAYS


def ways(events: Sequence[Event], sites: Sequence[str]) -> Iterator[Way]:
    """What was given by vein in one visit, once for each way in which the untold may have been."""
    choices = _choices(events, sites)
    if prod(len(choice) for choice in choices) > MOST_WAYS:
        choices = [(tuple(e for choice in choices for e in choice[0]), tuple(e for c in choices for e in c[-1]))]
    for chosen in product(*choices):
        yield tuple(event for some in chosen for event in some)


def _choices(events: Sequence[Event], sites: Sequence[str]) -> list[tuple[Way, ...]]:
    """For each of them what it may have been by vein, and () for none of it; syringes without a route go together."""
    pushed = tuple(e._replace(route="intravenous") for e in events if _no_route(e) and _by_syringe(e))
    found: list[tuple[Way, ...]] = [(pushed, ())] if pushed else []
    infused = {(e.ingredient, e.family) for e in events if e.family in _FAMILIES and not _by_syringe(e)}
    drugs = sorted((drug, family) for drug, family in infused if drug is not None)
    for event in events:
        if _no_route(event) and _by_syringe(event):
            continue
        what = [event]
        if _no_name(event):
            short = event.mode == "push"
            what = [event] if not short else []
            what += [event._replace(ingredient=d, family=f, route="intravenous") for d, f in drugs]
        elif _no_route(event):
            what = [event._replace(route="intravenous")]
        places = sites if _no_line(event, sites) else (event.site,)
        some: list[Way] = [(one._replace(site=site),) for one in what for site in places]
        stays = event.mode != "push" if _no_name(event) else not _no_route(event)
        found.append(tuple(some) if stays else (*some, ()))
    return found


def _is_open(event: Event, sites: Sequence[str]) -> bool:
    return _no_route(event) or _no_name(event) or _no_line(event, sites)


def may_count(event: Event) -> bool:
    """Whether it may be more than it seems, once its route or its name is told."""
    return _no_route(event) or _no_name(event)


def _no_route(event: Event) -> bool:
    """Whether it may have gone elsewhere than into a vein; a drug of unknown class waits for its name in any case."""
    return event.route is None and event.family in _FAMILIES


def _no_name(event: Event) -> bool:
    """Whether an infusion may be of any drug; what it was for may tell that it was fluid."""
    if event.ingredient is not None or len(event.members) > 1 or event.route not in ("intravenous", None):
        return False
    fluid = event.facts.purpose.get() in FLUID_PURPOSES
    return not fluid and event.mode in ("infusion", "push", "unknown") and not _by_syringe(event)


def _no_line(event: Event, sites: Sequence[str]) -> bool:
    return len(sites) > 1 and event.site is None


def _by_syringe(event: Event) -> bool:
    return event.mode == "push" and event.facts.technique.get() in PUSH_TECHNIQUES


def apart_from(sheet: Worksheet, begun: int) -> QuietSheet:
    """A sheet to work one way out on, with the lines that stand before those of this visit."""
    return QuietSheet(sheet.context, drafts=sheet.drafts[:begun], events=sheet.events)


def services(drafts: Iterable[Draft]) -> Counter[str]:
    """Units of each service, an initial and its family's add-on counted as one."""
    units: Counter[str] = Counter()
    for draft in drafts:
        units[_SERVICE.get(draft.code, draft.code)] += draft.units
    return units


def services_of_way(apart: QuietSheet, begun: int) -> Counter[str]:
    """The same of one way's lines from `begun` on, but what has lost the code that it is an add-on of."""
    before = services(apart.drafts[:begun])
    edits.drop_orphans(apart, apart.context.edits)
    return services(apart.drafts) - before


def keep(sheet: Worksheet, begun: int, certain: Counter[str], events: Sequence[Event], sites: Sequence[str]) -> None:
    """Take off what the lines from `begun` on have above the certain services, and ask for what is not told."""
    mine = sheet.drafts[begun:]
    over = services(mine) - certain
    if not over:
        return
    open_ = [e for e in events if _is_open(e, sites)]
    taken = _taken(mine, over, ids_of(open_))
    sheet.drafts[begun:] = [
        replace(d, units=d.units - taken[n]) if taken[n] else d for n, d in enumerate(mine) if taken[n] < d.units
    ]
    lost: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for number, draft in enumerate(mine):
        lost[draft.code, draft.administrations] += taken[number]
    requirements = _ask(sheet, open_, sites, tuple(dict.fromkeys(code for code, _ in +lost)))
    names = ", ".join(sorted({e.name for e in open_}))
    reason = f"whether this stands depends on the name, route or line of {names}, which is not told"
    for (code, ids), units in (+lost).items():
        sheet.blocked.append(Blocked(code, units, ids, (), reason, requirements, RULE, ids_of(open_)))


def _taken(mine: Sequence[Draft], over: Counter[str], open_: tuple[str, ...]) -> dict[int, int]:
    """How many units each line loses: add-ons first, what rests on the untold first, the last first.

    Further hours follow the first hour of their drug, and what hangs on an initial goes with it.
    """
    taken = dict.fromkeys(range(len(mine)), 0)
    lost: set[tuple[str, tuple[str, ...]]] = set()

    def place(number: int) -> tuple[bool, bool, bool, int]:
        draft = mine[number]
        initial, rests = draft.code in _SERVICE.values(), bool(set(open_) & set(draft.administrations))
        return initial, (draft.code, draft.administrations) not in lost, not rests, -number

    for hours in (False, True):
        for number in sorted([n for n in taken if (mine[n].code in _HOUR.values()) is hours], key=place):
            draft = mine[number]
            service = _SERVICE.get(draft.code, draft.code)
            taken[number] = min(over[service], draft.units)
            over[service] -= taken[number]
            if taken[number] and draft.code in _HOUR:
                lost.add((_HOUR[draft.code], draft.administrations))
    led = {d.group for n, d in enumerate(mine) if d.code in _SERVICE.values() and not taken[n]}
    unled = {d.group for d in mine if d.code in _SERVICE.values()} - led
    return {n: mine[n].units if mine[n].group in unled else units for n, units in taken.items()}


def _ask(sheet: Worksheet, open_: Sequence[Event], sites: Sequence[str], codes: tuple[str, ...]) -> tuple[str, ...]:
    """Ask for each line that is not told; the requirements of all that is not. The others are asked for before."""
    wanted: dict[str, None] = {}
    for event in open_:
        if _no_route(event):
            asked = (g.requirement for g in sheet.gaps if g.administration == event.id)
            wanted.update(dict.fromkeys(name for name in asked if name.startswith("route.")))
        if _no_name(event):
            wanted["drug.named"] = None
        if _no_line(event, sites):
            sheet.gap("access.line", event, codes, event.facts.access_site)
            wanted["access.line"] = None
    return tuple(wanted)
