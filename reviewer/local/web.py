"""Fetch a model from one address, in byte ranges, as often as the line breaks and still makes headway."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.local.partial import Partial, SourceError, megabytes

if TYPE_CHECKING:
    import httpx2

    from reviewer.local.catalogue import WebSource
    from reviewer.local.pull import Tell

_HEADWAY = 1 << 20
_BLOCK = 1 << 16  # what a broken line may cost
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


def fetch_web(source: WebSource, partial: Partial, tell: Tell, *, client: httpx2.Client | None = None) -> None:
    """Complete the file from `source.url`. Raises `SourceError` when the address does not give the rest.

    What came before a broken line is kept; it is asked for again from there while each try brings a
    mebibyte or more.
    """
    import httpx2

    # The client the model's endpoint is reached with anyway; it trusts the certificates that the system trusts.
    with client or httpx2.Client(timeout=httpx2.Timeout(60, connect=10), follow_redirects=True) as web:
        while partial.size < partial.entry.bytes:
            before = partial.size
            try:
                _fetch_rest(web, source.url, partial, tell)
                broken = "it ended early"
            except httpx2.TransportError as problem:
                broken = _named(problem)
            except httpx2.HTTPError:
                broken = "it could not be read"
            if partial.size < min(before + _HEADWAY, partial.entry.bytes):
                raise SourceError(broken)


def _fetch_rest(web: httpx2.Client, url: str, partial: Partial, tell: Tell) -> None:
    have = partial.size
    # Packed on the way, a range would count packed bytes.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with web.stream("GET", url, headers=headers) as answer:
        start = _start(answer, have, partial.entry.bytes)
        partial.write(_told(answer.iter_raw(_BLOCK), start, tell), from_start=start == 0)


def _start(answer: httpx2.Response, have: int, whole: int) -> int:
    """The offset of the answer's first byte; refuses, before anything is overwritten, what is not the file."""
    if answer.status_code == 206:
        found = _RANGE.fullmatch(answer.headers.get("content-range", ""))
        if not found or int(found[1]) != have or found[2] not in ("*", str(whole)):
            raise SourceError("it answered with a range that was not asked for")
        return have
    if answer.status_code != 200:
        raise SourceError(f"it answered with status {answer.status_code}")
    length = answer.headers.get("content-length", "")
    # A guest network's sign-in page comes with status 200 too.
    if length != str(whole):
        offered = megabytes(int(length)) if length.isdecimal() else "something of unknown size"
        raise SourceError(f"it offers {offered}, the catalogue says {megabytes(whole)}")
    return 0


def _told(blocks: Iterator[bytes], size: int, tell: Tell) -> Iterator[bytes]:
    for block in blocks:
        yield block
        size += len(block)
        tell(size)


def _named(problem: httpx2.TransportError) -> str:
    import httpx2

    if isinstance(problem, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError)):
        return "it cannot be reached"
    if isinstance(problem, httpx2.TimeoutException):
        return "it stopped sending"
    return "the line broke"
