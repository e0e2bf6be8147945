"""A model's endpoint for the tests of the queue, without a socket, and workers' parts put together."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "reviewer"))

from fake_endpoint import ASKED, SCHEMA, FakeServer, error, ok  # noqa: F401

from reviewer.llm import Completion, Endpoint, Message
from reviewer.queue.adding import add
from reviewer.queue.intake.encounter import Incoming, IncomingNote
from reviewer.queue.store.database import Store
from reviewer.queue.work.answers import Answers
from reviewer.queue.work.breaker import Breaker
from reviewer.queue.work.guarded import GuardedChat, settings_key
from reviewer.queue.work.limits import Budget, Throttle
from reviewer.queue.work.turn import Turn

NOTE = """Infusion Center 03/04/2025
0900 22g PIV left forearm, blood return noted.
0905-1010 infliximab 400 mg IV infusion.
1010 tolerated, PIV removed. A. Stone RN"""


class Clock:
    """A clock that goes as a test says."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


class Held(threading.Event):
    """The signal to stop, which writes down what it was waited for and moves a clock instead of waiting."""

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__()
        self.clock, self.waits = clock, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        if self.clock is not None:
            self.clock.at += timeout or 0.0
        return self.is_set()


class Guarded:
    """A guarded chat and its parts, with a clock of its own."""

    def __init__(
        self, store: Store, server: FakeServer, *, budget: int | None = None, at_once: int = 64, **limits: int
    ) -> None:
        self.clock = Clock()
        self.stopping = Held(self.clock)
        endpoint = Endpoint(base_url="http://127.0.0.1:8080/v1", model="a-model", attempts=2)
        self.breaker = Breaker(store, settings_key(endpoint), now=self.clock, steady=self.clock)
        self.chat = GuardedChat(
            endpoint,
            Answers(store),
            throttle=Throttle(store, now=self.clock, **limits),
            breaker=self.breaker,
            budget=Budget(store, budget),
            stopping=self.stopping,
            at_once=at_once,
            turn=Turn(),
            http_client=server.http,
        )

    def ask(self, messages: tuple[Message, ...] = ASKED) -> Completion:
        return self.chat.complete(messages, schema=SCHEMA, name="facts", characters=0)


def question(number: int) -> tuple[Message, ...]:
    return (ASKED[0], Message(role="user", content=f"Invented note {number}."))


def send(store: Store, count: int, first: int = 0, **more: Any) -> None:
    """Add so many encounters with invented notes."""
    add(
        store,
        [
            Incoming(encounter_id=f"e{n}", notes=(IncomingNote(name="n.txt", text=f"{NOTE}\nChart {n}."),), **more)
            for n in range(first, first + count)
        ],
        "tester",
    )
