"""The facts form: the whole job without a note, for downtime and teaching."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from reviewer.errors import ReviewError
from reviewer.web import forms
from reviewer.web.correcting import OF_ENCOUNTER
from reviewer.web.jobs import judged
from reviewer.web.pages_review import Reviewing, result
from reviewer.web.reviewing import Asked
from reviewer.web.site import Context, looking, policies
from reviewer.web.working import Step, Working

router = APIRouter(include_in_schema=False)


@router.get("/facts")
async def form(context: Annotated[Context, Depends(looking("review"))]) -> Response:
    """The empty form."""
    return _form(context, {})


@router.post("/facts")
async def judge(context: Reviewing) -> Response:
    """Judge what was entered."""
    values = {name: context.texts(name) for name in dict.fromkeys(context.form.keys())}
    try:
        facts = forms.facts_of(values)
        asked = Asked(policy=facts.encounter.policy)
        done = await context.run(judged, facts, asked)
    except ReviewError as problem:
        if context.in_place:
            return context.page("problem.html.j2", status=422, reason=str(problem))
        return _form(context, values, str(problem))
    work = Working(asked=asked, steps=[Step(done.answered)])
    await context.record("web_judge", work)
    context.session.add(work)
    return result(context, work, done)


def _form(context: Context, values: dict[str, list[str]], problem: str = "") -> Response:
    rows = max(forms.ROWS, len(values.get("drug", [])))
    return context.page(
        "facts.html.j2",
        "/facts",
        status=422 if problem else 200,
        problem=problem,
        values=values,
        rows=min(rows, forms.MOST_ROWS),
        row_fields=forms.ROW_FIELDS,
        more_fields=forms.MORE_FIELDS,
        info_fields=OF_ENCOUNTER,
        pump_fields=forms.PUMP_FIELDS,
        services=forms.SERVICES,
        elements=forms.elements(),
        policies=policies(),
        said=_said(values),
    )


def _said(values: dict[str, list[str]]) -> Any:
    """What was typed in a field, by name and row."""

    def said(name: str, place: int = 0) -> str:
        found = values.get(name, [])
        return found[place] if place < len(found) else ""

    return said
