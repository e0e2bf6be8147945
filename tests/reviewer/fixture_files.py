"""The invented encounters under `fixtures/`: read, reviewed, and compared with what the rules say of them."""

from __future__ import annotations

import functools
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from reviewer.notes.loading import load_notes
from reviewer.notes.note import Note
from reviewer.pipeline import review
from reviewer.report.published import published
from reviewer.review import Review
from validator.findings import CodeLine
from validator.loading import default_rulebook

ENCOUNTERS = Path(__file__).parents[2] / "fixtures" / "encounters"
NAMES = tuple(sorted(path.parent.name for path in ENCOUNTERS.glob("*/expected.toml")))
KEYS = frozenset(
    {
        *("title", "style", "why", "setting", "policy", "judged_policy"),
        *("codes", "not_supported", "missing", "not_missing", "at_risk", "conflicts", "flags", "calm"),
        *("needs_human", "not_coded", "no_line_for"),
    }
)
NEEDED = frozenset({"title", "style", "why", "setting", "codes"})

Expectation = dict[str, Any]


@functools.cache
def notes_of(name: str) -> tuple[Note, ...]:
    """The notes of an encounter in the order of their file names."""
    return load_notes([str(path) for path in sorted((ENCOUNTERS / name).glob("*.txt"))]).notes


def expectation(name: str) -> Expectation:
    """What the rules say of an encounter. Raises `ValueError` for a key that does not exist or is missing."""
    said = tomllib.loads((ENCOUNTERS / name / "expected.toml").read_text(encoding="utf-8"))
    if unknown := said.keys() - KEYS:
        raise ValueError(f"{name}/expected.toml: unknown keys {sorted(unknown)}")
    if absent := NEEDED - said.keys():
        raise ValueError(f"{name}/expected.toml: keys missing {sorted(absent)}")
    return said


@functools.cache
def review_of(name: str) -> Review:
    """The review of an encounter by the pattern reader, with the setting and policy that a person would give."""
    said = expectation(name)
    return review(
        notes_of(name),
        rulebook=default_rulebook(),
        setting=said["setting"],
        policy=said.get("policy"),
        extractor="patterns",
    )


def units(made: Review) -> Counter[str]:
    """Units by code."""
    found: Counter[str] = Counter()
    for line in made.codes:
        found[line.code] += line.units
    return found


def rendering(made: Review) -> str:
    """The whole review as stored beside the notes, without the editions of rulebook and package that made it."""
    values = json.loads(published(made))
    del values["rulebook"]
    del values["provenance"]["rulebook"], values["provenance"]["package"]
    values["provenance"].pop("edits", None)
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def differences(said: Expectation, made: Review) -> list[str]:
    """What a review has otherwise than expected, one readable line each; empty when the expectation holds."""
    return [
        *_codes(said, made),
        *_not_supported(said, made),
        *_elements(said, made),
        *_at_risk(said, made),
        *_needs_human(said, made),
        *_not_coded(said, made),
        *_lines_for(said, made),
        *_counts(said, made),
    ]


def _line(line: CodeLine) -> str:
    return f"{line.code} x{line.units} {list(line.modifiers)}"


def _codes(said: Expectation, made: Review) -> Iterator[str]:
    named = {code for code, _, _ in said["codes"]}
    got = sorted(_line(line) for line in made.codes if line.kind != "drug" or line.code in named)
    wanted = sorted(f"{code} x{units} {modifiers}" for code, units, modifiers in said["codes"])
    for line in _without(wanted, got):
        yield f"code lost: {line}"
    for line in _without(got, wanted):
        yield f"code too many: {line}"


def _without(lines: Iterable[str], others: Iterable[str]) -> list[str]:
    left = list(lines)
    for other in others:
        if other in left:
            left.remove(other)
    return left


def _not_supported(said: Expectation, made: Review) -> Iterator[str]:
    known = default_rulebook().codes
    open_lines = [(n.code, sorted(n.missing), n.units) for n in made.not_supported if n.code in known]
    for codes, elements in said.get("not_supported", []):
        found = next((x for x in open_lines if _is_one_of(x[0], codes) and x[1] == sorted(elements)), None)
        if found:
            open_lines.remove(found)
        else:
            yield f"not_supported lost: {codes} for want of {', '.join(elements)}"
    for code, elements, units in open_lines:
        yield f"not_supported too many: {code} x{units} for want of {', '.join(elements)}"


def _is_one_of(code: str, codes: str) -> bool:
    return codes == "*" or code in codes.split("|")


def _elements(said: Expectation, made: Review) -> Iterator[str]:
    asked = {entry.element: entry for entry in made.missing}
    for element in said.get("missing", []):
        if element not in asked:
            yield f"missing not asked: {element}"
    for element in said.get("not_missing", []):
        if element in asked:
            found = asked[element]
            yield f"asked although documented: {element} ({found.requirement}, {found.standing}, {found.question})"


def _at_risk(said: Expectation, made: Review) -> Iterator[str]:
    element_of = {entry.id: entry.element for entry in made.missing}
    for code, element in said.get("at_risk", []):
        risks = {element_of.get(i) for line in made.codes if line.code == code for i in line.at_risk}
        if element not in risks:
            yield f"{code} does not say that {element} puts it at risk"


def _needs_human(said: Expectation, made: Review) -> Iterator[str]:
    entries = list(made.needs_human)
    for words in said.get("needs_human", []):
        found = next((e for e in entries if _names(words, made, e.code or "", e.subject, *_drugs(made, e))), None)
        if found:
            entries.remove(found)
        else:
            yield f"needs_human lost: {words}"
    for entry in entries:
        yield f"needs_human too many: {entry.code or ''} {entry.subject}: {entry.reason}"


def _names(words: str, made: Review, *places: str) -> bool:
    return any(word.casefold() in place.casefold() for word in words.split("|") for place in places)


def _drugs(made: Review, entry: Any) -> list[str]:
    """The drugs, as charted, of the administrations behind an entry of the review."""
    ids = getattr(entry, "administrations", None) or (getattr(entry, "administration", None),)
    return [str(a.drug.value) for a in made.facts.administrations if a.id in ids and a.drug.value]


def _not_coded(said: Expectation, made: Review) -> Iterator[str]:
    for drug in said.get("not_coded", []):
        listed = [name for entry in made.not_coded for name in (entry.subject, *_drugs(made, entry))]
        if not any(_same_drug(drug, name) for name in listed):
            yield f"not_coded lost: {drug}"


def _lines_for(said: Expectation, made: Review) -> Iterator[str]:
    for drug in said.get("no_line_for", []):
        for line in made.codes:
            if any(_same_drug(drug, name) for name in _drugs(made, line)):
                yield f"a line rests on {drug}: {_line(line)}"


def _same_drug(one: str, other: str) -> bool:
    find = default_rulebook().find_drug
    ingredients = {drug.ingredient for drug in find(one)} & {drug.ingredient for drug in find(other)}
    return bool(ingredients) or one.casefold() in other.casefold()


def _counts(said: Expectation, made: Review) -> Iterator[str]:
    if len(made.conflicts) != said.get("conflicts", 0):
        shown = "; ".join(f"{c.path}: {' or '.join(c.readings)}" for c in made.conflicts) or "none"
        yield f"conflicts: {said.get('conflicts', 0)} expected, got {shown}"
    flags = sorted({f"{line.code}:{flag}" for line in made.codes for flag in line.flags})
    if flags != sorted(said.get("flags", [])):
        yield f"flags: {said.get('flags', [])} expected, got {flags}"
    if said.get("judged_policy", made.encounter.policy) != made.encounter.policy:
        yield f"judged under {made.encounter.policy}, not {said['judged_policy']}"
    if said.get("calm") and (made.missing or made.not_supported or made.needs_human):
        asked = [entry.element for entry in made.missing]
        yield f"not calm: asks {asked}, {len(made.not_supported)} not supported, {len(made.needs_human)} for a person"
