"""Databases of the queue as the migrations leave them, copied: to run the migrations takes ten times as long."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from reviewer.queue.store.database import open_store


def laid_out(file: Path) -> str:
    """The URL of a database in a file, which is put there where there is none."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(_empty())
    return f"sqlite:///{file}"


@functools.cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "queue.db"
        open_store(f"sqlite:///{file}").close()
        assert [one.name for one in file.parent.iterdir()] == [file.name]  # nothing waits beside it to be written
        return file.read_bytes()
