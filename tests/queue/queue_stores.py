"""What the tests of the queue share beside fixtures."""

from __future__ import annotations

KEY = "a key for tests"
