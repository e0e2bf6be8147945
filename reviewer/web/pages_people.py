"""Accounts, for who looks after them: made, roles, shut out and let in again, another password."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from reviewer.accounts import store as accounts
from reviewer.accounts.roles import GRANTS, PERMISSIONS, ROLES, Role
from reviewer.errors import UsageError
from reviewer.web.accounts import Accounts
from reviewer.web.site import Context, changing, looking

router = APIRouter(include_in_schema=False)
Looking = Annotated[Context, Depends(looking("people"))]
Managing = Annotated[Context, Depends(changing("people"))]
AT = "/people"


@router.get("/people")
async def people(context: Looking) -> Response:
    """Every account."""
    return await _people(context)


@router.get("/people/add")
@router.get("/people/roles")
@router.get("/people/password")
@router.get("/people/disable")
@router.get("/people/enable")
async def back(_: Looking) -> Response:
    """Where a browser lands that loads an answer's address again."""
    return RedirectResponse(AT, 303)


@router.post("/people/add")
async def add(context: Managing) -> Response:
    """A new account, with a password that is shown once and must be changed."""
    login, first = context.text("login"), _first_password()

    def make() -> accounts.Account:
        return accounts.add(
            _store(context), login, context.text("name"), _roles(context), first, context.user.id, must_change=True
        )

    return await _done(context, make, "has an account", first)


@router.post("/people/roles")
async def roles(context: Managing) -> Response:
    """Other roles."""
    who, wanted, by = context.text("id"), _roles(context), context.user.id
    return await _done(context, lambda: accounts.give_roles(_store(context), who, wanted, by), "has other roles")


@router.post("/people/password")
async def password(context: Managing) -> Response:
    """Another password, shown once; log-ins end, a lock is opened."""
    first = _first_password()

    def change() -> accounts.Account:
        who, by = context.text("id"), context.user.id
        return accounts.set_password(_store(context), who, first, by, must_change=True)

    return await _done(context, change, "has another password", first)


@router.post("/people/disable")
async def disable(context: Managing) -> Response:
    """Out at once, with every log-in and token."""
    who, by = context.text("id"), context.user.id
    answer = await _done(context, lambda: accounts.disable(_store(context), who, by), "is disabled")
    if answer.status_code == 200:
        context.web.sessions.end_all(who)
        await cast(Accounts, context.web.people).end_others(who)
    return answer


@router.post("/people/enable")
async def enable(context: Managing) -> Response:
    """In again."""
    who, by = context.text("id"), context.user.id
    return await _done(context, lambda: accounts.disable(_store(context), who, by, disabled=False), "may log in again")


def _first_password() -> str:
    return secrets.token_urlsafe(15)


def _store(context: Context) -> Any:
    return cast(Accounts, context.web.people).store


def _roles(context: Context) -> list[Role]:
    chosen = context.texts("role")
    return [role for role in ROLES if role in chosen]


async def _done(context: Context, change: Callable[[], accounts.Account], what: str, secret: str = "") -> Response:
    try:
        changed = await run_in_threadpool(change)
    except UsageError as problem:
        text = str(problem)
        return await _people(context, f"{text[:1].upper()}{text[1:]}.")
    return await _people(context, said=f"{changed.name} ({changed.id}) {what}.", secret=secret)


async def _people(context: Context, problem: str = "", said: str = "", secret: str = "") -> Response:
    found = await run_in_threadpool(accounts.listed, _store(context))
    values: dict[str, Any] = {"people": found, "roles": ROLES, "grants": GRANTS, "permissions": PERMISSIONS}
    values |= {"said": said, "secret": secret}
    return context.page("people.html.j2", AT, 422 if problem else 200, problem, **values)
