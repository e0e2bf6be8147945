"""The facts against a second reading of the notes: the deterministic reader reads them again, where it alone had read.

Spans and values say that what stands in a review is in the notes; only reading again says that nothing was left out.
This is no judgement: no rule of coding and no requirement is looked at. What a model read cannot be read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from reviewer.notes.note import Note
from reviewer.verify.derived.world import told
from reviewer.verify.people import strikes, struck, with_changes
from reviewer.verify.problems import Problem, differences
from reviewer.verify.records import Plain

if TYPE_CHECKING:
    from reviewer.grounding import Grounded
    from validator.rulebook import Rulebook

READ_ALONE = "patterns"


def check(review: Plain, notes: tuple[Note, ...], rulebook: Rulebook) -> Iterator[Problem]:
    """What the reader finds otherwise than the review says; nothing where another reader took part."""
    if review["provenance"]["extractor"] != READ_ALONE or not notes:
        return
    from reviewer.extract.patterns import read
    from reviewer.grounding import ground
    from reviewer.language.as_read import as_read
    from reviewer.unread import with_traces

    kept = tuple(as_read(note) for note in notes)
    wire = read(kept, rulebook)
    days = [date.fromisoformat(day) if day else None for day in _days(review)]
    yield from min(
        (list(_compared(review, with_traces(ground(wire, kept, rulebook, day=day), rulebook))) for day in days), key=len
    )


def _days(review: Plain) -> list[str | None]:
    """The date that was given when the notes were read; a person may have entered another one later."""
    fact = review["facts"].get("encounter", {}).get("date_of_service", {})
    if not fact.get("by"):
        return [None]
    return [None, told({"day": fact}, "day")] if fact.get("why") else [told({"day": fact}, "day")]


def _compared(review: Plain, found: Grounded) -> Iterator[Problem]:
    """Where the notes, with what a person changed of them, give something else than the review says."""
    info = review["facts"].get("encounter", {})
    notes = found.encounter.model_dump(mode="json", exclude_defaults=True)
    again = with_changes(notes, review["facts"])
    for name in ("switches", "policy"):
        if name in info:
            again.setdefault("encounter", {})[name] = info[name]
    for one in differences("facts", _bare(review["facts"]), _bare(again)):
        yield Problem(one.at, "is not what reading the notes again gives")
    told_of = [sentence for sentence in review["notes_on_scope"] if strikes(sentence)]
    if len(struck(notes, review["facts"])) > len(told_of):
        yield Problem("facts.administrations", "the notes have one that does not stand, and nobody struck it")
    claims = [claim.model_dump(mode="json") for claim in found.ungrounded]
    for one in differences("ungrounded", review["ungrounded"], claims):
        yield Problem(one.at, "is not what reading the notes again gives")
    held = any(one["rule"] == "withheld-until-one-encounter" for one in review["needs_human"])
    if held != bool(found.alarms):
        yield Problem("needs_human", "is not what reading the notes again gives")


def _bare(facts: Plain) -> Plain:
    """Facts with `match` spelled out everywhere and nothing empty, as they are published."""
    return {name: _spelled(value) for name, value in facts.items() if value}


def _spelled(value: Any) -> Any:
    if isinstance(value, list):
        return [_spelled(one) for one in value]
    if not isinstance(value, dict):
        return value
    whole = {name: _spelled(one) for name, one in value.items()}
    return {**whole, "match": whole.get("match", "exact")} if "note_id" in whole else whole
