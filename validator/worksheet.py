"""The sheet one reading of an encounter is worked out on: drafts of lines, gaps, and what cannot be coded.

Rules write on it; `coding.py` turns it into an assessment. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, NamedTuple

from validator.edit_tables import Edits
from validator.events import Event
from validator.facts import ENTERED, GROUNDED, NOT_STATED, Administration, Encounter, Evidence, Fact, Service
from validator.findings import NeedsHuman, NotCoded, Step, stated
from validator.frozen import frozen
from validator.gaps import Gap
from validator.records import RuleVersion
from validator.rulebook import Rulebook
from validator.switches import Switches
from validator.times import Span, absolute, at_minute, day_of

GROUNDS = ("drug", "route", "technique", "start", "stop")
"""The facts of an administration that stand behind a timed code."""

Grounds = tuple[tuple[Evidence, ...], tuple[str, ...]]
"""The words behind a step, and the paths of the facts behind it that a person entered."""


@frozen
class Context:
    """What every rule may look at: the encounter, the rulebook in force, the setting and the switches."""

    encounter: Encounter
    rulebook: Rulebook
    on: date
    setting: str
    payer: str | None
    policy: str
    switches: Switches

    @property
    def facility(self) -> bool:
        """Whether this is a facility claim."""
        return self.setting == "facility"

    @property
    def edits(self) -> Edits:
        """The published edits of the setting and the day."""
        return self.rulebook.edits("facility" if self.facility else "physician", self.on)

    def documented(self, *elements: str) -> bool:
        """Whether any of the elements is documented: believed, and not said to be absent."""
        for element in elements:
            fact = self.encounter.documentation.get(element)
            if fact is not None and fact.known and fact.value is not False:
                return True
        return False

    def rule(self, rule: str) -> RuleVersion:
        """A rule as it stands on the date of service. LookupError when it is not in force then."""
        version = self.rulebook.rule(rule, self.on)
        if version is None:
            raise LookupError(f"rule {rule} is not in force on {self.on}")
        return version

    def param(self, rule: str, name: str) -> Any:
        """A number or word of a rule as it stands on the date of service."""
        return self.rule(rule).params[name]


@dataclass(slots=True)
class Draft:
    """A code line in the making. `day` is the local date of its units."""

    code: str
    units: int
    day: date
    kind: str
    administrations: tuple[str, ...]
    services: tuple[str, ...]
    steps: tuple[Step, ...]
    modifiers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    visit: str | None = None
    group: str = ""


class Blocked(NamedTuple):
    """A code that named elements would support. `requirements` are the gaps that block it.

    `waits_for` are the administrations that lack them; () where it is its own.
    """

    code: str
    units: int
    administrations: tuple[str, ...]
    services: tuple[str, ...]
    reason: str
    requirements: tuple[str, ...]
    rule: str
    waits_for: tuple[str, ...] = ()


class Clash(NamedTuple):
    """The times of one administration contradict each other: how, and the words that say so."""

    administration: str
    what: str
    evidence: tuple[Evidence, ...]


@dataclass(slots=True)
class Worksheet:
    """Everything found in one reading of the encounter."""

    context: Context
    drafts: list[Draft] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    human: list[NeedsHuman] = field(default_factory=list)
    never: list[NotCoded] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    scope: list[str] = field(default_factory=list)
    events: tuple[Event, ...] = ()
    counts_drugs: ClassVar[bool] = True
    _behind: dict[tuple[str, tuple[str, ...]], Grounds] = field(default_factory=dict)

    def event(
        self, bag: tuple[Administration, ...], build: Callable[[Worksheet, tuple[Administration, ...]], Event]
    ) -> Event:
        """The event of a bag; a sheet that has worked out the same bag before may know it already."""
        return build(self, bag)

    def step(
        self,
        rule: str,
        inputs: dict[str, Any],
        events: Sequence[Event] = (),
        grounds: tuple[str, ...] = GROUNDS,
        also: Iterable[tuple[str, Fact[Any]]] = (),
    ) -> Step:
        """One rule applied: its sentence and citations on this date, and the words or entries it rests on."""
        context = self.context
        version = context.rulebook.rule(rule, context.on) or context.rule(rule)
        if len(events) == 1 and not also and len(events[0].members) == 1:
            one = events[0]
            evidence, entered = self._behind.get((one.id, grounds)) or self._grounds_of(one.facts, grounds)
        else:
            parts = [self._grounds_of(member, grounds) for event in events for member in event.members]
            evidence, entered = joined((*parts, collect(also)))
        return stated(
            Step,
            {
                "rule": rule,
                "version": version.id,
                "says": version.says,
                "citations": version.cite,
                "inputs": inputs,
                "evidence": evidence,
                "entered": entered,
            },
        )

    def _grounds_of(self, member: Administration, grounds: tuple[str, ...]) -> Grounds:
        """What is behind one administration, which the steps of its lines share; so it is looked up once."""
        key = member.id, grounds
        found = self._behind.get(key)
        if found is None:
            stem, facts = f"administrations.{member.id}.", member.__dict__
            entered, quoted = [], []
            for name in grounds:
                standing = facts[name].standing
                if standing is ENTERED:
                    entered.append(stem + name)
                elif standing is GROUNDED:
                    quoted.append((stem + name, facts[name]))
            found = self._behind[key] = collect(quoted)[0] if quoted else (), tuple(entered)
        return found

    def line(
        self,
        code: str,
        units: int,
        day: date,
        steps: Iterable[Step],
        events: Sequence[Event] = (),
        services: tuple[str, ...] = (),
        modifiers: tuple[str, ...] = (),
        kind: str = "administration",
        visit: str | None = None,
        group: str = "",
    ) -> Draft:
        """Put a supported code on the sheet."""
        draft = Draft(code, units, day, kind, ids_of(events), services, tuple(steps), modifiers, (), visit, group)
        self.drafts.append(draft)
        return draft

    def block(
        self,
        code: str,
        units: int,
        reason: str,
        requirements: tuple[str, ...],
        events: Sequence[Event] = (),
        services: tuple[str, ...] = (),
        rule: str = "",
        waits_for: tuple[str, ...] = (),
    ) -> None:
        """Put a code that would be supported if the requirements' elements were documented."""
        self.blocked.append(Blocked(code, units, ids_of(events), services, reason, requirements, rule, waits_for))

    def gap(
        self,
        requirement: str,
        event: Event | None = None,
        affects: tuple[str, ...] = (),
        fact: Fact[Any] | None = None,
        service: str | None = None,
        subject: str = "",
    ) -> None:
        """A requirement that is not met; the standing and nearby words come from the fact that should meet it."""
        self.gaps.append(
            Gap(
                requirement=requirement,
                administration=event.id if event else None,
                service=service,
                subject=subject or (event.name if event else ""),
                affects=affects,
                standing=fact.standing if fact is not None and not fact.known else NOT_STATED,
                near=fact.evidence if fact is not None else (),
            )
        )

    def ask_times(self, event: Event, codes: tuple[str, ...], family: str = "infusion") -> tuple[str, tuple[str, ...]]:
        """Ask for what is missing of the times; what to call it in a sentence, and the requirements not met.

        Where start and stop are told and still give no length, it is a pause whose length is not.
        """
        wanted = [name for name, value in (("start", event.start), ("stop", event.stop)) if value is None]
        if not wanted:
            self.gap("infusion.pause-times", event, codes)
            return "pause or restart time", ("infusion.pause-times",)
        requirements = tuple(f"{family}.{name}-time" for name in wanted)
        for name, requirement in zip(wanted, requirements, strict=True):
            self.gap(requirement, event, codes, getattr(event.facts, name))
        return " or ".join(f"{name} time" for name in wanted), requirements

    def ask_human(
        self,
        subject: str,
        reason: str,
        rule: str,
        events: Sequence[Event] = (),
        code: str | None = None,
        services: tuple[str, ...] = (),
    ) -> None:
        """Hand a matter to a person."""
        ids = ids_of(events)
        self.human.append(
            NeedsHuman(code=code, subject=subject, reason=reason, administrations=ids, services=services, rule=rule)
        )

    def never_coded(self, event: Event, reason: str, rule: str) -> None:
        """Say why something given is not reported on its own."""
        for member in event.members:
            subject = member.drug.value or event.name
            values = {"administration": member.id, "service": None, "subject": subject, "reason": reason, "rule": rule}
            self.never.append(stated(NotCoded, values))

    def hierarchy_rule(self, initial: bool) -> str:
        """The rule by which a service is the initial one of its access, or an add-on there."""
        if not initial:
            return "hierarchy.add-on"
        return "hierarchy.initial.facility" if self.context.facility else "hierarchy.initial.physician"

    def began(self, service: Service) -> int | None:
        """The absolute minute in which a service began, where it is documented."""
        start = service.start.get()
        zone = self.context.encounter.encounter.timezone
        return None if start is None else absolute(start, self.context.on, zone)

    def day(self, minute: int | None) -> date:
        """The local date of an absolute minute; the date of service when there is none."""
        zone = self.context.encounter.encounter.timezone
        return self.context.on if minute is None else day_of(minute, zone)

    def hour_lines(
        self,
        code: str,
        hours: int,
        spans: tuple[Span, ...],
        steps: tuple[Step, ...],
        events: tuple[Event, ...],
        visit: str | None,
        group: str,
        first: int = 1,
        modifiers: tuple[str, ...] = (),
    ) -> None:
        """Put further hours on the sheet, each dated by the day on which it began (TIME-24)."""
        days: dict[date, int] = {}
        for hour in range(first, first + hours):
            day = self.day(at_minute(spans, 60 * hour) if spans else None)
            days[day] = days.get(day, 0) + 1
        for day, units in days.items():
            self.line(code, units, day, steps, events, modifiers=modifiers, visit=visit, group=group)


class QuietSheet(Worksheet):
    """A worksheet that keeps what is counted and forgets what is said of it, for answers to what-ifs."""

    __slots__ = ()

    def step(self, *_: Any, **__: Any) -> Step:
        """No reason is given here."""
        return _UNSAID

    def gap(self, *_: Any, **__: Any) -> None:
        """Nothing is asked here."""

    def ask_human(self, *_: Any, **__: Any) -> None:
        """No person is told here."""

    def never_coded(self, *_: Any, **__: Any) -> None:
        """Nothing is explained here."""


_UNSAID = stated(
    Step, {"rule": "", "version": "", "says": "", "citations": (), "inputs": {}, "evidence": (), "entered": ()}
)


def ids_of(events: Sequence[Event]) -> tuple[str, ...]:
    """The administrations behind the events, each once."""
    if len(events) == 1:
        return events[0].ids
    return tuple(dict.fromkeys([member.id for event in events for member in event.members]))


def collect(facts: Iterable[tuple[str, Fact[Any]]]) -> Grounds:
    """The spans behind the facts, each given with its path, and the paths of those that a person entered."""
    evidence: dict[tuple[str, int, int], Evidence] = {}
    entered: dict[str, None] = {}
    for path, fact in facts:
        standing = fact.standing
        if standing is ENTERED:
            entered[path] = None
        elif standing is GROUNDED:
            for span in fact.evidence:
                evidence.setdefault((span.note_id, span.start, span.end), span)
    return tuple(evidence.values()), tuple(entered)


def joined(parts: Iterable[Grounds]) -> Grounds:
    """The spans and the paths of all parts, each once."""
    evidence: dict[tuple[str, int, int], Evidence] = {}
    entered: dict[str, None] = {}
    for spans, paths in parts:
        for span in spans:
            evidence.setdefault((span.note_id, span.start, span.end), span)
        entered.update(dict.fromkeys(paths))
    return tuple(evidence.values()), tuple(entered)
