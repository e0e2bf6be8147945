"""The names that charge files give their columns and keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from reviewer.billing.rows import Row, UnreadableError, code_of, date_of, modifiers_of, units_of

# The first name that a file has counts: `Code` may be a hospital's own charge number beside a column `HCPCS`.
NAMES: dict[str, tuple[str, ...]] = {
    "code": (
        *("hcpcs", "hcpcscode", "cpt", "cptcode", "cpthcpcs", "hcpcscpt", "cpthcpcscode", "hcpcscptcode"),
        *("procedurecode", "proccode", "procedure", "proc", "billedcode", "code"),
    ),
    "units": ("units", "unit", "billedunits", "unitsbilled", "serviceunits", "qty", "quantity", "count"),
    "date": (
        *("dateofservice", "servicedate", "svcdate", "dateofsvc", "servdate", "dos", "dosfrom", "fromdos"),
        *("servicefromdate", "servicedatefrom", "fromdate", "datefrom", "date"),
    ),
    "line": ("line", "linenumber", "lineno", "linenum", "lx", "sequence", "seq"),
    # Never shown: lines of two accounts or persons are two claims, whichever of these a file has.
    "claim": (
        *("claim", "claimid", "claimnumber", "claimno", "encounter", "encounterid", "encounternumber", "csn", "visit"),
        *("visitid", "visitnumber", "account", "accountid", "accountnumber", "acct", "acctnumber", "har"),
        *("mrn", "patientid", "patientaccount", "patientaccountnumber", "patient", "patientname"),
    ),
}
MODIFIER_NAMES = frozenset(
    {"modifiers", "modifier", "mods", "mod", *(f"{word}{n}" for word in ("modifier", "mod", "m") for n in range(1, 5))}
)
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]")
NO_CODE = "the line has no procedure code"
T = TypeVar("T")


def plain(name: object) -> str:
    """A column's name without case, blanks and signs: `CPT/HCPCS Code` is `cpthcpcscode`."""
    return _NOT_IN_A_NAME.sub("", str(name).casefold())


class Columns:
    """Where a file has what. Names that are not known are passed over: charges, descriptions, names, accounts."""

    def __init__(self, names: Iterable[object]) -> None:
        known = [plain(name) for name in names]
        self.modifiers = tuple(place for place, name in enumerate(known) if name in MODIFIER_NAMES)
        self._places = {
            what: next((known.index(name) for name in spelt if name in known), None) for what, spelt in NAMES.items()
        }

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns that no file can be compared without, and that this one has not."""
        return tuple(what for what in ("code", "units") if self._places[what] is None)

    def row(self, cells: list[str], line: str) -> Row:
        """One line of the file; `UnreadableError` for a value that is not what its column says."""
        written_as = self._cell(cells, "code")
        code, behind = code_of(written_as) if written_as else ("", ())
        units = _read(self._cell(cells, "units"), units_of)
        if units is None and code:
            raise UnreadableError("the units are missing")
        written = tuple(m for place in self.modifiers if place < len(cells) for m in modifiers_of(cells[place]))
        return Row(
            line=_line(self._cell(cells, "line"), line),
            code=code,
            units=units or 0,
            modifiers=tuple(dict.fromkeys((*behind, *written))),
            date=_read(self._cell(cells, "date"), date_of),
            why_not="" if code else NO_CODE,
            claim=self._cell(cells, "claim"),
        )

    def _cell(self, cells: list[str], what: str) -> str:
        place = self._places[what]
        return cells[place].strip() if place is not None and place < len(cells) else ""


def _read(text: str, read: Callable[[str], T]) -> T | None:
    return read(text) if text else None


def _line(stated: str, counted: str) -> str:
    """The file's own line number where it is a number, else where the line stands."""
    return stated if stated.isascii() and stated.isdigit() and len(stated) < 7 else counted


def values_of(entry: Mapping[str, object]) -> tuple[Columns, list[str]]:
    """The keys of a JSON object as columns, and its values as cells. `UnreadableError` for a nested value."""
    return Columns(entry), [_text(value) for value in entry.values()]


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(_text(item) for item in value)
    if isinstance(value, (dict, bool)):
        return ""  # nothing that a column here can hold, whatever its name
    return "" if value is None else str(value)
