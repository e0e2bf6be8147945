"""What a pump and the drug in it tell of each other: the way its name tells, and that it was started."""

from __future__ import annotations

import re
from typing import Any

from reviewer.grounding.administrations import Given
from reviewer.grounding.claims import Book
from reviewer.grounding.venous import worn_into_vein
from reviewer.language.kept import expression
from reviewer.language.vocabulary import read_route
from validator.facts import Administration, Evidence, Fact, Pump, Standing

_PUMP_WAY = expression(
    r"(?<!\w)((?-i:HAI|HAIP)|hepatic[- ]arter(?:y|ial)(?: infusion)?|intra-?arterial|intra-?thecal|intra-?peritoneal)"
    r"(?: \w+){0,2} (?:pump|reservoir)(?!\w)",
    re.IGNORECASE,
)


def route(stated: Fact[Any], pump: Fact[str], pumps: tuple[Pump, ...], given: Given, book: Book) -> Fact[Any]:
    """The route as grounded, else the one way that the words of the drug's own pump name (ROUTE-2).

    Chemotherapy in a pump that is worn goes into a vein, unless the notes speak of another way.
    """
    if stated.standing not in (Standing.NOT_STATED, Standing.UNGROUNDED) or pump.standing is not Standing.GROUNDED:
        return stated
    holder = next((one for one in pumps if one.id == pump.value), None)
    if holder is None:
        return stated
    named: dict[str, Evidence] = {}
    for fact in (holder.kind, holder.action, holder.planned_hours):
        for evidence in fact.evidence if fact.known else ():
            for found in _PUMP_WAY.finditer(evidence.text):
                way = read_route(found[1])
                if way is not None:
                    named.setdefault(way, evidence)
    if not named and holder.kind.value == "portable" and worn_into_vein(given, book, holder.kind.evidence):
        return Fact[Any](value="intravenous", standing=Standing.GROUNDED, evidence=holder.kind.evidence[:1])
    if len(named) != 1:
        return stated
    way, evidence = named.popitem()
    return Fact[Any](value=way, standing=Standing.GROUNDED, evidence=(evidence,))


def filling(values: dict[str, Any], pumps: tuple[Pump, ...]) -> tuple[Evidence, ...]:
    """The words by which the drug's own pump was refilled, where a dose of the drug is told: it went into the pump."""
    pump: Fact[str] = values["pump"]
    holder = next((one for one in pumps if one.id == pump.value), None)
    if holder is None or pump.standing is not Standing.GROUNDED or not values["dose"].known:
        return ()
    refilled = holder.action.standing is Standing.GROUNDED and holder.action.value == "refilled"
    return holder.action.evidence if refilled else ()


def started(pumps: tuple[Pump, ...], administrations: list[Administration], book: Book) -> tuple[Pump, ...]:
    """The pumps; one of which nobody says what was done was initiated where its drug's row has a start time."""
    return tuple(_started(pump, administrations, book) for pump in pumps)


def _started(pump: Pump, administrations: list[Administration], book: Book) -> Pump:
    if pump.action.standing is not Standing.NOT_STATED:
        return pump
    for one in administrations:
        if one.pump.get() != pump.id or not one.start.known:
            continue
        for evidence in one.start.evidence:
            if _in_start_column(book, evidence):
                action = Fact[Any](value="initiated", standing=Standing.GROUNDED, evidence=(evidence,))
                return pump.model_copy(update={"action": action})
    return pump


def _in_start_column(book: Book, evidence: Evidence) -> bool:
    row = book.pages[evidence.note_id].row(evidence.start)
    return row is not None and any(cell.start < evidence.end for cell in row.of("start"))
