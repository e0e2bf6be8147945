"""Puts the application together: pages, API, files for the browser, and what happens when something goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from reviewer import __version__
from reviewer.web import api, pages_correct, pages_download, pages_facts, pages_query, pages_review, pages_rules
from reviewer.web.guards import Guards
from reviewer.web.options import WebOptions
from reviewer.web.people import User
from reviewer.web.site import Page, Web, menu_of
from reviewer.web.templating import assets, rendered

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
    for part in (pages_review, pages_correct, pages_download, pages_facts, pages_query, pages_rules, api):
        app.include_router(part.router)
    app.add_api_route("/static/{name}", static, include_in_schema=False)
    app.add_exception_handler(HTTPException, refused)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, invalid)  # type: ignore[arg-type]
    app.add_middleware(Guards, options=options)
    return app


async def static(name: str) -> Response:
    """A file for the browser, under its name with a hash: it never changes."""
    found = assets().get(name)
    if found is None:
        raise HTTPException(404)
    return Response(found[1], media_type=found[0], headers={"cache-control": _KEPT})


async def refused(request: Request, problem: HTTPException) -> Response:
    """A refusal: one line as JSON to a program, as part of a page or as a page to a person."""
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


def _told(request: Request, status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": why}, status, headers)
    if request.headers.get("hx-request") == "true":
        return HTMLResponse(rendered("problem.html.j2", reason=why), status, headers)
    user: User | None = getattr(request.state, "user", None)
    frame = Page("", menu_of(user) if user else (), "", user.name if user else "")
    return HTMLResponse(rendered("error.html.j2", page=frame, reason=why), status, headers)
