"""Administrations as the coding rules see them: class, route, technique, minutes, place and visit resolved.

Times are whole minutes on one absolute clock (day ordinal x 1440 + minute of the day); seconds are cut off (TIME-23).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from validator.facts import Administration
from validator.records import Drug
from validator.times import Span, subtract

Family = Literal[
    "chemotherapy",
    "therapeutic",
    "hydration",
    "hormonal",
    "radiopharm",
    "flush",
    "blood",
    "cellular",
    "vaccine",
    "contrast",
    "local_anaesthetic",
    "unknown",
]
Mode = Literal["infusion", "push", "injection", "pump", "unknown"]
PUSH_TECHNIQUES = ("push", "injection")
PUSH_LIMIT = 15
"""Minutes up to which what runs by vein or artery is a push (TIME-1)."""
NO_NEEDLE = ("oral", "topical", "inhaled")
"""Routes that no administration code is for (ROUTE-1)."""


class Event(NamedTuple):
    """One administration, or several drugs in one bag (`members`), ready for the rules.

    `minutes` is the running time without pauses, None when it is not documented. `segments` are the running spans
    (half-open, absolute minutes). `extent` is every minute it may have occupied: the segments when the times are
    known, and up to the end of time when an end is not (decision 1).
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
    segments: tuple[Span, ...]
    extent: tuple[Span, ...]
    site: str | None
    visit: str | None
    calculated: bool = False
    complex_biologic: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the administrations behind this event."""
        return tuple([member.id for member in self.members])

    @property
    def timed(self) -> bool:
        """Whether its running minutes are documented."""
        return self.minutes is not None

    @property
    def open_extent(self) -> tuple[Span, ...]:
        """The minutes it may have occupied beside those that it is known to have, which an hourly code counts."""
        counted = self.timed and self.family in ("chemotherapy", "therapeutic")
        return subtract(self.extent, self.segments) if counted else self.extent

    def has_trait(self, trait: str) -> bool:
        """Whether any of its drugs has a trait of the drug table ("vinca", "thrombolytic", ...)."""
        return bool([drug for drug in self.drugs if trait in drug.traits])

    @property
    def name(self) -> str:
        """What to call it in a sentence: the drug as documented, else a neutral word."""
        return " + ".join(m.drug.value for m in self.members if m.drug.value) or "an unnamed drug"
