"""The edits that ship with the rulebook, in the form of the quarterly tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, get_args

from validator.edit_tables import DateRows, Edition, EditTables, Kind, LimitRows, PairRows, PrimaryRows, Setting, Table
from validator.records import Code

if TYPE_CHECKING:
    from validator.rulebook import Pair

_UNSTATED = {kind: Edition(kind, None, "2024Q3", "bundled", "") for kind in get_args(Kind)}
"""For a rulebook made by hand, such as a test's; `loading` states the editions."""


def bundled(
    pairs: Mapping[tuple[str, str], Pair], codes: Mapping[str, Code], editions: tuple[Edition, ...]
) -> EditTables:
    """The tables of the rulebook's own records. Their pairs and primaries carry no days: one quarter was read."""
    of_kind = _UNSTATED | {edition.kind: edition for edition in editions}

    def of(kind: Kind, setting: Setting) -> Edition:
        one = of_kind[kind]
        return Edition(kind, setting, one.quarter, one.origin, one.sha256)

    settings: tuple[Setting, ...] = get_args(Setting)
    return EditTables(
        tuple(Table(of("ptp", s), cache(lambda s=s: _pairs(pairs, s))) for s in settings),
        tuple(Table(of("mue", s), cache(lambda s=s: _limits(codes, s))) for s in settings),
        (Table(of_kind["aoc"], cache(lambda: _primaries(codes))),),
        (Table(of_kind["hcpcs"], _dates),),
    )


def _pairs(pairs: Mapping[tuple[str, str], Pair], setting: Setting) -> PairRows:
    rows: dict[str, dict[str, tuple[tuple[int, str, str], ...]]] = {}
    for (column1, column2), pair in pairs.items():
        indicator = pair.indicator(setting)
        if indicator is not None:
            rows.setdefault(column2, {})[column1] = ((indicator, "", ""),)
    return rows


def _limits(codes: Mapping[str, Code], setting: Setting) -> LimitRows:
    found = {}
    for code, record in codes.items():
        facility = setting == "facility"
        limit = record.mue_facility if facility else record.mue_practitioner
        adjudication = record.mai_facility if facility else record.mai_practitioner
        if limit is not None:
            found[code] = (limit, adjudication or 0)
    return found


def _primaries(codes: Mapping[str, Code]) -> PrimaryRows:
    return {
        code: tuple((0, primary, "", "") for primary in record.primaries)
        for code, record in codes.items()
        if record.role == "add_on" and record.primaries
    }


def _dates() -> DateRows:
    """None of their own: the days of the bundled codes stand in their records."""
    return {}
