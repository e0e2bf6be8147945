"""A code card as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from reviewer.cards.records import Case
from reviewer.cards.view import View, sources
from validator.rulebook import Rulebook

WIDTH = 100
CLAIM = {
    "type_of_service": "type of service",
    "betos": "BETOS",
    "ccs": "CCS",
    "multiple_procedure": "multiple procedure",
    "bilateral": "bilateral surgery",
    "assistant": "assistant at surgery",
    "co_surgeon": "co-surgeon",
    "team": "team surgery",
    "supervision": "supervision",
    "imaging_family": "imaging family",
    "opps_status": "OPPS status",
}
"""The claim indicators of CMS tables, as a card calls them."""


def card_text(view: View, rulebook: Rulebook) -> str:
    """The whole card, in lines of at most 100 characters."""
    record, card = view.record, view.card
    lines = [f"{record.id}  {record.label}", f"  {record.family.replace('_', ' ')}, {record.role.replace('_', '-')}"]
    lines += _part("When", [card.when] if card else [])
    lines += _part("Not when", card.not_when if card else [])
    lines += _part("Beside", _beside(view))
    lines += _part("How it is counted", _worded_rules(view))
    lines += _part("Units a day", [limits(view)])
    lines += _part("What the record must hold", _documentation(view))
    lines += _part("Never on the same day as (facility)", [", ".join(view.never_with)] if view.never_with else [])
    lines += _part("Only as a distinct service beside (facility)", [", ".join(view.with_modifier)])
    lines += _part("Modifiers seen with it", [", ".join(card.modifiers)] if card and card.modifiers else [])
    lines += _part("Where payers differ", [f"{s.name}: {s.description} Default: {s.default}." for s in view.switches])
    lines += _part("History", [f"{event.on}  {event.what}" for event in view.history])
    lines += _part("Claim indicators", [claim(view)])
    lines += _part("Examples", [example(name, case) for name, case in view.examples])
    lines += _part("Tests", [f"{len(view.cases)} cases: {', '.join(view.cases)}"] if view.cases else [])
    lines += _part("Sources", [f"{rulebook.sources[c.source].title}: {c.at}" for c in sources(view)])
    return "\n".join(lines)


def _part(title: str, entries: Iterable[str]) -> list[str]:
    kept = [entry for entry in entries if entry]
    return [title, *(line for entry in kept for line in _indented(entry))] if kept else []


def _indented(text: str) -> Iterator[str]:
    return iter(wrap(text, WIDTH, initial_indent="  - ", subsequent_indent="    "))


def _beside(view: View) -> Iterator[str]:
    if view.record.primaries:
        yield f"needs one of {', '.join(view.record.primaries)} beside it"
    if view.extends:
        yield f"carries the add-ons {', '.join(view.extends)}"


def _worded_rules(view: View) -> Iterator[str]:
    return (f"{rule.versions[-1].says} [{rule.id}]" for rule in view.rules)


def _documentation(view: View) -> Iterator[str]:
    for r in view.documentation:
        effect = "" if r.tier == "code" else ", the code stands without it"
        yield f"{r.element.replace('_', ' ')} ({r.tier}: {r.effect.replace('_', ' ')}{effect}) [{r.id}]"


def limits(view: View) -> str:
    """The daily limits of both settings, with the kind of limit."""
    record = view.record
    told = [
        f"{name} {most} (adjudication indicator {kind})"
        for name, most, kind in (
            ("practitioner", record.mue_practitioner, record.mai_practitioner),
            ("outpatient hospital", record.mue_facility, record.mai_facility),
        )
        if most is not None
    ]
    return "at most, before review: " + ", ".join(told) if told else ""


def claim(view: View) -> str:
    """The indicators by name, those of the fee schedule first."""
    record, own = view.record, view.card.claim if view.card else {}
    fixed = {"fee schedule status": record.status, "PC/TC": record.pctc, "global days": record.global_days}
    return ", ".join(
        [f"{name} {value}" for name, value in fixed.items() if value]
        + [f"{CLAIM[name]} {value}" for name, value in own.items()]
    )


def example(name: str, case: Case) -> str:
    """One case in a line: its words and the codes it ends in."""
    told = ", ".join(f"{'-'.join((code, *mods))} x{units}" for code, units, mods in case.codes)
    return f"{case.title}{f' -> {told}' if told else ''} [{name}]"
