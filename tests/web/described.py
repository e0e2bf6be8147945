"""How the API is held against its own description."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings


def made_up(examples: int) -> Any:
    """So many made-up requests for each call, the same in every run."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
