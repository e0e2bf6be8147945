"""What is read of charge files: code, units, modifiers, date; one clear line for what cannot be read."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pytest

from reviewer.billing.files import billed_rows, load_billed
from reviewer.billing.rows import Row
from reviewer.errors import InputError, ReviewError, UsageError

DAY = dt.date(2026, 3, 14)
NAME = "Testpatient"


def rows(text: str, claim: str | None = None) -> tuple[Row, ...]:
    return billed_rows(text.encode(), "charges", claim)


def refusal(raw: str | bytes, claim: str | None = None) -> str:
    with pytest.raises(ReviewError) as problem:
        billed_rows(raw if isinstance(raw, bytes) else raw.encode(), "charges", claim)
    message = str(problem.value)
    assert problem.value.exit_code == 2
    assert NAME not in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "header",
    [
        "code,units,modifiers,date",
        "HCPCS,Units,Modifier,DOS",
        "CPT,Qty,Mod,Service Date",
        "CPT/HCPCS Code,Quantity,Modifiers,Date of Service",
        "Procedure Code,Billed Units,Mod,Svc Date",
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_usual_names_of_columns_and_separators(header: str, separator: str) -> None:
    text = f"{header}\n96413,1,,2026-03-14\n96372,2,59,03/14/2026\n".replace(",", separator)
    assert rows(text) == (Row("2", "96413", 1, (), DAY), Row("3", "96372", 2, ("59",), DAY))


@pytest.mark.parametrize("cell", ['"59,JZ"', "59 JZ", "59;JZ", "59:JZ", "59-JZ", "59.0 jz"])
def test_several_modifiers_in_one_cell(cell: str) -> None:
    assert rows(f"code,units,modifiers\nJ9271,200,{cell}\n")[0].modifiers == ("59", "JZ")


def test_modifiers_in_columns_of_their_own_and_behind_the_code() -> None:
    made = rows("HCPCS,Mod1,Mod 2,Modifier 3,MOD4,Qty\n96413-59,XS,,76,KX,1\n")
    assert made == (Row("2", "96413", 1, ("59", "XS", "76", "KX")),)


def test_the_header_may_stand_below_a_title_and_rows_below_blank_lines() -> None:
    text = f"Charges of {NAME},,\n\nHCPCS,Qty,Charge\n96413,1,$950.00\n\n,,\n96415,2.0,100\n"
    assert [(row.line, row.code, row.units) for row in rows(text)] == [("4", "96413", 1), ("7", "96415", 2)]


def test_a_column_of_hospital_charge_numbers_gives_way_to_the_column_of_codes() -> None:
    assert rows("Code,HCPCS,Units\n4410077,96413,1\n")[0].code == "96413"


def test_quotes_line_ends_marks_and_encodings() -> None:
    text = '\ufeffcode,units,description\r\n96413,"1,000","two\r\nlines"\r\n96415,1,x\r\n'
    assert [(row.line, row.units) for row in rows(text)] == [("3", 1000), ("4", 1)]
    assert billed_rows("code,units\n96413,1\n".encode("utf-16"), "charges")[0].code == "96413"


@pytest.mark.parametrize("column", ["Account", "Encounter ID", "MRN", "Patient Name", "Claim #"])
def test_lines_of_two_accounts_or_persons_are_never_added_up(column: str) -> None:
    text = f"{column},code,units\nTestpatient,96413,1\nOther,96413,1\n"
    if column == "Claim #":
        text = text.replace("Testpatient", "1")
    assert "2 claims" in refusal(text)
    assert rows(text, "Other") == (Row("3", "96413", 1, claim="Other"),)


@pytest.mark.parametrize(("text", "units"), [("1,000", 1000), ("12,000,000.0", None), ("1,5", None), ("2,", None)])
def test_a_comma_in_units_parts_thousands_or_nothing(text: str, units: int | None) -> None:
    if units is None:
        assert "row 2" in refusal(f'code,units\n96413,"{text}"\n')
    else:
        assert rows(f'code,units\n96413,"{text}"\n')[0].units == units


def test_a_line_number_of_the_file_is_kept_and_other_text_is_not() -> None:
    assert [row.line for row in rows(f"line,code,units\n7,96413,1\n{NAME},96415,1\n")] == ["7", "3"]


def test_a_line_without_a_code_is_kept_and_says_so() -> None:
    (row,) = rows("Rev,HCPCS,Qty\n0250,,3\n")
    assert (row.code, row.units) == ("", 3)
    assert "no procedure code" in row.why_not


def test_units_may_be_taken_back() -> None:
    assert rows("code,units\n96413,-1\n")[0].units == -1


@pytest.mark.parametrize("wrap", [lambda lines: lines, lambda lines: {"lines": lines, "patient": NAME}])
def test_json_as_a_list_or_with_lines(wrap: object) -> None:
    lines = [
        {"code": 96413, "units": 1, "modifiers": ["59", "XS"], "date": "2026-03-14", "charge": 950.25},
        {"HCPCS": "J9271", "Qty": "200", "Mod1": "JZ", "line": 12},
        {"cpt": "96415", "units": 2.0, "modifiers": None},
    ]
    assert callable(wrap)
    assert rows(json.dumps(wrap(lines))) == (
        Row("1", "96413", 1, ("59", "XS"), DAY),
        Row("12", "J9271", 200, ("JZ",)),
        Row("3", "96415", 2),
    )


def test_several_claims_in_a_table_need_a_choice() -> None:
    text = "claim,code,units\nA1,96413,1\nA2,96365,1\n"
    assert "2 claims" in refusal(text)
    assert [row.code for row in rows(text, "A2")] == ["96365"]
    assert "--claim" in refusal(text, f"{NAME}")
    with pytest.raises(UsageError):
        rows(text, "A3")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("empty",)),
        (" \n\n", ("empty",)),
        ("code,units\n", ("no billed line",)),
        (f"{NAME}\n", ("no header",)),
        (f"code,price\n96413,{NAME}\n", ("units", "column")),
        (f"units,name\n1,{NAME}\n", ("code", "column")),
        (f"code,units\n96413,1\n{NAME},1\n", ("row 3", "five characters")),
        (f"code,units\n96413,{NAME}\n", ("row 2", "not a number")),
        ("code,units\n96413,1.5\n", ("row 2", "whole number")),
        ("code,units\n96413,\n", ("row 2", "missing")),
        ("code,units\n96413,1e400\n", ("row 2", "whole number")),
        ("code,units\n96413,NaN\n", ("row 2", "whole number")),
        (f"code,units,mod\n96413,1,{NAME}\n", ("row 2", "modifier")),
        (f"code,units,dos\n96413,1,{NAME}\n", ("row 2", "date")),
        ("code,units,dos\n96413,1,2026-02-30\n", ("row 2", "date")),
        ("[", ("JSON", "line 1")),
        ("{}", ("list",)),
        ('{"lines": 3}', ("list",)),
        ('[{"code": "96413"}]', ("line 1", "units")),
        (f'["{NAME}"]', ("line 1", "object")),
        (f'[{{"code": "96413", "units": "{NAME}"}}]', ("line 1", "not a number")),
        ('[{"code": "96413", "units": true}]', ("line 1", "missing")),
        ("[" * 100_000, ("JSON",)),
    ],
)
def test_what_cannot_be_read_is_named_by_file_and_row(text: str, parts: tuple[str, ...]) -> None:
    message = refusal(text)
    for part in ("charges", *parts):
        assert part in message or (part == "JSON" and "nested" in message), message


def test_the_first_sheet_of_a_workbook() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in (
        [f"Charges of {NAME}"],
        ["HCPCS", "Mod", "Qty", "Service Date", "Charge"],
        [96413, None, 1, dt.datetime(2026, 3, 14), 950.5],
        [],
        ["J9271", "JZ", 200.0, dt.date(2026, 3, 14), 1],
        ["96372", 59, 1, "03/14/2026", None],
    ):
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    assert billed_rows(out.getvalue(), "charges") == (
        Row("3", "96413", 1, (), DAY),
        Row("5", "J9271", 200, ("JZ",), DAY),
        Row("6", "96372", 1, ("59",), DAY),
    )


def test_a_damaged_or_old_spreadsheet_is_to_be_saved_as_text() -> None:
    assert "CSV" in refusal(b"PK\x03\x04" + bytes(30))
    assert "CSV" in refusal(b"\xd0\xcf\x11\xe0" + bytes(30))
    assert "text" in refusal(b"\x00\x01\x02\x03" * 50)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_billed(tmp_path / "none.csv")
