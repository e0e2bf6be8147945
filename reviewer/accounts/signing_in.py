"""Logging in with a password: the same answer, in the same time, whether the account or the password is wrong.

After five wrong passwords in a row an account is locked, first for a minute, then for twice as long each time, up to
an hour. A name that nobody has is locked in the same way, in memory alone: what was typed there may be a password.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from typing import Any, NamedTuple

from sqlalchemy import Row, select, update

from reviewer.accounts import passwords
from reviewer.accounts.store import Account, account_of, later, note
from reviewer.accounts.tables import LONGEST_ID, users
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store, plain_failures

FREE_TRIES = 5
FIRST_LOCK, LONGEST_LOCK = 60, 3600
"""Seconds."""

_MOST_STRANGERS = 10_000
_UNKNOWN = "unknown"


class Tries(NamedTuple):
    """Wrong passwords in a row, and until when no password is tried."""

    failures: int = 0
    locked_until: str | None = None

    def locked(self, now: str) -> bool:
        """Whether no password is tried now."""
        return self.locked_until is not None and now < self.locked_until

    def wrong(self, now: str) -> Tries:
        """After one more wrong password."""
        failures = self.failures + 1
        beyond = failures - FREE_TRIES
        if beyond < 0:
            return Tries(failures)
        return Tries(failures, later(min(FIRST_LOCK * 2 ** min(beyond, 16), LONGEST_LOCK), now))


class Refused(NamedTuple):
    """Why somebody was not let in; `locked`: the password was not even tried."""

    locked: bool


class SigningIn:
    """Checks log-ins against the store. One for each process."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._key = secrets.token_bytes(32)
        self._strangers: OrderedDict[bytes, Tries] = OrderedDict()

    @plain_failures
    def check(self, user_id: str, password: str, client: str, kind: str = "login") -> Account | Refused:
        """The account, when the password is theirs. `client` is the address for the ledger, `kind` what is noted."""
        wanted, now = user_id.strip().lower()[:LONGEST_ID], now_text()
        with self.store.reading() as connection:
            row = connection.execute(select(users).where(users.c.id == wanted)).one_or_none()
        if self._tries(row, wanted).locked(now):
            self._failed(wanted, client, now, locked=True)
            return Refused(locked=True)
        good = passwords.fits(password, row.password if row else None)
        if row is None or not good or row.disabled:
            self._failed(wanted, client, now, locked=False)
            return Refused(locked=False)
        return self._entered(row, password, client, kind) or Refused(locked=False)

    def _failed(self, wanted: str, client: str, now: str, *, locked: bool) -> None:
        with self.store.writing() as connection:
            # Read again: others may have tried meanwhile. For a name that nobody has, all of it takes as long.
            row = connection.execute(select(users).where(users.c.id == wanted).with_for_update()).one_or_none()
            tries = self._tries(row, wanted)
            tries = tries if locked else tries.wrong(now)
            connection.execute(update(users).where(users.c.id == wanted).values(**tries._asdict()))
            known = row.id if row else _UNKNOWN
            note(connection, "login_failed", known, known, why="locked" if locked else "password", client=client)
        if row is None:
            self._remember(wanted, tries)

    def _entered(self, row: Row[Any], password: str, client: str, kind: str) -> Account | None:
        values: dict[str, Any] = {"failures": 0, "locked_until": None, "seen_at": now_text()}
        if passwords.outdated(row.password):
            values["password"] = passwords.hashed(password)
        # Somebody may have changed the password or shut this account out while it was checked.
        same = (users.c.id == row.id) & (users.c.stamp == row.stamp)
        with self.store.writing() as connection:
            if not connection.execute(update(users).where(same).values(**values)).rowcount:
                return None
            note(connection, kind, row.id, row.id, how="password", client=client)
        return account_of(row)

    def _tries(self, row: Row[Any] | None, wanted: str) -> Tries:
        return Tries(row.failures, row.locked_until) if row else self._strangers.get(self._mark(wanted), Tries())

    def _remember(self, wanted: str, tries: Tries) -> None:
        mark = self._mark(wanted)
        self._strangers[mark] = tries
        self._strangers.move_to_end(mark)
        if len(self._strangers) > _MOST_STRANGERS:
            self._strangers.popitem(last=False)

    def _mark(self, wanted: str) -> bytes:
        return hmac.digest(self._key, wanted.encode("utf-8", "replace"), hashlib.sha256)
