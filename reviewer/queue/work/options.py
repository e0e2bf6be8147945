"""How a worker works: everything it needs to know, in plain values that another process can be started with."""

from __future__ import annotations

from pydantic import SecretStr

from reviewer.llm import Endpoint
from reviewer.settings import Extractor
from validator.facts import Frozen


class Limits(Frozen):
    """What all workers together may ask of the endpoint: a minute, and in all. None: as much as they like."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    budget_tokens: int | None = None


class WorkOptions(Frozen):
    """The settings of a run. `in_flight` is how many requests one process has under way at a time."""

    database_url: str
    key: SecretStr | None = None
    extractor: Extractor = "patterns"
    endpoint: Endpoint | None = None
    policy: str | None = None
    in_flight: int = 1
    limits: Limits = Limits()
    watch: bool = False
    user: str = "queue"
