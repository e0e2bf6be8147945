"""What is reported only as the sole service of the day: a port flush, a blood draw from a port (ACC-1, 1.4, DOC-49).

Everything given counts as another service, coded or not (decision 1): whatever an unknown drug proves to be, or an
infusion without its times, the flush beside it is part of that visit and nobody is asked about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from validator.classify import family_of, products
from validator.events import NO_NEEDLE, Event
from validator.facts import Administration, Fact
from validator.findings import NotCoded
from validator.worksheet import Worksheet

KINDS = {"port_flush": ("96523", "sole-service.port-flush"), "port_blood_draw": ("36591", "sole-service.blood-draw")}
ESTABLISHED = ("picc", "central_line", "midline")
"""Catheters that are no implanted port: a draw from one has a code of its own."""
KEEPS_OPEN = ("flush", "keep_open")


class Candidate(NamedTuple):
    """A code that would be reported if nothing else was done, with the services and facts it rests on."""

    code: str
    rule: str
    subject: str
    services: tuple[str, ...]
    began: int | None
    facts: tuple[tuple[str, Fact[Any]], ...]


def code(sheet: Worksheet, events: tuple[Event, ...]) -> None:
    """The first candidate that stands alone; each other one is part of the day's services."""
    candidates = tuple(_candidates(sheet))
    if not candidates:
        return
    alone, untold = not _something_else(sheet, events), _untold(sheet)
    for candidate in candidates:
        if not alone:
            _part_of_the_day(sheet, candidate)
        elif untold:
            _wait(sheet, candidate, untold)
        else:
            step = sheet.step(candidate.rule, {}, (), (), candidate.facts)
            kind = "service" if candidate.services else "administration"
            day = sheet.day(candidate.began)
            sheet.line(candidate.code, 1, day, (step,), (), candidate.services, kind=kind)
        alone = False


def _candidates(sheet: Worksheet) -> Iterator[Candidate]:
    encounter = sheet.context.encounter
    if not encounter.services and not encounter.pumps:
        return
    if encounter.pumps and not any(s.kind == "port_flush" for s in encounter.services):
        facts = tuple((f"pumps.{p.id}.action", p.action) for p in encounter.pumps)
        yield Candidate("96523", "pump.disconnect", "pump disconnection", (), None, facts)
    for kind, (number, rule) in KINDS.items():
        services = [s for s in encounter.services if s.kind == kind]
        if services:
            facts = tuple((f"services.{s.id}.{n}", getattr(s, n)) for s in services for n in ("start", "detail"))
            if kind == "port_blood_draw" and (catheters := _catheters(sheet)):
                number, facts = "36592", (*facts, *catheters)
            ids, began = tuple(s.id for s in services), sheet.began(services[0])
            yield Candidate(number, rule, kind.replace("_", " "), ids, began, facts)


def _catheters(sheet: Worksheet) -> tuple[tuple[str, Fact[Any]], ...]:
    """The established catheters that blood can have been drawn from; none where a port is told as well."""
    sites = sheet.context.encounter.access_sites
    if any(site.kind.get() == "implanted_port" for site in sites):
        return ()
    return tuple((f"access_sites.{s.id}.kind", s.kind) for s in sites if s.kind.get() in ESTABLISHED)


def _part_of_the_day(sheet: Worksheet, candidate: Candidate) -> None:
    reason = "part of the day's other services; reported only when it is the sole service of the day"
    for identity in candidate.services:
        entry = NotCoded(service=identity, subject=candidate.subject, reason=reason, rule=candidate.rule)
        sheet.never.append(entry)


def _wait(sheet: Worksheet, candidate: Candidate, untold: tuple[Administration, ...]) -> None:
    """Whether a drug was given is asked for already; until that is told, nothing is known to be the only service."""
    ids = tuple(a.id for a in untold)
    sheet.gaps = [
        g._replace(affects=(*g.affects, candidate.code)) if g.requirement == "administration.given" else g
        for g in sheet.gaps
    ]
    reason = f"whether the {candidate.subject} was the only service of the day cannot be told"
    requirements = ("administration.given",)
    sheet.block(candidate.code, 1, reason, requirements, (), candidate.services, candidate.rule, ids)


def _something_else(sheet: Worksheet, events: tuple[Event, ...]) -> bool:
    """Whether anything but port care was given or done."""
    encounter = sheet.context.encounter
    done = [s for s in encounter.services if s.kind not in KINDS]
    given = [e for e in events if _counts(e.route, e.family, e.facts)]
    return bool(
        sheet.drafts or sheet.blocked or done or given or (encounter.pumps and not _disconnections_count(sheet))
    )


def _counts(route: str | None, family: str, facts: Administration) -> bool:
    """Whether it is a service: not a flush, and not what has no administration code by any account."""
    return route not in NO_NEEDLE and family != "flush" and facts.purpose.get() not in KEEPS_OPEN


def _untold(sheet: Worksheet) -> tuple[Administration, ...]:
    """The drugs of which the record does not tell whether they were given (GEN-2, GEN-3)."""
    asked = {g.administration for g in sheet.gaps if g.requirement == "administration.given"}
    context = sheet.context
    return tuple(
        a
        for a in context.encounter.administrations
        if a.id in asked and _counts(a.route.get(), family_of(context, a, products(context, a))[0], a)
    )


def _disconnections_count(sheet: Worksheet) -> bool:
    """C-16's alternative: taking off a pump may be reported as port care when nothing else was done."""
    return sheet.context.switches.disconnect_code_non_g0498 == "96523" and all(
        p.action.get() == "disconnected" for p in sheet.context.encounter.pumps
    )
