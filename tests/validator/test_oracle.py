"""The validator and an independent brute-force count agree on generated encounters."""

from __future__ import annotations

from collections import Counter
from typing import Any

from generate import encounter, untold
from oracle import UNSETTLED, expected_units
from thorough import number

from validator import validate
from validator.facts import Encounter
from validator.findings import Assessment
from validator.loading import default_rulebook

ENCOUNTERS = 2_000
LACKING = number(500, 250)


def reported_units(assessment: Assessment) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in assessment.codes:
        if line.kind != "drug":
            units[line.code] += line.units
    return units


def disagreement(seed: int) -> str | None:
    """What the two count differently for one seed, or None; readable without running anything."""
    return difference(seed, encounter(seed))


def difference(seed: int, facts: dict[str, Any]) -> str | None:
    """The same for facts that were made of a seed."""
    parsed = Encounter.model_validate(facts)
    expected = expected_units(parsed)
    reported = reported_units(validate(parsed, default_rulebook()))
    unsettled = expected.pop(UNSETTLED, 0)
    if expected == reported or (unsettled and not reported - expected):
        return None
    over, under = dict(reported - expected), dict(expected - reported)
    rows = [f"  {a}" for a in facts["administrations"]]
    setting = {k: facts["encounter"][k] for k in ("setting", "payer", "primary_reason")}
    head = f"seed {seed}: validator over {over}, under {under}; {setting} {facts['documentation']}"
    more = [f"  {row}" for row in (*facts["visits"], *facts["pumps"], *facts["services"])]
    return "\n".join([head, *rows, *more])


def test_the_validator_counts_what_the_oracle_counts() -> None:
    differing = [words for seed in range(ENCOUNTERS) if (words := disagreement(seed))]
    assert not differing, f"{len(differing)} of {ENCOUNTERS} differ\n" + "\n".join(differing[:5])


def test_they_count_the_same_where_a_route_a_line_or_a_name_is_not_told() -> None:
    differing = [words for seed in range(LACKING) for facts in untold(seed) if (words := difference(seed, facts))]
    assert not differing, f"{len(differing)} differ\n" + "\n".join(differing[:5])


def test_the_generator_reaches_every_code_of_the_scope() -> None:
    reached: Counter[str] = Counter()
    for seed in range(ENCOUNTERS):
        reached += Counter(set(expected_units(Encounter.model_validate(encounter(seed)))))
    wanted = {
        *("96360", "96361", "96365", "96366", "96367", "96368", "96372", "96374", "96375", "96376"),
        *("96401", "96402", "96409", "96411", "96413", "96415", "96416", "96417", "G0498"),
        *("96420", "96422", "96423", "96446", "96450", "51720", "36430", "96523"),
    }
    rare = {code: reached[code] for code in wanted if reached[code] < 5}
    assert not rare, f"the generator hardly reaches {rare}"
