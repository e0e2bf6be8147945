"""The main page: paste notes, see the review in place, next encounter."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from reviewer.errors import InputError, UsageError
from reviewer.notes.loading import MOST_CHARACTERS
from reviewer.notes.note import Note
from reviewer.pipeline import check_policy
from reviewer.web.jobs import Done, reviewed, shown
from reviewer.web.model_runs import ModelRun
from reviewer.web.reviewing import Asked, rulebook
from reviewer.web.site import Context, changing, looking, policies
from reviewer.web.uploads import boxes_of
from reviewer.web.working import Step, Working
from validator.facts import Setting

router = APIRouter(include_in_schema=False)
Entering = Annotated[Context, Depends(looking("enter"))]
Reviewing = Annotated[Context, Depends(changing("review"))]

KINDS = (
    ("nursing", "Nursing note"),
    ("physician", "Physician note"),
    ("order", "Order"),
    ("mar", "MAR"),
    ("other", "Other document"),
)
PLACEHOLDERS = {
    "nursing": "Paste the nursing note: drug, dose, route, site, start and stop.",
    "physician": "Paste the physician's note: diagnosis, consent, plan.",
    "order": "Paste the signed order.",
    "mar": "Paste the medication administration record.",
}
EMPTY = tuple((kind, "") for kind in ("nursing", "physician", "order", "mar"))
MOST_BOXES = 20
_SAMPLE = Path(__file__).parent.parent / "sample"
_SETTINGS: dict[str, Setting | None] = {"": None, "facility": "facility", "physician": "physician"}


@router.get("/")
async def home(context: Entering) -> Response:
    """The boxes, or the encounter that is under review."""
    if not context.user.may("review"):
        return RedirectResponse(context.web.menu_of(context.user)[0][0], 303)
    # What was opened from the worklist has a page of its own.
    work = next((one for one in reversed(context.session.works.values()) if one.queued is None), None)
    if work is None:
        return empty(context)
    await context.record("web_view", work)
    return await standing(context, work)


@router.get("/review")
@router.get("/undo")
async def back(_: Entering) -> Response:
    """Where a browser without scripts lands that loads an answer's address again."""
    return RedirectResponse("/", 303)


@router.post("/review")
async def review(context: Reviewing) -> Response:
    """Review what stands in the boxes."""
    boxes = _sample() if context.text("sample") else _boxes(context)
    try:
        boxes = (*boxes, *await _uploaded(context))
        asked = _asked(context, boxes)
    except (InputError, UsageError) as problem:
        return await _refused(context, boxes, str(problem))
    done = await context.run(reviewed, asked)
    work = Working(asked=asked, steps=[Step(done.answered)], boxes=boxes)
    await context.record("web_review", work)
    context.session.add(work)
    context.session.notice = ""
    if context.web.options.model is not None:
        work.run = ModelRun()
        work.run.start(work, context.web.options.model, context.web.pool, context.web.turns)
    return result(context, work, done)


@router.post("/close")
async def close(context: Reviewing) -> Response:
    """Forget what was worked on and show empty boxes."""
    context.session.close()
    return context.kept(RedirectResponse("/", 303))


def empty(context: Context, boxes: tuple[tuple[str, str], ...] = EMPTY, problem: str = "") -> Response:
    """The page without a review."""
    asked = Asked(setting=context.web.options.setting, policy=context.web.options.policy)
    return context.page("review.html.j2", "/", status=422 if problem else 200, problem=problem, **_values(asked, boxes))


async def standing(context: Context, work: Working, flash: dict[str, Any] | None = None) -> Response:
    """The page of an encounter as it stands."""
    return result(context, work, await context.run(shown, work.now, work.asked), flash)


def result(context: Context, work: Working, done: Done, flash: dict[str, Any] | None = None) -> Response:
    """A review as the answer: its part of the page, or the whole page where no script asked."""
    values = _values(work.asked, work.boxes or None)
    values |= {
        "work": work,
        "undo": work.steps[-1].done if len(work.steps) > 1 else "",
        "run": work.run,
        "formats": context.web.formats,
        "result": Markup(done.html),
        "flash": flash,
        "arrived": context.in_place and flash is None,
    }
    at = "/"
    if work.queued is not None:
        from reviewer.web.placing import panel

        values |= panel(context, work.queued)
        at = "/worklist"
    return context.page("work.html.j2" if context.in_place else "review.html.j2", at, **values)


def changed(done: Done, title: str) -> dict[str, Any]:
    """What to say above a review that changed."""
    return {"title": title, "sentences": done.sentences or ("No code and no missing element changes by it.",)}


def _values(asked: Asked, boxes: tuple[tuple[str, str], ...] | None) -> dict[str, Any]:
    return {
        "work": None,
        "run": None,
        "queued": None,
        "may_correct": True,
        "flash": None,
        "arrived": False,
        "asked": asked,
        "boxes": boxes,
        "kinds": KINDS,
        "placeholders": PLACEHOLDERS,
        "policies": policies(),
    }


def _boxes(context: Context) -> tuple[tuple[str, str], ...]:
    known = dict(KINDS)
    kinds = [kind if kind in known else "other" for kind in context.texts("kind")]
    return tuple(zip(kinds, context.texts("text"), strict=False))


async def _uploaded(context: Context) -> tuple[tuple[str, str], ...]:
    """Files as boxes. Raises `InputError` saying which file cannot be read."""
    files = await context.files("files")
    if len(files) > MOST_BOXES:
        raise InputError(f"At most {MOST_BOXES} files belong to one encounter.")
    return await context.web.pool.run(boxes_of, files) if files else ()


def _sample() -> tuple[tuple[str, str], ...]:
    found = [(path.stem.lower(), path.read_text("utf-8")) for path in sorted(_SAMPLE.iterdir()) if path.is_file()]
    return tuple((next((kind for kind, _ in KINDS if kind in stem), "other"), text) for stem, text in found)


def _asked(context: Context, boxes: tuple[tuple[str, str], ...]) -> Asked:
    """What is asked for. Raises `InputError` and `UsageError` with what to do."""
    if len(boxes) > MOST_BOXES:
        raise InputError(f"At most {MOST_BOXES} notes belong to one encounter; put the rest of the text together.")
    notes = _notes(boxes)
    if not notes:
        raise InputError("Paste at least one note or choose a file, then press Review.")
    setting = context.text("setting")
    if setting not in _SETTINGS:
        raise InputError("Setting: choose facility or physician.")
    policy = context.text("policy") or (None if setting else context.web.options.policy)
    check_policy(rulebook(), policy, _SETTINGS[setting], {})
    return Asked(notes, _SETTINGS[setting], _date(context.text("date")), policy)


def _notes(boxes: tuple[tuple[str, str], ...]) -> tuple[Note, ...]:
    filled = [(kind, text) for kind, text in boxes if text.strip()]
    if sum(len(text) for _, text in filled) > MOST_CHARACTERS:
        raise InputError(f"The notes are too long: at most {MOST_CHARACTERS:,} characters together are read.")
    often, seen, notes = Counter(kind for kind, _ in filled), Counter[str](), []
    for kind, text in filled:
        seen[kind] += 1
        notes.append(Note(id=f"{kind} {seen[kind]}" if often[kind] > 1 else kind, text=text))
    return tuple(notes)


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError("Date of service: there is no such day; use a date such as 2026-03-14.") from None


async def _refused(context: Context, boxes: tuple[tuple[str, str], ...], why: str) -> Response:
    if context.in_place:
        return context.page("problem.html.j2", status=422, reason=why)
    return empty(context, boxes or EMPTY, why)
