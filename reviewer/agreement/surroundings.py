"""What stands around the drugs, of both readers: the visit, its lines and pumps, services, documentation.

None of these is tied to a drug by the note's layout, so there is no link that would bear out a single reader. What
only the model read is shown here and earns nothing; what it contradicts is a conflict.
"""

from __future__ import annotations

import re
from typing import Any

from reviewer.agreement.administrations import Places
from reviewer.agreement.alignment import overlap
from reviewer.agreement.settling import Ledger
from reviewer.agreement.values import stated, values_of
from validator.facts import AccessSite, Encounter, EncounterInfo, Fact, Pump, Service, Standing, Visit

_NEVER_EARN = frozenset({"evaluation_and_management", "isolated_perfusion", "other"})
_LIMITING_ELEMENTS = frozenset({"procedure_integral", "post_surgical_pain", "noncovered_service", "dose_variance"})
_TOPIC = 4


def information(patterns: EncounterInfo, model: EncounterInfo, ledger: Ledger) -> EncounterInfo:
    """Date, setting, payer and reason: they choose the rules and are no service, so the patterns' always count."""
    judge = Ledger("both", ledger.readings)
    changes = {
        name: judge.settle(f"encounter.{name}", getattr(patterns, name), getattr(model, name), corroborated=True)
        for name in ("date_of_service", "setting", "payer", "primary_reason")
    }
    return patterns.model_copy(update=changes)


def places(patterns: Encounter, model: Encounter) -> Places:
    """The patterns' ids for the model's lines, visits and pumps."""
    return Places(
        access_site=_matched(patterns.access_sites, model.access_sites, _same_site),
        visit=_matched(patterns.visits, model.visits, _same_visit),
        pump=_matched(patterns.pumps, model.pumps, _same_pump),
    )


def _matched(patterns: tuple[Any, ...], model: tuple[Any, ...], same: Any) -> dict[str, str]:
    found = {}
    for other in model:
        alike = [one.id for one in patterns if same(one, other)]
        if len(alike) == 1 or (len(patterns) == len(model) == 1 and patterns):
            found[other.id] = alike[0] if alike else patterns[0].id
    return found


def _same_site(one: AccessSite, other: AccessSite) -> bool:
    return (values_of(one.kind), values_of(one.location)) == (values_of(other.kind), values_of(other.location))


def _same_visit(one: Visit, other: Visit) -> bool:
    return any(set(values_of(a)) & set(values_of(b)) for a, b in ((one.arrived, other.arrived), (one.left, other.left)))


def _same_pump(one: Pump, other: Pump) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("kind", "action", "owner", "planned_hours")]
    words = any(overlap(a, b) for first, second in pairs for a in first.evidence for b in second.evidence)
    kinds = values_of(one.kind), values_of(other.kind)
    return words and not (all(kinds) and one.kind.value != other.kind.value)


def visits(patterns: Encounter, known: dict[str, str], ledger: Ledger) -> tuple[Visit, ...]:
    """The comings and goings of the patterns. Two earn a second initial code: as a witness they do not."""
    told = set(known.values())
    if ledger.mode == "both" or all(visit.id in told for visit in patterns.visits):
        return patterns.visits
    return ()


def pumps(patterns: Encounter, model: Encounter, known: dict[str, str], ledger: Ledger) -> tuple[Pump, ...]:
    """The pumps of the patterns with what the model tells of them; one that only the model read is shown alone."""
    told = {known[pump.id]: pump for pump in model.pumps if pump.id in known}
    out = []
    for pump in patterns.pumps:
        other = told.get(pump.id, Pump(id=pump.id))
        changes = {
            name: ledger.settle(f"pumps.{pump.id}.{name}", getattr(pump, name), getattr(other, name))
            for name in ("kind", "action", "owner", "planned_hours")
        }
        out.append(pump.model_copy(update=changes))
    for number, pump in enumerate([pump for pump in model.pumps if pump.id not in known], 1):
        for name in ("kind", "action"):
            if stated(fact := getattr(pump, name)):
                ledger.by_one(f"pumps.m{number}.{name}", "model", fact, counted=False)
    return tuple(out)


def services(patterns: Encounter, model: Encounter, ledger: Ledger) -> tuple[Service, ...]:
    """The services of the patterns with what the model tells of them, matched by kind and words."""
    left = sorted(model.services, key=lambda one: (one.kind, str(one.start.value), str(one.detail.value)))
    out = []
    for service in patterns.services:
        path = f"services.{service.id}"
        alike = [one for one in left if one.kind == service.kind]
        other = next((one for one in alike if _shares_words(service, one)), alike[0] if alike else None)
        kind: Fact[Any] = Fact[str](value=service.kind, standing=Standing.GROUNDED, evidence=service.detail.evidence)
        if other is None:
            counts = ledger.mode == "both" or service.kind in _NEVER_EARN
            ledger.by_one(f"{path}.kind", "patterns", kind, counted=counts)
            out += [service] if counts else []
            continue
        left.remove(other)
        ledger.note(f"{path}.kind", "agreed", {"patterns": kind, "model": kind})
        changes = {
            name: ledger.settle(f"{path}.{name}", getattr(service, name), getattr(other, name))
            for name in ("start", "stop", "performed_by", "detail")
        }
        out.append(service.model_copy(update=changes))
    for number, service in enumerate(left, 1):
        ledger.by_one(
            f"services.m{number}.kind",
            "model",
            Fact[str](value=service.kind, standing=Standing.GROUNDED, evidence=service.detail.evidence),
            counted=False,
        )
    return tuple(out)


def _shares_words(one: Service, other: Service) -> bool:
    return any(overlap(a, b) for a in one.detail.evidence for b in other.detail.evidence)


def documentation(patterns: Encounter, model: Encounter, ledger: Ledger) -> dict[str, Fact[Any]]:
    """Documentation elements: that words state one is known only where the patterns find it said too."""
    out: dict[str, Fact[Any]] = {}
    for name in dict.fromkeys((*patterns.documentation, *sorted(model.documentation))):
        ours, theirs = patterns.documented(name), model.documented(name)
        fact = _element(name, ours, theirs, ledger)
        if fact.standing is not Standing.NOT_STATED or name in patterns.documentation:
            out[name] = fact
    return out


def _element(name: str, ours: Fact[Any], theirs: Fact[Any], ledger: Ledger) -> Fact[Any]:
    path = f"documentation.{name}"
    denial = theirs.standing is Standing.DENIED
    if stated(theirs) and (not stated(ours) or (denial and not _on_topic(name, theirs))):
        ledger.by_one(path, "model", theirs, counted=False)
        theirs = Fact[Any]()
    if not stated(theirs):
        if not stated(ours):
            return ours
        counts = ledger.mode == "both" or ours.standing is not Standing.GROUNDED or name in _LIMITING_ELEMENTS
        ledger.by_one(path, "patterns", ours, counted=counts)
        return ours if counts else Fact[Any]()
    denies = {fact.standing for fact in (ours, theirs)} == {Standing.DENIED, Standing.GROUNDED}
    both: dict[Any, Fact[Any]] = {"patterns": ours, "model": theirs}
    ledger.note(path, "contradiction" if denies else "agreed", both)
    evidence = tuple(dict.fromkeys((*ours.evidence, *theirs.evidence)))
    if denies:
        return Fact[Any](value=True, standing=Standing.CONFLICTING, evidence=evidence, readings=(True, False))
    return ours.model_copy(update={"evidence": evidence})


def _on_topic(name: str, fact: Fact[Any]) -> bool:
    """Whether the words of a denial name what they deny, by the element's own name."""
    stems = [part[:_TOPIC] for part in name.split("_") if len(part) >= _TOPIC]
    return any(re.search(rf"\b{stem}", e.text, re.IGNORECASE) for stem in stems for e in fact.evidence)
