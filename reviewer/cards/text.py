"""A code card as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from reviewer.cards.records import Case
from reviewer.cards.view import View, sources
from validator.edit_tables import Edition, Setting
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
SETTINGS: dict[Setting, str] = {"physician": "practitioner", "facility": "outpatient hospital"}
"""The settings as the tables of daily limits call them."""


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
    lines += _part(f"Never on the same day as ({pairs_of(view)})", [", ".join(view.never_with)])
    lines += _part(f"Only as a distinct service beside ({pairs_of(view)})", [", ".join(view.with_modifier)])
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
    table = f" (table of {quarter(view.primaries_of)})"
    if view.primaries:
        yield f"needs one of {', '.join(view.primaries)} beside it{table}"
    if view.extends:
        yield f"carries the add-ons {', '.join(view.extends)}{table}"


def _worded_rules(view: View) -> Iterator[str]:
    return (f"{rule.versions[-1].says} [{rule.id}]" for rule in view.rules)


def _documentation(view: View) -> Iterator[str]:
    for r in view.documentation:
        effect = "" if r.tier == "code" else ", the code stands without it"
        yield f"{r.element.replace('_', ' ')} ({r.tier}: {r.effect.replace('_', ' ')}{effect}) [{r.id}]"


def quarter(edition: Edition) -> str:
    """An edition of a quarterly table in words: its quarter, and whether the site has loaded it."""
    return edition.quarter + (", imported" if edition.origin == "imported" else "")


def pairs_of(view: View) -> str:
    """Which table of pairs the partners of a card were read from."""
    return f"{view.pairs_of.setting or 'facility'} table of {quarter(view.pairs_of)}"


def limits(view: View) -> str:
    """The daily limits of both settings, with the kind of limit and the tables they stand in."""
    told = [f"{SETTINGS[s]} {limit.units} (adjudication indicator {limit.mai})" for s, limit, _ in view.limits]
    tables = dict.fromkeys(quarter(edition) for _, _, edition in view.limits)
    return f"at most, before review: {', '.join(told)}; tables of {' and '.join(tables)}" if told else ""


def claim(view: View) -> str:
    """The indicators by name, those of the fee schedule first."""
    record, own = view.record, view.card.claim if view.card else {}
    fixed = {"fee schedule status": record.status, "PC/TC": record.pctc, "global days": record.global_days}
    return ", ".join(
        [f"{name} {value}" for name, value in fixed.items() if value]
        + [f"{CLAIM[name]} {value}" for name, value in own.items()]
    )


def unnamed(template: str) -> str:
    """A requirement's question where no drug is named."""
    return template.replace("the {drug}", "the drug").replace("{drug}", "the drug")


def example(name: str, case: Case) -> str:
    """One case in a line: its words and the codes it ends in."""
    told = ", ".join(f"{'-'.join((code, *mods))} x{units}" for code, units, mods in case.codes)
    return f"{case.title}{f' -> {told}' if told else ''} [{name}]"
