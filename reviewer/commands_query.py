"""`reviewer query`: queries to the authors of notes, drafted from a review, and checked before they are sent."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reviewer.commands_review import OutputOption, PolicyOption
from reviewer.errors import UsageError, shown

if TYPE_CHECKING:
    from reviewer.notes.note import Note
    from reviewer.queries.lint import Problem
    from reviewer.review import Review

PROBLEMS = 1

query = typer.Typer(help="Queries to the authors of notes: draft neutral ones, check any.", rich_markup_mode=None)


@query.command("draft")
def draft(
    notes: Annotated[
        list[str] | None,
        typer.Argument(metavar="NOTE", help="Notes of ONE encounter: files, a folder, or - (stdin)."),
    ] = None,
    review: Annotated[
        str | None,
        typer.Option("--review", metavar="REVIEW.json", help="A stored review; with its notes, their lines are named."),
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="NAME|ROLE", help="Only for this signer, or this role.")
    ] = None,
    advisory: Annotated[bool, typer.Option("--advisory", help="Also ask for what changes no code.")] = False,
    setting: Annotated[
        Literal["facility", "physician"] | None, typer.Option("--setting", help="As in `reviewer review`.")
    ] = None,
    date: Annotated[
        dt.datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Date of service; else from the note."),
    ] = None,
    policy: PolicyOption = None,
    format: Annotated[  # noqa: A002  # the option's name is the contract
        Literal["text", "markdown", "html", "json"], typer.Option("--format", help="How to write the result.")
    ] = "text",
    output: OutputOption = None,
) -> int:
    """Draft one query per author from what a review misses. A language model's reading comes in by --review."""
    from reviewer.output import check_output, write

    sources = notes or []
    if not sources and review is None:
        raise UsageError("name the note files of one encounter, or a stored review with --review")
    check_output(output, [*sources, *([review] if review else [])])
    if review is not None and (setting or date or policy):
        raise UsageError("--review is judged already; leave out --setting, --date and --policy")
    read = _notes(sources)
    made = _stored(review, read) if review is not None else _reviewed(read, setting, date, policy)

    from reviewer.queries.drafting import draft as drafted
    from reviewer.queries.rendering import render

    write(render(drafted(made, read, author=author, advisory=advisory), format), output)
    return 0


@query.command("lint")
def lint(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Queries, one a file (text, Markdown, mail), or - (stdin).")
    ],
    format: Annotated[  # noqa: A002  # the option's name is the contract
        Literal["text", "json"], typer.Option("--format", help="How to write the result.")
    ] = "text",
) -> int:
    """Check queries before they are sent. Exit 0 when clean, 1 with problems, 2 when a file cannot be read."""
    from reviewer.output import write
    from reviewer.queries.lint import lint as problems_of

    found = [(note.id, problems_of(note.text)) for note in _notes(files)]
    write(_as_json(found) if format == "json" else _as_text(found), None)
    return PROBLEMS if any(problems for _, problems in found) else 0


def _notes(sources: Sequence[str]) -> tuple[Note, ...]:
    if not sources:
        return ()
    from reviewer.notes.loading import load_notes

    notes, passed_over = load_notes(sources)
    if passed_over:
        names = ", ".join(shown(path.name) for path in passed_over)
        sys.stderr.write(f"reviewer: not read, because these are no text files: {names}\n")
    return notes


def _stored(source: str, notes: tuple[Note, ...]) -> Review:
    from reviewer.facts_file import load_review

    review = load_review(source)
    known = {note.id: note.sha256 for note in review.provenance.notes}
    for note in notes:
        if known.get(note.id) != note.sha256:
            raise UsageError(f"{shown(note.id)}: this is not a note that the review was made from")
    return review


def _reviewed(
    notes: tuple[Note, ...],
    setting: Literal["facility", "physician"] | None,
    date: dt.datetime | None,
    policy: str | None,
) -> Review:
    from reviewer import pipeline
    from reviewer.commands_rules import installed_rulebook
    from reviewer.settings import load_settings

    settings = load_settings()
    return pipeline.review(
        notes,
        rulebook=installed_rulebook(),
        policy=settings.policy if policy is None else policy,
        setting=setting or (None if policy else settings.setting),
        date=date.date() if date else None,
    )


def _as_text(found: Iterable[tuple[str, tuple[Problem, ...]]]) -> str:
    """One paragraph a problem: file and line, the words, kind and rule, why, and how to say it neutrally."""
    from reviewer.report.visible import shown as inert

    lines: list[str] = []
    for name, problems in found:
        for one in problems:
            lines += [
                f'{shown(name)}:{one.line}: "{inert(one.words)}" [{one.kind}, {one.rule}]',
                f"    why      {one.why}",
                f"    instead  {one.instead}",
            ]
        count = len(problems)
        lines.append(f"{shown(name)}: {'no problem found' if not count else f'problems: {count}'}")
    return "\n".join(lines)


def _as_json(found: Iterable[tuple[str, tuple[Problem, ...]]]) -> str:
    import json

    files = [{"file": name, "problems": [one.model_dump(mode="json") for one in problems]} for name, problems in found]
    return json.dumps({"files": files, "problems": sum(len(one["problems"]) for one in files)}, indent=1)
