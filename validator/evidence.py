"""Words of a note, why a fact is believed, and the base of every type in the street."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """Base of every type in the street: immutable, closed to unknown keys, silent about its input in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Standing(StrEnum):
    """Why a fact is believed, or is not."""

    GROUNDED = "grounded"
    UNGROUNDED = "ungrounded"
    NOT_STATED = "not_stated"
    DENIED = "denied"
    CONFLICTING = "conflicting"
    ENTERED = "entered"


class Evidence(Frozen):
    """A span of a note: half-open code points, and the note's own characters there."""

    note_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    match: Literal["exact", "normalised"] = "exact"
