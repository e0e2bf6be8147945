"""Logging in and out. These pages work without scripts, and hold no session before somebody is known."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from reviewer.accounts import store as accounts
from reviewer.accounts.oidc import Attempt, Provider, ProviderError
from reviewer.accounts.roles import User
from reviewer.accounts.signing_in import Refused
from reviewer.errors import UsageError
from reviewer.web.accounts import Accounts
from reviewer.web.people import client_of, record
from reviewer.web.sessions import COOKIE
from reviewer.web.site import Context, Page, Web, changing, clean, cookie_set
from reviewer.web.templating import rendered

router = APIRouter(include_in_schema=False)

BEFORE, AWAY = "reviewer_login", "reviewer_provider"
"""Cookies: of the form before somebody is known, and of a log-in that went to the provider."""

WRONG = "The name or the password is wrong."
LOCKED = "Too many wrong passwords in a row. Wait some minutes, then try again, or ask whoever looks after accounts."
_AGAIN = "This form was too old. Type name and password again."
_TOO_MANY = "Too many log-ins from this address. Wait a minute, then try again."
_NOT_BEGUN = "This log-in was not begun in this browser, or took longer than ten minutes. Begin again."
_NO_PROVIDER = "No provider is set up here; log in with name and password."
_TURNED_AWAY = "The provider did not let you in."
_AWAY_SECONDS = 600
_LONGEST = 2_000
_KEY = secrets.token_bytes(32)


@router.get("/login")
async def form(request: Request, next: str = "") -> Response:  # noqa: A002  # what browsers bring back
    """The form."""
    web: Web = request.app.state.web
    said = ""
    if "left" in request.query_params:
        said = "You are logged out. Nothing of your encounters is held any more."
    elif web.sessions.is_over(request.cookies.get(COOKIE)):
        said = "You were logged out, because nothing was done for a while. Your encounters are held: log in to go on."
    return _form(request, next, said=said)


@router.post("/login")
async def enter(request: Request) -> Response:
    """Name and password."""
    web, people = _of(request)
    client = client_of(request)
    if not people.rates.allow(client, time.monotonic()):
        return _form(request, "", _TOO_MANY, 429)
    sent = await request.form(max_files=0, max_fields=10, max_part_size=_LONGEST)
    name, password, after, token = (_text(sent.get(one)) for one in ("login", "password", "next", "csrf_token"))
    if not hmac.compare_digest(_token(request.cookies.get(BEFORE, "")).encode(), token.encode()):
        return _form(request, after, _AGAIN, 403)
    found = await run_in_threadpool(people.signing_in.check, name, password, client)
    if isinstance(found, Refused):
        return _form(request, after, LOCKED if found.locked else WRONG, 429 if found.locked else 401)
    return await _entered(request, web, found, RedirectResponse(_inside(after), 303))


@router.get("/login/provider")
async def away(request: Request, next: str = "") -> Response:  # noqa: A002
    """Off to the provider."""
    web, people = _of(request)
    if not people.rates.allow(client_of(request), time.monotonic()):
        return _form(request, "", _TOO_MANY, 429)
    try:
        address, attempt = await run_in_threadpool(_provider(people).begin, _back(request))
    except ProviderError as problem:
        return _form(request, next, f"{str(problem).capitalize()}.", 502)
    answer = RedirectResponse(address, 303)
    kept = sealed({**attempt._asdict(), "next": _inside(next), "at": time.time()})
    # Not `strict`: the provider sends the browser back, and this cookie must come with it.
    cookie_set(answer, AWAY, kept, web.options, samesite="lax", path="/login", max_age=_AWAY_SECONDS)
    return answer


@router.get("/login/callback")
async def back(request: Request, code: str = "", state: str = "") -> Response:
    """Back from the provider. A page of our own leads on: no cookie of ours would come with a redirect from there."""
    web, people = _of(request)
    provider = _provider(people)
    kept = opened(request.cookies.get(AWAY, ""))
    if kept is None or not hmac.compare_digest(kept["state"].encode(), state.encode("utf-8", "replace")):
        return _form(request, "", _NOT_BEGUN, 400)
    if not code:
        return _form(request, "", _TURNED_AWAY, 403)
    attempt = Attempt(kept["state"], kept["nonce"], kept["verifier"])
    client = client_of(request)
    try:
        person = await run_in_threadpool(provider.end, _back(request), code, attempt)
        account = await run_in_threadpool(
            accounts.of_provider,
            people.store,
            provider.site.issuer,
            person.subject,
            person.wanted,
            person.name,
            person.roles,
            client,
        )
    except (ProviderError, UsageError) as problem:
        failed = {"account": "unknown", "why": "provider", "client": client}
        await run_in_threadpool(record, people.store, User(id="unknown"), "login_failed", failed)
        return _form(request, "", f"You are not logged in: {problem}.", 403)
    after = _inside(kept["next"])
    page = HTMLResponse(rendered("entered.html.j2", page=_frame(web), after=after))
    page.delete_cookie(AWAY, path="/login")
    return await _entered(request, web, account, page)


@router.post("/logout")
async def leave(context: Annotated[Context, Depends(changing("enter"))]) -> Response:
    """Out, with everything that was held."""
    context.web.sessions.leave(context.session)
    await _of(context.request)[1].leave(context.session)
    answer = RedirectResponse("/login?left=1", 303)
    answer.delete_cookie(COOKIE, path="/")
    await context.record("logout")
    return answer


def _of(request: Request) -> tuple[Web, Accounts]:
    web = request.app.state.web
    return web, cast(Accounts, web.people)


def _provider(people: Accounts) -> Provider:
    if people.provider is None:
        raise HTTPException(404, _NO_PROVIDER)
    return people.provider


async def _entered(request: Request, web: Web, account: accounts.Account, answer: Response) -> Response:
    assert isinstance(web.people, Accounts)
    session = await web.people.enter(request, account)
    cookie_set(answer, COOKIE, session.token, web.options)
    answer.delete_cookie(BEFORE, path="/login")
    return answer


def _form(request: Request, after: str, problem: str = "", status: int = 200, said: str = "") -> Response:
    web, people = _of(request)
    mark = request.cookies.get(BEFORE) or secrets.token_urlsafe(32)
    # A proxy in front may not say that it spoke https; the address it was given says so.
    plain = web.options.secure_cookie and not web.options.url and request.url.scheme != "https"
    values: dict[str, Any] = {"token": _token(mark), "after": _inside(after), "said": said, "plain": plain}
    page = rendered("login.html.j2", page=_frame(web, problem), provider=people.provider is not None, **values)
    answer = HTMLResponse(page, status)
    if status == 429:
        answer.headers["retry-after"] = "60"
    cookie_set(answer, BEFORE, mark, web.options, path="/login")
    return answer


def _frame(web: Web, problem: str = "") -> Page:
    return Page("", (), "/login", "", problem, idle_minutes=web.idle_minutes)


def _token(mark: str) -> str:
    """What the form of a browser brings back; another site knows neither it nor the cookie."""
    return hmac.new(_KEY, b"form" + mark.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def sealed(values: dict[str, Any]) -> str:
    """Values for a cookie that only this process can have made."""
    body = urlsafe_b64encode(json.dumps(values).encode()).decode()
    return f"{body}.{hmac.new(_KEY, b'away' + body.encode(), hashlib.sha256).hexdigest()}"


def opened(cookie: str) -> dict[str, Any] | None:
    """The values of a sealed cookie; None where this process has not made it, or too long ago."""
    body, _, seal = cookie.partition(".")
    expected = hmac.new(_KEY, b"away" + body.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), seal.encode("utf-8", "replace")):
        return None
    values: dict[str, Any] = json.loads(urlsafe_b64decode(body))
    return values if time.time() - values["at"] <= _AWAY_SECONDS else None


def _back(request: Request) -> str:
    """Where the provider sends somebody back to."""
    url = request.app.state.web.options.url or f"{request.url.scheme}://{request.headers['host']}"
    return f"{url}/login/callback"


def _inside(path: str) -> str:
    """A path of this site to go to afterwards; the first page for anything else."""
    plain = all(one.isascii() and (one.isalnum() or one in "/._~-") for one in path)
    inside = path.startswith("/") and not path.startswith(("//", "/login", "/logout", "/api/"))
    return path if plain and inside else "/"


def _text(value: object) -> str:
    return clean(value)[:_LONGEST] if isinstance(value, str) else ""
