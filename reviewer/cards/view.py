"""One code's card, gathered from the records: nothing in it is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import get_args

from reviewer.cards.records import Card, Case, Event, cards, index
from validator.edit_tables import NO_LIST, Edition, Edits, Limit, Setting
from validator.findings import Citation
from validator.records import Code, Requirement, Rule
from validator.rulebook import Rulebook, Switch

TIERS = ("code", "payment", "safety")


@dataclass(frozen=True, slots=True)
class View:
    """A code with everything that bears on it. `extends` are the add-ons that it carries as a primary.

    Primaries, partners in pairs and limits are those of the quarterly tables in force, a site's own where it loaded
    them: `pairs_of` and `primaries_of` name the editions, `limits` its own beside each limit. Pairs are of one setting.
    """

    record: Code
    card: Card | None
    history: tuple[Event, ...]
    primaries: tuple[str, ...]
    extends: tuple[str, ...]
    rules: tuple[Rule, ...]
    documentation: tuple[Requirement, ...]
    switches: tuple[Switch, ...]
    never_with: tuple[str, ...]
    with_modifier: tuple[str, ...]
    limits: tuple[tuple[Setting, Limit, Edition], ...]
    pairs_of: Edition
    primaries_of: Edition
    examples: tuple[tuple[str, Case], ...]
    cases: tuple[str, ...]


def newest(rulebook: Rulebook) -> date:
    """The day that a card is of: the rulebook's, or the first one of a later quarter that a site has loaded."""
    tables = rulebook.imported
    loaded = [one.edition for one in tables.pairs]
    loaded += [*(one.edition for one in tables.limits), *(one.edition for one in tables.primaries)]
    return max([rulebook.default_date, *(edition.since for edition in loaded)])


def view(code: str, rulebook: Rulebook, on: date, setting: Setting = "facility") -> View:
    """The card of a code of the rulebook on a date. Raises KeyError for a code that it does not have."""
    record = rulebook.codes[code]
    card, known = cards().get(code), index()
    asked = set(known.requirements.get(code, ()))
    documentation = [r for r in rulebook.requirements if r.id in asked and _in_force(r.since, r.until, on)]
    shown = (card.examples if card else ()) or known.cases.get(code, ())[:3]
    edits = rulebook.edits(setting, on)
    return View(
        record=record,
        card=card,
        history=card.history if card and card.history else (Event(record.since, "in force since"),),
        primaries=primaries(record, edits),
        extends=tuple(sorted(o.id for o in rulebook.codes.values() if code in primaries(o, edits))),
        rules=tuple(rulebook.rules[r] for r in known.rules.get(code, ()) if r in rulebook.rules),
        documentation=tuple(sorted(documentation, key=lambda r: TIERS.index(r.tier))),
        switches=tuple(rulebook.switches[name] for name in (card.conflicts if card else ())),
        never_with=_partners(code, rulebook, edits, 0),
        with_modifier=_partners(code, rulebook, edits, 1),
        limits=tuple(_limits(code, rulebook, on)),
        pairs_of=edits.editions[0],
        primaries_of=edits.editions[2],
        examples=tuple((name, known.case[name]) for name in shown),
        cases=known.cases.get(code, ()),
    )


def primaries(record: Code, edits: Edits) -> tuple[str, ...]:
    """The primaries of an add-on: of the table in force, or its record's where the table leaves them to payers."""
    listed = edits.primaries(record.id) if record.role == "add_on" else None
    if listed is None or (listed.kind == NO_LIST and not listed.codes):
        return record.primaries
    return tuple(sorted(listed.codes))


def _limits(code: str, rulebook: Rulebook, on: date) -> Iterator[tuple[Setting, Limit, Edition]]:
    settings: tuple[Setting, ...] = get_args(Setting)
    for setting in reversed(settings):
        edits = rulebook.edits(setting, on)
        limit = edits.limit(code)
        if limit is not None:
            yield setting, limit, edits.editions[1]


def _in_force(since: date, until: date | None, on: date) -> bool:
    return since <= on and (until is None or on < until)


def _partners(code: str, rulebook: Rulebook, edits: Edits, indicator: int) -> tuple[str, ...]:
    """The codes of the rulebook that a pair with this one holds, whichever column it stands in."""
    pairs = ((edits.indicator(code, other), edits.indicator(other, code), other) for other in rulebook.codes)
    return tuple(sorted(other for first, second, other in pairs if indicator in (first, second)))


def sources(view: View) -> tuple[Citation, ...]:
    """Every citation of the card, each once, the code's own first."""
    cited = list(view.record.cite)
    for rule in view.rules:
        cited += rule.versions[-1].cite
    for switch in view.switches:
        cited += switch.cite
    return tuple(dict.fromkeys(cited))
