"""What the facts have already: names, ingredients, times, and the stretches of the notes they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reviewer.language.clock import FoundClock
from reviewer.language.kept import expression
from reviewer.unread.names import Names
from validator.evidence import Evidence, Frozen
from validator.facts import Administration, Encounter, Fact, Interruption, Vial
from validator.findings import Ungrounded

_WORD = expression(r"[a-z0-9][a-z0-9'’-]{2,}")
Span = tuple[int, int]
_DAY = 2 * 24 * 60
_NEAR = 5
"""Minutes by which two tellings of one push differ."""


class Told:
    """Facts and refused claims, asked for what a stretch of a note is."""

    def __init__(self, encounter: Encounter, claims: Sequence[Ungrounded], names: Names) -> None:
        self.words: set[str] = set()
        self.ingredients: set[str] = set()
        self.classes: set[str] = set()
        self._times: dict[str, list[Span]] = {}
        self._spans: dict[str, list[Span]] = {}
        self._drugs: dict[str, list[Span]] = {}
        self._claims = [
            f"{one.quote} {one.claim}".casefold() for one in claims if one.path.startswith("administrations.")
        ]
        for given in encounter.administrations:
            self._take(given, names)
        if any(service.kind == "transfusion" for service in encounter.services):
            self.classes.add("blood")
        others = (*encounter.administrations, *encounter.pumps, *encounter.services, *encounter.visits)
        for entry in others:
            for words in _evidence(entry):
                self._spans.setdefault(words.note_id, []).append((words.start, words.end))

    def _take(self, given: Administration, names: Names) -> None:
        said = [given.drug.value, *given.drug.readings, given.product.value]
        said += [words.text for words in given.drug.evidence]
        for name in {name for name in said if name}:
            self.words |= {name.casefold(), *_WORD.findall(name.casefold())}
            self.ingredients |= {drug.ingredient for drug in names.drugs(name)}
            self.ingredients |= {mention.ingredient for mention in names.find(name)}
        for ingredient in {drug.ingredient for name in said if name for drug in names.drugs(name)}:
            self._times.setdefault(ingredient, []).extend(_times(given))
        for words in (*given.drug.evidence, *given.product.evidence):
            self._drugs.setdefault(words.note_id, []).append((words.start, words.end))

    def names(self, word: str) -> bool:
        """Whether a fact, or a claim that the report shows as refused, names a word."""
        low = word.casefold()
        return low in self.words or any(low in claim for claim in self._claims)

    def has_time(self, ingredient: str, clock: FoundClock) -> bool:
        """Whether a clock lies in a giving of a drug, or is one of its times; so it may where a giving has no time."""
        minute = clock.clock.minute
        return any(first <= minute <= last for first, last in self._times.get(ingredient, ((0, _DAY),)))

    def is_name(self, note_id: str, start: int, end: int) -> bool:
        """Whether a stretch is where a fact found its drug's name."""
        return _lies_in(self._drugs.get(note_id, ()), start, end)

    def covers(self, note_id: str, start: int, end: int, besides: int | None = None) -> bool:
        """Whether a fact rests on a stretch of a note, in words that do not hold what stands at `besides` as well."""
        spans: Iterable[Span] = self._spans.get(note_id, ())
        if besides is not None:
            spans = [(first, last) for first, last in spans if not first <= besides < last]
        return _lies_in(spans, start, end)


def _times(given: Administration) -> Iterator[Span]:
    """The minutes of a day that one giving takes; all of them where its time is not told or runs over midnight."""
    starts, stops = _minutes(given.start), _minutes(given.stop)
    instant = given.technique.value in ("push", "injection")
    if not starts or (not stops and not instant) or (stops and max(stops) < min(starts)):
        yield 0 if not starts else min(starts), _DAY
    else:
        yield min(starts) - _NEAR, max(*starts, *stops, min(starts)) + _NEAR


def _minutes(fact: Fact[str]) -> list[int]:
    """The minutes of the day of every reading of a time."""
    told = [time[-5:] for time in (fact.value, *fact.readings) if time]
    return [int(time[:2]) * 60 + int(time[3:]) for time in told]


def _lies_in(spans: Iterable[Span], start: int, end: int) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _evidence(entry: Frozen) -> Iterator[Evidence]:
    """Every stretch of a note that the facts of one entry rest on."""
    for value in entry.__dict__.values():
        if isinstance(value, Fact):
            yield from value.evidence
        elif value and isinstance(value, tuple):
            for part in value:
                if isinstance(part, (Fact, Vial)):
                    yield from part.evidence
                elif isinstance(part, Interruption):
                    yield from (*part.start.evidence, *part.stop.evidence)
