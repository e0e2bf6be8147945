"""Policy packs and the catalogue of their switches (decision 14, conflicts C-1 to C-20).

`[switches.NAME]` declares a switch with its default; a `[[policy]]` states only what differs from that, or
from the policy that it inherits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from validator.citations import read_citations
from validator.facts import Payer
from validator.reading import SLUG, Record
from validator.records import Policy, Source
from validator.rulebook import Switch, SwitchValue

_KINDS = {"boolean": bool, "integer": int, "text": str}


def read_policies(
    data: Mapping[str, Any], file: str, sources: Mapping[str, Source]
) -> tuple[dict[str, Policy], dict[str, Switch]]:
    """Policies by id with all their switches resolved, and the switch catalogue. Raises RulebookError."""
    top = Record(data, file, "top level")
    switches = {name: _switch(name, values, file, sources) for name, values in top.table("switches").items()}
    policies: dict[str, Policy] = {}
    for position, values in enumerate(top.tables("policy"), 1):
        policy = _policy(Record(values, file, f"policy {position}"), policies, switches)
        policies[policy.id] = policy
    top.done()
    return policies, switches


def _switch(name: str, values: object, file: str, sources: Mapping[str, Source]) -> Switch:
    record = Record(values, file, f"switch `{name}`")
    if not SLUG.match(name):
        raise record.fail("a switch is named by lower-case words joined by `_`")
    allowed, kind = _allowed(record)
    switch = Switch(
        name=name,
        description=record.text("description"),
        implements=_implements(record),
        kind=kind,
        values=allowed,
        default=record.take("default"),
        cite=read_citations(record, sources),
    )
    record.done()
    if reason := switch.refuses(switch.default):
        raise record.fail(f"`default` {reason}")
    return switch


def _implements(record: Record) -> tuple[str, ...]:
    """One domain rule as text, or several as a list."""
    value = record.take("implements")
    return Record({"implements": [value] if isinstance(value, str) else value}, record.file, record.name).texts(
        "implements"
    )


def _allowed(record: Record) -> tuple[tuple[SwitchValue, ...], Any]:
    """The closed set of values with their kind, or the kind alone (`type`)."""
    if not record.has("values"):
        return (), record.one_of("type", _KINDS)
    values = record.take("values")
    kinds = {kind for kind, python in _KINDS.items() for value in _as_list(values) if type(value) is python}
    if not isinstance(values, list) or not values or len(kinds) != 1:
        raise record.fail("`values` must be a non-empty list of values of one type")
    if any(type(value) not in _KINDS.values() for value in values) or len(set(values)) != len(values):
        raise record.fail("`values` must be distinct texts, whole numbers or booleans")
    kind = kinds.pop()
    if record.has("type") and record.one_of("type", _KINDS) != kind:
        raise record.fail(f"`type` must be {kind}, as its values are")
    return tuple(values), kind


def _as_list(values: object) -> list[Any]:
    return values if isinstance(values, list) else []


def _policy(record: Record, known: Mapping[str, Policy], switches: Mapping[str, Switch]) -> Policy:
    policy_id = record.slug("id")
    record.name = f"policy `{policy_id}`"
    if policy_id in known:
        raise record.fail("this id is used twice; ids are unique")
    values: dict[str, SwitchValue] = {name: switch.default for name, switch in switches.items()}
    if record.has("inherits"):
        parent = record.text("inherits")
        if parent not in known:
            raise record.fail(f"inherits the unknown policy `{parent}`; a parent stands above its child")
        values = dict(known[parent].switches)
    for name, value in record.table("switches", {}).items():
        if name not in switches:
            raise record.fail(f"unknown switch `{name}`; declare it under [switches] or correct it")
        if reason := switches[name].refuses(value):
            raise record.fail(f"switch `{name}` {reason}")
        values[name] = value
    payers = record.texts("payers")
    if not set(payers) <= set(get_args(Payer)):
        raise record.fail(f"`payers` must be out of: {', '.join(get_args(Payer))}")
    policy = Policy(
        id=policy_id,
        title=record.text("title"),
        setting=record.one_of("setting", ("facility", "physician")),
        payers=payers,
        switches=values,
    )
    record.done()
    return policy
