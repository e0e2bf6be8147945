"""Figures over many encounters: counts with the ratios that follow from them, and how sure the ratios are.

Confidence intervals come from a seeded bootstrap with the encounter as the unit: facts of one encounter stand or fall
together, so drawing facts one by one would promise too much.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

RESAMPLES, SEED = 1000, 20260101
_TAIL = 0.025


class Tally(NamedTuple):
    """Verdicts on facts. A `wrong` one is missed by the reader and claimed by it at once."""

    right: int = 0
    wrong: int = 0
    omitted: int = 0
    invented: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was read that is right; None where nothing was read."""
        return share(self.right, self.right + self.wrong + self.invented)

    @property
    def recall(self) -> float | None:
        """The share of what is documented that was read rightly; None where nothing is documented."""
        return share(self.right, self.right + self.wrong + self.omitted)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall: 2 right / (2 right + 2 wrong + omitted + invented)."""
        return share(2 * self.right, 2 * (self.right + self.wrong) + self.omitted + self.invented)


class Interval(NamedTuple):
    """A ratio and its 95 % bootstrap interval; all None where there is nothing to take a share of."""

    value: float | None
    low: float | None
    high: float | None


class Step(NamedTuple):
    """What happens when every encounter with at most this risk is released without a look.

    `coverage` is their share of all; `wrong` those of them whose codes are not exact, `over_coded` those with a unit
    too many.
    """

    risk: int
    released: int
    coverage: float
    wrong: int
    error_rate: float
    over_coded: int


Row = tuple[int, ...]
Ratio = Callable[[Row], float | None]


def share(part: int, whole: int) -> float | None:
    """A ratio; None for a share of nothing."""
    return part / whole if whole else None


def added(rows: Sequence[Row], width: int) -> Row:
    """Columns of counts summed over encounters."""
    return tuple(sum(row[column] for row in rows) for column in range(width))


def draws(count: int, resamples: int = RESAMPLES, seed: int = SEED) -> tuple[tuple[int, ...], ...]:
    """Which encounters are drawn, with replacement, in each resample. The same for the same count and seed."""
    chance = random.Random(seed)
    return tuple(tuple(chance.choices(range(count), k=count)) for _ in range(resamples)) if count else ()


def intervals(rows: Sequence[Row], ratios: Sequence[Ratio], drawn: Sequence[Sequence[int]]) -> tuple[Interval, ...]:
    """Each ratio of the summed counts with its interval: the 2.5th and 97.5th percentile over the resamples.

    Resamples in which a ratio has nothing to take a share of are left out of its interval.
    """
    width = len(rows[0]) if rows else 0
    columns = [[row[column] for row in rows] for column in range(width)]
    sums = [tuple(sum(map(column.__getitem__, sample)) for column in columns) for sample in drawn]
    whole = added(rows, width)
    return tuple(_interval(ratio(whole), [ratio(one) for one in sums]) for ratio in ratios)


def _interval(value: float | None, resampled: Sequence[float | None]) -> Interval:
    known = sorted(one for one in resampled if one is not None)
    if value is None or not known:
        return Interval(value, None, None)
    last = len(known) - 1
    return Interval(value, known[round(_TAIL * last)], known[round((1 - _TAIL) * last)])


def risk_coverage(encounters: Sequence[tuple[int, bool, bool]]) -> tuple[Step, ...]:
    """The curve from encounters as (risk, codes exact, over-coded), the least risk first.

    Encounters of one risk are released together: the score gives no reason to prefer one of them.
    """
    steps = []
    for risk in sorted({risk for risk, _, _ in encounters}):
        released = [one for one in encounters if one[0] <= risk]
        wrong = sum(not exact for _, exact, _ in released)
        over = sum(over for _, _, over in released)
        count = len(released)
        steps.append(Step(risk, count, count / len(encounters), wrong, wrong / count, over))
    return tuple(steps)
