"""One claim of a reader at a time: found in its note, read by our own words, and kept or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import field
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from reviewer.extract.wire import Said
from reviewer.grounding.page import Page, Span
from reviewer.grounding.quotes import Place, place_at, places, within
from validator.facts import Evidence, Fact, Standing
from validator.findings import Ungrounded
from validator.frozen import changing, frozen

T = TypeVar("T")

NOT_THERE = "the quote is not in the note"
NO_NOTE = "no such note"
NO_VALUE = "the value is not in its quote"
UNREADABLE = "the value cannot be read from its words"
AMBIGUOUS = "the quote stands in the note more than once and its places disagree"
OTHER_DRUG = "the words do not belong to this drug: another row, sentence or drug stands between"


class Spot(NamedTuple):
    """A quote's place in a page, and the place of the value in it."""

    page: Page
    quote: Place
    start: int
    end: int

    @property
    def evidence(self) -> Evidence:
        """The note's own characters behind the claim."""
        text = self.page.text[self.quote.start : self.quote.end]
        return Evidence(
            note_id=self.page.note.id,
            start=self.quote.start,
            end=self.quote.end,
            text=text,
            match=self.quote.match,
        )

    @property
    def words(self) -> str:
        """The value's own characters in the note."""
        return self.page.text[self.start : self.end]


@frozen
class Reading(Generic[T]):
    """A value that its words carry. `near` is the drug mention it was tied to, as a span of its note."""

    value: T
    spot: Spot
    near: tuple[str, int, int] | None = None


@frozen
class Refusal:
    """Why a claim does not hold. `value` is what the reader meant, where that can be read at all."""

    reason: str
    value: Any = None
    spot: Spot | None = None


Judge = Callable[[Spot], "Reading[Any] | Refusal"]


@changing
class Book:
    """The notes laid out, and the claims that did not hold. One per grounding."""

    pages: dict[str, Page]
    refused: list[Ungrounded] = field(default_factory=list)

    def refuse(self, path: str, said: Said, reason: str) -> None:
        """Keep a claim that the notes do not carry."""
        parts = path.split(".")
        administration = parts[1] if parts[0] == "administrations" and len(parts) > 1 else None
        self.refused.append(
            Ungrounded(path=path, administration=administration, claim=said.text, quote=said.quote, reason=reason)
        )

    def spots(self, said: Said, *, value_in_quote: bool = True) -> tuple[Spot, ...] | str:
        """Every place where the claim's quote stands with its value in it, or the reason why there is none."""
        page = self.pages.get(said.note_id)
        if page is None:
            return NO_NOTE
        found: tuple[Place, ...] = ()
        if said.at is not None:
            exact = place_at(page.text, said.quote, said.at)
            found = (exact,) if exact else ()
        found = found or places(page.text, said.quote)
        if not found:
            return NOT_THERE
        spots = [Spot(page, place, *span) for place in found for span in _value_spans(page, place, said)]
        if spots:
            return tuple(spots)
        return NO_VALUE if value_in_quote else tuple(Spot(page, p, p.start, p.end) for p in found)

    def read(
        self,
        said: Said,
        judge: Judge,
        near: Iterable[tuple[str, int]] = (),
        *,
        free: bool = False,
        meant: Callable[[str], Any] | None = None,
    ) -> Reading[Any] | Refusal:
        """Judge a claim at each of its places; the one that holds, or the nearest to `near`, is the reading.

        `free` lets a value stand outside its quote's words (a name resolved to its alias). With `meant`, words that
        are not in their quote may still be carried by it, when both are read as one value ("flush", "irrigated").
        """
        spots = self.spots(said, value_in_quote=not free)
        if spots == NO_VALUE and meant is not None:
            return self._carried(said, judge, meant)
        if isinstance(spots, str):
            return Refusal(spots)
        judged = [judge(spot) for spot in spots]
        good = [one for one in judged if isinstance(one, Reading)]
        if not good:
            return next(one for one in judged if isinstance(one, Refusal))
        if len({_comparable(one.value) for one in good}) == 1:
            return min(good, key=lambda one: _distance(one.spot, near))
        distances = sorted(_distance(one.spot, near) for one in good)
        if distances[0] == distances[1]:
            return Refusal(AMBIGUOUS)
        return min(good, key=lambda one: _distance(one.spot, near))

    def _carried(self, said: Said, judge: Judge, meant: Callable[[str], Any]) -> Reading[Any] | Refusal:
        value = meant(said.text)
        result = self.read(said, judge, free=True)
        if value is None or result.value != value:
            return Refusal(NO_VALUE, value)
        return result

    def settle(
        self,
        path: str,
        saids: tuple[Said, ...],
        kind: type[Fact[T]],
        judge: Judge,
        near: list[tuple[str, int]] | None = None,
        same: Callable[[T], Hashable] | None = None,
        *,
        free: bool = False,
        meant: Callable[[str], Any] | None = None,
    ) -> Fact[T]:
        """The fact of one field: what holds becomes its value, what does not is kept with its reason.

        `near` collects where the values stood, so that later fields choose the nearest of repeated words.
        """
        if not saids:
            return unstated(kind)
        good: list[Reading[T]] = []
        bad: list[Refusal] = []
        for said in saids:
            result = self.read(said, judge, near or (), free=free, meant=meant)
            if isinstance(result, Reading):
                good.append(result)
            else:
                bad.append(result)
                self.refuse(path, said, result.reason)
        if not good:
            return refused_fact(kind, bad[0])
        if near is not None:
            near.extend((one.near[0], one.near[1]) for one in good if one.near)
        return fact(kind, good, same or _comparable)


def _value_spans(page: Page, place: Place, said: Said) -> tuple[Span, ...]:
    if not said.text.strip():
        return ()
    return within(page.text, place, said.text)


def _comparable(value: Any) -> Hashable:
    return value if isinstance(value, Hashable) else repr(value)


def _distance(spot: Spot, near: Iterable[tuple[str, int]]) -> int:
    apart = [abs(spot.start - at) for note_id, at in near if note_id == spot.page.note.id]
    return min(apart, default=1_000_000)


def fact(kind: type[Fact[T]], readings: list[Reading[T]], same: Callable[[T], Hashable] = _comparable) -> Fact[T]:
    """One fact from readings that hold: grounded when they agree, conflicting with every value when they do not."""
    evidence = tuple(r.spot.evidence for r in readings)
    distinct: dict[Hashable, T] = {}
    for reading in readings:
        distinct.setdefault(same(reading.value), reading.value)
    values = tuple(distinct.values())
    if len(values) == 1:
        return kind(value=values[0], standing=Standing.GROUNDED, evidence=_once(evidence))
    return kind(value=values[0], standing=Standing.CONFLICTING, evidence=_once(evidence), readings=values)


def _once(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple({(e.note_id, e.start, e.end): e for e in evidence}.values())


@lru_cache(maxsize=64)
def unstated(kind: type[Fact[T]]) -> Fact[T]:
    """The fact that nobody stated; one instance of each kind serves all, since facts are frozen."""
    return kind()


def refused_fact(kind: type[Fact[T]], refusal: Refusal) -> Fact[T]:
    """A fact that is shown and earns nothing."""
    evidence = (refusal.spot.evidence,) if refusal.spot else ()
    return kind(value=refusal.value, standing=Standing.UNGROUNDED, evidence=evidence)
