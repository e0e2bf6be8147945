"""What two readers made of one fact, as the review keeps it."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from typing import Literal

from pydantic import Field

from validator.facts import Frozen

Outcome = Literal["agreed", "one_reader", "contradiction"]
Reader = Literal["patterns", "model"]


class Reading(Frozen):
    """One fact and who read it.

    `subject` is its path in the facts (`administrations.a1.stop`); `readers` are those whose words hold; `values` is
    what each of them read, as text. `counted` is False for what a single reader read and nothing else bears out: it
    is shown and earns nothing.
    """

    subject: str
    outcome: Outcome
    readers: tuple[Reader, ...]
    values: dict[Reader, str] = Field(default_factory=dict)
    counted: bool = True
