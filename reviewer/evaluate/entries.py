"""Labels and read facts in one comparable form: entries with, for each kind of fact, what is right and what was read.

A value is text in a canonical spelling: ingredients for a drug, base units for a dose, HH:MM for a time. Two values of
one fact at once are a contradiction of the notes. Neither side is shown where the other side's words stand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from reviewer.evaluate.labels import Answer, LabelledAdministration, LabelledPump, LabelledService, Labels
from validator.facts import Administration, Encounter, Fact, Quantity, Service, Standing
from validator.rulebook import Rulebook

Value = frozenset[str]
"""One reading, or the readings that contradict each other."""


class Wanted(NamedTuple):
    """A labelled entry: for each kind the values of which any is right, and the kinds that are not scored."""

    facts: Mapping[str, tuple[Value, ...]]
    open: frozenset[str] = frozenset()
    optional: bool = False


class Found(NamedTuple):
    """An entry that a reader returned. A `passing` one (a flush, a plan) is not scored where no label has it."""

    facts: Mapping[str, Value]
    passing: bool = False


Entry = TypeVar("Entry", Wanted, Found)


class Sheet(NamedTuple, Generic[Entry]):
    """One side of the comparison, by the sort of entry: administrations, pumps, services, and the encounter itself."""

    administrations: tuple[Entry, ...]
    pumps: tuple[Entry, ...]
    services: tuple[Entry, ...]
    encounter: Entry


Spelling = Callable[[Any], str]
_FIELDS = {
    "duration_minutes": "duration",
    **{name: name for name in ("drug", "dose", "route", "technique", "start", "stop", "status", "purpose")},
    **{name: name for name in ("presence", "discarded", "device", "lesions")},
}
_LABEL_FIELDS = {**_FIELDS, "site": "site", "location": "location"}
_PUMP_FIELDS = {
    "kind": "pump_kind",
    "action": "pump_action",
    "owner": "pump_owner",
    "planned_hours": "pump_hours",
}
# Only these purposes change what is coded; that a drug is a treatment or goes before one is seldom said in words.
_PURPOSES = frozenset({"hydration", "keep_open", "flush"})
_UNITS = {"g": ("mg", Decimal(1000)), "mcg": ("mg", Decimal("0.001")), "ug": ("mg", Decimal("0.001"))}
_UNITS |= {"l": ("ml", Decimal(1000)), "unit": ("units", Decimal(1)), "iu": ("units", Decimal(1))}
_ABBREVIATIONS = {"l": "left", "lt": "left", "r": "right", "rt": "right", "abd": "abdomen", "fa": "forearm"}
_ABBREVIATIONS |= {"antecubital": "elbow", "ac": "elbow", "fossa": "elbow", "gluteus": "gluteal"}


def spellings(rulebook: Rulebook) -> dict[str, Spelling]:
    """How a value of each kind is spelt for comparison; a kind without an entry is compared as text."""
    return {
        "drug": lambda value: _ingredients(str(value), rulebook),
        "dose": _quantity,
        "discarded": _quantity,
        "start": _clock,
        "stop": _clock,
        "service_start": _clock,
        "service_stop": _clock,
        "location": _location,
        "pump_hours": lambda value: str(Decimal(value).normalize()),
    }


def _clock(value: str) -> str:
    """HH:MM, whatever the day: an infusion over midnight ends at 00:45, with its date or without."""
    return value.replace(" ", "T").split("T")[-1][:5].rjust(5, "0")


def _ingredients(text: str, rulebook: Rulebook) -> str:
    found = sorted({drug.ingredient for drug in rulebook.find_drug(text)})
    return "|".join(found) or " ".join(text.casefold().split())


def _quantity(value: Quantity) -> str:
    unit = value.unit.casefold()
    base, factor = _UNITS.get(unit, (unit, Decimal(1)))
    return f"{(value.amount * factor).normalize():f} {base}"


def _location(value: str) -> str:
    levels = re.sub(r"\b([ctls])(\d+)-(\d+)", r"\1\2 \1\3", str(value).casefold())  # L3-4 is L3-L4
    words = re.findall(r"[a-z0-9]+", levels)
    return " ".join(sorted({_ABBREVIATIONS.get(word, word) for word in words}))


def labelled(labels: Labels, rulebook: Rulebook) -> Sheet[Wanted]:
    """The labels of an encounter as entries."""
    spell = spellings(rulebook)
    said = {name: (frozenset({"said"}),) for name in labels.documentation.said}
    said |= {name: (frozenset({"denied"}),) for name in labels.documentation.denied}
    if labels.date_of_service:
        said["date_of_service"] = (frozenset({labels.date_of_service.isoformat()}),)
    return Sheet(
        administrations=tuple(_wanted_administration(one, spell) for one in labels.administration),
        pumps=tuple(_wanted(one, _PUMP_FIELDS, spell) for one in labels.pump),
        services=tuple(_wanted_service(one, spell) for one in labels.service),
        encounter=Wanted(said),
    )


def _wanted_administration(label: LabelledAdministration, spell: Mapping[str, Spelling]) -> Wanted:
    entry = _wanted(label, _LABEL_FIELDS, spell)
    facts = {kind: value for kind, value in entry.facts.items() if kind != "purpose" or _codes_differ(value)}
    if label.pauses:
        facts["pause"] = (frozenset({" ".join(f"{_clock(start)}-{_clock(stop)}" for start, stop in label.pauses)}),)
    unscored = {"pause" if name == "pauses" else _LABEL_FIELDS[name] for name in label.open}
    return Wanted(facts, frozenset(unscored), label.optional)


def _codes_differ(values: Iterable[Value]) -> bool:
    return any(value <= _PURPOSES for value in values)


def _wanted_service(label: LabelledService, spell: Mapping[str, Spelling]) -> Wanted:
    fields = {"kind": "service", "start": "service_start", "stop": "service_stop"}
    entry = _wanted(label, fields, spell)
    # Times of a service are labelled where they matter; elsewhere a reader may give them or not.
    return entry._replace(open=frozenset(set(fields.values()) - set(entry.facts)))


def _wanted(
    label: LabelledAdministration | LabelledPump | LabelledService,
    fields: Mapping[str, str],
    spell: Mapping[str, Spelling],
) -> Wanted:
    facts = {}
    for field, kind in fields.items():
        answer: Answer[Any] | None = getattr(label, field)
        if answer is not None:
            written = spell.get(kind, str)
            facts[kind] = tuple(frozenset(written(value) for value in values) for values in answer.either)
    return Wanted(facts, frozenset(), label.optional)


def found(encounter: Encounter, elements: Iterable[str], rulebook: Rulebook) -> Sheet[Found]:
    """What a reader read, as entries; of the documentation only the `elements` that are scored."""
    spell = spellings(rulebook)
    sites = {site.id: site for site in encounter.access_sites}
    said = {name: value for name in elements if (value := _element(encounter.documented(name)))}
    if day := _value(encounter.encounter.date_of_service, dt.date.isoformat):
        said["date_of_service"] = day
    return Sheet(
        administrations=tuple(_administration(one, sites, spell) for one in encounter.administrations),
        pumps=tuple(Found(_facts(one, _PUMP_FIELDS, spell)) for one in encounter.pumps),
        services=tuple(_service(one, spell) for one in encounter.services),
        encounter=Found(said),
    )


def _element(fact: Fact[Any]) -> Value | None:
    if fact.standing is Standing.DENIED or fact.get() is False:
        return frozenset({"denied"})
    return frozenset({"said"}) if fact.known else None


def _administration(one: Administration, sites: Mapping[str, Any], spell: Mapping[str, Spelling]) -> Found:
    facts = _facts(one, _FIELDS, spell)
    purpose = facts.get("purpose", frozenset())
    if purpose and not purpose <= _PURPOSES:
        del facts["purpose"]
    site = sites.get(one.access_site.get() or "")
    if site is not None:
        facts |= _facts(site, {"kind": "site", "location": "location"}, spell)
    pauses = [(pause.start.get(), pause.stop.get()) for pause in one.interruptions]
    if pauses:
        facts["pause"] = frozenset(
            {" ".join(f"{_clock(start or '-')}-{_clock(stop or '-')}" for start, stop in pauses)}
        )
    return Found(facts, passing="flush" in purpose or "planned" in facts.get("status", ()))


def _service(one: Service, spell: Mapping[str, Spelling]) -> Found:
    times = _facts(one, {"start": "service_start", "stop": "service_stop"}, spell)
    return Found({"service": frozenset({one.kind}), **times})


def _facts(one: Any, fields: Mapping[str, str], spell: Mapping[str, Spelling]) -> dict[str, Value]:
    read = ((kind, _value(getattr(one, field), spell.get(kind, str))) for field, kind in fields.items())
    return {kind: value for kind, value in read if value}


def _value(fact: Fact[Any], written: Spelling) -> Value | None:
    if fact.standing is Standing.CONFLICTING:
        return frozenset(written(reading) for reading in fact.readings) or None
    return frozenset({written(fact.value)}) if fact.known else None
