"""The published layouts are read by their own headers or positions, and a table that is not right is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import official_files as official
import pytest

from reviewer.errors import InputError, ReviewError, UsageError
from reviewer.quarterly.importing import Wish, take
from reviewer.quarterly.opening import sheets
from reviewer.quarterly.store import Stored

KNOWN = frozenset({"96413", "96409", "96411", "96372", "96523", "36823", "0662T", "J9271", "G0498", "00100"})
HOSPITAL = "ccioph-v302r0-f1.txt"


def one(path: Path, **wish: Any) -> Stored:
    (table,) = take([path], Wish(**wish), KNOWN).tables
    return table


def refusal(path: Path, **wish: Any) -> str:
    with pytest.raises(ReviewError) as caught:
        take([path], Wish(**wish), KNOWN)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_pairs_are_kept_by_column_two_with_the_days_in_force(tmp_path: Path) -> None:
    rows = [
        ("96413", "96372", 20060101, "*", 1),
        ("96413", "96523", 20060101, 20240630, 0),  # in force through the day of its deletion
        ("96413", "96523", 20250101, "*", 0),
        ("96413", "96409", 20100101, 20100101, 9),  # deleted on the day it took effect: never an edit
        ("96413", "99999", 20060101, "*", 1),  # no code of the rulebook
    ]
    table = one(official.ptp(tmp_path / HOSPITAL, rows))
    assert (table.kind, table.setting, table.quarter, table.part) == ("ptp", "facility", "2024Q3", "1")
    assert (table.rows_read, table.rows_kept) == (5, 3)
    assert table.rows == {
        "96372": {"96413": [[1, "2006-01-01", ""]]},
        "96523": {"96413": [[0, "2006-01-01", "2024-07-01"], [0, "2025-01-01", ""]]},
    }


def test_a_workbook_of_pairs_reads_as_its_text_file(tmp_path: Path) -> None:
    rows = [("0662T", "96523", 20210701, "*", 0), ("96413", "96372", 20060101, 20301231, 1)]
    text = one(official.ptp(tmp_path / HOSPITAL, rows))
    cells = [[c1, int(c2), None, since, until, mod, official.LICENSED] for c1, c2, since, until, mod in rows]
    book = one(official.workbook(tmp_path / "ccioph-v302r0-f1.xlsx", [*official.PTP_TITLE, *cells]))
    assert book.rows == text.rows


def test_a_code_that_a_workbook_holds_as_a_number_has_its_zeros_back(tmp_path: Path) -> None:
    rows = [*official.PTP_TITLE, [96413, 100, None, 20060101, "*", 1, ""]]
    book = official.workbook(tmp_path / "ccipra-v302r0-f1.xlsx", rows)
    assert one(book).rows == {"00100": {"96413": [[1, "2006-01-01", ""]]}}


def test_limits_are_read_below_a_notice_of_several_lines_with_the_digit_of_their_indicator(tmp_path: Path) -> None:
    path = official.mue(
        tmp_path / "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv",
        "Practitioner Services",
        [
            ("96413", 1, "3 Date of Service Edit: Clinical"),
            ("36823", 1, "2 Date of Service Edit: Policy"),
            ("J9271", 400, "1 Line Edit"),
            ("99999", 7, "3 Date of Service Edit: Clinical"),
        ],
    )
    table = one(path)
    assert (table.kind, table.setting, table.quarter) == ("mue", "physician", "2026Q4")
    assert table.rows == {"96413": [1, 3], "36823": [1, 2], "J9271": [400, 1]}


def test_the_heading_of_the_limits_tells_whose_they_are(tmp_path: Path) -> None:
    path = official.mue(tmp_path / "2026-q4.csv", "Outpatient Hospital Services", [("96413", 1, "3 Date")])
    assert one(path).setting == "facility"


def test_limits_of_equipment_suppliers_are_refused(tmp_path: Path) -> None:
    path = official.mue(tmp_path / "2026-q4.csv", "DME Supplier Services", [("96413", 1, "3 Date")])
    assert "equipment suppliers" in refusal(path)


ADD_ONS = [
    (1, "96411", "", "96409", "", 2013091, ""),
    (1, "96411", "", "96413", 2024366, 2013091, 2025001),
    (2, "0662T", "", "CCCCC", "", 2021182, ""),
    (3, "96411", "", "99999", "", 2013091, ""),
]
ADD_ON_ROWS = {
    "0662T": [[2, "", "2021-07-01", ""]],
    # 2013091 is the ninety-first day of 2013; of several ends the first counts, and on its day the primary is gone.
    "96411": [[1, "96409", "2013-04-01", ""], [1, "96413", "2013-04-01", "2024-12-31"]],
}


@pytest.mark.parametrize("form", ["text", "workbook", "julian"])
def test_add_ons_have_type_primary_and_period(tmp_path: Path, form: str) -> None:
    if form == "text":
        path = official.add_ons(tmp_path / "AOC_V2026Q4-MCR.txt", ADD_ONS)
    else:
        days = ("AOC_DelDT", "Primary_Code_DelDT", "AOC_Edit_EffDT", "AOC_Edit_DelDT")
        header = [f"{n} (Julian)" if form == "julian" and n in days else n for n in official.AOC_HEADER]
        rows = [(official.COPYRIGHT,), header, *([*row, official.LICENSED] for row in ADD_ONS)]
        path = official.workbook(tmp_path / "AOC_V2026Q4-MCR.xlsx", rows)
    table = one(path)
    assert (table.kind, table.setting, table.quarter) == ("aoc", None, "2026Q4")
    assert {code: sorted(rows) for code, rows in table.rows.items()} == ADD_ON_ROWS


def test_of_an_archive_of_add_ons_the_workbook_is_read_and_its_text_file_passed_over(tmp_path: Path) -> None:
    text = official.add_ons(tmp_path / "AOC_V2026Q4-MCR.txt", ADD_ONS[:1])
    rows = [(official.COPYRIGHT,), official.AOC_HEADER, *ADD_ONS]
    book = official.workbook(tmp_path / "AOC_V2026Q4-MCR.xlsx", rows)
    taken = take([official.archive(tmp_path / "aoc.zip", [text, book])], Wish(), KNOWN)
    assert [table.source for table in taken.tables] == ["aoc.zip: AOC_V2026Q4-MCR.xlsx"]
    assert taken.passed_over == ("aoc.zip: AOC_V2026Q4-MCR.txt",)


def test_the_contractor_record_gives_first_day_and_day_after_the_last(tmp_path: Path) -> None:
    codes = {"J9271": ("20160101", ""), "G0498": ("20160101", "20261231"), "J0000": ("20200101", "")}
    table = one(official.hcpcs(tmp_path / "HCPC2026_OCT_ANWEB_09152026.txt", codes))
    assert (table.kind, table.setting, table.quarter) == ("hcpcs", None, "2026Q4")
    assert table.rows == {"J9271": ["2016-01-01", ""], "G0498": ["2016-01-01", "2027-01-01"]}


def test_a_workbook_of_codes_reads_by_its_columns_and_leaves_modifiers_and_further_lines(tmp_path: Path) -> None:
    rows = [
        official.HCPCS_HEADER,
        ("J9271", 100, 3, official.LICENSED, "", 20160101, 20160101, None),
        ("J9271", 200, 4, official.LICENSED, "", None, None, None),
        ("25", 300, 7, official.LICENSED, "", 19900101, None, None),
    ]
    table = one(official.workbook(tmp_path / "HCPC2026_JUL_ANWEB.xlsx", rows))
    assert (table.quarter, table.rows) == ("2026Q3", {"J9271": ["2016-01-01", ""]})


def test_no_description_is_ever_kept(tmp_path: Path) -> None:
    files = [
        official.ptp(tmp_path / HOSPITAL, [("96413", "96372", 20060101, "*", 1)]),
        official.mue(tmp_path / "2026q4-practitioner.csv", "Practitioner Services", [("96413", 1, "3 Date")]),
        official.add_ons(tmp_path / "AOC_V2026Q4-MCR.txt", ADD_ONS),
        official.hcpcs(tmp_path / "HCPC2026_OCT_ANWEB.txt", {"J9271": ("20160101", "")}),
    ]
    assert all(official.LICENSED in path.read_text() for path in files if not path.name.startswith("AOC"))
    stored = [json.dumps(table.rows) for table in take(files, Wish(), KNOWN).tables]
    assert len(stored) == 4
    assert not [text for text in stored if official.LICENSED[:12] in text]


Make = Callable[[Path], Path]
BAD: dict[str, tuple[Make, str]] = {
    "column 2": (
        lambda p: official.ptp(
            p / HOSPITAL, [("96413", "96372", 20060101, "*", 1), ("96413", "9637", 20060101, "*", 1)]
        ),
        f"{HOSPITAL}, row 8: Column 2 is not a code of five characters; nothing was loaded",
    ),
    "no such day": (
        lambda p: official.ptp(p / HOSPITAL, [("96413", "96372", 20061301, "*", 1)]),
        f"{HOSPITAL}, row 7: Effective Date is not a day such as 20240701; nothing was loaded",
    ),
    "deletion": (
        lambda p: official.ptp(p / HOSPITAL, [("96413", "96372", 20060101, "never", 1)]),
        f"{HOSPITAL}, row 7: Deletion Date is not a day such as 20240701; nothing was loaded",
    ),
    "indicator": (
        lambda p: official.ptp(p / HOSPITAL, [("96413", "96372", 20060101, "*", 2)]),
        f"{HOSPITAL}, row 7: Modifier is not 0, 1 or 9; nothing was loaded",
    ),
    "limit": (
        lambda p: official.mue(p / "2026q4.csv", "Practitioner Services", [("96413", "one", "3 Date")]),
        "2026q4.csv, row 5: the MUE value is not a whole number; nothing was loaded",
    ),
    "mai": (
        lambda p: official.mue(p / "2026q4.csv", "Practitioner Services", [("96413", 1, "4 Date")]),
        "2026q4.csv, row 5: MUE Adjudication Indicator does not begin with 1, 2 or 3; nothing was loaded",
    ),
    "day of year": (
        lambda p: official.add_ons(p / "AOC_V2026Q4.txt", [ADD_ONS[0], (1, "96411", "", "96413", "", 2013400, "")]),
        "AOC_V2026Q4.txt, row 2: AOC_Edit_EffDT is not a year and day of the year such as 2024183; nothing was loaded",
    ),
    "no list": (
        lambda p: official.add_ons(p / "AOC_V2026Q4.txt", [(1, "96411", "", "CCCCC", "", 2013091, "")]),
        "AOC_V2026Q4.txt, row 1: Primary_Code is left to the contractor, which only type 2 does; nothing was loaded",
    ),
    "added": (
        lambda p: official.hcpcs(p / "HCPC2026_OCT_ANWEB.txt", {"J9271": ("2016XX01", "")}),
        "HCPC2026_OCT_ANWEB.txt, row 1: ADD DT is not a day such as 20240701; nothing was loaded",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_row_that_is_not_right_is_named_by_file_and_row(tmp_path: Path, name: str) -> None:
    make, message = BAD[name]
    assert refusal(make(tmp_path)) == message


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("2026q4.csv", "a,b\n1,2\n", "no PTP, MUE, add-on or HCPCS table in a published layout"),
        ("2026q4.txt", "", "no PTP, MUE, add-on or HCPCS table in a published layout"),
        ("2026q4.pdf", "a", "expected .zip, .txt, .csv or .xlsx"),
        ("2026q4.zip", "no archive", "not a readable .zip file"),
        ("2026q4.xlsx", "no workbook", "download it again"),
    ],
)
def test_what_no_layout_fits_is_refused(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    assert words in refusal(tmp_path / name)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "2026q4.csv")


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    assert "a header and no rows" in refusal(official.ptp(tmp_path / HOSPITAL, []))


def test_a_table_that_would_judge_nothing_is_refused(tmp_path: Path) -> None:
    path = official.mue(tmp_path / "2026q4.csv", "Practitioner Services", [("99999", 1, "3 Date")])
    assert "no row is about a code of this rulebook" in refusal(path)


@pytest.mark.parametrize(
    ("name", "quarter"),
    [
        ("ccipra-v300r0.txt", "2024Q1"),
        ("ccipra-v302r0-f1.txt", "2024Q3"),
        ("ccipra-v323r1-f1.txt", "2026Q4"),
        ("medicare-ncci-2025q4-practitioner-ptp-edits.txt", "2025Q4"),
        ("medicare-ncci-2025-q2-practitioner-services.txt", "2025Q2"),
        ("practitioner_Eff_04-01-2026.txt", "2026Q2"),
    ],
)
def test_the_quarter_stands_in_the_name(tmp_path: Path, name: str, quarter: str) -> None:
    assert one(official.ptp(tmp_path / name, [("96413", "96372", 20060101, "*", 1)])).quarter == quarter


def test_what_a_name_does_not_tell_a_person_says(tmp_path: Path) -> None:
    path = official.ptp(tmp_path / "edits.txt", [("96413", "96372", 20060101, "*", 1)])
    assert "--setting" in refusal(path)
    assert "--quarter" in refusal(path, setting="facility")
    assert "2024Q3" in refusal(path, setting="facility", quarter="2024-3")
    table = one(path, setting="facility", quarter="2026Q2")
    assert (table.setting, table.quarter, table.part) == ("facility", "2026Q2", "")


def test_only_tables_of_the_wanted_kind_are_taken(tmp_path: Path) -> None:
    path = official.ptp(tmp_path / HOSPITAL, [("96413", "96372", 20060101, "*", 1)])
    assert "no mue table" in refusal(path, kind="mue")
    assert one(path, kind="ptp").kind == "ptp"


def test_a_member_that_is_damaged_is_told_in_one_line(tmp_path: Path) -> None:
    path = official.archive(
        tmp_path / "2024q3.zip", [official.ptp(tmp_path / HOSPITAL, [("96413", "96372", 20060101, "*", 1)] * 500)]
    )
    data = bytearray(path.read_bytes())
    data[120:200] = bytes(80)
    path.write_bytes(data)
    with pytest.raises((InputError, UsageError), match=r"damaged|published layout|row \d+"):
        take([path], Wish(), KNOWN)


def test_the_hash_is_that_of_the_file_as_it_was_downloaded(tmp_path: Path) -> None:
    import hashlib

    inner = official.ptp(tmp_path / HOSPITAL, [("96413", "96372", 20060101, "*", 1)])
    outer = official.archive(tmp_path / "2024q3.zip", [inner], {"readme.pdf": "no table"})
    (sheet,) = sheets(outer)
    assert sheet.sha256 == hashlib.sha256(outer.read_bytes()).hexdigest()
    assert sheet.name == f"2024q3.zip: {HOSPITAL}"


def test_a_damaged_file_is_refused_in_one_line_and_never_a_defect(tmp_path: Path) -> None:
    """Bytes changed, taken out and put in at random, 40 times for each form."""
    import random

    files = [
        official.ptp(tmp_path / HOSPITAL, [("96413", "96372", 20060101, "*", 1)] * 20),
        official.mue(tmp_path / "2026q4.csv", "Practitioner Services", [("96413", 1, "3 Date")] * 20),
        official.add_ons(tmp_path / "AOC_V2026Q4.txt", ADD_ONS),
        official.hcpcs(tmp_path / "HCPC2026_OCT_ANWEB.txt", {"J9271": ("20160101", "")}),
        official.workbook(tmp_path / "AOC_V2026Q4.xlsx", [(official.COPYRIGHT,), official.AOC_HEADER, *ADD_ONS]),
    ]
    files.append(official.archive(tmp_path / "2026q4.zip", files))
    chance = random.Random(20261122)
    for file in files:
        whole = file.read_bytes()
        for _ in range(40):
            data = bytearray(whole)
            for _ in range(chance.choice((1, 5, 30))):
                at = chance.randrange(len(data))
                data[at : at + chance.randrange(30)] = bytes(chance.choice(b'\t\n,"0aZ \x00\xff') for _ in range(9))
            file.write_bytes(data)
            try:
                take([file], Wish(setting="facility", quarter="2026Q4"), KNOWN)
            except ReviewError as problem:
                assert "\n" not in str(problem)  # noqa: PT017  # many do not raise, and none may raise otherwise
