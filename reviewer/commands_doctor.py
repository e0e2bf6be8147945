"""`reviewer doctor`: what the configured model's server can do, tried for real with invented text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reviewer.errors import UsageError
from reviewer.model_options import (
    HOW_TO,
    BaseUrlOption,
    ModelFileOption,
    ModelFlags,
    ModelOption,
    ModeOption,
    endpoint_from,
)

if TYPE_CHECKING:
    from reviewer.doctor import Diagnosis

NOT_USABLE = 3
_WORDS = {"ok": "ok", "look": "look", "fail": "FAIL"}


def doctor(
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    mode: ModeOption = None,
    model_file: ModelFileOption = None,
    format: Annotated[  # noqa: A002  # the option's name is the contract
        Literal["text", "json"], typer.Option("--format", help="How to write the result.")
    ] = "text",
) -> int:
    """Try the configured model with invented text. Says what works and what to set; exit 3 when it cannot be used."""
    from reviewer.output import write
    from reviewer.settings import load_settings

    endpoint = endpoint_from(load_settings(), ModelFlags(base_url, model, mode, model_file))
    if endpoint is None:
        raise UsageError(f"no model is configured, the patterns read alone: {HOW_TO}")
    from reviewer.doctor import examine
    from reviewer.llm import Chat

    found = examine(endpoint, Chat, _say if sys.stderr.isatty() else lambda _: None)
    write(found.model_dump_json(indent=1) if format == "json" else rendered(found), None)
    return 0 if found.usable else NOT_USABLE


def rendered(found: Diagnosis) -> str:
    """The diagnosis as a table for people."""
    width = max(len(one.tried) for one in found.findings)
    lines = [f"{found.model} at {found.address}, mode {found.mode}", ""]
    lines += [f"{_WORDS[one.outcome]:<4}  {one.tried:<{width}}  {one.found}" for one in found.findings]
    lines += ["", "usable as configured" if found.usable else "NOT usable as configured"]
    lines += [f"set: {advice}" for advice in found.advice]
    return "\n".join(lines)


def _say(what: str) -> None:
    sys.stderr.write(f"reviewer: trying: {what}\n")
    sys.stderr.flush()
