"""`late`: what `re.compile` makes, but made when it is first used.

An expression takes longer to compile than to run, and one encounter needs few of them.
"""

from __future__ import annotations

import re
from typing import Any, cast


def late(pattern: str, flags: re.RegexFlag | int = 0) -> re.Pattern[str]:
    """An expression with the methods and attributes of a compiled one; raises `re.error` when it is first used."""
    return cast("re.Pattern[str]", _Late(pattern, flags))


class _Late:
    """Compiles at the first question; what was asked for once is its own from then on."""

    def __init__(self, pattern: str, flags: re.RegexFlag | int) -> None:
        self._said = pattern, flags

    def __getattr__(self, name: str) -> Any:
        answer = getattr(re.compile(*self._said), name)  # `re` keeps what it compiled for the next method
        setattr(self, name, answer)
        return answer
