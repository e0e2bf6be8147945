"""`reviewer evaluate`: how well a reader reads encounters that a person labelled."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from reviewer.errors import InputError, UsageError, shown
from reviewer.model_options import (
    BaseUrlOption,
    ExtractorOption,
    ModelFileOption,
    ModelFlags,
    ModelOption,
    ModeOption,
    model_for,
)

if TYPE_CHECKING:
    from reviewer.evaluate.cases import Case
    from reviewer.evaluate.running import Reader, Result
    from reviewer.evaluate.summary import Summary
    from reviewer.pipeline import Model
    from reviewer.settings import Extractor, Settings
    from validator.rulebook import Rulebook

NOT_GOOD_ENOUGH, NOT_READ = 1, 3
_FOLDED = 100


def evaluate(
    source: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Labelled encounters: a folder with one folder each, or a JSON-lines file."),
    ],
    extractor: ExtractorOption = None,
    base_url: BaseUrlOption = None,
    model: ModelOption = None,
    mode: ModeOption = None,
    model_file: ModelFileOption = None,
    replay: Annotated[
        Path | None,
        typer.Option("--replay", metavar="DIR", help="Answer the model's calls from recordings; no endpoint is asked."),
    ] = None,
    fail_under: Annotated[
        float | None,
        typer.Option("--fail-under", metavar="N", help="Exit 1 when less than N percent of the code sets are exact."),
    ] = None,
    fail_on_over_coding: Annotated[
        bool, typer.Option("--fail-on-over-coding", help="Exit 1 when any unit is over-coded.")
    ] = False,
    format: Annotated[  # noqa: A002  # the option's name is the contract
        Literal["text", "json"], typer.Option("--format", help="How to write the result.")
    ] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write to this file, not to standard output.")
    ] = None,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML as well.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE.svg", help="Draw the figures as well.")] = None,
) -> int:
    """Measure a reader on labelled encounters. Facts, codes, over-coded and missed units, what may be released."""
    from reviewer.output import check_output
    from reviewer.settings import load_settings

    for target in (output, junit, plot):
        check_output(target, [])
    if fail_under is not None and not 0 <= fail_under <= _FOLDED:
        raise UsageError("--fail-under: a share in percent, from 0 to 100")
    settings = load_settings()
    readers = extractor or settings.extractor
    flags = ModelFlags(base_url, model, mode, model_file)
    asked = model_for(readers, settings, flags) if replay is None else _recorded_model(replay, readers, settings, flags)

    from reviewer.commands_rules import installed_rulebook
    from reviewer.evaluate.cases import load_cases
    from reviewer.evaluate.running import evaluate as run
    from reviewer.evaluate.summary import summarise

    rulebook = installed_rulebook()
    labelled = load_cases(source)
    cases = labelled if replay is None else _recorded_of(labelled, replay)
    if fail_under is not None and not any(case.codes is not None for case in cases):
        raise UsageError("--fail-under: no encounter here has codes to compare with")
    read = _reader(rulebook, readers, asked, replay)
    results = list(_with_progress(run(cases, read, rulebook), len(cases)))
    summary = summarise(results)
    used = ("both" if asked else "patterns") if readers == "auto" else readers
    reader = {"extractor": used, "rulebook": rulebook.version}
    _write(summary, results, reader, len(labelled) - len(cases), format, output)
    _write_extras(summary, results, junit, plot)
    return _exit_code(summary, fail_under, fail_on_over_coding)


def _reader(rulebook: Rulebook, extractor: Extractor, model: Model | None, replay: Path | None) -> Reader:
    from reviewer import pipeline
    from reviewer.review import Review

    def read(case: Case) -> Review:
        with _replayed(replay, case.name):
            return pipeline.review(
                case.notes,
                rulebook=rulebook,
                setting=case.setting,
                policy=case.policy,
                extractor=extractor,
                model=model,
            )

    return read


def _replayed(folder: Path | None, name: str) -> contextlib.AbstractContextManager[Any]:
    if folder is None:
        return contextlib.nullcontext()
    from reviewer.evaluate.cassettes import replaying

    return replaying(folder, name)


def _recorded_model(folder: Path, extractor: Extractor, settings: Settings, flags: ModelFlags) -> Model:
    """The model of a folder of recordings. What is missing is told before the first encounter, not for each."""
    from importlib.util import find_spec

    if not folder.is_dir():
        raise InputError(f"--replay {shown(folder)}: there is no such folder")
    if find_spec("vcr") is None:
        raise UsageError("--replay needs vcrpy: pip install 'encounter-reviewer[evaluate]'")
    if extractor == "patterns":
        raise UsageError("--replay answers the calls of a model: use it with --extractor both or llm")

    from reviewer.evaluate.recorded import SETTINGS, recorded_endpoint

    endpoint = recorded_endpoint(folder, flags)
    if endpoint is not None:
        from reviewer.extract.model.reading import read_with_model
        from reviewer.llm import Chat

        chat = Chat(endpoint)
        return lambda notes, rulebook: read_with_model(notes, rulebook, chat)
    model = model_for(extractor, settings, flags)
    if model is None:
        raise UsageError(
            f"--replay {shown(folder)}: no {SETTINGS} beside the recordings: name their model with --model and "
            "--base-url"
        )
    return model


def _recorded_of(cases: tuple[Case, ...], folder: Path) -> tuple[Case, ...]:
    """The encounters that are recorded. The others are left out, and counted in what is written."""
    from reviewer.evaluate.cassettes import is_recorded

    found = tuple(case for case in cases if is_recorded(folder, case.name))
    if not found:
        raise InputError(f"--replay {shown(folder)}: no encounter of DIR is recorded there")
    return found


def _with_progress(results: Iterator[Result], count: int) -> Iterator[Result]:
    """The results, with a bar on standard error where a person is looking."""
    if not sys.stderr.isatty():
        yield from results
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("encounters", total=count)
        for result in results:
            progress.advance(task)
            yield result


def _write(
    summary: Summary,
    results: Sequence[Result],
    reader: dict[str, str],
    not_recorded: int,
    format: Literal["text", "json"],  # noqa: A002  # the option's name is the contract
    output: Path | None,
) -> None:
    from reviewer.evaluate.outputs import as_json, tables
    from reviewer.output import write

    if format == "json":
        write(as_json(summary, results, reader, not_recorded), output)
        return
    from io import StringIO

    from rich.console import Console

    text = StringIO()
    console = Console(file=text, width=120, no_color=True, markup=False, highlight=False)
    for part in tables(summary, results, reader["extractor"], not_recorded):
        console.print(part)
    write("\n".join(line.rstrip() for line in text.getvalue().splitlines()), output)


def _write_extras(summary: Summary, results: Sequence[Result], junit: Path | None, plot: Path | None) -> None:
    from reviewer.output import write

    if junit is not None:
        from reviewer.evaluate.outputs import as_junit

        write(as_junit(results, "reviewer evaluate"), junit)
    if plot is not None:
        from reviewer.evaluate.plot import as_svg

        write(as_svg(summary, f"reviewer evaluate: {summary.encounters} encounters"), plot)


def _exit_code(summary: Summary, fail_under: float | None, fail_on_over_coding: bool) -> int:
    """1 for figures that a caller does not accept, else 3 where an encounter could not be read, else 0."""
    exact = summary.codes.exact_share.value
    if fail_under is not None and exact is not None and exact * 100 < fail_under:
        return NOT_GOOD_ENOUGH
    if fail_on_over_coding and summary.codes.over_coded_units:
        return NOT_GOOD_ENOUGH
    return NOT_READ if summary.failed else 0
