"""How often Python looks for garbage in cycles, of which a review makes hardly any."""

from __future__ import annotations

import gc

_ALLOCATIONS_BEFORE_COLLECTING = 200_000


def collect_seldom() -> None:
    """For a process of this program's own: looking so often costs a tenth of a start and of reading."""
    gc.set_threshold(_ALLOCATIONS_BEFORE_COLLECTING)
