"""The facts of a review one by one: standing against evidence, value against words, ids and links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reviewer.verify.problems import Problem
from reviewer.verify.readable import readable
from reviewer.verify.records import Plain, Records

OPTION = "option of the command"
"""Who enters a date or a setting on the command line; what a person enters on the page has a name and a reason."""
OPTIONS = ("encounter.date_of_service", "encounter.setting")
PARTS = ("access_sites", "administrations", "visits", "pumps", "services", "unread")


def each(facts: Plain) -> Iterator[tuple[str, str, Plain]]:
    """Every fact with its path in the facts and its name."""
    for name, fact in facts.get("encounter", {}).items():
        if _is_fact(fact):
            yield f"encounter.{name}", name, fact
    for part in PARTS:
        for entry in facts.get(part, ()):
            yield from _of_entry(f"{part}.{entry['id']}", entry)
    for element, fact in facts.get("documentation", {}).items():
        yield f"documentation.{element}", element, fact


def _of_entry(path: str, entry: Plain) -> Iterator[tuple[str, str, Plain]]:
    for name, fact in entry.items():
        if _is_fact(fact):
            yield f"{path}.{name}", name, fact
    for number, pause in enumerate(entry.get("interruptions", ())):
        for name, fact in pause.items():
            yield f"{path}.interruptions.{number}.{name}", name, fact
    for number, fact in enumerate(entry.get("rates", ())):
        yield f"{path}.rates.{number}", "rates", fact


def _is_fact(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.keys() & {"standing", "evidence", "value"})


def check(review: Plain, records: Records) -> Iterator[Problem]:
    """Nothing is believed without words that can carry it, or a person who entered it."""
    facts = review["facts"]
    read = bool(review["provenance"]["notes"])
    for path, name, fact in each(facts):
        at = f"facts.{path}"
        yield from (Problem(at, what) for what in _standing(fact))
        yield from (Problem(at, what) for what in _signed(path, fact, read))
        yield from (Problem(at, what) for what in _conflicting(name, fact, read))
        texts = [span["text"] for span in fact.get("evidence", ())]
        places = [(span["note_id"], span["start"], span["end"]) for span in fact.get("evidence", ())]
        if len(set(places)) != len(places):
            yield Problem(f"{at}.evidence", "quotes one place twice")
        believed = fact.get("standing", "not_stated") == "grounded" and not path.startswith("documentation.")
        if believed and not readable(name, fact.get("value"), texts, facts, records):
            yield Problem(f"{at}.value", "cannot be read in the words it rests on")
        if path.startswith("documentation.") and fact.get("standing", "not_stated") == "grounded":
            value = fact.get("value")
            if isinstance(value, str) and value != "none" and not readable("free", value, texts, facts, records):
                yield Problem(f"{at}.value", "cannot be read in the words it rests on")
        if fact.get("standing", "not_stated") == "conflicting":
            for reading in fact.get("readings", ()):
                if not readable(name, reading, texts, facts, records):
                    yield Problem(f"{at}.readings", "cannot be read in the words they rest on")
    yield from _links(facts)


def _standing(fact: Plain) -> Iterator[str]:
    standing, value, evidence = fact.get("standing", "not_stated"), fact.get("value"), fact.get("evidence", [])
    if standing == "grounded" and (value is None or not evidence):
        yield "is called grounded without a value or without words"
    if standing == "grounded" and value is False:
        yield "is a denial that is called grounded"
    if standing == "entered" and (value is None or evidence):
        yield "is called entered and has no value, or words of a note"
    if standing == "denied" and value not in (None, False):
        yield "is called denied and has a value"
    if standing == "not_stated" and value is not None:
        yield "is called not stated and has a value"


def _signed(path: str, fact: Plain, read: bool) -> Iterator[str]:
    """Who entered it, and why, stand beside what a person entered, and only there; `read` where notes were read."""
    standing, by, why = fact.get("standing", "not_stated"), fact.get("by"), fact.get("why")
    if standing == "entered" and read and not by:
        yield "is called entered, and nobody entered it"
    if standing not in ("entered", "denied") and (by or why):
        yield "is not called entered, and names who entered it"
    if (by or why) and fact.get("evidence"):
        yield "is a person's, and rests on words of a note"
    if why and not by:
        yield "has a reason, and nobody entered it"
    if by and not why and read and (by != OPTION or path not in OPTIONS):
        yield "is a person's, and no reason is given"


def _conflicting(name: str, fact: Plain, read: bool) -> Iterator[str]:
    """Readings stand where facts disagree, and only there; a time that may be none is one reading."""
    standing, readings = fact.get("standing", "not_stated"), fact.get("readings", [])
    if standing != "conflicting":
        if readings:
            yield "has several readings and is not called conflicting"
        return
    if read and not fact.get("evidence"):
        yield "is called conflicting and has no words"
    if readings and fact.get("value") not in (None, readings[0]):
        yield "is called conflicting and its value is not the first of its readings"
    if len(readings) == 1 and name not in ("start", "stop"):
        yield "is called conflicting and has one reading"
    if len({str(one) for one in readings}) != len(readings):
        yield "has one reading twice"


def _links(facts: Plain) -> Iterator[Problem]:
    """Ids are unique, and what points to another entry points to one that is there."""
    ids = {part: [entry["id"] for entry in facts.get(part, ())] for part in PARTS}
    for part, names in ids.items():
        if len(set(names)) != len(names):
            yield Problem(f"facts.{part}", "has two entries of one id")
    for one in facts.get("administrations", ()):
        for name in ("mixed_with", "concurrent_with"):
            for other in one.get(name, ()):
                if other not in ids["administrations"] or other == one["id"]:
                    yield Problem(f"facts.administrations.{one['id']}.{name}", "names no other administration")
        for name, part in (("access_site", "access_sites"), ("visit", "visits"), ("pump", "pumps")):
            fact = one.get(name, {})
            if fact.get("standing") in ("grounded", "entered") and fact["value"] not in ids[part]:
                yield Problem(f"facts.administrations.{one['id']}.{name}", "names no entry that is there")
