"""Insert or replace, and insert where nothing stands yet, in the words of each database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def _insert(connection: Connection, table: Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def upsert(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]], *, key: str, keep: tuple[str, ...] = ()
) -> None:
    """Insert the rows; where one with the same key stands, it takes the new values but for the columns to keep."""
    if not rows:
        return
    statement = _insert(connection, table)
    names = [name for name in rows[0] if name != key and name not in keep]
    changes = {name: getattr(statement.excluded, name) for name in names}
    if "revision" in names:
        changes["revision"] = table.c.revision + 1
    connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=changes), list(rows))


def insert_new(connection: Connection, table: Table, row: dict[str, Any], *, key: str) -> bool:
    """Insert the row unless one with its key stands already; whether it was inserted."""
    statement = _insert(connection, table).values(row).on_conflict_do_nothing(index_elements=[key])
    return connection.execute(statement.returning(table.c[key])).first() is not None


def insert_all_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], *, key: str) -> set[Any]:
    """Insert the rows whose key does not stand yet, of several with one key the first; the keys that are new."""
    if not rows:
        return set()
    statement = _insert(connection, table).on_conflict_do_nothing(index_elements=[key]).returning(table.c[key])
    return set(connection.execute(statement, list(rows)).scalars())


def insert_missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows that are not there yet."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), list(rows))
