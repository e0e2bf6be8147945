"""What each reader got right, by encounter and in sum, by the measures of `reviewer evaluate`."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from benchmarks.accuracy import direct
from benchmarks.accuracy.readers import Bench, Name
from reviewer.evaluate.cases import Case
from reviewer.evaluate.comparing import Difference
from reviewer.evaluate.measures import Interval
from reviewer.evaluate.running import evaluate
from validator.rulebook import Rulebook

_DECIDING = ("drug", "dose", "route", "technique", "start", "stop")
_WHOLE = "administration"
_NORMAL = 1.959964


class Administrations(NamedTuple):
    """Administrations documented, read, and read with drug, dose, route, technique, start and stop all right."""

    documented: int = 0
    read: int = 0
    right: int = 0


class Row(NamedTuple):
    """One encounter by one reader. `exact` is None where no codes are expected. No word of a note."""

    reader: Name
    name: str
    notes: int
    failure: str | None
    exact: bool | None
    over_coded: dict[str, int]
    missed: dict[str, int]
    administrations: Administrations
    grounded: int
    claims: int
    rejected: int
    seconds: float | None
    calls: int
    prompt_tokens: int
    completion_tokens: int


def score(case: Case, name: Name, bench: Bench, rulebook: Rulebook) -> Row:
    """Read one encounter with one reader and compare what it says with what is right."""
    read = bench.read(name, case)
    compared = direct.asked_for(case) if name == "direct" else case
    result = next(iter(evaluate([compared], lambda _: read.review, rulebook)))
    codes = result.codes
    return Row(
        reader=name,
        name=case.name,
        notes=len(case.notes),
        failure=read.failure or result.failure,
        exact=codes.exact if codes else None,
        over_coded=dict(codes.over_coded) if codes else {},
        missed=dict(codes.missed) if codes else {},
        administrations=administrations(result.differences),
        grounded=result.claims.grounded,
        claims=result.claims.made,
        rejected=result.claims.rejected,
        seconds=read.seconds,
        calls=read.usage.calls,
        prompt_tokens=read.usage.prompt_tokens,
        completion_tokens=read.usage.completion_tokens,
    )


def administrations(differences: Sequence[Difference]) -> Administrations:
    """How many administrations are right in every fact that decides a code.

    A fact that the labels leave open is not compared; one that was read and is not documented makes it wrong.
    """
    entries: dict[str, list[Difference]] = defaultdict(list)
    for one in differences:
        if one.entry.split()[0] == _WHOLE:
            entries[one.entry].append(one)
    counts = [_counted(facts) for facts in entries.values()]
    return Administrations(*(sum(column) for column in zip(*counts, strict=True))) if counts else Administrations()


def _counted(facts: Sequence[Difference]) -> Administrations:
    whole = next((one.verdict for one in facts if one.kind == _WHOLE), None)
    if whole is None:  # neither labelled to be found nor an invention
        return Administrations()
    right = whole == "right" and all(one.verdict == "right" for one in facts if one.kind in _DECIDING)
    return Administrations(whole != "invented", whole != "omitted", right)


class Total(NamedTuple):
    """The figures of one reader over its encounters. Tokens are the mean of a note.

    `seconds` is the median of a note, which a busy machine disturbs least; None where nothing was timed.
    """

    reader: Name
    encounters: int
    notes: int
    failed: int
    judged: int
    exact: int
    exact_share: Interval
    over_coded_units: int
    over_coded_encounters: int
    missed_units: int
    administrations: Administrations
    grounded: int
    claims: int
    rejected: int
    seconds: float | None
    prompt_tokens: float
    completion_tokens: float


def total(rows: Sequence[Row]) -> Total:
    """The sum of the rows of one reader; there is at least one."""
    notes = sum(row.notes for row in rows)
    judged = [row for row in rows if row.exact is not None]
    exact = sum(bool(row.exact) for row in judged)
    timed = [row.seconds / row.notes for row in rows if row.seconds is not None]
    return Total(
        reader=rows[0].reader,
        encounters=len(rows),
        notes=notes,
        failed=sum(row.failure is not None for row in rows),
        judged=len(judged),
        exact=exact,
        exact_share=wilson(exact, len(judged)),
        over_coded_units=sum(sum(row.over_coded.values()) for row in rows),
        over_coded_encounters=sum(bool(row.over_coded) for row in rows),
        missed_units=sum(sum(row.missed.values()) for row in rows),
        administrations=Administrations(
            *(sum(column) for column in zip(*(row.administrations for row in rows), strict=True))
        ),
        grounded=sum(row.grounded for row in rows),
        claims=sum(row.claims for row in rows),
        rejected=sum(row.rejected for row in rows),
        seconds=median(timed) if timed else None,
        prompt_tokens=sum(row.prompt_tokens for row in rows) / notes,
        completion_tokens=sum(row.completion_tokens for row in rows) / notes,
    )


def wilson(part: int, whole: int) -> Interval:
    """A share with its 95 % interval after Wilson, which stays honest where all or none are right."""
    if not whole:
        return Interval(None, None, None)
    value, z2 = part / whole, _NORMAL**2
    middle = value + z2 / (2 * whole)
    spread = _NORMAL * math.sqrt(value * (1 - value) / whole + z2 / (4 * whole**2))
    low, high = (max(0.0, middle - spread), min(1 + z2 / whole, middle + spread))
    return Interval(value, low / (1 + z2 / whole), high / (1 + z2 / whole))


def totals(rows: Sequence[Row]) -> tuple[Total, ...]:
    """The figures of every reader, in the order of the rows."""
    by_reader: dict[Name, list[Row]] = defaultdict(list)
    for row in rows:
        by_reader[row.reader].append(row)
    return tuple(total(one) for one in by_reader.values())


def shared(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows of the encounters that every reader read, so that readers are compared on the same."""
    readers = {row.reader for row in rows}
    seen: dict[str, set[Name]] = defaultdict(set)
    for row in rows:
        seen[row.name].add(row.reader)
    return tuple(row for row in rows if seen[row.name] == readers)
