"""Sessions and the encounters that are worked on in them: in this process's memory alone, bounded, and forgotten.

A browser holds a random token; the session is kept under its hash. What changes something brings the session's own
second token back from the page, so that no other site can send it.

Where people log in, a session whose time is over asks for that again, but what was worked on in it is kept for the
same person until they log out, or for as long as a session may last.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reviewer.web.options import WebOptions
from reviewer.web.working import Working

COOKIE = "reviewer_session"


@dataclass
class Session:
    """One browser's session. `works` by id, the one used last at the end.

    `user` is who logged in, with the `stamp` that their account had then. `person` is the name that somebody gave
    who did not log in; `kept` is what pages of their own keep, by page.
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
        return hmac.compare_digest(self.csrf.encode(), token.encode("utf-8", "replace"))

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
        found = self._open.get(_digest(token)) if token else None
        if found is not None and used:
            found.seen = self.clock()
            self._open.move_to_end(found.key)
        return found

    def begin(self, user: str = "", stamp: str = "") -> Session:
        """A new session with a token of its own."""
        token, now = secrets.token_urlsafe(32), self.clock()
        session = Session(
            key=_digest(token),
            token=token,
            csrf=secrets.token_urlsafe(32),
            began=now,
            seen=now,
            most_works=self.options.works_each,
            user=user,
            stamp=stamp,
        )
        self._open[session.key] = session
        self._forget()
        return session

    def again(self, user: str, stamp: str, token: str | None) -> Session:
        """A new session for somebody who logged in, with what their sessions held whose time was over.

        `token` is what their browser still held: the pages it shows may go on where it was their own.
        """
        self._forget()
        before = _digest(token) if token else ""
        if before in self._open and self._open[before].user != user:
            self.end(self._open[before])
        session = self.begin(user, stamp)
        for old in [one for one in (*self._over.values(), *self._open.values()) if one.user == user]:
            if old is session or (old.key in self._open and old.key != before):
                continue
            if old.key == before:
                session.csrf = old.csrf
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
        return bool(token) and _digest(token or "") in self._over

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


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
