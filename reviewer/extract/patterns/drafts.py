"""Administrations in the making: what has been read of one so far, before several tellings are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from reviewer.extract.wire import Said, WireAdministration, WirePause
from reviewer.language.clock import Clock
from validator.records import Drug

Fate = Literal["given", "held", "refused", "ordered", "spoken_of"]
"""Given; held or refused; ordered; or only spoken of ("here for Remicade"): a later "infusion started" may mean it."""

Told = dict[str, list[Said]]

_TUPLES = (
    "drug", "dose", "route", "technique", "start", "stop", "duration", "site", "lumen", "volume", "rates", "discarded",
    "container", "product", "ndc", "device", "lesions", "presence", "performed_by", "purpose", "status", "mixed",
    "concurrent",
)  # fmt: skip


@dataclass(eq=False)
class Pause:
    """A pause of an infusion; one end may be unknown."""

    start: Said | None = None
    stop: Said | None = None
    since: Clock | None = None


@dataclass(eq=False)
class Draft:
    """One administration in the making.

    `source` names where it was told (a note's prose, or one of its tables). `told` holds the words by the wire's field
    names; `start` and `stop` are the clocks as read, used only to put tellings together.
    """

    source: str
    note_id: str
    place: int
    ingredient: str
    drugs: tuple[Drug, ...]
    fate: Fate = "given"
    told: Told = field(default_factory=dict)
    start: Clock | None = None
    stop: Clock | None = None
    technique: str | None = None
    route: str | None = None
    amount: str | None = None
    pauses: list[Pause] = field(default_factory=list)
    mixed_with: list[Draft] = field(default_factory=list)
    concurrent_with: list[Draft] = field(default_factory=list)
    pump: int | None = None
    visit: str | None = None
    like: Draft | None = None  # the bag before it, whose way it has when nothing else tells one
    zone: tuple[int, int] = (0, 0)  # the stretch of its note that first told of it
    stamped: bool = False  # whether its start is only the stamp of its line

    def add(self, name: str, said: Said) -> None:
        """Keep words for a field, once."""
        words = self.told.setdefault(name, [])
        if all(one.text != said.text or one.at != said.at or one.note_id != said.note_id for one in words):
            words.append(said)

    def has(self, name: str) -> bool:
        """Whether anything is told for a field."""
        return bool(self.told.get(name))

    @property
    def admin_class(self) -> str:
        """The drug table's class, "unknown" for a drug it does not have."""
        return self.drugs[0].admin_class if self.drugs else "unknown"

    @property
    def never_by_vein(self) -> bool:
        """Whether the drug is known and no product of it goes into a vein."""
        return bool(self.drugs) and not any("intravenous" in drug.routes for drug in self.drugs)

    @property
    def is_open(self) -> bool:
        """Whether it is given, has begun, and no end is told yet."""
        lasts = self.technique not in ("push", "injection") and self.route != "oral"
        return self.fate == "given" and self.stop is None and lasts

    def wire(self, ids: dict[int, str]) -> WireAdministration:
        """The finished wire type; `ids` gives each draft's id."""
        told = {name: tuple(self.told.get(name, ())) for name in _TUPLES}
        pauses = tuple(WirePause(start=pause.start, stop=pause.stop) for pause in self.pauses)
        return WireAdministration(
            id=ids[id(self)],
            pauses=pauses,
            visit=self.visit,
            pump=None if self.pump is None else f"p{self.pump + 1}",
            mixed_with=tuple(ids[id(other)] for other in self.mixed_with if id(other) in ids),
            concurrent_with=tuple(ids[id(other)] for other in self.concurrent_with if id(other) in ids),
            **told,
        )
