"""In which order a note tells: most go forward, a printed flowsheet often has its newest entry first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_ENTRIES = 4
"""Fewer stamped lines than this never show that a note runs backwards."""


def newest_first(minutes: Sequence[int]) -> bool:
    """Whether the clocks that lead a note's lines (minutes of the day, in order) only ever go back."""
    steps = [later - earlier for earlier, later in pairwise(minutes)]
    return len(minutes) >= _ENTRIES and all(step <= 0 for step in steps) and sum(step < 0 for step in steps) >= 3
