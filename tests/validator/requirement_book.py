"""The shipped requirements alone, as the functions that ask for missing documentation take them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from validator.citations import read_sources
from validator.dated_records import read_requirements
from validator.loading import DATA
from validator.records import Requirement


@dataclass(frozen=True)
class Book:
    requirements: tuple[Requirement, ...]


def _book() -> Book:
    sources = read_sources(tomllib.loads((DATA / "sources.toml").read_text("utf-8")), "sources.toml")
    data = tomllib.loads((DATA / "requirements.toml").read_text("utf-8"))
    return Book(read_requirements(data, "requirements.toml", sources))


BOOK = _book()
