"""The worklist where no queue is configured: what to do to have one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from reviewer.web.site import Context, looking

router = APIRouter(include_in_schema=False)


@router.get("/worklist")
async def worklist(context: Annotated[Context, Depends(looking("look"))]) -> Response:
    """What to do to have a worklist."""
    return context.page("worklist_none.html.j2", "/worklist")
