"""The policy switches: every place where sources disagree, as one frozen, typed value (decision 14, C-1..C-20).

The names and allowed values are declared in `data/policies.toml`; a switch missing here or there is a load error.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from validator.frozen import frozen


@frozen
class Switches:
    """One value per switch. The policies file says what each means and who says so."""

    missing_stop_time: str
    calc_stop_from_rate: bool
    multi_day_initial: str
    stopped_early: str
    long_continuous_presence_push: str
    addl_hour_threshold: str
    same_drug_reinfusion: str
    complex_biologic_code: str
    ssa_denosumab_code: str
    split_dose_units: str
    partial_overlap: str
    concurrent_min_overlap: int
    toxicity_prevention_hydration: str
    hydration_sum_segments: bool
    scalp_code_set: str
    g0498_with_other_chemo: str
    disconnect_code_non_g0498: str
    jz_when_unit_covers_waste: str
    ia_seed_biller_rule: str
    dose_missing_effect: str
    supervision_virtual: str
    accept_stated_duration: bool
    time_source_priority: str
    concurrent_chemo: str
    prolonged_iv_code: str
    pump_owner_default: str
    strict_payment: bool
    elastomeric_pump: str
    repeat_push_interval_from: str
    hydration_push_minutes: str


NAMES = frozenset(Switches.__match_args__)


def switches_from(values: Mapping[str, Any]) -> Switches:
    """The switches of a policy with any overrides already merged in. Raises KeyError for a missing one."""
    return _built(tuple(map(values.__getitem__, Switches.__match_args__)))


@lru_cache(maxsize=256, typed=True)
def _built(values: tuple[Any, ...]) -> Switches:
    return Switches(*values)
