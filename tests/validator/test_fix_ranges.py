"""The minutes that a fix tells: each in its range does what is said, and none outside, against every minute tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from generate import encounter

from validator import validate
from validator.facts import Encounter
from validator.findings import Assessment, Fix
from validator.fixes import fixes
from validator.loading import default_rulebook
from validator.supposing import Supposed
from validator.timelines import Unknown, moment_of, unknown_times

BOOK = default_rulebook()
TIMES = ("start_time", "stop_time")
MINUTE = r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d"
RANGE = re.compile(rf"for .+ \((\w+)\) the (start|stop) time is ({MINUTE})(?: to ({MINUTE}))?")
Changes = frozenset[tuple[str, int, int]]


def minute(told: str, on: date) -> datetime:
    return datetime.fromisoformat(told if len(told) > 5 else f"{on.isoformat()} {told}")


def ranges(fix: Fix, on: date) -> tuple[str, datetime, datetime] | None:
    """Path, first and last minute that a fix of one clock tells."""
    found = RANGE.fullmatch(fix.when)
    if found is None or len(fix.needs) > 1:
        return None
    first = minute(found[3], on)
    return f"administrations.{found[1]}.{found[2]}", first, minute(found[4], on) if found[4] else first


def by_brute_force(supposed: Supposed, unknown: Unknown, standing: dict[str, int]) -> dict[datetime, Changes]:
    """What changes with each minute that the time may be: all of them, one after the other."""
    found = {}
    for number in range(unknown.low, unknown.high + 1):
        lines = supposed.lines(((unknown.path, moment_of(number)),))
        assert lines is not None
        then: dict[str, int] = {}
        for line, units in lines.items():
            name = "-".join((line.code, *line.modifiers))
            then[name] = then.get(name, 0) + units
        names = {*standing, *then}
        found[moment_of(number)] = frozenset(
            (n, standing.get(n, 0), then.get(n, 0)) for n in names if standing.get(n, 0) != then.get(n, 0)
        )
    return found


def standing_lines(assessment: Assessment) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in assessment.codes:
        name = "-".join((line.code, *line.modifiers))
        found[name] = found.get(name, 0) + line.units
    return found


def open_clocks(facts: Encounter, assessment: Assessment, on: date) -> list[Unknown]:
    """The open times that are asked for, of bags whose other end is documented."""
    asked = {
        f"administrations.{m.administration}.{m.element.removesuffix('_time')}"
        for m in assessment.missing
        if m.tier == "code" and m.element in TIMES
    }
    return [u for u in unknown_times(facts, on) if u.path in asked and u.far is not None and not u.choices]


def wrong_minutes(facts: Encounter) -> Iterator[str]:
    """Minutes at which a fix says something else than is so, of every clock that is asked for."""
    assessment = validate(facts, BOOK)
    on = assessment.encounter.date_of_service
    assert on is not None
    told: dict[str, dict[datetime, list[Changes]]] = {}
    for fix in fixes(facts, assessment, BOOK):
        found = ranges(fix, on)
        if found is None:
            continue
        path, at, last = found
        changes = frozenset((c.line, c.units, c.would_be) for c in fix.changes)
        while at <= last:
            told.setdefault(path, {}).setdefault(at, []).append(changes)
            at += timedelta(minutes=1)
    supposed, standing = Supposed(facts, assessment, BOOK), standing_lines(assessment)
    for unknown in open_clocks(facts, assessment, on):
        said = told.get(unknown.path, {})
        true = by_brute_force(supposed, unknown, standing)
        yield from (f"{unknown.path} {at}: not a minute it may be" for at in said if at not in true)
        for at, changes in true.items():
            if said.get(at, []) != ([changes] if changes else []):
                yield f"{unknown.path} {at}: told {said.get(at)}, so is {changes}"


def with_one_open_time() -> Iterator[int]:
    """Generated encounters with one open time, some of them past midnight."""
    for seed in range(400):
        facts = Encounter.model_validate(encounter(seed))
        assessment = validate(facts, BOOK)
        on = assessment.encounter.date_of_service
        if on is not None and len(open_clocks(facts, assessment, on)) == 1:
            yield seed


@pytest.mark.parametrize("seed", list(islice(with_one_open_time(), 12)))
def test_every_minute_of_a_range_does_what_is_said_and_no_other(seed: int) -> None:
    wrong = list(wrong_minutes(Encounter.model_validate(encounter(seed))))
    assert not wrong, f"{len(wrong)} minutes\n" + "\n".join(wrong[:5])
