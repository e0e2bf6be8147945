"""Queries: drafted from the review that stands, checked as they are edited, copied or exported; and billed lines."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import Response

from reviewer import billing
from reviewer.billing.files import billed_rows
from reviewer.errors import ReviewError
from reviewer.queries.drafting import draft
from reviewer.queries.lint import LONGEST_QUERY, lint
from reviewer.report.charges import charges
from reviewer.report.words import FIXERS, element
from reviewer.review import Review
from reviewer.web import jobs
from reviewer.web.pages_review import Reviewing
from reviewer.web.reviewing import rulebook
from reviewer.web.site import Context, changing, looking
from reviewer.web.working import Working

router = APIRouter(include_in_schema=False)
Querying = Annotated[Context, Depends(changing("query"))]
_NAME = "billed lines"


@router.get("/query")
async def queries(context: Annotated[Context, Depends(looking("query"))]) -> Response:
    """Drafts from the encounter under review."""
    return await queries_of(context, context.session.current)


@router.post("/query")
async def drafted(context: Querying) -> Response:
    """Drafts from a named encounter."""
    return await queries_of(context, context.work(), bool(context.text("advisory")))


@router.post("/query/lint")
async def check(context: Querying) -> Response:
    """What is wrong with a query as it stands."""
    problems = await context.web.pool.run(lint, _query(context)) if _query(context).strip() else ()
    return context.page("problems.html.j2", problems=problems)


@router.post("/query/export")
async def export(context: Querying) -> Response:
    """The query as a text file."""
    await context.record("web_query_export")
    headers = {"content-disposition": 'attachment; filename="query.txt"'}
    return Response(_query(context).lstrip("\n").encode(), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/billed")
async def billed(context: Annotated[Context, Depends(looking("review"))]) -> Response:
    """The form for billed lines."""
    work = context.session.current
    if work is not None:
        await context.record("web_view", work)
    return _billed(context, work)


@router.post("/billed/of")
async def billed_of(context: Reviewing) -> Response:
    """The form for the billed lines of a named encounter; those that came with it are compared at once."""
    work = context.work()
    await context.record("web_view", work)
    if work.queued is None or not work.queued.billed:
        return _billed(context, work)
    found = await context.web.pool.run(jobs.billed, work.review, work.queued.billed)
    return _billed(context, work, found=charges(found, {}) if found.billed else None)


@router.post("/billed")
async def compare(context: Reviewing) -> Response:
    """The comparison."""
    work, text = context.work(), context.text("lines")
    raw = await context.file("file") or text.lstrip("\n").encode()
    try:
        found = await context.web.pool.run(_compared, work.review, raw, context.text("claim").strip() or None)
    except ReviewError as problem:
        return _billed(context, work, text, problem=str(problem).replace("--claim ID", "the field Claim"))
    await context.record("web_billed", work)
    return _billed(context, work, text, charges(found, {}))


def _query(context: Context) -> str:
    text = context.text("text")
    if len(text) > LONGEST_QUERY:
        raise HTTPException(413, f"A query has at most {LONGEST_QUERY:,} characters.")
    return text


def _compared(review: Review, raw: bytes, claim: str | None) -> Review:
    return billing.compared(review, billed_rows(raw, _NAME, claim), rulebook())


async def queries_of(context: Context, work: Working | None, advisory: bool = False) -> Response:
    """The page of drafts from an encounter, or of a query of one's own."""
    documents, not_asked = await context.web.pool.run(_drafts, work.review, work.notes, advisory) if work else ([], [])
    if work is not None:
        await context.record("web_query", work)
    return context.page(
        "query.html.j2",
        "/query",
        work=work,
        queued=work.queued if work else None,
        documents=documents,
        not_asked=not_asked,
        advisory=advisory,
        problems=(),
    )


def _drafts(review: Review, notes: Any, advisory: bool) -> tuple[list[Any], list[tuple[str, str]]]:
    """Each document with its title, text and problems; and what is not asked, with the reason."""
    made = draft(review, notes, advisory=advisory)
    documents = [
        (
            query.id,
            f"To: {FIXERS[query.to.role]}{f', {query.to.name}' if query.to.name else ''}",
            query.text,
            lint(query.text),
        )
        for query in made.queries
    ]
    return documents, [(element(one.element), one.reason) for one in made.not_asked]


def _billed(context: Context, work: Working | None, text: str = "", found: Any = None, problem: str = "") -> Response:
    known = frozenset(rulebook().codes)
    return context.page(
        "billed.html.j2",
        "/billed",
        status=422 if problem else 200,
        problem=problem,
        work=work,
        text=text,
        charges=found,
        claim=context.text("claim"),
        known=known,
    )
