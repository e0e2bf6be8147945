"""The facts form: its fields, and the facts in what was typed there. The whole job without any note."""

from __future__ import annotations

from typing import Any, NamedTuple, get_args

from pydantic import ValidationError

from reviewer.errors import InputError
from reviewer.report.words import element
from reviewer.web.correcting import FIELDS, OF_ENCOUNTER, OF_PUMP, Field
from reviewer.web.reviewing import rulebook
from validator.facts import AccessKind, Encounter, ServiceKind

ROWS, MOST_ROWS = 3, 40
_PAUSE = {"start": "pause_from", "stop": "pause_until"}
ROW_FIELDS: tuple[tuple[str, Field], ...] = (
    ("drug", FIELDS["drug"]),
    ("dose", Field("Dose", "20 mg")),
    ("route", FIELDS["route"]),
    ("technique", FIELDS["technique"]),
    ("start", Field("Start", "09:10")),
    ("stop", Field("Stop", "12:20")),
    ("access", Field("Access", choices=get_args(AccessKind))),
    ("location", Field("Side or place", "right chest")),
    ("discarded", Field("Discarded", "5 mg")),
    ("purpose", FIELDS["purpose"]),
    ("status", FIELDS["status"]),
)
MORE_FIELDS: tuple[tuple[str, Field], ...] = (
    ("pause_from", Field("Pause from", "10:05")),
    ("pause_until", Field("Pause until", "10:40")),
    ("duration_minutes", Field("Documented minutes", "90")),
    ("container", FIELDS["container"]),
    ("lesions", Field("Lesions", "3")),
)
PUMP_FIELDS = tuple((name, field.choices) for name, field in OF_PUMP.items() if field.choices)
SERVICES = tuple(kind for kind in get_args(ServiceKind) if kind != "other")


class Element(NamedTuple):
    """A documentation element that can be answered with yes or no."""

    id: str
    name: str
    tier: str


def elements() -> tuple[Element, ...]:
    """The elements that a rule asks of every encounter or drug, by name; each once."""
    found: dict[str, Element] = {}
    for requirement in rulebook().requirements:
        if requirement.scope == "encounter":
            one = Element(requirement.element, element(requirement.element), requirement.tier)
            found.setdefault(one.id, one)
    return tuple(sorted(found.values(), key=lambda one: one.name))


def facts_of(values: dict[str, list[str]]) -> Encounter:
    """The facts in the fields of the form, lists for the rows. `InputError` naming row and field, never the value."""
    rows = [_row(values, place) for place in range(min(len(values.get("drug", [])), MOST_ROWS))]
    given, sites = _administrations([row for row in rows if any(row.values())])
    services = [{"id": kind, "kind": kind} for kind in values.get("service", []) if kind in SERVICES]
    documented = {
        name.removeprefix("doc-"): said[0] == "yes"
        for name, said in values.items()
        if name.startswith("doc-") and said[0] in ("yes", "no")
    }
    if not given and not services:
        raise InputError("Enter at least one drug or one service, then press Judge.")
    info: dict[str, Any] = {name: said for name in OF_ENCOUNTER if (said := _one(values, name))}
    if policy := _one(values, "policy"):
        info["policy"] = policy
    pumps = _pumps(values)
    data = {
        "encounter": info,
        "administrations": given,
        "access_sites": sites,
        "services": services,
        "documentation": {name: value for name, value in documented.items() if name in {e.id for e in elements()}},
        "pumps": pumps,
    }
    for item in given if pumps else ():
        if item.get("technique") == "pump" or len(given) == 1:
            item["pump"] = pumps[0]["id"]
    try:
        return Encounter.model_validate(data)
    except ValidationError as problem:
        place = problem.errors(include_input=False, include_url=False)[0]["loc"]
    raise InputError(_where(place))


def _row(values: dict[str, list[str]], place: int) -> dict[str, str]:
    return {
        name: values[name][place].strip() if place < len(values.get(name, [])) else ""
        for name, _ in (*ROW_FIELDS, *MORE_FIELDS)
    }


def _administrations(rows: list[dict[str, str]]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Administrations, and the access sites that they name: the same kind and place is one site."""
    sites: dict[tuple[str, str], dict[str, str]] = {}
    given: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        kind, location = row.pop("access"), row.pop("location")
        pause = {end: text for end, name in _PAUSE.items() if (text := row.pop(name))}
        item: dict[str, Any] = {"id": f"a{number}", **{name: text for name, text in row.items() if text}}
        if pause:
            item["interruptions"] = [pause]
        item.setdefault("status", "given")
        if kind or location:
            site = sites.setdefault((kind, location.casefold()), {"id": f"s{len(sites) + 1}"})
            site.update({name: text for name, text in (("kind", kind), ("location", location)) if text})
            item["access_site"] = site["id"]
        given.append(item)
    return given, list(sites.values())


def _pumps(values: dict[str, list[str]]) -> list[dict[str, Any]]:
    told = {name: said for name, _ in PUMP_FIELDS if (said := _one(values, f"pump-{name}"))}
    if hours := _one(values, "pump-planned_hours"):
        told["planned_hours"] = hours
    return [{"id": "p1", **told}] if told else []


def _one(values: dict[str, list[str]], name: str) -> str:
    return next(iter(values.get(name, [])), "").strip()


def _where(place: tuple[int | str, ...]) -> str:
    """A sentence about the field that holds no value of its kind."""
    section, name = str(place[0]), next((str(p) for p in place[1:] if isinstance(p, str)), "")
    fields = {**OF_ENCOUNTER, **dict(ROW_FIELDS), **dict(MORE_FIELDS)}
    if "interruptions" in place:
        name = _PAUSE.get(next((str(p) for p in reversed(place) if p in _PAUSE), ""), name)
    field = fields.get(name)
    label = field.label if field else name.replace("_", " ")
    hint = f" {field.hint}" if field and field.hint else ""
    row = f"Row {place[1] + 1}, " if section == "administrations" and isinstance(place[1], int) else ""
    return f"{row}{label}: this is not a value.{' Such as:' + hint if hint else ''}"
