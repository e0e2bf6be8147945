"""The JSON API against its own description, with many made-up requests (schemathesis)."""

from __future__ import annotations

from typing import Any

import schemathesis
from described import made_up

from reviewer.web.app import create_app
from reviewer.web.options import WebOptions

_OPTIONS = WebOptions(requests_a_minute=10_000_000, burst=10_000_000)
# The host of the client that schemathesis drives an ASGI application with.
_APP = create_app(WebOptions(**{**_OPTIONS.__dict__, "hosts": _OPTIONS.hosts | {"testserver"}}))
# That notes have different ids, that a policy is for the setting, and most of what facts may say is beyond a schema:
# such a request may be answered with 422 although it has the right form. Nothing else is excused.
_BEYOND_A_SCHEMA = {"positive_data_acceptance": {"expected-statuses": ["2xx", "422"]}}
_CONFIG = schemathesis.Config.from_dict(
    {"operations": [{"include-operation-id": ["review", "judge"], "checks": _BEYOND_A_SCHEMA}]}
)
schema: Any = schemathesis.openapi.from_asgi("/api/v1/openapi.json", _APP, config=_CONFIG)


@schema.parametrize()
@made_up(40)
def test_the_api_keeps_to_its_description(case: Any) -> None:
    case.call_and_validate()
