"""Administrations as the coding rules see them: class, route, technique, minutes, place and visit resolved.

Times are whole minutes on one absolute clock (day ordinal x 1440 + minute of the day); seconds are cut off (TIME-23).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from validator.facts import Administration
from validator.records import Drug

Family = Literal[
    "chemotherapy", "therapeutic", "hydration", "hormonal", "radiopharmaceutical", "flush", "other", "unknown"
]
Mode = Literal["infusion", "push", "injection", "pump", "unknown"]


@dataclass(frozen=True, slots=True)
class Event:
    """One administration, or several drugs in one bag (`members`), ready for the rules.

    `minutes` is the running time without pauses, None when it is not documented. `segments` are the running spans
    (half-open, absolute minutes). `earliest` and `latest` bound the time it may have occupied when an end is unknown.
    """

    id: str
    facts: Administration
    members: tuple[Administration, ...]
    drugs: tuple[Drug, ...]
    ingredient: str | None
    family: Family
    route: str | None
    mode: Mode
    start: int | None
    stop: int | None
    minutes: int | None
    segments: tuple[tuple[int, int], ...]
    site: str | None
    visit: str | None
    given: bool
    calculated: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the administrations behind this event."""
        return tuple(member.id for member in self.members)

    @property
    def name(self) -> str:
        """What to call it in a sentence: the drug as documented, else a neutral word."""
        return " + ".join(m.drug.value for m in self.members if m.drug.value) or "an unnamed drug"
