"""People with accounts: a session's cookie says who asks, for the API also a personal token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from reviewer.accounts import store as accounts
from reviewer.accounts import tokens
from reviewer.accounts.roles import User
from reviewer.accounts.signing_in import SigningIn
from reviewer.web.guards import Rates
from reviewer.web.sessions import COOKIE, Session

if TYPE_CHECKING:
    from reviewer.accounts.oidc import Provider
    from reviewer.queue.store.database import Store

LOG_IN = "Log in first."
OVER = "You were logged out, because nothing was done for a while. What you typed is still on this page."
_CHOOSE = "Choose a password of your own first."
_API = "/api/"
_OWN = "/account"
_WHILE_CHOOSING = frozenset({_OWN, "/account/password", "/logout"})
_LOG_INS_A_SECOND, _BURST = 0.2, 20


class Accounts:
    """Who asks, by the accounts of a store, and by an OpenID provider where one is set up."""

    def __init__(self, store: Store, provider: Provider | None = None) -> None:
        self.store, self.provider = store, provider
        self.signing_in = SigningIn(store)
        self.rates = Rates(_LOG_INS_A_SECOND, _BURST)

    async def of(self, request: Request) -> User:
        """The user behind a request. Raises `HTTPException` 401, and 303 where a password must be chosen first."""
        bearer = _bearer(request)
        if bearer is not None:
            owner = await run_in_threadpool(tokens.owner, self.store, bearer)
            if owner is None or owner.must_change:
                raise HTTPException(401, "This token is not valid, or not any more.", {"www-authenticate": "Bearer"})
            return owner.user
        session = request.app.state.web.sessions.find(request.cookies.get(COOKIE), used=False)
        account = await run_in_threadpool(accounts.find, self.store, session.user) if session else None
        if session is None or account is None:
            raise _unknown(request)
        if account.disabled or account.stamp != session.stamp:
            request.app.state.web.sessions.end(session)
            raise _unknown(request)
        if account.must_change and request.url.path not in _WHILE_CHOOSING:
            raise HTTPException(303 if _is_page(request) else 403, _CHOOSE, {"location": _OWN})
        return account.user

    def enter(self, request: Request, account: accounts.Account) -> Session:
        """The new session of somebody who has just logged in."""
        session: Session = request.app.state.web.sessions.again(account.id, account.stamp, request.cookies.get(COOKIE))
        return session


def _bearer(request: Request) -> str | None:
    """The token that a program brought; pages take none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and request.url.path.startswith(_API) else None


def _is_page(request: Request) -> bool:
    return (
        request.method == "GET"
        and not request.url.path.startswith(_API)
        and request.headers.get("hx-request") != "true"
    )


def _unknown(request: Request) -> HTTPException:
    if _is_page(request):
        path = request.url.path
        return HTTPException(303, LOG_IN, {"location": "/login" if path == "/" else f"/login?next={path}"})
    over = request.app.state.web.sessions.is_over(request.cookies.get(COOKIE))
    return HTTPException(401, OVER if over else LOG_IN, {"www-authenticate": "Bearer"})
