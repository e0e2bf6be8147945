"""Personal tokens for the JSON API: shown once, stored as a hash, bound to an account, and not for ever."""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple

from sqlalchemy import delete, func, select

from reviewer.accounts.store import Account, account_of, later, note
from reviewer.accounts.tables import tokens, users
from reviewer.errors import UsageError
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.upsert import insert_new

MARK = "rvw_"
LONGEST_DAYS = 366
MOST = 20
_LONGEST_NAME = 60
_DAY = 86_400


class Token(NamedTuple):
    """A token as it is listed: never itself. Times are UTC as ISO text."""

    name: str
    created_at: str
    expires_at: str


@plain_failures
def make(store: Store, user_id: str, name: str, days: int, by: str) -> str:
    """A new token, which is told this once. Raises `UsageError` for a name in use, or an account that cannot log in."""
    label = " ".join(name.split())
    if not label or not label.isprintable() or len(label) > _LONGEST_NAME:
        raise UsageError(f"a token has a name of at most {_LONGEST_NAME} printable characters: what it is for")
    if not 1 <= days <= LONGEST_DAYS:
        raise UsageError(f"a token is good for 1 to {LONGEST_DAYS} days")
    token, now = MARK + secrets.token_urlsafe(32), now_text()
    row = {"sha256": _digest(token), "user_id": user_id, "name": label, "created_at": now}
    row["expires_at"] = later(days * _DAY, now)
    with store.writing() as connection:
        owner = connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
        if owner is None or owner.disabled:
            raise UsageError("there is no account of that name that can log in; see: reviewer users list")
        mine = tokens.c.user_id == user_id
        connection.execute(delete(tokens).where(mine, tokens.c.expires_at <= now))
        if connection.execute(select(tokens.c.name).where(mine, tokens.c.name == label)).first():
            raise UsageError("there is a token of that name already; revoke it first, or choose another name")
        if connection.execute(select(func.count()).select_from(tokens).where(mine)).scalar_one() >= MOST:
            raise UsageError(f"an account has at most {MOST} tokens; revoke one first")
        insert_new(connection, tokens, row, key="sha256")
        note(connection, "token_made", by, user_id, token=row["sha256"][:8])
    return token


@plain_failures
def revoke(store: Store, user_id: str, name: str, by: str) -> None:
    """Make a token worthless. Raises `UsageError` where there is none of that name."""
    with store.writing() as connection:
        named = (tokens.c.user_id == user_id) & (tokens.c.name == name)
        sha256 = connection.execute(delete(tokens).where(named).returning(tokens.c.sha256)).scalar_one_or_none()
        if sha256 is None:
            raise UsageError("this account has no token of that name")
        note(connection, "token_revoked", by, user_id, token=sha256[:8])


@plain_failures
def listed(store: Store, user_id: str) -> list[Token]:
    """The tokens of an account, oldest first, also those whose time is over."""
    wanted = select(tokens).where(tokens.c.user_id == user_id).order_by(tokens.c.created_at)
    with store.reading() as connection:
        return [Token(row.name, row.created_at, row.expires_at) for row in connection.execute(wanted)]


@plain_failures
def owner(store: Store, token: str) -> Account | None:
    """Whose token it is; None when it is nobody's, its time is over, or its owner may not log in."""
    wanted = select(users).join(tokens, tokens.c.user_id == users.c.id)
    good = (tokens.c.sha256 == _digest(token)) & (tokens.c.expires_at > now_text()) & ~users.c.disabled
    with store.reading() as connection:
        row = connection.execute(wanted.where(good)).one_or_none()
    return account_of(row) if row else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
