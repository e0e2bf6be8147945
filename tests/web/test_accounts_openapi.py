"""The JSON API of a site with accounts against its own description: none gets in without a token."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from colleagues import quick_hashes, staffed
from described import made_up

from reviewer.accounts import tokens
from reviewer.web.accounts import Accounts
from reviewer.web.app import create_app
from reviewer.web.options import WebOptions

with pytest.MonkeyPatch.context() as _patch:
    quick_hashes(_patch)
    _FOLDER = Path(tempfile.mkdtemp(prefix="reviewer-api-"))
    _STORE = staffed(_FOLDER)
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
_TOKEN = tokens.make(_STORE, "specialist", "schemathesis", 1, "specialist")
_OPTIONS = WebOptions(requests_a_minute=10_000_000, burst=10_000_000, people=Accounts(_STORE), store=_STORE)
_APP = create_app(WebOptions(**{**_OPTIONS.__dict__, "hosts": _OPTIONS.hosts | {"testserver"}}))
_BEYOND_A_SCHEMA = {"positive_data_acceptance": {"expected-statuses": ["2xx", "422"]}}
_CONFIG = schemathesis.Config.from_dict(
    {
        "auth": {"openapi": {"HTTPBearer": {"bearer": _TOKEN}}},
        "operations": [{"include-operation-id": ["review", "judge"], "checks": _BEYOND_A_SCHEMA}],
    }
)
schema: Any = schemathesis.openapi.from_asgi("/api/v1/openapi.json", _APP, config=_CONFIG)


@schema.parametrize()
@made_up(8)
def test_the_api_keeps_to_its_description_and_to_its_credentials(case: Any) -> None:
    case.call_and_validate()
