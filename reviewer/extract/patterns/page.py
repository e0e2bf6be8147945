"""One note made ready to be read: every clock, amount, length, drug and event word, with its place.

All places are code points of the note's text. Everything is found once for the whole note; the readers then ask for
what stands between two places.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from reviewer.extract.patterns.events import EventWord, find_events
from reviewer.extract.wire import Said
from reviewer.language.clock import FoundClock, find_clocks, find_ranges
from reviewer.language.drugs import DrugFinder, DrugMention
from reviewer.language.durations import FoundDuration, find_durations
from reviewer.language.quantity import FoundQuantity, find_quantities
from reviewer.notes.note import Note


class _Placed(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


P = TypeVar("P", bound=_Placed)


@dataclass(frozen=True)
class Page:
    """A note and what stands in it."""

    note: Note
    drugs_in: DrugFinder

    @property
    def text(self) -> str:
        """The note's text."""
        return self.note.text

    @cached_property
    def clocks(self) -> tuple[FoundClock, ...]:
        """Every clock time, in order."""
        return find_clocks(self.text)

    @cached_property
    def ranges(self) -> dict[int, tuple[FoundClock, FoundClock]]:
        """Every pair of clocks written as a range, by the place where it begins."""
        return {pair[0].start: pair for pair in find_ranges(self.text)}

    @cached_property
    def durations(self) -> tuple[FoundDuration, ...]:
        """Every length of time, in order."""
        return find_durations(self.text)

    @cached_property
    def quantities(self) -> tuple[FoundQuantity, ...]:
        """Every amount, in order."""
        return find_quantities(self.text)

    @cached_property
    def mentions(self) -> tuple[DrugMention, ...]:
        """Every known drug named, in order."""
        return self.drugs_in.find(self.text)

    @cached_property
    def events(self) -> tuple[EventWord, ...]:
        """Every word that tells of a start, a stop, a pause or something that is no administration, in order."""
        return find_events(self.text)

    def said(self, text: str, start: int, end: int) -> Said:
        """A value as written and the quote text[start:end] that carries it."""
        quote = self.text[start:end]
        lead = len(quote) - len(quote.lstrip())
        return Said(text=_trimmed(text), quote=quote.strip(), note_id=self.note.id, at=start + lead)


def _trimmed(text: str) -> str:
    """A value without the punctuation that ends its sentence."""
    body = text.strip(" \t\n,;:|")
    return body[:-1] if body.endswith(".") and "." not in body[:-1] and len(body) > 4 else body


def within(items: Sequence[P], start: int, end: int) -> Sequence[P]:
    """The items that lie wholly between two places."""
    first = bisect_left(items, start, key=lambda item: item.start)
    last = bisect_right(items, end, key=lambda item: item.start)
    return [item for item in items[first:last] if item.end <= end]
