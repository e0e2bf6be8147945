"""What a review carries beside its assessment: two readers compared, and billed lines."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.verify.derived.world import World
from reviewer.verify.problems import Problem
from reviewer.verify.records import Plain

OUTCOMES = ("agreed", "one_reader", "contradiction")


def check(review: Plain, worlds: list[World]) -> Iterator[Problem]:
    """Readings of two readers, and billed lines."""
    yield from _readings(review)
    yield from _billed(review, worlds[0])


def _readings(review: Plain) -> Iterator[Problem]:
    """Each is of a fact that is there or was left out, and its outcome fits with its readers and values."""
    subjects = [one["subject"] for one in review["readings"]]
    if subjects != sorted(subjects):
        yield Problem("readings", "do not stand in their order")
    for place, one in enumerate(review["readings"]):
        at = f"readings[{place}]"
        readers, values = one["readers"], one["values"]
        if one["outcome"] not in OUTCOMES or not set(readers) <= {"patterns", "model"} or not readers:
            yield Problem(at, "is no reading of two readers")
        if one["outcome"] == "one_reader" and len(readers) > 1:
            yield Problem(f"{at}.outcome", "is not so: two read it")
        if one["outcome"] != "one_reader" and len(readers) < 2:
            yield Problem(f"{at}.outcome", "is not so: one read it")
        if not set(values) <= {"patterns", "model"}:
            yield Problem(f"{at}.values", "are of another reader")


def _billed(review: Plain, world: World) -> Iterator[Problem]:
    """What the comparison says is supported is what the codes say, each unit once."""
    billed = review.get("billed", ())
    unjudged = {one["code"] for one in billed if one["outcome"] == "not_assessed"}
    for code in {line["code"] for line in review["codes"]} - unjudged if billed else ():
        units = sum(line["units"] for line in review["codes"] if line["code"] == code)
        if sum(one["supported"] for one in billed if one["code"] == code) != units:
            yield Problem("billed", f"the supported units of {code} are not those of the codes")
    for place, one in enumerate(billed):
        yield from _charge(f"billed[{place}]", one, review, world)


def _charge(at: str, one: Plain, review: Plain, world: World) -> Iterator[Problem]:
    lines = [line for line in review["codes"] if line["code"] == one["code"]]
    units, supported, outcome = one["units"], one["supported"], one["outcome"]
    if outcome == "missing_charge":
        if units or one["lines"] or one["modifiers"] or one["reason"] not in {line["label"] for line in lines}:
            yield Problem(at, "is no charge that is missing")
    elif not one["lines"]:
        yield Problem(f"{at}.lines", "are none, and something was billed")
    if outcome == "not_supported" and (supported or (lines and "JW" not in one["modifiers"])):
        yield Problem(f"{at}.outcome", "is not so: the code stands")
    if outcome == "match" and (units != supported or one["missing"] or one["missing_ids"]):
        yield Problem(f"{at}.outcome", "is not so: the units differ")
    if outcome in ("over", "under") and units == supported and "modifier" not in one["reason"]:
        yield Problem(f"{at}.outcome", "is not so: neither units nor modifiers differ")
    told = "modifier" in one["reason"]
    if not told and ((outcome == "under" and units > supported) or (outcome == "over" and units < supported)):
        yield Problem(f"{at}.outcome", "is the other way round")
    differs = outcome in ("over", "under") and units != supported and supported
    if differs and not one["reason"].startswith(f"{supported} supported"):
        yield Problem(f"{at}.reason", "does not say what is supported")
    if not set(one["missing_ids"]) <= {entry["id"] for entry in review["missing"]}:
        yield Problem(f"{at}.missing_ids", "are not among the missing elements")
    rules = {step["rule"] for line in lines for step in line["because"]}
    known = rules | world.records.requirements.keys() | {entry["rule"] for entry in review["not_supported"]}
    if lines and one["rule"] and one["rule"] not in known:
        yield Problem(f"{at}.rule", "is not one that the code rests on")
