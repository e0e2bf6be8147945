"""The administrations of both readers as one list. What only the model read has to be borne out by the note's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reviewer.agreement.alignment import FIELDS, Alignment, align, content, merged, overlap
from reviewer.agreement.settling import Ledger, together
from reviewer.agreement.values import Identity, limits, stated, values_of
from reviewer.grounding.lookalikes import drug_like
from reviewer.notes.note import Note
from validator.facts import Administration, Encounter, Evidence, Fact, Interruption, Standing

GIVEN = frozenset({"given", "stopped_early"})
NEVER_ALONE = frozenset({"hydration", "flush", "blood", "local_anaesthetic"})
"""Fluids and the like: a carrier, a flush or a numbed skin is easily taken for a drug that was given."""

_LINKS = ("access_site", "visit", "pump")
_TOGETHER = ("mixed_with", "concurrent_with")
_SETTLED = tuple(name for name in FIELDS if name not in ("drug", "drug_class", "status", *_LINKS))
_OWN_WORDS = ("dose", "start", "route")


@dataclass
class Places:
    """How the model's ids of lines, visits and pumps are called in the merged encounter; None where there is none."""

    access_site: dict[str, str] = field(default_factory=dict)
    visit: dict[str, str] = field(default_factory=dict)
    pump: dict[str, str] = field(default_factory=dict)


@dataclass
class Course:
    """Merges the administrations of two encounters. `names` tells what became of the model's ids."""

    patterns: Encounter
    model: Encounter
    notes: dict[str, Note]
    identity: Identity
    places: Places
    ledger: Ledger
    names: dict[str, str] = field(default_factory=dict)

    def administrations(self) -> tuple[Administration, ...]:
        """Those of the patterns, each with what the model tells of it, and then what only the model read."""
        found = align(self.patterns.administrations, self.model.administrations, self.identity)
        self._name(found)
        known = {one.id: self._own(one, found.told[one.id]) for one in self.patterns.administrations}
        out = [known[one.id] for one in self.patterns.administrations]
        for number, telling in enumerate(sorted((*found.new, *found.again), key=content), 1):
            if alone := self._alone(telling, f"m{number}", new=telling in found.new):
                out.append(alone)
        kept = {one.id for one in out}
        return tuple(
            one.model_copy(update={name: self._existing(one, name, kept) for name in _TOGETHER}) for one in out
        )

    def _name(self, found: Alignment) -> None:
        for known, tellings in found.told.items():
            self.names.update((telling.id, known) for telling in tellings)
        for number, telling in enumerate(sorted((*found.new, *found.again), key=content), 1):
            self.names[telling.id] = f"m{number}"

    def _existing(self, one: Administration, name: str, kept: set[str]) -> tuple[str, ...]:
        return tuple(other for other in dict.fromkeys(getattr(one, name)) if other in kept and other != one.id)

    def _own(self, patterns: Administration, tellings: list[Administration]) -> Administration:
        """An administration that the patterns read, with what the model tells of it."""
        if not tellings:
            return self._passed_over(patterns)
        model = self._in_these_ids(merged(tellings))
        path = f"administrations.{patterns.id}"
        changes: dict[str, Any] = {"drug": self._drug(path, patterns.drug, model.drug)}
        for name in _SETTLED:
            changes[name] = self.ledger.settle(f"{path}.{name}", getattr(patterns, name), getattr(model, name))
        changes["status"] = self._status(f"{path}.status", patterns.status, model.status)
        for name in _LINKS:
            subject = f"{path}.{name}"
            changes[name] = self.ledger.settle(
                subject, getattr(patterns, name), getattr(model, name), corroborated=name != "access_site"
            )
        changes["interruptions"] = self._pauses(path, patterns.interruptions, model.interruptions)
        changes["rates"] = self._rates(patterns, model)
        for name in _TOGETHER:
            changes[name] = (*getattr(patterns, name), *getattr(model, name))
        return patterns.model_copy(update=changes)

    def _drug(self, path: str, patterns: Fact[str], model: Fact[str]) -> Fact[str]:
        """The drug as the patterns name it: brand and generic are one, and the tellings were matched by it."""
        if stated(patterns) and stated(model):
            self.ledger.note(f"{path}.drug", "agreed", {"patterns": patterns, "model": model})
            return together("product", patterns, model)
        return patterns

    def _status(self, subject: str, patterns: Fact[Any], model: Fact[Any]) -> Fact[Any]:
        """Whether it was given. What the patterns read as not given is never given by the model's word alone."""
        told = {*values_of(patterns), *values_of(model)}
        if stated(patterns) and stated(model) and told == GIVEN:
            self.ledger.note(subject, "agreed", {"patterns": patterns, "model": model})
            early = patterns if patterns.get() == "stopped_early" else model
            return early if early.known else together("status", patterns, model)
        return self.ledger.settle(subject, patterns, model, corroborated=True)

    def _pauses(
        self, path: str, patterns: tuple[Interruption, ...], model: tuple[Interruption, ...]
    ) -> tuple[Interruption, ...]:
        """The pauses that either reader read: a pause only takes minutes away."""
        left = [pause for pause in model if stated(pause.start) or stated(pause.stop)]
        out = []
        for number, pause in enumerate(patterns):
            same = next((other for other in left if _same_pause(pause, other)), None)
            if same is None:
                self.ledger.by_one(f"{path}.interruptions.{number}", "patterns", _shown(pause), counted=True)
                out.append(pause)
                continue
            left = [other for other in left if not _same_pause(pause, other)]
            out.append(
                Interruption(
                    start=self.ledger.settle(f"{path}.interruptions.{number}.start", pause.start, same.start),
                    stop=self.ledger.settle(f"{path}.interruptions.{number}.stop", pause.stop, same.stop),
                )
            )
        for pause in sorted(left, key=lambda one: (str(one.start.value), str(one.stop.value))):
            self.ledger.note(f"{path}.interruptions.{len(out)}", "one_reader", {"model": _shown(pause)})
            out.append(pause)
        return tuple(out)

    def _rates(self, patterns: Administration, model: Administration) -> tuple[Fact[Any], ...]:
        """Every rate that is told: more than one proves no length of time."""
        told = {str(rate.value): rate for rate in (*patterns.rates, *model.rates) if stated(rate)}
        if self.ledger.mode == "llm" and not model.rates:
            return ()
        return tuple(told.values()) or patterns.rates

    def _passed_over(self, patterns: Administration) -> Administration:
        """What the model did not tell of: in full where the patterns count, else as something given, no more known."""
        for name in (*FIELDS, "interruptions"):
            value = getattr(patterns, name)
            if isinstance(value, Fact) and stated(value):
                counts = self.ledger.mode == "both" or name == "drug" or limits(name, value)
                self.ledger.by_one(f"administrations.{patterns.id}.{name}", "patterns", value, counted=counts)
        if self.ledger.mode == "both":
            return patterns
        kept = {name: value for name in FIELDS if limits(name, value := getattr(patterns, name))}
        return Administration(
            id=patterns.id,
            drug=patterns.drug,
            **{"status": patterns.status, **kept},
            mixed_with=patterns.mixed_with,
            concurrent_with=patterns.concurrent_with,
        )

    def _alone(self, model: Administration, name: str, *, new: bool) -> Administration | None:
        """What only the model read: as given where the note bears it out, else to be asked for, else nothing."""
        path = f"administrations.{name}"
        if not stated(model.drug):
            return None
        given = model.drug.known and stated(model.status) and set(values_of(model.status)) <= GIVEN
        if not given or self._read_otherwise(model.drug.evidence):
            self.ledger.by_one(f"{path}.drug", "model", model.drug, counted=False)
            return None
        linked = any(self._beside(getattr(model, one), model.drug) for one in _OWN_WORDS)
        classes = self.identity.classes(str(model.drug.value))
        if new and linked and classes and not classes & NEVER_ALONE:
            mine = self._in_these_ids(model, alone=True)
            for field_name in FIELDS:
                if stated(value := getattr(mine, field_name)):
                    self.ledger.by_one(f"{path}.{field_name}", "model", value, counted=True)
            return mine.model_copy(update={"id": name})
        self.ledger.by_one(f"{path}.drug", "model", model.drug, counted=False)
        if not linked or classes & NEVER_ALONE or not (classes or self._looks_like_drug(model.drug)):
            return None
        asked = type(model.status)(value="given", standing=Standing.UNGROUNDED, evidence=model.status.evidence)
        return Administration(id=name, drug=model.drug, status=asked)

    def _read_otherwise(self, mentions: tuple[Evidence, ...]) -> bool:
        """Whether the patterns read these words as another drug's, or as a service (a flush)."""
        known = [e for one in self.patterns.administrations for e in (*one.drug.evidence, *one.purpose.evidence)]
        known += [e for service in self.patterns.services for e in service.detail.evidence]
        return any(overlap(mention, other) for mention in mentions for other in known)

    def _beside(self, value: Fact[Any], drug: Fact[str]) -> bool:
        """Whether a value was read on a line that names the drug."""
        return value.known and any(self._line(a) & self._line(b) for a in value.evidence for b in drug.evidence)

    def _line(self, evidence: Evidence) -> set[tuple[str, int]]:
        text = self.notes[evidence.note_id].text
        first = text.count("\n", 0, evidence.start)
        last = first + text.count("\n", evidence.start, evidence.end)
        return {(evidence.note_id, line) for line in range(first, last + 1)}

    def _looks_like_drug(self, drug: Fact[str]) -> bool:
        return any(
            drug_like(self.notes[e.note_id].text[e.start : e.end]) or drug_like(str(drug.value)) for e in drug.evidence
        )

    def _in_these_ids(self, one: Administration, *, alone: bool = False) -> Administration:
        """A telling with the merged encounter's ids for its lines, visit, pump and companions."""
        changes: dict[str, Any] = {}
        for name in _LINKS:
            known: dict[str, str] = getattr(self.places, name)
            fact: Fact[str] = getattr(one, name)
            told = tuple(known[value] for value in values_of(fact) if value in known)
            if alone and name != "access_site":
                told = ()
            changes[name] = _renamed(fact, tuple(dict.fromkeys(told)))
        for name in _TOGETHER:
            changes[name] = tuple(self.names[other] for other in getattr(one, name) if other in self.names)
        return one.model_copy(update=changes)


def _renamed(fact: Fact[str], told: tuple[str, ...]) -> Fact[str]:
    if not told:
        return type(fact)()
    if len(told) == 1:
        return type(fact)(value=told[0], standing=Standing.GROUNDED, evidence=fact.evidence)
    return fact.model_copy(update={"value": told[0], "readings": told})


def _same_pause(one: Interruption, other: Interruption) -> bool:
    starts, stops = (one.start, other.start), (one.stop, other.stop)
    return any(stated(a) and set(values_of(a)) & set(values_of(b)) for a, b in (starts, stops))


def _shown(pause: Interruption) -> Fact[Any]:
    return pause.start if stated(pause.start) else pause.stop
