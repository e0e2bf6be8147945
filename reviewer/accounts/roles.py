"""Roles and what each allows: the one table that pages, calls and commands go by."""

from __future__ import annotations

from typing import Literal, get_args

from validator.facts import Frozen

Role = Literal["reader", "specialist", "lead", "auditor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
Permission = Literal["enter", "look", "review", "correct", "query", "work", "assign", "release", "audit", "people"]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

_SPECIALIST: frozenset[Permission] = frozenset({"enter", "look", "review", "correct", "query", "work"})
GRANTS: dict[Role, frozenset[Permission]] = {
    "reader": frozenset({"enter", "look"}),
    "specialist": _SPECIALIST,
    "lead": _SPECIALIST | {"assign", "release"},
    "auditor": frozenset({"enter", "look", "audit"}),
    "admin": frozenset({"enter", "people"}),
}
"""What each role allows. `enter` is what everybody who is known may do: rules, and an account of one's own.

Whoever looks after accounts sees no encounter by it: a second role is needed for that.
"""


class User(Frozen):
    """Somebody who asks: an id and a name for the record, and roles. `name` is empty where nobody logs in."""

    id: str
    name: str = ""
    roles: frozenset[Role] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Whether one of their roles allows it."""
        return any(permission in GRANTS[role] for role in self.roles)


def granting(permission: Permission) -> tuple[Role, ...]:
    """The roles that allow something, lowest first."""
    return tuple(role for role in ROLES if permission in GRANTS[role])
