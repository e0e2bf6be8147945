"""A date of service is judged by its quarter's tables, and the review names them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import official_files as official
import pytest

from reviewer.cli import main
from reviewer.commands_rules import installed_rulebook
from reviewer.pipeline import judge
from reviewer.report import render
from reviewer.review import Review
from validator.facts import Encounter
from validator.loading import default_rulebook

CHEMO = {"id": "c", "drug": "carboplatin", "dose": "500 mg", "route": "intravenous", "technique": "infusion"}
PUSH = {"id": "p", "drug": "doxorubicin", "dose": "80 mg", "route": "intravenous", "technique": "push"}
SHOT = {"id": "s", "drug": "filgrastim", "dose": "300 mcg", "route": "subcutaneous", "technique": "injection"}
DAY = date(2026, 3, 14)


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path / "home"))


def load(*files: Path) -> None:
    assert main(["rules", "import", *map(str, files)]) == 0


def reviewed(*given: dict[str, Any], on: date = DAY, setting: str = "facility") -> Review:
    times = {"start": f"{on}T09:00", "stop": f"{on}T10:00"}
    access = {"access_site": "x"}
    administrations = [
        {**one, **({} if one is SHOT else access), **(times if one is CHEMO else {"start": f"{on}T10:30"})}
        for one in given
    ]
    facts = {
        "encounter": {"date_of_service": on.isoformat(), "setting": setting, "payer": "medicare"},
        "access_sites": [{"id": "x", "kind": "implanted_port", "location": "right chest"}],
        "administrations": administrations,
        "documentation": {"signed_order": True, "diagnosis": "ovarian carcinoma"},
    }
    return judge(Encounter.model_validate(facts), rulebook=installed_rulebook())


def coded(review: Review) -> dict[str, tuple[str, ...]]:
    return {line.code: line.modifiers for line in review.codes if line.kind == "administration"}


def used(review: Review, table: str) -> tuple[str, str]:
    return next((e.quarter, e.source) for e in review.provenance.edits if e.table == table)


def hospital_pairs(folder: Path, version: str, *rows: tuple[object, ...]) -> Path:
    return official.ptp(folder / f"ccioph-{version}.txt", rows)


def test_the_quarter_of_the_date_decides_else_the_newest_before_else_the_bundled_one(tmp_path: Path) -> None:
    load(
        hospital_pairs(tmp_path, "v311r0", ("96413", "96372", 20060101, "*", 0)),  # 2025Q2
        hospital_pairs(tmp_path, "v320r0", ("96413", "96372", 20060101, "*", 1)),  # 2026Q1
    )
    by_day = {
        date(2024, 3, 1): ("2024Q3", "bundled"),  # before every table there is
        date(2024, 9, 30): ("2024Q3", "bundled"),
        date(2025, 3, 31): ("2024Q3", "bundled"),
        date(2025, 4, 1): ("2025Q2", "imported"),
        date(2025, 12, 31): ("2025Q2", "imported"),
        date(2026, 1, 1): ("2026Q1", "imported"),
        date(2027, 6, 1): ("2026Q1", "imported"),
    }
    assert {day: used(reviewed(CHEMO, on=day), "ptp") for day in by_day} == by_day


def test_a_pair_of_an_imported_quarter_judges_in_its_own_setting_alone(tmp_path: Path) -> None:
    assert coded(reviewed(CHEMO, SHOT)) == {"96413": (), "96372": ("59",)}
    load(hospital_pairs(tmp_path, "v320r0", ("96413", "96372", 20060101, "*", 0)))
    review = reviewed(CHEMO, SHOT)
    assert coded(review) == {"96413": ()}
    assert [(item.administration, item.rule) for item in review.not_coded if item.rule == "edit.pair"] == [
        ("s", "edit.pair")
    ]
    assert coded(reviewed(CHEMO, SHOT, setting="physician")) == {"96413": (), "96372": ("59",)}


@pytest.mark.parametrize(
    ("row", "modifiers"),
    [
        (("96413", "96372", 20060101, "*", 1), ("59",)),
        (("96413", "96372", 20260315, "*", 1), ()),  # from the day after
        (("96413", "96372", 20260314, "*", 1), ("59",)),
        (("96413", "96372", 20060101, 20260313, 1), ()),  # until the day before
        (("96413", "96372", 20060101, 20260314, 1), ("59",)),  # the day of deletion still counts
        (("96413", "96372", 20060101, 20060101, 9), ()),  # taken back: no edit
    ],
)
def test_a_pair_counts_from_its_first_day_through_its_day_of_deletion(
    tmp_path: Path, row: tuple[object, ...], modifiers: tuple[str, ...]
) -> None:
    load(hospital_pairs(tmp_path, "v320r0", row, ("36823", "96413", 20060101, "*", 1)))
    assert coded(reviewed(CHEMO, SHOT)) == {"96413": (), "96372": modifiers}


@pytest.mark.parametrize(
    ("mai", "rule"),
    [(1, "edit.limit.line"), (2, "edit.limit.policy"), (3, "edit.limit.clinical")],
)
def test_a_unit_over_an_imported_limit_is_flagged_with_what_the_limit_means(
    tmp_path: Path, mai: int, rule: str
) -> None:
    rows = [("J9045", 9, f"{mai} Date"), ("96413", 1, "3 Date")]
    load(official.mue(tmp_path / "hospital-2026q1.csv", "Outpatient Hospital Services", rows))
    review = reviewed(CHEMO)
    (line,) = [line for line in review.codes if line.code == "J9045"]  # 500 mg at 50 mg a unit
    assert (line.units, line.flags) == (10, ("mue_review",))
    step = line.because[-1]
    assert (step.rule, step.inputs) == (rule, {"units": 10, "limit": 9, "mai": mai, "quarter": "2026Q1"})
    assert f"MAI {mai}" in step.says


def test_an_imported_add_on_table_names_the_primaries(tmp_path: Path) -> None:
    assert coded(reviewed(CHEMO, PUSH)) == {"96413": (), "96411": ()}
    gone = (1, "96411", "", "96413", "", 2013091, 2026060)  # no longer from the sixtieth day of 2026
    load(official.add_ons(tmp_path / "AOC_V2026Q1-MCR.txt", [(1, "96411", "", "96409", "", 2013091, ""), gone]))
    review = reviewed(CHEMO, PUSH)
    assert coded(review) == {"96413": ()}
    (asked,) = [item for item in review.needs_human if item.code == "96411"]
    assert asked.reason == "96411 needs one of 96409 beside it"
    assert coded(reviewed(CHEMO, PUSH, on=date(2026, 2, 28))) == {"96413": (), "96411": ()}


def test_a_type_of_add_on_whose_list_each_payer_makes_falls_back_on_the_bundled_primaries(tmp_path: Path) -> None:
    load(official.add_ons(tmp_path / "AOC_V2026Q1-MCR.txt", [(2, "96411", "", "CCCCC", "", 2013091, "")]))
    assert coded(reviewed(CHEMO, PUSH)) == {"96413": (), "96411": ()}


def test_a_drug_code_that_the_imported_file_has_ended_is_not_assessed(tmp_path: Path) -> None:
    load(official.hcpcs(tmp_path / "HCPC2026_JAN_ANWEB.txt", {"J9045": ("19970101", "20260313")}))
    review = reviewed(CHEMO)
    assert "J9045" not in {line.code for line in review.codes}
    (asked,) = [item for item in review.needs_human if item.code == "J9045"]
    assert asked.reason == "J9045 may not be billed on 2026-03-14 by the HCPCS file of 2026Q1; not assessed"
    assert "J9045" in {line.code for line in reviewed(CHEMO, on=date(2026, 3, 13)).codes}


def test_every_report_says_which_quarter_judged_and_by_which_file(tmp_path: Path) -> None:
    load(hospital_pairs(tmp_path, "v320r0", ("96413", "96372", 20060101, "*", 1)))
    review = reviewed(CHEMO)
    (pairs,) = [edition for edition in review.provenance.edits if edition.table == "ptp"]
    assert [edition.table for edition in review.provenance.edits] == ["ptp", "mue", "aoc", "hcpcs"]
    assert all(len(edition.sha256) == 64 for edition in review.provenance.edits)
    said = f"code pairs of 2026Q1 (imported, sha256 {pairs.sha256[:12]})"
    for form in ("text", "markdown", "html"):
        assert said in " ".join(render(review, form, ()).split()), form
    assert review.rulebook == review.provenance.rulebook == installed_rulebook().version


def test_the_report_names_the_day_of_each_table_that_is_older_than_the_visit(tmp_path: Path) -> None:
    plain = "limits and code pairs are those in force on 2024-09-30; the date of service is later"
    assert plain in reviewed(CHEMO).notes_on_scope
    load(hospital_pairs(tmp_path, "v320r0", ("96413", "96372", 20060101, "*", 1)))
    said = [note for note in reviewed(CHEMO).notes_on_scope if "in force on" in note]
    assert said == ["limits are those in force on 2024-09-30; the date of service is later"]


def test_what_is_judged_before_the_rulebook_begins_names_no_quarter() -> None:
    review = reviewed(CHEMO, on=date(2005, 12, 31))
    assert (review.assessed, review.provenance.edits) == (False, ())


def test_without_an_import_the_rulebook_is_the_bundled_one_itself() -> None:
    assert installed_rulebook() is default_rulebook()


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command says, with every run of blanks as one."""
    capsys.readouterr()
    assert main(list(words)) == 0
    return " ".join(capsys.readouterr().out.split())


def test_cards_and_answers_are_of_the_sites_own_tables_and_name_their_quarter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = said(capsys, "rules", "show", "96411")
    assert "outpatient hospital 3 (adjudication indicator 3); tables of 2024Q3" in before
    load(
        hospital_pairs(tmp_path, "v320r0", ("96411", "96401", 20060101, "*", 0)),
        official.mue(tmp_path / "hospital-2026q1.csv", "Outpatient Hospital Services", [("96411", 7, "2 Date")]),
        official.add_ons(tmp_path / "AOC_V2026Q2-MCR.txt", [(1, "96411", "", "96409", "", 2013091, "")]),
    )
    card = said(capsys, "rules", "show", "96411")
    assert "needs one of 96409 beside it (table of 2026Q2, imported)" in card
    assert "Never on the same day as (facility table of 2026Q1, imported) - 96401" in card
    assert "outpatient hospital 7 (adjudication indicator 2); tables of 2024Q3 and 2026Q1, imported" in card
    pair = said(capsys, "ask", "may 96401 stand with 96411?")
    assert "96411 and 96401 (facility table of 2026Q1, imported): never together on one day." in pair
    assert "2024" not in pair
    assert "(physician table of 2024Q3)" in said(capsys, "ask", "96401 with 96411?", "--setting", "physician")
    assert "outpatient hospital 7" in said(capsys, "ask", "what is the MUE of 96411?")
    assert "needs one of 96409 beside it (2026Q2, imported)" in said(capsys, "ask", "what carries 96411 beside it?")


def test_a_card_is_of_the_newest_quarter_that_is_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = official.mue(tmp_path / "hospital-2031q2.csv", "Outpatient Hospital Services", [("96411", 5, "2 Date")])
    load(later)
    assert "outpatient hospital 5 (adjudication indicator 2)" in said(capsys, "rules", "show", "96411")
