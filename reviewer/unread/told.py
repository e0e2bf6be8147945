"""What the facts have already: names, ingredients, times, and the stretches of the notes they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reviewer.language.kept import expression
from reviewer.unread.names import Names
from validator.evidence import Evidence, Frozen
from validator.facts import Administration, Encounter, Fact, Interruption, Vial
from validator.findings import Ungrounded

_WORD = expression(r"[a-z0-9][a-z0-9'’-]{2,}")
Span = tuple[int, int]


class Told:
    """Facts and refused claims, asked for what a stretch of a note is."""

    def __init__(self, encounter: Encounter, claims: Sequence[Ungrounded], names: Names) -> None:
        self.words: set[str] = set()
        self.ingredients: set[str] = set()
        self.classes: set[str] = set()
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
        for words in (*given.drug.evidence, *given.product.evidence):
            self._drugs.setdefault(words.note_id, []).append((words.start, words.end))

    def names(self, word: str) -> bool:
        """Whether a fact, or a claim that the report shows as refused, names a word."""
        low = word.casefold()
        return low in self.words or any(low in claim for claim in self._claims)

    def is_name(self, note_id: str, start: int, end: int) -> bool:
        """Whether a stretch is where a fact found its drug's name."""
        return _lies_in(self._drugs.get(note_id, ()), start, end)

    def covers(self, note_id: str, start: int, end: int, besides: int | None = None) -> bool:
        """Whether a fact rests on a stretch of a note, in words that do not hold what stands at `besides` as well."""
        spans: Iterable[Span] = self._spans.get(note_id, ())
        if besides is not None:
            spans = [(first, last) for first, last in spans if not first <= besides < last]
        return _lies_in(spans, start, end)


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
