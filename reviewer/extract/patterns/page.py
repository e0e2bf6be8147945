"""One note made ready to be read: every clock, amount, length, drug and event word, with its place.

All places are code points of the note's text. Everything is found once for the whole note; the readers then ask for
what stands between two places.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import Protocol, TypeVar

from reviewer.extract.patterns.events import EventWord, find_events
from reviewer.extract.wire import Said
from reviewer.language.clock import FoundClock, find_clocks, find_ranges
from reviewer.language.drugs import DrugFinder, DrugMention
from reviewer.language.durations import FoundDuration, find_durations
from reviewer.language.nameless import Unnamed, find_unnamed
from reviewer.language.quantity import FoundQuantity, find_quantities
from reviewer.notes.note import Note
from validator.frozen import frozen


class _Placed(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


P = TypeVar("P", bound=_Placed)


class Places(tuple[P, ...]):
    """Things found in a text, in order of their places."""

    @cached_property
    def starts(self) -> list[int]:
        """Where each begins."""
        return [item.start for item in self]


@frozen
class Page:
    """A note and what stands in it."""

    note: Note
    drugs_in: DrugFinder

    @cached_property
    def text(self) -> str:
        """The note's text."""
        return self.note.text

    @cached_property
    def clocks(self) -> Places[FoundClock]:
        """Every clock time, in order."""
        return Places(find_clocks(self.text))

    @cached_property
    def ranges(self) -> dict[int, tuple[FoundClock, FoundClock]]:
        """Every pair of clocks written as a range, by the place where it begins."""
        return {pair[0].start: pair for pair in find_ranges(self.text)}

    @cached_property
    def durations(self) -> Places[FoundDuration]:
        """Every length of time, in order."""
        return Places(find_durations(self.text))

    @cached_property
    def quantities(self) -> Places[FoundQuantity]:
        """Every amount, in order."""
        return Places(find_quantities(self.text))

    @cached_property
    def mentions(self) -> Places[DrugMention]:
        """Every known drug named, in order."""
        return Places(self.drugs_in.find(self.text))

    @cached_property
    def unnamed(self) -> Places[Unnamed]:
        """Every word that stands for a drug without naming it, where it was given, in order."""
        return Places(find_unnamed(self.text))

    @cached_property
    def events(self) -> Places[EventWord]:
        """Every word that tells of a start, a stop, a pause or something that is no administration, in order."""
        return Places(find_events(self.text))

    def said(self, text: str, start: int, end: int) -> Said:
        """A value as written and the quote text[start:end] that carries it."""
        quote = self.text[start:end]
        lead = len(quote) - len(quote.lstrip())
        return Said(text=_trimmed(text), quote=quote.strip(), note_id=self.note.id, at=start + lead)


def _trimmed(text: str) -> str:
    """A value without the punctuation that ends its sentence."""
    body = text.strip(" \t\n,;:|")
    return body[:-1] if body.endswith(".") and "." not in body[:-1] and len(body) > 4 else body


def within(items: Places[P], start: int, end: int) -> list[P]:
    """The items that lie wholly between two places."""
    starts = items.starts
    first = bisect_left(starts, start)
    if first == len(starts) or starts[first] > end:
        return []
    last = bisect_right(starts, end)
    return [item for item in items[first:last] if item.end <= end]
