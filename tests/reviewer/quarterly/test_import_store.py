"""What was imported stays as it is: the same bytes for the same files, nothing half-written, nothing changed unseen."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import official_files as official
import pytest

from reviewer.cli import main
from reviewer.commands_rules import IMPORTS, installed_rulebook
from reviewer.errors import ConfigError
from reviewer.quarterly import store
from reviewer.settings import home
from validator.loading import default_rulebook

PAIR = ("96413", "96372", 20060101, "*", 1)


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path / "home"))


def kept() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home() / store.FOLDER).iterdir()}


def load(*files: Path) -> None:
    assert main(["rules", "import", *map(str, files)]) == 0


def pairs(folder: Path, *rows: tuple[object, ...], name: str = "ccioph-v303r0.txt") -> Path:
    return official.ptp(folder / name, rows or [PAIR])


def test_the_list_is_where_a_review_looks_for_it() -> None:
    assert f"{store.FOLDER}/{store.LIST}" == IMPORTS


def test_importing_twice_changes_no_byte(tmp_path: Path) -> None:
    files = [pairs(tmp_path), official.mue(tmp_path / "2026q4.csv", "Practitioner Services", [("96413", 1, "3 Date")])]
    load(*files)
    before, version = kept(), installed_rulebook().version
    load(*reversed(files))
    assert kept() == before
    assert installed_rulebook().version == version != default_rulebook().version


def test_a_corrected_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    load(pairs(tmp_path))
    version = installed_rulebook().version
    load(pairs(tmp_path, PAIR, ("96413", "96523", 20060101, "*", 0)))
    assert len(kept()) == 2  # the list and one table
    assert installed_rulebook().version != version


def test_a_bad_file_among_good_ones_leaves_everything_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(pairs(tmp_path))
    before = kept()
    capsys.readouterr()
    good = official.mue(tmp_path / "2026q4.csv", "Practitioner Services", [("96413", 1, "3 Date")])
    bad = pairs(tmp_path, PAIR, ("96413", "96523", 20060101, "*", 7), name="ccioph-v310r0.txt")
    assert main(["rules", "import", str(good), str(bad)]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", "reviewer: ccioph-v310r0.txt, row 8: Modifier is not 0, 1 or 9; nothing was loaded\n")
    assert kept() == before


def test_a_run_that_is_cut_off_leaves_the_list_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(pairs(tmp_path))
    before, version = kept(), installed_rulebook().version
    write = store._write

    def cut_off(path: Path, data: bytes) -> None:
        if path.name == store.LIST:
            raise KeyboardInterrupt
        write(path, data)

    monkeypatch.setattr(store, "_write", cut_off)
    assert main(["rules", "import", str(pairs(tmp_path, PAIR, ("96409", "96372", 20060101, "*", 1)))]) != 0
    monkeypatch.undo()
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path / "home"))
    assert before.items() <= kept().items()
    assert installed_rulebook().version == version


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path / "file" / "below"))
    assert main(["rules", "import", str(pairs(tmp_path))]) == 2


@pytest.mark.parametrize("damage", ["changed", "gone", "list", "form"])
def test_a_damaged_store_stops_a_review_and_says_what_to_do(tmp_path: Path, damage: str) -> None:
    load(pairs(tmp_path))
    folder = home() / store.FOLDER
    table = next(path for path in folder.iterdir() if path.name != store.LIST)
    if damage == "gone":
        table.unlink()
    elif damage == "changed":
        table.write_text(table.read_text().replace('"2006-01-01"', '"2026-01-01"'))
    else:
        (folder / store.LIST).write_text("{" if damage == "list" else '{"format": 0}')
    with pytest.raises(ConfigError, match="import"):
        installed_rulebook()


def test_pairs_count_only_when_all_four_parts_are_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [pairs(tmp_path, name=f"ccioph-v303r0-f{part}.txt") for part in range(1, 5)]
    load(*files[:3])
    assert "not used yet: code pairs facility 2024Q4 lack f4" in capsys.readouterr().out
    assert installed_rulebook().version == default_rulebook().version
    load(files[3])
    assert installed_rulebook().version != default_rulebook().version


def test_parts_without_any_row_about_a_known_code_do_not_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ("99998", "99997", 20060101, "*", 1)
    load(*(pairs(tmp_path, other, name=f"ccioph-v303r0-f{part}.txt") for part in range(1, 5)))
    said = "not used yet: code pairs facility 2024Q4 have no row about a code of this rulebook"
    assert said in capsys.readouterr().out
    assert installed_rulebook().version == default_rulebook().version


def test_the_parts_of_one_column_two_code_are_put_together(tmp_path: Path) -> None:
    first, last = ("36823", "96372", 20060101, "*", 0), ("96413", "96372", 20060101, "*", 1)
    rows = {1: PAIR, 2: first, 3: ("96409", "96374", 20060101, "*", 1), 4: last}
    load(*(pairs(tmp_path, row, name=f"ccioph-v303r0-f{part}.txt") for part, row in rows.items()))
    edits = installed_rulebook().edits("facility", date(2024, 12, 1))
    assert {one: edits.indicator(one, "96372") for one in ("36823", "96413")} == {"36823": 0, "96413": 1}
    assert edits.indicator("96409", "96374") == 1


def test_the_list_shows_quarters_and_hashes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--imports"]) == 0
    assert "no quarterly file is loaded" in capsys.readouterr().out
    load(pairs(tmp_path))
    capsys.readouterr()
    assert main(["rules", "list", "--imports"]) == 0
    line = capsys.readouterr().out
    assert line.startswith("code pairs facility 2024Q4: 1 of 1 rows kept, ccioph-v303r0.txt, sha256 ")
    assert main(["rules", "list", "--imports", "--format", "json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["imports"]
    assert entry["sha256"] in line
    assert entry["used"] is True
