"""One fact of two readers: agreed, read by one, or contradicted. A contradiction keeps every value, for a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from reviewer.agreement.reading import Outcome, Reader, Reading
from reviewer.agreement.values import PLAIN, joined, limits, same, stated, text_of, values_of
from validator.facts import Fact, Standing

Mode = Literal["both", "llm"]


@dataclass
class Ledger:
    """Settles facts and keeps what came of each. In the mode `llm` the patterns are a witness: they only limit."""

    mode: Mode
    readings: list[Reading] = field(default_factory=list)
    found: set[str] = field(default_factory=set)
    """Ids of entries that hold a fact which only the model read and which counts."""

    def note(
        self,
        subject: str,
        outcome: Outcome,
        facts: dict[Reader, Fact[Any]],
        *,
        counted: bool = True,
    ) -> None:
        """Keep what the readers made of one subject."""
        values = {reader: text_of(fact) for reader, fact in facts.items()}
        self.readings.append(
            Reading(subject=subject, outcome=outcome, readers=tuple(facts), values=values, counted=counted)
        )

    def by_one(self, subject: str, reader: Reader, fact: Fact[Any], *, counted: bool) -> None:
        """Keep what one reader alone read. A counted find of the model marks its entry."""
        self.note(subject, "one_reader", {reader: fact}, counted=counted)
        if counted and reader == "model":
            self.found.add(subject.split(".")[1])

    def settle(self, subject: str, patterns: Fact[Any], model: Fact[Any], *, corroborated: bool = False) -> Fact[Any]:
        """The fact of both readers. With `corroborated` the model alone is not enough."""
        name = subject.rpartition(".")[2]
        if stated(patterns) and stated(model):
            return self._both(subject, name, patterns, model)
        if stated(patterns):
            counts = self.mode == "both" or limits(name, patterns)
            self.by_one(subject, "patterns", patterns, counted=counts)
            return patterns if counts else model
        if stated(model):
            counts = not corroborated or limits(name, model)
            self.by_one(subject, "model", model, counted=counts)
            return model if counts else patterns
        return patterns if self.mode == "both" else model

    def _both(self, subject: str, name: str, patterns: Fact[Any], model: Fact[Any]) -> Fact[Any]:
        fact = together(name, patterns, model)
        both: dict[Reader, Fact[Any]] = {"patterns": patterns, "model": model}
        told = {same(name, value) for value in values_of(patterns)}
        further = {same(name, value) for value in values_of(model)} - told
        self.note(subject, "contradiction" if further and name not in PLAIN else "agreed", both)
        return fact


def together(name: str, one: Fact[Any], other: Fact[Any]) -> Fact[Any]:
    """Two statements of one field as one fact: the first's words where they agree, every value where they do not."""
    if not stated(other):
        return one
    if not stated(one):
        return other
    evidence = joined(one.evidence, other.evidence)
    if name in PLAIN:
        return one.model_copy(update={"evidence": evidence})
    told = {same(name, value): value for value in values_of(one)}
    further = {same(name, value): value for value in values_of(other) if same(name, value) not in told}
    if not further:
        return one.model_copy(update={"evidence": evidence})
    readings = (*told.values(), *(further[key] for key in sorted(further, key=str)))
    return type(one)(value=readings[0], standing=Standing.CONFLICTING, evidence=evidence, readings=readings)
