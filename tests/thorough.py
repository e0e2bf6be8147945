"""How much of the long lists a run of the tests goes through: a part, always the same, or with
`REVIEWER_TESTS=thorough` all of it, which takes a quarter longer."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")
THOROUGH = os.environ.get("REVIEWER_TESTS") == "thorough"


def some(of: Iterable[T], part: int) -> list[T]:
    """One of `part` of them, chosen by name, so that others that join do not change the choice."""
    return [one for one in of if THOROUGH or zlib.crc32(str(one).encode()) % part == 0]


def number(thorough: int, quick: int) -> int:
    """How many generated encounters a test goes through."""
    return thorough if THOROUGH else quick
