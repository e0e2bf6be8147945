"""What is wrong with a row or a file that came in: where, and what to do; never a word of what stands there."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """Something that keeps an encounter out of the queue. `row` counts from 1, the header included."""

    file: str
    what: str
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        """One line for people."""
        row = f": row {self.row}" if self.row is not None else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.what}"


class Place(NamedTuple):
    """Where a value stands."""

    file: str
    row: int | None = None
    column: str = ""

    def problem(self, what: str) -> Problem:
        """Something wrong here."""
        return Problem(self.file, what, self.row, self.column)
