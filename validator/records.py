"""The records a rulebook is made of, as frozen plain types. `loading.py` reads them; nothing here does I/O.

Every dated record is half-open: in force from `since`, and before `until` when there is one (GEN-4).
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from validator.findings import Citation, Curable, Effect, FixableBy, Tier
from validator.frozen import frozen

AdminClass = Literal[
    "chemo",
    "chemo_biologic",
    "complex_biologic",
    "hormonal",
    "therapeutic",
    "antiemetic",
    "hydration",
    "flush",
    "radiopharm",
    "blood",
    "cellular",
    "vaccine",
    "contrast",
    "local_anaesthetic",
]


@frozen
class Source:
    """A document that rules cite: `id` is the lower-case tag of the rules page without its `V-`."""

    id: str
    title: str
    publisher: str
    kind: str
    read_on: date | None = None
    note: str = ""


@frozen
class Code:
    """A billing code in our own words, with the claim limits of its vintage."""

    id: str
    system: Literal["cpt", "hcpcs"]
    label: str
    family: str
    role: Literal[
        "initial",
        "add_on",
        "primary",
        "injection",
        "procedure",
        "pump",
        "access",
        "drug",
        "service",
        "unlisted",
    ]
    since: date
    until: date | None
    cite: tuple[Citation, ...]
    mue_practitioner: int | None = None
    mue_facility: int | None = None
    mai_practitioner: int | None = None
    mai_facility: int | None = None
    status: str = ""
    pctc: str = ""
    global_days: str = ""
    primaries: tuple[str, ...] = ()
    settings: tuple[str, ...] = ("facility", "physician")
    predecessor: str = ""


@frozen
class RuleVersion:
    """What a rule says from a date on. `id` is the first date in force, as ISO text."""

    id: str
    since: date
    until: date | None
    says: str
    cite: tuple[Citation, ...]
    params: dict[str, Any] = field(default_factory=dict)


@frozen
class Rule:
    """A coding rule: readable slug, family, domain rules it carries out, dated versions, what it leaves open."""

    id: str
    family: str
    implements: tuple[str, ...]
    versions: tuple[RuleVersion, ...]
    not_assessed: str = ""


@frozen
class Requirement:
    """A documentation requirement. `when` and `check` name registered functions of `requirements.py`."""

    id: str
    element: str
    scope: Literal["encounter", "administration", "service", "drug"]
    when: str
    check: str
    tier: Tier
    effect: Effect
    fixable_by: FixableBy
    curable: Curable | None
    question: str
    implements: tuple[str, ...]
    since: date
    until: date | None
    cite: tuple[Citation, ...]


@frozen
class Drug:
    """One product of the drug table. `ingredient` is what makes two doses the same drug."""

    ingredient: str
    product: str
    names: tuple[str, ...]
    code: str
    unit_amount: Decimal | None
    unit: str
    admin_class: AdminClass
    routes: tuple[str, ...]
    pushable: bool
    separately_paid: bool
    container: Literal["single_dose", "multi_dose", "either", "none"]
    vial_sizes: tuple[tuple[Decimal, str], ...]
    traits: frozenset[str]
    since: date | None = None
    until: date | None = None
    source: str = ""


@frozen
class Deviation:
    """One switch that a policy pack sets otherwise than the pack or default it starts from, and on whose word."""

    switch: str
    value: bool | int | str
    cite: Citation


@frozen
class Policy:
    """A policy pack: every switch of decision 14 and the conflict register, for one payer and setting.

    `deviates` is what the pack itself states; the rest of `switches` comes from `inherits` or the defaults.
    """

    id: str
    title: str
    setting: Literal["facility", "physician"]
    payers: tuple[str, ...]
    switches: dict[str, bool | int | str]
    inherits: str = ""
    deviates: tuple[Deviation, ...] = ()
