"""Who is asking, what they may do, and the record of it.

`User.may` is the one place that says what a role allows; every page and call names the permission it needs with
`looking(...)`, `changing(...)` or `asking(...)`. Without accounts there is one user on this machine, who may do
everything; accounts are another `People`, given in the options.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Protocol, TypeVar

from fastapi import HTTPException
from starlette.requests import Request

from reviewer.accounts.roles import ROLES, Permission, User, granting
from reviewer.errors import ConfigError

if TYPE_CHECKING:
    from reviewer.notes.note import Note
    from reviewer.queue.store.database import Store
    from reviewer.web.sessions import Session

_NOT_RECORDED = "The ledger cannot be written at this moment, so this was not done. Try again, or tell who runs this."

C = TypeVar("C", bound=Callable[..., object])


class People(Protocol):
    """How a request tells who sent it. Raises `HTTPException` where nobody is known."""

    def of(self, request: Request) -> User | Awaitable[User]:
        """The user behind a request; where a database is asked, to be waited for."""

    async def note_use(self, session: Session) -> None:
        """Write down that a session was used, where sessions are kept."""


class SingleUser:
    """Loopback without accounts: whoever sits at this machine."""

    user = User(id="local", roles=frozenset(ROLES))

    def of(self, request: Request) -> User:  # noqa: ARG002
        """The one user."""
        return self.user

    async def note_use(self, session: Session) -> None:
        """Nothing: what nobody logs into is kept in memory alone."""


async def current_user(request: Request) -> User:
    """The user behind a request. Raises `HTTPException` 401 where nobody is known."""
    people: People = request.app.state.people
    found = people.of(request)
    user = found if isinstance(found, User) else await found
    request.state.user = user
    return user


def allowed(user: User, permission: Permission) -> User:
    """The user, if they may. Raises `HTTPException` 403, which names the roles that do."""
    if not user.may(permission):
        raise HTTPException(
            403, f"Your account may not do this; it takes the role {' or '.join(granting(permission))}."
        )
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


def client_of(request: Request) -> str:
    """The address that a request came from, for the ledger."""
    return request.client.host if request.client else ""


def hashes(notes: Iterable[Note]) -> dict[str, str]:
    """What the ledger keeps of notes."""
    return {f"note{place}": note.sha256 for place, note in enumerate(notes, 1)}


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
