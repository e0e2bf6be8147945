"""What changed when stored facts were judged again, as a table."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from reviewer.queue.out.cells import Value, write_csv
from reviewer.queue.revalidating import Change

COLUMNS = ("encounter_id", "what", "name", "modifiers", "before", "after")


def as_csv(changes: Iterable[Change]) -> str:
    """A row for each code whose units changed, each element that is missing more or less often, each other outcome."""
    file = io.StringIO(newline="")
    write_csv(file, COLUMNS, (row for change in changes for row in _rows(change)))
    return file.getvalue()


def _rows(change: Change) -> Iterator[dict[str, Value]]:
    def row(what: str, name: str, before: Value, after: Value, modifiers: str = "") -> dict[str, Value]:
        return dict(zip(COLUMNS, (change.encounter_id, what, name, modifiers, before, after), strict=True))

    for (code, modifiers), (before, after) in change.codes.items():
        yield row("units", code, before, after, " ".join(modifiers))
    for element, (had, has) in change.missing.items():
        yield row("missing", element, had, has)
    if change.outcomes[0] != change.outcomes[1]:
        yield row("outcome", "", *change.outcomes)
