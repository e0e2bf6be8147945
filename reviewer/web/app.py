"""Puts the application together: pages, API, files for the browser, and what happens when something goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from reviewer import __version__
from reviewer.accounts.roles import User
from reviewer.errors import ConfigError
from reviewer.web import api, pages_correct, pages_download, pages_facts, pages_query, pages_review, pages_rules
from reviewer.web.guards import Guards
from reviewer.web.options import WebOptions
from reviewer.web.people import SingleUser
from reviewer.web.site import Page, Web
from reviewer.web.templating import assets, packed, rendered

_UNUSABLE = "The database cannot be used at this moment. Try again, or tell who runs this."
_KEPT = "public, max-age=31536000, immutable"
_PLAIN = {404: "There is no such page.", 405: "This page does not take that."}


def create_app(options: WebOptions | None = None) -> FastAPI:
    """The application. `options.people` and `options.store` are where accounts and the ledger come in."""
    options = options or WebOptions()
    web = Web(options)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await web.pool.warm()
        yield
        web.pool.close()

    app = FastAPI(
        title="Encounter reviewer",
        version=__version__,
        description="Reviews infusion documentation: supported codes, what is missing, and why.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.web, app.state.people = web, web.people
    for part in (pages_review, pages_correct, pages_download, pages_facts, pages_query, pages_rules):
        app.include_router(part.router)
    _include_worklist(app, web)
    _include_people(app, web)
    app.add_api_route("/static/{name}", static, include_in_schema=False)
    app.add_exception_handler(HTTPException, refused)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, invalid)  # type: ignore[arg-type]
    app.add_exception_handler(ConfigError, unusable)  # type: ignore[arg-type]
    app.add_middleware(Guards, options=options)
    return app


def _include_worklist(app: FastAPI, web: Web) -> None:
    """The pages over the queue, where one is configured; else what to do to have one."""
    if web.options.store is None:
        from reviewer.web import pages_worklist_none

        app.include_router(pages_worklist_none.router)
        return
    from reviewer.web import pages_worklist, pages_worklist_one, pages_worklist_together

    for part in (pages_worklist, pages_worklist_one, pages_worklist_together):
        app.include_router(part.router)


def _include_people(app: FastAPI, web: Web) -> None:
    """The API, with credentials where people log in; the pages of accounts, and of the ledger, where there are any."""
    calls = [api.router]
    if web.options.store is not None:
        from reviewer.web import api_worklist, pages_people_ledger

        app.include_router(pages_people_ledger.router)
        calls.append(api_worklist.router)
    if not web.has_accounts:
        for one in calls:
            app.include_router(one)
        return
    from reviewer.web import pages_login, pages_people, pages_people_own

    for part in (pages_login, pages_people, pages_people_own):
        app.include_router(part.router)
    token = HTTPBearer(auto_error=False, description="A personal token: `reviewer users token`, or the page Account.")
    for one in calls:
        app.include_router(one, dependencies=[Security(token)])


async def static(request: Request, name: str) -> Response:
    """A file for the browser, under its name with a hash: it never changes."""
    found = assets().get(name)
    if found is None:
        raise HTTPException(404)
    headers, content = {"cache-control": _KEPT, "vary": "accept-encoding"}, found[1]
    if "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["content-encoding"] = packed(name), "gzip"
    return Response(content, media_type=found[0], headers=headers)


async def refused(request: Request, problem: HTTPException) -> Response:
    """A refusal: one line as JSON to a program, as part of a page or as a page to a person."""
    if problem.status_code == 303:
        return RedirectResponse((problem.headers or {})["location"], 303)
    detail = problem.detail if problem.status_code not in _PLAIN or request.url.path != "/" else ""
    standard = problem.status_code in _PLAIN and detail in ("Not Found", "Method Not Allowed", "")
    why = _PLAIN[problem.status_code] if standard else str(detail)
    return _told(request, problem.status_code, why, dict(problem.headers or {}))


async def invalid(request: Request, problem: RequestValidationError) -> Response:
    """A body that does not fit: where, and what is expected; never what was sent."""
    first = problem.errors()[0]
    if first["type"] == "json_invalid":
        return _told(request, 400, "the body is not valid JSON")
    where = ".".join(str(part) for part in first["loc"][1:] if isinstance(part, int) or str(part).isidentifier())
    why = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
    place = "an unknown key" if first["type"] == "extra_forbidden" else where or "body"
    return _told(request, 422, place if why == "unknown key" else f"{place}: {why}")


async def unusable(request: Request, _: ConfigError) -> Response:
    """The database is not to be had at this moment. Why stands in the server's own messages, not on a page."""
    return _told(request, 503, _UNUSABLE)


def _told(request: Request, status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": why}, status, headers)
    if request.headers.get("hx-request") == "true":
        part = "logged_out.html.j2" if status == 401 else "problem.html.j2"
        return HTMLResponse(rendered(part, reason=why), status, headers)
    user: User | None = getattr(request.state, "user", None)
    web: Web = request.app.state.web
    if user is None and not web.has_accounts:
        user = SingleUser.user
    frame = Page("", web.menu_of(user) if user else (), "", user.name if user else "")
    return HTMLResponse(rendered("error.html.j2", page=frame, reason=why, login=status == 401), status, headers)
