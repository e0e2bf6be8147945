"""What a model answered, kept: found again by everything it was asked, and by the version that asked."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select

from reviewer.errors import ConfigError
from reviewer.ledger import chain
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store
from reviewer.queue.store.sealing import SEALED
from reviewer.queue.store.tables import answers, asked
from reviewer.queue.store.upsert import insert_all_new, insert_missing
from reviewer.queue.work.limits import pay
from reviewer.queue.work.together import Together
from reviewer.usage import Usage


class Paid(NamedTuple):
    """An answer to be kept. `version` is the one that it was asked for, None where nobody told."""

    key: str
    version: int | None
    answer: dict[str, Any]
    model: str
    usage: Usage


class Answers:
    """The answers in a store. Threads may share one: what they keep at the same time is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._together: Together[Paid] = Together(self._write)

    def of(self, key: str, version: int | None) -> dict[str, Any] | None:
        """The answer kept under a key, from now on also this version's; None for one that is damaged, or for none.

        Raises `ConfigError` where it is encrypted and there is no key.
        """
        wanted = select(answers.c.answer, _is_of(version).label("linked")).where(answers.c.key == key)
        with self._store.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        try:
            found: dict[str, Any] = self._store.seal.open(row.answer)
        except (ConfigError, zlib.error, ValueError):
            if not self._store.seal.encrypts and row.answer[:2] == SEALED:
                raise
            self._forget(key)
            return None
        if not row.linked:
            with self._store.writing() as connection:
                _link(connection, [(key, version)])
        return found

    def keep(self, paid: Paid) -> None:
        """Keep an answer with its cost and its entry in the ledger. Raises what SQLAlchemy does."""
        self._together(paid)

    def _write(self, paid: Sequence[Paid]) -> None:
        at = now_text()
        # In one order everywhere, so that two who keep at the same time never wait for each other in a ring.
        paid = sorted(paid, key=lambda one: one.key)
        rows = [
            {
                "key": one.key,
                "answer": self._store.seal.close(one.answer),
                "model": one.model[:200],
                "usage": one.usage.model_dump(),
                "created_at": at,
            }
            for one in paid
        ]
        with self._store.writing() as connection:
            new = insert_all_new(connection, answers, rows, key="key")
            kept = [one for one in paid if one.key in new]
            _link(connection, [(one.key, one.version) for one in paid])
            if kept:
                pay(connection, sum((one.usage for one in kept), Usage()))
                chain.append(connection, [_entry(one) for one in kept], at)

    def _forget(self, key: str) -> None:
        """Take a damaged answer out: it can only be asked for again."""
        with self._store.writing() as connection:
            connection.execute(delete(answers).where(answers.c.key == key))


def _is_of(version: int | None) -> Any:
    """Whether an answer is known to be this version's; nothing is to be noted for nobody."""
    if version is None:
        return select(1).exists()
    return select(asked.c.version_id).where(asked.c.answer_key == answers.c.key, asked.c.version_id == version).exists()


def _link(connection: Connection, pairs: Sequence[tuple[str, int | None]]) -> None:
    rows = [{"answer_key": key, "version_id": version} for key, version in pairs if version is not None]
    insert_missing(connection, asked, rows)


def _entry(one: Paid) -> chain.Entry:
    body = {"key": one.key, "model": one.model, "usage": one.usage.model_dump(), "failure": one.answer.get("category")}
    return chain.Entry("called", body)
