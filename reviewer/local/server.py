"""llama.cpp inside this process: its own OpenAI-compatible server, on loopback, from first use until exit."""

from __future__ import annotations

import atexit
import os
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from reviewer.errors import ConfigError, reason_of, shown
from reviewer.local.catalogue import DEFAULT, Entry, installed_catalogue, model_path

if TYPE_CHECKING:
    from reviewer.llm import Endpoint

CONTEXT = 12_288
"""Tokens of a request and its reply together: the fixed part, a window of notes, and the longest reply."""

_MAGIC = b"GGUF"
_SILENT = -1
# Two cores write some 14 tokens a second: the longest reply alone takes five minutes.
_READ_TIMEOUT = 900
_TOTAL_SECONDS = 1800
# A small model loses its way in long text and among several notes; a loop should end soon.
_WINDOW = 6_000
_LONGEST_REPLY = 2_048


@dataclass(frozen=True)
class _Running:
    path: Path
    server: Any
    endpoint: Endpoint


_lock = threading.Lock()
_running: _Running | None = None


def local_endpoint(model_file: Path | str | None) -> Endpoint:
    """Where the model answers: a GGUF file, the name of a fetched model, or None for the default one.

    The server starts with the first call and serves every later one; another model takes its place. Raises
    `ConfigError` when the extra is not installed, the model is not there, or the file cannot be loaded.
    """
    global _running
    path, name = find_model(model_file)
    with _lock:
        if _running is None or _running.path != path:
            _running = None  # two models at once may not fit into memory
            _running = _start(path, name)
        return _running.endpoint


def find_model(model_file: Path | str | None) -> tuple[Path, str]:
    """The file that is meant and the name it goes by in reports. Raises `ConfigError` when it is not a GGUF file."""
    named = str(model_file or DEFAULT)
    catalogue = installed_catalogue()
    if catalogue.knows(named):
        entry = catalogue.entry(named)
        return _fetched(entry), entry.name
    path = Path(named).expanduser()
    _check_magic(path, f"model file {shown(named)}")
    return path.resolve(), path.stem


@atexit.register
def stop() -> None:
    """Stop the server, if one runs; the engine's threads have to end before the interpreter does."""
    global _running
    with _lock:
        _running = None


def _fetched(entry: Entry) -> Path:
    path = model_path(entry)
    fetch = f"reviewer model pull {entry.name}"
    if not path.is_file():
        raise ConfigError(f"model {entry.name} is not on this machine; fetch it with: {fetch}")
    _check_magic(path, f"model {entry.name}")
    # Its SHA-256 was right when it got its name; what may have happened since is a copy cut short.
    if path.stat().st_size != entry.bytes:
        raise ConfigError(f"model {entry.name} does not have its size; fetch it again with: {fetch}")
    return path.resolve()


def _check_magic(path: Path, what: str) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except FileNotFoundError:
        known = ", ".join([DEFAULT, *(entry.name for entry in installed_catalogue().model)])
        raise ConfigError(f"{what}: there is no such file (models known by name: {known})") from None
    except OSError as problem:
        raise ConfigError(f"{what}: {reason_of(problem)}") from None
    if magic != _MAGIC:
        raise ConfigError(f"{what} is not a GGUF file")


def _start(path: Path, name: str) -> _Running:
    from reviewer.llm import Endpoint

    engine = _engine()
    key = secrets.token_urlsafe(24)
    try:
        server = engine.Server(_parameters(engine.CommonParams(), path, name, key))
        address = str(server.listening_address)
    except (RuntimeError, OSError, MemoryError):
        raise ConfigError(
            f"model {shown(name)} cannot be loaded: the file is damaged, of a kind this llama.cpp does not know, "
            "or too large for this machine's memory"
        ) from None
    endpoint = Endpoint(
        base_url=f"{address}/v1",
        api_key=SecretStr(key),
        model=name,
        read_timeout=_READ_TIMEOUT,
        total_seconds=_TOTAL_SECONDS,
        max_output_tokens=_LONGEST_REPLY,
        window=_WINDOW,
        notes="apart",
    )
    return _Running(path, server, endpoint)


def _engine() -> Any:
    try:
        import xllamacpp
    except ModuleNotFoundError as problem:
        if problem.name != "xllamacpp":
            raise
        raise ConfigError(
            "a model in this process needs llama.cpp; install it with: pip install 'encounter-reviewer[local]'"
        ) from None
    except ImportError:
        raise ConfigError("llama.cpp (package xllamacpp) is installed but does not run on this machine") from None
    return xllamacpp


def _parameters(params: Any, path: Path, name: str, key: str) -> Any:
    params.model.path = str(path)
    params.model_alias = {name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0  # the system picks a free one
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _processors()
    # Notes pass through: nothing is logged, other users of this machine need the key of this run, no page or
    # endpoint shows prompts, and finished prompts are not kept beside the one being worked on.
    params.verbosity = _SILENT
    params.api_keys = [key]
    params.ui = False
    params.endpoint_slots = False
    params.cache_ram_mib = 0
    return params


def _processors() -> int:
    """Processors this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
