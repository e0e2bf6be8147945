"""`reviewer serve`: the web application, on this machine unless accounts are configured."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewer.errors import ConfigError, UsageError
from reviewer.model_options import BaseUrlOption, ModelFileOption, ModelFlags, ModelOption, ModeOption
from reviewer.queue_options import EXTRA

if TYPE_CHECKING:
    from reviewer.accounts.oidc import Provider
    from reviewer.queue.store.database import Store
    from reviewer.settings import Settings

_MOST_WORKERS = 8
_NOBODY = (
    "{option}: other machines could reach it, and no accounts are configured; use --host 127.0.0.1, or set up accounts "
    "first: reviewer users add LOGIN --role admin"
)
_NO_ADMIN = (
    "{option}: other machines could reach it, and no account has the role admin; give somebody that role first: "
    "reviewer users role LOGIN --role admin"
)
_NO_STORE = (
    "--login: accounts are kept in a database; give --database FILE, then: reviewer users add LOGIN --role admin"
)
_OPEN = "--no-login: other machines could reach it; only on this machine nobody has to log in"
_A_URL = "--url: the address under which browsers reach it, as https://NAME or https://NAME:PORT"
_A_PAIR = "--certificate and --certificate-key: give both"
_EXTRA = "the web application is not installed; install it with: pip install 'encounter-reviewer[web]'"
_EVERYWHERE = ("0.0.0.0", "::", "[::]")
_UNNAMED = "reviewer: browsers elsewhere reach it under a name that --url https://NAME says; others are refused\n"
_DEFAULT_IDLE_MINUTES, _DEFAULT_HOURS = 30, 8

HostOption = Annotated[str, typer.Option("--host", help="Address to listen on.")]
PortOption = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=0, max=64, help="Processes for reviews; default: one a processor.")
]
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="URL|FILE", help="Worklist, accounts and ledger; else REVIEWER_DATABASE_URL."),
]
LoginOption = Annotated[
    bool | None, typer.Option("--login/--no-login", help="Whether people log in; default: where there are accounts.")
]
UrlOption = Annotated[
    str | None, typer.Option("--url", help="https:// address of a proxy in front, as browsers write it.")
]
ProxyOption = Annotated[str, typer.Option("--proxy", help="Address of that proxy: its word on clients is taken.")]
CertificateOption = Annotated[
    Path | None,
    typer.Option("--certificate", metavar="PEM", exists=True, dir_okay=False, help="Serve https itself, with this."),
]
CertificateKeyOption = Annotated[
    Path | None, typer.Option("--certificate-key", metavar="PEM", exists=True, dir_okay=False, help="Its key.")
]


@dataclass(frozen=True)
class Place:
    """Where it is reached: address to listen on, port, the proxy's address, and whether it serves https itself."""

    host: str
    port: int
    url: str | None = None
    https: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host) and self.url is None

    @property
    def option(self) -> str:
        """What makes it reachable, as it was given."""
        return f"--url {self.url}" if is_loopback(self.host) and self.url else f"--host {self.host}"

    @property
    def address(self) -> str:
        """What to open in a browser."""
        name = "localhost" if self.host in _EVERYWHERE else _named(self.host)
        return self.url or f"{'https' if self.https else 'http'}://{name}:{self.port}"


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    workers: WorkersOption = None,
    database: DatabaseOption = None,
    login: LoginOption = None,
    url: UrlOption = None,
    proxy: ProxyOption = "127.0.0.1",
    certificate: CertificateOption = None,
    certificate_key: CertificateKeyOption = None,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    mode: ModeOption = None,
    model_file: ModelFileOption = None,
) -> int:
    """Serve the pages and the JSON API until interrupted."""
    from reviewer.model_options import model_for
    from reviewer.settings import load_settings, signing_key

    if (certificate is None) != (certificate_key is None):
        raise UsageError(_A_PAIR)
    place = Place(host, port, _address(url), https=certificate is not None)
    settings = load_settings()
    key = signing_key()
    reader = model_for(settings.extractor, settings, ModelFlags(base_url, model, mode, model_file))
    store = _store(database, settings)
    try:
        provider = _provider(settings)
        people = _has_people(store, provider, place, login)
        app = _app(place, settings, store, provider, people, model=reader, signing_key=key, workers=_processes(workers))
        import uvicorn

        sys.stderr.write(f"reviewer: open {place.address}/ in a browser; end with Ctrl-C\n")
        if host in _EVERYWHERE and url is None:
            sys.stderr.write(_UNNAMED)
        _log()
        uvicorn.run(
            app,
            host=host,
            port=port,
            access_log=False,
            log_level="warning",
            server_header=False,
            # Only a proxy that was named says who its clients are: anybody else could call themselves anything.
            proxy_headers=url is not None,
            forwarded_allow_ips=proxy,
            ssl_certfile=certificate,
            ssl_keyfile=certificate_key,
        )
    finally:
        if store is not None:
            store.close()
    return 0


def _app(
    place: Place, settings: Settings, store: Store | None, provider: Provider | None, people: bool, **more: Any
) -> Any:
    """The application with its options. Raises `ConfigError` where its libraries are not installed."""
    try:
        import uvicorn  # noqa: F401  # missed here, before anything is begun

        from reviewer.web.app import create_app
        from reviewer.web.options import LOOPBACK_NAMES, WebOptions
    except ModuleNotFoundError:
        raise ConfigError(_EXTRA) from None
    idle = settings.idle_minutes or _DEFAULT_IDLE_MINUTES
    if people:
        from reviewer.web.accounts import Accounts

        assert store is not None
        more["people"] = Accounts(store, provider)
    return create_app(
        WebOptions(
            hosts=LOOPBACK_NAMES | {_named(place.host)} | _names(place.url),
            policy=settings.policy,
            setting=settings.setting,
            store=store,
            url=place.url,
            secure_cookie=place.https or not place.is_alone,
            idle_seconds=60 * (idle if people or settings.idle_minutes else 60),
            session_seconds=3600 * (settings.session_hours or _DEFAULT_HOURS),
            **more,
        )
    )


def _has_people(store: Store | None, provider: Provider | None, place: Place, login: bool | None) -> bool:
    """Whether people log in. Raises `UsageError` where they have to and nobody could."""
    if login is False:
        if not place.is_alone:
            raise UsageError(_OPEN)
        return False
    if store is None:
        if not place.is_alone:
            raise UsageError(_NOBODY.format(option=place.option))
        if login or provider is not None:
            raise UsageError(_NO_STORE)
        return False
    from reviewer.accounts.store import any_account, any_admin

    known = any_account(store)
    if provider is None and not place.is_alone and not any_admin(store):
        raise UsageError(_NO_ADMIN.format(option=place.option) if known else _NOBODY.format(option=place.option))
    if provider is None and login and not known:
        raise UsageError("--login: there is no account yet; make one: reviewer users add LOGIN --role admin")
    return known or provider is not None


def _store(database: str | None, settings: Settings) -> Store | None:
    """The database that is named; without a name the queue's own file where there is one, else none."""
    from reviewer.settings import queue_url

    named = database or settings.database_url
    if not named:
        url = queue_url(settings)
        if not Path(url.removeprefix("sqlite:///")).is_file():
            return None
    else:
        url = named if "://" in named else f"sqlite:///{named}"
    try:
        from reviewer.queue.store.database import open_store
    except ImportError:
        if named:
            raise ConfigError(EXTRA) from None
        return None
    return open_store(url, settings.key.get_secret_value() if settings.key else None, pool=20)


def _provider(settings: Settings) -> Provider | None:
    """The OpenID provider that is configured. Raises `ConfigError` where something of it is missing."""
    if not settings.oidc_issuer:
        return None
    from reviewer.accounts.oidc import Provider, Site, roles_of

    for name in ("oidc_client_id", "oidc_roles"):
        if not getattr(settings, name):
            raise ConfigError(f"REVIEWER_{name.upper()} is not set, and REVIEWER_OIDC_ISSUER is; see docs/web.md")
    roles = roles_of(settings.oidc_roles or "", "REVIEWER_OIDC_ROLES")
    site = Site(
        settings.oidc_issuer, settings.oidc_client_id or "", settings.oidc_client_secret, roles, settings.oidc_claim
    )
    return Provider(site)


def _address(url: str | None) -> str | None:
    """The address of the proxy, without a slash at its end. Raises `UsageError`."""
    if url is None:
        return None
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and parts.hostname and parts.path in ("", "/") and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good or "@" in url or "?" in url or "#" in url:
        raise UsageError(_A_URL)
    return url.rstrip("/").lower()


def _names(url: str | None) -> frozenset[str]:
    """The host of an address, as browsers send it, without a port."""
    from urllib.parse import urlsplit

    return frozenset({_named(str(urlsplit(url).hostname))}) if url else frozenset()


def _processes(workers: int | None) -> int:
    return min(os.cpu_count() or 1, _MOST_WORKERS) if workers is None else workers


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address. A name other than localhost may be anybody's."""
    import ipaddress

    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _named(host: str) -> str:
    """A host as a browser writes it."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _log() -> None:
    """The access log, on standard error."""
    import logging

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger = logging.getLogger("reviewer.web")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
