"""What a review carries beside its assessment: two readers compared, and billed lines."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.verify.problems import Problem
from reviewer.verify.readings import believed_at
from reviewer.verify.records import Plain
from reviewer.verify.world import World

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
        for fact in believed_at(review["facts"], one["subject"]):
            if fact["standing"] == "conflicting" and one["outcome"] == "agreed":
                yield Problem(f"{at}.outcome", "is not so: the fact is conflicting")


def _billed(review: Plain, world: World) -> Iterator[Problem]:
    """What the comparison says is supported is what the codes say."""
    for place, one in enumerate(review.get("billed", ())):
        at = f"billed[{place}]"
        lines = [line for line in review["codes"] if line["code"] == one["code"]]
        if one.get("supported", 0) > sum(line["units"] for line in lines):
            yield Problem(f"{at}.supported", "is more than the codes say")
        if one["outcome"] == "match" and one["units"] != one.get("supported", one["units"]):
            yield Problem(f"{at}.outcome", "is not so: the units differ")
        if one["outcome"] == "over" and one["units"] <= one.get("supported", -1):
            yield Problem(f"{at}.outcome", "is not so: no more units are billed")
        if one["outcome"] == "under" and one["units"] >= one.get("supported", one["units"] + 1):
            yield Problem(f"{at}.outcome", "is not so: no fewer units are billed")
        if not set(one.get("missing_ids", ())) <= {entry["id"] for entry in review["missing"]}:
            yield Problem(f"{at}.missing_ids", "are not among the missing elements")
        rule = one.get("rule")
        if rule and rule not in world.records.rules:
            yield Problem(f"{at}.rule", "is no rule of the rulebook")
