"""`reviewer purge`: what tells of patients is deleted past its date, and the proof of it is kept."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from reviewer.errors import UsageError
from reviewer.queue_options import UserOption, opened


def purge(
    before: Annotated[
        dt.datetime | None,
        typer.Option("--before", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="What is dated before this day."),
    ] = None,
    older_than: Annotated[
        int | None, typer.Option("--older-than", metavar="DAYS", min=0, help="What is more than so many days old.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much it would be.")] = False,
    user: UserOption = None,
) -> int:
    """Delete notes, reviews and comments past a date. Also kept answers; hashes, outcomes, counts and ledger stay."""
    from reviewer.output import write

    if (before is None) == (older_than is None):
        raise UsageError("give --before YYYY-MM-DD or --older-than DAYS")
    with opened(user) as queue:
        from reviewer.queue.clock import now_text
        from reviewer.queue.purging import purge as delete

        today = dt.date.fromisoformat(now_text()[:10])
        day = before.date() if before is not None else today - dt.timedelta(days=older_than or 0)
        done = delete(queue.store, day, queue.user, dry_run=dry_run)
    said = "would be deleted" if dry_run else "deleted"
    lines = [
        f"before {day.isoformat()}: notes of {done.versions:,} versions, {done.reviews:,} reviews, "
        f"{done.comments:,} comments and {done.answers:,} kept answers {said}"
    ]
    if done.waiting:
        lines.append(f"{done.waiting:,} encounters of that time were never worked and are left: work them first")
    write("\n".join(lines), None)
    return 0
