"""The code lines of a review against the checker's own derivation: every unit, every step, every word of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reviewer.verify.derived.claim import derived
from reviewer.verify.derived.readings import believed_at
from reviewer.verify.derived.services import Service, Why
from reviewer.verify.derived.world import World
from reviewer.verify.problems import Problem, differences
from reviewer.verify.records import Plain, Records
from reviewer.verify.unread import FLAG, flags

Key = tuple[str, tuple[str, ...], str, str]
KINDS = ("administration", "service", "drug")
FAMILIES = ("chemotherapy", "pump", "intra_arterial", "therapeutic", "hydration", "injection")
HELD = ("withheld-until-one-encounter", "withheld-until-both-readings-agree", "withheld-until-read")


def expected(worlds: list[World]) -> dict[Key, Plain]:
    """The lines that every reading gives, each with its fewest units; without drug lines."""
    sheets = [_merged(world, derived(world)) for world in worlds]
    lines = {}
    for key in sheets[0]:
        if all(key in sheet for sheet in sheets):
            lines[key] = min((sheet[key] for sheet in sheets), key=lambda line: line["units"])
    return lines


def _merged(world: World, services: list[Service]) -> dict[Key, Plain]:
    """Services of one code, modifiers, day and kind as one line."""
    lines: dict[Key, Plain] = {}
    for one in services:
        key = one.code, one.modifiers, one.day, one.kind
        steps = [step(world.facts, world.records, world.on, why) for why in one.why]
        held = lines.get(key)
        if held is None:
            lines[key] = {
                "code": one.code,
                "units": one.units,
                "modifiers": list(one.modifiers),
                "date": one.day,
                "label": world.records.codes[one.code]["label"],
                "kind": one.kind,
                "flags": list(one.flags),
                "administrations": list(dict.fromkeys(one.ids)),
                "services": list(one.services),
                "because": steps,
            }
            continue
        held["units"] += one.units
        for name, more in (("administrations", one.ids), ("services", one.services), ("flags", one.flags)):
            held[name] = list(dict.fromkeys((*held[name], *more)))
        held["because"] += [one for one in steps if one not in held["because"]]
    return lines


def step(facts: Plain, records: Records, on: Any, why: Why) -> Plain:
    """A step as it has to stand: the rule's words of that day, its numbers, the words and entries behind it."""
    version = records.rule(why.rule, on) or {}
    evidence, entered = behind(facts, why.paths)
    return {
        "rule": why.rule,
        "version": version["from"].isoformat(),
        "says": version["says"],
        "citations": version["cite"],
        "inputs": why.inputs,
        "evidence": evidence,
        "entered": entered,
    }


def behind(facts: Plain, paths: Iterable[str]) -> tuple[list[Plain], list[str]]:
    """The spans of the grounded facts at the paths, each once, and the paths of those that a person entered."""
    spans: dict[tuple[str, int, int], Plain] = {}
    entered: dict[str, None] = {}
    for path in paths:
        for fact in believed_at(facts, path):
            if fact["standing"] == "entered":
                entered[path] = None
            elif fact["standing"] == "grounded":
                for span in fact.get("evidence", ()):
                    spans.setdefault((span["note_id"], span["start"], span["end"]), span)
    return list(spans.values()), list(entered)


def check(review: Plain, worlds: list[World]) -> Iterator[Problem]:
    """Every line but the drugs' is one that the facts support, and none is left out without being withheld."""
    records = worlds[0].records
    wanted = expected(worlds)
    if _strict(review, worlds[0]):
        wanted = {}
    withheld = _withheld(review, wanted)
    taken = flags(review, records)
    seen = set()
    for place, line in enumerate(review["codes"]):
        key = line["code"], tuple(line["modifiers"]), line["date"], line["kind"]
        if key in seen:
            yield Problem(f"codes[{place}]", "stands twice")
        seen.add(key)
        if line["kind"] == "drug":
            continue
        if key not in wanted:
            yield Problem(f"codes[{place}]", "no such line follows from the facts")
            continue
        mine = dict(wanted[key])
        if line["code"] in flags(review, records, timed=True):
            yield Problem(f"codes[{place}]", "stands, and a drug that was not read may take its place")
        if line["code"] in taken:
            mine["flags"] = [*mine["flags"], FLAG]
        mine["units"] -= withheld.pop(key, 0)
        yield from differences(f"codes[{place}]", {n: v for n, v in line.items() if n != "at_risk"}, mine)
    for key, units in withheld.items():
        if key not in seen and units != wanted[key]["units"]:
            yield Problem("codes", f"{key[0]} is withheld only in part and does not stand")
    for key in wanted:
        if key not in seen and key not in withheld:
            yield Problem("codes", f"{key[0]} follows from the facts and does not stand")
    yield from _order(review, records)
    yield from _risks(review)


def _strict(review: Plain, world: World) -> bool:
    """Under `strict_payment` nothing but drugs stands while an order or a diagnosis is missing."""
    absent = any(one["requirement"] in ("order.signed", "diagnosis.stated") for one in review["missing"])
    return bool(world.switches["strict_payment"]) and absent


def _withheld(review: Plain, wanted: dict[Key, Plain]) -> dict[Key, int]:
    """Units of derived lines that the review lists for a person, as what one reading gave or two patients share."""
    found: dict[Key, int] = {}
    entries = [one for one in review["needs_human"] if one["rule"] in HELD and one["code"]]
    for entry in entries:
        for key, line in wanted.items():
            same = (entry["code"], entry["administrations"], entry["services"])
            if same == (line["code"], line["administrations"], line["services"]):
                for units in range(1, line["units"] + 1):
                    if entry["subject"] == f"{line['label']} (x{units})":
                        found[key] = min(line["units"], found.get(key, 0) + units)
    return found


def _order(review: Plain, records: Records) -> Iterator[Problem]:
    """Lines stand in the order of a claim."""

    def place(line: Plain) -> tuple[int, int, str, str, list[str]]:
        family = records.codes.get(line["code"], {}).get("family", "")
        rank = FAMILIES.index(family) if family in FAMILIES else len(FAMILIES)
        return KINDS.index(line["kind"]), rank, line["code"], line["date"], line["modifiers"]

    for number, (one, other) in enumerate(zip(review["codes"], review["codes"][1:], strict=False)):
        if place(one) > place(other):
            yield Problem(f"codes[{number + 1}]", "does not stand in the order of a claim")


def _risks(review: Plain) -> Iterator[Problem]:
    """A line names exactly the missing elements that put it at risk."""
    for number, line in enumerate(review["codes"]):
        given = line["administrations"]
        risks = [
            one["id"]
            for one in review["missing"]
            if one["effect"] == "at_risk"
            and line["code"] in one["affects"]
            and (one["administration"] is None or not given or one["administration"] in given)
        ]
        if line["at_risk"] != risks:
            yield Problem(f"codes[{number}].at_risk", "does not name the missing elements that put the line at risk")
