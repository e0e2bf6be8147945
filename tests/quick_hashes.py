"""Passwords that are hashed in no time."""

from __future__ import annotations

import pytest

from reviewer.accounts import passwords


def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least it takes: tests need no hash that resists anybody."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    passwords._nobodys.cache_clear()
