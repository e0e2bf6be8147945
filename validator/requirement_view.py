"""What the documentation requirements look at: the coded lines and given drugs of an encounter, indexed once.

The groups of codes are the `Applies` columns of the documentation table (domain rules, section 9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from validator.events import NO_NEEDLE, Event
from validator.facts import AccessSite, Administration, DocumentationValue, Encounter, Fact, Pump
from validator.frozen import frozen
from validator.records import Requirement

INTRA_ARTERIAL = frozenset({"96420", "96422", "96423", "96425"})
HORMONAL = frozenset({"96402"})
SPINAL_FLUID = frozenset({"96450", "96542"})
CAVITY = frozenset({"96440", "96446"})
THROUGH_LINE = frozenset({"96409", "96411", "96413", "96415", "96416", "96417", "G0498"}) | INTRA_ARTERIAL
CHEMOTHERAPY = frozenset({"96401", "96405", "96406", "51720"}) | HORMONAL | THROUGH_LINE | SPINAL_FLUID | CAVITY
"""Treatment with an antineoplastic or complex drug, a bladder instillation included."""
PROLONGED_IV = frozenset({"96416", "G0498"})
PUMP_START = PROLONGED_IV | {"96425", "C8957"}
PUMP_REFILL = frozenset({"96521", "96522"})
PUMP = PUMP_START | PUMP_REFILL
HYDRATION = frozenset({"96360", "96361"})
TIMED = frozenset({"96365", "96366", "96367", "96368", "96369", "96370", "96413", "96415", "96417", "96422", "96423"})
INJECTION = frozenset({"96372", "96401", "96402"})
OWN_HANDS = frozenset({"96405", "96406", "51720"}) | CAVITY | SPINAL_FLUID
"""What a physician does in person; no staff work that would need supervision."""
SCALP_COOLING = frozenset({"0662T", "0663T", "97007", "97008", "97009"})
VISIT = frozenset({"99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215", "G0463"})
INITIAL_KINDS = (
    frozenset({"96409", "96411", "96413", "96415", "96417"}),
    frozenset({"96365", "96366", "96367", "96368", "96369", "96374", "96375", "96376"}),
    HYDRATION,
)
"""The kinds of service that may hold the initial code; in an office the reason for the visit decides."""

DRUG_FAMILIES = frozenset({"chemotherapy", "hormonal", "therapeutic"})


class RequirementSource(Protocol):
    """Anything that holds the requirement records: the rulebook, or a test's own handful."""

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """All records, in file order."""


class Coded(Protocol):
    """Anything that says what was coded for whom: a code line, or the draft of one."""

    code: str
    kind: str
    administrations: tuple[str, ...]


@frozen
class RequirementContext:
    """One coded encounter as the requirements see it. `events` are the given ones, `lines` what was coded."""

    encounter: Encounter
    lines: Sequence[Coded]
    events: tuple[Event, ...]
    setting: str
    payer: str | None
    switches: Mapping[str, bool | int | str]
    on: date
    rulebook: RequirementSource


class Subject(NamedTuple):
    """What a requirement is about: the encounter, an administration or a service, and its codes."""

    affects: tuple[str, ...] = ()
    administration: str | None = None
    service: str | None = None
    name: str = ""
    event: Event | None = None
    facts: Administration | None = None


Subjects = tuple[Subject, ...]


class Given(NamedTuple):
    """One administration of an event, with the codes of services and of drugs that rest on it.

    `of_services` is it as the subject of a requirement that bears on `codes`, which most do.
    """

    event: Event
    facts: Administration
    codes: tuple[str, ...]
    drug_codes: tuple[str, ...]
    of_services: Subject

    def subject(self, affects: tuple[str, ...]) -> Subject:
        """This administration as the subject of a requirement that bears on the codes `affects`."""
        one = self.of_services
        return one if affects == self.codes else Subject(affects, one.administration, None, one.name, *one[4:])


_Codes = Mapping[str, Iterable[str]]


def _given(event: Event, member: Administration, services: _Codes, drugs: _Codes) -> Given:
    identity = member.id
    codes = tuple(services.get(identity, ()))
    subject = Subject(codes, identity, None, member.drug.value or "", event, member)
    return Given(event, member, codes, tuple(drugs.get(identity, ())), subject)


class View:
    """One encounter, its lines indexed by administration. Built once, read by every condition and check."""

    __slots__ = (
        "_answers",
        "_present",
        "_reported",
        "chemotherapy_routes",
        "codes",
        "context",
        "documentation",
        "drug_codes",
        "encounter",
        "families",
        "given",
        "lines",
        "pumps",
        "sites",
    )

    def __init__(self, context: RequirementContext) -> None:
        self.context = context
        self._answers: dict[Callable[[View], Subjects], Subjects] = {}
        self.encounter: Encounter = context.encounter
        self.lines: Sequence[Coded] = context.lines
        self.documentation: dict[str, Fact[DocumentationValue]] = context.encounter.documentation
        self.sites: dict[str, AccessSite] = {site.id: site for site in context.encounter.access_sites}
        self.pumps: dict[str, Pump] = {pump.id: pump for pump in context.encounter.pumps}
        services: dict[str, dict[str, None]] = {}
        drugs: dict[str, dict[str, None]] = {}
        codes: dict[str, None] = {}
        drug_codes: dict[str, None] = {}
        for line in context.lines:
            code, by_id = line.code, services
            codes[code] = None
            if line.kind == "drug":
                drug_codes[code], by_id = None, drugs
            for one in line.administrations:
                by_id.setdefault(one, {})[code] = None
        self.codes, self.drug_codes = tuple(codes), tuple(drug_codes)
        self._present = frozenset(codes)
        self._index(services, drugs)

    def _index(self, services: _Codes, drugs: _Codes) -> None:
        """Every administration with its codes, those of them that are reported, and the kinds of drug there are."""
        given: list[Given] = []
        reported: list[Given] = []
        routes: set[str | None] = set()
        families: set[str] = set()
        for event in self.context.events:
            family, route = event.family, event.route
            swallowed = route in NO_NEEDLE
            if not swallowed:
                families.add(family)
            if family == "chemotherapy":
                routes.add(route)
            for member in event.members:
                one = _given(event, member, services, drugs)
                given.append(one)
                if one.codes or one.drug_codes or (family in DRUG_FAMILIES and not swallowed):
                    reported.append(one)
        self.given: tuple[Given, ...] = tuple(given)
        self._reported = tuple(reported)
        self.chemotherapy_routes = frozenset(routes)
        self.families = frozenset(families)

    def once(self, condition: Callable[[View], Subjects]) -> Subjects:
        """What a condition answers that others ask too; worked out once."""
        found = self._answers.get(condition)
        if found is None:
            found = self._answers[condition] = condition(self)
        return found

    def among(self, group: frozenset[str]) -> tuple[str, ...]:
        """The coded codes of a group, in the order of the lines."""
        if self._present.isdisjoint(group):
            return ()
        return tuple([code for code in self.codes if code in group])

    def reported(self) -> tuple[Given, ...]:
        """The administrations that carry a code, or would if nothing were missing."""
        return self._reported

    def with_codes(self, group: frozenset[str], among: Iterable[Given] | None = None) -> Subjects:
        """One subject per administration (of `among`) that carries a code of the group, bearing on those codes."""
        if self._present.isdisjoint(group):
            return ()
        found = []
        for given in self.given if among is None else among:
            if not group.isdisjoint(given.codes):
                found.append(given.subject(tuple([code for code in given.codes if code in group])))
        return tuple(found)

    def text(self, element: str) -> str:
        """The words of a documented element; "" when it is not documented or is a bare yes."""
        fact = self.documentation.get(element)
        value = fact.get() if fact is not None else None
        return value if isinstance(value, str) else ""

    def documented(self, element: str) -> bool:
        """Whether an element is documented: believed, and not said to be absent."""
        fact = self.documentation.get(element)
        return fact is not None and fact.known and fact.value is not False
