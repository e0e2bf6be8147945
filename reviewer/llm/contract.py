"""What goes into a call of a model and what comes out of it."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from typing import Literal

from pydantic import Field, SecretStr

from reviewer.settings import Mode, Together
from reviewer.usage import Usage
from validator.facts import Frozen


class Message(Frozen):
    """One message of a conversation. It may hold text of a note: never log or show it."""

    role: Literal["system", "user", "assistant"]
    content: str = Field(repr=False)


class Endpoint(Frozen):
    """Everything configured about a model; nothing is guessed from its name.

    Times are seconds. `temperature` and `seed` are sent unless None (some models refuse them). `remote_ok` names
    the agreement under which notes may leave this machine; None or blank: they may not. `window` is how many
    characters of notes one request holds; with `notes` "apart" it never holds more than one note.
    """

    base_url: str = Field(repr=False)
    api_key: SecretStr | None = None
    model: str
    mode: Mode = "json_schema"
    api_version: str | None = None
    temperature: float | None = 0
    seed: int | None = None
    max_output_tokens: int = Field(4096, ge=1)
    read_timeout: float = Field(180, gt=0)
    attempts: int = Field(4, ge=1)
    total_seconds: float = Field(600, gt=0)
    remote_ok: str | None = None
    window: int = Field(24_000, ge=2_000)
    notes: Together = "together"


class Completion(Frozen):
    """A reply that passed every check of its form. What it says is still to be believed or not.

    `content` is the JSON text as answered (in mode `tool`, the arguments of the call). `input_counted` tells
    whether the server reported a plausible number of prompt tokens: without it, only the quote of a note's last
    line shows that the notes were read to their end.
    """

    content: str = Field(repr=False)
    model: str
    system_fingerprint: str | None = None
    finish_reason: str
    mode: Mode
    attempts: int
    usage: Usage
    input_counted: bool = False
