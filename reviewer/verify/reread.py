"""The facts against a second reading of the notes: the deterministic reader reads them again, where it alone had read.

Spans and values say that what stands in a review is in the notes; only reading again says that nothing was left out.
This is no judgement: no rule of coding and no requirement is looked at. What a model read cannot be read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from reviewer.notes.note import Note
from reviewer.verify.problems import Problem, differences
from reviewer.verify.records import Plain
from reviewer.verify.world import told

if TYPE_CHECKING:
    from validator.rulebook import Rulebook

READ_ALONE = "patterns"


def check(review: Plain, notes: tuple[Note, ...], rulebook: Rulebook) -> Iterator[Problem]:
    """What the reader finds otherwise than the review says; nothing where another reader took part."""
    if review["provenance"]["extractor"] != READ_ALONE:
        return
    from reviewer.extract.patterns import read
    from reviewer.grounding import ground
    from reviewer.language.unrecorded import left_out, recorded

    kept = tuple(n.model_copy(update={"text": recorded(n.text)}) if left_out(n.text) else n for n in notes)
    info = review["facts"].get("encounter", {})
    entered = {name: fact for name, fact in info.items() if isinstance(fact, dict) and fact.get("by")}
    day = told(entered, "date_of_service")
    found = ground(read(kept, rulebook), kept, rulebook, day=date.fromisoformat(day) if day else None)
    again = found.encounter.model_dump(mode="json", exclude_defaults=True)
    again["encounter"] = {**again.get("encounter", {}), **entered}
    for name in ("switches", "policy"):
        if name in info:
            again["encounter"][name] = info[name]
    for one in differences("facts", _bare(review["facts"]), _bare(again)):
        yield Problem(one.at, "is not what reading the notes again gives")
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
