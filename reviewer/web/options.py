"""What the web application is told when it starts: limits, hosts, who reads, and where reviews are worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewer.pipeline import Model
    from reviewer.queue.store.database import Store
    from reviewer.web.people import People
    from validator.facts import Setting

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True)
class WebOptions:
    """Sizes are bytes, times seconds. `workers` 0 works reviews out in threads of this process.

    `hosts` are the names under which browsers may ask for it, without a port: any other is refused, so that a page
    elsewhere cannot reach it by pointing its own name here. `model` reads beside the patterns, after their answer.
    `people` are accounts (nobody logs in without), `store` is the queue's database with the ledger, `url` the address
    under which a proxy serves all of it.
    """

    hosts: frozenset[str] = LOOPBACK_NAMES
    policy: str | None = None
    setting: Setting | None = None
    model: Model | None = None
    people: People | None = None
    store: Store | None = None
    url: str | None = None
    signing_key: bytes | None = None
    secure_cookie: bool = False
    workers: int = 0
    most_bytes: int = 3_000_000
    session_seconds: float = 8 * 3600
    idle_seconds: float = 3600
    most_sessions: int = 500
    works_each: int = 4
    requests_a_minute: int = 600
    burst: int = 200
