"""Tables of terms and the forms they are written in; all matching is on whole words."""

from __future__ import annotations

import re

from reviewer.language.folding import lowered
from reviewer.language.lazy import Lazy

Table = tuple[tuple[str, Lazy], ...]


def table(**forms: str) -> Table:
    """Terms with the forms each is written in, case ignored."""
    return tuple((value, Lazy(rf"(?<!\w)(?:{form})(?!\w)", re.IGNORECASE)) for value, form in forms.items())


def named_in(terms: Table, text: str) -> list[str]:
    """The values that the words name, in table order. Words that an earlier row took are not read again."""
    values = []
    low = lowered(text)
    for value, form in terms:
        if not form.may_match(low):
            continue
        text, count = form.subn(" ; ", text)
        if count:
            values.append(value)
            low = lowered(text)
    return values


def sole(terms: Table, text: str) -> str | None:
    """The one value that the words name."""
    values = named_in(terms, text)
    return values[0] if len(values) == 1 else None


def first(terms: Table, text: str) -> str | None:
    """The first value, in table order, that the words name."""
    values = named_in(terms, text)
    return values[0] if values else None
