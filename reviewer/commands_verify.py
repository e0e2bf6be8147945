"""`reviewer verify`: a stored review checked against its notes, the rule records, and its own facts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewer.errors import InputError, shown

if TYPE_CHECKING:
    from reviewer.notes.note import Note
    from reviewer.verify.problems import Problem
    from validator.rulebook import Rulebook

PROBLEMS = 1
_MOST_SHOWN = 200


def verify(
    review: Annotated[
        str, typer.Argument(metavar="REVIEW.json", help="A stored review: reviewer review --format json.")
    ],
    notes: Annotated[
        list[str] | None, typer.Argument(metavar="NOTE", help="The notes it was made from, in their order.")
    ] = None,
    rerun: Annotated[
        bool, typer.Option("--rerun", help="At the end also judge the facts again; this is no verification.")
    ] = False,
) -> int:
    """Check a stored review: spans, hashes, derivations. Exit 1 on any problem."""
    stored = _stored(review)
    from reviewer import __version__
    from reviewer.commands_rules import installed_rulebook
    from reviewer.notes.loading import load_notes
    from reviewer.settings import signing_key
    from reviewer.verify.check import Maker, only_digested, problems
    from reviewer.verify.records import Records
    from reviewer.verify.seal import signed
    from validator.loading import DATA

    read: tuple[Note, ...] = load_notes(notes).notes if notes else ()
    key = signing_key()
    rulebook = installed_rulebook()
    records = Records(DATA, rulebook.edits)
    found = problems(stored, read, records, Maker(rulebook.version, __version__, key))
    found += _read_again(stored, read, rulebook)
    _print("verified", found)
    _print_people(stored)
    if not (key and signed(stored)):
        fields = "; ".join(only_digested(stored))
        sys.stdout.write(
            f"without a key (REVIEWER_KEY) these rest on a plain digest, which anyone can renew: {fields}\n"
        )
    if rerun:
        again = _judged_again(stored, rulebook)
        _print("judged again (no verification)", again)
        found += again
    return PROBLEMS if found else 0


def _print(what: str, found: list[Problem]) -> None:
    sys.stdout.write(f"{what}: {len(found)} problem{'' if len(found) == 1 else 's'}\n")
    for problem in found[:_MOST_SHOWN]:
        sys.stdout.write(f"  {shown(problem.at)}: {problem.what}\n")
    if len(found) > _MOST_SHOWN:
        sys.stdout.write(f"  and {len(found) - _MOST_SHOWN} more\n")


def _print_people(stored: dict[str, Any]) -> None:
    """Who entered what, and why: a second reading of the notes cannot confirm it."""
    from reviewer.verify.people import entered

    people = entered(stored)
    if people:
        sys.stdout.write(f"a person's word, not the notes': {len(people)}\n")
    for one in people[:_MOST_SHOWN]:
        why = f": {shown(one.why)}" if one.why else ""
        sys.stdout.write(f"  {shown(one.at)}, by {shown(one.by)}{why}\n")


def _read_again(stored: dict[str, Any], read: tuple[Note, ...], rulebook: Rulebook) -> list[Problem]:
    """What the deterministic reader finds otherwise, where it alone had read."""
    from reviewer.verify.problems import BROKEN, Problem, sorted_problems
    from reviewer.verify.reread import check

    try:
        return sorted_problems(check(stored, read, rulebook))
    except BROKEN:
        return [Problem("facts", "cannot be compared with the notes read again")]


def _judged_again(stored: dict[str, Any], rulebook: Rulebook) -> list[Problem]:
    """Where the validator answers otherwise today: a separate last step, for what it is worth."""
    from reviewer.verify.problems import Problem, differences, sorted_problems
    from validator import validate
    from validator.facts import Encounter

    try:
        encounter = Encounter.model_validate(stored["facts"])
        answer = validate(encounter, rulebook, policy=stored["encounter"]["policy"])
    except ValueError:
        return [Problem("facts", "cannot be judged")]
    made = answer.model_dump(mode="json", include={"codes", "not_supported", "missing", "not_coded", "conflicts"})
    return sorted_problems(one for name, value in made.items() for one in differences(name, stored[name], value))


def _stored(source: str) -> dict[str, Any]:
    """The review in a file, or on standard input for `-`. `InputError` when it is none."""
    from reviewer.facts_file import json_of
    from reviewer.notes.loading import read_bytes

    name = "standard input" if source == "-" else shown(Path(source).name)
    values = json_of(read_bytes(None if source == "-" else Path(source)), name)
    needed = {"schema_version", "encounter", "codes", "missing", "facts", "provenance"}
    if not isinstance(values, dict) or not needed <= values.keys():
        raise InputError(f"{name}: not a review with its facts; `reviewer review --format json` writes one")
    return values
