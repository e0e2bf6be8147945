"""What a person may change of the facts: which fields, what they may say, and the facts after the change.

A changed fact is `entered` and keeps who entered it and why. The notes are never touched. An administration that is
struck leaves a sentence in the review, because nothing else would tell that it was read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ValidationError

from reviewer.errors import InputError
from reviewer.report.given import name_and_dose, times
from reviewer.report.visible import flat
from reviewer.report.words import element, spaced
from validator.facts import (
    AccessKind,
    Administration,
    Encounter,
    Fact,
    Payer,
    PrimaryReason,
    Purpose,
    Quantity,
    Route,
    Setting,
    Standing,
    Status,
    Technique,
)
from validator.filling import fact_at, filled

LONGEST_VALUE, LONGEST_NAME, LONGEST_REASON = 120, 80, 300


@dataclass(frozen=True)
class Field:
    """A fact that can be changed: how it is called, what to type (`hint`) or which values to choose among."""

    label: str
    hint: str = ""
    choices: tuple[str, ...] = ()


FIELDS: Mapping[str, Field] = {
    "drug": Field("Drug", "The drug's name"),
    "dose": Field("Dose", "An amount with its unit, such as 20 mg"),
    "route": Field("Route", choices=get_args(Route)),
    "technique": Field("Technique", choices=get_args(Technique)),
    "start": Field("Start", "A time such as 09:10, or 2026-03-15T00:10"),
    "stop": Field("Stop", "A time such as 12:20, or 2026-03-15T00:10"),
    "duration_minutes": Field("Documented minutes", "Whole minutes, such as 90"),
    "status": Field("Status", choices=get_args(Status)),
    "purpose": Field("Purpose", choices=get_args(Purpose)),
    "discarded": Field("Discarded", "An amount with its unit, such as 5 mg"),
    "container": Field("Container", choices=("single_dose", "multi_dose")),
    "lesions": Field("Lesions", "A whole number, such as 3"),
    "presence": Field("Presence of the giver", choices=("continuous", "intermittent", "absent")),
}
OF_PUMP: Mapping[str, Field] = {
    "kind": Field("Kind of pump", choices=("portable", "implantable", "elastomeric", "stationary")),
    "action": Field("What was done with the pump", choices=("initiated", "refilled", "maintained", "disconnected")),
    "owner": Field("Owner of the pump", choices=("clinic", "patient", "supplier")),
    "planned_hours": Field("Planned hours", "Hours, such as 46"),
}
OF_SITE: Mapping[str, Field] = {
    "kind": Field("Access", choices=get_args(AccessKind)),
    "location": Field("Side or place", "Such as right chest"),
}
OF_PAUSE: Mapping[str, Field] = {
    "start": Field("Pause from", "A time such as 10:05"),
    "stop": Field("Pause until", "A time such as 10:40"),
}
OF_ENCOUNTER: Mapping[str, Field] = {
    "date_of_service": Field("Date of service", "A date such as 2026-03-14"),
    "setting": Field("Setting", choices=get_args(Setting)),
    "payer": Field("Payer", choices=get_args(Payer)),
    "primary_reason": Field("Main reason of the visit", choices=get_args(PrimaryReason)),
}
ADDED = ("drug", "dose", "route", "technique", "start", "stop")
_YES_NO = ("yes", "no")
OF_TRACE: Mapping[str, Field] = {"given": Field("Whether something was given here", choices=_YES_NO)}
_PAUSE = re.compile(r"interruptions\.(\d{1,3})\.(start|stop)")
_TOLD = "Struck by {by}: {what}. Reason: {why}"


@dataclass(frozen=True)
class Signed:
    """Who changes something, and why; neither may be empty."""

    by: str
    why: str


def signed(by: str, why: str) -> Signed:
    """Name and reason as given. `InputError` where one is missing or too long."""
    by, why = flat(by).strip(), flat(why).strip()
    if not by or not why:
        raise InputError("Give your name and the reason: a changed fact keeps both.")
    if len(by) > LONGEST_NAME or len(why) > LONGEST_REASON:
        raise InputError(f"At most {LONGEST_NAME} characters for the name and {LONGEST_REASON} for the reason.")
    return Signed(by, why)


def field_at(facts: Encounter, path: str, elements: frozenset[str]) -> Field:
    """How the fact at a path can be changed; `elements` are the documentation elements that a rule asks for.

    Raises `InputError` for a path that leads to no such fact.
    """
    kind, identity, name = parts(facts, path)
    if kind == "encounter" and name in OF_ENCOUNTER:
        return OF_ENCOUNTER[name]
    if kind == "documentation" and (name in elements or name in facts.documentation):
        return Field(element(name).capitalize(), choices=_YES_NO)
    if kind == "administrations" and identity and name in FIELDS:
        return FIELDS[name]
    if kind == "access_sites" and identity and name in OF_SITE:
        return OF_SITE[name]
    if kind == "unread" and identity and name in OF_TRACE:
        return OF_TRACE[name]
    if kind == "pumps" and identity and name in OF_PUMP:
        return OF_PUMP[name]
    if kind == "administrations" and identity and (pause := pause_of(name)) is not None:
        item = next(a for a in facts.administrations if a.id == identity)
        if pause[0] < len(item.interruptions) and pause[1] in OF_PAUSE:
            return OF_PAUSE[pause[1]]
    raise InputError("This fact is not there any more; look at the review as it stands now.")


def parts(facts: Encounter, path: str) -> tuple[str, str, str]:
    """Section, id and name of a fact's path; the id is empty where the section has none, or no such entry."""
    section, _, rest = path.partition(".")
    if section not in ("administrations", "access_sites", "pumps", "unread"):
        return section, "", rest
    ids = [entry.id for entry in getattr(facts, section) if rest.startswith(f"{entry.id}.")]
    identity = max(ids, key=len, default="")  # ids may hold dots
    return section, identity, rest[len(identity) + 1 :] if identity else rest


def pause_of(name: str) -> tuple[int, str] | None:
    """Which pause of an infusion a name is about (from 0), and which end of it; None for other names."""
    found = _PAUSE.fullmatch(name)
    return (int(found[1]), found[2]) if found else None


def changed(facts: Encounter, path: str, text: str, who: Signed, field: Field) -> Encounter:
    """The facts with what a person typed at a path. `InputError` for what cannot be a value there."""
    text = text.strip()
    if len(text) > LONGEST_VALUE:
        raise InputError(f"{field.label}: at most {LONGEST_VALUE} characters.")
    if field.choices and text not in field.choices:
        raise InputError(f"{field.label}: choose one of the values.")
    if not text:
        raise InputError(f"{field.label}: type a value. {field.hint}")
    try:
        value: Any = text == "yes" if field.choices == _YES_NO else text
        if value is False:
            return put(facts, path, type(fact_at(facts, path))(value=False, standing=Standing.DENIED), who)
        return put(filled(facts, path, value), path, None, who)
    except (ValidationError, ValueError, LookupError):
        raise InputError(f"{field.label}: this is not a value. {field.hint}".strip()) from None


def struck(facts: Encounter, identity: str, who: Signed) -> tuple[Encounter, str]:
    """The facts without an administration, and the sentence that tells of it."""
    gone = next((item for item in facts.administrations if item.id == identity), None)
    if gone is None:
        raise InputError("This administration is not there any more; look at the review as it stands now.")
    left = tuple(_without(item, identity) for item in facts.administrations if item.id != identity)
    what = f"{name_and_dose(gone)}, {times(gone, facts.encounter.date_of_service.get())}"
    return facts.model_copy(update={"administrations": left}), _TOLD.format(by=who.by, what=what, why=who.why)


def added(facts: Encounter, given: Mapping[str, str], site: str, who: Signed) -> Encounter:
    """The facts with one more administration; `given` by field name, empty text for what is not known."""
    known = {item.id for item in facts.administrations}
    identity = next(f"entered-{n}" for n in range(1, len(known) + 2) if f"entered-{n}" not in known)
    told = {name: text for name in ADDED if (text := given.get(name, "").strip())}
    if "drug" not in told:
        raise InputError("Drug: type the drug's name.")
    if site and site not in {one.id for one in facts.access_sites}:
        raise InputError("Access site: choose one of the values.")
    item = Administration(id=identity, access_site=entered_word(site, who)) if site else Administration(id=identity)
    facts = facts.model_copy(update={"administrations": (*facts.administrations, item)})
    for name, text in {**told, "status": "given"}.items():
        facts = changed(facts, f"administrations.{identity}.{name}", text, who, FIELDS[name])
    return facts


def said(fact: Fact[Any]) -> str:
    """A fact's value as a person may type it; empty where none is known."""
    value = fact.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value.amount.normalize():f} {value.unit}".strip() if isinstance(value, Quantity) else str(value)


def told_of(facts: Encounter, path: str, field: Field) -> str:
    """What a path is about, in words: `stop of paclitaxel 300 mg`."""
    section, identity, _ = parts(facts, path)
    item = next((a for a in facts.administrations if section == "administrations" and a.id == identity), None)
    label = field.label[:1].lower() + field.label[1:]
    if section == "access_sites":
        return f"{label} of the access site"
    return f"{label} of {name_and_dose(item)}" if item else label


def choice(value: str) -> str:
    """A value of a list in words."""
    return spaced(value)


def entered_word(value: str, who: Signed) -> Fact[str]:
    """A word or an id that a person entered."""
    return Fact[str](value=value, standing=Standing.ENTERED, by=who.by, why=who.why)


def put(facts: Encounter, path: str, fact: Fact[Any] | None, who: Signed) -> Encounter:
    """The facts with a fact at a path (by default the one there) that keeps who entered it, and why."""
    fact = (fact or fact_at(facts, path)).model_copy(update={"by": who.by, "why": who.why})
    section, identity, name = parts(facts, path)
    if section == "documentation":
        return facts.model_copy(update={"documentation": {**facts.documentation, name: fact}})
    if section == "encounter":
        return facts.model_copy(update={"encounter": facts.encounter.model_copy(update={name: fact})})
    entries = tuple(_with(one, name, fact) if one.id == identity else one for one in getattr(facts, section))
    return facts.model_copy(update={section: entries})


def _without(item: Administration, gone: str) -> Administration:
    if gone not in item.concurrent_with and gone not in item.mixed_with:
        return item
    links = {name: tuple(i for i in getattr(item, name) if i != gone) for name in ("concurrent_with", "mixed_with")}
    return item.model_copy(update=links)


def _with(entry: Any, name: str, fact: Fact[Any]) -> Any:
    pause = pause_of(name)
    if pause is None:
        return entry.model_copy(update={name: fact})
    place, end = pause
    pauses = list(entry.interruptions)
    pauses[place] = pauses[place].model_copy(update={end: fact})
    return entry.model_copy(update={"interruptions": tuple(pauses)})
