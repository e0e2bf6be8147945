"""One request to a model, and its reply checked; the only thing the rest of the program knows of models."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from reviewer.llm.address import address_of
from reviewer.llm.reply import completion_of
from reviewer.llm.request import request_of

if TYPE_CHECKING:
    import httpx2

    from reviewer.llm.address import Address
    from reviewer.llm.contract import Completion, Endpoint, Message


class Chat:
    """A configured model. Threads may share one.

    Raises `ConfigError` at once for an address that cannot be used or for another host without consent; nothing is
    connected before the first call. `http_client` and `sleep` are for tests.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        http_client: httpx2.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.endpoint = endpoint
        self.address: Address = address_of(endpoint)
        # Here and not above: these libraries take longer to load than a review without a model takes.
        from reviewer.llm.calling import Caller

        self._caller = Caller(endpoint, self.address, http_client=http_client, sleep=sleep)
        if http_client is None:
            weakref.finalize(self, self._caller.close)

    def complete(
        self, messages: tuple[Message, ...], *, schema: dict[str, Any], name: str, characters: int
    ) -> Completion:
        """Ask once and check the reply. `characters` is the length of the notes' text within the messages.

        Raises `EndpointError` when no reply came, a `CompletionError` when one came that cannot be used.
        """
        body = request_of(self.endpoint, messages, schema, name, openai=self.address.openai)
        reply, attempts = self._caller.send(body)
        sent = "\n".join(one.content for one in messages)
        return completion_of(reply, self.endpoint, name=name, sent=sent, characters=characters, attempts=attempts)

    def models(self) -> tuple[str, ...] | None:
        """The names of the models the server offers; None where it does not tell. Raises `EndpointError`."""
        return self._caller.models()
