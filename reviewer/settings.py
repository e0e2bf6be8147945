"""Settings from the environment and the settings file. The only module that reads the environment.

Precedence: a flag, then the environment, then `settings.toml` in `REVIEWER_HOME` (default: the platform's
folder for user data), then the built-in default.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, SecretStr

from reviewer.errors import ConfigError, reason_of, shown
from validator.facts import Frozen, Setting

Extractor = Literal["auto", "patterns", "llm", "both"]

Mode = Literal["json_schema", "tool", "json_object"]

Together = Literal["together", "apart"]

_FILE = "settings.toml"
_QUEUE = "queue.db"
_NOT_SENT = "none"
_ALLOWED: dict[str, tuple[str, ...]] = {
    "setting": get_args(Setting),
    "policy": (),
    "extractor": get_args(Extractor),
    "base_url": (),
    "model": (),
    "mode": get_args(Mode),
    "model_file": (),
    "remote_ok": (),
    "api_version": (),
    "notes": get_args(Together),
    "database_url": (),
    "user": (),
    "oidc_issuer": (),
    "oidc_client_id": (),
    "oidc_roles": (),
    "oidc_claim": (),
}
_NUMBERS: dict[str, tuple[type[int] | type[float], float, float]] = {
    "temperature": (float, 0, 2),
    "seed": (int, 0, 2**31 - 1),
    "max_output_tokens": (int, 1, 1_000_000),
    "read_timeout": (float, 1, 86_400),
    "window": (int, 2_000, 1_000_000),
    "idle_minutes": (float, 1, 24 * 60),
    "session_hours": (float, 0.1, 24),
}
_MAY_STAY_AWAY = ("temperature", "seed")
_VARIABLES = {"base_url": "OPENAI_BASE_URL", "api_version": "OPENAI_API_VERSION"}
_KEY_VARIABLE = "OPENAI_API_KEY"
_SIGNING_VARIABLE = "REVIEWER_KEY"
_OIDC_SECRET_VARIABLE = "REVIEWER_OIDC_CLIENT_SECRET"
_SHORTEST_SIGNING_KEY = 16
_MODELS = ("model", "model_file")


class Settings(Frozen):
    """What stands in for a flag that was not given; None where nothing does.

    `database_url` is the queue's database, `key` what its notes are encrypted with, `user` who is acting. The names
    with `oidc_` are how people log in at a provider; `idle_minutes` and `session_hours` end what they logged in to.
    """

    setting: Setting | None = None
    policy: str | None = None
    extractor: Extractor = "auto"
    base_url: str | None = None
    api_key: SecretStr | None = None
    model: str | None = None
    mode: Mode | None = None
    model_file: str | None = None
    remote_ok: str | None = None
    api_version: str | None = None
    temperature: float | Literal["none"] | None = None
    seed: int | Literal["none"] | None = None
    max_output_tokens: int | None = None
    read_timeout: float | None = None
    window: int | None = None
    notes: Together | None = None
    database_url: str | None = Field(default=None, repr=False)
    user: str | None = None
    key: SecretStr | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_roles: str | None = None
    oidc_claim: str = "groups"
    idle_minutes: float | None = None
    session_hours: float | None = None


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of this process. Raises `ConfigError` naming variable or file and key, never the value."""
    environ = os.environ if environ is None else environ
    values = _from_file(home(environ) / _FILE)
    found = {key: environ[_variable(key)] for key in (*_ALLOWED, *_NUMBERS) if environ.get(_variable(key))}
    for one, other in (_MODELS, _MODELS[::-1]):
        if one in found and other not in found:
            values.pop(other, None)  # a model named by the environment takes the place of one in the file
    values |= {key: _checked(key, value, _variable(key)) for key, value in found.items()}
    if environ.get(_KEY_VARIABLE):
        values["api_key"] = environ[_KEY_VARIABLE]
    if environ.get(_SIGNING_VARIABLE):
        values["key"] = environ[_SIGNING_VARIABLE]
    if environ.get(_OIDC_SECRET_VARIABLE):
        values["oidc_client_secret"] = environ[_OIDC_SECRET_VARIABLE]
    return Settings.model_validate(values)


def signing_key(environ: Mapping[str, str] | None = None) -> bytes | None:
    """The site's key for seals of reviews (`REVIEWER_KEY`); None without one. `ConfigError` when it is too short."""
    key = (os.environ if environ is None else environ).get(_SIGNING_VARIABLE, "")
    if key and len(key) < _SHORTEST_SIGNING_KEY:
        raise ConfigError(f"{_SIGNING_VARIABLE} should have at least {_SHORTEST_SIGNING_KEY} characters")
    return key.encode() if key else None


def queue_url(settings: Settings, environ: Mapping[str, str] | None = None) -> str:
    """The queue's database: `REVIEWER_DATABASE_URL`, else a SQLite file in this user's folder."""
    return settings.database_url or f"sqlite:///{home(environ) / _QUEUE}"


def _variable(key: str) -> str:
    return _VARIABLES.get(key, f"REVIEWER_{key.upper()}")


def home(environ: Mapping[str, str] | None = None) -> Path:
    """The folder of this user's settings: `REVIEWER_HOME`, else where the platform keeps user data."""
    environ = os.environ if environ is None else environ
    if environ.get("REVIEWER_HOME"):
        return Path(environ["REVIEWER_HOME"])
    user = Path(environ.get("HOME") or environ.get("USERPROFILE") or ".")
    if sys.platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or user / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = user / "Library" / "Application Support"
    else:
        base = Path(environ.get("XDG_DATA_HOME") or user / ".local" / "share")
    return base / "encounter-reviewer"


def _from_file(path: Path) -> dict[str, object]:
    name = shown(path)
    try:
        text = path.read_text("utf-8")
        import tomllib  # here, because most have no such file

        values = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as problem:
        raise ConfigError(f"{name}: {reason_of(problem)}") from None
    except ValueError:  # TOML and UTF-8 errors alike; both may quote the file's text
        raise ConfigError(f"{name}: not valid TOML in UTF-8") from None
    for key, variable in (("api_key", _KEY_VARIABLE), ("oidc_client_secret", _OIDC_SECRET_VARIABLE)):
        if key in values:
            raise ConfigError(f"{name}: {key}: a key does not belong into a file; set {variable}")
    for key in values:
        if key not in _ALLOWED and key not in _NUMBERS:
            raise ConfigError(f"{name}: unknown key {shown(key)}; known keys: {', '.join((*_ALLOWED, *_NUMBERS))}")
    return {key: _checked(key, value, f"{name}: {key}") for key, value in values.items()}


def _checked(key: str, value: object, where: str) -> object:
    if key in _NUMBERS:
        return _number(key, value, where)
    allowed = _ALLOWED[key]
    if not isinstance(value, str) or (allowed and value not in allowed):
        raise ConfigError(f"{where} should be {' or '.join(allowed) if allowed else 'text'}")
    return value


def _number(key: str, value: object, where: str) -> object:
    kind, least, most = _NUMBERS[key]
    if key in _MAY_STAY_AWAY and value == _NOT_SENT:
        return value
    try:
        if isinstance(value, (str, int, kind)) and not isinstance(value, bool) and least <= kind(value) <= most:
            return kind(value)
    except ValueError:
        pass
    other = f", or {_NOT_SENT}" if key in _MAY_STAY_AWAY else ""
    raise ConfigError(f"{where} should be a number from {least:g} to {most:g}{other}")
