"""One's own account: what it allows, another password, personal tokens, log-ins elsewhere."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from reviewer.accounts import store as accounts
from reviewer.accounts import tokens
from reviewer.accounts.passwords import LONGEST, SHORTEST
from reviewer.accounts.signing_in import Refused
from reviewer.errors import UsageError
from reviewer.web.accounts import Accounts
from reviewer.web.people import client_of
from reviewer.web.site import Context, changing, looking

router = APIRouter(include_in_schema=False)
Looking = Annotated[Context, Depends(looking("enter"))]
Entering = Annotated[Context, Depends(changing("enter"))]
AT = "/account"
_WRONG = "The password you have now is wrong."
_LOCKED = "Too many wrong passwords in a row. Wait some minutes, then try again."
_DIFFERENT = "The new password was not typed the same twice."
_ELSEWHERE = "Every other log-in of yours has ended."


@router.get("/account")
async def account(context: Looking) -> Response:
    """The page."""
    return await _account(context)


@router.get("/account/stay")
async def stay(_: Looking) -> Response:
    """Asked for by somebody who wants to stay logged in."""
    return Response(status_code=204)


@router.get("/account/left")
async def left(context: Annotated[Context, Depends(looking("enter", used=False))]) -> Response:
    """How long the log-in still lasts, and whether use makes it longer. To ask is no use."""
    idle, whole = context.web.sessions.left(context.session)
    return JSONResponse({"seconds": int(min(idle, whole)), "longer": idle < whole})


@router.get("/account/password")
@router.get("/account/token")
@router.get("/account/revoke")
@router.get("/account/elsewhere")
async def back(_: Looking) -> Response:
    """Where a browser lands that loads an answer's address again."""
    return RedirectResponse(AT, 303)


@router.post("/account/password")
async def password(context: Entering) -> Response:
    """Another password; every other log-in ends by it."""
    people, user_id = cast(Accounts, context.web.people), context.user.id
    new = context.text("new")
    if new != context.text("again"):
        return await _account(context, problem=_DIFFERENT)
    now = context.text("now")[:LONGEST]
    found = await run_in_threadpool(people.signing_in.check, user_id, now, client_of(context.request), "confirmed")
    if isinstance(found, Refused):
        return await _account(context, problem=_LOCKED if found.locked else _WRONG)
    try:
        changed = await run_in_threadpool(accounts.set_password, people.store, user_id, new, user_id)
    except UsageError as problem:
        return await _account(context, problem=_sentence(problem))
    context.session = await people.enter(context.request, changed)
    return await _account(context, said="Your password is changed.")


@router.post("/account/token")
async def token(context: Entering) -> Response:
    """A new token, shown once."""
    days = context.text("days")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0
    user_id = context.user.id
    try:
        made = await run_in_threadpool(tokens.make, _store(context), user_id, context.text("name"), number, user_id)
    except UsageError as problem:
        return await _account(context, problem=_sentence(problem))
    return await _account(context, made=made)


@router.post("/account/revoke")
async def revoke(context: Entering) -> Response:
    """A token that is worthless from now on."""
    user_id, name = context.user.id, context.text("name")
    try:
        await run_in_threadpool(tokens.revoke, _store(context), user_id, name, user_id)
    except UsageError as problem:
        return await _account(context, problem=_sentence(problem))
    return await _account(context, said="The token is revoked.")


@router.post("/account/elsewhere")
async def elsewhere(context: Entering) -> Response:
    """End every log-in but this one."""
    await context.record("sessions_ended")
    context.web.sessions.end_others(context.session)
    await cast(Accounts, context.web.people).end_others(context.user.id, context.session.key)
    return await _account(context, said=_ELSEWHERE)


def _store(context: Context) -> Any:
    return cast(Accounts, context.web.people).store


async def _account(context: Context, problem: str = "", **said: str) -> Response:
    store = _store(context)
    own = await run_in_threadpool(accounts.find, store, context.user.id)
    if own is None:
        raise HTTPException(404, "There is no such account.")
    values: dict[str, Any] = {"own": own, "tokens": await run_in_threadpool(tokens.listed, store, own.id)}
    values |= {"shortest": SHORTEST, "longest": LONGEST, "most_days": tokens.LONGEST_DAYS, "said": "", "made": ""}
    return context.page("account.html.j2", AT, 422 if problem else 200, problem, **{**values, **said})


def _sentence(problem: UsageError) -> str:
    text = str(problem)
    return f"{text[:1].upper()}{text[1:]}."
