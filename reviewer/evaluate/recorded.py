"""How the model was asked for a folder of recordings: a replay asks in the same way, or it is answered nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.errors import InputError, UsageError, reason_of, shown

if TYPE_CHECKING:
    from reviewer.llm import Endpoint
    from reviewer.model_options import ModelFlags

SETTINGS = "endpoint.toml"
NOWHERE = "http://127.0.0.1:9/v1"
"""An address that nothing answers: a recording answers for any."""


def settings_beside(folder: Path) -> Path | None:
    """The file `endpoint.toml` in a folder of recordings or right above it; None where there is none."""
    return next((path for place in (folder, folder.parent) if (path := place / SETTINGS).is_file()), None)


def settings_from(path: Path) -> dict[str, Any]:
    """What such a file holds: keys of `Endpoint`, not yet checked. Raises `InputError` naming the file."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise InputError(f"{shown(path)}: {reason_of(problem)}") from None
    except ValueError:  # TOML and UTF-8 errors alike
        raise InputError(f"{shown(path)}: not valid TOML in UTF-8") from None


def recorded_endpoint(folder: Path, flags: ModelFlags) -> Endpoint | None:
    """The endpoint as it was when the recordings in `folder` were made; None where no file tells.

    The environment and the address do not matter to a recording. Raises `UsageError` for an option that names
    another model or mode, or one to run, `InputError` for a file that cannot be used.
    """
    if flags.model_file is not None:
        raise UsageError("--replay runs no model: leave out --model-file")
    path = settings_beside(folder)
    if path is None:
        return None
    from reviewer.evaluate.cases import validated
    from reviewer.llm import Endpoint

    endpoint = validated(Endpoint, {**settings_from(path), "base_url": NOWHERE}, shown(path))
    for option, asked, made in (("--model", flags.model, endpoint.model), ("--mode", flags.mode, endpoint.mode)):
        if asked is not None and asked != made:
            raise UsageError(
                f"{option} {shown(asked)}: the recordings are of {shown(made)} ({shown(path)}): leave {option} out"
            )
    return endpoint
