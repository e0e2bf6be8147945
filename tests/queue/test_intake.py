"""Encounters from folders, tables, JSON and archives: the good ones come in, each bad one is told by place alone."""

from __future__ import annotations

import datetime as dt
import io
import json
import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest

from reviewer.billing.rows import Row
from reviewer.commands_rules import bundled_rulebook
from reviewer.queue.intake import archives, billed, tables
from reviewer.queue.intake.draft import Defaults
from reviewer.queue.intake.gathering import Gathered, gather

NOTE = "0905-1005 paclitaxel 80 mg IVPB"
SECRET = "Jane Doe 555-01-9999"


def read(*paths: Path, single_notes: bool = False, **defaults: object) -> Gathered:
    chosen = Defaults(bundled_rulebook(), **defaults)  # type: ignore[arg-type]
    return gather(paths, chosen, single_notes=single_notes)


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def told(found: Gathered) -> list[str]:
    """Problems without the folder of the test."""
    return [str(one._replace(file=one.file.rpartition("/")[2])) for one in found.problems]


def notes(found: Gathered) -> dict[str, dict[str, str]]:
    return {one.encounter_id: {note.name: note.text for note in one.notes} for one in found.good}


def zipped(path: Path, entries: Iterable[tuple[str | zipfile.ZipInfo, bytes]], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


FOLDER: dict[str, str | bytes] = {
    "E1/nursing.txt": NOTE,
    "E1/order.html": "<p>paclitaxel 80 mg</p>",
    "E1/encounter.json": '{"date": "2026-03-14", "setting": "hospital", "unit": "4 West", "author": "A. Reyes"}',
    "E1/billed.csv": "HCPCS,Qty,Mod,Charge\n96413,1,59,$912.00\n",
    "E2__nursing.txt": NOTE,
    "E2__mar.csv": "time,drug\n0905,paclitaxel\n",
    ".DS_Store": b"\x00",
    "E1/.hidden": "x",
}
EXPECTED = {
    "E1": {"nursing.txt": NOTE, "order.html": "paclitaxel 80 mg"},
    "E2": {"nursing.txt": NOTE, "mar.csv": "time,drug\n0905,paclitaxel\n"},
}


def test_a_folder_holds_an_encounter_a_sub_folder_or_a_group_of_files(tmp_path: Path) -> None:
    found = read(put(tmp_path, FOLDER))
    assert (told(found), found.unused, notes(found)) == ([], [], EXPECTED)
    first = found.good[0]
    assert (first.date_of_service, first.setting, first.unit) == (dt.date(2026, 3, 14), "facility", "4 West")
    assert first.billed == ({"line": "2", "code": "96413", "units": 1, "modifiers": ["59"]},)
    assert "912" not in first.model_dump_json()


@pytest.mark.parametrize("top", ["", "export/"])
def test_an_archive_is_read_as_a_folder_with_or_without_one_around_it(tmp_path: Path, top: str) -> None:
    archive = zipped(
        tmp_path / "in.zip", [(top + name, c.encode() if isinstance(c, str) else c) for name, c in FOLDER.items()]
    )
    assert notes(read(archive)) == EXPECTED


def test_a_note_that_says_nothing_of_its_encounter_is_not_taken_for_one(tmp_path: Path) -> None:
    folder = put(tmp_path, {"nursing.txt": NOTE, "order.txt": NOTE})
    found = read(folder)
    assert found.good == []
    assert len(told(found)) == 2
    assert "which encounter is this note of?" in told(found)[0]
    assert set(notes(read(folder, single_notes=True))) == {"nursing", "order"}


def test_an_encounter_with_one_bad_file_stays_out_whole(tmp_path: Path) -> None:
    folder = put(tmp_path, {"E1/a.txt": NOTE, "E1/b.txt": b"\x00\x01" * 50, "E2/a.txt": NOTE, "E2/scan.tif": b"II*"})
    found = read(folder)
    assert list(notes(found)) == ["E2"]
    assert (told(found), found.refused) == (["b.txt: it is a binary file, not text"], 1)
    assert [one.rpartition("/")[2] for one in found.unused] == ["scan.tif (not read: no note or table)"]


CSV = (
    "Monthly export\n"
    "Encounter ID;Date of Service;Department;Nursing Note;Order Note;Billed;Bill Hold Until;MRN\n"
    f'E1;03/14/2026;4 West;"{NOTE}\nsecond line";order text;"96413; 96415-59 x2";2026-03-20;{SECRET}\n'
    f"E2;2026-03-15;;{NOTE};;;;\n"
)


def test_a_row_for_each_encounter(tmp_path: Path) -> None:
    found = read(put(tmp_path, {"in.csv": CSV}) / "in.csv")
    assert told(found) == []
    assert notes(found)["E1"] == {"Nursing Note": f"{NOTE}\nsecond line", "Order Note": "order text"}
    one = found.good[0]
    assert (one.date_of_service, one.unit, one.deadline) == (dt.date(2026, 3, 14), "4 West", dt.date(2026, 3, 20))
    assert billed.rows(one.billed or ()) == (Row("1", "96413", 1), Row("2", "96415", 2, ("59",)))
    assert [one.rpartition(": ")[2] for one in found.unused] == ["MRN (not used)"]


def test_a_row_for_each_note_and_for_each_billed_line(tmp_path: Path) -> None:
    rows = [
        ("csn", "note_type", "note_text", "hcpcs", "units", "mod1", "setting"),
        ("7", "nursing", NOTE, "", "", "", "facility"),
        ("8", "nursing", NOTE, "96413", "1", "", "professional"),
        ("7", "order", "paclitaxel", "96413", "1", "", ""),
        ("7", "nursing", "an addendum", "J9267", "80", "JZ", ""),
    ]
    found = read(put(tmp_path, {"in.csv": "\n".join(",".join(row) for row in rows)}) / "in.csv")
    assert told(found) == []
    assert notes(found)["7"] == {"nursing": NOTE, "order": "paclitaxel", "nursing 2": "an addendum"}
    assert billed.rows(found.good[0].billed or ()) == (Row("1", "96413", 1), Row("2", "J9267", 80, ("JZ",)))
    assert [one.setting for one in found.good] == ["facility", "physician"]


def test_what_is_wrong_with_rows_is_told_by_place_and_never_by_value(tmp_path: Path) -> None:
    text = (
        "encounter_id,date,setting,policy,note,billed\n"
        f"E1,{SECRET},facility,,{NOTE},\n"
        f",2026-03-14,,,{SECRET},\n"
        f"E3,2026-03-14,{SECRET},,{NOTE},\n"
        f"E4,2026-03-14,,{SECRET},{NOTE},\n"
        "E5,2026-03-14,,,,\n"
        f"E6,2026-03-14,,,{NOTE},{SECRET}\n"
        f"E7,2026-03-14,,,{NOTE},,{SECRET}\n"
        f"E8,2026-03-14,physician,medicare-opps,{NOTE},\n"
        f"E9,2026-03-14,,,{NOTE},\n"
    )
    found = read(put(tmp_path, {"in.csv": text}) / "in.csv")
    assert list(notes(found)) == ["E9"]
    lines = told(found)
    assert not any(SECRET in line for line in lines)
    assert {line.split(":")[1].strip() for line in lines} == {
        *("row 2, column date", "row 3, column encounter_id", "row 4, column setting", "row 5, column policy"),
        *("row 6", "row 7, column billed", "row 8", "row 9, column policy"),
    }
    assert found.refused == 7


def test_a_quotation_mark_without_an_end_takes_nothing_silently(tmp_path: Path) -> None:
    text = f'encounter_id,note\nE1,{NOTE}\nE2,"{NOTE}\nE3,{NOTE}\n'
    found = read(put(tmp_path, {"in.csv": text}) / "in.csv")
    assert list(notes(found)) == ["E1"]
    assert told(found)[0].startswith("in.csv: row 3: the table cannot be read from here on")
    long = f'encounter_id,note_type,note\nE1,a,{NOTE}\nE1,b,"{NOTE}\n'
    assert notes(read(put(tmp_path, {"long.csv": long}) / "long.csv")) == {}


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("empty")
    book.save(path)
    return path


def test_a_workbook_is_a_table(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["CSN", "DOS", "Note", "HCPCS", "Units"],
        [17, dt.datetime(2026, 3, 14), NOTE, 96413, 1],
    ]
    found = read(workbook(tmp_path / "in.xlsx", rows))
    assert told(found) == []
    assert (found.good[0].encounter_id, found.good[0].date_of_service) == ("17", dt.date(2026, 3, 14))
    assert billed.rows(found.good[0].billed or ()) == (Row("1", "96413", 1),)


def test_a_note_that_fills_its_cell_may_have_lost_its_end(tmp_path: Path) -> None:
    found = read(workbook(tmp_path / "in.xlsx", [["id", "note"], ["E1", "x" * tables.LONGEST_CELL]]))
    assert found.good == []
    assert "its end may be lost" in told(found)[0]


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"encounter_id": "E1", "notes": [{"name": "n", "text": NOTE}], "billed": [{"code": "96413", "units": 1}]},
        {"id": 2, "notes": {"nursing": NOTE, "order": "x"}, "deadline": "2026-04-01", "colour": "blue"},
        {"id": "E3", "notes": "x", "billed": ["96413 x1"], "policy": "medicare-opps"},
        {"id": "E4", "notes": [{"name": "n", "text": 7}]},
        {"id": "E5"},
        {"notes": "x"},
    ]  # fmt: skip
    text = "\n".join(map(json.dumps, lines)) + f'\n{{"id": "{SECRET}\n[]\n{{"id": "E9", "notes": "\\ud800"}}\n'
    found = read(put(tmp_path, {"in.jsonl": text}) / "in.jsonl")
    assert list(notes(found)) == ["E1", "2", "E3"]
    assert [one.billed and one.billed[0]["code"] for one in found.good] == ["96413", None, "96413"]
    assert [one.row for one in found.problems] == [4, 5, 6, 7, 8, 9]
    assert SECRET not in "".join(told(found))
    assert [one.rpartition(": ")[2] for one in found.unused] == ["colour (not used)"]


def test_notes_under_several_keys_keep_the_order_of_the_object(tmp_path: Path) -> None:
    """They stood in the order of a set, so that the same file gave another key of its encounter each time."""
    one = {"id": "E1", "text": {"d": "1"}, "documents": {"c": "2"}, "notes": {"b": "3"}, "note": {"a": "4"}}
    found = read(put(tmp_path, {"in.jsonl": json.dumps(one)}) / "in.jsonl")
    assert [note.name for note in found.good[0].notes] == ["d", "c", "b", "a"]


def test_one_encounter_in_two_places_is_taken_only_where_both_agree(tmp_path: Path) -> None:
    line = json.dumps({"id": "E1", "notes": {"n.txt": NOTE}})
    folder = put(tmp_path, {"a.jsonl": line, "b.jsonl": line, "E2/n.txt": NOTE, "c.jsonl": line.replace("E1", "E2")})
    assert list(notes(read(folder))) == ["E2", "E1"]
    put(folder, {"b.jsonl": line.replace("80 mg", "90 mg")})
    found = read(folder)
    assert list(notes(found)) == ["E2"]
    assert "the same encounter stands in" in told(found)[0]


def test_defaults_hold_where_the_encounter_says_nothing(tmp_path: Path) -> None:
    text = f"id,setting,policy,note\nE1,,,{NOTE}\nE2,physician,,{NOTE}\nE3,,commercial-physician,{NOTE}\n"
    found = read(put(tmp_path, {"in.csv": text}) / "in.csv", setting="facility")
    assert [one.setting for one in found.good] == ["facility", "physician", None]


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("E1/n.txt")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        pytest.param([("../E1/n.txt", b"x")], "leads out", id="parent"),
        pytest.param([("/E1/n.txt", b"x")], "leads out", id="absolute"),
        pytest.param([("C:/E1/n.txt", b"x")], "leads out", id="drive"),
        pytest.param([(link(), b"/etc/passwd")], "a link", id="link"),
        pytest.param([("E1/n.txt", b"0" * 3_000_000)], "unpacks to far more", id="swells"),
    ],
)
def test_an_archive_that_is_not_honest_is_not_read(
    tmp_path: Path, entries: list[tuple[str | zipfile.ZipInfo, bytes]], why: str
) -> None:
    found = read(zipped(tmp_path / "in.zip", [("E2/n.txt", b"x"), *entries]))
    assert found.good == []
    assert why in told(found)[0]


def test_an_archive_of_too_many_files_or_damaged_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = zipped(tmp_path / "in.zip", [("E1/n.txt", NOTE.encode() * 50), ("E2/n.txt", b"x")])
    broken = bytearray(good.read_bytes())
    broken[45] ^= 0xFF
    found = read(put(tmp_path, {"broken.zip": bytes(broken)}) / "broken.zip")
    assert list(notes(found)) == ["E2"]
    assert "damaged in the archive" in told(found)[0]
    monkeypatch.setattr(archives, "MOST_FILES", 1)
    assert "more than 1 files" in told(read(good))[0]
    assert "not a readable zip" in told(read(put(tmp_path, {"no.zip": b"no"}) / "no.zip"))[0]


def test_a_word_document_of_an_encounter_is_a_note(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph(NOTE)
    packed = io.BytesIO()
    document.save(packed)
    found = read(put(tmp_path, {"E1__nursing.docx": packed.getvalue()}) / "E1__nursing.docx")
    assert notes(found)["E1"]["nursing.docx"].strip() == NOTE
