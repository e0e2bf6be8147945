"""What is kept of a model's reading: which model, how it was asked, what it cost, how it ended. No note text."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from reviewer.extract.wire import WireEncounter
from validator.facts import Frozen


def _plain(usage: Any) -> Any:
    """What a call counted, taken over from the call's own type, which the review must not import to start."""
    return usage.model_dump() if isinstance(usage, BaseModel) else usage


class Usage(Frozen):
    """Calls and tokens, summed over everything that was asked."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class ModelRecord(Frozen):
    """How a model read the notes of one encounter.

    `failure` is the category of what ended its reading; its facts are then those of no reader.
    """

    model: str
    system_fingerprint: str | None = None
    mode: str
    prompt_version: str
    prompt_fingerprint: str
    temperature: float | None = None
    finish_reasons: tuple[str, ...] = ()
    windows: int = 0
    repairs: int = 0
    attempts: int = 0
    usage: Annotated[Usage, BeforeValidator(_plain)] = Usage()
    failure: str | None = None


class ModelReading(Frozen):
    """What a model read, how, and what a person should know of it."""

    wire: WireEncounter
    record: ModelRecord
    remarks: tuple[str, ...] = ()
