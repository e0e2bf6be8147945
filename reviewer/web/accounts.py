"""People with accounts: a session's cookie says who asks, for the API also a personal token."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from reviewer.accounts import kept_sessions, tokens
from reviewer.accounts import store as accounts
from reviewer.accounts.roles import User
from reviewer.accounts.signing_in import SigningIn
from reviewer.queue.clock import now_text
from reviewer.web.guards import Rates
from reviewer.web.sessions import COOKIE, Session, Sessions, digest

if TYPE_CHECKING:
    from reviewer.accounts.oidc import Provider
    from reviewer.queue.store.database import Store

LOG_IN = "Log in first."
RESTARTED = (
    "The reviewer was started again; you are still logged in. Notes that were pasted before are no longer held. "
    "What is on the worklist is kept."
)
OVER = "You were logged out, because nothing was done for a while. What you typed is still on this page."
_CHOOSE = "Choose a password of your own first."
_API = "/api/"
_OWN = "/account"
_WHILE_CHOOSING = frozenset({_OWN, "/account/password", "/logout"})
_LOG_INS_A_SECOND, _BURST = 0.2, 20
_NOTED_SECONDS = 60.0


class Accounts:
    """Who asks, by the accounts of a store, and by an OpenID provider where one is set up."""

    def __init__(self, store: Store, provider: Provider | None = None) -> None:
        self.store, self.provider = store, provider
        self.signing_in = SigningIn(store)
        self.rates = Rates(_LOG_INS_A_SECOND, _BURST)
        self.began_at = now_text()

    async def of(self, request: Request) -> User:
        """The user behind a request. Raises `HTTPException` 401, and 303 where a password must be chosen first."""
        bearer = _bearer(request)
        if bearer is not None:
            owner = await run_in_threadpool(tokens.owner, self.store, bearer)
            if owner is None or owner.must_change:
                raise HTTPException(401, "This token is not valid, or not any more.", {"www-authenticate": "Bearer"})
            return owner.user
        session = request.app.state.web.sessions.find(request.cookies.get(COOKIE), used=False)
        session = session or await self._resumed(request)
        account = await run_in_threadpool(accounts.find, self.store, session.user) if session else None
        if session is None or account is None:
            raise _unknown(request)
        if account.disabled or account.stamp != session.stamp:
            request.app.state.web.sessions.end(session)
            raise _unknown(request)
        if account.must_change and request.url.path not in _WHILE_CHOOSING:
            raise HTTPException(303 if _is_page(request) else 403, _CHOOSE, {"location": _OWN})
        return account.user

    async def _resumed(self, request: Request) -> Session | None:
        """A session of before the program was started. One that began since then is ended where it is not known."""
        token = request.cookies.get(COOKIE)
        kept = await run_in_threadpool(kept_sessions.find, self.store, digest(token)) if token else None
        if token is None or kept is None or kept.began_at >= self.began_at:
            return None
        now = datetime.fromisoformat(now_text())
        began, seen = ((now - datetime.fromisoformat(at)).total_seconds() for at in (kept.began_at, kept.seen_at))
        sessions: Sessions = request.app.state.web.sessions
        session = sessions.resume(token, kept.user_id, kept.stamp, (began, seen))
        if session is not None:
            session.notice = RESTARTED
        return session

    async def enter(self, request: Request, account: accounts.Account) -> Session:
        """The new session of somebody who has just logged in, kept also for when the program is started again."""
        web, before = request.app.state.web, request.cookies.get(COOKIE)
        session: Session = web.sessions.again(account.id, account.stamp, before)
        longest = web.options.session_seconds
        await run_in_threadpool(kept_sessions.keep, self.store, session.key, account.id, account.stamp, longest)
        if before:
            await run_in_threadpool(kept_sessions.forget, self.store, digest(before))
        return session

    async def note_use(self, session: Session) -> None:
        """Write down that a session was used, once a minute."""
        if session.seen - session.noted > _NOTED_SECONDS:
            session.noted = session.seen
            await run_in_threadpool(kept_sessions.used, self.store, session.key)

    async def leave(self, session: Session) -> None:
        """End a session for good."""
        await run_in_threadpool(kept_sessions.forget, self.store, session.key)

    async def end_others(self, user_id: str, but: str = "") -> None:
        """End every session of somebody for good, save that of a key."""
        await run_in_threadpool(kept_sessions.forget_of, self.store, user_id, but)


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
