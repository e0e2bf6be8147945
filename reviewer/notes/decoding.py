"""Bytes of a note to text: UTF-8, UTF-16 and UTF-32 with or without a mark, Windows-1252 with a notice."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from reviewer.language.kept import expression

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", ""),
    # UTF-32 stands before UTF-16, whose mark is the first half of its own.
    (codecs.BOM_UTF32_LE, "utf-32", "read as UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "read as UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "read as UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "read as UTF-16"),
)
_GUESSED = "not valid UTF-8; read as Windows-1252, so check accented letters and signs"
_CONTROLS = expression(r"[\x00-\x08\x0e-\x1f\x7f]")
_MOST_CONTROLS = 0.1
_SAMPLE = 4096


class Decoded(NamedTuple):
    """The text with LF line ends, and what was remarkable about its bytes."""

    text: str
    notices: tuple[str, ...]


class UndecodableError(ValueError):
    """These bytes are no text; the message says why and holds none of them."""


def decode(raw: bytes) -> Decoded:
    """Text of a note file; control characters are kept. Raises `UndecodableError` for binary content."""
    text, notice = _text(raw)
    if "\x00" in text or len(_CONTROLS.findall(text)) > max(8, _MOST_CONTROLS * len(text)):
        raise UndecodableError("it is a binary file, not text")
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(unix, (notice,) if notice else ())


def _text(raw: bytes) -> tuple[str, str]:
    for mark, encoding, notice in _MARKS:
        if raw.startswith(mark):
            return _strictly(raw, encoding).removeprefix("\ufeff"), notice
    unmarked = _unmarked_utf16(raw)
    if unmarked:
        return _strictly(raw, unmarked), "read as UTF-16 (it has no byte order mark)"
    try:
        return raw.decode("utf-8"), ""
    except UnicodeDecodeError:
        return _strictly(raw, "cp1252"), _GUESSED


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise UndecodableError("its text encoding is neither UTF-8, UTF-16 nor Windows-1252") from None


def _unmarked_utf16(raw: bytes) -> str | None:
    """The byte order when every second byte is mostly NUL, as Western text in UTF-16 has it."""
    sample = raw[:_SAMPLE]
    if len(sample) < 4 or len(raw) % 2:
        return None
    half = len(sample) // 2
    if sample[1::2].count(0) > 0.6 * half and not sample[0::2].count(0):
        return "utf-16-le"
    if sample[0::2].count(0) > 0.6 * half and not sample[1::2].count(0):
        return "utf-16-be"
    return None
