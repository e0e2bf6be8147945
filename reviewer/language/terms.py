"""Tables of terms and the forms they are written in; all matching is on whole words."""

from __future__ import annotations

import re
from functools import lru_cache

from reviewer.language.folding import lowered
from reviewer.language.lazy import Lazy

_REMEMBERED = 128
"""Texts of which a table remembers what they name: a note is asked for the same words again and again."""


class Table:
    """Terms with the forms each is written in."""

    def __init__(self, rows: tuple[tuple[str, Lazy], ...]) -> None:
        self.rows = rows
        self.named_in = lru_cache(_REMEMBERED)(self._named_in)

    def _named_in(self, text: str) -> tuple[str, ...]:
        values = []
        low = lowered(text)
        for value, form in self.rows:
            if not form.may_match(low):
                continue
            text, count = form.subn(" ; ", text)
            if count:
                values.append(value)
                low = lowered(text)
        return tuple(dict.fromkeys(values))


def table(**forms: str | tuple[str, ...]) -> Table:
    """Terms with the forms each is written in, case ignored.

    A term may have several expressions: one form that heeds case makes all of its expression slow.
    """
    return Table(
        tuple(
            (value, Lazy(rf"(?<!\w)(?:{form})(?!\w)", re.IGNORECASE))
            for value, said in forms.items()
            for form in ((said,) if isinstance(said, str) else said)
        )
    )


def named_in(terms: Table, text: str) -> tuple[str, ...]:
    """The values that the words name, in table order. Words that an earlier row took are not read again."""
    return terms.named_in(text)


def sole(terms: Table, text: str) -> str | None:
    """The one value that the words name."""
    values = named_in(terms, text)
    return values[0] if len(values) == 1 else None


def first(terms: Table, text: str) -> str | None:
    """The first value, in table order, that the words name."""
    values = named_in(terms, text)
    return values[0] if values else None
