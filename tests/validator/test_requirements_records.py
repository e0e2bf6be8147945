"""The requirement records: every documentation rule is there, and every question may be put to an author."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import replace

import pytest

from validator.citations import read_sources
from validator.dated_records import read_requirements
from validator.loading import DATA
from validator.records import Requirement
from validator.requirement_conditions import BY_CODING
from validator.requirements import check_registry, withholding


def _records() -> tuple[Requirement, ...]:
    sources = read_sources(tomllib.loads((DATA / "sources.toml").read_text("utf-8")), "sources.toml")
    return read_requirements(
        tomllib.loads((DATA / "requirements.toml").read_text("utf-8")), "requirements.toml", sources
    )


RECORDS = _records()
BY_ID = {record.id: record for record in RECORDS}

DECIDES_A_CODE = {3, 5, 7, 8, 9, 10, 16, 17, 18, 36, 40, 44, 45, 47, 49, 50} | {22, 39, 42, 43, 46}
"""The documentation rules that decide a code, as "How severities map to the contract" lists them."""
SAFETY = {15, 19, 21, 23, *range(29, 36), 48}

LEADING = re.compile(
    r"please confirm|confirm that|isn't|wasn't|didn't|shouldn't|can you agree|as required|in order to"
    r"|to support|correct\?$|right\?$|at least \d|more than|over \d|longer than",
    re.IGNORECASE,
)
MONEY = re.compile(
    r"[$€£]|\b(?:pa(?:y|id|yment)|bill|reimburs|claim|deni(?:ed|al)|cod(?:e|es|ed|ing)|audit|charge)\w*\b"
)


@pytest.mark.parametrize("number", range(1, 55))
def test_every_documentation_rule_has_a_record(number: int) -> None:
    assert [record.id for record in RECORDS if f"DOC-{number:02}" in record.implements]


@pytest.mark.parametrize("number", sorted(DECIDES_A_CODE))
def test_what_decides_a_code_can_be_raised_with_that_effect(number: int) -> None:
    records = [record for record in RECORDS if f"DOC-{number:02}" in record.implements]
    assert {"blocks", "downgrades"} & {record.effect for record in records if record.tier == "code"}


@pytest.mark.parametrize("number", sorted(SAFETY - {19}))
def test_safety_documentation_never_reaches_payment_or_a_code(number: int) -> None:
    assert {record.tier for record in RECORDS if f"DOC-{number:02}" in record.implements} == {"safety"}


def test_only_the_tier_code_blocks_or_downgrades() -> None:
    for record in RECORDS:
        assert (record.tier == "code") == (record.effect in ("blocks", "downgrades")), record.id


def test_what_decides_a_code_is_raised_by_the_coding_rules() -> None:
    assert all(record.when == BY_CODING for record in RECORDS if record.tier == "code")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.id)
def test_a_question_is_open_and_neutral(record: Requirement) -> None:
    question = record.question
    assert question.endswith("?")
    assert not LEADING.search(question)
    assert not MONEY.search(question.lower())
    assert not re.search(r"\d", question), "no code, number of minutes or other wanted figure"
    assert not re.search(r"\{(?!drug\})", question)
    assert re.search(
        r"\b(?:what|which|who|whose|whom|where|when|how|why|through which|by which|is .*\? if so, )\b",
        question.lower(),
    )


def test_a_question_of_the_whole_encounter_names_a_drug_only_where_its_condition_finds_drugs() -> None:
    for record in RECORDS:
        if record.scope == "encounter" and "{drug}" in record.question:
            assert record.when.startswith("each_") or record.when in ("vesicant_push", "timed_infusion"), record.id


def test_an_order_can_never_be_made_up_afterwards_and_a_signature_can_be_attested() -> None:
    assert BY_ID["order.signed"].curable == "not_curable"
    assert BY_ID["hydration.order"].curable == "not_curable"
    assert BY_ID["signature.administering"].curable == "attestation"
    assert BY_ID["infusion.stop-time"].curable == "late_entry"


def test_a_strict_policy_withholds_for_order_and_diagnosis_alone() -> None:
    assert {record.id for record in RECORDS if withholding(record)} == {"order.signed", "diagnosis.stated"}


def test_ids_are_unique_and_every_record_cites() -> None:
    assert Counter(record.id for record in RECORDS).most_common(1)[0][1] == 1
    assert all(record.cite and record.implements for record in RECORDS)


def test_records_and_functions_fit() -> None:
    check_registry(RECORDS)


def test_a_record_that_names_no_function_is_refused() -> None:
    broken = replace(BY_ID["dose.given"], when="each_full_moon")
    with pytest.raises(ValueError, match=r"dose\.given.*each_full_moon"):
        check_registry((*RECORDS, broken))
    with pytest.raises(ValueError, match=r"dose\.given.*guess"):
        check_registry((*RECORDS, replace(BY_ID["dose.given"], check="guess")))


def test_a_function_that_no_record_names_is_refused() -> None:
    with pytest.raises(ValueError, match="each_discarded_amount"):
        check_registry(tuple(record for record in RECORDS if record.id != "waste.signer"))


def test_a_code_decided_by_documentation_alone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"dose\.given"):
        check_registry((*RECORDS, replace(BY_ID["dose.given"], tier="code")))
