"""An encounter with one fact put in place: what the record would say if a person entered the missing element."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from validator.facts import NOT_DOCUMENTED, Encounter, Fact, Standing
from validator.timelines import deciding_minutes, moment_of, unknown_times


def filled(encounter: Encounter, path: str, value: Any) -> Encounter:
    """The encounter with the fact at a dotted path replaced by an entered value.

    Paths are those of findings: "administrations.a5.stop", "administrations.a5.interruptions.0.start",
    "visits.v1.left", "encounter.setting", "documentation.second_site_reason". A datetime becomes an ISO local clock;
    None takes the fact away. Raises LookupError for a path that leads to no fact.
    """
    section, _, rest = path.partition(".")
    said = value.isoformat(timespec="minutes") if isinstance(value, datetime) else value
    if section == "documentation":
        documentation = {**encounter.documentation, rest: _entered(NOT_DOCUMENTED, said)}
        return encounter.model_copy(update={"documentation": documentation})
    if section == "encounter":
        return encounter.model_copy(update={"encounter": _with_fact(encounter.encounter, rest, said)})
    entries = getattr(encounter, section, None) if section in type(encounter).model_fields else None
    identity = _identity(entries or (), rest)
    if entries is None or identity is None:
        raise LookupError("no such fact path")
    name = rest[len(identity) + 1 :]
    items = tuple(_with_fact(entry, name, said) if entry.id == identity else entry for entry in entries)
    return encounter.model_copy(update={section: items})


def fact_at(encounter: Encounter, path: str) -> Fact[Any]:
    """The fact at a dotted path. Raises LookupError for a path that leads to no fact."""
    section, _, rest = path.partition(".")
    if section == "documentation":
        return encounter.documented(rest)
    if section == "encounter":
        return _fact(encounter.encounter, rest)
    entries = getattr(encounter, section, ()) if section in type(encounter).model_fields else ()
    identity = _identity(entries, rest)
    entry = next((e for e in entries if e.id == identity), None)
    if entry is None or identity is None:
        raise LookupError("no such fact path")
    return _fact(entry, rest[len(identity) + 1 :])


def _identity(entries: tuple[Any, ...], rest: str) -> str | None:
    """The id that the rest of a path begins with; ids may hold dots, so the longest wins."""
    found = [entry.id for entry in entries if rest.startswith(entry.id + ".")]
    return max(found, key=len, default=None)


def _fact(entry: Any, name: str) -> Fact[Any]:
    if name.startswith("interruptions."):
        _, number, inner = name.split(".", 2)
        return _fact(entry.interruptions[int(number)], inner)
    found = getattr(entry, name, None) if name in type(entry).model_fields else None
    if not isinstance(found, Fact):
        raise LookupError("no such fact path")
    return found


def _with_fact(entry: Any, name: str, value: Any) -> Any:
    if name.startswith("interruptions."):
        _, number, inner = name.split(".", 2)
        place = int(number)
        pauses = entry.interruptions
        changed = _with_fact(pauses[place], inner, value)
        return _changed(entry, "interruptions", (*pauses[:place], changed, *pauses[place + 1 :]))
    return _changed(entry, name, _entered(_fact(entry, name), value))


def _changed(entry: Any, name: str, value: Any) -> Any:
    return entry.model_copy(update={name: value})


def _entered(before: Fact[Any], value: Any) -> Fact[Any]:
    """A fact of the same kind that a person entered; checked like any other fact, so a wrong value raises."""
    return type(before)() if value is None else type(before)(value=value, standing=Standing.ENTERED)


def candidate_times(encounter: Encounter, path: str, on: date) -> tuple[datetime, ...]:
    """Local moments at which an answer can change with the time at a path: breakpoints, both sides, and range ends.

    The range is what the record leaves open, the readings where it contradicts itself; () for a time that cannot
    matter to a code.
    """
    unknown = next((u for u in unknown_times(encounter, on) if u.path == path), None)
    if unknown is None:
        return ()
    return tuple(moment_of(minute) for minute in deciding_minutes(encounter, unknown, on))
