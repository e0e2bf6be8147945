"""Who is asking, what they may do, and the record of it.

`User.may` is the one place that says what a role allows; every page and call names the permission it needs with
`looking(...)`, `changing(...)` or `asking(...)`. Without accounts there is one user on this machine, who may do
everything; accounts are another `People`, given in the options.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar, get_args

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from reviewer.errors import ConfigError
from validator.facts import Frozen

if TYPE_CHECKING:
    from reviewer.queue.store.database import Store

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

_NOT_RECORDED = "The ledger cannot be written at this moment, so this was not done. Try again, or tell who runs this."
C = TypeVar("C", bound=Callable[..., object])


class User(Frozen):
    """Somebody who asks: an id and a name for the record, and roles. `name` is empty where nobody logs in."""

    id: str
    name: str = ""
    roles: frozenset[Role] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Whether one of their roles allows it."""
        return any(permission in GRANTS[role] for role in self.roles)


class People(Protocol):
    """How a request tells who sent it. Raises `HTTPException` where nobody is known; may wait for a database."""

    def of(self, request: Request) -> User:
        """The user behind a request."""


class SingleUser:
    """Loopback without accounts: whoever sits at this machine."""

    user = User(id="local", roles=frozenset(ROLES))

    def of(self, request: Request) -> User:  # noqa: ARG002
        """The one user."""
        return self.user


async def current_user(request: Request) -> User:
    """The user behind a request. Raises `HTTPException` 401 where nobody is known."""
    people: People = request.app.state.people
    user = await run_in_threadpool(people.of, request)
    request.state.user = user
    return user


def allowed(user: User, permission: Permission) -> User:
    """The user, if they may. Raises `HTTPException` 403, which names the roles that do."""
    if not user.may(permission):
        who = " or ".join(role for role in ROLES if permission in GRANTS[role])
        raise HTTPException(403, f"Your account may not do this; it takes the role {who}.")
    return user


def ruled(dependency: C, permission: Permission) -> C:
    """Note on a dependency what it asks for, so that a test can see that no route is without a rule."""
    vars(dependency)["permission"] = permission
    return dependency


def asking(permission: Permission) -> Callable[[Request], Awaitable[User]]:
    """A dependency of a call of the API: the user, who must have this permission."""

    async def user(request: Request) -> User:
        return allowed(await current_user(request), permission)

    return ruled(user, permission)


def record(store: Store | None, user: User, action: str, ids: dict[str, str]) -> None:
    """Put a view or a change into the ledger, where a store is open. `ids` are ids and hashes, never words.

    Raises `HTTPException` 503 where the ledger cannot be written: what cannot be recorded is not shown or done.
    """
    if store is None:
        return
    from reviewer.ledger.chain import Entry, append
    from reviewer.queue.store.database import plain_failures

    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")

    @plain_failures
    def write() -> None:
        with store.writing() as connection:
            append(connection, [Entry(action, {"user": user.id, **ids})], at)

    try:
        write()
    except ConfigError:
        raise HTTPException(503, _NOT_RECORDED) from None
