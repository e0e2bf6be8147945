"""The queue's clock, in one place: UTC as ISO text for records, seconds for leases and limits."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now_text() -> str:
    """Now, as ISO text in UTC with microseconds, so that it sorts."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def now_seconds() -> float:
    """Now, in seconds since 1970."""
    return time.time()
