"""Which model a command uses: its options, the environment and the settings file, put together in one place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reviewer.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from reviewer.llm import Chat, Endpoint
    from reviewer.pipeline import Model
    from reviewer.settings import Extractor, Mode, Settings

OPENAI = "https://api.openai.com/v1"
HOW_TO = (
    "set REVIEWER_MODEL and OPENAI_BASE_URL (or --model and --base-url), or fetch a model with: reviewer model pull, "
    "and give it as --model-file"
)

ExtractorOption = Annotated[
    Literal["auto", "patterns", "llm", "both"] | None,
    typer.Option("--extractor", help="Who reads the notes; auto: both when a model is configured."),
]
BaseUrlOption = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="Address of a model's server, such as .../v1.")
]
ModelOption = Annotated[str | None, typer.Option("--model", metavar="NAME", help="Name of the model on that server.")]
ModeOption = Annotated[
    Literal["json_schema", "tool", "json_object"] | None,
    typer.Option("--mode", help="How the server is held to the schema; see: reviewer doctor."),
]
ModelFileOption = Annotated[
    Path | None,
    typer.Option(
        "--model-file",
        metavar="FILE|NAME",
        help="Run this model within this program: a GGUF file, a pulled name, or default.",
    ),
]


class ModelFlags:
    """The options of one command as they were given; None where they were not."""

    def __init__(
        self,
        base_url: str | None = None,
        model: str | None = None,
        mode: Mode | None = None,
        model_file: Path | None = None,
    ) -> None:
        self.base_url, self.model, self.mode, self.model_file = base_url, model, mode, model_file

    @property
    def any(self) -> bool:
        """Whether a model is asked for by an option."""
        return any((self.base_url, self.model, self.mode, self.model_file))


def chat_from(settings: Settings, flags: ModelFlags) -> Chat | None:
    """The configured model, None when none is configured.

    An option wins over the environment, which wins over the settings file. Raises `UsageError` for options that
    contradict each other or lack a part, `ConfigError` for settings that do, and for another host without consent.
    """
    endpoint = endpoint_from(settings, flags)
    if endpoint is None:
        return None
    from reviewer.llm import Chat

    return Chat(endpoint)


def endpoint_from(settings: Settings, flags: ModelFlags) -> Endpoint | None:
    """The configured endpoint, not yet checked; None when none is configured. Raises like `chat_from`."""
    if flags.model_file and (flags.base_url or flags.model):
        raise UsageError("--model-file names a model within this program; leave out --base-url and --model")
    served = bool(flags.base_url or flags.model)
    if not (served or flags.model_file) and settings.model and settings.model_file:
        raise ConfigError("two models are configured: unset REVIEWER_MODEL or REVIEWER_MODEL_FILE")
    file = flags.model_file or (None if served or not settings.model_file else Path(settings.model_file))
    if file is not None:
        from reviewer.local import local_endpoint

        return _as_asked(local_endpoint(file), settings, flags)
    endpoint = _served(settings, flags)
    return None if endpoint is None else _as_asked(endpoint, settings, flags)


def _served(settings: Settings, flags: ModelFlags) -> Endpoint | None:
    base_url, model = flags.base_url or settings.base_url, flags.model or settings.model
    if not model:
        if flags.base_url:
            raise UsageError("--base-url: name the model as well, with --model or REVIEWER_MODEL")
        return None
    if not base_url and not settings.api_key:
        if flags.model:
            raise UsageError("--model: name its server as well, with --base-url or OPENAI_BASE_URL")
        return None
    from reviewer.llm import Endpoint

    return Endpoint(
        base_url=base_url or OPENAI,
        api_key=settings.api_key,
        model=model,
        api_version=settings.api_version,
        remote_ok=settings.remote_ok,
    )


def _as_asked(endpoint: Endpoint, settings: Settings, flags: ModelFlags) -> Endpoint:
    """The endpoint with what was configured of how to ask: it holds for a server and for a model file alike."""
    asked = {
        "mode": flags.mode or settings.mode,
        "max_output_tokens": settings.max_output_tokens,
        "read_timeout": settings.read_timeout,
        "total_seconds": max(endpoint.total_seconds, settings.read_timeout or 0),
        "temperature": settings.temperature,
        "seed": settings.seed,
        "window": settings.window,
        "notes": settings.notes,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    return endpoint.model_copy(update={name: None if value == "none" else value for name, value in given.items()})


def model_for(extractor: Extractor, settings: Settings, flags: ModelFlags) -> Model | None:
    """The model as a reader for `pipeline.review`; None when the patterns read alone.

    Raises like `chat_from`, and `UsageError` where a model has to read and none is configured, or an option names
    one that is not to read.
    """
    if extractor == "patterns":
        if flags.any:
            raise UsageError(
                "--extractor patterns asks no model: leave out the options of a model, or use --extractor both"
            )
        return None
    chat = chat_from(settings, flags)
    if chat is None:
        if extractor != "auto" or flags.any:
            raise UsageError(f"--extractor {extractor}: no model is configured: {HOW_TO}")
        return None
    from reviewer.extract.model.reading import read_with_model

    return lambda notes, rulebook: read_with_model(notes, rulebook, chat)
