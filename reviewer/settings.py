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

from reviewer.errors import ConfigError, shown
from validator.facts import Frozen, Setting

Extractor = Literal["auto", "patterns", "llm", "both"]

_FILE = "settings.toml"
_ALLOWED: dict[str, tuple[str, ...]] = {
    "setting": get_args(Setting),
    "policy": (),
    "extractor": get_args(Extractor),
}


class Settings(Frozen):
    """What stands in for a flag that was not given; None where nothing does."""

    setting: Setting | None = None
    policy: str | None = None
    extractor: Extractor = "auto"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of this process. Raises `ConfigError` naming variable or file and key, never the value."""
    environ = os.environ if environ is None else environ
    values = _from_file(home(environ) / _FILE)
    for key in _ALLOWED:
        variable = f"REVIEWER_{key.upper()}"
        if environ.get(variable):
            _check(key, environ[variable], variable)
            values[key] = environ[variable]
    return Settings.model_validate(values)


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
        raise ConfigError(f"{name}: {problem.strerror or 'cannot be read'}") from None
    except ValueError:  # TOML and UTF-8 errors alike; both may quote the file's text
        raise ConfigError(f"{name}: not valid TOML in UTF-8") from None
    for key, value in values.items():
        if key not in _ALLOWED:
            raise ConfigError(f"{name}: unknown key {shown(key)}; known keys: {', '.join(_ALLOWED)}")
        _check(key, value, f"{name}: {key}")
    return dict(values)


def _check(key: str, value: object, where: str) -> None:
    allowed = _ALLOWED[key]
    if not isinstance(value, str) or (allowed and value not in allowed):
        raise ConfigError(f"{where} should be {' or '.join(allowed) if allowed else 'text'}")
