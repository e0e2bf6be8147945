"""The reasoning behind a line in words: each rule once, with everything it looked at and was read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reviewer.report.evidence import EvidenceMap
from reviewer.report.given import name
from reviewer.report.names import Names
from reviewer.report.view import Reason
from reviewer.report.words import joined, spaced
from validator.facts import Administration, Encounter
from validator.findings import Step

Given = Mapping[str, Administration]


def reasons(because: Iterable[Step], facts: Encounter, names: Names, evidence: EvidenceMap) -> tuple[Reason, ...]:
    """The steps of a line. A rule that was applied to several drugs is told once."""
    groups: dict[tuple[str, str, str], list[Step]] = {}
    for step in because:
        groups.setdefault((step.rule, step.version, step.says), []).append(step)
    return tuple(_reason(group, facts, names, evidence) for group in groups.values())


def _reason(steps: list[Step], facts: Encounter, names: Names, evidence: EvidenceMap) -> Reason:
    given = {item.id: item for item in facts.administrations}
    inputs = (_inputs(step.inputs, given) for step in steps)
    return Reason(
        rule=steps[0].rule,
        version=steps[0].version,
        says=steps[0].says,
        inputs=tuple(dict.fromkeys(text for text in inputs if text)),
        sources=names.citations(cited for step in steps for cited in step.citations),
        quoted=evidence.quoted(item for step in steps for item in step.evidence),
        entered=_entered((path for step in steps for path in step.entered), facts),
    )


def _inputs(inputs: Mapping[str, Any], given: Mapping[str, Administration]) -> str:
    told = {key: value for key, value in inputs.items() if value not in (None, "", [], ())}
    return ", ".join(f"{spaced(key)} {_plain(value, given)}" for key, value in told.items())


def _plain(value: Any, given: Mapping[str, Administration]) -> str:
    """A value in words: ids become drug names, lists are joined."""
    if isinstance(value, (list, tuple)):
        return joined([_plain(item, given) for item in value])
    if isinstance(value, dict):
        return joined([f"{spaced(str(key))} {_plain(item, given)}" for key, item in value.items()])
    if isinstance(value, bool):
        return "yes" if value else "no"
    return name(given[value]) if isinstance(value, str) and value in given else str(value)


def told(path: str, facts: Encounter) -> str:
    """A path into the facts in words: `administrations.a5.stop` becomes `paclitaxel: stop`."""
    subject, field = _split(path, facts)
    return f"{subject}: {field}" if subject else field


def _entered(paths: Iterable[str], facts: Encounter) -> tuple[str, ...]:
    """What a person typed, by subject: `paclitaxel: start, stop`."""
    subjects: dict[str, dict[str, None]] = {}
    for path in paths:
        subject, field = _split(path, facts)
        subjects.setdefault(subject, {})[field] = None
    return tuple(
        f"{subject}: {', '.join(fields)}" if subject else ", ".join(fields) for subject, fields in subjects.items()
    )


def _split(path: str, facts: Encounter) -> tuple[str, str]:
    """The subject and the field that a path names."""
    kind, _, rest = path.partition(".")
    key, _, field = rest.rpartition(".")
    if kind == "administrations":
        return next((name(item) for item in facts.administrations if item.id == key), key), spaced(field)
    if kind == "services":
        return next((spaced(item.kind) for item in facts.services if item.id == key), key), spaced(field)
    named = {"pumps": "pump", "access_sites": "access site", "visits": "visit"}
    return named.get(kind, ""), spaced(field or rest or path)
