"""What a check found wrong: where in the review, and what. Never a word of a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

BROKEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RuntimeError)
"""What following a review of a broken shape may raise: an id, a code or a value that is not there, or is another."""


class Problem(NamedTuple):
    """One thing that does not hold. `at` is a path in the review ("codes[2].units")."""

    at: str
    what: str


def differences(at: str, found: Any, expected: Any) -> Iterator[Problem]:
    """Where a value of the review is not what it has to be, as deep as both have the same shape."""
    if isinstance(found, dict) and isinstance(expected, dict):
        for name in found.keys() | expected.keys():
            if name not in expected:
                yield Problem(f"{at}.{name}", "is not expected here")
            elif name not in found:
                yield Problem(f"{at}.{name}", "is missing")
            else:
                yield from differences(f"{at}.{name}", found[name], expected[name])
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from differences(f"{at}[{place}]", one, other)
    elif found != expected or type(found) is not type(expected):
        yield Problem(at, "does not follow from the facts and the rule records")


def sorted_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, in the order of their places."""
    return sorted(set(problems))
