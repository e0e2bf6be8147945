"""The missing elements of a review: worded as their records say, and exactly those that the claim lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from reviewer.verify.derived.lines import HELD, expected
from reviewer.verify.derived.world import BELIEVED, World
from reviewer.verify.documents import SUBJECTS, Documents, Lack
from reviewer.verify.problems import Problem
from reviewer.verify.records import Plain

TIERS = ("code", "payment", "safety")
FIXED_NAMES = (
    *("the drug", "the pump", "the pump refill", "the line clearance", "the visit"),
    *("the second visit", "the infusion", "the encounter", "an unnamed drug", "scalp cooling"),
)
COPIED = ("element", "tier", "effect", "fixable_by")
OWN_FACT = {
    "drug.named": "drug",
    "drug.dose-for-units": "dose",
    "drug.product": "product",
    "route.stated": "route",
    "route.arterial-wording": "route",
    "infusion.start-time": "start",
    "infusion.stop-time": "stop",
    "hydration.start-time": "start",
    "hydration.stop-time": "stop",
    "hydration.purpose": "purpose",
    "presence.long-push": "presence",
    "lesions.count": "lesions",
    "waste.amount": "discarded",
    "waste.container": "container",
}
"""The fact of the drug itself that meets a requirement which a coding rule raises."""


def check(review: Plain, worlds: list[World]) -> Iterator[Problem]:
    """Fields, names, order and ids of every entry, and that those which no coding rule raises are complete."""
    world = worlds[0]
    yield from _order(review, world)
    for place, entry in enumerate(review["missing"]):
        at = f"missing[{place}]"
        record = world.records.requirements.get(entry["requirement"])
        if record is None:
            yield Problem(f"{at}.requirement", "is no requirement of the rulebook")
            continue
        yield from _worded(at, entry, record, world)
        yield from _subject(at, entry, record, review)
    yield from _complete(review, worlds)


def _worded(at: str, entry: Plain, record: Plain, world: World) -> Iterator[Problem]:
    """What the record says, letter for letter."""
    for name in COPIED:
        if entry[name] != record[name]:
            yield Problem(f"{at}.{name}", "is not what the requirement's record says")
    if entry["curable"] != record.get("curable"):
        yield Problem(f"{at}.curable", "is not what the requirement's record says")
    if entry["citations"] != record["cite"]:
        yield Problem(f"{at}.citations", "are not those of the requirement's record")
    if not world.records.in_force(record, world.on) and record["tier"] != "code":
        yield Problem(at, "is not asked for on the date of service")
    if sorted(set(entry["affects"])) != entry["affects"]:
        yield Problem(f"{at}.affects", "is not in order, or names a code twice")
    near = [(span["note_id"], span["start"], span["end"]) for span in entry["near"]]
    if near != sorted(set(near)):
        yield Problem(f"{at}.near", "is not in order, or names one place twice")
    if _asked(entry, record, world) is None:
        yield Problem(f"{at}.question", "is not the question of the requirement's record")


def _asked(entry: Plain, record: Plain, world: World) -> str | None:
    """What the question calls its subject ("" when it calls it nothing); None when it is another question."""
    template = record["question"]
    if entry["standing"] == "conflicting":
        template = "The records differ here. " + template
    pattern = re.escape(template).replace(re.escape("the {drug}"), "the (.+?)").replace(re.escape("{drug}"), "(.+?)")
    found = re.fullmatch(pattern, entry["question"], re.S)
    if found is None:
        return None
    said = set(found.groups())
    if not said:
        return ""
    ones = {one["id"]: one for one in world.part("administrations")}
    drugs = {one.get("drug", {}).get("value") or "" for one in ones.values()} - {""}
    names = {*drugs, *FIXED_NAMES, *(name.removeprefix("the ") for name in FIXED_NAMES)}
    names |= {bag.name for bag in world.bags}
    names |= {service["kind"].replace("_", " ") for service in world.part("services")}
    if entry["administration"] is not None:
        mine = ones.get(entry["administration"], {}).get("drug", {}).get("value")
        bag = next((bag.name for bag in world.bags if entry["administration"] in bag.ids), None)
        names = ({mine, bag} - {None, ""}) | {*FIXED_NAMES, *(n.removeprefix("the ") for n in FIXED_NAMES)}
        if mine:
            names -= {"the drug", "drug", "the encounter", "encounter", "an unnamed drug"}
    words = next(iter(said))
    joined = all(part in names for part in re.split(r", | and ", words)) or words in names
    return words if joined else None


def _subject(at: str, entry: Plain, record: Plain, review: Plain) -> Iterator[Problem]:
    """The ids are of the facts, and every code it affects is one the review speaks of."""
    facts = review["facts"]
    ones = {one["id"] for one in facts.get("administrations", ())}
    services = {one["id"] for one in facts.get("services", ())}
    if entry["administration"] is not None and entry["administration"] not in ones:
        yield Problem(f"{at}.administration", "is not among the facts")
    fact = OWN_FACT.get(entry["requirement"])
    if fact and entry["administration"] in ones:
        one = next(one for one in facts["administrations"] if one["id"] == entry["administration"])
        near = sorted((span["note_id"], span["start"], span["end"]) for span in one.get(fact, {}).get("evidence", ()))
        if near != [(span["note_id"], span["start"], span["end"]) for span in entry["near"]]:
            yield Problem(f"{at}.near", "is not the words of the fact")
        standing = one.get(fact, {}).get("standing", "not_stated")
        if entry["standing"] != ("not_stated" if standing in BELIEVED else standing):
            yield Problem(f"{at}.standing", "is not that of the fact")
    if entry["service"] is not None and entry["service"] not in services:
        yield Problem(f"{at}.service", "is not among the facts")
    if entry["standing"] in ("grounded", "entered"):
        yield Problem(f"{at}.standing", "is that of a fact that is believed")
    spoken = {line["code"] for line in (*review["codes"], *review["not_supported"])}
    spoken |= {one["code"] for one in review["needs_human"] if one["code"]}
    timed = entry["element"] in ("start_time", "stop_time")
    if (
        record["tier"] == "code"
        and not timed
        and review["codes"]
        and not spoken & set(entry["affects"])
        and entry["affects"]
    ):
        yield Problem(f"{at}.affects", "are codes that the review does not speak of")


def _order(review: Plain, world: World) -> Iterator[Problem]:
    """Entries stand by tier, requirement and subject, and their ids follow from that order."""
    seen: set[str] = set()
    last: tuple[Any, ...] = ()
    for place, entry in enumerate(review["missing"]):
        record = world.records.requirements.get(entry["requirement"], {})
        here = (
            TIERS.index(record.get("tier", "code")),
            entry["requirement"],
            entry["administration"] or "",
            entry["service"] or "",
        )
        if here < last:
            yield Problem(f"missing[{place}]", "does not stand in its order")
        last = here
        if entry["id"] != _id(entry, seen):
            yield Problem(f"missing[{place}].id", "does not follow from the entries before it")
        seen.add(entry["id"])


def _id(entry: Plain, seen: set[str]) -> str:
    name: str = entry["element"]
    if name not in seen:
        return name
    subject = entry["administration"] or entry["service"]
    stem = name = f"{name}.{subject}" if subject else name
    number = 2
    while name in seen:
        name, number = f"{stem}-{number}", number + 1
    return name


def _complete(review: Plain, worlds: list[World]) -> Iterator[Problem]:
    """What no coding rule raises: each that the facts lack stands here, with its codes, standing and words."""
    world = worlds[0]
    lacks = Documents(world, _lines(review, worlds)).lacks() or []
    decided: dict[tuple[str, str | None, str | None], set[str]] = {}
    for entry in review["missing"]:
        if entry["tier"] == "code":
            about = entry["element"], entry["administration"], entry["service"]
            decided.setdefault(about, set()).update(entry["affects"])
    wanted: dict[tuple[str, str | None, str | None], Lack] = {}
    for lack in lacks:
        element = world.records.requirements[lack.requirement]["element"]
        about = element, lack.one, lack.service
        if about in decided and decided[about] >= set(lack.affects):
            continue
        wanted[lack.requirement, lack.one, lack.service] = lack
    for place, entry in enumerate(review["missing"]):
        record = world.records.requirements.get(entry["requirement"], {})
        if record.get("when") not in SUBJECTS:
            continue
        lack_or_none = wanted.pop((entry["requirement"], entry["administration"], entry["service"]), None)
        if lack_or_none is None:
            yield Problem(f"missing[{place}]", "is not lacking by the facts")
            continue
        yield from _compare(f"missing[{place}]", entry, lack_or_none, record, world)
    for requirement, one, _ in wanted:
        yield Problem("missing", f"{requirement} is lacking{f' for {one}' if one else ''} and does not stand")


def _compare(at: str, entry: Plain, lack: Lack, record: Plain, world: World) -> Iterator[Problem]:
    if entry["affects"] != sorted(lack.affects):
        yield Problem(f"{at}.affects", "are not the codes that rest on it")
    if entry["standing"] != lack.standing:
        yield Problem(f"{at}.standing", "is not that of the fact")
    if [(span["note_id"], span["start"], span["end"]) for span in entry["near"]] != sorted(set(lack.near)):
        yield Problem(f"{at}.near", "are not the words of the fact")
    words = _asked(entry, record, world)
    if words and words.removeprefix("the ") != (lack.name or "the drug").removeprefix("the "):
        yield Problem(f"{at}.question", "asks about something else")


def _lines(review: Plain, worlds: list[World]) -> list[tuple[str, str, list[str]]]:
    """Every line as it was before any was withheld: the derived ones, and the drugs' as the review has them."""
    lines = [(one["code"], one["kind"], one["administrations"]) for one in expected(worlds).values()]
    lines += [(one["code"], "drug", one["administrations"]) for one in review["codes"] if one["kind"] == "drug"]
    held = [one for one in review["needs_human"] if one["rule"] in HELD and one["code"]]
    known = {code for code, _, _ in lines}
    lines += [(one["code"], "drug", one["administrations"]) for one in held if one["code"] not in known]
    return lines
