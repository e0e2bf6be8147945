"""The notes of the corpus, with the answers that were made by hand."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from reviewer.review import Review

CORPUS = Path(__file__).parent / "corpus"


@cache
def corpus_notes() -> tuple[dict[str, Any], ...]:
    """Every encounter of every file, in the order of the files' names; `known.toml` holds none."""
    files = sorted(path for path in CORPUS.glob("*.toml") if path.stem != "known")
    return tuple(one for path in files for one in tomllib.loads(path.read_text("utf-8"))["encounter"])


def services(made: Review) -> Counter[str]:
    """Units by code, but of drugs, which the answers leave out."""
    units: Counter[str] = Counter()
    for line in made.codes:
        units[line.code] += line.units if line.kind != "drug" else 0
    return +units
