"""Every record of the rulebook as a card: plain words, dates, citations, examples, and links to what it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from reviewer.cards.text import claim, example, limits, pairs_of, quarter, unnamed
from reviewer.cards.view import newest, view
from reviewer.report.words import element, spaced
from validator.findings import Citation
from validator.records import Code, Drug, Policy, Requirement, Rule
from validator.rulebook import Rulebook, Switch


class Part(NamedTuple):
    """A section of a card: entries, each a sentence and the ids that it leads to."""

    title: str
    entries: tuple[tuple[str, tuple[str, ...]], ...]


class CardPage(NamedTuple):
    """A record as a page shows it."""

    id: str
    kind: str
    lead: str
    parts: tuple[Part, ...]
    sources: tuple[str, ...]


class Listed(NamedTuple):
    """A record in a list."""

    id: str
    kind: str
    says: str


def card(name: str, rulebook: Rulebook) -> CardPage | None:
    """The card of a code, rule, requirement, switch or policy; of a domain rule such as TIME-4, what carries it out."""
    if name in rulebook.codes:
        return _code(rulebook.codes[name], rulebook)
    if name in rulebook.rules:
        return _rule(rulebook.rules[name], rulebook)
    requirement = next((r for r in rulebook.requirements if r.id == name), None)
    if requirement is not None:
        return _requirement(requirement, rulebook)
    if name in rulebook.switches:
        return _switch(rulebook.switches[name], rulebook)
    if name in rulebook.policies:
        return _policy(rulebook.policies[name], rulebook)
    drugs = [drug for drug in rulebook.drugs if drug.code == name and name]
    return _drugs(name, drugs, rulebook) if drugs else _domain(name, rulebook)


def listed(rulebook: Rulebook) -> dict[str, tuple[Listed, ...]]:
    """Every record by kind."""
    return {
        "Codes": tuple(Listed(c.id, "code", c.label) for c in rulebook.codes.values()),
        "Rules": tuple(Listed(r.id, "rule", r.versions[-1].says) for r in rulebook.rules.values()),
        "Requirements": tuple(
            Listed(r.id, "requirement", f"{element(r.element)} ({r.tier})") for r in rulebook.requirements
        ),
        "Switches": tuple(Listed(s.name, "switch", s.description) for s in rulebook.switches.values()),
        "Policies": tuple(Listed(p.id, "policy", p.title) for p in rulebook.policies.values()),
    }


def _code(code: Code, rulebook: Rulebook) -> CardPage:
    found = view(code.id, rulebook, newest(rulebook))
    own, table = found.card, quarter(found.primaries_of)
    beside = [(f"needs one of these beside it ({table}):", found.primaries)] if found.primaries else []
    beside += [(f"carries the add-ons ({table})", found.extends)] if found.extends else []
    parts = (
        ("When", _plain([own.when] if own else [])),
        ("Not when", _plain(own.not_when if own else ())),
        ("Beside", beside),
        ("How it is counted", [(rule.versions[-1].says, (rule.id,)) for rule in found.rules]),
        ("Units a day", _plain([limits(found)])),
        (
            "What the record must hold",
            [(f"{element(r.element)} ({r.tier}: {spaced(r.effect)})", (r.id,)) for r in found.documentation],
        ),
        (f"Never on the same day as ({pairs_of(found)})", _codes(found.never_with)),
        (f"Only as a distinct service beside ({pairs_of(found)})", _codes(found.with_modifier)),
        ("Modifiers seen with it", _plain([", ".join(own.modifiers)] if own else [])),
        ("Where payers differ", [(f"{s.description} Default: {s.default}.", (s.name,)) for s in found.switches]),
        ("History", _plain(f"{event.on} {event.what}" for event in found.history)),
        ("Claim indicators", _plain([claim(found)])),
        ("Examples", _plain(example(name, case) for name, case in found.examples)),
    )
    cited = [*code.cite, *(c for rule in found.rules for c in rule.versions[-1].cite)]
    return CardPage(code.id, "code", code.label, _parts(parts), _sources(cited, rulebook))


def _rule(rule: Rule, rulebook: Rulebook) -> CardPage:
    dates = [
        (f"from {v.since}{f' until {v.until}' if v.until else ''}: {v.says}{_params(v.params)}", ())
        for v in rule.versions
    ]
    parts = (
        ("In force", dates),
        ("Carries out", [(spaced(name), ()) for name in rule.implements]),
        ("Not assessed", _plain([rule.not_assessed])),
    )
    cited = [c for v in rule.versions for c in v.cite]
    return CardPage(rule.id, "rule", rule.versions[-1].says, _parts(parts), _sources(cited, rulebook))


def _params(params: dict[str, object]) -> str:
    told = ", ".join(f"{spaced(name)} {value}" for name, value in params.items() if not isinstance(value, (dict, list)))
    return f" ({told})" if told else ""


def _requirement(item: Requirement, rulebook: Rulebook) -> CardPage:
    parts = (
        ("What it decides", _plain([f"{item.tier}: {spaced(item.effect)}"])),
        ("Who can add it", _plain([f"{item.fixable_by}; {spaced(item.curable or 'cannot be added afterwards')}"])),
        ("Question to the author", _plain([unnamed(item.question)])),
        ("In force", _plain([f"from {item.since}{f' until {item.until}' if item.until else ''}"])),
        ("Carries out", _plain(item.implements)),
    )
    lead = f"The record holds: {element(item.element)}."
    return CardPage(item.id, "requirement", lead, _parts(parts), _sources(item.cite, rulebook))


def _switch(switch: Switch, rulebook: Rulebook) -> CardPage:
    sides = [
        (f"{_value(p.value)}: {rulebook.sources[p.cite.source].title}, {p.cite.at}", ())
        for p in switch.positions
        if p.cite.source in rulebook.sources
    ]
    using = [
        (f"{policy.title}: {_value(policy.switches[switch.name])}", (policy.id,))
        for policy in rulebook.policies.values()
        if switch.name in policy.switches
    ]
    parts = (
        ("Values", _plain([", ".join(_value(v) for v in switch.values) or switch.kind])),
        ("Default", _plain([_value(switch.default)])),
        ("Who says what", sides),
        ("Policies", using),
    )
    return CardPage(switch.name, "switch", switch.description, _parts(parts), _sources(switch.cite, rulebook))


def _policy(policy: Policy, rulebook: Rulebook) -> CardPage:
    own = [(f"{spaced(d.switch)}: {_value(d.value)}", (d.switch,)) for d in policy.deviates]
    values = [(f"{spaced(name)}: {_value(value)}", (name,)) for name, value in policy.switches.items()]
    parts = (
        ("Setting and payers", _plain([f"{policy.setting}; {', '.join(policy.payers) or 'any payer'}"])),
        ("Starts from", [(policy.inherits, (policy.inherits,))] if policy.inherits else []),
        ("What it sets itself", own),
        ("All switches", values),
    )
    cited = [d.cite for d in policy.deviates]
    return CardPage(policy.id, "policy", policy.title, _parts(parts), _sources(cited, rulebook))


def _drugs(code: str, drugs: list[Drug], rulebook: Rulebook) -> CardPage:
    """A drug code: the products billed with it."""
    entries = [
        (
            f"{drug.product or drug.ingredient}: {drug.unit_amount.normalize():f} {drug.unit} a unit, "
            f"{', '.join(spaced(route) for route in drug.routes)}; given as {spaced(drug.admin_class)}",
            (),
        )
        for drug in drugs
        if drug.unit_amount is not None
    ]
    names = ", ".join(dict.fromkeys(drug.ingredient for drug in drugs))
    cited = [Citation(source=d.source, at=code) for d in drugs if d.source in rulebook.sources]
    return CardPage(code, "drug code", names, _parts((("Products", entries),)), _sources(cited, rulebook))


def _domain(name: str, rulebook: Rulebook) -> CardPage | None:
    found = [(r.versions[-1].says, (r.id,)) for r in rulebook.rules.values() if name in r.implements]
    found += [(element(r.element), (r.id,)) for r in rulebook.requirements if name in r.implements]
    found += [(s.description, (s.name,)) for s in rulebook.switches.values() if name in s.implements]
    lead = "Carried out by these records."
    return CardPage(name, "domain rule", lead, _parts((("Records", found),)), ()) if found else None


def _parts(parts: Iterable[tuple[str, Iterable[tuple[str, tuple[str, ...]]]]]) -> tuple[Part, ...]:
    made = (Part(title, tuple(entry for entry in entries if entry[0])) for title, entries in parts)
    return tuple(part for part in made if part.entries)


def _plain(texts: Iterable[str]) -> list[tuple[str, tuple[str, ...]]]:
    return [(text, ()) for text in texts]


def _codes(codes: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(" ", codes)] if codes else []


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sources(cited: Iterable[Citation], rulebook: Rulebook) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_titles(cited, rulebook)))


def _titles(cited: Iterable[Citation], rulebook: Rulebook) -> Iterator[str]:
    for one in cited:
        source = rulebook.sources.get(one.source)
        yield f"{source.title if source else one.source}: {one.at}"
