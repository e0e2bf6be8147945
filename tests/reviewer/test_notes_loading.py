"""Files and folders to the notes of one encounter."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from reviewer.errors import InputError, UsageError
from reviewer.notes.loading import MOST_BYTES, MOST_CHARACTERS, load_notes


def _note(path: Path, text: str = "0910 Paclitaxel 300 mg started") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return str(path)


def _sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def test_a_note_is_named_after_its_file(tmp_path: Path) -> None:
    notes, passed_over = load_notes([_note(tmp_path / "nursing.txt"), _note(tmp_path / "md.txt")])
    assert [note.id for note in notes] == ["nursing.txt", "md.txt"]
    assert passed_over == ()


def test_equal_file_names_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    paths = [_note(tmp_path / day / "rn" / "note.txt") for day in ("a", "b")]
    notes, _ = load_notes([*paths, _note(tmp_path / "other.txt")])
    assert [note.id for note in notes] == ["a/rn/note.txt", "b/rn/note.txt", "other.txt"]


def test_a_file_named_twice_is_read_once_and_says_so(tmp_path: Path) -> None:
    path = _note(tmp_path / "note.txt")
    notes, _ = load_notes([path, str(tmp_path / "." / "note.txt"), str(tmp_path)])
    assert [note.id for note in notes] == ["note.txt"]
    assert "more than once" in notes[0].notices[0]


def test_a_folder_is_one_encounter_with_its_note_files_sorted(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "order", "c.MD", ".hidden.txt", "expected.json", "scan.png"):
        _note(tmp_path / name)
    (tmp_path / "older").mkdir()
    notes, passed_over = load_notes([str(tmp_path)])
    assert [note.id for note in notes] == ["a.txt", "b.txt", "c.MD", "order"]
    assert [path.name for path in passed_over] == ["expected.json", "older", "scan.png"]


def test_standard_input_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("0910 caf\xe9\r\n".encode("cp1252"))))
    notes, _ = load_notes(["-"])
    assert (notes[0].id, notes[0].text) == ("stdin", "0910 café\n")
    assert "Windows-1252" in notes[0].notices[0]


def test_standard_input_can_be_named_once() -> None:
    with pytest.raises(UsageError, match="only once"):
        load_notes(["-", "-"])


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.write_bytes(b""), "the note is empty"),
        (lambda path: path.write_bytes(b" \n\t\r\n"), "the note is empty"),
        (lambda path: path.write_bytes("\ufeff".encode()), "the note is empty"),
        (lambda path: path.write_bytes(b"a\x00b"), "binary"),
        (lambda path: path.symlink_to(path), "."),
        (lambda path: path.mkdir(), "no note files"),
        (lambda path: path.write_text("x" * (MOST_CHARACTERS + 1)), "500,001 characters"),
        (lambda path: _sparse(path, MOST_BYTES + 1), "larger than 32 MB"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, make: object, reason: str) -> None:
    path = tmp_path / "note.txt"
    make(path)  # type: ignore[operator]
    with pytest.raises(InputError, match=reason) as caught:
        load_notes([str(path)])
    assert "note.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_text_given_in_place_of_a_file_name_is_not_repeated_at_length() -> None:
    with pytest.raises(InputError) as caught:
        load_notes(["0910 Paclitaxel 300 mg started\n" * 200])
    assert len(str(caught.value)) < 150
    assert "\n" not in str(caught.value)


def test_the_largest_note_is_accepted_and_the_limit_counts_all_notes(tmp_path: Path) -> None:
    large = _note(tmp_path / "large.txt", "x" * MOST_CHARACTERS)
    assert len(load_notes([large])[0][0].text) == MOST_CHARACTERS
    with pytest.raises(InputError, match="together"):
        load_notes([large, _note(tmp_path / "small.txt")])


def test_a_file_name_that_is_no_utf8_still_makes_a_printable_id(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "w") as file:  # noqa: PTH123  # Path cannot be built from bytes
        file.write("0910 started")
    note = load_notes([os.fsdecode(path)])[0][0]
    assert note.id.encode("utf-8") == b"caf\\udce9.txt"
