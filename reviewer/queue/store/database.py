"""Opening the queue's database: engine settings for SQLite and PostgreSQL, and the migrations."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionError

from reviewer.errors import ConfigError
from reviewer.queue.store.sealing import Seal
from reviewer.queue.store.tables import key_check
from reviewer.queue.store.upsert import insert_new

BUSY_SECONDS = 30
_IDLE_SECONDS = 60
"""A process that stands still within a transaction gives its locks back after this long."""

_POSTGRES = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""A server that vanishes without a word is noticed within a minute, not within the two hours of the system."""

_NOT_ALLOWED = "42501"
_CHECKED = "the key of this queue"
_MIGRATIONS = Path(__file__).parent / "migrations"
F = TypeVar("F", bound=Callable[..., Any])


def plain_failures(call: F) -> F:
    """Turn a database that cannot be used into one clear line: full, gone, locked, not allowed. Never its values."""

    @functools.wraps(call)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except (SQLAlchemyError, sqlite3.Error) as problem:
            if not _unusable(problem):
                raise
            lines = str(getattr(problem, "orig", None) or problem).splitlines()
            told = lines[0] if lines else "it gave no reason"
        raise ConfigError(f"the queue's database cannot be used: {told}")

    return wrapped  # type: ignore[return-value]


def _unusable(problem: Exception) -> bool:
    """Whether the database itself is the trouble, and not what was asked of it."""
    if isinstance(problem, (OperationalError, InterfaceError, InternalError, NoConnectionError, sqlite3.Error)):
        return True
    # A file that is no database, or is damaged, is told as an error of no special kind.
    return type(problem) is DatabaseError or getattr(getattr(problem, "orig", None), "sqlstate", "") == _NOT_ALLOWED


class Store:
    """An open database with the seal for its blobs. One for each process."""

    def __init__(self, engine: Engine, seal: Seal) -> None:
        self.engine = engine
        self.seal = seal
        # SQLite lets those who wait for its file sleep for a tenth of a second; threads of one process need not.
        self._turn: AbstractContextManager[Any] = threading.RLock() if self.is_sqlite else nullcontext()

    @property
    def is_sqlite(self) -> bool:
        """Whether writers take turns on one file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; on SQLite it takes the file's write lock at once, so it cannot fail half way."""
        with self._turn, self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    with contextlib.suppress(DBAPIError):  # a full disk has rolled back by itself
                        connection.exec_driver_sql("ROLLBACK")
                    raise
                connection.exec_driver_sql("COMMIT")
            else:
                with connection.begin():
                    yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


@plain_failures
def open_store(url: str, key: str | None = None, *, migrate: bool = True, pool: int = 5) -> Store:
    """Open (and by default bring up to date) the database at an SQLAlchemy URL. Raises `ConfigError`."""
    engine = engine_for(url, pool=pool)
    store = Store(engine, Seal(key))
    try:
        if migrate:
            _migrate(engine)
            _check_key(store)
    except BaseException:
        store.close()
        raise
    return store


def _check_key(store: Store) -> None:
    """Refuse a key other than the first that was used here. Raises `ConfigError`."""
    if not store.seal.encrypts:
        return
    with store.reading() as connection:
        sealed = connection.execute(select(key_check.c.sealed)).scalar_one_or_none()
    if sealed is None:
        with store.writing() as connection:
            insert_new(connection, key_check, {"id": 1, "sealed": store.seal.close(_CHECKED)}, key="id")
            sealed = connection.execute(select(key_check.c.sealed)).scalar_one()
    store.seal.open(sealed)


def engine_for(url: str, *, pool: int = 5) -> Engine:
    """An engine with the settings that the queue needs. Raises `ConfigError` for a URL that is none."""
    try:
        address = make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() == "sqlite":
            if address.database and address.database != ":memory:":
                file = Path(address.database)
                file.parent.mkdir(parents=True, exist_ok=True)
                if not file.exists():
                    file.touch(mode=0o600)  # notes and hashes of passwords: for nobody else on this machine
            given = {"timeout": BUSY_SECONDS, "isolation_level": None}
            engine = create_engine(address, connect_args=given, hide_parameters=True)
            event.listen(engine, "connect", _prepare_sqlite)
            return engine
        engine = create_engine(
            address,
            connect_args=_POSTGRES,
            pool_size=pool,
            max_overflow=pool,
            pool_pre_ping=True,
            # What an error tells of a statement would else hold what was stored.
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_postgres)
        return engine
    except (ArgumentError, NoSuchModuleError, ImportError):
        raise ConfigError(
            "REVIEWER_DATABASE_URL: use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
        ) from None
    except OSError as problem:
        raise ConfigError(f"the queue's database cannot be used: {problem.strerror or 'no reason given'}") from None


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        # What is kept was paid for: it outlives a power cut too.
        "synchronous=FULL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgres(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'")
    connection.commit()


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(7206113)"))
        try:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        finally:
            if engine.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(7206113)"))
                connection.commit()
