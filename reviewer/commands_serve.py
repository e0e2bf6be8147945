"""`reviewer serve`: the web application, on this machine unless accounts are configured."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from reviewer.errors import ConfigError, UsageError
from reviewer.model_options import BaseUrlOption, ModelFileOption, ModelFlags, ModelOption, ModeOption

_MOST_WORKERS = 8
_NOT_ALONE = (
    "--host {host}: other machines could reach it, and no accounts are configured; use --host 127.0.0.1, "
    "or set up accounts first"
)
_EXTRA = "the web application is not installed; install it with: pip install 'encounter-reviewer[web]'"


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[
        int | None, typer.Option("--workers", min=0, max=64, help="Processes for reviews; default: one a processor.")
    ] = None,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    mode: ModeOption = None,
    model_file: ModelFileOption = None,
) -> int:
    """Serve the pages and the JSON API until interrupted."""
    from reviewer.model_options import model_for
    from reviewer.settings import load_settings, signing_key

    if not is_loopback(host):
        raise UsageError(_NOT_ALONE.format(host=host))
    settings = load_settings()
    reader = model_for(settings.extractor, settings, ModelFlags(base_url, model, mode, model_file))
    try:
        import uvicorn

        from reviewer.web.app import create_app
        from reviewer.web.options import LOOPBACK_NAMES, WebOptions
    except ModuleNotFoundError:
        raise ConfigError(_EXTRA) from None
    options = WebOptions(
        hosts=LOOPBACK_NAMES | {_named(host)},
        policy=settings.policy,
        setting=settings.setting,
        model=reader,
        signing_key=signing_key(),
        workers=min(os.cpu_count() or 1, _MOST_WORKERS) if workers is None else workers,
    )
    sys.stderr.write(f"reviewer: open http://{_named(host)}:{port}/ in a browser; end with Ctrl-C\n")
    _log()
    uvicorn.run(create_app(options), host=host, port=port, access_log=False, log_level="warning", server_header=False)
    return 0


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
