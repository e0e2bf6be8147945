"""Passwords: what one must be, and argon2 hashes of them (`argon2-cffi`, its own parameters, after RFC 9106)."""

from __future__ import annotations

import threading
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from reviewer.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 15, 256
"""Characters. NIST SP 800-63B-4 (3.1.1.2) asks for 15 where a password is all that is asked for."""

_FEWEST_DIFFERENT = 6
_AT_ONCE = threading.BoundedSemaphore(4)
"""Each hash takes 64 MB: of many log-ins at once, the rest wait."""

_MISSING = "accounts need the extra `web` (pip install 'encounter-reviewer[queue,web]')"


def checked(password: str, user_id: str) -> str:
    """A new password that may be used. Raises `UsageError` saying what is asked for, never the password."""
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        raise UsageError(f"a password has {SHORTEST} to {LONGEST} characters; several words are easiest to remember")
    if any(unicodedata.category(one) in ("Cc", "Cs") for one in password):
        raise UsageError("a password is text in UTF-8 without control characters")
    plain = _normal(password).casefold()
    beside = plain.replace(user_id.casefold(), "")
    if len(set(plain)) < _FEWEST_DIFFERENT or _repeats(plain) or len(beside) < _FEWEST_DIFFERENT:
        raise UsageError("this password is too easy to guess: a repeated or single word; use several words")
    return password


def hashed(password: str) -> str:
    """The hash to store."""
    with _AT_ONCE:
        return _hasher().hash(_normal(password))


def fits(password: str, stored: str | None) -> bool:
    """Whether it is the password of a hash. Where there is none it takes as long, and is not."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _AT_ONCE:
        try:
            return _hasher().verify(stored or _nobodys(), _normal(password)) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(stored: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def _normal(password: str) -> str:
    """One form for one password, whatever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", password)


def _repeats(text: str) -> bool:
    """Whether it is one piece several times over."""
    return text in (text + text)[1:-1]


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise ConfigError(_MISSING) from None
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """A hash that no password has, with today's parameters."""
    import secrets

    return _hasher().hash(secrets.token_urlsafe(32))
