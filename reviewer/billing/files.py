"""A file of billed lines to its rows: X12 837, .xlsx, JSON or CSV, told apart by how they begin."""

from __future__ import annotations

from pathlib import Path

from reviewer.billing.claims import claim_rows
from reviewer.billing.rows import Row
from reviewer.billing.tables import csv_rows, json_rows, xlsx_rows
from reviewer.errors import InputError, UsageError, shown

_BOM = b"\xef\xbb\xbf"
_XLSX, _XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def load_billed(path: Path, claim: str | None = None) -> tuple[Row, ...]:
    """The billed lines of ONE claim or charge list.

    `claim` chooses among several claims of a file. `InputError` and `UsageError` name the file and the row, never
    what stands in it.
    """
    from reviewer.notes.loading import read_bytes

    return billed_rows(read_bytes(path), shown(path), claim)


def billed_rows(raw: bytes, name: str, claim: str | None = None) -> tuple[Row, ...]:
    """The billed lines in the bytes of a file; `name` stands for it in messages."""
    start = raw.removeprefix(_BOM).lstrip()
    if not start:
        raise InputError(f"{name}: the file is empty")
    if raw.startswith(_XLSX):
        return _of_one_claim(xlsx_rows(raw, name), name, claim)
    if raw.startswith(_XLS):
        raise InputError(f"{name}: an old spreadsheet; save it as CSV or .xlsx")
    if start.startswith(b"ISA"):
        return _of_one_claim(claim_rows(start.decode("latin-1"), name), name, claim)
    text = _text(raw, name)
    read = json_rows if start[:1] in (b"[", b"{") else csv_rows
    return _of_one_claim(read(text, name), name, claim)


def _text(raw: bytes, name: str) -> str:
    from reviewer.notes.decoding import UndecodableError, decode

    try:
        return decode(raw).text
    except UndecodableError:
        raise InputError(f"{name}: not text; expected CSV, JSON or X12 837") from None


def _of_one_claim(rows: tuple[Row, ...], name: str, claim: str | None) -> tuple[Row, ...]:
    claims = dict.fromkeys(row.claim for row in rows)
    if claim is not None:
        rows = tuple(row for row in rows if row.claim == claim)
        if not rows:
            raise UsageError(f"--claim: {name} has no line of a claim with this id")
    elif len(claims) > 1:
        raise UsageError(f"{name}: {len(claims)} claims; choose the one of this encounter with --claim ID")
    if not rows:
        raise InputError(f"{name}: no billed line in it")
    return rows
