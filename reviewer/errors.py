"""What stops a run: trouble with files, options, settings, endpoints. Clinical problems are findings, never raised.

A message is one line, names the file, field or option, says what to do, and never holds a value that was
read, sent or answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from reviewer.language.kept import expression

if TYPE_CHECKING:
    from reviewer.usage import Usage

_LONGEST_NAME = 80
_SHOWN_HEAD = 20
_NOT_PRINTABLE = expression(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class ReviewError(Exception):
    """Anything a person can put right; `exit_code` is what the command line answers."""

    exit_code = 2


class InputError(ReviewError):
    """A note or facts file that cannot be used."""


class UsageError(ReviewError):
    """Options that contradict each other or name something that does not exist."""


class ConfigError(ReviewError):
    """A settings file or environment variable that cannot be used."""


class EndpointError(ReviewError):
    """A model's endpoint that gave no reply: not reached, not allowed, out of quota, wrong request.

    `status` is that of HTTP, where there was a response.
    """

    exit_code = 3

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class CompletionError(ReviewError):
    """A reply that cannot be believed as a whole. `category` is what a record keeps of it."""

    exit_code = 3
    category: ClassVar[str] = "completion"

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage


class Truncated(CompletionError):
    """The reply stopped at the limit of tokens: the rest of it, and whatever it held, is missing."""

    category = "truncated"


class Refused(CompletionError):
    """The model declined to read the notes."""

    category = "refused"


class Filtered(CompletionError):
    """A content filter of the service took the request or the reply away."""

    category = "filtered"


class Empty(CompletionError):
    """A finished reply without content, such as one that only reasoned."""

    category = "empty"


class BadCompletion(CompletionError):
    """A reply without a choice, ended for an unknown reason, or not in the form that was asked for."""

    category = "bad_completion"


class InputTruncated(CompletionError):
    """The server counted fewer tokens than the notes can be: it read a part of them."""

    category = "input_truncated"


class Unparseable(CompletionError):
    """Content that does not follow the schema, also after the one repair."""

    category = "unparseable"


def shown(name: object) -> str:
    """A file name or key as it may stand in a one-line message: no control characters, not endless.

    Of a long path the end stays, which names the file, and a little of the beginning.
    """
    text = _NOT_PRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", str(name))
    return text if len(text) <= _LONGEST_NAME else f"{text[:_SHOWN_HEAD]}...{text[_SHOWN_HEAD + 3 - _LONGEST_NAME :]}"


def reason_of(problem: OSError | ValueError, otherwise: str = "cannot be read") -> str:
    """Why a file could not be used, in words for whoever named it; `otherwise` where the system gives no reason."""
    if isinstance(problem, FileNotFoundError):
        return "no such file"
    if isinstance(problem, IsADirectoryError):
        return "this is a folder; name a file"
    if isinstance(problem, PermissionError):
        return "no permission to use it"
    return getattr(problem, "strerror", None) or otherwise
