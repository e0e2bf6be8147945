"""One encounter of the worklist: opened beside its notes, moved, given to somebody, commented, asked and answered."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import RedirectResponse, Response

from reviewer.queries.lint import LONGEST_QUERY
from reviewer.queue import worklist
from reviewer.queue.answering import Addendum, answer
from reviewer.queue.correcting import correct
from reviewer.queue.intake.fields import word_of
from reviewer.queue.states import STATES
from reviewer.queue.work.reviewing import Reader
from reviewer.queue.worklist import MeanwhileError
from reviewer.web.jobs import CarriedOver, carried_over, opened, shown
from reviewer.web.opening import Queued, Stored, place, stored
from reviewer.web.pages_query import queries_of
from reviewer.web.pages_review import result
from reviewer.web.pages_worklist import AT, again, desk_of, view_of
from reviewer.web.placing import meanwhile, panel
from reviewer.web.reviewing import rulebook
from reviewer.web.site import Context, changing, looking
from reviewer.web.working import Step, Working

router = APIRouter(include_in_schema=False)
Looking = Annotated[Context, Depends(looking("look"))]
Asking = Annotated[Context, Depends(looking("query"))]
Changing = Annotated[Context, Depends(changing("work"))]
Assigning = Annotated[Context, Depends(changing("assign"))]
Querying = Annotated[Context, Depends(changing("query"))]

LONGEST_COMMENT = 4_000
_WAITS = "A model read the notes before: the new version waits for the workers."
_NOT_KEPT = "Somebody changed the new version at once, so no correction was carried over to it. Look at it again."
HELD = "Putting an encounter on hold, or taking it off, is for a lead."


@router.get(f"{AT}/{{version:int}}")
async def one(context: Looking, version: int) -> Response:
    """One encounter, beside its notes."""
    return await show(context, version)


@router.get(f"{AT}/{{version:int}}/queries")
async def queries(context: Asking, version: int) -> Response:
    """Drafts of queries about one encounter."""
    work = await _opened(context, await _stored(context, version))
    if work is None:
        return context.kept(RedirectResponse(f"{AT}/{version}", 303))
    return await queries_of(context, work)


@router.post(f"{AT}/move")
async def move(context: Changing) -> Response:
    """Move an encounter to another state."""
    queued, to = await _acted_on(context), context.text("to")
    if to not in STATES:
        raise HTTPException(422, "Choose where the encounter goes.")
    if "held" in (to, queued.item.state) and not context.user.may("release"):
        raise HTTPException(403, HELD)
    comment = _text(context, "comment", LONGEST_COMMENT)
    await _done(
        context,
        queued,
        worklist.move,
        queued.item.encounter_id,
        to,
        context.acting,
        comment=comment,
        seen=_seen(context, queued),
    )
    return await _after(context, queued.version, f"{queued.item.encounter_id}: {to.replace('_', ' ')}")


@router.post(f"{AT}/assign")
async def assign(context: Assigning) -> Response:
    """Give an encounter to somebody, or to nobody."""
    return await _given(context, _text(context, "person", 120))


@router.post(f"{AT}/take")
async def take(context: Changing) -> Response:
    """Take an encounter oneself, or give it back."""
    return await _given(context, "" if context.text("back") else context.acting)


@router.post(f"{AT}/comment")
async def comment(context: Changing) -> Response:
    """Write a comment beside an encounter."""
    queued, text = await _acted_on(context), _text(context, "comment", LONGEST_COMMENT)
    if not text:
        raise HTTPException(422, "Comment: type something.")
    await desk_of(context).ask(worklist.remark, queued.item.encounter_id, text, context.acting)
    return await _after(context, queued.version, "Comment kept")


@router.post(f"{AT}/sent")
async def sent(context: Querying) -> Response:
    """Note that a query went out, with its text; the encounter then waits for the answer."""
    queued, text = await _acted_on(context), _text(context, "text", LONGEST_QUERY)
    if not text:
        raise HTTPException(422, "The query is empty.")
    seen, identity = _seen(context, queued), queued.item.encounter_id
    if queued.item.state == "queried":
        await desk_of(context).ask(worklist.remark, identity, text, context.acting)
    else:
        await _done(context, queued, worklist.move, identity, "queried", context.acting, comment=text, seen=seen)
    await context.record("web_query_sent", version=str(queued.version))
    return await _after(context, queued.version, "The query is noted as sent; its text is in the history")


@router.post(f"{AT}/answered")
async def answered(context: Querying) -> Response:
    """Take in the answer to a query as one more note, and review the encounter with it."""
    queued = await _acted_on(context)
    addendum = Addendum(_author(context), _written(context), _text(context, "text", None))
    desk, identity = desk_of(context), queued.item.encounter_id
    before = await desk.ask(stored, queued.item.version)
    by_model = before.review is not None and json.loads(before.review)["provenance"]["extractor"] != "patterns"
    reader = None if by_model else Reader(rulebook(), "patterns", context.web.options.policy)
    after = await _done(
        context, queued, answer, identity, addendum, context.acting, reader, seen=_seen(context, queued)
    )
    await context.record("web_answer", version=str(after.version))
    told = await _carried(context, before, await desk.ask(stored, after.version))
    sentences = told.sentences if not by_model else (_WAITS, *told.sentences)
    view = view_of(context)
    view.said = {"title": "The answer is a note of a new version of the encounter", "sentences": sentences}
    view.shown = tuple(after.version if one == queued.version else one for one in view.shown)
    return _to(context, f"{AT}/{after.version}")


async def _carried(context: Context, before: Stored, after: Stored) -> CarriedOver:
    """What the new version changes, with the corrections of the old one kept in it where they still hold."""
    if before.review is None:
        return CarriedOver(())
    made: CarriedOver = await context.web.pool.run(
        carried_over, before.review, before.asked, after.review, after.asked, after.policy_given
    )
    if made.review is None:
        return made
    what = f"carried over: {'; '.join(made.taken)}"
    identity, desk = after.queued.item.encounter_id, desk_of(context)
    try:
        await desk.ask(
            correct, identity, made.review, context.acting, seen=after.queued.seen, what=what[:LONGEST_COMMENT],
            rulebook=rulebook(),
        )  # fmt: skip
    except MeanwhileError:
        return CarriedOver((_NOT_KEPT, *made.sentences))
    return made


async def show(context: Context, version: int, said: dict[str, Any] | None = None) -> Response:
    """The page of an encounter as it stands now."""
    found = await _stored(context, version)
    await context.record("web_view_queued", version=str(version), encounter=found.queued.item.encounter_id)
    view = view_of(context)
    said, view.said = said or view.said, None
    work = await _opened(context, found)
    if work is None:
        template = "worklist_waiting_part.html.j2" if context.in_place else "worklist_waiting.html.j2"
        return context.page(template, AT, said=said, **panel(context, found.queued), asked=found.asked)
    return result(context, work, await context.run(shown, work.now, work.asked), said)


async def _stored(context: Context, version: int) -> Stored:
    found: Stored = await desk_of(context).ask(stored, version)
    return found


async def _opened(context: Context, found: Stored) -> Working | None:
    """The encounter as it is worked on in this session, with steps that can be undone; None without a review."""
    queued = found.queued
    here = next((w for w in context.session.works.values() if w.queued and w.queued.version == queued.version), None)
    if here is not None and here.queued is not None and here.queued.seen == queued.seen:
        here.queued = queued
        return context.session.work(here.id)
    if here is not None:
        context.session.works.pop(here.id).drop()
    if found.review is None:
        return None
    answered, asked = await context.web.pool.run(opened, found.review, found.asked, found.policy_given)
    work = Working(asked=asked, steps=[Step(answered)], queued=queued, person=context.session.person)
    return context.session.add(work)


async def _acted_on(context: Context) -> Queued:
    """The encounter that a form is about, as it stands now."""
    version = _number(_named(context)[0])
    if version is None:
        raise HTTPException(422, "The form names no encounter.")
    return await desk_of(context).ask(place, version)


def _seen(context: Context, queued: Queued) -> worklist.Seen:
    """What the person saw who sends a form."""
    revision = _number(_named(context)[1])
    return worklist.Seen(queued.version, -1 if revision is None else revision)


def _named(context: Context) -> tuple[str, str]:
    """Version and revision that a form names: in fields, or both in the value of a row's button."""
    version, _, revision = context.text("row").partition(":")
    return (version, revision) if version else (context.text("version"), context.text("revision"))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


async def _done(context: Context, queued: Queued, call: Any, *arguments: Any, **named: Any) -> Any:
    """What a step gives; where somebody was faster, who and what."""
    try:
        return await desk_of(context).ask(call, *arguments, **named)
    except MeanwhileError:
        known = _number(context.text("history"))
        raise HTTPException(409, meanwhile(queued.history[-1 if known is None else known :])) from None


async def _given(context: Context, person: str) -> Response:
    queued = await _acted_on(context)
    try:
        name = word_of(person) or None
    except ValueError as problem:
        raise HTTPException(422, f"The name {problem}.") from None
    seen = _seen(context, queued)
    await _done(context, queued, worklist.assign, queued.item.encounter_id, name, context.acting, seen=seen)
    return await _after(context, queued.version, f"{queued.item.encounter_id}: given to {name or 'nobody'}")


async def _after(context: Context, version: int, title: str) -> Response:
    """The list or the encounter, from wherever it was done."""
    said = {"title": title, "sentences": ()}
    view = view_of(context)
    if context.text("from") == "list":
        return await again(context, said, view.shown.index(version) if version in view.shown else None)
    if context.in_place:
        return await show(context, version, said)
    view.said = said
    return context.kept(RedirectResponse(f"{AT}/{version}", 303))


def _to(context: Context, address: str) -> Response:
    """Another page, for a browser with scripts and for one without."""
    if context.in_place:
        return context.kept(Response(status_code=204, headers={"hx-redirect": address}))
    return context.kept(RedirectResponse(address, 303))


def _text(context: Context, name: str, longest: int | None) -> str:
    text = context.text(name).strip("\n").strip()
    if longest is not None and len(text) > longest:
        raise HTTPException(422, f"At most {longest:,} characters are kept.")
    return text


def _author(context: Context) -> str:
    try:
        author = word_of(context.text("author"), 80)
    except ValueError as problem:
        raise HTTPException(422, f"Author {problem}.") from None
    if not author:
        raise HTTPException(422, "Author: who wrote the answer?")
    return author


def _written(context: Context) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(context.text("written").strip()).replace(tzinfo=None)
    except ValueError:
        raise HTTPException(422, "Written: a date and time such as 2026-03-15T14:20.") from None
