"""Tables pasted as plain text, as the reader needs them.

A row of drugs becomes drafts; a row that tells an event ("1115 | Stopped | paclitaxel") is read like a stamped line.
"""

from __future__ import annotations

from reviewer.extract.patterns.page import Page
from reviewer.language import tables
from reviewer.language.columns import Sheet
from reviewer.language.layout import Cell, Row, Tables

__all__ = ["Cell", "Row", "Tables", "read_tables"]


def read_tables(page: Page) -> Tables:
    """Every table of a note."""
    return tables.read_tables(Sheet(page.text, page.clocks, page.quantities, page.durations, page.mentions))
