"""One code's card, gathered from the records: nothing in it is written here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reviewer.cards.records import Card, Case, Event, cards, index
from validator.findings import Citation
from validator.records import Code, Requirement, Rule
from validator.rulebook import Pair, Rulebook, Switch

TIERS = ("code", "payment", "safety")


@dataclass(frozen=True, slots=True)
class View:
    """A code with everything that bears on it. `extends` are the add-ons that it carries as a primary."""

    record: Code
    card: Card | None
    history: tuple[Event, ...]
    extends: tuple[str, ...]
    rules: tuple[Rule, ...]
    documentation: tuple[Requirement, ...]
    switches: tuple[Switch, ...]
    never_with: tuple[str, ...]
    with_modifier: tuple[str, ...]
    examples: tuple[tuple[str, Case], ...]
    cases: tuple[str, ...]


def view(code: str, rulebook: Rulebook, on: date, setting: str = "facility") -> View:
    """The card of a code of the rulebook on a date. Raises KeyError for a code that it does not have."""
    record = rulebook.codes[code]
    card, known = cards().get(code), index()
    asked = set(known.requirements.get(code, ()))
    documentation = [r for r in rulebook.requirements if r.id in asked and _in_force(r.since, r.until, on)]
    shown = (card.examples if card else ()) or known.cases.get(code, ())[:3]
    return View(
        record=record,
        card=card,
        history=card.history if card and card.history else (Event(record.since, "in force since"),),
        extends=tuple(sorted(other.id for other in rulebook.codes.values() if code in other.primaries)),
        rules=tuple(rulebook.rules[r] for r in known.rules.get(code, ()) if r in rulebook.rules),
        documentation=tuple(sorted(documentation, key=lambda r: TIERS.index(r.tier))),
        switches=tuple(rulebook.switches[name] for name in (card.conflicts if card else ())),
        never_with=_partners(code, rulebook, setting, 0),
        with_modifier=_partners(code, rulebook, setting, 1),
        examples=tuple((name, known.case[name]) for name in shown),
        cases=known.cases.get(code, ()),
    )


def _in_force(since: date, until: date | None, on: date) -> bool:
    return since <= on and (until is None or on < until)


def _partners(code: str, rulebook: Rulebook, setting: str, indicator: int) -> tuple[str, ...]:
    """The codes of the rulebook that a pair with this one holds, whichever column it stands in."""
    pairs: list[Pair] = [p for p in rulebook.pairs.values() if code in (p.column1, p.column2)]
    found = {p.column1 if p.column2 == code else p.column2 for p in pairs if p.indicator(setting) == indicator}
    return tuple(sorted(found & rulebook.codes.keys()))


def sources(view: View) -> tuple[Citation, ...]:
    """Every citation of the card, each once, the code's own first."""
    cited = list(view.record.cite)
    for rule in view.rules:
        cited += rule.versions[-1].cite
    for switch in view.switches:
        cited += switch.cite
    return tuple(dict.fromkeys(cited))
