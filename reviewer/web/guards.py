"""What stands before every page and call: allowed hosts, sizes, rates, headers of the answer, and the access log.

All of it is ASGI, so that a refused request is never read further than needed.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable
from html import escape

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewer.web.options import WebOptions

log = logging.getLogger("reviewer.web")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
}
_HTTPS_ALWAYS = {"strict-transport-security": "max-age=31536000"}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_CLIENTS = 10_000
_API = "/api/"
_DEFECT = "something broke in this program; the server's log says where, and the encounter is still held"


class Guards:
    """Wraps the application; `clock` counts seconds."""

    def __init__(self, app: ASGIApp, options: WebOptions, clock: Callable[[], float] = time.monotonic) -> None:
        self.app, self.options, self.clock = app, options, clock
        self.headers = {**HEADERS, **(_HTTPS_ALWAYS if options.secure_cookie else {})}
        self.rates = Rates(options.requests_a_minute / 60, options.burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, state = self.clock(), _Answer(send, self.headers)
        refused = self._refusal(scope, Headers(scope=scope))
        try:
            if refused:
                await _refuse(scope, state, *refused)
            else:
                await self.app(scope, _Counted(receive, self.options.most_bytes, self._too_large()), state)
        except Exception as problem:
            # Nothing of it goes further: a server would log its message, which may hold words of a note.
            at = traceback.extract_tb(problem.__traceback__)[-1]
            log.error("%s in %s line %s", type(problem).__name__, at.filename.rsplit("/", 1)[-1], at.lineno)
            if not state.status:
                await _refuse(scope, state, 500, _DEFECT)
        finally:
            _note(scope, state.status, self.clock() - began)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if _host(headers.get("host", "")) not in self.options.hosts:
            return 421, "this name is not one under which the reviewer is served"
        if scope["method"] not in _SAFE and not self._own(headers):
            return 403, "the request comes from another site"
        if not self.rates.allow(scope["client"][0] if scope.get("client") else "", self.clock()):
            return 429, "too many requests; wait a minute"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.options.most_bytes:
            return 413, self._too_large()
        return None

    def _too_large(self) -> str:
        return f"more was sent than is read at once ({self.options.most_bytes // 1_000_000} MB)"

    def _own(self, headers: Headers) -> bool:
        """Whether what changes something comes from a page of ours, or from no page at all (the API)."""
        fetched, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if fetched not in (None, "same-origin", "none"):
            return False
        if origin == "null":  # what browsers send with a form of ours, because no page tells where it was
            return fetched == "same-origin"
        return origin is None or origin.partition("://")[2] == headers.get("host", "")


class Rates:
    """A bucket of requests for each client, refilled steadily; the clients that were quiet longest are forgotten."""

    def __init__(self, each_second: float, burst: int) -> None:
        self.each_second, self.burst = each_second, float(burst)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, client: str, now: float) -> bool:
        """Whether this client may ask now; counts it."""
        left, at = self._left.pop(client, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.each_second)
        self._left[client] = (max(left - 1, 0), now)
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return left >= 1


class _Counted:
    """The body as it comes in, stopped when it is more than allowed."""

    def __init__(self, receive: Receive, most: int, why: str) -> None:
        self.receive, self.left, self.why = receive, most, why

    async def __call__(self) -> Message:
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise HTTPException(413, self.why)
        return message


class _Answer:
    """Sends the answer with the headers that every answer has."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self.send, self.headers, self.status = send, headers, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self.headers.items():
                headers[name] = value
            headers.setdefault("cache-control", "no-store")
        await self.send(message)


async def _refuse(scope: Scope, send: Send, status: int, why: str) -> None:
    """One clear line, as JSON to a program."""
    api = scope["path"].startswith(_API)
    body = json.dumps({"error": why}) if api else f"{why}\n"
    kind = "application/json" if api else "text/plain; charset=utf-8"
    if not api and dict(scope["headers"]).get(b"hx-request") == b"true":
        body, kind = f"<p>{escape(why)}</p>", "text/html; charset=utf-8"
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body.encode())).encode())]
    if status == 429:
        headers.append((b"retry-after", b"60"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


def _host(name: str) -> str:
    """A host without its port."""
    end = name.find("]")
    return name[: end + 1].lower() if end > 0 else name.partition(":")[0].lower()


def _note(scope: Scope, status: int, seconds: float) -> None:
    """One line for the access log: the route's pattern, never what stood in the address."""
    route = getattr(scope.get("route"), "path", "-")
    log.info("%s %s %s %d ms", scope["method"], route, status or "-", round(seconds * 1000))
