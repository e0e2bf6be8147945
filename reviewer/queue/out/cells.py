"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

Value = str | int | None

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_000


def safe(value: Value) -> Value:
    """A number as it is; a text that might be run begins with an apostrophe, and holds nothing a workbook cannot."""
    if not isinstance(value, str):
        return value
    text = _NOT_IN_XML.sub("\ufffd", value)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 3] + "..."
    return f"'{text}" if _FORMULA.match(text) else text


def write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, Value]]) -> int:
    """A header and its rows; how many rows."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow([safe(row.get(column)) for column in columns])
        number += 1
    return number
