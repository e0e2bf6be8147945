"""`reviewer queue list|show|move|assign|comment|export`: what waits for a person, and what leaves the queue."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from reviewer.errors import InputError, UsageError, shown
from reviewer.queue_options import (
    AssignedOption,
    OutcomeOption,
    StateName,
    StatesOption,
    UnitOption,
    UserOption,
    opened,
)

if TYPE_CHECKING:
    from reviewer.queue.store.database import Store
    from reviewer.queue.worklist import Action, Item

_SHOWN = ("encounter_id", "state", "deadline", "effect", "missing", "outcome", "unit", "assigned_to")
_WIDEST = 28

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The encounter's id.")]


def list_encounters(
    state: StatesOption = None,
    unit: UnitOption = None,
    assigned: AssignedOption = None,
    outcome: OutcomeOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="At most so many.")] = 50,
    format: Annotated[  # noqa: A002  # the option's name is the contract
        Literal["text", "json", "csv"], typer.Option("--format", help="How to write the result.")
    ] = "text",
) -> int:
    """List the worklist. The next bill-hold deadline first, then what costs most, then what waits longest."""
    from reviewer.output import write

    with opened() as queue:
        from reviewer.queue import worklist
        from reviewer.queue.out.cells import write_csv

        found = worklist.items(
            queue.store, states=state or (), unit=unit, assigned_to=assigned, outcome=outcome, limit=limit
        )
    if format == "json":
        write(json.dumps([one._asdict() for one in found], indent=1, ensure_ascii=False), None)
    elif format == "csv":
        file = io.StringIO(newline="")
        write_csv(file, worklist.Item._fields, (one._asdict() for one in found))
        write(file.getvalue(), None)
    else:
        write(_table(found, limit), None)
    return 0


def _table(found: Sequence[Item], limit: int) -> str:
    if not found:
        return "nothing is on this list"
    from reviewer.report.visible import shown as inert

    rows = [[name.replace("_", " ") for name in _SHOWN]]
    rows += [[inert(_cut(getattr(one, name))) for name in _SHOWN] for one in found]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_SHOWN))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    more = [f"the first {limit:,}; more with --limit"] if len(found) == limit else []
    return "\n".join([*lines, *more])


def _cut(value: object) -> str:
    text = "" if value is None else str(value).replace("\n", " ")
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def show(
    encounter: IdArgument,
    format: Annotated[  # noqa: A002  # the option's name is the contract
        Literal["text", "markdown", "html", "json"], typer.Option("--format", help="How to write the result.")
    ] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write to this file, not to standard output.")
    ] = None,
) -> int:
    """Show an encounter. Where it stands, what was done with it, and the report of its newest review."""
    from reviewer.output import check_output, write

    check_output(output, [])
    with opened() as queue:
        from reviewer.queue import worklist

        one = worklist.item(queue.store, encounter)
        done = worklist.history(queue.store, encounter)
        review = worklist.review_of(queue.store, one.version)
        reason = worklist.reason_of(queue.store, one.version)
        if format == "json":
            told = {
                "encounter": {**one._asdict(), "reason": reason},
                "history": [action._asdict() for action in done],
                "review": None if review is None else json.loads(review),
            }
            text = json.dumps(told, indent=2, ensure_ascii=False)
        else:
            text = _report(queue.store, one, review, reason, done, format)
    write(text, output)
    return 0


def _report(
    store: Store,
    one: Item,
    review: str | None,
    reason: str,
    done: Iterable[Action],
    format: Literal["text", "markdown", "html"],  # noqa: A002  # the option's name is the contract
) -> str:
    """The report with, in front of it, where the encounter stands; in HTML the report alone."""
    head = "\n".join([*_standing(one, reason), *(_told(action) for action in done)])
    if format == "markdown":
        from reviewer.report.layout import markdown

        head = "\n".join(f"- {markdown(line)}" for line in head.splitlines())
    if review is None:
        if format == "html":
            raise UsageError("there is no review of this encounter to show as HTML (yet); see: --format text")
        return head
    from reviewer.commands_rules import installed_rulebook
    from reviewer.queue import worklist
    from reviewer.queue.rejudging import explained
    from reviewer.report import render
    from reviewer.review import Review

    rulebook = installed_rulebook()
    made = explained(Review.model_validate_json(review), rulebook)
    report = render(made, format, worklist.notes_of(store, one.version), rulebook=rulebook)
    return report if format == "html" else f"{head}\n\n{report}"


def _standing(one: Item, reason: str) -> list[str]:
    from reviewer.report.visible import shown as inert

    told: dict[str, Any] = {
        "outcome": " ".join(filter(None, (one.outcome or "not worked yet", reason and f"({reason})"))),
        "bill held until": one.deadline,
        "unit": one.unit,
        "author": one.author,
        "given to": one.assigned_to,
    }
    said = "; ".join(f"{name} {inert(str(value))}" for name, value in told.items() if value)
    return [f"{inert(one.encounter_id)}: {one.state.replace('_', ' ')} since {one.since[:16]} UTC; {said}"]


def _told(action: Action) -> str:
    from reviewer.report.visible import shown as inert

    steps = f" {action.from_state} to {action.to_state}" if action.to_state else ""
    comment = f": {inert(' '.join(action.comment.split()))}" if action.comment else ""
    return f"{action.at[:16]} UTC {inert(action.user)} {action.action}{steps.replace('_', ' ')}{comment}"


def move(
    encounter: IdArgument,
    state: Annotated[StateName, typer.Argument(metavar="STATE", help="Where it goes: queried, answered, ...")],
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help="Why.")] = "",
    user: UserOption = None,
) -> int:
    """Move an encounter to another state."""
    with opened(user) as queue:
        from reviewer.queue import worklist

        one = worklist.move(queue.store, encounter, state.value, queue.user, comment=comment)
    return _say(f"{shown(one.encounter_id)}: {one.state.replace('_', ' ')}")


def assign(
    encounter: IdArgument,
    person: Annotated[str | None, typer.Argument(metavar="NAME", help="Whom to give it to; else nobody.")] = None,
    user: UserOption = None,
) -> int:
    """Give an encounter to somebody."""
    with opened(user) as queue:
        from reviewer.queue import worklist
        from reviewer.queue.intake.fields import word_of

        try:
            name = word_of(person) if person else None
        except ValueError as problem:
            raise UsageError(f"NAME {problem}") from None
        one = worklist.assign(queue.store, encounter, name or None, queue.user)
    return _say(f"{shown(one.encounter_id)}: given to {one.assigned_to or 'nobody'}")


def comment(
    encounter: IdArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The comment.")],
    user: UserOption = None,
) -> int:
    """Write a comment beside an encounter."""
    if not text.strip():
        raise UsageError("an empty comment")
    with opened(user) as queue:
        from reviewer.queue import worklist

        worklist.remark(queue.store, encounter, text, queue.user)
    return _say(f"{shown(encounter)}: comment kept")


def export(
    format: Annotated[  # noqa: A002  # the option's name is the contract
        Literal["csv", "xlsx", "jsonl", "html"], typer.Option("--format", help="html: a folder of pages.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="PATH", help="File, or for html a folder that is new or empty.")
    ] = None,
    state: StatesOption = None,
    unit: UnitOption = None,
    assigned: AssignedOption = None,
    outcome: OutcomeOption = None,
) -> int:
    """Write reviews as a table, JSON lines or pages. A row is a code line, missing element or billed line."""
    import sys

    from reviewer.commands_rules import installed_rulebook
    from reviewer.output import check_output

    if format == "html" and output is not None and not output.absolute().parent.is_dir():
        raise InputError(f"--output {shown(output)}: its folder does not exist")
    if format != "html":
        check_output(output, [])
    with opened() as queue:
        from reviewer.queue import worklist
        from reviewer.queue.out.encounters import encounters
        from reviewer.queue.out.exporting import export as write
        from reviewer.queue.out.progress import counted

        chosen = worklist.filters(state or (), unit, assigned, outcome)
        total = sum(worklist.status(queue.store).states.values())
        found = counted(encounters(queue.store, chosen, notes=format == "html"), total, "written")
        number = write(queue.store, found, format, output, installed_rulebook())
    what = {"csv": "rows", "jsonl": "lines"}.get(format, "encounters")
    sys.stderr.write(f"reviewer: {number:,} {what} written\n")
    return 0


def _say(text: str) -> int:
    from reviewer.output import write

    write(text, None)
    return 0
