"""Reads only the passages that another reader pointed at, with that reader's word for the drug of each.

A language model says which words tell of a drug; what they say is read here as everywhere. A passage that names no
drug ("infusion complete") goes to the drug that the other reader names, if that drug was told before.
"""

from collections.abc import Sequence
from typing import NamedTuple

from reviewer.extract.patterns.drafts import Draft
from reviewer.extract.patterns.narrative import read_statement
from reviewer.extract.patterns.page import Page, within
from reviewer.extract.patterns.rows import read_row
from reviewer.extract.patterns.segments import Statement, statements
from reviewer.extract.patterns.tables import Row, read_tables
from reviewer.extract.patterns.telling import Telling


class Passage(NamedTuple):
    """text[start:end] of a page, and the ingredients that the other reader says it is about."""

    start: int
    end: int
    ingredients: frozenset[str]


def read_pointed(page: Page, passages: Sequence[Passage]) -> list[list[Draft]]:
    """The drafts of each source of one note, from statements and rows that a passage touches, in order."""
    tables = read_tables(page)
    prose = Telling(page, f"{page.note.id}#prose")
    apart: dict[int, Telling] = {}
    parts: list[Statement | Row] = [*statements(page, tables.taken), *tables.rows]
    parts.sort(key=lambda part: part.start)
    for part, about in _chosen(page, parts, passages):
        if isinstance(part, Row):
            own = within(page.mentions, part.start, part.end)
            telling = apart.setdefault(part.table, Telling(page, f"{page.note.id}#table{part.table}")) if own else prose
            _turn_to(telling, about)
            read_row(page, telling, part)
        else:
            if not within(page.mentions, part.start, part.end):
                _turn_to(prose, about)
            read_statement(page, prose, part)
    named = frozenset().union(*(passage.ingredients for passage in passages)) if passages else frozenset()
    tellings = [prose, *apart.values()]
    return [[draft for draft in telling.drafts if draft.ingredient in named] for telling in tellings]


def _chosen(
    page: Page, parts: Sequence[Statement | Row], passages: Sequence[Passage]
) -> list[tuple[Statement | Row, frozenset[str]]]:
    """The parts to read, in order: those a passage touches, and what they refer back to.

    A passage that does not name its drug ("Infusion started 1010") speaks of the drug where it was last named.
    """
    chosen: dict[int, frozenset[str]] = {}
    for number, part in enumerate(parts):
        about = _about(part, passages)
        if about is None:
            continue
        chosen[number] = chosen.get(number, frozenset()) | about
        named = _ingredients(page, part)
        if about & named:
            continue
        before = next((n for n in range(number - 1, -1, -1) if about & _ingredients(page, parts[n])), None)
        if before is not None:
            chosen.setdefault(before, about & _ingredients(page, parts[before]))
    return [(parts[number], chosen[number]) for number in sorted(chosen)]


def _ingredients(page: Page, part: Statement | Row) -> frozenset[str]:
    return frozenset(mention.ingredient for mention in within(page.mentions, part.start, part.end))


def _about(part: Statement | Row, passages: Sequence[Passage]) -> frozenset[str] | None:
    """The ingredients of the passages that touch a part; None where none does."""
    touching = [one for one in passages if one.start < part.end and part.start < one.end]
    return frozenset().union(*(one.ingredients for one in touching)) if touching else None


def _turn_to(telling: Telling, ingredients: frozenset[str]) -> None:
    """What a passage without a drug of its own speaks of: the latest draft of the drug it is said to be about."""
    meant = [draft for draft in telling.drafts if draft.ingredient in ingredients]
    if meant:
        telling.last = meant[-1:]
