"""Where the notes would go: refused before any connection unless it is this machine or a person agreed."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from reviewer.errors import ConfigError, shown
from validator.facts import Frozen

if TYPE_CHECKING:
    from reviewer.llm.contract import Endpoint

_AZURE = (".openai.azure.com", ".openai.azure.us", ".cognitiveservices.azure.com", ".services.ai.azure.com")
_OPENAI = "api.openai.com"
_LAST_PORT = 65_535


class Address(Frozen):
    """A base URL taken apart. `shown` is its host and port, fit for a message."""

    url: str
    shown: str
    loopback: bool
    encrypted: bool
    azure: bool
    openai: bool


def address_of(endpoint: Endpoint) -> Address:
    """The endpoint's address. Raises `ConfigError` for one that cannot be used, or another host without consent."""
    found = _parsed(endpoint)
    agreement = (endpoint.remote_ok or "").strip()
    if not found.loopback and not agreement:
        raise ConfigError(
            f"the notes would leave this machine for {found.shown}: set REVIEWER_REMOTE_OK to the agreement that "
            'allows it, such as "BAA 2026-014", or use a model on this machine'
        )
    if found.azure and not endpoint.api_version:
        raise ConfigError(
            "an Azure address needs OPENAI_API_VERSION (2024-08-01-preview or later), or a base URL that ends in "
            "/openai/v1"
        )
    return found


def _parsed(endpoint: Endpoint) -> Address:
    # The parser of the client that connects: were there two, an address could look local to one of them only.
    import httpx2

    try:
        url = httpx2.URL(endpoint.base_url)
        host, port, path = url.host, url.port, url.path.rstrip("/")
    except (httpx2.InvalidURL, ValueError, TypeError):
        raise ConfigError("the base URL is no URL: expected one such as http://127.0.0.1:8080/v1") from None
    if url.scheme not in ("http", "https") or not host or (port or 1) > _LAST_PORT:
        raise ConfigError("the base URL should start with http:// or https://, a host and a port there can be")
    if url.userinfo or url.query or url.fragment:
        raise ConfigError(
            "the base URL should hold no user, password, query or fragment: it ends at a path such as /v1, and the "
            "key goes into OPENAI_API_KEY"
        )
    own_version = path.endswith("/openai/v1")
    return Address(
        url=str(url),
        shown=shown(host if port is None else f"{host}:{port}"),
        loopback=_is_loopback(host),
        encrypted=url.scheme == "https",
        azure=bool(endpoint.api_version) or (host.endswith(_AZURE) and not own_version),
        openai=host == _OPENAI or host.endswith(_AZURE),
    )


def _is_loopback(host: str) -> bool:
    """Only names that are this machine by definition. DNS is not asked: its answer may change after the check."""
    if host == "localhost":
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    # An IPv6 form of an IPv4 address is left out: which systems route it, and where to, differs.
    return found.is_loopback and getattr(found, "ipv4_mapped", None) is None
