"""The JSON API against its own description, with many made-up requests (schemathesis)."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from described import description, excused, made_up


@pytest.fixture
def described(request: pytest.FixtureRequest) -> Any:
    # That notes have different ids, that a policy is for the setting, and most of what facts may say is beyond a
    # schema. Nothing else is excused.
    return description(request, {"operations": [excused(["review", "judge"], ["2xx", "422"])]})


@schemathesis.pytest.from_fixture("described").parametrize()
@made_up(40)
def test_the_api_keeps_to_its_description(case: Any) -> None:
    case.call_and_validate()
