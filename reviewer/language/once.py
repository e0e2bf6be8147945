"""What is laid out of a rulebook once and then used for every note."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from validator.rulebook import Rulebook

T = TypeVar("T")


def once(made: Callable[[Rulebook], T]) -> Callable[[Rulebook], T]:
    """What `made` makes of the rulebook asked for last; a rulebook is too large to compare, so it is told by itself."""
    known: list[tuple[Rulebook, T]] = []

    @wraps(made)
    def of(rulebook: Rulebook) -> T:
        last = next(iter(known), None)
        if last is None or last[0] is not rulebook:
            last = (rulebook, made(rulebook))
            known[:] = [last]
        return last[1]

    return of
