"""Bytes of a note to text."""

from __future__ import annotations

import codecs

import pytest

from reviewer.notes.decoding import UndecodableError, decode

NOTE = "0910 Paclitaxel 85 mg/m² – “started”"


@pytest.mark.parametrize(
    ("raw", "notice"),
    [
        (NOTE.encode("utf-8"), ""),
        (codecs.BOM_UTF8 + NOTE.encode("utf-8"), ""),
        (NOTE.encode("utf-16"), "read as UTF-16"),
        (codecs.BOM_UTF16_BE + NOTE.encode("utf-16-be"), "read as UTF-16"),
        (NOTE.encode("utf-32"), "read as UTF-32"),
        (NOTE.encode("cp1252"), "Windows-1252"),
    ],
)
def test_the_same_text_comes_out_of_every_encoding(raw: bytes, notice: str) -> None:
    decoded = decode(raw)
    assert decoded.text == NOTE
    assert bool(decoded.notices) == bool(notice)
    assert notice in "".join(decoded.notices)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised(encoding: str) -> None:
    text = "0910 Paclitaxel 300 mg started\r\n"
    decoded = decode(text.encode(encoding))
    assert decoded.text == "0910 Paclitaxel 300 mg started\n"
    assert "UTF-16" in decoded.notices[0]


def test_line_ends_become_lf() -> None:
    assert decode(b"a\r\nb\rc\nd").text == "a\nb\nc\nd"


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"note with a NUL \x00 inside",
        bytes(range(256)) * 4,
        b"\xff\xfe\x00\xd8" + b"a\x00",  # UTF-16 with half a surrogate pair
        b"\x01\x02\x03\x04\x05" * 20,
    ],
)
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(raw)


def test_a_few_control_characters_stay_in_the_text() -> None:
    assert decode(b"0910 \x1b[31mPaclitaxel\x07 started").text == "0910 \x1b[31mPaclitaxel\x07 started"


def test_an_error_holds_no_text() -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(b"Jane Doe \x00 \x81")
    assert "Jane" not in str(caught.value)
