"""Why not, and the minimal fix: the smallest sets of missing elements that would change a line, and how.

Each set is tried by working the encounter out anew with the elements in place, so a fix says what the rules say.
It is told for the coder, up and down alike; nothing of it goes into a question to an author (GEN-5).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import combinations, product
from typing import NamedTuple

from validator.facts import Encounter
from validator.findings import Assessment, Change, Fix, MissingElement
from validator.fix_trials import Look, Trial, told_minute, trials
from validator.rulebook import Rulebook
from validator.supposing import Supposed, reported
from validator.tally import Line

LARGEST_SET = 3
MOST_JUDGED = 1_000
"""Judgements for one encounter; what is beyond is not tried, single elements are always first."""
MOST_BEFORE_SETS = 400
"""Judgements after which no set of several elements is tried any more: exact ranges of one clock come first."""

FEW = 4
"""Values of a clock that are tried where it is one of several missing elements."""

MINUTE = timedelta(minutes=1)
Lines = dict[str, int]


class _Outcome(NamedTuple):
    trial: tuple[Trial, ...]
    changes: tuple[Change, ...]


def fixes(
    encounter: Encounter,
    assessment: Assessment,
    rulebook: Rulebook,
    *,
    policy: str | None = None,
    supposed: Supposed | None = None,
) -> tuple[Fix, ...]:
    """The fixes of an assessment, those of one element first. `policy` is the argument that `validate` had.

    A set of elements is listed only when no smaller part of it brings the same change; ranges of a clock are minutes of
    the record that all bring the same.
    """
    open_elements = [m for m in assessment.missing if m.tier == "code"]
    on = assessment.encounter.date_of_service
    if not open_elements or on is None or not assessment.assessed:
        return ()
    search = _Search(assessment, supposed or Supposed(encounter, assessment, rulebook, policy))
    look = Look(encounter, rulebook, on, assessment.conflicts)
    tried = {m.id: trials(look, m) for m in open_elements}
    by_id = {m.id: m for m in open_elements}
    names = {a.id: f"{a.drug.get() or 'the drug'} ({a.id})" for a in encounter.administrations}
    found: list[Fix] = []
    known: set[tuple[Change, ...]] = set()
    for identity, choices in tried.items():
        single = search.with_edges(search.outcomes([choices]))
        known |= {(change,) for outcome in single for change in outcome.changes}
        found += _told((by_id[identity],), single, names, on)
    search.left -= MOST_JUDGED - MOST_BEFORE_SETS
    for members in _sets(assessment, tried):
        options = [_thinned(tried[identity]) for identity in members]
        fresh = [o for o in search.outcomes(options) if not all((change,) in known for change in o.changes)]
        known |= {(change,) for outcome in fresh for change in outcome.changes}
        found += _told(tuple(by_id[identity] for identity in members), fresh, names, on)
    return tuple(found)


def _sets(assessment: Assessment, tried: dict[str, tuple[Trial, ...]]) -> Iterator[tuple[str, ...]]:
    """Sets of two or three elements that keep one line from standing, or belong to one administration."""
    together: dict[tuple[str, ...], None] = {}
    for entry in assessment.not_supported:
        together.setdefault(tuple(sorted(i for i in set(entry.missing_ids) if tried.get(i))))
    owners: dict[str, list[str]] = {}
    for missing in assessment.missing:
        if missing.administration and tried.get(missing.id):
            owners.setdefault(missing.administration, []).append(missing.id)
    for owned in owners.values():
        together.setdefault(tuple(sorted(owned)))
    seen: dict[tuple[str, ...], None] = {}
    for size in range(2, LARGEST_SET + 1):
        for ids in together:
            for members in combinations(ids, size):
                seen.setdefault(members)
    yield from seen


def _thinned(options: tuple[Trial, ...]) -> tuple[Trial, ...]:
    """A few of the minutes of a clock, its ends among them; everything else whole."""
    if len(options) <= FEW or options[0].minute is None:
        return options
    step = (len(options) - 1) / (FEW - 1)
    return tuple(options[round(number * step)] for number in range(FEW))


class _Search:
    """Judges trials and compares with what stands; counts what it has judged."""

    def __init__(self, assessment: Assessment, supposed: Supposed) -> None:
        self.supposed = supposed
        self.standing = _named(reported(assessment))
        self.left = MOST_JUDGED

    def outcomes(self, options: list[tuple[Trial, ...]]) -> list[_Outcome]:
        """What each combination of trials changes, in order; nothing where a part alone of it is impossible."""
        found = (self._judged(chosen) for chosen in product(*options))
        return [outcome for outcome in found if outcome is not None]

    def with_edges(self, outcomes: list[_Outcome]) -> list[_Outcome]:
        """With the very minutes at which the outcome of one clock changes between those that were tried."""
        found = outcomes[:1]
        for outcome in outcomes[1:]:
            found += [*self._between(found[-1], outcome), outcome]
        return found

    def _between(self, low: _Outcome, high: _Outcome) -> list[_Outcome]:
        one, other = low.trial[0].minute, high.trial[0].minute
        if one is None or other is None or low.changes == high.changes or other - one <= MINUTE:
            return []
        middle = self._judged((low.trial[0].moved(one + (other - one) // MINUTE // 2 * MINUTE),))
        return [] if middle is None else [*self._between(low, middle), middle, *self._between(middle, high)]

    def _judged(self, chosen: tuple[Trial, ...]) -> _Outcome | None:
        """What the trials change together; None where they are impossible, or nothing more may be judged."""
        if self.left <= 0:
            return None
        self.left -= 1
        judged = self.supposed.lines(tuple(put for trial in chosen for put in trial.facts))
        return None if judged is None else _Outcome(chosen, _changes(self.standing, _named(judged)))


def _named(counted: Counter[Line]) -> Lines:
    """The units under the names that a fix tells, such as 96413-59."""
    named: Counter[str] = Counter()
    for line, units in counted.items():
        named["-".join((line.code, *line.modifiers))] += units
    return named


def _changes(standing: Lines, then: Lines) -> tuple[Change, ...]:
    names = sorted(n for n in {*standing, *then} if standing.get(n, 0) != then.get(n, 0))
    return tuple(Change(line=n, units=standing.get(n, 0), would_be=then.get(n, 0)) for n in names)


def _told(
    elements: tuple[MissingElement, ...], outcomes: Iterable[_Outcome], names: dict[str, str], on: date
) -> Iterator[Fix]:
    """One fix for each run of neighbouring trials with the same outcome, in words."""
    runs: list[list[_Outcome]] = []
    for outcome in outcomes:
        last = runs[-1][-1] if runs else None
        if last and _neighbours(last, outcome):
            runs[-1].append(outcome)
        else:
            runs.append([outcome])
    for run in runs:
        if run[0].changes:
            when = _when(elements, run, names, on)
            yield Fix(
                needs=tuple(m.id for m in elements),
                when=when,
                changes=run[0].changes,
                says=f"If {when}: {', '.join(_worded(run[0].changes))}.",
            )


def _neighbours(one: _Outcome, other: _Outcome) -> bool:
    clocks = len(one.trial) == 1 and one.trial[0].minute is not None and other.trial[0].minute is not None
    return clocks and one.changes == other.changes


def _when(elements: tuple[MissingElement, ...], run: list[_Outcome], names: dict[str, str], on: date) -> str:
    """The trials of a run in words, each after the drug or service that it is about."""
    told = []
    for element, first, last in zip(elements, run[0].trial, run[-1].trial, strict=True):
        owner = names.get(element.administration or "", element.service)
        words = (
            f"{first.words} {_range(first.minute, last.minute, on)}" if first.minute and last.minute else first.words
        )
        told.append(f"for {owner} {words}" if owner else words)
    return " and ".join(told)


def _range(first: datetime, last: datetime, on: date) -> str:
    """The first and the last minute of a range, with their dates unless it is all on the date of service."""
    if first == last:
        return told_minute(first, on)
    begin, end = told_minute(first, on), told_minute(last, on)
    return f"{begin} to {end}" if len(begin) == len(end) else f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"


def _worded(changes: tuple[Change, ...]) -> Iterator[str]:
    """Each change in words; a line that gets or loses a modifier is one change, not a line gone and another come."""
    gone = {(_code(c.line), c.units): c for c in changes if not c.would_be}
    came = {(_code(c.line), c.would_be): c for c in changes if not c.units}
    for change in changes:
        key = _code(change.line), change.units or change.would_be
        other = came.get(key) if change is gone.get(key) else None
        if other is not None:
            yield f"{other.line} x{change.units} instead of {change.line} x{change.units}"
        elif change.units and change.would_be:
            yield f"{change.line} x{change.would_be} instead of x{change.units}"
        elif change.units:
            yield f"no {change.line}"
        elif change is not came.get(key) or key not in gone:
            yield f"{change.line} x{change.would_be}"


def _code(line: str) -> str:
    return line.partition("-")[0]
