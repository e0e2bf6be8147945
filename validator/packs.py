"""Policy packs and the catalogue of their switches (decision 14, conflicts C-1 to C-21).

`[switches.NAME]` declares a switch with its default and who takes which side; a `[[policy]]` states only what
differs from that, or from the policy that it inherits, and on whose word; `[renewed.NAME]` is what no switch decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from validator.citations import read_citation, read_citations
from validator.facts import Payer
from validator.reading import SLUG, Record
from validator.records import Deviation, Policy, Source
from validator.rulebook import Position, Renewed, Switch, SwitchValue

_KINDS = {"boolean": bool, "integer": int, "text": str}


def read_policies(
    data: Mapping[str, Any], file: str, sources: Mapping[str, Source]
) -> tuple[dict[str, Policy], dict[str, Switch], dict[str, Renewed]]:
    """Policies by id with all their switches resolved, the switch catalogue, what is renewed. Raises RulebookError."""
    top = Record(data, file, "top level")
    switches = {name: _switch(name, values, file, sources) for name, values in top.table("switches").items()}
    policies: dict[str, Policy] = {}
    for position, values in enumerate(top.tables("policy"), 1):
        policy = _policy(Record(values, file, f"policy {position}"), policies, switches, sources)
        policies[policy.id] = policy
    renewed = {name: _renewed(name, values, file, sources) for name, values in top.table("renewed", {}).items()}
    top.done()
    return policies, switches, renewed


def _renewed(name: str, values: object, file: str, sources: Mapping[str, Source]) -> Renewed:
    record = Record(values, file, f"renewed `{name}`")
    renewed = Renewed(
        name=name,
        description=record.text("description"),
        implements=_implements(record),
        cite=read_citations(record, sources),
    )
    record.done()
    return renewed


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
        positions=_positions(record, sources),
    )
    record.done()
    if reason := switch.refuses(switch.default):
        raise record.fail(f"`default` {reason}")
    _check_positions(record, switch)
    return switch


def _positions(record: Record, sources: Mapping[str, Source]) -> tuple[Position, ...]:
    found = []
    for values in record.tables("positions"):
        entry = Record(values, record.file, f"{record.name}, positions")
        found.append(Position(value=entry.take("value"), cite=read_citation(entry, sources)))
        entry.done()
    return tuple(found)


def _check_positions(record: Record, switch: Switch) -> None:
    """Every position is one that the switch can take, and every value has somebody who stands for it."""
    for position in switch.positions:
        if reason := switch.refuses(position.value):
            raise record.fail(f"`value` of a position {reason}")
    for value in switch.values or (switch.default,):
        if not switch.said_by(value):
            raise record.fail(f"nobody is cited for the value `{value}`; add a position")


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


def _policy(
    record: Record, known: Mapping[str, Policy], switches: Mapping[str, Switch], sources: Mapping[str, Source]
) -> Policy:
    policy_id = record.slug("id")
    record.name = f"policy `{policy_id}`"
    if policy_id in known:
        raise record.fail("this id is used twice; ids are unique")
    setting = record.one_of("setting", ("facility", "physician"))
    values: dict[str, SwitchValue] = {name: switch.default for name, switch in switches.items()}
    parent = record.text("inherits", "")
    if parent:
        if parent not in known:
            raise record.fail(f"inherits the unknown policy `{parent}`; a parent stands above its child")
        if known[parent].setting != setting:
            raise record.fail(f"inherits `{parent}`, which is for the other setting")
        values = dict(known[parent].switches)
    deviates = _deviations(record, values, switches, sources)
    payers = record.texts("payers")
    if not set(payers) <= set(get_args(Payer)):
        raise record.fail(f"`payers` must be out of: {', '.join(get_args(Payer))}")
    policy = Policy(
        id=policy_id,
        title=record.text("title"),
        setting=setting,
        payers=payers,
        switches={**values, **{one.switch: one.value for one in deviates}},
        inherits=parent,
        deviates=deviates,
    )
    record.done()
    return policy


def _deviations(
    record: Record,
    start: Mapping[str, SwitchValue],
    switches: Mapping[str, Switch],
    sources: Mapping[str, Source],
) -> tuple[Deviation, ...]:
    """What the pack states itself, each with its source. What repeats its starting point is refused."""
    found: dict[str, Deviation] = {}
    for values in record.tables("deviates", []):
        entry = Record(values, record.file, f"{record.name}, deviates")
        name, value = entry.text("switch"), entry.take("value")
        if name not in switches:
            raise record.fail(f"unknown switch `{name}`; declare it under [switches] or correct it")
        if reason := switches[name].refuses(value):
            raise record.fail(f"switch `{name}` {reason}")
        if name in found:
            raise record.fail(f"states the switch `{name}` twice; keep one")
        if start[name] == value:
            raise record.fail(f"switch `{name}` has this value already; a pack states only what differs")
        found[name] = Deviation(name, value, read_citation(entry, sources))
        entry.done()
    return tuple(found.values())
