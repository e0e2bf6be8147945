"""What every page shares: sessions, the pool, the options; and the context of one request, checked before its page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, Response

from reviewer.accounts.roles import Permission, User
from reviewer.web.downloads import formats
from reviewer.web.jobs import Done
from reviewer.web.model_runs import turns
from reviewer.web.options import WebOptions
from reviewer.web.people import SingleUser, allowed, current_user, hashes, record, ruled
from reviewer.web.pool import Pool
from reviewer.web.reviewing import rulebook
from reviewer.web.sessions import COOKIE, Session, Sessions
from reviewer.web.templating import rendered
from reviewer.web.working import Working

if TYPE_CHECKING:
    from reviewer.web.desk import Desk

MENU: tuple[tuple[str, str, Permission], ...] = (
    ("/", "Review", "review"),
    ("/worklist", "Worklist", "look"),
    ("/facts", "Facts form", "review"),
    ("/query", "Queries", "query"),
    ("/billed", "Billed", "review"),
    ("/rules", "Rules", "enter"),
)
LEDGER: tuple[str, str, Permission] = ("/ledger", "Ledger", "audit")
PEOPLE: tuple[str, str, Permission] = ("/people", "People", "people")
"""Address and name of each page of the menu, and what somebody must be allowed to find it there."""
GONE = (
    "This encounter is no longer held: its session ended, the reviewer was started again, or newer ones took its "
    "place. Review it again; what you typed is still on this page."
)
_RELOAD = "This page is from a session that ended. Load the page again, then repeat what you did."
LOST = (
    "Notes that were pasted before are no longer held: the session was over, or the reviewer was started again. "
    "What is on the worklist is kept."
)
_MOST_FIELDS = 2_000
MOST_FILES = 20


class Web:
    """The state of one running application."""

    def __init__(self, options: WebOptions) -> None:
        self.options = options
        self.pool = Pool(options.workers)
        self.sessions = Sessions(options)
        self.people = options.people or SingleUser()
        self.has_accounts = options.people is not None
        self.menu = [*MENU, *([LEDGER] if options.store else []), *([PEOPLE] if self.has_accounts else [])]
        self.formats = formats()
        self._turns: asyncio.Semaphore | None = None
        self._desk: Desk | None = None

    @property
    def desk(self) -> Desk | None:
        """The queue, where one is configured."""
        if self._desk is None and self.options.store is not None:
            from reviewer.web.desk import Desk

            self._desk = Desk(self.options.store)
        return self._desk

    @property
    def idle_minutes(self) -> int:
        """After how long without use somebody is logged out; 0 where nobody logs in."""
        return max(1, round(self.options.idle_seconds / 60)) if self.has_accounts else 0

    def menu_of(self, user: User) -> tuple[tuple[str, str], ...]:
        """The pages of the menu that somebody may see."""
        return tuple((address, name) for address, name, permission in self.menu if user.may(permission))

    @property
    def turns(self) -> asyncio.Semaphore:
        """The turns of language models, made on the event loop that uses them."""
        if self._turns is None:
            self._turns = turns()
        return self._turns


@dataclass(frozen=True)
class Page:
    """What the frame around a page shows. `idle_minutes` 0: nobody logs in; else `seconds_left` until it is over."""

    csrf: str
    menu: tuple[tuple[str, str], ...]
    at: str
    user: str
    problem: str = ""
    idle_minutes: int = 0
    seconds_left: int = 0
    notice: str = ""


@dataclass
class Context:
    """One request: who asks, in which session, with which form."""

    request: Request
    web: Web
    user: User
    session: Session
    form: FormData

    def text(self, name: str) -> str:
        """A field of the form as text, empty where it is not there; line ends as LF, no NUL."""
        value = self.form.get(name, "")
        return clean(value) if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Every field of this name."""
        return [clean(value) for value in self.form.getlist(name) if isinstance(value, str)]

    async def file(self, name: str) -> bytes:
        """The content of an uploaded file, empty where there is none."""
        value = self.form.get(name)
        return await value.read() if isinstance(value, UploadFile) else b""

    async def files(self, name: str) -> list[tuple[str, bytes]]:
        """Name and content of every uploaded file of a field."""
        found = [value for value in self.form.getlist(name) if isinstance(value, UploadFile) and value.filename]
        return [(str(one.filename), await one.read()) for one in found]

    @property
    def acting(self) -> str:
        """Who acts, for histories and the ledger: the account's id (two people may share a name), else a given name."""
        return self.user.id if self.web.has_accounts else self.session.person or self.user.id

    @property
    def in_place(self) -> bool:
        """Whether a part of the page is asked for, not a whole one."""
        return self.request.headers.get("hx-request") == "true"

    def work(self) -> Working:
        """The encounter that the form names. Raises 410 when it is gone."""
        found = self.session.work(self.text("work"))
        if found is None:
            raise HTTPException(410, GONE)
        return found

    async def record(self, action: str, work: Working | None = None, **ids: str) -> None:
        """Note a view or a change in the ledger, where a store is open. Raises 503: what is not noted is not done."""
        if work is not None:
            ids |= {"work": work.id[:8], **hashes(work.notes)}
        await run_in_threadpool(record, self.web.options.store, self.user, action, ids)

    def page(self, template: str, at: str = "", status: int = 200, problem: str = "", **values: Any) -> Response:
        """A template as the answer, with the session's cookie where it is new."""
        menu, idle = self.web.menu_of(self.user), self.web.idle_minutes
        left = int(min(self.web.sessions.left(self.session)))
        notice = "" if self.in_place else self.session.notice
        if notice:
            self.session.notice = ""
        frame = Page(self.session.csrf, menu, at, self.user.name, problem, idle, left, notice)
        answer = HTMLResponse(rendered(template, page=frame, **values), status_code=status)
        return self.kept(answer)

    def kept(self, answer: Response) -> Response:
        """The answer with the session's cookie: for this site alone, out of reach of scripts, gone with the browser."""
        if self.request.cookies.get(COOKIE) != self.session.token:
            cookie_set(answer, COOKIE, self.session.token, self.web.options)
        return answer

    async def run(self, work: Any, *arguments: Any) -> Done:
        """Work of `jobs` in the pool."""
        done: Done = await self.web.pool.run(work, *arguments)
        return done


def clean(text: str) -> str:
    """Text of a form with LF line ends and without NUL and half characters."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return plain.encode("utf-8", "replace").decode()


def cookie_set(
    answer: Response,
    name: str,
    value: str,
    options: WebOptions,
    *,
    samesite: Literal["strict", "lax"] = "strict",
    path: str = "/",
    max_age: int | None = None,
) -> None:
    """Set a cookie that no script can read and that never goes over an open line where others could listen."""
    secure = options.secure_cookie
    answer.set_cookie(name, value, max_age, httponly=True, samesite=samesite, secure=secure, path=path)


async def _session(web: Web, request: Request, user: User, used: bool) -> Session | None:
    """The session that a request belongs to, and its use written down.

    Where nobody logs in, one that is not known any more is begun anew with its token: no name or right hangs on it, and
    the page that is open goes on.
    """
    token = request.cookies.get(COOKIE)
    found: Session | None = web.sessions.find(token, used=used)
    if found is None and token and not web.has_accounts:
        found = web.sessions.resume(token, user.id)
        if found is not None:
            found.notice = LOST
    if found is not None and used:
        await web.people.note_use(found)
    return found


def looking(permission: Permission, *, used: bool = True) -> Callable[[Request], Awaitable[Context]]:
    """A dependency: the context of a page that only shows; a visitor without a session gets one.

    Not `used` is what a page asks by itself, which keeps no session open.
    """

    async def context(request: Request) -> Context:
        web, user = request.app.state.web, allowed(await current_user(request), permission)
        session = await _session(web, request, user, used)
        if session is None or session.user != user.id:
            session = web.sessions.begin(user.id)
        return Context(request, web, user, session, FormData())

    return ruled(context, permission)


def changing(permission: Permission, *, used: bool = True) -> Callable[[Request], AsyncIterator[Context]]:
    """A dependency: the context of what changes something. Its form must bring the session's token back.

    Not `used` is what a page asks by itself, which keeps no session open.
    """

    async def context(request: Request) -> AsyncIterator[Context]:
        web, user = request.app.state.web, allowed(await current_user(request), permission)
        session = await _session(web, request, user, used)
        form = await request.form(max_files=MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=web.options.most_bytes)
        token = request.headers.get("x-csrf-token") or form.get("csrf_token", "")
        if session is None or not isinstance(token, str) or not session.trusts(token) or session.user != user.id:
            await form.close()
            raise HTTPException(403, _RELOAD)
        try:
            yield Context(request, web, user, session, form)
        finally:
            await form.close()

    return ruled(context, permission)


def policies() -> list[Any]:
    """The policy packs, for choosing one."""
    return list(rulebook().policies.values())
