"""Correcting facts: the small forms, the validator's answer to them, undo; and the language model's progress."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import Response

from reviewer.errors import InputError
from reviewer.report.words import site_kind
from reviewer.web.correcting import (
    ADDED,
    FIELDS,
    Field,
    added,
    changed,
    field_at,
    said,
    signed,
    struck,
    told_of,
)
from reviewer.web.jobs import corrected, shown
from reviewer.web.pages_review import Reviewing, result, standing
from reviewer.web.pages_review import changed as flash_of
from reviewer.web.reviewing import rulebook
from reviewer.web.site import Context, changing
from reviewer.web.working import Working
from validator.facts import Encounter
from validator.filling import fact_at

router = APIRouter(include_in_schema=False)
Correcting = Annotated[Context, Depends(changing("correct"))]


@lru_cache(maxsize=1)
def elements() -> frozenset[str]:
    """The documentation elements that some rule asks for."""
    return frozenset(r.element for r in rulebook().requirements if r.scope == "encounter")


@router.post("/correct/form")
async def form(context: Correcting) -> Response:
    """The small form for one fact."""
    work, path = context.work(), context.text("path")
    field = _field(work, path)
    fact = fact_at(work.review.facts, path)
    identity = path.rpartition(".")[0] if path.startswith("administrations.") else ""
    by = f"entered by {fact.by}: {fact.why}" if fact.by and fact.why else ""
    return _editor(
        context,
        work,
        action="/correct",
        title=f"Change {told_of(work.review.facts, path, field)}",
        path=path,
        entered=by,
        fields=[("value", field, said(fact))],
        button="Change it",
        strike=identity,
    )


@router.post("/correct/new")
async def new(context: Correcting) -> Response:
    """The small form for one more administration."""
    work = context.work()
    sites = [
        (s.id, f"{site_kind(s.kind.value)} {s.location.value or ''}".strip()) for s in work.review.facts.access_sites
    ]
    return _editor(
        context,
        work,
        action="/correct/added",
        title="Add an administration",
        fields=[(name, FIELDS[name], "") for name in ADDED],
        sites=sites,
        button="Add it",
    )


@router.post("/correct/strike")
async def strike(context: Correcting) -> Response:
    """The small form for taking an administration out."""
    work, path = context.work(), context.text("path")
    told = told_of(work.review.facts, f"{path}.drug", Field("Drug")).removeprefix("drug of ")
    return _editor(
        context, work, action="/correct/struck", title=f"Strike {told}", path=path, fields=[], button="Strike it"
    )


@router.post("/correct")
async def correct(context: Correcting) -> Response:
    """Change one fact, and judge again."""
    work, path = context.work(), context.text("path")
    field = _field(work, path)
    facts = _tried(lambda: changed(work.review.facts, path, context.text("value"), _who(context, work), field))
    title = f"{told_of(work.review.facts, path, field)}: {said(fact_at(facts, path))}"
    return await _judged(context, work, facts, title, path=path)


@router.post("/correct/added")
async def add(context: Correcting) -> Response:
    """Add an administration, and judge again."""
    work = context.work()
    given = {name: context.text(name) for name in ADDED}
    facts = _tried(lambda: added(work.review.facts, given, context.text("site"), _who(context, work)))
    return await _judged(context, work, facts, f"{given['drug'].strip()} added")


@router.post("/correct/struck")
async def take_out(context: Correcting) -> Response:
    """Strike an administration, and judge again."""
    work = context.work()
    identity = context.text("path").removeprefix("administrations.")
    name = told_of(work.review.facts, f"administrations.{identity}.drug", Field("Drug")).removeprefix("drug of ")
    facts, remark = _tried(lambda: struck(work.review.facts, identity, _who(context, work)))
    return await _judged(context, work, facts, f"{name} struck", remarks=(remark,), path=identity)


@router.post("/undo")
async def undo(context: Correcting) -> Response:
    """Take the last change back."""
    work = context.work()
    before, what = work.review, work.steps[-1].done
    if not what:
        return await standing(context, work)
    await context.record("web_undo", work)
    work.undo()
    done = await context.run(shown, work.now, work.asked, before)
    return result(context, work, done, flash_of(done, f"Undone: {what}"))


@router.post("/model")
async def model(context: Reviewing) -> Response:
    """How far the language model is; when it has answered, the review refined by it."""
    work, run = _run(context)
    if run.result is None or run.waiting:
        return context.page("model.html.j2", run=run)
    if work.corrected:
        run.waiting = True
        return context.page("model.html.j2", run=run)
    return await _refined(context, work)


@router.post("/model/use")
async def use(context: Reviewing) -> Response:
    """Take the model's reading although facts were changed."""
    work, run = _run(context)
    if run.result is None:
        return await standing(context, work)
    return await _refined(context, work)


@router.post("/model/cancel")
async def cancel(context: Reviewing) -> Response:
    """Stop the language model."""
    _, run = _run(context)
    run.cancel()
    return context.page("model.html.j2", run=run)


async def _refined(context: Context, work: Working) -> Response:
    assert work.run is not None
    assert work.run.result is not None
    await context.record("web_model_review", work)
    done, work.run = work.run.result, None
    work.restart(done.answered)
    flash = flash_of(done, "The language model has read the notes; this is the review by both readers.")
    answer = result(context, work, done, flash)
    answer.headers["hx-retarget"], answer.headers["hx-reswap"] = "#work", "outerHTML"
    return answer


def _run(context: Context) -> tuple[Working, Any]:
    work = context.work()
    if work.run is None:
        raise HTTPException(404, "No language model is reading this encounter.")
    return work, work.run


def _field(work: Working, path: str) -> Field:
    field: Field = _tried(lambda: field_at(work.review.facts, path, elements()))
    return field


def _who(context: Context, work: Working) -> Any:
    who = signed(context.user.name or context.text("by"), context.text("why"))
    work.person = who.by
    return who


def _tried(attempt: Any) -> Any:
    """What an attempt gives; trouble with what was typed as an answer that says so."""
    try:
        return attempt()
    except InputError as problem:
        raise HTTPException(422, str(problem)) from None


async def _judged(
    context: Context, work: Working, facts: Encounter, title: str, remarks: tuple[str, ...] = (), path: str = ""
) -> Response:
    done = await context.run(corrected, work.now, facts, work.asked, remarks)
    await context.record("web_correct", work, path=path)
    work.take(done.answered, title)
    return result(context, work, done, flash_of(done, f"Changed: {title}"))


def _editor(context: Context, work: Working, **values: Any) -> Response:
    known = {"path": "", "entered": "", "sites": [], "strike": "", "person": context.user.name or work.person}
    return context.page("editor.html.j2", **{**known, **values})
