"""Several encounters of the worklist at once: clean ones released after a look, and what is listed as a file."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.responses import Response, StreamingResponse

from reviewer.errors import UsageError
from reviewer.queue.browsing import Wanted, encounter_of, listed
from reviewer.queue.out import pages, tables
from reviewer.queue.out.encounters import encounters
from reviewer.queue.releasing import MOST_TOGETHER, ready, release
from reviewer.queue.store.database import Store, plain_failures
from reviewer.queue.worklist import Seen
from reviewer.web.downloads import pdf
from reviewer.web.pages_worklist import AT, desk_of, view_of
from reviewer.web.reviewing import rulebook
from reviewer.web.site import Context, changing

router = APIRouter(include_in_schema=False)
Releasing = Annotated[Context, Depends(changing("release"))]
Exporting = Annotated[Context, Depends(changing("look"))]

MOST_PAGES = 500
_PIECE = 65_536
TYPES = {
    "csv": ("text/csv; charset=utf-8", "worklist.csv"),
    "jsonl": ("application/jsonl", "worklist.jsonl"),
    "html": ("application/zip", "worklist.zip"),
    "pdf": ("application/pdf", "worklist.pdf"),
}
_TOO_MANY = (
    f"Reports are made of at most {MOST_PAGES:,} encounters at once; choose fewer with the filters, or take CSV."
)


@router.post(f"{AT}/clean")
async def clean(context: Releasing) -> Response:
    """The clean ones among what is listed, before any is released."""
    found = await desk_of(context).ask(ready, view_of(context).wanted)
    return context.page("worklist_clean.html.j2", AT, found=found, done=None, most=MOST_TOGETHER)


@router.post(f"{AT}/release")
async def together(context: Releasing) -> Response:
    """Release those that were confirmed; what changed meanwhile is named and left."""
    chosen = [_chosen(text) for text in context.texts("chosen")[:MOST_TOGETHER]]
    if not chosen:
        raise HTTPException(422, "Choose at least one encounter.")
    desk = desk_of(context)
    named = [(await desk.ask(encounter_of, seen.version), seen) for seen in chosen]
    done = await desk.ask(release, [(name, seen) for name, seen in named if name is not None], context.acting)
    return context.page("worklist_clean.html.j2", AT, found=None, done=done, most=MOST_TOGETHER)


@router.post(f"{AT}/export")
async def export(context: Exporting) -> Response:
    """What is listed, with its codes and what is missing, as a file."""
    kind = context.text("format")
    if kind not in TYPES or (kind == "pdf" and kind not in context.web.formats):
        raise HTTPException(422, "There is no such download here.")
    await context.record("web_export", format=kind)
    content = await desk_of(context).ask(_file, view_of(context).wanted, kind)
    media, name = TYPES[kind]
    length = content.seek(0, io.SEEK_END)
    content.seek(0)
    headers = {"content-disposition": f'attachment; filename="{name}"', "content-length": str(length)}
    return StreamingResponse(_pieces(content), media_type=media, headers=headers)


def _chosen(text: str) -> Seen:
    version, _, revision = text.partition(":")
    if not all(part.isascii() and part.isdigit() and len(part) < 12 for part in (version, revision)):
        raise HTTPException(422, "The form names no encounter.")
    return Seen(int(version), int(revision))


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        while piece := content.read(_PIECE):
            yield piece


@plain_failures
def _file(store: Store, wanted: Wanted, kind: str) -> IO[bytes]:
    """The file, on the disk without a name: nothing of it is left there when it is closed."""
    made: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever sends it
    try:
        if kind in ("html", "pdf"):
            _pages(store, wanted, kind, made)
        else:
            text = io.TextIOWrapper(made, encoding="utf-8-sig" if kind == "csv" else "utf-8", newline="")
            (tables.as_csv if kind == "csv" else tables.as_lines)(text, encounters(store, wanted.conditions()))
            text.flush()
            text.detach()
    except BaseException:
        made.close()
        raise
    return made


def _pages(store: Store, wanted: Wanted, kind: str, target: IO[bytes]) -> None:
    """The summary as PDF, or it and a report for each encounter, packed."""
    if listed(store, wanted, limit=1).total > MOST_PAGES:
        raise UsageError(_TOO_MANY)
    folder = Path(tempfile.mkdtemp(prefix="reviewer-export-"))
    try:
        pages.write(folder, store, encounters(store, wanted.conditions(), notes=kind == "html"), rulebook())
        if kind == "pdf":
            target.write(pdf((folder / "index.html").read_text("utf-8")))
            return
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*.html")):
                archive.write(path, path.relative_to(folder).as_posix())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
