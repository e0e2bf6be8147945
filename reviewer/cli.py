"""The command line: `main()` runs a command and turns what stops it into one line and an exit code.

Exit codes: 0 done; 1 only where a command says so, such as `--fail-on` with such findings; 2 wrong usage or unreadable
input; 3 the model's endpoint failed or cannot be used; 70 a defect of this program. Reports and JSON go to standard
output alone, everything else to standard error.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Annotated

import typer

from reviewer import __version__
from reviewer.errors import ReviewError, shown
from reviewer.garbage import collect_seldom
from reviewer.language import kept

INTERRUPTED = 130
DEFECT = 70
_COMMANDS = {
    "review": "commands_review",
    "validate": "commands_review",
    "verify": "commands_verify",
    "schema": "commands_schema",
    "evaluate": "commands_evaluate",
    "doctor": "commands_doctor",
    "ask": "commands_ask",
    "serve": "commands_serve",
    "purge": "commands_purge",
}
"""Each command and the module of `reviewer` with a function of its name."""
_EXAMPLES = {
    "review": ("nursing.txt physician.txt", "visit/ --format html --output visit.html", "visit/ --fail-on code"),
    "validate": ("facts.json", "facts.json --policy commercial-facility --format json"),
    "verify": ("review.json nursing.txt physician.txt",),
    "schema": ("facts",),
    "evaluate": ("labelled/ --fail-on-over-coding",),
    "doctor": ("", "--model-file default"),
    "ask": ('"when is 96415 reported?"', '"why is 96417 not supported?" --review review.json'),
    "serve": ("", "--port 8080"),
    "purge": ("--older-than 90 --dry-run",),
}
"""What follows each command's name on a first try."""
_GROUPS = {
    "rules": "commands_rules",
    "model": "commands_local",
    "query": "commands_query",
    "queue": "commands_queue",
    "ledger": "commands_ledger",
    "users": "commands_users",
}
"""Each group of commands and the module with a typer of its name."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; `arguments` default to those of the process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (len(given) == 1 and given[0] in _GROUPS):
        given.append("--help")  # nothing was asked for yet
    try:
        result = _app(given[0] if given else "")(given, prog_name="reviewer", standalone_mode=False)
    except ReviewError as problem:
        return _stop(str(problem), problem.exit_code)
    except typer.TyperException as problem:
        return _stop(" ".join(problem.format_message().split()).replace(": Value error, ", ": "), 2)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as problem:
        return _stop(_defect(problem), DEFECT)
    return result if isinstance(result, int) else 0


def _app(asked: str) -> typer.Typer:
    """The program with the command or group that is asked for, which need not wait for others; else with all."""
    app = typer.Typer(
        name="reviewer",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_by_name)  # with a callback typer asks for a command's name even where there is only one
    alone = asked in _COMMANDS or asked in _GROUPS
    for name, module in _COMMANDS.items():
        if name == asked or not alone:
            app.command(epilog=_epilog(name))(getattr(import_module(f"reviewer.{module}"), name))
    for name, module in _GROUPS.items():
        if name == asked or not alone:
            app.add_typer(getattr(import_module(f"reviewer.{module}"), name), name=name)
    return app


def _epilog(command: str) -> str:
    """The examples below a command's help, each on a line of its own (\\b keeps the lines)."""
    return "\b\nExamples:\n" + "\n".join(f"  reviewer {command} {line}".rstrip() for line in _EXAMPLES[command])


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"encounter-reviewer {__version__}")
        raise typer.Exit


def _by_name(
    version: Annotated[
        bool, typer.Option("--version", help="Show the program's version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Review infusion notes: the codes the documentation supports, and what is missing."""


def script() -> None:
    """Entry point of the installed command."""
    collect_seldom()
    _without_plugins()
    kept.keep()
    code = main()
    kept.write()
    # The interpreter looks at every object twice more while it ends; frozen ones it leaves alone.
    gc.freeze()
    sys.exit(code)


def _without_plugins() -> None:
    """Keep pydantic from looking for plugins: they would be shown the notes, and the search takes 0.03 s."""
    loader = ModuleType("pydantic.plugin._loader")
    vars(loader)["get_plugins"] = tuple
    sys.modules.setdefault(loader.__name__, loader)


def _stop(message: str, code: int) -> int:
    with contextlib.suppress(BrokenPipeError):
        sys.stderr.write(f"reviewer: {message}\n")
    return code


def _defect(problem: Exception) -> str:
    """Where it broke and as what; never the exception's message, which may hold words of the note."""
    import traceback

    at = traceback.extract_tb(problem.__traceback__)[-1]
    place = "/".join(at.filename.replace("\\", "/").split("/")[-2:])
    what = f"{type(problem).__name__} in {shown(place)} line {at.lineno}"
    return f"internal error ({what}); please report this line"


if __name__ == "__main__":
    script()
