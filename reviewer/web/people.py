"""Who is asking, what they may do, and the record of it.

`current_user(request)` and `record(request, action, ids)` are all that pages know of people. Without accounts there
is one user on this machine, who may do everything; accounts are another `People`, given in the options.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from starlette.requests import Request

from validator.facts import Frozen

if TYPE_CHECKING:
    from reviewer.queue.store.database import Store

Role = Literal["reader", "specialist", "lead", "auditor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


class User(Frozen):
    """Somebody who asks: a name for the record, and roles. `name` is empty where nobody logs in."""

    id: str
    name: str = ""
    roles: frozenset[Role] = frozenset()

    def may(self, *roles: Role) -> bool:
        """Whether one of the roles is theirs; an administrator has every role."""
        return "admin" in self.roles or bool(self.roles.intersection(roles))


class People(Protocol):
    """How a request tells who sent it. Raises `HTTPException` where nobody is known."""

    def of(self, request: Request) -> User:
        """The user behind a request."""


class SingleUser:
    """Loopback without accounts: whoever sits at this machine."""

    user = User(id="local", roles=frozenset(ROLES))

    def of(self, request: Request) -> User:  # noqa: ARG002
        """The one user."""
        return self.user


def current_user(request: Request) -> User:
    """The user behind a request; a dependency of every page and call that shows or changes something."""
    people: People = request.app.state.people
    return people.of(request)


def record(store: Store | None, user: User, action: str, ids: dict[str, str]) -> None:
    """Put a view or a change into the ledger, where a store is open. `ids` are ids and hashes, never words."""
    if store is None:
        return
    from reviewer.ledger.chain import Entry, append

    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with store.writing() as connection:
        append(connection, [Entry(action, {"user": user.id, **ids})], at)
