"""Numbers of the summary page: what is missing where, what is supported and billed, how long things wait."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import select

from reviewer.queue.clock import now_text
from reviewer.queue.out.encounters import Encounter
from reviewer.queue.states import STATES
from reviewer.queue.store.database import Store
from reviewer.queue.store.tables import actions

EFFECTS = ("blocks", "downgrades", "at_risk")
"""What is counted of missing elements: those that cost a code or put one at risk."""

NOT_NAMED = "not named"
_NOT_COMPARED = "not_assessed"
_DAY = 86_400.0


class Stay(NamedTuple):
    """How long encounters stood, or stand, in a state: how many, and days at the median and the 90th percentile."""

    number: int
    median: float
    ninetieth: float


class Statistics(NamedTuple):
    """The numbers. Missing elements are counted by effect; units by code, of encounters that came with billed lines."""

    encounters: int
    states: dict[str, int]
    outcomes: dict[str, int]
    by_unit: dict[str, Counter[str]]
    by_author: dict[str, Counter[str]]
    by_element: dict[str, Counter[str]]
    supported: Counter[str]
    billed: Counter[str]
    compared: int
    stood: dict[str, Stay]
    stand: dict[str, Stay]


class Counting:
    """Counts encounters as they go by."""

    def __init__(self, store: Store) -> None:
        self._moves = _moves(store)
        self._now = now_text()
        self._states: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._unit: dict[str, Counter[str]] = defaultdict(Counter)
        self._author: dict[str, Counter[str]] = defaultdict(Counter)
        self._element: dict[str, Counter[str]] = defaultdict(Counter)
        self._supported: Counter[str] = Counter()
        self._billed: Counter[str] = Counter()
        self._compared = 0
        self._stood: dict[str, list[float]] = defaultdict(list)
        self._stand: dict[str, list[float]] = defaultdict(list)

    def add(self, one: Encounter) -> None:
        """Count one encounter."""
        fields, summary = one.fields, one.summary
        self._states[fields["state"]] += 1
        self._outcomes[fields["outcome"] or "waiting"] += 1
        for element, _tier, effect, _who in summary.get("missing", ()):
            if effect in EFFECTS:
                self._unit[fields["unit"] or NOT_NAMED][effect] += 1
                self._author[fields["author"] or NOT_NAMED][effect] += 1
                self._element[element.replace("_", " ")][effect] += 1
        if billed := summary.get("billed"):
            self._compared += 1
            for code, units, outcome in billed:
                if outcome != _NOT_COMPARED:
                    self._billed[code] += units
            for code, units, _modifiers in summary["codes"]:
                self._supported[code] += units
        self._time(fields)

    def _time(self, fields: dict[str, Any]) -> None:
        at = fields["received_at"]
        if finished := fields["finished_at"]:
            self._stood["new"].append(_days(at, finished))
            at = finished
        for moved, state in self._moves.get(fields["encounter_id"], ()):
            if moved > at:
                self._stood[state].append(_days(at, moved))
                at = moved
        self._stand[fields["state"]].append(_days(fields["since"], self._now))

    def result(self) -> Statistics:
        """The numbers of all that was added."""
        return Statistics(
            encounters=sum(self._states.values()),
            states={state: self._states[state] for state in STATES},
            outcomes=dict(self._outcomes),
            by_unit=_worst_first(self._unit),
            by_author=_worst_first(self._author),
            by_element=_worst_first(self._element),
            supported=self._supported,
            billed=self._billed,
            compared=self._compared,
            stood=_stays(self._stood),
            stand=_stays(self._stand),
        )


def _moves(store: Store) -> dict[str, list[tuple[str, str]]]:
    """When each encounter left which state, oldest first."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with store.reading() as connection:
        for row in connection.execute(
            select(actions.c.encounter_id, actions.c.at, actions.c.from_state)
            .where(actions.c.from_state.is_not(None))
            .order_by(actions.c.id)
        ):
            found[row.encounter_id].append((row.at, row.from_state))
    return found


def _days(start: str, end: str) -> float:
    return max(0.0, (dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(start)).total_seconds() / _DAY)


def _worst_first(counted: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    return dict(sorted(counted.items(), key=lambda item: (-item[1].total(), item[0])))


def _stays(found: dict[str, list[float]]) -> dict[str, Stay]:
    return {state: _stay(found[state]) for state in STATES if found.get(state)}


def _stay(days: Iterable[float]) -> Stay:
    ordered = sorted(days)
    return Stay(len(ordered), statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))])
