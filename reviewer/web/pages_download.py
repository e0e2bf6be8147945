"""Downloading the review that stands."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from reviewer.errors import UsageError
from reviewer.web.downloads import TYPES, file_of
from reviewer.web.pages_review import Reviewing

router = APIRouter(include_in_schema=False)


@router.post("/download")
async def download(context: Reviewing) -> Response:
    """The review as a file. Its name tells nothing of the encounter."""
    work, kind = context.work(), context.text("format")
    try:
        content = await context.web.pool.run(file_of, work.review, work.notes, kind, context.web.options.signing_key)
    except UsageError as problem:
        raise HTTPException(422, str(problem)) from None
    await context.record("web_download", work, format=kind)
    headers = {"content-disposition": f'attachment; filename="review.{kind}"'}
    return Response(content, media_type=TYPES[kind], headers=headers)
