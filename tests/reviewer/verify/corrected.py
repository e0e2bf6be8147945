"""Reviews as a person leaves them on the page: facts changed, denied and added, administrations struck."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache, partial
from random import Random
from typing import Any

from fixture_files import expectation, notes_of

from reviewer.report.published import published
from reviewer.web.correcting import FIELDS, OF_ENCOUNTER, OF_PUMP, OF_SITE, Field, added, changed, signed, struck
from reviewer.web.correcting_sites import ANOTHER as ANOTHER_SITE
from reviewer.web.correcting_sites import paused, sited, unpaused
from reviewer.web.reviewing import Answered, Asked, again, read
from validator.facts import Encounter

WHO = signed("Ada Coder", "as charted on the MAR")
VALUES = {
    "drug": "cisplatin",
    "dose": "77 mg",
    "route": "subcutaneous",
    "technique": "push",
    "start": "07:15",
    "stop": "15:55",
    "duration_minutes": "45",
    "status": "held",
    "purpose": "hydration",
}
OF_VISIT = (
    ("date_of_service", "2026-05-02"),
    ("date_of_service", "2019-05-02"),
    ("setting", "physician"),
    ("payer", "commercial"),
    ("primary_reason", "hydration"),
)
ELEMENTS = ("informed_consent", "signed_order", "diagnosis", "post_surgical_pain")
RARER = {"discarded": "5 mg", "container": "single_dose", "lesions": "3", "presence": "absent"}
OF_A_PUMP = {"kind": "elastomeric", "action": "refilled", "owner": "supplier", "planned_hours": "30"}
ANOTHER = {"drug": "ondansetron", "dose": "8 mg", "route": "intravenous", "technique": "push", "start": "09:00"}
Change = Callable[[], Encounter | tuple[Encounter, str]]


def changes(facts: Encounter) -> Iterator[Change]:
    """Every sort of change that the page offers, for each place it offers it."""
    for item in facts.administrations:
        for name, value in VALUES.items():
            path = f"administrations.{item.id}.{name}"
            yield partial(changed, facts, path, value, WHO, FIELDS[name])
        yield partial(struck, facts, item.id, WHO)
        yield partial(sited, facts, item.id, ANOTHER_SITE, {"kind": "midline", "location": "left arm"}, WHO)
        yield partial(paused, facts, item.id, {"start": "09:20", "stop": "09:25"}, WHO)
        for place in range(len(item.interruptions)):
            yield partial(unpaused, facts, f"administrations.{item.id}.interruptions.{place}", WHO)
    for site in facts.access_sites:
        yield partial(changed, facts, f"access_sites.{site.id}.kind", "picc", WHO, OF_SITE["kind"])
    for name, value in OF_VISIT:
        yield partial(changed, facts, f"encounter.{name}", value, WHO, OF_ENCOUNTER[name])
    for element in ELEMENTS:
        for value in ("yes", "no"):
            field = Field(element, choices=("yes", "no"))
            yield partial(changed, facts, f"documentation.{element}", value, WHO, field)
    yield partial(added, facts, ANOTHER, facts.access_sites[0].id if facts.access_sites else "", WHO)


def rarer_changes(facts: Encounter) -> Iterator[Change]:
    """Changes of what few encounters have; each would add kinds of a person's own word to the mutations."""
    for item in facts.administrations[:2]:
        for name, value in RARER.items():
            yield partial(changed, facts, f"administrations.{item.id}.{name}", value, WHO, FIELDS[name])
    for pump in facts.pumps:
        for name, value in OF_A_PUMP.items():
            yield partial(changed, facts, f"pumps.{pump.id}.{name}", value, WHO, OF_PUMP[name])


@cache
def _at_first(name: str) -> tuple[Asked, Answered]:
    """What is asked about a fixture's notes, and the answer before anybody corrects it."""
    said = expectation(name)
    asked = Asked(notes=notes_of(name), setting=said["setting"], policy=said.get("policy"))
    return asked, read(asked)


@cache
def corrected_rarely(name: str, place: int) -> dict[str, Any] | None:
    """A fixture's review after one of the rarer changes, as JSON values; None where it has not so many."""
    asked, now = _at_first(name)
    made = list(rarer_changes(now.review.facts))[place : place + 1]
    if not made:
        return None
    facts = made[0]()
    assert isinstance(facts, Encounter)
    values: dict[str, Any] = json.loads(published(again(now, facts, asked).review))
    return values


@cache
def corrected(name: str, seed: int, number: int) -> dict[str, Any]:
    """A fixture's review after `number` changes in turn, as JSON values."""
    asked, now = _at_first(name)
    random = Random(f"{name} {seed}")
    for _ in range(number):
        made = random.choice(list(changes(now.review.facts)))()
        facts, remark = made if isinstance(made, tuple) else (made, None)
        before = Answered(now.review, (*now.remarks, remark), now.alarms) if remark else now
        now = again(before, facts, asked)
    values: dict[str, Any] = json.loads(published(now.review))
    return values
