"""The validator as other people's scripts see it: facts JSON in, assessment JSON out (design 4.2 and 4.3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from case_files import all_cases
from pydantic import ValidationError

from validator import validate
from validator.facts import Encounter, Standing
from validator.findings import Assessment
from validator.loading import default_rulebook

EXAMPLE = Path(__file__).parent / "contract" / "facts.example.json"


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return facts


@pytest.fixture(scope="module")
def answer(example: dict[str, Any]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(
        validate(Encounter.model_validate(example), default_rulebook()).model_dump_json()
    )
    return parsed


def test_the_published_example_gives_the_codes_of_t3_and_its_two_drug_lines(answer: dict[str, Any]) -> None:
    lines = {line["code"]: line["units"] for line in answer["codes"]}
    administration = {code: n for code, n in lines.items() if code.startswith("96")}
    assert administration == {"96413": 1, "96415": 2, "96417": 1, "96367": 1, "96375": 3}
    assert lines["J9267"] == 300
    assert lines["J9045"] == 12, "560 mg in units of 50 mg, rounded up"


def test_a_code_line_has_the_published_keys(answer: dict[str, Any]) -> None:
    for line in answer["codes"]:
        keys = {"code", "units", "modifiers", "date", "label", "kind", "flags", "administrations", "because"}
        assert keys | {"at_risk"} <= line.keys()
        assert line["kind"] in ("administration", "drug", "service")
        for step in line["because"]:
            assert {"rule", "version", "says", "citations", "inputs", "evidence"} <= step.keys()


def test_the_assessment_has_the_published_sections(answer: dict[str, Any]) -> None:
    sections = {"codes", "not_supported", "missing", "needs_human", "not_coded", "conflicts", "notes_on_scope"}
    assert sections <= answer.keys()
    assert answer["schema_version"] == "1"
    assert {"id", "date_of_service", "setting", "policy"} <= answer["encounter"].keys()


def test_a_missing_element_has_the_published_keys_and_at_risk_names_it(answer: dict[str, Any]) -> None:
    keys = {"id", "element", "requirement", "tier", "effect", "affects", "administration", "standing"}
    assert answer["missing"], "the example documents no consent, so something is missing"
    for entry in answer["missing"]:
        assert keys | {"question", "fixable_by", "curable"} <= entry.keys()
        assert entry["tier"] in ("code", "payment", "safety")
    ids = {entry["id"] for entry in answer["missing"]}
    assert {name for line in answer["codes"] for name in line["at_risk"]} <= ids
    assert {name for entry in answer["not_supported"] for name in entry["missing_ids"]} <= ids
    assert "informed_consent" in {entry["element"] for entry in answer["missing"]}


def test_ids_are_unique_and_names_resolve_in_every_case() -> None:
    for case in all_cases():
        assessment = validate(Encounter.model_validate(case.facts), default_rulebook(), policy=case.policy)
        ids = [entry.id for entry in assessment.missing]
        assert len(ids) == len(set(ids)), case.id
        given = {a["id"] for a in case.facts.get("administrations", [])}
        for line in assessment.codes:
            assert set(line.administrations) <= given, case.id
            assert set(line.at_risk) <= set(ids), case.id


def test_findings_made_without_a_check_would_pass_it() -> None:
    """`findings.stated` checks nothing; what it made, in every case, is what pydantic would have made."""
    for case in all_cases():
        made = validate(Encounter.model_validate(case.facts), default_rulebook(), policy=case.policy)
        checked = Assessment.model_validate(made.model_dump(), strict=True)
        assert checked == made, case.id
        for one, other in zip((*made.codes, *made.missing), (*checked.codes, *checked.missing), strict=True):
            assert list(one.__dict__) == list(other.__dict__), case.id
            assert one.model_fields_set == other.model_fields_set, case.id


def test_an_unlisted_code_is_never_reported() -> None:
    for case in all_cases():
        assessment = validate(Encounter.model_validate(case.facts), default_rulebook())
        unlisted = {line.code for line in assessment.codes} & {"96379", "96549", "99211", "36823"}
        assert not unlisted, f"{case.id} reports {unlisted}"


def test_only_the_code_tier_takes_codes_away() -> None:
    """Taking every payment and safety element out of a full chart leaves its codes as they were."""
    golden = next(case for case in all_cases() if case.id == "t03")
    bare = {**golden.facts, "documentation": {}}
    full = validate(Encounter.model_validate(golden.facts), default_rulebook())
    poor = validate(Encounter.model_validate(bare), default_rulebook())
    assert [(line.code, line.units) for line in poor.codes] == [(line.code, line.units) for line in full.codes]
    assert len(poor.missing) > len(full.missing)


def test_a_bare_value_is_entered_false_is_denied_and_an_absent_key_is_not_stated() -> None:
    encounter = Encounter.model_validate(
        {
            "administrations": [{"id": "a1", "drug": "carboplatin"}],
            "documentation": {"informed_consent": False, "signed_order": True},
        }
    )
    assert encounter.administrations[0].drug.standing is Standing.ENTERED
    assert encounter.administrations[0].route.standing is Standing.NOT_STATED
    assert encounter.documented("informed_consent").standing is Standing.DENIED
    assert encounter.documented("signed_order").known
    assert encounter.documented("diagnosis").standing is Standing.NOT_STATED


def test_facts_survive_a_round_trip(example: dict[str, Any]) -> None:
    encounter = Encounter.model_validate(example)
    assert Encounter.model_validate_json(encounter.model_dump_json()) == encounter


def test_an_ungrounded_fact_earns_nothing(example: dict[str, Any]) -> None:
    claimed = {"value": "12:30", "standing": "ungrounded"}
    facts = json.loads(json.dumps(example))
    facts["administrations"][4]["stop"] = claimed
    codes = {line.code for line in validate(Encounter.model_validate(facts), default_rulebook()).codes}
    assert "96415" not in codes, "the further hours of paclitaxel rest on a stop time that no words carry"


def test_an_unknown_key_or_a_bad_clock_is_refused_without_repeating_it() -> None:
    for bad in (
        {"administrations": [{"id": "a1", "drugg": "secret"}]},
        {"administrations": [{"id": "a1", "start": "secret"}]},
    ):
        with pytest.raises(ValidationError) as refused:
            Encounter.model_validate(bad)
        assert "secret" not in str(refused.value)


def test_the_assessment_cannot_be_changed() -> None:
    assessment = validate(Encounter.model_validate({}), default_rulebook())
    assert isinstance(assessment, Assessment)
    with pytest.raises(ValidationError):
        assessment.codes = ()  # type: ignore[misc]
    assert not assessment.codes


def test_the_policy_argument_wins_over_the_encounter(example: dict[str, Any]) -> None:
    facts = {**example, "encounter": {**example["encounter"], "policy": "medicare-opps"}}
    assessment = validate(Encounter.model_validate(facts), default_rulebook(), policy="commercial-facility")
    assert assessment.encounter.policy == "commercial-facility"
