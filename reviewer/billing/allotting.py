"""Gives the supported units of one code and date to its billed lines, first where the modifiers agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from reviewer.billing.modifiers import Key, key_of
from reviewer.billing.rows import Row
from reviewer.errors import InputError
from validator.findings import CodeLine


@dataclass
class Charge:
    """All billed lines of one code, date and modifiers that are compared, and what of them is supported.

    `matched` units have the same modifiers on both sides, `otherwise` maps other modifiers to units; `more` units
    are supported beyond what is billed.
    """

    code: str
    date: dt.date | None
    key: Key
    waste: bool
    rows: list[Row] = field(default_factory=list)
    matched: int = 0
    otherwise: dict[Key, int] = field(default_factory=dict)
    more: int = 0
    support: list[CodeLine] = field(default_factory=list)

    @property
    def units(self) -> int:
        """Units billed, charges taken back subtracted."""
        return sum(row.units for row in self.rows)

    @property
    def supported(self) -> int:
        """Units the documentation supports for this charge."""
        return self.matched + sum(self.otherwise.values()) + self.more

    @property
    def excess(self) -> int:
        """Billed units that no supported line is left for."""
        return self.units - self.matched - sum(self.otherwise.values())

    @property
    def modifiers(self) -> tuple[str, ...]:
        """Every modifier of the billed lines, as written."""
        return tuple(dict.fromkeys(m for row in self.rows for m in row.modifiers))

    @property
    def supported_modifiers(self) -> tuple[str, ...]:
        """Every modifier of the lines that support it."""
        return tuple(dict.fromkeys(m for line in self.support for m in line.modifiers))


@dataclass
class Support:
    """Supported lines of one code, date and modifiers, and the units not yet given to a charge."""

    key: Key
    lines: list[CodeLine] = field(default_factory=list)
    left: int = 0


def charges(rows: Iterable[Row], code: str, date: dt.date | None, waste: bool) -> list[Charge]:
    """The billed lines gathered by the modifiers that are compared. `InputError` where less than nothing is left."""
    found: dict[Key, Charge] = {}
    for row in rows:
        key = key_of(row.modifiers)
        found.setdefault(key, Charge(code, date, key, waste)).rows.append(row)
    for charge in found.values():
        if charge.units < 0:
            lines = ", ".join(row.line for row in charge.rows)
            raise InputError(f"billed lines {lines}: more units are taken back than were charged")
    return sorted(found.values(), key=lambda charge: sorted(charge.key))


def supports(lines: Iterable[CodeLine]) -> list[Support]:
    """The supported lines gathered in the same way."""
    found: dict[Key, Support] = {}
    for line in lines:
        held = found.setdefault(key_of(line.modifiers), Support(key_of(line.modifiers)))
        held.lines.append(line)
        held.left += line.units
    return sorted(found.values(), key=lambda support: sorted(support.key))


def allot(billed: list[Charge], supported: list[Support]) -> list[Support]:
    """Give out the units, and return the supports of which no charge took any.

    What is left of a support goes to the charge that shares its modifiers, else to one that took of it.
    """
    for charge in billed:
        for support in (one for one in supported if one.key == charge.key):
            charge.matched = _take(charge, support)
    for charge in billed:
        for support in supported:
            if charge.excess > 0 and support.left > 0:
                charge.otherwise[support.key] = _take(charge, support)
    untouched = []
    for support in (one for one in supported if one.left):
        takers = [c for c in billed if c.key == support.key] or [c for c in billed if support.key in c.otherwise]
        if takers and takers[0].units:
            takers[0].more += support.left
            _back(takers[0], support)
        else:
            untouched.append(support)
    return untouched


def _take(charge: Charge, support: Support) -> int:
    taken = min(charge.excess, support.left)
    support.left -= taken
    if taken:
        _back(charge, support)
    return taken


def _back(charge: Charge, support: Support) -> None:
    charge.support += [line for line in support.lines if line not in charge.support]
