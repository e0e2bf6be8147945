"""From an exception of the openai library to one line: what happened, and which setting to look at.

The words of the server decide which line it is and never appear in it: they may quote the request.
"""

from __future__ import annotations

import json
import re

import httpx2
import openai

from reviewer.errors import EndpointError, Filtered, ReviewError
from reviewer.llm.address import Address
from reviewer.llm.contract import Endpoint
from reviewer.usage import Usage

_OTHER_MODES = {
    "json_schema": "--mode tool, else --mode json_object",
    "tool": "--mode json_schema, else --mode json_object",
    "json_object": "--mode json_schema, else --mode tool",
}
_MODE = re.compile(
    r"response_format|json_schema|json_object|structured|guided|grammar|tool_choice|\btools?\b|function.call"
)
_CONTEXT = re.compile(r"context.{0,8}(length|size|window)|exceed_context|too many tokens|prompt is too long")
_PARAMETERS = (
    ("max_completion_tokens", "REVIEWER_MAX_OUTPUT_TOKENS"),
    ("max_tokens", "REVIEWER_MAX_OUTPUT_TOKENS"),
    ("temperature", "REVIEWER_TEMPERATURE (none: not sent)"),
    ("seed", "REVIEWER_SEED (none: not sent)"),
)


def out_of_quota(problem: openai.APIStatusError) -> bool:
    """Whether waiting cannot help: the account has no money left."""
    return "insufficient_quota" in (problem.code, problem.type) or "insufficient_quota" in _words(problem)


def explained(problem: openai.OpenAIError, endpoint: Endpoint, address: Address, attempts: int) -> ReviewError:
    """The error to raise instead: `EndpointError`, or `Filtered` when the service filtered the request."""
    if isinstance(problem, openai.APITimeoutError):
        return EndpointError(_timed_out(problem, endpoint, address) + _after(attempts))
    if isinstance(problem, openai.APIConnectionError):
        return EndpointError(_not_connected(problem, address) + _after(attempts))
    if not isinstance(problem, openai.APIStatusError):
        return EndpointError(f"{address.shown}: the request could not be sent or its reply not be read")
    words = _words(problem)
    if problem.status_code == 400 and ("content_filter" in words or "responsibleaipolicyviolation" in words):
        return Filtered("a content filter of the service refused the notes", Usage(calls=attempts))
    told = f"{address.shown}: {_status(problem, words, endpoint)} (HTTP {problem.status_code})"
    return EndpointError(told + _after(attempts), status=problem.status_code)


def _status(problem: openai.APIStatusError, words: str, endpoint: Endpoint) -> str:
    status = problem.status_code
    if status in (400, 413, 422):
        return _rejected(status, words, endpoint)
    if status in (401, 403):
        return "the key is not accepted or may not use this model: look at OPENAI_API_KEY and REVIEWER_MODEL"
    if status == 402 or out_of_quota(problem):
        return "the account is out of quota: look at its plan, or use another OPENAI_API_KEY"
    if status == 404:
        return "no such path or model: look at OPENAI_BASE_URL (it usually ends in /v1) and REVIEWER_MODEL"
    if 300 <= status < 400:
        return "the server redirects, which is not followed: set OPENAI_BASE_URL to the final address"
    if status == 429:
        return "too many requests: wait, or send fewer at a time"
    if status >= 500:
        return "the server failed: look at its own log"
    return "the request was refused: run reviewer doctor"


def _rejected(status: int, words: str, endpoint: Endpoint) -> str:
    if status == 413 or _CONTEXT.search(words):
        return "the notes do not fit in the context of the model: raise the context size of the server"
    for parameter, setting in _PARAMETERS:
        if parameter in words:
            return f"the server refuses {parameter}: look at {setting}"
    if "api version" in words or "api-version" in words:
        return (
            f"this OPENAI_API_VERSION may lack mode {endpoint.mode}: set a later one, or {_OTHER_MODES[endpoint.mode]}"
        )
    if _MODE.search(words):
        return f"mode {endpoint.mode} is not supported here: set {_OTHER_MODES[endpoint.mode]}"
    return f"the request was rejected: run reviewer doctor, or try {_OTHER_MODES[endpoint.mode]}"


def _timed_out(problem: openai.APITimeoutError, endpoint: Endpoint, address: Address) -> str:
    if isinstance(problem.__cause__, httpx2.ConnectTimeout):
        return f"{address.shown}: no connection in time: look at OPENAI_BASE_URL, and whether the server runs"
    if isinstance(problem.__cause__, TimeoutError):
        return f"{address.shown}: no whole reply within {endpoint.total_seconds:g} s: use a faster model or server"
    limit = f"{endpoint.read_timeout:g} s"
    return f"{address.shown}: no reply within {limit}: raise REVIEWER_READ_TIMEOUT, or use a faster model"


def _not_connected(problem: openai.APIConnectionError, address: Address) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(problem.__cause__):
        return f"{address.shown}: its certificate is not trusted: set SSL_CERT_FILE to the certificates of your network"
    return f"{address.shown}: no connection, or it broke off: look at OPENAI_BASE_URL, and whether the server runs"


def _after(attempts: int) -> str:
    return f" ({attempts} attempts)" if attempts > 1 else ""


def _words(problem: openai.APIStatusError) -> str:
    try:
        return json.dumps(problem.body, default=str).lower()
    except (ValueError, RecursionError):
        return ""
