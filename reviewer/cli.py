"""The command line: `main()` runs a command and turns what stops it into one line and an exit code.

Exit codes: 0 done; 1 only with `--fail-on` and such findings; 2 wrong usage or unreadable input; 3 the
model's endpoint failed or cannot be used; 70 a defect
of this program. Reports and JSON go to standard output alone, everything else to standard error.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Sequence
from types import ModuleType

import typer

from reviewer.commands_ask import ask
from reviewer.commands_doctor import doctor
from reviewer.commands_evaluate import evaluate
from reviewer.commands_local import model
from reviewer.commands_query import query
from reviewer.commands_review import review, validate
from reviewer.commands_rules import rules
from reviewer.commands_schema import schema
from reviewer.commands_serve import serve
from reviewer.commands_verify import verify
from reviewer.errors import ReviewError, shown

INTERRUPTED = 130
DEFECT = 70
_ALLOCATIONS_BEFORE_COLLECTING = 200_000

app = typer.Typer(
    name="reviewer",
    help="Review infusion notes: the codes the documentation supports, and what is missing.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)
app.command()(review)
app.command()(validate)
app.command()(verify)
app.command()(schema)
app.command()(evaluate)
app.command()(doctor)
app.command()(ask)
app.command()(serve)
app.add_typer(rules, name="rules")
app.add_typer(model, name="model")
app.add_typer(query, name="query")
_OWN = {command.callback.__name__ for command in app.registered_commands if command.callback} | {
    group.name for group in app.registered_groups
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; `arguments` default to those of the process."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] not in _OWN:
        _with_queue()
    try:
        result = app(given, prog_name="reviewer", standalone_mode=False)
    except ReviewError as problem:
        return _stop(str(problem), problem.exit_code)
    except typer.TyperException as problem:
        return _stop(" ".join(problem.format_message().split()), 2)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as problem:
        return _stop(_defect(problem), DEFECT)
    return result if isinstance(result, int) else 0


def _with_queue() -> None:
    """Add the queue's commands. A command that stands by itself starts without them."""
    if any(group.name == "queue" for group in app.registered_groups):
        return
    from reviewer.commands_ledger import ledger
    from reviewer.commands_purge import purge
    from reviewer.commands_queue import queue

    app.command()(purge)
    app.add_typer(queue, name="queue")
    app.add_typer(ledger, name="ledger")


def script() -> None:
    """Entry point of the installed command."""
    # One review makes hardly any garbage in cycles; looking for it while starting costs a tenth of the start.
    gc.set_threshold(_ALLOCATIONS_BEFORE_COLLECTING)
    _without_plugins()
    code = main()
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
