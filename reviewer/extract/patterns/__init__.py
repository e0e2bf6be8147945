"""The pattern reader: notes as written to wire facts, by fixed patterns alone. It decides nothing (design 4.2)."""

from __future__ import annotations

from functools import lru_cache

from reviewer.extract.patterns.companions import companions
from reviewer.extract.patterns.context import give_purposes, read_context
from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.elements import read_elements
from reviewer.extract.patterns.elements_assessment import read_assessments
from reviewer.extract.patterns.elements_forms import read_forms
from reviewer.extract.patterns.lone import take_lone_times
from reviewer.extract.patterns.merge import merge
from reviewer.extract.patterns.narrative import read_statement
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.premeds import carry_out
from reviewer.extract.patterns.pumps import read_pumps
from reviewer.extract.patterns.rows import read_row
from reviewer.extract.patterns.segments import Statement, statements
from reviewer.extract.patterns.services import read_services
from reviewer.extract.patterns.sites import give_lines
from reviewer.extract.patterns.tables import Row, read_tables
from reviewer.extract.patterns.telling import Telling
from reviewer.extract.patterns.ties import regimens, tie_concurrent, without_known_regimens
from reviewer.extract.patterns.visit_facts import VisitFacts, read_visit_facts
from reviewer.extract.patterns.visits import read_visits
from reviewer.extract.wire import WireElement, WireEncounter
from reviewer.language.drugs import finder
from reviewer.language.order import newest_first
from reviewer.notes.note import Note
from validator.rulebook import Rulebook


def read(notes: tuple[Note, ...], rulebook: Rulebook) -> WireEncounter:
    """Everything the notes of ONE encounter tell, as words and quotes. Deterministic; linear in the notes' length."""
    pages = [Page(note, finder(rulebook)) for note in notes]
    tellings = [drafts for page in pages for drafts in _tellings(page)]
    return assembled(pages, tellings)


def assembled(pages: list[Page], tellings: list[list[Draft]]) -> WireEncounter:
    """The encounter from what each source of its notes tells of administrations, and the rest of the notes."""
    notes = tuple(page.note for page in pages)
    tellings.append(companions(pages, tellings))
    drafts = without_known_regimens(merge(tellings))
    carry_out(pages, drafts)
    services, drafts = read_services(pages, drafts)
    pumps = read_pumps(pages, drafts)
    visits = read_visits(pages, drafts)
    for page in pages:
        give_lines(page, drafts)
        give_purposes(page, drafts)
    tie_concurrent(drafts)
    ids = {id(draft): f"a{number}" for number, draft in enumerate(drafts, 1)}
    about, documentation = _besides_drugs(notes)
    return WireEncounter(
        date_of_service=about.date_of_service,
        setting=about.setting,
        payer=about.payer,
        primary_reason=about.primary_reason,
        patient=about.patient,
        administrations=tuple(draft.wire(ids) for draft in drafts),
        visits=tuple(visits),
        pumps=tuple(pumps),
        services=tuple(services),
        documentation=(*documentation, *read_context(pages, drafts)),
        remarks=tuple(said for page in pages for said in regimens(page)),
    )


@lru_cache(maxsize=4)
def _besides_drugs(notes: tuple[Note, ...]) -> tuple[VisitFacts, tuple[WireElement, ...]]:
    """What does not depend on who tells of the drugs: where two readers read, it is read once."""
    about = read_visit_facts(notes)
    return about, (*read_elements(notes), *read_forms(notes, about.patient), *read_assessments(notes))


def _tellings(page: Page) -> list[list[Draft]]:
    """What each source of one note tells: its prose, and each of its tables.

    A table of events that names no drug ("0905 | infusion started") goes on with the prose before it, and prose goes
    on with a record of labelled lines ("Drug: X", "Start: 0905").
    """
    tables = read_tables(page)
    own = {
        row.table
        for row in tables.rows
        if not row.labelled and (row.of("drug") or within(page.mentions, row.start, row.end))
    }
    prose = Telling(page, f"{page.note.id}#prose")
    apart = {number: Telling(page, f"{page.note.id}#table{number}") for number in sorted(own)}
    parts: list[Statement | Row] = [*statements(page, tables.taken), *tables.rows]
    parts.sort(key=lambda part: part.start)
    for part in _as_it_happened(parts):
        if isinstance(part, Row):
            read_row(page, apart.get(part.table, prose), part)
        else:
            read_statement(page, prose, part)
    take_lone_times(page, prose)
    return [prose.drafts, *(telling.drafts for telling in apart.values())]


def _as_it_happened(parts: list[Statement | Row]) -> list[Statement | Row]:
    """The parts of a note in the order of time: where the newest entry stands first, entry by entry from the last."""
    entries: list[list[Statement | Row]] = [[]]
    clocks: list[int] = []
    for part in parts:
        stamp = part.stamp if isinstance(part, Statement) and part.leads else None
        if stamp is not None and stamp.own:
            clocks.append(stamp.first.clock.minute)
            entries.append([])
        entries[-1].append(part)
    if not newest_first(clocks):
        return parts
    return [part for entry in (entries[0], *reversed(entries[1:])) for part in entry]
