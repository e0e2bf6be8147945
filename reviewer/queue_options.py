"""What the commands of the queue share: the open store, who is acting, options that several have."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from reviewer.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from pydantic import SecretStr

    from reviewer.queue.store.database import Store
    from reviewer.settings import Settings

LONGEST_USER = 120
EXTRA = "the queue needs the extra `queue` (pip install 'encounter-reviewer[queue]')"

UserOption = Annotated[
    str | None,
    typer.Option("--user", metavar="NAME", help="Who is acting; else REVIEWER_USER, else the system's user."),
]
TextOrJson = Annotated[Literal["text", "json"], typer.Option("--format", help="How to write the result.")]


class StateName(StrEnum):
    """The states as the command line names them (an enumeration for typer)."""

    NEW = "new"
    EXTRACTED = "extracted"
    NEEDS_REVIEW = "needs_review"
    QUERIED = "queried"
    ANSWERED = "answered"
    RELEASED = "released"
    HELD = "held"


StatesOption = Annotated[list[StateName] | None, typer.Option("--state", help="Only in this state; may be repeated.")]
UnitOption = Annotated[str | None, typer.Option("--unit", metavar="NAME", help="Only of this unit.")]
AssignedOption = Annotated[str | None, typer.Option("--assigned", metavar="NAME", help="Only given to this person.")]
OutcomeOption = Annotated[
    Literal["done", "needs_human", "failed"] | None, typer.Option("--outcome", help="Only with this outcome.")
]


class Opened(NamedTuple):
    """The open store, its address and key for other processes, who is acting, and the settings."""

    store: Store
    url: str
    key: SecretStr | None
    user: str
    settings: Settings


@contextmanager
def opened(user: str | None = None) -> Iterator[Opened]:
    """The queue's store while a command runs. Raises `ConfigError` for settings and databases that cannot be used."""
    from reviewer.settings import load_settings, queue_url, signing_key

    settings = load_settings()
    signing_key()  # refuses a key that is too short
    acting = _acting(user or settings.user)
    try:
        from reviewer.queue.store.database import open_store
    except ImportError:
        raise ConfigError(EXTRA) from None
    url = queue_url(settings)
    store = open_store(url, settings.key.get_secret_value() if settings.key else None)
    try:
        yield Opened(store, url, settings.key, acting, settings)
    finally:
        store.close()


def _acting(named: str | None) -> str:
    if named is None:
        try:
            named = getpass.getuser()
        except (OSError, KeyError, ImportError):
            raise UsageError("who is acting? Give --user NAME or set REVIEWER_USER") from None
    named = named.strip()
    if not named or not named.isprintable() or len(named) > LONGEST_USER:
        raise UsageError(f"--user: a name of at most {LONGEST_USER} printable characters")
    return named
