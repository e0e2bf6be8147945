"""Every way to read facts that disagree, as worlds: a line stands only when all of them give it (decision 2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from reviewer.verify.derived.world import Withheld, World, told, withheld
from reviewer.verify.records import Plain, Records

PARTS = ("administrations", "access_sites", "pumps", "services", "visits")
MOST = 64
"""More combinations than this are not spelled out: the facts then count as unknown."""

Place = tuple[Any, ...]


def disagreements(facts: Plain) -> list[tuple[str, Plain, Place]]:
    """The facts that conflict, by their dotted paths, each with the keys that lead to it."""
    paths: list[tuple[str, Plain, Place]] = [
        (f"encounter.{name}", fact, ("encounter", name)) for name, fact in facts.get("encounter", {}).items()
    ]
    for part in PARTS:
        for number, entry in enumerate(facts.get(part, ())):
            for name, fact in entry.items():
                paths.append((f"{part}.{entry['id']}.{name}", fact, (part, number, name)))
            for index, pause in enumerate(entry.get("interruptions", ())):
                for name, fact in pause.items():
                    dotted = f"{part}.{entry['id']}.interruptions.{index}.{name}"
                    paths.append((dotted, fact, (part, number, "interruptions", index, name)))
    conflicting = [one for one in paths if isinstance(one[1], dict) and one[1].get("standing") == "conflicting"]
    return sorted(conflicting, key=lambda one: one[0].split("."))


def worlds(review: Plain, records: Records) -> list[World]:
    """The facts once for each combination of documented values, and once more where a clock changed (TIME-26)."""
    facts = review["facts"]
    found = [one for one in disagreements(facts) if one[1].get("readings")]
    choices = list(product(*(range(max(2, len(fact["readings"]))) for _, fact, _ in found)))
    if len(choices) > MOST:
        choices = [()]
    read = [_read(facts, found, choice) if choice else facts for choice in choices]
    judged = review["encounter"]
    uncertain = withheld(review)
    made = [_world(one, judged, records, uncertain) for one in read]
    for world in tuple(made):
        if world.zone is None and _clock_changed(world):
            info = {**world.facts.get("encounter", {}), "timezone": "America/New_York"}
            made.append(_world({**world.facts, "encounter": info}, judged, records, uncertain))
    return made


def _world(facts: Plain, judged: Plain, records: Records, uncertain: Withheld) -> World:
    info = facts.get("encounter", {})
    policy = records.policies[judged["policy"]]
    return World(
        facts=facts,
        records=records,
        on=date.fromisoformat(told(info, "date_of_service") or judged["date_of_service"]),
        setting=told(info, "setting") or judged["setting"],
        payer=told(info, "payer") or judged["payer"],
        policy=policy["id"],
        switches={**policy["switches"], **info.get("switches", {})},
        withheld=uncertain,
    )


def _read(facts: Plain, found: list[tuple[str, Plain, Place]], choice: tuple[int, ...]) -> Plain:
    for (_, fact, place), number in zip(found, choice, strict=True):
        values = fact["readings"] if len(fact["readings"]) > 1 else [None, *fact["readings"]]
        if values[number] is None:
            continue  # its one reading may be of something else
        standing = "grounded" if fact.get("evidence") else "entered"
        facts = _put(facts, place, {**fact, "value": values[number], "standing": standing})
    return facts


def _put(node: Any, place: Place, value: Plain) -> Any:
    if not place:
        return value
    key, *rest = place
    if isinstance(node, list):
        return [_put(one, tuple(rest), value) if number == key else one for number, one in enumerate(node)]
    return {**node, key: _put(node[key], tuple(rest), value)}


def _clock_changed(world: World) -> bool:
    """Whether a US change of daylight-saving time falls into something given with both times."""
    for one in world.part("administrations"):
        start, stop = world.minute(told(one, "start")), world.minute(told(one, "stop"))
        if start is not None and stop is not None:
            for number in range(start // 1440, stop // 1440 + 1):
                if start < number * 1440 + 120 <= stop and _changes(world.on + timedelta(days=number)):
                    return True
    return False


def _changes(day: date) -> bool:
    """The second Sunday of March and the first of November."""
    if day.isoweekday() != 7:
        return False
    return (day.month == 3 and 8 <= day.day <= 14) or (day.month == 11 and day.day <= 7)


def believed_at(facts: Plain, path: str) -> Iterator[Plain]:
    """The fact at a dotted path, once when it is there. An id may hold dots itself: the longest that fits counts."""
    part, _, rest = path.partition(".")
    node: Any = facts.get(part)
    if isinstance(node, list):
        named = [entry for entry in node if rest.startswith(f"{entry['id']}.")]
        node = max(named, key=lambda entry: len(entry["id"]), default=None)
        rest = rest[len(node["id"]) + 1 :] if node else ""
    for name in rest.split("."):
        node = node.get(name) if isinstance(node, dict) else None
    if isinstance(node, dict) and "standing" in node:
        yield node
