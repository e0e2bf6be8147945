"""A facts or review JSON file to its type, with errors that name the place and never the value."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from pydantic import ValidationError

from reviewer.errors import InputError, shown
from reviewer.notes.loading import STDIN, read_bytes
from validator.facts import Encounter, Frozen

if TYPE_CHECKING:
    from reviewer.review import Review

Kind = TypeVar("Kind", bound=Frozen)
_PLAIN_KEY = re.compile(r"[0-9]+|[A-Za-z_][A-Za-z0-9_.-]{0,39}")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_SAYS = {
    "extra_forbidden": "unknown key",
    "missing": "this key is required",
    "tuple_type": "should be a list",
    "date_parsing": "not a date such as 2026-03-14",
    "date_from_datetime_parsing": "not a date such as 2026-03-14",
}


class _DuplicateKeyError(ValueError):
    """A JSON object names one key twice; which of the two was meant is a guess."""


def load_facts(source: str) -> Encounter:
    """The encounter in a facts file, or on standard input for `-`. `InputError` names the field path."""
    return parse_facts(read_bytes(None if source == STDIN else Path(source)), name_of(source))


def load_review(source: str) -> Review:
    """A stored review, as `--format json` wrote it, or on standard input for `-`. `InputError` names the field path."""
    from reviewer.review import Review

    raw = read_bytes(None if source == STDIN else Path(source))
    return _parsed(raw, name_of(source), Review, "a review, as `reviewer review --format json` writes it")


def name_of(source: str) -> str:
    """What messages call a facts file."""
    return "standard input" if source == STDIN else shown(source)


def parse_facts(raw: bytes, name: str) -> Encounter:
    """The encounter in JSON bytes; `name` stands for the file in messages."""
    return _parsed(raw, name, Encounter, "the facts of one encounter")


def _parsed(raw: bytes, name: str, kind: type[Kind], what: str) -> Kind:
    data = json_of(raw, name)
    if not isinstance(data, dict):
        raise InputError(f"{name}: the top level must be a JSON object with {what}")
    try:
        return kind.model_validate(data)
    except ValidationError as problem:
        reason = _first_problem(problem)
    raise InputError(f"{name}: {reason}")


def json_of(raw: bytes, name: str) -> Any:
    """The values of a JSON file. `InputError` naming it where it is none, or where two programs could read it apart."""
    try:
        text = raw.decode(json.detect_encoding(raw))
        if not text.strip():
            raise InputError(f"{name}: the file is empty")
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        if _SURROGATE.search(text):
            json.dumps(data, ensure_ascii=False).encode("utf-8")
        return data
    except UnicodeEncodeError:
        reason = "an escape such as \\ud800 in it is half a character"
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text"
    except json.JSONDecodeError as problem:
        reason = f"not valid JSON at line {problem.lineno}, column {problem.colno} ({problem.msg})"
    except _DuplicateKeyError as problem:
        reason = str(problem)
    except RecursionError:
        reason = "nested too deeply to be an encounter"
    except ValueError:
        reason = "it holds a number that JSON does not allow"
    raise InputError(f"{name}: {reason}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise _DuplicateKeyError(f"the key {_key(key)} stands twice in one object")
        seen.add(key)
    return made


def _no_constant(_: str) -> NoReturn:
    raise ValueError


def _key(key: object) -> str:
    """A key as it may be shown: one that reads like a field name, for any other may be text of a note."""
    return str(key) if _PLAIN_KEY.fullmatch(str(key)) else "(a key that is no field name)"


def _first_problem(problem: ValidationError) -> str:
    errors = problem.errors(include_input=False, include_url=False)
    first, places = errors[0], {_place(error["loc"]) for error in errors}
    more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
    return f"{_place(first['loc']) or 'top level'}: {_says(first['type'], first['msg'])}{more}"


def _says(kind: str, message: str) -> str:
    return _SAYS.get(kind) or message.removeprefix("Value error, ").removeprefix("Input ")


def _place(loc: tuple[int | str, ...]) -> str:
    """`administrations.0.start`: the path as the file has it, without the wrapper around a bare value."""
    parts = [_key(part) for part in loc]
    while parts and parts[-1] in ("value", "bool", "int", "float", "str"):
        parts.pop()
    return ".".join(parts)
