"""What is kept of a model's reading: which model, how it was asked, what it cost, how it ended. No note text."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from reviewer.extract.wire import WireEncounter
from reviewer.usage import Usage
from validator.facts import Frozen


class ModelRecord(Frozen):
    """How a model read the notes of one encounter.

    `failure` is the category of the first window whose reply could not be used; nothing of that window is read.
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
    usage: Usage = Usage()
    failure: str | None = None


class ModelReading(Frozen):
    """What a model read, how, and what a person should know of it."""

    wire: WireEncounter
    record: ModelRecord
    remarks: tuple[str, ...] = ()
