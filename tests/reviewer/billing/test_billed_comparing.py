"""Billed lines against supported ones: every outcome worked out by hand from the rules the comments name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.billing.comparing import compared
from reviewer.billing.rows import Row
from reviewer.errors import InputError
from reviewer.pipeline import judge
from reviewer.review import Billed, Review
from validator.facts import Encounter
from validator.findings import CodeLine
from validator.loading import default_rulebook

RULEBOOK = default_rulebook()
DAY = dt.date(2026, 3, 14)
OUTCOMES = {"match", "over", "under", "not_supported", "missing_charge", "not_assessed"}


def review_of(*administrations: dict[str, Any], policy: str = "medicare-opps", dated: bool = True) -> Review:
    given_ = [
        {"id": f"a{n}", "route": "intravenous", "technique": "infusion", "access_site": "s1", "status": "given", **one}
        for n, one in enumerate(administrations, 1)
    ]
    facts = {
        "encounter": {"date_of_service": str(DAY)} if dated else {},
        "access_sites": [{"id": "s1", "kind": "implanted_port"}],
        "administrations": given_,
    }
    return judge(Encounter.model_validate(facts), rulebook=RULEBOOK, policy=policy)


# TIME-3, TIME-4: 180 minutes are 96413 and (180 - 31) // 60 = 2 x 96415. Carboplatin has no stop: 96417 is not
# supported (DOC-08). Two pushes: 96375 x2. PTP-1: 96372 beside 96413 takes 59. No dose: no drug line (DOC-04).
VISIT = review_of(
    {"drug": "paclitaxel", "start": "09:00", "stop": "12:00"},
    {"drug": "carboplatin", "start": "12:05"},
    {"drug": "ondansetron", "technique": "push", "start": "08:40"},
    {"drug": "dexamethasone", "technique": "push", "start": "08:45"},
    {"drug": "pegfilgrastim", "route": "subcutaneous", "technique": "injection", "start": "12:50", "access_site": None},
)


def row(code: str, units: int, *modifiers: str, date: dt.date | None = DAY, line: str = "1") -> Row:
    return Row(line, code, units, modifiers, date)


def all_of(review: Review, *rows: Row) -> tuple[Billed, ...]:
    numbered = tuple(one._replace(line=str(n)) for n, one in enumerate(rows, 1))
    return compared(review, numbered, RULEBOOK).billed


def one_of(review: Review, *rows: Row) -> Billed:
    """The entry of the billed rows, all of one code; missing charges of other codes left out."""
    (found,) = [one for one in all_of(review, *rows) if one.lines]
    return found


def test_the_visit_is_what_the_comments_say() -> None:
    lines = {(one.code, one.units, one.modifiers) for one in VISIT.codes if one.kind == "administration"}
    assert lines == {("96413", 1, ()), ("96415", 2, ()), ("96375", 2, ()), ("96372", 1, ("59",))}
    assert "96417" in {one.code for one in VISIT.not_supported}


@pytest.mark.parametrize(
    ("billed", "outcome", "supported"),
    [
        (row("96413", 1), "match", 1),
        (row("96413", 2), "over", 1),
        (row("96415", 2), "match", 2),
        (row("96415", 3), "over", 2),
        (row("96415", 1), "under", 2),
        (row("96375", 1), "under", 2),
        (row("96372", 1, "59"), "match", 1),
        (row("96372", 1, "XU"), "match", 1),
        (row("96372", 1, "XS", "KX"), "match", 1),
        (row("96372", 1), "under", 1),
        (row("96413", 1, "59"), "over", 1),
        (row("96413", 1, "XE"), "over", 1),
        (row("96413", 1, "52"), "under", 1),
        (row("96413", 1, "PO", "Q0"), "match", 1),
        (row("96417", 1), "not_supported", 0),
        (row("96360", 1), "not_supported", 0),
        (row("96416", 1), "not_supported", 0),
        (row("36000", 1), "not_supported", 0),
        (row("J9267", 300), "not_supported", 0),
        (row("99213", 1, "25"), "not_assessed", 0),
        (row("36415", 1), "not_assessed", 0),
        (row("85025", 1), "not_assessed", 0),
        (row("96549", 1), "not_assessed", 0),
        (row("A9579", 1), "not_assessed", 0),
        (row("96413", 1, date=dt.date(2026, 3, 15)), "not_assessed", 0),
        (Row("1", "", 4, (), DAY, "the line has no procedure code"), "not_assessed", 0),
    ],
)
def test_one_billed_line(billed: Row, outcome: str, supported: int) -> None:
    found = one_of(VISIT, billed)
    assert (found.outcome, found.units, found.supported) == (outcome, billed.units, supported), found
    assert found.modifiers == billed.modifiers
    assert found.lines == ("1",)


def test_what_is_over_says_which_element_would_support_more() -> None:
    found = one_of(VISIT, row("96415", 3))
    assert found.missing == ("stop_time",)
    assert set(found.missing_ids) <= {one.id for one in VISIT.missing}
    assert "stop time" in found.reason
    assert found.rule == "infusion.additional-hour"


def test_what_is_not_supported_says_why_in_the_words_of_the_review() -> None:
    found = one_of(VISIT, row("96417", 1))
    (lost,) = [one for one in VISIT.not_supported if one.code == "96417"]
    assert (found.reason, found.rule, found.missing) == (lost.reason, lost.rule, ("stop_time",))
    assert one_of(VISIT, row("96360", 1)).reason == "nothing documented in this encounter supports it"
    assert one_of(VISIT, row("J9267", 300)).missing == ("dose",)
    assert one_of(VISIT, row("36000", 1)).rule == "never.included"


def test_a_supported_line_that_nobody_billed_is_a_missing_charge() -> None:
    found = [one for one in all_of(VISIT, row("96413", 1)) if one.outcome == "missing_charge"]
    assert {(one.code, one.units, one.supported) for one in found} == {
        ("96415", 0, 2),
        ("96375", 0, 2),
        ("96372", 0, 1),
    }
    assert all(one.rule and one.date == DAY for one in found)


def test_lines_of_one_code_date_and_modifiers_are_added_up() -> None:
    found = one_of(VISIT, row("96415", 1), row("96415", 1))
    assert (found.outcome, found.units, found.lines) == ("match", 2, ("1", "2"))
    distinct = one_of(VISIT, row("96372", 1, "59"), row("96372", 1, "XU"))
    assert (distinct.outcome, distinct.units, distinct.modifiers) == ("over", 2, ("59", "XU"))


def test_a_charge_taken_back_is_subtracted() -> None:
    assert one_of(VISIT, row("96413", 2), row("96413", -1)).outcome == "match"
    back = all_of(VISIT, row("96413", 1), row("96413", -1))
    assert {(one.outcome, one.units) for one in back if one.code == "96413"} == {("match", 0), ("missing_charge", 0)}
    with pytest.raises(InputError, match="lines 1: more units are taken back"):
        all_of(VISIT, row("96413", -1))


def test_a_second_line_of_a_code_that_is_supported_once_is_over() -> None:
    found = [one for one in all_of(VISIT, row("96413", 1), row("96413", 1, "59")) if one.code == "96413"]
    assert {(one.modifiers, one.outcome, one.supported) for one in found} == {((), "match", 1), (("59",), "over", 0)}


def with_lines(*lines: tuple[str, int, tuple[str, ...], dt.date]) -> Review:
    made = tuple(
        CodeLine(code=code, units=units, modifiers=modifiers, date=day, label=code, kind="administration")
        for code, units, modifiers, day in lines
    )
    return VISIT.model_copy(update={"codes": made})


def test_two_initials_billed_as_two_units_of_one_line_lack_the_modifier() -> None:
    review = with_lines(("96413", 1, (), DAY), ("96413", 1, ("59",), DAY))
    both = all_of(review, row("96413", 1), row("96413", 1, "XS"))
    assert [one.outcome for one in both] == ["match", "match"]
    (found,) = all_of(review, row("96413", 2))
    assert (found.outcome, found.supported) == ("under", 2)
    assert found.reason == "modifier 59 is supported and not billed"


def test_a_reduction_that_is_left_out_claims_more() -> None:
    review = with_lines(("96450", 1, ("52",), DAY))
    assert one_of(review, row("96450", 1, "52")).outcome == "match"
    assert one_of(review, row("96450", 1)).outcome == "over"


def test_days_of_one_encounter_are_compared_apart() -> None:
    next_day = DAY + dt.timedelta(days=1)
    review = with_lines(("96413", 1, (), DAY), ("96415", 1, (), DAY), ("96415", 1, (), next_day))
    made = all_of(review, row("96413", 1), row("96415", 2), row("96415", 1, date=next_day))
    found = {(one.code, one.date): one.outcome for one in made}
    assert found == {("96413", DAY): "match", ("96415", DAY): "over", ("96415", next_day): "match"}
    undated = all_of(review, row("96413", 1), row("96415", 2, date=None))
    assert {one.outcome for one in undated} == {"match"}


def test_without_a_documented_date_no_date_is_compared() -> None:
    review = review_of({"drug": "paclitaxel", "start": "09:00", "stop": "12:00"}, dated=False)
    made = all_of(review, row("96413", 1, date=dt.date(2025, 1, 2)), row("96415", 1, date=dt.date(2025, 1, 2)))
    assert {(one.code, one.outcome, one.date) for one in made} == {("96413", "match", None), ("96415", "under", None)}


# WASTE-1, WASTE-2: pembrolizumab 200 mg are two whole vials: JZ. Azacitidine 150 mg of two 100 mg vials, 50 mg
# discarded: 150 units and 50 units with JW.
WHOLE = {"drug": "pembrolizumab", "dose": {"amount": 200, "unit": "mg"}, "start": "09:00", "stop": "09:30"}
LEFT = {
    "drug": "azacitidine",
    "dose": {"amount": 150, "unit": "mg"},
    "discarded": {"amount": 50, "unit": "mg"},
    "container": "single_dose",
    "start": "09:00",
    "stop": "09:30",
}


@pytest.mark.parametrize(
    ("rows", "outcomes"),
    [
        ([row("J9271", 200, "JZ")], {"match": 200}),
        ([row("J9271", 200)], {"under": 200}),
        ([row("J9271", 100, "JZ")], {"under": 200}),
        ([row("J9271", 200, "JZ"), row("J9271", 50, "JW")], {"match": 200, "not_supported": 0}),
    ],
)
def test_nothing_wasted(rows: list[Row], outcomes: dict[str, int]) -> None:
    found = [one for one in all_of(review_of(WHOLE), *rows) if one.code == "J9271"]
    assert {one.outcome: one.supported for one in found} == outcomes


@pytest.mark.parametrize(
    ("rows", "outcomes"),
    [
        ([row("J9025", 150), row("J9025", 50, "JW")], {((), "match", 150), (("JW",), "match", 50)}),
        ([row("J9025", 200)], {((), "over", 150), ((), "missing_charge", 50)}),
        ([row("J9025", 150), row("J9025", 60, "JW")], {((), "match", 150), (("JW",), "over", 50)}),
        ([row("J9025", 150, "JZ"), row("J9025", 50, "JW")], {(("JZ",), "over", 150), (("JW",), "match", 50)}),
    ],
)
def test_waste_is_compared_on_its_own(rows: list[Row], outcomes: set[tuple[tuple[str, ...], str, int]]) -> None:
    found = [one for one in all_of(review_of(LEFT), *rows) if one.code == "J9025"]
    assert {(one.modifiers, one.outcome, one.supported) for one in found} == outcomes


def test_documented_waste_alone_speaks_against_the_modifier_for_none() -> None:
    review = review_of(LEFT).model_copy(update={"missing": ()})
    found = [one for one in all_of(review, row("J9025", 150, "JZ"), row("J9025", 50, "JW")) if one.lines]
    assert {(one.modifiers, one.outcome) for one in found} == {(("JZ",), "over"), (("JW",), "match")}


def test_a_payer_that_asks_for_no_waste_modifier_does_not_refuse_one() -> None:
    review = review_of(WHOLE, policy="commercial-facility")
    assert one_of(review, row("J9271", 200, "JZ")).outcome == "match"


def test_waste_that_nobody_documented_is_named() -> None:
    review = review_of({**LEFT, "discarded": None})
    found = [one for one in all_of(review, row("J9025", 150, "JZ"), row("J9025", 50, "JW")) if one.lines]
    assert {(one.modifiers, one.outcome) for one in found} == {(("JZ",), "over"), (("JW",), "not_supported")}
    assert all(one.missing == ("discarded_amount",) for one in found)


def test_an_encounter_that_is_not_assessed_compares_nothing() -> None:
    old = Encounter.model_validate({"encounter": {"date_of_service": "2001-01-01"}})
    review = judge(old, rulebook=RULEBOOK)
    found = one_of(review, row("96413", 1, date=None))
    assert (found.outcome, found.reason) == ("not_assessed", "this encounter was not assessed")


ROWS = st.lists(
    st.builds(
        Row,
        line=st.just("0"),
        code=st.sampled_from(
            ["96413", "96415", "96417", "96375", "96372", "J9267", "99213", "85025", "96549", "36000"]
        ),
        units=st.integers(0, 4),
        modifiers=st.lists(st.sampled_from(["59", "XU", "52", "JW", "JZ", "KX"]), max_size=3, unique=True).map(tuple),
        date=st.sampled_from([None, DAY, DAY + dt.timedelta(days=1)]),
    ),
    min_size=1,
    max_size=12,
)


@given(ROWS)
@settings(max_examples=400, deadline=None)
def test_every_row_and_every_supported_unit_stands_in_exactly_one_entry(rows: list[Row]) -> None:
    made = all_of(VISIT, *rows)
    assert sorted(line for one in made for line in one.lines) == sorted(str(n) for n in range(1, len(rows) + 1))
    assert sum(one.units for one in made) == sum(one.units for one in rows)
    assert {one.outcome for one in made} <= OUTCOMES
    for code in {line.code for line in VISIT.codes}:
        told = sum(one.supported for one in made if one.code == code)
        assert told == sum(line.units for line in VISIT.codes if line.code == code)
    for one in made:
        if one.outcome == "match":
            assert one.units in (one.supported, 0)
        if one.units > one.supported and one.outcome != "not_assessed":
            assert one.outcome in ("over", "not_supported"), one
        if one.outcome == "missing_charge":
            assert (one.units, one.lines) == (0, ())
