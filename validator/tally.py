"""Only the units: one encounter worked out without reasons and questions, for answers to many what-ifs.

The rules are those of `coding.work_out`; tests compare the two on generated encounters and on the cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from validator.assembly import Key, aggregate, certain
from validator.coding import work_out
from validator.events import Event
from validator.facts import Administration, Encounter
from validator.findings import Judged
from validator.readings import other_clock, readings, unsettled
from validator.records import Policy
from validator.rulebook import Rulebook
from validator.switches import switches_from
from validator.worksheet import Context, Draft, QuietSheet, Worksheet

Bag = tuple[Administration, ...]


class Line(NamedTuple):
    """What units are counted for: the lines of a claim, whatever their dates. `kind` is that of `CodeLine`."""

    code: str
    modifiers: tuple[str, ...]
    kind: str


@dataclass(slots=True)
class _Sheet(QuietSheet):
    """Bags it has seen before it does not rebuild."""

    seen: dict[tuple[int, ...], Event] = field(default_factory=dict)

    def event(self, bag: Bag, build: Callable[[Worksheet, Bag], Event]) -> Event:
        key = tuple(id(member) for member in bag)
        found = self.seen.get(key)
        if found is None:
            found = self.seen[key] = build(self, bag)
        return found


class _SheetWithoutDrugs(_Sheet):
    """Drug lines change no other line."""

    __slots__ = ()
    counts_drugs = False


class Tally:
    """Counts units for encounters that differ in few facts; administrations they share are worked out once.

    It keeps every encounter it has counted, so that no two administrations are taken for one another.
    """

    def __init__(self, rulebook: Rulebook, pack: Policy, judged: Judged) -> None:
        self._rulebook, self._pack, self._judged = rulebook, pack, judged
        self._switches = switches_from(pack.switches)
        self._seen: dict[tuple[int, ...], Event] = {}
        self._kept: list[Encounter] = []

    def units(self, encounter: Encounter) -> Counter[str]:
        """Units of each administration and service code that every reading gives."""
        counted: Counter[str] = Counter()
        for draft in self._certain(encounter, _SheetWithoutDrugs).values():
            counted[draft.code] += draft.units
        return counted

    def lines(self, encounter: Encounter) -> Counter[Line]:
        """Units of each line that every reading gives, drugs and all."""
        counted: Counter[Line] = Counter()
        for draft in self._certain(encounter, _Sheet).values():
            counted[Line(draft.code, draft.modifiers, draft.kind)] += draft.units
        return counted

    def events(self, encounter: Encounter) -> tuple[Event, ...]:
        """The administrations as the rules see them."""
        self._kept.append(encounter)
        return self._sheet(encounter, _SheetWithoutDrugs).events

    def _certain(self, encounter: Encounter, kind: type[_Sheet]) -> dict[Key, Draft]:
        self._kept.append(encounter)
        found = unsettled(encounter).disagreements
        variants = [reading.encounter for reading in readings(encounter, found)]
        on = self._judged.date_of_service or self._rulebook.default_date
        variants += [shifted for v in tuple(variants) if (shifted := other_clock(v, on)) is not None]
        self._kept += variants
        return certain([aggregate(self._sheet(v, kind).drafts) for v in variants])

    def _sheet(self, encounter: Encounter, kind: type[_Sheet]) -> Worksheet:
        info, judged = encounter.encounter, self._judged
        context = Context(
            encounter=encounter,
            rulebook=self._rulebook,
            on=info.date_of_service.get() or judged.date_of_service or self._rulebook.default_date,
            setting=info.setting.get() or judged.setting,
            payer=info.payer.get() or judged.payer,
            policy=self._pack.id,
            switches=self._switches,
        )
        # Another zone, date or policy makes other minutes of the same facts, so only the same context shares events.
        shared = self._seen if info.timezone is None and context.on == judged.date_of_service else {}
        return work_out(context, kind(context, seen=shared))
