"""The most units of each time-bound code that any timeline could give: counted generously, so never too few.

Used where there are too many timelines to try. Minutes are the longest that the record leaves room for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from validator.events import PUSH_TECHNIQUES, Event

CHEMOTHERAPY = ("96413", "96415", "96417", "96409", "96411")
THERAPY = ("96365", "96366", "96367", "96368", "96374", "96375", "96376")
HYDRATION = ("96360", "96361")
ARTERIAL = ("96420", "96422", "96423")
UNDER_SKIN = ("96369", "96370", "96371", "96372", "96401", "96402")
STARTS = ("96416", "96425", "G0498", "C8957")
GROUPS = (CHEMOTHERAPY, THERAPY, HYDRATION, ARTERIAL, UNDER_SKIN, STARTS)
"""Codes among which a time decides: first and further hours, add-ons and pushes of one family and route."""


def ceiling(events: tuple[Event, ...], longest: Mapping[str, int]) -> Counter[str]:
    """Units of each code that no timeline exceeds; `longest` is the most minutes of each event with an open time."""
    most: Counter[str] = Counter()
    places = max(1, len({e.visit for e in events})) * max(1, len({e.site for e in events}))
    by_vein = [e for e in events if e.route == "intravenous"]
    running = sum(_may_be_infused(e, longest) for e in by_vein) + sum(e.mode == "pump" for e in events)
    _hourly(most, [e for e in by_vein if e.family == "chemotherapy"], CHEMOTHERAPY[:3], longest, places)
    _hourly(most, [e for e in by_vein if e.family == "therapeutic"], THERAPY[:3], longest, places)
    pushed = [e for e in by_vein if e.family == "chemotherapy" and _may_be_pushed(e, longest)]
    most += _counted(pushed, {"96409": places, "96411": len(pushed)})
    pushed = [e for e in by_vein if e.family == "therapeutic" and _may_be_pushed(e, longest)]
    most += _counted(pushed, {"96374": places, "96375": len(pushed), "96376": len(pushed)})
    if running > 1 and any(e.family == "therapeutic" and _may_be_infused(e, longest) for e in by_vein):
        most["96368"] = places
    _fluids(most, by_vein, longest, places)
    _elsewhere(most, events, longest)
    pumps = sum(e.mode == "pump" or any(m.pump.known for m in e.members) for e in events)
    most += Counter(dict.fromkeys((*STARTS, "96521", "96522"), pumps))
    return most


def _minutes(event: Event, longest: Mapping[str, int]) -> int:
    return max(longest.get(event.id, 0), event.minutes or 0)


def _may_be_infused(event: Event, longest: Mapping[str, int]) -> bool:
    """Whether it runs, or could run, longer than a push; one hung as an infusion may join another bag of its drug."""
    return event.id in longest or event.mode == "infusion" or event.facts.technique.get() == "infusion"


def _may_be_pushed(event: Event, longest: Mapping[str, int]) -> bool:
    return event.id in longest or event.mode == "push" or event.facts.technique.get() in PUSH_TECHNIQUES


def _counted(events: list[Event], most: Mapping[str, int]) -> Counter[str]:
    return Counter({code: min(count, len(events)) for code, count in most.items()})


def _hours(minutes: Iterable[int]) -> int:
    """Further hours if all minutes were one infusion's and its first hour ended after thirty (C-6)."""
    return max(0, (sum(minutes) - 30) // 60)


def _hourly(
    most: Counter[str], events: list[Event], codes: tuple[str, str, str], longest: Mapping[str, int], places: int
) -> None:
    first, hour, sequential = codes
    infused = [e for e in events if _may_be_infused(e, longest)]
    by_drug: dict[str, list[int]] = {}
    for event in infused:
        by_drug.setdefault(event.ingredient or event.id, []).append(_minutes(event, longest))
    most[first] = min(places, len(infused))
    most[sequential] = max(0, len(infused) - (1 if places == 1 and first == "96413" else 0))
    most[hour] = sum(_hours(minutes) for minutes in by_drug.values())


def _fluids(most: Counter[str], events: list[Event], longest: Mapping[str, int], places: int) -> None:
    fluids = [e for e in events if e.family == "hydration"]
    minutes = sum(_minutes(e, longest) for e in fluids)
    if minutes > 30:
        most["96360"] = min(places, len(fluids))
        most["96361"] = (minutes + 29 * max(places, len(fluids))) // 60


def _elsewhere(most: Counter[str], events: tuple[Event, ...], longest: Mapping[str, int]) -> None:
    """By artery and under the skin."""
    by_artery = [e for e in events if e.route == "intra_arterial"]
    under_skin = [e for e in events if e.route == "subcutaneous"]
    arterial = [e for e in by_artery if e.family != "therapeutic"]
    most["96420"] = len(arterial)
    if any(_may_be_infused(e, longest) for e in arterial):
        most["96422"], most["96423"] = 1, _hours(_minutes(e, longest) for e in arterial)
    most["96373"] = len(by_artery)
    slow = [e for e in under_skin if e.mode in ("infusion", "pump") or e.id in longest]
    if slow:
        most["96369"], most["96370"], most["96371"] = 1, _hours(_minutes(e, longest) for e in slow), 1
    for code in ("96372", "96401", "96402"):
        most[code] = len(under_skin) + sum(e.route == "intramuscular" for e in events)
