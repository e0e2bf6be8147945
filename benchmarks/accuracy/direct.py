"""The model asked for the codes themselves: how it is mostly tried, made as good as one prompt makes it.

It gets the rules in short, every code with a label of our own, the codes as an enum in the schema, and writes down
drug, technique and minutes before each code. What it answers counts as it is: nothing is checked against the notes.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from benchmarks.accuracy.answers import Answered
from reviewer.errors import Unparseable
from reviewer.evaluate.cases import Case
from reviewer.llm import Chat, Message
from reviewer.pipeline import judge
from reviewer.review import Review
from validator.facts import Encounter, Frozen
from validator.findings import CodeLine
from validator.rulebook import Rulebook

NAME, NO_CODE = "coding", "none"
_FAMILIES = ("chemotherapy", "therapeutic", "hydration", "subcutaneous", "intra_arterial", "pump", "cavity", "csf")
_MORE = ("96523", "36593", "51720", "36430", "0663T", "97008", "97009")
# Spinal and abdominal procedures beside the drug's own code, and what nobody may report without looking it up.
_NOT = ("unlisted", "service")
_RULES = Path(__file__).with_name("direct_prompt.md")


class _Line(Frozen):
    """A drug, how and how long it was given, and only then its code: a small model decides better in that order."""

    drug: str
    how: str
    start: str | None
    stop: str | None
    minutes: int | None
    code: str
    units: Annotated[int, Field(ge=0)]
    modifiers: tuple[str, ...]


class _Coding(Frozen):
    lines: tuple[_Line, ...]


def offered(rulebook: Rulebook) -> tuple[str, ...]:
    """The codes the model may choose from, in order of the rulebook."""
    return tuple(
        code.id
        for code in rulebook.codes.values()
        if (code.family in _FAMILIES and code.role not in _NOT and _is_administration(code.id)) or code.id in _MORE
    )


def _is_administration(code: str) -> bool:
    return code.startswith("96") or code in ("C8957", "G0498")


def schema(rulebook: Rulebook) -> dict[str, Any]:
    """JSON Schema of the answer, in the subset every server carries out."""
    nullable = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    line = {
        "drug": {"type": "string"},
        "how": {"type": "string", "enum": ["infusion", "push", "injection", "other"]},
        "start": nullable,
        "stop": nullable,
        "minutes": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "code": {"type": "string", "enum": [*offered(rulebook), NO_CODE]},
        "units": {"type": "integer"},
        "modifiers": {"type": "array", "items": {"type": "string", "enum": ["59"]}},
    }
    return _closed({"lines": {"type": "array", "items": _closed(line)}})


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def prompt(rulebook: Rulebook) -> str:
    """The fixed part: rules in short, and the codes with our own labels."""
    labels = [f"{code} {rulebook.codes[code].label}" for code in offered(rulebook)]
    return "\n".join((_RULES.read_text("utf-8").rstrip(), *labels, f"{NO_CODE} Earns no code"))


def fingerprint(rulebook: Rulebook) -> str:
    """SHA-256 over prompt and schema, first 16 hex digits."""
    return hashlib.sha256((prompt(rulebook) + json.dumps(schema(rulebook))).encode()).hexdigest()[:16]


def ask(case: Case, chat: Chat, rulebook: Rulebook) -> Answered:
    """The model's codes for an encounter. Raises `CompletionError` for a reply that cannot be used."""
    notes = "\n".join(f'<note number="{number}">\n{note.text}\n</note>' for number, note in enumerate(case.notes, 1))
    where = "a physician's office" if case.setting == "physician" else "a facility (hospital outpatient)"
    completion = chat.complete(
        (
            Message(role="system", content=prompt(rulebook)),
            Message(role="user", content=f"The visit took place in {where}.\n{notes}"),
        ),
        schema=schema(rulebook),
        name=NAME,
        characters=sum(len(note.text) for note in case.notes),
    )
    try:
        coding = _Coding.model_validate_json(completion.content)
    except ValidationError:
        raise Unparseable("the reply does not have the shape asked for", completion.usage) from None
    return Answered([[line.code, line.units, list(line.modifiers)] for line in coding.lines], completion.usage)


def review_of(content: Any, rulebook: Rulebook) -> Review:
    """The answered codes as a review without facts. Lines of one code and the same modifiers are one line."""
    units: dict[tuple[str, tuple[str, ...]], int] = {}
    for code, count, modifiers in content or ():
        key = code, tuple(sorted(set(modifiers)))
        units[key] = units.get(key, 0) + count
    lines = tuple(
        CodeLine(
            code=code,
            units=count,
            modifiers=modifiers,
            date=rulebook.default_date,
            label=rulebook.codes[code].label,
            kind="administration",
        )
        for (code, modifiers), count in units.items()
        if count and code in rulebook.codes
    )
    return judge(Encounter(), rulebook=rulebook).model_copy(update={"codes": lines})


def asked_for(case: Case) -> Case:
    """The case without facts and drug lines: neither is asked of the model, so neither counts against it."""
    codes = None if case.codes is None else tuple(line for line in case.codes if not line.code.startswith(("J", "Q")))
    return case.model_copy(update={"codes": codes, "labels": None})
