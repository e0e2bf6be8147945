"""The history of an encounter: one form for whatever people and commands do with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row


def action_row(
    row: Row[Any],
    user: str,
    action: str,
    at: str,
    *,
    moved: tuple[str, str] | None = None,
    comment: bytes | None = None,
) -> dict[str, Any]:
    """What goes into the table `actions`. `row` has the encounter's and the version's id, `comment` is sealed.

    `moved` are the states before and after, where there was a step.
    """
    before, after = moved or (None, None)
    return {
        "encounter_id": row.encounter_id,
        "version_id": row.version_id,
        "at": at,
        "user": user,
        "action": action,
        "from_state": before,
        "to_state": after,
        "comment": comment,
    }
