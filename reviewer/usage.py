"""What calls of a model cost, as it stands in a reply, in an error and in a review."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from typing import Self

from validator.facts import Frozen


class Usage(Frozen):
    """Requests sent and tokens counted by the server, summed over every attempt. Adds up with `+`."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Self) -> Self:
        return self.model_copy(
            update={name: getattr(self, name) + getattr(other, name) for name in type(self).model_fields}
        )
