"""The facts of one encounter: what was given, how, where and when, each with why we believe it.

A `Fact` carries a value, its standing and the words it was read from. In input JSON a bare value is a fact
that a person entered, `false` is a denial, and an absent key is a fact that nobody stated (design 4.2).
Every type here is frozen; nothing later in the street changes a fact.
"""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from validator.evidence import Evidence as Evidence
from validator.evidence import Frozen as Frozen
from validator.evidence import Standing as Standing

T = TypeVar("T")


# Before Python 3.12 a look-up on an enum class runs Python code; what is looked up for every fact has a name here.
GROUNDED, UNGROUNDED, NOT_STATED = Standing.GROUNDED, Standing.UNGROUNDED, Standing.NOT_STATED
CONFLICTING, ENTERED = Standing.CONFLICTING, Standing.ENTERED


class Fact(Frozen, Generic[T]):
    """One statement about the encounter.

    `value` is None unless something is stated. `readings` holds the values that disagree when the standing is
    `conflicting`; one alone may be the fact's or none. `by` and `why` say who entered a fact, and for what reason.
    """

    value: T | None = None
    standing: Standing = Standing.NOT_STATED
    evidence: tuple[Evidence, ...] = ()
    readings: tuple[T, ...] = ()
    by: str | None = None
    why: str | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, data: Any, validated: Callable[[Any], "Fact[T]"]) -> "Fact[T]":
        if isinstance(data, str):  # the most frequent by far
            kept: Fact[T] | None = _ENTERED.get((cls, data))
            return kept or _keep(data, validated({"value": data, "standing": "entered"}))
        fact = validated(_with_standing(data))
        if fact.value is None and (fact.standing is GROUNDED or fact.standing is ENTERED):
            raise ValueError(f"a fact that is {fact.standing} needs a value")
        if fact.standing is GROUNDED and not fact.evidence:
            raise ValueError("a grounded fact needs evidence: a span of a note")
        return fact

    @property
    def known(self) -> bool:
        """Whether the value may be relied on: read with its words, or entered by a person."""
        standing = self.standing
        return standing is ENTERED or standing is GROUNDED

    def get(self) -> T | None:
        """The value when it may be relied on, else None."""
        said = self.__dict__  # asked of every fact: each attribute of a pydantic model takes as long as all of this
        standing = said["standing"]
        return said["value"] if standing is ENTERED or standing is GROUNDED else None


def _with_standing(data: Any) -> Any:
    """What is written for a fact, with the standing that it leaves unsaid."""
    if isinstance(data, Fact) or (isinstance(data, dict) and "standing" in data):
        return data
    if isinstance(data, dict) and ("value" in data or "evidence" in data):
        return {**data, "standing": "not_stated" if data.get("value") is None else "entered"}
    if data is None or data == {}:
        return {}
    if data is False:
        return {"value": False, "standing": "denied"}
    return {"value": data, "standing": "entered"}


_ENTERED: dict[tuple[type[BaseModel], str], Any] = {}
"""Entered facts that come again in every encounter, by kind and text: words of a closed set, and times of a day."""
_MOST_ENTERED = 8192


def _keep(text: str, fact: Fact[T]) -> Fact[T]:
    """The fact that a bare text states, shared from now on where it may be; free text never is."""
    kind = type(fact)
    if _is_closed(kind):
        if len(_ENTERED) >= _MOST_ENTERED:
            _ENTERED.clear()
        _ENTERED[kind, text] = fact
    return fact


@cache
def _is_closed(kind: type[BaseModel]) -> bool:
    stated = get_args(kind.model_fields["value"].annotation)[0]
    return stated == Clock or get_origin(stated) is Literal


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


Amount = Annotated[
    Decimal,
    Field(ge=0, allow_inf_nan=False),
    PlainSerializer(_number, return_type=int | float, when_used="json"),
]

_QUANTITY = re.compile(r"^\s*([0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)\s*([^\d\s].*)?$")


class Quantity(Frozen):
    """An amount and its unit as documented ("20", "mg"); `1,000 mg` and a bare number are accepted too."""

    amount: Amount
    unit: str = ""

    @model_validator(mode="before")
    @classmethod
    def _accept_text(cls, data: Any) -> Any:
        if isinstance(data, (int, float, Decimal)) and not isinstance(data, bool):
            return {"amount": str(data)}
        if isinstance(data, str):
            found = _QUANTITY.match(data)
            if not found:
                raise ValueError("expected an amount with its unit, such as 20 mg")
            return {"amount": found[1].replace(",", ""), "unit": (found[2] or "").strip()}
        return data


_CLOCK = re.compile(
    r"^(?:(\d{4}-\d{2}-\d{2})[T ])?(?:([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?|24:00(?::00)?)$"
)


def _clock(value: Any) -> Any:
    return _time_of(value if isinstance(value, str) else "")


@lru_cache(maxsize=4096)  # the times of a day come again in every encounter of the day
def _time_of(text: str) -> str:
    found = _CLOCK.match(text.strip())
    if not found:
        raise ValueError("expected a time such as 09:10, or a local date and time such as 2026-03-14T09:10")
    if found[1]:
        date.fromisoformat(found[1])
    return text.strip()


Clock = Annotated[str, BeforeValidator(_clock)]
"""HH:MM on the date of service (24:00 is its end), or an ISO local date and time; seconds are cut off."""


def _presence(value: Any) -> Any:
    return "continuous" if value is True else value


Count = Annotated[int, Field(ge=0)]
DrugClass = Literal["chemotherapy", "complex_biologic", "hormonal_antineoplastic", "therapeutic", "hydration"]
Route = Literal[
    "intravenous",
    "intra_arterial",
    "subcutaneous",
    "intramuscular",
    "intradermal",
    "intrathecal",
    "intraventricular",
    "intraperitoneal",
    "intrapleural",
    "intralesional",
    "intravesical",
    "oral",
    "topical",
    "inhaled",
    "other",
]
Technique = Literal["infusion", "push", "injection", "pump"]
Purpose = Literal["treatment", "premedication", "supportive", "hydration", "keep_open", "flush"]
Status = Literal["given", "stopped_early", "held", "refused", "planned"]
AccessKind = Literal[
    "peripheral_iv",
    "midline",
    "picc",
    "central_line",
    "implanted_port",
    "arterial_catheter",
    "spinal_needle",
    "ommaya_reservoir",
    "peritoneal_port",
    "peritoneal_catheter",
    "pleural_catheter",
    "other",
]
Presence = Annotated[Literal["continuous", "intermittent", "absent"], BeforeValidator(_presence)]
Supplier = Literal["clinic", "patient", "specialty_pharmacy", "manufacturer", "sponsor", "sample"]
"""Who paid for or brought the drug; every one but the clinic leaves the clinic no drug line (DRUG-10)."""
Setting = Literal["facility", "physician"]
Payer = Literal["medicare", "medicaid", "commercial", "other"]
PrimaryReason = Literal["chemotherapy", "therapy", "hydration", "other"]

NOTHING: Fact[Any] = Fact()


class EncounterInfo(Frozen):
    """Whose visit, when, where and under which policy. `switches` overrides single policy switches by key.

    The body's measures are what a dose may be computed from: kg or lb, cm or in, m2, mL/min.
    """

    id: str = "encounter"
    date_of_service: Fact[date] = Fact[date]()
    timezone: str | None = None
    setting: Fact[Setting] = Fact[Setting]()
    payer: Fact[Payer] = Fact[Payer]()
    policy: str | None = None
    switches: dict[str, bool | int | str] = Field(default_factory=dict)
    primary_reason: Fact[PrimaryReason] = Fact[PrimaryReason]()
    weight: Fact[Quantity] = Fact[Quantity]()
    height: Fact[Quantity] = Fact[Quantity]()
    body_surface_area: Fact[Quantity] = Fact[Quantity]()
    creatinine_clearance: Fact[Quantity] = Fact[Quantity]()


class AccessSite(Frozen):
    """A place where a line enters the body. All lumens of one catheter are one site (ROUTE-6)."""

    id: str
    kind: Fact[AccessKind] = Fact[AccessKind]()
    location: Fact[str] = Fact[str]()


class Interruption(Frozen):
    """A documented pause of one infusion."""

    start: Fact[Clock] = Fact[Clock]()
    stop: Fact[Clock] = Fact[Clock]()


class Vial(Frozen):
    """Containers opened for one dose: how many, and what each holds; `evidence` where words of a note told it."""

    count: int = Field(default=1, ge=1)
    amount: Amount
    unit: str
    evidence: tuple[Evidence, ...] = ()


class Administration(Frozen):
    """One bag, syringe, injection or pump fill of one drug. Links (`access_site`, `visit`, `pump`) are ids.

    `dose` is what was given; `ordered_dose` is per body size or AUC and only checks it; `concentration` is mg/mL.
    """

    id: str
    drug: Fact[str] = Fact[str]()
    drug_class: Fact[DrugClass] = Fact[DrugClass]()
    dose: Fact[Quantity] = Fact[Quantity]()
    discarded: Fact[Quantity] = Fact[Quantity]()
    container: Fact[Literal["single_dose", "multi_dose"]] = Fact[Literal["single_dose", "multi_dose"]]()
    route: Fact[Route] = Fact[Route]()
    technique: Fact[Technique] = Fact[Technique]()
    start: Fact[Clock] = Fact[Clock]()
    stop: Fact[Clock] = Fact[Clock]()
    duration_minutes: Fact[Count] = Fact[Count]()
    interruptions: tuple[Interruption, ...] = ()
    access_site: Fact[str] = Fact[str]()
    lumen: Fact[str] = Fact[str]()
    visit: Fact[str] = Fact[str]()
    concurrent_with: tuple[str, ...] = ()
    mixed_with: tuple[str, ...] = ()
    volume: Fact[Quantity] = Fact[Quantity]()
    rates: tuple[Fact[Quantity], ...] = ()
    presence: Fact[Presence] = Fact[Presence]()
    performed_by: Fact[str] = Fact[str]()
    product: Fact[str] = Fact[str]()
    ndc: Fact[str] = Fact[str]()
    vials: tuple[Vial, ...] = ()
    device: Fact[Literal["on_body_injector"]] = Fact[Literal["on_body_injector"]]()
    purpose: Fact[Purpose] = Fact[Purpose]()
    status: Fact[Status] = Fact[Status]()
    pump: Fact[str] = Fact[str]()
    lesions: Fact[Count] = Fact[Count]()
    ordered_dose: Fact[Quantity] = Fact[Quantity]()
    concentration: Fact[Quantity] = Fact[Quantity]()
    supplied_by: Fact[Supplier] = Fact[Supplier]()


class Visit(Frozen):
    """One coming and going on the date of service; two visits are two encounters for the initial code."""

    id: str
    arrived: Fact[Clock] = Fact[Clock]()
    left: Fact[Clock] = Fact[Clock]()


class Pump(Frozen):
    """A pump and what was done with it today. `planned_hours` is the programmed length of the infusion."""

    id: str
    kind: Fact[Literal["portable", "implantable", "elastomeric", "stationary"]] = Fact[
        Literal["portable", "implantable", "elastomeric", "stationary"]
    ]()
    action: Fact[Literal["initiated", "refilled", "maintained", "disconnected"]] = Fact[
        Literal["initiated", "refilled", "maintained", "disconnected"]
    ]()
    owner: Fact[Literal["clinic", "patient", "supplier"]] = Fact[Literal["clinic", "patient", "supplier"]]()
    planned_hours: Fact[Amount] = Fact[Amount]()


ServiceKind = Literal[
    "port_flush",
    "declotting",
    "port_blood_draw",
    "lumbar_puncture",
    "transfusion",
    "scalp_cooling",
    "arterial_catheterization",
    "thoracentesis",
    "isolated_perfusion",
    "evaluation_and_management",
    "other",
]


class Service(Frozen):
    """A service of the day that is not itself a drug given: a flush, a puncture, a transfusion, a visit."""

    id: str
    kind: ServiceKind
    start: Fact[Clock] = Fact[Clock]()
    stop: Fact[Clock] = Fact[Clock]()
    performed_by: Fact[str] = Fact[str]()
    detail: Fact[str] = Fact[str]()


class Trace(Frozen):
    """Words of the notes that show a drug given which no administration has; they earn and change no code.

    `named` is the drug as written, `may_be` the ingredient it is known for (`known`), or a name it is only near to.
    Without `by_vein` the words say that it went elsewhere; `timed` ones tell two times of a known drug. A person who
    finds nothing lost enters `given` as denied.
    """

    id: str
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    named: str | None = None
    may_be: str | None = None
    known: bool = False
    by_vein: bool = True
    timed: bool = False
    given: Fact[bool] = Fact[bool]()


DocumentationValue = bool | int | float | str
NOT_DOCUMENTED: Fact[DocumentationValue] = Fact[DocumentationValue]()


class Encounter(Frozen):
    """Everything known about one encounter; the validator's only input beside the rulebook.

    `documentation` is keyed by element (`informed_consent`, `signed_order`, ...); the rulebook owns the list.
    """

    encounter: EncounterInfo = EncounterInfo()
    access_sites: tuple[AccessSite, ...] = ()
    administrations: tuple[Administration, ...] = ()
    visits: tuple[Visit, ...] = ()
    pumps: tuple[Pump, ...] = ()
    services: tuple[Service, ...] = ()
    documentation: dict[str, Fact[DocumentationValue]] = Field(default_factory=dict)
    unread: tuple[Trace, ...] = ()

    @field_validator("access_sites", "administrations", "visits", "pumps", "services", "unread")
    @classmethod
    def _ids_are_unique(cls, items: tuple[Any, ...]) -> tuple[Any, ...]:
        if len({item.id for item in items}) != len(items):
            raise ValueError("two entries share an id")
        return items

    def documented(self, element: str) -> Fact[DocumentationValue]:
        """The documentation fact for an element, `not_stated` when the encounter has none."""
        return self.documentation.get(element, NOT_DOCUMENTED)
