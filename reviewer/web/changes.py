"""What differs between two reviews of one encounter, for marking it on the page."""

from __future__ import annotations

from typing import NamedTuple

from reviewer.report.words import count, element
from reviewer.review import Review
from validator.findings import MissingElement


class Changes(NamedTuple):
    """`lines` and `missing` are marks by place (of codes and of missing elements); `sentences` tell all of it."""

    lines: dict[int, str]
    missing: frozenset[str]
    sentences: tuple[str, ...]


NOTHING = Changes({}, frozenset(), ())
Key = tuple[str, str]


def changes(before: Review, after: Review) -> Changes:
    """Code lines with other units, new and gone ones, and elements that are missing now or no longer."""
    units = _units(before)
    lines: dict[int, str] = {}
    told: list[str] = []
    seen: set[Key] = set()
    for place, line in enumerate(after.codes):
        key = ("-".join((line.code, *line.modifiers)), line.date.isoformat())
        seen.add(key)
        was = units.get(key)
        if was is None:
            lines[place] = "new"
            told.append(f"{key[0]}: new, {count(line.units, 'unit')}")
        elif was != line.units:
            lines[place] = f"was {was}"
            told.append(f"{key[0]}: {was} to {count(line.units, 'unit')}")
    told += [f"{key[0]}: no longer supported" for key in units if key not in seen]
    old, new = {_named(m) for m in before.missing}, {_named(m) for m in after.missing}
    fresh = frozenset(m.id for m in after.missing if _named(m) not in old)
    told += [f"now missing: {element(m.element)}" for m in after.missing if _named(m) not in old]
    told += [f"no longer missing: {element(m.element)}" for m in before.missing if _named(m) not in new]
    return Changes(lines, fresh, tuple(dict.fromkeys(told)))


def _units(review: Review) -> dict[Key, int]:
    return {("-".join((line.code, *line.modifiers)), line.date.isoformat()): line.units for line in review.codes}


def _named(missing: MissingElement) -> tuple[str, str | None, str | None]:
    return missing.requirement, missing.administration, missing.service
