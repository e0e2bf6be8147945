"""Where an encounter can stand on the worklist, and the steps between."""

from __future__ import annotations

from typing import Literal, get_args

State = Literal["new", "extracted", "needs_review", "queried", "answered", "released", "held"]
STATES: tuple[State, ...] = get_args(State)
STEPS: dict[State, tuple[State, ...]] = {
    "new": ("held",),
    "extracted": ("needs_review", "queried", "released", "held"),
    "needs_review": ("queried", "released", "held"),
    "queried": ("answered", "needs_review", "held"),
    "answered": ("needs_review", "queried", "released", "held"),
    "released": ("needs_review",),
    "held": ("needs_review", "released"),
}
"""What a person may do next. A review moves `new` on by itself; changed notes bring any state back to `new`."""
