"""How the API is held against its own description."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from thorough import number

from reviewer.web.app import create_app
from reviewer.web.options import LOOPBACK_NAMES, WebOptions


def description(test: pytest.FixtureRequest, config: dict[str, Any], **options: Any) -> Any:
    """The API of an application, whose limits nobody reaches, as schemathesis reads it for a test.

    Read when the test runs: its requests take seconds to make up, which every process that collects would spend.
    """
    # schemathesis names the call that is tried by this attribute, which pytest 9.2 no longer has.
    test.node._nodeid = test.node.nodeid
    # The host of the client that schemathesis drives an ASGI application with.
    hosts = LOOPBACK_NAMES | {"testserver"}
    app = create_app(WebOptions(hosts=hosts, requests_a_minute=10**7, burst=10**7, **options))
    told = schemathesis.Config.from_dict(config)
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, config=told)


def excused(calls: list[str], statuses: list[str]) -> dict[str, Any]:
    """Calls that may refuse with these what has the right form, because what is wrong with it is beyond a schema."""
    return {"include-operation-id": calls, "checks": {"positive_data_acceptance": {"expected-statuses": statuses}}}


def made_up(examples: int) -> Any:
    """So many made-up requests for each call, the same in every run."""
    return settings(
        max_examples=number(examples, examples // 2),
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
