"""Worked examples: a file with one JSON object a line, each with a note, its facts and the codes they support.

The layout (docs/evaluating.md) is that of published teaching examples: facts in loose words. What such words do not
settle is left open rather than guessed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from reviewer.errors import InputError, shown
from reviewer.evaluate.cases import Case, validated
from reviewer.evaluate.labels import ExpectedLine, Labels
from reviewer.notes.loading import read_bytes
from reviewer.notes.note import Note

_ROUTES = {
    "IV": "intravenous",
    "PO": "oral",
    "IM": "intramuscular",
    "SQ": "subcutaneous",
    "SC": "subcutaneous",
    "intra-arterial": "intra_arterial",
}
_TECHNIQUES = (
    ("prolonged infusion", ["pump", "infusion"]),
    ("portable pump", ["pump", "infusion"]),
    ("infusion", "infusion"),
    ("push", "push"),
    ("injection", "injection"),
)
_SERVICES = {"transfusion": "transfusion", "flush": "port_flush"}
_SITES = (
    (r"\bPIV\b", "peripheral_iv"),
    (r"port\b", "implanted_port"),
    (r"\bPICC\b", "picc"),
    (r"artery catheter", "arterial_catheter"),
)
_DOSE = re.compile(r"[0-9.,]+ [a-zA-Z]+")
_CLOCK = re.compile(r"([0-2][0-9]:[0-5][0-9])(?:\+1)?")
_SIDES = {"L": "left", "R": "right"}


def load_examples(source: Path) -> tuple[Case, ...]:
    """The examples of a file, in its order. Raises `InputError` naming the line and the key, never a value."""
    name, cases = shown(source.name), []
    try:
        lines = read_bytes(source).decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{name}: it is not UTF-8 text") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            cases.append(_case(line, f"{name} line {number}"))
    if not cases:
        raise InputError(f"{name}: no encounter found: the file has no line with one")
    return tuple(cases)


def _case(line: str, place: str) -> Case:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"{place}: not valid JSON") from None
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) and row[key] for key in ("id", "note")):
        raise InputError(f"{place}: id and note are required, as text")
    facts, expected = row.get("facts"), row.get("expected_codes")
    setting = row.get("setting")
    return Case(
        name=row["id"],
        notes=(Note(id="note.txt", text=row["note"].replace("\r\n", "\n")),),
        setting=setting if setting in ("facility", "physician") else None,
        codes=None if expected is None else _lines(expected, f"{place}: expected_codes"),
        optional_codes=_lines(row.get("optional_codes") or [], f"{place}: optional_codes"),
        labels=None if facts is None else validated(Labels, _labels(facts, f"{place}: facts"), f"{place}: facts"),
    )


def _lines(rows: Any, place: str) -> tuple[ExpectedLine, ...]:
    if not isinstance(rows, list):
        raise InputError(f"{place}: should be a list")
    return tuple(validated(ExpectedLine, row, place) for row in rows)


def _labels(facts: Any, place: str) -> dict[str, Any]:
    if not isinstance(facts, list) or not all(isinstance(fact, dict) for fact in facts):
        raise InputError(f"{place}: should be a list of objects")
    services = [_SERVICES[fact["technique"]] for fact in facts if _text(fact, "technique") in _SERVICES]
    return {
        "administration": [
            one for fact in facts if _text(fact, "technique") not in _SERVICES for one in _administrations(fact)
        ],
        "service": [{"kind": kind} for kind in services],
        "open": ["pump", "service"],
    }


def _administrations(fact: dict[str, Any]) -> list[dict[str, Any]]:
    """One administration, or one for each drug of a shared bag ("ondansetron + dexamethasone", "8 mg + 4 mg")."""
    drugs, doses = _text(fact, "drug").split(" + "), _text(fact, "dose").split(" + ")
    doses = doses if len(doses) == len(drugs) else [""] * len(drugs)
    return [_administration(fact, drug, dose) for drug, dose in zip(drugs, doses, strict=True)]


def _administration(fact: dict[str, Any], drug: str, dose: str) -> dict[str, Any]:
    made: dict[str, Any] = {"drug": drug.split(" (")[0]}
    route = _text(fact, "route")
    made["route"] = _ROUTES.get(route, route)
    if _DOSE.fullmatch(dose):
        made["dose"] = dose
    for key in ("start", "stop"):
        if found := _CLOCK.fullmatch(_text(fact, key)):
            made[key] = found[1]
    said = _text(fact, "technique")
    technique = next((value for word, value in _TECHNIQUES if said.startswith(word)), None)
    if technique:
        made["technique"] = technique
    site, location = _site(_text(fact, "access"))
    made |= {key: value for key, value in (("site", site), ("location", location)) if value}
    # The minutes are worked out from the times, and `class` and `relation` are conclusions: no words of the note.
    made["open"] = ["duration_minutes", "purpose", "presence", "discarded", "lesions"]
    if technique == "push":  # its end is worked out from "over 3 min"
        made.pop("stop", None)
        made["open"] += ["stop"]
    made["open"] += [key for key in ("technique", "site", "location") if key not in made]
    return made


def _site(access: str) -> tuple[str | None, str | None]:
    """Kind and place of an access as charted: "L forearm PIV" is a peripheral line in the left forearm."""
    words = re.sub(r" \(.*", "", access)
    kind = next((kind for pattern, kind in _SITES if re.search(pattern, words)), None)
    place = [_SIDES.get(word, word) for word in words.split() if word not in ("PIV", "port", "Mediport", "PICC")]
    return kind, " ".join(place) if place and place[0] in _SIDES.values() else None


def _text(fact: dict[str, Any], key: str) -> str:
    value = fact.get(key)
    return value.strip() if isinstance(value, str) else ""
