"""The claim edits by quarter: code pairs, daily limits, add-on primaries and code dates, each with its origin.

CMS renews the four tables every quarter. The rulebook ships one edition of each; a site adds the official files
(`reviewer.quarterly`). Nothing here does I/O: a table's rows are handed in, or made when they are first asked for.
Days stand as ISO text in the rows, because a review compares a handful of days with thousands of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from validator.frozen import frozen

Kind = Literal["ptp", "mue", "aoc", "hcpcs"]
Setting = Literal["facility", "physician"]

PairRow = Sequence[Any]
"""Indicator (0 or 1), first day, first day after it; ISO text, empty where open."""
PairRows = Mapping[str, Mapping[str, Sequence[PairRow]]]
"""By column 2, then by column 1: the periods of the pair."""
LimitRows = Mapping[str, Sequence[int]]
"""By code: the limit of units, and the adjudication indicator (MAI)."""
PrimaryRow = Sequence[Any]
"""Type (1, 2 or 3; 0 unknown), primary code, first day, first day after it. Type 2 has no primary: empty text."""
PrimaryRows = Mapping[str, Sequence[PrimaryRow]]
"""By add-on."""
DateRows = Mapping[str, Sequence[str]]
"""By HCPCS code: first day, and first day after its last one."""
Rows = TypeVar("Rows")

NO_LIST = 2
"""The type of add-on whose primaries each payer lists for itself."""


@frozen
class Edition:
    """Which edition of which table: `quarter` such as 2024Q3; `setting` None where one table serves both."""

    kind: Kind
    setting: Setting | None
    quarter: str
    origin: Literal["bundled", "imported"]
    sha256: str

    @property
    def since(self) -> date:
        """The first day of the quarter."""
        return first_day(self.quarter)

    @property
    def through(self) -> date:
        """The last day of the quarter."""
        year, number = self.quarter.split("Q")
        after = f"{int(year) + 1}Q1" if number == "4" else f"{year}Q{int(number) + 1}"
        return first_day(after) - timedelta(days=1)


def first_day(quarter: str) -> date:
    """The first day of a quarter such as 2024Q3. ValueError for anything else."""
    year, _, number = quarter.partition("Q")
    if len(year) != 4 or number not in ("1", "2", "3", "4"):
        raise ValueError("a quarter is written such as 2024Q3")
    return date(int(year), 3 * int(number) - 2, 1)


@frozen
class Table(Generic[Rows]):
    """One edition of a table. `rows` gives the same rows however often it is called."""

    edition: Edition
    rows: Callable[[], Rows] = field(compare=False, repr=False)


class Limit(NamedTuple):
    """A medically unlikely edit: units a day (MAI 1: a line), and how a payer adjudicates it."""

    units: int
    mai: int


class Primaries(NamedTuple):
    """The primaries of an add-on on one day; `kind` is its type, 0 where the table does not say."""

    codes: frozenset[str]
    kind: int


@frozen
class EditTables:
    """Every edition there is. `imported` is a digest of what a site added, empty for the bundled tables alone."""

    pairs: tuple[Table[PairRows], ...]
    limits: tuple[Table[LimitRows], ...]
    primaries: tuple[Table[PrimaryRows], ...]
    dates: tuple[Table[DateRows], ...]
    imported: str = ""

    def on(self, setting: Setting, day: date) -> Edits:
        """The edits in force in a setting on a day."""
        return Edits(
            day,
            _chosen(self.pairs, setting, day),
            _chosen(self.limits, setting, day),
            _chosen(self.primaries, setting, day),
            _chosen(self.dates, setting, day),
        )

    def joined(self, other: EditTables) -> EditTables:
        """These and the imported ones."""
        return EditTables(
            self.pairs + other.pairs,
            self.limits + other.limits,
            self.primaries + other.primaries,
            self.dates + other.dates,
            other.imported,
        )


NOTHING_IMPORTED = EditTables((), (), (), ())


def _chosen(tables: Sequence[Table[Rows]], setting: Setting, day: date) -> Table[Rows]:
    """The newest edition that is not later than the day, an imported one first; before all, the bundled one."""
    fitting = [t for t in tables if t.edition.setting in (None, setting)]
    begun = [t for t in fitting if t.edition.since <= day]
    if not begun:
        return next(t for t in fitting if t.edition.origin == "bundled")
    return max(begun, key=lambda t: (t.edition.since, t.edition.origin == "imported"))


class Edits:
    """The edits of one setting as they stand on one day. What was looked up once is kept: a day's codes repeat."""

    def __init__(
        self,
        day: date,
        pairs: Table[PairRows],
        limits: Table[LimitRows],
        primaries: Table[PrimaryRows],
        dates: Table[DateRows],
    ) -> None:
        self._day = day.isoformat()
        self._pairs, self._limits = pairs.rows(), limits.rows()
        self._primaries, self._dates = primaries.rows(), dates.rows()
        self._found_ones: dict[str, frozenset[str]] = {}
        self._found_primaries: dict[str, Primaries | None] = {}
        self._found_limits: dict[str, Limit | None] = {}
        self.editions = (pairs.edition, limits.edition, primaries.edition, dates.edition)

    def column_ones(self, column2: str) -> frozenset[str]:
        """The codes that have a pair with this code in column 2 on this day."""
        found = self._found_ones.get(column2)
        if found is None:
            listed = self._pairs.get(column2, {})
            found = frozenset(one for one in listed if self.indicator(one, column2) is not None)
            self._found_ones[column2] = found
        return found

    def indicator(self, column1: str, column2: str) -> int | None:
        """0: never together. 1: a modifier may part them. None: no edit on this day."""
        for value, since, until in self._pairs.get(column2, {}).get(column1, ()):
            if _runs(since, until, self._day):
                return int(value)
        return None

    def limit(self, code: str) -> Limit | None:
        """The published limit of units, where there is one."""
        if code not in self._found_limits:
            listed = self._limits.get(code)
            self._found_limits[code] = Limit(*listed) if listed is not None else None
        return self._found_limits[code]

    def primaries(self, add_on: str) -> Primaries | None:
        """The primaries listed for an add-on on this day; None where the table does not know the add-on."""
        if add_on not in self._found_primaries:
            self._found_primaries[add_on] = self._primaries_of(add_on)
        return self._found_primaries[add_on]

    def _primaries_of(self, add_on: str) -> Primaries | None:
        rows = self._primaries.get(add_on)
        if rows is None:
            return None
        running = [(kind, code) for kind, code, since, until in rows if _runs(since, until, self._day)]
        return Primaries(frozenset(code for _, code in running if code), max((kind for kind, _ in running), default=0))

    def later_than(self, day: date) -> tuple[Edition, ...]:
        """The tables whose quarter had ended by a day: it is judged by what they said last (decision 13)."""
        return tuple(edition for edition in self.editions if edition.through < day)

    def exists(self, code: str) -> bool | None:
        """Whether an HCPCS code may be billed on this day; None where the table does not list it."""
        found = self._dates.get(code)
        return None if found is None else _runs(found[0], found[1], self._day)


def _runs(since: str, until: str, day: str) -> bool:
    return since <= day and (not until or day < until)
