"""The labels of one encounter: its facts as a careful person reads them in the notes (docs/evaluating.md).

What a label does not say is not documented: a reader who states it invents it. `open` names what is not scored.
"""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field, field_validator, model_validator

from validator.facts import (
    AccessKind,
    Amount,
    Clock,
    Count,
    Frozen,
    Presence,
    Purpose,
    Quantity,
    Route,
    ServiceKind,
    Status,
    Technique,
)

T = TypeVar("T")


class Answer(Frozen, Generic[T]):
    """What is right for one fact: any one of `either`. Two values in one of them are a contradiction of the notes.

    Written as a value, as a list of values of which each is right, or as `{ conflict = [...] }`.
    """

    either: Annotated[tuple[Annotated[tuple[T, ...], Field(min_length=1)], ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _accept_plain_values(cls, data: Any) -> Any:
        if isinstance(data, dict) and set(data) == {"conflict"}:
            return {"either": [data["conflict"]]}
        if isinstance(data, list):
            return {"either": [[value] for value in data]}
        return data if isinstance(data, dict) and "either" in data else {"either": [[data]]}


Words = Annotated[str, Field(min_length=1)]


class LabelledAdministration(Frozen):
    """One administration. `status` is `given` unless said; an `optional` one may be left out by a reader."""

    drug: Answer[Words] | None = None
    dose: Answer[Quantity] | None = None
    route: Answer[Route] | None = None
    technique: Answer[Technique] | None = None
    start: Answer[Clock] | None = None
    stop: Answer[Clock] | None = None
    duration_minutes: Answer[Count] | None = None
    pauses: tuple[tuple[Clock, Clock], ...] = ()
    site: Answer[AccessKind] | None = None
    location: Answer[Words] | None = None
    status: Answer[Status] = Answer[Status](either=(("given",),))
    purpose: Answer[Purpose] | None = None
    presence: Answer[Presence] | None = None
    discarded: Answer[Quantity] | None = None
    device: Answer[Literal["on_body_injector"]] | None = None
    lesions: Answer[Count] | None = None
    optional: bool = False
    open: tuple[str, ...] = ()

    @field_validator("open")
    @classmethod
    def _open_names_facts(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if set(names) - (set(cls.model_fields) - {"optional", "open"}):
            raise ValueError("names something that is no fact of an administration")
        return names


class LabelledPump(Frozen):
    """A pump and what was done with it today."""

    kind: Answer[Literal["portable", "implantable", "elastomeric", "stationary"]] | None = None
    action: Answer[Literal["initiated", "refilled", "maintained", "disconnected"]] | None = None
    owner: Answer[Literal["clinic", "patient", "supplier"]] | None = None
    planned_hours: Answer[Amount] | None = None
    optional: bool = False


class LabelledService(Frozen):
    """A service that is not itself a drug given."""

    kind: Answer[ServiceKind]
    start: Answer[Clock] | None = None
    stop: Answer[Clock] | None = None
    optional: bool = False


class LabelledDocumentation(Frozen):
    """Elements by name: documented, expressly denied, or looked for and not there. Others are not scored."""

    said: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _each_is_named_once(self) -> "LabelledDocumentation":
        names = self.said + self.denied + self.absent
        if len(set(names)) < len(names):
            raise ValueError("names an element twice")
        return self


class Labels(Frozen):
    """All labels of one encounter: the content of its `labels.toml`.

    `open` names the sorts of entry that are not labelled to the end: what a reader finds beyond is not scored.
    """

    date_of_service: date | None = None
    administration: tuple[LabelledAdministration, ...] = ()
    pump: tuple[LabelledPump, ...] = ()
    service: tuple[LabelledService, ...] = ()
    documentation: LabelledDocumentation = LabelledDocumentation()
    open: tuple[Literal["administration", "pump", "service"], ...] = ()


class ExpectedLine(Frozen):
    """One line of codes that the documentation supports."""

    code: str
    units: Annotated[int, Field(ge=1)]
    modifiers: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _accept_a_list(cls, data: Any) -> Any:
        """`["96413", 1, []]`, as expected.toml writes it."""
        if isinstance(data, list) and len(data) in (2, 3):
            return dict(zip(("code", "units", "modifiers"), data, strict=False))
        return data
