"""The worklist for programs: the same steps as on the pages, each resting on the revision that the program saw."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from reviewer.accounts.roles import User
from reviewer.queue import worklist
from reviewer.queue.browsing import Wanted, encounter_of, listed
from reviewer.queue.intake.fields import word_of
from reviewer.queue.states import State
from reviewer.queue.worklist import Item, MeanwhileError, Seen
from reviewer.web.api import ALL, Refusal, json_only
from reviewer.web.desk import Desk
from reviewer.web.opening import place
from reviewer.web.pages_worklist_one import HELD, LONGEST_COMMENT
from reviewer.web.people import asking, record
from reviewer.web.placing import meanwhile
from validator.facts import Frozen

Looking = Annotated[User, Depends(asking("look"))]
Stepping = Annotated[User, Depends(asking("work"))]
Assigning = Annotated[User, Depends(asking("assign"))]
_LARGEST = 2**31 - 1
Version = Annotated[int, Path(ge=1, le=_LARGEST)]
Revision = Annotated[int, Field(ge=0, le=_LARGEST)]
Word = Annotated[str, Query(max_length=120)]
_MOST = 500
_NONE = "There is no such encounter on the worklist."
_RESPONSES: dict[int | str, dict[str, Any]] = {
    **ALL,
    409: {"model": Refusal, "description": "Somebody changed the encounter meanwhile; who did what."},
}

router = APIRouter(prefix="/api/v1/worklist", responses=_RESPONSES, dependencies=[Depends(json_only)])


class Listed(Frozen):
    """An encounter on the worklist. `version` names it in addresses; `revision` goes back with every step."""

    encounter_id: str
    version: int
    revision: int
    state: State
    since: str
    deadline: str | None
    effect: str
    missing: int
    outcome: str | None
    unit: str | None
    author: str | None
    assigned_to: str | None


class ListSent(Frozen):
    """A part of the list, how many there are in all, and how many stand in each state whatever is chosen."""

    total: int
    states: dict[str, int]
    encounters: tuple[Listed, ...]


class Done(Frozen):
    """Something that was done with an encounter."""

    at: str
    user: str
    action: str
    from_state: str | None
    to_state: str | None
    comment: str


class Encounter(Frozen):
    """An encounter, what was done with it, and its review, where there is one, as `reviewer schema review` says."""

    encounter: Listed
    history: tuple[Done, ...]
    review: dict[str, Any] | None


class Move(Frozen):
    """Where an encounter goes."""

    to: State
    revision: Revision
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT)] = ""


class Assign(Frozen):
    """Whom an encounter is given to; nobody without a name."""

    revision: Revision
    person: Annotated[str, Field(max_length=120)] | None = None


class Comment(Frozen):
    """Words beside an encounter."""

    comment: Annotated[str, Field(min_length=1, max_length=LONGEST_COMMENT, pattern=r"\S")]


@router.get("", operation_id="worklist")
async def encounters(
    request: Request,
    user: Looking,  # noqa: ARG001
    state: Annotated[list[State] | None, Query(max_length=7)] = None,
    unit: Word = "",
    author: Word = "",
    assigned_to: Word = "",
    effect: Literal["", "blocks", "downgrades", "at_risk", "advisory", "nothing"] = "",
    until: Annotated[str, Query(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = "",
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
    offset: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
) -> ListSent:
    """The worklist, most urgent first. `until` is the last deadline."""
    try:
        day = dt.date.fromisoformat(until).isoformat() if until else ""
    except ValueError:
        raise HTTPException(422, "until: there is no such day") from None
    wanted = Wanted(
        states=tuple(state or ()),
        unit=unit,
        author=author,
        assigned_to=assigned_to,
        effect=effect,
        until=day,
    )
    found = await _desk(request).ask(listed, wanted, limit=limit, offset=offset)
    return ListSent(total=found.total, states=found.states, encounters=tuple(map(_listed, found.items)))


@router.get("/{version}", operation_id="encounter")
async def encounter(request: Request, user: Looking, version: Version) -> Encounter:
    """One encounter with its history and the review of this version."""
    web, desk = request.app.state.web, _desk(request)
    identity = await _known(desk, version)
    await run_in_threadpool(
        record, web.options.store, user, "api_view_queued", {"version": str(version), "encounter": identity}
    )
    text = await desk.ask(worklist.review_of, version)
    done = await desk.ask(worklist.history, identity)
    return Encounter(
        encounter=_listed(await desk.ask(worklist.item, identity)),
        history=tuple(Done(**action._asdict()) for action in done),
        review=None if text is None else json.loads(text),
    )


@router.post("/{version}/move", operation_id="move")
async def move(request: Request, user: Stepping, version: Version, body: Move) -> Listed:
    """Move an encounter to another state; only steps that exist."""
    desk = _desk(request)
    identity = await _known(desk, version)
    now = await desk.ask(worklist.item, identity)
    if "held" in (body.to, now.state) and not user.may("release"):
        raise HTTPException(403, HELD)
    seen = Seen(version, body.revision)
    return await _step(desk, version, worklist.move, identity, body.to, user.id, comment=body.comment, seen=seen)


@router.post("/{version}/assign", operation_id="assign")
async def assign(request: Request, user: Assigning, version: Version, body: Assign) -> Listed:
    """Give an encounter to somebody, or to nobody."""
    desk = _desk(request)
    identity = await _known(desk, version)
    try:
        person = word_of(body.person or "") or None
    except ValueError as problem:
        raise HTTPException(422, f"person {problem}") from None
    return await _step(desk, version, worklist.assign, identity, person, user.id, seen=Seen(version, body.revision))


@router.post("/{version}/comment", operation_id="comment")
async def comment(request: Request, user: Stepping, version: Version, body: Comment) -> Listed:
    """Write a comment beside an encounter."""
    desk = _desk(request)
    identity = await _known(desk, version)
    await desk.ask(worklist.remark, identity, body.comment, user.id)
    return _listed(await desk.ask(worklist.item, identity))


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.web.desk
    return desk


async def _known(desk: Desk, version: int) -> str:
    identity = await desk.ask(encounter_of, version)
    if identity is None:
        raise HTTPException(404, _NONE)
    return identity


async def _step(desk: Desk, version: int, call: Any, *arguments: Any, **named: Any) -> Listed:
    """What a step leaves; where somebody was faster, who did what last."""
    try:
        return _listed(await desk.ask(call, *arguments, **named))
    except MeanwhileError:
        now = await desk.ask(place, version)
        raise HTTPException(409, meanwhile(now.history[-1:])) from None


def _listed(item: Item) -> Listed:
    return Listed(**item._asdict())
