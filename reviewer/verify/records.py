"""The rule records, read again from their files into plain dictionaries, without the validator's own loader."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

Plain = dict[str, Any]

_WORD = re.compile(r"\d*\.\d+%|\d+%|\d+(?:\.\d+)?|[a-z]+")


class Named(NamedTuple):
    """The rows of the drug table that words name; `sure` only when the words are a name of the table and no more."""

    rows: tuple[Plain, ...]
    sure: bool


class Records:
    """Codes, dated rules, requirements, policies and drugs of one data folder.

    `tables` gives the published edits (pairs, limits, primaries, dates) of a setting on a day, as the rulebook holds
    them: they are data, of which a site may have added quarters of its own.
    """

    def __init__(self, folder: Path, tables: Callable[[Any, date], Any]) -> None:
        self.tables = lru_cache(maxsize=64)(tables)
        self.meta = _toml(folder / "meta.toml")
        self.sources = {one["id"] for one in _toml(folder / "sources.toml")["source"]}
        self.codes = {one["id"]: one for one in _toml(folder / "codes.toml")["code"]}
        self.rules = {one["id"]: one for one in _toml(folder / "rules.toml")["rule"]}
        self.requirements = {one["id"]: one for one in _toml(folder / "requirements.toml")["requirement"]}
        policies = _toml(folder / "policies.toml")
        self.switches: Plain = policies["switches"]
        self.policies = _policies(policies)
        self.drugs = _rows(folder / "drugs.csv")
        self._by_name: dict[str, list[Plain]] = {}
        for row in self.drugs:
            if "noc" in row["traits"].split(";"):
                continue
            for name in {key(n) for n in (row["ingredient"], row["product"], *row["names"].split(";")) if n}:
                self._by_name.setdefault(name, []).append(row)
        self._by_code: dict[str, list[Plain]] = {}
        for row in self.drugs:
            self._by_code.setdefault(row["hcpcs"], []).append(row)
        self._found: dict[str, Named] = {}

    def rule(self, rule: str, on: date) -> Plain | None:
        """The version of a rule in force on a date: the last that began by then."""
        begun = [version for version in self.rules[rule]["version"] if version["from"] <= on]
        last: Plain | None = max(begun, key=lambda version: version["from"], default=None)
        return None if last is not None and _ended(last, on) else last

    def in_force(self, record: Plain, on: date) -> bool:
        """Whether a record is in force on a date; it is half-open."""
        return bool(record["from"] <= on) and not _ended(record, on)

    def drug(self, words: str) -> Named:
        """The products that the words may name."""
        found = self._found.get(words)
        if found is None:
            found = self._found[words] = self._look_up(words)
        return found

    def _look_up(self, words: str) -> Named:
        exact = self._by_name.get(key(words))
        if exact:
            return Named(self._of_ingredients(exact), True)
        tokens, rows, left, place = key(words).split(), list[Plain](), 0, 0
        while place < len(tokens):
            for end in range(len(tokens), place, -1):
                if hit := self._by_name.get(" ".join(tokens[place:end])):
                    rows += hit
                    place = end
                    break
            else:
                left, place = left + 1, place + 1
        return Named(self._of_ingredients(rows), False)

    def _of_ingredients(self, rows: list[Plain]) -> tuple[Plain, ...]:
        names = {row["ingredient"] for row in rows}
        return tuple(row for row in self.drugs if row["ingredient"] in names and "noc" not in row["traits"].split(";"))

    def rows_of_code(self, code: str) -> list[Plain]:
        """The products billed under a drug code."""
        return self._by_code.get(code, [])

    def names_of(self, row: Plain) -> set[str]:
        """Every name of a product's ingredient, in comparable form."""
        same = (one for one in self.drugs if one["ingredient"] == row["ingredient"])
        return {key(n) for one in same for n in (one["ingredient"], one["product"], *one["names"].split(";")) if n}


def key(words: str) -> str:
    """Words in the form in which names are compared: lower case, letters and digits apart."""
    return " ".join(_WORD.findall(words.lower().replace("'", "").replace("\u2019", "").replace(" %", "%")))


def _ended(record: Mapping[str, Any], on: date) -> bool:
    until = record.get("until")
    return until is not None and until <= on


def _toml(path: Path) -> Plain:
    with path.open("rb") as file:
        return tomllib.load(file)


def _rows(path: Path) -> list[Plain]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _policies(data: Plain) -> dict[str, Plain]:
    """The policies with every switch filled in: the default, the parent's value, its own."""
    policies: dict[str, Plain] = {}
    for one in data["policy"]:
        parent = policies.get(one.get("inherits", ""))
        values = dict(parent["switches"]) if parent else {n: s["default"] for n, s in data["switches"].items()}
        policies[one["id"]] = {
            **one,
            "switches": {**values, **{d["switch"]: d["value"] for d in one.get("deviates", ())}},
        }
    return policies
