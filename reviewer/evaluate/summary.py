"""The figures of a whole evaluation, as every output shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reviewer.evaluate.measures import (
    RESAMPLES,
    Interval,
    Row,
    Step,
    Tally,
    added,
    draws,
    intervals,
    risk_coverage,
    share,
)
from reviewer.evaluate.running import Claims, Readings, Result
from reviewer.usage import Usage

ALL = "all facts"
# The order of a table: what decides codes first. Kinds that are not named follow by name.
_ORDER = (
    *("administration", "drug", "dose", "route", "technique", "start", "stop", "duration", "pause", "site", "location"),
    *("status", "purpose", "presence", "discarded", "device", "lesions", "pump", "pump_kind", "pump_action"),
    *("pump_owner", "pump_hours", "service", "service_start", "service_stop", "informed_consent", "signed_order"),
)
_ENTRIES = frozenset({"administration", "pump"})


class Facts(NamedTuple):
    """The verdicts on one kind of fact, and the ratios with their intervals."""

    tally: Tally
    precision: Interval
    recall: Interval
    f1: Interval


class CodeFigures(NamedTuple):
    """Encounters with expected codes. Units too many and units missed are counted apart, with where they are."""

    judged: int
    exact: int
    exact_share: Interval
    over_coded_encounters: int
    over_coded_units: int
    missed_encounters: int
    missed_units: int


class Summary(NamedTuple):
    """An evaluation.

    `grounding` is claims grounded of claims made; `grounding_of_all` counts the rejected ones of a second reader as
    made. `released_exact` is how many encounters go out, least risk first, before the first whose codes are not
    exact: risk scores of different readers do not compare, this does. `contradicting` and `one_sided` are shares of
    the facts that two readers compared, None where one reader read alone.
    """

    encounters: int
    failed: int
    model_failed: int
    facts: Mapping[str, Facts]
    codes: CodeFigures
    claims: Claims
    grounding: Interval
    grounding_of_all: Interval
    readings: Readings
    contradicting: Interval
    one_sided: Interval
    curve: tuple[Step, ...]
    released_exact: int
    usage: Usage


def summarise(results: Sequence[Result], resamples: int = RESAMPLES) -> Summary:
    """Figures over all results, each ratio with a bootstrap interval; the same results give the same figures."""
    drawn = draws(len(results), resamples)
    claims = [tuple(one.claims) for one in results]
    grounding, grounding_of_all = intervals(
        claims, (lambda row: share(row[0], row[1]), lambda row: share(row[0], row[1] + row[2])), drawn
    )
    readings = [(one.readings.contradiction, one.readings.one_reader, sum(one.readings)) for one in results]
    contradicting, one_sided = intervals(
        readings, (lambda row: share(row[0], row[2]), lambda row: share(row[1], row[2])), drawn
    )
    curve = risk_coverage(
        [(one.risk, one.codes.exact, bool(one.codes.over_coded)) for one in results if one.codes is not None]
    )
    return Summary(
        encounters=len(results),
        failed=sum(one.failure is not None for one in results),
        model_failed=sum(one.model_failure is not None for one in results),
        facts=_facts(results, drawn),
        codes=_codes(results, drawn),
        claims=Claims(*added(claims, len(Claims._fields))),
        grounding=grounding,
        grounding_of_all=grounding_of_all,
        readings=Readings(*(sum(column) for column in zip(*(one.readings for one in results), strict=True))),
        contradicting=contradicting,
        one_sided=one_sided,
        curve=curve,
        released_exact=max((step.released for step in curve if not step.wrong), default=0),
        usage=sum((one.usage for one in results), Usage()),
    )


def _facts(results: Sequence[Result], drawn: Sequence[Sequence[int]]) -> dict[str, Facts]:
    by_encounter = [one.tallies() for one in results]
    kinds = sorted({kind for tallies in by_encounter for kind in tallies}, key=_rank)
    made = {kind: _figures([tallies.get(kind, Tally()) for tallies in by_encounter], drawn) for kind in kinds}
    # An entry is no fact beside its own facts: counting both would count it twice.
    whole = [_sum([tally for kind, tally in tallies.items() if kind not in _ENTRIES]) for tallies in by_encounter]
    return {**made, ALL: _figures(whole, drawn)} if made else {}


def _rank(kind: str) -> tuple[int, str]:
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind)


def _figures(tallies: Sequence[Tally], drawn: Sequence[Sequence[int]]) -> Facts:
    def ratio(name: str, row: Row) -> float | None:
        value: float | None = getattr(Tally(*row), name)
        return value

    found = intervals(
        tallies,
        (lambda row: ratio("precision", row), lambda row: ratio("recall", row), lambda row: ratio("f1", row)),
        drawn,
    )
    return Facts(_sum(tallies), *found)


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(*(sum(column) for column in zip(*tallies, strict=True))) if tallies else Tally()


def _codes(results: Sequence[Result], drawn: Sequence[Sequence[int]]) -> CodeFigures:
    judged = [one.codes for one in results if one.codes is not None]
    rows = [(int(one.codes.exact), 1) if one.codes is not None else (0, 0) for one in results]
    return CodeFigures(
        judged=len(judged),
        exact=sum(one.exact for one in judged),
        exact_share=intervals(rows, (lambda row: share(row[0], row[1]),), drawn)[0],
        over_coded_encounters=sum(bool(one.over_coded) for one in judged),
        over_coded_units=sum(sum(one.over_coded.values()) for one in judged),
        missed_encounters=sum(bool(one.missed) for one in judged),
        missed_units=sum(sum(one.missed.values()) for one in judged),
    )
