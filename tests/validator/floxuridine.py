"""A visit's frame, and floxuridine into the hepatic artery: what the tests of fixes start from."""

from __future__ import annotations

from typing import Any

BASE: dict[str, Any] = {
    "encounter": {"id": "e", "date_of_service": "2026-03-14", "setting": "facility", "payer": "medicare"},
    "access_sites": [{"id": "s1", "kind": "implanted_port", "location": "right chest"}],
    "visits": [{"id": "v1", "arrived": "08:00", "left": "13:00"}],
}
ACCESS = [{"id": "h", "kind": "arterial_catheter", "location": "hepatic artery"}]


def floxuridine(**facts: Any) -> dict[str, Any]:
    """Floxuridine at 10:00; `facts` say how it was given."""
    given = {"id": "a1", "drug": "floxuridine", "dose": "100 mg", "route": "intra_arterial", "access_site": "h"}
    return {**given, "start": "10:00", "discarded": "0 mg", **facts}
