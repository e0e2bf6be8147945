"""X12 837 claims: the service lines in the published structure, whatever the separators, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from billed_samples import AMOUNT, NAME, claim_837i, claim_837p, claim_loop, interchange, sv1, sv2

from reviewer.billing.files import billed_rows
from reviewer.billing.rows import Row
from reviewer.errors import ReviewError

DAY = dt.date(2026, 3, 14)


def rows(text: str, claim: str | None = None) -> tuple[Row, ...]:
    return billed_rows(text.encode("latin-1"), "claim.txt", claim)


def refusal(text: str, claim: str | None = None) -> str:
    with pytest.raises(ReviewError) as problem:
        rows(text, claim)
    message = str(problem.value)
    assert problem.value.exit_code == 2
    assert NAME not in message.upper()
    assert AMOUNT not in message
    return message


PROFESSIONAL = claim_837p(
    sv1(1, "HC:96413", 1),
    sv1(2, "HC:96372:59:XS", "2"),
    sv1(3, "HC:J9271:JZ::::PEMBROLIZUMAB", "200"),
)
EXPECTED = (
    Row("1", "96413", 1, (), DAY, claim="C1", setting="physician"),
    Row("2", "96372", 2, ("59", "XS"), DAY, claim="C1", setting="physician"),
    Row("3", "J9271", 200, ("JZ",), DAY, claim="C1", setting="physician"),
)


def test_the_service_lines_of_a_professional_claim() -> None:
    assert rows(PROFESSIONAL) == EXPECTED


@pytest.mark.parametrize(
    ("element", "component", "end"),
    [("|", ">", "\n"), ("*", ">", "~\n"), ("*", ":", "\r\n"), ("^", "\\", "'"), ("\x1d", "\x1f", "\x1c")],
)
def test_the_separators_are_those_of_the_isa_segment(element: str, component: str, end: str) -> None:
    text = PROFESSIONAL.replace("*^*", "*U*")
    for old, new in (("*", "\0"), (":", component), ("~", end), ("\0", element)):
        text = text.replace(old, new)
    assert rows(text) == EXPECTED


@pytest.mark.parametrize("before", ["\xef\xbb\xbf", "\n", "  \r\n"])
def test_a_mark_or_blanks_may_stand_before_the_claim(before: str) -> None:
    assert rows(before + PROFESSIONAL) == EXPECTED


def test_an_institutional_claim_takes_the_statement_day_where_a_line_has_none() -> None:
    text = claim_837i(
        sv2(1, "0335", "HC:96413", 1, "20260314"),
        sv2(2, "0636", "HC:J9271:JZ", 200),
        sv2(3, "0250", "", 4),
    )
    assert rows(text)[:2] == (
        Row("1", "96413", 1, (), DAY, claim="C1", setting="facility"),
        Row("2", "J9271", 200, ("JZ",), DAY, claim="C1", setting="facility"),
    )
    without = rows(text)[2]
    assert (without.code, without.line) == ("", "3")
    assert "without a procedure code" in without.why_not


def test_a_period_of_one_day_is_that_day_and_a_longer_one_is_none() -> None:
    one = claim_837p(sv1(1, "HC:96413", 1).replace("D8*20260314", "RD8*20260314-20260314"))
    two = claim_837p(sv1(1, "HC:96413", 1).replace("D8*20260314", "RD8*20260314-20260320"))
    assert (rows(one)[0].date, rows(two)[0].date) == (DAY, None)


def test_adjudications_drugs_and_notes_of_a_line_are_passed_over() -> None:
    line = sv1(1, "HC:96413", 1) + (
        f"LIN**N4*00006302602~CTP****200*ME~NTE*ADD*{NAME} 96999~NM1*82*1*{NAME}*ANN~"
        f"SVD*PAYER*{AMOUNT}*HC:99999**9~DTP*573*D8*20260401~"
    )
    assert rows(claim_837p(line, sv1(2, "HC:96415", 2))) == (
        EXPECTED[0],
        Row("2", "96415", 2, (), DAY, claim="C1", setting="physician"),
    )


def test_the_first_service_segment_of_a_line_counts() -> None:
    twice = sv1(1, "HC:96413", 1) + f"SV1*HC:99999*{AMOUNT}*UN*7***1~"
    assert rows(claim_837p(twice)) == EXPECTED[:1]


def test_minutes_and_other_code_sets_are_named_and_not_counted() -> None:
    minutes, other = rows(claim_837p(sv1(1, "HC:00520", 45, basis="MJ"), sv1(2, "WK:96413", 1)))
    assert "another measure" in minutes.why_not
    assert "another code set" in other.why_not


def test_one_claim_of_several_is_chosen_by_its_id() -> None:
    two = interchange(
        claim_loop(sv1(1, "HC:96413", 1), claim="A-1") + claim_loop(sv1(1, "HC:96365", 1), claim="A-2"), "005010X222A1"
    )
    message = refusal(two)
    assert "2 claims" in message
    assert "A-1" not in message
    assert [row.code for row in rows(two, "A-2")] == ["96365"]
    assert "--claim" in refusal(two, "A-9")


def test_a_claim_that_takes_another_back_bills_nothing() -> None:
    assert "frequency 8" in refusal(claim_837p(sv1(1, "HC:96413", 1), frequency="8"))
    loops = claim_loop(sv1(1, "HC:96413", 1), claim="A", frequency="8") + claim_loop(sv1(1, "HC:96365", 1), claim="B")
    assert [row.code for row in rows(interchange(loops, "005010X222A1"))] == ["96365"]


def test_two_claims_of_one_id_are_not_added_up() -> None:
    loops = claim_loop(sv1(1, "HC:96413", 1)) + claim_loop(sv1(1, "HC:96413", 1), frequency="7")
    assert "one id" in refusal(interchange(loops, "005010X222A1"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ISA*00*", ("ISA", "separators")),
        (PROFESSIONAL.replace("ST*837", "ST*835"), ("837",)),
        (PROFESSIONAL.partition("ST*")[0], ("837",)),
        (claim_837p(), ("no billed line",)),
        (claim_837p("LX*1~DTP*472*D8*20260314~"), ("line 1", "SV1")),
        (claim_837p(sv1(1, "HC:96413", "")), ("line 1", "units")),
        (claim_837p(sv1(1, "HC:96413", "1.5")), ("line 1", "whole number")),
        (claim_837p(sv1(4, f"HC:{NAME}", 1)), ("line 4", "five characters")),
        (claim_837p(sv1(1, "HC:96413:599", 1)), ("line 1", "modifier")),
        (claim_837p(sv1(1, "HC:96413", 1, day="20261399")), ("line 1", "date")),
        (claim_837p(f"LX*{NAME}~SV3*AD:D0120*50~"), ("line 1", "dental")),
    ],
)
def test_what_cannot_be_read_is_named_by_line(text: str, parts: tuple[str, ...]) -> None:
    message = refusal(text)
    for part in ("claim.txt", *parts):
        assert part in message
