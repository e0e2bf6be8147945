"""The client of the openai library and the one owner of retries."""

from __future__ import annotations

import datetime as dt
import logging
import math
import queue
import random
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

import httpx2
import openai
from openai.types.chat import ChatCompletion
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_before_delay

from reviewer.errors import ConfigError, EndpointError, ReviewError
from reviewer.llm.address import Address
from reviewer.llm.contract import Endpoint
from reviewer.llm.trouble import explained, out_of_quota

T = TypeVar("T")
CONNECT_TIMEOUT = 5.0
_LIST_TIMEOUT = 30.0
LONGEST_RETRY_AFTER = 120.0
_FIRST_WAIT, _LONGEST_WAIT, _JITTER = 0.5, 8.0, 0.25
_SOONEST_TIMEOUT = 1.0
_LOGGERS = ("openai", "httpx2", "httpcore2")
_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
_NO_KEY = "none"  # the library insists on a key; servers on one's own machine ignore it


class Caller:
    """Sends a request until it is answered, refused for good, or out of attempts or time."""

    def __init__(
        self,
        endpoint: Endpoint,
        address: Address,
        *,
        http_client: httpx2.Client | None,
        sleep: Callable[[float], None],
    ) -> None:
        self._endpoint, self._address, self._sleep = endpoint, address, sleep
        self._http = http_client or httpx2.Client(
            timeout=httpx2.Timeout(endpoint.read_timeout, connect=CONNECT_TIMEOUT),
            # Who calls decides how many requests are under way; with a limit here some would wait unseen, and one
            # below that on connections kept open would close most after each answer.
            limits=httpx2.Limits(),
            # What the environment says of proxies does not concern this machine; to it, notes go directly.
            trust_env=not address.loopback,
        )
        # A redirect may lead to a host that nobody agreed to.
        self._http.follow_redirects = False
        self._client = _client(endpoint, address, self._http)
        _quieten()

    def close(self) -> None:
        """Close the connections that are kept open between calls."""
        self._http.close()

    def send(self, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """The reply as plain values, and how many requests it took.

        Raises `EndpointError`, or `Filtered` where the service filters requests. Both leave this function without
        the exception they stand for: that one holds the request, and so the notes.
        """
        started, attempts = time.monotonic(), 0

        def once() -> object:
            nonlocal attempts
            attempts += 1
            left = max(_SOONEST_TIMEOUT, self._endpoint.total_seconds - (time.monotonic() - started))
            timeout = httpx2.Timeout(min(self._endpoint.read_timeout, left), connect=CONNECT_TIMEOUT)
            return self._within(left, lambda: self._client.chat.completions.create(**body, timeout=timeout))

        reply = trouble = None
        try:
            reply = self._retrying()(once)
        except openai.OpenAIError as problem:
            trouble = explained(problem, self._endpoint, self._address, attempts)
        except (ValueError, TypeError, AttributeError, RecursionError):
            # Not JSON, or no shape the library can read; the error's own words may quote the reply.
            trouble = _not_a_completion(self._address)
        if trouble is not None:
            raise trouble
        # The library hands on what is no JSON at all as a string.
        if not isinstance(reply, ChatCompletion):
            raise _not_a_completion(self._address)
        return dict(reply.to_dict(warnings=False)), attempts

    def models(self) -> tuple[str, ...] | None:
        """Names of the models offered, asked once. None where the server has no such list."""
        trouble: ReviewError
        timeout = httpx2.Timeout(_LIST_TIMEOUT, connect=CONNECT_TIMEOUT)
        try:
            listed = self._within(_LIST_TIMEOUT, lambda: self._client.models.list(timeout=timeout)).data
            return tuple(one.id for one in listed if isinstance(one.id, str))
        except (openai.NotFoundError, ValueError, TypeError, AttributeError):
            return None
        except openai.OpenAIError as problem:
            trouble = explained(problem, self._endpoint, self._address, 1)
        raise trouble

    def _within(self, seconds: float, ask: Callable[[], T]) -> T:
        """What is answered, waiting no longer than so many seconds in all.

        The timeout of the client holds for each piece: a server that sends a byte now and then never runs into it.
        What is no longer waited for ends with the connection, or with the program.
        """
        answers: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put((ask(), None))
            except BaseException as problem:  # whatever it is, it belongs to the one who waits
                answers.put((None, problem))

        threading.Thread(target=run, daemon=True).start()
        try:
            answer, problem = answers.get(timeout=seconds)
        except queue.Empty:
            raise openai.APITimeoutError(httpx2.Request("POST", self._address.url)) from TimeoutError()
        if problem is not None:
            raise problem
        return cast(T, answer)

    def _retrying(self) -> Retrying:
        return Retrying(
            retry=retry_if_exception(_worth_another),
            stop=stop_after_attempt(self._endpoint.attempts) | stop_before_delay(self._endpoint.total_seconds),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )


def _client(endpoint: Endpoint, address: Address, http: httpx2.Client) -> openai.OpenAI:
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else _NO_KEY
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError("OPENAI_API_KEY: holds a space, a line break or another character that no key has")
    # Retries of the library on top of ours would multiply: three times three requests.
    if not address.azure:
        return openai.OpenAI(base_url=address.url, api_key=key, max_retries=0, http_client=http)
    place = {"base_url" if "/openai" in address.url else "azure_endpoint": address.url}
    return openai.AzureOpenAI(**place, api_version=endpoint.api_version, api_key=key, max_retries=0, http_client=http)  # type: ignore[call-overload,no-any-return]


def _quieten() -> None:
    """Keep the libraries from logging what they send, whatever the environment asks of them."""
    known = [name for name in logging.Logger.manager.loggerDict if name.split(".")[0] in _LOGGERS]
    for name in {*_LOGGERS, *known}:
        logger = logging.getLogger(name)
        if logger.getEffectiveLevel() < logging.WARNING:
            logger.setLevel(logging.WARNING)


def _worth_another(problem: BaseException) -> bool:
    if isinstance(problem, openai.APIConnectionError):  # timeouts are a kind of it
        return True
    if not isinstance(problem, openai.APIStatusError) or out_of_quota(problem):
        return False
    if problem.response.headers.get("x-should-retry") == "false":
        return False
    again = problem.status_code in (408, 409, 429) or problem.status_code >= 500
    return again and (_retry_after(problem) or 0) <= LONGEST_RETRY_AFTER


def _wait(state: RetryCallState) -> float:
    """Seconds until the next attempt: never earlier than the server asked, and not all callers at once."""
    problem = state.outcome.exception() if state.outcome else None
    asked = _retry_after(problem) if isinstance(problem, openai.APIStatusError) else None
    usual = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (state.attempt_number - 1))
    return (asked or usual) + random.uniform(0, _JITTER) * usual


def _retry_after(problem: openai.APIStatusError) -> float | None:
    """Seconds the server asked to wait, by any of three headers; None when it did not, or not in a known form."""
    headers = problem.response.headers
    for name, divisor in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / divisor
        except ValueError:
            continue
        return seconds if seconds > 0 and not math.isnan(seconds) else None
    try:
        at = dt.datetime.strptime(headers.get("retry-after", ""), _HTTP_DATE).replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return max(0.0, at.timestamp() - time.time()) or None


def _not_a_completion(address: Address) -> EndpointError:
    return EndpointError(
        f"{address.shown}: what came back is no chat completion: look at OPENAI_BASE_URL (it usually ends in /v1)"
    )
