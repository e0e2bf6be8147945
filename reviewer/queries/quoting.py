"""The words of the notes that a question rests on, as they may stand in a query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from reviewer.notes.note import Note
from reviewer.queries.documents import Indicator
from reviewer.queries.lint import lint
from reviewer.report.visible import shown
from reviewer.review import Review
from validator.facts import Administration, Evidence, Pump, Service
from validator.findings import MissingElement

_MOST = 3
_LONGEST_LINE = 160
_ROOM = 60
_WORD = re.compile(r"[^\W_]{2,}")


class Quoter:
    """Finds and shows indicators. Without the note of a piece of evidence, its own words stand."""

    def __init__(self, review: Review, notes: Iterable[Note]) -> None:
        self._notes: Mapping[str, Note] = {note.id: note for note in notes}
        self._given = {item.id: item for item in review.facts.administrations}
        self._services = {item.id: item for item in review.facts.services}
        self._pumps = review.facts.pumps
        self._may_stand: dict[str, bool] = {}
        self._behind = [
            *((line.code, line.administrations, line.services) for line in review.codes),
            *((line.code, line.administrations, line.services) for line in review.not_supported),
        ]

    def indicators(self, missing: MissingElement) -> tuple[Indicator, ...]:
        """At most three passages about what is missing, in the order of the notes, each line once."""
        found: dict[tuple[str, str], Indicator] = {}
        for evidence in self._evidence(missing):
            shown_as = self._indicator(evidence)
            if shown_as is not None:
                found.setdefault((shown_as.note_id, shown_as.quote), shown_as)
            if len(found) == _MOST:
                break
        return tuple(sorted(found.values(), key=lambda one: (one.note_id, one.start)))

    def _evidence(self, missing: MissingElement) -> Iterator[Evidence]:
        yield from missing.near
        if missing.administration in self._given:
            yield from _told(self._given[missing.administration])
        if missing.service in self._services:
            yield from _done(self._services[missing.service])
        if missing.administration is None and missing.service is None:
            yield from self._of_lines(missing.affects)
            yield from (e for item in self._given.values() for e in _told(item)[:1])
            yield from (e for item in self._services.values() for e in _done(item)[:1])
        yield from (e for item in self._pumps for e in _worn(item)[:1])

    def _of_lines(self, affected: tuple[str, ...]) -> Iterator[Evidence]:
        """The words behind the lines that the element bears on."""
        for code, administrations, services in self._behind:
            if code in affected:
                yield from (e for key in administrations if key in self._given for e in _told(self._given[key])[:1])
                yield from (e for key in services if key in self._services for e in _done(self._services[key])[:1])

    def _indicator(self, evidence: Evidence) -> Indicator | None:
        note = self._notes.get(evidence.note_id)
        at_hand = note is not None and note.text[evidence.start : evidence.end] == evidence.text
        line = note.text.count("\n", 0, evidence.start) + 1 if note is not None and at_hand else None
        whole = _line(note.text, evidence) if note is not None and at_hand else evidence.text
        for words in (whole, evidence.text):
            quote = shown(" ".join(words.split())).replace('"', "'")
            if self._quotable(quote):
                return Indicator(**evidence.model_dump(), quote=quote, line=line)
        return None

    def _quotable(self, quote: str) -> bool:
        """Whether the words say something and pass the linter; the same line is behind many elements."""
        if quote not in self._may_stand:
            reads = f'The note of 01/02/2026 reads "{quote}".'
            self._may_stand[quote] = bool(_WORD.search(quote)) and not lint(reads)
        return self._may_stand[quote]


def _told(item: Administration) -> tuple[Evidence, ...]:
    """The words in which an administration is told, those of its drug and dose first."""
    facts = (item.dose, item.drug, item.start, item.stop, item.technique, item.route, item.status)
    return tuple(evidence for fact in facts for evidence in fact.evidence[:2])


def _done(item: Service) -> tuple[Evidence, ...]:
    return tuple(evidence for fact in (item.detail, item.start, item.stop) for evidence in fact.evidence[:2])


def _worn(item: Pump) -> tuple[Evidence, ...]:
    return tuple(evidence for fact in (item.action, item.kind, item.planned_hours) for evidence in fact.evidence[:2])


def _line(text: str, evidence: Evidence) -> str:
    """The line or lines of the evidence, cut at blanks around it when long."""
    start = text.rfind("\n", 0, evidence.start) + 1
    end = text.find("\n", evidence.end)
    end = len(text) if end < 0 else end
    if end - start <= _LONGEST_LINE:
        return text[start:end]
    left, right = max(start, evidence.start - _ROOM), min(end, evidence.end + _ROOM)
    if left > start:
        left = text.find(" ", left, evidence.start) + 1 or evidence.start
    if right < end:
        cut = text.rfind(" ", evidence.end, right)
        right = cut if cut >= 0 else evidence.end
    return ("... " if left > start else "") + text[left:right] + (" ..." if right < end else "")
