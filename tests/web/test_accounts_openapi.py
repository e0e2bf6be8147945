"""The JSON API of a site with accounts against its own description: none gets in without a token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from colleagues import quickly_staffed
from described import description, excused, made_up

from reviewer.accounts import tokens
from reviewer.web.accounts import Accounts


@pytest.fixture
def described(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with quickly_staffed(tmp_path) as store:
        token = tokens.make(store, "specialist", "schemathesis", 1, "specialist")
        known = {"auth": {"openapi": {"HTTPBearer": {"bearer": token}}}}
        operations = [excused(["review", "judge"], ["2xx", "422"])]
        yield description(request, {**known, "operations": operations}, people=Accounts(store), store=store)


@schemathesis.pytest.from_fixture("described").parametrize()
@made_up(8)
def test_the_api_keeps_to_its_description_and_to_its_credentials(case: Any) -> None:
    case.call_and_validate()
