"""A chat that never pays twice, keeps to the limits and tells the breaker: the model's reader in the queue uses it."""

from __future__ import annotations

import copy
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from reviewer import errors
from reviewer.errors import BadCompletion, CompletionError, Empty, EndpointError, InputTruncated
from reviewer.llm import Chat, Completion, Endpoint, Message
from reviewer.queue.work.answers import Answers, Paid
from reviewer.queue.work.breaker import Breaker
from reviewer.queue.work.limits import Budget, Throttle
from reviewer.queue.work.trouble import DATABASE_GONE, BudgetSpentError, StoppedError, refusal
from reviewer.queue.work.turn import Turn
from reviewer.usage import Usage

_ASKED = ("base_url", "model", "mode", "api_version", "temperature", "seed", "max_output_tokens")
CHARACTERS_A_TOKEN = 3
LONGEST_OWN_WAIT = 10.0
"""What the client waits between attempts of its own accord; a longer wait is one that the server asked for."""

KEEP_PATIENCE, KEEP_AGAIN = 300.0, 1.0
"""Seconds that a paid answer waits for a database that is away, and between two tries to keep it."""

_RUBBISH = (BadCompletion, Empty, InputTruncated)
"""Replies that tell more of the endpoint than of the note: in a row, they are trouble of the endpoint."""


class GuardedChat(Chat):
    """Asks what is kept first. `at_once` requests are under way at a time, until their answers are kept."""

    def __init__(
        self,
        endpoint: Endpoint,
        answers: Answers,
        *,
        throttle: Throttle,
        breaker: Breaker,
        budget: Budget,
        stopping: threading.Event,
        at_once: int,
        turn: Turn,
        **chat: Any,
    ) -> None:
        super().__init__(endpoint, sleep=self._between_attempts, **chat)
        self._answers, self._throttle, self._breaker, self._budget = answers, throttle, breaker, budget
        self._stopping, self._room = stopping, threading.BoundedSemaphore(at_once)
        self._flights, self._turn = _Flights(), turn
        self._version: int | None = None

    def of(self, version: int) -> Self:
        """The same chat, whose answers are kept as those of a version."""
        mine = copy.copy(self)
        mine._version = version
        return mine

    def complete(
        self, messages: tuple[Message, ...], *, schema: dict[str, Any], name: str, characters: int
    ) -> Completion:
        """The kept answer to this very request, else a new one. Raises like `Chat`; a kept failure is raised again."""
        key = request_key(self.endpoint, messages, schema)
        with self._turn.given_away(), self._flights.alone(key):
            kept = self._answers.of(key, self._version)
            if kept is not None:
                return _again(kept)
            length = sum(len(message.content) for message in messages)
            with self._room:
                self._throttle.wait(length // CHARACTERS_A_TOKEN + self.endpoint.max_output_tokens, self._stopping)
                with self._breaker.permit(self._stopping) as began:
                    if not self._budget.left():
                        raise BudgetSpentError("the budget of tokens is spent; raise --budget-tokens to go on")
                    return self._paid(key, began, messages, schema=schema, name=name, characters=characters)

    def _paid(self, key: str, began: int, messages: tuple[Message, ...], **asked: Any) -> Completion:
        try:
            completion = super().complete(messages, **asked)
        except CompletionError as problem:
            # Kept before anything else: it is paid.
            self._keep(key, {"category": problem.category, "message": str(problem)}, problem.usage or Usage())
            if isinstance(problem, _RUBBISH):
                self._breaker.failed(str(problem), began)
            else:
                self._breaker.succeeded()
            raise
        except StoppedError:
            raise
        except EndpointError as problem:
            refused = refusal(problem)
            if refused is None or not (refused.own and self._breaker.proven):
                self._breaker.failed(str(problem), began)
            raise (refused or problem) from None
        self._keep(key, {"completion": completion.model_dump(mode="json")}, completion.usage)
        self._breaker.succeeded()
        return completion

    def _between_attempts(self, seconds: float) -> None:
        """Wait before the client asks again: it counts as a request, and a wait the server asked for holds for all."""
        if seconds > LONGEST_OWN_WAIT:
            self._breaker.hold(seconds, "the endpoint asked for a pause")
        if self._stopping.wait(seconds):
            raise StoppedError("the worker was told to stop")
        self._throttle.wait(0, self._stopping)

    def _keep(self, key: str, answer: dict[str, Any], usage: Usage) -> None:
        """Keep what was paid for, also where the database is away for a while."""
        given_up = time.monotonic() + KEEP_PATIENCE
        while True:
            try:
                self._answers.keep(Paid(key, self._version, answer, self.endpoint.model, usage))
                return
            except DATABASE_GONE:
                if time.monotonic() > given_up or self._stopping.wait(KEEP_AGAIN):
                    raise


class _Flights:
    """Of threads that ask the same at the same time one asks; the others then find its answer kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        with self._lock:
            lock, waiting = self._under_way.get(key, (threading.Lock(), 0))
            self._under_way[key] = lock, waiting + 1
        try:
            with lock:
                yield
        finally:
            with self._lock:
                lock, waiting = self._under_way.pop(key)
                if waiting > 1:
                    self._under_way[key] = lock, waiting - 1


def request_key(endpoint: Endpoint, messages: tuple[Message, ...], schema: dict[str, Any]) -> str:
    """The hash of everything that decides a reply."""
    whole = [_settings(endpoint), [[message.role, message.content] for message in messages], schema]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode("utf-8")).hexdigest()


def settings_key(endpoint: Endpoint) -> str:
    """The hash of what is the same in every request."""
    return hashlib.sha256(json.dumps(_settings(endpoint), sort_keys=True).encode("utf-8")).hexdigest()


def _settings(endpoint: Endpoint) -> dict[str, Any]:
    return {name: getattr(endpoint, name) for name in _ASKED}


def _again(kept: dict[str, Any]) -> Completion:
    """A kept answer; it costs nothing now. Raises the failure where one was kept."""
    if "completion" in kept:
        return Completion.model_validate({**kept["completion"], "usage": Usage(), "attempts": 0})
    kinds = {kind.category: kind for kind in vars(errors).values() if _is_completion_error(kind)}
    raise kinds.get(kept["category"], CompletionError)(kept["message"], Usage())


def _is_completion_error(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, CompletionError)
