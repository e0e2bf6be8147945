"""Whether a requirement is documented: registered functions that `requirements.toml` names by `check`.

A check answers None when the record holds the element, else what is lacking: the standing of the nearest fact
and the note's words beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from validator.facts import Evidence, Fact, Standing
from validator.requirement_view import Subject, View
from validator.requirement_words import consent_told, names_place, names_stage, supervised_by


class Lack(NamedTuple):
    """Why an element does not count as documented, and the words near it."""

    standing: Standing
    near: tuple[Evidence, ...] = ()


Check = Callable[[View, Subject, str], Lack | None]

CHECKS: dict[str, Check] = {}
NOT_STATED = Lack(Standing.NOT_STATED)

VIRTUAL_SUPERVISION_FROM = date(2020, 3, 1)
"""First day on which supervision by real-time audio and video could count (C-20)."""


def check(name: str) -> Callable[[Check], Check]:
    """Register a function as the check `name`."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


def lack(fact: Fact[Any] | None) -> Lack | None:
    """None for a fact that is believed and is not a denial, else its standing and words."""
    if fact is None:
        return NOT_STATED
    if fact.known:
        return Lack(Standing.DENIED, fact.evidence) if fact.value is False else None
    return Lack(fact.standing, fact.evidence)


@check("documented")
def documented(view: View, _subject: Subject, element: str) -> Lack | None:
    """The encounter's documentation entry for the element."""
    fact = view.documentation.get(element)
    return NOT_STATED if fact is None else lack(fact)


@check("stated_or_denied")
def stated_or_denied(view: View, _subject: Subject, element: str) -> Lack | None:
    """The same, where "none" is an answer too: no reaction, no known allergy (DOC-19, DOC-33)."""
    fact = view.documentation.get(element)
    if fact is not None and (fact.known or fact.standing is Standing.DENIED):
        return None
    return lack(fact)


@check("date_of_service")
def date_of_service(view: View, _subject: Subject, _element: str) -> Lack | None:
    """The date of the encounter."""
    return lack(view.encounter.encounter.date_of_service)


@check("primary_reason")
def primary_reason(view: View, subject: Subject, element: str) -> Lack | None:
    """The main reason for the visit, as a fact of the encounter or a documentation entry."""
    if view.encounter.encounter.primary_reason.known:
        return None
    return documented(view, subject, element)


@check("dose_given")
def dose_given(_view: View, subject: Subject, _element: str) -> Lack | None:
    """The dose; for a fluid its volume is its dose."""
    if subject.facts is None or subject.event is None:
        return NOT_STATED
    if subject.event.family == "hydration" and subject.facts.volume.known:
        return None
    return lack(subject.facts.dose)


@check("access_site")
def access_site(view: View, subject: Subject, _element: str) -> Lack | None:
    """A line or a place on the body; the words for a site count even where no site of that id is listed."""
    if subject.facts is None or subject.event is None:
        return NOT_STATED
    link = subject.facts.access_site
    site = view.sites.get(link.get() or subject.event.site or "")
    if site is None:
        return lack(link)
    return None if site.kind.known or site.location.known else lack(site.location)


@check("artery_named")
def artery_named(view: View, subject: Subject, _element: str) -> Lack | None:
    """The artery: where the arterial site is."""
    if subject.facts is None or subject.event is None:
        return NOT_STATED
    site = view.sites.get(subject.facts.access_site.get() or subject.event.site or "")
    return lack(site.location) if site is not None else lack(subject.facts.access_site)


@check("injection_site")
def injection_site(view: View, subject: Subject, element: str) -> Lack | None:
    """Where an injection was given, on its own row or for all of them."""
    if subject.facts is not None and subject.facts.access_site.known:
        return None
    return documented(view, subject, element)


@check("volume_or_rate")
def volume_or_rate(view: View, subject: Subject, element: str) -> Lack | None:
    """The volume or a rate of the infusion."""
    facts = subject.facts
    if facts is not None and (facts.volume.known or any(rate.known for rate in facts.rates)):
        return None
    return documented(view, subject, element)


@check("hydration_order")
def hydration_order(view: View, subject: Subject, element: str) -> Lack | None:
    """The ordered volume and rate; failing that, the volume that ran and its rate."""
    facts = subject.facts
    if facts is not None and (facts.volume.known or facts.dose.known) and any(rate.known for rate in facts.rates):
        return None
    return documented(view, subject, element)


@check("start_time")
def start_time(_view: View, subject: Subject, _element: str) -> Lack | None:
    """The clock time of the administration."""
    return lack(subject.facts.start) if subject.facts is not None else NOT_STATED


@check("pump_owner")
def pump_owner(view: View, subject: Subject, element: str) -> Lack | None:
    """Whose pump it is."""
    pump = view.pumps.get(subject.facts.pump.get() or "") if subject.facts is not None else None
    if pump is None and len(view.pumps) == 1:
        pump = next(iter(view.pumps.values()))
    if pump is not None and pump.owner.known:
        return None
    if pump is not None and pump.owner.standing is not Standing.NOT_STATED:
        return lack(pump.owner)
    return documented(view, subject, element)


@check("package_number")
def package_number(view: View, subject: Subject, element: str) -> Lack | None:
    """The package number of this drug, or one for the encounter."""
    if subject.facts is not None and subject.facts.ndc.known:
        return None
    return documented(view, subject, element)


@check("stage")
def stage(view: View, subject: Subject, element: str) -> Lack | None:
    """The stage, as its own entry or in the words of the diagnosis."""
    return None if names_stage(view.text("diagnosis")) else documented(view, subject, element)


@check("tumor_location")
def tumor_location(view: View, subject: Subject, element: str) -> Lack | None:
    """The place of the tumor, as its own entry or in a diagnosis that names more than "cancer"."""
    diagnosis = view.documentation.get("diagnosis")
    if diagnosis is not None and diagnosis.get() is True:
        return None
    if names_place(view.text("diagnosis")):
        return None
    return documented(view, subject, element)


@check("consent")
def consent(view: View, subject: Subject, element: str) -> Lack | None:
    """A consent that was given: a refusal is a denial, and talking a treatment over is not yet a consent."""
    missing = documented(view, subject, element)
    words = view.text(element)
    if missing or not words:
        return missing
    told, near = consent_told(words), view.documentation[element].evidence
    if told == "given":
        return None
    return Lack(Standing.DENIED if told == "not_given" else Standing.NOT_STATED, near)


def virtual_supervision_counts(switches: Mapping[str, bool | int | str], on: date) -> bool:
    """Whether supervision by real-time audio and video counts on a date under the policy (C-20)."""
    return switches.get("supervision_virtual") == "allowed" and on >= VIRTUAL_SUPERVISION_FROM


@check("direct_supervision")
def direct_supervision(view: View, subject: Subject, element: str) -> Lack | None:
    """A supervising practitioner on site, or by video where that counts; never by telephone (C-20)."""
    missing = documented(view, subject, element)
    words = view.text(element)
    if missing or not words:
        return missing
    means = supervised_by(words)
    virtual = means == "video" and virtual_supervision_counts(view.context.switches, view.context.on)
    if means == "on_site" or virtual:
        return None
    return Lack(Standing.NOT_STATED, view.documentation[element].evidence)


@check("complexity_monitoring")
def complexity_monitoring(view: View, subject: Subject, element: str) -> Lack | None:
    """Evidence of complexity: its own entry, or vital signs with a statement on reactions (DOC-19)."""
    if view.documented("vital_signs") and stated_or_denied(view, subject, "adverse_reactions") is None:
        return None
    return documented(view, subject, element)
