"""Strict reading of one data record: every key is taken with its type, and what is left over is an error.

Pure: works on parsed TOML tables and CSV rows. Errors name file, record and the fix, never more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

SLUG = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*\Z")
CODE_PATTERNS = {"cpt": re.compile(r"\d{4}[\dFMTU]\Z"), "hcpcs": re.compile(r"[A-V]\d{4}\Z")}


class RulebookError(ValueError):
    """The rulebook's data cannot be used. The message names the file, the record and what to do."""


class Record:
    """One table of a data file. Take every key with a typed method, then call `done` to refuse the rest."""

    def __init__(self, values: object, file: str, name: str) -> None:
        self.file = file
        self.name = name
        if not isinstance(values, Mapping):
            raise RulebookError(f"{file}: {name}: expected a table of keys and values")
        self._values: dict[str, Any] = dict(values)

    def fail(self, what: str) -> RulebookError:
        """An error about this record, to be raised by the caller."""
        return RulebookError(f"{self.file}: {self.name}: {what}")

    def has(self, key: str) -> bool:
        """Whether the key is still there to be taken."""
        return key in self._values

    def take(self, key: str) -> Any:
        """The raw value of a required key."""
        if key not in self._values:
            raise self.fail(f"`{key}` is missing; add it")
        return self._values.pop(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty string; with a default the key may be absent."""
        if default is not None and key not in self._values:
            return default
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(f"`{key}` must be non-empty text in quotes")
        return value

    def slug(self, key: str) -> str:
        """An id: lower-case words joined by dots, hyphens or underscores."""
        value = self.text(key)
        if not SLUG.match(value):
            raise self.fail(f"`{key}` must be lower-case words joined by `.`, `-` or `_`")
        return value

    def one_of(self, key: str, choices: Iterable[str], default: str | None = None) -> Any:
        """A string out of a closed set (typed Any so that it fits the Literal it was checked against)."""
        value = self.text(key, default)
        allowed = tuple(choices)
        if value not in allowed:
            raise self.fail(f"`{key}` must be one of: {', '.join(allowed)}")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of distinct non-empty strings."""
        if default is not None and key not in self._values:
            return default
        values = self.take(key)
        if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
            raise self.fail(f"`{key}` must be a list of texts in quotes")
        if len(set(values)) != len(values):
            raise self.fail(f"`{key}` lists a value twice; keep one")
        return tuple(values)

    def day(self, key: str) -> date:
        """A TOML date (no quotes, no time)."""
        value = self.take(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fail(f"`{key}` must be a date such as 2026-01-01, without quotes")
        return value

    def day_or_none(self, key: str) -> date | None:
        """A TOML date, or None when the key is absent."""
        return self.day(key) if key in self._values else None

    def period(self) -> tuple[date, date | None]:
        """The half-open period from `from` (required) to `until` (absent while in force)."""
        since, until = self.day("from"), self.day_or_none("until")
        if until is not None and until <= since:
            raise self.fail("`until` must be later than `from`")
        return since, until

    def count_or_none(self, key: str) -> int | None:
        """A whole number of 0 or more, or None when the key is absent."""
        if key not in self._values:
            return None
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.fail(f"`{key}` must be a whole number, 0 or more")
        return value

    def table(self, key: str, default: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A table of keys and values."""
        if default is not None and key not in self._values:
            return dict(default)
        value = self.take(key)
        if not isinstance(value, dict):
            raise self.fail(f"`{key}` must be a table")
        return value

    def tables(self, key: str, default: list[Any] | None = None) -> list[Any]:
        """A list of tables, each still to be read as a record of its own."""
        if default is not None and key not in self._values:
            return default
        value = self.take(key)
        if not isinstance(value, list) or not value:
            raise self.fail(f"`{key}` must be a non-empty list of tables")
        return value

    def done(self) -> None:
        """Refuse keys that nobody took: a misspelt key must not pass silently."""
        if self._values:
            unknown = ", ".join(f"`{key}`" for key in sorted(self._values))
            raise self.fail(f"unknown key {unknown}; remove it or correct its spelling")


def check_code(code: object, system: str) -> str | None:
    """Why a code is not written as its system demands, or None when it is (strings only, never numbers)."""
    if not isinstance(code, str):
        return "a code must be text in quotes, not a number"
    if not CODE_PATTERNS[system].match(code):
        shape = "five digits, or four and F, M, T or U" if system == "cpt" else "a letter and four digits"
        return f"`{code}` is not a {system} code ({shape})"
    return None
