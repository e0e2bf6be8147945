"""What leaves the queue: every encounter, nothing that a spreadsheet would run, nothing from the network."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from queue_encounters import filled, visit

from reviewer.commands_rules import bundled_rulebook
from reviewer.errors import UsageError
from reviewer.queue import worklist
from reviewer.queue.adding import add
from reviewer.queue.out import tables
from reviewer.queue.out.cells import safe
from reviewer.queue.out.encounters import encounters
from reviewer.queue.out.exporting import Format, export
from reviewer.queue.out.pages import file_name
from reviewer.queue.out.plots import bars
from reviewer.queue.out.statistics import Counting
from reviewer.queue.store.database import Store

EVIL = '=HYPERLINK("http://x")'
BILLED = (
    {"line": "1", "code": "96413", "units": 2, "modifiers": []},
    {"line": "2", "code": "99213", "units": 1, "modifiers": []},
)


@pytest.fixture
def shelf(store: Store) -> Store:
    """Two reviewed encounters and one that waits."""
    filled(store, [visit("a", unit=EVIL, author="A. Reyes", billed=BILLED), visit("<b>&", unit="4 West")])
    add(store, [visit("waits", unit="4 West")], "me")
    return store


def written(store: Store, form: Format, target: Path) -> int:
    found = encounters(store, notes=form == "html")
    return export(store, found, form, target, bundled_rulebook())


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"),
        (" =1", "' =1"), ("＝1", "'＝1"), ("a=1", "a=1"), (-1, -1), (None, None), ("a\x00b", "a\ufffdb"), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_that_might_be_run_begins_with_an_apostrophe(value: str | int | None, cell: str | int | None) -> None:
    assert safe(value) == cell


def test_a_table_has_a_row_for_every_encounter_line_and_missing_element(shelf: Store, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    number = written(shelf, "csv", target)
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"), newline="")))
    assert len(rows) == number
    assert {row["encounter_id"] for row in rows if row["record"] == "encounter"} == {"a", "<b>&", "waits"}
    review = json.loads(worklist.review_of(shelf, worklist.item(shelf, "a").version) or "{}")
    own = [row for row in rows if row["encounter_id"] == "a"]
    assert [(row["code"], row["units"]) for row in own if row["record"] == "code"] == [
        (line["code"], str(line["units"])) for line in review["codes"]
    ]
    assert [row["element"] for row in own if row["record"] == "missing"] == [
        gap["element"] for gap in review["missing"]
    ]
    billed = {row["code"]: row["billed_outcome"] for row in own if row["record"] == "billed"}
    assert (billed["96413"], billed["99213"]) == ("over", "not_assessed")
    assert {row["unit"] for row in own} == {f"'{EVIL}"}


def test_a_workbook_holds_texts_and_no_formula(shelf: Store, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    assert written(shelf, "xlsx", target) == 3
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Encounters", "Codes", "Missing", "Not supported", "For a person", "Billed"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert f"'{EVIL}" in [cell.value for cell in cells]
    assert book["Codes"].max_row > 2


def test_a_sheet_that_would_overflow_is_refused(shelf: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    with pytest.raises(UsageError, match="use --format csv"):
        written(shelf, "xlsx", tmp_path / "out.xlsx")
    assert list(tmp_path.glob("*out*")) == []


def test_json_lines_hold_the_reviews_as_they_are_stored(shelf: Store, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    assert written(shelf, "jsonl", target) == 3
    lines = {line["encounter_id"]: line for line in map(json.loads, target.read_text("utf-8").splitlines())}
    stored = worklist.review_of(shelf, worklist.item(shelf, "a").version)
    assert lines["a"]["review"] == json.loads(stored or "")
    assert lines["waits"]["review"] is None


def test_pages_load_nothing_and_escape_everything(shelf: Store, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    assert written(shelf, "html", folder) == 3
    index = (folder / "index.html").read_text("utf-8")
    assert "default-src 'none'" in index
    assert not re.search(r"(?:src|href)=\"(?:https?:|//)", index)
    assert "&lt;b&gt;&amp;" in index
    assert "<b>&" not in index
    links = re.findall(r'href="([^"]+)"', index)
    assert set(links) == {f"encounters/{file_name('<b>&')}", f"encounters/{file_name('a')}"}
    assert all((folder / link).is_file() for link in links)
    for title in ("by unit", "by author", "Units of services by code", "Units of drugs", "Days in a state"):
        assert title in index
    with pytest.raises(UsageError, match="new or empty"):
        written(shelf, "html", folder)


def test_names_of_files_are_plain_and_differ() -> None:
    names = {file_name(one) for one in ("a", "A", "../a", "a/b", "a_b", "", ".", "é" * 300)}
    assert len(names) == 8
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*|-[0-9a-f]{10}\.html", name) for name in names)


def test_only_what_was_chosen_leaves(shelf: Store) -> None:
    chosen = worklist.filters(["new"])
    assert [one.fields["encounter_id"] for one in encounters(shelf, chosen)] == ["waits"]


def test_the_numbers_of_the_summary(shelf: Store) -> None:
    worklist.move(shelf, "a", "held", "ann")
    counting = Counting(shelf)
    for one in encounters(shelf):
        counting.add(one)
    made = counting.result()
    assert (made.encounters, made.states["held"], made.states["new"], made.compared) == (3, 1, 1, 1)
    assert sum(made.outcomes.values()) == 3
    assert (made.billed["96413"], made.supported["96413"]) == (2, 1)
    assert "99213" not in made.billed  # nobody assessed it
    assert set(made.by_author) == {"A. Reyes", "not named"}
    assert made.by_unit.keys() == {EVIL, "4 West"}
    assert made.stood["new"].number == 2
    assert made.stand["held"].number == 1


def test_a_drawing_escapes_its_words() -> None:
    drawn = bars("<t>", ["a"], {"<script>": [3]}, stacked=True, unit="")
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "nothing to show" in bars("t", ["a"], {}, stacked=False, unit="")
