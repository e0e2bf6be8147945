"""Bytes changed at random in every kind of file: each is told or read, and nothing else is raised."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from test_intake import CSV, read

SOME = (b'"', b",", b"\n", b"\x00", b"\xff", b"{", b"[" * 3000, b"\\ud800", b"=", b"\r", b"9" * 5000, b"null", b"-1")
LINES = "\n".join(
    json.dumps(one)
    for one in (
        {"encounter_id": "E1", "notes": [{"name": "n", "text": "abc"}], "billed": [{"code": "96413", "units": 1}]},
        {"id": 2, "notes": {"a": "b"}, "deadline": "2026-04-01"},
    )
)


def workbook() -> bytes:
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for row in (["id", "date", "note"], ["E1", "2026-03-14", "text"], [5, None, "y"]):
        book.active.append(row)
    book.save(packed)
    return packed.getvalue()


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in (("E1/n.txt", "note " * 30), ("E2__a.txt", "x"), ("t.csv", CSV), ("E3/a.html", "<p>x")):
            made.writestr(name, content)
    return packed.getvalue()


def changed(raw: bytes, chance: random.Random) -> bytes:
    made = bytearray(raw)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made) + 1)
        kind = chance.randrange(4)
        if kind == 0 and made:
            made[at % len(made)] = chance.randrange(256)
        elif kind == 1:
            made[at:at] = chance.choice(SOME)
        elif kind == 2:
            del made[at : at + chance.randint(1, 20)]
        else:
            made[at:at] = made[at : at + chance.randint(1, 60)]
    return bytes(made)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("in.csv", CSV.encode()),
        ("in.jsonl", LINES.encode()),
        ("in.json", f"[{LINES.replace(chr(10), ',')}]".encode()),
        ("in.xlsx", workbook()),
        ("in.zip", archive()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_is_raised_and_all_that_is_good_can_be_stored(tmp_path: Path, name: str, raw: bytes) -> None:
    chance, path = random.Random(7), tmp_path / name
    for _ in range(60):
        path.write_bytes(changed(raw, chance))
        found = read(path)
        for one in found.good:
            one.content_sha256()
            json.dumps(one.model_dump(mode="json"), ensure_ascii=False).encode("utf-8")
