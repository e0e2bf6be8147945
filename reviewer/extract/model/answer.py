"""What the model is asked to write: passages it copies, and the drug each is about. No code, offset or decision."""

# Annotations stay evaluated here: from text, pydantic would compile each one while the program starts.
import json
from typing import Any

from pydantic import ValidationError

from reviewer.errors import Unparseable
from validator.facts import Frozen

NAME = "encounter"
_FENCE = "```"
_NOTHING = frozenset(
    {"", "null", "none", "nil", "no", "n/a", "na", "unknown", "not specified", "not stated", "not told", "not given"}
)


class Told(Frozen):
    """A passage that tells of a drug: `note` is the note's number in the message, the rest is copied from it."""

    note: int
    time: str | None
    words: str
    drug: str


class Chart(Frozen):
    """The words that tell of each documentation element; None where no note tells it."""

    date: str | None
    consent: str | None
    order: str | None
    diagnosis: str | None
    stage: str | None
    vitals: str | None
    reaction: str | None
    check: str | None
    labs: str | None
    bsa: str | None
    cycle: str | None
    pump: str | None
    procedure: str | None
    signature: str | None


class Answer(Frozen):
    """One reply. `end` repeats the last words of the last note, so that a cut input shows."""

    given: tuple[Told, ...]
    chart: Chart
    end: str | None


def answer_schema() -> dict[str, Any]:
    """JSON Schema of an answer in the subset every server carries out: closed objects, all keys required, no `$ref`."""
    nullable = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    told = _closed({"note": {"type": "integer"}, "time": nullable, "words": _TEXT, "drug": _TEXT})
    chart = _closed(dict.fromkeys(Chart.model_fields, nullable))
    return _closed({"given": {"type": "array", "items": told}, "chart": chart, "end": nullable})


_TEXT = {"type": "string"}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_answer(content: str) -> Answer:
    """The reply as an answer. Raises `Unparseable` that names fields and kinds of trouble, never their content."""
    try:
        data = json.loads(_without_fence(content), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Unparseable("the reply is not JSON") from None
    try:
        return Answer.model_validate(data, strict=False)
    except ValidationError as problem:
        raise Unparseable(f"the reply does not have the shape asked for: {_where(problem)}") from None


def said(text: str | None) -> str | None:
    """Copied words; None where the model wrote that there are none."""
    return None if text is None or text.strip(" .-_").lower() in _NOTHING else text.strip()


def _without_fence(content: str) -> str:
    """The reply without the code fence that some models put around JSON."""
    body = content.strip()
    if not (body.startswith(_FENCE) and body.endswith(_FENCE) and "\n" in body):
        return body
    return body[body.index("\n") : -len(_FENCE)]


def _refuse_constant(_: str) -> None:
    raise ValueError


def _where(problem: ValidationError) -> str:
    """Places and kinds of the first mistakes. Keys that the model made up are not repeated: they may be note text."""
    found = []
    for one in problem.errors(include_url=False, include_context=False, include_input=False)[:5]:
        known = [str(part) for part in one["loc"] if isinstance(part, int) or part in _KEYS]
        found.append(f"{'.'.join(known) or 'top level'} ({one['type']})")
    return "; ".join(found)


_KEYS = frozenset({*Told.model_fields, *Chart.model_fields, *Answer.model_fields})
