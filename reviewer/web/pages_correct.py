"""Correcting facts: the small forms, the validator's answer to them, undo; and the language model's progress."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import Response

from reviewer.errors import InputError
from reviewer.report.given import pauses
from reviewer.review import Review
from reviewer.web.correcting import (
    ADDED,
    FIELDS,
    OF_PAUSE,
    OF_SITE,
    Field,
    added,
    changed,
    field_at,
    parts,
    pause_of,
    said,
    signed,
    struck,
    told_of,
)
from reviewer.web.correcting_sites import ANOTHER, pause_at, paused, sited, sites, unpaused
from reviewer.web.jobs import corrected, refined, shown
from reviewer.web.pages_review import Reviewing, result, standing
from reviewer.web.pages_review import changed as flash_of
from reviewer.web.reviewing import rulebook
from reviewer.web.site import Context, changing
from reviewer.web.working import Working
from validator.facts import Encounter, Standing
from validator.filling import fact_at

_CARRIED = "corrections carried over"

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
    section, known, name = parts(work.review.facts, path)
    identity = f"administrations.{known}" if section == "administrations" else ""
    if known and section == "administrations" and name == "access_site":
        return _site_form(context, work, identity)
    field = _field(work, path)
    fact = fact_at(work.review.facts, path)
    pause = pause_of(name) if known else None
    strikes = [("pause", path.rpartition(".")[0])] if pause else []
    by = f"entered by {fact.by}: {fact.why}" if fact.by and fact.why else ""
    return _editor(
        context,
        work,
        action="/correct",
        title=f"Change {told_of(work.review.facts, path, field)}",
        path=path,
        entered=by,
        fields=[("value", field, "" if fact.standing is Standing.UNGROUNDED else said(fact))],
        button="Change it",
        strikes=[*strikes, *([("administration", identity)] if identity else [])],
        pause=identity if name in ("start", "stop", "duration_minutes") or pause else "",
    )


def _site_form(context: Context, work: Working, path: str) -> Response:
    facts = work.review.facts
    item = fact_at(facts, f"{path}.access_site")
    return _editor(
        context,
        work,
        action="/correct/site",
        title=f"Change {told_of(facts, f'{path}.access_site', Field('Access site'))}",
        path=path,
        entered=f"entered by {item.by}: {item.why}" if item.by and item.why else "",
        sites=[*sites(facts), (ANOTHER, "another one, named here:")],
        at_site=item.value,
        sites_first=True,
        fields=[(name, field, "") for name, field in OF_SITE.items()],
        button="Change it",
    )


@router.post("/correct/pause/form")
async def pause_form(context: Correcting) -> Response:
    """The small form for one more pause of an infusion."""
    work, path = context.work(), context.text("path")
    told = told_of(work.review.facts, f"{path}.drug", Field("Pause"))
    return _editor(
        context,
        work,
        action="/correct/pause",
        title=f"Add a {told}",
        path=path,
        fields=[(end, field, "") for end, field in OF_PAUSE.items()],
        button="Add it",
    )


@router.post("/correct/pause")
async def pause(context: Correcting) -> Response:
    """Add a pause, and judge again."""
    work, path = context.work(), context.text("path")
    given = {end: context.text(end) for end in OF_PAUSE}
    facts = _tried(lambda: paused(work.review.facts, _identity(path), given, _who(context, work)))
    title = f"{told_of(facts, f'{path}.drug', Field('Pause'))}: {given['start'].strip()} to {given['stop'].strip()}"
    return await _judged(context, work, facts, title, path=path)


@router.post("/correct/site")
async def site(context: Correcting) -> Response:
    """Give an administration another access site, and judge again."""
    work, path = context.work(), context.text("path")
    given, chosen = {name: context.text(name) for name in OF_SITE}, context.text("site")
    facts = _tried(lambda: sited(work.review.facts, _identity(path), chosen, given, _who(context, work)))
    named = dict(sites(facts)).get(fact_at(facts, f"{path}.access_site").value or "", "")
    title = f"{told_of(facts, f'{path}.drug', Field('Access site'))}: {named}"
    return await _judged(context, work, facts, title, path=path)


def _identity(path: str) -> str:
    return path.removeprefix("administrations.")


@router.post("/correct/new")
async def new(context: Correcting) -> Response:
    """The small form for one more administration."""
    work = context.work()
    return _editor(
        context,
        work,
        action="/correct/added",
        title="Add an administration",
        fields=[(name, FIELDS[name], "") for name in ADDED],
        sites=sites(work.review.facts),
        button="Add it",
    )


@router.post("/correct/strike")
async def strike(context: Correcting) -> Response:
    """The small form for taking an administration, or one of its pauses, out."""
    work, path = context.work(), context.text("path")
    title = f"Strike {_struck_name(work.review.facts, path)}"
    return _editor(context, work, action="/correct/struck", title=title, path=path, fields=[], button="Strike it")


def _struck_name(facts: Encounter, path: str) -> str:
    """What a path would strike, in words."""
    found = pause_at(facts, path)
    item = f"administrations.{found[0].id}" if found else path
    drug = told_of(facts, f"{item}.drug", Field("Drug")).removeprefix("drug of ")
    if found is None:
        return drug
    alone = found[0].model_copy(update={"interruptions": found[0].interruptions[found[1] :][:1]})
    return f"the pause of {drug}{pauses(alone, facts.encounter.date_of_service.get())}"


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
    """Strike an administration, or one of its pauses, and judge again."""
    work, path = context.work(), context.text("path")
    name = _struck_name(work.review.facts, path)
    if pause_at(work.review.facts, path):
        facts = _tried(lambda: unpaused(work.review.facts, path, _who(context, work)))
        return await _judged(context, work, facts, f"{name} struck", path=path)
    identity = _identity(path)
    facts, remark = _tried(lambda: struck(work.review.facts, identity, _who(context, work)))
    return await _judged(context, work, facts, f"{name} struck", remarks=(remark,), path=identity)


@router.post("/undo")
async def undo(context: Correcting) -> Response:
    """Take the last change back."""
    work = context.work()
    before, what = work.review, work.steps[-1].done
    if not what:
        return await standing(context, work)
    await _keep(context, "web_undo", work, work.steps[-2].answered.review, f"undone: {what}")
    work.undo()
    done = await context.run(shown, work.now, work.asked, before)
    return result(context, work, done, flash_of(done, f"Undone: {what}"))


@router.post("/model")
async def model(context: Annotated[Context, Depends(changing("review", used=False))]) -> Response:
    """How far the language model is; when it has answered, the review refined by it."""
    work, run = _run(context)
    if run.running and context.text("place") == str(run.place):
        return context.kept(Response(status_code=204))  # nothing to say: what has the focus keeps it
    if run.result is not None and (work.corrected or context.text("busy")):
        run.waiting = True
    if run.result is None or run.waiting:
        return context.page("model.html.j2", run=run, work=work)
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
    work, run = _run(context)
    run.cancel()
    return context.page("model.html.j2", run=run, work=work)


async def _refined(context: Context, work: Working) -> Response:
    assert work.run is not None
    assert work.run.result is not None
    await context.record("web_model_review", work)
    done, first, corrected_before = work.run.result, work.steps[0].answered.review, work.review
    work.run, by_both = None, done.answered
    taken: tuple[str, ...] = ()
    if work.corrected:
        done, taken = await context.web.pool.run(refined, first, corrected_before, by_both, work.asked)
    work.restart(by_both)
    if taken:
        work.take(done.answered, _CARRIED)
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
    context.session.person = context.session.person or who.by
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
    await _keep(context, "web_correct", work, done.answered.review, f"{title} ({context.text('why').strip()})", path)
    work.take(done.answered, title)
    return result(context, work, done, flash_of(done, f"Changed: {title}"))


async def _keep(context: Context, action: str, work: Working, review: Review, what: str, path: str = "") -> None:
    """Record a change; of an encounter of the queue, keep it there first. What is not kept is not done."""
    if work.queued is None:
        await context.record(action, work, **({"path": path} if path else {}))
        return
    from reviewer.web.placing import keep_fact

    await keep_fact(context, work, review, what)


def _editor(context: Context, work: Working, **values: Any) -> Response:
    known: dict[str, Any] = {
        **dict.fromkeys(("path", "entered", "pause"), ""),
        "strikes": [],
        "sites": [],
        "at_site": None,
        "sites_first": False,
        "person": context.user.name or work.person or context.session.person,
    }
    return context.page("editor.html.j2", **{**known, **values})
