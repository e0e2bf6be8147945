"""`reviewer users`: the accounts of the web application. Passwords are typed or piped in, never given as an option."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.errors import UsageError
from reviewer.queue_options import Opened, TextOrJson, UserOption, opened

if TYPE_CHECKING:
    from reviewer.accounts.store import Account

_LONGEST_LINE = 1_000
_SHOWN = ("id", "name", "roles", "state", "last log-in")

users = typer.Typer(
    help="Accounts of the web application, and what each may do.",
    rich_markup_mode=None,
)


class RoleName(StrEnum):
    """The roles as the command line names them (an enumeration for typer)."""

    READER = "reader"
    SPECIALIST = "specialist"
    LEAD = "lead"
    AUDITOR = "auditor"
    ADMIN = "admin"


LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help="The name they log in with.")]
RolesOption = Annotated[list[RoleName], typer.Option("--role", help="May be repeated.")]


@users.callback()
def _users() -> None:
    """Accounts of the web application."""


@users.command("add")
def add(
    login: LoginArgument,
    role: RolesOption,
    name: Annotated[str, typer.Option("--name", help="Name for the record; else the log-in name.")] = "",
    temporary: Annotated[bool, typer.Option("--temporary", help="They must choose another password first.")] = False,
    user: UserOption = None,
) -> int:
    """Make an account. The password is asked for twice, or read as one line from standard input."""
    from reviewer.accounts import store
    from reviewer.accounts.passwords import checked

    with opened(user) as queue:
        wanted = store.new_id(login)
        password = checked(_password(), wanted)
        made = store.add(
            queue.store, wanted, name, [one.value for one in role], password, queue.user, must_change=temporary
        )
    _told(f"{made.id} may log in as {', '.join(made.roles)}")
    return 0


@users.command("list")
def list_accounts(format: TextOrJson = "text") -> int:  # noqa: A002  # the option's name is the contract
    """List every account with its roles and state."""
    from reviewer.accounts import store
    from reviewer.output import write

    with opened() as queue:
        found = store.listed(queue.store)
    if format == "json":
        kept = [{key: value for key, value in one._asdict().items() if key != "stamp"} for one in found]
        write(json.dumps(kept, indent=1, ensure_ascii=False), None)
    else:
        write(_table(found), None)
    return 0


@users.command("role")
def role(login: LoginArgument, role: RolesOption, user: UserOption = None) -> int:
    """Give an account these roles, and no others."""
    from reviewer.accounts import store

    with opened(user) as queue:
        changed = store.give_roles(queue.store, _id(login), [one.value for one in role], queue.user)
    _told(f"{changed.id} is {', '.join(changed.roles)}")
    return 0


@users.command("disable")
def disable(
    login: LoginArgument,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
    user: UserOption = None,
) -> int:
    """Shut somebody out at once. Sessions end, tokens are revoked, and the account stays in the record."""
    from reviewer.accounts import store

    with opened(user) as queue:
        changed = store.disable(queue.store, _id(login), queue.user, disabled=not undo)
    _told(f"{changed.id} {'may log in again' if undo else 'is disabled'}")
    return 0


@users.command("password")
def password(
    login: LoginArgument,
    temporary: Annotated[bool, typer.Option("--temporary", help="They must choose another password first.")] = False,
    user: UserOption = None,
) -> int:
    """Give an account another password. Asked for twice, or read as one line from standard input."""
    from reviewer.accounts import store
    from reviewer.accounts.passwords import checked

    with opened(user) as queue:
        wanted = _known(queue, login)
        new = checked(_password(), wanted)
        store.set_password(queue.store, wanted, new, queue.user, must_change=temporary)
    _told(f"{wanted} has another password; sessions with the old one end")
    return 0


@users.command("token")
def token(
    login: LoginArgument,
    name: Annotated[str, typer.Option("--name", help="What it is for.")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long it is good.")] = 90,
    revoke: Annotated[bool, typer.Option("--revoke", help="Make the token of this name worthless instead.")] = False,
    user: UserOption = None,
) -> int:
    """Make a personal token for the JSON API. Printed this once; without --name those there are are listed."""
    from reviewer.accounts import tokens
    from reviewer.output import write

    with opened(user) as queue:
        owner = _known(queue, login)
        if not name:
            if revoke:
                raise UsageError("--revoke: which token? Give --name")
            found = tokens.listed(queue.store, owner)
            lines = [f"{one.name}  until {one.expires_at[:16]}" for one in found]
            write("\n".join(lines) or "no tokens", None)
        elif revoke:
            tokens.revoke(queue.store, owner, name, queue.user)
            _told("the token is revoked")
        else:
            write(tokens.make(queue.store, owner, name, days, queue.user), None)
    return 0


def _id(login: str) -> str:
    return login.strip().lower()


def _known(queue: Opened, login: str) -> str:
    """The id of an account that there is. Raises `UsageError`."""
    from reviewer.accounts import store

    found = store.find(queue.store, _id(login))
    if found is None:
        raise UsageError("there is no such account; see: reviewer users list")
    return found.id


def _password() -> str:
    """A password from the keyboard, typed twice, or the first line of what is piped in."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline(_LONGEST_LINE).rstrip("\r\n")
        if not line:
            raise UsageError("no password came in; pipe it in as one line, or run this in a terminal")
        return line
    import getpass

    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise UsageError("the password was not typed the same twice")
    return first


def _table(found: list[Account]) -> str:
    if not found:
        return "no accounts; make one with: reviewer users add LOGIN --role admin"
    from reviewer.report.visible import shown as inert

    rows = [list(_SHOWN)]
    rows += [[one.id, inert(one.name), ", ".join(one.roles), _state(one), one.seen_at or "never"] for one in found]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_SHOWN))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _state(one: Account) -> str:
    if one.disabled:
        return "disabled"
    if one.locked_until:
        return f"locked until {one.locked_until[:16]}"
    return "must change password" if one.must_change else "of the provider" if one.provider else "active"


def _told(text: str) -> None:
    sys.stderr.write(f"reviewer: {text}\n")
