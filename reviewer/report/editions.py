"""Which quarter of the claim edits judged an encounter, in one line."""

from __future__ import annotations

from collections.abc import Iterable

from reviewer.review import EditsUsed

TABLES = {"ptp": "code pairs", "mue": "daily limits", "aoc": "add-on primaries", "hcpcs": "drug codes"}
_HASH_LENGTH = 12


def editions(used: Iterable[EditsUsed]) -> str:
    """The tables by quarter, such as `code pairs and daily limits of 2024Q3 (bundled)`; empty where none is stated."""
    by_origin: dict[str, list[str]] = {}
    for one in used:
        origin = one.source if one.source == "bundled" else f"imported, sha256 {one.sha256[:_HASH_LENGTH]}"
        by_origin.setdefault(f"of {one.quarter} ({origin})", []).append(TABLES[one.table])
    return "; ".join(f"{_listed(tables)} {where}" for where, tables in by_origin.items())


def _listed(tables: list[str]) -> str:
    return " and ".join([", ".join(tables[:-1]), tables[-1]] if len(tables) > 1 else tables)
