"""The net under every reader: words of the notes that show a drug given, and that no fact took.

It reads nothing into the facts and earns no code. What it finds is kept with the facts, so that a coder sees it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.grounding import Grounded
from reviewer.grounding.page import Page
from reviewer.language.as_read import own_words, read_words
from reviewer.unread.finding import Sighting, sightings
from reviewer.unread.names import Names, names_of
from reviewer.unread.timed import timed
from reviewer.unread.times import open_times
from reviewer.unread.told import Told
from validator.evidence import Evidence
from validator.facts import Encounter, Trace
from validator.rulebook import Rulebook

__all__ = ["traces", "with_traces"]

_MOST_WORDS = 4
"""Places quoted of one drug; it is named in the report either way."""


def with_traces(grounded: Grounded, rulebook: Rulebook) -> Grounded:
    """What was grounded, and with its facts what its notes show and they do not have."""
    encounter, names = _as_read(grounded), names_of(rulebook)
    found = _traces(grounded, encounter, names)
    day = encounter.encounter.date_of_service.get() or rulebook.default_date
    times = open_times(encounter, grounded.pages, names, day)
    if not found and not times:
        return grounded
    typed = {page.note.id: page.note for page in grounded.pages if page.note.own is not None}
    found = own_words(found, typed) if typed else found
    administrations = tuple(
        one.model_copy(update=own_words(times[one.id], typed)) if one.id in times else one
        for one in grounded.encounter.administrations
    )
    told = grounded.encounter.model_copy(update={"unread": found, "administrations": administrations})
    return Grounded(told, grounded.ungrounded, grounded.alarms, grounded.pages)


def _as_read(grounded: Grounded) -> Encounter:
    """The facts with their places in the notes as they were read."""
    return read_words(grounded.encounter, {page.note.id: page.note for page in grounded.pages})


def traces(grounded: Grounded, rulebook: Rulebook) -> tuple[Trace, ...]:
    """What the notes show as given and no fact has, one trace for a drug however often it is named.

    A claim that was refused is in the report already. Deterministic; linear in the notes' length.
    """
    return _traces(grounded, _as_read(grounded), names_of(rulebook))


def _traces(grounded: Grounded, encounter: Encounter, names: Names) -> tuple[Trace, ...]:
    told = Told(encounter, grounded.ungrounded, names)
    grouped: dict[str, list[Sighting]] = {}
    for page in grounded.pages:
        for sighting in (*sightings(page, told, names), *timed_sightings(page, encounter, names)):
            grouped.setdefault(sighting.key, []).append(sighting)
    return tuple(_trace(number, seen, names) for number, seen in enumerate(grouped.values(), 1))


def timed_sightings(page: Page, encounter: Encounter, names: Names) -> Iterator[Sighting]:
    """The places that tell two times of a known drug which no fact has as given."""
    for anchor, (start, end) in timed(page, encounter, names):
        words = Evidence(note_id=page.note.id, start=start, end=end, text=page.text[start:end])
        yield Sighting(anchor.key, page.text[anchor.start : anchor.end], words, by_vein=True, timed=True)


def _trace(number: int, seen: list[Sighting], names: Names) -> Trace:
    first = seen[0]
    may_be = names.known(first.name) if first.name else None
    return Trace(
        id=f"u{number}",
        evidence=tuple(dict.fromkeys(one.evidence for one in seen))[:_MOST_WORDS],
        named=first.name or None,
        may_be=may_be if may_be or not first.name else names.near(first.name),
        known=may_be is not None,
        by_vein=any(one.by_vein for one in seen),
        timed=any(one.timed for one in seen),
    )
