"""Which rules, requirements and cases bear on a code: found by judging every case, once as written and once bare.

A rule bears on a code when it is a step on the way to it, or keeps it from being supported. A requirement bears on it
when, with no documentation at all, it names the code among those it affects.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from case_files import Case, all_cases

from validator import validate
from validator.facts import Encounter
from validator.findings import Assessment
from validator.loading import default_rulebook


def text() -> str:
    """The index as JSON, sorted."""
    found: dict[str, dict[str, set[str]]] = {name: defaultdict(set) for name in ("rules", "requirements", "cases")}
    told: dict[str, Any] = {}
    for case in all_cases():
        judged = _judge(case, case.facts)
        _take_rules(judged, found["rules"])
        for line in judged.codes:
            found["cases"][line.code].add(case.id)
        bare = _judge(case, {**case.facts, "documentation": {}})
        for missing in (*judged.missing, *bare.missing):
            for code in missing.affects:
                found["requirements"][code].add(missing.requirement)
        codes = case.expect.get("codes")
        told[case.id] = {"title": case.title, "why": case.why, "codes": codes or []}
    sorted_sets = {
        name: {code: sorted(ids) for code, ids in sorted(by_code.items()) if code in default_rulebook().codes}
        for name, by_code in found.items()
    }
    return json.dumps({**sorted_sets, "case": dict(sorted(told.items()))}, indent=0, ensure_ascii=False) + "\n"


def _judge(case: Case, facts: dict[str, Any]) -> Assessment:
    return validate(Encounter.model_validate(facts), default_rulebook(), policy=case.policy)


def _take_rules(judged: Assessment, rules: dict[str, set[str]]) -> None:
    for line in judged.codes:
        rules[line.code].update(step.rule for step in line.because)
    for entry in (*judged.not_supported, *judged.needs_human):
        if entry.code and entry.rule:
            rules[entry.code].add(entry.rule)
