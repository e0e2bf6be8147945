"""Every timeline of an encounter with open times, tried one minute at a time. Slow, obvious, and independent.

It knows the facts JSON, the public `validate`, and nothing of the validator's own notion of a timeline.
Scope: generated encounters (`gapped`) by vein, with clock times missing from bags, or told in two ways.

What `validate` answers when the times are documented is the full answer of a timeline. What may be called certain in it
is what the documented administrations earn beside the unknown one (it ran, but its route is taken from it, so that it
has no line), or what is reported today, as far as the full answer holds it too, an initial counting as an add-on of
its family (HIER-FAC).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from typing import Any

from generate import DAY, encounter

from validator import validate
from validator.facts import Encounter
from validator.loading import default_rulebook

FAMILY = {"96413": "96417", "96409": "96411", "96365": "96367", "96374": "96375", "96360": "96361"}
"""Initial code, and what the same service is when another is the initial."""

Open = tuple[str, str]
"""Id of an administration, and which of its times is open."""
Timeline = dict[Open, int]
Count = Callable[[dict[str, Any]], Counter[str]]


def minute(clock: str) -> int:
    """Minutes from the start of the date of service."""
    day, _, time = clock.rpartition("T")
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes) + (1440 if day > DAY else 0)


def clock(value: int) -> str:
    return f"2026-03-{14 + value // 1440}T{value % 1440 // 60:02}:{value % 60:02}"


def open_times(facts: dict[str, Any]) -> list[Open]:
    """The missing or contradictory times of bags by vein that were given."""
    joined = {other for a in facts["administrations"] for other in a.get("mixed_with", ())}
    found = []
    for a in facts["administrations"]:
        bag = a.get("technique", "infusion") == "infusion" and a.get("route") == "intravenous"
        skipped = a["id"] in joined or a.get("status") == "held" or a.get("purpose") in ("keep_open", "flush")
        if bag and not skipped:
            found += [(a["id"], name) for name in ("start", "stop") if not isinstance(a.get(name), str)]
    return found


def stay(facts: dict[str, Any], identity: str) -> tuple[int, int]:
    """First and last minute of the visit, else of the documented days."""
    times = [minute(a[n]) for a in facts["administrations"] for n in ("start", "stop") if isinstance(a.get(n), str)]
    for a in facts["administrations"]:
        for name in ("start", "stop"):
            if isinstance(a.get(name), dict):
                times += [minute(r) for r in a[name]["readings"]]
    low, high = 0, 2880 if any(t > 1440 for t in times) else 1440
    visits = facts["visits"]
    own = next(a.get("visit") for a in facts["administrations"] if a["id"] == identity)
    for visit in visits:
        if visit["id"] == own or (own is None and len(visits) == 1):
            low = minute(visit["arrived"]) if "arrived" in visit else low
            high = minute(visit["left"]) if "left" in visit else high
    return low, high


def minutes_of(facts: dict[str, Any], one: Open, step: int) -> list[int]:
    """Every `step`-th minute that one open time may be, by itself; all of them where the ways to tell it are few."""
    given = next(a for a in facts["administrations"] if a["id"] == one[0])
    told = given.get(one[1])
    if isinstance(told, dict):
        return [minute(reading) for reading in told["readings"]]
    low, high = stay(facts, one[0])
    start, stop = given.get("start"), given.get("stop")
    if one[1] == "stop":
        low = minute(start) + 1 if isinstance(start, str) else low + 1
    else:
        high = minute(stop) - 1 if isinstance(stop, str) else high - 1
    if low > high:  # outside the stay: only what is nearest to it is left
        low = high = low if one[1] == "stop" else high
    edges = {low, high}
    for a in facts["administrations"]:
        known = [minute(a[n]) for n in ("start", "stop") if isinstance(a.get(n), str)]
        edges |= {t + shift for t in known for shift in (-31, -30, -16, -15, -1, 0, 1, 15, 16, 30, 31, 90, 91)}
    every = set(range(low, high + 1, step)) | edges
    return sorted(m for m in every if low <= m <= high)


def outside(facts: dict[str, Any], given: dict[str, Any]) -> bool:
    """Whether a documented time contradicts the documented stay."""
    low, high = stay(facts, given["id"])
    told = [given.get(name) for name in ("start", "stop")]
    times = [c for one in told for c in (one["readings"] if isinstance(one, dict) else [one] if one else [])]
    return any(not low <= minute(c) <= high for c in times)


def timelines(facts: dict[str, Any], step: int = 1) -> Iterator[Timeline]:
    """Every way to fill the open times in which each stop follows its start."""
    open_ = open_times(facts)
    for chosen in product(*(minutes_of(facts, one, step) for one in open_)):
        line = dict(zip(open_, chosen, strict=True))
        if all(line[i, "start"] < line[i, "stop"] for i, n in open_ if n == "start" and (i, "stop") in line):
            yield line


def written(facts: dict[str, Any], line: Timeline, unplaced: bool = False) -> dict[str, Any]:
    """The facts with a timeline documented; `unplaced` takes the route of what was not timed, so it has no line."""
    said: dict[str, Any] = json.loads(json.dumps(facts))  # a quarter of the time of `deepcopy`
    bags = {a["id"]: a for a in said["administrations"]}
    for (identity, name), value in line.items():
        for a in (bags[identity], *(bags[other] for other in bags[identity].get("mixed_with", ()))):
            contradicted = isinstance(a.get(name), dict)
            a[name] = clock(value)
            if unplaced and not contradicted:
                a.pop("route", None)
    return said


def units(facts: dict[str, Any]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in validate(Encounter.model_validate(facts), default_rulebook()).codes:
        if one.kind != "drug":
            found[one.code] += one.units
    return found


def held(wanted: Counter[str], full: Counter[str]) -> Counter[str]:
    """As much of some units as the full answer gives, each initial also as an add-on of its family."""
    kept = Counter({code: min(count, full[code]) for code, count in wanted.items()})
    for initial, add_on in FAMILY.items():
        if wanted[initial]:
            kept[initial] = min(wanted[initial], full[initial] + full[add_on] - kept[add_on])
    return +kept


def gapped(seed: int, count: int) -> dict[str, Any] | None:
    """Generated facts with `count` open times of bags by vein within a documented stay; None where that is not had."""
    random = Random(seed)
    facts = encounter(seed)
    bags = [a for a in facts["administrations"] if a.get("technique") == "infusion" and a.get("status") != "held"]
    bags = [a for a in bags if a["route"] == "intravenous" and a.get("purpose") != "keep_open"]
    random.shuffle(bags)
    for a in bags:
        names = [name for name in ("start", "stop") if isinstance(a.get(name), str)]
        if len(open_times(facts)) >= count or not names or a.get("mixed_with") or a.get("interruptions"):
            continue
        for name in names if random.random() < 0.2 else names[-1:] if random.random() < 0.7 else names[:1]:
            if len(open_times(facts)) < count:
                lost = a.pop(name)
                if random.random() < 0.2:
                    other = minute(lost) + random.choice((10, 20, 45, 61, 90)) * (1 if name == "stop" else -1)
                    readings = [lost, clock(other)]
                    a[name] = {"standing": "conflicting", "readings": readings}
    if len(open_times(facts)) != count or any(outside(facts, a) for a in facts["administrations"]):
        return None
    if not facts["visits"]:
        times = [minute(a[n]) for a in facts["administrations"] for n in ("start", "stop") if isinstance(a.get(n), str)]
        if times:
            arrived, left = max(0, min(times) - random.choice((5, 20, 40))), max(times) + random.choice((5, 30, 100))
            facts["visits"] = [{"id": "v1", "arrived": clock(arrived), "left": clock(left)}]
    return facts


def least(codes: Counter[str], lines: list[tuple[Counter[str], Counter[str]]]) -> Counter[str]:
    """Units certain in all of several timelines, each given as its full answer and what is earned beside the unknown.

    In each timeline: what is earned or reported, as far as the full answer has it. A service that is an initial here
    and an add-on there counts as the one service it is, and as the initial where that is reported.
    """
    found: Counter[str] = Counter()
    add_ons = {add_on: initial for initial, add_on in FAMILY.items()}
    for code in {c for full, earned in lines for c in (*full, *earned)} | set(codes):
        if code in FAMILY or code in add_ons:
            continue
        found[code] = min(min(max(earned[code], codes[code]), full[code]) for full, earned in lines)
    for initial, add_on in FAMILY.items():
        both = []
        for full, earned in lines:
            wanted = max(earned[initial] + earned[add_on], codes[initial] + codes[add_on])
            both.append(min(wanted, full[initial] + full[add_on]))
        always = min(min(earned[initial], full[initial]) for full, earned in lines)
        found[initial] = min(min(both), codes[initial] or always)
        found[add_on] = min(min(both) - found[initial], min(full[add_on] for full, _ in lines))
    return +found


def answers(facts: dict[str, Any], step: int, count: Count = units) -> tuple[Counter[str], Counter[str]]:
    """Certain and possible units of each code, by trying the timelines one by one. `count` counts one encounter."""
    codes = count(facts)
    lines = [(count(written(facts, t)), count(written(facts, t, unplaced=True))) for t in timelines(facts, step)]
    most = least(codes, lines)
    for full, _ in lines:
        most |= full
    return least(codes, lines), most


def sampled(facts: dict[str, Any], random: Random, number: int) -> Iterator[Timeline]:
    """Some timelines at random."""
    open_ = open_times(facts)
    choices = [minutes_of(facts, one, 5) for one in open_]
    for _ in range(number):
        line = dict(zip(open_, (random.choice(c) for c in choices), strict=True))
        if all(line[i, "start"] < line[i, "stop"] for i, n in open_ if n == "start" and (i, "stop") in line):
            yield line


BAGS = ("carboplatin", "gemcitabine", "leucovorin", "ceftriaxone", "leucovorin", "carboplatin", "normal saline")
PUSHED = ("ondansetron", "leucovorin", "doxorubicin")


def close(seed: int) -> dict[str, Any]:
    """A short stay with two open times, in which every pair of minutes can be tried."""
    random = Random(seed)
    length = random.randrange(40, 131)
    given: list[dict[str, Any]] = []
    for number in range(random.choice((2, 2, 3, 3, 4))):
        begin = 540 + random.randrange(0, length - 20)
        end = min(540 + length - 1, begin + random.choice((10, 15, 16, 17, 20, 30, 31, 32, 45, 60, 91, 120)))
        item = {"id": f"a{number + 1}", "drug": random.choice(BAGS), "route": "intravenous", "technique": "infusion"}
        if item["drug"] == "normal saline":
            item["purpose"] = "hydration"
        if number > 1 and random.random() < 0.3:
            item |= {"drug": random.choice(PUSHED), "technique": "push"}
            item.pop("purpose", None)
        given.append({**item, "start": clock(begin), "stop": clock(end), "access_site": "s1", "visit": "v1"})
    bags = [a for a in given if a["technique"] == "infusion"]
    for a, name in random.sample([(a, name) for a in bags for name in ("start", "stop")], 2):
        del a[name]
    return {
        "encounter": {
            "date_of_service": DAY,
            "setting": random.choice(("facility", "physician")),
            "payer": "commercial",
            "primary_reason": random.choice(("chemotherapy", "hydration")),
        },
        "access_sites": [{"id": "s1", "kind": "implanted_port", "location": "right chest"}],
        "visits": [{"id": "v1", "arrived": clock(540), "left": clock(540 + length)}],
        "administrations": given,
    }
