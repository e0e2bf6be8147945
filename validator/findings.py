"""What the validator answers: code lines with their reasons, and what is missing (design 4.3).

All types are frozen and serialise to the published review JSON. Times are ISO local; durations are minutes;
drug units are billing units.
"""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
from datetime import date
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field

from validator.facts import Evidence, Frozen, Standing

Tier = Literal["code", "payment", "safety"]
Effect = Literal["blocks", "downgrades", "at_risk", "advisory"]
FixableBy = Literal["nurse", "prescriber", "pharmacy", "registration"]
Curable = Literal["late_entry", "attestation", "not_curable"]
LineKind = Literal["administration", "drug", "service"]
Finding = TypeVar("Finding", bound=Frozen)


def stated(kind: type[Finding], values: dict[str, Any]) -> Finding:
    """A finding of values that are right already: every field of the type, in its order.

    For the validator's own values, which it makes by the hundred: nothing is checked (tests check every finding).
    """
    finding = _new(kind)
    # The four attributes of a pydantic model, set as `model_construct` sets them after its loop over the fields.
    _set_values(finding, values)
    _set_names(finding, _NAMES.get(kind) or _named(kind))
    _set_extra(finding, None)
    _set_private(finding, None)
    return finding


_new = object.__new__
_NAMES: dict[type[Frozen], set[str]] = {}
# Through its slots, because an attribute set by name takes more than twice as long.
_set_values, _set_names, _set_extra, _set_private = (BaseModel.__dict__[name].__set__ for name in BaseModel.__slots__)


def _named(kind: type[Frozen]) -> set[str]:
    return _NAMES.setdefault(kind, set(kind.model_fields))


class Citation(Frozen):
    """Where a rule comes from: a source id of the rulebook and a place in it."""

    source: str
    at: str


class Step(Frozen):
    """One rule applied on the way to a line.

    `inputs` are the values the rule looked at (minutes, counts, ids); `evidence` the note's words behind them;
    `entered` the paths of facts a person typed ("administrations.a5.stop").
    """

    rule: str
    version: str
    says: str
    citations: tuple[Citation, ...]
    inputs: dict[str, Any] = Field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    entered: tuple[str, ...] = ()


class CodeLine(Frozen):
    """A code the documentation supports. `administrations` and `services` are ids of the facts behind it."""

    code: str
    units: int = Field(ge=1)
    modifiers: tuple[str, ...] = ()
    date: date
    label: str
    kind: LineKind
    flags: tuple[str, ...] = ()
    administrations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    because: tuple[Step, ...] = ()
    at_risk: tuple[str, ...] = ()


class NotSupported(Frozen):
    """The nearest code that named elements would support. `missing` are element names, `missing_ids` entries."""

    code: str
    units: int = Field(ge=1)
    administrations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    reason: str
    missing: tuple[str, ...] = ()
    missing_ids: tuple[str, ...] = ()
    rule: str = ""


class MissingElement(Frozen):
    """One documentation element that is not there, what it costs and what to ask whom."""

    id: str
    element: str
    requirement: str
    tier: Tier
    effect: Effect
    affects: tuple[str, ...] = ()
    administration: str | None = None
    service: str | None = None
    standing: Standing = Standing.NOT_STATED
    question: str
    fixable_by: FixableBy
    curable: Curable | None = None
    citations: tuple[Citation, ...] = ()
    near: tuple[Evidence, ...] = ()


class NeedsHuman(Frozen):
    """A matter no rule here may decide: an unlisted code, an unknown drug, something out of scope.

    `near` are words that no administration has, of a drug given that was not read.
    """

    code: str | None = None
    subject: str
    reason: str
    administrations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    rule: str = ""
    near: tuple[Evidence, ...] = ()


class NotCoded(Frozen):
    """Something given or done that is never reported on its own, and why."""

    administration: str | None = None
    service: str | None = None
    subject: str
    reason: str
    rule: str = ""


class Conflict(Frozen):
    """Two statements that disagree. `decides` names the codes that differ between the readings."""

    id: str
    subject: str
    path: str
    readings: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    decides: tuple[str, ...] = ()
    question: str = ""


class Ungrounded(Frozen):
    """A claim of the reader that the note's words do not carry; it earns nothing and satisfies nothing."""

    path: str
    administration: str | None = None
    claim: str
    quote: str = ""
    reason: str


class Change(Frozen):
    """A line, with its modifiers, as it stands and as it would: 0 units are no line."""

    line: str
    units: int
    would_be: int


class Fix(Frozen):
    """What the lines would be if missing elements (`needs`, their ids) were documented in a certain way (`when`)."""

    needs: tuple[str, ...]
    when: str
    changes: tuple[Change, ...]
    says: str


class Period(Frozen):
    """Units of a code while an open time lies from `earliest` to `latest` (ISO local minutes, both included)."""

    path: str
    earliest: str
    latest: str
    units: int = Field(ge=0)


class Outlook(Frozen):
    """What an open time leaves of one code: units that hold whenever it was, and the most that any time gives.

    `possible` is the standing of a code that some time would give more of than is certain. `hangs_on` are the paths of
    the open times that decide; `when` spells out one, where only one is open. With `exact` false more than two times
    are open, or too many ways to fill them: `certain` may then be too low and `possible` too high, never the reverse.
    """

    code: str
    certain: int = Field(ge=0)
    possible: int = Field(ge=0)
    standing: Literal["certain", "possible", "impossible"]
    hangs_on: tuple[str, ...] = ()
    when: tuple[Period, ...] = ()
    exact: bool = True


class Judged(Frozen):
    """The encounter as it was judged: which date, setting and policy."""

    id: str
    date_of_service: date | None
    setting: Literal["facility", "physician"]
    policy: str
    payer: str | None = None
    primary_reason: str | None = None


class Assessment(Frozen):
    """The validator's whole answer for one encounter. Same facts and rulebook: the same bytes."""

    schema_version: Literal["1"] = "1"
    encounter: Judged
    assessed: bool = True
    codes: tuple[CodeLine, ...] = ()
    not_supported: tuple[NotSupported, ...] = ()
    missing: tuple[MissingElement, ...] = ()
    needs_human: tuple[NeedsHuman, ...] = ()
    not_coded: tuple[NotCoded, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    ungrounded: tuple[Ungrounded, ...] = ()
    notes_on_scope: tuple[str, ...] = ()
    outlook: tuple[Outlook, ...] = ()
    rulebook: str = ""
    fixes: tuple[Fix, ...] = ()
