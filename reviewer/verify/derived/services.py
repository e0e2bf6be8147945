"""One service as the checker derives it, and the arithmetic of hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from reviewer.verify.derived.world import Bag, World

TIMES = ("drug", "route", "technique", "start", "stop")


class Why(NamedTuple):
    """A rule that a service rests on, the numbers it looked at, and the paths of the facts behind it."""

    rule: str
    inputs: dict[str, Any]
    paths: tuple[str, ...] = ()


def paths(bags: Iterable[Bag], names: Iterable[str] = TIMES) -> tuple[str, ...]:
    """The paths of facts of every drug of the bags."""
    names = tuple(names)
    return tuple(f"administrations.{one}.{name}" for bag in bags for one in bag.ids for name in names)


class Service(NamedTuple):
    """A code with its units on one day, what it was given from, and why."""

    code: str
    units: int
    day: str
    modifiers: tuple[str, ...]
    kind: str
    ids: tuple[str, ...]
    services: tuple[str, ...] = ()
    visit: str | None = None
    group: str = ""
    flags: tuple[str, ...] = ()
    why: tuple[Why, ...] = ()


def line(
    world: World,
    code: str,
    bags: Iterable[Bag],
    units: int = 1,
    modifiers: tuple[str, ...] = (),
    services: tuple[str, ...] = (),
    kind: str = "administration",
    visit: str | None = None,
    day: str | None = None,
    why: tuple[Why, ...] = (),
) -> Service:
    """A service dated by the first of its bags."""
    bags = list(bags)
    when = day or world.day(bags[0].start if bags else None)
    ids = tuple(dict.fromkeys(name for bag in bags for name in bag.ids))
    return Service(code, units, when, modifiers, kind, ids, services, visit, why=why)


def done(world: World, kind: str) -> tuple[str, ...]:
    """The services of a kind."""
    return tuple(one["id"] for one in world.part("services") if one["kind"] == kind)


def further(minutes: int, switches: Mapping[str, Any]) -> int:
    """Further hours after the first, counted one at a time: each needs more than 30 minutes of it (TIME-4, C-6)."""
    needed = 31 if switches["addl_hour_threshold"] == "gt30" else 30
    hours, left = 0, minutes - 60
    while left >= needed:
        hours, left = hours + 1, left - 60
    return hours


def dated_hours(world: World, minutes: list[int], hours: int, first: int) -> Iterable[tuple[str, int]]:
    """The hours by the local day on which each began (TIME-24)."""
    days: dict[str, int] = {}
    for number in range(first, first + hours):
        at = 60 * number
        began = minutes[at] if at < len(minutes) else (minutes[-1] + 1 if minutes else None)
        day = world.day(began)
        days[day] = days.get(day, 0) + 1
    return days.items()
