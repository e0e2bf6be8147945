"""The worklist: chosen, sorted, a page at a time; how far the work is; keys; and what is listed as a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import RedirectResponse, Response

from reviewer.queue.browsing import NOTHING, SORTS, Listed, Sort, Wanted, listed
from reviewer.queue.states import STATES, STEPS
from reviewer.queue.work.outcome import EFFECTS
from reviewer.web.desk import Desk
from reviewer.web.site import Context, changing, looking

router = APIRouter(include_in_schema=False)
Looking = Annotated[Context, Depends(looking("look"))]
Glancing = Annotated[Context, Depends(looking("look", used=False))]
Choosing = Annotated[Context, Depends(changing("look"))]

AT = "/worklist"
PAGE = 50
LONGEST_TEXT = 120
_NOBODY = "(nobody)"
COLUMNS = (
    ("encounter_id", "Encounter"),
    ("state", "State"),
    ("effect", "Worst missing"),
    ("deadline", "Bill held until"),
    ("unit", "Unit"),
    ("author", "Author"),
    ("assigned_to", "Given to"),
)


@dataclass
class View:
    """How a session looks at the worklist: what is wanted, the page (from 0) of `pages`, and the versions last shown.

    `said` is told once, on the next page shown.
    """

    wanted: Wanted = field(default_factory=Wanted)
    page: int = 0
    shown: tuple[int, ...] = ()
    pages: int = 1
    keys: bool = True
    said: dict[str, Any] | None = None


def view_of(context: Context) -> View:
    """The view of this session."""
    view: View = context.session.kept.setdefault(AT, View())
    return view


def desk_of(context: Context) -> Desk:
    """The queue; these pages are only there where one is configured."""
    desk: Desk | None = context.web.desk
    assert desk is not None
    return desk


@router.get(AT)
async def worklist(context: Looking) -> Response:
    """The list as it was last looked at."""
    return await page(context)


@router.post(AT)
async def choose(context: Choosing) -> Response:
    """Choose, sort or turn the page."""
    view, focus = view_of(context), None
    if context.text("all"):
        view.wanted, view.page = Wanted(), 0
    elif sort := context.text("sort"):
        view.wanted, view.page = _sorted(view.wanted, sort), 0
    elif number := context.text("page"):
        turned = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0
        view.page, focus = turned, 0 if turned >= view.page else PAGE - 1
    else:
        view.wanted, view.page = _wanted(context, view.wanted), 0
    return await again(context, focus=focus)


@router.get(f"{AT}/next")
async def onward(context: Looking) -> Response:
    """The first encounter behind those last shown. Where some of them left the list, others have moved up."""
    desk, view = desk_of(context), view_of(context)
    seen = frozenset(view.shown)
    found = await _listed(desk, view)
    if all(item.version in seen for item in found.items):
        view.page += 1
        found = await _listed(desk, view)
    return _to_first(context, found, [item.version for item in found.items if item.version not in seen])


@router.get(f"{AT}/previous")
async def back(context: Looking) -> Response:
    """The last encounter before those last shown."""
    view, seen = view_of(context), frozenset(view_of(context).shown)
    view.page = max(view.page - 1, 0)
    found = await _listed(desk_of(context), view)
    return _to_first(context, found, [item.version for item in reversed(found.items) if item.version not in seen])


def _to_first(context: Context, found: Listed, unseen: list[int]) -> Response:
    """To the first of encounters that were not shown yet; back to the list where there is none."""
    view = view_of(context)
    view.shown, view.pages = tuple(item.version for item in found.items), _pages(found)
    if not unseen:
        view.said = {"title": "There is no further encounter in this list.", "sentences": ()}
    return context.kept(RedirectResponse(f"{AT}/{unseen[0]}" if unseen else AT, 303))


@router.get(f"{AT}/progress")
async def progress(context: Glancing) -> Response:
    """How far the work of the queue is; asked by the page itself."""
    return context.page("worklist_progress.html.j2", progress=await desk_of(context).progress())


@router.post(f"{AT}/keys")
async def keys(context: Choosing) -> Response:
    """Turn the one-letter keys on or off."""
    view_of(context).keys = context.text("keys") == "on"
    return context.kept(RedirectResponse(AT, 303))


@router.post(f"{AT}/name")
async def name(context: Choosing) -> Response:
    """Take down who works here, where nobody logs in."""
    context.session.person = _word(context.text("name"), 80)
    return context.kept(RedirectResponse(AT, 303))


async def again(context: Context, said: dict[str, Any] | None = None, focus: int | None = None) -> Response:
    """The list after something was done: in place, or as a page of its own."""
    if context.in_place:
        return await page(context, "worklist_list.html.j2", said=said, focus=focus)
    view_of(context).said = said
    return context.kept(RedirectResponse(AT, 303))


async def page(context: Context, template: str = "worklist.html.j2", **values: Any) -> Response:
    """The list, whole or in place; `focus` is the row that the keyboard stands on then."""
    desk, view = desk_of(context), view_of(context)
    found = await _listed(desk, view)
    view.shown, view.pages = tuple(item.version for item in found.items), _pages(found)
    said, view.said = values.get("said") or view.said, None
    return context.page(
        template,
        AT,
        said=said,
        focus=values.get("focus"),
        view=view,
        wanted=view.wanted,
        listed=found,
        pages=_pages(found),
        states=STATES,
        steps=STEPS,
        effects=(*EFFECTS, NOTHING),
        choices=await desk.choices(),
        columns=COLUMNS,
        progress=await desk.progress() if template == "worklist.html.j2" else None,
        today=dt.datetime.now(dt.UTC).date().isoformat(),
        in_place=template != "worklist.html.j2",
        user=context.user,
        acting=context.acting,
        formats=("csv", "jsonl", "html", *(("pdf",) if "pdf" in context.web.formats else ())),
    )


async def _listed(desk: Desk, view: View) -> Listed:
    """The page that is wanted, or the last there is."""
    found = await desk.ask(listed, view.wanted, limit=PAGE, offset=view.page * PAGE)
    if not found.items and view.page:
        view.page = min(view.page, _pages(found) - 1)
        found = await desk.ask(listed, view.wanted, limit=PAGE, offset=view.page * PAGE)
    return found


def _pages(found: Listed) -> int:
    return max((found.total + PAGE - 1) // PAGE, 1)


def _sorted(wanted: Wanted, sort: str) -> Wanted:
    """By another column; by the same one the other way round."""
    chosen: Sort = next((one for one in SORTS if one == sort), "urgency")
    return wanted._replace(sort=chosen, down=not wanted.down if chosen == wanted.sort else False)


def _wanted(context: Context, before: Wanted) -> Wanted:
    """What the form chooses. Raises `HTTPException` for a day that is none."""
    until = context.text("until").strip()
    if until:
        try:
            until = dt.date.fromisoformat(until).isoformat()
        except ValueError:
            raise HTTPException(422, "Bill held until: there is no such day; use a date such as 2026-03-14.") from None
    given = _word(context.text("assigned_to"))
    effect = context.text("effect")
    return Wanted(
        states=tuple(state for state in STATES if state in context.texts("state")),
        unit=_word(context.text("unit")),
        author=_word(context.text("author")),
        assigned_to="" if given == _NOBODY else given,
        unassigned=given == _NOBODY,
        effect=effect if effect in (*EFFECTS, NOTHING) else "",
        text=_word(context.text("text")),
        until=until,
        sort=before.sort,
        down=before.down,
    )


def _word(text: str, longest: int = LONGEST_TEXT) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()[:longest]
