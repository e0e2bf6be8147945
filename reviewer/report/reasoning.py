"""The reasoning behind a line in words: each rule once, with everything it looked at and was read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reviewer.report.evidence import EvidenceMap
from reviewer.report.given import name
from reviewer.report.names import Names
from reviewer.report.view import Reason
from reviewer.report.words import joined, spaced
from validator.facts import Administration
from validator.findings import Step

Given = Mapping[str, Administration]


def reasons(because: Iterable[Step], given: Given, names: Names, evidence: EvidenceMap) -> tuple[Reason, ...]:
    """The steps of a line. A rule that was applied to several drugs is told once."""
    groups: dict[tuple[str, str, str], list[Step]] = {}
    for step in because:
        groups.setdefault((step.rule, step.version, step.says), []).append(step)
    return tuple(_reason(group, given, names, evidence) for group in groups.values())


def _reason(steps: list[Step], given: Given, names: Names, evidence: EvidenceMap) -> Reason:
    inputs = (_inputs(step.inputs, given) for step in steps)
    return Reason(
        rule=steps[0].rule,
        version=steps[0].version,
        says=steps[0].says,
        inputs=tuple(dict.fromkeys(text for text in inputs if text)),
        sources=names.citations(cited for step in steps for cited in step.citations),
        quoted=evidence.quoted(item for step in steps for item in step.evidence),
        entered=_entered((path for step in steps for path in step.entered), given),
    )


def _inputs(inputs: Mapping[str, Any], given: Given) -> str:
    told = {key: value for key, value in inputs.items() if value not in (None, "", [], ())}
    return ", ".join(f"{spaced(key)} {_plain(value, given)}" for key, value in told.items())


def _plain(value: Any, given: Given) -> str:
    """A value in words: ids become drug names, lists are joined."""
    if isinstance(value, (list, tuple)):
        return joined([_plain(item, given) for item in value])
    if isinstance(value, dict):
        return joined([f"{spaced(str(key))} {_plain(item, given)}" for key, item in value.items()])
    if isinstance(value, bool):
        return "yes" if value else "no"
    return name(given[value]) if isinstance(value, str) and value in given else str(value)


def _entered(paths: Iterable[str], given: Given) -> tuple[str, ...]:
    """What a person typed: `administrations.a5.start` and `.stop` become `paclitaxel: start, stop`."""
    subjects: dict[str, dict[str, None]] = {}
    for path in paths:
        parts = path.split(".")
        found = given.get(parts[1]) if parts[0] == "administrations" and len(parts) > 2 else None
        subjects.setdefault(name(found) if found else "", {})[spaced(parts[-1])] = None
    return tuple(
        f"{subject}: {', '.join(fields)}" if subject else ", ".join(fields)
        for subject, fields in subjects.items()
    )
