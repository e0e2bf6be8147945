"""From wire facts to an encounter: every claim is found in "
"its note, read by our own words, and tied to its drug.

A claim that does not hold stays visible as `ungrounded` and never becomes known; nothing is repaired or guessed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from reviewer.extract.wire import WireEncounter
from reviewer.grounding import bladder, cavity, dosing, flushed, injected, overnight, pumped, venous
from reviewer.grounding.administrations import Fields, Given
from reviewer.grounding.claims import Book
from reviewer.grounding.elements import documentation
from reviewer.grounding.identity import alarms
from reviewer.grounding.naming import Naming, own_mentions, partners, status
from reviewer.grounding.page import Page
from reviewer.grounding.premeds import carried_out
from reviewer.grounding.sites import Sites
from reviewer.grounding.visit import Around, dates_of, information
from reviewer.language.as_read import own_words
from reviewer.language.drugs import finder
from reviewer.notes.note import Note
from validator.facts import Administration, Encounter
from validator.findings import Ungrounded
from validator.frozen import frozen
from validator.rulebook import Rulebook

__all__ = ["Grounded", "ground"]


@frozen
class Grounded:
    """The encounter as the notes carry it, the claims they do not carry, and why they may not be one encounter.

    `pages` are the notes as they were laid out, for whoever looks at them next.
    """

    encounter: Encounter
    ungrounded: tuple[Ungrounded, ...] = ()
    alarms: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()


def ground(wire: WireEncounter, notes: tuple[Note, ...], rulebook: Rulebook, *, day: date | None = None) -> Grounded:
    """Ground what a reader said in the notes it read.

    `day` is a date of service that a person entered; without it the notes' own date (the first, where they differ),
    else the rulebook's default, is the day on which next-day times are counted.
    """
    names = finder(rulebook)
    book = Book({note.id: Page(note, names.find(note.text)) for note in notes})
    dates = dates_of(book, wire)
    on = day or min((told for days in dates.values() for told in days), default=rulebook.default_date)
    for page in book.pages.values():
        page.year = on.year
    naming = Naming(book, rulebook, names)
    naming.unknown_names(wire.administrations)
    info = information(book, wire)
    sites = Sites(book.pages.values())
    fields = Fields(book, sites, on)
    around = Around(book, fields)
    visits, pumps = around.visits(wire.visits), around.pumps(wire.pumps)
    named = [naming.given(administration) for administration in wire.administrations]
    everyone = [given for given, _ in named]
    own_mentions(everyone)
    for given in everyone:
        given.carried_out = carried_out(book.pages, given.anchors)
    mixed, together = partners(book, everyone, "mixed_with"), partners(book, everyone, "concurrent_with")
    _share_bags(everyone, mixed)
    administrations = []
    for given, drug in named:
        values = fields.ground(given)
        values["drug"] = drug
        told = {on} if day is not None else {told for days in dates.values() for told in days}
        values["stop"] = overnight.stop(given, values, book, on, told)
        values["purpose"] = flushed.purpose(given, values, book)
        values["route"] = bladder.route(given, values, book)
        values["route"] = cavity.route(given, values, book, rulebook)
        values["route"] = injected.route(given, values, book, rulebook)
        values["route"] = venous.route(given, values, book, sites, rulebook)
        values["pump"] = around.pump_of(given, wire.pumps, pumps)
        values["status"] = status(book, given, values, pumped.filling(values, pumps))
        values["visit"] = around.visit_of(given, visits, values["start"].get())
        values["route"] = pumped.route(values["route"], values["pump"], pumps, given, book)
        values["mixed_with"], values["concurrent_with"] = mixed[given.wire.id], together[given.wire.id]
        values.update(dosing.told(book, given, everyone))
        values["product"] = dosing.product(book, given, values, rulebook)
        administrations.append(Administration(id=given.wire.id, **values))
    encounter = Encounter(
        encounter=dosing.measures(book, info, administrations),
        access_sites=sites.facts(),
        administrations=tuple(administrations),
        visits=visits,
        pumps=pumped.started(pumps, administrations, book),
        services=around.services(wire.services),
        documentation=documentation(book, wire.documentation),
    )
    typed = {note.id: note for note in notes if note.own is not None}
    carried = own_words(encounter, typed) if typed else encounter
    return Grounded(carried, tuple(book.refused), alarms(book, wire.patient, dates), tuple(book.pages.values()))


def _one_day(dates: dict[str, set[date]]) -> date | None:
    told = {day for days in dates.values() for day in days}
    return told.pop() if len(told) == 1 else None


def _share_bags(everyone: list[Given], mixed: dict[str, tuple[str, ...]]) -> None:
    known: dict[str, Given] = {given.wire.id: given for given in everyone}
    for given in everyone:
        keys = {a.key for other in mixed[given.wire.id] for a in known[other].anchors}
        given.partner = _partner(keys)


def _partner(keys: set[str]) -> Any:
    return lambda anchor: anchor.key in keys
