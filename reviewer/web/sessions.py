"""Sessions and the encounters that are worked on in them: in this process's memory alone, bounded, and forgotten.

A browser holds a random token; the session is kept under its hash. What changes something brings a second token back
from the page, which follows from the first, so that no other site can send it and a page goes on after a restart.

Where people log in, a session whose time is over asks for that again, but what was worked on in it is kept for the
same person until they log out, or for as long as a session may last.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reviewer.web.options import WebOptions
from reviewer.web.working import Working

COOKIE = "reviewer_session"
_TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass
class Session:
    """One browser's session. `works` by id, the one used last at the end.

    `user` is who logged in, with the `stamp` that their account had then. `person` is the name that somebody gave
    who did not log in; `kept` is what pages of their own keep, by page. `earlier` are second tokens of the person's
    sessions before, `noted` is when the use of this one was written down last, `notice` is told on the next page.
    """

    key: str
    token: str
    csrf: str
    began: float
    seen: float
    most_works: int
    works: OrderedDict[str, Working] = field(default_factory=OrderedDict)
    user: str = ""
    stamp: str = ""
    person: str = ""
    kept: dict[str, Any] = field(default_factory=dict)
    earlier: frozenset[str] = frozenset()
    noted: float = 0.0
    notice: str = ""

    def add(self, work: Working) -> Working:
        """Keep an encounter; the one that was not used for longest gives way."""
        self.works[work.id] = work
        while len(self.works) > self.most_works:
            self.works.popitem(last=False)[1].drop()
        return work

    def work(self, name: str | None) -> Working | None:
        """The encounter of an id, which becomes the current one; None when it is gone."""
        found = self.works.get(name or "")
        if found is not None:
            self.works.move_to_end(found.id)
        return found

    @property
    def current(self) -> Working | None:
        """The encounter used last."""
        return next(reversed(self.works.values()), None)

    def trusts(self, token: str) -> bool:
        """Whether a page of this session sent it."""
        sent = token.encode("utf-8", "replace")
        return any(hmac.compare_digest(one.encode(), sent) for one in (self.csrf, *self.earlier))

    def close(self) -> None:
        """Forget every encounter."""
        for work in self.works.values():
            work.drop()
        self.works.clear()


class Sessions:
    """Every open session; those past their time go when somebody asks, the oldest when there are too many."""

    def __init__(self, options: WebOptions, clock: Callable[[], float] = time.monotonic) -> None:
        self.options, self.clock = options, clock
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._over: OrderedDict[str, Session] = OrderedDict()

    def find(self, token: str | None, *, used: bool = True) -> Session | None:
        """The session of a token, None when there is none or its time is over.

        What a page asks by itself is no use of the session: it must not keep it open.
        """
        self._forget()
        found = self._open.get(digest(token)) if token else None
        if found is not None and used:
            found.seen = self.clock()
            self._open.move_to_end(found.key)
        return found

    def begin(self, user: str = "", stamp: str = "") -> Session:
        """A new session with a token of its own."""
        session = self._opened(secrets.token_urlsafe(_TOKEN_BYTES), user, stamp)
        self._forget()
        return session

    def resume(self, token: str, user: str, stamp: str = "", ago: tuple[float, float] = (0.0, 0.0)) -> Session | None:
        """A session that this process does not know, of a token that somebody brings; nothing is held in it any more.

        `ago` are the seconds since it began and since it was used. None where its time is over, or for another token.
        """
        late = ago[0] > self.options.session_seconds or ago[1] > self.options.idle_seconds
        if late or not _TOKEN.fullmatch(token) or digest(token) in self._over:
            return None
        session = self._opened(token, user, stamp, ago)
        self._forget()
        return session

    def _opened(self, token: str, user: str, stamp: str, ago: tuple[float, float] = (0.0, 0.0)) -> Session:
        now, key = self.clock(), digest(token)
        known = self._open.get(key)  # two requests may come at once
        if known is not None:
            return known
        csrf = hmac.digest(token.encode(), b"what a page brings back", "sha256").hex()
        self._open[key] = session = Session(
            key=key,
            token=token,
            csrf=csrf,
            began=now - ago[0],
            seen=now - ago[1],
            most_works=self.options.works_each,
            user=user,
            stamp=stamp,
            noted=now - ago[1],
        )
        return session

    def again(self, user: str, stamp: str, token: str | None) -> Session:
        """A new session for somebody who logged in, with what their sessions held whose time was over.

        `token` is what their browser still held: the pages it shows may go on where it was their own.
        """
        self._forget()
        before = digest(token) if token else ""
        if before in self._open and self._open[before].user != user:
            self.end(self._open[before])
        session = self.begin(user, stamp)
        for old in [one for one in (*self._over.values(), *self._open.values()) if one.user == user]:
            if old is session or (old.key in self._open and old.key != before):
                continue
            if old.key == before:
                session.earlier = frozenset({old.csrf, *old.earlier})
            for work in old.works.values():
                session.add(work)
            session.kept |= old.kept
            old.works.clear()
            self._open.pop(old.key, None)
            self._over.pop(old.key, None)
        return session

    def left(self, session: Session) -> tuple[float, float]:
        """Seconds until a session is over when it is not used, and until it is over in any case."""
        now, options = self.clock(), self.options
        return options.idle_seconds - (now - session.seen), options.session_seconds - (now - session.began)

    def is_over(self, token: str | None) -> bool:
        """Whether this was somebody's session, whose time is over."""
        self._forget()
        return bool(token) and digest(token or "") in self._over

    def end(self, session: Session) -> None:
        """Forget a session and what was worked on in it."""
        found = self._open.pop(session.key, None) or self._over.pop(session.key, None)
        if found is not None:
            found.close()

    def leave(self, session: Session) -> None:
        """Forget a session, and what is held of those of the same person whose time was over."""
        self.end(session)
        for old in [one for one in self._over.values() if one.user == session.user]:
            self.end(old)

    def end_others(self, session: Session) -> None:
        """Forget every session of a person but this one."""
        for other in [one for one in (*self._open.values(), *self._over.values()) if one.user == session.user]:
            if other is not session:
                self.end(other)

    def end_all(self, user: str) -> None:
        """Forget every session of somebody, also those whose time was over."""
        for session in [one for one in (*self._open.values(), *self._over.values()) if one.user == user]:
            self.end(session)

    def _forget(self) -> None:
        now, options = self.clock(), self.options
        for session in list(self._open.values()):
            late = now - session.seen > options.idle_seconds or now - session.began > options.session_seconds
            if late and session.stamp:
                self._over[session.key] = self._open.pop(session.key)
            elif late or len(self._open) > options.most_sessions:
                self.end(session)
        for session in list(self._over.values()):
            if now - session.seen > options.session_seconds or len(self._over) > options.most_sessions:
                self.end(session)


def digest(token: str) -> str:
    """The hash under which the session of a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
