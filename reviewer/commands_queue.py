"""`reviewer queue`: encounters in, worked off, judged again. Nothing of it is imported before it is asked for."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reviewer import commands_worklist
from reviewer.commands_review import PolicyOption
from reviewer.errors import UsageError, shown
from reviewer.model_options import (
    BaseUrlOption,
    ExtractorOption,
    ModelFileOption,
    ModelFlags,
    ModelOption,
    ModeOption,
    endpoint_from,
    model_for,
)
from reviewer.queue_options import Opened, TextOrJson, UserOption, opened

if TYPE_CHECKING:
    from reviewer.queue.adding import Added
    from reviewer.queue.intake.gathering import Gathered
    from reviewer.queue.revalidating import Change
    from reviewer.queue.work.options import WorkOptions
    from reviewer.queue.worklist import Status

SOME_BAD, NOTHING_READ, DEFECT = 1, 2, 70
_IN_FLIGHT_OF_A_MODEL = 8
_MOST_OF_ITS_OWN = 16
_MOST_UNUSED = 20

queue = typer.Typer(help="The pre-bill queue: many encounters, worked off and listed.", rich_markup_mode=None)
queue.command("list")(commands_worklist.list_encounters)
queue.command("show")(commands_worklist.show)
queue.command("move")(commands_worklist.move)
queue.command("assign")(commands_worklist.assign)
queue.command("comment")(commands_worklist.comment)
queue.command("export")(commands_worklist.export)


@queue.command("add")
def add(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="Folders, CSV, XLSX, JSON lines, zip archives, or notes named ID__NAME."),
    ],
    setting: Annotated[
        Literal["facility", "physician"] | None, typer.Option("--setting", help="Where nothing else is said.")
    ] = None,
    policy: PolicyOption = None,
    deadline_days: Annotated[
        int | None,
        typer.Option("--deadline-days", min=0, max=3650, help="Days that bills are held, from the date of service."),
    ] = None,
    single_notes: Annotated[
        bool, typer.Option("--single-notes", help="Each note file that names no encounter is one of its own.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Add nothing when anything is wrong.")] = False,
    user: UserOption = None,
    format: TextOrJson = "text",  # noqa: A002  # the option's name is the contract
) -> int:
    """Add encounters, all checked first. The good ones are added; exit 1: some were not; 2: none could be."""
    from reviewer.commands_rules import installed_rulebook
    from reviewer.pipeline import check_policy

    with opened(user) as queue_:
        from reviewer.queue import adding
        from reviewer.queue.intake.draft import Defaults
        from reviewer.queue.intake.gathering import gather

        rulebook = installed_rulebook()
        check_policy(rulebook, policy, setting, {})
        settings = queue_.settings
        # A policy from the settings file is left to `work`: stored, it would be the encounter's own for good.
        defaults = Defaults(rulebook, setting or (None if policy else settings.setting), policy)
        found = gather(paths, defaults, single_notes=single_notes)
        _tell(found)
        refused = strict and bool(found.problems)
        added = adding.add(queue_.store, [] if refused else found.good, queue_.user, hold_days=deadline_days)
    _write(_added_json(added, found) if format == "json" else _added_text(added, found, refused))
    if not found.problems:
        return 0
    return SOME_BAD if found.good else NOTHING_READ


def _tell(found: Gathered) -> None:
    for line in (*found.problems, *found.unused[:_MOST_UNUSED]):
        sys.stderr.write(f"reviewer: {line}\n")
    if len(found.unused) > _MOST_UNUSED:
        sys.stderr.write(f"reviewer: and {len(found.unused) - _MOST_UNUSED:,} more that were not used\n")


def _added_text(added: Added, found: Gathered, refused: bool) -> str:
    if refused:
        return f"nothing was added (--strict): {_number(len(found.problems), 'problem')}"
    parts = [f"{added.new:,} new", f"{added.changed:,} with changed notes", f"{added.unchanged:,} there already"]
    if added.told_anew:
        parts.append(f"of these {added.told_anew:,} with another unit, author or deadline")
    if found.problems:
        parts.append(f"{_number(found.refused, 'encounter')} not added, {_number(len(found.problems), 'problem')}")
    return "; ".join(parts)


def _added_json(added: Added, found: Gathered) -> str:
    problems = [one._asdict() for one in found.problems]
    told = {**added._asdict(), "refused": found.refused, "problems": problems, "unused": found.unused}
    return json.dumps(told, indent=1, ensure_ascii=False)


@queue.command("work")
def work(
    extractor: ExtractorOption = None,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    mode: ModeOption = None,
    model_file: ModelFileOption = None,
    policy: PolicyOption = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, max=64, help="Processes; if not given one, and without a model one a core."),
    ] = None,
    in_flight: Annotated[
        int | None, typer.Option("--in-flight", min=1, max=512, help="Requests at a time of each process.")
    ] = None,
    requests_per_minute: Annotated[
        int | None, typer.Option("--requests-per-minute", min=1, help="To the model, of all processes together.")
    ] = None,
    tokens_per_minute: Annotated[
        int | None, typer.Option("--tokens-per-minute", min=1, help="To and from it, of all processes together.")
    ] = None,
    budget_tokens: Annotated[
        int | None, typer.Option("--budget-tokens", min=1, help="Stop when so many tokens were spent in all.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Wait for more when nothing is left.")] = False,
    user: UserOption = None,
) -> int:
    """Review what waits, until nothing is left. At a stop signal what is under way is finished."""
    from reviewer.commands_rules import installed_rulebook
    from reviewer.pipeline import check_policy

    with opened(user) as queue_:
        from reviewer.queue.work.options import Limits, WorkOptions

        settings = queue_.settings
        readers = extractor or settings.extractor
        flags = ModelFlags(base_url, model, mode, model_file)
        asks = model_for(readers, settings, flags) is not None
        check_policy(installed_rulebook(), policy, None, {})
        options = WorkOptions(
            database_url=queue_.url,
            key=queue_.key,
            extractor=readers if asks else "patterns",
            endpoint=endpoint_from(settings, flags) if asks else None,
            policy=settings.policy if policy is None else policy,
            in_flight=in_flight or (_IN_FLIGHT_OF_A_MODEL if asks else 1),
            limits=Limits(
                requests_per_minute=requests_per_minute,
                tokens_per_minute=tokens_per_minute,
                budget_tokens=budget_tokens,
            ),
            watch=watch,
            user=queue_.user,
        )
        return _worked(queue_, options, workers or (1 if asks else min(os.cpu_count() or 1, _MOST_OF_ITS_OWN)))


def _worked(queue_: Opened, options: WorkOptions, workers: int) -> int:
    from reviewer.queue import worklist
    from reviewer.queue.out.progress import Progress
    from reviewer.queue.work.process import run_workers

    before = worklist.status(queue_.store)
    with Progress(queue_.store, before) as progress:
        bad = run_workers(options, workers, progress.tell)
    after = worklist.status(queue_.store)
    made = {name: after.outcomes[name] - before.outcomes[name] for name in after.outcomes}
    told = [f"{number:,} {name.replace('_', ' ')}" for name, number in made.items()]
    left = f"; {after.pending:,} left" if after.pending else ""
    _write(f"{', '.join(told)}{left}")
    if bad and after.pending:
        sys.stderr.write(
            f"reviewer: {bad} of {_number(workers, 'worker')} stopped too early; nothing is lost: "
            "run `reviewer queue work` again\n"
        )
        return DEFECT
    return 0


@queue.command("status")
def status(format: TextOrJson = "text") -> int:  # noqa: A002  # the option's name is the contract
    """Count everything, and say whether it adds up. Exit 1 where it does not."""
    with opened() as queue_:
        from reviewer.queue import worklist

        counted = worklist.status(queue_.store)
    _write(_status_json(counted) if format == "json" else _status_text(counted))
    return 0 if counted.adds_up else SOME_BAD


def _status_text(counted: Status) -> str:
    lines = [f"{counted.encounters:>9,} encounters"]
    lines += [f"{number:>9,}   {state.replace('_', ' ')}" for state, number in counted.states.items()]
    lines += [f"{counted.versions:>9,} versions of their notes", f"{counted.pending:>9,}   waiting"]
    lines += [f"{number:>9,}   {name.replace('_', ' ')}" for name, number in counted.outcomes.items()]
    lines += [f"{counted.never_worked:>9,}   changed before they were worked"]
    lines += [f"{counted.calls:>9,} calls of a model, {counted.tokens:,} tokens"]
    return "\n".join([*lines, "the counts add up" if counted.adds_up else "THE COUNTS DO NOT ADD UP"])


def _status_json(counted: Status) -> str:
    return json.dumps({**counted._asdict(), "adds_up": counted.adds_up}, indent=1)


@queue.command("retry")
def retry(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Encounters to work again.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that failed.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also those that did not fail.")] = False,
    user: UserOption = None,
) -> int:
    """Work failed encounters again. A model's kept answer is used again."""
    if bool(ids) == failed:
        raise UsageError("name encounters, or give --failed")
    with opened(user) as queue_:
        from reviewer.queue.retrying import retry as again

        waiting = again(queue_.store, ids or None, queue_.user, force=force)
    _write(f"{_number(len(waiting), 'encounter')} to be worked again")
    return 0


@queue.command("revalidate")
def revalidate(
    policy: PolicyOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE.csv", help="Write what changed to this file.")
    ] = None,
    user: UserOption = None,
) -> int:
    """Judge stored facts again by the rules of today. No model is asked; it says what changed."""
    from reviewer.commands_rules import installed_rulebook
    from reviewer.output import check_output, write
    from reviewer.pipeline import check_policy

    check_output(output, [])
    rulebook = installed_rulebook()
    check_policy(rulebook, policy, None, {})
    with opened(user) as queue_:
        from reviewer.queue.out.changes import as_csv
        from reviewer.queue.out.progress import counted
        from reviewer.queue.revalidating import Left, count
        from reviewer.queue.revalidating import revalidate as judged_again

        told = list(
            counted(
                judged_again(queue_.store, rulebook, queue_.user, policy=policy), count(queue_.store), "judged again"
            )
        )
    left = [one for one in told if isinstance(one, Left)]
    changes = [one for one in told if not isinstance(one, Left) and one.any]
    for one in left:
        sys.stderr.write(f"reviewer: {shown(one.encounter_id)}: not judged again: {one.why}\n")
    if output is not None:
        write(as_csv(changes), output)
    _write(_changed(changes, len(told) - len(left)))
    return 0


def _changed(changes: Sequence[Change], judged: int) -> str:
    """Counts of what changed, by code."""
    by_code: dict[str, list[int]] = {}
    for change in changes:
        for (code, _), (before, after) in change.codes.items():
            more, less = by_code.setdefault(code, [0, 0])
            by_code[code] = [more + max(0, after - before), less + max(0, before - after)]
    codes = sum(bool(change.codes) for change in changes)
    lines = [f"{judged:,} judged again, {len(changes):,} changed, {codes:,} of these in their codes"]
    lines += [f"  {code}: +{more:,} -{less:,} units" for code, (more, less) in sorted(by_code.items())]
    return "\n".join(lines)


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _write(text: str) -> None:
    from reviewer.output import write

    write(text, None)
