"""Sources and citations: every record says where it comes from, and every citation resolves.

Source ids are the lower-case tags of the rules page without their leading `V-`: `nor-chemo`, `seed-420`,
`cms-mue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validator.findings import Citation
from validator.reading import Record, RulebookError
from validator.records import Source

SOURCE_KINDS = (
    "seed",
    "cms_data",
    "contractor",
    "cms_text",
    "article",
    "page",
    "journal",
    "general",
    "project",
)


def read_sources(data: Mapping[str, Any], file: str) -> dict[str, Source]:
    """The `[[source]]` records of a file by id. Raises RulebookError."""
    top = Record(data, file, "top level")
    sources: dict[str, Source] = {}
    for position, values in enumerate(top.tables("source"), 1):
        record = Record(values, file, f"source {position}")
        source_id = record.slug("id")
        record.name = f"source `{source_id}`"
        if source_id in sources:
            raise record.fail("this id is used twice; ids are unique")
        sources[source_id] = Source(
            id=source_id,
            title=record.text("title"),
            publisher=record.text("publisher"),
            kind=record.one_of("kind", SOURCE_KINDS),
            read_on=record.day_or_none("read_on"),
            note=record.text("note", ""),
        )
        record.done()
    top.done()
    return sources


def read_citations(record: Record, sources: Mapping[str, Source]) -> tuple[Citation, ...]:
    """The `cite` list of a record, each entry resolved against the sources. Raises RulebookError."""
    found = []
    for values in record.tables("cite"):
        entry = Record(values, record.file, f"{record.name}, cite")
        found.append(read_citation(entry, sources))
        entry.done()
    return tuple(found)


def read_citation(entry: Record, sources: Mapping[str, Source]) -> Citation:
    """The `source` and `at` of an entry, resolved against the sources. Raises RulebookError."""
    source, at = entry.text("source"), entry.text("at")
    if source not in sources:
        raise entry.fail(f"cites the unknown source `{source}`; add it to sources.toml or correct it")
    return Citation(source=source, at=at)


def require_source(source: str, sources: Mapping[str, Source], file: str, name: str) -> None:
    """Raise RulebookError unless the source id is known."""
    if source not in sources:
        raise RulebookError(
            f"{file}: {name}: cites the unknown source `{source}`; add it to sources.toml or correct it"
        )
