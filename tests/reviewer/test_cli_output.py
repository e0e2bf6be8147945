"""Where a report goes: standard output, or a file that is wholly written or untouched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer.errors import InputError, UsageError
from reviewer.output import check_output, write


def test_a_report_ends_with_one_line_end(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("é – 9\n\n", tmp_path / "report.txt")
    write("é – 9", None)
    assert (tmp_path / "report.txt").read_bytes() == capfdbinary.readouterr().out == "é – 9\n".encode()


def test_a_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    target, link = tmp_path / "report.txt", tmp_path / "latest.txt"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    write("new", link)
    assert (target.read_text(), target.stat().st_mode & 0o777, link.is_symlink()) == ("new\n", 0o640, True)


def test_a_failure_leaves_the_old_report_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"--output .*report\.txt: No space left on device"):
        write("new", target)
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]
    assert target.read_text() == "old"


def test_a_device_is_written_and_not_replaced() -> None:
    write("x", Path(os.devnull))
    assert Path(os.devnull).is_char_device()


def test_a_target_is_checked_before_any_work(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("0910")
    check_output(None, ["-"])
    check_output(tmp_path / "new.txt", [str(note), "-"])
    for wrong in (tmp_path, tmp_path / "none" / "report.txt", note):
        with pytest.raises(UsageError, match="--output"):
            check_output(wrong, [str(note)])


def test_a_reader_that_leaves_early_is_no_error() -> None:
    code = "import sys; from reviewer.output import write; write('x' * 5_000_000, None); sys.exit(3)"
    left, right = subprocess.PIPE, subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdout=left, stderr=right) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 3
