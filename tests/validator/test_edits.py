"""Claim edits: what each table's row does to the lines, by date, setting, indicator, type and adjudication."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from validator import validate
from validator.edit_tables import Edition, EditTables, Kind, Setting, Table, first_day
from validator.facts import Encounter
from validator.findings import Assessment, CodeLine
from validator.loading import default_rulebook

BOOK = default_rulebook()
DAY = date(2026, 3, 14)
VEIN = {"route": "intravenous", "access_site": "x", "technique": "infusion", "dose": "100 mg"}
CHEMO = {**VEIN, "drug": "carboplatin", "start": "09:00", "stop": "10:00"}
PUSH = {**VEIN, "drug": "doxorubicin", "technique": "push", "start": "10:30"}
SHOT = {"drug": "filgrastim", "route": "subcutaneous", "technique": "injection", "dose": "300 mcg", "start": "10:40"}
ARTERY = {**VEIN, "drug": "floxuridine", "route": "intra_arterial", "start": "09:00", "stop": "11:31"}
SITE = [{"id": "x", "kind": "arterial_catheter", "location": "hepatic artery"}]


def tables(kind: Kind, rows: Any, setting: Setting | None = "facility", quarter: str = "2026Q1") -> EditTables:
    """One imported table."""
    found: dict[Kind, tuple[Table[Any], ...]] = dict.fromkeys(get_args(Kind), ())
    found[kind] = (Table(Edition(kind, setting, quarter, "imported", "0" * 64), lambda: rows),)
    return EditTables(found["ptp"], found["mue"], found["aoc"], found["hcpcs"], "test")


def visit(*given: dict[str, Any], imported: EditTables | None = None, **about: Any) -> Assessment:
    sites = about.pop("sites", [{"id": "x", "kind": "implanted_port", "location": "right chest"}])
    more = about.pop("more", {})
    facts = {
        "encounter": {"date_of_service": str(DAY), "setting": "facility", "payer": "medicare", **about},
        "access_sites": sites,
        "administrations": [{"id": f"a{number}", **one} for number, one in enumerate(given, 1)],
        **more,
    }
    book = BOOK.with_imported(imported) if imported else BOOK
    return validate(Encounter.model_validate(facts), book)


def administered(assessment: Assessment) -> list[tuple[str, int, tuple[str, ...]]]:
    return sorted((line.code, line.units, line.modifiers) for line in assessment.codes if line.kind != "drug")


def limits_of(line: CodeLine) -> list[tuple[str, dict[str, Any]]]:
    return [(step.rule, step.inputs) for step in line.because if step.rule.startswith("edit.limit.")]


# -- daily limits --------------------------------------------------------------------------------------------------


def test_units_over_a_clinical_limit_are_flagged_and_none_is_cut() -> None:
    """T11: 151 minutes are one first and two further hours; a practice's limit of further hours is 1 (MAI 3)."""
    assessment = visit(ARTERY, setting="physician", sites=SITE)
    (line,) = [line for line in assessment.codes if line.code == "96423"]
    assert (line.units, line.flags) == (2, ("mue_review",))
    assert limits_of(line) == [("edit.limit.clinical", {"units": 2, "limit": 1, "mai": 3, "quarter": "2024Q3"})]
    (same,) = [line for line in visit(ARTERY, sites=SITE).codes if line.code == "96423"]
    assert (same.units, same.flags, limits_of(same)) == (2, (), [])  # the hospital's limit is 2


TWO_ARMS = [
    {"id": "x", "kind": "peripheral_iv", "location": "left arm"},
    {"id": "y", "kind": "peripheral_iv", "location": "right arm"},
]


@pytest.mark.parametrize(
    ("mai", "rule"),
    [(1, None), (2, "edit.limit.policy"), (3, "edit.limit.clinical"), (0, "edit.limit.unstated")],
)
def test_a_limit_of_lines_counts_each_line_and_a_limit_of_dates_counts_all(mai: int, rule: str | None) -> None:
    """T22: two first hours on one date, each a line of one unit."""
    other = {**CHEMO, "drug": "oxaliplatin", "access_site": "y"}
    reasons = {"documentation": {"second_site_reason": "incompatible drugs"}}
    imported = tables("mue", {"96413": [1, mai]})
    assessment = visit(CHEMO, other, imported=imported, sites=TWO_ARMS, more=reasons)
    lines = [line for line in assessment.codes if line.code == "96413"]
    assert sorted(line.modifiers for line in lines) == [(), ("59",)]
    found = [[name for name, _ in limits_of(line)] for line in lines]
    assert found == ([[], []] if rule is None else [[rule], [rule]])


def test_every_adjudication_indicator_says_what_it_means() -> None:
    said = {name: BOOK.rules[f"edit.limit.{name}"].versions[-1].says for name in ("line", "policy", "clinical")}
    assert "MAI 1" in said["line"]
    assert "line" in said["line"]
    assert "MAI 2" in said["policy"]
    assert "never paid" in said["policy"]
    assert "MAI 3" in said["clinical"]
    assert "appeal" in said["clinical"]


def test_a_limit_of_drug_units_of_an_imported_table_is_judged_too() -> None:
    imported = tables("mue", {"J9045": [1, 3]})
    (line,) = [line for line in visit(CHEMO, imported=imported).codes if line.code == "J9045"]
    assert (line.units, line.flags) == (2, ("mue_review",))


# -- pairs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[1, "2006-01-01", ""]], [("96372", 1, ("59",)), ("96413", 1, ())]),
        ([[0, "2006-01-01", ""]], [("96413", 1, ())]),
        ([], [("96372", 1, ()), ("96413", 1, ())]),
        ([[0, "2006-01-01", "2026-01-01"], [1, "2026-01-01", ""]], [("96372", 1, ("59",)), ("96413", 1, ())]),
        ([[1, "2006-01-01", "2026-03-14"]], [("96372", 1, ()), ("96413", 1, ())]),
    ],
)
def test_a_pair_does_what_its_indicator_of_the_day_says(rows: list[Any], expected: list[Any]) -> None:
    imported = tables("ptp", {"96372": {"96413": rows}})
    assert administered(visit(CHEMO, SHOT, imported=imported)) == expected


def test_the_two_settings_have_their_own_pairs() -> None:
    imported = tables("ptp", {"96372": {"96413": [[0, "2006-01-01", ""]]}}, "physician")
    assert ("96372", 1, ("59",)) in administered(visit(CHEMO, SHOT, imported=imported))
    office = visit(CHEMO, SHOT, imported=imported, setting="physician")
    assert administered(office) == [("96413", 1, ())]
    assert "a2" in {item.administration for item in office.not_coded if item.rule == "edit.pair"}


def test_a_line_that_has_another_modifier_still_gets_the_one_that_parts_the_pair() -> None:
    """53 says that an infusion was stopped; it does not part a pair, by the official list (section 7)."""
    iron = {**VEIN, "drug": "iron sucrose", "start": "09:00", "stop": "09:05", "status": "stopped_early"}
    pumped = {**VEIN, "drug": "fluorouracil", "dose": "4000 mg", "technique": "pump", "pump": "q", "start": "09:30"}
    pump = {"id": "q", "kind": "portable", "action": "initiated", "owner": "supplier", "planned_hours": 46}
    told = {"pumps": [pump], "documentation": {"adverse_reactions": "flushing"}}
    about = {"setting": "physician", "payer": "commercial", "switches": {"stopped_early": "intended_with_53"}}
    found = administered(visit(iron, pumped, more=told, **about))
    assert found == [("96365", 1, ("53", "59")), ("96416", 1, ())]


# -- add-ons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, "96409", "2013-04-01", ""]], "96411 needs one of 96409 beside it"),
        (
            [[3, "96409", "2013-04-01", ""]],
            "96411 needs one of 96409 beside it, or another that its payer accepts",
        ),
        ([[1, "96413", "2013-04-01", "2026-03-14"]], "96411 has no primary code in the add-on table on this date"),
    ],
)
def test_an_add_on_whose_primary_of_the_day_is_not_there_goes_to_a_person(rows: list[Any], reason: str) -> None:
    assessment = visit(CHEMO, PUSH, imported=tables("aoc", {"96411": rows}, None))
    assert administered(assessment) == [("96413", 1, ())]
    (asked,) = [h for h in assessment.needs_human if h.code == "96411"]
    assert (asked.reason, asked.administrations, asked.rule) == (reason, ("a2",), "edit.add-on-primary")


@pytest.mark.parametrize(
    "rows", [[[1, "96413", "2013-04-01", ""]], [[3, "96413", "2013-04-01", "2026-03-15"]], [[2, "", "2013-04-01", ""]]]
)
def test_an_add_on_stands_beside_a_primary_of_the_day(rows: list[Any]) -> None:
    """Type 2 names no primary: each payer lists its own, so those of the rulebook stand in."""
    imported = tables("aoc", {"96411": rows}, None)
    assert administered(visit(CHEMO, PUSH, imported=imported)) == [("96411", 1, ()), ("96413", 1, ())]


# -- editions ------------------------------------------------------------------------------------------------------


def test_a_quarter_begins_and_ends_where_the_calendar_says() -> None:
    edition = Edition("ptp", "facility", "2024Q4", "bundled", "")
    assert (edition.since, edition.through) == (date(2024, 10, 1), date(2024, 12, 31))
    assert Edition("ptp", None, "2024Q1", "bundled", "").through == date(2024, 3, 31)
    for wrong in ("2024", "2024Q5", "24Q1", "Q1"):
        with pytest.raises(ValueError, match="such as 2024Q3"):
            first_day(wrong)


def test_an_imported_table_of_the_bundled_quarter_comes_before_the_bundled_one() -> None:
    book = BOOK.with_imported(tables("mue", {"96413": [9, 3]}, "facility", "2024Q3"))
    assert book.edits("facility", date(2024, 9, 30)).limit("96413") == (9, 3)
    assert book.edits("facility", date(2024, 6, 30)).limit("96413") == (1, 3)
    assert book.edits("physician", date(2024, 9, 30)).limit("96413") == (1, 3)


def test_the_bundled_tables_say_what_the_records_say() -> None:
    for setting in get_args(Setting):
        edits = BOOK.edits(setting, DAY)
        for (column1, column2), pair in BOOK.pairs.items():
            assert edits.indicator(column1, column2) == pair.indicator(setting)
            assert (column1 in edits.column_ones(column2)) is (pair.indicator(setting) is not None)
        for code, record in BOOK.codes.items():
            limit = record.mue_facility if setting == "facility" else record.mue_practitioner
            found = edits.limit(code)
            assert (found.units if found else None) == limit
            listed = edits.primaries(code)
            assert (listed.codes if listed else frozenset()) == frozenset(record.primaries)
    assert [edition.quarter for edition in BOOK.edits("facility", DAY).editions] == ["2024Q3"] * 3 + ["2025Q1"]


def test_a_rulebook_with_imports_differs_from_the_bundled_one_in_its_version_and_edits_alone() -> None:
    book = BOOK.with_imported(tables("mue", {"96413": [9, 3]}))
    assert book.version == f"{BOOK.version}+test"
    assert (book.codes, book.pairs, book.drugs) == (BOOK.codes, BOOK.pairs, BOOK.drugs)
    assert book.find_drug("carboplatin") == BOOK.find_drug("carboplatin")
    assert BOOK.edits("facility", DAY).limit("96413") == (1, 3)


# -- sole services -------------------------------------------------------------------------------------------------

FLUSH = {"id": "f", "kind": "port_flush", "start": "11:00"}
DRAW = {"id": "d", "kind": "port_blood_draw", "start": "11:05"}


@pytest.mark.parametrize("setting", get_args(Setting))
@pytest.mark.parametrize(
    ("given", "services", "expected"),
    [
        ((), [FLUSH], ["96523"]),
        ((), [DRAW], ["36591"]),
        ((), [FLUSH, DRAW], ["96523"]),
        ((CHEMO,), [FLUSH], ["96413"]),
        ((CHEMO,), [DRAW], ["96413"]),
        ((SHOT,), [FLUSH, DRAW], ["96372"]),
    ],
)
def test_a_sole_service_is_reported_only_when_nothing_else_is(
    given: tuple[dict[str, Any], ...], services: list[Any], expected: list[str], setting: str
) -> None:
    """ACC-1, 1.4: 96523, 36591 and 36592 are status T: paid only where nothing else of the day is."""
    assessment = visit(*given, more={"services": services}, setting=setting)
    assert [code for code, _, _ in administered(assessment)] == expected
    named = {item.service for item in assessment.not_coded} | {s for line in assessment.codes for s in line.services}
    assert {service["id"] for service in services} <= named


@pytest.mark.parametrize("code", ["96523", "36591", "36592"])
@pytest.mark.parametrize("beside", ["96413", "96409", "96365", "96374", "96360", "96401", "96420", "96425", "96446"])
def test_a_practice_never_reports_a_sole_service_beside_an_administration(code: str, beside: str) -> None:
    assert BOOK.edits("physician", DAY).indicator(beside, code) == 0


@pytest.mark.parametrize("quarter", ["2024", "2024Q5", "third of 2024"])
def test_an_edition_that_is_no_quarter_stops_the_load(quarter: str, tmp_path: Any) -> None:
    import shutil

    from validator.loading import DATA, RulebookError, load_rulebook

    folder = shutil.copytree(DATA, tmp_path / "data")
    meta = folder / "meta.toml"
    meta.write_text(meta.read_text().replace('ptp = "2024Q3"', f'ptp = "{quarter}"'))
    with pytest.raises(RulebookError, match=r"meta\.toml: edits: `ptp`: a quarter is written such as 2024Q3"):
        load_rulebook(folder)
