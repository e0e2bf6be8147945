"""A chat that never pays twice, keeps to the limits and tells the breaker: the model's reader in the queue uses it."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any

from sqlalchemy import select

from reviewer import errors
from reviewer.errors import CompletionError, EndpointError
from reviewer.ledger import chain
from reviewer.llm import Chat, Completion, Endpoint, Message
from reviewer.queue.clock import now_text
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import answers
from reviewer.queue.store.upsert import insert_new
from reviewer.queue.work.breaker import Breaker
from reviewer.queue.work.limits import Budget, Throttle, pay
from reviewer.usage import Usage

_ASKED = ("base_url", "model", "mode", "api_version", "temperature", "seed", "max_output_tokens")
CHARACTERS_A_TOKEN = 3


class BudgetSpentError(EndpointError):
    """No further request may be paid; what is open stays open."""


class GuardedChat(Chat):
    """Asks the store first. Of a real call answer, cost and ledger entry are kept in one transaction."""

    def __init__(
        self,
        endpoint: Endpoint,
        store: Store,
        *,
        throttle: Throttle,
        breaker: Breaker,
        budget: Budget,
        stopping: threading.Event,
        **chat: Any,
    ) -> None:
        super().__init__(endpoint, **chat)
        self._store, self._throttle, self._breaker, self._budget = store, throttle, breaker, budget
        self._stopping = stopping

    def complete(
        self, messages: tuple[Message, ...], *, schema: dict[str, Any], name: str, characters: int
    ) -> Completion:
        """The kept answer to this very request, else a new one. Raises like `Chat`; a kept failure is raised again."""
        key = request_key(self.endpoint, messages, schema)
        kept = self._kept(key)
        if kept is not None:
            return _again(kept)
        if not self._budget.left():
            raise BudgetSpentError("the budget of tokens is spent; raise --budget-tokens to go on")
        if not self._breaker.wait(self._stopping):
            raise EndpointError("the worker was told to stop")
        length = sum(len(message.content) for message in messages)
        self._throttle.wait(length // CHARACTERS_A_TOKEN + self.endpoint.max_output_tokens, self._stopping)
        try:
            completion = super().complete(messages, schema=schema, name=name, characters=characters)
        except CompletionError as problem:
            self._breaker.succeeded()
            self._keep(key, {"category": problem.category, "message": str(problem)}, problem.usage or Usage())
            raise
        except EndpointError as problem:
            self._breaker.failed(str(problem))
            raise
        self._breaker.succeeded()
        self._keep(key, {"completion": completion.model_dump(mode="json")}, completion.usage)
        return completion

    def _kept(self, key: str) -> dict[str, Any] | None:
        with self._store.reading() as connection:
            blob = connection.execute(select(answers.c.answer).where(answers.c.key == key)).scalar_one_or_none()
        return None if blob is None else self._store.seal.open(blob)

    def _keep(self, key: str, answer: dict[str, Any], usage: Usage) -> None:
        at = now_text()
        cost = usage.model_dump()
        row = {
            "key": key,
            "answer": self._store.seal.close(answer),
            "model": self.endpoint.model[:200],
            "usage": cost,
            "created_at": at,
        }
        with self._store.writing() as connection:
            if insert_new(connection, answers, row, key="key"):
                body = {"key": key, "model": self.endpoint.model, "usage": cost, "failure": answer.get("category")}
                pay(connection, usage)
                chain.append(connection, [chain.Entry("called", body)], at)


def request_key(endpoint: Endpoint, messages: tuple[Message, ...], schema: dict[str, Any]) -> str:
    """The hash of everything that decides a reply."""
    asked = {name: getattr(endpoint, name) for name in _ASKED}
    whole = [asked, [[message.role, message.content] for message in messages], schema]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode("utf-8")).hexdigest()


def _again(kept: dict[str, Any]) -> Completion:
    """A kept answer; it costs nothing now. Raises the failure where one was kept."""
    if "completion" in kept:
        return Completion.model_validate({**kept["completion"], "usage": Usage(), "attempts": 0})
    kinds = {kind.category: kind for kind in vars(errors).values() if _is_completion_error(kind)}
    raise kinds.get(kept["category"], CompletionError)(kept["message"], Usage())


def _is_completion_error(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, CompletionError)
