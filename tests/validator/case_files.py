"""Reads the case files of `cases/`: facts laid over a base visit, and what a coder expects of them.

A file has `title`, optionally `base` (a file of `cases/base/`), `[common.*]` (facts that its cases share) and
`[each_administration]` (what all their administrations share), and `[[case]]` tables with `id`, `title`,
`why` (ids of the domain rules), `facts` in the contract's shape and `expect`:

    codes          every administration and service line as [code, units, [modifiers]], summed over dates
    drugs          every drug line in the same shape; not compared when absent
    present        codes that must appear, whatever else does
    absent         codes that may not appear, drug lines included
    flags          [code, flag] pairs that must be there; `no_flags` may not
    on             [code, [administrations]]: the line rests on exactly these
    dates          [code, date]: the line's date
    not_supported  [code, units, [elements]] entries that must be there; an empty list means there are none
    missing        elements that must be reported missing; `not_missing` may not
    at_risk        [code, element]: the line stands and names the missing element
    needs_human    a code, an id or words found in `needs_human`; an empty list means there are none
    not_coded      ids that must be listed as never reported
    mentioned      ids that must appear somewhere outside `codes`: nothing is lost silently
    conflicts      how many conflicts are reported
"""

from __future__ import annotations

import functools
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"
Line = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Case:
    """One expectation: facts (contract JSON as a dict), the policy argument, what is expected, and why."""

    id: str
    file: str
    title: str
    why: tuple[str, ...]
    facts: dict[str, Any]
    policy: str | None
    expect: dict[str, Any]


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(value, dict) and isinstance(under, dict) and value
        merged[key] = _laid_over(under, value) if both and isinstance(under, dict) else value
    return merged


def _complete(facts: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "administrations": [{**shared, **given} for given in facts.get("administrations", [])]}


def _read(path: Path) -> Iterator[Case]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(data) - {"title", "base", "common", "each_administration", "case"}
    if unknown or "title" not in data or not data.get("case"):
        raise ValueError(f"{path.name}: unknown key, no title or no case: {sorted(unknown)}")
    below: dict[str, Any] = {}
    if base := data.get("base"):
        below = tomllib.loads((CASES / "base" / f"{base}.toml").read_text(encoding="utf-8"))
    below = _laid_over(below, data.get("common", {}))
    for case in data["case"]:
        unknown = set(case) - {"id", "title", "why", "facts", "policy", "expect"}
        unknown |= set(case["expect"]) - EXPECTATIONS.keys()
        if unknown or not case["why"]:
            raise ValueError(f"{path.name}: {case['id']}: unknown key or no rule: {sorted(unknown)}")
        yield Case(
            id=case["id"],
            file=path.name,
            title=case["title"],
            why=tuple(case["why"]),
            facts=_complete(_laid_over(below, case.get("facts", {})), data.get("each_administration", {})),
            policy=case.get("policy"),
            expect=case["expect"],
        )


@functools.cache
def all_cases() -> tuple[Case, ...]:
    """Every case of every file, in file and reading order; ids are unique."""
    cases = tuple(case for path in sorted(CASES.glob("*.toml")) for case in _read(path))
    twice = [name for name, count in Counter(case.id for case in cases).items() if count > 1]
    if twice:
        raise ValueError(f"case ids used twice: {twice}")
    return cases


def _show(lines: Counter[Line]) -> str:
    return ", ".join(f"{'-'.join((code, *mods))} x{n}" for (code, mods), n in sorted(lines.items())) or "nothing"


def _lines(assessment: dict[str, Any], drug: bool) -> Counter[Line]:
    found: Counter[Line] = Counter()
    for line in assessment["codes"]:
        if (line["kind"] == "drug") == drug:
            found[line["code"], tuple(sorted(line["modifiers"]))] += line["units"]
    return found


def _compare_lines(assessment: dict[str, Any], wanted: list[Any], drug: bool) -> Iterator[str]:
    found = _lines(assessment, drug)
    expected: Counter[Line] = Counter()
    for code, units, modifiers in wanted:
        expected[code, tuple(sorted(modifiers))] += units
    if found != expected:
        kind = "drug lines" if drug else "codes"
        yield f"{kind}: expected {_show(expected)}; reported {_show(found)}"


def _codes(assessment: dict[str, Any], wanted: list[Any]) -> Iterator[str]:
    yield from _compare_lines(assessment, wanted, drug=False)


def _drugs(assessment: dict[str, Any], wanted: list[Any]) -> Iterator[str]:
    yield from _compare_lines(assessment, wanted, drug=True)


def _present(assessment: dict[str, Any], wanted: list[str]) -> Iterator[str]:
    for code in wanted:
        if code not in {line["code"] for line in assessment["codes"]}:
            yield f"{code} should be reported"


def _absent(assessment: dict[str, Any], wanted: list[str]) -> Iterator[str]:
    for line in assessment["codes"]:
        if line["code"] in wanted:
            yield f"{line['code']} may not be reported here"


def _flagged(assessment: dict[str, Any]) -> set[tuple[str, str]]:
    return {(line["code"], flag) for line in assessment["codes"] for flag in line["flags"]}


def _flags(assessment: dict[str, Any], wanted: list[list[str]]) -> Iterator[str]:
    for code, flag in wanted:
        if (code, flag) not in _flagged(assessment):
            yield f"{code} should carry the flag {flag}"


def _no_flags(assessment: dict[str, Any], wanted: list[list[str]]) -> Iterator[str]:
    for code, flag in wanted:
        if (code, flag) in _flagged(assessment):
            yield f"{code} should not carry the flag {flag}"


def _on(assessment: dict[str, Any], wanted: list[Any]) -> Iterator[str]:
    for code, ids in wanted:
        found = {a for line in assessment["codes"] if line["code"] == code for a in line["administrations"]}
        if found != set(ids):
            yield f"{code} should rest on {ids}, rests on {sorted(found)}"


def _dates(assessment: dict[str, Any], wanted: list[list[str]]) -> Iterator[str]:
    for code, day in wanted:
        found = sorted({line["date"] for line in assessment["codes"] if line["code"] == code})
        if found != [day]:
            yield f"{code} should be dated {day}, is dated {found}"


def _not_supported(assessment: dict[str, Any], wanted: list[Any]) -> Iterator[str]:
    found = [(e["code"], e["units"], set(e["missing"])) for e in assessment["not_supported"]]
    if not wanted and found:
        yield f"nothing should be listed as not supported, found {found}"
    for code, units, elements in wanted:
        if not any(c == code and u == units and set(elements) <= m for c, u, m in found):
            yield f"{code} x{units} should be listed as not supported for want of {elements}; listed: {found}"


def _missing(assessment: dict[str, Any], wanted: list[str]) -> Iterator[str]:
    found = {entry["element"] for entry in assessment["missing"]}
    for element in wanted:
        if element not in found:
            yield f"{element} should be reported missing; missing are {sorted(found)}"


def _not_missing(assessment: dict[str, Any], wanted: list[str]) -> Iterator[str]:
    for element in wanted:
        if element in {entry["element"] for entry in assessment["missing"]}:
            yield f"{element} is documented and may not be reported missing"


def _at_risk(assessment: dict[str, Any], wanted: list[list[str]]) -> Iterator[str]:
    element_of = {entry["id"]: entry["element"] for entry in assessment["missing"]}
    found = {(line["code"], element_of[i]) for line in assessment["codes"] for i in line["at_risk"]}
    for code, element in wanted:
        if (code, element) not in found:
            yield f"{code} should be at risk for want of {element}; at risk: {sorted(found)}"


def _needs_human(assessment: dict[str, Any], wanted: list[str]) -> Iterator[str]:
    entries = assessment["needs_human"]
    if not wanted and entries:
        yield f"nothing should need a human, found {[(e['code'], e['subject']) for e in entries]}"
    for words in wanted:
        if not any(
            words == e["code"]
            or words in e["administrations"]
            or words in e["services"]
            or words.lower() in f"{e['subject']} {e['reason']}".lower()
            for e in entries
        ):
            yield f"{words} should need a human; found {[(e['code'], e['subject']) for e in entries]}"


def _not_coded(assessment: dict[str, Any], wanted: list[str]) -> Iterator[str]:
    found = {e["administration"] or e["service"] for e in assessment["not_coded"]}
    for name in wanted:
        if name not in found:
            yield f"{name} should be listed as given but never reported; listed: {sorted(map(str, found))}"


def mentioned_outside_codes(assessment: dict[str, Any]) -> set[str]:
    """Ids of administrations and services that the assessment accounts for beside its code lines."""
    names: set[str] = set()
    for entry in (*assessment["not_supported"], *assessment["needs_human"]):
        names.update(entry["administrations"], entry["services"])
    for entry in (*assessment["not_coded"], *assessment["missing"]):
        names.update(n for n in (entry["administration"], entry["service"]) if n)
    for entry in assessment["conflicts"]:
        names.update(entry["path"].split("."))
    return names


def _mentioned(assessment: dict[str, Any], wanted: list[str]) -> Iterator[str]:
    for name in wanted:
        if name not in mentioned_outside_codes(assessment):
            yield f"{name} is lost: neither coded nor accounted for"


def _conflicts(assessment: dict[str, Any], wanted: int) -> Iterator[str]:
    if len(assessment["conflicts"]) != wanted:
        found = [c["path"] for c in assessment["conflicts"]]
        yield f"{wanted} conflicts expected, found {found}"


EXPECTATIONS: dict[str, Callable[[dict[str, Any], Any], Iterator[str]]] = {
    "codes": _codes,
    "drugs": _drugs,
    "present": _present,
    "absent": _absent,
    "flags": _flags,
    "no_flags": _no_flags,
    "on": _on,
    "dates": _dates,
    "not_supported": _not_supported,
    "missing": _missing,
    "not_missing": _not_missing,
    "at_risk": _at_risk,
    "needs_human": _needs_human,
    "not_coded": _not_coded,
    "mentioned": _mentioned,
    "conflicts": _conflicts,
}


def disagreements(case: Case, assessment: dict[str, Any]) -> list[str]:
    """What differs between the expectation and the assessment (its JSON as a dict), in a coder's words."""
    return [words for key, wanted in case.expect.items() for words in EXPECTATIONS[key](assessment, wanted)]


def explain(case: Case, problems: list[str], assessment: dict[str, Any]) -> str:
    """A failure message: the case, its rules, what was given, what differs."""
    given = [
        f"  {a['id']}: " + ", ".join(f"{k}={v}" for k, v in a.items() if k != "id")
        for a in case.facts.get("administrations", [])
    ]
    others = [f"  [{e['code']} x{e['units']} not supported: {e['reason']}]" for e in assessment["not_supported"]]
    others += [f"  [needs a human: {e['code'] or e['subject']}: {e['reason']}]" for e in assessment["needs_human"]]
    others += [f"  [not coded: {e['subject']}: {e['reason']}]" for e in assessment["not_coded"]]
    head = f"{case.file} / {case.id}: {case.title} (rules {', '.join(case.why)})"
    return "\n".join([head, *given, *(f"-> {p}" for p in problems), *others])
