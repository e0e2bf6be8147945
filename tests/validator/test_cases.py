"""Every case of `cases/`: the golden tests T1..T40 and the cases of each domain rule."""

from __future__ import annotations

import pytest
from case_files import Case, all_cases, disagreements, explain

from validator import validate
from validator.facts import Encounter
from validator.loading import default_rulebook


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_case(case: Case) -> None:
    encounter = Encounter.model_validate(case.facts)
    assessment = validate(encounter, default_rulebook(), policy=case.policy).model_dump(mode="json")
    problems = disagreements(case, assessment)
    assert not problems, "\n" + explain(case, problems, assessment)


def test_all_forty_golden_tests_have_a_case_file() -> None:
    golden = {case.file for case in all_cases() if case.file.startswith("golden_")}
    assert golden == {f"golden_t{n:02}.toml" for n in range(1, 41)}
