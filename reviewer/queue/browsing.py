"""The worklist as a person looks through it: chosen, sorted and a page at a time, with what there is to choose from."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, String, cast, func, select

from reviewer.queue.states import STATES
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.store.snapshot import snapshot
from reviewer.queue.store.tables import versions, worklist
from reviewer.queue.work.outcome import EFFECTS
from reviewer.queue.worklist import URGENT_FIRST, Item, item_of

Sort = Literal["urgency", "encounter_id", "state", "effect", "missing", "deadline", "unit", "author", "assigned_to"]
SORTS: tuple[Sort, ...] = get_args(Sort)
NOTHING = "nothing"
"""Stands for encounters without any missing element where an effect is chosen."""
MOST_CHOICES = 200
_LARGEST = 2**31 - 1
_SPELT_ALIKE = ("unit", "author", "assigned_to")


class Wanted(NamedTuple):
    """What is to be listed; what is empty chooses nothing. `until` is the last deadline, as an ISO date.

    `effect` is the worst effect of what is missing, or `nothing`; `text` stands anywhere in the encounter's id.
    """

    states: tuple[str, ...] = ()
    unit: str = ""
    author: str = ""
    assigned_to: str = ""
    unassigned: bool = False
    effect: str = ""
    outcome: str = ""
    text: str = ""
    until: str = ""
    sort: Sort = "urgency"
    down: bool = False

    @property
    def chosen(self) -> bool:
        """Whether anything is left out."""
        return self._replace(sort="urgency", down=False) != Wanted()

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions on the worklist."""
        exact = {name: getattr(self, name) for name in ("unit", "author", "assigned_to", "outcome")}
        found: list[ColumnElement[bool]] = [worklist.c[name] == value for name, value in exact.items() if value]
        if self.states:
            found.append(worklist.c.state.in_(self.states))
        if self.unassigned:
            found.append(worklist.c.assigned_to.is_(None))
        if self.effect == NOTHING:
            found += [worklist.c.effect >= len(EFFECTS), worklist.c.outcome.is_not(None)]
        elif self.effect in EFFECTS:
            found.append(worklist.c.effect == EFFECTS.index(self.effect))
        if self.text:
            spelt = func.lower(cast(worklist.c.encounter_id, String))
            found.append(spelt.contains(self.text.lower(), autoescape=True))
        if self.until:
            found.append(worklist.c.deadline <= self.until)
        return found

    def order(self, *, backwards: bool = False) -> list[ColumnElement[Any]]:
        """What stands first; the most urgent where nothing else is asked for. `backwards` is the same from the end."""
        keys: list[tuple[ColumnElement[Any], bool]] = [(key, False) for key in URGENT_FIRST]
        if self.sort != "urgency":
            column = worklist.c[self.sort]
            keys = [(column.is_(None), False), (column, self.down), (worklist.c.encounter_id, False)]
        return [key.desc() if down != backwards else key.asc() for key, down in keys]


class Listed(NamedTuple):
    """A page of the list, how many there are on all pages, and how many stand in each state whatever is chosen."""

    items: list[Item]
    total: int
    states: dict[str, int]


class Choices(NamedTuple):
    """The units, authors and people that occur; the first `MOST_CHOICES` of each by name."""

    units: tuple[str, ...]
    authors: tuple[str, ...]
    people: tuple[str, ...]


@plain_failures
def listed(store: Store, wanted: Wanted, *, limit: int, offset: int = 0) -> Listed:
    """A page of the worklist at one moment. Raises `ConfigError` when the database cannot be used."""
    conditions = wanted.conditions()
    with snapshot(store) as connection:
        counted = select(worklist.c.state, func.count()).group_by(worklist.c.state)
        states: dict[str, int] = {row[0]: row[1] for row in connection.execute(counted)}
        total = sum(states.values())
        if conditions:
            total = connection.execute(select(func.count()).select_from(worklist).where(*conditions)).scalar_one()
        # Whatever stands before a page has to be sorted for it: a page of the second half is nearer to the end.
        count = max(min(limit, total - offset), 0)
        backwards = offset > total // 2
        skipped = total - offset - count if backwards else offset
        order = wanted.order(backwards=backwards)
        ids = select(worklist.c.encounter_id).where(*conditions).order_by(*order).limit(count).offset(max(skipped, 0))
        found = select(worklist).where(worklist.c.encounter_id.in_(ids)).order_by(*wanted.order())
        items = [item_of(row) for row in connection.execute(found)] if count else []
    return Listed(items, total, {state: states.get(state, 0) for state in STATES})


@plain_failures
def choices(store: Store) -> Choices:
    """What occurs on the worklist, to choose from."""
    with store.reading() as connection:
        found = []
        for name in _SPELT_ALIKE:
            column = worklist.c[name]
            some = select(column).where(column.is_not(None)).distinct().order_by(column).limit(MOST_CHOICES)
            found.append(tuple(connection.execute(some).scalars()))
    return Choices(*found)


@plain_failures
def encounter_of(store: Store, version: int) -> str | None:
    """The encounter that a version is of; None where there is no such version."""
    if not 0 < version <= _LARGEST:
        return None
    with store.reading() as connection:
        found: str | None = connection.execute(
            select(versions.c.encounter_id).where(versions.c.id == version)
        ).scalar_one_or_none()
    return found
