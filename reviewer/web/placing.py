"""Where the encounter under review stands on the worklist: shown above it, and kept in step with what is corrected."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException

from reviewer.queue.correcting import correct
from reviewer.queue.worklist import Action, MeanwhileError
from reviewer.review import Review
from reviewer.web.opening import Queued, place
from reviewer.web.pages_worklist import View, desk_of, view_of
from reviewer.web.reviewing import rulebook
from reviewer.web.site import Context
from reviewer.web.working import Working

LABELS = {
    "needs_review": "To be reviewed",
    "queried": "Queried",
    "answered": "Answered",
    "released": "Accept and release",
    "held": "Hold",
}
"""What the step to each state is called."""


def panel(context: Context, queued: Queued) -> dict[str, Any]:
    """What the panel above an encounter of the worklist shows."""
    view = view_of(context)
    before, behind = _beside(view, queued.version)
    return {
        "queued": queued,
        "labels": LABELS,
        "done": DONE,
        "keys_on": view.keys,
        "user": context.user,
        "may_correct": context.user.may("correct"),
        "acting": context.acting,
        "before": before,
        "behind": behind,
        "people": context.web.desk.known.people if context.web.desk else (),
    }


def _beside(view: View, version: int) -> tuple[int | str | None, int | str | None]:
    """What stands before and behind an encounter in the list, as the end of an address; None where nothing does."""
    if version not in view.shown:
        return None, None
    here = view.shown.index(version)
    before: int | str | None = view.shown[here - 1] if here else "previous" if view.page else None
    last = here + 1 == len(view.shown)
    behind: int | str | None = view.shown[here + 1] if not last else "next" if view.page + 1 < view.pages else None
    return before, behind


async def keep_fact(context: Context, work: Working, review: Review, what: str) -> None:
    """Keep the review of a corrected fact in the queue. Raises `HTTPException` 409 with who was faster."""
    queued = work.queued
    assert queued is not None
    desk = desk_of(context)
    if not queued.newest:
        raise HTTPException(409, "Newer notes came for this encounter; nothing was changed. Go to its newest version.")
    try:
        await desk.ask(
            correct,
            queued.item.encounter_id,
            review,
            context.acting,
            seen=queued.seen,
            what=what,
            rulebook=rulebook(),
        )
    except MeanwhileError:
        now = await desk.ask(place, queued.version)
        raise HTTPException(409, meanwhile(queued.since(now.history))) from None
    now = await desk.ask(place, queued.version)
    queued.item, queued.history = now.item, now.history


def meanwhile(actions: tuple[Action, ...]) -> str:
    """Who did what since a person looked, and what to do about it."""
    told = "; ".join(action_told(action) for action in actions[-5:]) or "it was reviewed anew"
    return f"Nothing was changed, because the encounter did meanwhile: {told}. Load the page again to see it."


def action_told(action: Action) -> str:
    """One thing that was done, in words."""
    what = action.action.replace("_", " ")
    to = f" to {action.to_state.replace('_', ' ')}" if action.to_state else ""
    said = f" ({' '.join(action.comment.split())[:160]})" if action.comment else ""
    return f"{action.user} {DONE.get(action.action, what)}{to}{said} at {action.at[11:16]} UTC"


DONE = {
    "move": "moved it",
    "assign": "gave it",
    "comment": "wrote a comment",
    "corrected": "corrected a fact",
    "answered": "took in an answer",
    "revalidated": "had it judged by other rules",
    "retried": "had it worked again",
    "changed notes": "brought changed notes",
}
"""What each action of a history is called."""
