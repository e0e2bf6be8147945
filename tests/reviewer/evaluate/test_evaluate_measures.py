"""Ratios, intervals and the risk-coverage curve, each worked out on paper."""

from __future__ import annotations

import pytest

from reviewer.evaluate.measures import Interval, Step, Tally, draws, intervals, risk_coverage, share


def test_precision_recall_and_f1_count_a_wrong_fact_on_both_sides() -> None:
    tally = Tally(right=6, wrong=1, omitted=6, invented=4)
    assert tally.precision == 6 / 11  # read: 6 + 1 + 4
    assert tally.recall == 6 / 13  # documented: 6 + 1 + 6
    # 2 * (6/11) * (6/13) / (6/11 + 6/13) = (72/143) / (144/143) = 1/2
    assert tally.f1 == 0.5


def test_a_ratio_of_nothing_is_none() -> None:
    assert (Tally().precision, Tally().recall, Tally().f1) == (None, None, None)
    omitted = Tally(omitted=3)
    assert (omitted.precision, omitted.recall, omitted.f1) == (None, 0.0, 0.0)


def test_draws_are_the_same_for_the_same_seed_and_take_whole_encounters() -> None:
    drawn = draws(5, resamples=50, seed=7)
    assert drawn == draws(5, resamples=50, seed=7)
    assert drawn != draws(5, resamples=50, seed=8)
    assert len(drawn) == 50
    assert {len(sample) for sample in drawn} == {5}
    assert {one for sample in drawn for one in sample} == {0, 1, 2, 3, 4}
    assert draws(0) == ()


def test_the_interval_of_two_encounters_of_which_one_is_right_spans_everything() -> None:
    # Drawing two of {right, wrong} gives 0, 1/2, 1/2 or 1, each a quarter of the time: far more than 2.5 % at each end.
    exact = intervals([(1, 1), (0, 1)], (lambda row: share(row[0], row[1]),), draws(2))
    assert exact == (Interval(0.5, 0.0, 1.0),)


def test_the_interval_takes_the_percentiles_of_given_draws() -> None:
    # Forty resamples by hand: one gives 0, thirty-eight give 1/2, one gives 1. Of the ranks 0 to 39, 2.5 % is rank
    # 0.975, so 1, and 97.5 % is rank 38.025, so 38: both are 1/2.
    drawn = [(1, 1), *[(0, 1)] * 38, (0, 0)]
    assert intervals([(1, 1), (0, 1)], (lambda row: share(row[0], row[1]),), drawn) == (Interval(0.5, 0.5, 0.5),)


def test_resamples_without_anything_to_measure_are_left_out() -> None:
    ratios = (lambda row: share(row[0], row[1]),)
    assert intervals([(1, 1), (0, 0)], ratios, draws(2)) == (Interval(1.0, 1.0, 1.0),)
    assert intervals([(0, 0)], ratios, draws(1)) == (Interval(None, None, None),)
    assert intervals([], (lambda row: share(0, 0),), ()) == (Interval(None, None, None),)


def test_the_curve_releases_the_least_risk_first_and_equal_risks_together() -> None:
    encounters = [(100, False, True), (0, True, False), (10, True, False), (0, False, False)]
    assert risk_coverage(encounters) == (
        Step(risk=0, released=2, coverage=0.5, wrong=1, error_rate=0.5, over_coded=0),
        Step(risk=10, released=3, coverage=0.75, wrong=1, error_rate=pytest.approx(1 / 3), over_coded=0),
        Step(risk=100, released=4, coverage=1.0, wrong=2, error_rate=0.5, over_coded=1),
    )
    assert risk_coverage([]) == ()
