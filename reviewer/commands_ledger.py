"""`reviewer ledger`: whether the record of what was reviewed, decided and asked is as it was written."""

from __future__ import annotations

import json
import re
import sys
from typing import Annotated

import typer

from reviewer.errors import UsageError
from reviewer.queue_options import TextOrJson, opened

FAULTS = 1
_MOST_TOLD = 20
_EXPECTED = re.compile(r"(\d{1,12}):([0-9a-fA-F]{64})")

ledger = typer.Typer(help="The tamper-evident record of the queue.", rich_markup_mode=None)


@ledger.callback()
def _ledger() -> None:
    """The tamper-evident record of the queue."""


@ledger.command("verify")
def verify(
    expect: Annotated[
        str | None, typer.Option("--expect", metavar="SEQ:SHA", help="An end of the chain that was noted down before.")
    ] = None,
    format: TextOrJson = "text",  # noqa: A002  # the option's name is the contract
) -> int:
    """Check every entry and the stored reviews. Exit 1 where anything was changed; prints the end of the chain."""
    from reviewer.output import write

    expected = _expected(expect)
    with opened() as queue:
        from reviewer.ledger.checking import check

        found = check(queue.store, expected)
    head = f"{found.seq}:{found.sha256}"
    if format == "json":
        faults = [one._asdict() for one in found.faults]
        write(json.dumps({"entries": found.entries, "head": head, "faults": faults}, indent=1), None)
    else:
        for one in found.faults[:_MOST_TOLD]:
            sys.stderr.write(f"reviewer: entry {one.seq}: {one.what}\n")
        if len(found.faults) > _MOST_TOLD:
            sys.stderr.write(f"reviewer: and {len(found.faults) - _MOST_TOLD:,} more\n")
        said = "CHANGED" if found.faults else "as it was written"
        write(
            f"{found.entries:,} entries, {said}; head {head}\nNote the head down elsewhere and give it to --expect.",
            None,
        )
    return FAULTS if found.faults else 0


def _expected(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    found = _EXPECTED.fullmatch(text.strip())
    if found is None:
        raise UsageError("--expect: SEQ:SHA as `reviewer ledger verify` prints it after `head`")
    return int(found[1]), found[2].lower()
