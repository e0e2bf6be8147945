"""What stops a run: trouble with files, options and settings. Clinical problems are findings and never raise.

A message is one line, names the file, field or option, says what to do, and never holds a value that was
read.
"""

from __future__ import annotations

import re

_LONGEST_NAME = 80
_NOT_PRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class ReviewError(Exception):
    """Anything a person can put right; `exit_code` is what the command line answers."""

    exit_code = 2


class InputError(ReviewError):
    """A note or facts file that cannot be used."""


class UsageError(ReviewError):
    """Options that contradict each other or name something that does not exist."""


class ConfigError(ReviewError):
    """A settings file or environment variable that cannot be used."""


def shown(name: object) -> str:
    """A file name or key as it may stand in a one-line message: no control characters, not endless."""
    text = _NOT_PRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", str(name))
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 3] + "..."
