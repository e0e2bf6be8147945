"""Accounts in the database: made, changed, shut out, looked up. Every change is in the ledger, in one transaction."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, select, update

from reviewer.accounts import passwords
from reviewer.accounts.roles import ROLES, Role, User
from reviewer.accounts.tables import tokens, users
from reviewer.errors import UsageError
from reviewer.ledger import chain
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.upsert import insert_new

LONGEST_NAME = 80
_ID = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,59}")
_AN_ID = "a log-in name has at most 60 characters: small letters, digits and . _ @ + -, a letter or digit first"
_UNKNOWN = "there is no such account; see: reviewer users list"
_LAST = "this is the last account with the role admin that can log in; give somebody else that role first"


class Account(NamedTuple):
    """An account as it is listed. `provider`: it is of an OpenID provider. Times are UTC as ISO text."""

    id: str
    name: str
    roles: tuple[Role, ...]
    provider: bool
    disabled: bool
    must_change: bool
    stamp: str
    locked_until: str | None
    created_at: str
    seen_at: str | None

    @property
    def user(self) -> User:
        """Who they are to a page."""
        return User(id=self.id, name=self.name, roles=frozenset(self.roles))


def account_of(row: Row[Any]) -> Account:
    """The account of a row. A role that this version does not know is none."""
    return Account(
        id=row.id,
        name=row.name,
        roles=tuple(role for role in ROLES if role in row.roles),
        provider=row.issuer is not None,
        disabled=row.disabled,
        must_change=row.must_change,
        stamp=row.stamp,
        locked_until=row.locked_until,
        created_at=row.created_at,
        seen_at=row.seen_at,
    )


def new_stamp() -> str:
    """A stamp that no session has yet."""
    return secrets.token_hex(16)


@plain_failures
def find(store: Store, user_id: str) -> Account | None:
    """The account of an id; None where there is none."""
    with store.reading() as connection:
        row = connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
    return account_of(row) if row else None


@plain_failures
def listed(store: Store) -> list[Account]:
    """Every account, by id."""
    with store.reading() as connection:
        return [account_of(row) for row in connection.execute(select(users).order_by(users.c.id))]


@plain_failures
def any_account(store: Store) -> bool:
    """Whether there is one at all."""
    with store.reading() as connection:
        return bool(connection.execute(select(func.count()).select_from(users)).scalar_one())


@plain_failures
def any_admin(store: Store) -> bool:
    """Whether somebody with a password looks after accounts."""
    with store.reading() as connection:
        return bool(_admins(connection))


def new_id(text: str) -> str:
    """A log-in name as it is stored. Raises `UsageError` where it cannot be one."""
    wanted = text.strip().lower()
    if not _ID.fullmatch(wanted):
        raise UsageError(_AN_ID)
    return wanted


def display_name(text: str, user_id: str) -> str:
    """The name for the record; the id where none is given. Raises `UsageError`."""
    name = " ".join(text.split())
    if not name.isprintable() or len(name) > LONGEST_NAME:
        raise UsageError(f"a name has at most {LONGEST_NAME} printable characters")
    return name or user_id


@plain_failures
def add(
    store: Store, user_id: str, name: str, roles: Collection[Role], password: str, by: str, *, must_change: bool = False
) -> Account:
    """Make an account with a password. Raises `UsageError` where it cannot be, or is there already."""
    wanted = new_id(user_id)
    row = _fresh(wanted, display_name(name, wanted), roles)
    row |= {"password": passwords.hashed(passwords.checked(password, wanted)), "must_change": must_change}
    with store.writing() as connection:
        if not insert_new(connection, users, row, key="id"):
            raise UsageError("there is an account of that name already")
        note(connection, "user_added", by, wanted, roles=_sorted(roles))
        return _row(connection, wanted)


def _fresh(user_id: str, name: str, roles: Collection[Role]) -> dict[str, Any]:
    if not roles:
        raise UsageError(f"an account has at least one role: {', '.join(ROLES)}")
    return {
        "id": user_id,
        "name": name,
        "roles": _sorted(roles),
        "disabled": False,
        "must_change": False,
        "stamp": new_stamp(),
        "failures": 0,
        "created_at": now_text(),
    }


@plain_failures
def give_roles(store: Store, user_id: str, roles: Collection[Role], by: str) -> Account:
    """Set the roles of an account. Raises `UsageError` for none, an unknown account, or the last administrator."""
    if not roles:
        raise UsageError(f"an account has at least one role: {', '.join(ROLES)}")
    with store.writing() as connection:
        if _standing(connection, user_id).issuer is not None:
            raise UsageError("the roles of this account come from the groups of its provider")
        _change(connection, user_id, roles=_sorted(roles))
        note(connection, "user_roles", by, user_id, roles=_sorted(roles))
        return _row(connection, user_id)


@plain_failures
def disable(store: Store, user_id: str, by: str, *, disabled: bool = True) -> Account:
    """Shut somebody out at once, with their sessions and tokens, or let them in again. Raises `UsageError`."""
    with store.writing() as connection:
        _standing(connection, user_id)
        _change(connection, user_id, disabled=disabled, stamp=new_stamp(), failures=0, locked_until=None)
        if disabled:
            connection.execute(delete(tokens).where(tokens.c.user_id == user_id))
        note(connection, "user_disabled" if disabled else "user_enabled", by, user_id)
        return _row(connection, user_id)


@plain_failures
def set_password(store: Store, user_id: str, password: str, by: str, *, must_change: bool = False) -> Account:
    """Give an account another password; its sessions end, a lock is opened. Raises `UsageError`."""
    changes = {"password": passwords.hashed(passwords.checked(password, user_id)), "must_change": must_change}
    with store.writing() as connection:
        if _standing(connection, user_id).issuer is not None:
            raise UsageError("this account logs in at its provider and has no password here")
        _change(connection, user_id, **changes, stamp=new_stamp(), failures=0, locked_until=None)
        note(connection, "user_password", by, user_id)
        return _row(connection, user_id)


@plain_failures
def of_provider(
    store: Store, issuer: str, subject: str, wanted: str, name: str, roles: Collection[Role], client: str
) -> Account:
    """The account of somebody whom a provider vouches for; made at the first log-in, roles as the provider says now.

    It is known by issuer and subject alone: a name that somebody else has here already gets a number.
    Raises `UsageError` when it is disabled.
    """
    ours = (users.c.issuer == issuer) & (users.c.subject == subject)
    with store.writing() as connection:
        row = connection.execute(select(users).where(ours).with_for_update()).one_or_none()
        if row is None:
            user_id = _added_for(connection, wanted, _fresh("", name[:LONGEST_NAME], roles), issuer, subject)
            note(connection, "user_added", user_id, user_id, roles=_sorted(roles))
        elif row.disabled:
            raise UsageError("this account is disabled")
        else:
            user_id = row.id
            if row.roles != _sorted(roles):
                note(connection, "user_roles", user_id, user_id, roles=_sorted(roles))
        now = now_text()
        connection.execute(update(users).where(ours).values(roles=_sorted(roles), seen_at=now))
        note(connection, "login", user_id, user_id, how="provider", client=client)
        return _row(connection, user_id)


def _added_for(connection: Connection, wanted: str, row: dict[str, Any], issuer: str, subject: str) -> str:
    base, number = (wanted.lower() if _ID.fullmatch(wanted.lower()) else "person"), 1
    row |= {"id": base, "issuer": issuer, "subject": subject}
    while not insert_new(connection, users, row, key="id"):
        number += 1
        row["id"] = f"{base}-{number}"
    return str(row["id"])


def note(connection: Connection, kind: str, by: str, user_id: str, **more: Any) -> None:
    """Put something about an account into the ledger, within the caller's transaction."""
    chain.append(connection, [chain.Entry(kind, {"user": by, "account": user_id, **more})], now_text())


def later(seconds: float, now: str) -> str:
    """A time so many seconds after another, as ISO text."""
    return (datetime.fromisoformat(now) + timedelta(seconds=seconds)).isoformat(timespec="microseconds")


def _sorted(roles: Collection[Role]) -> list[str]:
    return [role for role in ROLES if role in roles]


def _standing(connection: Connection, user_id: str) -> Row[Any]:
    row = connection.execute(select(users).where(users.c.id == user_id).with_for_update()).one_or_none()
    if row is None:
        raise UsageError(_UNKNOWN)
    return row


def _row(connection: Connection, user_id: str) -> Account:
    return account_of(connection.execute(select(users).where(users.c.id == user_id)).one())


def _change(connection: Connection, user_id: str, **values: Any) -> None:
    """Change a row; never so that nobody is left who looks after accounts."""
    before = _admins(connection)
    connection.execute(update(users).where(users.c.id == user_id).values(**values))
    if before and not _admins(connection):
        raise UsageError(_LAST)


def _admins(connection: Connection) -> list[str]:
    rows = connection.execute(select(users.c.id, users.c.roles).where(~users.c.disabled, users.c.password.is_not(None)))
    return [row.id for row in rows if "admin" in row.roles]
