"""The rulebook: everything the validator knows about codes, rules, requirements, drugs and policies, by date.

A `Rulebook` is frozen and does no I/O; `loading.load_rulebook` reads it from `data/`. To add a drug, add one
row to `data/drugs.csv` and the new hash to `data/drugs.provenance.toml`; `tables.py` explains the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from validator.drug_names import DrugIndex
from validator.edit_tables import NOTHING_IMPORTED, Edition, Edits, EditTables, Setting
from validator.edits_bundled import bundled
from validator.findings import Citation
from validator.frozen import frozen
from validator.records import Code, Drug, Policy, Requirement, Rule, RuleVersion, Source

SwitchValue = bool | int | str


class UnknownPolicyError(ValueError):
    """A policy, switch or switch value that the rulebook does not have. The message lists what it has."""


@frozen
class Pair:
    """Two codes that are not paid together; column 1 is the one that is paid.

    `practitioner` and `facility` are the indicators of the two published tables: 0 (never together), 1 (a
    modifier may part them) or None (no edit).
    """

    column1: str
    column2: str
    practitioner: int | None
    facility: int | None
    reason: str

    def indicator(self, setting: str) -> int | None:
        """The indicator of the table for a setting (`facility` or `physician`)."""
        return self.facility if setting == "facility" else self.practitioner


@frozen
class Position:
    """Who takes which side of a switch: one value and one place of one source."""

    value: SwitchValue
    cite: Citation


@frozen
class Renewed:
    """A matter on which only the edition of a published table differs, so that no switch decides it (C-21)."""

    name: str
    description: str
    implements: tuple[str, ...]
    cite: tuple[Citation, ...]


@frozen
class Switch:
    """A matter on which payers differ. `values` are the allowed values; empty means any value of `kind`."""

    name: str
    description: str
    implements: tuple[str, ...]
    kind: Literal["boolean", "integer", "text"]
    values: tuple[SwitchValue, ...]
    default: SwitchValue
    positions: tuple[Position, ...]

    @property
    def cite(self) -> tuple[Citation, ...]:
        """Everybody who says something about it."""
        return tuple(dict.fromkeys(position.cite for position in self.positions))

    def said_by(self, value: SwitchValue) -> tuple[Citation, ...]:
        """Who takes this side; empty for a value that nobody cited stands for."""
        return tuple(p.cite for p in self.positions if type(p.value) is type(value) and p.value == value)

    def refuses(self, value: object) -> str | None:
        """Why a value is not one of this switch's, or None when it is."""
        if self.values:
            fits = any(type(value) is type(choice) and value == choice for choice in self.values)
            return None if fits else f"must be one of: {', '.join(_shown(choice) for choice in self.values)}"
        types = {"boolean": bool, "integer": int, "text": str}
        return None if type(value) is types[self.kind] else f"must be a value of type {self.kind}"


def _shown(value: SwitchValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@frozen
class Rulebook:
    """All records of one edition. `version` is the edition's date and a short hash of its data files.

    Dates of service before `covers_from` are not assessed; later than `verified_through` they are judged by
    the newest records, and the report names the vintage (decision 13). `default_date` stands in for a date
    that no note gives.
    """

    version: str
    title: str
    default_date: date
    covers_from: date
    verified_through: date
    sources: dict[str, Source]
    codes: dict[str, Code]
    rules: dict[str, Rule]
    requirements: tuple[Requirement, ...]
    drugs: tuple[Drug, ...]
    policies: dict[str, Policy]
    pairs: dict[tuple[str, str], Pair]
    switches: dict[str, Switch] = field(default_factory=dict)
    renewed: dict[str, Renewed] = field(default_factory=dict)
    default_policies: dict[str, str] = field(default_factory=dict)
    editions: tuple[Edition, ...] = ()
    """The editions of the edits that ship: of `pairs`, of the limits and primaries in `codes`, of the drug codes."""
    imported: EditTables = NOTHING_IMPORTED
    """The official quarterly files that a site has loaded; `with_imported` adds them."""
    _drug_index: DrugIndex = field(init=False, repr=False, compare=False)
    _requirements: dict[str, Requirement] = field(init=False, repr=False, compare=False)
    _by_code: dict[str, Drug] = field(init=False, repr=False, compare=False)
    elements: frozenset[str] = field(init=False, repr=False, compare=False)
    rule: Callable[[str, date], RuleVersion | None] = field(init=False, repr=False, compare=False)
    """The version of a rule in force on a date, or None. KeyError for an id that does not exist."""
    drug_codes_since: date = field(init=False, repr=False, compare=False)
    """The first day of the year whose HCPCS table the drug codes were read from."""
    edits: Callable[[Setting, date], Edits] = field(init=False, repr=False, compare=False)
    """The edits in force in a setting on a day: those of its quarter, or of the newest quarter before."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_drug_index", DrugIndex(self.drugs))
        object.__setattr__(self, "_requirements", {record.id: record for record in self.requirements})
        object.__setattr__(self, "elements", frozenset(record.element for record in self.requirements))
        object.__setattr__(self, "_by_code", {drug.code: drug for drug in reversed(self.drugs) if drug.code})
        object.__setattr__(self, "rule", lru_cache(maxsize=4096)(self._rule))  # asked for every step of every line
        read = next((e.since.replace(month=1) for e in self.editions if e.kind == "hcpcs"), self.covers_from)
        object.__setattr__(self, "drug_codes_since", read)
        tables = bundled(self.pairs, self.codes, self.editions).joined(self.imported)
        object.__setattr__(self, "edits", lru_cache(maxsize=4096)(tables.on))

    def with_imported(self, tables: EditTables) -> Rulebook:
        """This rulebook with a site's quarterly tables; its version tells them apart."""
        other = copy(self)  # not `replace`, which would make the index of names a second time
        editions = bundled(self.pairs, self.codes, self.editions).joined(tables)
        object.__setattr__(other, "version", f"{self.version}+{tables.imported}")
        object.__setattr__(other, "imported", tables)
        object.__setattr__(other, "edits", lru_cache(maxsize=4096)(editions.on))
        return other

    def _rule(self, rule_id: str, on: date) -> RuleVersion | None:
        for version in self.rules[rule_id].versions:
            if version.since <= on and (version.until is None or on < version.until):
                return version
        return None

    def code(self, code: str, on: date) -> Code | None:
        """The record of a code if it exists on a date, else None."""
        record = self.codes.get(code)
        if record is None or on < record.since or (record.until is not None and record.until <= on):
            return None
        return record

    def requirement(self, requirement_id: str) -> Requirement:
        """A documentation requirement by id. KeyError when there is none."""
        return self._requirements[requirement_id]

    def find_drug(self, text: str) -> tuple[Drug, ...]:
        """All products of the one ingredient the text names; () when unknown or naming two (DRUG-1)."""
        return self._drug_index.find(text)

    def find_products(self, text: str) -> tuple[Drug, ...]:
        """The products the text's own words fit: one for a brand, a maker or an unbranded (`nos`) generic.

        Several rows mean that the words leave the product open, so no billing code follows (DRUG-9).
        Empty when the drug is unknown, or is a product that the table lacks (an unknown biosimilar suffix).
        """
        return self._drug_index.narrow(text)

    def find_candidates(self, text: str) -> tuple[Drug, ...]:
        """The products the text's words leave open: as `find_products`, but a generic name leaves open every one.

        More than one code among them means that no drug line follows from the name (DRUG-9).
        """
        return self._drug_index.candidates(text)

    def settled_product(self, text: str, route: str | None, on: date) -> Drug | None:
        """The product that the words alone settle for a route on a day: one code, in force, with its billing unit."""
        return self._drug_index.settled(text, route, on)

    def drug_of_code(self, code: str) -> Drug | None:
        """A product billed under a drug code, the table's first; None when no product has it."""
        return self._by_code.get(code)

    def drug_names(self) -> dict[str, tuple[Drug, ...]]:
        """Every known name in comparable form (`drug_names.name_key`) with its products."""
        return self._drug_index.names()

    def policy_for(self, policy: str | None, payer: str | None, setting: str | None) -> Policy:
        """The policy named, else that of the payer in the setting, else the setting's default (decision 14).

        Raises UnknownPolicyError for a policy that does not exist. No setting means the facility.
        """
        if policy is not None:
            if policy not in self.policies:
                raise UnknownPolicyError(f"unknown policy `{policy}`; known: {', '.join(self.policies)}")
            return self.policies[policy]
        place = setting or "facility"
        for record in self.policies.values():
            if payer is not None and record.setting == place and payer in record.payers:
                return record
        return self.policies[self.default_policies[place]]

    def with_switches(self, policy: Policy, switches: Mapping[str, Any]) -> Policy:
        """A policy with single switches overridden. UnknownPolicyError for an unknown switch or value."""
        if not switches:
            return policy
        for name, value in switches.items():
            if name not in self.switches:
                raise UnknownPolicyError(f"unknown switch `{name}`; known: {', '.join(sorted(self.switches))}")
            if reason := self.switches[name].refuses(value):
                raise UnknownPolicyError(f"switch `{name}` {reason}")
        return replace(policy, switches={**policy.switches, **switches})
